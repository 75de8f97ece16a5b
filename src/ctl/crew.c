/*
 * The workers: what the governor and people decide about them is carried
 * out here. Worker w's own lane is lane w. A worker that goes hands its lanes
 * to another one; the lanes of workers that do not exist have guests' rights
 * with the first ACTIVE worker, so that no frame stays unread.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/state.h"
#include "lb/assign.h"
#include "os/cpu.h"

#define CREW_SILENT	3u	/* seconds */

struct crew {
	struct ctl *c;			/* borrows: its owner */
	struct governor gov;
	struct gov_gauges in;
	tstamp	 measured;
	uint64_t cpu_ns[LANES_MAX];	/* at that time */
	unsigned share[LANES_MAX];	/* percent of a CPU, last interval */
	bool	 fire[LANES_MAX];	/* its thread ends with its last lane */
	uint32_t rounds[LANES_MAX];	/* of its thread, a second ago */
	uint8_t	 silent[LANES_MAX];	/* seconds without one more */
	uint64_t heard_ns[LANES_MAX];	/* CPU time at its last one */
	int	 pin[LANES_MAX];	/* CPU by `lb affinity`; -1: none */
	uint64_t frames[LANES_MAX];	/* of a lane, a second ago */
	int64_t	 active_at[LANES_MAX];	/* wall, of the last; 0: none */
	int	 drill;			/* CPU use to assume; -1: measure */
	uint32_t ahead;			/* seconds, of the governor's clock */
	unsigned cpu[CPUS_MAX], cpus;	/* that threads may run on */
};

/* ---- gauges ---- */

/* The time for the governor, whose clock a drill may put forward. */
static tstamp
gov_time(const struct crew *w, tstamp now)
{
	return now + SEC(w->ahead);
}

static tstamp
gov_now(const struct crew *w)
{
	return gov_time(w, clock_now());
}

static uint32_t
lane_load(const struct ctl *c, unsigned lane)
{
	if (c->ac != NULL)
		return ac_side_load(c->ac, lane);
	return atomic_load_explicit(&c->lb->lane[lane]->count.sessions,
	    memory_order_relaxed);
}

static void
count_sessions(struct crew *w)
{
	const struct lb *b = w->c->lb;

	memset(w->in.sessions, 0, sizeof(w->in.sessions));
	for (unsigned i = 0; i < b->lanes; i++)
		w->in.sessions[b->to[i]] += lane_load(w->c, i);
}

/* CPU of the workers' threads since the last time, against what they could
 * have had. */
static void
measure(struct crew *w, tstamp now)
{
	const struct lb *b = w->c->lb;
	uint64_t spent = 0, span = now - w->measured, had;
	unsigned n = 0;

	for (unsigned i = 0; i < b->lanes; i++) {
		uint64_t ns = worker_cpu_ns(&b->worker[i]);
		uint64_t d = ns > w->cpu_ns[i] ? ns - w->cpu_ns[i] : 0;

		n += b->worker[i].runs;
		spent += d;
		w->share[i] = span > 0 ? (unsigned)(d * 100 / span) : 0;
		w->cpu_ns[i] = ns;
	}
	had = span * (n < w->in.cpus ? n : w->in.cpus);
	w->in.cpu = had > 0 ? (unsigned)(spent * 100 / had) : 0;
	if (w->in.cpu > 100)
		w->in.cpu = 100;
	if (w->drill >= 0)
		w->in.cpu = (unsigned)w->drill;
	w->measured = now;
}

static uint64_t
lane_frames(const struct lane *l)
{
	return atomic_load_explicit(&l->count.in, memory_order_relaxed) +
	    atomic_load_explicit(&l->count.out, memory_order_relaxed);
}

/* Which worker has carried something during the last second? */
static void
see_traffic(struct crew *w)
{
	const struct lb *b = w->c->lb;

	for (unsigned i = 0; i < b->lanes; i++) {
		uint64_t n = lane_frames(b->lane[i]);

		if (n != w->frames[i])
			w->active_at[b->to[i]] = clock_wall();
		w->frames[i] = n;
	}
}

static bool
is_stuck(const struct crew *w, unsigned id)
{
	return w->silent[id] >= CREW_SILENT;
}

