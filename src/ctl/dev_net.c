/* TCP and UDP: the name is looked up, then its addresses are tried. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "ctl/dev.h"
#include "os/lookup.h"

#define CONNECT_TIME	SEC(20)		/* each address */
#define LOOKUP_TIME	SEC(30)

struct dev_net {
	struct loop *loop;		/* borrows */
	struct dev_net_hooks hook;
	struct loop_timer *timer;	/* owner */
	struct loop_fd *watch;		/* of fd */
	int	 fd;			/* owner: lookup, then the socket */
	bool	 looking;
	int	 at;			/* address under way */
	bool	 udp;
	char	 why[160];
	struct lookup_answer found;
};

static void
drop(struct dev_net *d)
{
	loop_fd_free(d->watch);
	d->watch = NULL;
	if (d->fd >= 0)
		close(d->fd);
	d->fd = -1;
	loop_timer_set(d->timer, NEVER);
}

static void
done(struct dev_net *d)
{
	int fd = d->fd;

	loop_fd_free(d->watch);
	d->watch = NULL;
	d->fd = -1;
	loop_timer_set(d->timer, NEVER);
	d->hook.done(d->hook.arg, fd, d->why);
}

static void on_fd(void *arg, unsigned what);

/* A socket on its way to address @i; true: something is to be waited for. */
static bool
try_one(struct dev_net *d, int i)
{
	const struct sockaddr *to = (const struct sockaddr *)&d->found.addr[i];
	int one = 1;

	d->fd = socket(to->sa_family, (d->udp ? SOCK_DGRAM : SOCK_STREAM) |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (d->fd < 0)
		return false;
	if (!d->udp)
		(void)setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &one,
		    sizeof(one));
	if (connect(d->fd, to, d->found.len[i]) < 0 && errno != EINPROGRESS)
		return false;
	d->watch = loop_fd_new(d->loop, d->fd, on_fd, d);
	if (d->watch == NULL)
		return false;
	loop_fd_want(d->watch, LOOP_WRITE);
	loop_timer_set(d->timer, clock_now() + CONNECT_TIME);
	return true;
}

static void
try_next(struct dev_net *d)
{
	while (d->at < d->found.n) {
		if (try_one(d, d->at++))
			return;
		snprintf(d->why, sizeof(d->why), "%s", strerror(errno));
		drop(d);
	}
	done(d);
}

static void
connected(struct dev_net *d)
{
	int err = 0;
	socklen_t n = sizeof(err);

	if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &err, &n) < 0)
		err = errno;
	if (err == 0) {
		done(d);
		return;
	}
	snprintf(d->why, sizeof(d->why), "%s", strerror(err));
	drop(d);
	try_next(d);
}

static void
on_fd(void *arg, unsigned what)
{
	struct dev_net *d = arg;
	int fd = d->fd;

	(void)what;
	if (!d->looking) {
		connected(d);
		return;
	}
	d->looking = false;
	d->fd = -1;
	drop(d);
	if (!lookup_take(fd, &d->found)) {
		d->found.n = 0;
		snprintf(d->found.why, sizeof(d->found.why), "no answer");
	}
	if (d->found.n == 0)
		snprintf(d->why, sizeof(d->why), "%s", d->found.why);
	try_next(d);
}

static void
on_timer(void *arg, tstamp now)
{
	struct dev_net *d = arg;

	(void)now;
	snprintf(d->why, sizeof(d->why), "no answer in time");
	if (d->looking)
		d->at = d->found.n = 0;
	d->looking = false;
	drop(d);
	try_next(d);
}

struct dev_net *
dev_net_new(struct loop *l, const char *word, const struct dev_net_hooks *h)
{
	struct dev_net *d = calloc(1, sizeof(*d));
	char host[DEVICE_MAX], port[DEVICE_PORT];

	if (d == NULL)
		return NULL;
	d->loop = l;
	d->hook = *h;
	d->fd = -1;
	d->udp = device_kind(word) == DEV_UDP;
	d->timer = loop_timer_new(l, on_timer, d);
	if (d->timer != NULL && device_host(word, host, port) == 0) {
		d->looking = true;
		d->fd = lookup_start(host, port, d->udp ? SOCK_DGRAM :
		    SOCK_STREAM);
	}
	if (d->fd >= 0)
		d->watch = loop_fd_new(l, d->fd, on_fd, d);
	if (d->watch == NULL) {
		dev_net_free(d);
		return NULL;
	}
	loop_fd_want(d->watch, LOOP_READ);
	loop_timer_set(d->timer, clock_now() + LOOKUP_TIME);
	return d;
}

void
dev_net_free(struct dev_net *d)
{
	if (d == NULL)
		return;
	drop(d);
	loop_timer_free(d->timer);
	free(d);
}
