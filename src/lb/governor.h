/*
 * The governor: how many workers there should be. A pure function of gauges
 * and time; the caller carries out what it answers. It also keeps the state
 * of every worker, because hand and governor move the same states:
 *
 *	none -> ACTIVE -> DRAINING -> PENDING_REMOVAL -> none
 *
 * and back to ACTIVE from both as long as the worker exists. An ACTIVE one
 * gets new sessions; a DRAINING one keeps what it has; a PENDING_REMOVAL one
 * has none left and waits for the drain's time to pass. One worker is ACTIVE
 * at all times. Ids are never renumbered; a new worker takes the lowest free.
 */
#ifndef LB_GOVERNOR_H
#define LB_GOVERNOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "sess/profile.h"

#define GOV_WORKERS	64u
#define GOV_HISTORY	64u		/* a power of two */

enum worker_state { WORKER_ACTIVE, WORKER_DRAINING, WORKER_PENDING,
	WORKER_NONE };
const char *worker_state_name(enum worker_state s);	/* "ACTIVE", ... */

enum gov_decision { GOV_NOTHING, GOV_SCALE_UP, GOV_SCALE_DOWN,
	GOV_CANCEL_DRAIN, GOV_REMOVED, GOV_AT_MAX, GOV_DECISIONS };
enum gov_reason { GOV_NO_REASON, GOV_CPU_HIGH, GOV_CPU_LOW,
	GOV_SESSIONS_HIGH, GOV_SESSIONS_LOW, GOV_LIMITS, GOV_BY_HAND,
	GOV_DRAINED, GOV_RESPAWN };
const char *gov_decision_name(enum gov_decision d);	/* "scale_up", ... */
const char *gov_reason_name(enum gov_reason r);		/* "cpu_high", ... */

/* What was measured. sessions[w]: of worker w, those starting too. */
struct gov_gauges {
	unsigned cpu;			/* percent, over the last poll */
	unsigned cpus;			/* that the process may use */
	uint32_t sessions[GOV_WORKERS];
};

/* What the caller must do, in order. */
enum gov_op { GOV_CREATE, GOV_DRAIN, GOV_ACTIVATE, GOV_EMPTY, GOV_REMOVE,
	GOV_WARN_MAX };
struct gov_act {
	uint8_t	 op, worker;		/* GOV_EMPTY: end its sessions */
	uint8_t	 decision, reason;
};
#define GOV_ACTS	(2 * GOV_WORKERS)
struct gov_out {
	int	 n;
	struct gov_act act[GOV_ACTS];
};

struct gov_event {			/* of the history */
	tstamp	 at;
	uint8_t	 decision, reason, worker, cpu;
	uint8_t	 current, active;	/* workers afterwards */
	uint32_t sessions;
};

struct governor {
	unsigned most;			/* workers there can ever be */
	struct gov_worker {
		uint8_t	 state;		/* enum worker_state */
		bool	 leaves;	/* by hand: gone once it is empty */
		bool	 by_hand;	/* drained by hand: never reclaimed */
		bool	 emptied;	/* GOV_EMPTY was said */
		bool	 killed;	/* by force: it may come back */
		tstamp	 born, drained;	/* drained: start of the drain, or
					 * when a killed one was gone */
	} w[GOV_WORKERS];
	tstamp	 polled, last_up, last_down, warned;	/* 0: never */
	enum gov_decision last;
	enum gov_reason why;
	tstamp	 last_at;
	unsigned events;		/* ever; the newest is events - 1 */
	unsigned decided[GOV_DECISIONS];	/* ever, of each kind */
	struct gov_event event[GOV_HISTORY];
};

struct gov_count { unsigned current, active, draining, pending; };

/* gov_init - @n ACTIVE workers of at most @most (GOV_WORKERS). */
void gov_init(struct governor *g, unsigned n, unsigned most, tstamp now);

struct gov_count gov_count(const struct governor *g);

/* gov_max - the effective maximum: 0 means the CPUs, and never over most. */
unsigned gov_max(const struct governor *g, const struct governor_conf *c,
    unsigned cpus);

/*
 * gov_poll - call it each second or so: removals are finished at once, a
 * decision is made each poll interval when the governor is enabled in auto
 * mode. Load-balancer reference: up wins over down, comparisons are strict.
 */
void gov_poll(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, tstamp now, struct gov_out *out);

/*
 * By hand, in every mode. 0, or -E_UNKNOWN: no such worker; -E_FULL: there
 * are as many as can be; -E_STATE: it is the last ACTIVE one (drain), or it
 * has sessions and @force is not set (remove).
 */
int gov_add(struct governor *g, unsigned *id, tstamp now,
    struct gov_out *out);
int gov_drain(struct governor *g, unsigned id, tstamp now,
    struct gov_out *out);
int gov_activate(struct governor *g, unsigned id, tstamp now,
    struct gov_out *out);
int gov_remove(struct governor *g, unsigned id, const struct gov_gauges *in,
    bool force, tstamp now, struct gov_out *out);

/*
 * gov_desire - go to @n ACTIVE workers: reclaim and create at once, drain
 * those with the fewest sessions, which go as soon as they are empty.
 * -E_RANGE: not 1..most, or outside the governor's limits while it decides.
 */
int gov_desire(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, unsigned n, tstamp now,
    struct gov_out *out);

/*
 * gov_trigger - one decision now, as if the load asked for it; intervals do
 * not count. @up: a change of heart, or one worker more, else -E_FULL;
 * down: the ACTIVE worker with the fewest sessions drains, or -E_STATE: it
 * is the last one, or there are only the governor's minimum.
 */
int gov_trigger(struct governor *g, const struct governor_conf *c,
    const struct gov_gauges *in, bool up, tstamp now, struct gov_out *out);

/* gov_event - the @i-th newest event, 0 the last; NULL: no more. */
const struct gov_event *gov_event(const struct governor *g, unsigned i);

#endif
