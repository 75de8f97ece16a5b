/*
 * What every kind of struct io shares inside this folder. An
 * implementation embeds `struct io` as its first member and fills it in.
 */
#ifndef IO_IMPL_H
#define IO_IMPL_H

#include "io/io.h"

#ifdef __FreeBSD__
#define IO_NEEDS "needs root"
#else
#define IO_NEEDS "needs root, or CAP_NET_RAW and CAP_NET_ADMIN"
#endif

/* PPP protocol numbers from here on are control, but for these two. */
#define IO_CONTROL_FIRST 0x8000u	/* RFC 1661 section 2: NCPs, LCP, ... */
#define IO_CCP		0x80fdu
#define IO_LQR		0xc025u

#define IO_LANES_MAX	64u

struct io_ops {
	int  (*recv)(struct io *io, struct pkt *b, int n);
	int  (*send)(struct io *io, struct pkt *const *b, int n);
	void (*stats)(struct io *io);	/* NULL: io->st is always right */
	void (*release)(struct io *io);	/* NULL: nothing is lent */
	void (*close)(struct io *io);	/* frees what the rest needs, and io */
	bool (*look)(const struct io *io, unsigned at, struct pkt *b);
					/* NULL: it cannot */
};

struct io {
	const struct io_ops *ops;
	int	 fd;
	const char *way;		/* constant text; io_way() */
	unsigned ifindex, mtu;
	uint8_t	 mac[ETH_ADDR];
	struct io_stats st;
};

/*
 * io_system_open - io_open() of this system; the caller has checked @c.
 */
int io_system_open(struct io **io, const struct io_conf *c, char *why,
    size_t n);

/* io_system_tags - octets of tags @v that count as payload here. */
unsigned io_system_tags(struct vlans v);

/*
 * io_errno - the errno of a socket call as the answer of io_open().
 * @what: what was tried, for the text in @why.
 */
int io_errno(const char *what, const char *ifname, char *why, size_t n);

#endif
