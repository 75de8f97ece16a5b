/* The Internet checksum, plain: fast enough where only headers are summed. */
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

uint64_t
sum_add(uint64_t sum, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint64_t odd = 0, v = 0;

	/* Two chains, so that one addition need not wait for the other. */
	for (; n >= 32; b += 32, n -= 32) {
		sum = add64(sum, load64(b));
		odd = add64(odd, load64(b + 8));
		sum = add64(sum, load64(b + 16));
		odd = add64(odd, load64(b + 24));
	}
	for (; n >= 8; b += 8, n -= 8)
		sum = add64(sum, load64(b));
	memcpy(&v, b, n);		/* the rest, zeros behind it */
	return add64(add64(sum, odd), v);
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
