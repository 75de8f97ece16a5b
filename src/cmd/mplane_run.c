/*
 * What a specification begins: a measurement whose ticks look at sessions, or
 * test one (ctl/sla.h). Values that are not known are -1.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cmd/mplane.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "ctl/pick.h"

struct run {				/* owner: its measurement */
	struct cmd_env *env;
	const struct mplane_cap *cap;
	struct mplane_ask ask;
	uint32_t secs;			/* of a test; 0: as by itself */
	struct measure *m;		/* a test is under way for it */
};

/* Delays are whole microseconds in mPlane, everything else what it is. */
static json_t *
number(const char *name, double x)
{
	if (x >= 0 && strncmp(name, "delay.", 6) == 0)
		x = (double)(json_int_t)(x + 0.5);
	if (x == (double)(json_int_t)x)
		return json_integer((json_int_t)x);
	return json_real((double)(json_int_t)(x * 1000 + 0.5) / 1000);
}

static json_t *
time_now(void)
{
	char t[WHEN_TIME];

	return json_string(when_time_text(clock_wall_us(), t));
}

static json_t *
name_of(const struct sess_rec *r)
{
	struct txt mac = { 0 };
	json_t *v;

	put_mac(r->key.mac, &mac);
	v = out_string(r->name[0] != '\0' ? r->name : r->ac_name[0] != '\0' ?
	    r->ac_name : txt_str(&mac));
	txt_free(&mac);
	return v;
}

/* ---- looks ---- */

struct look {
	const struct run *run;
	struct measure *m;
	uint32_t ticket;		/* 0: all */
	unsigned rows;
};

static json_int_t
up_secs(const struct sess_rec *r)
{
	return r->up == 0 ? 0 : (json_int_t)((clock_now() - r->up) / SEC(1));
}

static bool
wanted(const struct sess_rec *r, void *arg)
{
	const struct look *k = arg;

	return k->ticket == 0 || r->ticket == k->ticket;
}

static bool
session_row(const struct sess_rec *r, const struct ctl_counts *n, void *arg)
{
	struct look *k = arg;

	if (r->up == 0 || (r->bundle != 0 && !r->is_bundle) || !wanted(r, k))
		return true;
	if (k->rows++ == MEASURE_ROWS)
		return false;
	measure_row(k->m, json_pack("[o,o,I,I,I,I,I]", time_now(), name_of(r),
	    (json_int_t)(n->ip_in_oct + n->ip6_in_oct),
	    (json_int_t)(n->ip_out_oct + n->ip6_out_oct),
	    (json_int_t)(n->ip_in + n->ip6_in),
	    (json_int_t)(n->ip_out + n->ip6_out), up_secs(r)));
	return true;
}

static json_int_t
us(uint32_t x)
{
	return x == QUALITY_NONE ? -1 : (json_int_t)x;
}

/* A row of a series, of @span seconds; @age below 0: it is not told. */
static void
line_row(struct look *k, const struct sess_rec *r, uint32_t span,
    const struct quality_row *q, int age)
{
	json_t *row = json_pack("[o,o,I,I,I,I,I,I,I,I,I,I]", time_now(),
	    name_of(r), (json_int_t)span, (json_int_t)q->sent,
	    (json_int_t)q->lost, us(q->min), us(q->q1), us(q->median),
	    us(q->q3), us(q->max), us(q->mdev), us(q->jitter));

	if (age >= 0)
		json_array_append_new(row, json_integer(age));
	measure_row(k->m, row);
}

static void
course(struct look *k, const struct sess_rec *r,
    const struct quality_book *b)
{
	for (unsigned age = QUALITY_AGES; age-- > 0;)
		for (unsigned i = quality_kept(b, age); i-- > 0;)
			line_row(k, r, quality_span(&b->conf, age),
			    quality_back(b, age, i), (int)age);
}

static bool
echo_row(const struct sess_rec *r, const struct quality_book *b, void *arg)
{
	struct look *k = arg;
	struct quality_row q;

	if (k->rows++ == MEASURE_ROWS)
		return false;
	if (k->run->cap->source == MPLANE_ECHO_COURSE) {
		course(k, r, b);
		return true;
	}
	quality_recent(b, &q);
	line_row(k, r, quality_kept(b, 0) * quality_span(&b->conf, 0), &q,
	    -1);
	return true;
}

