/*
 * Descriptors that a thread sleeps on. On Linux poll(2) for a few and, where
 * there are more, epoll(7) for those that are silent: a sleep costs the same
 * whether it is on five or on two hundred. On FreeBSD poll(2), which, as
 * kqueue(2) does not, tells that the interface of a bpf device has gone.
 * One thread.
 */
#ifndef OS_READY_H
#define OS_READY_H

#include <stdint.h>

#include "base/clock.h"

#define READY_IN	1u
#define READY_OUT	2u
#define READY_MOST	64u		/* events of one sleep */

struct ready;
struct ready_event {
	uint32_t tag;
	unsigned what;			/* an error or the end is both */
};

/* ready_new - of no descriptors yet; NULL: errno says why. Owner: the
 * caller. ready_free - the descriptors stay open; takes NULL. */
struct ready *ready_new(void);
void ready_free(struct ready *r);

/* ready_clear - forget them all, closed ones too. 0; -E_SYS: errno, and
 * nothing can be wanted until it is called again. */
int ready_clear(struct ready *r);

/*
 * ready_want - of @fd, @is: READY_ bits, 0: nothing, not even its errors. It
 * was @was before, 0 for one that is new. Events of it come with @tag. @fd is
 * in it once, whatever is wanted of it. Returns 0; -E_SYS: errno.
 */
int ready_want(struct ready *r, int fd, uint32_t tag, unsigned was,
    unsigned is);

/*
 * ready_sleep - until something is ready or @left has passed; NEVER: as long
 * as it takes, 0: just look. Returns how many of @e are filled, 0 also after
 * a signal; who is ready and is not among READY_MOST comes next time.
 */
int ready_sleep(struct ready *r, struct ready_event *e, tstamp left);

#endif
