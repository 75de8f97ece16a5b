/* Cutting and joining against each other and against plain arithmetic. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "wire/cksum.h"
#include "wire/join.h"
#include "wire/seg.h"

#define TEST(name, descr)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", descr); } \
	ATF_TC_BODY(name, tc)

static uint8_t super[70000], out[80][2048], back[70000];
static size_t outlen[80];

static uint16_t
be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
set16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* The checksum by RFC 1071, word by word: independent of the code. */
static uint16_t
slow_sum(const uint8_t *p, size_t n, uint32_t sum)
{
	for (size_t i = 0; i < n; i++)
		sum += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static bool
sums_right(const uint8_t *ip, size_t len)
{
	bool six = ip[0] >> 4 == 6;
	size_t l4 = six ? 40 : 20, n = len - l4;
	uint8_t proto = six ? ip[6] : ip[9];
	uint32_t pseudo = slow_sum(ip + (six ? 8 : 12), six ? 32 : 8, 0);

	pseudo += proto + (uint32_t)n;
	return (six || slow_sum(ip, 20, 0) == 0xffff) &&
	    slow_sum(ip + l4, n, pseudo) == 0xffff;
}

/* A super-packet with @payload random octets; returns its length. */
static size_t
make(struct rng *r, bool six, bool udp, size_t opts, size_t payload,
    struct offload *o, uint16_t size)
{
	size_t l4 = six ? 40 : 20, hl = udp ? 8 : 20 + opts;
	size_t len = l4 + hl + payload;

	rng_fill(r, super, len);
	memset(o, 0, sizeof(*o));
	super[0] = six ? 0x60 : 0x45;
	if (six) {
		set16(super + 4, len - 40);
		super[6] = udp ? 17 : 6;
	} else {
		set16(super + 2, len);
		set16(super + 6, 0x4000);
		super[9] = udp ? 17 : 6;
	}
	if (udp) {
		set16(super + l4 + 4, len - l4);
	} else {
		super[l4 + 12] = (uint8_t)(hl / 4 << 4);
		super[l4 + 13] = 0x18;		/* PSH, ACK */
	}
	o->kind = udp ? OFF_UDP : six ? OFF_TCP6 : OFF_TCP4;
	o->needs_sum = true;
	o->size = size;
	o->l4 = (uint16_t)l4;
	o->sum_at = udp ? 6 : 16;
	o->hdr = (uint16_t)(l4 + hl);
	return len;
}

static unsigned
cut(size_t len, const struct offload *o, unsigned mtu)
{
	struct seg s;
	unsigned n = 0;

	ATF_REQUIRE_EQ(0, seg_start(&s, super, len, o, mtu));
	while ((outlen[n] = seg_next(&s, out[n])) > 0) {
		ATF_REQUIRE_MSG(outlen[n] <= mtu, "%zu", outlen[n]);
		ATF_REQUIRE_MSG(sums_right(out[n], outlen[n]),
		    "segment %u of %zu octets", n, outlen[n]);
		n++;
	}
	return n;
}

/* The pieces written one after the other, as the device would see them. */
static size_t
gather(const struct piece *p, unsigned n)
{
	size_t len = 0;

	for (unsigned i = 0; i < n; i++) {
		memcpy(back + len, p[i].p, p[i].n);
		len += p[i].n;
	}
	return len;
}

static void
there_and_back(bool six, bool udp, size_t opts, size_t payload,
    uint16_t size)
{
	static struct join j;
	const struct piece *p;
	struct offload o, o2;
	struct rng r;

	rng_seed(&r, payload * 31 + size);
	size_t len = make(&r, six, udp, opts, payload, &o, size);
	unsigned n = cut(len, &o, 1492);

	ATF_REQUIRE_EQ((payload + size - 1) / size, n);
	j.n = 0;
	for (unsigned i = 0; i < n; i++)
		ATF_REQUIRE_EQ_MSG(JOIN_HELD, join_add(&j, out[i],
		    outlen[i], true), "segment %u", i);
	ATF_REQUIRE_EQ(1, j.n);
	unsigned pieces = join_take(&j, 0, &p, &o2);
	size_t got = gather(p, pieces);

	ATF_REQUIRE_EQ(len, got);
	if (n == 1) {
		ATF_CHECK_EQ(OFF_NONE, o2.kind);
		return;
	}
	ATF_CHECK_EQ(o.kind, o2.kind);
	ATF_CHECK_EQ(size, o2.size);
	ATF_CHECK_EQ(o.hdr, o2.hdr);
	/* Finish both checksums: then every octet must be the same. */
	memset(super + o.l4 + o.sum_at, 0, 2);
	uint16_t ps = sum_fold(sum_pseudo(super, udp ? 17 : 6,
	    len - o.l4));

	memcpy(super + o.l4 + o.sum_at, &ps, 2);
	if (!six) {
		memset(super + 10, 0, 2);
		uint16_t hs = (uint16_t)~sum_fold(sum_add(0, super, 20));

		memcpy(super + 10, &hs, 2);
	}
	ATF_CHECK_EQ(0, memcmp(super, back, len));
	ATF_REQUIRE_EQ(0, offload_sum(back, got, &o2));
	ATF_CHECK(sums_right(back, got));
}

TEST(round_trip, "what is cut and joined again is the same packet")
{
	static const size_t payloads[] = { 1, 2, 999, 1000, 1001, 1452, 1453,
	    2904, 10000, 60000 };

	for (unsigned i = 0; i < sizeof(payloads) / sizeof(*payloads); i++)
		for (int six = 0; six < 2; six++) {
			there_and_back(six, false, 0, payloads[i], 1400);
			there_and_back(six, false, 12, payloads[i], 1400);
			there_and_back(six, true, 0, payloads[i], 1000);
		}
}

TEST(smaller_mtu, "TCP is cut to the link's MTU, UDP cannot be")
{
	struct offload o;
	struct seg s;
	struct rng r;

	rng_seed(&r, 1);
	size_t len = make(&r, false, false, 0, 5000, &o, 1452);

	ATF_CHECK_EQ(5, cut(len, &o, 1040 + 40));
	ATF_CHECK_EQ(1080, outlen[0]);
	len = make(&r, false, true, 0, 5000, &o, 1452);
	ATF_CHECK_EQ(-E_RANGE, seg_start(&s, super, len, &o, 1400));
}

TEST(flags, "FIN and PSH on the last segment only, CWR on the first only")
{
	struct offload o;
	struct rng r;

	rng_seed(&r, 2);
	size_t len = make(&r, false, false, 0, 3000, &o, 1000);

	super[33] = 0x99;		/* CWR, ACK, PSH, FIN */
	ATF_REQUIRE_EQ(3, cut(len, &o, 1492));
	ATF_CHECK_EQ(0x90, out[0][33]);
	ATF_CHECK_EQ(0x10, out[1][33]);
	ATF_CHECK_EQ(0x19, out[2][33]);
	ATF_CHECK_EQ((uint16_t)(be16(out[0] + 4) + 2), be16(out[2] + 4));
}

TEST(bad_super, "headers that disagree with the offload are refused")
{
	struct offload o;
	struct seg s;
	struct rng r;

	rng_seed(&r, 3);
	size_t len = make(&r, false, false, 0, 3000, &o, 1000);

	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, 10, &o, 1492));
	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, 39, &o, 1492));
	super[32] = 0xf0;		/* a header beyond the end */
	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, 70, &o, 1492));
	super[32] = 0x10;		/* header of 4 octets */
	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, len, &o, 1492));
	super[32] = 0x50;
	super[9] = 17;
	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, len, &o, 1492));
	super[9] = 6;
	o.size = 0;
	ATF_CHECK_EQ(-E_FORMAT, seg_start(&s, super, len, &o, 1492));
	o.sum_at = 60000;
	ATF_CHECK_EQ(-E_FORMAT, offload_sum(super, len, &o));
}

