/* FreeBSD has no programs of XDP. */
#include "os/net.h"

bool
os_if_tells_tags(const char *ifname)
{
	(void)ifname;
	return false;
}
