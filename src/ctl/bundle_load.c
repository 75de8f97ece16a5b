/*
 * `set autoload MIN MAX PERIOD`: links in auto mode are opened while more
 * than MAX percent of the open links' bandwidth is used, averaged over
 * PERIOD seconds, and closed below MIN. Then it is measured anew.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ctl/bundle.h"

static uint64_t
bandwidth(const struct bundle *b)
{
	uint64_t sum = 0;

	for (int i = 0; i < b->links; i++)
		if (b->link[i]->up_since != 0)
			sum += link_conf(b->link[i])->bandwidth;
	return sum;
}

static unsigned
percent(uint64_t octets, tstamp over, uint64_t bits)
{
	uint64_t ms = over / MSEC(1);

	if (ms == 0 || bits == 0)
		return 0;
	octets = octets * 8 * 1000 / ms * 100 / bits;
	return octets < 1000 ? (unsigned)octets : 1000;
}

void
bundle_load(const struct bundle *b, struct ctl_load *out)
{
	const struct autoload *a = &b->load;
	unsigned last = a->n - 1;
	tstamp over;

	out->bandwidth = bandwidth(b);
	if (a->n < 2)
		return;
	over = a->seen[last].at - a->seen[0].at;
	out->secs = (unsigned)((over + MSEC(500)) / SEC(1));
	out->in = percent(a->seen[last].in - a->seen[0].in, over,
	    out->bandwidth);
	out->out = percent(a->seen[last].out - a->seen[0].out, over,
	    out->bandwidth);
}

static void
see(struct autoload *a, unsigned keep, const struct ctl_counts *n,
    tstamp now)
{
	while (a->n > keep)
		memmove(a->seen, a->seen + 1, --a->n * sizeof(a->seen[0]));
	a->seen[a->n].at = now;
	a->seen[a->n].in = n->ip_in_oct + n->ip6_in_oct;
	a->seen[a->n].out = n->ip_out_oct + n->ip6_out_oct;
	a->n++;
}

static void
one_more(struct bundle *b, unsigned load)
{
	char why[160];

	for (int i = 0; i < b->links; i++) {
		struct link *l = b->link[i];

		if (l->dialer.mode != MODE_AUTO || link_busy(l))
			continue;
		log_put(LOG_PHASE, "autoload: %u%% of the bandwidth is used, "
		    "opening %s", load, link_conf(l)->name);
		if (link_open(l, why, sizeof(why)) < 0)
			log_put(LOG_WARN_, "%s", why);
		return;
	}
}

/* The last one open, and never the only one. */
static void
one_less(struct bundle *b, unsigned load)
{
	struct link *last = NULL;
	int open = 0;

	for (int i = 0; i < b->links; i++) {
		struct link *l = b->link[i];

		open += l->up_since != 0;
		if (l->up_since != 0 && l->dialer.mode == MODE_AUTO)
			last = l;
	}
	if (last == NULL || open < 2)
		return;
	log_put(LOG_PHASE, "autoload: %u%% of the bandwidth is used, "
	    "closing %s", load, link_conf(last)->name);
	link_close(last, WHY_IDLE);
}

static bool
opening(const struct bundle *b)
{
	for (int i = 0; i < b->links; i++)
		if (link_busy(b->link[i]) && b->link[i]->up_since == 0)
			return true;
	return false;
}

void
bundle_autoload(struct bundle *b, const struct ctl_counts *n, tstamp now)
{
	const struct profile *p = &b->c->p;
	unsigned keep = p->load_secs < LOAD_SECS ? p->load_secs : LOAD_SECS;
	struct autoload *a = &b->load;
	struct ctl_load load = { 0 };
	unsigned most;

	/* A longer period is seen at its end only: one look in so many. */
	if (p->load_max == 0 || b->mp == 0 || opening(b)) {
		a->n = 0;
		return;
	}
	if (a->n > 0 && p->load_secs > LOAD_SECS && now <
	    a->seen[a->n - 1].at + SEC(p->load_secs) / LOAD_SECS)
		return;
	see(a, keep, n, now);
	bundle_load(b, &load);
	if (a->n <= keep)
		return;
	most = load.in > load.out ? load.in : load.out;
	if (most > p->load_max)
		one_more(b, most);
	else if (most < p->load_min)
		one_less(b, most);
	else
		return;
	a->n = 0;
}
