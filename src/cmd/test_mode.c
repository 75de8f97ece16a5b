/*
 * `test accuracy` and so on: what of pppoetest's modes can be looked at from
 * inside the concentrator. Those that need subscribers on the wire say how
 * pppoetest makes them.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/balance.h"
#include "cmd/pool.h"
#include "cmd/pppoetest_opts.h"
#include "cmd/rows.h"

#define WHY	256

/* How to run mode @name from outside. */
static void
outside(const struct row *r, struct txt *t)
{
	enum pt_mode mode = (enum pt_mode)r->lo;
	const struct pt_mode_row *m = pt_modes;

	while (m->name != NULL && m->mode != mode)
		m++;
	txt_put(t, "%s\nFrom where subscribers are: pppoetest %s%s\n",
	    m->help, m->name, mode == PT_CLIENT ?
	    " -h HOST, and pppoetest server on HOST" :
	    " -i INTERFACE --user NAME --password SECRET");
}

int
test_outside(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n != 0)
		return ROW_USAGE;
	outside(r, cx->out);
	return 0;
}

/* May it be looked at? False: *@answer says what to return. */
static bool
may(struct cmd_ctx *cx, const struct args *a, int *answer)
{
	if (a->n != 0)
		*answer = ROW_USAGE;
	else if (!cmd_held(cx, answer) && !ctl_is_ac(cx->env->ctl))
		*answer = cmd_bad(cx, "this is no concentrator");
	else
		return !cmd_held(cx, answer);
	return false;
}

int
test_accuracy(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct balance_row row[GOV_WORKERS];
	struct ctl *c = cx->env->ctl;
	struct pool_sums s;
	struct ctl_worker w;
	struct health h;
	unsigned n = 0;
	int err;

	if (!may(cx, a, &err))
		return err;
	for (unsigned i = 0; i < ctl_lanes(c); i++)
		if (ctl_worker(c, i, &w) && w.state == WORKER_ACTIVE)
			row[n++] = (struct balance_row){ (int)i, w.sessions };
	pool_sums(cx->env, &s, true);
	pool_health(cx->env, &s, &h);
	balance_text(row, n, h.imbalance, HEALTH_IMBALANCE, cx->out);
	txt_put(cx->out, "These are the sessions that are there. ");
	outside(r, cx->out);
	return h.imbalance > HEALTH_IMBALANCE ? cmd_bad(cx, "sessions are "
	    "not even") : 0;
}

/* ---- affinity ---- */

struct astray {
	struct ctl *ctl;
	struct txt *t;
	unsigned long long all, bad;
};

static bool
look(const struct sess_rec *r, const struct ctl_counts *n, void *arg)
{
	struct astray *s = arg;
	struct ctl_lane l;

	(void)n;
	ctl_lane(s->ctl, r->lane, &l);
	s->all++;
	if (l.worker == r->worker)
		return true;
	s->bad++;
	affinity_row(r->key.sid, l.worker, r->worker, s->t);
	return true;
}

/* Only sessions that are astray are in the table. */
int
test_affinity(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct astray s = { .ctl = cx->env->ctl, .t = cx->out };
	struct pool_sums sums;
	int err;

	if (!may(cx, a, &err))
		return err;
	affinity_head(cx->out);
	ctl_sessions(s.ctl, look, &s);
	affinity_tail(s.all, s.bad, cx->out);
	pool_sums(cx->env, &sums, true);
	txt_put(cx->out, "Drifts: %llu\nThese are the sessions that are "
	    "there. ", (unsigned long long)sums.drifts);
	outside(r, cx->out);
	return s.bad + sums.drifts > 0 ? cmd_bad(cx, "sessions are not where "
	    "they belong") : 0;
}

/* ---- governor ---- */

static struct gov_count
count(struct ctl *c)
{
	struct ctl_governor g;

	ctl_governor(c, &g);
	return gov_count(g.gov);
}

/* One decision as if the load asked for it; what came of it. */
static int
decide(struct cmd_ctx *cx, const char *what, bool up)
{
	struct ctl *c = cx->env->ctl;
	struct gov_count was = count(c), is;
	char why[WHY] = "";
	bool ok = ctl_trigger(c, up, why, sizeof(why)) == 0;

	is = count(c);
	ok = ok && (up ? is.active > was.active : is.active < was.active);
	txt_put(cx->out, "%-12s %u workers, %u active -> %u, %u: %s%s%s\n",
	    what, was.current, was.active, is.current, is.active,
	    ok ? "PASSED" : "FAILED", *why != '\0' ? ": " : "", why);
	return ok ? 0 : -1;
}

int
test_governor(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl *c = cx->env->ctl;
	char why[WHY] = "";
	unsigned n;
	int err;

	if (!may(cx, a, &err))
		return err;
	n = count(c).active;
	err = decide(cx, "scale-up", true);
	if (err == 0)
		err = decide(cx, "scale-down", false);
	if (err == 0)
		err = decide(cx, "change-mind", true);
	if (count(c).active != n && ctl_workers(c, n, why, sizeof(why)) < 0)
		return cmd_bad(cx, "%u workers again: %s", n, why);
	txt_put(cx->out, "%u workers are active again\nThese were decisions "
	    "by command. By load: pppoetest %s --allow-modify\n", n,
	    pt_mode_name((enum pt_mode)r->lo));
	return err != 0 ? cmd_bad(cx, "the governor did not act") : 0;
}
