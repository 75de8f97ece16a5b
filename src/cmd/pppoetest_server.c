/* pppoetest server: a process for each client that may come. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"

#define BACKLOG	8
#define LOOK	500			/* ms until ended ones are noticed */

struct server {
	const struct pt_opts *o;
	int	 door;			/* owner: this */
	pid_t	*pid;			/* owner: this; of clients */
	unsigned clients;		/* now */
	int	 code;
};

/* -1: errno. */
static int
listen_at(const struct addrinfo *ai)
{
	int fd = xsock_open(ai->ai_family, SOCK_STREAM), on = 1, err;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == 0 && bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* Everywhere is IPv6's any address, which takes IPv4 as well; IPv4's where
 * there is no IPv6. */
static int
listen_on(const struct pt_opts *o)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE }, *all, *ai;
	char port[8];
	int err, fd;

	snprintf(port, sizeof(port), "%u", o->port);
	err = getaddrinfo(o->xfer.listen, port, &hint, &all);
	if (err != 0) {
		pt_error(o, "CONNECTION_REFUSED", "%s", gai_strerror(err));
		return -1;
	}
	for (ai = all; ai != NULL && o->xfer.listen == NULL &&
	    ai->ai_family != AF_INET6; )
		ai = ai->ai_next;
	fd = ai != NULL ? listen_at(ai) : -1;
	for (ai = all; fd < 0 && ai != NULL; ai = ai->ai_next)
		fd = listen_at(ai);
	if (fd < 0)
		pt_error(o, "CONNECTION_REFUSED", "%s", strerror(errno));
	freeaddrinfo(all);
	return fd;
}

/* ---- who may come ---- */

static bool
is_within(const struct pt_net *n, const struct in6_addr *a)
{
	unsigned whole = n->bits / 8, rest = n->bits % 8;

	return memcmp(&n->addr, a, whole) == 0 && (rest == 0 ||
	    ((n->addr.s6_addr[whole] ^ a->s6_addr[whole]) >>
	    (8 - rest)) == 0);
}

static bool
may_come(int fd, const struct pt_opts *o)
{
	union xsock peer = { .room = { 0 } };
	socklen_t n = sizeof(peer);
	struct in6_addr a = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	if (o->xfer.nets == 0)
		return true;
	if (getpeername(fd, &peer.sa, &n) < 0)
		return false;
	if (peer.sa.sa_family == AF_INET6)
		a = peer.in6.sin6_addr;
	else
		memcpy(&a.s6_addr[12], &peer.in.sin_addr, 4);
	for (unsigned i = 0; i < o->xfer.nets; i++)
		if (is_within(&o->xfer.net[i], &a))
			return true;
	return false;
}

static void
turn_away(int fd, const struct pt_opts *o, const char *why)
{
	char hello[1024];
	struct xtalk t;

	pt_log(o, PTV_WARNING, "a client is turned away: %s", why);
	if (!xtalk_open(&t, fd, o))
		return;
	xtalk_refuse(&t, "TEST_REJECTED", why);
	/* closed with its words unread it would not hear ours */
	shutdown(fd, SHUT_WR);
	if (xsock_ready(fd, POLLIN, LOOK))
		recv(fd, hello, sizeof(hello), MSG_DONTWAIT);
	xtalk_close(&t);
}

/* ---- their processes ---- */

static void
over(struct server *s, unsigned i, int status)
{
	s->pid[i] = s->pid[--s->clients];
	if (!WIFEXITED(status) || WEXITSTATUS(status) != PT_PASSED)
		s->code = PT_FAILED;
}

/* Those who have ended; with @wait, until all have. */
static void
reap(struct server *s, bool wait)
{
	for (unsigned i = 0; i < s->clients; ) {
		int status;
		pid_t p = waitpid(s->pid[i], &status, wait ? 0 : WNOHANG);

		if (p == s->pid[i])
			over(s, i, status);
		else if (p < 0 && errno != EINTR)
			over(s, i, -1);
		else if (!wait)
			i++;
	}
}

static void
admit(struct server *s, int fd)
{
	pid_t p;

	if (!may_come(fd, s->o)) {
		turn_away(fd, s->o, "not from this address");
		return;
	}
	if (s->clients == s->o->xfer.clients) {
		turn_away(fd, s->o, "there are as many clients as may be");
		return;
	}
	fflush(stdout);
	p = fork();
	if (p == 0) {
		bool passed;

		close(s->door);
		passed = xserve(fd, s->o);
		fflush(stdout);
		_exit(passed ? PT_PASSED : PT_FAILED);
	}
	if (p > 0)
		s->pid[s->clients++] = p;
	else
		s->code = PT_INTERNAL;
	close(fd);
}

static void
run(struct server *s)
{
	while (!pt_stop) {
		int fd = -1;

		if (xsock_ready(s->door, POLLIN, LOOK))
			fd = accept(s->door, NULL, NULL);
		reap(s, false);
		if (fd >= 0)
			admit(s, fd);
	}
	for (unsigned i = 0; i < s->clients; i++)
		kill(s->pid[i], SIGTERM);
	reap(s, true);
}

int
pt_server(const struct pt_opts *o)
{
	struct server s = { .o = o, .door = -1 };

	if (o->xfer.auth && o->password == NULL) {
		pt_error(o, "TEST_REJECTED", "--require-auth needs a "
		    "password: -P PASSWORD");
		return PT_USAGE;
	}
	s.pid = calloc(o->xfer.clients, sizeof(*s.pid));
	if (s.pid != NULL)
		s.door = listen_on(o);
	if (s.door < 0) {
		free(s.pid);
		return PT_INTERNAL;
	}
	pt_catch();
	/* what several print is not mixed within a report */
	setvbuf(stdout, NULL, _IOFBF, 1u << 16);
	if (o->form == PT_CONSOLE && !o->quiet)
		printf("Server listening on port %u\nWaiting for client "
		    "connections...\n", o->port);
	fflush(stdout);
	run(&s);
	close(s.door);
	free(s.pid);
	return s.code;
}
