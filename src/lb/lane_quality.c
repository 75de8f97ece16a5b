/* Sessions whose line is measured: `set quality`. */
#include <stdlib.h>

#include "lb/lane.h"

void
lane_quality_end(struct lane *l, struct sess *s)
{
	if (s->quality == NULL)
		return;
	ledger_book_end(l->ledger, s->idx);
	free(s->quality);
	s->quality = NULL;
}

/* Other probes or another step are another series. */
void
lane_quality_conf(struct lane *l, struct sess *s)
{
	if (s->quality != NULL &&
	    !quality_same(&s->quality->conf, &s->conf->quality))
		lane_quality_end(l, s);
}

static bool
begin(struct lane *l, struct sess *s)
{
	s->quality = malloc(sizeof(*s->quality));
	if (s->quality == NULL)
		return false;
	quality_start(s->quality, &s->conf->quality);
	if (ledger_book(l->ledger, s->idx, &s->conf->quality))
		return true;
	free(s->quality);
	s->quality = NULL;
	return false;
}

/* Without memory a probe is not written down; the next one tries again. */
void
lane_quality(struct lane *l, struct sess *s, uint32_t us)
{
	struct quality_row row[QUALITY_AGES];
	unsigned n;

	if (s->quality == NULL && !begin(l, s))
		return;
	n = quality_add(s->quality, us, (uint32_t)(l->now / SEC(1)), row);
	ledger_book_add(l->ledger, s->idx, us, row, n);
}
