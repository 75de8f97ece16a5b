/* Lanes and Session-IDs for new sessions. */
#include "lb/assign.h"

#include <string.h>

void
assign_init(struct assign *a, unsigned lanes, uint32_t random)
{
	memset(a, 0, sizeof(*a));
	a->lanes = lanes;
	/* A start by chance: ids of an earlier run are not met at once. */
	for (unsigned i = 0; i < lanes; i++)
		a->last[i] = (uint16_t)((random & ~(lanes - 1)) | i);
}

unsigned
assign_lane(struct assign *a)
{
	return a->next++ & (a->lanes - 1);
}

bool
assign_sid(struct assign *a, unsigned lane, struct sess_key *k,
    assign_taken *taken, void *arg)
{
	for (unsigned tries = 0; tries < 65536u / a->lanes; tries++) {
		a->last[lane] = (uint16_t)(a->last[lane] + a->lanes);
		k->sid = a->last[lane];
		if (k->sid != 0 && k->sid != 0xffff && !taken(k, arg))
			return true;
	}
	return false;
}
