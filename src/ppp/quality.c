/* Series of round-trip times: steps, and ages that are coarser. */
#include "ppp/quality.h"

#include <string.h>

/* Rows kept of each age, and steps that a row is made of. */
static const struct {
	unsigned first, rows, steps;
} ages[QUALITY_AGES] = {
	{ 0, 40, 1 }, { 40, 36, 10 }, { 76, 48, 120 },
};
_Static_assert(40 + 36 + 48 == QUALITY_ROWS, "rows of all ages");

void
quality_start(struct quality *q, const struct quality_conf *c)
{
	memset(q, 0, sizeof(*q));
	q->conf = *c;
}

/* ---- a step ---- */

static void
sort(uint32_t *us, unsigned n)
{
	for (unsigned i = 1; i < n; i++) {
		uint32_t v = us[i];
		unsigned k = i;

		for (; k > 0 && us[k - 1] > v; k--)
			us[k] = us[k - 1];
		us[k] = v;
	}
}

/* The value @quarters of the way through n sorted ones, between two. */
static uint32_t
quantile(const uint32_t *us, unsigned n, unsigned quarters)
{
	unsigned at = (n - 1) * quarters;
	uint64_t low = us[at / 4], high = us[at % 4 != 0 ? at / 4 + 1 : at / 4];

	return (uint32_t)(low + (high - low) * (at % 4) / 4);
}

static uint32_t
apart(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

static uint32_t
deviation(const uint32_t *us, unsigned n)
{
	uint64_t sum = 0, off = 0;

	for (unsigned i = 0; i < n; i++)
		sum += us[i];
	for (unsigned i = 0; i < n; i++)
		off += apart(us[i], (uint32_t)((sum + n / 2) / n));
	return (uint32_t)((off + n / 2) / n);
}

static uint32_t
jitter(const uint32_t *us, unsigned n)
{
	uint64_t sum = 0;

	if (n < 2)
		return QUALITY_NONE;
	for (unsigned i = 1; i < n; i++)
		sum += apart(us[i], us[i - 1]);
	return (uint32_t)((sum + (n - 1) / 2) / (n - 1));
}

static void
nothing(struct quality_row *r)
{
	r->min = r->q1 = r->median = r->q3 = r->max = QUALITY_NONE;
	r->mdev = r->jitter = QUALITY_NONE;
}

/* The step is over: it is a row now, and the next one begins. */
static void
close_step(struct quality *q, struct quality_row *r)
{
	uint32_t us[QUALITY_PROBES];
	unsigned n = q->answers;

	nothing(r);
	r->sent = q->n;
	r->lost = (uint32_t)(q->n - n);
	if (n > 0) {
		memcpy(us, q->us, sizeof(us));
		sort(us, n);
		r->min = us[0];
		r->q1 = quantile(us, n, 1);
		r->median = quantile(us, n, 2);
		r->q3 = quantile(us, n, 3);
		r->max = us[n - 1];
		r->mdev = deviation(us, n);
		r->jitter = jitter(q->us, n);
	}
	q->n = q->answers = 0;
}

unsigned
quality_add(struct quality *q, uint32_t us, uint32_t at,
    struct quality_row row[QUALITY_AGES])
{
	unsigned age = 0;

	if (us != QUALITY_LOST)
		q->us[q->answers++] = us;
	if (++q->n < q->conf.probes)
		return 0;
	close_step(q, &row[0]);
	row[0].at = at;
	for (; age + 1 < QUALITY_AGES; age++) {
		struct quality_sum *s = &q->sum[age];

		quality_sum_add(s, &row[age]);
		if (s->rows < ages[age + 1].steps / ages[age].steps)
			break;
		quality_sum_row(s, &row[age + 1]);
		row[age + 1].at = at;
		memset(s, 0, sizeof(*s));
	}
	return age + 1;
}

/* ---- many rows as one ---- */

void
quality_sum_add(struct quality_sum *s, const struct quality_row *r)
{
	bool first = s->sent == s->lost;	/* with answers */
	uint64_t n = r->sent - r->lost;

	s->rows++;
	s->sent += r->sent;
	s->lost += r->lost;
	if (n == 0)
		return;
	s->min = first || r->min < s->min ? r->min : s->min;
	s->max = r->max > s->max ? r->max : s->max;
	s->q1 += r->q1 * n;
	s->median += r->median * n;
	s->q3 += r->q3 * n;
	s->mdev += r->mdev * n;
	if (r->jitter != QUALITY_NONE) {
		s->jitter += r->jitter * n;
		s->jitters += n;
	}
}

static uint32_t
mean(uint64_t sum, uint64_t n)
{
	return (uint32_t)((sum + n / 2) / n);
}

void
quality_sum_row(const struct quality_sum *s, struct quality_row *r)
{
	uint64_t n = s->sent - s->lost;

	nothing(r);
	r->sent = s->sent;
	r->lost = s->lost;
	if (n == 0)
		return;
	r->min = s->min;
	r->max = s->max;
	r->q1 = mean(s->q1, n);
	r->median = mean(s->median, n);
	r->q3 = mean(s->q3, n);
	r->mdev = mean(s->mdev, n);
	if (s->jitters > 0)
		r->jitter = mean(s->jitter, s->jitters);
}

/* ---- the book ---- */

unsigned
quality_slot(unsigned age, uint32_t k)
{
	return ages[age].first + k % ages[age].rows;
}

unsigned
quality_kept(const struct quality_book *b, unsigned age)
{
	return b->closed[age] < ages[age].rows ? b->closed[age] :
	    ages[age].rows;
}

const struct quality_row *
quality_back(const struct quality_book *b, unsigned age, unsigned back)
{
	return &b->row[quality_slot(age, b->closed[age] - 1 - back)];
}

uint32_t
quality_span(const struct quality_conf *c, unsigned age)
{
	return c->step * ages[age].steps;
}

void
quality_recent(const struct quality_book *b, struct quality_row *r)
{
	struct quality_sum s = { 0 };
	unsigned n = quality_kept(b, 0);

	for (unsigned i = 0; i < n; i++)
		quality_sum_add(&s, quality_back(b, 0, i));
	quality_sum_row(&s, r);
	r->at = n > 0 ? quality_back(b, 0, 0)->at : 0;
}

bool
quality_worse(const struct quality_row *a, const struct quality_row *b)
{
	if (a->sent == 0 || b->sent == 0)
		return a->sent > b->sent;
	uint64_t la = (uint64_t)a->lost * b->sent;
	uint64_t lb = (uint64_t)b->lost * a->sent;

	if (la != lb)
		return la > lb;
	return a->mdev != QUALITY_NONE &&
	    (b->mdev == QUALITY_NONE || a->mdev > b->mdev);
}
