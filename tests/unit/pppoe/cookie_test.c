/* AC-Cookies: what they prove, when they end, and that each is used once. */
#include "pppoe/cookie.h"

#include <atf-c.h>

#include "base/err.h"

static struct cookies ck;
static struct rng rng;
static const struct ac_from from = {
	.port = 3, .vlan = { 100, 7 }, .mac = { 2, 0, 0x5e, 0, 0x53, 1 },
};
#define START SEC(5000)

static void
setup(void)
{
	rng_seed(&rng, 42);
	ATF_REQUIRE_EQ(0, cookies_init(&ck, &rng, START));
}

static void
make(tstamp now, uint8_t out[AC_COOKIE])
{
	cookie_make(&ck, &from, rng_u32(&rng), 60, now, out);
}

ATF_TC_WITHOUT_HEAD(good_for_its_life);
ATF_TC_BODY(good_for_its_life, tc)
{
	uint8_t c[AC_COOKIE];

	setup();
	make(START + MSEC(900), c);
	ATF_CHECK(cookie_good(&ck, &from, c, START + MSEC(900)));
	ATF_CHECK(cookie_good(&ck, &from, c, START + SEC(59)));
	ATF_CHECK(!cookie_good(&ck, &from, c, START + SEC(61)));
	ATF_CHECK(!cookie_good(&ck, &from, c, START + SEC(3600)));
	ATF_CHECK(!cookie_good(&ck, &from, c, START + SEC(2000000000)));
	cookies_free(&ck);
}

/* The seconds in a cookie wrap; its end is still its end. */
ATF_TC_WITHOUT_HEAD(clock_of_the_wire_wraps);
ATF_TC_BODY(clock_of_the_wire_wraps, tc)
{
	uint8_t c[AC_COOKIE];

	setup();
	ck.epoch = UINT32_MAX - 30;
	make(START, c);
	ATF_CHECK(c[0] == 0 && c[1] == 0 && c[2] == 0);
	ATF_CHECK(cookie_good(&ck, &from, c, START));
	ATF_CHECK(cookie_good(&ck, &from, c, START + SEC(59)));
	ATF_CHECK(!cookie_good(&ck, &from, c, START + SEC(60)));
	cookies_free(&ck);
}

ATF_TC_WITHOUT_HEAD(bound_to_mac_vlans_and_port);
ATF_TC_BODY(bound_to_mac_vlans_and_port, tc)
{
	uint8_t c[AC_COOKIE];
	struct ac_from f;

	setup();
	make(START, c);
	for (int i = 0; i < ETH_ADDR * 8; i++) {
		f = from;
		f.mac[i / 8] ^= (uint8_t)(1 << i % 8);
		ATF_CHECK_MSG(!cookie_good(&ck, &f, c, START), "bit %d", i);
	}
	f = from;
	f.vlan.outer = 7;
	f.vlan.inner = 100;
	ATF_CHECK(!cookie_good(&ck, &f, c, START));
	f = from;
	f.vlan.inner = 0;
	ATF_CHECK(!cookie_good(&ck, &f, c, START));
	f = from;
	f.port = 4;
	ATF_CHECK(!cookie_good(&ck, &f, c, START));
	ATF_CHECK(cookie_good(&ck, &from, c, START));
	cookies_free(&ck);
}

