/* RFC 2759 section 9.2, RFC 2433 appendix B and plain CHAP. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "crypto/chap.h"
#include "crypto/hash.h"

static const uint8_t auth[16] = {
	0x5b, 0x5d, 0x7c, 0x7d, 0x7b, 0x3f, 0x2f, 0x3e,
	0x3c, 0x2c, 0x60, 0x21, 0x32, 0x26, 0x26, 0x28,
};
static const uint8_t peer[16] = {
	0x21, 0x40, 0x23, 0x24, 0x25, 0x5e, 0x26, 0x2a,
	0x28, 0x29, 0x5f, 0x2b, 0x3a, 0x33, 0x7c, 0x7e,
};
static const uint8_t v1[8] = {
	0x10, 0x2d, 0xb5, 0xdf, 0x08, 0x5d, 0x30, 0x41,
};

static const char *
hex(const uint8_t *p, size_t n)
{
	static char text[2][64];
	static int which;
	char *to = text[which ^= 1];

	for (size_t i = 0; i < n; i++)
		snprintf(to + 2 * i, 3, "%02X", p[i]);
	return to;
}

static struct mschap2
exchange(const char *name, const char *pw)
{
	return (struct mschap2){
		.auth = auth, .peer = peer, .name = name,
		.name_len = strlen(name), .pw = pw, .pw_len = strlen(pw),
	};
}

ATF_TC_WITHOUT_HEAD(rfc2759);
ATF_TC_BODY(rfc2759, tc)
{
	struct mschap2 m = exchange("User", "clientPass");
	uint8_t nt[24], proof[20];

	ATF_REQUIRE_EQ(0, mschap2_nt(&m, nt));
	ATF_CHECK_STREQ("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF",
	    hex(nt, 24));
	ATF_REQUIRE_EQ(0, mschap2_proof(&m, nt, proof));
	ATF_CHECK_STREQ("407A5589115FD0D6209F510FE9C04566932CDA56",
	    hex(proof, 20));
}

ATF_TC_WITHOUT_HEAD(domain_does_not_count);
ATF_TC_BODY(domain_does_not_count, tc)
{
	struct mschap2 m = exchange("CORP\\User", "clientPass");
	uint8_t nt[24];

	ATF_REQUIRE_EQ(0, mschap2_nt(&m, nt));
	ATF_CHECK_STREQ("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF",
	    hex(nt, 24));
	m = exchange("user", "clientPass");	/* but case does */
	ATF_REQUIRE_EQ(0, mschap2_nt(&m, nt));
	ATF_CHECK(strcmp("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF",
	    hex(nt, 24)) != 0);
}

ATF_TC_WITHOUT_HEAD(rfc2433);
ATF_TC_BODY(rfc2433, tc)
{
	uint8_t out[24];

	ATF_REQUIRE_EQ(0, mschap_nt(v1, "MyPw", 4, out));
	ATF_CHECK_STREQ("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61",
	    hex(out, 24));
	ATF_REQUIRE_EQ(0, mschap_lm(v1, "MyPw", 4, out));
	ATF_CHECK_STREQ("91881D0152AB0C33C524135EC24A95EE64E23CDC2D33347D",
	    hex(out, 24));
}

ATF_TC_WITHOUT_HEAD(lm_ignores_case_and_tail);
ATF_TC_BODY(lm_ignores_case_and_tail, tc)
{
	uint8_t a[24], b[24];

	mschap_lm(v1, "abcdefghijklmnXX", 16, a);
	mschap_lm(v1, "ABCDEFGHIJKLMNyy", 16, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) == 0);
	mschap_lm(v1, "ABCDEFGHIJKLMO", 14, b);
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
}

/* The response to @challenge is made of MD4 over UTF-16, so it tells which
 * UTF-16 was made: @utf16 hashed by hand must give the same. */
