/* The bundle's ticks, its rest addresses, and what prompts see. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/bundle.h"
#include "ppp/fsm.h"

void
bundle_idle_addr(struct bundle *b)
{
	const struct net_conf *n = &b->c->p.net;

	uint32_t his = b->c->p.his_ranges > 0 ? b->c->p.his[0].lo :
	    n->his.addr;

	hostnet_up4(&b->host, &b->c->p, n->my.addr, his, PPPOE_MTU);
}

/* The ledger's row of a session; -1: there is none. */
static long
row_at(struct bundle *b, uint32_t ticket, struct sess_rec *r)
{
	struct ledger *l = b->c->lb->lane[0]->ledger;

	for (uint32_t i = 0; ticket != 0 && i < ledger_used(l); i++)
		if (ledger_read(l, i, r) && r->ticket == ticket)
			return i;
	return -1;
}

static bool
row_of(struct bundle *b, uint32_t ticket, struct sess_rec *r,
    struct ctl_counts *n)
{
	long i = row_at(b, ticket, r);

	if (i >= 0)
		ctl_counts_copy(b->c->lb->lane[0]->ledger, (uint32_t)i, n);
	return i >= 0;
}

static void
protocols(struct bundle *b, uint32_t ticket, struct ctl_view *v)
{
	struct ledger *l = b->c->lb->lane[0]->ledger;
	struct sess_rec r;
	long i = row_at(b, ticket, &r);

	for (int p = 0; i >= 0 && p < PROTO_COUNTS; p++) {
		const struct sess_count *n = ledger_count(l, (uint32_t)i);

		v->proto_in[p] = atomic_load_explicit(&n->proto_in[p],
		    memory_order_relaxed);
		v->proto_out[p] = atomic_load_explicit(&n->proto_out[p],
		    memory_order_relaxed);
	}
	for (int p = 0; i >= 0 && p < PACK_COUNTS; p++)
		v->pack[p] = atomic_load_explicit(
		    &ledger_count(l, (uint32_t)i)->pack[p],
		    memory_order_relaxed);
}

void
bundle_report_up(struct bundle *b)
{
	const struct ctl_hooks *h = &b->c->hooks;
	struct sess_rec r;
	struct ctl_counts n;

	if (b->up_told || b->up_since == 0)
		return;
	if (!b->ip && row_of(b, b->net, &r, &n) && r.ipcp_state >= FSM_REQ_SENT)
		return;
	b->up_told = true;
	if (h->up != NULL)
		h->up(h->arg);
}

/* No idle timer in ddial and dedicated mode. ppp(8): `set timeout`. */
static uint32_t
idle_limit(const struct bundle *b)
{
	if (bundle_has(b, MODE_DDIAL) || bundle_has(b, MODE_DEDICATED) ||
	    b->up_since == 0)
		return 0;
	return b->idle_secs != 0 ? b->idle_secs : b->c->p.idle_secs;
}

static tstamp
idle_end(const struct bundle *b)
{
	tstamp end = b->busy_at + SEC(idle_limit(b));
	tstamp least = b->up_since + SEC(b->c->p.idle_min);

	return end > least ? end : least;
}

/* What its session has carried so far. */
static void
sums(const struct ctl_counts *n, struct traffic_sum sum[TRAFFIC_PARTS])
{
	sum[TRAFFIC_IP] = (struct traffic_sum){ n->ip_in_oct, n->ip_out_oct,
	    n->ip_in, n->ip_out };
	sum[TRAFFIC_IP6] = (struct traffic_sum){ n->ip6_in_oct,
	    n->ip6_out_oct, n->ip6_in, n->ip6_out };
	sum[TRAFFIC_LINK] = (struct traffic_sum){
	    n->ip_in_oct + n->ip6_in_oct + n->ctl_in_oct,
	    n->ip_out_oct + n->ip6_out_oct + n->ctl_out_oct,
	    n->ip_in + n->ip6_in + n->ctl_in,
	    n->ip_out + n->ip6_out + n->ctl_out };
}

static void
see(struct bundle *b, struct traffic *t, const struct traffic_sum *sum,
    tstamp now)
{
	traffic_see(t, sum, b->c->p.throughput, now, clock_wall());
}

static void
count_net(struct bundle *b, const struct ctl_counts *n, tstamp now)
{
	struct traffic_sum sum[TRAFFIC_PARTS];

	sums(n, sum);
	for (int i = 0; i < TRAFFIC_LINK; i++)
		see(b, &b->traffic[i], &sum[i], now);
}

