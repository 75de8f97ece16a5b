/*
 * `ppp -n`: what a configuration will do, in plain sentences, and remarks
 * on what is legal and probably not meant. Touches nothing.
 */
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aaa/radius_conf.h"
#include "base/ct.h"
#include "base/log.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "ctl/device.h"

static void
sentence_mode(const struct draft *d, struct txt *t)
{
	static const char *const text[] = {
		"waits for commands at the terminal; `dial' opens the link",
		"opens the link when a packet wants to leave",
		"opens the link at once; ends when it is lost for good",
		"opens the link at once; ends when it is lost for good",
		"opens the link at once and again for ever",
		"opens the link at once and again for ever",
		"opens the link at once and ends with it",
	};

	txt_put(t, "Mode %s: %s.\n", mode_name(d->p.mode),
	    d->p.lb.ifaces > 0 ? "serves peers until it is told to end" :
	    text[d->p.mode]);
}

static void
one_device(const char *word, const struct link_conf *p, struct txt *t)
{
	struct pppoe_device dev;
	char why[128];

	switch (device_kind(word)) {
	case DEV_TTY:
		txt_put(t, "serial line %s at %u bits/s", word,
		    p->serial.speed);
		return;
	case DEV_PROGRAM:
		txt_put(t, "the program \"%s\"", word + 1);
		return;
	case DEV_TCP:
	case DEV_UDP:
		txt_put(t, "%s to %s", device_kind(word) == DEV_UDP ? "UDP" :
		    "TCP", word);
		return;
	default:
		break;
	}
	if (pppoe_device_parse(word, &dev, why, sizeof(why)) < 0)
		return;
	txt_put(t, "PPPoE on interface %s, %s", dev.ifname,
	    dev.host.acname[0] != '\0' ? "only the access concentrator " :
	    "any access concentrator");
	if (dev.host.acname[0] != '\0')
		txt_put(t, "\"%s\"", dev.host.acname);
	if (dev.host.service[0] != '\0')
		txt_put(t, ", service \"%s\"", dev.host.service);
	else
		txt_put(t, ", any service");
	if (p->com3)
		txt_put(t, ", with 3Com's Ethernet types");
}

static void
scripts(const struct draft *d, const struct link_conf *p, struct txt *t)
{
	static const char *const name[] = { "dial", "login", "logout",
	    "hangup" };
	const char *const text[] = { p->dial, p->login, p->logout,
	    p->hangup }, *sep = "Scripts: ";
	bool off = !d->p.force_scripts && (p->mode == MODE_DIRECT ||
	    p->mode == MODE_DEDICATED);

	for (int i = 0; i < 4; i++)
		if (text[i][0] != '\0') {
			txt_put(t, "%s%s", sep, name[i]);
			sep = ", ";
		}
	if (*sep == ',')
		txt_put(t, "%s.\n", off ? " (not run in this mode: see "
		    "force-scripts)" : "");
}

static bool
over(const struct link_conf *p, bool pppoe)
{
	for (int i = 0; i < p->devices; i++)
		if ((device_kind(p->device[i]) == DEV_PPPOE) == pppoe)
			return true;
	return false;
}

static void
link_devices(const struct draft *d, const struct link_conf *p, struct txt *t)
{
	bool direct = p->mode == MODE_DIRECT;

	for (int i = 0; i < p->devices && !direct; i++) {
		txt_put(t, "%s", i > 0 ? "; if that fails, " : "");
		one_device(p->device[i], p, t);
	}
	txt_put(t, "%s.\n", direct ? "the line that it is started on" :
	    p->devices == 0 ? "no device is set" : "");
	if (direct || over(p, false))
		scripts(d, p, t);
}

