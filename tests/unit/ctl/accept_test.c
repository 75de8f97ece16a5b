/*
 * The concentrator whole: control thread and a worker over a veth pair in a
 * namespace, peers made of the engines or of single Discovery packets.
 */
#ifdef __linux__
#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "gen/peer.h"
#include "ctl/state.h"
#include "lib/disc.h"
#include "lib/netns.h"

#define POOL_LO	0x0a010001u
#define POOL_N	50u

static struct ctl *c;
static struct profile prof;
static struct peers *peers;
static int wire;
static char why[200];
static struct vlans tags;		/* of what say() sends */

/* The last Discovery packet for a MAC that no engine has. */
static struct {
	bool	 came;
	uint8_t	 code;
	uint16_t sid;
	char	 text[300];
	uint8_t	 cookie[64];
	size_t	 cookie_len;
} got;

static void
no_log(const struct log_line *line, void *arg)
{
	(void)line;
	(void)arg;
}

static void
send_frame(void *arg, const uint8_t *p, size_t n)
{
	(void)arg;
	(void)send(wire, p, n, 0);
}

static int
wire_open(void)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ALL),
	    .sll_ifindex = (int)if_nametoindex("sub0") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK,
	    htons(ETH_P_ALL));

	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&sll, sizeof(sll)));
	return fd;
}

static void
veth(void)
{
	sh("ip link add acs0 type veth peer name sub0");
	sh("ip link set acs0 up && ip link set sub0 up");
}

static void
configure(void)
{
	netns_enter();
	veth();
	log_set_sink(no_log, NULL);
	profile_default(&prof);
	strcpy(prof.lb.iface[0].name, "acs0");
	prof.lb.ifaces = 1;
	strcpy(prof.lb.ac.acname, "ac1");
	prof.lb.ac.mac_rate = 0;
	prof.lb.ac.padi_rate = 0;
	prof.his[0] = (struct ip4_range){ POOL_LO, POOL_LO + POOL_N - 1 };
	prof.his_ranges = 1;
	prof.net.my = (struct ip4_want){ 0x0a0100fe, 32 };
	prof.ppp.enabled |= NEG_IPCP;
	prof.ppp.enabled &= ~(uint32_t)NEG_IPV6CP;
}

static void
start(const char *secrets)
{
	c = ctl_new(&prof, -1, secrets);
	ATF_REQUIRE(c != NULL);
	ATF_REQUIRE_MSG(ctl_start(c, why, sizeof(why)) == 0, "%s", why);
	ATF_REQUIRE_EQ(0, lb_start(c->lb));
	wire = wire_open();
}

static void
start_peers(unsigned n, const char *user, const char *secret)
{
	struct peers_conf pc = { .n = n, .user = user, .secret = secret,
	    .service = "", .ipv4 = true, .tries = 3, .seed = 1,
	    .send = send_frame };

	peers = peers_new(&pc, clock_now());
	ATF_REQUIRE(peers != NULL);
}

static void
end(void)
{
	peers_free(peers);
	ctl_free(c);
	close(wire);
}

static void
look(const uint8_t *p, size_t n)
{
	static const uint8_t ours[3] = { 2, 0, 0x11 };
	struct rd r = rd_of(p, n), list;
	struct pppoe_hdr h;
	struct eth e;

	if (eth_read(&r, 0, 0, &e) < 0 || memcmp(e.dst, ours, 3) != 0 ||
	    e.type != ETH_PPPOE_DISC)
		return;
	got.came = true;
	pppoe_describe(r, got.text, sizeof(got.text));
	ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
	got.code = h.code;
	got.sid = h.sid;
	for (list = r; rd_size(&list) >= 4;) {
		uint16_t type = rd_u16(&list);
		struct rd v = rd_sub(&list, rd_u16(&list));

		if (type != 0x0104 || rd_size(&v) > sizeof(got.cookie))
			continue;
		got.cookie_len = rd_size(&v);
		memcpy(got.cookie, v.p, got.cookie_len);
	}
}

