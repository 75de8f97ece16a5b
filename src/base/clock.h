/*
 * Monotonic time in nanoseconds. Engines never ask for it, they are told.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

typedef uint64_t tstamp;

#define NEVER		UINT64_MAX
#define USEC(n)		((tstamp)(n) * 1000u)
#define MSEC(n)		((tstamp)(n) * 1000000u)
#define SEC(n)		((tstamp)(n) * 1000000000u)

/* clock_now - CLOCK_MONOTONIC in nanoseconds. Any thread. */
tstamp clock_now(void);

/* clock_wall - seconds since 1970 (UTC), for texts and records only. */
int64_t clock_wall(void);
int64_t clock_wall_us(void);		/* microseconds */

/* clock_epoch - clock_now() and this are nanoseconds since 1970. */
int64_t clock_epoch(void);

static inline tstamp
tstamp_min(tstamp a, tstamp b)
{
	return a < b ? a : b;
}

#endif
