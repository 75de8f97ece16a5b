/* pppoetest: what the concentrator itself says of our sessions. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/pool.h"
#include "cmd/pppoetest_load.h"
#include "lang/value.h"
#include "sess/profile.h"

#define SETTLE	SEC(10)		/* until the last ones are gone there */
#define CHANGE	SEC(10)		/* until workers are as they were told */

/* ---- one look ---- */

static void
take_workers(struct pt_look *l, const json_t *workers)
{
	const json_t *v;
	size_t i;

	json_array_foreach(workers, i, v) {
		struct pt_worker *w = &l->w[l->workers];

		if (l->workers == PT_WORKERS)
			return;
		*w = (struct pt_worker){ .id = (int)pt_num(v, "worker"),
		    .active = strcmp(pt_str(v, "state"), "ACTIVE") == 0,
		    .sessions = pt_num(v, "sessions") };
		snprintf(w->state, sizeof(w->state), "%.19s",
		    pt_str(v, "state"));
		l->workers++;
	}
}

static struct pt_worker *
worker_of(struct pt_look *l, long long id)
{
	for (int i = 0; i < l->workers; i++)
		if (l->w[i].id == id)
			return &l->w[i];
	return NULL;
}

/* Of all sessions ours; @where: of each the worker, or NULL. */
static void
take_sessions(struct pt_run *r, struct pt_look *l, const json_t *sessions,
    int8_t *where)
{
	unsigned n = r->o->load.gen.peers.n;
	const json_t *v;
	size_t k;

	json_array_foreach(sessions, k, v) {
		struct pt_worker *w = worker_of(l, pt_num(v, "worker"));
		uint8_t mac[ETH_ADDR];
		unsigned i;

		if (val_mac(pt_str(v, "calling-sid"), mac) < 0)
			continue;
		i = peers_index(gen_peers(r->g), mac);
		if (i == n)
			continue;
		l->ours++;
		if (w != NULL)
			w->ours++;
		if (where != NULL && w != NULL)
			where[i] = (int8_t)w->id;
	}
}

static void
look(struct pt_run *r, struct pt_look *l, int8_t *where)
{
	struct pt_report rep = { 0 };

	memset(l, 0, sizeof(*l));
	l->taken = true;
	l->at = clock_now();
	l->code = pt_ask_all(&r->watch.face, r->o, &rep);
	if (l->code == PT_PASSED) {
		l->total = pt_num(rep.governor, "total_sessions");
		l->imbalance = pt_num(rep.health, "load_imbalance_pct");
		l->drift_count = pt_num(rep.stats, "drifts");
		l->cpu_ms = pt_num(rep.stats, "cpu_ms");
		l->drifts = pt_drifts(&rep);
		snprintf(r->watch.algorithm, sizeof(r->watch.algorithm),
		    "%.19s", pt_str(rep.stats, "algorithm"));
		take_workers(l, rep.workers);
		take_sessions(r, l, rep.sessions, where);
	}
	pt_forget(&rep);
}

int
pt_active(const struct pt_look *l)
{
	int n = 0;

	for (int i = 0; i < l->workers; i++)
		n += l->w[i].active;
	return n;
}

/* ---- what a test needs ---- */

static bool
wait_for_workers(struct pt_run *r, unsigned n)
{
	tstamp limit = clock_now() + CHANGE;

	do {
		look(r, &r->watch.before, NULL);
		if (r->watch.before.code != PT_PASSED ||
		    pt_active(&r->watch.before) == (int)n)
			return true;
		poll(NULL, 0, 100);
	} while (clock_now() < limit && !pt_stop);
	return false;
}

static int
need_algorithm(struct pt_run *r, int want)
{
	struct pt_watch *w = &r->watch;
	const char *is = w->algorithm;

	if (want < 0 || strcmp(is, pool_algorithm((unsigned)want)) == 0)
		return PT_PASSED;
	if (!r->o->modify) {
		pt_error(r->o, "TEST_REJECTED", "this needs the algorithm "
		    "%s, and %s is in force: `set lb algorithm %s', or "
		    "--allow-modify", pool_algorithm((unsigned)want), is,
		    pool_algorithm((unsigned)want));
		return PT_USAGE;
	}
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(is, pool_algorithm(i)) == 0)
			w->algorithm_was = (int)i;
	return pt_order(&w->face, r->o, "set lb algorithm %s",
	    pool_algorithm((unsigned)want)) ? PT_PASSED : PT_FAILED;
}

static int
need_workers(struct pt_run *r, unsigned want)
{
	struct pt_watch *w = &r->watch;
	int is = pt_active(&w->before);

	if (want == 0 || is == (int)want)
		return PT_PASSED;
	if (!r->o->modify) {
		pt_error(r->o, "TEST_REJECTED", "%d workers are active, not "
		    "%u: `lb workers %u', or --allow-modify", is, want, want);
		return PT_USAGE;
	}
	w->workers_were = is;
	if (!pt_order(&w->face, r->o, "lb workers %u", want))
		return PT_FAILED;
	if (wait_for_workers(r, want))
		return w->before.code;
	pt_error(r->o, "TIMEOUT", "%u workers do not become active", want);
	return PT_TIMEOUT;
}

