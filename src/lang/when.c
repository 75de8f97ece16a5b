/* Temporal scopes: a small recursive descent, its text, what it means. */
#include "lang/when.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/err.h"

#define SECOND		INT64_C(1000000)	/* microseconds */
#define YEARS_LO	1970
#define YEARS_HI	9999

struct scan {
	const char *p;
	int	 err;			/* sticky: the first one */
	char	*why;
	size_t	 n;
};

static void
fail(struct scan *s, int err, const char *what)
{
	if (s->err != 0)
		return;
	s->err = err;
	if (*s->p != '\0')
		snprintf(s->why, s->n, "%s at \"%.30s\"", what, s->p);
	else
		snprintf(s->why, s->n, "%s at the end", what);
}

static void
blanks(struct scan *s)
{
	while (*s->p == ' ' || *s->p == '\t')
		s->p++;
}

/* Is @word next? Then it is behind us. A word ends where letters end. */
static bool
next(struct scan *s, const char *word)
{
	size_t len = strlen(word);

	blanks(s);
	if (strncmp(s->p, word, len) != 0 ||
	    (isalpha((unsigned char)*word) &&
	    isalnum((unsigned char)s->p[len])))
		return false;
	s->p += len;
	return true;
}

/* ---- durations ---- */

static const struct { char c; uint32_t secs; } units[] = {
	{ 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
};
#define UNITS	((int)(sizeof(units) / sizeof(units[0])))

/* Digits at *@p; false: none, or more than nine. */
static bool
digits(const char **p, uint32_t *out)
{
	uint32_t v = 0;
	int n = 0;

	for (; isdigit((unsigned char)**p) && n < 9; n++)
		v = v * 10 + (uint32_t)(*(*p)++ - '0');
	*out = v;
	return n > 0 && !isdigit((unsigned char)**p);
}

/* Days, hours, minutes, seconds: each once, in this order. */
static int
duration(const char **p, uint32_t *secs)
{
	uint64_t sum = 0;
	uint32_t v;
	int u = 0;

	do {
		if (!digits(p, &v))
			return -E_FORMAT;
		while (u < UNITS && units[u].c != **p)
			u++;
		if (u == UNITS)
			return -E_FORMAT;
		sum += (uint64_t)v * units[u++].secs;
		(*p)++;
	} while (isdigit((unsigned char)**p));
	if (sum == 0 || sum > WHEN_SECS)
		return -E_RANGE;
	*secs = (uint32_t)sum;
	return 0;
}

static uint32_t
take_duration(struct scan *s)
{
	uint32_t v = 0;
	const char *p;
	int err;

	blanks(s);
	p = s->p;
	err = duration(&p, &v);
	if (err == -E_RANGE)
		fail(s, err, "a duration of 1s to 3650d is wanted");
	else if (err < 0)
		fail(s, err, "a duration like 30s or 1h30m is wanted");
	else
		s->p = p;
	return v;
}

/* ---- times ---- */

/* The parts of a time and what is written between them. */
static const struct { char before, or; uint32_t lo, hi; } parts[] = {
	{ 0, 0, YEARS_LO, YEARS_HI }, { '-', 0, 1, 12 }, { '-', 0, 1, 31 },
	{ ' ', 'T', 0, 23 }, { ':', 0, 0, 59 }, { ':', 0, 0, 59 },
};

/* Is there a time of day behind the date, and not `+' or the like? */
static bool
more_parts(const char *p, int i)
{
	return (*p == parts[i].before || (parts[i].or != 0 &&
	    *p == parts[i].or)) && isdigit((unsigned char)p[1]);
}

/* Six digits, as microseconds; what is finer is dropped. */
static int64_t
fraction(struct scan *s)
{
	int64_t v = 0;
	int n = 0;

	if (*s->p != '.' || !isdigit((unsigned char)s->p[1]))
		return 0;
	for (s->p++; isdigit((unsigned char)*s->p); s->p++)
		if (n++ < 6)
			v = v * 10 + (*s->p - '0');
	for (; n < 6; n++)
		v *= 10;
	return v;
}

/* True of 2026-02-28, not of 2026-02-30. */
static bool
real_date(const uint32_t v[6], int64_t *secs)
{
	struct tm tm = { .tm_year = (int)v[0] - 1900, .tm_mon = (int)v[1] - 1,
		.tm_mday = (int)v[2], .tm_hour = (int)v[3],
		.tm_min = (int)v[4], .tm_sec = (int)v[5] };

	*secs = (int64_t)timegm(&tm);
	return tm.tm_mday == (int)v[2];
}

static int64_t
take_time(struct scan *s)
{
	static const char wanted[] =
	    "a time like 2026-11-26 10:00:00 is wanted";
	uint32_t v[6] = { 0 };
	int64_t secs;
	int i = 0;

	do {
		const char *p = s->p + (i > 0);

		if (!digits(&p, &v[i]) || v[i] < parts[i].lo ||
		    v[i] > parts[i].hi) {
			fail(s, -E_FORMAT, wanted);
			return 0;
		}
		s->p = p;
		i++;
	} while (i < 6 && more_parts(s->p, i));
	if (i != 3 && i != 6)
		fail(s, -E_FORMAT, wanted);
	else if (!real_date(v, &secs))
		fail(s, -E_RANGE, "there is no such day");
	else
		return secs * SECOND + (i == 6 ? fraction(s) : 0);
	return 0;
}

/* ---- spans ---- */

static struct when_point
take_point(struct scan *s)
{
	struct when_point pt = { .what = WHEN_NOW };

	if (next(s, "now"))
		return pt;
	if (next(s, "past"))
		pt.what = WHEN_PAST;
	else if (next(s, "future"))
		pt.what = WHEN_FUTURE;
	else if (isdigit((unsigned char)*s->p)) {
		pt.what = WHEN_AT;
		pt.us = take_time(s);
	} else
		fail(s, -E_FORMAT, "now, past, future or a time is wanted");
	return pt;
}

/* The order of the two ends, as far as it can be known now. */
static bool
in_order(const struct when_point *a, const struct when_point *b)
{
	if (a->what == WHEN_AT && b->what == WHEN_AT)
		return a->us < b->us;
	return a->what != WHEN_FUTURE && b->what != WHEN_PAST &&
	    (a->what != b->what) && (a->what != WHEN_NOW ||
	    b->what != WHEN_PAST);
}

static void
take_lasting(struct scan *s, struct when_span *sp)
{
	if (next(s, "inf")) {
		sp->shape = WHEN_RANGE;
		sp->to.what = WHEN_FUTURE;
		return;
	}
	sp->shape = WHEN_LASTING;
	sp->secs = take_duration(s);
	if (sp->from.what == WHEN_PAST || sp->from.what == WHEN_FUTURE)
		fail(s, -E_FORMAT, "+ goes with now or a time");
}

static struct when_span
take_span(struct scan *s)
{
	struct when_span sp = { .shape = WHEN_POINT };

	sp.from = take_point(s);
	if (next(s, "...")) {
		sp.shape = WHEN_RANGE;
		sp.to = take_point(s);
	} else if (next(s, "+"))
		take_lasting(s, &sp);
	else if (sp.from.what == WHEN_PAST || sp.from.what == WHEN_FUTURE)
		fail(s, -E_FORMAT, "... and an end is wanted");
	if (sp.shape == WHEN_RANGE && !in_order(&sp.from, &sp.to))
		fail(s, -E_RANGE, "the end is before the begin");
	if (sp.shape != WHEN_POINT && next(s, "/"))
		sp.period = take_duration(s);
	return sp;
}

static void
take_repeat(struct scan *s, struct when *w)
{
	w->repeat = true;
	w->span = take_span(s);
	if (next(s, "cron"))
		fail(s, -E_FORMAT, "cron schedules are not understood");
	if (w->span.period == 0)
		fail(s, -E_FORMAT, "repeat wants a range and / its period");
	if (!next(s, "{"))
		return;
	w->each = take_span(s);
	if (w->each.from.what != WHEN_NOW || w->each.shape == WHEN_RANGE)
		fail(s, -E_FORMAT, "what is repeated begins with now and has "
		    "a duration");
	if (!next(s, "}"))
		fail(s, -E_FORMAT, "} is wanted");
}

int
when_parse(struct when *w, const char *text, char *why, size_t n)
{
	struct scan s = { .p = text, .why = why, .n = n };
	struct when got = { .each = { .from.what = WHEN_NOW } };

	if (next(&s, "repeat"))
		take_repeat(&s, &got);
	else
		got.span = take_span(&s);
	blanks(&s);
	if (*s.p != '\0')
		fail(&s, -E_FORMAT, "nothing more is understood");
	if (s.err == 0)
		*w = got;
	return s.err;
}

/* ---- as text ---- */

const char *
when_duration_text(uint32_t secs, char out[WHEN_DURATION])
{
	size_t n = 0;

	out[0] = '\0';
	for (int u = 0; u < UNITS; u++) {
		if (secs >= units[u].secs || (u == UNITS - 1 && n == 0))
			n += (size_t)snprintf(out + n, WHEN_DURATION - n,
			    "%u%c", secs / units[u].secs, units[u].c);
		secs %= units[u].secs;
	}
	return out;
}

const char *
when_time_text(int64_t us, char out[WHEN_TIME])
{
	int64_t frac = us % SECOND;
	time_t t = (time_t)(us / SECOND);
	struct tm tm;
	size_t n;

	if (frac < 0) {
		frac += SECOND;
		t--;
	}
	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	n = strftime(out, WHEN_TIME, "%Y-%m-%d %H:%M:%S", &tm);
	if (frac % 1000 != 0)
		snprintf(out + n, WHEN_TIME - n, ".%06d", (int)frac);
	else if (frac != 0)
		snprintf(out + n, WHEN_TIME - n, ".%03d", (int)(frac / 1000));
	return out;
}

static const char *
point_text(const struct when_point *p, char out[WHEN_TIME])
{
	static const char *const names[] = { [WHEN_PAST] = "past",
		[WHEN_NOW] = "now", [WHEN_FUTURE] = "future" };

	return p->what == WHEN_AT ? when_time_text(p->us, out) :
	    names[p->what];
}

static const char *
span_text(const struct when_span *s, char out[WHEN_TEXT])
{
	char a[WHEN_TIME], b[WHEN_TIME], d[WHEN_DURATION];
	size_t n;

	n = (size_t)snprintf(out, WHEN_TEXT, "%s", point_text(&s->from, a));
	if (s->shape == WHEN_RANGE)
		n += (size_t)snprintf(out + n, WHEN_TEXT - n, " ... %s",
		    point_text(&s->to, b));
	if (s->shape == WHEN_LASTING)
		n += (size_t)snprintf(out + n, WHEN_TEXT - n, " + %s",
		    when_duration_text(s->secs, d));
	if (s->period != 0)
		snprintf(out + n, WHEN_TEXT - n, " / %s",
		    when_duration_text(s->period, d));
	return out;
}

const char *
when_text(const struct when *w, char out[WHEN_TEXT])
{
	char span[WHEN_TEXT], each[WHEN_TEXT];

	if (!w->repeat)
		return span_text(&w->span, out);
	span_text(&w->span, span);
	if (w->each.shape == WHEN_POINT)
		snprintf(out, WHEN_TEXT, "repeat %.90s", span);
	else
		snprintf(out, WHEN_TEXT, "repeat %.90s { %.80s }", span,
		    span_text(&w->each, each));
	return out;
}

/* ---- what it means ---- */

static int64_t
moment(const struct when_point *p, int64_t now)
{
	switch (p->what) {
	case WHEN_PAST:
		return INT64_MIN;
	case WHEN_AT:
		return p->us;
	case WHEN_FUTURE:
		return INT64_MAX;
	default:
		return now;
	}
}

int64_t
when_begins(const struct when_span *s, int64_t now)
{
	return moment(&s->from, now);
}

int64_t
when_ends(const struct when_span *s, int64_t now)
{
	int64_t from = moment(&s->from, now);

	if (s->shape == WHEN_RANGE)
		return moment(&s->to, now);
	return s->shape == WHEN_LASTING ? from + s->secs * SECOND : from;
}

uint64_t
when_ticks(const struct when_span *s, int64_t now, bool with_end)
{
	int64_t from = when_begins(s, now), to = when_ends(s, now);
	uint64_t us, period = s->period * (uint64_t)SECOND;

	if (to < from)
		return 0;
	if (period == 0)
		return 1;
	if (from == INT64_MIN || to == INT64_MAX)
		return UINT64_MAX;
	us = (uint64_t)(to - from);
	if (with_end)
		return us / period + 1;
	return us < period ? 1 : (us + period - 1) / period;
}
