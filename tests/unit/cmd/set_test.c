/* Commands that set something: what the draft holds afterwards, and that a
 * refused line leaves it as it was. */
#include <arpa/inet.h>
#include <string.h>

#include "base/log.h"
#include "unit/cmd/cmdhelp.h"

static struct bench b;

#define FRESH	bench_new(&b)
#define DONE	bench_free(&b)
#define P(line)	(bench_ok(&b, line))

TEST(mru_and_mtu)
{
	FRESH;
	ATF_CHECK_EQ(1492, P("set mru 1492")->ppp.mru);
	ATF_CHECK_EQ(0, P("set mru")->ppp.mru);
	P("set mru max 1480");
	SAYS(&b, "set mru 1490", "MRU 1490: too large - max set to 1480\n"
	    "set mru: Failed 1\n");
	ATF_CHECK_EQ(1400, P("set mru 1400")->ppp.mru);
	ATF_CHECK_EQ(0, P("set mru max 0")->ppp.mru_max);
	ATF_CHECK_EQ(1490, P("set mru 1490")->ppp.mru);
	ATF_CHECK_EQ(1300, P("set mru maximum 1300")->ppp.mru);
	SAYS(&b, "set mtu 295", "MTU 295: too small - min 296\n"
	    "set mtu: Failed 1\n");
	SAYS(&b, "set mtu 2049", "MTU 2049: too large - maximum is 2048\n"
	    "set mtu: Failed 1\n");
	SAYS(&b, "set mtu a", "usage: set mtu [max[imum]] [octets]\n");
	ATF_CHECK_EQ(296, P("set mtu 296")->ppp.mtu);
	DONE;
}

TEST(names_and_keys)
{
	char line[600] = "set authkey ";

	FRESH;
	ATF_CHECK_STREQ("fred", P("set authname fred")->ppp.authname);
	ATF_CHECK_STREQ("a\"b c", P("set authkey \"a\\\"b c\"")->ppp.authkey);
	ATF_CHECK_STREQ("", P("set authkey \"\"")->ppp.authkey);
	ATF_CHECK_STREQ("!x", P("set key !!x")->ppp.authkey);
	ATF_CHECK_STREQ("", P("set authname")->ppp.authname);
	ATF_CHECK(!P("set key !!x")->ppp.key_prog);
	ATF_CHECK(P("set authkey \"!/bin/x -y\"")->ppp.key_prog);
	ATF_CHECK_STREQ("/bin/x -y", b.env.conf->p.ppp.authkey);
	ATF_CHECK(strstr(bench_say(&b, "set authkey !"),
	    "no program") != NULL);
	memset(line + 12, 'k', 256);
	ATF_CHECK(strstr(bench_say(&b, line), "longer than 255") != NULL);
	ATF_CHECK(strstr(bench_say(&b, line), "kkkk") == NULL);
	ATF_CHECK_STREQ("/bin/x -y", b.env.conf->p.ppp.authkey);
	line[12 + 255] = '\0';
	ATF_CHECK_EQ(255, strlen(P(line)->ppp.authkey));
	ATF_CHECK(!b.env.conf->p.ppp.key_prog);
	DONE;
}

TEST(redial_and_reconnect)
{
	const struct profile *p;

	FRESH;
	p = P("set redial 3 10");
	ATF_CHECK(p->redial.secs == 3 && p->redial.tries == 10);
	p = P("set redial random.random 0");
	ATF_CHECK_EQ(PAUSE_RANDOM, p->redial.secs);
	ATF_CHECK_EQ(PAUSE_RANDOM, p->redial.next);
	ATF_CHECK_EQ(0, p->redial.tries);
	p = P("set redial 10+5-3.7");
	ATF_CHECK(p->redial.inc == 5 && p->redial.max == 3 &&
	    p->redial.next == 7 && p->redial.tries == 1);
	p = P("set reconnect random 5");
	ATF_CHECK_EQ(PAUSE_RANDOM, p->reconnect_secs);
	ATF_CHECK_EQ(5, p->reconnect_tries);
	SAYS(&b, "set reconnect 3", "usage: set reconnect "
	    "seconds|random tries\n");
	DONE;
}

