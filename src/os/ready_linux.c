/* Descriptors that a thread sleeps on: epoll(7). */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "os/ready.h"

struct ready {
	int	 fd;			/* owner: this */
};

struct ready *
ready_new(void)
{
	struct ready *r = malloc(sizeof(*r));

	if (r == NULL)
		return NULL;
	r->fd = epoll_create1(EPOLL_CLOEXEC);
	if (r->fd < 0) {
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
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

int
ready_clear(struct ready *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = epoll_create1(EPOLL_CLOEXEC);
	return r->fd < 0 ? -E_SYS : 0;
}

int
ready_want(struct ready *r, int fd, uint32_t tag, unsigned was, unsigned is)
{
	struct epoll_event e = { .data.u32 = tag };
	int op = was == 0 ? EPOLL_CTL_ADD : is == 0 ? EPOLL_CTL_DEL :
	    EPOLL_CTL_MOD;

	if (was == is)
		return 0;
	if ((is & READY_IN) != 0)
		e.events |= EPOLLIN;
	if ((is & READY_OUT) != 0)
		e.events |= EPOLLOUT;
	return epoll_ctl(r->fd, op, fd, &e) < 0 ? -E_SYS : 0;
}

/* Older kernels than 5.11 count in milliseconds only: rounded up. */
static int
nap(int fd, struct epoll_event *e, tstamp left)
{
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };
	int n;

	if (left == NEVER || left == 0)
		return epoll_wait(fd, e, READY_MOST, left == 0 ? 0 : -1);
	n = epoll_pwait2(fd, e, READY_MOST, &ts, NULL);
	if (n < 0 && errno == ENOSYS)
		n = epoll_wait(fd, e, READY_MOST, left > SEC(60) ? 60000 :
		    (int)((left + MSEC(1) - 1) / MSEC(1)));
	return n;
}

int
ready_sleep(struct ready *r, struct ready_event *e, tstamp left)
{
	struct epoll_event ev[READY_MOST];
	int n = nap(r->fd, ev, left);

	for (int i = 0; i < n; i++) {
		e[i].tag = ev[i].data.u32;
		e[i].what = 0;
		if ((ev[i].events & ~(uint32_t)EPOLLOUT) != 0)
			e[i].what |= READY_IN;
		if ((ev[i].events & ~(uint32_t)EPOLLIN) != 0)
			e[i].what |= READY_OUT;
	}
	return n < 0 ? 0 : n;
}
