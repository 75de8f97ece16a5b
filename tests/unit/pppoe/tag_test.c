/* Tags: the walk, its limits, and their texts. */
#include "pppoe/tag.h"

#include <atf-c.h>
#include <stdlib.h>

#include "base/err.h"
#include "lib/disc.h"

/* The tags behind the header of what @text describes. */
static struct rd
tags_of(const char *text)
{
	struct rd r = disc(text);

	rd_sub(&r, PPPOE_HDR);
	return r;
}

static int
read_text(const char *text, struct tags *t)
{
	return tags_read(tags_of(text), t);
}

ATF_TC_WITHOUT_HEAD(every_tag_of_the_rfc);
ATF_TC_BODY(every_tag_of_the_rfc, tc)
{
	struct tags t;
	struct rd v;

	ATF_REQUIRE_EQ(0, read_text("PADS <Service-Name isp> <AC-Name ac>"
	    " <Host-Uniq 0x1234> <AC-Cookie 0x01> <Vendor-Specific 0x00000009>"
	    " <Relay-Session-Id 0x77> <PPP-Max-Payload 1500>"
	    " <Service-Name-Error a> <AC-System-Error b> <Generic-Error c>",
	    &t));
	for (int i = 0; i < T_SLOTS; i++)
		ATF_CHECK_EQ_MSG(1, t.count[i], "slot %d", i);
	ATF_CHECK(tag_is(t.val[T_SERVICE], "isp", 3));
	ATF_CHECK(tag_is(t.val[T_AC_NAME], "ac", 2));
	ATF_CHECK(tag_is(t.val[T_HOST_UNIQ], "\x12\x34", 2));
	ATF_CHECK(tag_is(t.val[T_COOKIE], "\1", 1));
	ATF_CHECK(tag_is(t.val[T_RELAY], "\x77", 1));
	ATF_CHECK(tag_is(t.val[T_GENERIC_ERROR], "c", 1));
	v = t.val[T_MAX_PAYLOAD];
	ATF_CHECK_EQ(1500, rd_u16(&v));
	ATF_CHECK_EQ(T_SERVICE_ERROR, tags_error(&t));
}

ATF_TC_WITHOUT_HEAD(nothing_and_empty_tags);
ATF_TC_BODY(nothing_and_empty_tags, tc)
{
	struct tags t;

	ATF_REQUIRE_EQ(0, read_text("PADI", &t));
	ATF_CHECK(!tags_have(&t, T_SERVICE));
	ATF_CHECK_EQ(T_SLOTS, tags_error(&t));
	ATF_REQUIRE_EQ(0, read_text("PADI <Service-Name> <Host-Uniq>", &t));
	ATF_CHECK(tags_have(&t, T_SERVICE));
	ATF_CHECK(tags_have(&t, T_HOST_UNIQ));
	ATF_CHECK(tag_is(t.val[T_SERVICE], "", 0));
	ATF_CHECK(tags_offer(&t, "", 0));
	ATF_CHECK(!tags_offer(&t, "isp", 3));
}

ATF_TC_WITHOUT_HEAD(unknown_tags_are_passed_over);
ATF_TC_BODY(unknown_tags_are_passed_over, tc)
{
	struct tags t;

	ATF_REQUIRE_EQ(0, read_text("PADI <0x0fff 0x000102> <Service-Name x>"
	    " <0x0106> <Host-Uniq u>", &t));
	ATF_CHECK(tag_is(t.val[T_SERVICE], "x", 1));
	ATF_CHECK(tag_is(t.val[T_HOST_UNIQ], "u", 1));
}

ATF_TC_WITHOUT_HEAD(end_of_list_ends_the_list);
ATF_TC_BODY(end_of_list_ends_the_list, tc)
{
	struct tags t;

	ATF_REQUIRE_EQ(0, read_text("PADI <Service-Name x> <End-Of-List>"
	    " <Service-Name y> <Host-Uniq u>", &t));
	ATF_CHECK_EQ(1, t.count[T_SERVICE]);
	ATF_CHECK(!tags_have(&t, T_HOST_UNIQ));
	ATF_CHECK(!tags_offer(&t, "y", 1));
}

ATF_TC_WITHOUT_HEAD(cut_off_at_every_octet);
ATF_TC_BODY(cut_off_at_every_octet, tc)
{
	const struct rd whole = tags_of("PADI <Service-Name isp>"
	    " <Host-Uniq 0x1234> <PPP-Max-Payload 1500>");
	size_t n = rd_size(&whole);
	struct tags t;

	for (size_t i = 0; i < n; i++) {
		/* a copy of exactly that size: the sanitizer sees overruns */
		uint8_t *p = malloc(i > 0 ? i : 1);
		bool between = i == 0 || i == 7 || i == 13;

		ATF_REQUIRE(p != NULL);
		memcpy(p, whole.p, i);
		ATF_CHECK_EQ_MSG(between ? 0 : -E_SHORT,
		    tags_read(rd_of(p, i), &t), "%zu octets", i);
		free(p);
	}
	ATF_CHECK_EQ(0, tags_read(whole, &t));
}

