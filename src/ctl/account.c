/* Records about sessions, and the timers that a RADIUS server sets. */
#include "ctl/account.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/radius.h"
#include "lb/lane.h"
#include "os/net.h"

#define START_WAIT	SEC(2)

struct accounts {
	struct ctl *c;			/* borrows: its owner */
	struct wheel wheel;
	struct loop_timer *tick;	/* owner */
	struct account *head;		/* all of them */
	uint32_t boot;			/* makes Acct-Session-Ids unique */
};

/* The loop's timer follows the wheel. Records need no millisecond. */
static void
rearm(struct accounts *all)
{
	tstamp next = wheel_next(&all->wheel), now = clock_now();

	if (next != NEVER && next < now + MSEC(100))
		next = now + MSEC(100);
	loop_timer_set(all->tick, next);
}

/* ---- who is it? ---- */

static void
port_id(struct rad_who *who, const struct sess_rec *r)
{
	const struct vlans v = r->key.vlan;
	char *to = who->port_id;
	const size_t n = sizeof(who->port_id);

	if (v.inner != 0)
		snprintf(to, n, "%s.%u.%u", r->ifname, v.outer, v.inner);
	else if (v.outer != 0)
		snprintf(to, n, "%s.%u", r->ifname, v.outer);
	else
		snprintf(to, n, "%s", r->ifname);
}

static uint32_t
port_number(const struct account *a, const struct sess_rec *r)
{
	switch (a->c->p.rad_port_id) {
	case RAD_PORT_PID:
		return (uint32_t)getpid();
	case RAD_PORT_IFNUM:
		return if_nametoindex(r->ifname);
	case RAD_PORT_TUNNUM:
		return (uint32_t)a->c->lb->lane[a->lane]->tun.unit;
	default:
		return a->who.port;
	}
}

static void
describe(struct account *a, const struct sess_key *k)
{
	struct rad_who *who = &a->who;
	uint8_t ours[ETH_ADDR];
	char mac[MAC_TEXT];
	struct sess_rec r;

	who->port = k->sid;
	who->port_type = RAD_ETHERNET;
	snprintf(who->calling, sizeof(who->calling), "%s",
	    a->c->bundle != NULL && getenv("HISMACADDR") != NULL ?
	    getenv("HISMACADDR") : mac_text(k->mac, mac));
	if (!ledger_read(a->c->lb->lane[a->lane]->ledger, a->row, &r) ||
	    r.ticket != a->ticket)
		return;
	port_id(who, &r);
	who->port = port_number(a, &r);
	if (os_if_mac(r.ifname, ours) == 0)
		snprintf(who->called, sizeof(who->called), "%s",
		    mac_text(ours, mac));
	snprintf(who->connect, sizeof(who->connect), "PPPoE%s%.25s",
	    r.service[0] != '\0' ? " " : "", r.service);
	memcpy(who->circuit, r.circuit_id, sizeof(who->circuit) - 1);
	memcpy(who->remote, r.remote_id, sizeof(who->remote) - 1);
}

/* ---- records ---- */

static bool
is_member(const struct account *a)
{
	return a->multi != NULL && !a->group;
}

/* IP goes over the bundle: a link of it carries what is no IP. */
static void
usage_of(const struct account *a, const struct mail_closed *n,
    struct rad_usage *u)
{
	u->in = n->ip_in + n->ip6_in;
	u->out = n->ip_out + n->ip6_out;
	u->in_oct = n->ip_in_oct + n->ip6_in_oct;
	u->out_oct = n->ip_out_oct + n->ip6_out_oct;
	if (!is_member(a))
		return;
	u->in += n->ctl_in;
	u->out += n->ctl_out;
	u->in_oct += n->ctl_in_oct;
	u->out_oct += n->ctl_out_oct;
}

static void
usage_now(const struct account *a, struct rad_usage *u)
{
	struct ctl_counts n;
	struct mail_closed m;

	ctl_counts_copy(a->c->lb->lane[a->lane]->ledger, a->row, &n);
	m = (struct mail_closed){ n.ip_in, n.ip_out, n.ip6_in, n.ip6_out,
	    n.ip_in_oct, n.ip_out_oct, n.ip6_in_oct, n.ip6_out_oct,
	    n.ctl_in, n.ctl_out, n.ctl_in_oct, n.ctl_out_oct };
	usage_of(a, &m, u);
}

static void
record(struct account *a, enum rad_status status, struct rad_usage *u)
{
	struct rad_acct r = { .status = status, .user = a->user,
	    .who = &a->who, .g = a->g, .u = u, .addr = a->addr,
	    .ifid = a->ip6 ? a->ifid : NULL, .wall = clock_wall() };