static void
put_back(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;

	if (w->algorithm_was >= 0)
		pt_order(&w->face, r->o, "set lb algorithm %s",
		    pool_algorithm((unsigned)w->algorithm_was));
	if (w->workers_were > 0)
		pt_order(&w->face, r->o, "lb workers %d", w->workers_were);
	w->algorithm_was = w->workers_were = -1;
}

static bool
is_wanted(const struct pt_opts *o)
{
	switch (o->mode) {
	case PT_MIXED: case PT_ACCURACY: case PT_AFFINITY:
		return true;
	case PT_STRESS: case PT_BENCHMARK:
		return pt_reachable(o);
	default:
		return false;
	}
}

int
pt_watch_begin(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;
	int want = r->o->test.algorithm, code;

	w->algorithm_was = w->workers_were = -1;
	w->on = is_wanted(r->o);
	if (!w->on)
		return PT_PASSED;
	pt_face(&w->face, r->o);
	look(r, &w->before, NULL);
	if (w->before.code != PT_PASSED)
		return w->before.code;
	if (r->o->mode == PT_AFFINITY && want < 0)
		want = LB_HASH;
	code = need_algorithm(r, want);
	if (code == PT_PASSED)
		code = need_workers(r, r->o->test.workers);
	if (code == PT_PASSED)
		look(r, &w->before, NULL);
	w->cpu_at = w->before.at;
	w->cpu_ms = w->before.cpu_ms;
	return code != PT_PASSED ? code : w->before.code;
}

/* ---- while they are there ---- */

/* Another round: who came to another worker than at first? */
static void
compare(struct pt_run *r, const int8_t *now)
{
	struct pt_watch *w = &r->watch;

	for (unsigned i = 0; i < r->o->load.gen.peers.n; i++) {
		w->missing += now[i] < 0;
		w->moved += w->rounds > 0 && now[i] >= 0 &&
		    w->first[i] >= 0 && now[i] != w->first[i];
		if (w->first[i] < 0)
			w->first[i] = now[i];
	}
	w->rounds++;
}

void
pt_watch_held(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;
	size_t n = r->o->load.gen.peers.n;
	int8_t *now;

	if (!w->on || (w->held.taken && r->o->mode != PT_AFFINITY))
		return;
	now = malloc(n);
	if (w->first == NULL && (w->first = malloc(n)) != NULL)
		memset(w->first, -1, n);
	if (now == NULL || w->first == NULL) {
		w->held.code = PT_INTERNAL;
		free(now);
		return;
	}
	memset(now, -1, n);
	w->up = peers_stats(gen_peers(r->g))->up;
	look(r, &w->held, now);
	if (w->held.code == PT_PASSED)
		compare(r, now);
	free(now);
}

/* Only this question: others would cost what they measure. */
void
pt_watch_cpu(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;
	tstamp now = clock_now();
	json_t *stats = NULL;
	long long ms = (long long)((now - w->cpu_at) / MSEC(1)), pct;

	if (!w->on || r->o->mode != PT_BENCHMARK || ms < 500)
		return;
	if (pt_ask(&w->face, r->o, "show stats json", &stats) != PT_PASSED)
		return;
	pct = (pt_num(stats, "cpu_ms") - w->cpu_ms) * 100 / ms;
	if (w->cpu_at != 0 && pct > w->cpu_peak)
		w->cpu_peak = pct;
	w->cpu_at = now;
	w->cpu_ms = pt_num(stats, "cpu_ms");
	json_decref(stats);
}

/* ---- after ---- */

static void
settle(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;
	tstamp limit = clock_now() + SETTLE;

	for (;;) {
		look(r, &w->after, NULL);
		if (w->after.code != PT_PASSED || w->after.ours == 0 ||
		    clock_now() >= limit)
			return;
		poll(NULL, 0, 100);
	}
}

int
pt_watch_end(struct pt_run *r)
{
	struct pt_watch *w = &r->watch;
	int code = PT_PASSED;

	if (!w->on)
		return code;
	if (w->held.taken)
		code = w->held.code;
	if (code == PT_PASSED)
		settle(r);
	if (code == PT_PASSED)
		code = w->after.code;
	put_back(r);
	w->passed = code == PT_PASSED && pt_watch_passed(r);
	return code != PT_PASSED ? code : w->passed ? PT_PASSED : PT_FAILED;
}

void
pt_watch_done(struct pt_run *r)
{
	if (!r->watch.on)
		return;
	put_back(r);
	face_done(&r->watch.face);
	free(r->watch.first);
}
