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

uint64_t
sum_add(uint64_t sum, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t w = 0;

	for (; n >= 4; b += 4, n -= 4) {
		memcpy(&w, b, 4);
		sum += w;
	}
	w = 0;
	memcpy(&w, b, n);		/* the rest, zeros behind it */
	return sum + w;
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
