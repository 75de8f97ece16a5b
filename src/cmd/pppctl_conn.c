/* pppctl's connection. */
#include "cmd/pppctl_conn.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ct.h"

#define GRACE	200	/* ms for an answer after a prompt nobody asked for */
#define PATIENCE	SEC(1)	/* then an answer is shown as it comes */
#define USAGE	1
#define NOSOCK	2
#define NOLOCAL	3

/* ---- connecting ---- */

static int
open_local(struct conn *c, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(un.sun_path)) {
		fprintf(stderr, "%s: Path too long\n", path);
		return USAGE;
	}
	memcpy(un.sun_path, path, strlen(path) + 1);
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		fprintf(stderr, "socket: %s\n", strerror(errno));
		return NOSOCK;
	}
	if (connect(c->fd, (struct sockaddr *)&un, sizeof(un)) < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return NOLOCAL;
	}
	return 0;
}

/* "PORT", "HOST:PORT" or "[HOST]:PORT" apart; false: neither. */
static bool
split(const char *where, char *host, size_t n, const char **port)
{
	const char *end, *colon = strrchr(where, ':');

	snprintf(host, n, "localhost");
	*port = where;
	if (where[0] == '[') {
		end = strchr(where, ']');
		if (end == NULL || end[1] != ':')
			return false;
		*port = end + 2;
		where++;
	} else if (colon != NULL) {
		end = colon;
		*port = colon + 1;
	} else
		return where[0] != '\0';
	if (end == where || (size_t)(end - where) >= n || **port == '\0')
		return false;
	memcpy(host, where, (size_t)(end - where));
	host[end - where] = '\0';
	return true;
}

static int
try_all(struct conn *c, const struct addrinfo *ai, const char *where)
{
	int err = ECONNREFUSED;
	bool had = false;

	for (; ai != NULL; ai = ai->ai_next) {
		c->fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC,
		    ai->ai_protocol);
		if (c->fd < 0) {
			err = errno;
			continue;
		}
		had = true;
		if (connect(c->fd, ai->ai_addr, ai->ai_addrlen) == 0)
			return 0;
		err = errno;
		close(c->fd);
		c->fd = -1;
	}
	fprintf(stderr, "%s: %s\n", where, strerror(err));
	return had ? USAGE : NOSOCK;
}

int
conn_open(struct conn *c, const char *where)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *ai;
	const char *port;
	char host[256];
	int err;

	if (where[0] == '/')
		return open_local(c, where);
	if (!split(where, host, sizeof(host), &port)) {
		fprintf(stderr, "%s: Expected PORT, HOST:PORT or /SOCKET\n",
		    where);
		return USAGE;
	}
	err = getaddrinfo(host, port, &hints, &ai);
	if (err != 0) {
		fprintf(stderr, "%s: %s\n", where, gai_strerror(err));
		return USAGE;
	}
	err = try_all(c, ai, where);
	freeaddrinfo(ai);
	return err;
}

void
conn_close(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	txt_free(&c->got);
}

/* ---- octets ---- */

