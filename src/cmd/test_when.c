/* Tests that are scheduled: `test sla ... when', show tests, test stop. */
#include "cmd/test_when.h"

#include <stdio.h>
#include <string.h>

#include "cmd/mplane.h"
#include "cmd/show.h"
#include "ctl/out.h"

/* ---- test sla ... when SCOPE ---- */

static const struct mplane_cap *
cap_of(uint8_t parts, bool detail)
{
	const struct mplane_cap *c = mplane_caps;

	if ((parts & SLA_ALL) == 0)
		parts = SLA_ALL;
	for (; c->label != NULL; c++)
		if (c->source == MPLANE_TEST && c->parts == parts &&
		    c->detail == detail)
			return c;
	return NULL;
}

int
test_when(struct cmd_ctx *cx, const struct sla_ask *q, bool detail,
    const char *scope)
{
	struct mplane_msg m = { .cap = cap_of(q->parts, detail),
	    .ask = { .port = q->port, .rate = q->rate } };
	struct measure_view v;
	const struct measure *begun;
	char why[256], when[WHEN_TEXT];

	if (m.cap == NULL)
		return cmd_bad(cx, "when: ping, tcp or udp alone, or all of "
		    "them");
	if (when_parse(&m.when, scope, why, sizeof(why)) < 0)
		return cmd_bad(cx, "when: %s", why);
	if (mplane_when(m.cap, &m.when, why, sizeof(why)) < 0)
		return cmd_bad(cx, "%s", why);
	memcpy(m.ask.session, q->who, sizeof(m.ask.session));
	memcpy(m.ask.host, q->host, sizeof(m.ask.host));
	begun = mplane_begin(cx->env, &m, q->secs, why, sizeof(why));
	if (begun == NULL)
		return cmd_bad(cx, "%s", why);
	measure_view(begun, &v);
	if (v.state == MEASURE_FAILED)
		return cmd_bad(cx, "%s", v.why);
	txt_put(cx->out, "Test %u: %s; `show tests %u' tells.\n", v.id,
	    when_text(v.when, when), v.id);
	return 0;
}

/* ---- show tests ---- */

static void
time_cell(struct out_table *ot, int64_t us)
{
	char t[WHEN_TIME];

	if (us == 0)
		out_cell(ot, "%s", "");
	else	/* seconds will do */
		out_cell(ot, "%s", when_time_text(us / 1000000 * 1000000,
		    t));
}

static void
put_all(struct measures *all, enum out_form form, struct txt *t)
{
	static const struct out_col cols[] = {
		{ "id", NULL, true }, { "label", NULL, false },
		{ "session", NULL, false }, { "state", NULL, false },
		{ "next (UTC)", "next", false }, { "runs", NULL, true },
		{ "missed", NULL, true }, { "results", NULL, true },
		{ "when", NULL, false },
	};
	struct out_table *ot = out_table_new(cols, 9);
	struct measure *m = NULL;
	char when[WHEN_TEXT];

	while ((m = measure_next(all, m)) != NULL) {
		struct measure_view v;
		struct mplane_spec s;

		measure_view(m, &v);
		mplane_spec(m, &s);
		out_cell(ot, "%u", v.id);
		out_cell(ot, "%s", v.label);
		out_cell(ot, "%s", s.ask.session);
		out_cell(ot, "%s", measure_state_name(v.state));
		time_cell(ot, v.next);
		out_cell(ot, "%llu", (unsigned long long)v.runs);
		out_cell(ot, "%llu", (unsigned long long)v.missed);
		out_cell(ot, "%u", v.results);
		out_cell(ot, "%s", when_text(v.when, when));
	}
	if (form == OUT_TEXT && out_table_rows(ot) == 0)
		txt_put(t, "No tests.\n");
	else
		out_table_put(ot, form, t);
	out_table_free(ot);
}