ATF_TC_WITHOUT_HEAD(every_bit_counts);
ATF_TC_BODY(every_bit_counts, tc)
{
	uint8_t c[AC_COOKIE];

	setup();
	make(START, c);
	for (int i = 0; i < AC_COOKIE * 8; i++) {
		c[i / 8] ^= (uint8_t)(1 << i % 8);
		ATF_CHECK_MSG(!cookie_good(&ck, &from, c, START), "bit %d",
		    i);
		c[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	ATF_CHECK(cookie_good(&ck, &from, c, START));
	cookies_free(&ck);
}

ATF_TC_WITHOUT_HEAD(another_key_makes_others);
ATF_TC_BODY(another_key_makes_others, tc)
{
	uint8_t c[AC_COOKIE];
	struct cookies other;

	setup();
	make(START, c);
	ATF_REQUIRE_EQ(0, cookies_init(&other, &rng, START));
	other.epoch = ck.epoch;
	ATF_CHECK(!cookie_good(&other, &from, c, START));
	memcpy(other.key, ck.key, sizeof(other.key));
	ATF_CHECK(cookie_good(&other, &from, c, START));
	cookies_free(&other);
	cookies_free(&ck);
}

ATF_TC_WITHOUT_HEAD(one_cookie_one_session);
ATF_TC_BODY(one_cookie_one_session, tc)
{
	uint8_t a[AC_COOKIE], b[AC_COOKIE];

	setup();
	make(START, a);
	make(START, b);
	ATF_CHECK(memcmp(a, b, AC_COOKIE) != 0);
	ATF_CHECK_EQ(0, cookie_sid(&ck, a));
	ATF_CHECK_EQ(0, cookie_bind(&ck, a, 17, START));
	ATF_CHECK_EQ(17, cookie_sid(&ck, a));
	ATF_CHECK_EQ(0, cookie_sid(&ck, b));
	ATF_CHECK_EQ(-E_EXIST, cookie_bind(&ck, a, 18, START));
	ATF_CHECK_EQ(17, cookie_sid(&ck, a));
	ATF_CHECK_EQ(0, cookie_bind(&ck, b, 18, START));
	ATF_CHECK_EQ(18, cookie_sid(&ck, b));
	cookies_free(&ck);
}

/* Kept exactly as long as the cookie could be used again. */
ATF_TC_WITHOUT_HEAD(forgotten_when_expired);
ATF_TC_BODY(forgotten_when_expired, tc)
{
	uint8_t c[AC_COOKIE];

	setup();
	make(START, c);
	ATF_CHECK_EQ(0, cookie_bind(&ck, c, 17, START));
	ATF_CHECK(cookie_room(&ck, START + SEC(59)));
	ATF_CHECK_EQ(17, cookie_sid(&ck, c));
	ATF_CHECK(cookie_good(&ck, &from, c, START + SEC(59)));
	ATF_CHECK(cookie_room(&ck, START + SEC(60)));
	ATF_CHECK_EQ(0, cookie_sid(&ck, c));
	ATF_CHECK(!cookie_good(&ck, &from, c, START + SEC(60)));
	ATF_CHECK_EQ(0, ck.newest - ck.oldest);
	cookies_free(&ck);
}

ATF_TC_WITHOUT_HEAD(full_table_refuses_and_recovers);
ATF_TC_BODY(full_table_refuses_and_recovers, tc)
{
	uint8_t first[AC_COOKIE], c[AC_COOKIE];

	setup();
	for (unsigned i = 0; i < COOKIES_MAX; i++) {
		make(START + MSEC(i / 10), c);
		if (i == 0)
			memcpy(first, c, sizeof(first));
		ATF_REQUIRE_EQ(0, cookie_bind(&ck, c, (uint16_t)(i % 65534 +
		    1), START + MSEC(i / 10)));
	}
	ATF_CHECK_EQ(1, cookie_sid(&ck, first));
	make(START + SEC(7), c);
	ATF_CHECK(!cookie_room(&ck, START + SEC(7)));
	ATF_CHECK_EQ(-E_FULL, cookie_bind(&ck, c, 5, START + SEC(7)));
	ATF_CHECK_EQ(0, cookie_sid(&ck, c));
	ATF_CHECK(cookie_room(&ck, START + SEC(60)));
	ATF_CHECK_EQ(0, cookie_sid(&ck, first));
	ATF_CHECK_EQ(0, cookie_bind(&ck, c, 5, START + SEC(60)));
	ATF_CHECK_EQ(5, cookie_sid(&ck, c));
	ATF_CHECK(cookie_room(&ck, START + SEC(200)));
	ATF_CHECK_EQ(0, ck.newest - ck.oldest);
	for (unsigned i = 0; i < COOKIES_MAX; i++)
		ATF_REQUIRE_EQ(0, ck.chain[i]);
	cookies_free(&ck);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, good_for_its_life);
	ATF_TP_ADD_TC(tp, clock_of_the_wire_wraps);
	ATF_TP_ADD_TC(tp, bound_to_mac_vlans_and_port);
	ATF_TP_ADD_TC(tp, every_bit_counts);
	ATF_TP_ADD_TC(tp, another_key_makes_others);
	ATF_TP_ADD_TC(tp, one_cookie_one_session);
	ATF_TP_ADD_TC(tp, forgotten_when_expired);
	ATF_TP_ADD_TC(tp, full_table_refuses_and_recovers);
	return atf_no_error();
}
