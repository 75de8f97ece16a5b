/*
 * MSS clamping. The TCP checksum is verified by summing the whole segment
 * anew, as the receiver does.
 */
#include <atf-c.h>
#include <string.h>

#include "base/rng.h"
#include "wire/cksum.h"
#include "wire/mss.h"
#include "wire/wr.h"

#define SYN	0x02
#define ACK	0x10

static uint8_t ip[1500], before[1500];
static size_t len, off;		/* of the packet; of its TCP header */

/* The TCP checksum over pseudo header and segment: 0 when it is right. */
static uint16_t
tcp_sum(void)
{
	size_t n = len - off;
	uint32_t sum = 6 + (uint32_t)n;
	size_t from = ip[0] >> 4 == 4 ? 12 : 8;

	for (size_t i = from; i < (ip[0] >> 4 == 4 ? 20u : 40u); i += 2)
		sum += (uint32_t)(ip[i] << 8 | ip[i + 1]);
	return cksum(ip + off, n, sum);
}

static void
finish(void)
{
	uint16_t sum;

	ip[off + 16] = ip[off + 17] = 0;
	sum = tcp_sum();
	ip[off + 16] = (uint8_t)(sum >> 8);
	ip[off + 17] = (uint8_t)sum;
	ATF_REQUIRE_EQ(0, tcp_sum());
	memcpy(before, ip, sizeof(ip));
}

static void
tcp(struct wr *w, uint8_t flags, const void *opt, size_t n)
{
	size_t pad = (4 - n % 4) % 4;

	off = wr_size(w);
	wr_u32(w, 0xc00001bb);
	wr_u32(w, 0x11223344);
	wr_u32(w, 0);
	wr_u8(w, (uint8_t)((20 + n + pad) / 4 << 4));
	wr_u8(w, flags);
	wr_u16(w, 0xffff);
	wr_u32(w, 0);
	wr_put(w, opt, n);
	wr_put(w, "\0\0\0", pad);
	wr_put(w, "data", 4);
	len = wr_size(w);
}

static void
make4(uint8_t flags, const void *opt, size_t n, unsigned words)
{
	struct wr w = wr_of(ip, sizeof(ip));

	memset(ip, 0, sizeof(ip));
	wr_u16(&w, (uint16_t)(0x4000 | (5 + words) << 8));
	wr_u16(&w, 0);
	wr_u32(&w, 0x12340000);
	wr_u32(&w, 0x40060000);
	wr_u32(&w, 0x0a000005);
	wr_u32(&w, 0xc0000201);
	for (unsigned i = 0; i < words; i++)
		wr_u32(&w, 0x01010101);
	tcp(&w, flags, opt, n);
	ip[2] = (uint8_t)(len >> 8);
	ip[3] = (uint8_t)len;
	finish();
}

static void
make6(uint8_t flags, const void *opt, size_t n)
{
	struct wr w = wr_of(ip, sizeof(ip));

	memset(ip, 0, sizeof(ip));
	wr_u32(&w, 0x60000000);
	wr_u16(&w, 0);
	wr_u16(&w, 0x0640);
	for (uint16_t i = 0; i < 16; i++)
		wr_u16(&w, (uint16_t)(0x2001 + 0x1111 * i));
	tcp(&w, flags, opt, n);
	ip[4] = (uint8_t)((len - 40) >> 8);
	ip[5] = (uint8_t)(len - 40);
	finish();
}

/* The MSS now stands at @at of the TCP header as @mss; the rest is as it
 * was, and the checksum is right. */
static void
clamped(unsigned mtu, size_t at, uint16_t mss)
{
	ATF_REQUIRE(mss_clamp(ip, len, mtu));
	ATF_CHECK_EQ(mss, ip[off + at] << 8 | ip[off + at + 1]);
	ATF_CHECK_EQ(0, tcp_sum());
	before[off + at] = ip[off + at];
	before[off + at + 1] = ip[off + at + 1];
	before[off + 16] = ip[off + 16];
	before[off + 17] = ip[off + 17];
	ATF_CHECK(memcmp(before, ip, sizeof(ip)) == 0);
	ATF_CHECK(!mss_clamp(ip, len, mtu));	/* once is enough */
}

