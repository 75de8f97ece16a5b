/*
 * The ledger. A row is a sequence count (odd while it is written) and a
 * record copied word by word; so is a book. A reader that took one new word
 * has also seen the count change, because words are stored with release
 * order.
 */
#include "lb/ledger.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bug.h"

#define WORDS(n)	(((n) + 7) / 8)
#define REC_WORDS	WORDS(sizeof(struct sess_rec))
#define BOOK_WORDS	WORDS(sizeof(struct quality_book))
#define BOOK_AT(what)	(offsetof(struct quality_book, what) / 8)

_Static_assert(BOOK_WORDS > REC_WORDS, "readers have room for either");
_Static_assert(offsetof(struct quality_book, row) % 8 == 0 &&
    sizeof(struct quality_row) % 8 == 0, "rows are whole words");

struct guard {			/* of words that are written and read whole */
	_Atomic uint32_t seq;
	_Atomic uint32_t used;
};

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

static void
write_begin(struct guard *r)
{
	uint32_t seq = atomic_load_explicit(&r->seq, memory_order_relaxed);

	atomic_store_explicit(&r->seq, seq + 1, memory_order_relaxed);
}

static void
write_end(struct guard *r)
{
	uint32_t seq = atomic_load_explicit(&r->seq, memory_order_relaxed);

	atomic_store_explicit(&r->seq, seq + 1, memory_order_release);
}

static void
write_words(_Atomic uint64_t *to, const void *p, size_t n)
{
	const uint8_t *from = p;
	uint64_t word;

	for (; n >= sizeof(word); n -= sizeof(word), from += sizeof(word)) {
		memcpy(&word, from, sizeof(word));
		atomic_store_explicit(to++, word, memory_order_release);
	}
	if (n == 0)
		return;
	word = 0;			/* the rest, zeros behind it */
	memcpy(&word, from, n);
	atomic_store_explicit(to, word, memory_order_release);
}

void
ledger_write(struct ledger *l, uint32_t i, const struct sess_rec *rec)
{
	struct row *r = &l->row[i];

	BUG_ON(i >= l->rows);
	write_begin(&r->g);
	write_words(r->word, rec, sizeof(*rec));
	atomic_store_explicit(&r->g.used, 1, memory_order_release);
	write_end(&r->g);
	if (i >= atomic_load_explicit(&l->bound, memory_order_relaxed))
		atomic_store_explicit(&l->bound, i + 1, memory_order_release);
}

void
ledger_clear(struct ledger *l, uint32_t i)
{
	struct row *r = &l->row[i];

	write_begin(&r->g);
	atomic_store_explicit(&r->g.used, 0, memory_order_release);
	write_end(&r->g);
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
read_once(const struct guard *g, const _Atomic uint64_t *from,
    uint64_t *word, size_t n, bool *used)
{
	uint32_t seq = atomic_load_explicit(&g->seq, memory_order_acquire);

	if (seq & 1)
		return false;
	*used = atomic_load_explicit(&g->used, memory_order_acquire) != 0;
	for (size_t w = 0; *used && w < n; w++)
		word[w] = atomic_load_explicit(&from[w],
		    memory_order_acquire);
	return atomic_load_explicit(&g->seq, memory_order_relaxed) == seq;
}

bool
ledger_read(const struct ledger *l, uint32_t i, struct sess_rec *rec)
{
	uint64_t word[REC_WORDS] = { 0 };
	bool used = false;

	if (i >= l->rows)
		return false;
	while (!read_once(&l->row[i].g, l->row[i].word, word, REC_WORDS,
	    &used))
		;
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
	write_begin(&b->g);
	write_words(b->word, &head, offsetof(struct quality_book, row));
	atomic_store_explicit(&b->g.used, 1, memory_order_release);
	write_end(&b->g);
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
	write_begin(&b->g);
	for (unsigned age = 0; age < n; age++)
		write_words(&b->word[BOOK_AT(row) + quality_slot(age,
		    head.closed[age]++) * WORDS(sizeof(*row))], &row[age],
		    sizeof(*row));
	write_words(b->word, &head, sizeof(word));
	write_end(&b->g);
}

void
ledger_book_end(struct ledger *l, uint32_t i)
{
	struct book *b = l->book;

	if (b == NULL)
		return;
	write_begin(&b[i].g);
	atomic_store_explicit(&b[i].g.used, 0, memory_order_release);
	write_end(&b[i].g);
}

bool
ledger_book_read(const struct ledger *l, uint32_t i, struct quality_book *to)
{
	struct book *b = atomic_load_explicit(&l->book, memory_order_acquire);
	uint64_t word[BOOK_WORDS] = { 0 };
	bool used = false;

	if (b == NULL || i >= l->rows)
		return false;
	while (!read_once(&b[i].g, b[i].word, word, BOOK_WORDS, &used))
		;
	memcpy(to, word, sizeof(*to));
	return used;
}

uint32_t
ledger_used(const struct ledger *l)
{
	return atomic_load_explicit(&l->bound, memory_order_acquire);
}
