/*
 * Limits of bits a second: a token bucket that counts in time. What was sent
 * is paid for in nanoseconds; who is ahead of the clock by more than the
 * burst has to wait. A packet larger than what is left still goes, and is
 * paid for afterwards: the rate holds on the average, and a super-packet of
 * 64 KB needs no burst of 64 KB. Pure.
 */
#ifndef WIRE_RATE_H
#define WIRE_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define RATE_MIN	8000u			/* bits a second */
#define RATE_MAX	400000000000u
#define RATE_BURST_MIN	3000u			/* octets: two packets */
#define RATE_BURST_MAX	(1u << 30)

struct rate_conf {
	uint64_t up, down;	/* bits a second of IP; up: from subscriber to
				 * provider; 0: no limit */
	uint32_t burst;		/* octets, at most RATE_BURST_MAX; 0: what an
				 * eighth of a second carries, at least 32768 */
};

struct bucket {			/* all zero: no limit */
	uint64_t cost;			/* ns of one octet, times 2^20 */
	tstamp	 burst;			/* ns */
	tstamp	 paid;			/* all sent before is paid for then */
};

/* bucket_set - another limit; what is owed stays owed. @bps 0: none. */
void bucket_set(struct bucket *b, uint64_t bps, uint32_t burst);

/* bucket_at - when the next packet may go (0: at any time). */
static inline tstamp
bucket_at(const struct bucket *b)
{
	return b->paid > b->burst ? b->paid - b->burst : 0;
}

static inline bool
bucket_has(const struct bucket *b, tstamp now)
{
	return bucket_at(b) <= now;
}

/* bucket_pay - @n octets went. */
static inline void
bucket_pay(struct bucket *b, tstamp now, uint32_t n)
{
	b->paid = (b->paid > now ? b->paid : now) + (n * b->cost >> 20);
}

#endif
