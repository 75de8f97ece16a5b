/*
 * The algorithms under CCP: one direction of one of them is a struct comp,
 * with a history of its own. Deflate (RFC 1979), Predictor-1 (RFC 1978) and
 * Microsoft's encryption (RFC 3078). What goes in and comes out is a packet
 * with its Protocol field: plain as proto and data, packed as the
 * Information field of protocol 0x00fd.
 *
 * Memory is allocated when a direction begins and none later: Deflate takes
 * 260 KB to pack and 48 KB to unpack (window 15), Predictor-1 64 KB, MPPE
 * less than one. One owner thread. No clock, no system call.
 */
#ifndef COMP_COMP_H
#define COMP_COMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/mppe.h"

#define COMP_PLAIN	2050u		/* most of a packet, with Protocol */
#define COMP_ROOM	2312u		/* octets that any result fits in:
					 * Predictor-1, one flag to eight */

struct comp;				/* owner: who made it */

/* All NULL when there is no memory, or OpenSSL has no RC4. */
struct comp *comp_deflate_out(unsigned window);		/* 9..15 */
struct comp *comp_deflate_in(unsigned window);		/* 8..15 */
struct comp *comp_pred1_out(void);
struct comp *comp_pred1_in(void);
struct comp *comp_mppe_out(const uint8_t key[MPPE_KEY], unsigned bits,
    bool stateless);
struct comp *comp_mppe_in(const uint8_t key[MPPE_KEY], unsigned bits,
    bool stateless);
void comp_free(struct comp *c);		/* NULL allowed; wipes keys */

/*
 * comp_out - pack a packet.
 * @out: takes COMP_ROOM octets
 * Returns how many of them are the result; 0: it does not get smaller and
 * goes out as it is (the peer's history learns it by comp_plain()).
 */
size_t comp_out(struct comp *c, uint16_t proto, const uint8_t *p, size_t n,
    uint8_t out[COMP_ROOM]);

/*
 * comp_in - unpack a packet of protocol 0x00fd, which may be anything.
 * @out: takes COMP_ROOM octets; the result begins with its Protocol field
 * Returns the size, 1 to COMP_PLAIN, or
 * -E_STALE: the histories differ (a packet is lost, or was damaged): ask
 *	the peer for a reset; until comp_reset() all packets end so
 * -E_FORMAT: malformed, or too old; the history stands
 */
int comp_in(struct comp *c, const uint8_t *p, size_t n,
    uint8_t out[COMP_ROOM]);

/*
 * comp_plain - a packet came as it is while packing is agreed: it belongs
 * to the history, too. False: it may not, for everything must be encrypted.
 */
bool comp_plain(struct comp *c, uint16_t proto, const uint8_t *p, size_t n);

/* comp_reset - begin with an empty history (Reset-Request, Reset-Ack). */
void comp_reset(struct comp *c);

#endif