static bool
send_all(struct conn *c, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(c->fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

bool
conn_send_line(struct conn *c, const char *line)
{
	return send_all(c, line, strlen(line)) && send_all(c, "\n", 1);
}

static void
print(struct conn *c, const char *p, size_t n)
{
	if (c->into != NULL) {
		txt_add(c->into, p, n);
		return;
	}
	fwrite(p, 1, n, stdout);
	fflush(stdout);
}

enum got { GOT_DATA, GOT_NOTHING, GOT_END };

/* At most @ms for the next piece. */
static enum got
receive(struct conn *c, int ms)
{
	struct pollfd pf = { .fd = c->fd, .events = POLLIN };
	char buf[16384];
	ssize_t n;
	int r;

	do
		r = poll(&pf, 1, ms);
	while (r < 0 && errno == EINTR);
	if (r <= 0)
		return r == 0 ? GOT_NOTHING : GOT_END;
	n = recv(c->fd, buf, sizeof(buf), 0);
	if (n < 0 && errno == EINTR)
		return GOT_DATA;
	if (n <= 0)
		return GOT_END;
	if (c->verbose)
		print(c, buf, (size_t)n);
	txt_add(&c->got, buf, (size_t)n);
	return GOT_DATA;
}

static void
remember(struct conn *c, const struct answer_prompt *pr)
{
	memcpy(c->host, pr->host, sizeof(c->host));
	memcpy(c->prompt, pr->text, sizeof(c->prompt));
	c->on = pr->on;
}

static const char *
host_of(const struct conn *c)
{
	return c->host[0] != '\0' ? c->host : NULL;
}

static void
drop(struct conn *c, size_t n)
{
	c->got.n -= n;
	if (n > 0)
		memmove(c->got.p, c->got.p + n, c->got.n + 1);
}

/* Print @n octets of what was received, drop @total. */
static void
show(struct conn *c, size_t n, size_t total)
{
	if (!c->verbose && n > 0)
		print(c, c->got.p, n);
	drop(c, total);
}

/* The lines so far of an answer that goes on, as that of `monitor'. */
static void
stream(struct conn *c)
{
	size_t n = c->got.n;

	if (c->timeout != CONN_FOREVER &&
	    clock_now() - c->asked < PATIENCE)
		return;
	while (n > 0 && c->got.p[n - 1] != '\n')
		n--;
	show(c, n, n);
}

/*
 * Until all data end in a prompt, which is left in c->got at pr->at. With
 * @grace: a while only; @goes_on: shows what of it takes long.
 */
static enum conn_end
await(struct conn *c, bool grace, bool goes_on, struct answer_prompt *pr)
{
	int ms = grace ? GRACE : c->timeout;

	for (;;) {
		bool end = answer_ends(txt_str(&c->got), c->got.n,
		    host_of(c), pr);

		if (goes_on && !end)
			stream(c);
		switch (receive(c, end ? 0 : ms)) {
		case GOT_DATA:
			ms = c->timeout;
			break;
		case GOT_NOTHING:
			return end ? CONN_PROMPT : CONN_SILENT;
		case GOT_END:
			return end ? CONN_PROMPT : CONN_CLOSED;
		}
	}
}

/* The rest of a connection that gave no prompt. */
static enum conn_end
give_up(struct conn *c, enum conn_end how)
{
	show(c, c->got.n, c->got.n);
	return how;
}

enum conn_end
conn_greeting(struct conn *c)
{
	struct answer_prompt pr;
	enum conn_end end = await(c, false, false, &pr);

	if (end != CONN_PROMPT)
		return give_up(c, end);
	remember(c, &pr);
	drop(c, c->got.n);
	return CONN_PROMPT;
}

/* What came since the last prompt, before we asked anything. */
static void
take_unasked(struct conn *c)
{
	struct answer_prompt pr;
	size_t text;

	while (receive(c, 0) == GOT_DATA)
		;
	while (answer_unasked(txt_str(&c->got), c->got.n, host_of(c),
	    &text) > 0) {
		size_t len = answer_prompt(c->got.p + text, c->got.n - text,
		    host_of(c), &pr);

		remember(c, &pr);
		drop(c, 1);
		show(c, text - 1, text - 1 + len);
	}
}

/* What came unasked, or was it the answer, beginning with a blank line? */
static void
release(struct conn *c, struct txt *held, bool unasked)
{
	size_t skip = unasked || held->n == 1;

	if (!c->verbose && held->n > skip)
		print(c, held->p + skip, held->n - skip);
	txt_free(held);
}

static enum conn_end
take_answer(struct conn *c)
{
	struct txt held = { 0 };
	struct answer_prompt pr;
	size_t text, unasked;
	enum conn_end end;

	for (;;) {
		end = await(c, held.n > 0 && c->got.n == 0,
		    held.n == 0, &pr);
		if (held.n > 0 && end == CONN_SILENT && c->got.n == 0)
			end = CONN_PROMPT;
		release(c, &held, c->got.n > 0);
		if (end != CONN_PROMPT)
			return give_up(c, end);
		if (c->got.n == 0)
			return CONN_PROMPT;
		remember(c, &pr);
		unasked = answer_unasked(c->got.p, c->got.n, host_of(c),
		    &text);
		if (unasked == 0) {
			show(c, pr.at, c->got.n);
			return CONN_PROMPT;
		}
		txt_add(&held, c->got.p, text);
		drop(c, unasked);
	}
}

enum conn_end
conn_command(struct conn *c, const char *line)
{
	take_unasked(c);
	if (c->verbose) {
		print(c, line, strlen(line));
		print(c, "\n", 1);
	}
	c->asked = clock_now();
	if (!conn_send_line(c, line))
		return give_up(c, CONN_CLOSED);
	return take_answer(c);
}

enum conn_end
conn_passwd(struct conn *c, const char *word)
{
	struct txt t = { 0 };
	bool verbose = c->verbose, sent;

	txt_put(&t, "passwd ");
	for (; *word != '\0'; word++)
		txt_put(&t, strchr(" \t\"\\#$~", *word) ? "\\%c" : "%c",
		    *word);
	if (verbose)
		print(c, "passwd ********\n", 16);
	c->asked = clock_now();
	sent = conn_send_line(c, t.p);
	ct_wipe(t.p, t.n);
	txt_free(&t);
	return sent ? take_answer(c) : CONN_CLOSED;
}

void
conn_quit(struct conn *c)
{
	tstamp end = c->timeout == CONN_FOREVER ? NEVER :
	    clock_now() + MSEC((tstamp)c->timeout);
	struct answer_prompt pr;

	take_unasked(c);
	if (c->verbose)
		print(c, "quit\n", 5);
	if (!conn_send_line(c, "quit"))
		return;
	while (clock_now() < end && receive(c, c->timeout) == GOT_DATA)
		;
	if (answer_ends(txt_str(&c->got), c->got.n, host_of(c), &pr))
		c->got.n = pr.at;
	show(c, c->got.n, c->got.n);
}
