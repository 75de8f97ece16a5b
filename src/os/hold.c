/* Locks on octets of a file: fcntl(2), which FreeBSD has, too. */
#include "os/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"

void
addr_hold_init(struct addr_hold *h)
{
	h->fd = -1;
	h->addr = 0;
}

static int
lock(const struct addr_hold *h, short type, uint32_t addr)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
	    .l_start = (off_t)addr, .l_len = 1 };

	return fcntl(h->fd, F_SETLK, &l);
}

int
addr_hold(struct addr_hold *h, const char *path, uint32_t addr)
{
	uint32_t was = h->addr;

	if (h->fd < 0)
		h->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (h->fd < 0)
		return -E_SYS;
	if (lock(h, F_WRLCK, addr) < 0)
		return errno == EACCES || errno == EAGAIN ? -E_EXIST :
		    -E_SYS;
	if (was != 0 && was != addr)
		(void)lock(h, F_UNLCK, was);
	h->addr = addr;
	return 0;
}

void
addr_let_go(struct addr_hold *h)
{
	if (h->addr != 0)
		(void)lock(h, F_UNLCK, h->addr);
	h->addr = 0;
}

void
addr_hold_done(struct addr_hold *h)
{
	if (h->fd >= 0)
		close(h->fd);
	addr_hold_init(h);
}
