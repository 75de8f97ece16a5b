/*
 * The bundle: a client's one interface and its link, as the control thread
 * sees them. It decides when to dial (sess/dial.h), answers what the lane
 * asks, and gives the host its addresses, routes and name servers.
 */
#include "ctl/bundle.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/device.h"
#include "ctl/leftover.h"
#include "os/net.h"

#define LINK	"deflink"

/* ---- log lines of ppp(8)'s shape ---- */

void
bundle_link(struct bundle *b, enum link_state to)
{
	if (b->link == to)
		return;
	log_put(LOG_PHASE, LINK ": %s -> %s", link_state_name(b->link),
	    link_state_name(to));
	b->link = to;
}

/* The states between two that a PPPoE link passes without stopping. */
static void
link_through(struct bundle *b, enum link_state to)
{
	while (b->link < to) {
		enum link_state next = (enum link_state)(b->link + 1);

		if (next == LINK_CBCP && to != LINK_CBCP)
			next = LINK_OPEN;
		bundle_link(b, next);
	}
}

static void
set_phase(struct bundle *b, enum ppp_phase ph)
{
	if (b->phase == ph)
		return;
	b->phase = ph;
	log_put(LOG_PHASE, "bundle: %s", ppp_phase_name(ph));
	ctl_phase_changed(b->c);
}

/* ---- dialling ---- */

static bool
tell(struct bundle *b, struct mail *m)
{
	m->ticket = b->ticket;
	return ctl_mail(b->c, 0, m);
}

bool
bundle_tell(struct bundle *b, uint16_t op, uint32_t arg)
{
	struct mail m = { .op = op, .arg = arg };

	return b->ticket != 0 && tell(b, &m);
}

static void
end_attempt(struct bundle *b, enum why why);

/* Auto mode, and nothing is under way: the lane has asked for a dial that
 * came to nothing, the next packet may ask again. */
static void
rest(struct bundle *b)
{
	struct mail m = { .op = MAIL_DEMAND, .arg = 1 };

	if (b->c->mode == MODE_AUTO && b->ticket == 0 && !b->dialer.trying)
		ctl_mail(b->c, 0, &m);
}

static void
not_dialled(struct bundle *b, enum why why)
{
	end_attempt(b, why);
	rest(b);
}

static bool
open_port(struct bundle *b, const char *ifname)
{
	const struct profile *p = &b->c->p;
	struct io_conf io = { .lanes = 1, .ring = true,
	    .disc_type = p->com3 ? ETH_3COM_DISC : ETH_PPPOE_DISC,
	    .sess_type = p->com3 ? ETH_3COM_SESS : ETH_PPPOE_SESS };
	struct mail m = { .op = MAIL_PORT_OPEN, .arg = 0, .arg2 = p->com3 };

	memcpy(io.ifname, ifname, sizeof(io.ifname));
	mail_put(&m, &io, sizeof(io));
	return ctl_mail(b->c, 0, &m);
}

static void
send_left_over(const struct sess_key *k, void *arg)
{
	struct bundle *b = arg;
	struct mail m = { .op = MAIL_LEFT_OVER, .key = *k };
	char mac[MAC_TEXT];

	log_put(LOG_PHASE, LINK ": ending session %u at %s, left over from "
	    "an earlier run", k->sid, mac_text(k->mac, mac));
	ctl_mail(b->c, 0, &m);
}

/* The device words are tried in order, one each attempt. */
static int
next_device(struct bundle *b, struct pppoe_device *d, char *why, size_t n)
{
	const struct profile *p = &b->c->p;

	if (p->devices == 0) {
		snprintf(why, n, "no device: use `set device PPPoE:IFACE'");
		return -E_UNKNOWN;
	}
	snprintf(b->device, sizeof(b->device), "%s",
	    p->device[b->device_at++ % p->devices]);
	return pppoe_device_parse(b->device, d, why, n);
}

static void
attempt(struct bundle *b)
{
	struct pppoe_device d;
	struct mail m = { .op = MAIL_DIAL };
	char why[160] = "", ifname[IFNAMSIZ];

	b->ticket = ctl_ticket(b->c);
	b->last_text[0] = '\0';
	set_phase(b, PHASE_ESTABLISH);
	bundle_link(b, LINK_OPENING);
	if (next_device(b, &d, why, sizeof(why)) < 0) {
		log_put(LOG_WARN_, "%s", why);
		not_dialled(b, WHY_IF_GONE);
		return;
	}
	if (device_find(d.ifname, ifname, &m.key.vlan) < 0) {
		log_put(LOG_WARN_, "%s: no such interface", d.ifname);
		not_dialled(b, WHY_IF_GONE);
		return;
	}
	d.host.max_payload = b->c->p.max_payload;
	d.host.limit = b->c->p.cd_secs;
	if (d.host.limit != 0)
		d.host.padi_tries = 0;
	mail_put(&m, &d.host, sizeof(d.host));
	if (!open_port(b, ifname)) {
		not_dialled(b, WHY_BUSY);
		return;
	}
	if (os_if_mac(ifname, b->mac) == 0)
		leftover_find(b->mac, send_left_over, b);
	if (!tell(b, &m)) {
		not_dialled(b, WHY_BUSY);
		return;
	}
	link_through(b, LINK_CARRIER);
}

