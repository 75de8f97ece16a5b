/*
 * Timer wheel: one slot a tick, deadlines beyond a turn wait in their slot
 * for as many turns as they need. Setting, moving and cancelling cost O(1).
 * One thread at a time. A timer never fires early and at most one tick late
 * after the caller's wheel_advance().
 */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define WHEEL_TICK	MSEC(10)
#define WHEEL_SLOTS	1024u		/* a turn is 10.24 s */

struct timer {
	struct timer *next, **prev;	/* in its slot; prev NULL: not set */
	tstamp	 when;			/* ns */
};

struct wheel {
	tstamp	 now;			/* time of the last advance */
	uint64_t tick;			/* last tick that was looked at */
	uint32_t armed;			/* timers set */
	struct timer *slot[WHEEL_SLOTS];
};

void wheel_init(struct wheel *w, tstamp now);

/* wheel_set - (re)arm @t for @when; NEVER cancels. The owner keeps @t. */
void wheel_set(struct wheel *w, struct timer *t, tstamp when);

/*
 * wheel_expired - the next timer that is due at @now, disarmed; NULL when
 * there is none left. Call it in a loop; re-arming inside is allowed.
 */
struct timer *wheel_expired(struct wheel *w, tstamp now);

/*
 * wheel_next - earliest time at which wheel_expired() may have work, for the
 * sleep of the caller: exact within a turn, else the end of the turn.
 */
tstamp wheel_next(const struct wheel *w);

#endif
