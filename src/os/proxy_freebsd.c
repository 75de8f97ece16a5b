/* Not on this system; arp(8) publishes an address by hand. */
#include <stdio.h>

#include "base/err.h"
#include "os/net.h"

int
os_proxy_add(uint32_t addr, unsigned *lan, char *why, size_t n)
{
	(void)addr;
	*lan = 0;
	snprintf(why, n, "proxy ARP is not available on this system; use "
	    "arp -s ADDRESS auto pub");
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
