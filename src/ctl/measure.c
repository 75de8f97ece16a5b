/*
 * The table of measurements. One timer wakes it for whatever is due next. The
 * time of a scope that begins with `now' goes by the steady clock, that of
 * one with a date by the wall clock, which may be set meanwhile.
 */
#include "ctl/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/rng.h"

#define SECOND		INT64_C(1000000)	/* microseconds */
#define GRACE		SECOND		/* of a begin that has passed */
#define AGAIN		SECOND		/* when something is in the way */
#define LOOK		SEC(30)		/* at the wall clock, at least */

struct result {
	TAILQ_ENTRY(result) link;
	int64_t	 begun, ended;
	json_t	*rows;
	char	 why[MEASURE_WHY];
};

struct measure {
	TAILQ_ENTRY(measure) link;
	struct measures *all;
	unsigned id;
	char	 label[MEASURE_LABEL], token[MEASURE_TOKEN];
	char	 why[MEASURE_WHY];
	enum measure_state state;
	struct when when;
	struct measure_kind kind;
	void	*arg;			/* owner; its free() */
	int64_t	 base_wall;		/* as it was added */
	tstamp	 base;
	bool	 by_wall;
	int64_t	 due;			/* of the run, or of its next tick */
	int64_t	 run_at;		/* as planned */
	uint64_t runs_left;		/* UINT64_MAX: without end */
	uint64_t tick, ticks;		/* of this run */
	bool	 busy;			/* a tick is under way */
	int64_t	 begun;			/* wall, of this run */
	json_t	*rows;			/* of it; owner */
	uint64_t runs, missed;
	TAILQ_HEAD(, result) result;
	unsigned results;
};

struct measures {
	struct loop_timer *timer;
	TAILQ_HEAD(, measure) head;
	unsigned n, last_id;
	bool	 walking;		/* on_due() is at work */
	struct rng rng;
};

const char *
measure_state_name(enum measure_state s)
{
	static const char *const names[] = { "waiting", "running", "done",
	    "stopped", "failed" };

	return names[s];
}

static bool
is_live(const struct measure *m)
{
	return m->state == MEASURE_WAITING || m->state == MEASURE_RUNNING;
}

/* Now, as this scope counts. */
static int64_t
now_of(const struct measure *m)
{
	return m->by_wall ? clock_wall_us() :
	    m->base_wall + (int64_t)((clock_now() - m->base) / 1000);
}

static const struct when_span *
span_of(const struct measure *m)
{
	return m->when.repeat ? &m->when.each : &m->when.span;
}

/* ---- results ---- */

static void
result_free(struct measure *m, struct result *r)
{
	TAILQ_REMOVE(&m->result, r, link);
	m->results--;
	json_decref(r->rows);
	free(r);
}

static size_t
rows_kept(const struct measure *m)
{
	size_t n = json_array_size(m->rows);
	const struct result *r;

	TAILQ_FOREACH(r, &m->result, link)
		n += json_array_size(r->rows);
	return n;
}

/* Room for one more row: the oldest result goes, then the oldest row. */
static void
make_room(struct measure *m)
{
	while (rows_kept(m) >= MEASURE_ROWS && !TAILQ_EMPTY(&m->result))
		result_free(m, TAILQ_FIRST(&m->result));
	if (json_array_size(m->rows) >= MEASURE_ROWS)
		json_array_remove(m->rows, 0);
}

void
measure_row(struct measure *m, json_t *row)
{
	if (m->rows == NULL) {		/* no memory, or it was stopped */
		json_decref(row);
		return;
	}
	make_room(m);
	json_array_append_new(m->rows, row);
}

/* The run is over: its rows, or why there are none. */
static void
keep(struct measure *m, const char *why)
{
	struct result *r = calloc(1, sizeof(*r));

	snprintf(m->why, sizeof(m->why), "%s", why);
	if (r == NULL) {
		json_decref(m->rows);
		m->rows = NULL;
		return;
	}
	r->begun = m->begun;
	r->ended = clock_wall_us();
	r->rows = m->rows;
	m->rows = NULL;
	snprintf(r->why, sizeof(r->why), "%s", why);
	TAILQ_INSERT_TAIL(&m->result, r, link);
	if (++m->results > MEASURE_RESULTS)
		result_free(m, TAILQ_FIRST(&m->result));
}

/* ---- runs and their ticks ---- */

/* Periods from @at on that are over, @most of them; the wall clock may have
 * been set by years. */
static uint64_t
over(int64_t at, int64_t period, int64_t now, uint64_t most)
{
	uint64_t n = now > at ? (uint64_t)((now - at) / period) : 0;

	return n < most ? n : most;
}

