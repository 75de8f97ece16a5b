/*
 * One link of the client's bundle: when it dials (sess/dial.h), on which
 * device, and what its session goes through.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/account.h"
#include "ctl/bundle.h"
#include "ctl/device.h"
#include "ctl/keyprog.h"
#include "ctl/leftover.h"
#include "os/net.h"

const struct link_conf *
link_conf(const struct link *l)
{
	return &l->b->c->p.link[l->at];
}

static const char *
name(const struct link *l)
{
	return link_conf(l)->name;
}

bool
link_busy(const struct link *l)
{
	return l->ticket != 0 || l->dialer.trying;
}

/* ---- log lines of ppp(8)'s shape ---- */

/* Links are told apart by their number. */
static void
note_of(const struct link *l, struct trail_note *n)
{
	memset(n, 0, sizeof(*n));
	memcpy(n->mac, &l->id, sizeof(l->id));
	n->ifname = name(l);
	n->wall = clock_wall();
}

static void
reached(const struct link *l, enum trail_step step)
{
	struct trail_note n;

	note_of(l, &n);
	trail_reached(l->b->c->trail, n.mac, 0, step, n.wall);
}

void
link_state(struct link *l, enum link_state to)
{
	if (l->state == to)
		return;
	log_put(LOG_PHASE, "%s: %s -> %s", name(l), link_state_name(l->state),
	    link_state_name(to));
	l->state = to;
	if (to == LINK_LCP || to == LINK_AUTH || to == LINK_OPEN)
		reached(l, to == LINK_LCP ? TRAIL_LCP : to == LINK_AUTH ?
		    TRAIL_AUTH : TRAIL_NETWORK);
}

/* The states between two that a PPPoE link passes without stopping. */
void
link_pass(struct link *l, enum link_state to)
{
	while (l->state < to) {
		enum link_state next = (enum link_state)(l->state + 1);

		if (next == LINK_CBCP && to != LINK_CBCP)
			next = LINK_OPEN;
		link_state(l, next);
	}
}

static void
set_phase(struct link *l, enum ppp_phase ph)
{
	l->phase = ph;
	bundle_phase(l->b);
}

/* ---- dialling ---- */

static bool
tell(struct link *l, struct mail *m)
{
	m->ticket = l->ticket;
	return ctl_mail(l->b->c, 0, m);
}

bool
link_tell(struct link *l, uint16_t op, uint32_t arg)
{
	struct mail m = { .op = op, .arg = arg };

	return l->ticket != 0 && tell(l, &m);
}

static void
end_attempt(struct link *l, enum why why);

static void
not_dialled(struct link *l, enum why why)
{
	end_attempt(l, why);
	bundle_rest(l->b);
}

void
link_ended(struct link *l, enum why why)
{
	not_dialled(l, why);
}

static void
send_left_over(const struct sess_key *k, void *arg)
{
	struct link *l = arg;
	struct mail m = { .op = MAIL_LEFT_OVER, .key = *k };
	char mac[MAC_TEXT];

	log_put(LOG_PHASE, "%s: ending session %u at %s, left over", name(l),
	    k->sid, mac_text(k->mac, mac));
	m.key.port = (uint16_t)l->port;
	ctl_mail(l->b->c, 0, &m);
}

/* WHY_NONE: Discovery is under way. */
static enum why
open_pppoe(struct link *l)
{
	const struct link_conf *p = link_conf(l);
	struct pppoe_device d;
	struct mail m = { .op = MAIL_DIAL, .arg = l->id };
	char why[160] = "", ifname[IFNAMSIZ];

	if (pppoe_device_parse(l->device, &d, why, sizeof(why)) < 0) {
		log_put(LOG_WARN_, "%s", why);
		return WHY_IF_GONE;
	}
	if (device_find(d.ifname, ifname, &m.key.vlan) < 0) {
		log_put(LOG_WARN_, "%s: no such interface", d.ifname);
		return WHY_IF_GONE;
	}
	d.host.max_payload = p->max_payload;
	d.host.limit = p->cd == CD_DEVICE ? CD_SECS_PPPOE : p->cd_secs;
	if (d.host.limit != 0)
		d.host.padi_tries = 0;
	mail_put(&m, &d.host, sizeof(d.host));
	l->port = bundle_port(l->b, ifname, p->com3,
	    m.key.vlan.outer != 0);
	if (l->port < 0)
		return WHY_BUSY;
	m.key.port = (uint16_t)l->port;
	if (os_if_mac(ifname, l->mac) == 0)
		leftover_find(l->mac, send_left_over, l);
	if (l->lost.sid != 0)
		send_left_over(&l->lost, l);
	l->lost.sid = 0;
	if (!tell(l, &m))
		return WHY_BUSY;
	link_pass(l, LINK_CARRIER);
	return WHY_NONE;
}

