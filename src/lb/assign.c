/* Lanes and Session-IDs for new sessions. */
#include "lb/assign.h"

#include <string.h>

#include "base/bug.h"
#include "lb/table.h"

void
assign_init(struct assign *a, unsigned lanes, uint32_t random)
{
	memset(a, 0, sizeof(*a));
	a->lanes = lanes;
	a->last_lane = lanes - 1;
	/* A start by chance: ids of an earlier run are not met at once. */
	for (unsigned i = 0; i < lanes; i++)
		a->last[i] = (uint16_t)((random & ~(lanes - 1)) | i);
}

static bool
is_active(uint64_t active, unsigned w)
{
	return (active >> w & 1) != 0;
}

static unsigned
next_active(struct assign *a, uint64_t active)
{
	do
		a->last_lane = (a->last_lane + 1) & (a->lanes - 1);
	while (!is_active(active, a->last_lane));
	return a->last_lane;
}

/* Each worker draws a number from the MAC; the highest has it. So one that
 * comes or goes wins or loses only its own MACs. */
static unsigned
by_mac(const struct assign *a, uint64_t active, const uint8_t mac[ETH_ADDR])
{
	uint64_t key = 0, most = 0;
	unsigned best = 64;

	for (int i = 0; i < ETH_ADDR; i++)
		key = key << 8 | mac[i];
	for (unsigned w = 0; w < a->lanes; w++) {
		uint64_t draw = table_hash(key, table_hash(w, 0));

		if (is_active(active, w) && (best == 64 || draw > most)) {
			best = w;
			most = draw;
		}
	}
	return best;
}

static unsigned
least(const struct assign *a, uint64_t active, const uint32_t *load)
{
	unsigned best = 64;

	for (unsigned w = 0; w < a->lanes; w++)
		if (is_active(active, w) && (best == 64 ||
		    load[w] < load[best]))
			best = w;
	return best;
}

unsigned
assign_lane(struct assign *a, enum lb_algorithm how, uint64_t active,
    const uint32_t *load, const uint8_t mac[ETH_ADDR])
{
	if (a->lanes < 64)
		active &= (UINT64_C(1) << a->lanes) - 1;
	BUG_ON(active == 0);
	if (how == LB_HASH)
		return by_mac(a, active, mac);
	if (how == LB_LEAST_SESSIONS)
		return least(a, active, load);
	return next_active(a, active);
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
