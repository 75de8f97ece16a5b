/*
 * From a logical line to words, in the two passes of ppp(8): first `$NAME`,
 * `~` and their escapes over the whole line, then quotes, backslashes,
 * comments and blanks. No state; environment and password database are
 * read when the line asks for them.
 */
#ifndef LANG_LEX_H
#define LANG_LEX_H

#include <stddef.h>

#define LEX_LINE	512	/* octets of a logical line, NUL included */
#define LEX_TEXT	2048	/* the same with $NAME and ~ filled in */
#define LEX_WORDS	39	/* words of one command */

struct words {			/* owner: caller; nothing to free */
	int	 n;			/* 0..LEX_WORDS */
	char	*w[LEX_WORDS + 1];	/* into buf; w[n] is NULL */
	char	 buf[LEX_TEXT];
};

/*
 * lex_expand - pass A: @in with $NAME, ${NAME}, $$, ~ and ~user replaced.
 * `\$` and `\~` lose their backslash, other pairs stay for pass B.
 * Returns 0, or -E_FULL: more than @n octets, NUL included.
 */
int lex_expand(const char *in, char *out, size_t n);

/*
 * lex_split - pass B: words of @in (which is copied). `"` groups, `\c` is c,
 * `#` starts a comment unless quoted or escaped, even within a word.
 * Returns 0; -E_FORMAT: end of line inside quotes; -E_FULL: more than
 * LEX_WORDS words; -E_RANGE: @in is longer than LEX_TEXT. On error n is 0.
 */
int lex_split(const char *in, struct words *out);

/*
 * lex_words - both passes over one line. Errors of lex_split(); -E_RANGE
 * also when the line itself is longer than LEX_LINE - 1 octets or does not
 * fit LEX_TEXT when filled in.
 */
int lex_words(const char *line, struct words *out);

/* lex_error - what to tell the typist about an error of lex_words(). */
const char *lex_error(int err);

/*
 * lex_quote - @word so that both passes give it back unchanged.
 * Returns its length, also when it was cut at @n.
 */
size_t lex_quote(const char *word, char *out, size_t n);

#endif