static int
look(const struct run *run, struct measure *m, char *why, size_t n)
{
	struct ctl *c = run->env->ctl;
	struct look k = { .run = run, .m = m };
	struct pick p;
	int err = 0;

	if (strcmp(run->ask.session, "*") != 0)
		err = ctl_pick(c, run->ask.session, &p, why, n);
	if (run->cap->source == MPLANE_PRESENCE) {
		measure_row(m, json_pack("[o,b]", time_now(), err == 0));
		return 0;
	}
	if (err < 0)
		return err;
	if (strcmp(run->ask.session, "*") != 0)
		k.ticket = p.rec.ticket;
	if (run->cap->source == MPLANE_SESSIONS)
		ctl_sessions(c, session_row, &k);
	else
		ctl_quality(c, wanted, echo_row, &k);
	if (k.rows > MEASURE_ROWS) {
		snprintf(why, n, "more than %u sessions: name one",
		    MEASURE_ROWS);
		return -E_FULL;
	}
	if (k.rows == 0 && run->cap->source != MPLANE_SESSIONS) {
		snprintf(why, n, "%s: not measured; `set quality on' does",
		    run->ask.session);
		return -E_STATE;
	}
	return 0;
}

/* ---- tests ---- */

static double
figure_of(const struct sla_result *r, const char *name)
{
	if (strcmp(name, "delay.twoway.icmp.count") == 0)
		return r->received;
	if (strcmp(name, "packets.lost") == 0)
		return r->sent < 0 ? -1 : r->sent - r->received;
	for (unsigned i = 0; i < sla_figure_count; i++)
		if (strcmp(sla_figures[i].name, name) == 0)
			return sla_figure(r, i);
	return -1;
}

static void
average(const struct run *run, const struct sla_result *r)
{
	json_t *row = json_array();

	for (int i = 0; run->cap->results[i] != NULL; i++)
		json_array_append_new(row, number(run->cap->results[i],
		    figure_of(r, run->cap->results[i])));
	measure_row(run->m, row);
}

static const struct sla_series *
series_of(const struct sla_result *r, const char *name)
{
	for (int s = 0; s < SLA_SERIES; s++)
		if (strcmp(sla_series_name((enum sla_series_id)s), name) == 0)
			return &r->s[s];
	return NULL;
}

static void
single_values(const struct run *run, const struct sla_result *r)
{
	const char *const *col = run->cap->results;
	unsigned rows = 0;

	for (int i = 0; col[i] != NULL; i++) {
		const struct sla_series *s = series_of(r, col[i]);

		if (s != NULL && s->n > rows)
			rows = s->n;
	}
	for (unsigned k = 0; k < rows; k++) {
		json_t *row = json_array();

		for (int i = 0; col[i] != NULL; i++) {
			const struct sla_series *s = series_of(r, col[i]);

			json_array_append_new(row, number(col[i],
			    s != NULL && k < s->n ? s->v[k] : -1));
		}
		measure_row(run->m, row);
	}
}

/* Why nothing is known at all; NULL: something is. */
static const char *
failure(const struct sla_result *r)
{
	const char *first = NULL;

	if (r->end != SLA_DONE)
		return r->why;
	for (int i = 0; i < SLA_SERIES; i++) {
		const struct sla_series *s = &r->s[i];

		if (s->n > 0 || s->mean >= 0)
			return NULL;
		if (first == NULL && s->why[0] != '\0')
			first = s->why;
	}
	return first != NULL ? first : "nothing was measured";
}

static void
on_done(void *arg, const struct sla_result *r)
{
	struct run *run = arg;
	struct measure *m = run->m;
	const char *why = failure(r);

	if (m == NULL)			/* it was cancelled */
		return;
	if (why == NULL && run->cap->detail)
		single_values(run, r);
	else if (why == NULL)
		average(run, r);
	run->m = NULL;
	measure_ticked(m, why);
}

static int
test(struct run *run, struct measure *m, char *why, size_t n)
{
	struct sla_hooks h = { .arg = run, .done = on_done };
	struct sla_ask q = { .port = run->ask.port, .rate = run->ask.rate,
	    .parts = run->cap->parts, .secs = run->secs };
	int err;

	memcpy(q.who, run->ask.session, sizeof(q.who));
	memcpy(q.host, run->ask.host, sizeof(q.host));
	run->m = m;
	err = sla_start(run->env->ctl, &q, &h, why, n);
	if (err < 0)
		run->m = NULL;
	return err;
}

/* ---- as a measurement ---- */

static int
on_tick(void *arg, struct measure *m, char *why, size_t n)
{
	struct run *run = arg;
	int err;

	if (run->cap->source == MPLANE_TEST)
		return test(run, m, why, n);
	err = look(run, m, why, n);
	if (err == 0)
		measure_ticked(m, NULL);
	return err;
}

static void
on_cancel(void *arg)
{
	struct run *run = arg;

	run->m = NULL;
	sla_cancel(run->env->ctl, run);
}

static const struct measure_kind kind = { .tick = on_tick,
	.cancel = on_cancel, .free = free };

static uint32_t
at_most(uint32_t secs, uint32_t period)
{
	return period != 0 && period <= secs ? period - 1 : secs;
}

