/* Histograms of durations. */
#include "base/hist.h"

const tstamp hist_bound[HIST_BOUNDS] = {
	USEC(100), USEC(500), MSEC(1), USEC(2500), MSEC(5),
	MSEC(10), MSEC(25), MSEC(50), MSEC(100), MSEC(250), MSEC(500), SEC(1),
	SEC(2) + MSEC(500), SEC(5), SEC(10), SEC(30),
};

static uint64_t
load(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static void
add(_Atomic uint64_t *n, uint64_t by)
{
	atomic_store_explicit(n, load(n) + by, memory_order_relaxed);
}

void
hist_add(struct hist *h, tstamp took)
{
	int i = 0;

	while (i < HIST_BOUNDS && took > hist_bound[i])
		i++;
	add(&h->n[i], 1);
	add(&h->sum, took);
}

void
hist_sum(const struct hist *h, struct hist_view *to)
{
	for (int i = 0; i <= HIST_BOUNDS; i++)
		to->n[i] += load(&h->n[i]);
	to->sum += load(&h->sum);
}
