/* The last attempts of each peer. */
#include "ctl/trail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lb/table.h"

#define ALL	(TRAIL_PEERS + TRAIL_STRANGERS)
#define NONE	UINT16_MAX

/* A list by time, the last heard of first. */
struct chain {
	uint16_t first, last;
};

struct row {
	struct trail_peer p;
	uint16_t next, prev;		/* NONE: the end */
};

struct trail {
	struct table by_mac;		/* of rows in use */
	uint64_t seed;
	struct chain used[2], idle[2];	/* [1]: the proven ones */
	struct row row[ALL];		/* the first TRAIL_PEERS are [1]'s */
};

const char *
trail_step_name(enum trail_step s)
{
	static const char *const names[] = { "Discovery", "LCP",
	    "authentication", "network protocols", "up" };

	return names[s <= TRAIL_UP ? s : TRAIL_DISCOVERY];
}

/* ---- chains ---- */

static void
chain_add(struct trail *t, struct chain *c, uint16_t i)
{
	t->row[i].prev = NONE;
	t->row[i].next = c->first;
	if (c->first != NONE)
		t->row[c->first].prev = i;
	else
		c->last = i;
	c->first = i;
}

static void
chain_cut(struct trail *t, struct chain *c, uint16_t i)
{
	struct row *r = &t->row[i];

	if (r->prev != NONE)
		t->row[r->prev].next = r->next;
	else
		c->first = r->next;
	if (r->next != NONE)
		t->row[r->next].prev = r->prev;
	else
		c->last = r->prev;
}

/* ---- peers ---- */

static uint64_t
mac_hash(const struct trail *t, const uint8_t mac[ETH_ADDR])
{
	uint64_t v = 0;

	memcpy(&v, mac, ETH_ADDR);
	return table_hash(v, t->seed);
}

static uint16_t
find(const struct trail *t, const uint8_t mac[ETH_ADDR])
{
	uint64_t h = mac_hash(t, mac);
	uint32_t at, i;

	for (i = table_first(&t->by_mac, h, &at); i != TABLE_NONE;
	    i = table_next(&t->by_mac, h, &at))
		if (memcmp(t->row[i].p.mac, mac, ETH_ADDR) == 0)
			return (uint16_t)i;
	return NONE;
}

static void
drop_row(struct trail *t, uint16_t i)
{
	struct row *r = &t->row[i];
	bool proven = i < TRAIL_PEERS;

	table_del(&t->by_mac, mac_hash(t, r->p.mac), i);
	chain_cut(t, &t->used[proven], i);
	chain_add(t, &t->idle[proven], i);
}

/* A row of that kind for @mac; who was heard of longest ago makes room. */
static uint16_t
take_row(struct trail *t, const uint8_t mac[ETH_ADDR], bool proven)
{
	struct row *r;
	uint16_t i;

	if (t->idle[proven].first == NONE)
		drop_row(t, t->used[proven].last);
	i = t->idle[proven].first;
	r = &t->row[i];
	chain_cut(t, &t->idle[proven], i);
	memset(&r->p, 0, sizeof(r->p));
	memcpy(r->p.mac, mac, ETH_ADDR);
	r->p.proven = proven;
	if (table_put(&t->by_mac, mac_hash(t, mac), i) < 0) {
		chain_add(t, &t->idle[proven], i);
		return NONE;
	}
	chain_add(t, &t->used[proven], i);
	return i;
}

/* The peer of @mac, which is the last heard of now; NULL: no memory. */
static struct trail_peer *
peer_of(struct trail *t, const uint8_t mac[ETH_ADDR], bool proven)
{
	uint16_t i = find(t, mac), old = i;

	if (i != NONE && (i < TRAIL_PEERS || !proven)) {
		bool kind = i < TRAIL_PEERS;

		chain_cut(t, &t->used[kind], i);
		chain_add(t, &t->used[kind], i);
		return &t->row[i].p;
	}
	i = take_row(t, mac, proven);
	if (i == NONE)
		return NULL;
	if (old != NONE) {	/* no stranger any more */
		t->row[i].p = t->row[old].p;
		t->row[i].p.proven = true;
		drop_row(t, old);
	}
	return &t->row[i].p;
}

const struct trail_try *
trail_last(const struct trail_peer *p, unsigned i)
{
	if (i >= p->tries || i >= TRAIL_TRIES)
		return NULL;
	return &p->try[(p->tries - 1 - i) % TRAIL_TRIES];
}

static struct trail_try *
new_try(struct trail_peer *p, const struct trail_note *n)
{
	struct trail_try *y = &p->try[p->tries++ % TRAIL_TRIES];

	memset(y, 0, sizeof(*y));
	y->begun = y->last = n->wall;
	y->drop = DROP_COUNT;
	y->vlan = n->vlan;
	snprintf(y->ifname, sizeof(y->ifname), "%s", n->ifname);
	return y;
}

