/* Flow tables of all lanes. */
#include "lb/flows.h"

#include "base/bug.h"
#include "base/err.h"
#include "base/rng.h"

int
flows_make(struct flows *f, unsigned lanes, uint32_t max)
{
	uint32_t each = FLOWS_ROWS / lanes;
	struct rng rng;
	int err = 0;

	BUG_ON(lanes > FLOWS_LANES);	/* a power of two */
	memset(f, 0, sizeof(*f));
	rng_system(&rng);
	if (each > FLOWS_RING)
		each = FLOWS_RING;
	for (unsigned i = 0; i < lanes && err == 0; i++) {
		uint64_t seed;

		rng_fill(&rng, &seed, sizeof(seed));
		f->lanes = i + 1;
		err = spsc_init(&f->ring[i], each, sizeof(struct flow_row));
		if (err == 0)
			err = flow_table_init(&f->table[i], max, seed,
			    &f->ring[i]);
	}
	if (err < 0)
		flows_free(f);
	return err;
}

void
flows_free(struct flows *f)
{
	for (unsigned i = 0; i < f->lanes; i++) {
		flow_table_free(&f->table[i]);
		spsc_free(&f->ring[i]);
	}
	f->lanes = 0;
}

void
flows_hold(struct flows *f)
{
	if (f != NULL)
		f->holders++;
}

void
flows_drop(struct flows *f)
{
	if (f != NULL && --f->holders == 0)
		atomic_store(&f->idle, true);
}
