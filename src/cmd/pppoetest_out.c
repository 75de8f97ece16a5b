/* pppoetest: what it prints. */
#include <stdio.h>
#include <string.h>

#include "cmd/balance.h"
#include "cmd/pppoetest.h"
#include "lb/governor.h"

#define GOOD	"\u2713"
#define BAD	"\u2717"
#define ODD	"\u26a0"

static const char *
mark(long long score)
{
	return score >= 90 ? GOOD : score >= 70 ? ODD : BAD;
}

static void
put_age(long long secs)
{
	static const struct { long long secs; char unit; } step[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};
	int i = 0;

	while (i < 3 && secs < step[i].secs)
		i++;
	printf("%lld%c", secs / step[i].secs, step[i].unit);
}

static long long
in_state(const struct pt_report *r, const char *state, const char *key)
{
	long long n = 0;
	const json_t *w;
	size_t i;

	json_array_foreach(r->workers, i, w)
		if (strcmp(pt_str(w, "state"), state) == 0)
			n += key != NULL ? pt_num(w, key) : 1;
	return n;
}

static void
put_bytes(long long n, char *buf, size_t size)
{
	static const char *const unit[] = { "B", "KB", "MB", "GB", "TB" };
	double v = (double)n;
	int i = 0;

	while (v >= 1024 && i < 4) {
		v /= 1024;
		i++;
	}
	snprintf(buf, size, i > 0 && v < 10 ? "%.1f %s" : "%.0f %s", v,
	    unit[i]);
}

/* ---- console ---- */

static void
report(const struct pt_report *r, const struct pt_opts *o)
{
	static const char title[] = "PPPoE Load Balancer Diagnostic Report";
	const json_t *g = r->governor, *w;
	char when[32];
	size_t i;

	printf("%s\n", title);
	for (i = 0; i < strlen(title); i++)
		printf("=");
	printf("\nHost: %s\nTime: %s\nWorkers: %zu\n", o->host,
	    pt_stamp("%F %T UTC", when, sizeof(when)),
	    json_array_size(r->workers));
	json_array_foreach(r->workers, i, w) {
		printf("  Worker %lld: %s (%lld sessions, ",
		    pt_num(w, "worker"), pt_str(w, "state"),
		    pt_num(w, "sessions"));
		put_age(pt_num(w, "uptime"));
		printf(" uptime)\n");
	}
	printf("Sessions: %lld total\n  Active: %lld\n  Draining: %lld\n",
	    pt_num(g, "total_sessions"),
	    in_state(r, "ACTIVE", "sessions"),
	    in_state(r, "DRAINING", "sessions"));
	printf("Governor: %s\n  CPU: %lld%%\n  Last Decision: %s\n",
	    json_is_true(json_object_get(g, "enabled")) ? "Enabled" :
	    "Disabled", pt_num(g, "cpu_usage"), pt_str(g, "last_decision"));
	printf("Health Score: %lld/100 %s\n", pt_num(r->health, "score"),
	    mark(pt_num(r->health, "score")));
}

/* "what is wrong; what to do about it" apart. */
static void
list(const json_t *warnings, const char *head, bool remedy)
{
	const json_t *v;
	size_t i;

	if (json_array_size(warnings) > 0)
		printf("\n%s:\n", head);
	json_array_foreach(warnings, i, v) {
		const char *s = json_string_value(v), *cut = strchr(s, ';');

		if (cut == NULL)
			cut = s + strlen(s);
		if (!remedy)
			printf("  %s %.*s\n", ODD, (int)(cut - s), s);
		else if (*cut != '\0')
			printf("  - %s\n", cut + 2);
	}
}

static void
health(const struct pt_report *r)
{
	const json_t *h = r->health, *warn = json_object_get(h, "warnings");
	long long drifts = pt_num(h, "drift_count");

	printf("=== PPPoE Load Balancer Health Score: %lld/100 ===\n\n"
	    "Component Scores:\n", pt_num(h, "score"));
	printf("  %s Worker Availability: %lld/100\n",
	    mark(pt_num(h, "worker_availability")),
	    pt_num(h, "worker_availability"));
	printf("  %s Load Distribution: %lld/100 (max deviation %lld%%)\n",
	    mark(pt_num(h, "load_distribution")),
	    pt_num(h, "load_distribution"),
	    pt_num(h, "load_imbalance_pct"));
	printf("  %s Error Rate: %lld/100\n", mark(pt_num(h, "error_rate")),
	    pt_num(h, "error_rate"));
	printf("  %s Session Affinity: %lld/100 (%lld drift%s)\n",
	    mark(pt_num(h, "session_affinity")),
	    pt_num(h, "session_affinity"), drifts, drifts == 1 ? "" : "s");
	list(warn, "Warnings", false);
	list(warn, "Recommendations", true);
}

static void
put(struct txt *t)
{
	fputs(txt_str(t), stdout);
	txt_free(t);
}

static void
balance(const struct pt_report *r, const struct pt_opts *o)
{
	struct balance_row row[GOV_WORKERS];
	struct txt t = { 0 };
	const json_t *v;
	unsigned n = 0;
	size_t i;

	json_array_foreach(r->workers, i, v)
		if (strcmp(pt_str(v, "state"), "ACTIVE") == 0 &&
		    n < GOV_WORKERS)
			row[n++] = (struct balance_row){
			    (int)pt_num(v, "worker"), pt_num(v, "sessions") };
	balance_text(row, n, pt_num(r->health, "load_imbalance_pct"),
	    o->imbalance, &t);
	put(&t);
}