static void
same_password(const char *pw, size_t len, const uint8_t *utf16, size_t n)
{
	uint8_t hash[MD4_SIZE], twice[MD4_SIZE], digest[SHA1_SIZE];
	uint8_t nt[24], proof[20], want[20], ch[SHA1_SIZE];
	struct mschap2 m = exchange("u", "");
	struct hash_part chp[] = { { peer, 16 }, { auth, 16 }, { "u", 1 } };
	struct hash_part one[] = { { twice, 16 }, { nt, 24 },
	    { "Magic server to client signing constant", 39 } };
	struct hash_part two[] = { { digest, 20 }, { ch, 8 },
	    { "Pad to make it do more than one iteration", 41 } };

	m.pw = pw;
	m.pw_len = len;
	ATF_REQUIRE_EQ(0, mschap2_nt(&m, nt));
	ATF_REQUIRE_EQ(0, mschap2_proof(&m, nt, proof));
	hash_one(HASH_MD4, utf16, n, hash);
	hash_one(HASH_MD4, hash, 16, twice);
	hash_parts(HASH_SHA1, one, 3, digest);
	hash_parts(HASH_SHA1, chp, 3, ch);
	hash_parts(HASH_SHA1, two, 3, want);
	ATF_CHECK_STREQ(hex(want, 20), hex(proof, 20));
}

ATF_TC_WITHOUT_HEAD(password_in_utf16);
ATF_TC_BODY(password_in_utf16, tc)
{
	static const uint8_t plain[] = { 'a', 0, 'b', 0 };
	static const uint8_t umlaut[] = { 0xfc, 0 };
	static const uint8_t euro[] = { 0xac, 0x20 };
	static const uint8_t key[] = { 0x3d, 0xd8, 0x11, 0xdd };
	static const uint8_t cut[] = { 0xc3, 0, 'x', 0 };
	static const uint8_t overlong[] = { 0xc0, 0, 0xaf, 0 };
	static const uint8_t surrogate[] = { 0xed, 0, 0xa0, 0, 0x80, 0 };

	same_password("ab", 2, plain, 4);
	same_password("\xc3\xbc", 2, umlaut, 2);
	same_password("\xfc", 1, umlaut, 2);		/* ISO 8859-1 */
	same_password("\xe2\x82\xac", 3, euro, 2);
	same_password("\xf0\x9f\x94\x91", 4, key, 4);	/* a pair */
	same_password("\xc3x", 2, cut, 4);
	same_password("\xc0\xaf", 2, overlong, 4);
	same_password("\xed\xa0\x80", 3, surrogate, 6);
	same_password("", 0, plain, 0);
}

ATF_TC_WITHOUT_HEAD(long_password);
ATF_TC_BODY(long_password, tc)
{
	char pw[600];
	uint8_t wide[512];

	for (size_t i = 0; i < sizeof(pw); i++)
		pw[i] = 'x';
	for (size_t i = 0; i < sizeof(wide); i++)
		wide[i] = i % 2 == 0 ? 'x' : 0;
	same_password(pw, sizeof(pw), wide, sizeof(wide));
}

ATF_TC_WITHOUT_HEAD(md5);
ATF_TC_BODY(md5, tc)
{
	uint8_t out[16], want[16];

	ATF_REQUIRE_EQ(0, chap_md5('m', "essage", 6,
	    (const uint8_t *)" digest", 7, out));
	ATF_CHECK_STREQ("F96B697D7CB7938D525A2F31AAF161D0", hex(out, 16));
	ATF_REQUIRE_EQ(0, chap_md5(7, "", 0, peer, 16, out));
	hash_parts(HASH_MD5, (struct hash_part[]){ { "\7", 1 },
	    { peer, 16 } }, 2, want);
	ATF_CHECK(memcmp(out, want, 16) == 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, rfc2759);
	ATF_TP_ADD_TC(tp, domain_does_not_count);
	ATF_TP_ADD_TC(tp, rfc2433);
	ATF_TP_ADD_TC(tp, lm_ignores_case_and_tail);
	ATF_TP_ADD_TC(tp, password_in_utf16);
	ATF_TP_ADD_TC(tp, long_password);
	ATF_TP_ADD_TC(tp, md5);
	return atf_no_error();
}