static void
untouched(size_t n, unsigned mtu)
{
	ATF_CHECK(!mss_clamp(ip, n, mtu));
	ATF_CHECK(memcmp(before, ip, sizeof(ip)) == 0);
}

ATF_TC_WITHOUT_HEAD(wire_values);
ATF_TC_BODY(wire_values, tc)
{
	make4(SYN, "\2\4\5\264", 4, 0);		/* 1460 */
	clamped(1492, 22, 1452);
	make4(SYN | ACK, "\2\4\5\264", 4, 0);
	clamped(1492, 22, 1452);
	make6(SYN, "\2\4\5\240", 4);		/* 1440 */
	clamped(1492, 22, 1432);
	make6(SYN | ACK, "\2\4\xff\xff", 4);
	clamped(1492, 22, 1432);
	make4(SYN, "\2\4\5\264", 4, 0);
	clamped(1280, 22, 1240);
}

/* Lowered, never raised. */
ATF_TC_WITHOUT_HEAD(small_enough);
ATF_TC_BODY(small_enough, tc)
{
	make4(SYN, "\2\4\5\254", 4, 0);		/* 1452 */
	untouched(len, 1492);
	make4(SYN, "\2\4\2\030", 4, 0);		/* 536 */
	untouched(len, 1492);
	make4(SYN, "\2\4\xff\xff", 4, 0);
	untouched(len, 65575);
	untouched(len, 200000);
	make6(SYN, "\2\4\5\230", 4);		/* 1432 */
	untouched(len, 1492);
}

/* The option at an odd place: its octets are in other halves of the sum. */
ATF_TC_WITHOUT_HEAD(odd_alignment);
ATF_TC_BODY(odd_alignment, tc)
{
	make4(SYN, "\1\2\4\5\264", 5, 0);
	clamped(1492, 23, 1452);
	make6(SYN, "\1\1\1\2\4\5\264", 7);
	clamped(1492, 25, 1432);
	make4(SYN, "\3\3\7\2\4\5\264", 7, 0);	/* behind window scale */
	clamped(1492, 25, 1452);
	make4(SYN, "\4\2\10\012aaaabbbb\1\3\3\7\2\4\5\264", 20, 0);
	clamped(1492, 38, 1452);
	make4(SYN, "\2\4\5\264", 4, 10); /* IP options */
	clamped(1492, 22, 1452);
}

ATF_TC_WITHOUT_HEAD(every_value);
ATF_TC_BODY(every_value, tc)
{
	uint8_t opt[5] = { 1, 2, 4 };

	for (unsigned mss = 1453; mss < 65536; mss += 7) {
		opt[3] = (uint8_t)(mss >> 8);
		opt[4] = (uint8_t)mss;
		make4(SYN, opt, 5, 0);
		clamped(1492, 23, 1452);
		make4(SYN, opt + 1, 4, 0);
		clamped(1492, 22, 1452);
	}
}

ATF_TC_WITHOUT_HEAD(left_alone);
ATF_TC_BODY(left_alone, tc)
{
	make4(ACK, "\2\4\5\264", 4, 0);		/* no SYN */
	untouched(len, 1492);
	make4(SYN, "\1\1\1\1", 4, 0);		/* no MSS */
	untouched(len, 1492);
	make4(SYN, "\0\2\4\5\264", 5, 0);	/* behind the end of options */
	untouched(len, 1492);
	make4(SYN, "\2\3\5\264", 4, 0);		/* a wrong length */
	untouched(len, 1492);
	make4(SYN, "\2\0\5\264", 4, 0);
	untouched(len, 1492);
	make4(SYN, "\2\1\5\264", 4, 0);
	untouched(len, 1492);
	make4(SYN, "\10\012\2\4", 4, 0);	/* longer than the header */
	untouched(len, 1492);
	make4(SYN, "\1\1\1\2", 4, 0);		/* cut off behind its kind */
	untouched(len, 1492);
	make4(SYN, "\2\4\5\264", 4, 0);
	untouched(len, 40);			/* a link for headers only */
	untouched(len, 0);
	make4(SYN, "\2\4\5\264", 4, 0);
	ip[9] = before[9] = 17;			/* UDP */
	untouched(len, 1492);
}

