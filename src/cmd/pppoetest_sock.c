/* Sockets of transfers. */
#include "cmd/pppoetest_sock.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/pppoetest.h"

#define SLICE	200			/* ms between looks at pt_stop */

void
xsock_set_port(union xsock *s, uint16_t port)
{
	if (s->sa.sa_family == AF_INET6)
		s->in6.sin6_port = htons(port);
	else
		s->in.sin_port = htons(port);
}

uint16_t
xsock_port(const union xsock *s)
{
	return ntohs(s->sa.sa_family == AF_INET6 ? s->in6.sin6_port :
	    s->in.sin_port);
}

int
xsock_open(int family, int type)
{
	int fd = socket(family, type | SOCK_CLOEXEC, 0), off = 0;

	if (fd >= 0 && family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	return fd;
}

bool
xsock_ready(int fd, short what, uint32_t ms)
{
	struct pollfd pf = { .fd = fd, .events = what };

	for (uint32_t waited = 0; waited < ms && !pt_stop; waited += SLICE)
		if (poll(&pf, 1, SLICE) > 0)
			return true;
	errno = pt_stop ? EINTR : ETIMEDOUT;
	return false;
}

void
xsock_no_waiting(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

int
xsock_dial(const union xsock *to, socklen_t n, int type, const char *ifname,
    uint32_t ms)
{
	int fd = socket(to->sa.sa_family, type | SOCK_CLOEXEC, 0), err = 0;
	socklen_t size = sizeof(err);

	if (fd < 0)
		return -1;
#ifdef SO_BINDTODEVICE
	if (ifname != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
	    ifname, (socklen_t)strlen(ifname)) < 0)
		err = errno;
#else
	(void)ifname;			/* xsock_way_out() looks */
#endif
	xsock_no_waiting(fd);
	if (err == 0 && connect(fd, &to->sa, n) < 0)
		err = errno;
	if (err == EINPROGRESS) {
		err = 0;
		if (!xsock_ready(fd, POLLOUT, ms))
			err = errno;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size);
	}
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}

static bool
same_addr(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a == NULL || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		    &((const struct sockaddr_in6 *)b)->sin6_addr, 16) == 0;
	return a->sa_family == AF_INET &&
	    ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
	    ((const struct sockaddr_in *)b)->sin_addr.s_addr;
}

bool
xsock_way_out(int fd, char name[IFNAMSIZ])
{
	union xsock own = { .room = { 0 } };
	socklen_t n = sizeof(own);
	struct ifaddrs *all;
	bool ppp = false;

	snprintf(name, IFNAMSIZ, "nowhere");
	if (getsockname(fd, &own.sa, &n) < 0 || getifaddrs(&all) < 0)
		return false;
	for (struct ifaddrs *a = all; a != NULL; a = a->ifa_next)
		if (same_addr(a->ifa_addr, &own.sa)) {
			snprintf(name, IFNAMSIZ, "%.*s", IFNAMSIZ - 1,
			    a->ifa_name);
			ppp = (a->ifa_flags & IFF_POINTOPOINT) != 0;
		}
	freeifaddrs(all);
	return ppp;
}
