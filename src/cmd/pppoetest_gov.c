/*
 * pppoetest governor: the load that the governor believes in is given by
 * `lb drill', and what it does about it is looked at. What is changed is put
 * back, also after ctrl-C.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cmd/pppoetest.h"

#define STEPS_MAX	3
#define WAIT		30u		/* seconds, for each step */
#define LEAVE		SEC(10)		/* for those that are leaving anyway */

enum { POLL, DRAIN, UP, DOWN, SETTINGS };

/* What is set for the test, in this order. */
static const struct {
	const char *oid, *order;
	int	 value;			/* seconds */
} setting[SETTINGS] = {
	[POLL] = { "governor.poll_interval", "poll", 1 },
	[DRAIN] = { "governor.drain_timeout", "drain", 3 },
	[UP] = { "governor.scale_up_interval", "upinterval", 1 },
	[DOWN] = { "governor.scale_down_interval", "downinterval", 1 },
};

struct look {
	long long current, active, draining, pending, max, min;
	bool	 on, manual;
	char	 decision[24], reason[24];
};

struct step {
	const char *name;
	bool	 passed;
	double	 seconds;		/* until it was seen */
	struct look was, is;
};

struct drive {
	const struct pt_opts *o;
	struct face f;
	long long were[SETTINGS], workers;
	struct step step[STEPS_MAX];
	int	 steps;
};

static int
look(struct drive *d, struct look *l)
{
	json_t *g = NULL;
	int code = pt_ask(&d->f, d->o, "show governor json", &g);

	*l = (struct look){ .current = pt_num(g, "current_workers"),
	    .active = pt_num(g, "active_workers"),
	    .draining = pt_num(g, "draining_workers"),
	    .pending = pt_num(g, "pending_removals"),
	    .max = pt_num(g, "max_workers"), .min = pt_num(g, "min_workers"),
	    .on = json_is_true(json_object_get(g, "enabled")),
	    .manual = strcmp(pt_str(g, "mode"), "manual") == 0 };
	snprintf(l->decision, sizeof(l->decision), "%.23s",
	    pt_str(g, "last_decision"));
	snprintf(l->reason, sizeof(l->reason), "%.23s",
	    pt_str(g, "last_reason"));
	json_decref(g);
	return code;
}

/* ---- steps ---- */

static bool
has_grown(const struct look *was, const struct look *is)
{
	return is->current > was->current && is->active > was->active;
}

static bool
has_drained(const struct look *was, const struct look *is)
{
	return is->active < was->active && (is->current < was->current ||
	    is->draining + is->pending > was->draining + was->pending);
}

/* All active again, and perhaps one more. */
static bool
has_changed_mind(const struct look *was, const struct look *is)
{
	return is->active > was->active && is->draining + is->pending == 0 &&
	    is->current >= was->current;
}

/* Drill @cpu, and wait for @seen; an exit code, PT_FAILED: it never came. */
static int
drive_to(struct drive *d, struct step *s, int cpu,
    bool (*seen)(const struct look *was, const struct look *is))
{
	unsigned wait = d->o->timeout != 0 ? d->o->timeout : WAIT;
	tstamp began = clock_now(), limit = began + SEC(wait);
	int code = look(d, &s->was);

	if (code != PT_PASSED)
		return code;
	if (!pt_order(&d->f, d->o, "lb drill %d", cpu))
		return PT_FAILED;
	while (clock_now() < limit && !pt_stop) {
		code = look(d, &s->is);
		if (code != PT_PASSED)
			return code;
		s->seconds = (double)(clock_now() - began) / 1e9;
		if (seen(&s->was, &s->is))
			return PT_PASSED;
		poll(NULL, 0, 100);
	}
	return PT_FAILED;
}

static void
tell_event(const struct drive *d, const struct step *s)
{
	if (d->o->form == PT_JSONL && !d->o->quiet)
		pt_put(json_pack("{s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:f,s:s}",
		    "type", "scaling_event", "timestamp", pt_iso(), "event",
		    s->name, "decision", s->is.decision, "reason",
		    s->is.reason, "workers_before", (json_int_t)s->was.current,
		    "workers", (json_int_t)s->is.current, "active",
		    (json_int_t)s->is.active, "seconds", s->seconds,
		    "status", pt_result(s->passed)));
	fflush(stdout);
}