TEST(timers)
{
	const struct profile *p;

	FRESH;
	p = P("set timeout 300 60");
	ATF_CHECK(p->idle_secs == 300 && p->idle_min == 60);
	ATF_CHECK_EQ(0, P("set timeout 0")->idle_secs);
	SAYS(&b, "set timeout", "Too few idle timeout values\n"
	    "set timeout: Failed 1\n");
	ATF_CHECK_EQ(20, P("set lqrperiod 20")->ppp.lqr_period);
	ATF_CHECK_EQ(60, P("set echoperiod 1m")->ppp.lqr_period);
	SAYS(&b, "set lqrperiod 0", "0: Invalid lqr period - min 1\n"
	    "set lqrperiod: Failed 1\n");
	ATF_CHECK_EQ(5, P("set cd 5!")->cd_secs);
	ATF_CHECK_EQ(CD_REQUIRED, b.env.conf->p.cd);
	ATF_CHECK_EQ(60, P("set choked 60")->choked_secs);
	ATF_CHECK_EQ(120, P("set choked")->choked_secs);
	p = P("set lcpretry 2 7 9");
	ATF_CHECK(p->ppp.lcp.period == 2 && p->ppp.lcp.reqs == 7 &&
	    p->ppp.lcp.terms == 9);
	p = P("set lcpretries");
	ATF_CHECK(p->ppp.lcp.period == 3 && p->ppp.lcp.reqs == 5);
	p = P("set chapretry 4 6");
	ATF_CHECK(p->ppp.chap.period == 4 && p->ppp.chap.reqs == 6);
	ATF_CHECK(P("set openmode passive")->ppp.passive);
	p = P("set openmode active 5");
	ATF_CHECK(!p->ppp.passive && p->ppp.open_delay == 5);
	DONE;
}

TEST(addresses)
{
	const struct profile *p;

	FRESH;
	p = P("set ifaddr 10.0.0.1/0 10.0.0.2/0 255.255.255.255 0.0.0.0");
	ATF_CHECK_EQ(0x0a000001, p->net.my.addr);
	ATF_CHECK_EQ(0, p->net.my.bits);
	ATF_CHECK_EQ(0x0a000002, p->net.his.addr);
	ATF_CHECK_EQ(0xffffffff, p->netmask);
	ATF_CHECK(p->net.has_trigger && p->net.trigger == 0);
	p = P("set ifaddr 10.0.0.1 10.0.0.9-10.0.0.20,10.0.1.1");
	ATF_CHECK_EQ(2, p->his_ranges);
	ATF_CHECK(p->his[0].lo == 0x0a000009 && p->his[0].hi == 0x0a000014);
	ATF_CHECK(p->his[1].lo == 0x0a000101 && p->his[1].hi == 0x0a000101);
	ATF_CHECK_EQ(0, p->net.his.addr);
	ATF_CHECK(!p->net.has_trigger);
	SAYS(&b, "set ifaddr 10.0.0.1 10.0.0.9-x",
	    "10.0.0.9-x: Invalid range\nset ifaddr: Failed 4\n");
	SAYS(&b, "set ifaddr 10.0.0.1/40",
	    "10.0.0.1/40: bad mask width\nset ifaddr: Failed 1\n");
	ATF_CHECK_EQ(2, b.env.conf->p.his_ranges);
	p = P("set dns 192.0.2.1 192.0.2.2");
	ATF_CHECK(p->dns_set && p->net.dns[1] == 0xc0000202);
	p = P("set dns 0.0.0.0 192.0.2.2");
	ATF_CHECK(p->net.dns[0] == 0xc0000202 && p->net.dns[1] == 0);
	ATF_CHECK(!P("set dns")->dns_set);
	ATF_CHECK(P("set nbns 192.0.2.3")->nbns_set);
	DONE;
}

