/* Numbers now and before. */
#include "cmd/monitor.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/box.h"
#include "lb/governor.h"

#define UP	"\u2191"
#define DOWN	"\u2193"
#define COLUMNS	5

static const int widths[COLUMNS] = { 21, 10, 10, 10, 10 };

const struct monitor_sample *
monitor_newest(const struct monitor *m)
{
	return &m->s[(m->n - 1) % MONITOR_SAMPLES];
}

void
monitor_add(struct monitor *m, const struct monitor_sample *s)
{
	struct monitor_sample *to = &m->s[m->n++ % MONITOR_SAMPLES];

	*to = *s;
	to->each = s->active > 0 ? (s->total + s->active / 2) / s->active : 0;
}

/* The youngest that is at least @secs old; NULL: there is none. */
static const struct monitor_sample *
before(const struct monitor *m, unsigned secs)
{
	tstamp now = monitor_newest(m)->when + MSEC(200);

	for (unsigned k = 1; k < m->n && k < MONITOR_SAMPLES; k++) {
		const struct monitor_sample *s =
		    &m->s[(m->n - 1 - k) % MONITOR_SAMPLES];

		if (s->when + SEC(secs) <= now)
			return s;
	}
	return NULL;
}

static void
put_row(struct txt *t, const char *name,
    const struct monitor_sample *const s[4], size_t off, const char *unit)
{
	char cell[COLUMNS][BOX_CELL];

	snprintf(cell[0], BOX_CELL, "%s", name);
	for (int i = 0; i < 4; i++) {
		long long v;

		snprintf(cell[i + 1], BOX_CELL, "-");
		if (s[i] == NULL)
			continue;
		memcpy(&v, (const char *)s[i] + off, sizeof(v));
		snprintf(cell[i + 1], BOX_CELL, "%lld%s", v, unit);
	}
	box_row(t, widths, COLUMNS, cell);
}

static void
put_changes(struct txt *t, const struct monitor_sample *now,
    const struct monitor_sample *last, const struct monitor_sample *old)
{
	if (last == NULL || (last->active == now->active &&
	    (old == NULL || old->total == now->total)))
		return;
	txt_put(t, "Changes detected:\n");
	if (last->active != now->active)
		txt_put(t, "  %s Workers: %lld -> %lld (%s)\n",
		    now->active > last->active ? UP : DOWN, last->active,
		    now->active, strcmp(now->reason,
		    gov_reason_name(GOV_NO_REASON)) != 0 ? now->reason :
		    "by command");
	if (old != NULL && old->total != now->total)
		txt_put(t, "  %s Sessions: %lld -> %lld over 5 minutes\n",
		    now->total > old->total ? UP : DOWN, old->total,
		    now->total);
}

void
monitor_text(const struct monitor *m, unsigned interval, const char *stops,
    struct txt *t)
{
	const struct monitor_sample *s[4] = { monitor_newest(m),
	    before(m, interval), before(m, 30), before(m, 300) };
	char head[COLUMNS][BOX_CELL] = { "Metric", "Now", "", "30s ago",
	    "5m ago" }, when[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%F %T UTC", &tm);
	snprintf(head[2], BOX_CELL, "%us ago", interval);
	txt_put(t, "%s (%s)\n", when, stops);
	box_top(t, widths, COLUMNS, head);
	put_row(t, "Total Sessions", s,
	    offsetof(struct monitor_sample, total), "");
	put_row(t, "Active Workers", s,
	    offsetof(struct monitor_sample, active), "");
	put_row(t, "Sessions/Worker (avg)", s,
	    offsetof(struct monitor_sample, each), "");
	put_row(t, "CPU Usage (avg)", s,
	    offsetof(struct monitor_sample, cpu), "%");
	box_bottom(t, widths, COLUMNS);
	put_changes(t, s[0], s[1], s[3]);
}
