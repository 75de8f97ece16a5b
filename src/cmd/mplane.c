/* mplane: the commands of the protocol's own shell, at our prompts. */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/mplane.h"
#include "cmd/rows.h"
#include "ctl/out.h"

/* Takes @v. */
static int
put(struct cmd_ctx *cx, json_t *v, int err)
{
	out_json(cx->out, v, true);
	json_decref(v);
	return err;
}

static int
refuse(struct cmd_ctx *cx, const char *token, const char *why)
{
	return put(cx, mplane_exception(token, why), -E_DENIED);
}

/* Whoever has not given the password learns what there could be, no more. */
static bool
is_locked(const struct cmd_ctx *cx)
{
	return cx->who == WHO_LOCKED;
}

#define LOCKED	"the password of this prompt is to be given first"

/* ---- capabilities ---- */

int
mplane_listcap(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	return put(cx, mplane_capabilities(false), 0);
}

int
mplane_showcap(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	const struct mplane_cap *cap;

	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	cap = mplane_cap(a->w[0]);
	if (cap == NULL)
		return refuse(cx, NULL, "there is no such capability");
	return put(cx, mplane_capability(cap, false), 0);
}

static int
show_registry(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return a->n != 0 ? ROW_USAGE : put(cx, mplane_registry(), 0);
}

/* ---- runs ---- */

/* PARAM=VALUE. */
static int
take_word(struct mplane_msg *m, const char *w, char *why, size_t n)
{
	const char *eq = strchr(w, '=');
	char name[64];

	if (eq == NULL || (size_t)(eq - w) >= sizeof(name)) {
		snprintf(why, n, "\"%.60s\": not PARAMETER=VALUE", w);
		return -E_FORMAT;
	}
	memcpy(name, w, (size_t)(eq - w));
	name[eq - w] = '\0';
	return mplane_set(&m->ask, m->cap, name, eq + 1, why, n);
}

/* The words behind `when'; none: now. */
static int
take_when(struct mplane_msg *m, const struct args *a, int i, char *why,
    size_t n)
{
	struct txt text = { 0 };
	int err;

	if (i < a->n)
		cmd_join(a, i + 1, &text);
	else
		txt_put(&text, "now");
	err = when_parse(&m->when, txt_str(&text), why, n);
	txt_free(&text);
	return err < 0 ? err : mplane_when(m->cap, &m->when, why, n);
}

static int
take_words(struct mplane_msg *m, const struct args *a, char *why, size_t n)
{
	int i = 1, err = 0;

	m->cap = mplane_cap(a->w[0]);
	if (m->cap == NULL) {
		snprintf(why, n, "there is no such capability");
		return -E_UNKNOWN;
	}
	for (; i < a->n && strcasecmp(a->w[i], "when") != 0 && err == 0; i++)
		err = take_word(m, a->w[i], why, n);
	return err < 0 ? err : take_when(m, a, i, why, n);
}

int
mplane_runcap(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct mplane_msg m = { .kind = MPLANE_SPECIFICATION };
	struct measure *begun;
	char why[256];
	int err;

	(void)r;
	if (a->n == 0)
		return ROW_USAGE;
	if (is_locked(cx))
		return refuse(cx, NULL, LOCKED);
	if (cmd_held(cx, &err))
		return err;
	if (a->w[0][0] == '{' && a->n > 1)
		return refuse(cx, NULL, "a message is one word, in quotes");
	if (a->w[0][0] == '{') {
		json_t *v = mplane_take(cx->env, a->w[0], strlen(a->w[0]),
		    &err);

		return put(cx, v, err);
	}
	if (take_words(&m, a, why, sizeof(why)) < 0)
		return refuse(cx, NULL, why);
	begun = mplane_begin(cx->env, &m, 0, why, sizeof(why));
	return begun != NULL ? put(cx, mplane_answer(begun), 0) :
	    refuse(cx, NULL, why);
}

/* ---- measurements ---- */

int
mplane_listmeas(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	struct measure *m = NULL;
	struct mplane_spec s;
	json_t *all;
	int err;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (is_locked(cx))
		return refuse(cx, NULL, LOCKED);
	if (cmd_held(cx, &err))
		return err;
	all = json_array();
	while ((m = measure_next(cx->env->tests, m)) != NULL) {
		mplane_spec(m, &s);
		json_array_append_new(all, mplane_receipt(&s));
	}
	return put(cx, mplane_envelope("receipt", all, NULL), 0);
}

/* showmeas, and stop: .lo. */
int
mplane_showmeas(struct cmd_ctx *cx, const struct row *r,
    const struct args *a)
{
	struct measure *m;
	int err;

	if (a->n != 1)
		return ROW_USAGE;
	if (is_locked(cx))
		return refuse(cx, NULL, LOCKED);
	if (cmd_held(cx, &err))
		return err;
	m = measure_find(cx->env->tests, a->w[0]);
	if (m == NULL)
		return refuse(cx, NULL, "there is no such measurement");
	if (r->lo != 0 && !measure_stop(m))
		return refuse(cx, NULL, "it is over already");
	return put(cx, mplane_answer(m), 0);
}

#define FLAGS	(ROW_NEW | ROW_PROMPT | ROW_ANYONE)

const struct row mplane_rows[] = {
	{ .name = "listcap", .args = "", .run = mplane_listcap,
	  .flags = FLAGS, .help = "All capabilities." },
	{ .name = "listmeas", .args = "", .run = mplane_listmeas,
	  .flags = FLAGS, .help = "Receipts of all measurements." },
	{ .name = "registry", .args = "", .run = show_registry,
	  .flags = FLAGS, .help = "What parameters and results mean." },
	{ .name = "runcap", .args = "capability [parameter=value]... [when "
	  "scope] | \"message\"", .run = mplane_runcap, .flags = FLAGS,
	  .help = "Measure: now, at times, or as a message in JSON says." },
	{ .name = "showcap", .args = "capability", .run = mplane_showcap,
	  .flags = FLAGS, .help = "One capability." },
	{ .name = "showmeas", .args = "label|token|number",
	  .run = mplane_showmeas, .flags = FLAGS,
	  .help = "The receipt, or what there is of results." },
	{ .name = "stop", .args = "label|token|number",
	  .run = mplane_showmeas, .lo = 1, .flags = FLAGS,
	  .help = "End a measurement; what it has is its result." },
	END_ROWS
};
