/* What both kinds of os/ready share: its bits and those of poll(2). */
#ifndef OS_READY_IMPL_H
#define OS_READY_IMPL_H

#include <poll.h>

#include "os/ready.h"

static inline short
ready_poll(unsigned what)
{
	return (short)(((what & READY_IN) != 0 ? POLLIN : 0) |
	    ((what & READY_OUT) != 0 ? POLLOUT : 0));
}

static inline unsigned
ready_what(unsigned got)
{
	return ((got & ~(unsigned)POLLOUT) != 0 ? READY_IN : 0) |
	    ((got & ~(unsigned)POLLIN) != 0 ? READY_OUT : 0);
}

#endif
