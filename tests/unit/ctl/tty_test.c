/* A prompt on a real (pseudo) terminal. */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#ifdef __FreeBSD__
#include <libutil.h>
#else
#include <pty.h>
#endif

#include "ctl/tty.h"
#include "unit/ctl/fake.h"

#define UP	"\033[A"
#define LEFT	"\033[D"
#define WIPED	"\r\033[J"	/* the line was taken away ... */

static char out[65536];
static size_t out_n;

/* ---- the program at the terminal ---- */

static size_t
complete(void *arg, const char *line, size_t cursor, const char **word,
    size_t max)
{
	static const char *const words[] = {
		"show version", "lines", "local", "log", "quit", "show", "slow",
	};
	size_t start = cursor, n = 0;

	(void)arg;
	while (start > 0 && line[start - 1] != ' ')
		start--;
	for (size_t i = 1; i < sizeof(words) / sizeof(words[0]); i++)
		if (n < max && strncasecmp(words[i], line + start,
		    cursor - start) == 0)
			word[n++] = words[i];
	return n;
}

/* A terminal that is a prompt. */
struct console {
	struct fake f;
	struct prompt *pr;
	struct tty *tty;
	bool	 was_suspended;
};

static const char *
text(void *arg)
{
	struct console *c = arg;

	return prompt_text(c->pr);
}

static void
on_line(void *arg, const char *line)
{
	struct console *c = arg;

	prompt_run(c->pr, line);
}

static void
on_eof(void *arg)
{
	on_line(arg, "quit");
}

static void
on_suspended(void *arg, bool yes)
{
	struct console *c = arg;

	prompt_set_suspended(c->pr, yes);
	c->was_suspended |= yes;
}

static void
show(void *arg, const char *p, size_t n)
{
	struct console *c = arg;

	tty_print(c->tty, p, n);
}

static void
refresh(void *arg)
{
	struct console *c = arg;

	tty_refresh(c->tty);
}

static void
on_quit(void *arg)
{
	struct console *c = arg;

	tty_free(c->tty);
	c->tty = NULL;
	loop_stop(c->f.loop);
}

static bool
console_open(struct console *c)
{
	struct prompt_term term = { c, show, refresh, on_quit };
	struct tty_hooks hooks = { c, text, on_line, on_eof, complete,
	    on_suspended };

	c->pr = prompt_new_term(c->f.ps, "/dev/tty", &term);
	c->tty = tty_new(c->f.loop, -1, "ppp", &hooks);
	return c->tty != NULL;
}

static void
beat(void *arg, tstamp now)
{
	struct loop_timer **t = arg;

	/* Packets are served while somebody types. */
	loop_timer_set(*t, now + MSEC(1));
}

static void
on_usr1(void *arg, int sig)
{
	struct fake *f = arg;

	(void)sig;
	log_put(LOG_WARN_, "from outside");
	f->word = "PPP";
	prompts_refresh(f->ps);
}

static int
program(void)
{
	struct console c = { .was_suspended = false };
	struct loop_timer *t;
	struct loop_signal *s;

	fake_open(&c.f);
	t = loop_timer_new(c.f.loop, beat, &t);
	loop_timer_set(t, 0);
	s = loop_signal_new(c.f.loop, SIGUSR1, on_usr1, &c.f);
	if (!console_open(&c))
		return 2;
	loop_run(c.f.loop);
	tty_free(c.tty);
	prompt_free_term(c.pr);
	loop_timer_free(t);
	loop_signal_free(s);
	fake_close(&c.f);
	return !c.f.ended ? 3 : c.was_suspended ? 4 : 0;
}

/* ---- the typist ---- */

struct typist {
	int	 fd;
	pid_t	 pid;
};

/* Wait for @want, behind what was waited for before. */
static bool
sees(struct typist *y, const char *want)
{
	tstamp end = clock_now() + SEC(60);
	struct timespec ts = { 0, 2000000 };
	char *p;

	while (clock_now() < end) {
		ssize_t k = read(y->fd, out + out_n, sizeof(out) - 1 - out_n);

		out_n += k > 0 ? (size_t)k : 0;
		out[out_n] = '\0';
		p = strstr(out, want);
		if (p != NULL) {
			p += strlen(want);
			out_n -= (size_t)(p - out);
			memmove(out, p, out_n + 1);
			return true;
		}
		nanosleep(&ts, NULL);
	}
	printf("no \"%s\" in \"%s\"\n", want, out);
	return false;
}