static int
no_action(struct drive *d, const struct step *s, const char *why)
{
	pt_error(d->o, "GOVERNOR_NO_ACTION", "%s: %s (%lld workers, %lld to "
	    "%lld; last decision %s)", s->name, why, s->is.current,
	    s->is.min, s->is.max, s->is.decision);
	return PT_FAILED;
}

/* Begins one and judges it by the numbers and by what the governor says. */
static int
one(struct drive *d, const char *name, int cpu,
    bool (*seen)(const struct look *, const struct look *),
    const char *decision)
{
	struct step *s = &d->step[d->steps++];
	int code;

	s->name = name;
	pt_log(d->o, PTV_INFO, "%s: CPU use is taken for %d%%", name, cpu);
	code = drive_to(d, s, cpu, seen);
	s->passed = code == PT_PASSED && (strcmp(s->is.decision,
	    decision) == 0 || strcmp(decision, "cancel_drain") == 0);
	tell_event(d, s);
	if (code == PT_FAILED)
		return no_action(d, s, pt_stop ? "interrupted" :
		    "the governor does nothing");
	return code != PT_PASSED ? code : s->passed ? PT_PASSED :
	    no_action(d, s, "something else was decided");
}

static int
scale_up(struct drive *d)
{
	return one(d, "scale-up", 100, has_grown, "scale_up");
}

static int
scale_down(struct drive *d)
{
	return one(d, "scale-down", 0, has_drained, "scale_down");
}

/* A drain that begins, and high load before it is over. */
static int
change_mind(struct drive *d)
{
	struct step draining = { .name = "change-mind" };
	int code;

	if (!pt_order(&d->f, d->o, "set governor drain 60"))
		return PT_FAILED;
	code = drive_to(d, &draining, 0, has_drained);
	if (code != PT_PASSED) {
		d->step[d->steps++] = draining;
		return code == PT_FAILED ? no_action(d, &draining,
		    "no worker begins to drain") : code;
	}
	code = one(d, "change-mind", 100, has_changed_mind, "cancel_drain");
	if (code == PT_PASSED && !pt_order(&d->f, d->o,
	    "set governor drain %d", setting[DRAIN].value))
		code = PT_FAILED;
	return code;
}

/* All in an order in which each finds what it needs, or what was chosen. */
static int
steps(struct drive *d)
{
	const struct pt_test *t = &d->o->test;
	bool all = !t->up && !t->down && !t->mind;
	int code = PT_PASSED;

	if (all || t->up)
		code = scale_up(d);
	if (code == PT_PASSED && (all || t->mind))
		code = change_mind(d);
	if (code == PT_PASSED && (all || t->down))
		code = scale_down(d);
	return code;
}

/* ---- before and after ---- */

/* While one is leaving no other drains: as after a test before this one. */
static void
let_leave(struct drive *d)
{
	tstamp limit = clock_now() + LEAVE;
	struct look l;

	while (!pt_stop && clock_now() < limit && look(d, &l) == PT_PASSED &&
	    l.draining + l.pending > 0)
		poll(NULL, 0, 100);
}

static int
set_all(struct drive *d)
{
	for (int i = 0; i < SETTINGS; i++) {
		if (i == DRAIN + 1)
			let_leave(d);
		if (!pt_order(&d->f, d->o, "set governor %s %d",
		    setting[i].order, setting[i].value))
			return PT_FAILED;
	}
	return PT_PASSED;
}

static int
begin(struct drive *d)
{
	struct look l;
	int code = look(d, &l);

	if (code != PT_PASSED)
		return code;
	if (!l.on || l.manual) {
		pt_error(d->o, "GOVERNOR_NO_ACTION", "the governor %s",
		    !l.on ? "is off: `set governor enable'" :
		    "leaves it to people: `set governor mode auto'");
		return PT_FAILED;
	}
	if (!pt_order(&d->f, d->o, "lb drill off")) {
		pt_error(d->o, "GOVERNOR_NO_ACTION", "the concentrator does "
		    "not let a load be pretended: `set lb drill yes'");
		return PT_FAILED;
	}
	d->workers = l.active;
	for (int i = 0; i < SETTINGS; i++) {
		d->were[i] = pt_value(&d->f, d->o, setting[i].oid);
		if (d->were[i] < 0)
			return PT_INTERNAL;
	}
	return set_all(d);
}

