/*
 * Joining in-order segments of a flow into a super-packet before one write
 * to the TUN device. Pure; packets stay where they are, a super-packet is a
 * list of pieces. Nothing is held beyond the batch that its owner flushes,
 * order inside a flow is kept, and what cannot be joined truthfully (flags,
 * options, ECN, TTL, a wrong checksum) is left alone.
 */
#ifndef WIRE_JOIN_H
#define WIRE_JOIN_H

#include "wire/offload.h"

#define JOIN_FLOWS	8
#define JOIN_PIECES	64		/* packets of one super-packet */
#define JOIN_HDR	100u		/* IPv6 or IPv4 and TCP, with options */

struct join_flow {
	uint8_t	 hdr[JOIN_HDR];		/* of the first packet, then ours */
	uint16_t l4, hdr_len;
	uint16_t size;			/* payload octets of the first */
	uint16_t ip_id;
	uint32_t next_seq;
	size_t	 payload;		/* of all pieces together */
	bool	 six, udp, closed;	/* closed: nothing may follow */
	unsigned n;			/* pieces */
	struct piece whole;	/* the first packet as it came */
	struct piece piece[JOIN_PIECES + 1];	/* [0]: the header */
};

struct join {			/* owner: a lane */
	unsigned n;
	struct join_flow flow[JOIN_FLOWS];
};

/*
 * join_add - @ip may join what is held or be held itself.
 * Returns JOIN_HELD: its memory must stay until join_take(); JOIN_PASS:
 * write it now, as it is; 0 or more: flow of that index must be taken
 * first, then ask again.
 * @udp: UDP datagrams may be joined (the device cuts them again)
 */
#define JOIN_HELD	(-1)
#define JOIN_PASS	(-2)
int join_add(struct join *j, const uint8_t *ip, size_t len, bool udp);

/*
 * join_take - flow @i as one packet: pieces to write one after the other
 * and what the device must do; @o->kind is OFF_NONE when it was a single
 * packet. Returns the number of pieces; *@piece is valid until the flow is
 * dropped. join_drop - forget flow @i once it is written.
 */
unsigned join_take(struct join *j, unsigned i,
    const struct piece **piece, struct offload *o);
void join_drop(struct join *j, unsigned i);

#endif