static void
client(const struct draft *d, struct txt *t)
{
	const struct profile *p = &d->p;

	txt_put(t, "Client: ");
	link_devices(d, &p->link[0], t);
	for (int i = 1; i < p->links; i++) {
		txt_put(t, "Link %s, mode %s: ", p->link[i].name,
		    mode_name((enum mode)p->link[i].mode));
		link_devices(d, &p->link[i], t);
	}
	if (p->mode == MODE_DIRECT || !over(&p->link[0], true))
		txt_put(t, "Packets: up to %u octets.\n",
		    p->ppp.mru != 0 ? p->ppp.mru : 1500);
	else if (p->max_payload > PPPOE_MTU)
		txt_put(t, "Packets: asks for up to %u octets (RFC 4638).\n",
		    p->max_payload);
	else
		txt_put(t, "Packets: up to %u octets.\n", PPPOE_MTU);
	if (p->ppp.authname[0] != '\0')
		txt_put(t, "Name: we call ourselves \"%s\"%s.\n",
		    p->ppp.authname, p->ppp.key_prog ? ", a program makes "
		    "the key" : p->ppp.authkey[0] != '\0' ?
		    " and have a key" : ", without a key");
	else
		txt_put(t, "Name: none (set authname, set authkey).\n");
}

static void
auth_list(uint32_t mask, struct txt *t)
{
	static const struct { const char *name; uint32_t bit; } row[] = {
		{ "CHAP-MD5", NEG_CHAP5 }, { "MS-CHAP", NEG_MSCHAP },
		{ "LANMan", NEG_LANMAN }, { "MS-CHAPv2", NEG_MSCHAPV2 },
		{ "PAP", NEG_PAP },
	};
	const char *sep = "";

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (mask & row[i].bit) {
			txt_put(t, "%s%s", sep, row[i].name);
			sep = ", ";
		}
}

static void
auth(const struct profile *p, const struct cmd_env *e, struct txt *t)
{
	uint32_t ask = p->ppp.enabled & NEG_AUTH;
	uint32_t take = p->ppp.accepted & NEG_AUTH;

	if (p->ppp.key_prog)
		take &= ~(uint32_t)NEG_PAP;	/* it answers challenges */
	if (p->lb.ifaces == 0) {
		txt_put(t, "Authentication: the peer may ask us for ");
		auth_list(take, t);
		txt_put(t, "%s.\n", take == 0 ? "nothing" : "");
	}
	if (ask == 0) {
		txt_put(t, "Authentication: the peer proves nothing to us"
		    "%s.\n", p->lb.ifaces > 0 ? "; everybody is let in" :
		    "");
		return;
	}
	txt_put(t, "Authentication: the peer must prove itself by ");
	auth_list(ask, t);
	if (p->radius[0] != '\0')
		txt_put(t, ", checked by the RADIUS servers of %s.\n",
		    p->radius);
	else
		txt_put(t, ", checked against %s/ppp.secret%s.\n", e->dir,
		    p->passwdauth ? " and the users of this system" : "");
}

static void
one_service(const struct rad_conf *c, enum rad_service s, struct txt *t)
{
	for (int i = 0; i < c->hosts[s]; i++)
		txt_put(t, "%s%s", i > 0 ? ", then " : "",
		    c->host[s][i].name);
	if (c->hosts[s] == 0)
		txt_put(t, "nobody");
}

static void
radius(const struct profile *p, struct txt *t)
{
	struct rad_conf *c = calloc(1, sizeof(*c));
	char text[RAD_ADDR_TEXT];
	struct txt lost = { 0 };
	struct diag nobody = { .to = &lost };
	struct stat st;

	if (c != NULL && p->radius[0] != '\0' &&
	    rad_conf_read(c, p->radius, &st, &nobody) == 0) {
		txt_put(t, "RADIUS: names are asked of ");
		one_service(c, RAD_FOR_AUTH, t);
		txt_put(t, "; accounting goes to ");
		one_service(c, RAD_FOR_ACCT, t);
		if (p->rad_alive > 0)
			txt_put(t, ", every %u s", p->rad_alive);
		if (c->dae.len != 0)
			txt_put(t, "; CoA and Disconnect are taken at %s",
			    rad_addr_text(&c->dae, text));
		txt_put(t, ".\n");
		ct_wipe(c, sizeof(*c));
	}
	txt_free(&lost);
	free(c);
}

