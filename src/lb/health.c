/* The judgement on the workers. */
#include "lb/health.h"

#include <string.h>

/* How many percent @n is over the mean of @sum / @count, to the nearest. */
static unsigned
over_mean(uint64_t n, uint64_t sum, uint64_t count)
{
	if (sum == 0)
		return 0;
	return (unsigned)(((n * count - sum) * 200 + sum) / (2 * sum));
}

static void
judge_balance(const struct health_in *in, struct health *h)
{
	uint64_t most = 0, sum = 0, n = 0;

	for (unsigned i = 0; i < in->most; i++) {
		if (in->w[i].state != WORKER_ACTIVE)
			continue;
		n++;
		sum += in->w[i].sessions;
		if (in->w[i].sessions > most) {
			most = in->w[i].sessions;
			h->fullest = i;
		}
	}
	h->imbalance = over_mean(most, sum, n);
	h->distribution = h->imbalance <= HEALTH_IMBALANCE ? 100 :
	    h->imbalance >= 100 ? 0 : 100 - h->imbalance;
}

static void
judge_workers(const struct health_in *in, struct health *h)
{
	for (unsigned i = 0; i < in->most; i++) {
		if (in->w[i].state == WORKER_NONE)
			continue;
		h->workers++;
		if (in->w[i].silent && h->silent++ == 0)
			h->first_silent = i;
	}
	if (h->workers > 0)
		h->availability = 100 * (h->workers - h->silent) /
		    h->workers;
}

static unsigned
error_score(const struct health_in *in)
{
	/* in thousandths of an error per million packets */
	uint64_t rate = in->packets == 0 ? 0 :
	    in->errors * 1000000000u / in->packets;

	return rate < 1 ? 100 : rate < 10 ? 80 : rate < 100 ? 50 : 10;
}

static unsigned
affinity_score(const struct health_in *in)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < in->most; i++)
		if (in->w[i].state != WORKER_NONE)
			n += in->w[i].sessions;
	if (in->drifts == 0)
		return 100;
	return in->drifts >= n ? 0 : (unsigned)(100 * (n - in->drifts) / n);
}

void
health_judge(const struct health_in *in, struct health *h)
{
	memset(h, 0, sizeof(*h));
	judge_workers(in, h);
	if (h->workers == 0)
		return;
	judge_balance(in, h);
	h->errors = error_score(in);
	h->affinity = affinity_score(in);
	h->score = (25 * h->availability + 45 * h->distribution +
	    15 * h->errors + 15 * h->affinity) / 100;
}

const char *
health_band(unsigned score)
{
	return score >= 90 ? "pass" : score >= 70 ? "warn" :
	    score >= 50 ? "fail" : "critical";
}
