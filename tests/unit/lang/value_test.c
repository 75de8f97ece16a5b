/* Typed values: what each takes, what it refuses, and that a refusal
 * writes nothing. */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "lang/value.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

TEST(numbers)
{
	uint32_t n = 7;

	ATF_CHECK_EQ(0, val_num("1492", 296, 2048, &n));
	ATF_CHECK_EQ(1492, n);
	ATF_CHECK_EQ(-E_RANGE, val_num("2049", 296, 2048, &n));
	ATF_CHECK_EQ(-E_RANGE, val_num("99999999999999999999", 0, 9, &n));
	ATF_CHECK_EQ(0, val_num("4294967295", 0, UINT32_MAX, &n));
	ATF_CHECK_EQ(UINT32_MAX, n);
	ATF_CHECK_EQ(-E_RANGE, val_num("4294967296", 0, UINT32_MAX, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_num("", 0, 9, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_num("1x", 0, 9, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_num("-1", 0, 9, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_num(" 1", 0, 9, &n));
	ATF_CHECK_EQ(UINT32_MAX, n);
}

TEST(seconds)
{
	uint32_t n = 7;

	ATF_CHECK_EQ(0, val_secs("30", 0, 100, &n));
	ATF_CHECK_EQ(30, n);
	ATF_CHECK_EQ(0, val_secs("90s", 0, 100, &n));
	ATF_CHECK_EQ(90, n);
	ATF_CHECK_EQ(0, val_secs("5m", 0, 1000, &n));
	ATF_CHECK_EQ(300, n);
	ATF_CHECK_EQ(0, val_secs("2h", 0, 10000, &n));
	ATF_CHECK_EQ(7200, n);
	ATF_CHECK_EQ(0, val_secs("1d", 0, 100000, &n));
	ATF_CHECK_EQ(86400, n);
	ATF_CHECK_EQ(-E_RANGE, val_secs("49711d", 0, UINT32_MAX, &n));
	ATF_CHECK_EQ(-E_RANGE, val_secs("2m", 0, 100, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_secs("5w", 0, 100, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_secs("m", 0, 100, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_secs("5mm", 0, 1000, &n));
	ATF_CHECK_EQ(86400, n);
}

TEST(hex)
{
	uint32_t n = 0;

	ATF_CHECK_EQ(0, val_hex("000a0000", &n));
	ATF_CHECK_EQ(0x000a0000, n);
	ATF_CHECK_EQ(0, val_hex("0xFFFFffff", &n));
	ATF_CHECK_EQ(0xffffffff, n);
	ATF_CHECK_EQ(-E_RANGE, val_hex("100000000", &n));
	ATF_CHECK_EQ(-E_FORMAT, val_hex("0x", &n));
	ATF_CHECK_EQ(-E_FORMAT, val_hex("g", &n));
	ATF_CHECK_EQ(-E_FORMAT, val_hex("-1", &n));
}

TEST(choices)
{
	bool b = false;

	ATF_CHECK_EQ(0, val_onoff("ON", &b));
	ATF_CHECK(b);
	ATF_CHECK_EQ(0, val_onoff("off", &b));
	ATF_CHECK(!b);
	ATF_CHECK_EQ(-E_FORMAT, val_onoff("o", &b));
	ATF_CHECK_EQ(0, val_yesno("Yes", &b));
	ATF_CHECK(b);
	ATF_CHECK_EQ(0, val_yesno("NO", &b));
	ATF_CHECK(!b);
	ATF_CHECK_EQ(-E_FORMAT, val_yesno("on", &b));
}

TEST(mac)
{
	uint8_t m[6] = { 0 };

	ATF_CHECK_EQ(0, val_mac("00:1B:2c:3d:4e:5f", m));
	ATF_CHECK_EQ(0, memcmp(m, "\x00\x1b\x2c\x3d\x4e\x5f", 6));
	ATF_CHECK_EQ(0, val_mac("aa-bb-cc-dd-ee-ff", m));
	ATF_CHECK_EQ(-E_FORMAT, val_mac("aa-bb-cc-dd-ee", m));
	ATF_CHECK_EQ(-E_FORMAT, val_mac("aa-bb-cc-dd-ee-ff-00", m));
	ATF_CHECK_EQ(-E_FORMAT, val_mac("aa-bb-cc-dd-ee-fg", m));
	ATF_CHECK_EQ(-E_FORMAT, val_mac("", m));
	ATF_CHECK_EQ(0, memcmp(m, "\xaa\xbb\xcc\xdd\xee\xff", 6));
}

TEST(ipv4)
{
	uint32_t a = 1;
	uint8_t bits = 1;

	ATF_CHECK_EQ(0, val_ip4_bits("10.0.0.1/8", &a, &bits));
	ATF_CHECK_EQ(0x0a000001, a);
	ATF_CHECK_EQ(8, bits);
	ATF_CHECK_EQ(0, val_ip4_bits("10.0.0.1", &a, &bits));
	ATF_CHECK_EQ(32, bits);
	ATF_CHECK_EQ(0, val_ip4_bits("10.0.0.1/0", &a, &bits));
	ATF_CHECK_EQ(0, bits);
	ATF_CHECK_EQ(0, val_ip4_bits("0.0.0.0", &a, &bits));
	ATF_CHECK_EQ(0, bits);
	ATF_CHECK_EQ(0, val_ip4_bits("0", &a, &bits));
	ATF_CHECK_EQ(0, a);
	ATF_CHECK_EQ(-E_RANGE, val_ip4_bits("10.0.0.1/33", &a, &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_ip4_bits("10.0.0.1/", &a, &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_ip4_bits("10.0.0/8", &a, &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_ip4_bits("10.0.0.256", &a, &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_ip4_bits("", &a, &bits));
}

TEST(ipv6)
{
	uint8_t a[16], bits = 0;

	ATF_CHECK_EQ(0, val_ip6_bits("2001:db8::1/64", a, &bits));
	ATF_CHECK_EQ(64, bits);
	ATF_CHECK_EQ(0x20, a[0]);
	ATF_CHECK_EQ(1, a[15]);
	ATF_CHECK_EQ(0, val_ip6_bits("::", a, &bits));
	ATF_CHECK_EQ(128, bits);
	ATF_CHECK_EQ(-E_RANGE, val_ip6_bits("::/129", a, &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_ip6_bits("10.0.0.1", a, &bits));
}

TEST(masks)
{
	uint8_t bits = 99;

	ATF_CHECK_EQ(0, val_mask("255.255.255.0", &bits));
	ATF_CHECK_EQ(24, bits);
	ATF_CHECK_EQ(0, val_mask("0.0.0.0", &bits));
	ATF_CHECK_EQ(0, bits);
	ATF_CHECK_EQ(0, val_mask("255.255.255.255", &bits));
	ATF_CHECK_EQ(32, bits);
	ATF_CHECK_EQ(-E_RANGE, val_mask("255.0.255.0", &bits));
	ATF_CHECK_EQ(-E_FORMAT, val_mask("24", &bits));
}

TEST(ranges)
{
	struct val_range r[3];
	int n = 0;

	ATF_CHECK_EQ(0, val_ranges("10.0.0.1-10.0.0.5,10.0.1.7", r, 3, &n));
	ATF_CHECK_EQ(2, n);
	ATF_CHECK_EQ(0x0a000001, r[0].lo);
	ATF_CHECK_EQ(0x0a000005, r[0].hi);
	ATF_CHECK_EQ(0x0a000107, r[1].lo);
	ATF_CHECK_EQ(0x0a000107, r[1].hi);
	ATF_CHECK_EQ(-E_RANGE, val_ranges("10.0.0.5-10.0.0.1", r, 3, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_ranges("10.0.0.1-", r, 3, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_ranges("my-host", r, 3, &n));
	ATF_CHECK_EQ(-E_FORMAT, val_ranges("10.0.0.1,", r, 3, &n));
	ATF_CHECK_EQ(-E_FULL, val_ranges("1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4",
	    r, 3, &n));
	ATF_CHECK_EQ(2, n);
}

TEST(vlans)
{
	uint16_t a = 0, b = 9;

	ATF_CHECK_EQ(0, val_vlan("7", &a, &b));
	ATF_CHECK_EQ(7, a);
	ATF_CHECK_EQ(0, b);
	ATF_CHECK_EQ(0, val_vlan("100:4094", &a, &b));
	ATF_CHECK_EQ(100, a);
	ATF_CHECK_EQ(4094, b);
	ATF_CHECK_EQ(-E_RANGE, val_vlan("0", &a, &b));
	ATF_CHECK_EQ(-E_RANGE, val_vlan("4095", &a, &b));
	ATF_CHECK_EQ(-E_RANGE, val_vlan("100:0", &a, &b));
	ATF_CHECK_EQ(-E_FORMAT, val_vlan("100:", &a, &b));
	ATF_CHECK_EQ(-E_FORMAT, val_vlan("x", &a, &b));
	ATF_CHECK_EQ(-E_FORMAT, val_vlan("7:7:7", &a, &b));
}

TEST(redial)
{
	struct val_redial v;

	ATF_CHECK_EQ(0, val_redial("30", &v));
	ATF_CHECK(v.secs == 30 && v.inc == 0 && v.max == 10 && v.next == 3);
	ATF_CHECK_EQ(0, val_redial("10+5-3.7", &v));
	ATF_CHECK(v.secs == 10 && v.inc == 5 && v.max == 3 && v.next == 7);
	ATF_CHECK_EQ(0, val_redial("random.random", &v));
	ATF_CHECK(v.secs == VAL_RANDOM && v.next == VAL_RANDOM);
	ATF_CHECK_EQ(0, val_redial("3+2", &v));
	ATF_CHECK(v.inc == 2 && v.max == 10);
	ATF_CHECK_EQ(-E_FORMAT, val_redial("", &v));
	ATF_CHECK_EQ(-E_FORMAT, val_redial("3-2", &v));
	ATF_CHECK_EQ(-E_FORMAT, val_redial("3+", &v));
	ATF_CHECK_EQ(-E_FORMAT, val_redial("3.", &v));
	ATF_CHECK_EQ(-E_FORMAT, val_redial("randomx", &v));
	ATF_CHECK_EQ(-E_FORMAT, val_redial("3.4.5", &v));
	ATF_CHECK(v.inc == 2 && v.max == 10);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, numbers);
	ATF_TP_ADD_TC(tp, seconds);
	ATF_TP_ADD_TC(tp, hex);
	ATF_TP_ADD_TC(tp, choices);
	ATF_TP_ADD_TC(tp, mac);
	ATF_TP_ADD_TC(tp, ipv4);
	ATF_TP_ADD_TC(tp, ipv6);
	ATF_TP_ADD_TC(tp, masks);
	ATF_TP_ADD_TC(tp, ranges);
	ATF_TP_ADD_TC(tp, vlans);
	ATF_TP_ADD_TC(tp, redial);
	return atf_no_error();
}
