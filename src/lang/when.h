/*
 * Temporal scopes of mPlane: when something is measured.
 *
 *	now				2026-11-26 10:00:00
 *	now + 30s			now + 30s / 10s
 *	now ... future / 1s		past ... now
 *	repeat now + 1h / 10m		repeat now + 1h / 10m { now + 30s / 1s }
 *
 * Times are UTC, with a date alone, or hours, minutes, seconds and a fraction
 * behind it (blank or T between). Durations are `1d2h3m4s` or parts of it.
 * `now + inf` is `now ... future`. Pure: nobody asks for the time here.
 */
#ifndef LANG_WHEN_H
#define LANG_WHEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WHEN_TEXT	192		/* octets of a scope as text */
#define WHEN_TIME	32		/* octets of a time as text */
#define WHEN_DURATION	32
#define WHEN_SECS	(3650u * 86400u) /* the longest duration */

enum when_at { WHEN_PAST, WHEN_NOW, WHEN_AT, WHEN_FUTURE };
struct when_point {
	enum when_at what;
	int64_t	 us;			/* WHEN_AT: since 1970, UTC */
};

enum when_shape { WHEN_POINT, WHEN_RANGE, WHEN_LASTING };
struct when_span {
	enum when_shape shape;
	struct when_point from, to;	/* to: of a range */
	uint32_t secs;			/* of `+' */
	uint32_t period;		/* seconds; 0: none */
};

struct when {
	bool	 repeat;		/* span: when each run begins */
	struct when_span span;
	struct when_span each;		/* of a repeated one; begins with now */
};

/*
 * when_parse - the whole of @s. 0; -E_FORMAT or -E_RANGE with @why, and
 * nothing is written to @w.
 */
int when_parse(struct when *w, const char *s, char *why, size_t n);

/* The canonical text; parsing that gives the same scope. Return @out. */
const char *when_text(const struct when *w, char out[WHEN_TEXT]);
const char *when_time_text(int64_t us, char out[WHEN_TIME]);
const char *when_duration_text(uint32_t secs, char out[WHEN_DURATION]);

/* ---- what a scope means at the moment @now (microseconds since 1970) ---- */

/* INT64_MIN for the past, INT64_MAX for the future; a point ends at once. */
int64_t when_begins(const struct when_span *s, int64_t now);
int64_t when_ends(const struct when_span *s, int64_t now);

/*
 * when_ticks - how often something happens within @s: once without a period,
 * else at its begin and after each whole period before its end; @with_end:
 * at the end itself, too, as the runs of a repeated scope do. UINT64_MAX:
 * without end. 0: it ends before it begins.
 */
uint64_t when_ticks(const struct when_span *s, int64_t now, bool with_end);

#endif