	if (a->group)
		return;
	if (a->multi != NULL) {
		r.multi = a->multi->session;
		r.links = a->multi->links;
	}
	if (u != NULL)
		u->secs = (uint32_t)((clock_now() - a->up) / SEC(1));
	radius_account(a->c->radius, &r);
}

/* ---- timers ---- */

static const struct grant_extra *
granted(const struct account *a)
{
	static const struct grant_extra none;

	return a->g != NULL ? &a->g->extra : &none;
}

static tstamp
interim_period(const struct account *a)
{
	uint32_t secs = granted(a)->interim_secs;

	return SEC(a->group ? 0 : secs != 0 ? secs : a->c->p.rad_alive);
}

static uint32_t
session_secs(const struct account *a)
{
	return a->group ? 0 : granted(a)->session_secs;
}

static uint32_t
idle_secs(const struct account *a)
{
	return is_member(a) ? 0 : granted(a)->idle_secs;
}

/* A quarter of the time, so that the end comes late by no more. */
static tstamp
idle_look(const struct account *a)
{
	uint32_t secs = idle_secs(a);

	return secs < 4 ? SEC(1) : SEC(secs / 4 > 30 ? 30 : secs / 4);
}

static void
schedule(struct account *a, tstamp now)
{
	tstamp when = NEVER, period = interim_period(a);

	if (!a->started || a->closing) {
		if (a->up != 0 && !a->closing)
			when = a->up + START_WAIT;
		wheel_set(&a->c->accounts->wheel, &a->timer, when);
		rearm(a->c->accounts);
		return;
	}
	/* Due, or the period has become shorter. */
	if (a->interim <= now || a->interim > now + period)
		a->interim = now + period;
	if (period != 0)
		when = a->interim;
	if (session_secs(a) != 0)
		when = tstamp_min(when, a->up + SEC(session_secs(a)));
	if (idle_secs(a) != 0)
		when = tstamp_min(when, now + idle_look(a));
	wheel_set(&a->c->accounts->wheel, &a->timer, when);
	rearm(a->c->accounts);
}

/* The bundle is up, or has another address now: so has its link. */
static void
follow(struct account *a, const struct account *group, tstamp now)
{
	a->addr = group->addr;
	a->ip6 = group->ip6;
	memcpy(a->ifid, group->ifid, sizeof(a->ifid));
	if (a->started || !group->started)
		return;
	a->started = true;
	a->up = now;
	a->interim = now + interim_period(a);
	record(a, RAD_START, NULL);
	schedule(a, now);
}

static void
follow_all(const struct account *group, tstamp now)
{
	struct account *a;

	for (a = group->multi->first; a != NULL; a = a->sibling)
		follow(a, group, now);
}

static void
begin(struct account *a, tstamp now)
{
	a->started = true;
	if (a->group)
		follow_all(a, now);
	else
		record(a, RAD_START, NULL);
}

void
account_close(struct account *a, enum why why)
{
	struct mail m = { .op = MAIL_CLOSE, .ticket = a->ticket,
	    .arg = why };

	log_put(LOG_PHASE, "%s: %s", a->user, why_text(why));
	a->closing = ctl_mail(a->c, a->lane, &m);
}

static bool
is_idle(struct account *a, tstamp now)
{
	uint32_t secs = idle_secs(a);
	struct rad_usage u = { 0 };

	if (secs == 0)
		return false;
	usage_now(a, &u);
	if (u.in + u.out != a->packets) {
		a->packets = u.in + u.out;
		a->busy_at = now;
	}
	return now >= a->busy_at + SEC(secs);
}

static void
expire(struct account *a, tstamp now)
{
	uint32_t session = session_secs(a);
	struct rad_usage u = { 0 };

	if (!a->started)
		begin(a, now);
	else if (session != 0 && now >= a->up + SEC(session))
		account_close(a, WHY_SESSION_TIME);
	else if (is_idle(a, now))
		account_close(a, WHY_IDLE);
	else if (interim_period(a) != 0 && now >= a->interim) {
		usage_now(a, &u);
		record(a, RAD_INTERIM, &u);
	}
	schedule(a, now);
}

static void
tick(void *arg, tstamp now)
{
	struct accounts *all = arg;
	struct timer *t;

	while ((t = wheel_expired(&all->wheel, now)) != NULL)
		expire((struct account *)(void *)t, now);
	rearm(all);
}

/* ---- life of an account ---- */