static void
affinity(const struct pt_report *r)
{
	struct txt t = { 0 };
	const json_t *s;
	size_t i;

	affinity_head(&t);
	json_array_foreach(r->sessions, i, s)
		affinity_row((unsigned)pt_num(s, "sid"), pt_expected(r, s),
		    pt_num(s, "worker"), &t);
	affinity_tail(json_array_size(r->sessions), pt_drifts(r), &t);
	put(&t);
}

static void
workers(const struct pt_report *r)
{
	static const int w[] = { 6, 15, 8, 9, 9, 6 };
	static const char head[][32] = { "Worker", "State", "Sessions",
	    "Bytes In", "Bytes Out", "Uptime" };
	const json_t *v;
	size_t i;

	printf("=== Worker Status ===\n");
	pt_top(w, 6, head);
	json_array_foreach(r->workers, i, v) {
		long long up = pt_num(v, "uptime");
		char cell[6][32];

		snprintf(cell[0], 32, "%lld", pt_num(v, "worker"));
		snprintf(cell[1], 32, "%s", pt_str(v, "state"));
		snprintf(cell[2], 32, "%lld", pt_num(v, "sessions"));
		put_bytes(pt_num(v, "rx-bytes"), cell[3], 32);
		put_bytes(pt_num(v, "tx-bytes"), cell[4], 32);
		snprintf(cell[5], 32, "%lld%c", up >= 3600 ? up / 3600 :
		    up >= 60 ? up / 60 : up, up >= 3600 ? 'h' : up >= 60 ?
		    'm' : 's');
		pt_row(w, 6, cell);
	}
	pt_bottom(w, 6);
	printf("ACTIVE: gets new sessions; DRAINING: keeps what it has; "
	    "PENDING_REMOVAL: leaves\n");
}

static void
governor(const struct pt_report *r)
{
	const json_t *g = r->governor;

	printf("=== Governor Status ===\nEnabled: %s\nMode: %s\n"
	    "Workers: %lld (%lld to %lld)\nCPU: %lld%%\n"
	    "Last Decision: %s (reason: %s)\n",
	    json_is_true(json_object_get(g, "enabled")) ? "Yes" : "No",
	    pt_str(g, "mode"), pt_num(g, "current_workers"),
	    pt_num(g, "min_workers"), pt_num(g, "max_workers"),
	    pt_num(g, "cpu_usage"), pt_str(g, "last_decision"),
	    pt_str(g, "last_reason"));
}

static void
console(const struct pt_report *r, const struct pt_opts *o)
{
	if (!o->any)
		report(r, o);
	if (o->health)
		health(r);
	if (o->balance)
		balance(r, o);
	if (o->affinity || o->show_sessions)
		affinity(r);
	if (o->show_workers)
		workers(r);
	if (o->show_governor)
		governor(r);
}

/* ---- for programs ---- */

static void
put_json(const struct pt_report *r)
{
	pt_put(json_pack("{s:s,s:s,s:i,s:I,s:I,s:s}", "type",
	    "diagnostic_report", "timestamp", pt_iso(), "workers",
	    (int)json_array_size(r->workers), "sessions",
	    (json_int_t)pt_num(r->governor, "total_sessions"),
	    "health_score", (json_int_t)pt_num(r->health, "score"), "status",
	    pt_str(r->health, "status")));
}

static void
put_jsonl(const struct pt_report *r)
{
	const json_t *w;
	size_t i;

	json_array_foreach(r->workers, i, w)
		pt_put(json_pack("{s:s,s:s,s:I,s:s,s:I}", "type",
		    "worker_status", "timestamp", pt_iso(), "id",
		    (json_int_t)pt_num(w, "worker"), "state",
		    pt_str(w, "state"), "sessions",
		    (json_int_t)pt_num(w, "sessions")));
	pt_put(json_pack("{s:s,s:s,s:I,s:s}", "type", "health_score",
	    "timestamp", pt_iso(), "score",
	    (json_int_t)pt_num(r->health, "score"), "status",
	    pt_str(r->health, "status")));
}

static void
put_csv(const struct pt_report *r)
{
	const json_t *w;
	size_t i;

	printf("worker_id,state,sessions,bytes_in,bytes_out\n");
	json_array_foreach(r->workers, i, w)
		printf("%lld,%s,%lld,%lld,%lld\n", pt_num(w, "worker"),
		    pt_str(w, "state"), pt_num(w, "sessions"),
		    pt_num(w, "rx-bytes"), pt_num(w, "tx-bytes"));
}

static void
put_tap(const struct pt_report *r)
{
	bool well = pt_num(r->health, "score") >= 70;
	struct pt_tap t = { .n = 0 };
	const json_t *w;
	size_t i;

	json_array_foreach(r->workers, i, w)
		pt_tap(&t, strcmp(pt_str(w, "answers"), "no") != 0,
		    "Worker %lld is %s", pt_num(w, "worker"),
		    pt_str(w, "state"));
	pt_tap(&t, well, "Health score >= 70");
	pt_tap_end(&t);
}

void
pt_report(const struct pt_report *r, const struct pt_opts *o)
{
	switch (o->form) {
	case PT_JSON: put_json(r); break;
	case PT_JSONL: put_jsonl(r); break;
	case PT_CSV: put_csv(r); break;
	case PT_TAP: put_tap(r); break;
	default: console(r, o); break;
	}
	fflush(stdout);
}
