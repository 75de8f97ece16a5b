/* keyed_hash against RFC 4231, and what a cookie relies on. */
#include <atf-c.h>
#include <string.h>

#include "crypto/keyed.h"

/* RFC 4231 test case 1 has a key of 20 octets; HMAC fills up with zeros, so
 * a key of 32 that ends in zeros is the same key. */
ATF_TC_WITHOUT_HEAD(rfc4231);
ATF_TC_BODY(rfc4231, tc)
{
	static const uint8_t want[KEYED_SIZE] = {
		0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53,
		0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
	};
	uint8_t key[KEYED_KEY] = { 0 }, out[KEYED_SIZE];

	memset(key, 0x0b, 20);
	keyed_hash(key, "Hi There", 8, out);
	ATF_CHECK(memcmp(want, out, sizeof(out)) == 0);
}

ATF_TC_WITHOUT_HEAD(repeatable_and_keyed);
ATF_TC_BODY(repeatable_and_keyed, tc)
{
	uint8_t key[KEYED_KEY] = { 1 }, a[KEYED_SIZE], b[KEYED_SIZE];

	keyed_hash(key, "abc", 3, a);
	keyed_hash(key, "abd", 3, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
	keyed_hash(key, "abc", 3, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) == 0);
	key[KEYED_KEY - 1] = 1;
	keyed_hash(key, "abc", 3, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
}

ATF_TC_WITHOUT_HEAD(empty_data);
ATF_TC_BODY(empty_data, tc)
{
	uint8_t key[KEYED_KEY] = { 1 }, a[KEYED_SIZE], b[KEYED_SIZE];

	keyed_hash(key, NULL, 0, a);
	keyed_hash(key, "", 0, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) == 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, rfc4231);
	ATF_TP_ADD_TC(tp, repeatable_and_keyed);
	ATF_TP_ADD_TC(tp, empty_data);
	return atf_no_error();
}
