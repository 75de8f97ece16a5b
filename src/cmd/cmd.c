/*
 * One line, whoever gives it: words, row, function, draft, check, publish.
 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/apply.h"
#include "cmd/rows.h"

void
draft_default(struct draft *d, enum mode m)
{
	memset(d, 0, sizeof(*d));
	profile_default(&d->p);
	d->p.mode = (uint8_t)m;
	d->log = LOG_BIT(LOG_PHASE);
}

void
draft_free(struct draft *d)
{
	if (d == NULL)
		return;
	ct_wipe(d->p.ppp.authkey, sizeof(d->p.ppp.authkey));
	ct_wipe(d->server.password, sizeof(d->server.password));
	ct_wipe(d->http.password, sizeof(d->http.password));
	free(d);
}

int
cmd_env_init(struct cmd_env *e, const char *dir, enum mode m)
{
	memset(e, 0, sizeof(*e));
	e->dir = dir;
	e->uid = getuid();
	e->conf = malloc(sizeof(*e->conf));
	if (e->conf == NULL)
		return -E_NOMEM;
	draft_default(e->conf, m);
	return 0;
}

void
cmd_env_free(struct cmd_env *e)
{
	draft_free(e->conf);
	e->conf = NULL;
	txt_free(&e->told);
}

void
cmd_ctx_init(struct cmd_ctx *cx, struct cmd_env *e,
    struct cmd_prompt *prompt, struct txt *out, struct txt *errors)
{
	memset(cx, 0, sizeof(*cx));
	cx->env = e;
	cx->at = LINK_ALL;
	cx->prompt = prompt;
	cx->out = out;
	cx->diag.to = errors;
	cx->source = prompt != NULL ? prompt->origin : "";
}

/* ---- the Command log ---- */

void
cmd_tell(struct cmd_ctx *cx, const struct words *w)
{
	struct txt t = { 0 };

	if (!cx->hold && !log_on(LOG_COMMAND))
		return;
	row_mask(top_rows, w, &t);
	if (!cx->hold)
		log_put(LOG_COMMAND, "%s: %s", cx->source, txt_str(&t));
	else if (cx->draft->log & LOG_BIT(LOG_COMMAND))
		txt_put(&cx->env->told, "%s: %s\n", cx->source, txt_str(&t));
	txt_free(&t);
}

static void
tell_held(struct cmd_env *e)
{
	char *p = e->told.p, *end;

	for (; p != NULL && *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		if (end == NULL)
			break;
		log_put(LOG_COMMAND, "%.*s", (int)(end - p), p);
	}
	txt_clear(&e->told);
}

/* ---- lines and drafts ---- */

static bool
same(const struct draft *a, const struct draft *b)
{
	return memcmp(&a->p, &b->p, sizeof(a->p)) == 0 && a->log == b->log &&
	    memcmp(&a->server, &b->server, sizeof(a->server)) == 0 &&
	    memcmp(&a->http, &b->http, sizeof(a->http)) == 0;
}

int
cmd_take(struct cmd_ctx *cx, struct draft *d)
{
	struct cmd_env *e = cx->env;
	int err = cmd_check(&cx->diag, d, e);

	if (err < 0)
		return err;
	if (e->ctl != NULL) {
		err = cmd_apply(&cx->diag, e, e->conf, d);
		if (err < 0)
			return err;
	}
	*e->conf = *d;
	e->conf->laters = 0;
	return 0;
}

static int run_words(struct cmd_ctx *cx, const struct words *w, bool told);

/* What a draft wanted done at once, now that it is in force. */
static int
run_laters(struct cmd_ctx *cx, const struct later *list, int n)
{
	struct diag at = cx->diag;
	struct words w;
	int err = 0;

	for (int i = 0; i < n; i++) {
		cx->diag.file = list[i].file[0] != '\0' ? list[i].file :
		    at.file;
		cx->diag.line = list[i].line;
		if (lex_split(list[i].text, &w) == 0 &&
		    run_words(cx, &w, true) < 0)
			err = -E_FORMAT;
	}
	cx->diag.file = at.file;
	cx->diag.line = at.line;
	return err;
}

/* A draft of one line. @told: it is in the Command log already. */
static int
run_words(struct cmd_ctx *cx, const struct words *w, bool told)
{
	struct draft *d = malloc(sizeof(*d));
	int err;

	if (d == NULL)
		return diag(&cx->diag, "out of memory");
	*d = *cx->env->conf;
	d->laters = 0;
	cx->draft = d;
	cx->words = w;
	cx->link = NULL;
	cx->at = LINK_ALL;
	cx->hold = false;
	if (!told)
		cmd_tell(cx, w);
	err = cmd_rows_run(cx, top_rows, 0);
	if (err == 0 && !same(d, cx->env->conf))
		err = cmd_take(cx, d);
	if (err == 0 && d->laters > 0)
		err = run_laters(cx, d->later, d->laters);
	cx->draft = NULL;
	draft_free(d);
	return err;
}