TEST(devices)
{
	const struct profile *p;

	FRESH;
	p = P("set device PPPoE:eth1:ac\\\\svc PPPoE:eth2");
	ATF_CHECK_EQ(2, p->devices);
	ATF_CHECK_STREQ("PPPoE:eth1:ac\\svc", p->device[0]);
	p = P("set device \"PPPoE:a,PPPoE:b, PPPoE:c:my s\"");
	ATF_CHECK_EQ(3, p->devices);
	ATF_CHECK_STREQ("PPPoE:c:my s", p->device[2]);
	p = P("set line pppoe:a,PPPoE:b");
	ATF_CHECK_EQ(2, p->devices);
	ATF_CHECK_STREQ("PPPoE:b", p->device[1]);
	SAYS(&b, "set device foo", "Device (foo) must begin with a '/', a "
	    "'!' or contain at least one ':'\nset device: Failed 1\n");
	ATF_CHECK_EQ(2, b.env.conf->p.devices);
	ATF_CHECK(P("set pppoe 3Com")->com3);
	ATF_CHECK(!P("set pppoe standard")->com3);
	ATF_CHECK_EQ(1500, P("set pppoe max-payload 1500")->max_payload);
	ATF_CHECK_EQ(0, P("set pppoe max-payload off")->max_payload);
	DONE;
}

TEST(sizes_need_room_on_the_wire)
{
	FRESH;
	P("set device PPPoE:eth1");
	ATF_CHECK(strstr(bench_say(&b, "set mru 1500"), "PPPoE carries at "
	    "most 1492") != NULL);
	ATF_CHECK_EQ(0, b.env.conf->p.ppp.mru);
	P("set pppoe max-payload 1500");
	ATF_CHECK_EQ(1500, P("set mru 1500")->ppp.mru);
	ATF_CHECK(strstr(bench_say(&b, "set pppoe max-payload off"),
	    "set mru 1500") != NULL);
	ATF_CHECK_EQ(1500, b.env.conf->p.max_payload);
	DONE;
}

TEST(options)
{
	const struct profile *p;
	uint32_t base;

	FRESH;
	base = b.env.conf->p.ppp.accepted;
	p = P("disable ipv6cp acfcomp");
	ATF_CHECK_EQ(0, p->ppp.enabled & (NEG_IPV6CP | NEG_ACFCOMP));
	ATF_CHECK_EQ(base, p->ppp.accepted);
	p = P("deny pap chap80nt");
	ATF_CHECK_EQ(0, p->ppp.accepted & (NEG_PAP | NEG_MSCHAP));
	ATF_CHECK(p->ppp.accepted & NEG_CHAP5);
	ATF_CHECK(P("accept chap80")->ppp.accepted & NEG_MSCHAP);
	ATF_CHECK(P("enable lqr echo")->ppp.enabled & NEG_ECHO);
	ATF_CHECK(b.env.conf->p.ppp.enabled & NEG_LQR);
	ATF_CHECK(!P("disable mssfixup")->tcpmssfixup);
	p = P("disable idcheck");
	ATF_CHECK(!(p->ppp.enabled & NEG_IDCHECK));
	SAYS(&b, "accept echo", "accept echo: Invalid command\n"
	    "accept echo: Failed 1\n");
	SAYS(&b, "enable iface-alias", "Cannot enable iface-alias without "
	    "NAT\nenable iface-alias: Failed 2\n");
	P("nat enable yes");
	ATF_CHECK(P("enable iface-alias")->iface_alias);
	ATF_CHECK(!P("nat enable no")->iface_alias);
	SAYS(&b, "enable ms", "enable ms: Ambiguous command (one of: "
	    "tcpmssfixup mschap mschapv2)\nenable ms: Failed 1\n");
	DONE;
}

