/* What is known of the workers: time, CPU use, sessions, signs of life. */
#include <stdatomic.h>
#include <string.h>

#include "base/log.h"
#include "ctl/crew.h"

#define CREW_SILENT	3u	/* seconds */

/* The time for the governor, whose clock a drill may put forward. */
tstamp
crew_time(const struct crew *w, tstamp now)
{
	return now + SEC(w->ahead);
}

tstamp
crew_now(const struct crew *w)
{
	return crew_time(w, clock_now());
}

static uint32_t
lane_load(const struct ctl *c, unsigned lane)
{
	if (c->ac != NULL)
		return ac_side_load(c->ac, lane);
	return atomic_load_explicit(&c->lb->lane[lane]->count.sessions,
	    memory_order_relaxed);
}

void
crew_count(struct crew *w)
{
	const struct lb *b = w->c->lb;

	memset(w->in.sessions, 0, sizeof(w->in.sessions));
	for (unsigned i = 0; i < b->lanes; i++)
		w->in.sessions[b->to[i]] += lane_load(w->c, i);
}

/* CPU of the workers' threads since the last time, against what they could
 * have had. */
void
crew_measure(struct crew *w, tstamp now)
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
void
crew_see_traffic(struct crew *w)
{
	const struct lb *b = w->c->lb;

	for (unsigned i = 0; i < b->lanes; i++) {
		uint64_t n = lane_frames(b->lane[i]);

		if (n != w->frames[i])
			w->active_at[b->to[i]] = clock_wall();
		w->frames[i] = n;
	}
}

bool
crew_is_stuck(const struct crew *w, unsigned id)
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
	crew_count(w);
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
		if (!crew_is_stuck(w, id) && ++w->silent[id] == CREW_SILENT)
			tell_stuck(w, id);
		return;
	}
	if (crew_is_stuck(w, id))
		log_put(LOG_WARN_, "ng_pppoe_lb: worker %u answers again", id);
	w->silent[id] = 0;
	w->rounds[id] = n;
	w->heard_ns[id] = worker_cpu_ns(k);
}

/* Woken each second, a thread makes a round; three missed: it is stuck. */
void
crew_hear(struct crew *w)
{
	for (unsigned i = 0; i < w->c->lb->lanes; i++) {
		struct worker *k = &w->c->lb->worker[i];

		hear_one(w, i);
		if (k->runs)
			worker_poke(k);
	}
}
