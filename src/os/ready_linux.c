/*
 * Descriptors that a thread sleeps on. poll(2) looks at all of them each time,
 * which is nothing for a few; epoll(7) does not, but every packet tells it, and
 * TCP paid a twentieth for that. So a few are polled, and where there are more
 * those that call, with the epoll descriptor of all others.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "os/ready_impl.h"

#define HOT	8		/* polled at most */
#define SILENT	64u		/* sleeps without a call: another's place */

struct ready {
	int	 epoll;			/* owner: this; -1: to be made again */
	struct pollfd fd[1 + HOT];	/* the first is epoll */
	uint32_t tag[1 + HOT];
	uint32_t silent[1 + HOT];	/* sleeps since it called */
	nfds_t	 n;
	uint32_t cold;			/* how many epoll has */
};

static int
start(struct ready *r)
{
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	r->fd[0] = (struct pollfd){ .fd = r->epoll, .events = POLLIN };
	r->n = 1;
	r->cold = 0;
	return r->epoll < 0 ? -E_SYS : 0;
}

struct ready *
ready_new(void)
{
	struct ready *r = calloc(1, sizeof(*r));

	if (r != NULL && start(r) < 0) {
		free(r);
		return NULL;
	}
	return r;
}

void
ready_free(struct ready *r)
{
	if (r == NULL)
		return;
	if (r->epoll >= 0)
		close(r->epoll);
	free(r);
}

int
ready_clear(struct ready *r)
{
	if (r->epoll >= 0)
		close(r->epoll);
	return start(r);
}

/* What epoll(7), whose bits are those of poll(2), keeps of a descriptor: its
 * number, its tag, what is wanted. */
#define KEPT(fd, tag, what)	((uint64_t)(tag) << 34 |		\
	(uint64_t)(what) << 32 | (uint32_t)(fd))
#define KEPT_FD(kept)		((int)(uint32_t)(kept))
#define KEPT_WHAT(kept)		((unsigned)((kept) >> 32) & 3)
#define KEPT_TAG(kept)		((uint32_t)((kept) >> 34))

static int
cold(struct ready *r, int op, int fd, uint32_t tag, unsigned what)
{
	struct epoll_event e = { .events = (uint32_t)ready_poll(what),
	    .data.u64 = KEPT(fd, tag, what) };

	if (epoll_ctl(r->epoll, op, fd, &e) < 0)
		return -E_SYS;
	if (op != EPOLL_CTL_MOD)
		r->cold += op == EPOLL_CTL_ADD ? 1 : -1u;
	return 0;
}

static void
hot(struct ready *r, int fd, uint32_t tag, unsigned what)
{
	r->fd[r->n] = (struct pollfd){ .fd = fd, .events = ready_poll(what) };
	r->tag[r->n] = tag;
	r->silent[r->n++] = 0;
}

static void
forget_hot(struct ready *r, nfds_t i)
{
	r->n--;
	r->fd[i] = r->fd[r->n];
	r->tag[i] = r->tag[r->n];
	r->silent[i] = r->silent[r->n];
}

int
ready_want(struct ready *r, int fd, uint32_t tag, unsigned was, unsigned is)
{
	nfds_t i = 1;

	if (was == is)
		return 0;
	while (i < r->n && r->fd[i].fd != fd)
		i++;
	if (was == 0 && r->n <= HOT) {
		hot(r, fd, tag, is);
		return 0;
	}
	if (i == r->n)
		return cold(r, was == 0 ? EPOLL_CTL_ADD : is == 0 ?
		    EPOLL_CTL_DEL : EPOLL_CTL_MOD, fd, tag, is);
	r->fd[i].events = ready_poll(is);
	if (is == 0)
		forget_hot(r, i);
	return 0;
}

/* A place among those that are polled: a free one, or of who is silent. */
static bool
make_room(struct ready *r)
{
	nfds_t at = 1;

	if (r->n <= HOT)
		return true;
	for (nfds_t i = 2; i < r->n; i++)
		if (r->silent[i] > r->silent[at])
			at = i;
	if (r->silent[at] < SILENT || cold(r, EPOLL_CTL_ADD, r->fd[at].fd,
	    r->tag[at], ready_what((unsigned)r->fd[at].events)) < 0)
		return false;
	forget_hot(r, at);
	return true;
}

/* One that epoll told of is polled from now on. */
static void
warm(struct ready *r, uint64_t kept)
{
	int fd = KEPT_FD(kept);

	if (make_room(r) && cold(r, EPOLL_CTL_DEL, fd, 0, 0) == 0)
		hot(r, fd, KEPT_TAG(kept), KEPT_WHAT(kept));
}

static int
gather_hot(struct ready *r, struct ready_event *e)
{
	int n = 0;

	for (nfds_t i = 1; i < r->n; i++) {
		unsigned got = (uint16_t)r->fd[i].revents;

		r->silent[i]++;
		if (got == 0)
			continue;
		r->silent[i] = 0;
		e[n++] = (struct ready_event){ r->tag[i], ready_what(got) };
	}
	return n;
}

static int
gather_cold(struct ready *r, struct ready_event *e, int room)
{
	struct epoll_event ev[READY_MOST];
	int n = epoll_wait(r->epoll, ev, room, 0);

	for (int i = 0; i < n; i++) {
		uint64_t kept = ev[i].data.u64;

		e[i] = (struct ready_event){ KEPT_TAG(kept),
		    ready_what(ev[i].events) };
		warm(r, kept);
	}
	return n < 0 ? 0 : n;
}

int
ready_sleep(struct ready *r, struct ready_event *e, tstamp left)
{
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };
	nfds_t from = r->cold == 0 ? 1 : 0;
	int n;

	if (ppoll(r->fd + from, r->n - from, left == NEVER ? NULL : &ts,
	    NULL) <= 0)
		return 0;
	n = gather_hot(r, e);
	if (from == 0 && r->fd[0].revents != 0)
		n += gather_cold(r, e + n, (int)READY_MOST - n);
	return n;
}
