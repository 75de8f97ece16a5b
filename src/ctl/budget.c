/* Set-ups under way, counted. */
#include "ctl/budget.h"

#define VLANS	65536u			/* with set-ups at once, at most */

struct share {
	uint32_t n;			/* not 0 */
	unsigned port;
	struct vlans vlan;
};

static uint64_t
hash_of(const struct budget *b, unsigned port, struct vlans v)
{
	return table_hash((uint64_t)port << 32 | (uint32_t)v.outer << 16 |
	    v.inner, b->seed);
}

/* Of @vlan on @port; NULL: none is under way there. */
static struct share *
find(const struct budget *b, unsigned port, struct vlans v, uint32_t *idx)
{
	uint64_t h = hash_of(b, port, v);
	uint32_t at;

	for (*idx = table_first(&b->by_vlan, h, &at); *idx != TABLE_NONE;
	    *idx = table_next(&b->by_vlan, h, &at)) {
		struct share *s = slab_at(&b->slab, *idx);

		if (s->port == port && s->vlan.outer == v.outer &&
		    s->vlan.inner == v.inner)
			return s;
	}
	return NULL;
}

bool
budget_has(const struct budget *b, const struct lb_budget *most,
    unsigned port, struct vlans vlan, unsigned mac)
{
	const struct share *s;
	uint32_t idx;

	if (b->all >= most->all || b->port[port] >= most->iface ||
	    mac >= most->mac)
		return false;
	if (vlan.outer == 0)		/* the interface itself */
		return true;
	s = find(b, port, vlan, &idx);
	return s == NULL || s->n < most->vlan;
}

static struct share *
make(struct budget *b, unsigned port, struct vlans vlan, uint32_t *idx)
{
	struct share *s = slab_take(&b->slab, idx);

	if (s == NULL)
		return NULL;
	s->port = port;
	s->vlan = vlan;
	if (table_put(&b->by_vlan, hash_of(b, port, vlan), *idx) < 0) {
		slab_give(&b->slab, *idx);
		return NULL;
	}
	return s;
}

uint32_t
budget_take(struct budget *b, unsigned port, struct vlans vlan)
{
	uint32_t idx;
	struct share *s = find(b, port, vlan, &idx);

	if (s == NULL)
		s = make(b, port, vlan, &idx);
	if (s == NULL)
		return 0;
	s->n++;
	b->all++;
	b->port[port]++;
	return idx + 1;
}

void
budget_give(struct budget *b, uint32_t taken)
{
	struct share *s;

	if (taken == 0)
		return;
	s = slab_at(&b->slab, taken - 1);
	b->all--;
	b->port[s->port]--;
	if (--s->n > 0)
		return;
	table_del(&b->by_vlan, hash_of(b, s->port, s->vlan), taken - 1);
	slab_give(&b->slab, taken - 1);
}

int
budget_init(struct budget *b, uint64_t seed)
{
	int err = slab_init(&b->slab, sizeof(struct share), VLANS);

	b->seed = seed;
	return err < 0 ? err : table_init(&b->by_vlan);
}

void
budget_done(struct budget *b)
{
	slab_free(&b->slab);
	table_done(&b->by_vlan);
}
