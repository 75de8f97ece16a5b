/*
 * A transfer that proves itself: numbered blocks, each with its digest, sent
 * on a connected socket (TCP, or UDP with a block in each datagram). Both
 * ends keep the digests of the blocks they know, and compare what these add
 * up to. One thread; calls wait, but never longer than told.
 */
#ifndef GEN_XFER_H
#define GEN_XFER_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "wire/rd.h"

#define XFER_HEAD	60u		/* octets before a block's payload */
#define XFER_BLOCK	65536u		/* largest payload; of a TCP block */
#define XFER_DATAGRAM	1400u		/* payload of a UDP block */
#define XFER_DATAGRAM_MAX 1404u	/* with MTU 1492 */
#define XFER_BLOCKS	1000000u	/* most */
#define XFER_SUM	32u

enum xfer_algo { XFER_CRC32, XFER_MD5, XFER_SHA256, XFER_FLETCHER32,
	XFER_ALGOS };
const char *xfer_algo_name(enum xfer_algo a);
size_t xfer_algo_size(enum xfer_algo a);	/* octets of a digest */

/* xfer_digest - of @n octets, with zeros behind it. */
void xfer_digest(enum xfer_algo a, const void *p, size_t n,
    uint8_t out[XFER_SUM]);

struct xfer_conf {
	bool	 udp;
	uint8_t	 algo;			/* enum xfer_algo */
	uint32_t run;			/* the same at both ends */
	uint32_t blocks, size;		/* how many, of what payload */
	uint32_t mbps;			/* most Mbit/s; 0: no limit */
	uint32_t timeout;		/* ms without progress */
	bool	 from_file;		/* what is sent; else random octets */
	int	 file;			/* borrows */
	/* From time to time, with the blocks so far; false: break off. NULL */
	bool	(*tick)(void *arg, uint32_t blocks);
	void	*arg;
	const volatile sig_atomic_t *stop;
};

struct xfer {			/* xfer_init(), xfer_free() */
	struct xfer_conf c;
	uint8_t	*sum;			/* owner: this; a digest a block */
	bool	*have;			/* owner: this; of which blocks */
	uint8_t	*buf;			/* owner: this; one block */
	uint32_t got;			/* blocks sent, or received well */
	uint32_t twice, late, damaged;	/* received */
	uint32_t next;			/* block that is expected */
	tstamp	 began, ended;		/* first block, last */
};

/* xfer_init - 0, or -E_SYS: no memory. @c is copied. */
int xfer_init(struct xfer *x, const struct xfer_conf *c);
void xfer_free(struct xfer *x);

/*
 * xfer_send, xfer_recv - all blocks, on a non-blocking socket. 0; -E_SYS
 * (errno; ETIMEDOUT: nothing moves; EINTR: told to stop; ECONNRESET: broken
 * off; 0: the other side closed). UDP is over when all came, or
 * nothing did for a second.
 */
int xfer_send(struct xfer *x, int fd);
int xfer_recv(struct xfer *x, int fd);

/* xfer_take - one block with its header, as it came. Pure. */
void xfer_take(struct xfer *x, struct rd in, tstamp now);

/* xfer_total - what all digests add up to; a missing block's is zeros. */
void xfer_total(const struct xfer *x, uint8_t total[XFER_SUM]);

#endif