/* Everybody works for @ms. */
static void
turn(unsigned ms)
{
	tstamp until = clock_now() + MSEC(ms);
	uint8_t buf[2048];
	ssize_t n;

	do {
		struct sockaddr_ll from;
		socklen_t len = sizeof(from);

		loop_once(c->loop, MSEC(1));
		while ((n = recvfrom(wire, buf, sizeof(buf), 0,
		    (struct sockaddr *)&from, &len)) > 0) {
			if (from.sll_pkttype == PACKET_OUTGOING)
				continue;
			look(buf, (size_t)n);
			if (peers != NULL)
				peers_frame(peers, buf, (size_t)n, 0,
				    0, clock_now());
		}
		if (peers != NULL)
			peers_expire(peers, clock_now());
	} while (clock_now() < until);
}

/* A busy machine takes its time. */
#define TURN_UNTIL(is_so) do {						\
	for (int i_ = 0; i_ < 1500 && !(is_so); i_++)			\
		turn(20);						\
} while (0)

static struct ctl_ac
counts(void)
{
	struct ctl_ac n;

	ctl_ac(c, &n);
	return n;
}

/* Starts @n of the peers; waits until each is up or has failed. */
static void
bring_up(unsigned n)
{
	unsigned had = counts().sessions, up = peers_stats(peers)->up;

	for (unsigned i = 0; i < n; i++)
		ATF_REQUIRE(peers_start(peers, clock_now()));
	TURN_UNTIL(peers_stats(peers)->pending == 0 &&
	    counts().sessions >= had + peers_stats(peers)->up - up);
}

/* One Discovery packet of the MAC 02:00:11:00:00:@last, and its answer. */
static void
say(uint8_t last, bool bcast, const char *text)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t frame[1500], src[6] = { 2, 0, 0x11, 0, 0, last }, ac[6];
	struct wr w = wr_of(frame, sizeof(frame));
	struct rd payload = disc(text);

	netns_mac("acs0", ac);
	eth_write(&w, bcast ? all : ac, src, tags, ETH_PPPOE_DISC);
	wr_put(&w, payload.p, rd_size(&payload));
	while (wr_size(&w) < 60)
		wr_u8(&w, 0);
	got.came = false;
	send_frame(NULL, frame, wr_size(&w));
	turn(10);
}

/* ... and an answer comes; or nobody says anything to it. */
static void
ask(uint8_t last, bool bcast, const char *text)
{
	say(last, bcast, text);
	for (int i = 0; i < 3000 && !got.came; i++)
		turn(10);
}

static void
no_answer(uint8_t last, bool bcast, const char *text)
{
	say(last, bcast, text);
	turn(150);
	ATF_CHECK(!got.came);
}

static void
padi(uint8_t last)
{
	ask(last, true, "PADI <Service-Name > <Host-Uniq 0x01>");
	ATF_REQUIRE(got.came);
	ATF_REQUIRE_EQ(CODE_PADO, got.code);
	ATF_REQUIRE(got.cookie_len > 0);
}

static const char *
padr_text(void)
{
	static char text[400];
	char *p = text;

	p += sprintf(p, "PADR <Service-Name > <Host-Uniq 0x01> <AC-Cookie 0x");
	for (size_t i = 0; i < got.cookie_len; i++)
		p += sprintf(p, "%02x", got.cookie[i]);
	sprintf(p, ">");
	return text;
}

static void
padr(uint8_t last)
{
	ask(last, false, padr_text());
}

/* ---- addresses ---- */

