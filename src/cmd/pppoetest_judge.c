/* pppoetest: what the concentrator said of our sessions, judged and told. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest_load.h"
#include "cmd/pppoetest_opts.h"

#define SIGMAS	4.5	/* one honest run in 100,000 is further off */
#define GOOD	"\u2713"
#define ODD	"\u26a0"

static const struct pt_worker *
worker_in(const struct pt_look *l, int id)
{
	for (int i = 0; i < l->workers; i++)
		if (l->w[i].id == id)
			return &l->w[i];
	return NULL;
}

/* Each session to whom has the fewest then: how many are worker @id's. */
static double
levelled(const struct pt_run *r, int id)
{
	const struct pt_look *l = &r->watch.held;
	long long has[PT_WORKERS], got[PT_WORKERS] = { 0 };
	int mine = -1;

	for (int i = 0; i < l->workers; i++) {
		has[i] = l->w[i].sessions - l->w[i].ours;
		if (l->w[i].id == id)
			mine = i;
	}
	for (unsigned n = 0; n < r->watch.up; n++) {
		int least = -1;

		for (int i = 0; i < l->workers; i++)
			if (l->w[i].active && (least < 0 ||
			    has[i] + got[i] < has[least] + got[least]))
				least = i;
		if (least >= 0)
			got[least]++;
	}
	return mine >= 0 ? (double)got[mine] : 0;
}

/*
 * With hash each session falls to each of W workers with the same chance p =
 * 1/W, so that a worker has n p of n, give or take sqrt(n p (1 - p)).
 */
static double
chance(double n, double p)
{
	return n * p > 0 ? 100 * SIGMAS * sqrt((1 - p) / (n * p)) : 100;
}

void
pt_share(const struct pt_run *r, int id, struct pt_share *s)
{
	const struct pt_watch *w = &r->watch;
	const struct pt_worker *v = worker_in(&w->held, id);
	int workers = pt_active(&w->held);
	double n = w->up, p = workers > 0 ? 1.0 / workers : 0, off;

	*s = (struct pt_share){ .limit = r->o->test.deviation };
	if (v == NULL)
		return;
	if (strcmp(w->algorithm, "least-sessions") == 0)
		s->expected = levelled(r, id);
	else
		s->expected = v->active ? n * p : 0;
	if (strcmp(w->algorithm, "hash") == 0)
		s->limit = fmax(s->limit, chance(n, p));
	off = (double)v->ours - s->expected;
	s->deviation = s->expected > 0 ? off * 100 / s->expected :
	    v->ours > 0 ? 100 : 0;
	/* a session cannot be cut in two */
	s->passed = fabs(off) < 1 || fabs(s->deviation) <= s->limit;
}

double
pt_accuracy(const struct pt_run *r, double *least)
{
	const struct pt_watch *w = &r->watch;
	double off = 0, most = 0;

	for (int i = 0; i < w->held.workers; i++) {
		struct pt_share s;

		pt_share(r, w->held.w[i].id, &s);
		off += fabs((double)w->held.w[i].ours - s.expected);
		most = fmax(most, s.limit);
	}
	*least = fmin(r->o->test.pass, 100 - most / 2);
	return w->up > 0 ? 100 - off * 50 / w->up : 0;
}

static bool
accurate(const struct pt_run *r)
{
	const struct pt_look *l = &r->watch.held;
	double least, is = pt_accuracy(r, &least);
	struct pt_share s;

	for (int i = 0; i < l->workers; i++) {
		pt_share(r, l->w[i].id, &s);
		if (!s.passed)
			return false;
	}
	return is >= least;
}

/* The test of this mode alone. */
static bool
test_passed(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;

	switch (r->o->mode) {
	case PT_MIXED:
		return w->held.imbalance <= (long long)r->o->imbalance;
	case PT_ACCURACY:
		return accurate(r);
	case PT_AFFINITY:
		return w->moved == 0 && w->missing == 0 &&
		    w->rounds == r->o->test.retries + 1;
	default:
		return true;
	}
}

static long long
drift_events(const struct pt_watch *w)
{
	return w->held.drifts + w->after.drift_count -
	    w->before.drift_count;
}

bool
pt_watch_passed(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;

	return w->held.taken && w->held.ours == w->up && w->after.ours == 0 &&
	    drift_events(w) == 0 && test_passed(r);
}