/* Blocked in the system, or busy with something that does not end? */
static void
tell_stuck(struct crew *w, unsigned id)
{
	const struct worker *k = &w->c->lb->worker[id];
	int tid = atomic_load_explicit(&k->tid, memory_order_relaxed);
	char state[128];

	cpu_thread_state(tid, state, sizeof(state));
	count_sessions(w);
	log_put(LOG_WARN_, "ng_pppoe_lb: worker %u does not answer (thread "
	    "%d%s%s, %llu ms of CPU in %u seconds): its %u sessions stand "
	    "still, new ones go to others", id, tid, state[0] != '\0' ?
	    ", " : "", state, (unsigned long long)((worker_cpu_ns(k) -
	    w->heard_ns[id]) / 1000000), CREW_SILENT, w->in.sessions[id]);
}

static void
hear_one(struct crew *w, unsigned id)
{
	const struct worker *k = &w->c->lb->worker[id];
	uint32_t n = atomic_load_explicit(&k->rounds, memory_order_relaxed);

	if (n == w->rounds[id] && k->runs) {
		if (!is_stuck(w, id) && ++w->silent[id] == CREW_SILENT)
			tell_stuck(w, id);
		return;
	}
	if (is_stuck(w, id))
		log_put(LOG_WARN_, "ng_pppoe_lb: worker %u answers again", id);
	w->silent[id] = 0;
	w->rounds[id] = n;
	w->heard_ns[id] = worker_cpu_ns(k);
}

/* Woken each second, a thread makes a round; three missed: it is stuck. */
static void
hear(struct crew *w)
{
	for (unsigned i = 0; i < w->c->lb->lanes; i++) {
		struct worker *k = &w->c->lb->worker[i];

		hear_one(w, i);
		if (k->runs)
			worker_poke(k);
	}
}

/* ---- acts ---- */

/* Who may be given work: ACTIVE workers, but for those that are stuck as
 * long as there are others. */
static uint64_t
takers(const struct crew *w)
{
	uint64_t active = 0, stuck = 0;

	for (unsigned i = 0; i < w->gov.most; i++) {
		if (w->gov.w[i].state != WORKER_ACTIVE)
			continue;
		active |= UINT64_C(1) << i;
		if (is_stuck(w, i))
			stuck |= UINT64_C(1) << i;
	}
	return active != stuck ? active & ~stuck : active;
}

/* The one of them with the fewest sessions takes over a lane. */
static unsigned
best_host(struct crew *w)
{
	uint64_t may = takers(w);
	unsigned best = LANES_MAX;

	count_sessions(w);
	for (unsigned i = 0; i < w->gov.most; i++)
		if ((may >> i & 1) != 0 && (best == LANES_MAX ||
		    w->in.sessions[i] < w->in.sessions[best]))
			best = i;
	return best;
}

static void
hand_over(struct crew *w, unsigned from)
{
	struct lb *b = w->c->lb;

	for (unsigned i = 0; i < b->lanes; i++)
		if (b->to[i] == from)
			lb_move(b, i, best_host(w));
}

/* The CPU that worker @id is kept on, or -1. */
static int
cpu_of(const struct crew *w, unsigned id)
{
	const struct lb_conf *p = &w->c->p.lb;

	if (w->pin[id] >= 0 || p->affinity == AFF_OFF)
		return w->pin[id];
	return (int)(p->affinity == AFF_AUTO ? w->cpu[id % w->cpus] :
	    p->cpu[id % p->cpus]);
}

static int
pin(struct crew *w, unsigned id)
{
	const struct worker *wk = &w->c->lb->worker[id];
	int is = cpu_of(w, id), err;
	unsigned one = (unsigned)is;

	if (!wk->runs)
		return 0;
	err = is < 0 ? cpu_pin(wk->thread, w->cpu, w->cpus) :
	    cpu_pin(wk->thread, &one, 1);
	if (err < 0)
		log_put(LOG_WARN_, "worker %u cannot run on CPU %d: %s", id,
		    is, err_text(err));
	return err;
}

static void
hire(struct crew *w, unsigned id)
{
	int err = lb_hire(w->c->lb, id);

	if (err < 0) {
		log_put(LOG_ERROR_, "worker %u cannot be started: %s", id,
		    err_text(err));
		w->gov.w[id].state = WORKER_NONE;
		return;
	}
	w->fire[id] = false;
	w->cpu_ns[id] = 0;
	if (cpu_of(w, id) >= 0)
		pin(w, id);
	lb_move(w->c->lb, id, id);
	log_put(LOG_PHASE, "ng_pppoe_lb: created worker %u (now %u workers)",
	    id, gov_count(&w->gov).current);
}

static void
empty(struct crew *w, unsigned id)
{
	struct mail m = { .op = MAIL_EMPTY, .arg = WHY_ADMIN };

	for (unsigned i = 0; i < w->c->lb->lanes; i++)
		if (w->c->lb->to[i] == id)
			ctl_mail(w->c, i, &m);
}

