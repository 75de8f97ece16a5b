/* show workers, lanes, governor, map, health, stats: the worker pool. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/pool.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "lang/value.h"
#include "os/cpu.h"

/* [text|json|jsonl|csv]; false: *@err says what to return. */
static bool
form_of(struct cmd_ctx *cx, const struct args *a, enum out_form *form,
    int *err)
{
	int f = a->n > 0 ? out_form_find(a->w[0]) : OUT_TEXT;

	*err = a->n > 1 || f < 0 ? ROW_USAGE : 0;
	*form = f < 0 ? OUT_TEXT : (enum out_form)f;
	return *err == 0 && !cmd_held(cx, err);
}

static uint64_t
secs_since(tstamp when, tstamp now)
{
	return now > when ? (now - when) / SEC(1) : 0;
}

/* 45s, 10m, 1h, 3d: as the first lines of `show workers` have it. */
static void
put_age(uint64_t secs, struct txt *t)
{
	static const struct { uint64_t secs; char unit; } step[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};
	unsigned i = 0;

	while (i < 3 && secs < step[i].secs)
		i++;
	txt_put(t, "%llu%c", (unsigned long long)(secs / step[i].secs),
	    step[i].unit);
}

static unsigned long long
ull(uint64_t n)
{
	return n;
}

/* ---- show workers ---- */

static void
workers_text(struct ctl *c, struct txt *t)
{
	struct ctl_worker w;

	txt_put(t, "Worker Status:\n");
	for (unsigned i = 0; i < ctl_lanes(c); i++) {
		if (!ctl_worker(c, i, &w))
			continue;
		txt_put(t, "  Worker %u: %s (%u sessions, ", i,
		    worker_state_name(w.state), w.sessions);
		put_age(w.age, t);
		txt_put(t, " uptime)\n");
	}
}

static void
workers_table(struct ctl *c, enum out_form form, struct txt *t)
{
	static const struct out_col head[] = {
		{ "worker", NULL, true }, { "state", NULL, false },
		{ "sessions", NULL, true }, { "lanes", NULL, true },
		{ "rx-bytes", NULL, true }, { "tx-bytes", NULL, true },
		{ "rx-pkts", NULL, true }, { "tx-pkts", NULL, true },
		{ "drops", NULL, true }, { "cpu", NULL, true },
		{ "cpu-ms", NULL, true }, { "uptime", NULL, true },
		{ "answers", NULL, false }, { "tid", NULL, true },
		{ "affinity", NULL, true },
	};
	struct out_table *ot = out_table_new(head,
	    sizeof(head) / sizeof(head[0]));
	struct ctl_worker w;

	for (unsigned i = 0; i < ctl_lanes(c); i++) {
		if (!ctl_worker(c, i, &w))
			continue;
		out_cell(ot, "%u", i);
		out_cell(ot, "%s", worker_state_name(w.state));
		out_cell(ot, "%u", w.sessions);
		out_cell(ot, "%u", w.lanes);
		out_cell(ot, "%llu", ull(w.in_oct));
		out_cell(ot, "%llu", ull(w.out_oct));
		out_cell(ot, "%llu", ull(w.in));
		out_cell(ot, "%llu", ull(w.out));
		out_cell(ot, "%llu", ull(w.drops));
		out_cell(ot, "%u", w.cpu);
		out_cell(ot, "%llu", ull(w.cpu_ns / 1000000));
		out_cell(ot, "%llu", ull(w.age));
		out_cell(ot, "%s", w.silent ? "no" : "yes");
		out_cell(ot, "%d", w.tid);
		out_cell(ot, "%d", w.pinned);
	}
	out_table_put(ot, form, t);
	out_table_free(ot);
}

static int
one_worker(struct cmd_ctx *cx, uint32_t id)
{
	struct ctl_worker w;

	if (!ctl_worker(cx->env->ctl, id, &w))
		return cmd_bad(cx, "there is no worker %u", id);
	txt_put(cx->out, "state: %s\nsessions: %u\nbytes_in: %llu\n"
	    "bytes_out: %llu\nuptime: %llu\nlanes: %u\npackets_in: %llu\n"
	    "packets_out: %llu\ndrops: %llu\ncpu_usage: %u\ntid: %d\n"
	    "affinity: %d\n",
	    worker_state_name(w.state), w.sessions, ull(w.in_oct),
	    ull(w.out_oct), ull(w.age), w.lanes, ull(w.in),
	    ull(w.out), ull(w.drops), w.cpu, w.tid, w.pinned);
	return 0;
}

