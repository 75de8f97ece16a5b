/*
 * Sections of files: labels at start, `load`, ppp.linkup and ppp.linkdown,
 * and who may use a label. ppp(8) 1.7, 1.8.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "lang/reader.h"

#define LOADS		16		/* `load` inside `load` */

static int
run_one(const struct words *w, void *arg)
{
	struct cmd_ctx *cx = arg;
	const struct words *words = cx->words;
	const char *link = cx->link;
	int at = cx->at;
	enum row_who who = cx->who;

	cx->words = w;
	cx->link = NULL;
	cx->at = LINK_ALL;
	cx->who = WHO_FILE;
	cmd_tell(cx, w);
	cmd_rows_run(cx, top_rows, 0);	/* errors are counted in diag */
	cx->words = words;
	cx->link = link;
	cx->at = at;
	cx->who = who;
	return 0;
}

static void
conf_path(const struct cmd_env *e, const char *file, char *path, size_t n)
{
	snprintf(path, n, "%s/%s", e->dir, file);
}

/* The section of @file, errors and all, into cx->draft. */
static int
run_section(struct cmd_ctx *cx, const char *file, const char *label,
    reader_fn *fn)
{
	struct reader r = { cx->env->dir, &cx->diag };
	char path[PATH_MAX];
	const char *source = cx->source;
	struct cmd_prompt *prompt = cx->prompt;
	int err;

	conf_path(cx->env, file, path, sizeof(path));
	cx->source = label;
	cx->prompt = NULL;
	err = reader_run(&r, path, label, fn, cx);
	cx->prompt = prompt;
	cx->source = source;
	return err;
}

int
cmd_run_label(struct cmd_ctx *cx, const char *label)
{
	bool hold = cx->hold;
	int err;

	if (cx->depth == LOADS)
		return diag(&cx->diag, "load: sections load each other");
	cx->depth++;
	cx->hold = true;
	err = run_section(cx, "ppp.conf", label, run_one);
	cx->hold = hold;
	cx->depth--;
	return err;
}

static void
add_label(const char *label, const char *file, unsigned line, void *arg)
{
	(void)file;
	(void)line;
	txt_put(arg, " %s", label);
}

static int
no_label(struct cmd_ctx *cx, const char *label, int err)
{
	struct txt names = { 0 }, lost = { 0 };
	struct diag nobody = { .to = &lost };
	struct reader r = { cx->env->dir, &nobody };
	char path[PATH_MAX];

	conf_path(cx->env, "ppp.conf", path, sizeof(path));
	if (err == -E_SYS)
		return diag(&cx->diag, "%s: %s : %s", label, path,
		    errno == ENOENT ? "File not found" : strerror(errno));
	if (err != -E_UNKNOWN)
		return err;
	reader_labels(&r, path, add_label, &names);
	diag(&cx->diag, "%s: Configuration label not found in %s (it has:%s)",
	    label, path, names.n > 0 ? txt_str(&names) : " none");
	txt_free(&names);
	txt_free(&lost);
	return -E_UNKNOWN;
}

static int
set_label(struct cmd_ctx *cx, const char *label)
{
	struct profile *p = &cx->draft->p;

	if (strlen(label) > LABEL_MAX)
		return diag(&cx->diag, "%.60s: label longer than 50 octets",
		    label);
	memset(p->label, 0, sizeof(p->label));
	memcpy(p->label, label, strlen(label));
	return 0;
}

struct where_is {
	const char *label;
	struct origin *at;
	struct diag *d;
};

static void
found_label(const char *label, const char *file, unsigned line, void *arg)
{
	struct where_is *w = arg;

	if (strcmp(label, w->label) != 0)
		return;
	if (w->at->line != 0) {
		remark(w->d, "%s:%u: a second section %s; only the first is "
		    "used", file, line, label);
		return;
	}
	snprintf(w->at->file, sizeof(w->at->file), "%s", file);
	w->at->line = line;
}

/* Where the first section of that name begins, for messages about it. */
static void
mark_label(struct cmd_ctx *cx, const char *label)
{
	struct txt lost = { 0 };
	struct diag nobody = { .to = &lost };
	struct reader r = { cx->env->dir, &nobody };
	struct where_is w = { label, &cx->draft->where[AT_LABEL],
	    &cx->diag };
	char path[PATH_MAX];

	memset(w.at, 0, sizeof(*w.at));
	conf_path(cx->env, "ppp.conf", path, sizeof(path));
	reader_labels(&r, path, found_label, &w);
	txt_free(&lost);
}

static int
load_all(struct cmd_ctx *cx, int n, const char *const *labels)
{
	const char *last = n > 0 ? labels[n - 1] : "default";
	unsigned before = cx->diag.errors;
	int err = 0;

	if (set_label(cx, last) < 0)
		return -E_RANGE;
	for (int i = 0; i < n; i++) {
		err = cmd_run_label(cx, labels[i]);
		if (err < 0)
			return no_label(cx, labels[i], err);
	}
	set_label(cx, last);
	mark_label(cx, last);
	return cx->diag.errors > before ? -E_FORMAT : 0;
}

static void
run_given(struct cmd_ctx *cx, const char *const *line)
{
	struct words w;

	for (; line != NULL && *line != NULL; line++)
		if (lex_words(*line, &w) == 0)
			run_one(&w, cx);
}

