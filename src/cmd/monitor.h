/*
 * The same few numbers of the concentrator again and again, beside what they
 * were before: pppoetest --monitor, and `monitor` at a prompt.
 */
#ifndef CMD_MONITOR_H
#define CMD_MONITOR_H

#include "base/clock.h"
#include "base/txt.h"

#define MONITOR_SAMPLES	512

struct monitor_sample {
	tstamp	 when;
	long long total, active, each, cpu;	/* cpu: percent */
	char	 reason[48];		/* gov_reason_name(), the last */
};

struct monitor {			/* zero at first */
	struct monitor_sample s[MONITOR_SAMPLES];	/* a ring */
	unsigned n;			/* taken so far */
};

/* monitor_add - @s, of which `each' is derived. */
void monitor_add(struct monitor *m, const struct monitor_sample *s);
const struct monitor_sample *monitor_newest(const struct monitor *m);

/*
 * monitor_text - a table for people.
 * @interval: seconds between two samples
 * @stops: what ends it, "Ctrl-C stops"
 */
void monitor_text(const struct monitor *m, unsigned interval,
    const char *stops, struct txt *t);

#endif