static void
type(struct typist *y, const char *text)
{
	ATF_REQUIRE_EQ((ssize_t)strlen(text), write(y->fd, text,
	    strlen(text)));
}

static void
sit_down(struct typist *y, const char *editor, const char *size)
{
	struct winsize ws = { .ws_row = 24, .ws_col = 80 };

	fflush(NULL);
	y->pid = forkpty(&y->fd, NULL, NULL, &ws);
	if (y->pid == 0) {
		setenv("TERM", "xterm", 1);
		setenv("HOME", "/nowhere", 1);
		setenv("EL_EDITOR", editor, 1);
		setenv("EL_SIZE", size, 1);
		_exit(program());
	}
	fcntl(y->fd, F_SETFL, O_NONBLOCK);
	out_n = 0;
	ATF_REQUIRE(sees(y, "ppp ON "));
}

static void
stand_up(struct typist *y, int want)
{
	int status = -1;

	ATF_REQUIRE_EQ(y->pid, waitpid(y->pid, &status, 0));
	ATF_CHECK_EQ_MSG(want, status, "status %x", status);
	close(y->fd);
}

ATF_TC_WITHOUT_HEAD(commands);
ATF_TC_BODY(commands, tc)
{
	struct typist y;

	sit_down(&y, "emacs", "20");
	type(&y, "lines 2\n");
	ATF_CHECK(sees(&y, "line 1\r\nline 2\r\n"));
	ATF_CHECK(sees(&y, "ppp ON "));
	type(&y, "word PPp\n");
	ATF_CHECK(sees(&y, "PPp ON "));
	type(&y, "junk\n");
	ATF_CHECK(sees(&y, "Warning: junk: Invalid command\r\n"));
	type(&y, "lines 1\nlines 2\nlines 3\n");	/* typed ahead */
	ATF_CHECK(sees(&y, "line 3\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 0);
}

ATF_TC_WITHOUT_HEAD(control_d);
ATF_TC_BODY(control_d, tc)
{
	struct typist y;

	sit_down(&y, "emacs", "20");
	type(&y, "xx");
	ATF_CHECK(sees(&y, "xx"));
	type(&y, "\001\004\004");	/* ^A ^D ^D: only deletes */
	type(&y, "lines 1\n");
	ATF_CHECK(sees(&y, "line 1\r\n"));
	ATF_CHECK(sees(&y, "ppp ON "));	/* the terminal is ours again */
	type(&y, "\004");
	stand_up(&y, 0);
}

ATF_TC_WITHOUT_HEAD(hang_up);
ATF_TC_BODY(hang_up, tc)
{
	struct typist y;
	int status;

	sit_down(&y, "emacs", "20");
	close(y.fd);
	ATF_REQUIRE_EQ(y.pid, waitpid(y.pid, &status, 0));
	/* SIGHUP, which the real program catches, or the end of file. */
	ATF_CHECK_MSG(status == 0 || WTERMSIG(status) == SIGHUP, "%x",
	    status);
}

ATF_TC_WITHOUT_HEAD(history_and_editing);
ATF_TC_BODY(history_and_editing, tc)
{
	struct typist y;

	sit_down(&y, "emacs", "2");
	type(&y, "lines 1\nlines 2\nlines 3\n");
	ATF_CHECK(sees(&y, "line 3\r\n"));
	ATF_CHECK(sees(&y, "ppp ON "));
	type(&y, UP UP UP UP "\n");	/* EL_SIZE 2: the oldest is lines 2 */
	ATF_CHECK(sees(&y, "line 1\r\nline 2\r\nppp ON "));
	type(&y, "lines 40" LEFT "\010" "1\n");		/* lines 10 */
	ATF_CHECK(sees(&y, "line 10\r\n"));
	/* An escape sequence in two pieces is one key. */
	type(&y, "lines 30\033");
	fake_turn(&(struct fake){ .loop = loop_new() }, 100);
	type(&y, "[D\010" "1\n");
	ATF_CHECK(sees(&y, "line 10\r\n"));
	/* Search backwards, key by key. */
	type(&y, "\022");
	ATF_CHECK(sees(&y, "bck:"));
	type(&y, "lin");
	type(&y, "\n");
	ATF_CHECK(sees(&y, "line 10\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 0);
}

ATF_TC_WITHOUT_HEAD(vi_keys);
ATF_TC_BODY(vi_keys, tc)
{
	struct typist y;

	sit_down(&y, "vi", "20");
	type(&y, "xlines 2\033");
	ATF_CHECK(sees(&y, "xlines 2"));
	type(&y, "0");
	type(&y, "x");
	type(&y, "$");
	type(&y, "r");			/* waits for its character */
	type(&y, "3");
	type(&y, "\n");
	ATF_CHECK(sees(&y, "line 3\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 0);
}

ATF_TC_WITHOUT_HEAD(completion);
ATF_TC_BODY(completion, tc)
{
	struct typist y;

	sit_down(&y, "emacs", "20");
	type(&y, "li\t");
	ATF_CHECK(sees(&y, "nes "));
	type(&y, "2\n");
	ATF_CHECK(sees(&y, "line 2\r\n"));
	type(&y, "s\t");		/* show, slow: nothing in common */
	ATF_CHECK(sees(&y, "\r\nshow  slow"));
	ATF_CHECK(sees(&y, "s"));
	type(&y, "H\tversion\n");	/* sH is show; what was typed stays */
	ATF_CHECK(sees(&y, "Warning: sHow version: Invalid command"));
	type(&y, "zz\t");		/* nothing fits */
	type(&y, "\025lo\t");
	ATF_CHECK(sees(&y, "local  log"));
	type(&y, "\025quit\n");
	stand_up(&y, 0);
}

/* A log line comes while somebody types. */
ATF_TC_WITHOUT_HEAD(log_above_the_line);
ATF_TC_BODY(log_above_the_line, tc)
{
	struct typist y;
	char wide[120];

	sit_down(&y, "emacs", "20");
	type(&y, "lines");
	ATF_CHECK(sees(&y, "lines"));
	ATF_REQUIRE_EQ(0, kill(y.pid, SIGUSR1));
	ATF_CHECK(sees(&y, WIPED "Warning: from outside\r\n"));
	ATF_CHECK(sees(&y, "PPP ON "));		/* as it is by now */
	ATF_CHECK(sees(&y, "lines"));
	type(&y, " 1\n");
	ATF_CHECK(sees(&y, "line 1\r\n"));
	/* A line of two rows is taken away whole. */
	memset(wide, 'a', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	type(&y, wide);
	ATF_CHECK(sees(&y, "aaa"));
	fake_turn(&(struct fake){ .loop = loop_new() }, 100);
	ATF_REQUIRE_EQ(0, kill(y.pid, SIGUSR1));
	ATF_CHECK(sees(&y, "\033[1A" WIPED "Warning: from outside\r\n"));
	ATF_CHECK(sees(&y, "aaa"));
	type(&y, "\n");
	ATF_CHECK(sees(&y, "aaa: Invalid command\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 0);
}

/* A shell with one job, which does as it is told by lines. */
static int
shell(void)
{
	char line[64];
	int status;
	pid_t job;

	signal(SIGTTOU, SIG_IGN);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		return program();
	}
	setpgid(job, job);
	while (waitpid(job, &status, WUNTRACED) == job) {
		struct termios tio;

		tcsetpgrp(0, getpid());
		tcgetattr(0, &tio);
		printf("%s, %s\n", WIFSTOPPED(status) ? "stopped" : "ended",
		    tio.c_lflag & ICANON ? "cooked" : "raw");
		fflush(stdout);
		if (!WIFSTOPPED(status))
			return WEXITSTATUS(status) + 10;
		for (;;) {
			fflush(stdout);
			if (fgets(line, sizeof(line), stdin) == NULL)
				return 1;
			if (line[0] == 'f')
				tcsetpgrp(0, job);
			kill(job, SIGCONT);
			if (line[0] == 'f')
				break;
			usleep(100000);
			printf("%s\n", waitpid(job, &status, WUNTRACED |
			    WNOHANG) == 0 ? "it runs" : "it does not run");
		}
	}
	return 1;
}

/* ^Z gives the terminal back; `bg` and `fg` work. */
ATF_TC_WITHOUT_HEAD(suspend);
ATF_TC_BODY(suspend, tc)
{
	struct typist y;
	int status;

	fflush(NULL);
	y.pid = forkpty(&y.fd, NULL, NULL, NULL);
	if (y.pid == 0) {
		setenv("TERM", "xterm", 1);
		setenv("HOME", "/nowhere", 1);
		unsetenv("EL_EDITOR");
		_exit(shell());
	}
	fcntl(y.fd, F_SETFL, O_NONBLOCK);
	out_n = 0;
	ATF_REQUIRE(sees(&y, "ppp ON "));
	type(&y, "line");
	ATF_CHECK(sees(&y, "line"));
	type(&y, "\032");
	ATF_CHECK(sees(&y, "stopped, cooked"));
	type(&y, "bg\n");
	ATF_CHECK(sees(&y, "it runs"));
	type(&y, "fg\n");
	ATF_CHECK(sees(&y, "ppp ON "));
	ATF_CHECK(sees(&y, "line"));
	type(&y, "s 1\n");
	ATF_CHECK(sees(&y, "line 1\r\n"));
	type(&y, "quit\n");
	ATF_CHECK(sees(&y, "ended, cooked"));
	ATF_REQUIRE_EQ(y.pid, waitpid(y.pid, &status, 0));
	ATF_CHECK_EQ(14, WEXITSTATUS(status));	/* it knew of it */
	close(y.fd);
}

/* In a session that no shell watches ^Z must not stop us for ever. */
ATF_TC_WITHOUT_HEAD(suspend_without_shell);
ATF_TC_BODY(suspend_without_shell, tc)
{
	struct typist y;
	int status;

	sit_down(&y, "emacs", "20");
	type(&y, "line");
	ATF_CHECK(sees(&y, "line"));
	ATF_REQUIRE_EQ(0, kill(y.pid, SIGTSTP));
	ATF_CHECK(sees(&y, "line"));
	type(&y, "s 1\n");
	ATF_CHECK(sees(&y, "line 1\r\n"));
	/* Stopped from outside, and continued. */
	ATF_REQUIRE_EQ(0, kill(y.pid, SIGSTOP));
	ATF_REQUIRE_EQ(y.pid, waitpid(y.pid, &status, WUNTRACED));
	ATF_REQUIRE(WIFSTOPPED(status));
	ATF_REQUIRE_EQ(0, kill(y.pid, SIGCONT));
	type(&y, "lines 2\n");
	ATF_CHECK(sees(&y, "line 2\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 4 << 8);
}

ATF_TC_WITHOUT_HEAD(no_terminal);
ATF_TC_BODY(no_terminal, tc)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		setsid();
		_exit(program());
	}
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(2, WEXITSTATUS(status));
}

/* Nobody reads the terminal: the program goes on. */
ATF_TC_WITHOUT_HEAD(stuck_terminal);
ATF_TC_BODY(stuck_terminal, tc)
{
	struct typist y;

	sit_down(&y, "emacs", "20");
	for (int i = 0; i < 2000; i++) {
		ATF_REQUIRE_EQ(0, kill(y.pid, SIGUSR1));
		usleep(100);
	}
	while (read(y.fd, out, sizeof(out)) > 0)
		usleep(1000);
	out_n = 0;
	type(&y, "lines 1\n");
	ATF_CHECK(sees(&y, "line 1\r\n"));
	type(&y, "quit\n");
	stand_up(&y, 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, commands);
	ATF_TP_ADD_TC(tp, control_d);
	ATF_TP_ADD_TC(tp, hang_up);
	ATF_TP_ADD_TC(tp, history_and_editing);
	ATF_TP_ADD_TC(tp, vi_keys);
	ATF_TP_ADD_TC(tp, completion);
	ATF_TP_ADD_TC(tp, log_above_the_line);
	ATF_TP_ADD_TC(tp, suspend);
	ATF_TP_ADD_TC(tp, suspend_without_shell);
	ATF_TP_ADD_TC(tp, no_terminal);
	ATF_TP_ADD_TC(tp, stuck_terminal);
	return atf_no_error();
}