static void
dismiss(struct crew *w, unsigned id)
{
	hand_over(w, id);
	w->fire[id] = true;
	w->pin[id] = -1;
	log_put(LOG_PHASE, "ng_pppoe_lb: removed worker %u (now %u workers)",
	    id, gov_count(&w->gov).current);
}

static void
carry_out(struct crew *w, const struct gov_act *a)
{
	const char *why = gov_reason_name(a->reason);
	unsigned id = a->worker;

	switch ((enum gov_op)a->op) {
	case GOV_CREATE:
		log_put(LOG_PHASE, "ng_pppoe_lb: governor: scale up "
		    "(reason: %s)", why);
		hire(w, id);
		break;
	case GOV_DRAIN:
		log_put(LOG_PHASE, "ng_pppoe_lb: governor: scale down "
		    "(reason: %s)", why);
		log_put(LOG_PHASE, "ng_pppoe_lb: mark worker %u for removal "
		    "(draining)", id);
		if (w->c->p.lb.gov.drain_policy == DRAIN_MIGRATE)
			hand_over(w, id);
		break;
	case GOV_ACTIVATE:
		log_put(LOG_PHASE, "ng_pppoe_lb: cancel removal of worker %u "
		    "(%s)", id, a->reason == GOV_BY_HAND ? "by hand" :
		    "change of heart");
		lb_move(w->c->lb, id, id);
		break;
	case GOV_EMPTY:
		empty(w, id);
		break;
	case GOV_REMOVE:
		dismiss(w, id);
		break;
	case GOV_WARN_MAX:
		log_put(LOG_WARN_, "ng_pppoe_lb: governor: %s, but there are "
		    "as many workers as may be (%u)", why,
		    gov_count(&w->gov).current);
		break;
	}
}

static void
carry_out_all(struct crew *w, const struct gov_out *out)
{
	for (int i = 0; i < out->n; i++)
		carry_out(w, &out->act[i]);
	count_sessions(w);
}

/* Threads that have given up their last lane. */
static void
fire_idle(struct crew *w)
{
	for (unsigned i = 0; i < w->c->lb->lanes; i++)
		if (w->fire[i] && lb_fire(w->c->lb, i))
			w->fire[i] = false;
}

static void
poll_governor(struct crew *w, tstamp now)
{
	struct gov_out out;

	count_sessions(w);
	gov_poll(&w->gov, &w->c->p.lb.gov, &w->in, gov_time(w, now),
	    &out);
	carry_out_all(w, &out);
	fire_idle(w);
}

void
crew_tick(struct crew *w, tstamp now)
{
	const struct governor_conf *c = &w->c->p.lb.gov;
	bool decides = c->enabled && !c->manual;
	tstamp since = decides ? w->gov.polled :
	    w->measured + SEC(w->ahead);

	if (gov_time(w, now) >= since + SEC(c->poll_secs)) {
		w->in.cpus = cpu_count();
		measure(w, now);
	}
	if (w->c->quitting || w->c->ac == NULL)
		return;
	poll_governor(w, now);
	hear(w);
	see_traffic(w);
}

/* ---- by hand ---- */

static int
done(struct crew *w, int err, const struct gov_out *out)
{
	if (err < 0)
		return err;
	carry_out_all(w, out);
	poll_governor(w, clock_now());	/* one that is empty is seen, */
	poll_governor(w, clock_now());	/* and goes */
	return 0;
}

static int
no_worker(unsigned id, char *why, size_t len)
{
	snprintf(why, len, "there is no worker %u", id);
	return -E_UNKNOWN;
}

int
ctl_workers(struct ctl *c, unsigned n, char *why, size_t len)
{
	const struct governor_conf *g = &c->p.lb.gov;
	struct crew *w = c->crew;
	struct gov_out out;

	count_sessions(w);
	int err = gov_desire(&w->gov, g, &w->in, n, gov_now(w), &out);

	if (err < 0 && g->enabled)
		snprintf(why, len, "%u: the governor allows %u to %u workers",
		    n, g->min, gov_max(&w->gov, g, w->in.cpus));
	else if (err < 0)
		snprintf(why, len, "%u: not 1 to %u workers (more: `set "
		    "governor max' before the start)", n, w->gov.most);
	return done(w, err, &out);
}

