/*
 * The workers: what the governor and people decide about them is carried
 * out here. Worker w's own lane is lane w. A worker that goes hands its lanes
 * to another one; the lanes of workers that do not exist have guests' rights
 * with the first ACTIVE worker, so that no frame stays unread.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/crew.h"
#include "lb/assign.h"

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
		if (crew_is_stuck(w, i))
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

	crew_count(w);
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
int
crew_cpu(const struct crew *w, unsigned id)
{
	const struct lb_conf *p = &w->c->p.lb;

	if (w->pin[id] >= 0 || p->affinity == AFF_OFF)
		return w->pin[id];
	return (int)(p->affinity == AFF_AUTO ? w->cpu[id % w->cpus] :
	    p->cpu[id % p->cpus]);
}

int
crew_pin(struct crew *w, unsigned id)
{
	const struct worker *wk = &w->c->lb->worker[id];
	int is = crew_cpu(w, id), err;
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
	if (crew_cpu(w, id) >= 0)
		crew_pin(w, id);
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

void
crew_carry_out(struct crew *w, const struct gov_out *out)
{
	for (int i = 0; i < out->n; i++)
		carry_out(w, &out->act[i]);
	crew_count(w);
}

/* Threads that have given up their last lane. */
static void
fire_idle(struct crew *w)
{
	for (unsigned i = 0; i < w->c->lb->lanes; i++)
		if (w->fire[i] && lb_fire(w->c->lb, i))
			w->fire[i] = false;
}

void
crew_poll(struct crew *w, tstamp now)
{
	struct gov_out out;

	crew_count(w);
	gov_poll(&w->gov, &w->c->p.lb.gov, &w->in, crew_time(w, now),
	    &out);
	crew_carry_out(w, &out);
	fire_idle(w);
}

void
crew_tick(struct crew *w, tstamp now)
{
	const struct governor_conf *c = &w->c->p.lb.gov;
	bool decides = c->enabled && !c->manual;
	tstamp since = decides ? w->gov.polled :
	    w->measured + SEC(w->ahead);

	if (crew_time(w, now) >= since + SEC(c->poll_secs)) {
		w->in.cpus = cpu_count();
		crew_measure(w, now);
	}
	if (w->c->quitting || w->c->ac == NULL)
		return;
	crew_poll(w, now);
	crew_hear(w);
	crew_see_traffic(w);
}

/* ---- new sessions ---- */

unsigned
crew_lane(struct crew *w, struct assign *a, const uint8_t mac[ETH_ADDR])
{
	if (w->c->p.lb.algorithm == LB_LEAST_SESSIONS)
		crew_count(w);
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
			crew_pin(w, i);
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
			crew_pin(w, i);
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
