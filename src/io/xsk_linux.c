/* AF_XDP: Documentation/networking/af_xdp.rst of the kernel. */
#include "io/xsk_linux.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"

#define FRAMES		2048u		/* of each ring, a power of two */
#define CHUNK		2048u
#define CHUNK_BIG	4096u
#define HEADROOM	256u		/* the kernel's, before a frame */
#define SEND_QUEUE	(4 << 20)	/* octets the kernel may hold */
#define KICKS		64		/* each sends a few dozen frames */

/* ---- setting up ---- */

unsigned
xsk_fits(unsigned frame)
{
	return (frame + HEADROOM <= CHUNK ? CHUNK : CHUNK_BIG) - HEADROOM;
}

static int
ring_size(int fd, int what)
{
	return setsockopt(fd, SOL_XDP, what, &(uint32_t){ FRAMES },
	    sizeof(uint32_t));
}

static int
ring_open(struct xsk_ring *r, int fd, const struct xdp_ring_offset *o,
    size_t size, off_t page)
{
	uint8_t *mem;

	r->mem_len = o->desc + FRAMES * size;
	mem = mmap(NULL, r->mem_len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_POPULATE, fd, page);
	if (mem == MAP_FAILED)
		return -E_SYS;
	r->mem = mem;
	r->prod = (void *)(mem + o->producer);
	r->cons = (void *)(mem + o->consumer);
	r->flags = (void *)(mem + o->flags);
	r->desc = mem + o->desc;
	return 0;
}

static void
ring_close(struct xsk_ring *r)
{
	if (r->mem != NULL)
		munmap(r->mem, r->mem_len);
}

