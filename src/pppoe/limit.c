/*
 * Token buckets kept as one number each: the time at which the bucket is
 * full again. A token costs 1/rate seconds of it.
 */
#include "pppoe/limit.h"

#include <stddef.h>

bool
limit_take(tstamp *full_at, uint32_t rate, tstamp now)
{
	tstamp token, at = *full_at > now ? *full_at : now;

	if (rate == 0)
		return true;
	token = SEC(1) / rate;
	if (at + token > now + SEC(1))
		return false;
	*full_at = at + token;
	return true;
}

bool
limit_who(struct limit *l, uint64_t who, uint32_t rate, tstamp now)
{
	struct limit_way *set = l->way[(who >> 32) % LIMIT_SETS];
	struct limit_way *at = NULL, *fullest = &set[0];

	for (unsigned i = 0; i < LIMIT_WAYS; i++) {
		if (set[i].who == who)
			at = &set[i];
		if (set[i].full_at < fullest->full_at)
			fullest = &set[i];
	}
	if (at == NULL) {
		at = fullest;
		at->who = who;
		at->full_at = 0;
	}
	return limit_take(&at->full_at, rate, now);
}
