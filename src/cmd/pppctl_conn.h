/*
 * pppctl's connection to a running ppp: connecting, the password, one
 * command and its answer at a time. Waits, but never longer than told.
 */
#ifndef CMD_PPPCTL_CONN_H
#define CMD_PPPCTL_CONN_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/txt.h"
#include "cmd/answer.h"

#define CONN_FOREVER	(-1)

struct conn {
	int	 fd;			/* owner: this; -1 */
	int	 timeout;		/* ms without a word from the server, or
					 * CONN_FOREVER */
	bool	 verbose;		/* copy what is sent and received */
	char	 host[ANSWER_HOST];	/* of the prompt; "" before the first */
	char	 prompt[ANSWER_HOST + 16];	/* the last one */
	bool	 on;			/* it was ` ON ` */
	tstamp	 asked;			/* when the command was sent */
	struct txt got;		/* received and not printed yet */
	struct txt *into;	/* gets answers instead of standard output;
				 * borrows; NULL: standard output */
};

/*
 * conn_open - connect to PORT, HOST:PORT, [HOST]:PORT, a service, or /PATH.
 * 0, or the exit status of pppctl, with a message on standard error.
 */
int conn_open(struct conn *c, const char *where);
void conn_close(struct conn *c);

enum conn_end { CONN_PROMPT, CONN_SILENT, CONN_CLOSED };

/* conn_greeting - wait for the first prompt. */
enum conn_end conn_greeting(struct conn *c);

/* conn_passwd - `passwd WORD`, quoted; then c->on says if it was right. */
enum conn_end conn_passwd(struct conn *c, const char *word);

/*
 * conn_command - send @line, print the answer without the prompt on
 * standard output. What came unasked is printed as well.
 */
enum conn_end conn_command(struct conn *c, const char *line);

/* conn_quit - `quit`, then print what is left until the server closes. */
void conn_quit(struct conn *c);

/* conn_send_line - only send. False: the server is gone. */
bool conn_send_line(struct conn *c, const char *line);

#endif
