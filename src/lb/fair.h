/*
 * Packets of the host that wait for their turn on the way to the wire, each
 * flow in a queue of its own, so that a fast one fills no other's way:
 * deficit round robin, flows that just woke up first (RFC 8290 without its
 * CoDel), and the flows of one owner share one share. What does not fit
 * costs the flow that has most waiting its oldest packet.
 *
 * Owner: one lane. No lock, no allocation after fair_new().
 */
#ifndef LB_FAIR_H
#define LB_FAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/offload.h"

#define FAIR_SUPERS	64u		/* packets above PKT_ROOM that wait */
#define FAIR_SMALLS	1024u		/* and others */

struct fair_pkt {
	struct fair_pkt *next;
	struct offload o;
	uint32_t len;
	uint8_t	*data;			/* room for SUPER_MAX or PKT_ROOM */
};

struct fair;

struct fair *fair_new(uint64_t seed);	/* NULL: no memory */
void fair_free(struct fair *f);
unsigned fair_waits(const struct fair *f);	/* packets */
unsigned fair_flows(const struct fair *f);	/* of them, or just before */
bool fair_is_full(const struct fair *f);	/* fair_room() costs a packet */

/* fair_flow - a number that packets of one flow have, and hardly others. */
unsigned fair_flow(const struct fair *f, const uint8_t *ip, size_t len);

/*
 * fair_room - where to read a super-packet to: SUPER_MAX octets, good until
 * the next call of anything here. @lost: packets dropped to get it.
 */
uint8_t *fair_room(struct fair *f, unsigned *lost);

/*
 * fair_put - the IP packet @ip, copied unless it is fair_room()'s.
 * @owner: whose it is, any number. Returns the packets dropped for it.
 */
unsigned fair_put(struct fair *f, const uint8_t *ip, size_t len,
    const struct offload *o, uint32_t owner);

/*
 * fair_get - the next one, NULL: none waits. The caller hands it back with
 * fair_give() when it is done with it.
 */
struct fair_pkt *fair_get(struct fair *f);
void fair_give(struct fair *f, struct fair_pkt *p);

#endif
