/* The Internet checksum: plain for headers, two words at a time for more. */
#include "wire/cksum.h"

#include <stdbool.h>
#include <string.h>

uint16_t
cksum(const void *p, size_t n, uint32_t sum)
{
	const uint8_t *b = p;

	for (; n > 1; b += 2, n -= 2)
		sum += (uint32_t)(b[0] << 8 | b[1]);
	if (n == 1)
		sum += (uint32_t)b[0] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t
cksum_fix(uint16_t old, uint16_t from, uint16_t to)
{
	uint32_t sum = (uint16_t)~old;

	sum += (uint16_t)~from;		/* RFC 1624 equation 3 */
	sum += to;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* One's complement addition: the carry comes back in at the bottom. */
static inline uint64_t
add64(uint64_t sum, uint64_t v)
{
	sum += v;
	return sum + (sum < v);
}

static inline uint64_t
load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

typedef uint64_t pair __attribute__((vector_size(16)));

static inline pair
load_pair(const uint8_t *p)
{
	pair v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * Two 64-bit words at a time. Vectors have no carry: @all loses what runs
 * over, @high counts the upper halves alone, and with it the sum of the
 * lower halves is known, which fits (2^32 words would be too many).
 */
static uint64_t
sum_pairs(uint64_t sum, const uint8_t *b, size_t n)
{
	pair all = { 0 }, high = { 0 };

	for (size_t i = 0; i < n; i += 2 * sizeof(pair)) {
		pair x = load_pair(b + i), y = load_pair(b + i + sizeof(x));

		all += x;
		high += x >> 32;
		all += y;
		high += y >> 32;
	}
	for (int i = 0; i < 2; i++) {
		sum = add64(sum, high[i]);
		sum = add64(sum, all[i] - (high[i] << 32));
	}
	return sum;
}

uint64_t
sum_add(uint64_t sum, const void *p, size_t n)
{
	size_t even = n & ~(2 * sizeof(pair) - 1);
	const uint8_t *b = p;
	uint64_t v = 0;

	if (even >= 64) {		/* not for headers */
		sum = sum_pairs(sum, b, even);
		b += even;
		n -= even;
	}
	for (; n >= 8; b += 8, n -= 8)
		sum = add64(sum, load64(b));
	memcpy(&v, b, n);		/* the rest, zeros behind it */
	return add64(sum, v);
}

uint64_t
sum_copy(uint64_t sum, void *to, const void *from, size_t n)
{
	/* Two passes over a cache-hot segment beat one that cannot be
	 * vectorized. */
	memcpy(to, from, n);
	return sum_add(sum, to, n);
}

uint16_t
sum_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint64_t
sum_pseudo(const uint8_t *ip, uint8_t proto, size_t len)
{
	bool six = ip[0] >> 4 == 6;
	uint8_t tail[8] = { 0, 0, 0, proto, (uint8_t)(len >> 24),
	    (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len };

	return sum_add(sum_add(0, tail, sizeof(tail)),
	    ip + (six ? 8 : 12), six ? 32 : 8);
}