void
pt_watch_why(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;

	if (!w->held.taken)
		return;			/* the load says why */
	if (w->held.ours != w->up)
		pt_error(r->o, "SESSION_DROPPED", "the concentrator has %u "
		    "of %u sessions", w->held.ours, w->up);
	if (w->after.ours > 0)
		pt_error(r->o, "TIMEOUT", "%u sessions are left at the "
		    "concentrator", w->after.ours);
	if (drift_events(w) != 0 || w->moved > 0)
		pt_error(r->o, "AFFINITY_BROKEN", "%u came to another worker "
		    "than at first; %lld drifts", w->moved, drift_events(w));
	else if (!test_passed(r))
		pt_error(r->o, "THRESHOLD_EXCEEDED", "sessions are not where "
		    "they are expected");
}

/* ---- for people ---- */

static void
shares(const struct pt_run *r)
{
	static const int w[] = { 6, 15, 8, 8, 11 };
	static const char head[][32] = { "Worker", "State", "Sessions",
	    "Expected", "Deviation" };
	const struct pt_look *l = &r->watch.held;
	double least, is = pt_accuracy(r, &least);

	printf("=== Distribution (%s) ===\n", r->watch.algorithm);
	pt_top(w, 5, head);
	for (int i = 0; i < l->workers; i++) {
		struct pt_share s;
		char cell[5][32];

		pt_share(r, l->w[i].id, &s);
		snprintf(cell[0], 32, "%d", l->w[i].id);
		snprintf(cell[1], 32, "%s", l->w[i].state);
		snprintf(cell[2], 32, "%lld", l->w[i].ours);
		snprintf(cell[3], 32, "%.1f", s.expected);
		snprintf(cell[4], 32, "%+.1f%% %s", s.deviation,
		    s.passed ? GOOD : ODD);
		pt_row(w, 5, cell);
		if (i + 1 == l->workers) {
			pt_bottom(w, 5);
			printf("Each within %.1f%%%s\n", s.limit,
			    s.limit > r->o->test.deviation ?
			    ", which is what chance allows" : "");
		}
	}
	printf("Accuracy: %.1f%% (at least %.1f%%)\n", is, least);
}

static void
again(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;

	printf("=== Affinity Test ===\nSubscribers: %u\nTimes: %u\n"
	    "Other worker than at first: %u\nNot found: %u\n",
	    r->o->load.gen.peers.n, w->rounds, w->moved, w->missing);
}

/* A name as in a sentence. */
static const char *
title(enum pt_mode m)
{
	return m == PT_MIXED ? "Mixed" : m == PT_ACCURACY ? "Accuracy test" :
	    m == PT_AFFINITY ? "Affinity test" : m == PT_STRESS ?
	    "Stress test" : "Benchmark";
}

static double
cpu_mean(const struct pt_watch *w)
{
	double ns = (double)(w->after.at - w->before.at);

	return ns <= 0 ? 0 :
	    (double)(w->after.cpu_ms - w->before.cpu_ms) * 1e8 / ns;
}

void
pt_watch_console(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;
	const struct pt_look *l = &w->held;

	if (!w->on)
		return;
	if (r->o->mode == PT_ACCURACY)
		shares(r);
	if (r->o->mode == PT_AFFINITY)
		again(r);
	printf("Concentrator: %lld sessions before, %lld while held "
	    "(%u of them ours), %lld after\n", w->before.total, l->total,
	    l->ours, w->after.total);
	for (int i = 0; r->o->mode != PT_ACCURACY && i < l->workers; i++)
		printf("  Worker %d: %s (%lld sessions)\n", l->w[i].id,
		    l->w[i].state, l->w[i].sessions);
	printf("Imbalance: %lld%% (threshold: %u%%)\nDrifts: %lld\n",
	    l->imbalance, r->o->imbalance, drift_events(w));
	if (r->o->mode == PT_BENCHMARK)
		printf("Concentrator's CPU: %.0f%% on average, %lld%% at "
		    "most, %.2f ms a set-up\n", cpu_mean(w), w->cpu_peak,
		    w->up > 0 ? (double)(l->cpu_ms - w->before.cpu_ms) /
		    w->up : 0);
	printf("%s: %s\n", title(r->o->mode), w->passed &&
	    pt_load_passed(r) ? "PASSED" : "FAILED");
}

/* ---- for programs ---- */

static json_t *
worker_json(const struct pt_run *r, const struct pt_worker *v)
{
	json_t *o = json_pack("{s:s,s:s,s:s,s:i,s:s,s:I,s:I}", "type",
	    "worker_result", "timestamp", pt_iso(), "test",
	    pt_mode_name(r->o->mode), "worker", v->id, "state", v->state,
	    "sessions", (json_int_t)v->sessions, "ours",
	    (json_int_t)v->ours);
	struct pt_share s;

	if (r->o->mode != PT_ACCURACY)
		return o;
	pt_share(r, v->id, &s);
	json_object_update_new(o, json_pack("{s:f,s:f,s:f,s:s}", "expected",
	    s.expected, "deviation_pct", s.deviation, "limit_pct", s.limit,
	    "status", pt_result(s.passed)));
	return o;
}

