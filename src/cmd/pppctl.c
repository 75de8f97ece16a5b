/* pppctl: options, the password, commands from the command line. */
#include "cmd/pppctl.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/txt.h"
#include "cmd/cli.h"
#include "cmd/pppctl_conn.h"
#include "cmd/pppctl_tty.h"
#include "ctl/tty.h"

#define TIMEOUT		2	/* s */
#define TIMEOUT_MAX	86400

struct args {
	struct conn conn;
	bool	 password_given;
	char	 password[128];
	const char *where;
	struct txt commands;		/* joined by blanks */
};

const struct cli_opt pppctl_opts[] = {
	{ "v", NULL, "Show everything the server sends, prompts too.", 0 },
	{ "t", "SECS", "Wait so long for the server; the default is 2, 0 for "
	  "ever.", 0 },
	{ "p", "PASSWORD", "The password; without it, the terminal is asked "
	  "when one is wanted.", 0 },
	{ NULL, NULL, NULL, 0 }
};

static int
usage(void)
{
	fprintf(stderr, "usage: pppctl");
	for (const struct cli_opt *o = pppctl_opts; o->name != NULL; o++)
		fprintf(stderr, " [-%s%s%s]", o->name,
		    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
	fprintf(stderr, "\n              [HOST:]PORT | /LOCALSOCKET "
	    "[COMMAND[;COMMAND]...]\n");
	return 1;
}

static bool
take_timeout(struct args *a, const char *s)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(s, &end, 10);
	if (*s == '\0' || *end != '\0' || errno != 0 || v < 0 ||
	    v > TIMEOUT_MAX) {
		fprintf(stderr, "pppctl: -t %s: Expected seconds, 0 to %d\n",
		    s, TIMEOUT_MAX);
		return false;
	}
	a->conn.timeout = v > 0 ? (int)v * 1000 : CONN_FOREVER;
	return true;
}

/* ps(1) shows arguments to everybody. */
static bool
take_password(struct args *a, char *s)
{
	if (strlen(s) >= sizeof(a->password)) {
		fprintf(stderr, "pppctl: -p: Password too long\n");
		return false;
	}
	memcpy(a->password, s, strlen(s) + 1);
	memset(s, '*', strlen(s));
	a->password_given = true;
	return true;
}

static bool
parse(struct args *a, int argc, char **argv)
{
	bool ok = true;
	int c;

	optind = 1;
	while (ok && (c = getopt(argc, argv, "+vt:p:")) != -1)
		switch (c) {
		case 'v':
			a->conn.verbose = true;
			break;
		case 't':
			ok = take_timeout(a, optarg);
			break;
		case 'p':
			ok = take_password(a, optarg);
			break;
		default:
			ok = false;
		}
	if (!ok || optind >= argc)
		return false;
	a->where = argv[optind];
	for (int i = optind + 1; i < argc; i++)
		txt_put(&a->commands, "%s%s", i > optind + 1 ? " " : "",
		    argv[i]);
	return true;
}

/* False: the server is gone, silent, or does not like us; it was said. */
static bool
went_well(enum conn_end end)
{
	if (end == CONN_SILENT)
		fprintf(stderr, "ppp is not responding\n");
	return end == CONN_PROMPT;
}

static bool
log_in(struct args *a)
{
	if (!went_well(conn_greeting(&a->conn)))
		return false;
	if (a->conn.on)
		return true;
	if (!a->password_given)
		a->password_given = tty_password("Password: ", a->password,
		    sizeof(a->password));
	if (a->password_given &&
	    !went_well(conn_passwd(&a->conn, a->password)))
		return false;
	ct_wipe(a->password, sizeof(a->password));
	if (!a->conn.on) {
		fprintf(stderr, a->password_given ? "Password incorrect\n" :
		    "Password needed, and no terminal to ask at\n");
		conn_quit(&a->conn);
	}
	return a->conn.on;
}

static char *
trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return s;
}

/* One that goes on until it is interrupted may have nothing to say for long:
 * its last word is -f. */
static bool
run_one(struct conn *c, const char *line)
{
	size_t n = strlen(line);
	int timeout = c->timeout;
	bool well;

	if (n > 3 && strcmp(line + n - 3, " -f") == 0)
		c->timeout = CONN_FOREVER;
	well = went_well(conn_command(c, line));
	c->timeout = timeout;
	return well;
}

static void
run_commands(struct conn *c, char *list)
{
	char *line, *next = list;

	while ((line = strsep(&next, ";")) != NULL) {
		line = trim(line);
		if (line[0] != '\0' && !run_one(c, line))
			return;
	}
	conn_quit(c);
}

/* Standard input is a file or a pipe: a command a line. */
static void
run_input(struct conn *c)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while ((n = getline(&line, &size, stdin)) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*trim(line) != '\0' &&
		    !went_well(conn_command(c, trim(line)))) {
			free(line);
			return;
		}
	}
	free(line);
	conn_quit(c);
}

int
pppctl_main(int argc, char **argv)
{
	struct args a = { .conn = { .fd = -1, .timeout = TIMEOUT * 1000 } };
	int status;

	if (!parse(&a, argc, argv)) {
		txt_free(&a.commands);
		return usage();
	}
	status = conn_open(&a.conn, a.where);
	if (status == 0 && log_in(&a)) {
		if (a.commands.n > 0)
			run_commands(&a.conn, a.commands.p);
		else if (isatty(STDIN_FILENO))
			conn_interactive(&a.conn);
		else
			run_input(&a.conn);
	}
	conn_close(&a.conn);
	txt_free(&a.commands);
	return status;
}
