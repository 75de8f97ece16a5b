/* A set of IPv4 addresses: open addressing, grows, never shrinks. */
#ifndef AAA_ADDR_SET_H
#define AAA_ADDR_SET_H

#include <stddef.h>
#include <stdint.h>

struct addr_set {		/* owner: whoever declared it; zeroed: empty */
	uint32_t *slot;		/* 0: empty; NULL while there are none */
	size_t	 slots, n;	/* slots: a power of two, at least twice n */
};

/* addr_set_add - 0; -E_EXIST: it is in; -E_RANGE: 0.0.0.0; -E_NOMEM. */
int addr_set_add(struct addr_set *s, uint32_t addr);

/* addr_set_del - @addr must be in. */
void addr_set_del(struct addr_set *s, uint32_t addr);
void addr_set_free(struct addr_set *s);

#endif
