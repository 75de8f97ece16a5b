/*
 * From a command line to a running daemon: files read, checked, opened,
 * forked, served. ppp(8), chapter on starting; exit codes in ctl/daemon.h.
 */
#ifndef CMD_START_H
#define CMD_START_H

#include <stdbool.h>

#include "sess/profile.h"

#define START_DIR	"/etc/ppp"
#define START_COMMANDS	32		/* -e, at most */
#define START_UNPROTECTED 255		/* exit: anybody may write the files */

struct start_opts {
	const char *ident;		/* argv[0], for the log */
	enum mode mode;
	bool	 mode_given;
	bool	 nat, quiet;
	bool	 explain;		/* -n: check, explain, no more */
	int	 unit;			/* -unit N, or -1 */
	const char *dir;		/* -C DIR, or /etc/ppp */
	const char *command[START_COMMANDS];	/* -e, in order */
	int	 commands;
	int	 labels;
	const char *const *label;
	const char *pidfile;		/* besides that of the TUN; or NULL */
	const char *const *before;	/* lines that sections may override, */
	const char *const *after;	/* and that override them; or NULL */
};

/* start_main - the exit code of the process. */
int start_main(const struct start_opts *o);

#endif
