/*
 * The pool: ranges are sorted and joined, and their addresses numbered from
 * 0 on. A bit each says who has a holder and who is kept back; a summary
 * with a bit for each full word lets a search skip 4,096 addresses a step.
 * Addresses outside the ranges that have a holder stand in a small hash set.
 */
#include "aaa/pool.h"

#include <stdlib.h>
#include <string.h>

#include "aaa/addr_set.h"
#include "base/bug.h"
#include "base/err.h"

#define NUMBER_NONE	UINT32_MAX
#define EVEN		16	/* blocks may differ by one part in so many */

struct span {			/* lo has number first, lo + 1 the next */
	uint32_t lo, hi, first;
};

struct pool {
	unsigned lanes;
	uint32_t total;
	uint32_t edge[POOL_LANES + 1];	/* block k: edge[k] to edge[k + 1] */
	uint32_t next[POOL_LANES];	/* where its search goes on */
	uint32_t held[POOL_LANES];	/* holders */
	uint64_t *used, *kept, *full;
	struct addr_set outside;
	size_t	 spans;
	struct span span[];
};

static uint32_t
number_of(const struct pool *p, uint32_t addr)
{
	size_t lo = 0, hi = p->spans;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct span *s = &p->span[mid];

		if (addr < s->lo)
			hi = mid;
		else if (addr > s->hi)
			lo = mid + 1;
		else
			return s->first + (addr - s->lo);
	}
	return NUMBER_NONE;
}

static const struct span *
span_of(const struct pool *p, uint32_t number)
{
	size_t i = p->spans;

	while (p->span[--i].first > number)
		;
	return &p->span[i];
}

static unsigned
block_of(const struct pool *p, uint32_t number)
{
	unsigned k = p->lanes;

	while (p->edge[--k] > number)
		;
	return k;
}

