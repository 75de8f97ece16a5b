/* Header compression: connections of many sorts through both ends. */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "comp/vj.h"
#include "wire/cksum.h"

static uint32_t
below(struct rng *r, uint32_t n)
{
	return rng_u32(r) % n;
}

#define CONNS	24

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32, ECE = 64 };

struct conn {
	unsigned opts, ip_opts;		/* octets of options, 0 or 12, 4 */
	uint16_t id, win, urp;
	uint32_t seq, ack, stamp;
	unsigned flags;
};

static struct vj_out out;
static struct vj_in in;
static struct vj_stats st, st_in;

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

/* A packet of connection @k with @n octets of data. */
static size_t
build(const struct conn *c, unsigned k, size_t n, uint8_t *p)
{
	unsigned ihl = 20 + c->ip_opts, thl = 20 + c->opts;
	uint8_t *t = p + ihl;

	memset(p, 0, ihl + thl);
	p[0] = (uint8_t)(0x40 | ihl / 4);
	put16(p + 2, (unsigned)(ihl + thl + n));
	put16(p + 4, c->id);
	put16(p + 6, 0x4000);
	p[8] = 64;
	p[9] = 6;
	put32(p + 12, 0x0a000001);
	put32(p + 16, 0xc0000200 + k / 4);
	memset(p + 20, 1, c->ip_opts);
	put16(t, 1024 + k);
	put16(t + 2, 80);
	put32(t + 4, c->seq);
	put32(t + 8, c->ack);
	t[12] = (uint8_t)(thl / 4 << 4);
	t[13] = (uint8_t)c->flags;
	put16(t + 14, c->win);
	put16(t + 16, 0x1234 + c->seq);	/* carried as it is */
	put16(t + 18, c->urp);
	if (c->opts)
		put32(t + 24, c->stamp);
	put16(p + 10, cksum(p, ihl, 0));
	for (size_t i = 0; i < n; i++)
		p[ihl + thl + i] = (uint8_t)(i + c->seq);
	return ihl + thl + n;
}

/* Through both ends; the size on the wire. @lose: only the first one. */
static size_t
pass(const uint8_t *p, size_t n, enum vj_type *type, bool lose)
{
	uint8_t buf[2048], back[VJ_ROOM], *at = buf;
	size_t len = n;
	int got;

	memcpy(buf, p, n);
	*type = vj_compress(&out, &at, &len, &st);
	ATF_REQUIRE(len <= n && at + len == buf + n);
	if (lose)
		return len;
	if (*type == VJ_IP) {
		ATF_CHECK_EQ(0, memcmp(p, buf, n));
		return n;
	}
	got = vj_restore(&in, *type == VJ_COMPRESSED, at, len, back, &st_in);
	ATF_REQUIRE_EQ((int)n, got);
	for (size_t i = 0; i < n; i++)
		ATF_REQUIRE_EQ_MSG(p[i], back[i], "octet %zu: %02x, not %02x",
		    i, back[i], p[i]);
	return len;
}

static void
begin(unsigned slots, bool slotcomp)
{
	vj_out_init(&out, slots, slotcomp);
	vj_in_init(&in, slots);
	memset(&st, 0, sizeof(st));
	memset(&st_in, 0, sizeof(st_in));
}

static enum vj_type
step(struct conn *c, size_t data, size_t *wire)
{
	uint8_t p[2048];
	enum vj_type type;
	size_t n = build(c, 0, data, p);

	*wire = pass(p, n, &type, false) - (type == VJ_COMPRESSED ? data : 0);
	c->id++;
	c->seq += (uint32_t)data;
	return type;
}

ATF_TC_WITHOUT_HEAD(sizes_of_the_rfc);
ATF_TC_BODY(sizes_of_the_rfc, tc)
{
	struct conn c = { .id = 7, .win = 8192, .seq = 1000, .ack = 500,
	    .flags = ACK };
	size_t n;

	begin(16, true);
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 100, &n));
	/* data one way: change octet and checksum */
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 100, &n));
	ATF_CHECK_EQ(3, n);
	/* another size: the sequence number went on by 100 all the same */
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 50, &n));
	ATF_CHECK_EQ(3, n);
	c.ack += 200;			/* and an acknowledgement */
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 0, &n));
	ATF_CHECK_EQ(5, n);
	c.ack += 1000;			/* more than an octet holds */
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 0, &n));
	ATF_CHECK_EQ(6, n);
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));	/* data after Ack */
	ATF_CHECK_EQ(3, n);
	c.seq -= 10;			/* again: it goes out whole */
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 10, &n));
	c.win = 100;
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));
	ATF_CHECK_EQ(7, n);		/* window three, sequence one */
	c.id += 5;
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));
	ATF_CHECK_EQ(4, n);
	c.flags |= PSH;
	c.ack += 10;			/* a terminal with its echo */
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));
	ATF_CHECK_EQ(3, n);
	c.flags = ACK | URG;
	c.urp = 5;
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));
	ATF_CHECK_EQ(5, n);
	c.flags = ACK;			/* the pointer stays: whole */
	c.urp = 9;
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 10, &n));
	c.seq += 100000;
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 10, &n));
	c.flags = ACK | ECE;		/* cannot be told */
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 10, &n));
	c.flags = ACK | FIN;
	ATF_CHECK_EQ(VJ_IP, step(&c, 0, &n));
	ATF_CHECK_EQ(9, st.compressed);
	ATF_CHECK_EQ(14, st.packets);
}

