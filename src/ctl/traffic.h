/*
 * What a line has carried and how fast, seen once a second: the throughput
 * figures of ppp(8) for IPv4, IPv6 and the whole link. Pure.
 */
#ifndef CTL_TRAFFIC_H
#define CTL_TRAFFIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define TRAFFIC_SECS	5	/* "current": over so many seconds */

enum traffic_part { TRAFFIC_IP, TRAFFIC_IP6, TRAFFIC_LINK, TRAFFIC_PARTS };

struct traffic_sum {
	uint64_t in_oct, out_oct, in, out;	/* octets, packets */
};

struct traffic {			/* zero: never up */
	tstamp	 up;			/* 0: never */
	tstamp	 down;			/* 0: still up */
	int64_t	 down_wall;		/* seconds since 1970 */
	struct traffic_sum total;	/* of the whole session */
	struct traffic_sum cleared;	/* before it came up, before `clear` */
	tstamp	 since;			/* overall counts from then */
	struct {
		tstamp at;
		uint64_t in, out;	/* octets */
	} sample[TRAFFIC_SECS + 1];	/* the oldest first */
	unsigned samples;
	uint64_t peak;			/* octets a second */
	int64_t	 peak_wall;
};

/* traffic_up - @total: what the session has carried before. */
void traffic_up(struct traffic *t, const struct traffic_sum *total,
    tstamp now);
void traffic_down(struct traffic *t, tstamp now, int64_t wall);

/*
 * traffic_see - @total so far of the session. @rates: keep current and
 * peak rates (`enable throughput`); a call once a second.
 */
void traffic_see(struct traffic *t, const struct traffic_sum *total,
    bool rates, tstamp now, int64_t wall);

/* Shown: what was carried since it came up or `clear`; octets a second. */
struct traffic_sum traffic_counted(const struct traffic *t);
uint64_t traffic_overall(const struct traffic *t, tstamp now);
void traffic_current(const struct traffic *t, uint64_t *in,
    uint64_t *out);

/* `clear`: any of these. */
enum { TRAFFIC_OVERALL = 1, TRAFFIC_CURRENT = 2, TRAFFIC_PEAK = 4 };
void traffic_clear(struct traffic *t, unsigned what, tstamp now);

#endif
