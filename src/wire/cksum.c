/* The Internet checksum, plain: fast enough where only headers are summed. */
#include "wire/cksum.h"

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
