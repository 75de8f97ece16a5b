/* Slab of equal objects; a free object holds the index of the next one. */
#include "base/slab.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"

int
slab_init(struct slab *s, size_t size, uint32_t max)
{
	memset(s, 0, sizeof(*s));
	s->size = (size + 63) & ~(size_t)63;	/* no shared cache line */
	s->max = max;
	s->free = SLAB_NONE;
	s->chunk = calloc(max / SLAB_CHUNK + 1, sizeof(*s->chunk));
	return s->chunk != NULL ? 0 : -E_NOMEM;
}

void
slab_free(struct slab *s)
{
	for (uint32_t i = 0; i * SLAB_CHUNK < s->made; i++)
		free(s->chunk[i]);
	free(s->chunk);
	s->chunk = NULL;
}

void *
slab_at(const struct slab *s, uint32_t idx)
{
	BUG_ON(idx >= s->made);
	return s->chunk[idx / SLAB_CHUNK] + (idx % SLAB_CHUNK) * s->size;
}

static int
grow(struct slab *s)
{
	uint8_t *mem;

	if (s->made >= s->max)
		return -E_FULL;
	mem = aligned_alloc(64, SLAB_CHUNK * s->size);
	if (mem == NULL)
		return -E_NOMEM;
	s->chunk[s->made / SLAB_CHUNK] = mem;
	for (uint32_t i = SLAB_CHUNK; i-- > 0;) {
		memcpy(mem + i * s->size, &s->free, sizeof(s->free));
		s->free = s->made + i;
	}
	s->made += SLAB_CHUNK;
	return 0;
}

void *
slab_take(struct slab *s, uint32_t *idx)
{
	uint8_t *p;

	if (s->used >= s->max)
		return NULL;
	if (s->free == SLAB_NONE && grow(s) < 0)
		return NULL;
	*idx = s->free;
	p = slab_at(s, *idx);
	memcpy(&s->free, p, sizeof(s->free));
	memset(p, 0, s->size);
	s->used++;
	return p;
}

void
slab_give(struct slab *s, uint32_t idx)
{
	uint8_t *p = slab_at(s, idx);

	memcpy(p, &s->free, sizeof(s->free));
	s->free = idx;
	s->used--;
}
