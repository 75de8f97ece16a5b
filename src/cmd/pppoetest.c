/* pppoetest: options, the questions, the verdict. */
#include "cmd/pppoetest.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/face_conn.h"
#include "cmd/version.h"
#include "lang/value.h"
#include "lb/health.h"

typedef void form_fn(const struct pt_report *r, const struct pt_opts *o);

static const struct {
	const char *name;
	form_fn *print;
} forms[] = {
	{ "console", pt_console }, { "json", pt_json }, { "jsonl", pt_jsonl },
	{ "csv", pt_csv }, { "tap", pt_tap },
};
#define FORMS	(sizeof(forms) / sizeof(forms[0]))

enum { O_HEALTH = 256, O_BALANCE, O_AFFINITY, O_WORKERS, O_SESSIONS,
	O_GOVERNOR, O_IMBALANCE, O_LEAST, O_STRICT, O_COLOR, O_HELP, O_FORM };

static const struct option longs[] = {
	{ "mode", required_argument, NULL, 'm' },
	{ "format", required_argument, NULL, O_FORM },
	{ "health-score", no_argument, NULL, O_HEALTH },
	{ "check-balance", no_argument, NULL, O_BALANCE },
	{ "check-affinity", no_argument, NULL, O_AFFINITY },
	{ "show-workers", no_argument, NULL, O_WORKERS },
	{ "show-sessions", no_argument, NULL, O_SESSIONS },
	{ "show-governor", no_argument, NULL, O_GOVERNOR },
	{ "balance-threshold", required_argument, NULL, O_IMBALANCE },
	{ "imbalance-threshold", required_argument, NULL, O_IMBALANCE },
	{ "health-threshold", required_argument, NULL, O_LEAST },
	{ "strict", no_argument, NULL, O_STRICT },
	{ "no-color", no_argument, NULL, O_COLOR },
	{ "quiet", no_argument, NULL, 'q' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, O_HELP },
	{ NULL, 0, NULL, 0 },
};

static int
usage(FILE *to, int code)
{
	fprintf(to, "usage: pppoetest [-qV] [-m diagnose] [-S SOCKET] "
	    "[--format FORMAT]\n"
	    "                 [--health-score] [--check-balance] "
	    "[--check-affinity]\n"
	    "                 [--show-workers] [--show-sessions] "
	    "[--show-governor]\n"
	    "                 [--balance-threshold PERCENT] "
	    "[--health-threshold SCORE] [--strict]\n"
	    "FORMAT: console, json, jsonl, csv, tap\n");
	return code;
}

/* ---- the daemon's answers ---- */

long long
pt_num(const json_t *v, const char *key)
{
	return json_integer_value(json_object_get(v, key));
}

const char *
pt_str(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s != NULL ? s : "";
}

static int
ask(struct face *f, const char *line, json_t **to)
{
	struct txt answer = { 0 };
	json_error_t e;

	if (!face_fetch(f, line, &answer)) {
		txt_free(&answer);
		return f->open ? PT_TIMEOUT : PT_NO_SERVER;
	}
	*to = json_loads(txt_str(&answer), 0, &e);
	if (*to == NULL)
		fprintf(stderr, "pppoetest: %s: %.200s\n", line,
		    txt_str(&answer));
	txt_free(&answer);
	return *to != NULL ? PT_PASSED : PT_INTERNAL;
}

static int
ask_all(struct face *f, struct pt_report *r)
{
	const struct { const char *line; json_t **to; } all[] = {
		{ "show workers json", &r->workers },
		{ "show health json", &r->health },
		{ "show governor json", &r->governor },
		{ "show lanes json", &r->lanes },
		{ "show sessions sid,calling-sid,lane,worker json",
		  &r->sessions },
	};
	int code = PT_PASSED;

	for (size_t i = 0; i < 5 && code == PT_PASSED; i++)
		code = ask(f, all[i].line, all[i].to);
	return code;
}

static void
forget(struct pt_report *r)
{
	json_decref(r->workers);
	json_decref(r->health);
	json_decref(r->governor);
	json_decref(r->lanes);
	json_decref(r->sessions);
}

/* ---- the verdict ---- */

long long
pt_expected(const struct pt_report *r, const json_t *s)
{
	const json_t *l;
	size_t i;

	json_array_foreach(r->lanes, i, l)
		if (pt_num(l, "lane") == pt_num(s, "lane"))
			return pt_num(l, "worker");
	return -1;
}