int
show_workers(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	enum out_form form = OUT_TEXT;
	uint32_t id;
	int err;

	(void)r;
	if (a->n == 1 && val_num(a->w[0], 0, 63, &id) == 0)
		return cmd_held(cx, &err) ? err : one_worker(cx, id);
	if (!form_of(cx, a, &form, &err))
		return err;
	if (a->n == 0)
		workers_text(cx->env->ctl, cx->out);
	else
		workers_table(cx->env->ctl, form, cx->out);
	return 0;
}

/* ---- show lanes ---- */

int
show_lanes(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col head[] = {
		{ "lane", NULL, true }, { "worker", NULL, true },
		{ "tun", NULL, false }, { "sessions", NULL, true },
		{ "rx-bytes", NULL, true }, { "tx-bytes", NULL, true },
		{ "rx-pkts", NULL, true }, { "tx-pkts", NULL, true },
		{ "drops", NULL, true },
	};
	enum out_form form;
	struct out_table *ot;
	struct ctl_lane l;
	int err;

	(void)r;
	if (!form_of(cx, a, &form, &err))
		return err;
	ot = out_table_new(head, sizeof(head) / sizeof(head[0]));
	for (unsigned i = 0; i < ctl_lanes(cx->env->ctl); i++) {
		uint64_t drops = 0;

		ctl_lane(cx->env->ctl, i, &l);
		for (int d = 0; d < DROP_COUNT; d++)
			drops += l.drop[d];
		out_cell(ot, "%u", l.id);
		out_cell(ot, "%u", l.worker);
		out_cell(ot, "%s", l.tun);
		out_cell(ot, "%u", l.sessions);
		out_cell(ot, "%llu", ull(l.in_oct));
		out_cell(ot, "%llu", ull(l.out_oct));
		out_cell(ot, "%llu", ull(l.in));
		out_cell(ot, "%llu", ull(l.out));
		out_cell(ot, "%llu", ull(drops));
	}
	out_table_put(ot, form, cx->out);
	out_table_free(ot);
	return 0;
}

/* ---- show governor ---- */

static void
history(const struct governor *g, tstamp now, enum out_form form,
    struct txt *t)
{
	static const struct out_col head[] = {
		{ "seconds-ago", NULL, true }, { "decision", NULL, false },
		{ "reason", NULL, false }, { "worker", NULL, true },
		{ "cpu", NULL, true }, { "sessions", NULL, true },
		{ "workers", NULL, true }, { "active", NULL, true },
	};
	struct out_table *ot = out_table_new(head,
	    sizeof(head) / sizeof(head[0]));
	const struct gov_event *e;

	for (unsigned i = 0; (e = gov_event(g, i)) != NULL; i++) {
		out_cell(ot, "%llu", ull(secs_since(e->at, now)));
		out_cell(ot, "%s", gov_decision_name(e->decision));
		out_cell(ot, "%s", gov_reason_name(e->reason));
		out_cell(ot, "%u", e->worker);
		out_cell(ot, "%u", e->cpu);
		out_cell(ot, "%u", e->sessions);
		out_cell(ot, "%u", e->current);
		out_cell(ot, "%u", e->active);
	}
	out_table_put(ot, form, t);
	out_table_free(ot);
}

static void
put_last(const struct governor *g, struct txt *t)
{
	txt_put(t, "  Last Decision: %s", gov_decision_name(g->last));
	if (g->last != GOV_NOTHING)
		txt_put(t, " (reason: %s)", gov_reason_name(g->why));
	txt_put(t, "\n");
}

static void
governor_text(const struct governor_conf *c, const struct ctl_governor *g,
    struct txt *t)
{
	struct gov_count n = gov_count(g->gov);

	txt_put(t, "Governor Status:\n  Enabled: %s\n  Mode: %s\n"
	    "  Min Workers: %u\n  Max Workers: %u\n  Current Workers: %u\n"
	    "  Active Workers: %u\n  Draining Workers: %u\n"
	    "  Pending Removals: %u\n", c->enabled ? "Yes" : "No",
	    c->manual ? "Manual" : "Auto", c->min, g->max, n.current,
	    n.active, n.draining, n.pending);
	put_last(g->gov, t);
	txt_put(t, "  CPU Usage: %u%%\n  Total Sessions: %u\n", g->in.cpu,
	    pool_sessions(g));
}

