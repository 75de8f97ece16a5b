/*
 * What a client of the diagnostic socket sends, in pieces of any size, must
 * be answered as a much simpler reader of lines would answer it.
 * Input: one octet that chooses the pieces, then the client's octets.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "ctl/lines.h"
#include "ctl/prompt.h"

#define SECRET	"Se cret"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const char *
word(void *arg)
{
	(void)arg;
	return "PPp";
}

static int
line(void *arg, struct prompt *pr, const char *s, struct txt *out)
{
	(void)arg;
	if (strncmp(s, "passwd ", 7) == 0)
		prompt_passwd(pr, s + 7);
	else if (strcmp(s, "quit") == 0)
		prompt_quit(pr, false);
	else
		txt_put(out, "%s: %s\n", prompt_authed(pr) ? "ran" :
		    "refused", s);
	return 0;
}

/* ---- the simpler reader ---- */

struct model {
	struct txt out;
	char	 host[64];
	bool	 on, quit;
};

static void
model_prompt(struct model *m)
{
	txt_put(&m->out, "PPp %s %s> ", m->on ? "ON" : "on", m->host);
}

static void
model_line(struct model *m, const char *s, size_t n)
{
	if (n >= LINE_OCTETS) {
		txt_put(&m->out, "Warning: Line too long, ignored\n");
	} else if (strncmp(s, "passwd ", 7) == 0) {
		m->on = m->on || strcmp(s + 7, SECRET) == 0;
	} else if (strcmp(s, "quit") == 0) {
		m->quit = true;
		return;
	} else if (s[strspn(s, " \t")] != '\0') {
		txt_put(&m->out, "%s: %s\n", m->on ? "ran" : "refused", s);
	}
	model_prompt(m);
}

static void
model_run(struct model *m, const uint8_t *p, size_t n)
{
	char *s = malloc(n + 1);
	size_t len = 0;

	model_prompt(m);
	for (size_t i = 0; i <= n && !m->quit; i++) {
		if (i < n && p[i] == '\n' && i > 0 && p[i - 1] == '\r')
			continue;
		if (i < n && p[i] != '\r' && p[i] != '\n') {
			if (p[i] != '\0')
				s[len++] = (char)p[i];
			continue;
		}
		s[len] = '\0';
		if (i < n || len > 0)
			model_line(m, s, len);
		len = 0;
	}
	free(s);
}

/* ---- both ---- */

static void
receive(int fd, struct txt *got)
{
	char buf[4096];

	for (ssize_t k; (k = read(fd, buf, sizeof(buf))) > 0;)
		txt_add(got, buf, (size_t)k);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct prompt_hooks hooks = { NULL, line, word };
	struct loop *l = loop_new();
	struct prompts *ps = prompts_new(l, &hooks);
	struct model m = { 0 };
	struct txt got = { 0 };
	size_t piece = n > 0 ? p[0] + 1u : 1;
	int fd[2];

	log_set_mask(0);
	BUG_ON(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) < 0);
	prompt_new(ps, PROMPT_LOCAL, "local", fd[0], SECRET, NULL);
	for (size_t i = n > 0, k; i < n; i += k) {
		k = n - i < piece ? n - i : piece;
		if (send(fd[1], p + i, k, MSG_NOSIGNAL) < 0)
			break;		/* it has quit */
		loop_once(l, 0);
		receive(fd[1], &got);
		piece = piece * 31 % 509 + 1;
	}
	shutdown(fd[1], SHUT_WR);
	for (int i = 0; prompts_count(ps, NULL) > 0; i++) {
		BUG_ON(i > 100000);
		loop_once(l, MSEC(1));
		receive(fd[1], &got);
	}
	receive(fd[1], &got);

	gethostname(m.host, sizeof(m.host) - 1);
	m.host[strcspn(m.host, ".")] = '\0';
	model_run(&m, p + (n > 0), n - (n > 0));
	BUG_ON(got.n != m.out.n || (got.n > 0 &&
	    memcmp(got.p, m.out.p, got.n) != 0));
	txt_free(&got);
	txt_free(&m.out);
	close(fd[1]);
	prompts_free(ps);
	loop_free(l);
	return 0;
}
