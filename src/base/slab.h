/*
 * Slab: objects of one size with stable addresses and small indexes, taken
 * and given back in O(1), never returned to the system before slab_free().
 * One thread at a time.
 */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stddef.h>
#include <stdint.h>

#define SLAB_CHUNK	64u	/* objects a chunk */

struct slab {
	size_t	  size;		/* octets of one object, rounded up */
	uint32_t  max;		/* most objects ever */
	uint32_t  used;		/* objects taken now */
	uint32_t  made;		/* objects that have memory */
	uint32_t  free;		/* head of the free list; SLAB_NONE: empty */
	uint8_t	**chunk;	/* owner: this slab */
};

#define SLAB_NONE	UINT32_MAX

/* slab_init - at most @max objects of @size octets. 0 or -E_NOMEM. */
int slab_init(struct slab *s, size_t size, uint32_t max);
void slab_free(struct slab *s);

/* slab_take - a zeroed object, its index in *@idx; NULL: full or no memory */
void *slab_take(struct slab *s, uint32_t *idx);
void slab_give(struct slab *s, uint32_t idx);

/* slab_at - object @idx; it must be taken. */
void *slab_at(const struct slab *s, uint32_t idx);

#endif
