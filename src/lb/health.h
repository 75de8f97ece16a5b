/*
 * How well the workers share their work, as one number. Pure: counts go in,
 * a judgement comes out. Weights: availability 25, distribution 45, errors
 * 15, affinity 15.
 */
#ifndef LB_HEALTH_H
#define LB_HEALTH_H

#include "lb/governor.h"

#define HEALTH_IMBALANCE	20u	/* percent; more is a warning */

struct health_in {
	unsigned most;			/* workers looked at below */
	struct health_worker {
		uint8_t	 state;		/* enum worker_state */
		bool	 silent;	/* its thread does not answer */
		uint32_t sessions;
	} w[GOV_WORKERS];
	uint64_t packets, errors;	/* lost for lack of room */
	uint64_t drifts;		/* frames on a lane not their own */
};

struct health {			/* scores: 0 to 100 */
	unsigned score, availability, distribution, errors, affinity;
	unsigned imbalance;		/* fullest ACTIVE one over mean, % */
	unsigned workers, silent;
	unsigned fullest;		/* the worker with most sessions */
	unsigned first_silent;		/* the lowest id of them */
};

void health_judge(const struct health_in *in, struct health *out);

/* health_band - "pass" (90 and more), "warn" (70), "fail" (50), "critical". */
const char *health_band(unsigned score);

#endif
