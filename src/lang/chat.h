/*
 * Chat scripts of ppp(8): `set dial`, `login`, `logout`, `hangup`. Expect and
 * send in turn, ABORT, TIMEOUT, sub-expect-send, `!command`. Pure: octets
 * of the line and the time go in, what to do next comes out.
 */
#ifndef LANG_CHAT_H
#define LANG_CHAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define CHAT_SCRIPT	512		/* octets of a script, NUL included */
#define CHAT_WORDS	256
#define CHAT_ABORTS	50
#define CHAT_TEXT	1024		/* octets of one text, filled in */
#define CHAT_SECS	30		/* TIMEOUT unless the script says so */

enum chat_do {
	CHAT_WAIT,	/* for octets, until chat_deadline() */
	CHAT_EXPECT,	/* for the log: .shown, .secs; step again */
	CHAT_SEND,	/* .out to the line, .shown to the log; step again */
	CHAT_RUN,	/* .command on the line, then chat_ran() */
	CHAT_LINE,	/* .line was received, for the log; step again */
	CHAT_REMARK,	/* .shown tells of a fault; step again */
	CHAT_DONE,
	CHAT_FAILED,	/* .shown says why */
};

struct chat {
	/* read by the caller */
	uint32_t secs;			/* of the expect that runs */
	size_t	 out_n;
	char	 out[CHAT_TEXT];	/* may hold a secret */
	char	 shown[CHAT_TEXT];	/* printable, no secret */
	char	 command[CHAT_SCRIPT];	/* to be split by chat_split() */
	char	 line[256];		/* received, see CHAT_LINE */

	/* chat.c's own */
	char	 phone[CHAT_SCRIPT], authname[256], authkey[256];
	char	 text[CHAT_SCRIPT];
	char	*word[CHAT_WORDS + 1];
	int	 at;			/* next word */
	uint8_t	 state;
	bool	 literal;		/* the word is a program's output */
	bool	 no_cr, line_due;
	bool	 secret;		/* .want holds one */
	char	*sub, *next;		/* rest of expect-send-expect, send */
	char	 want[CHAT_TEXT];	/* expected */
	size_t	 want_n;
	char	 abort[CHAT_ABORTS][64];
	int	 aborts;
	uint32_t timeout;
	tstamp	 until;
	size_t	 line_n, seen_n;
	char	 seen[2 * CHAT_TEXT];	/* since the last match */
	char	 ran[256];		/* what the program wrote */
};

/*
 * chat_init - @script from its beginning; an empty one is done at once. The
 * texts are copied. 0; -E_FORMAT: a quote is not
 * closed; -E_FULL: too long, too many words. @script is checked by the same
 * when it is set.
 */
int chat_init(struct chat *c, const char *script, const char *phone,
    const char *authname, const char *authkey);

/* chat_step - what is to be done now. */
enum chat_do chat_step(struct chat *c, tstamp now);
tstamp chat_deadline(const struct chat *c);

/*
 * chat_input - octets of the line, when chat_step() said CHAT_WAIT. Returns
 * how many were taken: all, or up to the end of a line or of what was
 * expected. Call chat_step() before giving it the rest, which may belong to
 * what comes next. Of a line with an expected CONNECT the rest, the speed,
 * is taken too, if it comes within half a second.
 */
size_t chat_input(struct chat *c, const char *p, size_t n);

/* chat_ran - the program has ended; @ok: with status 0. @p: what it wrote
 * to descriptor 2: the text to expect or to send. */
void chat_ran(struct chat *c, bool ok, const char *p, size_t n);

/* chat_end - no more: secrets are wiped. */
void chat_end(struct chat *c);

/*
 * chat_split - @text (changed) into words, at most @max, NULL behind them;
 * quotes group; @reduce: `\c` becomes c. Number of words, or -E_FORMAT,
 * -E_FULL.
 */
int chat_split(char *text, char **word, int max, bool reduce);

#endif
