/*
 * From a word to its row, from the row to its function, and what is said
 * when that goes wrong, in the words of ppp(8) 2.1.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/rows.h"
#include "lang/help.h"

#define WORDS_SHOWN	100		/* octets of WORDS in messages */

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

int
cmd_path(struct cmd_ctx *cx, const char *word, char *to, size_t n)
{
	if (word[0] != '/')
		return cmd_bad(cx, "%s: the file's whole path, please, from / "
		    "on (or `off')", word);
	if (strlen(word) >= n)
		return cmd_bad(cx, "file name longer than %zu octets", n - 1);
	memcpy(to, word, strlen(word) + 1);
	return 0;
}

/* What a run() answered, in the words of ppp(8). */
static int
verdict(struct cmd_ctx *cx, const struct row *r, int i, int answer)
{
	char words[WORDS_SHOWN + 1];

	if (answer <= 0)
		return answer;
	so_far(cx, i, words);
	if (answer == ROW_USAGE || cx->prompt == NULL)
		say_usage(cx, r, i);
	if (answer != ROW_USAGE && (cx->prompt != NULL || !cx->hold))
		diag(&cx->diag, "%s: Failed %d", words, answer & 0xff);
	return -E_FORMAT;
}

/* There is such a command, but not at a prompt like this: says why. */
static bool
barred(struct cmd_ctx *cx, const struct row *table, const char *word,
    struct txt *t)
{
	bool many;

	if (cx->who == WHO_LOCKED &&
	    row_find(table, word, WHO_PROMPT, &many) != NULL)
		txt_put(t, " (this prompt's password comes first: passwd "
		    "PASSWORD)");
	else if (cx->who == WHO_PROMPT &&
	    row_find(table, word, WHO_LOCKED, &many) != NULL)
		txt_put(t, " (this prompt needs no password any more)");
	else
		return false;
	return true;
}

static int
unknown(struct cmd_ctx *cx, const struct row *table, int i, bool ambiguous)
{
	char words[WORDS_SHOWN + 1];
	const char *near = row_near(table, cx->words->w[i], cx->who);
	struct txt t = { 0 };

	if (cx->prompt != NULL && (strcmp(cx->words->w[i], "?") == 0 ||
	    strcmp(cx->words->w[i], "help") == 0)) {
		help_table(table, cx->who, cx->out);
		return 0;
	}
	so_far(cx, i, words);
	txt_put(&t, "%s: %s command", words,
	    ambiguous ? "Ambiguous" : "Invalid");
	if (!ambiguous && barred(cx, table, cx->words->w[i], &t))
		;
	else if (ambiguous || (near == NULL && cx->hold)) {
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

static int
context(struct cmd_ctx *cx, const struct row *r, int i)
{
	char words[WORDS_SHOWN + 1];

	if (r->sub != NULL)
		return 0;
	so_far(cx, i, words);
	return cmd_context(cx, r, words);
}

/*
 * Does it write the draft's settings of its link? Those behind a first word
 * do, and `ident' and the like; what only acts may not find links swapped.
 */
static bool
sets(const struct row *r, const struct row *table)
{
	return (r->flags & ROW_LINK) ||
	    (r->flags & ROW_OPT && table != top_rows);
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
	answer = context(cx, r, i);
	if (answer < 0)
		return answer;
	cx->word = i;
	a.all = cx->words;
	a.n = cx->words->n - i - 1;
	a.w = cx->words->w + i + 1;
	if (r->flags & ROW_PROMPT && cx->prompt == NULL) {
		remark(&cx->diag, "%s: Cannot %s without a prompt", r->name,
		    r->name);
		return 0;
	}
	if (r->sub != NULL && r->run == NULL) {
		if (a.n == 0)
			return no_word(cx, r, i);
		return r->flags & ROW_MANY ? many(cx, r, i) :
		    cmd_rows_run(cx, r->sub, i + 1);
	}
	return verdict(cx, r, i, cmd_context_run(cx, r, &a, sets(r, table)));
}