static struct account *
make(struct ctl *c, unsigned lane, uint32_t ticket)
{
	struct account *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->c = c;
	a->ticket = ticket;
	a->lane = (uint8_t)lane;
	snprintf(a->who.session, sizeof(a->who.session), "%08x%08x",
	    c->accounts->boot, ticket);
	a->next = c->accounts->head;
	a->prev = &c->accounts->head;
	if (a->next != NULL)
		a->next->prev = &a->next;
	*a->prev = a;
	return a;
}

struct account *
account_new(struct ctl *c, unsigned lane, const struct mail *m)
{
	struct account *a = make(c, lane, m->ticket);

	if (a == NULL)
		return NULL;
	a->row = m->arg2;
	describe(a, &m->key);
	return a;
}

struct account *
account_group(const struct account *link, uint32_t ticket)
{
	struct account *a = make(link->c, link->lane, ticket);

	if (a == NULL)
		return NULL;
	a->group = true;
	a->multi = calloc(1, sizeof(*a->multi));
	if (a->multi == NULL) {
		account_end(a, WHY_NONE, NULL);
		return NULL;
	}
	a->multi->group = a;
	memcpy(a->multi->session, a->who.session, sizeof(a->who.session));
	return a;
}

void
account_join(struct account *link, struct account *group)
{
	struct account_multi *m = group->multi;

	if (link->multi != NULL)
		return;
	link->multi = m;
	m->links++;
	link->sibling = m->first;
	link->back = &m->first;
	if (m->first != NULL)
		m->first->back = &link->sibling;
	m->first = link;
	follow(link, group, clock_now());
}

void
account_regrant(struct account *a, const struct aaa_grant *g)
{
	a->g = g;
	schedule(a, clock_now());
}

void
account_grant(struct account *a, const char *user, const struct aaa_grant *g)
{
	snprintf(a->user, sizeof(a->user), "%s", user);
	account_regrant(a, g);
}

void
account_up(struct account *a, const struct mail *m)
{
	bool six = m->op == MAIL_IP6_UP;
	tstamp now = clock_now();
	struct mail_up up;

	mail_take(m, &up, sizeof(up));
	a->row = m->arg2;
	if (six)
		memcpy(a->ifid, up.his_ifid, sizeof(a->ifid));
	else
		a->addr = up.his_addr;
	a->ip6 |= six;
	if (a->up == 0) {
		a->up = a->busy_at = now;
		a->interim = now + interim_period(a);
	}
	if (!a->started && (!six || !(a->c->p.ppp.enabled & NEG_IPCP)))
		begin(a, now);
	else if (a->group)
		follow_all(a, now);
	schedule(a, now);
}

static void
leave(struct account *a)
{
	struct account_multi *m = a->multi;

	if (m == NULL)
		return;
	if (a->group) {
		m->group = NULL;
	} else {
		*a->back = a->sibling;
		if (a->sibling != NULL)
			a->sibling->back = a->back;
	}
	if (m->group == NULL && m->first == NULL)
		free(m);
}

void
account_end(struct account *a, enum why why, const struct mail_closed *n)
{
	struct rad_usage u = { .why = why };

	if (a == NULL)
		return;
	if (n != NULL)
		usage_of(a, n, &u);
	if (a->up != 0 && !a->started)
		begin(a, clock_now());
	if (a->started)
		record(a, RAD_STOP, &u);
	wheel_set(&a->c->accounts->wheel, &a->timer, NEVER);
	*a->prev = a->next;
	if (a->next != NULL)
		a->next->prev = a->prev;
	leave(a);
	free(a);
}

struct account *
account_group_of(const struct account *a)
{
	return is_member(a) ? a->multi->group : NULL;
}

/* ---- all of them ---- */

void
accounts_each(struct accounts *all, accounts_fn *fn, void *arg)
{
	struct account *next;

	for (struct account *a = all->head; a != NULL; a = next) {
		next = a->next;
		if (a->up != 0)
			fn(a, arg);
	}
}

void
accounts_all(struct ctl *c, bool on)
{
	struct rad_acct r = { .status = on ? RAD_ACCT_ON : RAD_ACCT_OFF,
	    .wall = clock_wall() };

	radius_account(c->radius, &r);
}

struct accounts *
accounts_new(struct ctl *c)
{
	struct accounts *all = calloc(1, sizeof(*all));

	if (all == NULL)
		return NULL;
	all->c = c;
	all->boot = rng_u32(&c->rng);
	wheel_init(&all->wheel, clock_now());
	all->tick = loop_timer_new(c->loop, tick, all);
	if (all->tick == NULL) {
		free(all);
		return NULL;
	}
	return all;
}

void
accounts_free(struct accounts *all)
{
	loop_timer_free(all->tick);
	free(all);
}
