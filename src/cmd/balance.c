/* Tables of where sessions are. */
#include "cmd/balance.h"

#include <stdio.h>

#include "cmd/box.h"

#define ODD	"\u26a0"

void
balance_text(const struct balance_row *row, unsigned n, long long most,
    unsigned threshold, struct txt *t)
{
	static const int w[] = { 6, 8, 8, 11 };
	static const char head[][BOX_CELL] = { "Worker", "Sessions",
	    "Expected", "Deviation" };
	long long sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += row[i].sessions;
	txt_put(t, "=== Load Balance Check ===\n");
	box_top(t, w, 4, head);
	for (unsigned i = 0; i < n; i++) {
		double mean = (double)sum / n, dev = 0;
		char cell[4][BOX_CELL];

		if (sum > 0)
			dev = ((double)row[i].sessions - mean) * 100 / mean;
		snprintf(cell[0], BOX_CELL, "%d", row[i].worker);
		snprintf(cell[1], BOX_CELL, "%lld", row[i].sessions);
		snprintf(cell[2], BOX_CELL, "%lld", sum / n);
		snprintf(cell[3], BOX_CELL, "%+.0f%%%s", dev,
		    dev > threshold ? " " ODD : "");
		box_row(t, w, 4, cell);
	}
	box_bottom(t, w, 4);
	txt_put(t, "Imbalance: %lld%% (threshold: %u%%)\nStatus: %s\n", most,
	    threshold, most > (long long)threshold ? "WARNING" : "OK");
	if (most > (long long)threshold)
		txt_put(t, "Recommendation: `set lb algorithm "
		    "least-sessions' evens new sessions out\n");
}

static const int widths[] = { 10, 15, 13, 6 };

void
affinity_head(struct txt *t)
{
	static const char head[][BOX_CELL] = { "Session ID",
	    "Expected Worker", "Actual Worker", "Status" };

	txt_put(t, "=== Affinity Check ===\n");
	box_top(t, widths, 4, head);
}

void
affinity_row(unsigned sid, long long want, long long is, struct txt *t)
{
	char cell[4][BOX_CELL];

	snprintf(cell[0], BOX_CELL, "0x%04x", sid);
	snprintf(cell[1], BOX_CELL, "%lld", want);
	snprintf(cell[2], BOX_CELL, "%lld", is);
	snprintf(cell[3], BOX_CELL, "%s", want == is ? "OK" : "DRIFT");
	box_row(t, widths, 4, cell);
}

void
affinity_tail(unsigned long long all, unsigned long long bad,
    struct txt *t)
{
	box_bottom(t, widths, 4);
	txt_put(t, "Total: %llu\nPassed: %llu\nFailed: %llu\n", all,
	    all - bad, bad);
	if (bad > 0)
		txt_put(t, "Possible causes:\n  - lanes are changing hands "
		    "now: look again\n  - a fault of the steering: see `show "
		    "lanes' and `show health'\n");
}
