/* NAT of FreeBSD belongs to libalias inside the packet path. */
#include <stdio.h>

#include "base/err.h"
#include "os/nat.h"

int
nat_on(const char *ifname, char *why, size_t n)
{
	snprintf(why, n, "%s: NAT is not available on this system; use the "
	    "nat rules of pf or ipfw", ifname);
	return -E_UNKNOWN;
}

int
nat_off(const char *ifname)
{
	(void)ifname;
	return 0;
}