NET_TEST(addresses_of_the_pool, "each peer its own, given back at the end")
{
	static bool seen[POOL_N];
	char mac[] = "02:42:00:00:00:03";

	configure();
	start("/nonexistent");
	start_peers(20, "", "");
	bring_up(20);
	ATF_REQUIRE_EQ(20, peers_stats(peers)->up);
	for (unsigned i = 0; i < 20; i++) {
		uint32_t a = peers_addr(peers, i);

		ATF_REQUIRE(a >= POOL_LO && a < POOL_LO + POOL_N);
		ATF_CHECK(!seen[a - POOL_LO]);
		seen[a - POOL_LO] = true;
	}
	ATF_CHECK_EQ(20, counts().sessions);
	ATF_CHECK_EQ(0, counts().starting);
	ATF_CHECK_EQ(POOL_N, counts().pool_size);
	ATF_CHECK_EQ(20, counts().pool_used);
	sh("ip route show 10.1.0.0/16 | grep -q .; ip route get 10.1.0.5 "
	    "| grep -q tun");
	ATF_CHECK_EQ(1, ctl_close_session(c, mac));
	TURN_UNTIL(counts().sessions <= 19);
	ATF_CHECK_EQ(19, counts().sessions);
	ATF_CHECK_EQ(19, counts().pool_used);
	ATF_CHECK_EQ(1, counts().by_why[WHY_ADMIN]);
	TURN_UNTIL(peers_stats(peers)->lost > 0);
	ATF_CHECK_EQ(1, peers_stats(peers)->lost);
	ATF_CHECK_EQ(0, ctl_close_session(c, "nobody"));
	ATF_CHECK_EQ(19, ctl_close_session(c, "all"));
	TURN_UNTIL(counts().sessions <= 0);
	ATF_CHECK_EQ(0, counts().pool_used);
	ATF_CHECK_EQ(0, counts().sessions + counts().starting);
	ATF_CHECK_EQ(20, counts().closed);
	end();
}

NET_TEST(pool_runs_out, "who finds no address is told and closed")
{
	configure();
	prof.his[0].hi = POOL_LO + 2;
	start("/nonexistent");
	start_peers(5, "", "");
	bring_up(5);
	TURN_UNTIL(counts().starting <= 0);
	ATF_CHECK_EQ(3, counts().sessions);
	ATF_CHECK_EQ(3, counts().pool_used);
	ATF_CHECK_EQ(2, counts().by_why[WHY_NO_ADDR]);
	end();
}

NET_TEST(fixed_address, "the address column of ppp.secret, for one at a time")
{
	FILE *f;

	configure();
	f = fopen("secret", "w");
	fprintf(f, "fred key 10.1.0.7\nann key 192.0.2.9\n");
	fclose(f);
	chmod("secret", 0600);
	prof.ppp.enabled |= NEG_CHAP5;
	start("secret");
	start_peers(2, "fred", "key");
	bring_up(1);
	ATF_REQUIRE_EQ(1, peers_stats(peers)->up);
	ATF_CHECK_EQ(0x0a010007, peers_addr(peers, 0));
	bring_up(1);			/* the same name again */
	TURN_UNTIL(counts().starting <= 0);
	ATF_CHECK_EQ(1, counts().by_why[WHY_NO_ADDR]);
	ATF_CHECK_EQ(1, counts().sessions);
	ATF_CHECK_EQ(0x0a010007, peers_addr(peers, 0));
	peers_stop(peers, 0, clock_now());
	TURN_UNTIL(counts().sessions <= 0);
	ATF_CHECK_EQ(1, counts().by_why[WHY_PEER_PADT]);
	peers_free(peers);
	start_peers(1, "ann", "key");	/* outside of the pool */
	bring_up(1);
	ATF_REQUIRE_EQ(1, peers_stats(peers)->up);
	ATF_CHECK_EQ(0xc0000209, peers_addr(peers, 0));
	sh("ip route get 192.0.2.9 | grep -q tun");
	ATF_CHECK_EQ(1, ctl_close_session(c, "ann"));
	TURN_UNTIL(counts().sessions <= 0);
	ATF_CHECK(!sh_ok("ip route get 192.0.2.9 2>/dev/null | grep -q tun"));
	end();
}

/* ---- limits ---- */

