/*
 * The spread of durations in fixed memory: 64 steps in each doubling, so
 * that what it says of a quantile is at most 1.6 percent above the truth.
 * Least and most are exact.
 */
#ifndef GEN_SPREAD_H
#define GEN_SPREAD_H

#include <stdint.h>

#include "base/clock.h"

#define SPREAD_FINE	64u		/* steps of one doubling */
#define SPREAD_ROWS	(36u * SPREAD_FINE)	/* up to 2^41 ns, 36 min */

struct spread {			/* zero: empty */
	uint64_t n;
	tstamp	 least, most, sum;	/* ns */
	uint32_t row[SPREAD_ROWS];
};

void spread_add(struct spread *h, tstamp t);

/* spread_at - at most this long took @permille of them; 0 when empty. */
tstamp spread_at(const struct spread *h, unsigned permille);

tstamp spread_mean(const struct spread *h);

#endif
