/* Flow statistics: what is counted of TCP and others, and a table that does
 * not grow. */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "sess/flow.h"
#include "wire/wr.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

#define MSS	1000u
#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define ACK	0x10

#define PEER	0x0a000005u
#define HOST	0xc0000201u

static struct flow_table t;
static struct spsc out;
static tstamp now;

static void
start(uint32_t max)
{
	now = SEC(1000);
	ATF_REQUIRE_EQ(0, spsc_init(&out, 1024, sizeof(struct flow_row)));
	ATF_REQUIRE_EQ(0, flow_table_init(&t, max, 0x1234567, &out));
}

static void
finish(void)
{
	flow_table_free(&t);
	spsc_free(&out);
}

static void
take(enum flow_way way, uint32_t ticket, const uint8_t *ip, size_t n,
    uint32_t size)
{
	struct filter_pkt p;
	struct flow_pkt fp = { .p = &p, .ticket = ticket, .way = (uint8_t)way,
	    .len = (uint32_t)n, .size = size, .now = now };
	struct flow_who who = { .name = "fred", .sid = 7 };
	struct flow *f, *s;

	filter_look(ip, n, false, &p);
	if (p.family == 0)
		return;
	f = flow_find(&t, &fp);
	s = flow_sess(&t, &fp, f);
	if (flow_is_new(f))
		flow_name(f, &who);
	flow_packet(&t, f, s, &fp);
}

/* ---- packets ---- */

static size_t
ip4(uint8_t *buf, size_t room, uint8_t proto, enum flow_way way,
    uint16_t frag, size_t n)
{
	struct wr w = wr_of(buf, room);

	wr_u16(&w, 0x4500);
	wr_u16(&w, (uint16_t)(20 + n));
	wr_u16(&w, 1);
	wr_u16(&w, frag);
	wr_u16(&w, (uint16_t)(64 << 8 | proto));
	wr_u16(&w, 0);
	wr_u32(&w, way == FLOW_IN ? PEER : HOST);
	wr_u32(&w, way == FLOW_IN ? HOST : PEER);
	ATF_REQUIRE(!w.bad);
	return wr_size(&w);
}

static uint8_t buf[65536];

/* Of the connection from the peer's port 5000 to the host's 80. */
static void
tcp_as(enum flow_way way, uint8_t flags, uint32_t seq, uint32_t ack,
    uint32_t n, uint32_t size, const uint8_t *opt, uint8_t opts)
{
	size_t at = ip4(buf, sizeof(buf), 6, way, 0, 20u + opts + n);
	struct wr w = wr_of(buf + at, sizeof(buf) - at);

	wr_u16(&w, way == FLOW_IN ? 5000 : 80);
	wr_u16(&w, way == FLOW_IN ? 80 : 5000);
	wr_u32(&w, seq);
	wr_u32(&w, ack);
	wr_u16(&w, (uint16_t)((20 + opts) / 4 << 12 | flags));
	wr_u16(&w, 500);
	wr_u32(&w, 0);
	if (opts > 0)
		wr_put(&w, opt, opts);
	ATF_REQUIRE(!w.bad);
	take(way, 9, buf, at + wr_size(&w) + n, size);
}

static void
tcp(enum flow_way way, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t n)
{
	tcp_as(way, flags, seq, ack, n, 0, NULL, 0);
}

static void
up(uint32_t seq, uint32_t n) /* data of the peer */
{
	tcp(FLOW_IN, ACK, seq, 1, n);
}

static void
acks(uint32_t ack) /* of the host */
{
	tcp(FLOW_OUT, ACK, 1, ack, 0);
}

static struct flow_row
row(uint8_t family)
{
	struct flow_row r, found = { .first = 0 };
	unsigned n = 0;

	for (uint32_t i = 0; i < flow_table_size(&t); i++)
		if (flow_read(&t, i, &r) && r.id.family == family) {
			found = r;
			n++;
		}
	ATF_REQUIRE_EQ_MSG(1, n, "%u rows of family %u", n, family);
	return found;
}

#define IN(c)	(row(4).n[FLOW_IN][c])
#define OUT(c)	(row(4).n[FLOW_OUT][c])

/* ---- TCP ---- */

