/*
 * The PPP Multilink Protocol, RFC 1990: packets of one bundle are spread
 * over several links, whole or in fragments, and come together again in
 * their order. Pure: no clock, no allocation; one owner thread.
 *
 * Sending: a packet that fits a link goes whole, to the link that has sent
 * least for its weight; a larger one is cut into equal fragments.
 * Receiving: fragments wait in a window of MP_SLOTS sequence numbers. One is
 * lost when every link has passed it (M of RFC 1990 section 4.1), or when
 * what waits behind it has waited long enough.
 */
#ifndef PPP_MP_H
#define PPP_MP_H

#include "base/clock.h"
#include "wire/rd.h"

#define MP_LINKS	16
#define MP_SLOTS	512u		/* a power of two, less than 2048 */
#define MP_FRAG		2048u		/* most octets of a fragment */
#define MP_PACKET	(2048u + 2u)	/* of a packet with its protocol */
#define MP_HDR		4u		/* long; the short one has 2 */
#define MP_WAIT		MSEC(100)
#define MP_WAIT_LINE	SEC(2)	/* 2048 octets take that at 9600 bit/s */

enum { MP_BEGIN = 0x80, MP_END = 0x40 };

/* What waits: fragments by sequence number. Large: one piece of memory. */
struct mp_window {
	struct {
		uint32_t seq;
		uint16_t len;
		uint8_t	 flags;		/* MP_BEGIN, MP_END */
		bool	 used;
	} slot[MP_SLOTS];
	uint8_t	 data[MP_SLOTS][MP_FRAG];
	uint8_t	 packet[MP_PACKET];	/* put together */
};

struct mp_link {
	bool	 used;
	bool	 leaves;		/* nothing is sent by it any more */
	tstamp	 until;			/* ... what it brings is waited for */
	uint16_t room;			/* octets of a fragment with header */
	uint32_t weight;		/* any unit; at least 1 */
	uint64_t sent;			/* octets over weight: who is next */
	uint32_t last;			/* newest number that came by it */
};

struct mp_count {
	uint64_t in, out;		/* fragments */
	uint64_t whole, joined;		/* packets: of one, of several */
	uint64_t lost;			/* sequence numbers given up */
	uint64_t dropped;		/* fragments: late, of broken packets */
};

struct mp {
	bool	 short_in, short_out;	/* 12 bits of sequence number */
	uint16_t mrru;			/* what we take */
	uint16_t peer_mrru;		/* what he takes */
	uint32_t out_seq;		/* of the next fragment we send */
	uint32_t next;			/* of the first that is not done */
	uint16_t waiting;		/* slots in use */
	tstamp	 wait;			/* for what is missing */
	tstamp	 deadline;		/* give up the first hole; NEVER */
	struct mp_link link[MP_LINKS];
	struct mp_window *w;		/* borrows */
	struct mp_count count;
};

/* mp_init - no link yet, MP_WAIT. @w: zeroed by its owner; borrowed. */
void mp_init(struct mp *m, struct mp_window *w);

/*
 * mp_join - one more link: its index, or -E_FULL. @room: octets of a frame's
 * Information field there; @weight 0 counts as 1. mp_leave - nothing is sent
 * by it any more; what is under way still comes, and is waited for as long
 * as for anything else. mp_gone - nothing comes either.
 * mp_links - how many there are to send by.
 */
int mp_join(struct mp *m, unsigned room, uint32_t weight);
void mp_leave(struct mp *m, int link, tstamp now);
void mp_gone(struct mp *m, int link);
unsigned mp_links(const struct mp *m);
void mp_weigh(struct mp *m, int link, uint32_t weight);

/*
 * mp_input - one fragment that came by @link; @in: from the MP header on.
 * 1: it is a whole packet and the next one: *whole, which is inside @in,
 * begins with its protocol field. 0: kept, or dropped and counted. Negative:
 * -E_SHORT, -E_FORMAT (reserved bits), -E_STALE (late or double).
 * After each call mp_next() is asked until it returns false.
 */
int mp_input(struct mp *m, int link, struct rd in, struct rd *whole);

/* mp_next - the next packet that is complete; valid until the next call. */
bool mp_next(struct mp *m, tstamp now, struct rd *packet);

/* mp_expire - when m->deadline has come; then ask mp_next(). */
void mp_expire(struct mp *m, tstamp now);

/*
 * A packet of @len octets, its protocol field included, to be sent.
 * mp_cut - false: no link, or more than the peer takes.
 * mp_piece - the next piece: *link, *n octets behind an MP header of *hl
 * octets in @hdr; false: all are out.
 */
struct mp_cut {
	size_t	 left;
	unsigned pieces;
	bool	 first;
};
bool mp_cut(const struct mp *m, struct mp_cut *c, size_t len);
bool mp_piece(struct mp *m, struct mp_cut *c, int *link,
    uint8_t hdr[MP_HDR], size_t *hl, size_t *n);

#endif
