/* FreeBSD has no AF_XDP. */
#include <stdio.h>

#include "base/err.h"
#include "io/io.h"

int
io_xdp(const struct io_conf *all, struct io_xdp *x, const char **how,
    char *why, size_t n)
{
	*x = (struct io_xdp){ 0, 0 };
	*how = "";
	why[0] = '\0';
	if (all->kind != IO_XDP)
		return 0;
	snprintf(why, n, "%s: io xdp: not on this system", all->ifname);
	return -E_STATE;
}

int
io_xdp_map(const struct io_xdp *x)
{
	(void)x;
	return 0;
}

bool
io_kind_here(enum io_kind k)
{
	return k == IO_AUTO || k == IO_BPF;
}