/* The next run of a repeated scope; those that are over already are missed. */
static void
plan_next(struct measure *m)
{
	int64_t period = m->when.span.period * SECOND;
	uint64_t gone;

	m->run_at += period;
	gone = over(m->run_at, period, now_of(m), m->runs_left);
	m->run_at += (int64_t)gone * period;
	m->missed += gone;
	if (m->runs_left != UINT64_MAX)
		m->runs_left -= gone;
	m->due = m->run_at;
}

static void
end_run(struct measure *m, const char *why)
{
	keep(m, why);
	m->runs++;
	if (m->runs_left != UINT64_MAX)
		m->runs_left--;
	if (m->runs_left > 0)
		plan_next(m);
	if (m->runs_left > 0)
		m->state = MEASURE_WAITING;
	else
		m->state = why[0] != '\0' ? MEASURE_FAILED : MEASURE_DONE;
}

static void
begin_run(struct measure *m)
{
	m->state = MEASURE_RUNNING;
	m->begun = clock_wall_us();
	m->tick = 0;
	m->ticks = when_ticks(span_of(m), m->run_at, false);
	m->rows = json_array();
}

/* Behind a tick: when the next one is. */
static void
next_tick(struct measure *m)
{
	int64_t period = span_of(m)->period * SECOND;
	uint64_t gone = 0;

	m->tick++;
	if (period > 0)
		gone = over(m->run_at + (int64_t)m->tick * period, period,
		    now_of(m), m->ticks - m->tick);
	m->tick += gone;
	m->missed += gone;
	m->due = m->run_at + (int64_t)m->tick * period;
	if (m->tick >= m->ticks)
		end_run(m, "");
}

static void
tick(struct measure *m)
{
	char why[MEASURE_WHY] = "";
	int err;

	m->busy = true;
	err = m->kind.tick(m->arg, m, why, sizeof(why));
	if (err == -E_EXIST) {
		m->busy = false;
		m->due = now_of(m) + AGAIN;
	} else if (err < 0) {
		m->busy = false;
		end_run(m, why[0] != '\0' ? why : err_text(err));
	}
}

static void
go_on(struct measure *m)
{
	while (is_live(m) && !m->busy && m->due <= now_of(m)) {
		if (m->state == MEASURE_WAITING)
			begin_run(m);
		tick(m);
	}
}

/* When the timer has to wake us for @m. */
static tstamp
wake_at(const struct measure *m, tstamp now)
{
	int64_t left;

	if (!is_live(m) || m->busy)
		return NEVER;
	left = m->due - now_of(m);
	if (left <= 0)
		return now;
	if (left > (int64_t)(LOOK / 1000))
		return now + LOOK;
	return now + USEC(left) + USEC(1);
}

static void
set_timer(struct measures *ms)
{
	tstamp now = clock_now(), next = NEVER;
	const struct measure *m;

	if (ms->walking)
		return;
	TAILQ_FOREACH(m, &ms->head, link)
		next = tstamp_min(next, wake_at(m, now));
	loop_timer_set(ms->timer, next);
}

static void
on_due(void *arg, tstamp now)
{
	struct measures *ms = arg;
	struct measure *m;

	(void)now;
	ms->walking = true;
	TAILQ_FOREACH(m, &ms->head, link)
		go_on(m);
	ms->walking = false;
	set_timer(ms);
}

void
measure_ticked(struct measure *m, const char *why)
{
	BUG_ON(!m->busy);
	m->busy = false;
	if (why != NULL)
		end_run(m, why);
	else
		next_tick(m);
	set_timer(m->all);
}

bool
measure_stop(struct measure *m)
{
	if (!is_live(m))
		return false;
	if (m->busy && m->kind.cancel != NULL)
		m->kind.cancel(m->arg);
	m->busy = false;
	if (m->state == MEASURE_RUNNING)
		keep(m, json_array_size(m->rows) > 0 ? "" : "stopped");
	m->state = MEASURE_STOPPED;
	set_timer(m->all);
	return true;
}

/* ---- the table ---- */

struct measures *
measures_new(struct loop *l)
{
	struct measures *ms = calloc(1, sizeof(*ms));

	if (ms == NULL)
		return NULL;
	ms->timer = loop_timer_new(l, on_due, ms);
	if (ms->timer == NULL) {
		free(ms);
		return NULL;
	}
	TAILQ_INIT(&ms->head);
	rng_system(&ms->rng);
	return ms;
}

static void
drop(struct measure *m)
{
	struct measures *ms = m->all;

	if (m->busy && m->kind.cancel != NULL)
		m->kind.cancel(m->arg);
	while (!TAILQ_EMPTY(&m->result))
		result_free(m, TAILQ_FIRST(&m->result));
	json_decref(m->rows);
	m->kind.free(m->arg);
	TAILQ_REMOVE(&ms->head, m, link);
	ms->n--;
	free(m);
}

void
measures_free(struct measures *ms)
{
	if (ms == NULL)
		return;
	while (!TAILQ_EMPTY(&ms->head))
		drop(TAILQ_FIRST(&ms->head));
	loop_timer_free(ms->timer);
	free(ms);
}

