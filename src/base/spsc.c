/* Single-producer, single-consumer ring. */
#include "base/spsc.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"

int
spsc_init(struct spsc *s, uint32_t n, uint32_t size)
{
	BUG_ON(n == 0 || (n & (n - 1)) != 0 || size == 0);
	memset(s, 0, sizeof(*s));
	s->mask = n - 1;
	s->size = size;
	s->slot = calloc(n, size);
	return s->slot != NULL ? 0 : -E_NOMEM;
}

void
spsc_free(struct spsc *s)
{
	free(s->slot);
	s->slot = NULL;
}

uint32_t
spsc_room(struct spsc *s)
{
	uint32_t head = atomic_load_explicit(&s->head, memory_order_relaxed);

	s->tail_seen = atomic_load_explicit(&s->tail, memory_order_acquire);
	return s->mask + 1 - (head - s->tail_seen);
}

bool
spsc_put(struct spsc *s, const void *msg)
{
	uint32_t head = atomic_load_explicit(&s->head, memory_order_relaxed);

	if (head - s->tail_seen > s->mask && spsc_room(s) == 0)
		return false;
	memcpy(s->slot + (size_t)(head & s->mask) * s->size, msg, s->size);
	atomic_store_explicit(&s->head, head + 1, memory_order_release);
	return true;
}

bool
spsc_get(struct spsc *s, void *msg)
{
	uint32_t tail = atomic_load_explicit(&s->tail, memory_order_relaxed);

	if (tail == s->head_seen) {
		s->head_seen = atomic_load_explicit(&s->head,
		    memory_order_acquire);
		if (tail == s->head_seen)
			return false;
	}
	memcpy(msg, s->slot + (size_t)(tail & s->mask) * s->size, s->size);
	atomic_store_explicit(&s->tail, tail + 1, memory_order_release);
	return true;
}
