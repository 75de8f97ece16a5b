/* HDLC-like framing, against the examples and rules of RFC 1662. */
#include <atf-c.h>
#include <stdint.h>
#include <string.h>

#include "wire/hdlc.h"

#define TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", text); }	\
	ATF_TC_BODY(name, tc)

/* A Configure-Request of another program as it went over a line. */
static const uint8_t on_line[] = {
	0x7e, 0xff, 0x7d, 0x23, 0xc0, 0x21, 0x7d, 0x21, 0x7d, 0x21, 0x7d,
	0x20, 0x7d, 0x28, 0x7d, 0x27, 0x7d, 0x22, 0x7d, 0x28, 0x7d, 0x22,
};
static const uint8_t lcp[] = { 0xc0, 0x21, 1, 1, 0, 8, 7, 2, 8, 2 };
static const uint8_t ip[] = { 0, 0x21, 0x45, 0x11, 0x7e, 0x7d, 0, 0x13, 0xff };

static struct hdlc_in rx;
static struct hdlc_out tx;
static uint8_t line[HDLC_LINE(HDLC_FRAME)];

static void
reset(void)
{
	memset(&rx, 0, sizeof(rx));
	memset(&tx, 0, sizeof(tx));
	hdlc_in_reset(&rx);
	hdlc_out_reset(&tx);
}

static bool
feed(const void *p, size_t n, struct rd *frame)
{
	struct rd in = rd_of(p, n);

	return hdlc_input(&rx, &in, frame);
}

static void
same(struct rd frame, const void *p, size_t n)
{
	ATF_REQUIRE_EQ(n, rd_size(&frame));
	ATF_CHECK(memcmp(frame.p, p, n) == 0);
}

TEST(fcs_rfc, "FCS-16 over a frame and its complement is the good value")
{
	const uint8_t text[] = "123456789";
	uint16_t fcs = FCS_INIT;

	for (int i = 0; i < 9; i++)
		fcs = hdlc_fcs(fcs, text[i]);
	/* The published check value of CRC-16/X-25. */
	ATF_CHECK_EQ(0x906e, fcs ^ 0xffff);
	fcs = hdlc_fcs(fcs, 0x6e);
	fcs = hdlc_fcs(fcs, 0x90);
	ATF_CHECK_EQ(FCS_GOOD, fcs);
}

TEST(lcp_is_escaped_whole, "LCP goes out as if nothing had been agreed")
{
	struct rd frame;
	size_t n;

	reset();
	tx.accm = 0;
	tx.acfc = tx.pfc = true;
	n = hdlc_output(&tx, rd_of(lcp, sizeof(lcp)), line);
	ATF_REQUIRE(n > sizeof(on_line));
	ATF_CHECK(memcmp(line, on_line, sizeof(on_line)) == 0);
	ATF_CHECK_EQ(0x7e, line[n - 1]);
	ATF_REQUIRE(feed(line, n, &frame));
	same(frame, lcp, sizeof(lcp));
}

TEST(compressed, "address, control and protocol are left out when agreed")
{
	struct rd frame;
	size_t n;

	reset();
	tx.accm = 0;
	n = hdlc_output(&tx, rd_of(ip, sizeof(ip)), line);
	ATF_CHECK(memcmp(line, "\x7e\xff\x03\x00\x21\x45\x11\x7d\x5e\x7d\x5d"
	    "\x00\x13\xff", 14) == 0);
	ATF_REQUIRE(feed(line, n, &frame));
	same(frame, ip, sizeof(ip));
	tx.acfc = tx.pfc = true;
	n = hdlc_output(&tx, rd_of(ip, sizeof(ip)), line);
	ATF_CHECK(memcmp(line, "\x7e\x21\x45\x11\x7d\x5e", 6) == 0);
	ATF_REQUIRE(feed(line, n, &frame));
	same(frame, ip + 1, sizeof(ip) - 1);
	/* but for what would look like an address */
	n = hdlc_output(&tx, rd_of("\xffx", 2), line);
	ATF_CHECK(memcmp(line, "\x7e\x00\xffx", 4) == 0);
	ATF_REQUIRE(feed(line, n, &frame));
	same(frame, "\0\xffx", 3);
}

TEST(map_and_extra, "the peer's map and `set escape` say what is escaped")
{
	size_t n, i;

	reset();
	tx.accm = 1u << 0x11 | 1u << 0x13;
	tx.extra[0xff / 32] = 1u << 0xff % 32;
	n = hdlc_output(&tx, rd_of(ip, sizeof(ip)), line);
	for (i = 1; i + 1 < n; i++)
		ATF_CHECK(line[i] != 0x11 && line[i] != 0x13 &&
		    line[i] != 0xff && line[i] != 0x7e);
	ATF_CHECK(memcmp(line, "\x7e\x7d\xdf\x03\x00\x21\x45\x7d\x31", 9) ==
	    0);
}

TEST(less_than_a_protocol, "half a protocol field is not sent")
{
	static const struct { const char *octets; size_t n; } half[] = {
		{ "", 0 }, { "\xe0", 1 }, { "\xc0", 1 },
	};

	reset();
	for (size_t i = 0; i < sizeof(half) / sizeof(half[0]); i++) {
		struct rd frame = rd_of(half[i].octets, half[i].n);

		ATF_CHECK_EQ(0, hdlc_output(&tx, frame, line));
		ATF_CHECK_EQ(0, hdlc_bare(&tx, frame, line));
	}
}