static bool
has_room(struct measures *ms)
{
	struct measure *m;

	if (ms->n < MEASURE_MOST)
		return true;
	TAILQ_FOREACH(m, &ms->head, link)
		if (!is_live(m)) {
			drop(m);
			return true;
		}
	return false;
}

struct measure *
measure_of(struct measures *ms, const char *token)
{
	struct measure *m;

	TAILQ_FOREACH(m, &ms->head, link)
		if (strcmp(m->token, token) == 0)
			break;
	return m;
}

/* Why that cannot be measured; NULL: it can. */
static const char *
hindrance(struct measures *ms, const struct measure_plan *p)
{
	const struct when_span *s = &p->when.span;
	int64_t now = clock_wall_us();

	if (when_begins(s, now) < now - GRACE || when_ends(s, now) < now)
		return "the past cannot be measured";
	if (when_ends(s, now) < when_begins(s, now))
		return "the end is before the begin";
	if (s->period == 0 && when_ends(s, now) == INT64_MAX)
		return "a scope without end wants a period: / 10s";
	if (p->token != NULL && measure_of(ms, p->token) != NULL)
		return "there is a measurement with this token";
	return has_room(ms) ? NULL : "too many measurements: stop one";
}

static void
make_token(struct measures *ms, char token[MEASURE_TOKEN])
{
	uint8_t raw[16];

	rng_fill(&ms->rng, raw, sizeof(raw));
	for (size_t i = 0; i < sizeof(raw); i++)
		snprintf(token + 2 * i, 3, "%02x", raw[i]);
}

/* Everything but its place in the table. */
static void
fill(struct measures *ms, struct measure *m, const struct measure_plan *p)
{
	m->all = ms;
	m->id = ++ms->last_id;
	m->when = p->when;
	m->kind = *p->kind;
	m->arg = p->arg;
	m->base = clock_now();
	m->base_wall = clock_wall_us();
	m->by_wall = p->when.span.from.what == WHEN_AT;
	m->runs_left = 1;
	if (p->when.repeat)
		m->runs_left = when_ticks(&p->when.span, m->base_wall, true);
	m->run_at = m->due = when_begins(&p->when.span, m->base_wall);
	TAILQ_INIT(&m->result);
	if (p->token != NULL && p->token[0] != '\0')
		snprintf(m->token, sizeof(m->token), "%s", p->token);
	else
		make_token(ms, m->token);
	snprintf(m->label, sizeof(m->label), "%s", p->label);
}

struct measure *
measure_add(struct measures *ms, const struct measure_plan *p, char *why,
    size_t n)
{
	const char *not = hindrance(ms, p);
	struct measure *m = not == NULL ? calloc(1, sizeof(*m)) : NULL;

	if (m == NULL) {
		snprintf(why, n, "%s", not != NULL ? not : "out of memory");
		p->kind->free(p->arg);
		return NULL;
	}
	fill(ms, m, p);
	TAILQ_INSERT_TAIL(&ms->head, m, link);
	ms->n++;
	go_on(m);
	set_timer(ms);
	return m;
}

/* ---- what there is ---- */

/* An id comes first: a client's token may look like one. A label is the
 * latest one's that has it. */
struct measure *
measure_find(struct measures *ms, const char *name)
{
	struct measure *m, *found = measure_of(ms, name);
	bool by_token = found != NULL;
	char id[16];

	TAILQ_FOREACH(m, &ms->head, link) {
		snprintf(id, sizeof(id), "%u", m->id);
		if (strcmp(id, name) == 0)
			return m;
		if (!by_token && strcmp(m->label, name) == 0)
			found = m;
	}
	return found;
}

struct measure *
measure_next(struct measures *ms, const struct measure *m)
{
	return m == NULL ? TAILQ_FIRST(&ms->head) : TAILQ_NEXT(m, link);
}

static int64_t
next_wall(const struct measure *m)
{
	if (!is_live(m))
		return 0;
	return m->by_wall ? m->due : clock_wall_us() + m->due - now_of(m);
}

void
measure_view(const struct measure *m, struct measure_view *v)
{
	*v = (struct measure_view){ .id = m->id, .label = m->label,
	    .token = m->token, .why = m->why, .state = m->state,
	    .when = &m->when, .arg = m->arg, .runs = m->runs,
	    .missed = m->missed, .results = m->results,
	    .next = next_wall(m) };
}

void
measure_result(const struct measure *m, unsigned i, struct measure_result *r)
{
	const struct result *k = TAILQ_FIRST(&m->result);

	BUG_ON(i >= m->results);
	while (i-- > 0)
		k = TAILQ_NEXT(k, link);
	*r = (struct measure_result){ .begun = k->begun, .ended = k->ended,
	    .rows = k->rows, .why = k->why };
}