TEST(nat_rules)
{
	const struct nat_conf *c;

	FRESH;
	SAYS(&b, "nat port tcp 10.0.0.2:80 80", "Alias not enabled\n"
	    "nat port: Failed 1\n");
	SAYS(&b, "nat deny_incoming yes", "nat not enabled\n"
	    "usage: nat deny_incoming yes|no\n");
	P("nat enable YES");
	c = &P("nat port tcp 10.0.0.2:ftp ftp")->natc;
	ATF_CHECK_EQ(21, c->rule[0].lport.lo);
	ATF_CHECK_EQ(21, c->rule[0].pport.hi);
	P("nat port TCP 10.0.0.3:ftp MYADDR:21");
	ATF_CHECK_EQ(1, c->rules);
	ATF_CHECK_EQ(0x0a000003, c->rule[0].local[0]);
	P("nat port udp 10.0.0.3:10-20 1.2.3.4:110-120 5.6.7.8:7");
	ATF_CHECK_EQ(2, c->rules);
	ATF_CHECK_EQ(0x01020304, c->rule[1].pub);
	ATF_CHECK_EQ(7, c->rule[1].rport.hi);
	P("nat port tcp 10.0.0.3:ftp-data 20");	/* a `-` in the name */
	P("nat port tcp 10.0.0.3:ftp-data-ftp 120-121");
	ATF_CHECK_EQ(20, c->rule[3].lport.lo);
	ATF_CHECK_EQ(21, c->rule[3].lport.hi);
	SAYS(&b, "nat port tcp 10.0.0.3 80", "10.0.0.3: want ADDR:PORT or "
	    "ADDR:LOW-HIGH\nnat port: Failed 1\n");
	SAYS(&b, "nat port tcp 10.0.0.3:80 80-81", "10.0.0.3:80 80-81: "
	    "ranges of different length\nnat port: Failed 1\n");
	SAYS(&b, "nat port tcp 10.0.0.3:0 80", "0: not a port (1-65535, a "
	    "service of tcp, or LOW-HIGH)\nnat port: Failed 1\n");
	SAYS(&b, "nat port tcp 10.0.0.3:9-5 9-5", "9-5: not a port (1-65535, "
	    "a service of tcp, or LOW-HIGH)\nnat port: Failed 1\n");
	SAYS(&b, "nat port tcp 10.0.0.3: 80", ": not a port (1-65535, a "
	    "service of tcp, or LOW-HIGH)\nnat port: Failed 1\n");
	ATF_CHECK(strstr(bench_say(&b, "nat port gre 1.2.3.4:5 5"),
	    "gre: not a protocol with ports (tcp or udp)\nusage: ") != NULL);
	ATF_CHECK_EQ(4, c->rules);
	P("nat addr 10.0.0.2,10.0.0.3 1.2.3.4");
	ATF_CHECK_EQ(2, c->rule[4].locals);
	SAYS(&b, "nat addr 1.1.1.1,0,0,0,0,0,0,0,0 1.2.3.4",
	    "1.1.1.1,0,0,0,0,0,0,0,0: "
	    "more than 8 addresses\nnat addr: Failed 1\n");
	SAYS(&b, "nat addr 10.0.0.2", "usage: nat addr local[,local...] "
	    "public\n");
	P("nat proto gre 10.0.0.2 1.2.3.4 5.6.7.8");
	ATF_CHECK_EQ(47, c->rule[5].proto);
	ATF_CHECK_EQ(0x05060708, c->rule[5].remote);
	SAYS(&b, "nat proto 256 10.0.0.2", "256: not a protocol (1-255, or a "
	    "name of /etc/protocols)\nnat proto: Failed 1\n");
	P("nat proxy type no_encode proto udp port 53 server 1.1.1.1:5353 "
	    "src 10.1.2.3/8 rule 7");
	ATF_CHECK_EQ(0x0a000000, c->rule[6].src);
	ATF_CHECK_EQ(17, c->rule[6].proto);
	P("nat proxy delete 7");
	ATF_CHECK_EQ(6, c->rules);
	SAYS(&b, "nat proxy port 80", "nat proxy: a server is needed (port "
	    "PORT server ADDR[:PORT])\nnat proxy: Failed 1\n");
	P("nat target 10.0.0.9");
	ATF_CHECK_EQ(0x0a000009, c->target);
	P("nat target MyAddr");
	ATF_CHECK_EQ(NAT_TO_MYADDR, c->target_kind);
	P("nat target default");
	ATF_CHECK_EQ(NAT_TO_DEFAULT, c->target_kind);
	ATF_CHECK(P("nat same_ports NO")->natc.change_ports);
	P("nat punch_fw");
	P("nat skinny_port");
	P("nat enable no");		/* rules stay */
	ATF_CHECK_EQ(6, c->rules);
	P("nat clear");
	ATF_CHECK_EQ(0, c->rules);
	SAYS(&b, "alias enable yes", "The alias command is deprecated\n");
	DONE;
}

