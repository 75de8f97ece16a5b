/*
 * The TUN device of Linux: /dev/net/tun. A vnet header in front of each
 * packet says what the stack left to us, or we to the stack.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/err.h"
#include "io/tun.h"

#define TUN_PATH	"/dev/net/tun"
#define PIECES_MAX	72u

/* Of Linux 6.2 and later; older headers lack the names. */
#define F_USO4		0x20u
#define F_USO6		0x40u
#define GSO_UDP_L4	5

static int
open_failed(char *why, size_t n)
{
	switch (errno) {
	case ENOENT:
		snprintf(why, n, TUN_PATH " is missing: \"modprobe tun\"; in a "
		    "container pass the device in (--device " TUN_PATH ")");
		return -E_SYS;
	case ENODEV:
	case ENXIO:
		snprintf(why, n, TUN_PATH ": the kernel has no TUN driver "
		    "(\"modprobe tun\")");
		return -E_SYS;
	case EACCES:
	case EPERM:
		snprintf(why, n, TUN_PATH ": not permitted (its mode, or the "
		    "container's list of devices)");
		return -E_DENIED;
	}
	snprintf(why, n, TUN_PATH ": %s", strerror(errno));
	return -E_SYS;
}

static int
attach_failed(int unit, char *why, size_t n)
{
	char name[IFNAMSIZ] = "tun";

	if (unit >= 0)
		snprintf(name, sizeof(name), "tun%d", unit);
	switch (errno) {
	case EBUSY:
		snprintf(why, n, "%s: unit is busy", name);
		return -E_EXIST;
	case EINVAL:
		snprintf(why, n, "%s: there is an interface of another kind "
		    "with this name", name);
		return -E_EXIST;
	case EPERM:
		snprintf(why, n, "%s: not permitted (needs root, or "
		    "CAP_NET_ADMIN)", name);
		return -E_DENIED;
	}
	snprintf(why, n, "%s: %s", name, strerror(errno));
	return -E_SYS;
}

/* UDP segmentation came with Linux 6.2; without it the rest is taken. */
static void
ask_offloads(struct tun *t)
{
	unsigned tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;

	t->uso = ioctl(t->fd, TUNSETOFFLOAD, tcp | F_USO4 | F_USO6) == 0;
	t->gso = t->uso || ioctl(t->fd, TUNSETOFFLOAD, tcp) == 0;
}

int
tun_open(struct tun *t, int unit, char *why, size_t n)
{
	struct ifreq ifr;

	memset(t, 0, sizeof(*t));
	t->fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (t->fd < 0)
		return open_failed(why, n);
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
	if (unit < 0)	/* the kernel puts the first free number in */
		memcpy(ifr.ifr_name, "tun%d", sizeof("tun%d"));
	else
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "tun%d", unit);
	if (ioctl(t->fd, TUNSETIFF, &ifr) < 0) {
		int err = attach_failed(unit, why, n);

		tun_close(t);
		return err;
	}
	ifr.ifr_name[IFNAMSIZ - 1] = '\0';
	memcpy(t->name, ifr.ifr_name, sizeof(t->name));
	t->unit = atoi(t->name + strlen("tun"));
	ask_offloads(t);
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

/* ---- packets, each with a vnet header in front ---- */

static void
from_vnet(const struct virtio_net_hdr *h, struct offload *o)
{
	memset(o, 0, sizeof(*o));
	switch (h->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) {
	case VIRTIO_NET_HDR_GSO_TCPV4:
		o->kind = OFF_TCP4;
		break;
	case VIRTIO_NET_HDR_GSO_TCPV6:
		o->kind = OFF_TCP6;
		break;
	case GSO_UDP_L4:
		o->kind = OFF_UDP;
		break;
	}
	o->needs_sum = (h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
	o->size = h->gso_size;
	o->l4 = h->csum_start;
	o->sum_at = h->csum_offset;
	o->hdr = h->hdr_len;
}

static void
to_vnet(const struct offload *o, struct virtio_net_hdr *h)
{
	static const uint8_t type[] = {
		[OFF_NONE] = VIRTIO_NET_HDR_GSO_NONE,
		[OFF_TCP4] = VIRTIO_NET_HDR_GSO_TCPV4,
		[OFF_TCP6] = VIRTIO_NET_HDR_GSO_TCPV6,
		[OFF_UDP] = GSO_UDP_L4,
	};

	memset(h, 0, sizeof(*h));
	h->gso_type = type[o->kind];
	if (o->kind == OFF_NONE)
		return;
	h->flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	h->gso_size = o->size;
	h->csum_start = o->l4;
	h->csum_offset = o->sum_at;
	h->hdr_len = o->hdr;
}

int
tun_read(struct tun *t, struct pkt *b, uint8_t *big, struct offload *o)
{
	struct virtio_net_hdr h;

	pkt_reset(b);
	struct iovec iov[3] = {
		{ &h, sizeof(h) }, { b->data, PKT_ROOM },
		{ big + PKT_ROOM, SUPER_MAX - PKT_ROOM },
	};
	ssize_t got = readv(t->fd, iov, 3);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -E_SYS;
	if ((size_t)got <= sizeof(h))
		return 0;
	got -= (ssize_t)sizeof(h);
	from_vnet(&h, o);
	b->len = (uint32_t)got;
	if (b->len > PKT_ROOM)
		memcpy(big, b->data, PKT_ROOM);
	return (int)got;
}

int
tun_write(struct tun *t, const struct piece *piece, unsigned n,
    const struct offload *o)
{
	struct iovec iov[PIECES_MAX];
	struct virtio_net_hdr h;

	if (n >= PIECES_MAX)
		return -E_FULL;
	to_vnet(o, &h);
	iov[0].iov_base = &h;
	iov[0].iov_len = sizeof(h);
	for (unsigned i = 0; i < n; i++) {
		iov[i + 1].iov_base = (void *)(uintptr_t)piece[i].p;
		iov[i + 1].iov_len = piece[i].n;
	}
	if (writev(t->fd, iov, (int)n + 1) >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ?
	    -E_FULL : -E_SYS;
}
