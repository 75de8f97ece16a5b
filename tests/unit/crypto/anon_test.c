/* Addresses made anonymous: the published examples, and common prefixes. */
#include <atf-c.h>
#include <string.h>

#include "crypto/anon.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

/* Key and addresses of the sample trace that comes with Crypto-PAn. */
static const uint8_t key[ANON_KEY] = { 21, 34, 23, 141, 51, 164, 207, 128,
	19, 10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101,
	39, 98, 87, 76, 45, 42, 132, 34, 2 };

TEST(published)
{
	static const struct { uint8_t from[4], to[4]; } c[] = {
		{ { 128, 11, 68, 132 }, { 135, 242, 180, 132 } },
		{ { 129, 118, 74, 4 }, { 134, 136, 186, 123 } },
		{ { 130, 132, 252, 244 }, { 133, 68, 164, 234 } },
		{ { 141, 223, 7, 43 }, { 141, 167, 8, 160 } },
		{ { 141, 233, 145, 108 }, { 141, 129, 237, 235 } },
	};
	struct anon a;

	anon_init(&a, key);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		uint8_t addr[4];

		memcpy(addr, c[i].from, 4);
		anon_addr(&a, addr, 4);
		ATF_CHECK_EQ_MSG(0, memcmp(addr, c[i].to, 4), "%zu: "
		    "%u.%u.%u.%u", i, addr[0], addr[1], addr[2], addr[3]);
	}
}

static unsigned
common(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned i = 0;

	while (i < bits && ((a[i / 8] ^ b[i / 8]) & (0x80 >> i % 8)) == 0)
		i++;
	return i;
}

/* Two addresses that differ first in bit @i do so afterwards. */
static void
prefixes(size_t n)
{
	unsigned bits = (unsigned)n * 8;
	struct anon a;

	anon_init(&a, key);
	for (unsigned i = 0; i < bits; i++) {
		uint8_t one[16], two[16];

		for (unsigned k = 0; k < 16; k++)
			one[k] = (uint8_t)(k * 37 + i);
		memcpy(two, one, 16);
		two[i / 8] ^= (uint8_t)(0x80 >> i % 8);
		for (unsigned k = i / 8 + 1; k < n; k++)
			two[k] ^= 0x5a;
		anon_addr(&a, one, n);
		anon_addr(&a, two, n);
		ATF_CHECK_EQ(i, common(one, two, bits));
	}
}

TEST(keeps_prefixes)
{
	prefixes(4);
	prefixes(16);
}

TEST(by_key)
{
	uint8_t other[ANON_KEY], one[16] = { 0x20, 1, 13 }, two[16], x[16];
	struct anon a, b;

	memcpy(other, key, sizeof(other));
	other[3] ^= 1;
	anon_init(&a, key);
	anon_init(&b, other);
	memcpy(two, one, 16);
	memcpy(x, one, 16);
	anon_addr(&a, one, 16);
	anon_addr(&a, two, 16);
	ATF_CHECK_EQ(0, memcmp(one, two, 16));
	anon_addr(&b, x, 16);
	ATF_CHECK(memcmp(one, x, 16) != 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, published);
	ATF_TP_ADD_TC(tp, keeps_prefixes);
	ATF_TP_ADD_TC(tp, by_key);
	return atf_no_error();
}