static void
iface(const struct lb_if *f, struct txt *t)
{
	txt_put(t, "%s", f->name);
	if (f->any_vlan)
		txt_put(t, " (whatever VLAN tags)");
	else if (f->vlan.outer != 0) {
		txt_put(t, " (VLAN ");
		put_vlan(f->vlan, t);
		txt_put(t, ")");
	}
	if (f->com3)
		txt_put(t, " (3Com's Ethernet types)");
}

static void
services(const struct ac_conf *ac, struct txt *t)
{
	txt_put(t, "Services: ");
	for (int i = 0; i < ac->services; i++)
		txt_put(t, "%s\"%s\"", i > 0 ? ", " : "", ac->service[i]);
	if (ac->any_service)
		txt_put(t, "%swhatever is asked for",
		    ac->services > 0 ? ", and " : "");
	else if (ac->services == 0)
		txt_put(t, "the empty name only");
	txt_put(t, ".\n");
}

static void
concentrator(const struct profile *p, struct txt *t)
{
	const struct lb_conf *lb = &p->lb;

	txt_put(t, "Access concentrator: on ");
	for (int i = 0; i < lb->ifaces; i++) {
		txt_put(t, "%s", i > 0 ? ", " : "");
		iface(&lb->iface[i], t);
	}
	txt_put(t, ", called %s%s%s, %u worker%s.\n",
	    lb->ac.acname[0] != '\0' ? "\"" : "",
	    lb->ac.acname[0] != '\0' ? lb->ac.acname : "by the host name",
	    lb->ac.acname[0] != '\0' ? "\"" : "", lb->workers,
	    lb->workers == 1 ? "" : "s");
	services(&lb->ac, t);
	txt_put(t, "Limits: %u sessions", lb->max_sessions);
	if (lb->mac_sessions > 0)
		txt_put(t, ", %u of one MAC", lb->mac_sessions);
	if (lb->name_sessions > 0)
		txt_put(t, ", %u of one name%s", lb->name_sessions,
		    lb->name_replace ? " (the oldest goes)" : "");
	txt_put(t, "; %u PADIs a second on an interface, %u of one MAC.\n",
	    lb->ac.padi_rate, lb->ac.mac_rate);
	if (lb->ac.max_payload > PPPOE_MTU)
		txt_put(t, "Packets: grants up to %u octets (RFC 4638).\n",
		    lb->ac.max_payload);
	else
		txt_put(t, "Packets: up to %u octets.\n", PPPOE_MTU);
}

static void
want(const char *who, const struct ip4_want *w, struct txt *t)
{
	if (w->bits == 32 && w->addr != 0) {
		txt_put(t, "%s is ", who);
		put_ip4(w->addr, t);
		txt_put(t, ", nothing else");
	} else if (w->addr != 0) {
		txt_put(t, "%s is suggested ", who);
		put_ip4(w->addr, t);
		txt_put(t, w->bits == 0 ? ", anything is taken" :
		    ", the first %u bits must stay", w->bits);
	} else {
		txt_put(t, "%s is whatever the other side says", who);
	}
}

static void
addresses(const struct profile *p, struct txt *t)
{
	uint64_t n = 0;

	if (!(p->ppp.enabled & NEG_IPCP)) {
		txt_put(t, "IPv4: off.\n");
		return;
	}
	txt_put(t, "IPv4: ");
	want("our address", &p->net.my, t);
	txt_put(t, "; ");
	for (int i = 0; i < p->his_ranges; i++)
		n += (uint64_t)p->his[i].hi - p->his[i].lo + 1;
	if (n > 0)
		txt_put(t, "the peer's is one of %llu",
		    (unsigned long long)n);
	else
		want("the peer's", &p->net.his, t);
	if (p->net.has_trigger) {
		txt_put(t, "; the first request says ");
		put_ip4(p->net.trigger, t);
	}
	txt_put(t, ".\n");
}

static void
dns(const struct profile *p, struct txt *t)
{
	if (p->ppp.enabled & NEG_DNS)
		txt_put(t, "Name servers: asked of the peer%s.\n",
		    p->resolv_readonly ? "; resolv.conf is left alone" :
		    " and written into /etc/resolv.conf while the link is "
		    "up");
	if (p->ppp.accepted & NEG_DNS) {
		txt_put(t, "Name servers: the peer is told ");
		if (p->dns_set) {
			put_ip4(p->net.dns[0], t);
			if (p->net.dns[1] != 0) {
				txt_put(t, " and ");
				put_ip4(p->net.dns[1], t);
			}
		} else {
			txt_put(t, "those of /etc/resolv.conf");
		}
		txt_put(t, ".\n");
	}
}