NET_TEST(limit_of_all, "one more than maxsessions is refused")
{
	configure();
	prof.lb.max_sessions = 3;
	start("/nonexistent");
	start_peers(5, "", "");
	for (int i = 0; i < 5; i++)
		bring_up(1);
	ATF_CHECK_EQ(3, peers_stats(peers)->up);
	ATF_CHECK_EQ(2, peers_stats(peers)->failed);
	ATF_CHECK_EQ(2, counts().refused);
	ATF_CHECK_EQ(2, counts().drop[DROP_LIMIT_ALL]);
	peers_stop(peers, 0, clock_now());
	TURN_UNTIL(counts().sessions <= 2);
	padi(1);
	padr(1);			/* there is room again */
	ATF_CHECK_EQ(CODE_PADS, got.code);
	ATF_CHECK(got.sid != 0);
	end();
}

NET_TEST(limit_of_a_mac, "macsessions counts set-ups as well")
{
	configure();
	prof.lb.mac_sessions = 2;
	start("/nonexistent");
	for (int i = 0; i < 2; i++) {
		padi(1);
		padr(1);
		ATF_REQUIRE(got.came);
		ATF_CHECK(got.sid != 0);
	}
	padi(1);
	padr(1);
	ATF_REQUIRE(got.came);
	ATF_CHECK_EQ(CODE_PADS, got.code);
	ATF_CHECK_EQ(0, got.sid);
	ATF_CHECK(strstr(got.text, "Error") != NULL);
	ATF_CHECK_EQ(1, counts().drop[DROP_LIMIT_MAC]);
	padi(2);			/* another one is not concerned */
	padr(2);
	ATF_CHECK(got.sid != 0);
	ATF_CHECK_EQ(3, counts().starting);
	end();
}

/* So many set-ups at once: whoever comes then is not refused, it asks again
 * and is served. */
NET_TEST(half_open, "set-ups beyond the limit wait")
{
	configure();
	prof.lb.half_open.all = 2;
	start("/nonexistent");
	for (uint8_t i = 1; i <= 2; i++) {
		padi(i);
		padr(i);
		ATF_REQUIRE(got.came && got.sid != 0);
	}
	padi(3);
	no_answer(3, false, padr_text());
	ATF_CHECK_EQ(0, counts().refused);
	ATF_CHECK_EQ(2, counts().starting);
	ATF_CHECK_EQ(1, counts().drop[DROP_HALF_OPEN]);
	prof.lb.half_open.all = 3;	/* live */
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	padr(3);			/* with the same cookie */
	ATF_REQUIRE(got.came);
	ATF_CHECK(got.sid != 0);
	end();
}

/* A flood in one VLAN, or of one MAC address, is nobody else's. */
NET_TEST(budgets, "set-ups of a VLAN, an interface and a MAC")
{
	char padt[32];
	uint16_t sid;

	configure();
	prof.lb.iface[0].any_vlan = true;
	prof.lb.half_open = (struct lb_budget){ 9, 6, 3, 2 };
	start("/nonexistent");
	tags = (struct vlans){ 7, 0 };
	for (uint8_t i = 1; i <= 3; i++) {
		padi(i);
		padr(i);
		ATF_REQUIRE(got.came && got.sid != 0);
	}
	sid = got.sid;
	padi(4);
	no_answer(4, false, padr_text());	/* the VLAN has its three */
	tags = (struct vlans){ 7, 8 };		/* another one */
	for (int i = 0; i < 2; i++) {
		padi(1);
		padr(1);
		ATF_REQUIRE(got.came && got.sid != 0);
	}
	padi(1);
	no_answer(1, false, padr_text());	/* the MAC has its two */
	tags = (struct vlans){ 0, 0 };
	padi(1);
	padr(1);
	ATF_REQUIRE(got.came && got.sid != 0);
	padi(2);
	no_answer(2, false, padr_text());	/* the interface has six */
	ATF_CHECK_EQ(3, counts().drop[DROP_HALF_OPEN]);
	ATF_CHECK_EQ(6, counts().starting);
	ATF_CHECK_EQ(0, counts().refused);
	/* A place that becomes free is found. */
	tags = (struct vlans){ 7, 0 };
	snprintf(padt, sizeof(padt), "PADT sid=0x%04x", sid);
	say(3, false, padt);
	TURN_UNTIL(counts().starting == 5);
	padi(4);
	padr(4);
	ATF_CHECK(got.came && got.sid != 0);
	end();
}