TEST(connection)
{
	static const uint8_t syn[] = { 2, 4, 5, 172, 1, 3, 3, 7 };
	static const uint8_t answer[] = { 2, 4, 5, 120 };

	start(64);
	tcp_as(FLOW_IN, SYN, 99, 0, 0, 0, syn, sizeof(syn));
	now += MSEC(20);
	tcp_as(FLOW_OUT, SYN | ACK, 499, 100, 0, 0, answer, sizeof(answer));
	now += MSEC(3);
	tcp(FLOW_IN, ACK, 100, 500, 0);
	tcp(FLOW_IN, ACK, 100, 500, 300);
	now += MSEC(30);
	tcp(FLOW_OUT, ACK, 500, 400, 0);
	tcp(FLOW_OUT, ACK | FIN, 500, 400, 0);
	now += MSEC(5);
	tcp(FLOW_IN, ACK | FIN, 400, 501, 0);
	tcp(FLOW_OUT, ACK, 501, 401, 0);

	struct flow_row r = row(4);

	ATF_CHECK_EQ(FLOW_IN, r.opener);
	ATF_CHECK_EQ(PEER, r.id.addr[FLOW_IN][1]);
	ATF_CHECK_EQ(HOST, r.id.addr[FLOW_OUT][1]);
	ATF_CHECK_EQ(5000, r.id.port[FLOW_IN]);
	ATF_CHECK_EQ(80, r.id.port[FLOW_OUT]);
	ATF_CHECK_STREQ("fred", r.who.name);
	ATF_CHECK_EQ(MSEC(58), r.last - r.first);
	ATF_CHECK_EQ(4, r.n[FLOW_IN][FLOW_PKTS]);
	ATF_CHECK_EQ(48 + 40 + 340 + 40, r.n[FLOW_IN][FLOW_OCTETS]);
	ATF_CHECK_EQ(3, r.n[FLOW_IN][FLOW_ACKS]);
	ATF_CHECK_EQ(1, r.n[FLOW_IN][FLOW_DATA_PKTS]);
	ATF_CHECK_EQ(300, r.n[FLOW_IN][FLOW_DATA]);
	ATF_CHECK_EQ(1, r.n[FLOW_IN][FLOW_SYN]);
	ATF_CHECK_EQ(1, r.n[FLOW_OUT][FLOW_FIN]);
	ATF_CHECK_EQ(0, flow_sum(&r, FLOW_RETX_PKTS));
	ATF_CHECK_EQ(0, flow_sum(&r, FLOW_OOO));
	ATF_CHECK_EQ(1452, r.n[FLOW_IN][FLOW_MSS]);
	ATF_CHECK_EQ(8, r.n[FLOW_IN][FLOW_WSCALE]);
	ATF_CHECK_EQ(1400, r.n[FLOW_OUT][FLOW_MSS]);
	ATF_CHECK_EQ(0, r.n[FLOW_OUT][FLOW_WSCALE]);
	/* SYN 20 ms, data 30 ms, FIN at once; and SYN 3, FIN 5. */
	ATF_CHECK_EQ(3, r.n[FLOW_IN][FLOW_RTTS]);
	ATF_CHECK_EQ(0, r.n[FLOW_IN][FLOW_RTT_MIN]);
	ATF_CHECK_EQ(30000, r.n[FLOW_IN][FLOW_RTT_MAX]);
	ATF_CHECK_EQ(50000, r.n[FLOW_IN][FLOW_RTT_SUM]);
	ATF_CHECK_EQ(2, r.n[FLOW_OUT][FLOW_RTTS]);
	ATF_CHECK_EQ(3000, r.n[FLOW_OUT][FLOW_RTT_MIN]);
	ATF_CHECK_EQ(5000, r.n[FLOW_OUT][FLOW_RTT_MAX]);
	ATF_CHECK_EQ(0, flow_sum(&r, FLOW_RTT_MIN));
	ATF_CHECK_EQ(30000, flow_sum(&r, FLOW_RTT_MAX));
	/* The session's row has the same figures. */
	struct flow_row all = row(0);

	ATF_CHECK_EQ(9, all.id.ticket);
	ATF_CHECK_EQ(FLOW_COUNTS, FLOW_WSCALE + 1);
	ATF_CHECK(memcmp(all.n[FLOW_IN], r.n[FLOW_IN],
	    FLOW_MSS * sizeof(uint64_t)) == 0);
	/* It goes soon: both sides have said FIN. */
	now += SEC(6);
	for (int i = 0; i < 4; i++)
		flow_sweep(&t, now);
	ATF_REQUIRE(spsc_get(&out, &r));
	ATF_CHECK_EQ(FLOW_CLOSED, r.end);
	row(0);
	finish();
}