/*
 * The words of `set device` are tried in order until one can be opened. Who
 * does not answer on PPPoE was open: the next attempt begins behind it.
 */
void
link_next_device(struct link *l, enum why why)
{
	const struct link_conf *p = link_conf(l);

	while (l->device_at < p->devices) {
		snprintf(l->device, sizeof(l->device), "%s",
		    p->device[l->device_at++]);
		if (device_kind(l->device) == DEV_PPPOE)
			why = open_pppoe(l);
		else
			why = link_line_open(l) ? WHY_NONE : WHY_NO_DEVICE;
		if (why == WHY_NONE)
			return;
		bundle_port_give(l->b, l->port);
		l->port = -1;
	}
	l->device_at = 0;
	if (p->devices == 0)
		log_put(LOG_WARN_, "no device: use `set device DEVICE...'");
	not_dialled(l, why);
}

static void
attempt(struct link *l)
{
	struct trail_note note;

	l->ticket = ctl_ticket(l->b->c);
	l->last_text[0] = '\0';
	l->verdict = false;
	note_of(l, &note);
	trail_dial(l->b->c->trail, &note);
	set_phase(l, PHASE_ESTABLISH);
	link_state(l, LINK_OPENING);
	if (l->device_at >= link_conf(l)->devices)
		l->device_at = 0;
	if (l->dialer.mode != MODE_DIRECT && !physical_in_term(l->phys))
		link_next_device(l, WHY_NO_DEVICE);
	else if (!link_line_open(l))
		not_dialled(l, WHY_NO_DEVICE);
}

static void
act(struct link *l, enum dial_do what)
{
	if (what == DIAL_NOW)
		attempt(l);
	else if (what == DIAL_EXIT)
		bundle_exit(l->b, l->dialer.code);
	loop_timer_set(l->redial, l->dialer.deadline);
	if (l->dialer.deadline != NEVER)
		log_put(LOG_TIMER, "%s: redial timer: %llu ms",
		    link_conf(l)->name, (unsigned long long)
		    ((l->dialer.deadline - clock_now()) / (SEC(1) / 1000)));
}

static void
log_retry(struct link *l, tstamp now)
{
	const struct ctl_hooks *h = &l->b->c->hooks;
	unsigned secs;

	if (l->dialer.deadline == NEVER)
		return;
	secs = (unsigned)((l->dialer.deadline - now) / SEC(1));
	if (l->dialer.retry_told)
		log_put(LOG_PHASE, "%s: Reconnect try %u of %u in %us",
		    name(l), l->dialer.reconnects,
		    link_conf(l)->reconnect_tries, secs);
	else
		log_put(LOG_PHASE, "%s: Enter pause (%u) for redialing.",
		    name(l), secs);
	if (h->retry != NULL)
		h->retry(h->arg, l->dialer.retry_told);
}

static void
end_attempt(struct link *l, enum why why)
{
	tstamp now = clock_now();
	struct trail_note note;

	note_of(l, &note);
	trail_said(l->b->c->trail, note.mac, 0, l->last_text);
	trail_ended(l->b->c->trail, note.mac, 0, why, note.wall);
	link_carries(l, false);
	l->ticket = 0;
	l->last_why = l->b->last_why = why;
	l->up_since = 0;
	bundle_port_give(l->b, l->port);
	l->port = -1;
	link_state(l, LINK_CLOSED);
	set_phase(l, PHASE_DEAD);
	l->dialer.more_numbers = physical_more_numbers(l->phys);
	enum dial_do what = dialer_ended(&l->dialer, link_conf(l), why,
	    &l->b->c->rng, now);

	log_retry(l, now);
	act(l, what);
}

