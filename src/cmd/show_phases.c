/* show phases: how long each phase of the set-ups took. */
#include <string.h>

#include "cmd/show.h"
#include "ctl/out.h"

static uint64_t
count(const struct hist_view *h)
{
	uint64_t n = 0;

	for (int i = 0; i <= HIST_BOUNDS; i++)
		n += h->n[i];
	return n;
}

/*
 * Nanoseconds that @part of 100 did not exceed, as if those within two
 * bounds lay evenly between them; those over the last one: that bound.
 */
static uint64_t
quantile(const struct hist_view *h, unsigned part)
{
	uint64_t n = count(h), want = (n * part + 99) / 100, below = 0;
	tstamp lo = 0;

	for (int i = 0; i < HIST_BOUNDS; i++) {
		if (h->n[i] > 0 && below + h->n[i] >= want)
			return lo + (hist_bound[i] - lo) *
			    (want - below) / h->n[i];
		below += h->n[i];
		lo = hist_bound[i];
	}
	return lo;
}

static void
us(struct out_table *ot, uint64_t ns)
{
	out_cell(ot, "%llu", (unsigned long long)ns / 1000);
}

int
show_phases(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col head[] = {
		{ "phase", NULL, false }, { "count", NULL, true },
		{ "mean-us", NULL, true }, { "p50-us", NULL, true },
		{ "p90-us", NULL, true }, { "p99-us", NULL, true },
	};
	int form = a->n > 0 ? out_form_find(a->w[0]) : OUT_TEXT, err;
	struct out_table *ot;
	struct hist_view h;

	(void)r;
	if (a->n > 1 || form < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	ot = out_table_new(head, sizeof(head) / sizeof(head[0]));
	for (int p = 0; p < SETUP_PHASES; p++) {
		ctl_setup(cx->env->ctl, (enum setup_phase)p, &h);
		uint64_t n = count(&h);

		out_cell(ot, "%s", setup_phase_name((enum setup_phase)p));
		out_cell(ot, "%llu", (unsigned long long)n);
		us(ot, n > 0 ? h.sum / n : 0);
		us(ot, quantile(&h, 50));
		us(ot, quantile(&h, 90));
		us(ot, quantile(&h, 99));
	}
	out_table_put(ot, (enum out_form)form, cx->out);
	out_table_free(ot);
	return 0;
}