static void
count_link(struct link *l, const struct ctl_counts *n, tstamp now)
{
	struct traffic_sum sum[TRAFFIC_PARTS];

	sums(n, sum);
	see(l->b, &l->traffic, &sum[TRAFFIC_LINK], now);
}

void
bundle_carries(struct bundle *b, enum traffic_part part, bool up)
{
	struct traffic_sum sum[TRAFFIC_PARTS] = { 0 };
	struct ctl_counts n = { 0 };
	struct sess_rec r;
	bool known = row_of(b, b->net, &r, &n);

	if (!up) {
		if (known)
			count_net(b, &n, clock_now());
		traffic_down(&b->traffic[part], clock_now(), clock_wall());
		return;
	}
	sums(&n, sum);
	traffic_up(&b->traffic[part], &sum[part], clock_now());
}

void
link_carries(struct link *l, bool up)
{
	struct traffic_sum sum[TRAFFIC_PARTS] = { 0 };
	struct ctl_counts n = { 0 };
	struct sess_rec r;
	bool known = row_of(l->b, l->ticket, &r, &n);

	if (!up) {
		if (known)
			count_link(l, &n, clock_now());
		traffic_down(&l->traffic, clock_now(), clock_wall());
		return;
	}
	sums(&n, sum);
	traffic_up(&l->traffic, &sum[TRAFFIC_LINK], clock_now());
}

static void
clear_link(struct link *l, unsigned what)
{
	struct sess_rec r;
	struct ctl_counts n;

	if (row_of(l->b, l->ticket, &r, &n))
		count_link(l, &n, clock_now());
	traffic_clear(&l->traffic, what, clock_now());
}

void
bundle_clear(struct bundle *b, int at, enum traffic_part part, unsigned what)
{
	struct sess_rec r;
	struct ctl_counts n;

	for (int i = 0; i < b->links; i++)
		if (part == TRAFFIC_LINK && (at == i || at == LINK_ALL))
			clear_link(b->link[i], what);
	if (part == TRAFFIC_LINK)
		return;
	if (row_of(b, b->net, &r, &n))
		count_net(b, &n, clock_now());
	traffic_clear(&b->traffic[part], what, clock_now());
}

void
bundle_tick(struct bundle *b, tstamp now)
{
	struct sess_rec r;
	struct ctl_counts n;

	dev_reap(now);
	bundle_report_up(b);
	for (int i = 0; i < b->links; i++)
		if (row_of(b, b->link[i]->ticket, &r, &n))
			count_link(b->link[i], &n, now);
	if (!row_of(b, b->net, &r, &n))
		return;
	count_net(b, &n, now);
	bundle_autoload(b, &n, now);
	if (n.alive_at > b->busy_at) {
		b->busy_at = n.alive_at;
		b->idle_secs = n.idle_secs;
	}
	if (idle_limit(b) == 0 || idle_end(b) > now)
		return;
	log_put(LOG_PHASE, "Idle timer expired");
	b->busy_at = now;
	bundle_tell(b, LINK_ALL, MAIL_CLOSE, WHY_IDLE);
}

/* As the host has them: ppp.linkdown runs when the lane's are gone. */
static void
addresses(const struct bundle *b, struct sess_rec *r)
{
	if (b->ip) {
		r->my_addr = b->host.my;
		r->his_addr = b->host.his;
	}
	if (b->ip6) {
		memcpy(r->my_ifid, b->host.my6 + 8, sizeof(r->my_ifid));
		memcpy(r->his_ifid, b->host.his6 + 8, sizeof(r->his_ifid));
	}
}

static void
view_link(const struct link *l, struct ctl_view *v, tstamp now)
{
	v->link = l->state;
	v->way = l->port < 0 ? NULL :
	    atomic_load(&l->b->c->lb->lane[0]->port[l->port].way);
	if (l->ticket != 0 || physical_busy(l->phys))
		memcpy(v->device, l->device, sizeof(v->device));
	v->last_why = l->last_why;
	memcpy(v->last_text, l->last_text, sizeof(v->last_text));
	v->tries = l->dialer.tries;
	v->reconnects = l->dialer.reconnects;
	v->connects = l->connects;
	v->busy = link_busy(l);
	if (l->dialer.deadline != NEVER && l->dialer.deadline > now)
		v->redial_in = (uint32_t)((l->dialer.deadline - now) /
		    SEC(1)) + 1;
}

