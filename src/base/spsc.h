/*
 * Ring of fixed-size messages, one producer thread, one consumer thread, no
 * lock. Messages are copied in and out; they hold no pointers.
 */
#ifndef BASE_SPSC_H
#define BASE_SPSC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spsc {
	_Alignas(64) _Atomic uint32_t head;	/* written by the producer */
	uint32_t tail_seen;			/* producer's copy of tail */
	_Alignas(64) _Atomic uint32_t tail;	/* written by the consumer */
	uint32_t head_seen;			/* consumer's copy of head */
	_Alignas(64) uint32_t mask;
	uint32_t size;				/* bytes of one message */
	uint8_t	*slot;				/* owner: this ring */
};

/*
 * spsc_init - @n messages (a power of two) of @size bytes.
 * Returns 0 or -E_NOMEM. spsc_free() gives the memory back.
 */
int spsc_init(struct spsc *s, uint32_t n, uint32_t size);
void spsc_free(struct spsc *s);

/* spsc_put - copy @msg in; false when the ring is full. Producer only. */
bool spsc_put(struct spsc *s, const void *msg);

/* spsc_get - copy the oldest message out; false when empty. Consumer only. */
bool spsc_get(struct spsc *s, void *msg);

/* spsc_room - free slots as the producer sees them (a lower bound). */
uint32_t spsc_room(struct spsc *s);

#endif
