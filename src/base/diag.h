/*
 * Messages for the typist: what is wrong with a line, and where it stands.
 * A line of a file gets `FILE:LINE: ` in front, a line of a prompt nothing.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/txt.h"

struct diag {			/* owner: who runs the commands */
	struct txt *to;		/* borrows: messages, one a line; not NULL */
	const char *file;	/* borrows; NULL: a prompt */
	unsigned line;		/* physical line, from 1 */
	unsigned errors;	/* messages by diag() so far */
	unsigned remarks;	/* messages by remark() so far */
};

/*
 * diag - an error: the command is refused. Always returns -E_FORMAT, so that
 * `return diag(...)` reports and fails. Never given a secret.
 */
int diag(struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* remark - the same for what is odd but accepted; nothing fails. */
void remark(struct diag *d, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
