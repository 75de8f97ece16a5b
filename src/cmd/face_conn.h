/* Inside cmd/ only: how the faces reach the running daemon. */
#ifndef CMD_FACE_CONN_H
#define CMD_FACE_CONN_H

#include "base/txt.h"
#include "cmd/pppctl_conn.h"

struct face {			/* zero at first; face_done() at the end */
	const char *name;		/* "sysctl": errors begin with it */
	const char *socket;		/* -S; NULL: $PPP_SOCKET, the default */
	const char *password;		/* for it; NULL: none */
	struct conn conn;
	bool	 open;
	int	 status;		/* exit status so far */
	const char *file;		/* lines are from here: for errors */
	unsigned line;
};

/*
 * face_ask - run @line in the daemon, connecting first when need be. Its
 * answer goes to standard output, errors to standard error; then status
 * becomes 1. False: there is nobody to ask, which was said.
 */
bool face_ask(struct face *f, const char *line);

/* face_fetch - the same, the whole answer into @out. */
bool face_fetch(struct face *f, const char *line, struct txt *out);
void face_done(struct face *f);

/* face_error - "NAME: ..." on standard error, and status 1. */
void face_error(struct face *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* face_quote - @word as it may stand in a line of a prompt. */
void face_quote(struct txt *line, const char *word);

#endif