/*
 * A test takes what the scope gives it, and leaves time for the next one.
 * @secs: as it was asked for, or 0.
 */
static uint32_t
test_secs(const struct mplane_cap *cap, const struct when *w, uint32_t secs)
{
	const struct when_span *s = w->repeat ? &w->each : &w->span;

	if (secs == 0)
		secs = cap->parts == SLA_PING ? SLA_SECS_PING :
		    cap->parts == SLA_ALL ? SLA_SECS : SLA_SECS_ONE;
	if (s->period == 0 && s->shape == WHEN_LASTING)
		secs = s->secs;
	return at_most(at_most(secs, s->period), w->span.period);
}

/* The one there is, when nobody is named. */
static int
default_session(struct cmd_env *e, const struct mplane_cap *cap,
    struct mplane_ask *q, char *why, size_t n)
{
	if (q->session[0] != '\0')
		return 0;
	if (!ctl_is_ac(e->ctl))
		strcpy(q->session, "client");
	else if (cap->source == MPLANE_SESSIONS || cap->source == MPLANE_ECHO)
		strcpy(q->session, "*");
	else {
		snprintf(why, n, "session: missing");
		return -E_FORMAT;
	}
	return 0;
}

struct measure *
mplane_begin(struct cmd_env *e, const struct mplane_msg *m, uint32_t secs,
    char *why, size_t n)
{
	struct run *run = calloc(1, sizeof(*run));
	struct measure_plan p = { .token = m->token, .when = m->when,
	    .kind = &kind, .arg = run };

	if (run == NULL) {
		snprintf(why, n, "out of memory");
		return NULL;
	}
	run->env = e;
	run->cap = m->cap;
	run->ask = m->ask;
	run->secs = test_secs(m->cap, &m->when, secs);
	if (default_session(e, m->cap, &run->ask, why, n) < 0) {
		free(run);
		return NULL;
	}
	p.label = m->label[0] != '\0' ? m->label : m->cap->label;
	return measure_add(e->tests, &p, why, n);
}

void
mplane_spec(const struct measure *m, struct mplane_spec *s)
{
	struct measure_view v;
	const struct run *run;

	measure_view(m, &v);
	run = v.arg;
	*s = (struct mplane_spec){ .cap = run->cap, .ask = run->ask,
	    .when = v.when, .label = v.label, .token = v.token };
}

/* ---- answers ---- */

static json_t *
results(const struct measure *m, const struct mplane_spec *s, unsigned n)
{
	json_t *all = json_array();
	const char *of = "result";
	struct measure_result r;

	for (unsigned i = 0; i < n; i++) {
		measure_result(m, i, &r);
		if (r.why[0] != '\0')
			of = "message";
		json_array_append_new(all, mplane_result(s, &r));
	}
	return mplane_envelope(of, all, s->token);
}

json_t *
mplane_answer(const struct measure *m)
{
	struct measure_result r;
	struct measure_view v;
	struct mplane_spec s;
	bool live;

	measure_view(m, &v);
	mplane_spec(m, &s);
	live = v.state == MEASURE_WAITING || v.state == MEASURE_RUNNING;
	if (live && (v.results == 0 || !v.when->repeat))
		return mplane_receipt(&s);
	if (v.results == 0)
		return mplane_exception(v.token, "stopped before it began");
	if (v.when->repeat)
		return results(m, &s, v.results);
	measure_result(m, v.results - 1, &r);
	return mplane_result(&s, &r);
}

/* ---- messages ---- */

static json_t *
refuse(const char *token, const char *why, int *err)
{
	*err = -E_DENIED;
	return mplane_exception(token, why);
}

/* Answered twice the same: a message with a token that is known. */
static json_t *
specification(struct cmd_env *e, const struct mplane_msg *m, int *err)
{
	struct measure *old = m->token[0] != '\0' ?
	    measure_of(e->tests, m->token) : NULL, *begun;
	char why[256];

	if (old != NULL)
		return mplane_answer(old);
	begun = mplane_begin(e, m, 0, why, sizeof(why));
	return begun != NULL ? mplane_answer(begun) :
	    refuse(m->token, why, err);
}

json_t *
mplane_take(struct cmd_env *e, const char *text, size_t len, int *err)
{
	struct measure *old;
	struct mplane_msg m;
	char why[256];

	*err = mplane_parse(&m, text, len, why, sizeof(why));
	if (*err < 0)
		return refuse(m.token, why, err);
	if (m.kind == MPLANE_SPECIFICATION)
		return specification(e, &m, err);
	old = measure_of(e->tests, m.token);
	if (old == NULL)
		return refuse(m.token, "no measurement has this token", err);
	if (m.kind == MPLANE_INTERRUPT)
		measure_stop(old);
	return mplane_answer(old);
}
