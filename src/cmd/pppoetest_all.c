/* pppoetest all and menu: several tests, or the one that is chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/pppoetest.h"
#include "cmd/pppoetest_opts.h"
#include "sess/profile.h"

#define SHORT_HOLD	3u		/* seconds, of stress and benchmark */

/* ---- all ---- */

struct outcome {
	enum pt_mode mode;
	int	 code;			/* -1: it was not done */
	const char *why;		/* then */
};

static const char *
verdict(const struct outcome *c)
{
	return c->code < 0 ? "SKIPPED" : c->code == PT_PASSED ? "PASSED" :
	    "FAILED";
}

/* Why this one cannot be done; NULL: it can. */
static const char *
missing(const struct pt_opts *o, enum pt_mode m)
{
	if (m == PT_DIAGNOSE)
		return NULL;
	if (m == PT_GOVERNOR)
		return o->modify ? NULL : "needs --allow-modify";
	if (o->load.gen.ifname[0] == '\0')
		return "needs an interface: -i INTERFACE";
	if (m == PT_AFFINITY && !o->modify) {
		struct face f;
		long long how;

		pt_face(&f, o);
		how = pt_value(&f, o, "algorithm");
		face_done(&f);
		if (how != LB_HASH)
			return "needs the algorithm hash, or --allow-modify";
	}
	return NULL;
}

/* With the options as they were given, in another mode. */
static int
run_one(const struct pt_opts *o, enum pt_mode m)
{
	struct pt_opts own = *o;

	own.mode = m;
	if (m == PT_AFFINITY)
		own.test.algorithm = LB_HASH;	/* -a is of accuracy */
	own.load.timed = true;
	own.load.gen.hold = SHORT_HOLD;
	if (o->form == PT_TAP || o->form == PT_CSV)
		own.quiet = true;	/* one plan, one table */
	if (own.form == PT_CONSOLE && !own.quiet)
		printf("\n--- %s\n", pt_mode_name(m));
	fflush(stdout);
	return pt_run(&own);
}

static void
summary(const struct pt_opts *o, const struct outcome *all, int n, bool ok)
{
	json_t *list = json_object();
	struct pt_tap t = { .n = 0 };

	for (int i = 0; i < n; i++) {
		const struct outcome *c = &all[i];
		const char *name = pt_mode_name(c->mode);

		if (o->form == PT_CONSOLE)
			printf("%s%-10s %s%s%s\n", i == 0 ? "\n=== All Tests "
			    "===\n" : "", name, verdict(c), c->code < 0 ?
			    ": " : "", c->code < 0 ? c->why : "");
		else if (o->form == PT_CSV)
			printf("%s%s,%s\n", i == 0 ? "test,status\n" : "",
			    name, verdict(c));
		pt_tap(&t, c->code <= 0, "%s%s%s", name, c->code < 0 ?
		    " # SKIP " : "", c->code < 0 ? c->why : "");
		json_object_set_new(list, name, json_string(verdict(c)));
	}
	if (o->form == PT_TAP)
		pt_tap_end(&t);
	txt_free(&t.lines);
	if (o->form == PT_JSON || o->form == PT_JSONL)
		pt_put(json_pack("{s:s,s:s,s:s,s:O,s:s}", "type",
		    "test_complete", "timestamp", pt_iso(), "test", "all",
		    "tests", list, "status", pt_result(ok)));
	json_decref(list);
}

int
pt_all(struct pt_opts *o)
{
	static const enum pt_mode order[] = { PT_DIAGNOSE, PT_ACCURACY,
	    PT_AFFINITY, PT_STRESS, PT_BENCHMARK, PT_GOVERNOR };
	struct outcome all[sizeof(order) / sizeof(order[0])];
	int n = 0, code = PT_PASSED;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct outcome *c = &all[n++];

		*c = (struct outcome){ .mode = order[i], .code = -1,
		    .why = missing(o, order[i]) };
		if (c->why != NULL)
			continue;
		c->code = run_one(o, c->mode);
		if (code == PT_PASSED)
			code = c->code;
		if (pt_stop != 0 || (code != PT_PASSED && o->fail_early) ||
		    c->code == PT_NO_SERVER)
			break;
	}
	if (!o->quiet)
		summary(o, all, n, code == PT_PASSED);
	return code;
}

/* ---- menu ---- */

/* A line from the terminal; false: its end. */
static bool
answer(const char *question, char *to, int n)
{
	fprintf(stderr, "%s: ", question);
	if (fgets(to, n, stdin) == NULL)
		return false;
	to[strcspn(to, "\n")] = '\0';
	return true;
}

static bool
needs_interface(enum pt_mode m)
{
	return m == PT_CREATE || m == PT_MIXED || m == PT_ACCURACY ||
	    m == PT_AFFINITY || m == PT_STRESS || m == PT_BENCHMARK;
}

int
pt_menu(struct pt_opts *o)
{
	char line[IFNAMSIZ + 64];
	int n = 0, k;

	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, "pppoetest: menu asks on a terminal; here a "
		    "mode has to be given\n");
		return PT_USAGE;
	}
	for (; pt_modes[n].mode != PT_MENU; n++)
		fprintf(stderr, "%2d  %-10s %s\n", n + 1, pt_modes[n].name,
		    pt_modes[n].help);
	if (!answer("Number", line, sizeof(line)))
		return PT_PASSED;
	k = atoi(line);
	if (k < 1 || k > n) {
		pt_refuse("choice", line, "a number of the menu");
		return PT_USAGE;
	}
	o->mode = pt_modes[k - 1].mode;
	if (needs_interface(o->mode) && o->load.gen.ifname[0] == '\0' &&
	    (!answer("Interface", line, sizeof(line)) ||
	    !pt_load_take(&o->load, PTL_INTERFACE, line)))
		return PT_USAGE;
	if (o->mode == PT_MIXED && o->load.gen.hold == 0)
		o->load.gen.hold = SHORT_HOLD;
	return pt_run(o);
}