/* A SYN-ACK that is seen first: the other side has begun. */
TEST(answer_first)
{
	start(64);
	tcp(FLOW_OUT, SYN | ACK, 499, 100, 0);
	ATF_CHECK_EQ(FLOW_IN, row(4).opener);
	finish();
}

TEST(sent_again)
{
	start(64);
	for (uint32_t i = 0; i < 10; i++)
		up(100 + i * MSS, MSS);
	up(100 + 3 * MSS, MSS);
	up(100 + 4 * MSS, 300);
	ATF_CHECK_EQ(2, IN(FLOW_RETX_PKTS));
	ATF_CHECK_EQ(MSS + 300, IN(FLOW_RETX));
	ATF_CHECK_EQ(0, IN(FLOW_OOO));
	ATF_CHECK_EQ(11 * MSS + 300, IN(FLOW_DATA));
	/* Old and new octets in one segment: the old ones count. */
	up(100 + 9 * MSS, 2 * MSS);
	ATF_CHECK_EQ(3, IN(FLOW_RETX_PKTS));
	ATF_CHECK_EQ(2 * MSS + 300, IN(FLOW_RETX));
	/* A keep-alive is no such thing; nor are many ACKs. */
	acks(100 + 11 * MSS);
	up(99 + 11 * MSS, 1);
	acks(100 + 11 * MSS);
	ATF_CHECK_EQ(3, IN(FLOW_RETX_PKTS));
	ATF_CHECK_EQ(0, OUT(FLOW_RETX_PKTS));
	/* A SYN again is a packet of no octets. */
	tcp(FLOW_OUT, SYN | ACK, 0, 100, 0);
	tcp(FLOW_OUT, SYN | ACK, 0, 100, 0);
	ATF_CHECK_EQ(2, OUT(FLOW_SYN));
	ATF_CHECK_EQ(0, OUT(FLOW_RETX));
	ATF_CHECK(OUT(FLOW_RETX_PKTS) >= 1);
	finish();
}

TEST(wraps)
{
	uint32_t seq = 0xffffffffu - 2 * MSS;

	start(64);
	for (uint32_t i = 0; i < 6; i++, seq += MSS) {
		up(seq, MSS);
		now += MSEC(10);
		acks(seq + MSS);
	}
	ATF_CHECK_EQ(0, IN(FLOW_RETX_PKTS));
	ATF_CHECK_EQ(0, IN(FLOW_OOO));
	ATF_CHECK_EQ(6, IN(FLOW_RTTS));
	ATF_CHECK_EQ(10000, IN(FLOW_RTT_MIN));
	ATF_CHECK_EQ(10000, IN(FLOW_RTT_MAX));
	up(0xffffffffu - MSS, MSS);
	ATF_CHECK_EQ(1, IN(FLOW_RETX_PKTS));
	finish();
}

/* What fills a gap before its sender could know of it was only late. */
TEST(late_or_lost)
{
	start(64);
	up(0, MSS);			/* 20 ms to the host and back */
	now += MSEC(20);
	acks(MSS);
	tcp(FLOW_OUT, ACK, 1, MSS, 10);	/* 5 ms to the peer and back */
	now += MSEC(5);
	up(MSS, MSS);
	tcp(FLOW_IN, ACK, 2 * MSS, 11, 0);
	up(3 * MSS, MSS);		/* a gap */
	now += MSEC(10);
	up(2 * MSS, MSS);		/* late */
	ATF_CHECK_EQ(1, IN(FLOW_OOO));
	ATF_CHECK_EQ(0, IN(FLOW_RETX_PKTS));
	up(5 * MSS, MSS);		/* a gap */
	now += MSEC(13);
	up(4 * MSS, MSS);		/* lost, and sent again */
	ATF_CHECK_EQ(1, IN(FLOW_OOO));
	ATF_CHECK_EQ(1, IN(FLOW_RETX_PKTS));
	acks(6 * MSS);
	up(4 * MSS, MSS);		/* for nothing */
	ATF_CHECK_EQ(1, IN(FLOW_OOO));
	ATF_CHECK_EQ(2, IN(FLOW_RETX_PKTS));
	finish();
}