/* Three segments; @spoil changes the second one. What must come of it. */
static void
apart(const char *what, void (*spoil)(uint8_t *ip, size_t len), bool refix,
    int second)
{
	static struct join j;
	struct offload o;
	struct rng r;

	rng_seed(&r, 4);
	size_t len = make(&r, false, false, 12, 3000, &o, 1000);

	ATF_REQUIRE_EQ(3, cut(len, &o, 1492));
	spoil(out[1], outlen[1]);
	if (refix) {
		uint16_t s;

		memset(out[1] + 10, 0, 2);
		s = (uint16_t)~sum_fold(sum_add(0, out[1], 20));
		memcpy(out[1] + 10, &s, 2);
		memset(out[1] + 36, 0, 2);
		s = (uint16_t)~sum_fold(sum_add(sum_pseudo(out[1], 6,
		    outlen[1] - 20), out[1] + 20, outlen[1] - 20));
		memcpy(out[1] + 36, &s, 2);
	}
	j.n = 0;
	ATF_REQUIRE_EQ(JOIN_HELD, join_add(&j, out[0], outlen[0], true));
	ATF_CHECK_EQ_MSG(second, join_add(&j, out[1], outlen[1], true),
	    "%s: %d", what, join_add(&j, out[1], outlen[1], true));
	ATF_CHECK_EQ_MSG(1, j.flow[0].n, "%s was joined", what);
}

