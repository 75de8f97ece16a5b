/* Changes of interfaces, told by route(4). */
#include <sys/types.h>
#include <sys/socket.h>

#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <unistd.h>

#include "base/err.h"
#include "os/net.h"

int
os_watch(void)
{
	int fd = socket(PF_ROUTE, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    AF_UNSPEC);

	return fd < 0 ? -E_SYS : fd;
}

bool
os_watch_read(int fd)
{
	union {			/* all messages begin alike */
		struct rt_msghdr h;
		uint8_t	 room[2048];
	} m;
	bool changed = false;

	for (;;) {
		ssize_t n = read(fd, &m, sizeof(m));

		if (n >= 4)
			changed |= m.h.rtm_type == RTM_IFINFO ||
			    m.h.rtm_type == RTM_IFANNOUNCE;
		else if (n < 0 && errno == ENOBUFS)
			changed = true;	/* messages were lost */
		else if (n >= 0 || errno != EINTR)
			return changed;
	}
}