static void
routes(const struct profile *p, struct txt *t)
{
	for (int i = 0; i < p->routes; i++) {
		const struct route_want *r = &p->route[i];

		txt_put(t, "Route: ");
		put_route(r, t);
		txt_put(t, "%s.\n", r->dst_word != AW_NONE ||
		    r->gw_word != AW_NONE ? ", again whenever that address "
		    "changes" : "");
	}
}

static void
nat(const struct profile *p, struct txt *t)
{
	const struct nat_conf *c = &p->natc;

	if (!p->nat)
		return;
	txt_put(t, "NAT: on for %s leaves through the link%s.\n",
	    c->unregistered_only ? "private addresses whose traffic" : "what",
	    c->deny_incoming ? "; what nobody asked for is refused" : "");
	for (int i = 0; i < c->rules; i++) {
		txt_put(t, "NAT: ");
		put_nat_rule(&c->rule[i], t);
		txt_put(t, ".\n");
	}
	if (c->target_kind != NAT_TO_DEFAULT) {
		txt_put(t, "NAT: what no rule knows goes to ");
		put_nat_target(c, t);
		txt_put(t, ".\n");
	}
	if (p->lb.ifaces > 0)
		txt_put(t, "Remark: NAT is the client's; a concentrator's "
		    "peers are not translated.\n");
}

static void
filters(const struct profile *p, struct txt *t)
{
	static const char *const what[] = { "from the peer", "to the peer",
	    "that may dial", "that keep the line up" };

	for (int i = 0; i < FILTERS; i++) {
		const struct filter_rule *r = p->filter.rule[i];
		int n = 0;

		for (int k = 0; k < FILTER_RULES; k++)
			n += r[k].act != FILTER_UNSET;
		if (n == 0)
			continue;
		txt_put(t, "Filter %s: packets %s go through %d rule%s",
		    filter_name((enum filter_name)i), what[i], n,
		    n == 1 ? "" : "s");
		txt_put(t, r[0].act == FILTER_UNSET ? ", none in force "
		    "without a rule 0.\n" : "; what none matches is "
		    "denied.\n");
	}
}

static void
rate(const struct profile *p, struct txt *t)
{
	const struct rate_conf *r = &p->rate;

	if (r->up == 0 && r->down == 0)
		return;
	txt_put(t, "Rate: up ");
	put_bps(r->up, t);
	txt_put(t, ", down ");
	put_bps(r->down, t);
	txt_put(t, " bits a second of a session (0: no limit).\n");
}

static void
packing(const struct profile *p, struct txt *t)
{
	const struct mppe_conf *m = &p->ppp.mppe;

	if (!m->required)
		return;
	txt_put(t, "Encryption: required (MPPE, ");
	if (m->bits != 0)
		txt_put(t, "%u bits", m->bits);
	else
		txt_put(t, "40 to 128 bits");
	txt_put(t, "%s); without it the link is closed.\n",
	    m->state == MPPE_STATEFUL_ONLY ? ", stateful" :
	    m->state == MPPE_STATELESS_ONLY ? ", stateless" : "");
}

static void
upkeep(const struct draft *d, struct txt *t)
{
	const struct profile *p = &d->p;

	if (p->ppp.enabled & NEG_ECHO)
		txt_put(t, "Line check: an LCP echo every %u s; %u lost end "
		    "the link.\n", p->ppp.lqr_period, p->ppp.echo_fail);
	if (p->ppp.enabled & NEG_LQR)
		txt_put(t, "Line check: link quality reports every %u s, if "
		    "the peer agrees.\n", p->ppp.lqr_period);
	if (p->lb.ifaces > 0) {
		if (p->idle_set && p->idle_secs > 0)
			txt_put(t, "Idle: a session is closed after %u s "
			    "without traffic.\n", p->idle_secs);
		return;
	}
	if (p->idle_secs > 0 && d->p.mode != MODE_DDIAL)
		txt_put(t, "Idle: closed after %u s without traffic.\n",
		    p->idle_secs);
	txt_put(t, "Redial: after a pause of ");
	put_pause(p->redial.secs, t);
	if (d->p.mode == MODE_DDIAL || p->redial.tries == 0)
		txt_put(t, ", for ever.\n");
	else
		txt_put(t, ", %u attempt%s in all.\n", p->redial.tries,
		    p->redial.tries == 1 ? "" : "s");
}

