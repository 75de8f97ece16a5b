/* One direction of whatever was agreed. */
#include "comp/part.h"

#include "base/bug.h"

void
comp_free(struct comp *c)
{
	if (c != NULL)
		c->ops->free(c);
}

size_t
comp_out(struct comp *c, uint16_t proto, const uint8_t *p, size_t n,
    uint8_t out[COMP_ROOM])
{
	BUG_ON(n + 2 > COMP_PLAIN);
	return c->ops->out(c, proto, p, n, out);
}

int
comp_in(struct comp *c, const uint8_t *p, size_t n, uint8_t out[COMP_ROOM])
{
	return c->ops->in(c, p, n, out);
}

bool
comp_plain(struct comp *c, uint16_t proto, const uint8_t *p, size_t n)
{
	return c->ops->plain == NULL || c->ops->plain(c, proto, p, n);
}

void
comp_reset(struct comp *c)
{
	c->ops->reset(c);
}
