/*
 * Which lane a new session goes to, and which Session-ID it gets there.
 * Control thread. Session-ID mod lanes names the lane, so the kernel can
 * steer by two octets of the frame.
 */
#ifndef LB_ASSIGN_H
#define LB_ASSIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "lb/mail.h"

struct assign {
	unsigned lanes;			/* a power of two */
	unsigned next;			/* round-robin */
	uint16_t last[64];		/* last id given in each lane */
};

void assign_init(struct assign *a, unsigned lanes, uint32_t random);

/* assign_lane - the lane of the next new session. */
unsigned assign_lane(struct assign *a);

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
