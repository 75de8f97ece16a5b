/* pppoetest: options, the questions, the verdict. */
#include "cmd/pppoetest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/face_conn.h"
#include "cmd/version.h"
#include "lang/value.h"
#include "lb/health.h"

static const struct {
	const char *name;
	void	(*print)(const struct pt_report *r, const struct pt_opts *o);
} forms[PT_FORMS] = {
	[PT_CONSOLE] = { "console", pt_console },
	[PT_JSON] = { "json", pt_json },
	[PT_JSONL] = { "jsonl", pt_jsonl },
	[PT_CSV] = { "csv", pt_csv },
	[PT_TAP] = { "tap", pt_tap },
};

static const struct { const char *name; enum pt_mode mode; } modes[] = {
	{ "diagnose", PT_DIAGNOSE }, { "diag", PT_DIAGNOSE },
	{ "create", PT_CREATE }, { "mixed", PT_MIXED },
	{ "server", PT_SERVER }, { "client", PT_CLIENT },
};
#define MODES	(int)(sizeof(modes) / sizeof(modes[0]))

enum { O_HEALTH = 256, O_BALANCE, O_AFFINITY, O_WORKERS, O_SESSIONS,
	O_GOVERNOR, O_IMBALANCE, O_LEAST, O_STRICT, O_COLOR, O_HELP, O_MONITOR,
	O_COUNT };

const char pt_shorts[] = "b:h:i:m:n:o:p:P:S:qV";

const struct option pt_longs[] = {
	{ "mode", required_argument, NULL, 'm' },
	{ "format", required_argument, NULL, 'o' },
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
	{ "output", required_argument, NULL, 'o' },
	{ "interface", required_argument, NULL, 'i' },
	{ "interval", required_argument, NULL, 'i' },
	{ "sessions", required_argument, NULL, 'n' },
	{ "rate", required_argument, NULL, PTL_RATE },
	{ "window", required_argument, NULL, PTL_WINDOW },
	{ "user", required_argument, NULL, PTL_USER },
	{ "password", required_argument, NULL, PTL_PASSWORD },
	{ "password-file", required_argument, NULL, PTL_PASSWORD_FILE },
	{ "service", required_argument, NULL, PTL_SERVICE },
	{ "ac", required_argument, NULL, PTL_AC },
	{ "auth", required_argument, NULL, PTL_AUTH },
	{ "ip", required_argument, NULL, PTL_IP },
	{ "hold", required_argument, NULL, PTL_HOLD },
	{ "churn", required_argument, NULL, PTL_CHURN },
	{ "vlan", required_argument, NULL, PTL_VLAN },
	{ "mac", required_argument, NULL, PTL_MAC },
	{ "tries", required_argument, NULL, PTL_TRIES },
	{ "echo", required_argument, NULL, PTL_ECHO },
	{ "abandon", no_argument, NULL, PTL_ABANDON },
	{ "monitor", no_argument, NULL, O_MONITOR },
	{ "count", required_argument, NULL, O_COUNT },
	{ "host", required_argument, NULL, 'h' },
	{ "port", required_argument, NULL, 'p' },
	{ "buffer", required_argument, NULL, 'b' },
	{ "proto", required_argument, NULL, PTX_PROTO },
	{ "direction", required_argument, NULL, PTX_DIRECTION },
	{ "blocks", required_argument, NULL, PTX_BLOCKS },
	{ "checksum-algo", required_argument, NULL, PTX_ALGO },
	{ "rate-limit", required_argument, NULL, PTX_LIMIT },
	{ "timeout", required_argument, NULL, PTX_TIMEOUT },
	{ "listen", required_argument, NULL, PTX_LISTEN },
	{ "any-interface", no_argument, NULL, PTX_ANY },
	{ "traffic", required_argument, NULL, PTL_TRAFFIC },
	{ "pps", required_argument, NULL, PTL_PPS },
	{ "size", required_argument, NULL, PTL_SIZE },
	{ "target", required_argument, NULL, PTL_TARGET },
	{ "max-loss", required_argument, NULL, PTL_LOSS },
	{ NULL, 0, NULL, 0 },
};

const char pt_usage[] =
    "usage: pppoetest [-qV] [-m diagnose] [-S SOCKET | -h HOST "
	    "[-p PORT]] [-P PASSWORD]\n"
	    "                 [--health-score] [--check-balance] "
	    "[--check-affinity]\n"
	    "                 [--show-workers] [--show-sessions] "
	    "[--show-governor] [--format FORMAT]\n"
	    "                 [--balance-threshold PERCENT] "
	    "[--health-threshold SCORE] [--strict]\n"
	    "       pppoetest -m create -i INTERFACE [-n SESSIONS] "
	    "[--rate SETUPS-A-SECOND]\n"
	    "                 [--window N] [--user NAME] [--password SECRET "
	    "| --password-file FILE]\n"
	    "                 [--auth any|pap|chap|mschap|mschapv2] "
	    "[--ip 4|6|46] [--hold TIME]\n"
	    "                 [--churn REDIALS-A-SECOND] "
	    "[--vlan OUTER[-LAST][:INNER[-LAST]]]\n"
	    "                 [--mac FIRST] [--service NAME] [--ac NAME] "
	    "[--tries N] [--echo SECONDS]\n"
	    "                 [--traffic echo|pair] [--pps N] [--size OCTETS] "
	    "[--target ADDRESS]\n"
	    "                 [--max-loss PERCENT] [--abandon] "
	    "[--interval SECONDS] [--format FORMAT]\n"
	    "       pppoetest -m mixed ...       as create, and looks at the "
	    "concentrator of -S\n"
	    "       pppoetest -m server [-p PORT] [--listen ADDRESS] "
	    "[--timeout SECONDS]\n"
	    "       pppoetest -m client -h HOST [-p PORT] [-i INTERFACE] "
	    "[--proto tcp|udp|both]\n"
	    "                 [--direction up|down|both] [--blocks N] "
	    "[-b OCTETS] [--rate-limit MBIT]\n"
	    "                 [--checksum-algo crc32|md5|sha256] "
	    "[--timeout SECONDS] [--any-interface]\n"
	    "       pppoetest --monitor [--interval SECONDS] [--count N] "
	    "[-S SOCKET | -h HOST]\n"
	    "FORMAT: console, json, jsonl, csv, tap\n";

