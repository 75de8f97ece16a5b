/*
 * One frame or packet in memory with room in front, so that a header is put
 * before the payload without moving it.
 */
#ifndef WIRE_PKT_H
#define WIRE_PKT_H

#include <stdint.h>

#define PKT_HEADROOM	64u	/* Ethernet, two tags, PPPoE, PPP: 32 */
#define PKT_ROOM	2048u	/* payload octets that fit behind it */

struct pkt {
	uint8_t	*data;		/* first octet; inside buf */
	uint32_t len;		/* octets from data on */
	uint16_t tci, tpid;	/* tag the kernel took out; tpid 0: none */
	uint8_t	 buf[PKT_HEADROOM + PKT_ROOM];
};

static inline void
pkt_reset(struct pkt *b)
{
	b->data = b->buf + PKT_HEADROOM;
	b->len = 0;
	b->tci = b->tpid = 0;
}

#endif