static int
umem_open(struct xsk *x, const struct xsk_conf *c)
{
	struct xdp_umem_reg reg;

	x->chunk = xsk_fits(c->frame) + HEADROOM;
	x->umem_len = (size_t)2 * FRAMES * x->chunk;
	x->umem = mmap(NULL, x->umem_len, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (x->umem == MAP_FAILED) {
		x->umem = NULL;
		return -E_SYS;
	}
	memset(&reg, 0, sizeof(reg));
	reg.addr = (uintptr_t)x->umem;
	reg.len = x->umem_len;
	reg.chunk_size = x->chunk;
	return setsockopt(x->fd, SOL_XDP, XDP_UMEM_REG, &reg, sizeof(reg));
}

static int
rings_open(struct xsk *x)
{
	struct xdp_mmap_offsets o;
	socklen_t n = sizeof(o);

	if (ring_size(x->fd, XDP_UMEM_FILL_RING) < 0 ||
	    ring_size(x->fd, XDP_UMEM_COMPLETION_RING) < 0 ||
	    ring_size(x->fd, XDP_TX_RING) < 0 ||
	    ring_size(x->fd, XDP_RX_RING) < 0 ||
	    getsockopt(x->fd, SOL_XDP, XDP_MMAP_OFFSETS, &o, &n) < 0)
		return -E_SYS;
	if (ring_open(&x->fill, x->fd, &o.fr, sizeof(uint64_t),
	    (off_t)XDP_UMEM_PGOFF_FILL_RING) < 0 ||
	    ring_open(&x->done, x->fd, &o.cr, sizeof(uint64_t),
	    (off_t)XDP_UMEM_PGOFF_COMPLETION_RING) < 0 ||
	    ring_open(&x->tx, x->fd, &o.tx, sizeof(struct xdp_desc),
	    XDP_PGOFF_TX_RING) < 0)
		return -E_SYS;
	return ring_open(&x->rx, x->fd, &o.rx, sizeof(struct xdp_desc),
	    XDP_PGOFF_RX_RING);
}

static void
publish(struct xsk_ring *r)
{
	__atomic_store_n(r->prod, r->next, __ATOMIC_RELEASE);
}

/* Chunks [0, FRAMES) are sent from; the others are received into. */
static int
chunks_share(struct xsk *x)
{
	x->spare = calloc(FRAMES, sizeof(*x->spare));
	if (x->spare == NULL)
		return -E_SYS;
	for (uint32_t i = 0; i < FRAMES; i++)
		x->spare[x->spare_n++] = (FRAMES - 1 - i) * x->chunk;
	for (uint32_t i = 0; i < FRAMES; i++)
		((uint64_t *)x->fill.desc)[x->fill.next++] =
		    (uint64_t)(FRAMES + i) * x->chunk;
	publish(&x->fill);
	return 0;
}

/* A socket that only sends must not take the queue from the driver, as
 * zero-copy does. */
static int
make(struct xsk *x, const struct xsk_conf *c)
{
	struct sockaddr_xdp to = {
		.sxdp_family = AF_XDP, .sxdp_flags =
		    (uint16_t)(XDP_USE_NEED_WAKEUP |
		    (c->receive ? 0 : XDP_COPY)),
		.sxdp_ifindex = c->ifindex, .sxdp_queue_id = c->queue,
	};
	struct xdp_options opt;
	socklen_t n = sizeof(opt);
	int octets = SEND_QUEUE;

	if (umem_open(x, c) < 0 || rings_open(x) < 0 ||
	    chunks_share(x) < 0)
		return -E_SYS;
	if (setsockopt(x->fd, SOL_SOCKET, SO_SNDBUFFORCE, &octets,
	    sizeof(octets)) < 0)
		(void)setsockopt(x->fd, SOL_SOCKET, SO_SNDBUF, &octets,
		    sizeof(octets));
	if (bind(x->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return -E_SYS;
	x->zero_copy = getsockopt(x->fd, SOL_XDP, XDP_OPTIONS, &opt,
	    &n) == 0 && (opt.flags & XDP_OPTIONS_ZEROCOPY) != 0;
	return 0;
}

int
xsk_open(struct xsk *x, const struct xsk_conf *c)
{
	memset(x, 0, sizeof(*x));
	x->fd = socket(AF_XDP, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (x->fd < 0)
		return -E_SYS;
	if (make(x, c) == 0)
		return 0;
	int saved = errno;

	xsk_close(x);
	errno = saved;
	return -E_SYS;
}

void
xsk_close(struct xsk *x)
{
	if (x->fd < 0)
		return;
	close(x->fd);
	ring_close(&x->rx);
	ring_close(&x->fill);
	ring_close(&x->tx);
	ring_close(&x->done);
	if (x->umem != NULL)
		munmap(x->umem, x->umem_len);
	free(x->spare);
	x->fd = -1;
}

/* ---- receiving ---- */

static struct xdp_desc *
desc(const struct xsk_ring *r, uint32_t i)
{
	return (struct xdp_desc *)r->desc + (i & (FRAMES - 1));
}

/* The kernel may have them again. */
void
xsk_release(struct xsk *x)
{
	uint64_t *to = x->fill.desc;

	if (x->held == 0)
		return;
	for (uint32_t i = x->rx.next - x->held; i != x->rx.next; i++)
		to[x->fill.next++ & (FRAMES - 1)] = desc(&x->rx, i)->addr &
		    ~(uint64_t)(x->chunk - 1);
	x->held = 0;
	__atomic_store_n(x->rx.cons, x->rx.next, __ATOMIC_RELEASE);
	publish(&x->fill);
	if ((__atomic_load_n(x->fill.flags, __ATOMIC_RELAXED) &
	    XDP_RING_NEED_WAKEUP) != 0)
		(void)recvfrom(x->fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static void
point(const struct xsk *x, uint32_t i, struct pkt *b)
{
	const struct xdp_desc *d = desc(&x->rx, i);

	b->data = x->umem + d->addr;
	b->len = d->len;
	b->tci = b->tpid = 0;
}

unsigned
xsk_waiting(const struct xsk *x)
{
	return __atomic_load_n(x->rx.prod, __ATOMIC_ACQUIRE) - x->rx.next;
}

bool
xsk_look(const struct xsk *x, unsigned at, struct pkt *b)
{
	if (at >= xsk_waiting(x))
		return false;
	point(x, x->rx.next + at, b);
	return true;
}

int
xsk_recv(struct xsk *x, struct io_stats *st, struct pkt *b, int n)
{
	unsigned waiting;
	int got;

	xsk_release(x);
	waiting = xsk_waiting(x);
	for (got = 0; got < n && (unsigned)got < waiting; got++) {
		point(x, x->rx.next++, &b[got]);
		st->in_octets += b[got].len;
	}
	x->held = (uint32_t)got;
	st->in += (uint32_t)got;
	return got;
}

/* ---- sending ---- */

/* Chunks whose frames have left. */
static void
reclaim(struct xsk *x)
{
	uint32_t end = __atomic_load_n(x->done.prod, __ATOMIC_ACQUIRE);
	const uint64_t *from = x->done.desc;

	if (x->done.next == end)
		return;
	while (x->done.next != end)
		x->spare[x->spare_n++] =
		    (uint32_t)from[x->done.next++ & (FRAMES - 1)];
	__atomic_store_n(x->done.cons, end, __ATOMIC_RELEASE);
}

bool
xsk_waits(const struct xsk *x)
{
	return __atomic_load_n(x->tx.cons, __ATOMIC_ACQUIRE) != x->tx.next;
}

/* -E_SYS: the interface is down or gone. */
int
xsk_kick(struct xsk *x)
{
	for (int i = 0; i < KICKS && xsk_waits(x); i++) {
		uint32_t was = __atomic_load_n(x->tx.cons, __ATOMIC_RELAXED);

		if (sendto(x->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 &&
		    (errno == ENETDOWN || errno == ENXIO || errno == ENODEV))
			return -E_SYS;
		if (was == __atomic_load_n(x->tx.cons, __ATOMIC_ACQUIRE))
			break;	/* no room, or the driver does it later */
	}
	return 0;
}

int
xsk_send(struct xsk *x, struct io_stats *st, struct pkt *const *b, int n)
{
	int sent;

	reclaim(x);
	for (sent = 0; sent < n && x->spare_n > 0; sent++) {
		struct xdp_desc *d = desc(&x->tx, x->tx.next++);

		d->addr = x->spare[--x->spare_n];
		d->len = b[sent]->len;
		d->options = 0;
		memcpy(x->umem + d->addr, b[sent]->data, d->len);
		st->out_octets += d->len;
	}
	publish(&x->tx);
	st->out += (uint32_t)sent;
	st->send_full += (uint32_t)(n - sent);
	return xsk_kick(x) < 0 ? -E_SYS : sent;
}

void
xsk_stats(struct xsk *x, struct io_stats *st)
{
	struct xdp_statistics s;
	socklen_t n = sizeof(s);

	memset(&s, 0, sizeof(s));
	if (getsockopt(x->fd, SOL_XDP, XDP_STATISTICS, &s, &n) < 0)
		return;
	st->kernel_drops += s.rx_dropped + s.rx_ring_full - x->drops;
	x->drops = s.rx_dropped + s.rx_ring_full;
}