static void
is_label(const char *label, const char *file, unsigned line, void *arg)
{
	const char **want = arg;

	(void)file;
	(void)line;
	if (*want != NULL && strcmp(label, *want) == 0)
		*want = NULL;
}

bool
cmd_has_label(struct cmd_env *e, const char *label)
{
	struct txt lost = { 0 };
	struct diag nobody = { .to = &lost };
	struct reader r = { e->dir, &nobody };
	char path[PATH_MAX];

	conf_path(e, "ppp.conf", path, sizeof(path));
	reader_labels(&r, path, is_label, &label);
	txt_free(&lost);
	return label == NULL;
}

int
cmd_load(struct cmd_ctx *cx, int n, const char *const *labels)
{
	struct draft *d = malloc(sizeof(*d));
	unsigned before = cx->diag.errors;
	int err;

	if (d == NULL)
		return diag(&cx->diag, "out of memory");
	*d = *cx->env->conf;
	cx->draft = d;
	cx->hold = true;
	cx->who = WHO_FILE;
	set_label(cx, n > 0 && strlen(labels[n - 1]) <= LABEL_MAX ?
	    labels[n - 1] : "default");
	run_given(cx, cx->before);
	err = cmd_run_label(cx, "default");
	if (err == -E_UNKNOWN && cx->env->conf->p.mode == MODE_INTERACTIVE &&
	    !cx->env->no_lookup)
		remark(&cx->diag, "No default entry found in config file.");
	if (err == -E_SYS)
		err = no_label(cx, n > 0 ? labels[0] : "default", err);
	else
		err = load_all(cx, n, labels);
	run_given(cx, cx->after);
	if (cx->diag.errors > before)
		err = -E_FORMAT;
	if (err == 0)
		err = cmd_check(&cx->diag, d, cx->env);
	if (err == 0)
		*cx->env->conf = *d;
	cx->draft = NULL;
	cx->hold = false;
	draft_free(d);
	return err;
}

/* ---- load ---- */

static int
nothing(const struct words *w, void *arg)
{
	(void)w;
	(void)arg;
	return 0;
}

/* `load sysctl FILE`: a file like sysctl.conf(5). */
static int
load_sysctl(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char option[] = "-f";
	char *w[] = { option, a->w[1], NULL };
	struct args file = { .all = a->all, .n = 2, .w = w };

	return run_sysctl(cx, r, &file);
}

int
run_load(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const plain[] = { "default" };
	const char *const *labels = a->n > 0 ? (const char *const *)a->w :
	    plain;
	int n = a->n > 0 ? a->n : 1, err;
	char why[512];

	if (n == 2 && strcasecmp(labels[0], "sysctl") == 0 &&
	    !cmd_has_label(cx->env, "sysctl"))
		return load_sysctl(cx, r, a);
	for (int i = 0; i < n; i++) {
		err = run_section(cx, "ppp.conf", labels[i], nothing);
		if (err < 0) {
			no_label(cx, labels[i], err);
			return ROW_FAILED(1);
		}
		if (cmd_allowed(cx->env, labels[i], cx->env->uid,
		    (enum mode)cx->draft->p.mode, why, sizeof(why)) < 0)
			return cmd_bad(cx, "%s: %s", labels[i], why);
	}
	return load_all(cx, n, labels);
}

/* ---- ppp.linkup, ppp.linkdown ---- */

static int
run_live(const struct words *w, void *arg)
{
	struct cmd_ctx *cx = arg;

	cx->who = WHO_FILE;
	cmd_words(cx, w);
	return 0;
}

/* The section named by the address in @v; -E_UNKNOWN: there is none. */
static int
by_address(struct cmd_ctx *cx, const char *file, enum var v)
{
	struct txt addr = { 0 };
	int err = -E_UNKNOWN;

	cmd_var(cx->env, v, &addr);
	if (addr.n > 0)
		err = run_section(cx, file, txt_str(&addr), run_live);
	txt_free(&addr);
	return err;
}

static void
choose(struct cmd_ctx *cx, const char *file, const char *label, bool ipv6)
{
	const struct profile *p = &cx->env->conf->p;

	if (by_address(cx, file, ipv6 ? VAR_MYADDR6 : VAR_MYADDR) !=
	    -E_UNKNOWN)
		return;
	if ((!ipv6 || !(p->ppp.enabled & NEG_IPCP)) &&
	    run_section(cx, file, label, run_live) != -E_UNKNOWN)
		return;
	run_section(cx, file, ipv6 ? "MYADDR6" : "MYADDR", run_live);
}

/* $ACNAME and $SESSIONID for the lines and programs of the section. */
static void
set_environment(const struct sess_rec *r)
{
	struct txt name = { 0 };
	char sid[8];

	put_safe(r->ac_name, &name);
	snprintf(sid, sizeof(sid), "%x", r->key.sid);
	setenv("ACNAME", txt_str(&name), 1);
	setenv("SESSIONID", sid, 1);
	txt_free(&name);
}

void
cmd_section(struct cmd_ctx *cx, const char *file, bool ipv6)
{
	struct cmd_env *e = cx->env;
	struct ctl_view v;

	ctl_view(e->ctl, &v);
	e->going_down = strcmp(file, "ppp.linkdown") == 0;
	if (!e->going_down)
		e->was = v.rec;
	set_environment(&e->was);
	if (v.filter[0] != '\0')	/* Filter-Id of RADIUS */
		run_section(cx, file, v.filter, run_live);
	choose(cx, file, v.label, ipv6);
	e->going_down = false;
}
