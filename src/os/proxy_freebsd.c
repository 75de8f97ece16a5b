/* Not on this system; arp(8) publishes an address by hand. */
#include <stdio.h>

#include "base/err.h"
#include "os/net.h"

int
os_proxy_add(uint32_t addr, unsigned *lan, char *why, size_t n)
{
	*lan = 0;
	snprintf(why, n, "no proxy ARP on this system; "
	    "`arp -s %u.%u.%u.%u auto pub' does it by hand", addr >> 24,
	    addr >> 16 & 255, addr >> 8 & 255, addr & 255);
	return -E_UNKNOWN;
}

int
os_proxy_del(uint32_t addr, unsigned lan)
{
	(void)addr;
	(void)lan;
	return 0;
}

void
os_proxy_sweep(void)
{
}