static void
act(struct bundle *b, enum dial_do what)
{
	if (what == DIAL_NOW)
		attempt(b);
	else if (what == DIAL_EXIT)
		ctl_exit(b->c, b->dialer.code);
	loop_timer_set(b->redial, b->dialer.deadline);
}

static void
log_retry(struct bundle *b, tstamp now)
{
	const struct profile *p = &b->c->p;
	unsigned secs;

	if (b->dialer.deadline == NEVER)
		return;
	secs = (unsigned)((b->dialer.deadline - now) / SEC(1));
	if (b->dialer.retry_told)
		log_put(LOG_PHASE, LINK ": Reconnect try %u of %u in %us",
		    b->dialer.reconnects, p->reconnect_tries, secs);
	else
		log_put(LOG_PHASE, LINK ": Enter pause (%u) for redialing.",
		    secs);
	if (b->c->hooks.retry != NULL)
		b->c->hooks.retry(b->c->hooks.arg, b->dialer.retry_told);
}

static void
end_attempt(struct bundle *b, enum why why)
{
	tstamp now = clock_now();

	bundle_carries(b, TRAFFIC_LINK, false);
	b->ticket = 0;
	b->last_why = why;
	b->up_since = 0;
	bundle_link(b, LINK_CLOSED);
	set_phase(b, PHASE_DEAD);
	enum dial_do what = dialer_ended(&b->dialer, &b->c->p, why,
	    &b->c->rng, now);

	log_retry(b, now);
	act(b, what);
}

static void
redial(void *arg, tstamp now)
{
	struct bundle *b = arg;

	act(b, dialer_expire(&b->dialer, now));
}

/* ---- mail of the lane ---- */

static void
on_host_up(struct bundle *b, const struct mail *m)
{
	char sid[8], name[PPPOE_NAME + 1] = "", mac[MAC_TEXT];

	memcpy(name, m->data, m->len < PPPOE_NAME ? m->len : PPPOE_NAME);
	snprintf(sid, sizeof(sid), "%04x", m->key.sid);
	setenv("ACNAME", name, 1);
	setenv("SESSIONID", sid, 1);
	b->key = m->key;
	leftover_forget(b->mac, b->left);
	b->left = leftover_note(b->mac, &m->key);
	log_put(LOG_PHASE, LINK ": Connected! (AC \"%s\", %s, session %u)",
	    name, mac_text(m->key.mac, mac), m->key.sid);
	bundle_carries(b, TRAFFIC_LINK, true);
	link_through(b, LINK_LCP);
}

static void
on_phase(struct bundle *b, enum ppp_phase ph)
{
	switch (ph) {
	case PHASE_AUTHENTICATE:
		link_through(b, LINK_AUTH);
		break;
	case PHASE_NETWORK:
		link_through(b, LINK_OPEN);
		break;
	case PHASE_TERMINATE:
		bundle_link(b, LINK_LOGOUT);
		bundle_link(b, LINK_HANGUP);
		break;
	case PHASE_ESTABLISH:
		bundle_link(b, LINK_LCP);
		break;
	default:
		break;
	}
	if (ph != PHASE_DEAD)
		set_phase(b, ph);
}

static void
on_text(struct bundle *b, const struct mail *m)
{
	bool ok = (m->arg & 1u << 17) != 0;
	uint16_t proto = (uint16_t)m->arg;
	const char *name = proto == PROTO_PAP ? "Pap" : "Chap";

	char text[sizeof(b->last_text)];

	if (m->len == 0 && proto == 0)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)m->len,
	    (const char *)m->data);
	if (!ok)
		memcpy(b->last_text, text, sizeof(text));
	if (proto == 0)
		log_put(LOG_PHASE, LINK ": %s", text);
	else
		log_put(LOG_PHASE, "%s %s: %s (%s)", name,
		    m->arg & 1u << 16 ? "Output" : "Input",
		    ok ? "SUCCESS" : "FAILURE", text);
}

static void
on_net_wanted(struct bundle *b)
{
	const struct profile *p = &b->c->p;
	struct mail m = { .op = MAIL_NETWORK };
	struct net_conf n = p->net;

	if (!p->dns_set)
		memcpy(n.dns, b->host.resolv.ns, sizeof(n.dns));
	mail_put(&m, &n, sizeof(n));
	tell(b, &m);
}

