/* Random bytes: the kernel's, buffered; or a seeded sequence for tests. */
#include "base/rng.h"

#include <string.h>
#include <sys/random.h>

#include "base/bug.h"

void
rng_system(struct rng *r)
{
	memset(r, 0, sizeof(*r));
	r->used = sizeof(r->pool);
}

void
rng_seed(struct rng *r, uint64_t seed)
{
	memset(r, 0, sizeof(*r));
	r->seeded = true;
	r->state = seed;
}

/* splitmix64: enough for tests, nothing else. */
static uint8_t
seeded_byte(struct rng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (uint8_t)(z ^ (z >> 31));
}

static void
refill(struct rng *r)
{
	ssize_t n = getrandom(r->pool, sizeof(r->pool), 0);

	BUG_ON(n != (ssize_t)sizeof(r->pool));	/* <= 256 is never partial */
	r->used = 0;
}

void
rng_fill(struct rng *r, void *p, size_t n)
{
	uint8_t *out = p;

	for (size_t i = 0; i < n; i++) {
		if (r->seeded) {
			out[i] = seeded_byte(r);
			continue;
		}
		if (r->used == sizeof(r->pool))
			refill(r);
		out[i] = r->pool[r->used];
		r->pool[r->used++] = 0;
	}
}

uint32_t
rng_u32(struct rng *r)
{
	uint32_t v;

	rng_fill(r, &v, sizeof(v));
	return v;
}
