/* Hash table of indexes. */
#include "lb/table.h"

#include <stdlib.h>

#include "base/err.h"

#define TOMB		(UINT32_MAX - 1)
#define TABLE_START	64u

static struct table_row *
rows_new(uint32_t n)
{
	struct table_row *row = malloc(n * sizeof(*row));

	for (uint32_t i = 0; row != NULL && i < n; i++)
		row[i].idx = TABLE_NONE;
	return row;
}

int
table_init(struct table *t)
{
	t->row = rows_new(TABLE_START);
	t->mask = TABLE_START - 1;
	t->used = t->live = 0;
	return t->row != NULL ? 0 : -E_NOMEM;
}

void
table_done(struct table *t)
{
	free(t->row);
	t->row = NULL;
}

/* The stored half chooses the slot too, so rows can be moved without keys. */
static uint32_t
half(uint64_t hash)
{
	return (uint32_t)(hash >> 32);
}

static void
place(struct table_row *row, uint32_t mask, uint32_t hash, uint32_t idx)
{
	uint32_t at = hash & mask;

	while (row[at].idx != TABLE_NONE)
		at = (at + 1) & mask;
	row[at].hash = hash;
	row[at].idx = idx;
}

static int
rebuild(struct table *t)
{
	uint32_t n = t->mask + 1;

	if (t->live * 4 >= n)		/* full of entries, not of tombs */
		n *= 2;
	struct table_row *row = rows_new(n);

	if (row == NULL)
		return -E_NOMEM;
	for (uint32_t i = 0; i <= t->mask; i++)
		if (t->row[i].idx < TOMB)
			place(row, n - 1, t->row[i].hash, t->row[i].idx);
	free(t->row);
	t->row = row;
	t->mask = n - 1;
	t->used = t->live;
	return 0;
}

int
table_put(struct table *t, uint64_t hash, uint32_t idx)
{
	if ((t->used + 1) * 2 > t->mask + 1 && rebuild(t) < 0)
		return -E_NOMEM;
	place(t->row, t->mask, half(hash), idx);
	t->used++;
	t->live++;
	return 0;
}

uint32_t
table_next(const struct table *t, uint64_t hash, uint32_t *at)
{
	for (; t->row[*at].idx != TABLE_NONE; *at = (*at + 1) & t->mask) {
		const struct table_row *r = &t->row[*at];

		if (r->hash == half(hash) && r->idx != TOMB) {
			*at = (*at + 1) & t->mask;
			return r->idx;
		}
	}
	return TABLE_NONE;
}

uint32_t
table_first(const struct table *t, uint64_t hash, uint32_t *at)
{
	*at = half(hash) & t->mask;
	return table_next(t, hash, at);
}

void
table_del(struct table *t, uint64_t hash, uint32_t idx)
{
	uint32_t at = half(hash) & t->mask;

	for (; t->row[at].idx != TABLE_NONE; at = (at + 1) & t->mask) {
		if (t->row[at].idx == idx && t->row[at].hash == half(hash)) {
			t->row[at].idx = TOMB;
			t->live--;
			return;
		}
	}
}

uint64_t
table_hash(uint64_t v, uint64_t seed)
{
	v = (v ^ seed) * 0x9e3779b97f4a7c15u;
	v ^= v >> 29;
	v *= 0xbf58476d1ce4e5b9u;
	v ^= v >> 32;
	return v * 0x94d049bb133111ebu;
}
