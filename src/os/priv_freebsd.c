/* FreeBSD has no privilege that is narrower than root and opens a tun. */
#include <stdio.h>

#include "os/priv.h"

int
priv_drop(bool xdp, char *why, size_t n)
{
	(void)xdp;
	snprintf(why, n, "privileges are kept on this system");
	return 0;
}

int
priv_none(void)
{
	return 0;
}
