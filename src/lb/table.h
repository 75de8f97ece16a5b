/*
 * Hash table from 64-bit hashes to small indexes: open addressing, linear
 * probing, doubles at half full. It knows no keys: whoever looks up walks
 * the candidates of a hash and compares keys himself. One thread.
 */
#ifndef LB_TABLE_H
#define LB_TABLE_H

#include <stdint.h>

#define TABLE_NONE	UINT32_MAX

struct table {
	uint32_t mask, used;		/* used: entries and tombs */
	uint32_t live;
	struct table_row {
		uint32_t hash;		/* upper half of the caller's hash */
		uint32_t idx;		/* TABLE_NONE: empty; TOMB: deleted */
	} *row;				/* owner: this table */
};

/* Walk: for (i = table_first(t, h, &at); i != TABLE_NONE;
 *     i = table_next(t, h, &at)) compare what @i stands for. */
uint32_t table_first(const struct table *t, uint64_t hash, uint32_t *at);
uint32_t table_next(const struct table *t, uint64_t hash, uint32_t *at);

/* table_fetch - the start of a walk into the cache. */
static inline void
table_fetch(const struct table *t, uint64_t hash)
{
	__builtin_prefetch(&t->row[(uint32_t)(hash >> 32) & t->mask]);
}

int table_init(struct table *t);		/* 0 or -E_NOMEM */
void table_done(struct table *t);
int table_put(struct table *t, uint64_t hash, uint32_t idx);
void table_del(struct table *t, uint64_t hash, uint32_t idx);

/* table_hash - a 64-bit value (address, ticket, interface id) scrambled. */
uint64_t table_hash(uint64_t value, uint64_t seed);

#endif
