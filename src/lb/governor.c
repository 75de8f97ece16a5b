/*
 * The governor's rules. Two of them keep it calm at a constant load: a
 * worker is only given up when those that stay would not be over the upper
 * threshold afterwards, by CPU and by sessions.
 */
#include "lb/governor.h"

#include <string.h>

#include "base/bug.h"
#include "base/err.h"

#define FULL_SHARE	80u		/* percent of sessions_per_worker */

const char *
worker_state_name(enum worker_state s)
{
	static const char *const name[] = { "ACTIVE", "DRAINING",
	    "PENDING_REMOVAL", "NONE" };

	return name[s];
}

const char *
gov_decision_name(enum gov_decision d)
{
	static const char *const name[] = { "none", "scale_up", "scale_down",
	    "cancel_drain", "removed", "at_max" };

	return name[d];
}

const char *
gov_reason_name(enum gov_reason r)
{
	static const char *const name[] = { "none", "cpu_high", "cpu_low",
	    "sessions_high", "sessions_low", "limits", "by_hand",
	    "drained", "respawn" };

	return name[r];
}

void
gov_init(struct governor *g, unsigned n, unsigned most, tstamp now)
{
	BUG_ON(n == 0 || n > most || most > GOV_WORKERS);
	memset(g, 0, sizeof(*g));
	g->most = most;
	for (unsigned i = 0; i < GOV_WORKERS; i++) {
		g->w[i].state = i < n ? WORKER_ACTIVE : WORKER_NONE;
		g->w[i].born = now;
	}
}

struct gov_count
gov_count(const struct governor *g)
{
	struct gov_count n = { 0 };

	for (unsigned i = 0; i < g->most; i++) {
		n.active += g->w[i].state == WORKER_ACTIVE;
		n.draining += g->w[i].state == WORKER_DRAINING;
		n.pending += g->w[i].state == WORKER_PENDING;
	}
	n.current = n.active + n.draining + n.pending;
	return n;
}

unsigned
gov_max(const struct governor *g, const struct governor_conf *c,
    unsigned cpus)
{
	unsigned max = c->max != 0 ? c->max : cpus;

	if (max < c->min)
		max = c->min;
	return max < g->most ? max : g->most;
}

static unsigned
gov_min(const struct governor *g, const struct governor_conf *c)
{
	return c->min < g->most ? c->min : g->most;
}

static bool
passed(tstamp since, uint32_t secs, tstamp now)
{
	return since == 0 || now >= since + SEC(secs);
}

static uint32_t
total(const struct governor *g, const struct gov_gauges *in)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < g->most; i++)
		n += g->w[i].state != WORKER_NONE ? in->sessions[i] : 0;
	return n;
}

/* ---- what was decided ---- */

static void
say(struct gov_out *out, enum gov_op op, unsigned w, enum gov_decision d,
    enum gov_reason r)
{
	BUG_ON(out->n == GOV_ACTS);
	out->act[out->n++] = (struct gov_act){ (uint8_t)op, (uint8_t)w,
	    (uint8_t)d, (uint8_t)r };
}

static void
note(struct governor *g, const struct gov_gauges *in, unsigned w,
    enum gov_decision d, enum gov_reason r, tstamp now)
{
	struct gov_count n = gov_count(g);

	g->decided[d]++;
	g->event[g->events++ % GOV_HISTORY] = (struct gov_event){
		.at = now, .decision = (uint8_t)d, .reason = (uint8_t)r,
		.worker = (uint8_t)w,
		.cpu = (uint8_t)(in != NULL ? in->cpu : 0),
		.current = (uint8_t)n.current, .active = (uint8_t)n.active,
		.sessions = in != NULL ? total(g, in) : 0,
	};
	if (d != GOV_SCALE_UP && d != GOV_SCALE_DOWN && d != GOV_CANCEL_DRAIN)
		return;
	g->last = d;
	g->why = r;
	g->last_at = now;
}

