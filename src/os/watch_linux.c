/* Changes of interfaces, told by rtnetlink(7). */
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/net.h"

int
os_watch(void)
{
	struct sockaddr_nl nl = {
		.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    NETLINK_ROUTE);

	if (fd < 0)
		return -E_SYS;
	if (bind(fd, (struct sockaddr *)&nl, sizeof(nl)) == 0)
		return fd;
	int saved = errno;

	close(fd);
	errno = saved;
	return -E_SYS;
}

static bool
link_message(const uint8_t *buf, size_t n)
{
	const struct nlmsghdr *h = (const void *)buf;

	for (; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
		if (h->nlmsg_type == RTM_NEWLINK ||
		    h->nlmsg_type == RTM_DELLINK)
			return true;
	}
	return false;
}

bool
os_watch_read(int fd)
{
	_Alignas(struct nlmsghdr) uint8_t buf[16384];
	bool changed = false;

	for (;;) {
		ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);

		if (n > 0)
			changed |= link_message(buf, (size_t)n);
		else if (n < 0 && errno == ENOBUFS)
			changed = true;	/* messages were lost */
		else if (n == 0 || errno != EINTR)
			return changed;
	}
}