static void
put_back(struct drive *d)
{
	struct look l;

	if (d->workers == 0)
		return;
	pt_order(&d->f, d->o, "lb drill off");
	for (int i = 0; i < SETTINGS; i++)
		if (d->were[i] >= 0)
			pt_order(&d->f, d->o, "set governor %s %lld",
			    setting[i].order, d->were[i]);
	if (look(d, &l) == PT_PASSED && l.active != d->workers)
		pt_order(&d->f, d->o, "lb workers %lld", d->workers);
}

/* ---- the report ---- */

static void
console(const struct drive *d, bool passed)
{
	static const int w[] = { 12, 14, 12, 16, 8 };
	static const char head[][32] = { "Step", "Workers", "Active",
	    "Decision", "Seconds" };

	printf("=== Governor Test ===\n");
	pt_top(w, 5, head);
	for (int i = 0; i < d->steps; i++) {
		const struct step *s = &d->step[i];
		char cell[5][32];

		snprintf(cell[0], 32, "%s", s->name);
		snprintf(cell[1], 32, "%lld -> %lld", s->was.current,
		    s->is.current);
		snprintf(cell[2], 32, "%lld -> %lld", s->was.active,
		    s->is.active);
		snprintf(cell[3], 32, "%.23s", s->is.decision);
		snprintf(cell[4], 32, "%.1f %s", s->seconds, s->passed ?
		    "\u2713" : "\u2717");
		pt_row(w, 5, cell);
	}
	pt_bottom(w, 5);
	printf("Governor test: %s\n", passed ? "PASSED" : "FAILED");
}

static void
put_json(const struct drive *d, bool passed)
{
	json_t *list = json_array();

	for (int i = 0; i < d->steps; i++) {
		const struct step *s = &d->step[i];

		json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:I,s:I,"
		    "s:I,s:I,s:f,s:s}", "event", s->name, "decision",
		    s->is.decision, "reason", s->is.reason, "workers_before",
		    (json_int_t)s->was.current, "workers",
		    (json_int_t)s->is.current, "active_before",
		    (json_int_t)s->was.active, "active",
		    (json_int_t)s->is.active, "seconds", s->seconds,
		    "status", pt_result(s->passed)));
	}
	pt_put(json_pack("{s:s,s:s,s:s,s:o,s:s}", "type", "test_complete",
	    "timestamp", pt_iso(), "test", "governor", "steps", list,
	    "status", pt_result(passed)));
}

static void
report(const struct drive *d, bool passed)
{
	struct pt_tap t = { .n = 0 };

	switch (d->o->form) {
	case PT_JSON: case PT_JSONL: put_json(d, passed); break;
	case PT_CSV:
		printf("step,workers_before,workers,active,decision,seconds,"
		    "status\n");
		for (int i = 0; i < d->steps; i++)
			printf("%s,%lld,%lld,%lld,%s,%.1f,%s\n",
			    d->step[i].name, d->step[i].was.current,
			    d->step[i].is.current, d->step[i].is.active,
			    d->step[i].is.decision, d->step[i].seconds,
			    pt_result(d->step[i].passed));
		break;
	case PT_TAP:
		for (int i = 0; i < d->steps; i++)
			pt_tap(&t, d->step[i].passed, "%s: %lld workers, "
			    "then %lld", d->step[i].name,
			    d->step[i].was.current, d->step[i].is.current);
		pt_tap_end(&t);
		break;
	default: console(d, passed); break;
	}
	fflush(stdout);
}

int
pt_governor(struct pt_opts *o)
{
	struct drive d = { .o = o, .were = { -1, -1, -1, -1 } };
	int code;

	if (!o->modify) {
		pt_error(o, "PERMISSION_DENIED", "this test changes how many "
		    "workers the concentrator has for a while: add "
		    "--allow-modify");
		return PT_USAGE;
	}
	pt_catch();
	pt_face(&d.f, o);
	code = begin(&d);
	if (code == PT_PASSED)
		code = steps(&d);
	put_back(&d);
	if (!o->quiet && d.steps > 0)
		report(&d, code == PT_PASSED);
	face_done(&d.f);
	return code;
}
