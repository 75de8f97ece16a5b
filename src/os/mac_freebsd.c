/* The hardware address of an interface, FreeBSD. */
#include <sys/types.h>
#include <sys/socket.h>
#include <ifaddrs.h>
#include <net/if_dl.h>
#include <string.h>

#include "base/err.h"
#include "os/net.h"

int
os_if_mac(const char *ifname, uint8_t mac[6])
{
	struct ifaddrs *all, *a;
	int err = -E_UNKNOWN;

	if (getifaddrs(&all) < 0)
		return -E_SYS;
	for (a = all; a != NULL && err < 0; a = a->ifa_next) {
		const struct sockaddr_dl *dl = (const void *)a->ifa_addr;

		if (dl == NULL || dl->sdl_family != AF_LINK ||
		    dl->sdl_alen != 6 || strcmp(a->ifa_name, ifname) != 0)
			continue;
		memcpy(mac, dl->sdl_data + dl->sdl_nlen, 6);
		err = 0;
	}
	freeifaddrs(all);
	return err;
}
