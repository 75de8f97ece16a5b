/* Not on this system yet; arp(8) publishes an address by hand. */
#include "base/err.h"
#include "os/net.h"

int
os_proxy_add(uint32_t addr, char lan[IFNAMSIZ])
{
	(void)addr;
	lan[0] = '\0';
	return -E_UNKNOWN;
}

int
os_proxy_del(uint32_t addr, const char *lan)
{
	(void)addr;
	(void)lan;
	return 0;
}

void
os_proxy_sweep(void)
{
}