static int
usage(FILE *to, int code)
{
	fputs(pt_usage, to);
	return code;
}

const char *
pt_mode_name(int i)
{
	return i < MODES ? modes[i].name : NULL;
}

const char *
pt_form_name(int i)
{
	return i < PT_FORMS ? forms[i].name : NULL;
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

int
pt_ask_all(struct face *f, struct pt_report *r)
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

void
pt_forget(struct pt_report *r)
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
take_form(const char *word, enum pt_form *form)
{
	for (int i = 0; i < PT_FORMS; i++)
		if (strcmp(word, forms[i].name) == 0) {
			*form = (enum pt_form)i;
			return true;
		}
	fprintf(stderr, "pppoetest: --format %s: not console, json, jsonl, "
	    "csv or tap\n", word);
	return false;
}

static bool
take_mode(const char *word, enum pt_mode *mode)
{
	for (int i = 0; i < MODES; i++)
		if (strcmp(word, modes[i].name) == 0) {
			*mode = modes[i].mode;
			return true;
		}
	fprintf(stderr, "pppoetest: mode %s: not diagnose, create, mixed, "
	    "server or client\n", word);
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
take(struct pt_opts *o, int c, const char *word)
{
	uint32_t n = 0;

	if (take_view(o, c))
		return true;
	switch (c) {
	case 'm': return take_mode(word, &o->mode);
	case 'o': return take_form(word, &o->form);
	case 'n': case 'i': return pt_load_take(&o->load, c, word);
	case 'S': o->socket = word; return true;
	case 'P': o->password = word; return true;
	case 'q': return o->quiet = true;
	case 'h': case 'p': case 'b': return pt_xfer_take(&o->xfer, c, word);
	case O_MONITOR: return o->monitor = true;
	case O_COUNT: return pt_number("--count", word, 1, 1000000, &o->count);
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
	default:
		return c >= PTX_FIRST && c < PTX_LAST ?
		    pt_xfer_take(&o->xfer, c, word) :
		    c >= PTL_FIRST && c < PTL_LAST &&
		    pt_load_take(&o->load, c, word);
	}
}

static int
diagnose(const struct pt_opts *o)
{
	struct face f = { .name = "pppoetest", .socket = o->socket,
	    .password = o->password };
	struct pt_report r = { 0 };
	int code = o->monitor ? pt_monitor(&f, o) : pt_ask_all(&f, &r);

	face_done(&f);
	if (o->monitor)
		return code;
	if (code == PT_PASSED) {
		if (!o->quiet)
			forms[o->form].print(&r, o);
		code = verdict(&r, o);
	}
	pt_forget(&r);
	return code;
}

/* -h HOST: the same as -S HOST:PORT. */
static void
find_socket(struct pt_opts *o)
{
	static char at[300];

	if (o->xfer.host == NULL)
		return;
	snprintf(at, sizeof(at), strchr(o->xfer.host, ':') != NULL ?
	    "[%.255s]:%u" : "%.255s:%u", o->xfer.host, o->xfer.port);
	o->socket = at;
}

static int
run(struct pt_opts *o)
{
	switch (o->mode) {
	case PT_SERVER: return pt_server(o);
	case PT_CLIENT: return pt_client(o);
	case PT_CREATE:
		return pt_load_check(o) ? pt_create(o) : PT_USAGE;
	case PT_MIXED:
		find_socket(o);
		return pt_load_check(o) ? pt_mixed(o) : PT_USAGE;
	default:
		find_socket(o);
		return diagnose(o);
	}
}

int
pppoetest_main(int argc, char **argv)
{
	const char *env = getenv("PPPOETEST_IMBALANCE_THRESHOLD");
	struct pt_opts o = { .least = -1, .imbalance = HEALTH_IMBALANCE };
	char host[256] = "";
	uint32_t n;
	int c;

	if (env != NULL && percent("$PPPOETEST_IMBALANCE_THRESHOLD", env, &n))
		o.imbalance = n;
	pt_load_default(&o.load);
	pt_xfer_default(&o.xfer);
	if (argc == 2 && strcmp(argv[1], "-h") == 0)
		return usage(stdout, PT_PASSED);
	optind = 1;
	while ((c = getopt_long(argc, argv, pt_shorts, pt_longs,
	    NULL)) != -1) {
		if (c == O_HELP)
			return usage(stdout, PT_PASSED);
		if (c == 'V') {
			printf("pppoetest %s\n", PPP_VERSION);
			return PT_PASSED;
		}
		if (!take(&o, c, optarg))
			return c == '?' ? usage(stderr, PT_USAGE) : PT_USAGE;
	}
	for (; optind < argc; optind++)
		if (!take_mode(argv[optind], &o.mode))
			return PT_USAGE;
	gethostname(host, sizeof(host) - 1);
	o.host = host;
	return run(&o);
}
