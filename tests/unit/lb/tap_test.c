/* Captured frames on their way: tags put back, a full ring counts. */
#include <atf-c.h>
#include <string.h>

#include "lb/tap.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

TEST(fills)
{
	static struct tap_msg m;
	static struct pkt b;

	pkt_reset(&b);
	memcpy(b.data, "AAAAAABBBBBB\x88\x64rest", 18);
	b.len = 18;
	tap_fill(&m, &b, false);
	ATF_CHECK_EQ(18, m.len);
	ATF_CHECK_EQ(0, memcmp(m.data, "AAAAAABBBBBB\x88\x64rest", 18));
	b.tpid = 0x8100;
	b.tci = 0x2007;
	tap_fill(&m, &b, false);
	ATF_CHECK_EQ(22, m.len);
	ATF_CHECK_EQ(22, m.size);
	ATF_CHECK_EQ(0, memcmp(m.data, "AAAAAABBBBBB\x81\0\x20\7\x88\x64rest",
	    22));
	b.len = 3;
	tap_fill(&m, &b, false);
	ATF_CHECK_EQ(7, m.len);
	b.len = 0;
	b.tpid = 0;
	tap_fill(&m, &b, true);
	ATF_CHECK(m.line && m.len == 2 && m.data[0] == 0xff);
}

/* A frame larger than any of ours is cut, and says what it had. */
TEST(cuts)
{
	static struct tap_msg m;
	static uint8_t large[TAP_DATA + 100];
	static struct pkt b;

	b.data = large;
	b.len = sizeof(large);
	b.tpid = 0x88a8;
	tap_fill(&m, &b, false);
	ATF_CHECK_EQ(TAP_DATA, m.len);
	ATF_CHECK_EQ(sizeof(large) + 4, m.size);
}

TEST(full)
{
	static struct tap_msg m, out;
	static struct taps t;
	struct tap *tap;

	ATF_REQUIRE_EQ(0, taps_make(&t, 2));
	ATF_CHECK(t.tap[2] == NULL && t.tap[TAP_CONTROL] != NULL);
	tap = t.tap[1];
	ATF_REQUIRE_EQ(0, taps_make(&t, 2));
	ATF_CHECK_EQ(tap, t.tap[1]);
	for (unsigned i = 0; i < TAP_MOST + 3; i++) {
		m.at = i;
		tap_put(tap, &m);
	}
	ATF_CHECK_EQ(3, tap->lost);
	for (unsigned i = 0; i < TAP_MOST; i++) {
		ATF_REQUIRE(spsc_get(&tap->ring, &out));
		ATF_REQUIRE_EQ(i, out.at);
	}
	ATF_CHECK(!spsc_get(&tap->ring, &out));
	taps_free(&t);
	ATF_CHECK(t.tap[1] == NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fills);
	ATF_TP_ADD_TC(tp, cuts);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
