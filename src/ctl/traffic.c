/* Throughput figures. */
#include "ctl/traffic.h"

#include <string.h>

static void
sample(struct traffic *t, tstamp now)
{
	if (t->samples == TRAFFIC_SECS + 1)
		memmove(t->sample, t->sample + 1,
		    --t->samples * sizeof(t->sample[0]));
	t->sample[t->samples].at = now;
	t->sample[t->samples].in = t->total.in_oct;
	t->sample[t->samples].out = t->total.out_oct;
	t->samples++;
}

void
traffic_up(struct traffic *t, const struct traffic_sum *total, tstamp now)
{
	memset(t, 0, sizeof(*t));
	t->total = t->cleared = *total;
	t->up = t->since = now;
	sample(t, now);
}

void
traffic_down(struct traffic *t, tstamp now, int64_t wall)
{
	if (t->up == 0 || t->down != 0)
		return;
	t->down = now;
	t->down_wall = wall;
	t->samples = 0;
}

void
traffic_see(struct traffic *t, const struct traffic_sum *total, bool rates,
    tstamp now, int64_t wall)
{
	uint64_t in, out;

	if (t->up == 0 || t->down != 0)
		return;
	t->total = *total;
	if (!rates) {
		t->samples = 0;
		return;
	}
	sample(t, now);
	traffic_current(t, &in, &out);
	if (in + out > t->peak) {
		t->peak = in + out;
		t->peak_wall = wall;
	}
}

struct traffic_sum
traffic_counted(const struct traffic *t)
{
	struct traffic_sum s = t->total;

	s.in_oct -= t->cleared.in_oct;
	s.out_oct -= t->cleared.out_oct;
	s.in -= t->cleared.in;
	s.out -= t->cleared.out;
	return s;
}

uint64_t
traffic_overall(const struct traffic *t, tstamp now)
{
	struct traffic_sum s = traffic_counted(t);
	uint64_t secs;

	if (t->down != 0)
		now = t->down;
	secs = now > t->since ? (now - t->since) / SEC(1) : 0;
	return secs == 0 ? 0 : (s.in_oct + s.out_oct) / secs;
}

void
traffic_current(const struct traffic *t, uint64_t *in, uint64_t *out)
{
	unsigned last = t->samples - 1;
	tstamp dt;

	*in = *out = 0;
	if (t->samples < 2)
		return;
	dt = (t->sample[last].at - t->sample[0].at) / (SEC(1) / 1000);
	if (dt == 0)
		return;
	*in = (t->sample[last].in - t->sample[0].in) * 1000 / dt;
	*out = (t->sample[last].out - t->sample[0].out) * 1000 / dt;
}

void
traffic_clear(struct traffic *t, unsigned what, tstamp now)
{
	if (what & TRAFFIC_OVERALL) {
		t->cleared = t->total;
		t->since = now;
	}
	if (what & TRAFFIC_CURRENT)
		t->samples = 0;
	if (what & TRAFFIC_PEAK) {
		t->peak = 0;
		t->peak_wall = 0;
	}
}
