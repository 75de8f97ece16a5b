/*
 * Prompts meet commands: each line of a client of the diagnostic socket or
 * of the terminal runs as a command of its own draft.
 */
#ifndef CMD_SERVE_H
#define CMD_SERVE_H

#include "cmd/cmd.h"
#include "ctl/logger.h"
#include "ctl/tty.h"

struct serve {			/* owner: cmd/start.c */
	struct cmd_env *env;		/* borrows */
	struct tty *tty;		/* owner; NULL: no terminal */
	struct prompt *term;		/* owner; its prompt */
	struct txt words;		/* candidates of the last completion */
	bool	 ending;
	int	 term_at;		/* link of terminal mode, */
	bool	 tilde;			/* ... whose next character is ours */
};

/* serve_term - terminal mode of link @at, from its prompt's line. 0, or
 * negative with @why. */
int serve_term(struct serve *s, int at, char *why, size_t n);

/* serve_init - prompts, socket and log of e->ctl. 0 or -E_NOMEM. */
int serve_init(struct serve *s, struct cmd_env *e,
    const struct logger_conf *lc);

/* serve_terminal - the controlling prompt on /dev/tty. 0 or -E_SYS. */
int serve_terminal(struct serve *s);
void serve_refresh(struct serve *s);	/* the prompt's word changed */
void serve_end(struct serve *s);

#endif