int
ctl_worker_add(struct ctl *c, unsigned *id, char *why, size_t len)
{
	const struct governor_conf *g = &c->p.lb.gov;
	struct crew *w = c->crew;
	unsigned most = g->enabled ? gov_max(&w->gov, g, w->in.cpus) :
	    w->gov.most;
	struct gov_out out;
	int err = -E_FULL;

	if (gov_count(&w->gov).current < most)
		err = gov_add(&w->gov, id, gov_now(w), &out);
	if (err < 0)
		snprintf(why, len, "there are %u workers already, the most "
		    "there may be", gov_count(&w->gov).current);
	return done(w, err, &out);
}

int
ctl_worker_drain(struct ctl *c, unsigned id, char *why, size_t len)
{
	struct crew *w = c->crew;
	struct gov_out out;
	int err = gov_drain(&w->gov, id, gov_now(w), &out);

	if (err == -E_UNKNOWN)
		return no_worker(id, why, len);
	if (err < 0)
		snprintf(why, len, "worker %u is the last ACTIVE one", id);
	return done(w, err, &out);
}

int
ctl_worker_activate(struct ctl *c, unsigned id, char *why, size_t len)
{
	struct crew *w = c->crew;
	struct gov_out out;
	int err = gov_activate(&w->gov, id, gov_now(w), &out);

	if (err < 0)
		return no_worker(id, why, len);
	return done(w, err, &out);
}

int
ctl_worker_remove(struct ctl *c, unsigned id, bool force, char *why,
    size_t len)
{
	struct crew *w = c->crew;
	struct gov_gauges in;
	struct gov_out out;
	uint32_t n;
	int err;

	count_sessions(w);
	in = w->in;
	n = id < GOV_WORKERS ? in.sessions[id] : 0;
	if (n > 0 && c->p.lb.gov.drain_policy == DRAIN_MIGRATE)
		in.sessions[id] = n = 0;	/* they move away */
	err = gov_remove(&w->gov, id, &in, force, gov_now(w), &out);
	if (err == -E_UNKNOWN)
		return no_worker(id, why, len);
	if (err < 0 && n > 0 && !force)
		snprintf(why, len, "worker %u has %u active sessions (lb "
		    "drain, or lb remove %u force)", id, n, id);
	else if (err < 0)
		snprintf(why, len, "worker %u is the last ACTIVE one", id);
	return done(w, err, &out);
}

int
ctl_worker_pin(struct ctl *c, unsigned id, int cpu, char *why, size_t len)
{
	struct crew *w = c->crew;
	int was;

	if (id >= w->gov.most || w->gov.w[id].state == WORKER_NONE)
		return no_worker(id, why, len);
	was = w->pin[id];
	w->pin[id] = cpu;
	if (pin(w, id) == 0)
		return 0;
	w->pin[id] = was;
	snprintf(why, len, "worker %u cannot run on CPU %d", id, cpu);
	return -E_RANGE;
}

int
ctl_trigger(struct ctl *c, bool up, char *why, size_t len)
{
	struct crew *w = c->crew;
	struct gov_out out;
	int err;

	count_sessions(w);
	err = gov_trigger(&w->gov, &c->p.lb.gov, &w->in, up, gov_now(w),
	    &out);
	if (err == -E_FULL)
		snprintf(why, len, "there are %u workers already, the most "
		    "there may be", gov_count(&w->gov).current);
	else if (err < 0)
		snprintf(why, len, "%u active: the fewest there may be",
		    gov_count(&w->gov).active);
	return done(w, err, &out);
}

void
ctl_drill(struct ctl *c, int cpu)
{
	c->crew->drill = cpu;
	if (cpu >= 0) {
		c->crew->in.cpu = (unsigned)cpu;
		log_put(LOG_PHASE, "ng_pppoe_lb: a drill: CPU use is taken "
		    "to be %d%%", cpu);
	}
}

int
ctl_drill_clock(struct ctl *c, uint32_t secs, char *why, size_t len)
{
	struct crew *w = c->crew;

	if (secs < w->ahead) {
		snprintf(why, len, "%u: the governor's clock is %u seconds "
		    "ahead, and does not go back", secs, w->ahead);
		return -E_RANGE;
	}
	w->ahead = secs;
	log_put(LOG_PHASE, "ng_pppoe_lb: a drill: the governor's clock is %u "
	    "seconds ahead", secs);
	poll_governor(w, clock_now());
	return 0;
}

/* ---- what there is to see ---- */

static void
add_lane(const struct lane *l, struct ctl_worker *out)
{
	const struct lane_count *n = &l->count;

	out->lanes++;
	out->in += atomic_load_explicit(&n->in, memory_order_relaxed);
	out->out += atomic_load_explicit(&n->out, memory_order_relaxed);
	out->in_oct += atomic_load_explicit(&n->in_oct,
	    memory_order_relaxed);
	out->out_oct += atomic_load_explicit(&n->out_oct,
	    memory_order_relaxed);
	for (int d = 0; d < DROP_COUNT; d++) {
		uint64_t k = atomic_load_explicit(&n->drop[d],
		    memory_order_relaxed);

		out->drops += k;
		out->losses += drop_is_loss((enum drop)d) ? k : 0;
	}
}

