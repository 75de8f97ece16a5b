/*
 * A memory-mapped receive ring of a packet socket (TPACKET_V2): the kernel
 * copies a frame into it once, no system call and no copy of ours follows.
 * A slot holds frames of up to about 1,960 octets.
 */
#ifndef IO_RING_LINUX_H
#define IO_RING_LINUX_H

#include "io/io.h"

struct ring {			/* owner: struct packet */
	uint8_t	*mem;		/* NULL: no ring */
	unsigned slots;		/* a power of two */
	unsigned at, held;	/* next slot; slots lent to the caller */
};

/*
 * ring_ask - for a socket that is not bound yet; without memory for it the
 * socket works without. ring_map - the ring of a socket, if it has one, into
 * our memory: 0 or -E_SYS. ring_close - gives the memory back.
 */
void ring_ask(int fd, unsigned slots);
int ring_map(struct ring *r, int fd, unsigned slots);
void ring_close(struct ring *r);

/*
 * ring_recv - up to @n frames; b[].data points into the ring until
 * ring_release(), which io_recv() and io_release() call.
 */
int ring_recv(struct ring *r, struct io_stats *st, struct pkt *b, int n);
void ring_release(struct ring *r);

/* ring_look - as io_look(). */
bool ring_look(const struct ring *r, unsigned at, struct pkt *b);

#endif