static void
first_up(struct bundle *b)
{
	if (b->up_since != 0)
		return;
	b->up_since = clock_now();
	b->busy_at = b->up_since;
	b->connects++;
	dialer_up(&b->dialer);
	loop_timer_set(b->redial, NEVER);
}

static void
script(struct bundle *b, bool up, bool six)
{
	const struct ctl_hooks *h = &b->c->hooks;

	if (h->link_script != NULL)
		h->link_script(h->arg, up, six);
}

static void
on_ip_up(struct bundle *b, const struct mail *m)
{
	const struct profile *p = &b->c->p;
	struct mail_up up;
	char my[IP4_TEXT], his[IP4_TEXT];

	mail_take(m, &up, sizeof(up));
	log_put(LOG_IPCP, "myaddr %s hisaddr = %s",
	    ip4_text(up.my_addr, my), ip4_text(up.his_addr, his));
	b->ip = true;
	bundle_carries(b, TRAFFIC_IP, true);
	if (p->ppp.enabled & NEG_DNS)
		memcpy(b->host.dns, up.dns, sizeof(up.dns));
	hostnet_up4(&b->host, p, up.my_addr, up.his_addr, up.mtu);
	if ((p->ppp.enabled & NEG_DNS) && !p->resolv_readonly &&
	    up.dns[0] != 0)
		hostnet_dns(&b->host, up.dns);
	hostnet_nat(&b->host, p->nat);
	script(b, true, false);
	first_up(b);
	bundle_report_up(b);
	ctl_phase_changed(b->c);
}

static void
on_ip_down(struct bundle *b)
{
	if (!b->ip)
		return;
	bundle_carries(b, TRAFFIC_IP, false);
	script(b, false, false);	/* the addresses still stand */
	b->ip = false;
	if (b->c->mode == MODE_AUTO)
		bundle_idle_addr(b);
	else
		hostnet_down4(&b->host);
	ctl_phase_changed(b->c);
}

static void
on_ip6_up(struct bundle *b, const struct mail *m)
{
	struct mail_up up;

	mail_take(m, &up, sizeof(up));
	b->ip6 = true;
	bundle_carries(b, TRAFFIC_IP6, true);
	hostnet_up6(&b->host, &b->c->p, up.my_ifid, up.his_ifid, up.mtu);
	script(b, true, true);
	first_up(b);
	bundle_report_up(b);
	ctl_phase_changed(b->c);
}

static void
on_ip6_down(struct bundle *b)
{
	if (!b->ip6)
		return;
	bundle_carries(b, TRAFFIC_IP6, false);
	script(b, false, true);
	b->ip6 = false;
	hostnet_down6(&b->host);
}

/* Nobody answered, or not who was asked for: say who that was. */
static void
tell_wish(struct bundle *b, enum why why)
{
	struct pppoe_device d;
	char reason[160], ac[PPPOE_NAME + 8] = "";
	char service[PPPOE_NAME + 16] = "";

	if ((why != WHY_PADI_SILENT && why != WHY_NO_AC &&
	    why != WHY_NO_SERVICE) || b->last_text[0] != '\0' ||
	    pppoe_device_parse(b->device, &d, reason, sizeof(reason)) < 0)
		return;
	if (d.host.acname[0] != '\0')
		snprintf(ac, sizeof(ac), "AC \"%s\"", d.host.acname);
	if (d.host.service[0] != '\0')
		snprintf(service, sizeof(service), "%sservice \"%s\"",
		    ac[0] != '\0' ? ", " : "", d.host.service);
	snprintf(b->last_text, sizeof(b->last_text), "%.60s%.67s", ac,
	    service);
}

static void
on_closed(struct bundle *b, enum why why)
{
	on_ip_down(b);
	on_ip6_down(b);
	tell_wish(b, why);
	leftover_forget(b->mac, b->left);
	b->left = -1;
	memset(&b->key, 0, sizeof(b->key));
	log_put(LOG_PHASE, LINK ": Disconnected! (%s: %s%s%s)",
	    why_side(why), why_text(why), b->last_text[0] ? ": " : "",
	    b->last_text);
	end_attempt(b, why);
}

static void
on_port(const struct mail *m)
{
	if (m->arg2 != 0)
		log_put(LOG_WARN_, "%.*s", (int)m->len,
		    (const char *)m->data);
}

