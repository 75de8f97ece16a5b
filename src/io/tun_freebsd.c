/*
 * The TUN device of FreeBSD: tun(4). With TUNSIFHEAD each packet has its
 * address family in front, four octets in network order, which go into the
 * headroom.
 */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_tun.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "io/tun.h"

#define UNITS	256		/* tried when no number is asked for */
#define HEAD	sizeof(uint32_t)

static int
open_failed(const struct tun *t, char *why, size_t n)
{
	switch (errno) {
	case EBUSY:
		snprintf(why, n, "%s: unit is busy", t->name);
		return -E_EXIST;
	case ENOENT:
	case ENXIO:
		snprintf(why, n, "/dev/%s is missing: \"kldload if_tuntap\"",
		    t->name);
		return -E_SYS;
	case EACCES:
	case EPERM:
		snprintf(why, n, "/dev/%s: not permitted (needs root)",
		    t->name);
		return -E_DENIED;
	}
	snprintf(why, n, "/dev/%s: %s", t->name, strerror(errno));
	return -E_SYS;
}

static int
open_unit(struct tun *t, int unit)
{
	char path[sizeof("/dev/") + IFNAMSIZ];

	snprintf(t->name, sizeof(t->name), "tun%d", unit);
	snprintf(path, sizeof(path), "/dev/%s", t->name);
	t->unit = unit;
	t->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return t->fd;
}

static int
open_free(struct tun *t)
{
	for (int unit = 0; unit < UNITS; unit++)
		if (open_unit(t, unit) >= 0 || errno != EBUSY)
			break;
	return t->fd;
}

int
tun_open(struct tun *t, int unit, char *why, size_t n)
{
	int mode = IFF_POINTOPOINT | IFF_MULTICAST, head = 1;

	memset(t, 0, sizeof(*t));
	if ((unit < 0 ? open_free(t) : open_unit(t, unit)) < 0)
		return open_failed(t, why, n);
	if (ioctl(t->fd, TUNSIFMODE, &mode) < 0 ||
	    ioctl(t->fd, TUNSIFHEAD, &head) < 0) {
		snprintf(why, n, "%s: %s", t->name, strerror(errno));
		tun_close(t);
		return -E_SYS;
	}
	return 0;
}

void
tun_close(struct tun *t)
{
	int saved = errno;

	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	errno = saved;
}

int
tun_read(struct tun *t, struct pkt *b, uint8_t *big, struct offload *o)
{
	(void)big;		/* nothing is joined here */
	memset(o, 0, sizeof(*o));
	pkt_reset(b);
	ssize_t got = read(t->fd, b->data - HEAD, PKT_ROOM + HEAD);

	if (got < 0)		/* EHOSTDOWN: it has no address yet */
		return errno == EAGAIN || errno == EINTR ||
		    errno == EHOSTDOWN ? 0 : -E_SYS;
	if ((size_t)got <= HEAD)
		return 0;
	b->len = (uint32_t)((size_t)got - HEAD);
	return (int)b->len;
}

int
tun_write(struct tun *t, const struct piece *piece, unsigned n,
    const struct offload *o)
{
	bool v6 = n > 0 && piece[0].p[0] >> 4 == 6;
	uint32_t family = htonl(v6 ? AF_INET6 : AF_INET);
	struct iovec iov[2] = { { &family, HEAD } };

	if (n != 1 || o->kind != OFF_NONE)	/* t->gso said so */
		return -E_FULL;
	iov[1].iov_base = (void *)(uintptr_t)piece[0].p;
	iov[1].iov_len = piece[0].n;
	if (writev(t->fd, iov, 2) >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS ? -E_FULL : -E_SYS;
}