TEST(inserted_octets, "octets of our map that the line put in go away")
{
	static const uint8_t xon[] = { 0x11 };
	struct rd frame;
	size_t n;

	reset();
	tx.accm = UINT32_MAX;
	rx.accm = 1u << 0x11;
	n = hdlc_output(&tx, rd_of(ip, sizeof(ip)), line);
	ATF_CHECK(!feed(line, 5, &frame));
	ATF_CHECK(!feed(xon, 1, &frame));
	ATF_REQUIRE(feed(line + 5, n - 5, &frame));
	same(frame, ip, sizeof(ip));
	rx.accm = 0;		/* not in our map: it is an error */
	ATF_CHECK(!feed(line, 5, &frame));
	ATF_CHECK(!feed(xon, 1, &frame));
	ATF_CHECK(!feed(line + 5, n - 5, &frame));
	ATF_CHECK_EQ(1, rx.bad[HDLC_FCS]);
	/* Bare octets that belong there are no trouble, whatever the map. */
	tx.accm = 0;
	rx.accm = UINT32_MAX;
	n = hdlc_output(&tx, rd_of(ip, sizeof(ip)), line);
	ATF_REQUIRE(feed(line, n, &frame));
	same(frame, ip, sizeof(ip));
}

TEST(pieces_and_noise, "frames in pieces, back to back, behind a login")
{
	struct rd frame, in;
	size_t n, seen = 0;

	reset();
	ATF_CHECK(!feed("login: fred\r\n", 13, &frame));
	n = hdlc_output(&tx, rd_of(lcp, sizeof(lcp)), line);
	for (size_t i = 0; i < n; i++)
		seen += feed(line + i, 1, &frame);
	ATF_CHECK_EQ(1, seen);
	/* One flag between two frames is enough. */
	memcpy(line + n, line + 1, n - 1);
	in = rd_of(line, 2 * n - 1);
	while (hdlc_input(&rx, &in, &frame)) {
		same(frame, lcp, sizeof(lcp));
		seen++;
	}
	ATF_CHECK_EQ(3, seen);
	ATF_CHECK_EQ(3, rx.good);
	for (int i = 0; i < HDLC_BADS; i++)
		ATF_CHECK_EQ(0, rx.bad[i]);
}

TEST(bad_frames, "each fault has its counter")
{
	uint8_t big[HDLC_FRAME + 100];
	struct rd frame;
	size_t n;

	reset();
	n = hdlc_output(&tx, rd_of(lcp, sizeof(lcp)), line);
	line[8] ^= 1;
	ATF_CHECK(!feed(line, n, &frame));
	ATF_CHECK_EQ(1, rx.bad[HDLC_FCS]);
	ATF_CHECK(!feed("\x7e\xff\x7d\x7e", 4, &frame));
	ATF_CHECK_EQ(1, rx.bad[HDLC_ABORT]);
	ATF_CHECK(!feed("ab\x7e", 3, &frame));
	ATF_CHECK_EQ(1, rx.bad[HDLC_SHORT]);
	memset(big, 'x', sizeof(big));
	ATF_CHECK(!feed(big, sizeof(big), &frame));
	ATF_CHECK(!feed("\x7e", 1, &frame));
	ATF_CHECK_EQ(1, rx.bad[HDLC_LONG]);
	ATF_CHECK_EQ(0, rx.good);
}

TEST(strip_fields, "whole frames: with and without address and control")
{
	static const struct {
		const char *p;
		size_t n;
		int	left;		/* -1: refused with .bad */
		enum hdlc_bad bad;
	} row[] = {
		{ "\xff\x03\xc0\x21\x01", 5, 3, 0 },
		{ "\xc0\x21\x01", 3, 3, 0 },
		{ "\x21\x45", 2, 2, 0 },
		{ "\xff\x13\xc0\x21", 4, -1, HDLC_CTRL },
		{ "\xff", 1, -1, HDLC_CTRL },
		{ "\xff\x03", 2, -1, HDLC_SHORT },
		{ "\x00\x02\x01", 3, -1, HDLC_ADDR },
		{ "", 0, -1, HDLC_SHORT },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct rd r = rd_of(row[i].p, row[i].n);
		enum hdlc_bad bad = HDLC_BADS;
		bool ok = hdlc_strip(&r, &bad);

		ATF_CHECK_EQ_MSG(row[i].left >= 0, ok, "row %zu", i);
		if (ok)
			ATF_CHECK_EQ((size_t)row[i].left, rd_size(&r));
		else
			ATF_CHECK_EQ(row[i].bad, bad);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fcs_rfc);
	ATF_TP_ADD_TC(tp, lcp_is_escaped_whole);
	ATF_TP_ADD_TC(tp, compressed);
	ATF_TP_ADD_TC(tp, map_and_extra);
	ATF_TP_ADD_TC(tp, less_than_a_protocol);
	ATF_TP_ADD_TC(tp, inserted_octets);
	ATF_TP_ADD_TC(tp, pieces_and_noise);
	ATF_TP_ADD_TC(tp, bad_frames);
	ATF_TP_ADD_TC(tp, strip_fields);
	return atf_no_error();
}