static void
process(const struct draft *d, struct txt *t)
{
	const char *sep = " ";

	txt_put(t, "Log:");
	for (int i = 0; i < LOG_LEVELS; i++)
		if (d->log & LOG_BIT(i)) {
			txt_put(t, "%s%s", sep,
			    log_level_name((enum log_level)i));
			sep = ", ";
		}
	txt_put(t, "%s.\n", d->log == 0 ? " warnings and errors only" : "");
	if (d->server.kind == SERVER_OPEN)
		txt_put(t, "Diagnostic socket: %s, %s.\n", d->server.addr,
		    d->server.password[0] != '\0' ? "with a password" :
		    "without a password");
	if (d->http.on)
		txt_put(t, "Metrics and page: %s%s, %s.\n",
		    d->http.addr[strspn(d->http.addr, "0123456789")] == '\0' ?
		    "127.0.0.1:" : "", d->http.addr,
		    d->http.password[0] != '\0' ? "with a password" :
		    "without a password");
	for (int i = 0; i < d->laters; i++)
		txt_put(t, "Once running: %s\n", d->later[i].text);
}

/* ---- remarks ---- */

static void
no_such(const char *name, struct txt *t)
{
	char real[IFNAMSIZ];
	struct vlans v;

	if (device_find(name, real, &v) < 0)
		txt_put(t, "Remark: interface %s does not exist here now; "
		    "starting needs it.\n", name);
}

static void
remarks(const struct draft *d, const struct cmd_env *e, struct txt *t)
{
	const struct profile *p = &d->p;
	struct pppoe_device dev;
	char path[PATH_MAX], why[64];

	for (int k = 0; k < p->links; k++)
		for (int i = 0; i < p->link[k].devices; i++)
			if (pppoe_device_parse(p->link[k].device[i], &dev,
			    why, sizeof(why)) == 0)
				no_such(dev.ifname, t);
	for (int i = 0; i < p->lb.ifaces; i++)
		no_such(p->lb.iface[i].name, t);
	if (p->lb.ifaces == 0 && p->ppp.enabled & NEG_AUTH)
		txt_put(t, "Remark: `enable' makes us ask the peer; a "
		    "provider rarely proves itself (`accept' is what lets "
		    "it ask us).\n");
	if (p->lb.ifaces == 0 && p->ppp.authname[0] != '\0' &&
	    p->ppp.authkey[0] == '\0')
		txt_put(t, "Remark: authname without authkey.\n");
	snprintf(path, sizeof(path), "%s/ppp.linkup", e->dir);
	if (access(path, R_OK) == 0)
		txt_put(t, "Remark: %s has commands for when the link comes "
		    "up.\n", path);
}

void
cmd_explain(const struct draft *d, const struct cmd_env *e, struct txt *out)
{
	const struct profile *p = &d->p;

	txt_put(out, "Label %s.\n", p->label);
	sentence_mode(d, out);
	if (p->lb.ifaces > 0)
		concentrator(p, out);
	else
		client(d, out);
	auth(p, e, out);
	radius(p, out);
	addresses(p, out);
	txt_put(out, "IPv6: %s.\n", p->ppp.enabled & NEG_IPV6CP ?
	    "link-local addresses on both sides" : "off");
	dns(p, out);
	routes(p, out);
	nat(p, out);
	filters(p, out);
	rate(p, out);
	packing(p, out);
	upkeep(d, out);
	explain_rows(d, out);
	process(d, out);
	remarks(d, e, out);
}
