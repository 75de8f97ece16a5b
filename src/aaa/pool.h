/*
 * Addresses for peers: ranges, cut into one block of consecutive addresses
 * for each lane, so that a few routes lead a block to its lane. An address
 * has one holder at most, whether it came from a block or was fixed by
 * ppp.secret, inside or outside the ranges. All in host order. One thread.
 */
#ifndef AAA_POOL_H
#define AAA_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/ip4.h"

#define POOL_MAX	(1u << 24)	/* addresses of all ranges together */
#define POOL_LANES	64u

struct pool;

/* A block as routes see it. */
struct pool_cidr {
	uint32_t addr;
	uint8_t	 bits;
};

/*
 * pool_new - @ranges in any order, overlaps counted once.
 * @lanes: 1..POOL_LANES
 * Returns NULL: no memory, more than POOL_MAX addresses or lo above hi.
 * Owner: the caller; pool_free(NULL) does nothing.
 */
struct pool *pool_new(const struct ip4_range *range, size_t n, unsigned lanes);
void pool_free(struct pool *p);

/*
 * pool_take - an address of @lane's block.
 * @wish: taken if it is free there; 0: none. Else the next free one after
 *	the last that was taken, so that a peer does not get the address that
 *	another just left
 * Returns 0 with *@addr, or -E_FULL.
 */
int pool_take(struct pool *p, unsigned lane, uint32_t wish, uint32_t *addr);

/*
 * pool_claim - exactly @addr, which may be kept back or outside the ranges.
 * Returns 0, -E_EXIST: it has a holder; -E_RANGE: 0.0.0.0; -E_NOMEM.
 * pool_claim_any - the first free one of @range[0..n). Also -E_FULL.
 */
int pool_claim(struct pool *p, uint32_t addr);
int pool_claim_any(struct pool *p, const struct ip4_range *range, size_t n,
    uint32_t *addr);

/* pool_give - the holder is done with @addr, however it got it. */
void pool_give(struct pool *p, uint32_t addr);

/*
 * pool_keep - @addr is fixed for a name: pool_take() never hands it out
 * from now on. pool_keep_none - forget them all, the file was read anew.
 */
void pool_keep(struct pool *p, uint32_t addr);
void pool_keep_none(struct pool *p);

/* pool_lane - whose block @addr is in; -1: outside the ranges. */
int pool_lane(const struct pool *p, uint32_t addr);

/*
 * pool_cidrs - the fewest prefixes that cover @lane's block exactly.
 * Returns how many there are; at most @max are written.
 */
size_t pool_cidrs(const struct pool *p, unsigned lane, struct pool_cidr *out,
    size_t max);

/* Addresses of a block, kept ones too, and how many have a holder. */
uint32_t pool_size(const struct pool *p, unsigned lane);
uint32_t pool_used(const struct pool *p, unsigned lane);

#endif
