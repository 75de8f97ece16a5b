/* Chat scripts at work. */
#include "ctl/chatter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/dev.h"
#include "ctl/outq.h"
#include "os/spawn.h"

#define PROGRAM_WORDS	40
#define PROGRAM_SECS	SEC(120)	/* at most, for one !command */
#define AGAIN		MSEC(20)	/* the device takes nothing now */

struct chatter {
	struct loop *loop;		/* borrows */
	struct chatter_conf conf;
	struct chat chat;
	struct loop_timer *timer;	/* owner */
	struct loop_fd *watch;		/* of the device */
	struct loop_fd *heard;		/* of a program's descriptor 2 */
	int	 in, out, err;		/* err: owner; -1: no program runs */
	pid_t	 pid;
	bool	 runs, closed;		/* closed: its descriptor 2 */
	tstamp	 program_by;
	struct outq queue;
	size_t	 said_n, ahead_at, ahead_n;
	char	 said[256];
	char	 ahead[STREAM_AHEAD];
};

static void step(struct chatter *c);

static const char *
name(const struct chatter *c)
{
	return c->conf.name(c->conf.arg);
}

/* ---- the end ---- */

static void
program_gone(struct chatter *c)
{
	loop_fd_free(c->heard);
	c->heard = NULL;
	if (c->err >= 0)
		close(c->err);
	c->err = -1;
}

static void
stop(struct chatter *c)
{
	if (!c->runs)
		return;
	c->runs = false;
	if (c->pid > 0) {
		kill(c->pid, SIGTERM);
		dev_leave(c->pid);
		c->pid = 0;
	}
	program_gone(c);
	loop_fd_free(c->watch);
	c->watch = NULL;
	loop_timer_set(c->timer, NEVER);
	outq_free(&c->queue);
	chat_end(&c->chat);
}

void
chatter_stop(struct chatter *c)
{
	stop(c);
	c->ahead_at = c->ahead_n = 0;
}

/* What was read ahead is for the next script, or for PPP. */
static void
finish(struct chatter *c, bool ok)
{
	if (!ok)
		log_put(LOG_PHASE, "%s: Chat script failed: %s",
		    name(c), c->chat.shown);
	stop(c);
	c->conf.done(c->conf.arg, ok);
}

/* ---- programs ---- */

/* The words of the command with macros in all but the first. */
static int
program_words(struct chatter *c, char *text, char **argv)
{
	char *word[PROGRAM_WORDS + 1];
	int n = chat_split(text, word, PROGRAM_WORDS, true);

	for (int i = 0; i < n; i++) {
		struct txt t = { 0 };

		if (i == 0)
			txt_put(&t, "%s", word[i]);
		else
			c->conf.expand(c->conf.arg, word[i], &t);
		argv[i] = t.p != NULL ? t.p : strdup("");
		argv[i + 1] = NULL;
	}
	return n;
}

/* `\c` becomes c, but quotes stay: chat_split() does the rest. */
static void
unescape(const char *in, char *out)
{
	for (; *in != '\0'; in++) {
		if (*in == '\\' && in[1] != '\0')
			in++;
		*out++ = *in;
	}
	*out = '\0';
}

/* Its output is closed: it ends, or is about to. False: not yet. */
static bool
program_ended(struct chatter *c)
{
	int st = 0;

	if (waitpid(c->pid, &st, WNOHANG) == 0)
		return false;
	c->pid = 0;
	program_gone(c);
	chat_ran(&c->chat, WIFEXITED(st) && WEXITSTATUS(st) == 0, c->said,
	    c->said_n);
	return true;
}

static void
on_heard(void *arg, unsigned what)
{
	struct chatter *c = arg;
	char buf[256];
	ssize_t n = read(c->err, buf, sizeof(buf));

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		size_t room = sizeof(c->said) - c->said_n;
		size_t take = (size_t)n < room ? (size_t)n : room;

		memcpy(c->said + c->said_n, buf, take);
		c->said_n += take;
		return;
	}
	if (program_ended(c)) {
		step(c);
		return;
	}
	loop_fd_want(c->heard, 0);
	loop_timer_set(c->timer, clock_now() + AGAIN);
	c->closed = true;
}

static void
run(struct chatter *c)
{
	char text[CHAT_SCRIPT], *argv[PROGRAM_WORDS + 1] = { NULL };
	int fd[2] = { -1, -1 }, err = EINVAL;
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct spawn s = { .fd = { c->in, c->out, -1, tty } };

	unescape(c->chat.command, text);
	c->said_n = 0;
	log_put(LOG_CHAT, "%s: Exec: %s", name(c), text);
	if (program_words(c, text, argv) > 0 && pipe2(fd, O_CLOEXEC) == 0) {
		s.fd[2] = fd[1];
		err = os_spawn(&s, argv, &c->pid);
		close(fd[1]);
	}
	if (tty >= 0)
		close(tty);
	for (char **a = argv; *a != NULL; a++)
		free(*a);
	if (err == 0) {
		c->err = fd[0];
		fcntl(c->err, F_SETFL, O_NONBLOCK);
		c->heard = loop_fd_new(c->loop, c->err, on_heard, c);
		if (c->heard != NULL)
			loop_fd_want(c->heard, LOOP_READ);
		c->closed = false;
		c->program_by = clock_now() + PROGRAM_SECS;
		loop_timer_set(c->timer, c->program_by);
		return;
	}
	if (fd[0] >= 0)
		close(fd[0]);
	log_put(LOG_WARN_, "%s: exec() of %s failed: %s", name(c),
	    c->chat.command, strerror(err));
	chat_ran(&c->chat, false, "", 0);
	step(c);
}

