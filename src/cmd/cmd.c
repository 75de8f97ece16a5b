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
#include "lang/help.h"

#define WORDS_SHOWN	100		/* octets of WORDS in messages */

void
draft_default(struct draft *d, enum mode m)
{
	memset(d, 0, sizeof(*d));
	profile_default(&d->p);
	d->mode = m;
	d->log = LOG_BIT(LOG_PHASE);
}

void
draft_free(struct draft *d)
{
	if (d == NULL)
		return;
	ct_wipe(d->p.ppp.authkey, sizeof(d->p.ppp.authkey));
	ct_wipe(d->server.password, sizeof(d->server.password));
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
	cx->prompt = prompt;
	cx->out = out;
	cx->diag.to = errors;
	cx->source = prompt != NULL ? prompt->origin : "";
}

/* The words of the line up to word @i, for messages. */
static void
so_far(const struct cmd_ctx *cx, int i, char out[WORDS_SHOWN + 1])
{
	size_t n = 0;

	out[0] = '\0';
	for (int k = 0; k <= i && k < cx->words->n; k++) {
		int len = snprintf(out + n, WORDS_SHOWN + 1 - n, "%s%s",
		    k > 0 ? " " : "", cx->words->w[k]);

		n += (size_t)len;
		if (n > WORDS_SHOWN)
			break;
	}
}

static void
say_usage(struct cmd_ctx *cx, const struct row *r, int i)
{
	struct txt t = { 0 };
	char prefix[WORDS_SHOWN + 2] = "";

	if (i > 0) {
		so_far(cx, i - 1, prefix);
		strcat(prefix, " ");
	}
	help_usage(prefix, r, &t);
	diag(&cx->diag, "usage: %s", txt_str(&t));
	txt_free(&t);
}

int
cmd_bad(struct cmd_ctx *cx, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag(&cx->diag, "%s", text);
	return ROW_FAILED(1);
}

/* What a run() answered, in the words of ppp(8). */
static int
verdict(struct cmd_ctx *cx, const struct row *r, int i, int answer)
{
	char words[WORDS_SHOWN + 1];

	if (answer <= 0 || answer == ROW_DONE)
		return answer < 0 ? answer : 0;
	so_far(cx, i, words);
	if (answer == ROW_USAGE || cx->prompt == NULL)
		say_usage(cx, r, i);
	if (answer != ROW_USAGE && (cx->prompt != NULL || !cx->hold))
		diag(&cx->diag, "%s: Failed %d", words, answer & 0xff);
	return -E_FORMAT;
}

static int
unknown(struct cmd_ctx *cx, const struct row *table, int i, bool ambiguous)
{
	char words[WORDS_SHOWN + 1];
	const char *near = row_near(table, cx->words->w[i], cx->who);
	struct txt t = { 0 };

	so_far(cx, i, words);
	txt_put(&t, "%s: %s command", words,
	    ambiguous ? "Ambiguous" : "Invalid");
	if (ambiguous || (near == NULL && cx->hold)) {
		txt_put(&t, " (one of:");
		for (const struct row *r = table; r->name != NULL; r++)
			if (row_may(r, cx->who) && !(r->flags & ROW_HIDDEN) &&
			    (!ambiguous || row_begins(r, cx->words->w[i])))
				txt_put(&t, " %s", r->name);
		txt_put(&t, ")");
	} else if (near != NULL) {
		txt_put(&t, " (did you mean `%s'?)", near);
	}
	diag(&cx->diag, "%s", txt_str(&t));
	txt_free(&t);
	if (cx->prompt != NULL)
		diag(&cx->diag, "%s: Failed 1", words);
	return -E_UNKNOWN;
}

/* A row with a table of its own, and no word left to look up in it. */
static int
no_word(struct cmd_ctx *cx, const struct row *r, int i)
{
	char words[WORDS_SHOWN + 1];

	so_far(cx, i, words);
	if (cx->prompt != NULL && r->args[0] != '[')
		return diag(&cx->diag, "Use `%s ?' to get a list.", words);
	diag(&cx->diag, "%s command must have arguments", words);
	say_usage(cx, r, i);
	return -E_FORMAT;
}

