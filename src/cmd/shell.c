/* shell, bg, log, set proctitle: where macros are replaced as they run. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/job.h"
#include "cmd/rows.h"
#include "os/spawn.h"
#include "os/title.h"

#define SECTION_WAIT	SEC(5)

/* The words with macros replaced, but not in the program's name. */
static int
expand(struct cmd_ctx *cx, const struct args *a, char *argv[LEX_WORDS + 1])
{
	for (int i = 0; i < a->n; i++) {
		struct txt t = { 0 };

		if (i == 0)
			txt_put(&t, "%s", a->w[0]);
		else
			cmd_expand(cx, a->w[i], &t);
		argv[i] = t.p != NULL ? t.p : strdup("");
		argv[i + 1] = NULL;
		if (argv[i] == NULL)
			return diag(&cx->diag, "out of memory");
	}
	return 0;
}

static void
release(char **argv)
{
	for (; *argv != NULL; argv++)
		free(*argv);
}

/* @out: its output; -1: nowhere. Returns 0 or errno. */
static int
start(char **argv, int out, bool own_session, pid_t *pid)
{
	struct spawn s = { .fd = { -1, out, out, SPAWN_KEEP },
	    .own_session = own_session };

	return os_spawn(&s, argv, pid);
}

static int
cant(struct cmd_ctx *cx, const char *name, int err)
{
	return diag(&cx->diag, "exec() of %s failed: %s", name,
	    strerror(err));
}

/* ppp(8): the prompt pauses. Others do not, and no packet does. */
static int
prompt_waits(struct cmd_ctx *cx, char **argv)
{
	int fd[2], err;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) < 0)
		return diag(&cx->diag, "pipe: %s", strerror(errno));
	err = start(argv, fd[1], false, &pid);
	close(fd[1]);
	if (err != 0) {
		close(fd[0]);
		return cant(cx, argv[0], err);
	}
	txt_put(cx->out, "ppp: Pausing until %s finishes\n", argv[0]);
	if (job_start(cx->env, cx->prompt->pr, pid, fd[0]) < 0)
		return diag(&cx->diag, "out of memory");
	return 0;
}

static void
reap(pid_t pid)
{
	int st;

	while (waitpid(pid, &st, 0) < 0 && errno == EINTR)
		;
}

/*
 * The next line of the section comes after the program; one that does not
 * end must not keep us from our peers, though.
 */
static int
section_waits(struct cmd_ctx *cx, char **argv)
{
	tstamp end = clock_now() + SECTION_WAIT;
	struct timespec pause = { .tv_nsec = 2000000 };
	int err, st;
	pid_t pid, p;

	err = start(argv, -1, false, &pid);
	if (err != 0)
		return cant(cx, argv[0], err);
	while ((p = waitpid(pid, &st, WNOHANG)) == 0 && clock_now() < end)
		nanosleep(&pause, NULL);
	if (p == 0) {
		remark(&cx->diag, "%s still runs after %d s: the next line "
		    "does not wait for it (!bg never waits)", argv[0],
		    (int)(SECTION_WAIT / SEC(1)));
		job_leave(cx->env, pid);
	}
	return 0;
}

/* -e of a command line: its output is ours. */
static int
run_here(struct cmd_ctx *cx, char **argv)
{
	pid_t pid;
	int err = start(argv, STDOUT_FILENO, false, &pid);

	if (err != 0)
		return cant(cx, argv[0], err);
	reap(pid);
	return 0;
}

/*
 * Nobody waits for it: a helper of ours would be a zombie, so a shell
 * in between starts the program and ends at once.
 */
static int
detach(struct cmd_ctx *cx, char **argv)
{
	static char sh[] = "/bin/sh", c[] = "-c", end[] = "\"$@\" &",
	    name[] = "bg";
	char *with[LEX_WORDS + 5] = { sh, c, end, name };
	pid_t pid;
	int err;

	for (int i = 0; argv[i] != NULL; i++)
		with[i + 4] = argv[i];
	err = start(with, -1, true, &pid);
	if (err != 0)
		return cant(cx, argv[0], err);
	reap(pid);
	return 0;
}

int
run_shell(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char *argv[LEX_WORDS + 1] = { NULL };
	int err;

	(void)r;
	if (a->n == 0)
		return cmd_bad(cx, "cannot start an interactive shell from "
		    "a %s (give a command)", cx->prompt == NULL ?
		    "config file" : "prompt");
	if (cmd_held(cx, &err))
		return err;
	err = expand(cx, a, argv);
	if (err == 0)
		err = cx->prompt == NULL ? section_waits(cx, argv) :
		    cx->prompt->pr != NULL ? prompt_waits(cx, argv) :
		    run_here(cx, argv);
	release(argv);
	return err;
}

int
run_bg(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char *argv[LEX_WORDS + 1] = { NULL };
	int err;

	(void)r;
	if (a->n == 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	err = expand(cx, a, argv);
	if (err == 0)
		err = detach(cx, argv);
	release(argv);
	return err;
}

/* All words as one text, macros replaced. */
static void
filled(struct cmd_ctx *cx, const struct args *a, struct txt *out)
{
	struct txt raw = { 0 };

	cmd_join(a, 0, &raw);
	cmd_expand(cx, txt_str(&raw), out);
	txt_free(&raw);
}

int
run_log(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt t = { 0 };
	int err;

	(void)r;
	if (a->n == 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	filled(cx, a, &t);
	syslog(LOG_DAEMON | LOG_INFO, "LOG: %s", txt_str(&t));
	txt_free(&t);
	return 0;
}

int
set_proctitle(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt t = { 0 };
	int err;

	(void)r;
	if (cmd_held(cx, &err))
		return err;
	filled(cx, a, &t);
	os_title(a->n > 0 ? txt_str(&t) : NULL);
	txt_free(&t);
	return 0;
}