/* A sample whose data was sent again is none: which one was acknowledged? */
TEST(karn)
{
	start(64);
	up(0, MSS);
	now += MSEC(200);
	up(0, MSS);
	now += MSEC(10);
	acks(MSS);
	ATF_CHECK_EQ(0, IN(FLOW_RTTS));
	up(MSS, MSS);
	now += MSEC(10);
	acks(3 * MSS);			/* of what nobody has seen */
	ATF_CHECK_EQ(0, IN(FLOW_RTTS));
	acks(2 * MSS);
	ATF_CHECK_EQ(1, IN(FLOW_RTTS));
	ATF_CHECK_EQ(10000, IN(FLOW_RTT_SUM));
	finish();
}

/* The host's 40 segments at once count as on the wire. */
TEST(super_packet)
{
	start(64);
	tcp_as(FLOW_OUT, ACK, 1, 1, 40 * MSS, MSS, NULL, 0);
	ATF_CHECK_EQ(40, OUT(FLOW_PKTS));
	ATF_CHECK_EQ(40 * (MSS + 40), OUT(FLOW_OCTETS));
	ATF_CHECK_EQ(40, OUT(FLOW_DATA_PKTS));
	ATF_CHECK_EQ(40 * MSS, OUT(FLOW_DATA));
	tcp_as(FLOW_OUT, ACK, 1 + 38 * MSS, 1, 3 * MSS, MSS, NULL, 0);
	ATF_CHECK_EQ(43, OUT(FLOW_PKTS));
	ATF_CHECK_EQ(2, OUT(FLOW_RETX_PKTS));
	ATF_CHECK_EQ(2 * MSS, OUT(FLOW_RETX));
	finish();
}

TEST(port_again)
{
	struct flow_row r;

	start(64);
	tcp(FLOW_IN, SYN, 10, 0, 0);
	tcp(FLOW_IN, SYN, 10, 0, 0);	/* the same one again */
	ATF_CHECK(!spsc_get(&out, &r));
	ATF_CHECK_EQ(1, IN(FLOW_RETX_PKTS));
	tcp(FLOW_OUT, RST | ACK, 0, 11, 0);
	tcp(FLOW_IN, SYN, 10, 0, 0);
	ATF_REQUIRE(spsc_get(&out, &r));
	ATF_CHECK_EQ(FLOW_CLOSED, r.end);
	ATF_CHECK_EQ(1, r.n[FLOW_OUT][FLOW_RST]);
	tcp(FLOW_IN, SYN, 7000, 0, 0);
	ATF_REQUIRE(spsc_get(&out, &r));
	ATF_CHECK_EQ(1, IN(FLOW_PKTS));
	ATF_CHECK_EQ(0, IN(FLOW_RETX_PKTS));
	finish();
}

/* ---- others ---- */

static void
udp(uint16_t port, uint32_t ticket)
{
	size_t at = ip4(buf, sizeof(buf), 17, FLOW_IN, 0, 8 + 10);
	struct wr w = wr_of(buf + at, sizeof(buf) - at);

	wr_u16(&w, port);
	wr_u16(&w, 53);
	wr_u16(&w, 18);
	take(FLOW_IN, ticket, buf, 38, 0);
}

TEST(fragments)
{
	start(64);
	ip4(buf, sizeof(buf), 6, FLOW_IN, 100, 1000);
	take(FLOW_IN, 9, buf, 1020, 0);
	struct flow_row r = row(4);

	ATF_CHECK_EQ(6, r.id.proto);
	ATF_CHECK_EQ(0, r.id.port[0]);
	ATF_CHECK_EQ(1, r.n[FLOW_IN][FLOW_PKTS]);
	ATF_CHECK_EQ(0, r.n[FLOW_IN][FLOW_DATA]);
	finish();
}

TEST(six)
{
	uint8_t ip[48] = { 0x60, 0, 0, 0, 0, 8, 17, 64 };

	start(64);
	ip[8] = ip[24] = 0x20;
	ip[23] = 1;
	ip[39] = 2;
	ip[40] = 3;
	ip[43] = 4;
	take(FLOW_OUT, 9, ip, sizeof(ip), 0);
	struct flow_row r = row(6);

	ATF_CHECK_EQ(1, r.id.addr[FLOW_OUT][1]);
	ATF_CHECK_EQ(2, r.id.addr[FLOW_IN][1]);
	ATF_CHECK_EQ(0x300, r.id.port[FLOW_OUT]);
	ATF_CHECK_EQ(4, r.id.port[FLOW_IN]);
	ATF_CHECK_EQ(FLOW_OUT, r.opener);
	finish();
}