static void
on_session_mail(struct bundle *b, const struct mail *m)
{
	switch (m->op) {
	case MAIL_HOST_UP:
		on_host_up(b, m);
		break;
	case MAIL_PHASE:
		on_phase(b, (enum ppp_phase)m->arg);
		break;
	case MAIL_TEXT:
		on_text(b, m);
		break;
	case MAIL_QUERY:
		ctl_judge(b->c, 0, m, &b->grant);
		break;
	case MAIL_NET_WANTED:
		on_net_wanted(b);
		break;
	case MAIL_IP_UP:
		on_ip_up(b, m);
		break;
	case MAIL_IP_DOWN:
		on_ip_down(b);
		break;
	case MAIL_IP6_UP:
		on_ip6_up(b, m);
		break;
	case MAIL_IP6_DOWN:
		on_ip6_down(b);
		break;
	case MAIL_CLOSED:
		on_closed(b, (enum why)m->arg);
		break;
	default:
		break;
	}
}

void
bundle_mail(struct bundle *b, const struct mail *m)
{
	switch (m->op) {
	case MAIL_PORT:
		on_port(m);
		break;
	case MAIL_PORT_LOST:
		log_put(LOG_WARN_, LINK ": the interface is gone or down");
		bundle_tell(b, MAIL_DOWN, WHY_IF_GONE);
		break;
	case MAIL_ACTIVE:
		if (b->c->mode == MODE_AUTO)
			act(b, dialer_open(&b->dialer));
		break;
	default:
		if (m->ticket == b->ticket && m->ticket != 0)
			on_session_mail(b, m);
		break;
	}
}

/* ---- commands, time, life ---- */

int
bundle_open(struct bundle *b, char *why, size_t n)
{
	if (b->c->p.devices == 0) {
		snprintf(why, n, "no device: use `set device PPPoE:IFACE'");
		return -E_UNKNOWN;
	}
	b->last_text[0] = '\0';
	act(b, dialer_open(&b->dialer));
	return 0;
}

/* Nothing runs, or a pause that ends here. */
static void
stay_closed(struct bundle *b, enum why why)
{
	act(b, dialer_ended(&b->dialer, &b->c->p, why, &b->c->rng,
	    clock_now()));
	rest(b);
}

void
bundle_close(struct bundle *b, enum why why)
{
	dialer_close(&b->dialer);
	loop_timer_set(b->redial, NEVER);
	if (b->ticket != 0)
		bundle_tell(b, MAIL_CLOSE, why);
	else
		stay_closed(b, why);
}

void
bundle_lower_down(struct bundle *b)
{
	dialer_close(&b->dialer);
	loop_timer_set(b->redial, NEVER);
	if (b->ticket != 0)
		bundle_tell(b, MAIL_DOWN, WHY_ADMIN);
	else
		stay_closed(b, WHY_ADMIN);
}

void
bundle_set_mode(struct bundle *b, enum mode m)
{
	struct mail demand = { .op = MAIL_DEMAND, .arg = m == MODE_AUTO };
	bool rested = b->dialer.mode == MODE_AUTO && !b->ip;

	b->dialer.mode = m;
	ctl_mail(b->c, 0, &demand);
	if (m == MODE_AUTO && !b->ip)
		bundle_idle_addr(b);
	else if (m != MODE_AUTO && rested)
		hostnet_down4(&b->host);
	if (m == MODE_DDIAL)
		act(b, dialer_open(&b->dialer));
}

void
bundle_watch(struct bundle *b)
{
	struct pppoe_device d;
	char why[160], ifname[IFNAMSIZ];
	struct vlans v;

	/* Back again: no need to sit out the pause. */
	if (b->last_why != WHY_IF_GONE || b->dialer.deadline == NEVER ||
	    pppoe_device_parse(b->device, &d, why, sizeof(why)) < 0 ||
	    device_find(d.ifname, ifname, &v) < 0 ||
	    os_if_is_running(ifname) != 1)
		return;
	loop_timer_set(b->redial, clock_now());
	b->dialer.deadline = clock_now();
}

void
bundle_prepare(struct bundle *b)
{
	hostnet_init(&b->host, b->c->tun);
	if (b->c->mode == MODE_AUTO)
		bundle_idle_addr(b);
}

void
bundle_start(struct bundle *b)
{
	act(b, dialer_start(&b->dialer));
}

void
bundle_stop(struct bundle *b)
{
	hostnet_nat(&b->host, false);
	hostnet_dns_undo(&b->host);
	hostnet_down4(&b->host);
	hostnet_down6(&b->host);
}

struct bundle *
bundle_new(struct ctl *c)
{
	struct bundle *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	b->c = c;
	b->left = -1;
	dialer_init(&b->dialer, c->mode);
	b->redial = loop_timer_new(c->loop, redial, b);
	if (b->redial == NULL) {
		free(b);
		return NULL;
	}
	return b;
}

void
bundle_free(struct bundle *b)
{
	loop_timer_free(b->redial);
	free(b);
}
