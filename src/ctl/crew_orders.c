/* Workers by hand, and what is shown of them: ctl_worker...() of ctl.h. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/crew.h"

static int
done(struct crew *w, int err, const struct gov_out *out)
{
	if (err < 0)
		return err;
	crew_carry_out(w, out);
	crew_poll(w, clock_now());	/* one that is empty is seen, */
	crew_poll(w, clock_now());	/* and goes */
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

	crew_count(w);
	int err = gov_desire(&w->gov, g, &w->in, n, crew_now(w), &out);

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
		err = gov_add(&w->gov, id, crew_now(w), &out);
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
	int err = gov_drain(&w->gov, id, crew_now(w), &out);

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
	int err = gov_activate(&w->gov, id, crew_now(w), &out);

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

	crew_count(w);
	in = w->in;
	n = id < GOV_WORKERS ? in.sessions[id] : 0;
	if (n > 0 && c->p.lb.gov.drain_policy == DRAIN_MIGRATE)
		in.sessions[id] = n = 0;	/* they move away */
	err = gov_remove(&w->gov, id, &in, force, crew_now(w), &out);
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
	if (crew_pin(w, id) == 0)
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

	crew_count(w);
	err = gov_trigger(&w->gov, &c->p.lb.gov, &w->in, up, crew_now(w),
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
	crew_poll(w, clock_now());
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
	crew_count(w);
	out->state = w->gov.w[id].state;
	out->age = (crew_now(w) - w->gov.w[id].born) / SEC(1);
	out->sessions = w->in.sessions[id];
	out->cpu = w->share[id];
	out->silent = crew_is_stuck(w, id);
	out->active_at = w->active_at[id];
	out->pinned = crew_cpu(w, id);
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

	crew_count(w);
	memset(out, 0, sizeof(*out));
	out->gov = &w->gov;
	out->in = w->in;
	out->max = gov_max(&w->gov, &c->p.lb.gov, w->in.cpus);
	out->now = crew_now(w);
	out->drill = w->drill;
	out->ahead = w->ahead;
	out->moves = c->lb->moves;
	for (unsigned i = 0; i < c->lb->lanes; i++)
		out->drift += atomic_load_explicit(
		    &c->lb->lane[i]->count.drift, memory_order_relaxed);
}