/* Each cut of a packet, with each data offset and options of any length. */
TEST(hostile)
{
	start(64);
	for (unsigned off = 0; off < 16; off++)
		for (size_t n = 0; n <= 80; n++) {
			uint8_t ip[80];
			struct wr w = wr_of(ip, sizeof(ip));

			memset(ip, (int)off, sizeof(ip));
			ip4(ip, sizeof(ip), 6, FLOW_IN, 0, 60);
			w.p = ip + 32;
			wr_u16(&w, (uint16_t)(off << 12 | SYN));
			uint8_t *exact = malloc(n > 0 ? n : 1);

			memcpy(exact, ip, n);
			take(FLOW_IN, 9, exact, n, off * 7);
			free(exact);
		}
	ATF_CHECK(row(0).n[FLOW_IN][FLOW_PKTS] >= 16 * 80);
	finish();
}

/* ---- the table ---- */

static uint32_t
used(void)
{
	struct flow_row r;
	uint32_t n = 0;

	for (uint32_t i = 0; i < flow_table_size(&t); i++)
		n += flow_read(&t, i, &r);
	return n;
}

TEST(bounded)
{
	struct flow_row r;
	uint64_t packets = 0, rows = 0;

	start(100);
	ATF_CHECK_EQ(128, flow_table_size(&t));
	for (uint16_t i = 0; i < 500; i++)
		udp((uint16_t)(1000 + i), 1 + i % 3);
	ATF_CHECK(used() <= 128);
	while (spsc_get(&out, &r)) {
		ATF_CHECK_EQ(FLOW_REPLACED, r.end);
		rows++;
		packets += r.id.family == 4 ? r.n[FLOW_IN][FLOW_PKTS] : 0;
	}
	ATF_CHECK_EQ(rows, t.replaced);
	ATF_CHECK_EQ(t.begun - t.ended, used());
	for (uint32_t i = 0; i < flow_table_size(&t); i++)
		if (flow_read(&t, i, &r) && r.id.family == 4)
			packets += r.n[FLOW_IN][FLOW_PKTS];
	ATF_CHECK_EQ(500, packets);
	/* Nobody takes rows: they are counted. */
	for (unsigned i = 0; i < 5000; i++)
		udp((uint16_t)(10000 + i), 1);
	ATF_CHECK(t.lost > 0);
	finish();
}

TEST(idle)
{
	struct flow_row r;

	start(64);
	udp(1000, 5);
	now += SEC(30);
	udp(2000, 5);
	now += SEC(31);
	for (int i = 0; i < 4; i++)
		flow_sweep(&t, now);
	ATF_REQUIRE(spsc_get(&out, &r));
	ATF_CHECK_EQ(FLOW_IDLE, r.end);
	ATF_CHECK_EQ(1000, r.id.port[FLOW_IN]);
	ATF_CHECK(!spsc_get(&out, &r));
	flow_sess_end(&t, 6);		/* is not there */
	flow_sess_end(&t, 5);
	ATF_REQUIRE(spsc_get(&out, &r));
	ATF_CHECK_EQ(FLOW_SESSION, r.end);
	ATF_CHECK_EQ(0, r.id.family);
	ATF_CHECK_EQ(2, r.n[FLOW_IN][FLOW_PKTS]);
	ATF_CHECK_EQ(1, used());
	finish();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, connection);
	ATF_TP_ADD_TC(tp, answer_first);
	ATF_TP_ADD_TC(tp, sent_again);
	ATF_TP_ADD_TC(tp, wraps);
	ATF_TP_ADD_TC(tp, late_or_lost);
	ATF_TP_ADD_TC(tp, karn);
	ATF_TP_ADD_TC(tp, super_packet);
	ATF_TP_ADD_TC(tp, port_again);
	ATF_TP_ADD_TC(tp, fragments);
	ATF_TP_ADD_TC(tp, six);
	ATF_TP_ADD_TC(tp, hostile);
	ATF_TP_ADD_TC(tp, bounded);
	ATF_TP_ADD_TC(tp, idle);
	return atf_no_error();
}
