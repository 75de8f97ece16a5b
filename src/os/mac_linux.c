/* The hardware address of an interface, Linux. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "os/net.h"

int
os_if_mac(const char *ifname, uint8_t mac[6])
{
	struct ifreq r;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -E_SYS;
	memset(&r, 0, sizeof(r));
	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", ifname);
	err = ioctl(fd, SIOCGIFHWADDR, &r);
	close(fd);
	if (err < 0)
		return -E_UNKNOWN;
	memcpy(mac, r.ifr_hwaddr.sa_data, 6);
	return 0;
}
