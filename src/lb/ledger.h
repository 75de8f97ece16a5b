/*
 * The ledger: a row for each session of a lane, written by the lane's
 * worker, read by anybody. A reader that meets a write tries again; a writer
 * never waits. Rows are memory of one mapping, untouched rows cost nothing.
 */
#ifndef LB_LEDGER_H
#define LB_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

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

/* ledger_used - rows in use are below this index (a bound for loops). */
uint32_t ledger_used(const struct ledger *l);

#endif
