/*
 * Inside cmd/ only: text in the exposition format OpenMetrics 1.0.
 * om_family - begins one; @name without _total. @type: counter, gauge,
 * histogram, info, stateset. A name that ends with _seconds or _bytes has
 * that unit.
 * om_u64, om_real - one sample of the family begun last; _total and _info
 * come of themselves. Then pairs of a label's name and value, NULL at the
 * end; values may hold any text.
 */
#ifndef CMD_OM_H
#define CMD_OM_H

#include "base/hist.h"
#include "base/txt.h"

struct om {
	struct txt *t;			/* borrows */
	const char *name, *type;	/* of this family; constant */
};

void om_family(struct om *m, const char *name, const char *type,
    const char *help);
void om_u64(struct om *m, uint64_t n, ...) __attribute__((sentinel));
void om_real(struct om *m, double n, ...) __attribute__((sentinel));

/* om_hist - the samples of a histogram with that one label. */
void om_hist(struct om *m, const struct hist_view *h, const char *label,
    const char *value);

void om_end(struct om *m);		/* # EOF */

#endif