static void
governor_json(const struct governor_conf *c, const struct ctl_governor *g,
    struct txt *t)
{
	struct gov_count n = gov_count(g->gov);
	json_t *v = json_pack("{s:b,s:s,s:i,s:i,s:i,s:i,s:i,s:i,s:i,s:i,"
	    "s:s,s:s}", "enabled", c->enabled, "mode",
	    c->manual ? "manual" : "auto", "min_workers", (int)c->min,
	    "max_workers", (int)g->max, "current_workers", (int)n.current,
	    "active_workers", (int)n.active, "draining_workers",
	    (int)n.draining, "pending_removals", (int)n.pending,
	    "cpu_usage", (int)g->in.cpu, "total_sessions",
	    (int)pool_sessions(g), "last_decision",
	    gov_decision_name(g->gov->last), "last_reason",
	    gov_reason_name(g->gov->why));

	out_json(t, v, true);
	json_decref(v);
}

int
show_governor(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct args rest = *a;
	enum out_form form;
	struct ctl_governor g;
	bool hist = a->n > 0 && strcasecmp(a->w[0], "history") == 0;
	int err;

	(void)r;
	rest.n -= hist;
	rest.w += hist;
	if (!form_of(cx, &rest, &form, &err))
		return err;
	ctl_governor(cx->env->ctl, &g);
	if (hist)
		history(g.gov, g.now, form, cx->out);
	else if (form == OUT_JSON)
		governor_json(&cx->env->conf->p.lb.gov, &g, cx->out);
	else
		governor_text(&cx->env->conf->p.lb.gov, &g, cx->out);
	return 0;
}

/* ---- show map ---- */

struct map {
	struct txt *t;
	struct out_table *ot;		/* NULL: for people */
	unsigned n;
};

static bool
map_row(const struct sess_rec *r, const struct ctl_counts *n, void *arg)
{
	struct map *m = arg;

	if (m->ot != NULL) {
		out_cell(m->ot, "%u", r->key.sid);
		out_cell(m->ot, "%u", r->worker);
		out_cell(m->ot, "%u", r->lane);
		out_cell(m->ot, "%lld", n->alive_at == 0 ? -1LL :
		    (long long)secs_since(n->alive_at, clock_now()));
		return true;
	}
	if (m->n++ == 0)
		txt_put(m->t, "Session ID  Worker  Last Activity\n");
	txt_put(m->t, "%10u  %6u  ", r->key.sid, r->worker);
	if (n->alive_at == 0) {
		txt_put(m->t, "never\n");
	} else {
		put_age(secs_since(n->alive_at, clock_now()), m->t);
		txt_put(m->t, " ago\n");
	}
	return true;
}

int
show_map(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col head[] = {
		{ "session-id", NULL, true }, { "worker", NULL, true },
		{ "lane", NULL, true }, { "idle-seconds", NULL, true },
	};
	struct map m = { .t = cx->out };
	enum out_form form;
	int err;

	(void)r;
	if (!form_of(cx, a, &form, &err))
		return err;
	if (a->n > 0)
		m.ot = out_table_new(head, sizeof(head) / sizeof(head[0]));
	ctl_sessions(cx->env->ctl, map_row, &m);
	if (m.ot != NULL) {
		out_table_put(m.ot, form, cx->out);
		out_table_free(m.ot);
		return 0;
	}
	if (m.n == 0)
		txt_put(cx->out, "(no active sessions)\n");
	txt_put(cx->out, "Total: %u\n", m.n);
	return 0;
}

/* ---- show stats, show health ---- */

struct stat {
	const char *text, *key;
	uint64_t n;
};

static void
stats_text(struct ctl *c, const struct stat *v, size_t n, const char *how,
    struct txt *t)
{
	struct ctl_worker w;

	txt_put(t, "Workers: %llu (%llu active)\nAlgorithm: %s\n",
	    ull(v[0].n), ull(v[1].n), how);
	for (size_t i = 2; i < n; i++)
		txt_put(t, "%s: %llu\n", v[i].text, ull(v[i].n));
	for (unsigned i = 0; i < ctl_lanes(c); i++)
		if (ctl_worker(c, i, &w))
			txt_put(t, "Worker %u: %s, %u sessions, "
			    "%llu packets in, %llu out\n", i,
			    worker_state_name(w.state), w.sessions,
			    ull(w.in), ull(w.out));
}