static void
view_line(const struct link *l, struct ctl_line *v)
{
	struct physical_view ph;

	physical_see(l->phys, &ph);
	v->open = ph.open;
	v->kind = (uint8_t)ph.kind;
	v->sync = ph.sync;
	v->carrier = (int8_t)ph.carrier;
	snprintf(v->info, sizeof(v->info), "%s", ph.info);
	snprintf(v->phone, sizeof(v->phone), "%.63s", ph.phone);
	if (l->port < 0 || !ph.open)
		return;
	const struct lane_line *from = &l->b->c->lb->lane[0]->
	    port[l->port].line;

	v->waits = atomic_load_explicit(&from->waits, memory_order_relaxed);
	for (int i = 0; i < HDLC_BADS; i++)
		v->bad[i] = atomic_load_explicit(&from->bad[i],
		    memory_order_relaxed);
}

void
bundle_view(struct bundle *b, int at, struct ctl_view *v)
{
	const struct link *l = b->link[at == LINK_ALL ? 0 : at];
	struct traffic_sum sum[TRAFFIC_PARTS];
	uint32_t ticket = at == LINK_ALL && b->net != 0 ? b->net : l->ticket;
	const struct aaa_grant *g = at == LINK_ALL && b->mp != 0 ? &b->grant :
	    &l->grant;
	tstamp now = clock_now();

	v->phase = b->phase;
	v->up_since = at == LINK_ALL ? b->up_since : l->up_since;
	view_link(l, v, now);
	view_line(l, &v->line);
	if (idle_limit(b) != 0 && idle_end(b) > now)
		v->idle_left = (uint32_t)((idle_end(b) - now) / SEC(1)) + 1;
	v->have_rec = row_of(b, ticket, &v->rec, &v->count);
	addresses(b, &v->rec);
	if (g->label[0] != '\0')		/* LABEL of ppp.secret */
		v->label = g->label;
	memcpy(v->prefix6, g->extra.prefix6, sizeof(v->prefix6));
	v->prefix6_bits = g->extra.prefix6_bits;
	memcpy(v->filter, g->extra.filter, sizeof(v->filter));
	memcpy(v->traffic, b->traffic, sizeof(b->traffic));
	v->traffic[TRAFFIC_LINK] = l->traffic;
	if (!v->have_rec)
		return;
	protocols(b, ticket, v);
	sums(&v->count, sum);
	for (int i = 0; i < TRAFFIC_PARTS; i++)
		if (v->traffic[i].up != 0 && v->traffic[i].down == 0)
			v->traffic[i].total = sum[i];
}

/* Its rest addresses come with auto mode and go with it. */
static void
modes_changed(struct bundle *b, bool was_auto)
{
	const struct profile *p = &b->c->p;
	bool now_auto;

	for (int i = 0; i < b->links; i++)
		if (b->link[i]->dialer.mode != p->link[i].mode)
			link_set_mode(b->link[i], (enum mode)p->link[i].mode);
	now_auto = bundle_has(b, MODE_AUTO);
	if (now_auto == was_auto)
		return;
	bundle_demand(b);
	if (now_auto && !b->ip)
		bundle_idle_addr(b);
	else if (!now_auto && !b->ip)
		hostnet_down4(&b->host);
}

/* A live change: what does not need a new negotiation happens now. */
void
bundle_publish(struct bundle *b, const struct profile *old)
{
	const struct profile *p = &b->c->p;
	bool was_auto = bundle_has(b, MODE_AUTO);

	bundle_net_publish(b);
	if (was_auto && !b->ip &&
	    memcmp(&old->net, &p->net, sizeof(p->net)) != 0)
		bundle_idle_addr(b);
	modes_changed(b, was_auto);
	for (int i = 0; i < b->links; i++)
		bundle_weigh(b->link[i]);
}

static bool
ident(struct link *l)
{
	struct sess_rec r;
	struct ctl_counts n;

	if (!row_of(l->b, l->ticket, &r, &n) || r.lcp_state < FSM_REQ_SENT)
		return false;
	addresses(l->b, &r);
	ctl_ident_now(l->b->c, l->ticket, &r, &n);
	return true;
}

bool
bundle_ident(struct bundle *b, int at)
{
	bool some = false;

	for (int i = 0; i < b->links; i++)
		if (at == i || at == LINK_ALL)
			some |= ident(b->link[i]);
	return some;
}

const struct link_conf *
bundle_conf(const struct bundle *b, uint32_t ticket)
{
	for (int i = 0; i < b->links; i++)
		if (b->link[i]->ticket == ticket)
			return &b->c->p.link[i];
	return &b->c->p.link[0];
}