TEST(a_bad_option_keeps_the_line_whole)
{
	FRESH;
	ATF_CHECK(strstr(bench_say(&b, "enable echo frob dns"),
	    "enable frob: Invalid command") != NULL);
	ATF_CHECK_EQ(0, b.env.conf->p.ppp.enabled & (NEG_ECHO | NEG_DNS));
	DONE;
}

TEST(auth_needs_secrets)
{
	FRESH;
	ATF_CHECK(strstr(bench_say(&b, "enable chap"),
	    "./ppp.secret: No such file") != NULL);
	ATF_CHECK_EQ(0, b.env.conf->p.ppp.enabled & NEG_CHAP5);
	bench_file("ppp.secret", "fred secret\n");
	ATF_CHECK(P("enable chap")->ppp.enabled & NEG_CHAP5);
	DONE;
}

TEST(routes)
{
	const struct profile *p;

	FRESH;
	p = P("add default HISADDR");
	ATF_REQUIRE_EQ(1, p->routes);
	ATF_CHECK(p->route[0].family == AF_INET && p->route[0].bits == 0 &&
	    p->route[0].gw_word == AW_HISADDR && !p->route[0].replace);
	p = P("add! default hisaddr");		/* takes its place */
	ATF_REQUIRE_EQ(1, p->routes);
	ATF_CHECK(p->route[0].replace);
	p = P("add default HISADDR6");
	ATF_REQUIRE_EQ(2, p->routes);
	ATF_CHECK_EQ(AF_INET6, p->route[1].family);
	p = P("add 10.1.2.3 255.255.0.0 HISADDR");
	ATF_CHECK_EQ(16, p->route[2].bits);
	ATF_CHECK_EQ(0, memcmp(p->route[2].dst, "\x0a\x01\x00\x00", 4));
	p = P("add DNS0 HISADDR");
	ATF_CHECK_EQ(AW_DNS0, p->route[3].dst_word);
	p = P("add MYADDR6/64 HISADDR6");
	ATF_CHECK(p->route[4].dst_word == AW_MYADDR6 &&
	    p->route[4].bits == 64);
	ATF_CHECK_EQ(4, P("delete 10.1.0.0/16")->routes);
	ATF_CHECK_EQ(2, P("delete default")->routes);	/* both families */
	ATF_CHECK_EQ(0, P("delete ALL")->routes);
	SAYS(&b, "add 10.0.0.0/8 MYADDR", "MYADDR: Invalid gateway address\n"
	    "usage: add dest[/n] gateway | dest mask gateway\n");
	DONE;
}

