/* The header, PADT, and packets in words. */
#include <atf-c.h>
#include <stdlib.h>

#include "base/err.h"
#include "lib/disc.h"

ATF_TC_WITHOUT_HEAD(header_and_padding);
ATF_TC_BODY(header_and_padding, tc)
{
	static const uint8_t p[] = { 0x11, 0x65, 0x12, 0x34, 0x00, 0x02,
	    0xaa, 0xbb, 0, 0, 0 };		/* three octets of padding */
	struct rd r = rd_of(p, sizeof(p));
	struct pppoe_hdr h;

	ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
	ATF_CHECK_EQ(CODE_PADS, h.code);
	ATF_CHECK_EQ(0x1234, h.sid);
	ATF_CHECK_EQ(2, h.len);
	ATF_CHECK_EQ(2, rd_size(&r));
	ATF_CHECK_EQ(0xaabb, rd_u16(&r));
}

ATF_TC_WITHOUT_HEAD(short_and_strange_headers);
ATF_TC_BODY(short_and_strange_headers, tc)
{
	uint8_t p[] = { 0x11, 0x00, 0x00, 0x01, 0x00, 0x01, 0xaa };
	struct pppoe_hdr h;
	struct rd r;

	for (size_t n = 0; n < sizeof(p); n++) {
		r = rd_of(p, n);
		ATF_CHECK_EQ_MSG(-E_SHORT, pppoe_read(&r, &h), "%zu", n);
	}
	for (int v = 0; v < 256; v++) {
		p[0] = (uint8_t)v;
		r = rd_of(p, sizeof(p));
		ATF_CHECK_EQ_MSG(v == 0x11 ? 0 : -E_FORMAT, pppoe_read(&r, &h),
		    "VER/TYPE %02x", v);
	}
	p[0] = 0x11;
	p[4] = 0xff;		/* LENGTH 65281 */
	r = rd_of(p, sizeof(p));
	ATF_CHECK_EQ(-E_SHORT, pppoe_read(&r, &h));
}

static const char *
words(struct rd r)
{
	static char buf[512];

	pppoe_describe(r, buf, sizeof(buf));
	return buf;
}

ATF_TC_WITHOUT_HEAD(padt_with_and_without_reason);
ATF_TC_BODY(padt_with_and_without_reason, tc)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	pppoe_padt(&w, 0x1234, NULL);
	ATF_CHECK_EQ(PPPOE_HDR, wr_size(&w));
	ATF_CHECK_STREQ("PADT sid=0x1234", words(rd_of(buf, wr_size(&w))));
	/* behind an Ethernet header in the same buffer */
	w = wr_of(buf, sizeof(buf));
	wr_put(&w, "01234567890123", 14);
	pppoe_padt(&w, 7, "closed by command");
	ATF_CHECK_STREQ("PADT sid=0x0007 <Generic-Error closed by command>",
	    words(rd_of(buf + 14, wr_size(&w) - 14)));
	ATF_CHECK(!w.bad);
}

ATF_TC_WITHOUT_HEAD(packets_in_words);
ATF_TC_BODY(packets_in_words, tc)
{
	static const char *const same[] = {
		"PADI <Service-Name isp> <Host-Uniq 0x1234>",
		"PADI <Service-Name>",
		"PADO <Service-Name> <AC-Cookie 0x0102> <PPP-Max-Payload 1500>",
		"PADO <AC-Name ac1> <Service-Name a> <Service-Name b>",
		"PADR <Relay-Session-Id 0x99> <Tag 0x0fff 0x00>",
		"PADS sid=0xffff <Service-Name-Error no such service>",
		"PADT sid=0x0001 <Generic-Error bye> <End-Of-List>",
		"PADO <Vendor-Specific 0x0000000101>",
		"code 0x42 sid=0x0001",
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const char *s = strncmp(same[i], "code ", 5) == 0 ?
		    same[i] + 5 : same[i];
		char in[256];
		char *tag = strcpy(in, s);

		while ((tag = strstr(tag, "Tag ")) != NULL)
			memmove(tag, tag + 4, strlen(tag + 4) + 1);
		ATF_CHECK_STREQ(same[i], words(disc(in)));
	}
	ATF_CHECK_STREQ("PADI <Vendor-Specific TR-101 circuit-id abc"
	    " remote-id 0x0102 129:0x000007d0>",
	    words(disc("PADI <Vendor-Specific 0x00000de9" "0103616263"
	    "02020102" "8104000007d0>")));
}

ATF_TC_WITHOUT_HEAD(words_of_damaged_packets);
ATF_TC_BODY(words_of_damaged_packets, tc)
{
	ATF_CHECK_STREQ("PPPoE packet cut off", words(rd_of("\x11\x09", 2)));
	ATF_CHECK_STREQ("not PPPoE version 1 type 1",
	    words(rd_of("\x21\x09\0\0\0\0", 6)));
	ATF_CHECK_STREQ("PADI <Service-Name x> <tag longer than the packet>",
	    words(disc_head(CODE_PADI, 0, "\1\1\0\1x\1\3\0\5", 9)));
	ATF_CHECK_STREQ("PADO <AC-Name .[31m.>",
	    words(disc("PADO <AC-Name \x1b[31m\n>")));
	ATF_CHECK_STREQ("PADO <PPP-Max-Payload ?>",
	    words(disc("PADO <PPP-Max-Payload 0x05>")));
}

ATF_TC_WITHOUT_HEAD(words_fit_any_buffer);
ATF_TC_BODY(words_fit_any_buffer, tc)
{
	struct rd r = disc("PADI <Service-Name isp> <Host-Uniq 0x1234>");
	const char *whole = "PADI <Service-Name isp> <Host-Uniq 0x1234>";

	for (size_t n = 1; n < 50; n++) {
		char *p = malloc(n);

		ATF_REQUIRE(p != NULL);
		pppoe_describe(r, p, n);
		ATF_CHECK_EQ(n - 1 < strlen(whole) ? n - 1 : strlen(whole),
		    strlen(p));
		ATF_CHECK(strncmp(p, whole, strlen(p)) == 0);
		free(p);
	}
	pppoe_describe(r, NULL, 0);
}

ATF_TC_WITHOUT_HEAD(errors_as_counters);
ATF_TC_BODY(errors_as_counters, tc)
{
	ATF_CHECK_EQ(DROP_DISC_SHORT, pppoe_drop(-E_SHORT));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, pppoe_drop(-E_FORMAT));
	ATF_CHECK_EQ(DROP_DISC_FORGED, pppoe_drop(-E_UNKNOWN));
	ATF_CHECK_EQ(DROP_DISC_STATE, pppoe_drop(-E_STATE));
	ATF_CHECK_EQ(DROP_DISC_STATE, pppoe_drop(-E_DENIED));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, header_and_padding);
	ATF_TP_ADD_TC(tp, short_and_strange_headers);
	ATF_TP_ADD_TC(tp, padt_with_and_without_reason);
	ATF_TP_ADD_TC(tp, packets_in_words);
	ATF_TP_ADD_TC(tp, words_of_damaged_packets);
	ATF_TP_ADD_TC(tp, words_fit_any_buffer);
	ATF_TP_ADD_TC(tp, errors_as_counters);
	return atf_no_error();
}
