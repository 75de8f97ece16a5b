/*
 * Quality of a line out of the round-trip times of its LCP echo: `set
 * quality`. A step is some probes; each step becomes a row, and rows become
 * rows of coarser ages, so that a series has a size that does not grow. Pure:
 * no clock, no memory of its own.
 *
 * A row of a step has the quartiles of its answers, their mean deviation
 * from the mean, and as jitter the mean difference of an answer from the one
 * before (RFC 3393 section 4.5, without the sign). A coarser row has the
 * least, the most and the sums; its other figures are means of the rows it
 * is made of, weighted by their answers.
 */
#ifndef PPP_QUALITY_H
#define PPP_QUALITY_H

#include <stdbool.h>
#include <stdint.h>

#define QUALITY_PROBES		20	/* most of a step */
#define QUALITY_STEP		3600	/* longest step, seconds */
#define QUALITY_LOST		UINT32_MAX	/* a probe without an answer */
#define QUALITY_NONE		UINT32_MAX	/* a figure there is not */

/* What `set quality` says. At most a probe a second. */
struct quality_conf {
	uint8_t	 probes;		/* of a step; 0: off */
	uint16_t step;			/* seconds */
};

static inline bool
quality_same(const struct quality_conf *a, const struct quality_conf *b)
{
	return a->probes == b->probes && a->step == b->step;
}

struct quality_row {
	/* microseconds, or QUALITY_NONE */
	uint32_t min, q1, median, q3, max, mdev, jitter;
	uint32_t sent, lost;
	uint32_t at;			/* when it was closed: as told */
};

/* Rows on their way to a coarser one. */
struct quality_sum {
	uint64_t q1, median, q3, mdev;	/* times the answers */
	uint64_t jitter;
	uint64_t jitters;		/* answers of rows that have jitter */
	uint32_t rows, sent, lost, min, max;
};

#define QUALITY_AGES	3

/* A series in the making. */
struct quality {			/* owner: the session's lane */
	struct quality_conf conf;
	uint8_t	 n, answers;		/* of this step */
	uint32_t us[QUALITY_PROBES];	/* the answers, as they came */
	struct quality_sum sum[QUALITY_AGES - 1];
};

void quality_start(struct quality *q, const struct quality_conf *c);

/*
 * quality_add - a probe was answered after @us, or is QUALITY_LOST.
 * @at: the time now, seconds of a clock of the caller's choice
 * @row: rows of ages 0 to ret - 1 that it completed
 * Returns how many: 0 to QUALITY_AGES.
 */
unsigned quality_add(struct quality *q, uint32_t us, uint32_t at,
    struct quality_row row[QUALITY_AGES]);

/* quality_sum_add, quality_sum_row - one row of many; none: all NONE. */
void quality_sum_add(struct quality_sum *s, const struct quality_row *r);
void quality_sum_row(const struct quality_sum *s, struct quality_row *r);

/*
 * What was measured, as others see it; see lb/ledger.h. Of each age the last
 * rows, in a ring.
 */
#define QUALITY_ROWS	124u
struct quality_book {
	struct quality_conf conf;
	uint32_t last;			/* us of the last probe, or LOST */
	uint32_t closed[QUALITY_AGES];	/* rows ever */
	uint32_t reserved;
	struct quality_row row[QUALITY_ROWS];
};

/* quality_slot - where row @k of age @age, counted from 0, is in the book. */
unsigned quality_slot(unsigned age, uint32_t k);

/* quality_kept - rows of @age that the book still has. */
unsigned quality_kept(const struct quality_book *b, unsigned age);

/* quality_back - the row of @age, 0: the last one; below quality_kept(). */
const struct quality_row *quality_back(const struct quality_book *b,
    unsigned age, unsigned back);

/* quality_span - seconds that a row of @age is about. */
uint32_t quality_span(const struct quality_conf *c, unsigned age);

/* quality_recent - all kept steps as one row. */
void quality_recent(const struct quality_book *b, struct quality_row *r);

/* quality_worse - is @a a worse line than @b? By loss, then by spread. */
bool quality_worse(const struct quality_row *a, const struct quality_row *b);

#endif