TEST(log_levels)
{
	FRESH;
	P("set log Phase LCP tcp/ip");
	ATF_CHECK_EQ(LOG_BIT(LOG_PHASE) | LOG_BIT(LOG_LCP) |
	    LOG_BIT(LOG_TCPIP), b.env.conf->log);
	P("set log +ipcp -phase");
	ATF_CHECK_EQ(LOG_BIT(LOG_IPCP) | LOG_BIT(LOG_LCP) |
	    LOG_BIT(LOG_TCPIP), b.env.conf->log);
	P("set log");
	ATF_CHECK_EQ(0, b.env.conf->log);
	SAYS(&b, "set log Phas", "Phas: Invalid log value\n"
	    "set log: Failed 1\n");
	P("set log local LCP");
	ATF_CHECK_EQ(0, b.env.conf->log);
	DONE;
}

TEST(server)
{
	const struct server_want *s;

	FRESH;
	s = &b.env.conf->server;
	P("set server +3000 pw");
	ATF_CHECK(s->kind == SERVER_OPEN);
	ATF_CHECK_STREQ("+3000", s->addr);
	ATF_CHECK_STREQ("pw", s->password);
	P("set server closed");
	ATF_CHECK(s->kind == SERVER_CLOSED);
	ATF_CHECK_STREQ("pw", s->password);
	P("set socket open");
	ATF_CHECK(s->kind == SERVER_OPEN);
	P("set server /tmp/x%d \"\" 0177");
	ATF_CHECK_STREQ("0177", s->mask);
	ATF_CHECK_STREQ("", s->password);
	P("set server none");
	ATF_CHECK(s->kind == SERVER_NONE && s->addr[0] == '\0');
	SAYS(&b, "set server closed", "Server socket not open\n"
	    "set server: Failed 1\n");
	ATF_CHECK(strstr(bench_say(&b, "set server 3000 pw 0177"), "usage:")
	    != NULL);
	DONE;
}

TEST(modes)
{
	FRESH;
	P("set device PPPoE:eth1");
	P("set mode ddial");
	ATF_CHECK_EQ(MODE_DDIAL, b.env.conf->p.mode);
	P("set mode back");
	ATF_CHECK_EQ(MODE_BACKGROUND, b.env.conf->p.mode);
	SAYS(&b, "set mode direct", "Cannot change mode background to "
	    "direct\nset mode: Failed 1\n");
	SAYS(&b, "set mode d", "d: Invalid mode\n"
	    "usage: set mode interactive|auto|ddial|background\n");
	ATF_CHECK(strstr(bench_say(&b, "set mode auto"),
	    "``set ifaddr''") != NULL);
	ATF_CHECK_EQ(MODE_BACKGROUND, b.env.conf->p.mode);
	DONE;
}

TEST(concentrator)
{
	const struct lb_conf *lb;

	FRESH;
	P("set ifaddr 192.0.2.1 192.0.2.10-192.0.2.20");
	P("set lb interface eth1");
	lb = &b.env.conf->p.lb;
	P("set lb interface eth1");		/* the same: once */
	ATF_CHECK_EQ(1, lb->ifaces);
	P("set lb interface eth1 vlan 100:7 3com");
	ATF_CHECK_EQ(2, lb->ifaces);
	ATF_CHECK(lb->iface[1].vlan.outer == 100 &&
	    lb->iface[1].vlan.inner == 7 && lb->iface[1].com3);
	P("set lb interface eth2 vlan any");
	ATF_CHECK(lb->iface[2].any_vlan);
	P("set lb acname core1");
	ATF_CHECK_STREQ("core1", lb->ac.acname);
	P("set lb service a \"b c\" *");
	ATF_CHECK(lb->ac.services == 2 && lb->ac.any_service);
	ATF_CHECK_STREQ("b c", lb->ac.service[1]);
	P("set lb service a");
	ATF_CHECK(lb->ac.services == 1 && !lb->ac.any_service);
	P("set lb workers 4");
	P("set lb maxsessions 1000");
	P("set lb macsessions 2");
	P("set lb padirate 50 3");
	P("set lb maxpayload 1500");
	P("set lb halfopen 100 50 20 2");
	P("set lb halfopen 90");
	ATF_CHECK(lb->half_open.all == 90 && lb->half_open.iface == 50 &&
	    lb->half_open.vlan == 20 && lb->half_open.mac == 2);
	ATF_CHECK(lb->workers == 4 && lb->max_sessions == 1000 &&
	    lb->mac_sessions == 2 && lb->ac.padi_rate == 50 &&
	    lb->ac.mac_rate == 3 && lb->ac.max_payload == 1500);
	P("set lb interface eth2 vlan any off");
	ATF_CHECK_EQ(2, lb->ifaces);
	P("set lb interface eth2 vlan any");
	P("set lb interface eth1 off");		/* with tags and without */
	ATF_CHECK(lb->ifaces == 1 && lb->iface[0].any_vlan);
	ATF_CHECK(strstr(bench_say(&b, "set lb interface eth2 vlan 7 off"),
	    "not served so") != NULL);
	ATF_CHECK(strstr(bench_say(&b, "set lb interface eth1 off"),
	    "not served so") != NULL);
	P("set lb interface none");
	ATF_CHECK_EQ(0, lb->ifaces);
	DONE;
}

