/* The ledger: a row is a guarded record, and so is a book. */
#include "lb/ledger.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bug.h"
#include "base/guard.h"

#define REC_WORDS	GUARD_WORDS(sizeof(struct sess_rec))
#define BOOK_WORDS	GUARD_WORDS(sizeof(struct quality_book))
#define BOOK_AT(what)	(offsetof(struct quality_book, what) / 8)

_Static_assert(BOOK_WORDS > REC_WORDS, "readers have room for either");
_Static_assert(offsetof(struct quality_book, row) % 8 == 0 &&
    sizeof(struct quality_row) % 8 == 0, "rows are whole words");

struct row {
	struct guard g;
	_Atomic uint64_t word[REC_WORDS];
	struct sess_count count;
};

struct book {
	struct guard g;
	_Atomic uint64_t word[BOOK_WORDS];
};

struct ledger {
	uint32_t rows;
	_Atomic uint32_t bound;		/* highest row ever used, plus one */
	struct row *row;		/* owner: this ledger */
	_Atomic(struct book *) book;	/* owner; NULL: nobody needed one */
};

static void *
map(size_t octets)
{
	void *p = mmap(NULL, octets, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct ledger *
ledger_new(uint32_t rows)
{
	struct ledger *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->rows = rows;
	l->row = map(sizeof(struct row) * rows);
	if (l->row == NULL) {
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
	munmap(l->row, sizeof(struct row) * l->rows);
	if (l->book != NULL)
		munmap(l->book, sizeof(struct book) * l->rows);
	free(l);
}

void
ledger_write(struct ledger *l, uint32_t i, const struct sess_rec *rec)
{
	struct row *r = &l->row[i];

	BUG_ON(i >= l->rows);
	guard_begin(&r->g);
	guard_write(r->word, rec, sizeof(*rec));
	guard_use(&r->g, true);
	guard_end(&r->g);
	if (i >= atomic_load_explicit(&l->bound, memory_order_relaxed))
		atomic_store_explicit(&l->bound, i + 1, memory_order_release);
}

void
ledger_clear(struct ledger *l, uint32_t i)
{
	struct row *r = &l->row[i];

	guard_begin(&r->g);
	guard_use(&r->g, false);
	guard_end(&r->g);
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

bool
ledger_read(const struct ledger *l, uint32_t i, struct sess_rec *rec)
{
	uint64_t word[REC_WORDS] = { 0 };
	bool used;

	if (i >= l->rows)
		return false;
	used = guard_read(&l->row[i].g, l->row[i].word, word, REC_WORDS);
	memcpy(rec, word, sizeof(*rec));
	return used;
}

/* ---- books ---- */

bool
ledger_book(struct ledger *l, uint32_t i, const struct quality_conf *c)
{
	struct book *b = l->book;
	/* last and closed: as quality_book has them behind conf */
	struct quality_book head = { .conf = *c, .last = QUALITY_LOST };

	BUG_ON(i >= l->rows);
	if (b == NULL) {
		b = map(sizeof(*b) * l->rows);
		if (b == NULL)
			return false;
		atomic_store_explicit(&l->book, b, memory_order_release);
	}
	b += i;
	guard_begin(&b->g);
	guard_write(b->word, &head, offsetof(struct quality_book, row));
	guard_use(&b->g, true);
	guard_end(&b->g);
	return true;
}

void
ledger_book_add(struct ledger *l, uint32_t i, uint32_t us,
    const struct quality_row *row, unsigned n)
{
	struct quality_book head;
	struct book *b = &l->book[i];
	uint64_t word[BOOK_AT(row)];

	for (size_t w = 0; w < BOOK_AT(row); w++)
		word[w] = atomic_load_explicit(&b->word[w],
		    memory_order_relaxed);
	memcpy(&head, word, sizeof(word));
	head.last = us;
	guard_begin(&b->g);
	for (unsigned age = 0; age < n; age++)
		guard_write(&b->word[BOOK_AT(row) + quality_slot(age,
		    head.closed[age]++) * GUARD_WORDS(sizeof(*row))], &row[age],
		    sizeof(*row));
	guard_write(b->word, &head, sizeof(word));
	guard_end(&b->g);
}

void
ledger_book_end(struct ledger *l, uint32_t i)
{
	struct book *b = l->book;

	if (b == NULL)
		return;
	guard_begin(&b[i].g);
	guard_use(&b[i].g, false);
	guard_end(&b[i].g);
}

bool
ledger_book_read(const struct ledger *l, uint32_t i, struct quality_book *to)
{
	struct book *b = atomic_load_explicit(&l->book, memory_order_acquire);
	uint64_t word[BOOK_WORDS] = { 0 };
	bool used;

	if (b == NULL || i >= l->rows)
		return false;
	used = guard_read(&b[i].g, b[i].word, word, BOOK_WORDS);
	memcpy(to, word, sizeof(*to));
	return used;
}

uint32_t
ledger_used(const struct ledger *l)
{
	return atomic_load_explicit(&l->bound, memory_order_acquire);
}