static void
context(struct cmd_ctx *cx, const struct row *r, int i)
{
	char words[WORDS_SHOWN + 1];

	if (cx->link == NULL || r->sub != NULL ||
	    (r->flags & (ROW_LINK | ROW_OPT)))
		return;
	so_far(cx, i, words);
	remark(&cx->diag, "%s: Redundant context (%s) ignored", words,
	    cx->link);
}

/* Checked by its function, if it has one, and then refused. */
static int
absent(struct cmd_ctx *cx, const struct row *r, int i, int answer)
{
	char words[WORDS_SHOWN + 1];

	if (answer != 0)
		return verdict(cx, r, i, answer);
	so_far(cx, i, words);
	return diag(&cx->diag, "%s: %s not in this version", words, r->unit);
}

/* Each word behind @r on its own: one bad one does not stop the rest. */
static int
many(struct cmd_ctx *cx, const struct row *r, int i)
{
	int err = 0;

	for (int k = i + 1; k < cx->words->n; k++) {
		struct words one = { .n = 2 };
		const struct words *whole = cx->words;
		int e;

		one.w[0] = whole->w[i];
		one.w[1] = whole->w[k];
		cx->words = &one;
		cx->parent = r;
		e = cmd_rows_run(cx, r->sub, 1);
		cx->words = whole;
		if (e < 0)
			err = e;
	}
	return err;
}

int
cmd_rows_run(struct cmd_ctx *cx, const struct row *table, int i)
{
	bool ambiguous;
	const struct row *r = row_find(table, cx->words->w[i], cx->who,
	    &ambiguous);
	struct args a;
	int answer;

	if (r == NULL)
		return unknown(cx, table, i, ambiguous);
	context(cx, r, i);
	cx->word = i;
	a.all = cx->words;
	a.n = cx->words->n - i - 1;
	a.w = cx->words->w + i + 1;
	if (r->flags & ROW_PROMPT && cx->prompt == NULL)
		return diag(&cx->diag, "%s: Cannot %s without a prompt",
		    cx->words->w[0], cx->words->w[0]);
	if (r->sub != NULL && r->run == NULL) {
		if (a.n == 0)
			return no_word(cx, r, i);
		return r->flags & ROW_MANY ? many(cx, r, i) :
		    cmd_rows_run(cx, r->sub, i + 1);
	}
	answer = r->run != NULL ? r->run(cx, r, &a) : 0;
	if (r->flags & ROW_ABSENT)
		return absent(cx, r, i, answer);
	return verdict(cx, r, i, answer);
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
	    a->mode == b->mode &&
	    memcmp(&a->server, &b->server, sizeof(a->server)) == 0;
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
cmd_prompt_line(void *e, struct prompt *pr, const char *line,
    struct txt *out)
{
	struct cmd_prompt p = { .origin = prompt_from(pr), .pr = pr,
	    .locked = !prompt_authed(pr) };
	struct cmd_ctx cx;

	cmd_ctx_init(&cx, e, &p, out, out);
	return cmd_line(&cx, line);
}

int
cmd_begin(struct cmd_ctx *cx)
{
	struct cmd_env *e = cx->env;
	struct draft none;
	int err;

	draft_default(&none, e->conf->mode);
	none.p = e->conf->p;		/* ctl_new() had it */
	err = cmd_apply(&cx->diag, e, &none, e->conf);
	if (err < 0)
		return err;
	tell_held(e);
	cx->who = WHO_FILE;
	return run_laters(cx, e->conf->later, e->conf->laters);
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

void
cmd_join(const struct args *a, int i, struct txt *out)
{
	for (; i < a->n; i++)
		txt_put(out, "%s%s", a->w[i], i + 1 < a->n ? " " : "");
}

void
cmd_complete(const struct cmd_prompt *prompt, const char *line,
    struct txt *out)
{
	help_complete(top_rows, line, prompt->locked ? WHO_LOCKED :
	    WHO_PROMPT, out);
}