static void
test_json(const struct pt_run *r, json_t *v)
{
	const struct pt_watch *w = &r->watch;
	double least, is;

	switch (r->o->mode) {
	case PT_ACCURACY:
		is = pt_accuracy(r, &least);
		json_object_update_new(v, json_pack("{s:s,s:f,s:f}",
		    "algorithm", w->algorithm, "accuracy_pct", is,
		    "accuracy_least_pct", least));
		break;
	case PT_AFFINITY:
		json_object_update_new(v, json_pack("{s:s,s:i,s:i,s:i}",
		    "algorithm", w->algorithm, "times", w->rounds, "moved",
		    w->moved, "not_found", w->missing));
		break;
	case PT_BENCHMARK:
		json_object_update_new(v, json_pack("{s:f,s:I,s:I}",
		    "cpu_mean_pct", cpu_mean(w), "cpu_peak_pct",
		    (json_int_t)w->cpu_peak, "cpu_set_up_ms",
		    (json_int_t)(w->held.cpu_ms - w->before.cpu_ms)));
		break;
	default:
		break;
	}
}

/* Lines of their own in jsonl, a list in json. */
void
pt_watch_json(const struct pt_run *r, json_t *v)
{
	const struct pt_watch *w = &r->watch;
	json_t *list;

	if (!w->on)
		return;
	list = json_array();
	for (int i = 0; i < w->held.workers; i++)
		if (r->o->form == PT_JSONL)
			pt_put(worker_json(r, &w->held.w[i]));
		else
			json_array_append_new(list, worker_json(r,
			    &w->held.w[i]));
	json_object_update_new(v, json_pack("{s:{s:I,s:I,s:i,s:I,s:I,s:I}}",
	    "concentrator", "before", (json_int_t)w->before.total, "held",
	    (json_int_t)w->held.total, "ours", w->held.ours, "after",
	    (json_int_t)w->after.total, "load_imbalance_pct",
	    (json_int_t)w->held.imbalance, "drifts",
	    (json_int_t)drift_events(w)));
	if (r->o->form == PT_JSON)
		json_object_set(v, "workers", list);
	json_decref(list);
	test_json(r, v);
}

void
pt_watch_csv(const struct pt_run *r)
{
	const struct pt_watch *w = &r->watch;
	const struct pt_look *l = &w->held;

	if (r->o->mode == PT_AFFINITY) {
		printf("subscribers,times,moved,not_found,status\n"
		    "%u,%u,%u,%u,%s\n", r->o->load.gen.peers.n, w->rounds,
		    w->moved, w->missing, pt_result(w->passed));
		return;
	}
	printf("worker_id,state,sessions,expected,deviation_pct,status\n");
	for (int i = 0; i < l->workers; i++) {
		struct pt_share s;

		pt_share(r, l->w[i].id, &s);
		printf("%d,%s,%lld,%.1f,%.1f,%s\n", l->w[i].id,
		    l->w[i].state, l->w[i].ours, s.expected, s.deviation,
		    pt_result(s.passed));
	}
}

void
pt_watch_tap(const struct pt_run *r, struct pt_tap *t)
{
	const struct pt_watch *w = &r->watch;
	double least, is;

	if (!w->on)
		return;
	pt_tap(t, w->held.taken && w->held.ours == w->up, "the concentrator "
	    "has %u of %u sessions", w->held.ours, w->up);
	for (int i = 0; r->o->mode == PT_ACCURACY && i < w->held.workers;
	    i++) {
		struct pt_share s;

		pt_share(r, w->held.w[i].id, &s);
		pt_tap(t, s.passed, "Worker %d has %lld sessions, %.1f "
		    "expected", w->held.w[i].id, w->held.w[i].ours,
		    s.expected);
	}
	if (r->o->mode == PT_ACCURACY) {
		is = pt_accuracy(r, &least);
		pt_tap(t, is >= least, "Accuracy %.1f%% >= %.1f%%", is,
		    least);
	}
	if (r->o->mode == PT_AFFINITY)
		pt_tap(t, w->moved + w->missing == 0, "%u of %u came to "
		    "another worker in %u rounds", w->moved,
		    r->o->load.gen.peers.n, w->rounds);
	pt_tap(t, drift_events(w) == 0, "%lld drifts",
	    drift_events(w));
	pt_tap(t, w->after.ours == 0, "%u sessions are left at the "
	    "concentrator", w->after.ours);
}
