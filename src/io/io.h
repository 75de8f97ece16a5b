/*
 * Frames in and out of one Ethernet interface. One object, one thread.
 * Linux: AF_PACKET, or AF_XDP beside it; FreeBSD: bpf(4); tests: a pair in
 * memory. The interface stays as it is otherwise: no VLAN devices, no
 * promiscuous mode unless io_conf asks.
 */
#ifndef IO_IO_H
#define IO_IO_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/eth.h"
#include "wire/pkt.h"

struct io;

/*
 * PPP control packets (LCP, authentication, NCPs) may have an object of
 * their own, so that data that fills one queue costs no echo its answer.
 * CCP and link quality reports stay with the data: their place in the order
 * of packets means something.
 */
enum io_part { IO_ALL, IO_CONTROL, IO_DATA };

/* What `set io` asks for. IO_AUTO: what is best as far as we measured:
 * IO_SYSTEM. */
enum io_kind { IO_AUTO, IO_PACKET, IO_XDP, IO_XDP_SEND, IO_BPF };
#define IO_KINDS 5
#ifdef __linux__
#define IO_SYSTEM IO_PACKET
#else
#define IO_SYSTEM IO_BPF
#endif

/* Of io_xdp(): where the sockets are noted, and what keeps the program
 * attached. Descriptors; 0: none. */
struct io_xdp {
	int	 map, link;
};

/*
 * Which frames: all whose type (behind at most two tags) is disc_type or
 * sess_type (0: none) and that are addressed to us or broadcast. With lanes
 * > 1 session frames are only those with SESSION_ID mod lanes == lane.
 * Own frames that left are never received.
 */
#define IO_RING		2048u		/* what a lane takes in one go */

struct io_conf {
	char	 ifname[IFNAMSIZ];
	uint16_t disc_type, sess_type;
	uint16_t lanes, lane;
	uint32_t ring;			/* many frames: map a receive ring of
					 * so many, a power of two; 0: none */
	uint8_t	 part;			/* enum io_part, of session frames */
	uint8_t	 kind;			/* enum io_kind */
	bool	 tells_tags;		/* os_if_tells_tags(); for io_xdp() */
	bool	 tags;			/* sessions have some; for io_xdp() */
	int	 fd;			/* of io_steer(), taken; 0: none */
	int	 map;			/* of io_xdp_map(), taken; 0: none */
	uint32_t oui;			/* not 0: frames to all MACs that begin
					 * with these three octets, instead of
					 * to us; promiscuous while open */
};

/* io_parts - @all as two: its data, and its control with Discovery, or (when
 * @disc is not NULL) as three, with Discovery in *@disc. */
void io_parts(const struct io_conf *all, struct io_conf *data,
    struct io_conf *control, struct io_conf *disc);

/*
 * io_steer - sockets for data and control of each of @all->lanes lanes, among
 * which the kernel deals the frames: it looks at a frame once for all.
 * @data, @control: take that many, in the order of lanes; @disc: one for
 * Discovery alone, NULL: that is control's. Each is for io_conf.fd of an
 * io_open(), which takes it; close(2) them otherwise, Discovery's first.
 * Returns 0, or -E_SYS: not here; all are 0, and each socket that io_open()
 * makes has to look at every frame.
 */
int io_steer(const struct io_conf *all, int *data, int *control, int *disc);

/*
 * io_xdp - when @all->kind is IO_XDP: a program on the interface that gives
 * frames of data of lane k, if they came by queue k, to the AF_XDP socket
 * that io_open() makes there; all others go where they went. @x is the
 * caller's; io_xdp_close() takes the program off the interface.
 * Returns 0 (with another kind: nothing is done), or -E_STATE: not on this
 * interface or system, for the reason in @why; with 0 it is a warning, or "".
 * A program of others stays.
 * *@how: "native", "generic" or "": by the driver, the stack, or not.
 * io_xdp_map - a copy of x->map for the io_conf of one lane; 0: none.
 */
int io_xdp(const struct io_conf *all, struct io_xdp *x, const char **how,
    char *why, size_t n);
int io_xdp_map(const struct io_xdp *x);
void io_xdp_close(struct io_xdp *x);

/* io_kind_name, io_kind_find - as `set io` calls them; find: false: none is
 * called @name. io_kind_here - does this system have it? */
const char *io_kind_name(enum io_kind k);
bool io_kind_find(const char *name, enum io_kind *k);
bool io_kind_here(enum io_kind k);

/* io_drop - the descriptors of @c, which no io_open() will take. */
void io_drop(const struct io_conf *c);

/*
 * io_open - the interface is brought up when it is down.
 * Returns 0 and a new object in *@io (owner: caller, io_close() frees), or
 * -E_SYS / -E_UNKNOWN / -E_RANGE with a text for people in @why. The
 * descriptors of @c are taken in either case.
 */
int io_open(struct io **io, const struct io_conf *c, char *why, size_t n);
void io_close(struct io *io);

int io_fd(const struct io *io);		/* readable: io_recv() has work */
const uint8_t *io_mac(const struct io *io);	/* of the interface, 6 octets */
unsigned io_ifindex(const struct io *io);

/* io_way - how data comes and goes now, a word: "packet", "xdp" ... */
const char *io_way(const struct io *io);

/*
 * io_room - octets behind the ether type in the largest frame with tags @v
 * that io_send() can send. PPPoE and PPP take 8 of them: what is left is the
 * largest IP packet. Linux gives away one tag, but with two both count as
 * payload: 1500 leaves 1492, hence IP packets of 1484. FreeBSD counts all.
 */
unsigned io_room(const struct io *io, struct vlans v);

/*
 * io_recv - up to @n frames into @b[] (each reset first; the outer tag that
 * the kernel took out is in tci/tpid). Never blocks. After a full batch
 * (@n frames) call again: io_fd() need not tell of what was read ahead.
 * Returns the number; 0: nothing there; -E_SYS: errno (ENETDOWN, ENXIO,
 * ENODEV: the interface is down or gone; Linux tells it once, then there is
 * nothing until it is up again). Frames larger than a buffer are counted,
 * not delivered. Where b[].data points to memory of @io it is good until
 * the next io_recv() or io_release(): call the latter before waiting for
 * io_fd().
 */
int io_recv(struct io *io, struct pkt *b, int n);
void io_release(struct io *io);

/*
 * io_look - the frame that io_recv() would give after @at others, which stays
 * where it is; b->data is good until the next io_recv(). False: so many do
 * not wait, or this kind of @io cannot say (all but the rings of Linux).
 */
bool io_look(const struct io *io, unsigned at, struct pkt *b);

/*
 * io_send - frames @b[0..n) with tags in the bytes. Returns how many were
 * taken; the others are lost and counted: the queue was full (ENOBUFS), or
 * the frame larger than the interface takes (EMSGSIZE). The order is kept.
 * -E_SYS when the interface is gone or down.
 */
int io_send(struct io *io, struct pkt *const *b, int n);

struct io_stats {
	uint64_t in, out, in_octets, out_octets;
	uint64_t oversize;		/* received, larger than a buffer */
	uint64_t send_full, send_size;	/* not sent: no room, too large */
	uint64_t kernel_drops;		/* receive queue was full */
};
void io_stats(struct io *io, struct io_stats *st);

/*
 * io_pair - two ends in memory, for tests: what one sends the other
 * receives. io_fd() polls readable like a real one. When one end is closed
 * the other reads and sends -E_SYS with ENODEV. 0 or -E_SYS.
 */
int io_pair(struct io **a, struct io **b, const uint8_t mac_a[ETH_ADDR],
    const uint8_t mac_b[ETH_ADDR]);

#endif
