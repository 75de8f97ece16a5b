/* Which addresses this host's interfaces have: getifaddrs(3). */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "os/net.h"

/* In host order; 0: not IPv4. */
static uint32_t
ip4(const struct sockaddr *sa)
{
	struct sockaddr_in in;

	if (sa == NULL || sa->sa_family != AF_INET)
		return 0;
	memcpy(&in, sa, sizeof(in));
	return ntohl(in.sin_addr.s_addr);
}

bool
os_addr_used(uint32_t addr)
{
	struct ifaddrs *list;
	bool used = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (struct ifaddrs *i = list; i != NULL && !used; i = i->ifa_next)
		used = ip4(i->ifa_addr) == addr ||
		    (i->ifa_flags & IFF_POINTOPOINT &&
		    ip4(i->ifa_dstaddr) == addr);
	freeifaddrs(list);
	return used;
}

bool
os_lan_of(uint32_t addr, char lan[IFNAMSIZ])
{
	const unsigned want = IFF_UP | IFF_BROADCAST;
	const unsigned all = want | IFF_LOOPBACK | IFF_POINTOPOINT |
	    IFF_NOARP;
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) < 0)
		return false;
	for (struct ifaddrs *i = list; i != NULL && !found;
	    i = i->ifa_next) {
		uint32_t is = ip4(i->ifa_addr), mask = 0;

		if (is == 0 || i->ifa_netmask == NULL ||
		    (i->ifa_flags & all) != want)
			continue;
		mask = ntohl(((const struct sockaddr_in *)(const void *)
		    i->ifa_netmask)->sin_addr.s_addr);
		found = ((is ^ addr) & mask) == 0;
		if (found)
			snprintf(lan, IFNAMSIZ, "%s", i->ifa_name);
	}
	freeifaddrs(list);
	return found;
}