/* The attempt that a Discovery packet belongs to. */
static struct trail_try *
try_of(struct trail_peer *p, const struct trail_note *n)
{
	struct trail_try *y = p->tries == 0 ? NULL :
	    &p->try[(p->tries - 1) % TRAIL_TRIES];

	if (y == NULL || y->over || y->sid != 0 ||
	    n->wall > y->last + TRAIL_PAUSE)
		return new_try(p, n);
	y->last = n->wall;
	return y;
}

static void
one_more(uint16_t *n)
{
	if (*n < UINT16_MAX)
		++*n;
}

/* ---- what happens ---- */

void
trail_padi(struct trail *t, const struct trail_note *n, enum drop why)
{
	struct trail_peer *p = peer_of(t, n->mac, false);
	struct trail_try *y;

	if (p == NULL)
		return;
	y = try_of(p, n);
	one_more(&y->padi);
	if (why == DROP_COUNT) {
		one_more(&y->pado);
		y->asked = y->asked != 0 ? y->asked : n->now;
	}
	y->drop = (uint8_t)why;
}

/* Refused or not, did it bring our cookie back? */
static bool
is_proof(enum drop why)
{
	return why == DROP_COUNT || why == DROP_SERVICE ||
	    why == DROP_LIMIT_MAC || why == DROP_LIMIT_ALL ||
	    why == DROP_HALF_OPEN ||
	    why == DROP_MAIL_FULL;
}

tstamp
trail_padr(struct trail *t, const struct trail_note *n, enum drop why,
    uint16_t sid)
{
	struct trail_peer *p = peer_of(t, n->mac, is_proof(why));
	struct trail_try *y;

	if (p == NULL)
		return 0;
	y = try_of(p, n);
	one_more(&y->padr);
	y->drop = (uint8_t)why;
	if (why != DROP_COUNT)
		return 0;
	y->sid = sid;
	y->step = TRAIL_LCP;
	return y->asked;
}

void
trail_dial(struct trail *t, const struct trail_note *n)
{
	struct trail_peer *p = peer_of(t, n->mac, true);

	if (p != NULL)
		new_try(p, n);
}

/* The attempt that made session @sid; NULL: forgotten. */
static struct trail_try *
session_of(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid)
{
	uint16_t i = find(t, mac);
	struct trail_peer *p;

	if (i == NONE)
		return NULL;
	p = &t->row[i].p;
	for (unsigned k = 0; k < TRAIL_TRIES && k < p->tries; k++) {
		struct trail_try *y = &p->try[(p->tries - 1 - k) %
		    TRAIL_TRIES];

		if (!y->over && (sid == 0 || y->sid == sid))
			return y;
	}
	return NULL;
}

void
trail_reached(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    enum trail_step step, int64_t wall)
{
	struct trail_try *y = session_of(t, mac, sid);

	if (y == NULL || step <= y->step)
		return;
	y->step = (uint8_t)step;
	y->last = wall;
}

void
trail_named(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    const char *name)
{
	struct trail_try *y = session_of(t, mac, sid);

	if (y != NULL)
		snprintf(y->name, sizeof(y->name), "%s", name);
}

void
trail_said(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    const char *text)
{
	struct trail_try *y = session_of(t, mac, sid);

	if (y != NULL)
		snprintf(y->text, sizeof(y->text), "%s", text);
}

void
trail_ended(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    enum why why, int64_t wall)
{
	struct trail_try *y = session_of(t, mac, sid);

	if (y == NULL)
		return;
	y->over = true;
	y->why = (uint8_t)why;
	y->last = wall;
}

/* ---- reading ---- */

/* Both chains, merged by time. */
void
trail_each(const struct trail *t, trail_fn *fn, void *arg)
{
	uint16_t at[2] = { t->used[0].first, t->used[1].first };

	while (at[0] != NONE || at[1] != NONE) {
		const struct trail_peer *p[2];
		int k;

		for (k = 0; k < 2; k++)
			p[k] = at[k] != NONE ? &t->row[at[k]].p : NULL;
		k = p[0] == NULL || (p[1] != NULL &&
		    trail_last(p[1], 0)->last >= trail_last(p[0], 0)->last);
		if (!fn(p[k], arg))
			return;
		at[k] = t->row[at[k]].next;
	}
}

/* ---- life ---- */

struct trail *
trail_new(uint64_t seed)
{
	struct trail *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->seed = seed;
	if (table_init(&t->by_mac) < 0) {
		free(t);
		return NULL;
	}
	for (int k = 0; k < 2; k++)
		t->used[k] = t->idle[k] = (struct chain){ NONE, NONE };
	for (uint16_t i = 0; i < ALL; i++)
		chain_add(t, &t->idle[i < TRAIL_PEERS], i);
	return t;
}

void
trail_free(struct trail *t)
{
	if (t == NULL)
		return;
	table_done(&t->by_mac);
	free(t);
}