int
show_stats(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl *c = cx->env->ctl;
	const char *how = pool_algorithm(cx->env->conf->p.lb.algorithm);
	enum out_form form;
	struct ctl_governor g;
	struct pool_sums s;
	int err;

	(void)r;
	if (!form_of(cx, a, &form, &err))
		return err;
	if (form != OUT_TEXT && form != OUT_JSON)
		return ROW_USAGE;
	ctl_governor(c, &g);
	pool_sums(cx->env, &s, true);

	const struct stat v[] = {
		{ "Workers", "workers", gov_count(g.gov).current },
		{ NULL, "active_workers", gov_count(g.gov).active },
		{ "Sessions", "sessions", s.sessions },
		{ "Map entries", "map_entries", s.sessions },
		{ "Sessions created", "session_creates", s.opened },
		{ "Sessions destroyed", "session_teardowns", s.closed },
		{ "Packets in", "packets_in", s.in },
		{ "Packets out", "packets_out", s.out },
		{ "Bytes in", "bytes_in", s.in_oct },
		{ "Bytes out", "bytes_out", s.out_oct },
		{ "Discards", "discards", s.drops },
		{ "Errors", "errors", s.errors },
		{ "Drifts", "drifts", s.drifts },
		{ "Lanes handed over", "moves", s.moves },
	};
	const size_t n = sizeof(v) / sizeof(v[0]);

	if (form == OUT_TEXT) {
		stats_text(c, v, n, how, cx->out);
		return 0;
	}
	json_t *o = json_pack("{s:s}", "algorithm", how);

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, v[i].key,
		    json_integer((json_int_t)v[i].n));
	json_object_set_new(o, "cpu_ms", json_integer(
	    (json_int_t)(cpu_process_ns() / 1000000)));
	out_json(cx->out, o, true);
	json_decref(o);
	return 0;
}

/* Each names its cause and what to do about it. */
static void
warnings(const struct health *h, const struct pool_sums *s, struct txt *t)
{
	if (h->silent > 0)
		txt_put(t, "Warning: %u of %u workers (worker %u) do not "
		    "answer: their threads are stuck, the log says where; "
		    "new sessions go to others, those there wait; when it "
		    "does not end only a restart cures it\n", h->silent,
		    h->workers, h->first_silent);
	if (h->imbalance > HEALTH_IMBALANCE)
		txt_put(t, "Warning: worker %u has %u%% more sessions than "
		    "the average; sessions stay where they are: `set lb "
		    "algorithm least-sessions' evens new ones out\n",
		    h->fullest, h->imbalance);
	if (s->errors > 0)
		txt_put(t, "Warning: %llu packets were lost for lack of "
		    "room; `show lanes' says where: `lb add' gives more, "
		    "`lb clear' counts anew\n", ull(s->errors));
	if (s->drifts > 0)
		txt_put(t, "Warning: %llu frames came to a lane that does "
		    "not have their session: a fault of the steering by the "
		    "kernel; `lb clear' counts anew\n", ull(s->drifts));
}

static void
health_json(const struct health *h, const struct pool_sums *s, struct txt *t)
{
	struct txt warn = { 0 };
	json_t *list = json_array(), *v;
	char *line, *rest = NULL;

	warnings(h, s, &warn);
	for (line = warn.p != NULL ? strtok_r(warn.p, "\n", &rest) : NULL;
	    line != NULL; line = strtok_r(NULL, "\n", &rest))
		json_array_append_new(list,
		    json_string(line + strlen("Warning: ")));
	v = json_pack("{s:i,s:s,s:i,s:i,s:i,s:i,s:I,s:i,s:o}",
	    "score", (int)h->score, "status", health_band(h->score),
	    "worker_availability", (int)h->availability,
	    "load_distribution", (int)h->distribution,
	    "error_rate", (int)h->errors,
	    "session_affinity", (int)h->affinity,
	    "drift_count", (json_int_t)s->drifts,
	    "load_imbalance_pct", (int)h->imbalance, "warnings", list);
	out_json(t, v, true);
	json_decref(v);
	txt_free(&warn);
}

int
show_health(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	enum out_form form;
	struct pool_sums s;
	struct health h;
	int err;

	(void)r;
	if (!form_of(cx, a, &form, &err))
		return err;
	if (form != OUT_TEXT && form != OUT_JSON)
		return ROW_USAGE;
	pool_sums(cx->env, &s, true);
	pool_health(cx->env, &s, &h);
	if (form == OUT_JSON) {
		health_json(&h, &s, cx->out);
		return 0;
	}
	txt_put(cx->out, "score: %u\nstatus: %s\nworker_availability: %u\n"
	    "load_distribution: %u\nerror_rate: %u\nsession_affinity: %u\n"
	    "drift_count: %llu\nload_imbalance_pct: %u\n", h.score,
	    health_band(h.score), h.availability, h.distribution, h.errors,
	    h.affinity, ull(s.drifts), h.imbalance);
	warnings(&h, &s, cx->out);
	return 0;
}