/* ---- Discovery ---- */

/* osvbng: every replay of a PADR made a session. */
NET_TEST(osvbng_replayed_padr, "one cookie, one session")
{
	uint16_t sid;

	configure();
	start("/nonexistent");
	padi(1);
	padr(1);
	ATF_REQUIRE(got.came);
	sid = got.sid;
	ATF_REQUIRE(sid != 0);
	for (int i = 0; i < 10; i++) {
		padr(1);
		ATF_REQUIRE(got.came);
		ATF_CHECK_EQ(CODE_PADS, got.code);
		ATF_CHECK_EQ(sid, got.sid);
	}
	ATF_CHECK_EQ(1, counts().opened);
	ATF_CHECK_EQ(1, counts().starting);
	ATF_CHECK_EQ(11, counts().padr);
	ATF_CHECK_EQ(11, counts().pads);
	no_answer(2, false, padr_text());	/* stolen by another MAC */
	ATF_CHECK_EQ(1, counts().drop[DROP_COOKIE]);
	ATF_CHECK_EQ(1, counts().opened);
	end();
}

/* osvbng, bngblaster#348: PADT by Session-ID alone. */
NET_TEST(osvbng_forged_padt, "only the peer itself hangs up")
{
	char text[60];
	uint16_t sid;

	configure();
	start("/nonexistent");
	padi(1);
	padr(1);
	sid = got.sid;
	ATF_REQUIRE(sid != 0);
	snprintf(text, sizeof(text), "PADT sid=0x%04x", sid);
	say(2, false, text);		/* another MAC */
	TURN_UNTIL(counts().drop[DROP_DISC_FORGED] >= 1);
	ATF_CHECK_EQ(1, counts().starting);
	ATF_CHECK_EQ(1, counts().drop[DROP_DISC_FORGED]);
	snprintf(text, sizeof(text), "PADT sid=0x%04x", sid ^ 1);
	say(1, false, text);		/* another id */
	TURN_UNTIL(counts().drop[DROP_DISC_FORGED] >= 2);
	ATF_CHECK_EQ(1, counts().starting);
	ATF_CHECK_EQ(0, counts().closed);
	snprintf(text, sizeof(text), "PADT sid=0x%04x", sid);
	for (int i = 0; i < 5; i++)	/* again and again is once */
		say(1, false, text);
	TURN_UNTIL(counts().starting == 0);
	ATF_CHECK_EQ(0, counts().starting);
	ATF_CHECK_EQ(1, counts().closed);
	ATF_CHECK_EQ(1, counts().by_why[WHY_PEER_PADT]);
	say(1, false, padr_text());	/* its cookie is used up */
	turn(150);
	ATF_CHECK(!got.came || got.sid == 0);
	ATF_CHECK_EQ(1, counts().opened);
	end();
}

/* ---- live changes ---- */

NET_TEST(new_ranges_live, "sessions keep their address and its route")
{
	configure();
	prof.his[0].hi = POOL_LO + 6;
	start("/nonexistent");
	start_peers(4, "", "");
	bring_up(2);
	ATF_REQUIRE_EQ(2, peers_stats(peers)->up);
	prof.his[0] = (struct ip4_range){ 0x0a020001, 0x0a02000e };
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	turn(100);
	ATF_CHECK_EQ(2, peers_stats(peers)->up);
	ATF_CHECK_EQ(2, counts().sessions);
	for (unsigned i = 0; i < 2; i++)
		sh("ip route get 10.1.0.%u | grep -q tun",
		    peers_addr(peers, i) & 255);
	sh("ip route get 10.2.0.3 | grep -q tun");
	bring_up(2);
	ATF_REQUIRE_EQ(4, peers_stats(peers)->up);
	ATF_CHECK_EQ(0x0a020000, peers_addr(peers, 3) & 0xffffff00);
	ATF_CHECK_EQ(0x0a010000, peers_addr(peers, 0) & 0xffffff00);
	/* A draft that cannot be: nothing changes. */
	prof.his[0] = (struct ip4_range){ 0x0a020001, 0x0c020001 };
	strcpy(prof.lb.ac.acname, "other");
	ATF_CHECK(ctl_publish(c, &prof, why, sizeof(why)) < 0);
	ATF_CHECK(why[0] != '\0');
	padi(1);
	ATF_CHECK(strstr(got.text, "ac1") != NULL);
	ATF_CHECK_EQ(4, counts().sessions);
	end();
}

