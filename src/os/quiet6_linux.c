/* IPv6 that does nothing of its own accord on an interface. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/net.h"
#include "os/netlink_linux.h"

/* Absent when the kernel has no IPv6: then nothing needs to be quiet. */
static int
sysctl6(const char *ifname, const char *knob, const char *value)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", ifname,
	    knob);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -E_SYS;
	if (write(fd, value, strlen(value)) < 0)
		err = -E_SYS;
	int saved = errno;

	close(fd);
	errno = saved;
	return err;
}

/* Works where /proc/sys is read-only as well. */
static int
no_link_local(unsigned index)
{
	struct ifinfomsg ifi = { .ifi_index = (int)index };
	uint8_t none = IN6_ADDR_GEN_MODE_NONE;
	struct nl_req q;

	nl_begin(&q, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	size_t spec = nl_nest(&q, IFLA_AF_SPEC);
	size_t inet6 = nl_nest(&q, AF_INET6);

	nl_attr(&q, IFLA_INET6_ADDR_GEN_MODE, &none, sizeof(none));
	nl_nest_end(&q, inet6);
	nl_nest_end(&q, spec);
	int err = nl_do(&q);

	return err == -E_SYS && errno == EAFNOSUPPORT ? 0 : err;
}

int
os_if_quiet6(const char *ifname)
{
	static const char *const knob[] = {
		"accept_ra", "autoconf", "router_solicitations",
	};
	unsigned index = if_nametoindex(ifname);
	int err;

	if (index == 0)
		return -E_UNKNOWN;
	err = no_link_local(index);
	for (size_t i = 0; i < sizeof(knob) / sizeof(knob[0]); i++) {
		int e = sysctl6(ifname, knob[i], "0");

		if (err == 0)
			err = e;
	}
	return err;
}
