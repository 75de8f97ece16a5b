/* Interfaces, as far as one set of ioctls serves every system. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/iface.h"
#include "os/net.h"

int
if_ask(const char *ifname, unsigned long op, struct ifreq *ifr)
{
	int fd, err = 0, saved;

	if (strlen(ifname) >= sizeof(ifr->ifr_name))
		return -E_UNKNOWN;
	memcpy(ifr->ifr_name, ifname, strlen(ifname) + 1);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -E_SYS;
	if (ioctl(fd, op, ifr) < 0)
		err = errno == ENODEV || errno == ENXIO ? -E_UNKNOWN : -E_SYS;
	saved = errno;
	close(fd);
	errno = saved;
	return err;
}

int
os_if_index(const char *ifname)
{
	unsigned index = if_nametoindex(ifname);

	return index != 0 ? (int)index : -E_UNKNOWN;
}

int
os_if_set_up(const char *ifname, bool up)
{
	struct ifreq ifr = { .ifr_flags = 0 };
	int err = if_ask(ifname, SIOCGIFFLAGS, &ifr);

	if (err < 0 || ((ifr.ifr_flags & IFF_UP) != 0) == up)
		return err;
	ifr.ifr_flags = (short)(ifr.ifr_flags ^ IFF_UP);
	return if_ask(ifname, SIOCSIFFLAGS, &ifr);
}

int
os_if_set_mtu(const char *ifname, unsigned mtu)
{
	struct ifreq ifr = { .ifr_mtu = (int)mtu };

	return if_ask(ifname, SIOCSIFMTU, &ifr);
}
