/* RFC 3079: the samples of its sections 2.4 and 3.5. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "crypto/mppe.h"

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
	static char text[2][80];
	static int which;
	char *to = text[which ^= 1];

	for (size_t i = 0; i < n; i++)
		snprintf(to + 2 * i, 3, "%02X", p[i]);
	return to;
}

static struct mppe_keys
keys2(bool server)
{
	struct mschap2 m = { .auth = auth, .peer = peer, .name = "User",
	    .name_len = 4, .pw = "clientPass", .pw_len = 10 };
	struct mppe_keys k;
	uint8_t nt[24];

	ATF_REQUIRE_EQ(0, mschap2_nt(&m, nt));
	ATF_REQUIRE_EQ(0, mppe_keys2(&m, nt, server, &k));
	ATF_REQUIRE_EQ(MPPE_KEY, k.len);
	return k;
}

/* The sample of the RFC: the server's first session key, a text under it. */
static void
check_start(unsigned bits, const char *key, const char *text)
{
	struct mppe_keys k = keys2(true);
	struct mppe_cipher c;
	uint8_t buf[] = "test message";

	ATF_REQUIRE_EQ(0, mppe_start(&c, k.send, bits));
	ATF_CHECK_STREQ(key, hex(c.now, bits == 128 ? 16 : 8));
	mppe_run(&c, buf, 12);
	ATF_CHECK_STREQ(text, hex(buf, 12));
	mppe_stop(&c);
}

ATF_TC_WITHOUT_HEAD(version2);
ATF_TC_BODY(version2, tc)
{
	struct mppe_keys s = keys2(true), c = keys2(false);

	ATF_CHECK_STREQ("8B7CDC149B993A1BA118CB153F56DCCB", hex(s.send, 16));
	ATF_CHECK_EQ(0, memcmp(s.send, c.recv, 16));
	ATF_CHECK_EQ(0, memcmp(s.recv, c.send, 16));
	ATF_CHECK(memcmp(s.send, s.recv, 16) != 0);
}

ATF_TC_WITHOUT_HEAD(bits40);
ATF_TC_BODY(bits40, tc)
{
	check_start(40, "D1269EC49FA62E3E", "929137917E5803D668D75898");
}

ATF_TC_WITHOUT_HEAD(bits56);
ATF_TC_BODY(bits56, tc)
{
	check_start(56, "D15C00C49FA62E3E", "3F106833FA448DA842BC57B8");
}

ATF_TC_WITHOUT_HEAD(bits128);
ATF_TC_BODY(bits128, tc)
{
	check_start(128, "405CB2247A7956E6E211007AE27B22D4",
	    "81848317DF68846272FB5ABE");
}

ATF_TC_WITHOUT_HEAD(version1);
ATF_TC_BODY(version1, tc)
{
	struct mppe_keys k;
	struct mppe_cipher c;

	ATF_REQUIRE_EQ(0, mppe_keys1(v1, "clientPass", 10, &k));
	ATF_CHECK_STREQ("A8947850CFC0ACC1D1789FB62DDCDDB0", hex(k.send, 16));
	ATF_CHECK_EQ(0, memcmp(k.send, k.recv, 16));
	ATF_REQUIRE_EQ(0, mppe_start(&c, k.send, 128));
	ATF_CHECK_STREQ("59D159BC09F76F1DA2A86A28FFEC0B1E", hex(c.now, 16));
	mppe_stop(&c);
}

/* Both ends change keys in step; a key is never the one before. */
ATF_TC_WITHOUT_HEAD(next);
ATF_TC_BODY(next, tc)
{
	static const unsigned sizes[] = { 40, 56, 128 };

	for (int i = 0; i < 3; i++) {
		struct mppe_keys k = keys2(true);
		struct mppe_cipher a, b;
		uint8_t was[16], buf[] = "some text";

		ATF_REQUIRE_EQ(0, mppe_start(&a, k.send, sizes[i]));
		ATF_REQUIRE_EQ(0, mppe_start(&b, k.send, sizes[i]));
		for (int n = 0; n < 300; n++) {
			memcpy(was, a.now, sizeof(was));
			mppe_next(&a);
			mppe_next(&b);
			ATF_REQUIRE(memcmp(was, a.now, sizeof(was)) != 0);
		}
		mppe_run(&a, buf, sizeof(buf));
		ATF_CHECK(memcmp(buf, "some text", sizeof(buf)) != 0);
		mppe_run(&b, buf, sizeof(buf));
		ATF_CHECK_STREQ("some text", (char *)buf);
		mppe_stop(&a);
		mppe_stop(&b);
		ATF_CHECK(a.rc4 == NULL);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, version2);
	ATF_TP_ADD_TC(tp, bits40);
	ATF_TP_ADD_TC(tp, bits56);
	ATF_TP_ADD_TC(tp, bits128);
	ATF_TP_ADD_TC(tp, version1);
	ATF_TP_ADD_TC(tp, next);
	return atf_no_error();
}
