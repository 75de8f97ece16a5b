/*
 * How often somebody may ask. Memory is fixed: a flood of invented MACs
 * only pushes out the entries of those who have been quiet longest.
 */
#ifndef PPPOE_LIMIT_H
#define PPPOE_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/*
 * limit_take - one token of a bucket that holds @rate and gains @rate a
 * second (0: no limit).
 * @full_at: the bucket: the time at which it will be full again
 */
bool limit_take(tstamp *full_at, uint32_t rate, tstamp now);

#define LIMIT_SETS	1024u	/* a power of two */
#define LIMIT_WAYS	4u

struct limit_way {
	uint64_t who;
	tstamp	 full_at;
};

struct limit {			/* zeroed: everybody's bucket is full */
	struct limit_way way[LIMIT_SETS][LIMIT_WAYS];
};

/*
 * limit_who - limit_take() for the bucket of @who.
 * @who: a keyed hash (never 0), so that nobody can aim at another's set
 * A newcomer takes the place of the fullest bucket of its set.
 */
bool limit_who(struct limit *l, uint64_t who, uint32_t rate, tstamp now);

#endif
