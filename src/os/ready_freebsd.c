/* Descriptors that a thread sleeps on: poll(2). */
#include <stdlib.h>

#include "base/bug.h"
#include "base/err.h"
#include "os/ready_impl.h"

struct ready {
	struct pollfd *fd;		/* owner: this */
	uint32_t *tag;			/* owner: this; of each of fd */
	nfds_t	 n, room;
	nfds_t	 first;			/* who is looked at first */
};

struct ready *
ready_new(void)
{
	return calloc(1, sizeof(struct ready));
}

void
ready_free(struct ready *r)
{
	if (r == NULL)
		return;
	free(r->fd);
	free(r->tag);
	free(r);
}

int
ready_clear(struct ready *r)
{
	r->n = 0;
	return 0;
}

static int
make_room(struct ready *r)
{
	nfds_t room = r->room == 0 ? 16 : 2 * r->room;
	struct pollfd *fd;
	uint32_t *tag;

	if (r->n < r->room)
		return 0;
	fd = realloc(r->fd, room * sizeof(*fd));
	if (fd == NULL)
		return -E_SYS;
	r->fd = fd;
	tag = realloc(r->tag, room * sizeof(*tag));
	if (tag == NULL)
		return -E_SYS;
	r->tag = tag;
	r->room = room;
	return 0;
}

int
ready_want(struct ready *r, int fd, uint32_t tag, unsigned was, unsigned is)
{
	nfds_t i = 0;

	if (was == is)
		return 0;
	if (was == 0 && make_room(r) < 0)
		return -E_SYS;
	while (i < r->n && r->fd[i].fd != fd)
		i++;
	BUG_ON((was == 0) != (i == r->n));
	if (is == 0) {
		r->n--;
		r->fd[i] = r->fd[r->n];
		r->tag[i] = r->tag[r->n];
		return 0;
	}
	r->fd[i] = (struct pollfd){ .fd = fd, .events = ready_poll(is) };
	r->tag[i] = tag;
	r->n += was == 0;
	return 0;
}

/* From another one each time: more than fit may be ready. */
static int
gather(struct ready *r, struct ready_event *e)
{
	int n = 0;

	r->first = (r->first + 1) % r->n;
	for (nfds_t k = 0; k < r->n && n < (int)READY_MOST; k++) {
		nfds_t i = (r->first + k) % r->n;
		unsigned got = (uint16_t)r->fd[i].revents;

		if (got != 0)
			e[n++] = (struct ready_event){ r->tag[i],
			    ready_what(got) };
	}
	return n;
}

int
ready_sleep(struct ready *r, struct ready_event *e, tstamp left)
{
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };

	if (ppoll(r->fd, r->n, left == NEVER ? NULL : &ts, NULL) <= 0 ||
	    r->n == 0)
		return 0;
	return gather(r, e);
}
