/*
 * Records of one writer that anybody copies: a sequence count, odd while a
 * record is written, and the record as words. A reader that took one new
 * word has also seen the count change, because words are stored with release
 * order; it then tries again. A writer never waits.
 */
#ifndef BASE_GUARD_H
#define BASE_GUARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define GUARD_WORDS(n)	(((n) + 7) / 8)

struct guard {
	_Atomic uint32_t seq;
	_Atomic uint32_t used;		/* 0: there is no record */
};

/* guard_begin, guard_end - around what the writer changes. */
static inline void
guard_begin(struct guard *g)
{
	uint32_t seq = atomic_load_explicit(&g->seq, memory_order_relaxed);

	atomic_store_explicit(&g->seq, seq + 1, memory_order_relaxed);
}

static inline void
guard_end(struct guard *g)
{
	uint32_t seq = atomic_load_explicit(&g->seq, memory_order_relaxed);

	atomic_store_explicit(&g->seq, seq + 1, memory_order_release);
}

static inline void
guard_use(struct guard *g, bool used)
{
	atomic_store_explicit(&g->used, used, memory_order_release);
}

/* guard_put, guard_get - one word, the writer's. */
static inline void
guard_put(_Atomic uint64_t *to, uint64_t word)
{
	atomic_store_explicit(to, word, memory_order_release);
}

static inline uint64_t
guard_get(const _Atomic uint64_t *from)
{
	return atomic_load_explicit(from, memory_order_relaxed);
}

/* guard_write - @n octets, zeros up to the next whole word. */
static inline void
guard_write(_Atomic uint64_t *to, const void *p, size_t n)
{
	const uint8_t *from = p;
	uint64_t word;

	for (; n >= sizeof(word); n -= sizeof(word), from += sizeof(word)) {
		memcpy(&word, from, sizeof(word));
		guard_put(to++, word);
	}
	if (n == 0)
		return;
	word = 0;
	memcpy(&word, from, n);
	guard_put(to, word);
}

/* guard_try - true when no write came between; then @used tells whether @n
 * words were copied. */
static inline bool
guard_try(const struct guard *g, const _Atomic uint64_t *from,
    uint64_t *word, size_t n, bool *used)
{
	uint32_t seq = atomic_load_explicit(&g->seq, memory_order_acquire);

	if (seq & 1)
		return false;
	*used = atomic_load_explicit(&g->used, memory_order_acquire) != 0;
	for (size_t w = 0; *used && w < n; w++)
		word[w] = atomic_load_explicit(&from[w],
		    memory_order_acquire);
	return atomic_load_explicit(&g->seq, memory_order_relaxed) == seq;
}

/* guard_read - @n words, whole; false: there is no record. Anybody. */
static inline bool
guard_read(const struct guard *g, const _Atomic uint64_t *from,
    uint64_t *word, size_t n)
{
	bool used = false;

	while (!guard_try(g, from, word, n, &used))
		;
	return used;
}

#endif