static void spoil_seq(uint8_t *ip, size_t n) { (void)n; ip[27] ^= 1; }
static void spoil_ack(uint8_t *ip, size_t n) { (void)n; ip[31] ^= 1; }
static void spoil_win(uint8_t *ip, size_t n) { (void)n; ip[35] ^= 1; }
static void spoil_opt(uint8_t *ip, size_t n) { (void)n; ip[45] ^= 1; }
static void spoil_tos(uint8_t *ip, size_t n) { (void)n; ip[1] ^= 3; }
static void spoil_ttl(uint8_t *ip, size_t n) { (void)n; ip[8] ^= 1; }
static void spoil_df(uint8_t *ip, size_t n) { (void)n; ip[6] ^= 0x40; }
static void spoil_fin(uint8_t *ip, size_t n) { (void)n; ip[33] |= 1; }
static void spoil_urg(uint8_t *ip, size_t n) { (void)n; ip[33] |= 0x20; }
static void spoil_ece(uint8_t *ip, size_t n) { (void)n; ip[33] |= 0x40; }
static void spoil_sum(uint8_t *ip, size_t n) { ip[n - 1] ^= 1; }
static void spoil_ipsum(uint8_t *ip, size_t n) { (void)n; ip[10] ^= 1; }
static void spoil_frag(uint8_t *ip, size_t n) { (void)n; ip[7] = 1; }
static void spoil_port(uint8_t *ip, size_t n) { (void)n; ip[20] ^= 1; }

TEST(left_alone, "what cannot be joined truthfully is left alone")
{
	apart("sequence number", spoil_seq, true, 0);
	apart("acknowledgement", spoil_ack, true, 0);
	apart("window", spoil_win, true, 0);
	apart("timestamp option", spoil_opt, true, 0);
	apart("ECN bits", spoil_tos, true, 0);
	apart("TTL", spoil_ttl, true, 0);
	apart("don't fragment", spoil_df, true, 0);
	apart("FIN", spoil_fin, true, 0);
	apart("URG", spoil_urg, true, 0);
	apart("ECE", spoil_ece, true, 0);
	apart("wrong checksum", spoil_sum, false, 0);
	apart("wrong IP checksum", spoil_ipsum, false, JOIN_PASS);
	apart("fragment", spoil_frag, true, JOIN_PASS);
	apart("another port", spoil_port, true, JOIN_HELD);
}

TEST(ends, "PSH and a short segment end a super-packet")
{
	static struct join j;
	struct offload o;
	struct rng r;

	rng_seed(&r, 5);
	size_t len = make(&r, true, false, 0, 2500, &o, 1000);

	ATF_REQUIRE_EQ(3, cut(len, &o, 1492));
	ATF_REQUIRE_EQ(JOIN_HELD, join_add(&j, out[0], outlen[0], true));
	ATF_REQUIRE_EQ(JOIN_HELD, join_add(&j, out[1], outlen[1], true));
	ATF_REQUIRE_EQ(JOIN_HELD, join_add(&j, out[2], outlen[2], true));
	ATF_CHECK(j.flow[0].closed);
	ATF_CHECK_EQ(0, join_add(&j, out[0], outlen[0], true));
}

TEST(many_flows, "a ninth flow makes the first one leave")
{
	static struct join j;
	struct offload o;
	struct rng r;

	for (unsigned i = 0; i <= JOIN_FLOWS; i++) {
		rng_seed(&r, 100 + i);
		size_t len = make(&r, false, false, 0, 100, &o, 1000);

		ATF_REQUIRE_EQ(1, cut(len, &o, 1492));
		memcpy(out[20 + i], out[0], outlen[0]);
		ATF_CHECK_EQ(i < JOIN_FLOWS ? JOIN_HELD : 0, join_add(&j,
		    out[20 + i], outlen[0], true));
	}
	join_drop(&j, 0);
	ATF_CHECK_EQ(JOIN_FLOWS - 1, j.n);
	ATF_CHECK_EQ(JOIN_HELD, join_add(&j, out[20 + JOIN_FLOWS], 140,
	    true));
}

TEST(no_udp, "UDP is passed on where the device cannot cut it")
{
	static struct join j;
	struct offload o;
	struct rng r;

	rng_seed(&r, 6);
	size_t len = make(&r, false, true, 0, 100, &o, 1000);

	ATF_REQUIRE_EQ(1, cut(len, &o, 1492));
	ATF_CHECK_EQ(JOIN_PASS, join_add(&j, out[0], outlen[0], false));
	ATF_CHECK_EQ(JOIN_HELD, join_add(&j, out[0], outlen[0], true));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, round_trip);
	ATF_TP_ADD_TC(tp, smaller_mtu);
	ATF_TP_ADD_TC(tp, flags);
	ATF_TP_ADD_TC(tp, bad_super);
	ATF_TP_ADD_TC(tp, left_alone);
	ATF_TP_ADD_TC(tp, ends);
	ATF_TP_ADD_TC(tp, many_flows);
	ATF_TP_ADD_TC(tp, no_udp);
	return atf_no_error();
}
