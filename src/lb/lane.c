/* A lane: birth, end, and one cycle of its work. */
#include "lb/lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define BLOCKED_PAUSE	MSEC(1)		/* control takes its mail meanwhile */

void
lane_drop(struct lane *l, enum drop why)
{
	lane_add(&l->count.drop[why], 1);
}

static int
make_tables(struct lane *l, uint32_t max)
{
	if (slab_init(&l->slab, sizeof(struct sess), max) < 0 ||
	    table_init(&l->by_key) < 0 || table_init(&l->by_ticket) < 0 ||
	    table_init(&l->by_addr) < 0 || table_init(&l->by_ifid) < 0 ||
	    spsc_init(&l->in, MAIL_RING, sizeof(struct mail)) < 0 ||
	    spsc_init(&l->out, MAIL_RING, sizeof(struct mail)) < 0)
		return -E_NOMEM;
	l->ledger = ledger_new(max + SLAB_CHUNK);
	l->fair = fair_new(l->seed);
	return l->ledger != NULL && l->fair != NULL ? lane_pool_init(l) :
	    -E_NOMEM;
}

struct lane *
lane_new(const struct lane_conf *c, const struct snapshot *_Atomic *current)
{
	struct lane *l = aligned_alloc(64, (sizeof(*l) + 63) & ~(size_t)63);

	if (l == NULL)
		return NULL;
	memset(l, 0, sizeof(*l));
	l->id = c->id;
	l->lanes = c->lanes;
	l->single = c->single;
	l->demand = c->demand;
	l->tun = c->tun;
	l->current = current;
	l->conf = atomic_load_explicit(current, memory_order_acquire);
	l->fds_changed = true;
	lane_flows(l);
	rng_system(&l->rng);
	rng_fill(&l->rng, &l->seed, sizeof(l->seed));
	wheel_init(&l->wheel, clock_now());
	if (make_tables(l, c->max_sessions) < 0) {
		lane_free(l);
		return NULL;
	}
	return l;
}

static void
free_bundles(struct lane *l)
{
	struct sess_rec r;
	struct sess *s;

	for (uint32_t i = 0; l->ledger != NULL && i < ledger_used(l->ledger);
	    i++) {
		if (!ledger_read(l->ledger, i, &r) || !r.is_bundle)
			continue;
		s = lane_by_ticket(l, r.ticket);
		if (s != NULL)
			free(s->mp);
	}
}

void
lane_free(struct lane *l)
{
	for (unsigned i = 0; i < l->ports; i++) {
		io_close(l->port[i].io);
		io_close(l->port[i].ctl);
	}
	if (l->tun.fd >= 0)
		tun_close(&l->tun);
	free_bundles(l);
	for (int i = 0; i < l->links; i++) {
		free(l->link[i]->host);
		free(l->link[i]->host_conf);
	}
	slab_free(&l->slab);
	table_done(&l->by_key);
	table_done(&l->by_ticket);
	table_done(&l->by_addr);
	table_done(&l->by_ifid);
	lane_routes_free(l);
	spsc_free(&l->in);
	spsc_free(&l->out);
	ledger_free(l->ledger);
	free(l->pool);
	fair_free(l->fair);
	free(l);
}

struct sess *
lane_by_key(struct lane *l, const struct sess_key *k)
{
	uint64_t h = sess_key_hash(k, l->seed);
	uint32_t at, i;

	for (i = table_first(&l->by_key, h, &at); i != TABLE_NONE;
	    i = table_next(&l->by_key, h, &at)) {
		struct sess *s = slab_at(&l->slab, i);

		if (memcmp(&s->key, k, sizeof(*k)) == 0)
			return s;
	}
	return NULL;
}

struct sess *
lane_by_ticket(struct lane *l, uint32_t ticket)
{
	uint64_t h = table_hash(ticket, l->seed);
	uint32_t at, i;

	for (i = table_first(&l->by_ticket, h, &at); i != TABLE_NONE;
	    i = table_next(&l->by_ticket, h, &at)) {
		struct sess *s = slab_at(&l->slab, i);

		if (s->ticket == ticket)
			return s;
	}
	return NULL;
}

struct sess *
lane_by_addr(struct lane *l, uint32_t addr)
{
	uint64_t h = table_hash(addr, l->seed);
	uint32_t at, i;

	for (i = table_first(&l->by_addr, h, &at); i != TABLE_NONE;
	    i = table_next(&l->by_addr, h, &at)) {
		struct sess *s = slab_at(&l->slab, i);

		if (s->addr == addr)
			return s;
	}
	return NULL;
}

struct sess *
lane_by_ifid(struct lane *l, uint64_t ifid)
{
	uint64_t h = table_hash(ifid, l->seed);
	uint32_t at, i;

	for (i = table_first(&l->by_ifid, h, &at); i != TABLE_NONE;
	    i = table_next(&l->by_ifid, h, &at)) {
		struct sess *s = slab_at(&l->slab, i);

		if (s->ifid == ifid)
			return s;
	}
	return NULL;
}

/* Timers that are due; none while control has no room for their events. */
static void
expire(struct lane *l)
{
	struct timer *t;

	while (lane_has_room(l) &&
	    (t = wheel_expired(&l->wheel, l->now)) != NULL) {
		struct sess *s = (struct sess *)t;	/* its first member */
		uint32_t ended = l->ended;

		if (s->mp != NULL && s->mp->mp.deadline <= l->now) {
			lane_mp_expire(l, s);
			if (l->ended != ended)
				continue;	/* perhaps this one */
		}
		if (sess_deadline(s) <= l->now)
			sess_expire(s, l->now, &l->ob);
		if (s->idle_at != 0 && s->idle_at <= l->now)
			lane_idle(l, s);
		lane_settle(l, s);
	}
}

static void
report_stop(struct lane *l)
{
	if (!l->stopping || l->stopped_told || l->sweep.op != 0 ||
	    l->slab.used > 0)
		return;
	struct mail m = { .op = MAIL_STOPPED };

	l->stopped_told = lane_has_room(l) && lane_tell(l, &m);
}

bool
lane_run(struct lane *l, tstamp now)
{
	bool more;

	l->now = now;
	l->blocked = false;
	lane_mail(l);
	lane_looks(l);
	lane_taps(l);
	more = lane_recv(l);
	lane_release(l);
	more |= lane_host_read(l);
	l->quiet = 0;
	expire(l);
	report_stop(l);
	lane_flush(l);
	if (l->streams > 0)
		lane_line_turn(l);
	if (l->flows != NULL)
		lane_flow_turn(l);
	lane_io_losses(l);
	return more && !l->blocked;
}

tstamp
lane_next(const struct lane *l)
{
	return l->blocked ? l->now + BLOCKED_PAUSE :
	    tstamp_min(tstamp_min(wheel_next(&l->wheel), l->held_at),
	    lane_flow_next(l));
}

bool
lane_wants_frames(const struct lane *l)
{
	return !l->blocked;
}

bool
lane_wants_tun(const struct lane *l)
{
	bool up = l->lead != NULL && (l->lead->ip || l->lead->ip6);

	if (l->streams > 0 && lane_line_full(l))
		return false;
	return l->tun.fd >= 0 && !lane_host_waits(l) && (!l->demand || up ||
	    (!l->asked && l->links == 0));
}
