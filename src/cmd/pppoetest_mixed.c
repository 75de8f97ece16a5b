/* pppoetest mixed: create, and what the concentrator itself says of it. */
#include <poll.h>
#include <stdlib.h>

#include "base/clock.h"
#include "cmd/face_conn.h"
#include "cmd/pppoetest.h"

#define SETTLE	SEC(10)		/* until the last ones are gone there */

static int
ask(struct pt_watch *w, struct pt_report *r, long long *total)
{
	int code = pt_ask_all(w->face, r);

	if (code == PT_PASSED)
		*total = pt_num(r->governor, "total_sessions");
	return code;
}

int
pt_watch_begin(struct pt_watch *w, const struct pt_opts *o)
{
	struct pt_report r = { 0 };
	int code;

	w->face = calloc(1, sizeof(*w->face));
	if (w->face == NULL)
		return PT_INTERNAL;
	w->face->name = "pppoetest";
	w->face->socket = o->socket;
	w->face->password = o->password;
	code = ask(w, &r, &w->before);
	pt_forget(&r);
	return code;
}

void
pt_watch_held(struct pt_watch *w, unsigned ours)
{
	struct pt_report r = { 0 };

	if (w->looked)
		return;
	w->looked = true;
	w->ours = ours;
	w->code = ask(w, &r, &w->held);
	w->imbalance = pt_num(r.health, "load_imbalance_pct");
	w->drifts = pt_drifts(&r);
	w->workers = json_incref(r.workers);
	pt_forget(&r);
}

int
pt_watch_end(struct pt_watch *w, const struct pt_opts *o)
{
	tstamp limit = clock_now() + SETTLE;
	int code = w->code;

	do {
		struct pt_report r = { 0 };

		if (code == PT_PASSED)
			code = ask(w, &r, &w->after);
		pt_forget(&r);
		if (code == PT_PASSED && w->after > w->before)
			poll(NULL, 0, 100);
	} while (code == PT_PASSED && w->after > w->before &&
	    clock_now() < limit);
	w->passed = w->held - w->before == w->ours && w->drifts == 0 &&
	    w->after <= w->before &&
	    w->imbalance <= (long long)o->imbalance;
	return code != PT_PASSED ? code : w->passed ? PT_PASSED : PT_FAILED;
}

void
pt_watch_done(struct pt_watch *w)
{
	if (w->face != NULL)
		face_done(w->face);
	free(w->face);
	json_decref(w->workers);
}

static void
console(const struct pt_watch *w, const struct pt_opts *o)
{
	const json_t *v;
	size_t i;

	printf("Concentrator: %lld sessions before, %lld while held "
	    "(%u of them ours), %lld after\n", w->before, w->held, w->ours,
	    w->after);
	json_array_foreach(w->workers, i, v)
		printf("  Worker %lld: %s (%lld sessions)\n",
		    pt_num(v, "worker"), pt_str(v, "state"),
		    pt_num(v, "sessions"));
	printf("Imbalance: %lld%% (threshold: %u%%)\nDrifts: %u\n"
	    "Mixed: %s\n", w->imbalance, o->imbalance, w->drifts,
	    w->passed ? "PASSED" : "FAILED");
}

void
pt_watch_report(const struct pt_watch *w, const struct pt_opts *o)
{
	char when[32];

	if (o->form == PT_CONSOLE)
		console(w, o);
	else if (o->form == PT_JSON || o->form == PT_JSONL)
		pt_put(json_pack("{s:s,s:s,s:I,s:I,s:i,s:I,s:I,s:i,s:O,s:s}",
		    "type", "worker_result", "timestamp", pt_stamp("%FT%TZ",
		    when, sizeof(when)), "before", (json_int_t)w->before,
		    "held", (json_int_t)w->held, "ours", w->ours, "after",
		    (json_int_t)w->after, "load_imbalance_pct",
		    (json_int_t)w->imbalance, "drifts", w->drifts, "workers",
		    w->workers, "status", w->passed ? "passed" : "failed"));
	fflush(stdout);
}
