/* Network namespaces for tests. */
#ifdef __linux__
#include "lib/netns.h"

#include <arpa/inet.h>
#include <atf-c.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static bool
run(const char *fmt, va_list ap)
{
	char line[1024];
	int n = vsnprintf(line, sizeof(line), fmt, ap);

	ATF_REQUIRE(n > 0 && (size_t)n < sizeof(line));
	return system(line) == 0;
}

void
sh(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	bool ok = run(fmt, ap);
	va_end(ap);
	ATF_REQUIRE_MSG(ok, "failed: %s", fmt);
}

bool
sh_ok(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	bool ok = run(fmt, ap);
	va_end(ap);
	return ok;
}

void
netns_enter(void)
{
	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNET));
	sh("ip link set lo up");
}

bool
readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

void
netns_mac(const char *ifname, uint8_t mac[6])
{
	struct ifreq ifr = { .ifr_flags = 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(0, ioctl(fd, SIOCGIFHWADDR, &ifr));
	memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	close(fd);
}

int
raw_open(const char *ifname)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	ll.sll_ifindex = (int)if_nametoindex(ifname);
	ATF_REQUIRE(fd >= 0);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&ll, sizeof(ll)));
	return fd;
}
#endif
