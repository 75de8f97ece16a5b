/*
 * pppctl at a terminal. Whole lines from the server are shown at once; what
 * stands behind the last line end is its prompt, and is ours from then on.
 */
#include "cmd/pppctl_tty.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "ctl/loop.h"
#include "ctl/tty.h"

struct far {
	struct conn *conn;
	struct loop *loop;
	struct tty *tty;
	char	 prompt[ANSWER_HOST + 16];
	bool	 blank;		/* a line end now would only end the prompt */
	bool	 quits;		/* it was the user's wish */
};

static const char *
prompt_of(void *arg)
{
	struct far *f = arg;

	return f->prompt;
}

/* Whole lines to the terminal; a prompt behind them becomes ours. */
static void
take(struct far *f)
{
	struct txt *got = &f->conn->got;
	struct answer_prompt pr;
	size_t n = got->n, skip;

	while (n > 0 && got->p[n - 1] != '\n')
		n--;
	skip = n > 0 && f->blank && got->p[0] == '\n';
	if (n > 0) {
		if (n > skip)
			tty_print(f->tty, got->p + skip, n - skip);
		f->blank = false;
		got->n -= n;
		memmove(got->p, got->p + n, got->n + 1);
	}
	if (answer_ends(txt_str(got), got->n, NULL, &pr)) {
		memcpy(f->prompt, pr.text, sizeof(f->prompt));
		f->blank = true;
		txt_clear(got);
		tty_refresh(f->tty);
	}
}

static void
on_server(void *arg, unsigned what)
{
	struct far *f = arg;
	char buf[4096];
	ssize_t n;

	(void)what;
	n = recv(f->conn->fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n < 0)
		return;
	if (n > 0) {
		txt_add(&f->conn->got, buf, (size_t)n);
		take(f);
		return;
	}
	if (!f->quits)
		tty_print(f->tty, "Connection closed\n", 18);
	loop_stop(f->loop);
}

static void
on_line(void *arg, const char *line)
{
	struct far *f = arg;
	const char *word = line + strspn(line, " \t");

	f->blank = false;
	f->quits = strncasecmp(word, "quit", 4) == 0 ||
	    strncasecmp(word, "bye", 3) == 0;
	if (!conn_send_line(f->conn, line))
		loop_stop(f->loop);
}

static void
on_eof(void *arg)
{
	on_line(arg, "quit");
}

static void
on_signal(void *arg, int sig)
{
	struct far *f = arg;

	(void)sig;
	loop_stop(f->loop);
}

void
conn_interactive(struct conn *c)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP };
	struct loop_signal *ls[3] = { NULL };
	struct far f = { .conn = c, .loop = loop_new(), .blank = true };
	struct tty_hooks h = {
		.arg = &f, .prompt = prompt_of, .line = on_line,
		.eof = on_eof,
	};
	struct loop_fd *watch;

	if (f.loop == NULL)
		return;
	memcpy(f.prompt, c->prompt, sizeof(f.prompt));
	txt_clear(&c->got);
	watch = loop_fd_new(f.loop, c->fd, on_server, &f);
	f.tty = tty_new(f.loop, -1, "pppctl", &h);
	if (watch != NULL && f.tty != NULL) {
		for (int i = 0; i < 3; i++)
			ls[i] = loop_signal_new(f.loop, sigs[i], on_signal,
			    &f);
		loop_fd_want(watch, LOOP_READ);
		loop_run(f.loop);
	} else
		perror("/dev/tty");
	for (int i = 0; i < 3; i++)
		loop_signal_free(ls[i]);
	loop_fd_free(watch);
	tty_free(f.tty);
	loop_free(f.loop);
}
