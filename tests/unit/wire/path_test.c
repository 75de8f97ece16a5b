/* wire/path: one packet looked at, two sides compared. */
#include <atf-c.h>
#include <string.h>

#include "wire/cksum.h"
#include "wire/mss.h"
#include "wire/path.h"
#include "wire/wr.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

#define SYN	0x02u
#define ACK	0x10u

/* A TCP packet of IPv4; @mss 0: none. Its checksum is right. */
static size_t
tcp(uint8_t *buf, uint8_t tos, uint32_t seq, uint8_t flags, uint16_t mss,
    size_t data)
{
	struct wr w = wr_of(buf, 2048);
	size_t head = mss != 0 ? 24 : 20, len = head + data;
	uint8_t pseudo[12];
	struct wr ps = wr_of(pseudo, sizeof(pseudo));

	wr_u16(&w, (uint16_t)(0x4500 | tos));
	wr_u16(&w, (uint16_t)(20 + len));
	wr_u32(&w, 0x00074000);
	wr_u16(&w, 0x4006);
	wr_u16(&w, 0);
	wr_u32(&w, 0x0a00000a);
	wr_u32(&w, 0x0a000001);
	wr_patch16(&w, 10, cksum(buf, 20, 0));
	wr_u32(&w, 4000u << 16 | 80);
	wr_u32(&w, seq);
	wr_u32(&w, 1);
	wr_u16(&w, (uint16_t)(head / 4 << 12 | flags));
	wr_u16(&w, 8192);
	wr_u32(&w, 0);
	if (mss != 0)
		wr_u32(&w, 0x02040000u | mss);
	for (size_t i = 0; i < data; i++)
		wr_u8(&w, (uint8_t)(seq + i));
	wr_put(&ps, buf + 12, 8);
	wr_u16(&ps, 6);
	wr_u16(&ps, (uint16_t)len);
	wr_patch16(&w, 36, cksum(buf + 20, len, (uint16_t)~cksum(pseudo,
	    sizeof(pseudo), 0)));
	ATF_REQUIRE(!w.bad && !ps.bad);
	return wr_size(&w);
}

static struct path_packet
look(const uint8_t *p, size_t n)
{
	struct path_packet out;

	ATF_REQUIRE(path_look(p, n, n, &out));
	return out;
}

TEST(fields)
{
	uint8_t buf[2048];
	size_t n = tcp(buf, 0xb9, 5, SYN, 1460, 0);
	struct path_packet p = look(buf, n);

	ATF_CHECK_EQ(46, p.val[PATH_DSCP]);
	ATF_CHECK_EQ(1, p.val[PATH_ECN]);
	ATF_CHECK_EQ(64, p.val[PATH_TTL]);
	ATF_CHECK_EQ(1460, p.val[PATH_MSS]);
	ATF_CHECK_EQ(SYN, p.val[PATH_FLAGS]);
	ATF_CHECK_EQ(44, p.val[PATH_LENGTH]);
	ATF_CHECK(p.summed);
	ATF_CHECK_EQ(5, p.seq);
	/* Ethernet's padding counts for nothing */
	memset(buf + n, 0, 6);
	p = look(buf, n + 6);
	ATF_CHECK(p.summed && p.data == 0);
	buf[30] ^= 1;
	ATF_CHECK(!look(buf, n).summed);
}

/* IPv4 may go without one (RFC 768), IPv6 may not. */
TEST(no_udp_sum)
{
	static const uint8_t udp4[] = { 0x45, 0, 0, 30, 0, 7, 0, 0, 64, 17, 0,
		0, 10, 0, 0, 10, 10, 0, 0, 1, 0x0f, 0xa0, 0, 53, 0, 10, 0, 0,
		'h', 'i' };
	uint8_t udp6[50] = { 0x60, 0, 0, 0, 0, 10, 17, 64 };
	struct path_packet tun, line;
	struct path_report r;

	tun = line = look(udp4, sizeof(udp4));
	ATF_CHECK(line.summed);
	path_compare(&tun, 1, &line, 1, &r);
	ATF_CHECK_EQ(0, r.wrong);
	ATF_CHECK_EQ(0, r.completed[0]);
	memcpy(udp6 + 40, udp4 + 20, 10);
	ATF_CHECK(!look(udp6, sizeof(udp6)).summed);
}

