/*
 * A command is a row. Matching, help, usage, completion, and the tables of
 * the manual page are all made from the rows; a table ends with a row
 * without a name. ppp(8) compares ignoring case and takes any prefix that
 * fits one row only.
 */
#ifndef LANG_ROW_H
#define LANG_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/txt.h"
#include "lang/lex.h"

struct cmd_ctx;			/* cmd/cmd.h: who asks, and on what */
struct row;

/* The words of one command line and how far they are understood. */
struct args {
	const struct words *all;
	int	 n;			/* words behind the row's name */
	char *const *w;			/* w[n] is NULL */
};

enum row_flag {
	ROW_LINK	= 1u << 0,	/* (c): a link must be the context */
	ROW_OPT		= 1u << 1,	/* (o): it may be */
	ROW_ANYONE	= 1u << 2,	/* also before the password is given */
	ROW_LOCKED	= 1u << 3,	/* only then */
	ROW_LIVE	= 1u << 4,	/* acts at once: not part of a draft */
	ROW_PROMPT	= 1u << 5,	/* answers a prompt; a file is told
					 * that there is none */
	ROW_NEW		= 1u << 6,	/* not in ppp(8): its prefixes come
					 * second, so old short forms stay */
	ROW_SECRET1	= 1u << 7,	/* word 1 behind it is a secret */
	ROW_SECRET2	= 1u << 8,	/* word 2 is */
	ROW_MANY	= 1u << 9,	/* each word is a row of `sub` */
	ROW_HIDDEN	= 1u << 10,	/* old spelling: matched, not listed */
};

struct row {
	const char *name, *alias;	/* alias may be NULL */
	const char *args;		/* behind the name, for usage; "" */
	const char *help;		/* one sentence */
	unsigned flags;			/* enum row_flag */
	const struct row *sub;		/* the table of its first word */
	/* 0; a ROW_* answer below; negative: diag() has told it */
	int	(*run)(struct cmd_ctx *cx, const struct row *r,
	    const struct args *a);
	/* for functions that serve many rows: */
	size_t	 at;			/* offset into the draft */
	uint32_t lo, hi;		/* limits of a number, or bits */
	uint8_t	 size;			/* octets of that number: 1, 2, 4 */
	const char *unit;		/* "seconds", ... ; NULL: none */
};

/* Answers of run(): the caller says the rest. */
#define ROW_USAGE	1		/* `usage: SYNTAX` */
#define ROW_FAILED(n)	(0x100 | (n))	/* `WORDS: Failed N` */

/* Numbers of rows that set one field, for the initializers. */
#define T_NUM(type, field, low, high)	\
	.at = offsetof(type, field), .size = sizeof(((type *)0)->field), \
	.lo = (low), .hi = (high)

enum row_who { WHO_FILE, WHO_PROMPT, WHO_LOCKED };

/* May @who use @r at all? */
bool row_may(const struct row *r, enum row_who who);

/*
 * row_find - the row that @word means: full name or alias at once, else the
 * only one it begins. NULL: none, or several (*@ambiguous set).
 */
const struct row *row_find(const struct row *table, const char *word,
    enum row_who who, bool *ambiguous);

/* row_begins - does @word begin the name or alias of @r? */
bool row_begins(const struct row *r, const char *word);

/* row_near - the name most like a mistyped @word; NULL: nothing is near. */
const char *row_near(const struct row *table, const char *word,
    enum row_who who);

/*
 * row_mask - the words as the Command log may show them: secrets of the
 * rows they name, or that a mistyped word may name, are `********`. @table:
 * of the first word. Quoted where a word needs it.
 */
void row_mask(const struct row *table, const struct words *w,
    struct txt *out);

#endif