static int
by_lo(const void *a, const void *b)
{
	const struct ip4_range *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* Joins what overlaps or touches; addresses in all, or over POOL_MAX. */
static uint64_t
join(struct pool *p, const struct ip4_range *sorted, size_t n)
{
	uint64_t total = 0;
	struct span *s;

	for (size_t i = 0; i < n; i++) {
		s = p->spans == 0 ? NULL : &p->span[p->spans - 1];
		if (sorted[i].lo > sorted[i].hi)
			return UINT64_MAX;
		if (s == NULL || (uint64_t)s->hi + 1 < sorted[i].lo)
			p->span[p->spans++] = (struct span){ sorted[i].lo,
			    sorted[i].hi, 0 };
		else if (sorted[i].hi > s->hi)
			s->hi = sorted[i].hi;
	}
	for (size_t i = 0; i < p->spans && total <= POOL_MAX; i++) {
		s = &p->span[i];
		s->first = (uint32_t)total;
		total += (uint64_t)s->hi - s->lo + 1;
	}
	return total;
}

/*
 * Equal blocks, their edges moved down to round addresses where that is
 * cheap: a round edge needs few prefixes.
 */
static void
cut(struct pool *p)
{
	uint32_t grain = 1, at, addr;
	const struct span *s;

	while ((uint64_t)grain * 2 * EVEN * p->lanes <= p->total)
		grain *= 2;
	p->edge[p->lanes] = p->total;
	for (unsigned k = 1; k < p->lanes && p->total > 0; k++) {
		at = (uint32_t)((uint64_t)p->total * k / p->lanes);
		s = span_of(p, at);
		addr = (s->lo + (at - s->first)) & ~(grain - 1);
		p->edge[k] = addr > s->lo ? s->first + (addr - s->lo) :
		    s->first;
	}
	memcpy(p->next, p->edge, sizeof(p->next));
}

static bool
bitmaps(struct pool *p)
{
	size_t words = p->total / 64 + 1;

	p->used = calloc(words, sizeof(*p->used));
	p->kept = calloc(words, sizeof(*p->kept));
	p->full = calloc(words / 64 + 1, sizeof(*p->full));
	return p->used != NULL && p->kept != NULL && p->full != NULL;
}

struct pool *
pool_new(const struct ip4_range *range, size_t n, unsigned lanes)
{
	struct pool *p = calloc(1, sizeof(*p) + n * sizeof(p->span[0]));
	struct ip4_range *sorted = calloc(n + 1, sizeof(*sorted));
	uint64_t total = UINT64_MAX;

	BUG_ON(lanes == 0 || lanes > POOL_LANES);
	if (p != NULL && sorted != NULL) {
		if (n > 0)
			memcpy(sorted, range, n * sizeof(*sorted));
		qsort(sorted, n, sizeof(*sorted), by_lo);
		total = join(p, sorted, n);
	}
	free(sorted);
	if (total <= POOL_MAX) {
		p->total = (uint32_t)total;
		p->lanes = lanes;
		cut(p);
		if (bitmaps(p))
			return p;
	}
	pool_free(p);
	return NULL;
}

void
pool_free(struct pool *p)
{
	if (p == NULL)
		return;
	addr_set_free(&p->outside);
	free(p->used);
	free(p->kept);
	free(p->full);
	free(p);
}

static bool
has(const uint64_t *map, uint32_t number)
{
	return (map[number / 64] >> number % 64 & 1) != 0;
}

static void
sum_up(struct pool *p, size_t word)
{
	uint64_t bit = (uint64_t)1 << word % 64;

	if ((p->used[word] | p->kept[word]) == UINT64_MAX)
		p->full[word / 64] |= bit;
	else
		p->full[word / 64] &= ~bit;
}

static void
put(struct pool *p, uint64_t *map, uint32_t number, bool on)
{
	uint64_t bit = (uint64_t)1 << number % 64;

	if (on)
		map[number / 64] |= bit;
	else
		map[number / 64] &= ~bit;
	sum_up(p, number / 64);
}

static void
hold(struct pool *p, uint32_t number)
{
	put(p, p->used, number, true);
	p->held[block_of(p, number)]++;
}

/* The first free number in from..to-1, or NUMBER_NONE. */
static uint32_t
search(const struct pool *p, uint32_t from, uint32_t to)
{
	uint32_t i = from;

	while (i < to) {
		uint32_t w = i / 64;
		uint64_t open = ~(p->used[w] | p->kept[w]) >> i % 64;

		if (i % 4096 == 0 && p->full[w / 64] == UINT64_MAX)
			i += 4096;
		else if (open == 0)
			i = (w + 1) * 64;
		else {
			i += (uint32_t)__builtin_ctzll(open);
			return i < to ? i : NUMBER_NONE;
		}
	}
	return NUMBER_NONE;
}

int
pool_take(struct pool *p, unsigned lane, uint32_t wish, uint32_t *addr)
{
	uint32_t from, to, n;
	const struct span *s;

	BUG_ON(lane >= p->lanes);
	from = p->edge[lane];
	to = p->edge[lane + 1];
	n = number_of(p, wish);
	if (n < from || n >= to || has(p->used, n) || has(p->kept, n))
		n = search(p, p->next[lane], to);
	if (n == NUMBER_NONE)
		n = search(p, from, p->next[lane]);
	if (n == NUMBER_NONE)
		return -E_FULL;
	hold(p, n);
	p->next[lane] = n + 1 < to ? n + 1 : from;
	s = span_of(p, n);
	*addr = s->lo + (n - s->first);
	return 0;
}

int
pool_claim(struct pool *p, uint32_t addr)
{
	uint32_t n = number_of(p, addr);

	if (n == NUMBER_NONE)
		return addr_set_add(&p->outside, addr);
	if (has(p->used, n))
		return -E_EXIST;
	hold(p, n);
	return 0;
}

int
pool_claim_any(struct pool *p, const struct ip4_range *range, size_t n,
    uint32_t *addr)
{
	int err;

	for (size_t i = 0; i < n; i++)
		for (uint64_t a = range[i].lo; a <= range[i].hi; a++) {
			err = pool_claim(p, (uint32_t)a);
			if (err == -E_EXIST || err == -E_RANGE)
				continue;
			*addr = (uint32_t)a;
			return err;
		}
	return -E_FULL;
}

void
pool_give(struct pool *p, uint32_t addr)
{
	uint32_t n = number_of(p, addr);

	if (n == NUMBER_NONE) {
		addr_set_del(&p->outside, addr);
		return;
	}
	BUG_ON(!has(p->used, n));
	put(p, p->used, n, false);
	p->held[block_of(p, n)]--;
}

void
pool_keep(struct pool *p, uint32_t addr)
{
	uint32_t n = number_of(p, addr);

	if (n != NUMBER_NONE)
		put(p, p->kept, n, true);
}

void
pool_keep_none(struct pool *p)
{
	for (size_t w = 0; w < p->total / 64 + 1; w++) {
		p->kept[w] = 0;
		sum_up(p, w);
	}
}

int
pool_lane(const struct pool *p, uint32_t addr)
{
	uint32_t n = number_of(p, addr);

	return n == NUMBER_NONE ? -1 : (int)block_of(p, n);
}

/* The fewest prefixes of lo..hi, appended behind the first @n. */
static size_t
cover(uint32_t lo, uint32_t hi, struct pool_cidr *out, size_t n, size_t max)
{
	uint64_t at = lo, end = (uint64_t)hi + 1;

	for (; at < end; n++) {
		uint8_t host = 0;	/* bits behind the prefix */

		while (host < 32 && at % ((uint64_t)2 << host) == 0 &&
		    at + ((uint64_t)2 << host) <= end)
			host++;
		if (n < max)
			out[n] = (struct pool_cidr){ (uint32_t)at,
			    (uint8_t)(32 - host) };
		at += (uint64_t)1 << host;
	}
	return n;
}

size_t
pool_cidrs(const struct pool *p, unsigned lane, struct pool_cidr *out,
    size_t max)
{
	uint32_t at, to, last;
	const struct span *s;
	size_t n = 0;

	BUG_ON(lane >= p->lanes);
	to = p->edge[lane + 1];
	for (at = p->edge[lane]; at < to; at = last + 1) {
		s = span_of(p, at);
		last = s->first + (s->hi - s->lo);
		if (last > to - 1)
			last = to - 1;
		n = cover(s->lo + (at - s->first), s->lo + (last - s->first),
		    out, n, max);
	}
	return n;
}

uint32_t
pool_size(const struct pool *p, unsigned lane)
{
	return p->edge[lane + 1] - p->edge[lane];
}

uint32_t
pool_used(const struct pool *p, unsigned lane)
{
	return p->held[lane];
}
