/* bpf(4) has no groups: each lane's descriptors have filters of their own. */
#include <string.h>

#include "base/err.h"
#include "io/io.h"

int
io_steer(const struct io_conf *all, int *data, int *control, int *disc)
{
	memset(data, 0, all->lanes * sizeof(*data));
	memset(control, 0, all->lanes * sizeof(*control));
	if (disc != NULL)
		*disc = 0;
	return -E_SYS;
}
