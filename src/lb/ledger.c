/*
 * The ledger. A row is a sequence count (odd while it is written) and a
 * record copied word by word. A reader that took one new word has also seen
 * the count change, because words are stored with release order.
 */
#include "lb/ledger.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bug.h"

#define REC_WORDS	((sizeof(struct sess_rec) + 7) / 8)

struct row {
	_Atomic uint32_t seq;
	_Atomic uint32_t used;
	_Atomic uint64_t word[REC_WORDS];
	struct sess_count count;
};

struct ledger {
	uint32_t rows;
	_Atomic uint32_t bound;		/* highest row ever used, plus one */
	size_t	 octets;
	struct row *row;		/* owner: this ledger */
};

struct ledger *
ledger_new(uint32_t rows)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->rows = rows;
	l->octets = sizeof(struct row) * rows;
	l->row = mmap(NULL, l->octets, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (l->row == MAP_FAILED) {
		free(l);
		return NULL;
	}
	return l;
}

void
ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	munmap(l->row, l->octets);
	free(l);
}

static void
write_begin(struct row *r)
{
	uint32_t seq = atomic_load_explicit(&r->seq, memory_order_relaxed);

	atomic_store_explicit(&r->seq, seq + 1, memory_order_relaxed);
}

static void
write_end(struct row *r)
{
	uint32_t seq = atomic_load_explicit(&r->seq, memory_order_relaxed);

	atomic_store_explicit(&r->seq, seq + 1, memory_order_release);
}

void
ledger_write(struct ledger *l, uint32_t i, const struct sess_rec *rec)
{
	uint64_t word[REC_WORDS] = { 0 };
	struct row *r = &l->row[i];

	BUG_ON(i >= l->rows);
	memcpy(word, rec, sizeof(*rec));
	write_begin(r);
	for (size_t w = 0; w < REC_WORDS; w++)
		atomic_store_explicit(&r->word[w], word[w],
		    memory_order_release);
	atomic_store_explicit(&r->used, 1, memory_order_release);
	write_end(r);
	if (i >= atomic_load_explicit(&l->bound, memory_order_relaxed))
		atomic_store_explicit(&l->bound, i + 1, memory_order_release);
}

void
ledger_clear(struct ledger *l, uint32_t i)
{
	struct row *r = &l->row[i];

	write_begin(r);
	atomic_store_explicit(&r->used, 0, memory_order_release);
	write_end(r);
	_Atomic uint64_t *n = &r->count.ip_in;

	for (size_t k = 0; k < sizeof(r->count) / sizeof(*n); k++)
		atomic_store_explicit(&n[k], 0, memory_order_relaxed);
}

struct sess_count *
ledger_count(struct ledger *l, uint32_t i)
{
	BUG_ON(i >= l->rows);
	return &l->row[i].count;
}

/* One try: true when no write came between. */
static bool
read_once(const struct row *r, uint64_t word[REC_WORDS], bool *used)
{
	uint32_t seq = atomic_load_explicit(&r->seq, memory_order_acquire);

	if (seq & 1)
		return false;
	*used = atomic_load_explicit(&r->used, memory_order_acquire) != 0;
	for (size_t w = 0; w < REC_WORDS; w++)
		word[w] = atomic_load_explicit(&r->word[w],
		    memory_order_acquire);
	return atomic_load_explicit(&r->seq, memory_order_relaxed) == seq;
}

bool
ledger_read(const struct ledger *l, uint32_t i, struct sess_rec *rec)
{
	uint64_t word[REC_WORDS];
	bool used = false;

	if (i >= l->rows)
		return false;
	while (!read_once(&l->row[i], word, &used))
		;
	memcpy(rec, word, sizeof(*rec));
	return used;
}

uint32_t
ledger_used(const struct ledger *l)
{
	return atomic_load_explicit(&l->bound, memory_order_acquire);
}