const struct gov_event *
gov_event(const struct governor *g, unsigned i)
{
	if (i >= g->events || i >= GOV_HISTORY)
		return NULL;
	return &g->event[(g->events - 1 - i) % GOV_HISTORY];
}

/* ---- moves of one worker ---- */

static void
begin(struct governor *g, const struct gov_gauges *in, unsigned i,
    enum gov_reason r, tstamp now, struct gov_out *out)
{
	g->w[i] = (struct gov_worker){ .state = WORKER_ACTIVE, .born = now };
	say(out, GOV_CREATE, i, GOV_SCALE_UP, r);
	note(g, in, i, GOV_SCALE_UP, r, now);
}

static int
create(struct governor *g, const struct gov_gauges *in, enum gov_reason r,
    tstamp now, struct gov_out *out)
{
	for (unsigned i = 0; i < g->most; i++)
		if (g->w[i].state == WORKER_NONE) {
			begin(g, in, i, r, now, out);
			return (int)i;
		}
	return -E_FULL;
}

static void
drain(struct governor *g, const struct gov_gauges *in, unsigned i,
    enum gov_reason r, tstamp now, struct gov_out *out)
{
	g->w[i].state = WORKER_DRAINING;
	g->w[i].drained = now;
	g->w[i].by_hand = r == GOV_BY_HAND;
	g->w[i].leaves = g->w[i].emptied = g->w[i].killed = false;
	say(out, GOV_DRAIN, i, GOV_SCALE_DOWN, r);
	note(g, in, i, GOV_SCALE_DOWN, r, now);
}

static void
reclaim(struct governor *g, const struct gov_gauges *in, unsigned i,
    enum gov_reason r, tstamp now, struct gov_out *out)
{
	g->w[i].state = WORKER_ACTIVE;
	g->w[i].by_hand = g->w[i].leaves = false;
	g->w[i].emptied = g->w[i].killed = false;
	say(out, GOV_ACTIVATE, i, GOV_CANCEL_DRAIN, r);
	note(g, in, i, GOV_CANCEL_DRAIN, r, now);
}

static bool
is_going(const struct governor *g, unsigned i)
{
	return g->w[i].state == WORKER_DRAINING ||
	    g->w[i].state == WORKER_PENDING;
}

/* The ACTIVE worker with the fewest sessions, of equals the highest id. */
static unsigned
victim(const struct governor *g, const struct gov_gauges *in)
{
	unsigned best = GOV_WORKERS;

	for (unsigned i = 0; i < g->most; i++)
		if (g->w[i].state == WORKER_ACTIVE && (best == GOV_WORKERS ||
		    in->sessions[i] <= in->sessions[best]))
			best = i;
	return best;
}

/* ---- removals ---- */

static void
drain_timeout(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, unsigned i, tstamp now, struct gov_out *out)
{
	struct gov_worker *w = &g->w[i];

	if (w->emptied || !passed(w->drained, c->drain_secs, now))
		return;
	if (c->drain_policy == DRAIN_CANCEL && !w->by_hand) {
		reclaim(g, in, i, GOV_SESSIONS_HIGH, now, out);
	} else if (c->drain_policy == DRAIN_FORCE) {
		w->emptied = true;
		say(out, GOV_EMPTY, i, GOV_SCALE_DOWN, GOV_DRAINED);
	}
}

/* One that was removed by force comes back as itself, a second later, unless
 * another one has been created meanwhile that there is no room beside. */
static void
respawn(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, unsigned i, tstamp now, struct gov_out *out)
{
	unsigned most = c->enabled ? gov_max(g, c, in->cpus) : g->most;

	if (c->respawn && g->w[i].killed && passed(g->w[i].drained, 1, now) &&
	    gov_count(g).current < most)
		begin(g, in, i, GOV_RESPAWN, now, out);
}