static void
redial(void *arg, tstamp now)
{
	struct link *l = arg;

	act(l, dialer_expire(&l->dialer, now));
}

void
link_up(struct link *l)
{
	if (l->up_since != 0)
		return;
	l->up_since = clock_now();
	l->connects++;
	reached(l, TRAIL_UP);
	dialer_up(&l->dialer);
	loop_timer_set(l->redial, NEVER);
}

/* ---- mail of the lane ---- */

static void
on_host_up(struct link *l, const struct mail *m)
{
	char sid[8], ac[PPPOE_NAME + 1] = "", mac[MAC_TEXT];
	struct trail_note note;

	memcpy(ac, m->data, m->len < PPPOE_NAME ? m->len : PPPOE_NAME);
	snprintf(sid, sizeof(sid), "%04x", m->key.sid);
	setenv("ACNAME", ac, 1);
	setenv("SESSIONID", sid, 1);
	leftover_forget(l->mac, l->key.sid, l->left);
	l->key = m->key;
	l->device_at = 0;
	l->left = leftover_note(l->mac, &m->key);
	note_of(l, &note);
	trail_named(l->b->c->trail, note.mac, 0, ac);
	log_put(LOG_PHASE, "%s: Connected! (AC \"%s\", %s, session %u)",
	    name(l), ac, mac_text(m->key.mac, mac), m->key.sid);
	link_carries(l, true);
	link_pass(l, LINK_LCP);
}

static void
on_phase(struct link *l, enum ppp_phase ph)
{
	switch (ph) {
	case PHASE_AUTHENTICATE:
		link_pass(l, LINK_AUTH);
		break;
	case PHASE_NETWORK:
		link_pass(l, LINK_OPEN);
		break;
	case PHASE_TERMINATE:
		if (physical_busy(l->phys))	/* it says so itself */
			break;
		link_state(l, LINK_LOGOUT);
		link_state(l, LINK_HANGUP);
		break;
	case PHASE_ESTABLISH:
		link_state(l, LINK_LCP);
		break;
	default:
		break;
	}
	if (ph != PHASE_DEAD)
		set_phase(l, ph);
}

static void
on_text(struct link *l, const struct mail *m)
{
	bool ok = (m->arg & 1u << 17) != 0;
	uint16_t proto = (uint16_t)m->arg;
	const char *how = proto == PROTO_PAP ? "Pap" : "Chap";
	char text[sizeof(l->last_text)];

	if (m->len == 0 && proto == 0)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)m->len,
	    (const char *)m->data);
	/* Why we were refused tells more than the PADT that follows. */
	if (!ok && (proto != 0 || !l->verdict))
		memcpy(l->last_text, text, sizeof(text));
	if (proto != 0)
		l->verdict = !ok;
	if (proto == 0)
		log_put(LOG_PHASE, "%s: %s", name(l), text);
	else
		log_put(LOG_PHASE, "%s %s: %s (%s)", how,
		    m->arg & 1u << 16 ? "Output" : "Input",
		    ok ? "SUCCESS" : "FAILURE", text);
}

/* Nobody answered, or not who was asked for: say who that was. */
static void
tell_wish(struct link *l, enum why why)
{
	struct pppoe_device d;
	char reason[160], ac[PPPOE_NAME + 8] = "";
	char service[PPPOE_NAME + 16] = "";

	if ((why != WHY_PADI_SILENT && why != WHY_NO_AC &&
	    why != WHY_NO_SERVICE) || l->last_text[0] != '\0' ||
	    pppoe_device_parse(l->device, &d, reason, sizeof(reason)) < 0)
		return;
	if (d.host.acname[0] != '\0')
		snprintf(ac, sizeof(ac), "AC \"%s\"", d.host.acname);
	if (d.host.service[0] != '\0')
		snprintf(service, sizeof(service), "%sservice \"%s\"",
		    ac[0] != '\0' ? ", " : "", d.host.service);
	snprintf(l->last_text, sizeof(l->last_text), "%.60s%.67s", ac,
	    service);
}

