/*
 * The ledger: a row for each session of a lane, written by the lane's
 * worker, read by anybody. A reader that meets a write tries again; a writer
 * never waits. Rows are memory of one mapping, untouched rows cost nothing.
 */
#ifndef LB_LEDGER_H
#define LB_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "ppp/quality.h"
#include "sess/rec.h"

struct ledger;

/* ledger_new - @rows rows. NULL: no memory. Owner: the caller. */
struct ledger *ledger_new(uint32_t rows);
void ledger_free(struct ledger *l);

/* Writer only. ledger_count - the live counters of row @i. */
void ledger_write(struct ledger *l, uint32_t i, const struct sess_rec *r);
void ledger_clear(struct ledger *l, uint32_t i);
struct sess_count *ledger_count(struct ledger *l, uint32_t i);

/* ledger_read - a whole copy of row @i; false: the row is free. */
bool ledger_read(const struct ledger *l, uint32_t i, struct sess_rec *r);

/*
 * A row may have a book of its line's quality. Memory for the books of all
 * rows is there from the first one on; untouched ones cost nothing.
 * ledger_book - it begins, empty; false: no memory. ledger_book_add - a
 * probe's outcome, and @n rows that it closed. ledger_book_end - no more.
 * All three: writer only.
 */
bool ledger_book(struct ledger *l, uint32_t i, const struct quality_conf *c);
void ledger_book_add(struct ledger *l, uint32_t i, uint32_t us,
    const struct quality_row *row, unsigned n);
void ledger_book_end(struct ledger *l, uint32_t i);

/* ledger_book_read - a whole copy; false: row @i has none. */
bool ledger_book_read(const struct ledger *l, uint32_t i,
    struct quality_book *b);

/* ledger_used - rows in use are below this index (a bound for loops). */
uint32_t ledger_used(const struct ledger *l);

#endif
