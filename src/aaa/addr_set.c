/* Linear probing; a deletion closes the gap, so there are no tombstones. */
#include "aaa/addr_set.h"

#include <stdlib.h>

#include "base/bug.h"
#include "base/err.h"

static size_t
home(const struct addr_set *s, uint32_t addr)
{
	return (addr * 2654435769u >> 7) & (s->slots - 1);
}

/* Where @addr is, or the empty slot where it would go. */
static size_t
place(const struct addr_set *s, uint32_t addr)
{
	size_t i = home(s, addr);

	while (s->slot[i] != 0 && s->slot[i] != addr)
		i = (i + 1) & (s->slots - 1);
	return i;
}

static int
grow(struct addr_set *s)
{
	struct addr_set big = { .n = s->n };

	if (s->slots > 2 * s->n)
		return 0;
	big.slots = s->slots == 0 ? 16 : 2 * s->slots;
	big.slot = calloc(big.slots, sizeof(*big.slot));
	if (big.slot == NULL)
		return -E_NOMEM;
	for (size_t i = 0; i < s->slots; i++)
		if (s->slot[i] != 0)
			big.slot[place(&big, s->slot[i])] = s->slot[i];
	free(s->slot);
	*s = big;
	return 0;
}

int
addr_set_add(struct addr_set *s, uint32_t addr)
{
	size_t i;

	if (addr == 0)
		return -E_RANGE;
	if (grow(s) != 0)
		return -E_NOMEM;
	i = place(s, addr);
	if (s->slot[i] == addr)
		return -E_EXIST;
	s->slot[i] = addr;
	s->n++;
	return 0;
}

void
addr_set_del(struct addr_set *s, uint32_t addr)
{
	size_t mask = s->slots - 1, gap, i;

	BUG_ON(addr == 0 || s->n == 0);
	gap = place(s, addr);
	BUG_ON(s->slot[gap] != addr);
	for (i = (gap + 1) & mask; s->slot[i] != 0; i = (i + 1) & mask) {
		/* What sits nearer to the gap than to its home may move. */
		if (((i - home(s, s->slot[i])) & mask) >= ((i - gap) & mask)) {
			s->slot[gap] = s->slot[i];
			gap = i;
		}
	}
	s->slot[gap] = 0;
	s->n--;
}

void
addr_set_free(struct addr_set *s)
{
	free(s->slot);
	*s = (struct addr_set){ 0 };
}
