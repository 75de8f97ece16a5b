/*
 * Frames of a lane through AF_XDP. The packet socket stays: it gets what the
 * program passes on (other queues, tags out of the bytes, frames that fit no
 * chunk), and control looks at its errors.
 */
#include "io/xdp_linux.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/err.h"
#include "io/xsk_linux.h"

#define TRIES		60		/* a second apart */

struct xdp {
	struct io io;			/* first: they are one object */
	struct io *packet;		/* owner */
	struct xsk xsk;
	struct io_stats st;		/* of xsk */
	int	 map;			/* owner; where our socket is noted;
					 * 0: it only sends */
	unsigned lane;
	unsigned tries;			/* the queue may become free */
	bool	 waits;			/* we poll for room to send */
	unsigned largest;		/* octets of a frame without tags */
};

/* As packet(7) has it: one tag comes on top. */
static bool
too_large(const struct xdp *x, const struct pkt *b)
{
	unsigned tag = b->len > 14 && b->data[12] == ETH_P_VLAN >> 8 &&
	    b->data[13] == (ETH_P_VLAN & 0xff) ? 4 : 0;

	return b->len > x->largest + tag;
}

static void
watch(struct xdp *x, bool out)
{
	struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0) };

	if (x->waits != out)
		(void)epoll_ctl(x->io.fd, EPOLL_CTL_MOD, x->xsk.fd, &e);
	x->waits = out;
}

/* Those before a frame that is too large, then those after it. */
static int
send_runs(struct xdp *x, struct pkt *const *b, int n)
{
	int sent = 0;

	for (int from = 0, to = 0; from < n; from = ++to) {
		while (to < n && !too_large(x, b[to]))
			to++;
		int got = xsk_send(&x->xsk, &x->st, b + from, to - from);

		if (got < 0)
			return -E_SYS;
		sent += got;
		x->st.send_size += to < n;
	}
	watch(x, xsk_waits(&x->xsk));
	return sent;
}

static int
xdp_send(struct io *io, struct pkt *const *b, int n)
{
	struct xdp *x = (struct xdp *)io;

	return x->xsk.fd < 0 ? io_send(x->packet, b, n) : send_runs(x, b, n);
}

static int
xdp_recv(struct io *io, struct pkt *b, int n)
{
	struct xdp *x = (struct xdp *)io;
	int got, more;

	if (x->waits)		/* when it is down the next to send tries */
		watch(x, xsk_kick(&x->xsk) == 0 && xsk_waits(&x->xsk));
	got = x->xsk.fd >= 0 ? xsk_recv(&x->xsk, &x->st, b, n) : 0;
	more = got < n ? io_recv(x->packet, b + got, n - got) : 0;
	return more > 0 ? got + more : got > 0 ? got : more;
}

/* In the order of xdp_recv(). */
static bool
xdp_look(const struct io *io, unsigned at, struct pkt *b)
{
	const struct xdp *x = (const struct xdp *)io;
	unsigned before = x->xsk.fd >= 0 ? xsk_waiting(&x->xsk) : 0;

	return at < before ? xsk_look(&x->xsk, at, b) :
	    io_look(x->packet, at - before, b);
}

static void
xdp_release(struct io *io)
{
	struct xdp *x = (struct xdp *)io;

	if (x->xsk.fd >= 0)
		xsk_release(&x->xsk);
	io_release(x->packet);
}

static void
add(struct io_stats *to, const struct io_stats *st)
{
	to->in += st->in;
	to->out += st->out;
	to->in_octets += st->in_octets;
	to->out_octets += st->out_octets;
	to->send_full += st->send_full;
	to->send_size += st->send_size;
	to->kernel_drops += st->kernel_drops;
}

static bool
poll_too(const struct xdp *x, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(x->io.fd, EPOLL_CTL_ADD, fd, &e) == 0;
}

static const char *
refused(int err)
{
	switch (err) {
	case EINVAL:
		return "packet (no queue of its own)";
	case EBUSY:
		return "packet (its queue is in use)";
	case ENOBUFS:
		return "packet (no more memory may be locked)";
	default:
		return "packet (no AF_XDP socket)";
	}
}

/*
 * The socket on the lane's queue, if it can be had: one that was closed a
 * moment ago keeps it busy for a while, so we come back.
 */
static void
try_queue(struct xdp *x)
{
	struct xsk_conf k = { .ifindex = x->io.ifindex, .queue = x->lane,
	    .frame = x->io.mtu + ETH_HDR_MAX, .receive = x->map != 0 };

	x->tries--;
	if (xsk_open(&x->xsk, &k) < 0) {
		x->io.way = refused(errno);
		if (errno != EBUSY)
			x->tries = 0;
		return;
	}
	x->tries = 0;
	if (poll_too(x, x->xsk.fd) && (x->map == 0 ||
	    xdp_join(x->map, x->lane, x->xsk.fd) == 0)) {
		x->io.way = x->map == 0 ? "xdp-send" :
		    x->xsk.zero_copy ? "xdp, zero-copy" : "xdp";
		return;
	}
	x->io.way = refused(errno);
	xsk_close(&x->xsk);
}

static void
xdp_stats(struct io *io)
{
	struct xdp *x = (struct xdp *)io;

	if (x->tries > 0)
		try_queue(x);
	if (x->xsk.fd >= 0)
		xsk_stats(&x->xsk, &x->st);
	io_stats(x->packet, &io->st);
	add(&io->st, &x->st);
}

static void
xdp_close(struct io *io)
{
	struct xdp *x = (struct xdp *)io;

	if (x->map != 0)
		close(x->map);
	xsk_close(&x->xsk);
	io_close(x->packet);
	close(io->fd);
	free(x);
}

static const struct io_ops xdp_ops = {
	xdp_recv, xdp_send, xdp_stats, xdp_release, xdp_close, xdp_look,
};

struct io *
xdp_open(struct io *packet, const struct io_conf *c)
{
	struct xdp *x = calloc(1, sizeof(*x));
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (x != NULL) {
		x->io = *packet;
		x->io.ops = &xdp_ops;
		x->io.fd = fd;
		x->packet = packet;
		x->map = c->map;
		x->lane = c->lane;
		x->tries = TRIES;
		x->largest = packet->mtu + 14;
		x->xsk.fd = -1;
		if (fd >= 0 && poll_too(x, packet->fd)) {
			try_queue(x);
			return &x->io;
		}
	}
	if (fd >= 0)
		close(fd);
	if (c->map != 0)
		close(c->map);
	free(x);
	return packet;
}
