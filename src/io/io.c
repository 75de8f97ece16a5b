/* What is the same for every kind of frame I/O. */
#include "io/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/err.h"
#include "io/impl.h"

static const char *const kind_name[IO_KINDS] = {
	[IO_AUTO] = "auto", [IO_PACKET] = "packet", [IO_XDP] = "xdp",
	[IO_XDP_SEND] = "xdp-send", [IO_BPF] = "bpf",
};

const char *
io_kind_name(enum io_kind k)
{
	return kind_name[k];
}

bool
io_kind_find(const char *name, enum io_kind *k)
{
	for (int i = 0; i < IO_KINDS; i++)
		if (strcasecmp(name, kind_name[i]) == 0) {
			*k = (enum io_kind)i;
			return true;
		}
	return false;
}

void
io_xdp_close(struct io_xdp *x)
{
	if (x->map != 0)
		close(x->map);
	if (x->link != 0)
		close(x->link);
	*x = (struct io_xdp){ 0, 0 };
}

void
io_drop(const struct io_conf *c)
{
	if (c->fd != 0)
		close(c->fd);
	if (c->map != 0)
		close(c->map);
}

static int
bad_conf(const struct io_conf *c)
{
	io_drop(c);
	return -E_RANGE;
}

int
io_open(struct io **io, const struct io_conf *c, char *why, size_t n)
{
	bool named = memchr(c->ifname, '\0', sizeof(c->ifname)) != NULL;

	*io = NULL;
	if (!named || c->ifname[0] == '\0') {
		snprintf(why, n, "interface name is empty or too long");
		return bad_conf(c);
	}
	if (c->lanes == 0 || c->lanes > IO_LANES_MAX ||
	    (c->lanes & (c->lanes - 1)) != 0 || c->lane >= c->lanes) {
		snprintf(why, n, "%s: lane %u of %u is impossible",
		    c->ifname, c->lane, c->lanes);
		return bad_conf(c);
	}
	int err = io_system_open(io, c, why, n);

	if (err < 0 && c->map != 0)
		close(c->map);
	return err;
}

void
io_parts(const struct io_conf *all, struct io_conf *data,
    struct io_conf *control, struct io_conf *disc)
{
	*data = *control = *all;
	data->part = IO_DATA;
	data->disc_type = 0;
	control->kind = IO_PACKET;
	control->part = IO_CONTROL;
	control->ring = 0;		/* they are few */
	if (disc == NULL)
		return;
	*disc = (struct io_conf){ .lanes = 1, .disc_type = all->disc_type };
	memcpy(disc->ifname, all->ifname, sizeof(disc->ifname));
	control->disc_type = 0;
}

int
io_errno(const char *what, const char *ifname, char *why, size_t n)
{
	int err = errno;

	if (err == EPERM || err == EACCES)
		snprintf(why, n, "%s: %s: %s (" IO_NEEDS ")", ifname, what,
		    strerror(err));
	else if (err == ENODEV || err == ENXIO)
		snprintf(why, n, "%s: no such interface", ifname);
	else
		snprintf(why, n, "%s: %s: %s", ifname, what, strerror(err));
	errno = err;
	return err == ENODEV || err == ENXIO ? -E_UNKNOWN : -E_SYS;
}

void
io_close(struct io *io)
{
	if (io != NULL)
		io->ops->close(io);
}

void
io_release(struct io *io)
{
	if (io->ops->release != NULL)
		io->ops->release(io);
}

int
io_fd(const struct io *io)
{
	return io->fd;
}

const char *
io_way(const struct io *io)
{
	return io->way;
}

const uint8_t *
io_mac(const struct io *io)
{
	return io->mac;
}

unsigned
io_ifindex(const struct io *io)
{
	return io->ifindex;
}

unsigned
io_room(const struct io *io, struct vlans v)
{
	unsigned tags = io_system_tags(v);

	return io->mtu > tags ? io->mtu - tags : 0;
}

int
io_recv(struct io *io, struct pkt *b, int n)
{
	return io->ops->recv(io, b, n);
}

bool
io_look(const struct io *io, unsigned at, struct pkt *b)
{
	return io->ops->look != NULL && io->ops->look(io, at, b);
}

int
io_send(struct io *io, struct pkt *const *b, int n)
{
	return io->ops->send(io, b, n);
}

void
io_stats(struct io *io, struct io_stats *st)
{
	if (io->ops->stats != NULL)
		io->ops->stats(io);
	*st = io->st;
}