static void
finish(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out)
{
	for (unsigned i = 0; i < g->most; i++) {
		struct gov_worker *w = &g->w[i];
		bool empty = in->sessions[i] == 0;

		if (w->state == WORKER_PENDING && !empty)
			w->state = WORKER_DRAINING;	/* one came late */
		if (w->state == WORKER_PENDING && (w->leaves ||
		    passed(w->drained, c->drain_secs, now))) {
			w->state = WORKER_NONE;
			w->drained = now;
			say(out, GOV_REMOVE, i, GOV_REMOVED, GOV_DRAINED);
			note(g, in, i, GOV_REMOVED, GOV_DRAINED, now);
		} else if (w->state == WORKER_DRAINING && empty) {
			w->state = WORKER_PENDING;
		} else if (w->state == WORKER_DRAINING) {
			drain_timeout(g, c, in, i, now, out);
		} else if (w->state == WORKER_NONE) {
			respawn(g, c, in, i, now, out);
		}
	}
}

/* ---- decisions ---- */

/* The change of heart: load rises before a worker is gone. */
static bool
reclaim_all(struct governor *g, const struct gov_gauges *in,
    enum gov_reason r, tstamp now, struct gov_out *out)
{
	bool any = false;

	for (unsigned i = 0; i < g->most; i++) {
		if (!is_going(g, i) || g->w[i].by_hand)
			continue;
		reclaim(g, in, i, r, now, out);
		any = true;
	}
	return any;
}

static void
scale_up(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, enum gov_reason r, tstamp now,
    struct gov_out *out)
{
	bool reclaimed;

	if (!passed(g->last_up, c->up_secs, now))
		return;
	reclaimed = reclaim_all(g, in, r, now, out);
	if (gov_count(g).current < gov_max(g, c, in->cpus) &&
	    !(reclaimed && c->cancel_only)) {
		create(g, in, r, now, out);
	} else if (!reclaimed) {
		if (passed(g->warned, c->up_secs, now)) {
			g->warned = now;
			say(out, GOV_WARN_MAX, 0, GOV_AT_MAX, r);
		}
		return;
	}
	g->last_up = now;
}

/* Would those that stay do without worker @n? Percentages are cut, so one
 * more is counted. */
static bool
can_spare(const struct governor_conf *c, const struct gov_gauges *in,
    unsigned active, uint32_t sessions)
{
	uint64_t stay = active - 1;

	if ((in->cpu + 1) * (uint64_t)active > c->cpu_high * stay)
		return false;
	return c->sessions == 0 || (uint64_t)sessions * 100 <=
	    (uint64_t)c->sessions * FULL_SHARE * stay;
}

static void
scale_down(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out)
{
	struct gov_count n = gov_count(g);

	if (n.active <= gov_min(g, c) || n.active < 2 ||
	    n.current != n.active || !passed(g->last_down, c->down_secs, now)
	    || !can_spare(c, in, n.active, total(g, in)))
		return;
	drain(g, in, victim(g, in), GOV_CPU_LOW, now, out);
	g->last_down = now;
}

/* Back into [min, max] after these have changed; one worker a poll. */
static bool
obey_limits(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out)
{
	struct gov_count n = gov_count(g);

	if (n.active < gov_min(g, c)) {
		if (!reclaim_all(g, in, GOV_LIMITS, now, out) &&
		    n.current < gov_max(g, c, in->cpus))
			create(g, in, GOV_LIMITS, now, out);
		return true;
	}
	if (n.active <= gov_max(g, c, in->cpus))
		return false;
	drain(g, in, victim(g, in), GOV_LIMITS, now, out);
	return true;
}

static void
decide(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out)
{
	unsigned active = gov_count(g).active;
	uint64_t full = (uint64_t)c->sessions * FULL_SHARE * active;

	if (obey_limits(g, c, in, now, out))
		return;
	if (in->cpu > c->cpu_high)
		scale_up(g, c, in, GOV_CPU_HIGH, now, out);
	else if (c->sessions > 0 && (uint64_t)total(g, in) * 100 > full)
		scale_up(g, c, in, GOV_SESSIONS_HIGH, now, out);
	else if (in->cpu < c->cpu_low)
		scale_down(g, c, in, now, out);
}