/* ---- the device ---- */

static void
send_out(struct chatter *c)
{
	if (c->chat.out_n == 0)
		return;
	log_put(LOG_CHAT, "%s: Send: %s", name(c), c->chat.shown);
	outq_add(&c->queue, c->chat.out, c->chat.out_n);
	outq_flush(&c->queue, c->out);
}

static void
received(struct chatter *c)
{
	log_put(LOG_CHAT, "%s: Received: %s", name(c), c->chat.line);
	if (strstr(c->chat.line, "CONNECT") != NULL)
		log_put(LOG_CONNECT, "%s: %s", name(c), c->chat.line);
}

/* What was read goes to the script; true: it has something to do. */
static bool
feed(struct chatter *c)
{
	size_t n = c->ahead_n - c->ahead_at;
	size_t used = n == 0 ? 0 : chat_input(&c->chat,
	    c->ahead + c->ahead_at, n);

	c->ahead_at += used;
	return used > 0;
}

static void
wait_more(struct chatter *c)
{
	tstamp when = chat_deadline(&c->chat);

	if (outq_size(&c->queue) > 0)
		when = tstamp_min(when, clock_now() + AGAIN);
	loop_timer_set(c->timer, when);
	loop_fd_want(c->watch, c->ahead_at == c->ahead_n ? LOOP_READ : 0);
}

static void
step(struct chatter *c)
{
	for (;;) {
		switch (chat_step(&c->chat, clock_now())) {
		case CHAT_EXPECT:
			log_put(LOG_CHAT, "%s: Expect(%u): %s", name(c),
			    c->chat.secs, c->chat.shown);
			break;
		case CHAT_SEND:
			send_out(c);
			break;
		case CHAT_LINE:
			received(c);
			break;
		case CHAT_REMARK:
			log_put(LOG_WARN_, "%s: %s", name(c),
			    c->chat.shown);
			break;
		case CHAT_RUN:
			loop_fd_want(c->watch, 0);
			if (c->pid == 0)
				run(c);
			return;
		case CHAT_WAIT:
			if (feed(c))
				break;
			wait_more(c);
			return;
		case CHAT_DONE:
			if (outq_size(&c->queue) > 0) {
				wait_more(c);
				return;
			}
			finish(c, true);
			return;
		case CHAT_FAILED:
			finish(c, false);
			return;
		}
	}
}

static void
on_timer(void *arg, tstamp now)
{
	struct chatter *c = arg;

	if (c->pid > 0 && !program_ended(c)) {
		if (now >= c->program_by)
			kill(c->pid, SIGTERM);
		loop_timer_set(c->timer, clock_now() + (c->closed ? AGAIN :
		    SEC(1)));
		return;
	}
	if (outq_size(&c->queue) > 0)
		outq_flush(&c->queue, c->out);
	step(c);
}

static void
on_device(void *arg, unsigned what)
{
	struct chatter *c = arg;
	ssize_t n;

	(void)what;
	if (c->ahead_at < c->ahead_n) {
		loop_fd_want(c->watch, 0);
		return;
	}
	n = read(c->in, c->ahead, sizeof(c->ahead));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		strcpy(c->chat.shown, "the line is gone");
		finish(c, false);
		return;
	}
	c->ahead_at = 0;
	c->ahead_n = (size_t)n;
	step(c);
}

/* ---- life ---- */

bool
chatter_start(struct chatter *c, int in, int out, const char *script,
    const char *phone, const char *authname, const char *authkey)
{
	if (chat_init(&c->chat, script, phone, authname, authkey) < 0) {
		log_put(LOG_WARN_, "%s: chat script: a quote is not closed, "
		    "or too many words", name(c));
		return false;
	}
	c->in = in;
	c->out = out;
	c->pid = 0;
	c->watch = loop_fd_new(c->loop, in, on_device, c);
	if (c->watch == NULL)
		return false;
	c->runs = true;
	loop_timer_set(c->timer, 0);
	return true;
}

size_t
chatter_ahead(struct chatter *c, uint8_t to[STREAM_AHEAD])
{
	size_t n = c->ahead_n - c->ahead_at;

	memcpy(to, c->ahead + c->ahead_at, n);
	c->ahead_at = c->ahead_n = 0;
	return n;
}

struct chatter *
chatter_new(struct loop *l, const struct chatter_conf *conf)
{
	struct chatter *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = l;
	c->conf = *conf;
	c->err = -1;
	c->timer = loop_timer_new(l, on_timer, c);
	if (c->timer == NULL) {
		free(c);
		return NULL;
	}
	return c;
}

void
chatter_free(struct chatter *c)
{
	if (c == NULL)
		return;
	chatter_stop(c);
	loop_timer_free(c->timer);
	free(c);
}