/* A random walk of many connections; everything must come out as it was. */
static void
walk(unsigned slots, bool slotcomp, unsigned loss)
{
	static struct conn conn[CONNS];
	uint8_t p[2048];
	enum vj_type type;
	struct rng r;

	begin(slots, slotcomp);
	rng_seed(&r, slots);
	memset(conn, 0, sizeof(conn));
	for (unsigned k = 0; k < CONNS; k++) {
		conn[k].opts = k % 3 == 0 ? 12 : 0;
		conn[k].ip_opts = k % 5 == 0 ? 4 : 0;
		conn[k].seq = below(&r, UINT32_MAX);
	}
	for (int i = 0; i < 20000; i++) {
		unsigned k = below(&r, i % 8 ? 3 : CONNS);
		struct conn *c = &conn[k];
		size_t data = below(&r, 3) ? 0 : below(&r, 1400);

		c->id = (uint16_t)(c->id + 1 + (below(&r, 5) == 0));
		c->flags = ACK | (below(&r, 3) ? 0 : PSH);
		if (below(&r, 100) == 0)
			c->flags |= URG;
		c->urp = c->flags & URG ? (uint16_t)below(&r, 9) : 0;
		if (below(&r, 4) == 0)
			c->win = (uint16_t)below(&r, 65536);
		if (below(&r, 2) == 0)
			c->ack += below(&r, 3000);
		if (below(&r, 200) == 0)
			c->flags |= SYN;
		c->stamp += k % 2;
		size_t n = build(c, k, data, p);

		/* what is lost must not be built upon: a fresh start */
		if (loss != 0 && below(&r, loss) == 0) {
			pass(p, n, &type, true);
			vj_out_init(&out, slots, slotcomp);
			vj_lost(&in);
		} else {
			pass(p, n, &type, false);
		}
		if (below(&r, 30) != 0)	/* else: repeated */
			c->seq += (uint32_t)data;
	}
	ATF_CHECK(st_in.in_compressed > 2000);
	ATF_CHECK_EQ(0, st_in.in_errors);
}

ATF_TC_WITHOUT_HEAD(many_connections);
ATF_TC_BODY(many_connections, tc)
{
	walk(16, true, 0);
	walk(16, false, 0);
	walk(4, true, 0);
	walk(1, true, 0);
	walk(16, true, 40);
}

/* After a loss nothing without a slot is believed. */
ATF_TC_WITHOUT_HEAD(toss);
ATF_TC_BODY(toss, tc)
{
	struct conn c = { .win = 1, .flags = ACK };
	uint8_t p[256], back[VJ_ROOM], buf[256], *at = buf;
	size_t n, len;

	begin(16, true);
	ATF_CHECK_EQ(VJ_UNCOMPRESSED, step(&c, 10, &n));
	ATF_CHECK_EQ(VJ_COMPRESSED, step(&c, 10, &n));
	vj_lost(&in);
	len = build(&c, 0, 10, p);
	memcpy(buf, p, len);
	ATF_REQUIRE_EQ(VJ_COMPRESSED, vj_compress(&out, &at, &len, &st));
	ATF_CHECK_EQ(-E_FORMAT, vj_restore(&in, true, at, len, back,
	    &st_in));
	ATF_CHECK_EQ(1, st_in.in_tossed);
	ATF_CHECK_EQ(0, st_in.in_errors);
}

/* Nothing but well-formed TCP is touched. */
ATF_TC_WITHOUT_HEAD(others_pass);
ATF_TC_BODY(others_pass, tc)
{
	struct conn c = { .win = 1, .flags = ACK };
	uint8_t p[256], was[256], *at = p;
	size_t n;
	static const struct { int at, to; } odd[] = {
		{ 9, 17 }, { 7, 1 }, { 6, 0x20 }, { 0, 0x44 }, { 0, 0x65 },
		{ 0, 0x4f }, { 32, 0x40 }, { 32, 0xf0 }, { 33, 0 },
		{ 33, ACK | RST }, { 3, 41 },
	};

	begin(16, true);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		n = build(&c, 0, 0, p);
		p[odd[i].at] = (uint8_t)odd[i].to;
		memcpy(was, p, n);
		at = p;
		ATF_CHECK_EQ(VJ_IP, vj_compress(&out, &at, &n, &st));
		ATF_CHECK_EQ(0, memcmp(was, p, n));
	}
	ATF_CHECK_EQ(0, st.packets);
}

ATF_TC_WITHOUT_HEAD(noise);
ATF_TC_BODY(noise, tc)
{
	uint8_t p[2048], back[VJ_ROOM];
	struct rng r;

	begin(16, true);
	rng_seed(&r, 2);
	for (int i = 0; i < 200000; i++) {
		size_t n = below(&r, i % 9 ? 60 : 2048);

		rng_fill(&r, p, n);
		if (i % 3 == 0 && n > 40) {
			p[0] = 0x45;
			p[9] &= 31;
		}
		int got = vj_restore(&in, i % 3, p, n, back, &st_in);

		ATF_CHECK(got < 0 || (got >= 40 && got <= (int)VJ_ROOM));
	}
	ATF_CHECK(st_in.in_errors > 0);
	ATF_CHECK(st_in.in_compressed > 0);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sizes_of_the_rfc);
	ATF_TP_ADD_TC(tp, many_connections);
	ATF_TP_ADD_TC(tp, toss);
	ATF_TP_ADD_TC(tp, others_pass);
	ATF_TP_ADD_TC(tp, noise);
	return atf_no_error();
}