TEST(short_ones)
{
	struct path_packet p;
	uint8_t buf[2048];
	size_t n = tcp(buf, 0, 5, SYN, 1460, 0);

	for (size_t i = 0; i < 20; i++)
		ATF_CHECK(!path_look(buf, i, i, &p));
	for (size_t i = 20; i < n; i++) {
		ATF_REQUIRE(path_look(buf, i, n, &p));
		ATF_CHECK(i >= 44 || !(p.has & 1u << PATH_MSS));
		ATF_CHECK(!p.summed);
	}
	ATF_CHECK(!path_look(buf, n, n - 1, &p));	/* its length lies */
	buf[0] = 0x44;
	ATF_CHECK(!path_look(buf, n, n, &p));
	buf[0] = 0x50;
	ATF_CHECK(!path_look(buf, n, n, &p));
}

TEST(clamped)
{
	struct path_packet tun, line;
	struct path_report r;
	uint8_t buf[2048];
	size_t n = tcp(buf, 0x03, 5, SYN, 1460, 0);

	tun = look(buf, n);
	ATF_REQUIRE(mss_clamp(buf, n, 1492));
	line = look(buf, n);
	path_compare(&tun, 1, &line, 1, &r);
	ATF_CHECK_EQ(1, r.row[0][PATH_MSS].changed);
	ATF_CHECK_EQ(1460, r.row[0][PATH_MSS].before);
	ATF_CHECK_EQ(1452, r.row[0][PATH_MSS].after);
	ATF_CHECK_EQ(1, r.row[0][PATH_SUM].changed);
	ATF_CHECK_EQ(0, r.row[0][PATH_ECN].changed);
	ATF_CHECK_EQ(3, r.row[0][PATH_ECN].before);
	ATF_CHECK_EQ(0, r.row[0][PATH_OPTIONS].changed);
	ATF_CHECK_EQ(0, r.wrong + r.tun_only + r.line_only);
	/* the same from the peer: before is the line */
	line.in = true;
	path_compare(&line, 0, &line, 1, &r);
	ATF_CHECK_EQ(1, r.line_only);
	path_compare(&tun, 1, &line, 1, &r);
	ATF_CHECK_EQ(1452, r.row[1][PATH_MSS].before);
	ATF_CHECK_EQ(0, r.row[0][PATH_MSS].packets);
}

TEST(cut)
{
	struct path_packet tun, line[3];
	struct path_report r;
	uint8_t buf[2048];

	tun = look(buf, tcp(buf, 0, 0xffffff00u, ACK, 0, 900));
	for (uint32_t i = 0; i < 3; i++)
		line[i] = look(buf, tcp(buf, 0, 0xffffff00u + 400 * i, ACK, 0,
		    i < 2 ? 400 : 100));
	path_compare(&tun, 1, line, 3, &r);
	ATF_CHECK_EQ(3, r.cut);
	ATF_CHECK_EQ(0, r.line_only + r.tun_only);
	ATF_CHECK_EQ(3, r.row[0][PATH_LENGTH].changed);
	ATF_CHECK_EQ(0, r.row[0][PATH_TTL].changed);
	ATF_CHECK_EQ(0, r.row[0][PATH_DATA].packets);
	/* one that is no part of it */
	line[0] = look(buf, tcp(buf, 0, 0xffffff00u + 600, ACK, 0, 400));
	path_compare(&tun, 1, line, 1, &r);
	ATF_CHECK_EQ(1, r.line_only);
	ATF_CHECK_EQ(1, r.tun_only);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fields);
	ATF_TP_ADD_TC(tp, no_udp_sum);
	ATF_TP_ADD_TC(tp, short_ones);
	ATF_TP_ADD_TC(tp, clamped);
	ATF_TP_ADD_TC(tp, cut);
	return atf_no_error();
}
