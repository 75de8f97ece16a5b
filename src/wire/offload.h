/*
 * Work the host's stack leaves to the device: cutting a super-packet into
 * segments and filling in checksums. What virtio calls the vnet header, in
 * our words; TUN devices carry it in front of each packet.
 */
#ifndef WIRE_OFFLOAD_H
#define WIRE_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SUPER_MAX	65535u		/* octets of the largest IP packet */

enum offload_kind { OFF_NONE, OFF_TCP4, OFF_TCP6, OFF_UDP };

struct offload {
	uint8_t	 kind;			/* enum offload_kind */
	bool	 needs_sum;		/* the checksum field holds the pseudo
					 * header's sum only */
	uint16_t size;			/* payload octets of one segment */
	uint16_t l4;			/* where the TCP or UDP header starts */
	uint16_t sum_at;		/* of its checksum field, from l4 */
	uint16_t hdr;			/* octets of all headers */
};

/* A stretch of memory; several make one packet. */
struct piece {
	const uint8_t *p;		/* borrows */
	size_t	 n;
};

/*
 * offload_sum - fill in the checksum of a packet that is not cut.
 * Returns 0, or -E_FORMAT when the fields point outside the packet.
 */
int offload_sum(uint8_t *ip, size_t len, const struct offload *o);

#endif
