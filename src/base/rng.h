/*
 * Random bytes as an argument: engines borrow a generator from whoever owns
 * them, so a test can seed it and a lane can have its own without a lock.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

struct rng {
	bool	 seeded;	/* test generator: same seed, same bytes */
	uint64_t state;		/* of the test generator */
	size_t	 used;		/* bytes taken from pool */
	uint8_t	 pool[256];	/* bytes of the kernel, used once each */
};

/* rng_system - the kernel's generator; unpredictable. */
void rng_system(struct rng *r);

/* rng_seed - repeatable bytes for tests and benches; never for a peer. */
void rng_seed(struct rng *r, uint64_t seed);

/* rng_fill - fill @p with @n bytes. Used bytes are wiped from the pool. */
void rng_fill(struct rng *r, void *p, size_t n);
uint32_t rng_u32(struct rng *r);

#endif