NET_TEST(interface_comes_back, "its sessions end, new ones come")
{
	configure();
	start("/nonexistent");
	start_peers(4, "", "");
	bring_up(2);
	ATF_REQUIRE_EQ(2, peers_stats(peers)->up);
	sh("ip link del acs0");
	TURN_UNTIL(counts().sessions <= 0);
	ATF_CHECK_EQ(0, counts().sessions);
	ATF_CHECK_EQ(2, counts().by_why[WHY_IF_GONE]);
	close(wire);
	veth();
	wire = wire_open();
	TURN_UNTIL(counts().ports == 1);
	turn(50);
	bring_up(2);
	ATF_CHECK_EQ(2, counts().sessions);
	end();
}

NET_TEST(interfaces_exchanged, "all rows of one publish, a missing one too")
{
	configure();
	start("/nonexistent");
	padi(1);
	sh("ip link add acs1 type veth peer name sub1");
	sh("ip link set acs1 up && ip link set sub1 up");
	strcpy(prof.lb.iface[0].name, "gone0");
	strcpy(prof.lb.iface[1].name, "acs1");
	strcpy(prof.lb.iface[2].name, "acs0");
	prof.lb.ifaces = 3;
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	ATF_CHECK(c->ac != NULL);
	padi(1);			/* the old one still serves */
	sh("ip link add gone0 type veth peer name sub2");
	sh("ip link set gone0 up");
	TURN_UNTIL(counts().ports == 3);
	turn(50);
	close(wire);
	sh("ip link set sub0 name old0 && ip link set sub2 name sub0 && "
	    "ip link set sub0 up");
	wire = wire_open();
	turn(100);
	padi(2);			/* and the one that was missing */
	end();
}

NET_TEST(interface_given_up, "no row names it: its sessions end")
{
	configure();
	start("/nonexistent");
	start_peers(2, "", "");
	bring_up(2);
	ATF_REQUIRE_EQ(2, peers_stats(peers)->up);
	sh("ip link add acs1 type veth peer name sub1");
	strcpy(prof.lb.iface[0].name, "acs1");
	ATF_REQUIRE_EQ(0, ctl_publish(c, &prof, why, sizeof(why)));
	TURN_UNTIL(counts().sessions <= 0);
	ATF_CHECK_EQ(2, counts().by_why[WHY_ADMIN]);
	ATF_CHECK_EQ(0, counts().pool_used);
	no_answer(1, true, "PADI <Service-Name >");
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, addresses_of_the_pool);
	ATF_TP_ADD_TC(tp, pool_runs_out);
	ATF_TP_ADD_TC(tp, fixed_address);
	ATF_TP_ADD_TC(tp, limit_of_all);
	ATF_TP_ADD_TC(tp, limit_of_a_mac);
	ATF_TP_ADD_TC(tp, half_open);
	ATF_TP_ADD_TC(tp, budgets);
	ATF_TP_ADD_TC(tp, osvbng_replayed_padr);
	ATF_TP_ADD_TC(tp, osvbng_forged_padt);
	ATF_TP_ADD_TC(tp, new_ranges_live);
	ATF_TP_ADD_TC(tp, interface_comes_back);
	ATF_TP_ADD_TC(tp, interfaces_exchanged);
	ATF_TP_ADD_TC(tp, interface_given_up);
	return atf_no_error();
}
#else
#include <atf-c.h>

ATF_TP_ADD_TCS(tp)
{
	(void)tp;
	return atf_no_error();
}
#endif
