/*
 * The command line of ppp: its options are rows, and from these come the
 * usage line, completion in the shell and the table of the manual page.
 */
#ifndef CMD_CLI_H
#define CMD_CLI_H

#include "base/txt.h"

/* cli_main - `ppp ...`; the exit code. */
int cli_main(int argc, char **argv);

/*
 * One option. @group: in the usage line, options of one group exclude each
 * other. @help: one sentence.
 */
struct cli_opt {
	const char *name, *arg;		/* without the dash; arg NULL: none */
	const char *help;
	int	 group;			/* 0: none */
};
extern const struct cli_opt cli_opts[];		/* ends without a name */
extern const struct cli_opt pppctl_opts[];

/* cli_opts_mdoc - as the inside of an mdoc(7) list. */
void cli_opts_mdoc(const struct cli_opt *list, struct txt *out);

/*
 * cli_complete - what the last of @argv could be, argv[0] being "ppp",
 * "pppctl" or "pppoetest": a word a line, behind a tab its meaning. A line
 * that begins with a colon tells the shell what else fits: `:files`, `:dirs`,
 * `:part`, the latter when the words continue the last one of a list of
 * commands.
 */
void cli_complete(int argc, char **argv, struct txt *out);

#endif
