/*
 * A histogram of durations with fixed bounds: how often something took no
 * longer than each. One writer, read at any time without a lock.
 */
#ifndef BASE_HIST_H
#define BASE_HIST_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/clock.h"

#define HIST_BOUNDS	16

extern const tstamp hist_bound[HIST_BOUNDS];	/* ns, rising */

struct hist {
	_Atomic uint64_t n[HIST_BOUNDS + 1];	/* the last: longer than all */
	_Atomic uint64_t sum;			/* ns */
};

/* hist_add - one of @took nanoseconds; its writer only. */
void hist_add(struct hist *h, tstamp took);

/* hist_sum - @h is added to @to, a plain copy for show. Any thread. */
struct hist_view {
	uint64_t n[HIST_BOUNDS + 1], sum;
};
void hist_sum(const struct hist *h, struct hist_view *to);

#endif
