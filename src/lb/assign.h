/*
 * Which worker a new session goes to, and which Session-ID it gets there.
 * Worker w's own lane is lane w. Session-ID mod lanes names the lane, so the
 * kernel can steer by two octets of the frame. Control thread.
 */
#ifndef LB_ASSIGN_H
#define LB_ASSIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "lb/mail.h"
#include "sess/profile.h"

struct assign {
	unsigned lanes;			/* a power of two */
	unsigned last_lane;		/* round-robin */
	uint16_t last[64];		/* last id given in each lane */
};

void assign_init(struct assign *a, unsigned lanes, uint32_t random);

/*
 * assign_lane - the lane of the next new session.
 * @active: bit w: worker w is ACTIVE; at least one is
 * @load: sessions of each worker, for LB_LEAST_SESSIONS (ties: lowest id)
 * LB_HASH: the same MAC goes to the same worker while that is ACTIVE, and a
 * worker that comes or goes changes no other's share of the MACs.
 */
unsigned assign_lane(struct assign *a, enum lb_algorithm how,
    uint64_t active, const uint32_t *load, const uint8_t mac[ETH_ADDR]);

/*
 * assign_sid - the next id of @lane that @taken says is free for this key;
 * its sid is set then. False: all are taken. Never 0 nor 0xffff.
 */
typedef bool assign_taken(const struct sess_key *k, void *arg);
bool assign_sid(struct assign *a, unsigned lane, struct sess_key *k,
    assign_taken *taken, void *arg);

/* sid_lane - the lane that owns @sid: the function all steering applies. */
static inline unsigned
sid_lane(uint16_t sid, unsigned lanes)
{
	return sid & (lanes - 1);
}

#endif
