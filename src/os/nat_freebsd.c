/* NAT of FreeBSD belongs to libalias inside the packet path. */
#include <string.h>
#include <stdio.h>

#include "base/err.h"
#include "os/nat.h"

int
nat_set(struct nat *n, const char *ifname, const struct nat_conf *c,
    uint32_t my, char *why, size_t len)
{
	(void)n;
	(void)c;
	(void)my;
	snprintf(why, len, "%s: NAT is not available on this system; use the "
	    "nat rules of pf or ipfw", ifname);
	return -E_UNKNOWN;
}

void
nat_off(struct nat *n)
{
	(void)n;
}

int
nat_count(struct nat *n, struct nat_sums *out)
{
	(void)n;
	memset(out, 0, sizeof(*out));
	return 0;
}

void
nat_sweep(void)
{
}

int
nat_forget(uint32_t addr)
{
	(void)addr;
	return 0;
}

int
nat_forwards(void)
{
	return -E_SYS;
}

int
nat_flow_open(void)
{
	return -E_UNKNOWN;
}

bool
nat_flow_read(int fd, nat_flow_fn *fn, void *arg)
{
	(void)fd;
	(void)fn;
	(void)arg;
	return false;
}
