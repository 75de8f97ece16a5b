/* The spread of durations. */
#include "gen/spread.h"

/* Values below SPREAD_FINE have a row each; then the seven top bits tell. */
static unsigned
row_of(tstamp t)
{
	unsigned row, up = 0;

	while (t >> up >= 2 * SPREAD_FINE)
		up++;
	row = up * SPREAD_FINE + (unsigned)(t >> up);
	return row < SPREAD_ROWS ? row : SPREAD_ROWS - 1;
}

/* The largest value of a row. */
static tstamp
row_end(unsigned row)
{
	unsigned up = row < 2 * SPREAD_FINE ? 0 : row / SPREAD_FINE - 1;

	return ((tstamp)(row - up * SPREAD_FINE) + 1) * ((tstamp)1 << up) - 1;
}

void
spread_add(struct spread *h, tstamp t)
{
	if (h->n == 0 || t < h->least)
		h->least = t;
	if (t > h->most)
		h->most = t;
	h->n++;
	h->sum += t;
	h->row[row_of(t)]++;
}

tstamp
spread_at(const struct spread *h, unsigned permille)
{
	uint64_t want = (h->n * permille + 999) / 1000, seen = 0;

	if (h->n == 0)
		return 0;
	for (unsigned i = 0; i < SPREAD_ROWS; i++) {
		seen += h->row[i];
		if (seen >= want && seen > 0)
			return tstamp_min(row_end(i), h->most);
	}
	return h->most;
}

tstamp
spread_mean(const struct spread *h)
{
	return h->n == 0 ? 0 : h->sum / h->n;
}
