/* The TUN device of Linux: /dev/net/tun, packets without a header. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/err.h"
#include "io/tun.h"

#define TUN_PATH	"/dev/net/tun"

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

int
tun_open(struct tun *t, int unit, char *why, size_t n)
{
	struct ifreq ifr;

	memset(t, 0, sizeof(*t));
	t->fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (t->fd < 0)
		return open_failed(why, n);
	memset(&ifr, 0, sizeof(ifr));
	ifr.ifr_flags = IFF_TUN | IFF_NO_PI;
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
tun_read(struct tun *t, struct pkt *b)
{
	pkt_reset(b);
	ssize_t got = read(t->fd, b->data, PKT_ROOM);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -E_SYS;
	b->len = (uint32_t)got;
	return (int)got;
}

int
tun_write(struct tun *t, const uint8_t *ip, size_t len)
{
	if (write(t->fd, ip, len) >= 0)
		return 0;
	return errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM ?
	    -E_FULL : -E_SYS;
}