ATF_TC_WITHOUT_HEAD(values_of_illegal_size);
ATF_TC_BODY(values_of_illegal_size, tc)
{
	uint8_t tag[4 + 300] = { 0x01, 0x04, 0x01, 0x00 };
	struct tags t;

	ATF_CHECK_EQ(-E_FORMAT, read_text("PADI <PPP-Max-Payload 0x05>", &t));
	ATF_CHECK_EQ(-E_FORMAT,
	    read_text("PADI <PPP-Max-Payload 0x0005dc>", &t));
	ATF_CHECK_EQ(-E_FORMAT, read_text("PADI <PPP-Max-Payload>", &t));
	ATF_CHECK_EQ(0, read_text("PADI <Relay-Session-Id 012345678901>", &t));
	ATF_CHECK_EQ(-E_FORMAT,
	    read_text("PADI <Relay-Session-Id 0123456789012>", &t));
	ATF_CHECK_EQ(-E_FORMAT, tags_read(rd_of(tag, 4 + 256), &t));
	tag[2] = 0;
	tag[3] = 255;
	ATF_CHECK_EQ(0, tags_read(rd_of(tag, 4 + 255), &t));
	tag[1] = 0x03;	/* Host-Uniq */
	tag[3] = PPPOE_UNIQ;
	ATF_CHECK_EQ(0, tags_read(rd_of(tag, 4 + PPPOE_UNIQ), &t));
	tag[3]++;
	ATF_CHECK_EQ(-E_FORMAT, tags_read(rd_of(tag, 5 + PPPOE_UNIQ), &t));
}

ATF_TC_WITHOUT_HEAD(repeated_tags);
ATF_TC_BODY(repeated_tags, tc)
{
	struct tags t;

	ATF_CHECK_EQ(0, read_text("PADO <Host-Uniq a> <Host-Uniq a>", &t));
	ATF_CHECK_EQ(-E_FORMAT,
	    read_text("PADO <Host-Uniq a> <Host-Uniq b>", &t));
	ATF_CHECK_EQ(-E_FORMAT,
	    read_text("PADO <AC-Cookie a> <AC-Cookie>", &t));
	ATF_CHECK_EQ(-E_FORMAT, read_text("PADO <AC-Name a> <AC-Name b>", &t));
	ATF_REQUIRE_EQ(0, read_text("PADO <Service-Name a> <Service-Name b>",
	    &t));
	ATF_CHECK_EQ(2, t.count[T_SERVICE]);
	ATF_CHECK(tags_offer(&t, "a", 1));
	ATF_CHECK(tags_offer(&t, "b", 1));
	ATF_CHECK(!tags_offer(&t, "", 0));
}

ATF_TC_WITHOUT_HEAD(texts_print);
ATF_TC_BODY(texts_print, tc)
{
	char buf[8];

	tag_text(rd_of("ab\x00\x1b[c\xff", 7), buf, sizeof(buf));
	ATF_CHECK_STREQ("ab..[c.", buf);
	tag_text(rd_of("0123456789", 10), buf, sizeof(buf));
	ATF_CHECK_STREQ("0123456", buf);
	tag_text(rd_of("", 0), buf, sizeof(buf));
	ATF_CHECK_STREQ("", buf);
	tag_id(rd_of("abc", 3), buf, sizeof(buf));
	ATF_CHECK_STREQ("abc", buf);
	tag_id(rd_of("a\x01", 2), buf, sizeof(buf));
	ATF_CHECK_STREQ("0x6101", buf);
	tag_id(rd_of("\x01\x02\x03\x04", 4), buf, sizeof(buf));
	ATF_CHECK_STREQ("0x0102", buf);
}

static void
line_of(const char *text, char circuit[PPPOE_LINE + 1],
    char remote[PPPOE_LINE + 1])
{
	struct tags t;

	ATF_REQUIRE_EQ(0, read_text(text, &t));
	tags_line(&t, circuit, remote, PPPOE_LINE + 1);
}

ATF_TC_WITHOUT_HEAD(tr101_line);
ATF_TC_BODY(tr101_line, tc)
{
	char c[PPPOE_LINE + 1], r[PPPOE_LINE + 1];

	line_of("PADI <Vendor-Specific 0x00000de9" "0103616263" "02020102>",
	    c, r);
	ATF_CHECK_STREQ("abc", c);
	ATF_CHECK_STREQ("0x0102", r);
	/* another vendor's, then the right one */
	line_of("PADI <Vendor-Specific 0x00000001" "0103616263>"
	    " <Vendor-Specific 0x00000de9" "8104000007d0" "020178>", c, r);
	ATF_CHECK_STREQ("", c);
	ATF_CHECK_STREQ("x", r);
	/* a sub-option longer than its tag, a tag shorter than its vendor */
	line_of("PADI <Vendor-Specific 0x00000de9" "020178" "0109616263>", c,
	    r);
	ATF_CHECK_STREQ("", c);
	ATF_CHECK_STREQ("x", r);
	line_of("PADI <Vendor-Specific 0x00000d>", c, r);
	ATF_CHECK_STREQ("", c);
	ATF_CHECK_STREQ("", r);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, every_tag_of_the_rfc);
	ATF_TP_ADD_TC(tp, nothing_and_empty_tags);
	ATF_TP_ADD_TC(tp, unknown_tags_are_passed_over);
	ATF_TP_ADD_TC(tp, end_of_list_ends_the_list);
	ATF_TP_ADD_TC(tp, cut_off_at_every_octet);
	ATF_TP_ADD_TC(tp, values_of_illegal_size);
	ATF_TP_ADD_TC(tp, repeated_tags);
	ATF_TP_ADD_TC(tp, texts_print);
	ATF_TP_ADD_TC(tp, tr101_line);
	return atf_no_error();
}
