/*
 * One AF_XDP socket: memory of ours (the umem) that the kernel reads frames
 * from and writes them to, and four rings that say which. It is bound to one
 * queue of one interface, and each queue has room for one such socket.
 */
#ifndef IO_XSK_LINUX_H
#define IO_XSK_LINUX_H

#include "io/io.h"

struct xsk_ring {
	uint32_t *prod, *cons, *flags;	/* the kernel's, too */
	void	*desc;
	uint32_t next;			/* ours: to be filled, or read */
	void	*mem;			/* of mmap(2) */
	size_t	 mem_len;
};

struct xsk {			/* owner: whoever embeds it */
	int	 fd;			/* -1: closed */
	uint8_t	*umem;
	size_t	 umem_len;
	uint32_t chunk;			/* octets of one, with its headroom */
	struct xsk_ring rx, fill, tx, done;
	uint32_t held;			/* frames lent to the caller */
	uint32_t spare_n, *spare;	/* chunks nothing is sent from */
	bool	 zero_copy;
	uint64_t drops;			/* as the kernel counts them */
};

/* Where a socket goes. */
struct xsk_conf {
	unsigned ifindex, queue;
	unsigned frame;			/* octets of the largest one */
	bool	 receive;		/* a program gives it frames */
};

/*
 * xsk_open - 0, or -E_SYS with errno: EBUSY: the queue has a socket, or had
 * one a moment ago; EINVAL: no such queue; ENOBUFS: not so much memory may
 * be locked. It takes 8 MiB, or 16 where frames are larger than 1,792.
 */
int xsk_open(struct xsk *x, const struct xsk_conf *c);
void xsk_close(struct xsk *x);

/* xsk_fits - octets of the largest frame that fits a chunk. */
unsigned xsk_fits(unsigned frame);

/*
 * xsk_recv, xsk_release - as io_recv() and io_release(), without errors.
 * xsk_send - as io_send(), of frames that are not too large.
 * xsk_waits - frames that xsk_send() took have not left, and nobody will
 * see to it but xsk_kick(), when @x->fd is writable.
 */
int xsk_recv(struct xsk *x, struct io_stats *st, struct pkt *b, int n);
void xsk_release(struct xsk *x);
int xsk_send(struct xsk *x, struct io_stats *st, struct pkt *const *b,
    int n);
bool xsk_waits(const struct xsk *x);
int xsk_kick(struct xsk *x);

/* xsk_look - as io_look(). xsk_waiting - frames that xsk_recv() would give. */
bool xsk_look(const struct xsk *x, unsigned at, struct pkt *b);
unsigned xsk_waiting(const struct xsk *x);

/* xsk_stats - adds to @st what the kernel dropped since the last call. */
void xsk_stats(struct xsk *x, struct io_stats *st);

#endif
