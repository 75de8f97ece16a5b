/* Host names: getaddrinfo(3) waits, so a thread of its own calls it. */
#include "os/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

struct question {			/* owner: the thread */
	int	 fd;
	int	 socktype;
	char	 host[256], service[64];
};

static void
ask(const struct question *q, struct lookup_answer *a)
{
	struct addrinfo hint = { .ai_family = AF_UNSPEC,
	    .ai_socktype = q->socktype }, *all = NULL;
	int err = getaddrinfo(q->host, q->service, &hint, &all);

	if (err != 0) {
		snprintf(a->why, sizeof(a->why), "%s", gai_strerror(err));
		return;
	}
	for (struct addrinfo *i = all; i != NULL && a->n < LOOKUP_MAX;
	    i = i->ai_next) {
		if (i->ai_addrlen > sizeof(a->addr[0]))
			continue;
		memcpy(&a->addr[a->n], i->ai_addr, i->ai_addrlen);
		a->len[a->n++] = i->ai_addrlen;
	}
	freeaddrinfo(all);
	if (a->n == 0)
		snprintf(a->why, sizeof(a->why), "no address");
}

static void *
lookup_main(void *arg)
{
	struct question *q = arg;
	struct lookup_answer a;

	memset(&a, 0, sizeof(a));
	ask(q, &a);
	/* Less than a pipe holds; nobody may read it any more. */
	if (write(q->fd, &a, sizeof(a)) < 0)
		a.n = 0;
	close(q->fd);
	free(q);
	return NULL;
}

static int
start_thread(struct question *q)
{
	sigset_t all, was;
	pthread_t thread;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	err = pthread_create(&thread, NULL, lookup_main, q);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (err == 0)
		pthread_detach(thread);
	errno = err;
	return err == 0 ? 0 : -E_SYS;
}

int
lookup_start(const char *host, const char *service, int socktype)
{
	struct question *q = calloc(1, sizeof(*q));
	int fd[2];

	if (q == NULL || pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(q);
		return q == NULL ? -E_NOMEM : -E_SYS;
	}
	q->fd = fd[1];
	q->socktype = socktype;
	snprintf(q->host, sizeof(q->host), "%s", host);
	snprintf(q->service, sizeof(q->service), "%s", service);
	if (start_thread(q) < 0) {
		close(fd[0]);
		close(fd[1]);
		free(q);
		return -E_SYS;
	}
	return fd[0];
}

bool
lookup_take(int fd, struct lookup_answer *a)
{
	bool ok = read(fd, a, sizeof(*a)) == (ssize_t)sizeof(*a);

	close(fd);
	return ok;
}