int
cmd_line(struct cmd_ctx *cx, const char *line)
{
	struct cmd_prompt e = { .origin = "-e" }, *given = cx->prompt;
	struct words w;
	int err = lex_words(line, &w);

	if (err < 0)
		return diag(&cx->diag, "%s", lex_error(err));
	if (w.n == 0)
		return 0;
	if (given == NULL)
		cx->prompt = &e;
	cx->source = cx->prompt->origin;
	cx->who = cx->prompt->locked ? WHO_LOCKED : WHO_PROMPT;
	err = run_words(cx, &w, false);
	cx->prompt = given;
	ct_wipe(&w, sizeof(w));
	return err;
}

int
cmd_begin(struct cmd_ctx *cx)
{
	struct cmd_env *e = cx->env;
	struct draft none;
	int err;

	draft_default(&none, (enum mode)e->conf->p.mode);
	none.p = e->conf->p;		/* ctl_new() had it */
	err = cmd_apply(&cx->diag, e, &none, e->conf);
	if (err < 0) {			/* told; the rest goes on without */
		ct_wipe(&e->conf->server, sizeof(e->conf->server));
		cmd_apply(&cx->diag, e, &none, e->conf);
	}
	tell_held(e);
	cx->who = WHO_FILE;
	if (run_laters(cx, e->conf->later, e->conf->laters) < 0)
		err = -E_FORMAT;
	return err;
}

void
cmd_mark(struct cmd_ctx *cx, enum where w)
{
	struct origin *o = &cx->draft->where[w];

	snprintf(o->file, sizeof(o->file), "%s",
	    cx->diag.file != NULL ? cx->diag.file : "");
	o->line = cx->diag.line;
}

int
cmd_words(struct cmd_ctx *cx, const struct words *w)
{
	return run_words(cx, w, false);
}

bool
cmd_held(struct cmd_ctx *cx, int *err)
{
	*err = 0;
	if (!cx->hold && cx->env->ctl != NULL)
		return false;
	*err = cx->hold ? cmd_put_off(cx) : diag(&cx->diag,
	    "%s: nothing is running yet", cx->words->w[0]);
	return true;
}

int
cmd_put_off(struct cmd_ctx *cx)
{
	struct draft *d = cx->draft;
	struct later *l;
	struct txt t = { 0 };
	int err = 0;

	for (int i = 0; i < cx->words->n; i++) {
		char q[2 * LEX_TEXT + 3];

		lex_quote(cx->words->w[i], q, sizeof(q));
		txt_put(&t, "%s%s", i > 0 ? " " : "", q);
	}
	if (d->laters == LATER_MAX || t.n >= sizeof(l->text)) {
		err = diag(&cx->diag, "%s: %s", cx->words->w[0],
		    d->laters == LATER_MAX ? "more than 32 commands that act "
		    "at once" : "line too long");
	} else {
		l = &d->later[d->laters++];
		memcpy(l->text, txt_str(&t), t.n + 1);
		snprintf(l->file, sizeof(l->file), "%s",
		    cx->diag.file != NULL ? cx->diag.file : "");
		l->line = cx->diag.line;
	}
	txt_free(&t);
	return err;
}

/* Each of @lines, whatever became of the ones before. */
static int
run_lines(struct cmd_ctx *cx, const char *lines)
{
	struct words w;
	char line[LEX_LINE + 1];
	int err = 0;

	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");

		if (n > LEX_LINE)
			return diag(&cx->diag, "line too long");
		memcpy(line, lines, n);
		line[n] = '\0';
		lines += n + (lines[n] != '\0');
		if (lex_split(line, &w) < 0 || w.n == 0)
			continue;
		cx->words = &w;
		cmd_tell(cx, &w);
		if (cmd_rows_run(cx, top_rows, 0) < 0)
			err = -E_FORMAT;
	}
	return err;
}

int
cmd_once(struct cmd_ctx *cx, const char *lines, struct txt *out,
    struct txt *errors)
{
	struct draft *d = malloc(sizeof(*d));
	struct cmd_ctx sub = *cx;
	int err;

	sub.out = out;
	sub.diag = (struct diag){ .to = errors };
	if (d == NULL)
		return diag(&sub.diag, "out of memory");
	*d = cx->hold ? *cx->draft : *cx->env->conf;
	sub.draft = d;
	err = run_lines(&sub, lines);
	if (err == 0 && cx->hold)
		*cx->draft = *d;
	else if (err == 0 && !same(d, cx->env->conf))
		err = cmd_take(&sub, d);
	if (!cx->hold) {	/* what our caller has is of before */
		*cx->draft = *cx->env->conf;
		cx->draft->laters = 0;
	}
	draft_free(d);
	return err;
}

void
cmd_join(const struct args *a, int i, struct txt *out)
{
	for (; i < a->n; i++)
		txt_put(out, "%s%s", a->w[i], i + 1 < a->n ? " " : "");
}
