/* The worker pool in numbers: sums, health. */
#include "cmd/pool.h"

#include <string.h>

const char *
pool_algorithm(unsigned algorithm)
{
	static const char *const names[] = { "round-robin", "hash",
	    "least-sessions" };

	return names[algorithm < 3 ? algorithm : 0];
}

uint32_t
pool_sessions(const struct ctl_governor *g)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < GOV_WORKERS; i++)
		n += g->in.sessions[i];
	return n;
}

static void
add_lane(const struct ctl_lane *l, struct pool_sums *s)
{
	s->in += l->in;
	s->out += l->out;
	s->in_oct += l->in_oct;
	s->out_oct += l->out_oct;
	s->sessions += l->sessions;
	for (int d = 0; d < DROP_COUNT; d++) {
		s->drops += l->drop[d];
		if (drop_is_loss((enum drop)d))
			s->errors += l->drop[d];
	}
}

static void
subtract(struct pool_sums *s, const struct pool_sums *was)
{
	s->in -= was->in;
	s->out -= was->out;
	s->in_oct -= was->in_oct;
	s->out_oct -= was->out_oct;
	s->drops -= was->drops;
	s->errors -= was->errors;
	s->opened -= was->opened;
	s->closed -= was->closed;
	s->moves -= was->moves;
	s->drifts -= was->drifts;
}

void
pool_sums(const struct cmd_env *e, struct pool_sums *s, bool since)
{
	struct ctl_governor g;
	struct ctl_lane l;
	struct ctl_ac ac;

	memset(s, 0, sizeof(*s));
	memset(&ac, 0, sizeof(ac));
	for (unsigned i = 0; i < ctl_lanes(e->ctl); i++) {
		ctl_lane(e->ctl, i, &l);
		add_lane(&l, s);
	}
	ctl_ac(e->ctl, &ac);
	ctl_governor(e->ctl, &g);
	s->opened = ac.opened;
	s->closed = ac.closed;
	s->moves = g.moves;
	s->drifts = g.drift;
	if (since)
		subtract(s, &e->pool_cleared);
}

void
pool_health(const struct cmd_env *e, const struct pool_sums *s,
    struct health *h)
{
	struct health_in in;
	struct ctl_worker w;

	memset(&in, 0, sizeof(in));
	in.most = ctl_lanes(e->ctl);
	for (unsigned i = 0; i < in.most; i++) {
		if (!ctl_worker(e->ctl, i, &w)) {
			in.w[i].state = WORKER_NONE;
			continue;
		}
		in.w[i].state = w.state;
		in.w[i].silent = w.silent;
		in.w[i].sessions = w.sessions;
	}
	in.packets = s->in + s->out;
	in.errors = s->errors;
	in.drifts = s->drifts;
	health_judge(&in, h);
}
