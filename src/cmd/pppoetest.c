/* pppoetest: what happens in which mode. */
#include "cmd/pppoetest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/pppoetest_opts.h"
#include "lb/health.h"

volatile sig_atomic_t pt_stop;

static void
on_signal(int sig)
{
	(void)sig;
	pt_stop++;
}

void
pt_catch(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

/* ---- diagnose ---- */

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

/* --set-worker ID=STATE */
static int
set_worker(struct face *f, const struct pt_opts *o)
{
	static const struct { const char *state, *order; } all[] = {
		{ "ACTIVE", "activate" }, { "DRAINING", "drain" },
		{ "REMOVED", "remove" },
	};
	const char *word = o->test.set_worker, *eq = strchr(word, '=');

	for (size_t i = 0; eq != NULL && i < 3; i++)
		if (strcmp(eq + 1, all[i].state) == 0)
			return pt_order(f, o, "lb %s %.*s", all[i].order,
			    (int)(eq - word), word) ? PT_PASSED : PT_FAILED;
	pt_refuse("--set-worker", word, "ID=ACTIVE, ID=DRAINING or "
	    "ID=REMOVED");
	return PT_USAGE;
}

int
pt_diagnose(struct pt_opts *o)
{
	struct pt_report r = { 0 };
	struct face f;
	int code = PT_PASSED;

	if (o->test.set_worker != NULL && !o->modify) {
		pt_error(o, "PERMISSION_DENIED", "--set-worker changes the "
		    "concentrator: add --allow-modify");
		return PT_USAGE;
	}
	pt_face(&f, o);
	if (o->test.set_worker != NULL)
		code = set_worker(&f, o);
	if (code == PT_PASSED)
		code = o->monitor ? pt_monitor(&f, o) : pt_ask_all(&f, o, &r);
	if (code == PT_PASSED && !o->monitor) {
		if (!o->quiet)
			pt_report(&r, o);
		code = verdict(&r, o);
	}
	face_done(&f);
	pt_forget(&r);
	return code;
}

/* ---- all of them ---- */

/* -h HOST: the same as -S HOST:PORT. */
static void
find_socket(struct pt_opts *o)
{
	static char at[300];

	if (o->to == NULL)
		return;
	snprintf(at, sizeof(at), strchr(o->to, ':') != NULL ?
	    "[%.255s]:%u" : "%.255s:%u", o->to, o->port);
	o->socket = at;
}

int
pt_run(struct pt_opts *o)
{
	if (o->mode != PT_CLIENT && o->mode != PT_SERVER)
		find_socket(o);
	switch (o->mode) {
	case PT_DIAGNOSE: return pt_diagnose(o);
	case PT_GOVERNOR: return pt_governor(o);
	case PT_CLIENT: return pt_client(o);
	case PT_SERVER: return pt_server(o);
	case PT_ALL: return pt_all(o);
	case PT_MENU: return pt_menu(o);
	default: return pt_load(o);
	}
}

int
pppoetest_main(int argc, char **argv)
{
	const char *env = getenv("PPPOETEST_IMBALANCE_THRESHOLD");
	struct pt_opts o = { .least = -1, .imbalance = HEALTH_IMBALANCE,
	    .level = PTV_INFO, .port = 9001, .test = { .deviation = 10,
	    .pass = 90, .retries = 3, .algorithm = -1 } };
	char host[256] = "";
	int code;

	if (env != NULL && !pt_number("$PPPOETEST_IMBALANCE_THRESHOLD", env,
	    0, 100, &o.imbalance))
		return PT_USAGE;
	pt_load_default(&o.load);
	pt_xfer_default(&o.xfer);
	code = pt_parse(&o, argc, argv);
	if (code != PT_PASSED)
		return code < 0 ? PT_PASSED : code;
	if (o.quiet)
		o.level = PTV_ERROR;
	gethostname(host, sizeof(host) - 1);
	o.host = host;
	return pt_run(&o);
}