unsigned
pt_drifts(const struct pt_report *r)
{
	const json_t *s;
	unsigned n = 0;
	size_t i;

	json_array_foreach(r->sessions, i, s)
		n += pt_expected(r, s) != pt_num(s, "worker");
	return n;
}

static int
verdict(const struct pt_report *r, const struct pt_opts *o)
{
	long long score = pt_num(r->health, "score");
	bool all = !o->any;

	if (o->balance && pt_num(r->health, "load_imbalance_pct") >
	    (long long)o->imbalance)
		return PT_FAILED;
	if ((o->affinity || all) && pt_drifts(r) > 0)
		return PT_FAILED;
	if (!o->health && !all)
		return PT_PASSED;
	if (o->least >= 0 ? score < o->least : score < 70)
		return PT_FAILED;
	return o->strict && score < 90 ? PT_FAILED : PT_PASSED;
}

/* ---- options ---- */

static bool
percent(const char *option, const char *word, uint32_t *n)
{
	if (val_num(word, 0, 100, n) == 0)
		return true;
	fprintf(stderr, "pppoetest: %s %s: not 0 to 100\n", option, word);
	return false;
}

static bool
take_form(const char *word, form_fn **print)
{
	for (size_t i = 0; i < FORMS; i++)
		if (strcmp(word, forms[i].name) == 0) {
			*print = forms[i].print;
			return true;
		}
	fprintf(stderr, "pppoetest: --format %s: not console, json, jsonl, "
	    "csv or tap\n", word);
	return false;
}

/* Only what looks; what makes sessions of its own is for a test bench. */
static bool
take_mode(const char *word)
{
	if (strcmp(word, "diagnose") == 0 || strcmp(word, "diag") == 0)
		return true;
	fprintf(stderr, "pppoetest: mode %s: not in this version, which has "
	    "diagnose alone; `ppp -ddial'\n"
	    "and the like open sessions to test with\n", word);
	return false;
}

static bool
take_view(struct pt_opts *o, int c)
{
	bool *const view[] = { &o->health, &o->balance, &o->affinity,
	    &o->show_workers, &o->show_sessions, &o->show_governor };

	if (c < O_HEALTH || c > O_GOVERNOR)
		return false;
	o->any = *view[c - O_HEALTH] = true;
	return true;
}

static bool
take(struct pt_opts *o, int c, const char *word, form_fn **print)
{
	uint32_t n = 0;

	if (take_view(o, c))
		return true;
	switch (c) {
	case 'm': return take_mode(word);
	case 'o': case O_FORM: return take_form(word, print);
	case 'S': o->socket = word; return true;
	case 'q': return o->quiet = true;
	case O_STRICT: return o->strict = true;
	case O_COLOR: return true;	/* there is none */
	case O_IMBALANCE:
		if (!percent("--balance-threshold", word, &n))
			return false;
		o->imbalance = n;
		return true;
	case O_LEAST:
		if (!percent("--health-threshold", word, &n))
			return false;
		o->least = (int)n;
		return true;
	default: return false;
	}
}

static int
look(const struct pt_opts *o, form_fn *print)
{
	struct face f = { .name = "pppoetest", .socket = o->socket };
	struct pt_report r = { 0 };
	int code = ask_all(&f, &r);

	face_done(&f);
	if (code == PT_PASSED) {
		if (!o->quiet)
			print(&r, o);
		code = verdict(&r, o);
	}
	forget(&r);
	return code;
}

int
pppoetest_main(int argc, char **argv)
{
	const char *env = getenv("PPPOETEST_IMBALANCE_THRESHOLD");
	struct pt_opts o = { .least = -1, .imbalance = HEALTH_IMBALANCE };
	form_fn *print = pt_console;
	char host[256] = "";
	uint32_t n;
	int c;

	if (env != NULL && percent("$PPPOETEST_IMBALANCE_THRESHOLD", env, &n))
		o.imbalance = n;
	optind = 1;
	while ((c = getopt_long(argc, argv, "m:o:S:qV", longs, NULL)) != -1) {
		if (c == O_HELP)
			return usage(stdout, PT_PASSED);
		if (c == 'V') {
			printf("pppoetest %s\n", PPP_VERSION);
			return PT_PASSED;
		}
		if (!take(&o, c, optarg, &print))
			return c == '?' ? usage(stderr, PT_USAGE) : PT_USAGE;
	}
	for (; optind < argc; optind++)
		if (!take_mode(argv[optind]))
			return PT_USAGE;
	gethostname(host, sizeof(host) - 1);
	o.host = host;
	return look(&o, print);
}