static void
value_cell(struct out_table *ot, const json_t *v)
{
	if (json_is_integer(v))
		out_cell(ot, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		out_cell(ot, "%.3f", json_real_value(v));
	else if (json_is_boolean(v))
		out_cell(ot, "%s", json_is_true(v) ? "yes" : "no");
	else
		out_cell(ot, "%s", json_is_string(v) ?
		    json_string_value(v) : "");
}

/* A line for each row. */
static void
put_rows(const struct mplane_cap *cap, const json_t *rows, struct txt *t)
{
	struct out_col cols[16] = { { NULL, NULL, false } };
	struct out_table *ot;
	unsigned n = 0;

	for (; cap->results[n] != NULL && n < 16; n++)
		cols[n] = (struct out_col){ cap->results[n], NULL, true };
	ot = out_table_new(cols, n);
	for (size_t i = 0; i < json_array_size(rows); i++)
		for (unsigned k = 0; k < n; k++)
			value_cell(ot, json_array_get(json_array_get(rows, i),
			    k));
	out_table_put(ot, OUT_TEXT, t);
	out_table_free(ot);
}

/* A line for each figure: there are many, and few tests. */
static void
put_figures(const struct mplane_cap *cap, const json_t *rows, struct txt *t)
{
	static const struct out_col cols[] = { { "figure", NULL, false },
		{ "value", NULL, true } };

	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct out_table *ot = out_table_new(cols, 2);

		for (unsigned k = 0; cap->results[k] != NULL; k++) {
			out_cell(ot, "%s", cap->results[k]);
			value_cell(ot, json_array_get(json_array_get(rows, i),
			    k));
		}
		out_table_put(ot, OUT_TEXT, t);
		out_table_free(ot);
	}
}

static void
put_result(const struct mplane_cap *cap, const struct measure_result *r,
    struct txt *t)
{
	char a[WHEN_TIME], b[WHEN_TIME];

	txt_put(t, "%s ... %s%s%s\n", when_time_text(r->begun, a),
	    when_time_text(r->ended, b), r->why[0] != '\0' ? ": " : "",
	    r->why);
	if (r->rows == NULL || r->why[0] != '\0')
		return;
	if (cap->source == MPLANE_TEST && !cap->detail)
		put_figures(cap, r->rows, t);
	else
		put_rows(cap, r->rows, t);
}

static void
put_one(const struct measure *m, struct txt *t)
{
	char when[WHEN_TEXT], next[WHEN_TIME];
	struct measure_result r;
	struct measure_view v;
	struct mplane_spec s;

	measure_view(m, &v);
	mplane_spec(m, &s);
	txt_put(t, "Test %u, %s of %s: %s, %s", v.id, v.label, s.ask.session,
	    when_text(v.when, when), measure_state_name(v.state));
	if (v.next != 0)
		txt_put(t, ", next %s UTC", when_time_text(v.next, next));
	txt_put(t, "\n");
	for (unsigned i = 0; i < v.results; i++) {
		measure_result(m, i, &r);
		put_result(s.cap, &r, t);
	}
}

int
show_tests(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	int form = a->n > 0 ? out_form_find(a->w[a->n - 1]) : -1, err;
	int words = a->n - (form >= 0);
	struct measure *m;
	json_t *v;

	(void)r;
	if (words > 1)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (words == 0) {
		put_all(cx->env->tests, form >= 0 ? (enum out_form)form :
		    OUT_TEXT, cx->out);
		return 0;
	}
	m = measure_find(cx->env->tests, a->w[0]);
	if (m == NULL)
		return cmd_bad(cx, "%s: no such test", a->w[0]);
	if (form == OUT_JSONL || form == OUT_CSV)
		return ROW_USAGE;
	if (form == OUT_JSON) {
		v = mplane_answer(m);
		out_json(cx->out, v, true);
		json_decref(v);
	} else {
		put_one(m, cx->out);
	}
	return 0;
}

int
test_stop(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct measure *m;
	int err;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (a->n == 0)
		return test_end(cx->env) ? 0 :
		    cmd_bad(cx, "no test runs");
	m = measure_find(cx->env->tests, a->w[0]);
	if (m == NULL)
		return cmd_bad(cx, "%s: no such test", a->w[0]);
	return measure_stop(m) ? 0 : cmd_bad(cx, "%s: it is over already",
	    a->w[0]);
}