void
gov_poll(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out)
{
	out->n = 0;
	finish(g, c, in, now, out);
	if (!c->enabled || c->manual || !passed(g->polled, c->poll_secs, now))
		return;
	g->polled = now;
	decide(g, c, in, now, out);
}

/* ---- by hand ---- */

int
gov_add(struct governor *g, unsigned *id, tstamp now, struct gov_out *out)
{
	out->n = 0;
	int i = create(g, NULL, GOV_BY_HAND, now, out);

	if (i < 0)
		return i;
	*id = (unsigned)i;
	return 0;
}

static bool
exists(const struct governor *g, unsigned id)
{
	return id < g->most && g->w[id].state != WORKER_NONE;
}

int
gov_drain(struct governor *g, unsigned id, tstamp now, struct gov_out *out)
{
	out->n = 0;
	if (!exists(g, id))
		return -E_UNKNOWN;
	if (g->w[id].state == WORKER_ACTIVE && gov_count(g).active == 1)
		return -E_STATE;
	if (g->w[id].state == WORKER_ACTIVE)
		drain(g, NULL, id, GOV_BY_HAND, now, out);
	else
		g->w[id].by_hand = true;
	return 0;
}

int
gov_activate(struct governor *g, unsigned id, tstamp now,
    struct gov_out *out)
{
	out->n = 0;
	if (!exists(g, id))
		return -E_UNKNOWN;
	if (is_going(g, id))
		reclaim(g, NULL, id, GOV_BY_HAND, now, out);
	return 0;
}

int
gov_remove(struct governor *g, unsigned id, const struct gov_gauges *in,
    bool force, tstamp now, struct gov_out *out)
{
	int err;

	out->n = 0;
	if (!exists(g, id))
		return -E_UNKNOWN;
	if (in->sessions[id] > 0 && !force)
		return -E_STATE;
	err = gov_drain(g, id, now, out);
	if (err < 0)
		return err;
	g->w[id].leaves = true;
	g->w[id].killed = force;
	if (force && in->sessions[id] > 0) {
		g->w[id].emptied = true;
		say(out, GOV_EMPTY, id, GOV_SCALE_DOWN, GOV_BY_HAND);
	}
	return 0;
}

static bool
may_desire(const struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, unsigned n)
{
	if (n == 0 || n > g->most)
		return false;
	return !c->enabled || (n >= gov_min(g, c) &&
	    n <= gov_max(g, c, in->cpus));
}

static void
grow_to(struct governor *g, const struct gov_gauges *in, unsigned n,
    tstamp now, struct gov_out *out)
{
	for (unsigned i = 0; i < g->most && gov_count(g).active < n; i++)
		if (is_going(g, i))
			reclaim(g, in, i, GOV_BY_HAND, now, out);
	while (gov_count(g).active < n)
		create(g, in, GOV_BY_HAND, now, out);
}

int
gov_desire(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, unsigned n, tstamp now, struct gov_out *out)
{
	out->n = 0;
	if (!may_desire(g, c, in, n))
		return -E_RANGE;
	grow_to(g, in, n, now, out);
	while (gov_count(g).active > n) {
		unsigned i = victim(g, in);

		drain(g, in, i, GOV_BY_HAND, now, out);
		g->w[i].leaves = true;
	}
	return 0;
}

int
gov_trigger(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, bool up, tstamp now, struct gov_out *out)
{
	struct gov_count n = gov_count(g);

	out->n = 0;
	if (!up) {
		if (n.active < 2 || (c->enabled && n.active <= gov_min(g, c)))
			return -E_STATE;
		drain(g, in, victim(g, in), GOV_BY_HAND, now, out);
		return 0;
	}
	if (reclaim_all(g, in, GOV_BY_HAND, now, out) && c->cancel_only)
		return 0;
	if (n.current >= (c->enabled ? gov_max(g, c, in->cpus) : g->most))
		return out->n > 0 ? 0 : -E_FULL;
	return create(g, in, GOV_BY_HAND, now, out) < 0 ? -E_FULL : 0;
}
