/*
 * Test packets of subscribers: numbered, dated and filled with a pattern,
 * so that whoever gets one knows what is missing, late, out of order or
 * damaged. Pure: packets and the time go in, packets come out.
 */
#ifndef GEN_TRAFFIC_H
#define GEN_TRAFFIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gen/spread.h"
#include "wire/rd.h"

enum traffic_kind {
	TRAFFIC_NONE,
	TRAFFIC_ECHO,		/* ICMP, ICMPv6 Echo: the delay is both ways */
	TRAFFIC_PAIR,		/* UDP from one subscriber to another, through
				 * the concentrator: one way */
};

#define TRAFFIC_SIZE	84u		/* octets of a packet, as ping(8)'s */
#define TRAFFIC_MIN	72u		/* IPv6, UDP or ICMP, our 24 octets */

struct traffic_conf {
	uint8_t	 kind;			/* enum traffic_kind */
	uint16_t size;			/* octets of an IP packet */
	uint32_t pps;			/* packets a second of each */
	uint32_t target;		/* IPv4, host order; 0: the peer */
};

/* Where a packet goes from and to. */
struct traffic_ends {
	bool	 ip6;
	uint32_t src, dst;		/* IPv4, host order */
	uint8_t	 src6[16], dst6[16];
};

struct traffic_stats {
	uint64_t sent, received;	/* received: each once */
	uint64_t twice;			/* came again */
	uint64_t reordered;		/* after one that was sent later */
	uint64_t damaged;		/* ours, but not as we sent it */
	struct spread delay;
};

struct traffic;

/* traffic_new - of @n subscribers; @run: tells our packets from others'.
 * NULL: no memory. Owner: caller, traffic_free(). */
struct traffic *traffic_new(const struct traffic_conf *c, unsigned n,
    uint32_t run);
void traffic_free(struct traffic *t);

/*
 * traffic_make - the next packet of @i into @buf; returns its octets.
 * traffic_input - a packet that @i got: an IP packet from its header on.
 */
size_t traffic_make(struct traffic *t, unsigned i,
    const struct traffic_ends *e, tstamp now, uint8_t *buf, size_t max);
void traffic_input(struct traffic *t, unsigned i, struct rd in, tstamp now);

const struct traffic_stats *traffic_stats(const struct traffic *t);

#endif
