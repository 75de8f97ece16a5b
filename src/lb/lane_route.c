/*
 * Networks behind peers: what RADIUS calls Framed-Route. A hash table over
 * (family, bits, network), asked from the longest prefix that is in use to
 * the shortest, and only for addresses that are no peer's own.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lb/lane.h"

#define NETS_MAX	65536u

struct net_row {
	struct lane_net net;
	uint32_t owner;			/* index of its session */
};

struct lane_routes {
	struct slab slab;		/* of struct net_row */
	struct table by_net;
	uint32_t used4[33], used6[129];	/* networks of so many bits */
};

static void
masked(struct lane_net *n, uint8_t family, uint8_t bits, const uint8_t *addr)
{
	unsigned size = family == AF_INET ? 4 : 16;

	memset(n, 0, sizeof(*n));
	n->family = family;
	n->bits = bits;
	for (unsigned i = 0; i < size && 8 * i < bits; i++) {
		unsigned left = bits - 8 * i;

		n->dst[i] = left >= 8 ? addr[i] :
		    (uint8_t)(addr[i] & 0xff << (8 - left));
	}
}

static uint64_t
net_hash(const struct lane *l, const struct lane_net *n)
{
	uint64_t half[2];

	memcpy(half, n->dst, sizeof(half));
	return table_hash(half[0] ^ (uint64_t)n->bits << 48 ^ n->family,
	    table_hash(half[1], l->seed));
}

static struct net_row *
find(struct lane *l, const struct lane_net *n, uint32_t *idx)
{
	struct lane_routes *r = l->routes;
	uint64_t h = net_hash(l, n);
	uint32_t at, i;

	for (i = table_first(&r->by_net, h, &at); i != TABLE_NONE;
	    i = table_next(&r->by_net, h, &at)) {
		struct net_row *row = slab_at(&r->slab, i);

		if (memcmp(&row->net, n, sizeof(*n)) != 0)
			continue;
		*idx = i;
		return row;
	}
	return NULL;
}

static uint32_t *
used(struct lane_routes *r, uint8_t family)
{
	return family == AF_INET ? r->used4 : r->used6;
}

static bool
ready(struct lane *l)
{
	struct lane_routes *r;

	if (l->routes != NULL)
		return true;
	r = calloc(1, sizeof(*r));
	if (r == NULL)
		return false;
	if (slab_init(&r->slab, sizeof(struct net_row), NETS_MAX) == 0 &&
	    table_init(&r->by_net) == 0) {
		l->routes = r;
		return true;
	}
	slab_free(&r->slab);
	free(r);
	return false;
}

static void
remove_row(struct lane *l, const struct net_row *row, uint32_t idx)
{
	struct lane_routes *r = l->routes;

	table_del(&r->by_net, net_hash(l, &row->net), idx);
	used(r, row->net.family)[row->net.bits]--;
	slab_give(&r->slab, idx);
}

/* A network has one owner: the first keeps it. */
static void
add_net(struct lane *l, struct sess *s, const struct lane_net *n)
{
	struct lane_routes *r = l->routes;
	struct net_row *row;
	uint32_t idx;

	if (find(l, n, &idx) != NULL || s->nets == UINT16_MAX)
		return;
	row = slab_take(&r->slab, &idx);
	if (row == NULL)
		return;
	row->net = *n;
	row->owner = s->idx;
	if (table_put(&r->by_net, net_hash(l, n), idx) < 0) {
		slab_give(&r->slab, idx);
		return;
	}
	used(r, n->family)[n->bits]++;
	s->nets++;
}

void
lane_route(struct lane *l, struct sess *s, const struct lane_net *n,
    bool add)
{
	struct lane_net net;
	struct net_row *row;
	uint32_t idx;

	if (n->bits > (n->family == AF_INET ? 32 : 128) || !ready(l))
		return;
	masked(&net, n->family, n->bits, n->dst);
	if (add) {
		add_net(l, s, &net);
		return;
	}
	row = find(l, &net, &idx);
	if (row == NULL || row->owner != s->idx)
		return;
	remove_row(l, row, idx);
	s->nets--;
}

void
lane_route_end(struct lane *l, struct sess *s)
{
	struct lane_routes *r = l->routes;

	if (s->nets == 0)
		return;
	for (uint32_t i = 0; i <= r->by_net.mask && s->nets > 0; i++) {
		uint32_t idx = r->by_net.row[i].idx;
		const struct net_row *row;

		if (idx >= r->slab.made)	/* empty, or a tomb */
			continue;
		row = slab_at(&r->slab, idx);
		if (row->owner != s->idx)
			continue;
		remove_row(l, row, idx);
		s->nets--;
	}
}

static struct net_row *
longest(struct lane *l, uint8_t family, const uint8_t *addr)
{
	const uint32_t *n = used(l->routes, family);
	struct net_row *row;
	struct lane_net net;
	uint32_t idx;

	for (int bits = family == AF_INET ? 32 : 128; bits >= 0; bits--) {
		if (n[bits] == 0)
			continue;
		masked(&net, family, (uint8_t)bits, addr);
		row = find(l, &net, &idx);
		if (row != NULL)
			return row;
	}
	return NULL;
}

struct sess *
lane_route_to(struct lane *l, uint8_t family, const uint8_t *addr)
{
	struct net_row *row = longest(l, family, addr);

	return row != NULL ? slab_at(&l->slab, row->owner) : NULL;
}

bool
lane_route_has(struct lane *l, const struct sess *s, uint8_t family,
    const uint8_t *addr)
{
	struct net_row *row = longest(l, family, addr);

	return row != NULL && row->owner == s->idx;
}

void
lane_routes_free(struct lane *l)
{
	if (l->routes == NULL)
		return;
	table_done(&l->routes->by_net);
	slab_free(&l->routes->slab);
	free(l->routes);
}