static void
on_closed(struct link *l, const struct mail *m)
{
	enum why why = (enum why)m->arg;
	struct mail_closed n = { 0 };

	if (m->len > 0)
		mail_take(m, &n, sizeof(n));
	account_end(l->acct, why, &n);
	l->acct = NULL;
	link_utmp(l, false);
	keyprog_end(l->keyprog);
	l->keyprog = NULL;
	bundle_link_lost(l->b, l);
	tell_wish(l, why);
	leftover_forget(l->mac, l->key.sid, l->left);
	l->left = -1;
	if (why == WHY_IF_GONE)
		l->lost = l->key;
	memset(&l->key, 0, sizeof(l->key));
	memset(&l->grant, 0, sizeof(l->grant));
	log_put(LOG_PHASE, "%s: Disconnected! (%s: %s%s%s)", name(l),
	    why_side(why), why_text(why), l->last_text[0] ? ": " : "",
	    l->last_text);
	if (!link_line_end(l, why))
		end_attempt(l, why);
}

void
link_mail(struct link *l, const struct mail *m)
{
	switch (m->op) {
	case MAIL_HOST_UP:
		on_host_up(l, m);
		break;
	case MAIL_PHASE:
		on_phase(l, (enum ppp_phase)m->arg);
		break;
	case MAIL_TEXT:
		on_text(l, m);
		break;
	case MAIL_QUERY:
		link_query(l, m);
		break;
	case MAIL_KEY:
		link_key(l, m);
		break;
	case MAIL_CLOSED:
		on_closed(l, m);
		break;
	default:
		bundle_net_mail(l->b, l, m);
		break;
	}
}

/* ---- commands, life ---- */

void
link_start(struct link *l)
{
	act(l, dialer_start(&l->dialer));
}

int
link_open(struct link *l, char *why, size_t n)
{
	if (link_conf(l)->devices == 0 && l->dialer.mode != MODE_DIRECT) {
		snprintf(why, n, "no device: use `set device DEVICE...'");
		return -E_UNKNOWN;
	}
	l->last_text[0] = '\0';
	act(l, dialer_open(&l->dialer));
	return 0;
}

/* Nothing runs, or a pause that ends here. */
static void
stay_closed(struct link *l, enum why why)
{
	act(l, dialer_ended(&l->dialer, link_conf(l), why, &l->b->c->rng,
	    clock_now()));
	bundle_rest(l->b);
}

static void
stop(struct link *l, uint16_t op, enum why why)
{
	dialer_close(&l->dialer);
	loop_timer_set(l->redial, NEVER);
	if (link_line_stop(l, why))
		return;
	if (!link_tell(l, op, why))
		stay_closed(l, why);
}

void
link_close(struct link *l, enum why why)
{
	stop(l, MAIL_CLOSE, why);
}

void
link_lower_down(struct link *l)
{
	stop(l, MAIL_DOWN, WHY_ADMIN);
}

void
link_set_mode(struct link *l, enum mode m)
{
	l->dialer.mode = m;
	if (m == MODE_DDIAL)
		act(l, dialer_open(&l->dialer));
}

void
link_watch(struct link *l)
{
	struct pppoe_device d;
	char why[160], ifname[IFNAMSIZ];
	struct vlans v;

	/* Back again: no need to sit out the pause. */
	if (l->last_why != WHY_IF_GONE || l->dialer.deadline == NEVER ||
	    pppoe_device_parse(l->device, &d, why, sizeof(why)) < 0 ||
	    device_find(d.ifname, ifname, &v) < 0 ||
	    os_if_is_running(ifname) != 1)
		return;
	loop_timer_set(l->redial, clock_now());
	l->dialer.deadline = clock_now();
}

struct link *
link_new(struct bundle *b, int at)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->b = b;
	l->at = at;
	l->id = link_conf(l)->id;
	l->left = l->port = -1;
	dialer_init(&l->dialer, (enum mode)link_conf(l)->mode);
	l->redial = loop_timer_new(b->c->loop, redial, l);
	if (l->redial == NULL || !link_line_init(l)) {
		link_free(l);
		return NULL;
	}
	return l;
}

void
link_free(struct link *l)
{
	account_end(l->acct, WHY_QUIT, NULL);
	physical_free(l->phys);
	keyprog_end(l->keyprog);
	loop_timer_free(l->redial);
	free(l);
}