ATF_TC_WITHOUT_HEAD(fragments);
ATF_TC_BODY(fragments, tc)
{
	make4(SYN, "\2\4\5\264", 4, 0);
	ip[6] = before[6] = 0x20;		/* more to come */
	untouched(len, 1492);
	ip[6] = before[6] = 0x01;		/* offset */
	untouched(len, 1492);
	ip[6] = before[6] = 0;
	ip[7] = before[7] = 1;
	untouched(len, 1492);
	ip[7] = before[7] = 0;
	ip[6] = before[6] = 0x40;		/* only: do not fragment */
	clamped(1492, 22, 1452);
}

/* Cut at every octet; IP lengths that disagree with what is there. */
ATF_TC_WITHOUT_HEAD(short_headers);
ATF_TC_BODY(short_headers, tc)
{
	make4(SYN, "\2\4\5\264", 4, 0);
	for (size_t n = 0; n < len; n++)
		untouched(n, 1492);
	for (uint8_t n = 0; n < 44; n++) {	/* the header is cut off */
		ip[3] = before[3] = n;
		untouched(len, 1492);
	}
	ip[3] = before[3] = (uint8_t)(len + 1);
	untouched(len, 1492);
	make4(SYN, "\2\4\5\264", 4, 0);
	for (uint8_t v = 0; v < 5; v++) {
		ip[0] = before[0] = (uint8_t)(0x40 | v);
		untouched(len, 1492);
		ip[0] = before[0] = 0x45;
		ip[off + 12] = before[off + 12] = (uint8_t)(v << 4);
		untouched(len, 1492);
		ip[off + 12] = before[off + 12] = 0x60;
	}
	ip[off + 12] = before[off + 12] = 0xf0;
	untouched(len, 1492);
	make6(SYN, "\2\4\5\240", 4);
	for (size_t n = 0; n < len; n++)
		untouched(n, 1492);
	for (uint8_t n = 0; n < 24; n++) {
		ip[5] = before[5] = n;
		untouched(len, 1492);
	}
}

/* Extension headers are passed by: nobody's SYN has them. */
ATF_TC_WITHOUT_HEAD(ipv6_extension_headers);
ATF_TC_BODY(ipv6_extension_headers, tc)
{
	static const uint8_t next[] = { 0, 43, 44, 50, 51, 60, 59 };

	for (size_t i = 0; i < sizeof(next); i++) {
		make6(SYN, "\2\4\5\240", 4);
		ip[6] = before[6] = next[i];
		untouched(len, 1492);
	}
}

/* Octets behind the IP packet (padding) are not its options. */
ATF_TC_WITHOUT_HEAD(padding);
ATF_TC_BODY(padding, tc)
{
	make4(SYN, "\2\4\5\264", 4, 0);
	ATF_REQUIRE(mss_clamp(ip, len + 100, 1492));
	ATF_CHECK_EQ(0, tcp_sum());
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, wire_values);
	ATF_TP_ADD_TC(tp, small_enough);
	ATF_TP_ADD_TC(tp, odd_alignment);
	ATF_TP_ADD_TC(tp, every_value);
	ATF_TP_ADD_TC(tp, left_alone);
	ATF_TP_ADD_TC(tp, fragments);
	ATF_TP_ADD_TC(tp, short_headers);
	ATF_TP_ADD_TC(tp, ipv6_extension_headers);
	ATF_TP_ADD_TC(tp, padding);
	return atf_no_error();
}
