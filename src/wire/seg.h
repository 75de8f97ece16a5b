/*
 * Cutting a TCP or UDP super-packet into packets that fit the link: headers
 * made anew for each, payload copied once. Pure.
 */
#ifndef WIRE_SEG_H
#define WIRE_SEG_H

#include "wire/offload.h"

#define SEG_HDR_MAX	160u		/* IP and TCP with all options */

struct seg {
	const uint8_t *ip;		/* borrows: the super-packet */
	size_t	 len, off;		/* off: payload octets already cut */
	uint16_t l4, hdr, size, index;
	bool	 six, udp;
};

/*
 * seg_start - prepare to cut.
 * @ip, @len: the super-packet, borrowed until the last seg_next()
 * @mtu: octets of the largest packet that may come out
 * Returns 0; -E_FORMAT: headers and @o disagree; -E_RANGE: UDP datagrams of
 * o->size do not fit @mtu (TCP segments are then cut smaller).
 */
int seg_start(struct seg *s, const uint8_t *ip, size_t len,
    const struct offload *o, unsigned mtu);

/* seg_next - the next packet into @out (room for mtu); 0: no more. */
size_t seg_next(struct seg *s, uint8_t *out);

#endif