TEST(kept_for_serial_lines)
{
	const struct profile *p;

	FRESH;
	P("set dial \"ABORT BUSY\"");
	P("set phone 1|2:3");
	P("set speed sync");
	P("set ctsrts off");
	P("set escape 11 0x13");
	p = P("set parity even");
	ATF_CHECK_STREQ("ABORT BUSY", p->dial);
	ATF_CHECK_STREQ("1|2:3", p->phone);
	ATF_CHECK(p->serial.speed == 0 && p->serial.parity == 'e' &&
	    !p->serial.ctsrts && p->serial.escape[0] == 0x000a0000);
	ATF_CHECK_STREQ("", P("set dial")->dial);
	SAYS(&b, "set dial ABORT BUSY", "set dial: only the first word "
	    "counts; quote the text to keep it together\n");
	ATF_CHECK_STREQ("ABORT", b.env.conf->p.dial);
	DONE;
}

TEST(identification)
{
	FRESH;
	ATF_CHECK_STREQ("user-ppp VERSION",
	    P("ident user-ppp VERSION")->ppp.ident);
	ATF_CHECK(b.env.conf->p.ppp.ident_vars);
	ATF_CHECK(!P("ident user-ppp 3")->ppp.ident_vars);
	ATF_CHECK_STREQ("", P("ident")->ppp.ident);
	P("set enddisc psn 5551234");
	ATF_CHECK(b.env.conf->p.ppp.enddisc_class == 5 &&
	    b.env.conf->p.ppp.enddisc_len == 7);
	P("set enddisc label");
	ATF_CHECK_EQ(0, memcmp(b.env.conf->p.ppp.enddisc, "default", 7));
	P("set enddisc");
	ATF_CHECK_EQ(0, b.env.conf->p.ppp.enddisc_class);
	DONE;
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, mru_and_mtu);
	ATF_TP_ADD_TC(tp, names_and_keys);
	ATF_TP_ADD_TC(tp, redial_and_reconnect);
	ATF_TP_ADD_TC(tp, timers);
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, devices);
	ATF_TP_ADD_TC(tp, sizes_need_room_on_the_wire);
	ATF_TP_ADD_TC(tp, options);
	ATF_TP_ADD_TC(tp, nat_rules);
	ATF_TP_ADD_TC(tp, a_bad_option_keeps_the_line_whole);
	ATF_TP_ADD_TC(tp, auth_needs_secrets);
	ATF_TP_ADD_TC(tp, routes);
	ATF_TP_ADD_TC(tp, log_levels);
	ATF_TP_ADD_TC(tp, server);
	ATF_TP_ADD_TC(tp, modes);
	ATF_TP_ADD_TC(tp, concentrator);
	ATF_TP_ADD_TC(tp, kept_for_serial_lines);
	ATF_TP_ADD_TC(tp, identification);
	return atf_no_error();
}