bool
ctl_worker(struct ctl *c, unsigned id, struct ctl_worker *out)
{
	struct crew *w = c->crew;

	memset(out, 0, sizeof(*out));
	if (id >= w->gov.most || w->gov.w[id].state == WORKER_NONE)
		return false;
	count_sessions(w);
	out->state = w->gov.w[id].state;
	out->age = (gov_now(w) - w->gov.w[id].born) / SEC(1);
	out->sessions = w->in.sessions[id];
	out->cpu = w->share[id];
	out->silent = is_stuck(w, id);
	out->active_at = w->active_at[id];
	out->pinned = cpu_of(w, id);
	out->cpu_ns = worker_cpu_ns(&c->lb->worker[id]);
	out->tid = atomic_load_explicit(&c->lb->worker[id].tid,
	    memory_order_relaxed);
	for (unsigned i = 0; i < c->lb->lanes; i++)
		if (c->lb->to[i] == id)
			add_lane(c->lb->lane[i], out);
	return true;
}

void
ctl_governor(struct ctl *c, struct ctl_governor *out)
{
	struct crew *w = c->crew;

	count_sessions(w);
	memset(out, 0, sizeof(*out));
	out->gov = &w->gov;
	out->in = w->in;
	out->max = gov_max(&w->gov, &c->p.lb.gov, w->in.cpus);
	out->now = gov_now(w);
	out->drill = w->drill;
	out->ahead = w->ahead;
	out->moves = c->lb->moves;
	for (unsigned i = 0; i < c->lb->lanes; i++)
		out->drift += atomic_load_explicit(
		    &c->lb->lane[i]->count.drift, memory_order_relaxed);
}

/* ---- new sessions ---- */

unsigned
crew_lane(struct crew *w, struct assign *a, const uint8_t mac[ETH_ADDR])
{
	if (w->c->p.lb.algorithm == LB_LEAST_SESSIONS)
		count_sessions(w);
	return assign_lane(a, w->c->p.lb.algorithm, takers(w),
	    w->in.sessions, mac);
}

/* ---- life ---- */

unsigned
crew_lanes(const struct profile *p)
{
	unsigned most = p->lb.gov.max != 0 ? p->lb.gov.max : cpu_count();
	unsigned n = 1;

	/* Links of one bundle meet in one lane, wherever they come from. */
	if (p->ppp.mrru != 0)
		return 1;
	if (most < p->lb.workers)
		most = p->lb.workers;
	if (most < p->lb.gov.min)
		most = p->lb.gov.min;
	while (n < most && n < LANES_MAX)
		n *= 2;
	return n;
}

void
crew_publish(struct crew *w, const struct profile *old)
{
	const struct lb_conf *is = &w->c->p.lb;
	char why[160] = "";

	if (is->affinity != old->lb.affinity || is->cpus != old->lb.cpus ||
	    memcmp(is->cpu, old->lb.cpu, sizeof(is->cpu)) != 0)
		for (unsigned i = 0; i < w->gov.most; i++)
			pin(w, i);
	if (!is->gov.drill)
		ctl_drill(w->c, -1);
	if (is->workers != old->lb.workers &&
	    ctl_workers(w->c, is->workers, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "set lb workers %s", why);
}

int
crew_start(struct crew *w)
{
	int err = lb_start(w->c->lb);

	if (err == 0 && w->c->p.lb.affinity != AFF_OFF)
		for (unsigned i = 0; i < w->gov.most; i++)
			pin(w, i);
	return err;
}

struct crew *
crew_new(struct ctl *c, unsigned workers)
{
	struct crew *w = calloc(1, sizeof(*w));
	tstamp now = clock_now();

	if (w == NULL)
		return NULL;
	w->c = c;
	w->cpus = cpu_list(w->cpu, CPUS_MAX);
	if (w->cpus > CPUS_MAX)
		w->cpus = CPUS_MAX;
	w->in.cpus = cpu_count();
	w->drill = -1;
	for (unsigned i = 0; i < LANES_MAX; i++)
		w->pin[i] = -1;
	gov_init(&w->gov, workers, c->lb->lanes, now);
	w->measured = w->gov.polled = now;
	return w;
}

void
crew_free(struct crew *w)
{
	free(w);
}
