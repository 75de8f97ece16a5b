/* Cursor and writer, Ethernet headers, checksums, addresses, the outbox. */
#include <arpa/inet.h>
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "wire/cksum.h"
#include "wire/eth.h"
#include "wire/ip4.h"
#include "wire/outbox.h"

/* ---- cursor and writer ---- */

ATF_TC_WITHOUT_HEAD(cursor);
ATF_TC_BODY(cursor, tc)
{
	static const uint8_t p[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
	struct rd r = rd_of(p, sizeof(p)), sub;
	uint8_t to[3];

	ATF_CHECK_EQ(1, rd_u8(&r));
	ATF_CHECK_EQ(0x0203, rd_u16(&r));
	ATF_CHECK_EQ(0x04050607, rd_u32(&r));
	sub = rd_sub(&r, 2);
	ATF_CHECK_EQ(2, rd_size(&sub));
	ATF_CHECK_EQ(0x0809, rd_u16(&sub));
	rd_copy(&r, to, 2);
	ATF_CHECK(to[0] == 10 && to[1] == 11);
	ATF_CHECK(!r.bad && !sub.bad);
	ATF_CHECK_EQ(0, rd_size(&r));
	rd_sub(&r, 0);
	ATF_CHECK(!r.bad);
	ATF_CHECK_EQ(0, rd_u8(&r));
	ATF_CHECK(r.bad);
}

/* Too short once: bad for good, zeros from then on, never past the end. */
ATF_TC_WITHOUT_HEAD(bad_sticks);
ATF_TC_BODY(bad_sticks, tc)
{
	static const uint8_t p[] = { 0xaa, 0xbb, 0xcc };
	uint8_t to[4] = { 1, 1, 1, 1 };
	struct rd r = rd_of(p, 3), sub;

	ATF_CHECK_EQ(0, rd_u32(&r) & 0xffff);
	ATF_CHECK(r.bad);
	ATF_CHECK_EQ(0, rd_size(&r));
	ATF_CHECK_EQ(0, rd_u8(&r));
	ATF_CHECK_EQ(0, rd_u16(&r));
	rd_copy(&r, to, 4);
	ATF_CHECK(memcmp(to, "\0\0\0\0", 4) == 0);
	ATF_CHECK(r.bad);
	ATF_CHECK(r.p == p + 3);
	r = rd_of(p, 3);
	sub = rd_sub(&r, 4);
	ATF_CHECK(sub.bad && r.bad);
	ATF_CHECK_EQ(0, rd_size(&sub));
	r = rd_of(p, 3);
	sub = rd_sub(&r, SIZE_MAX);
	ATF_CHECK(sub.bad && r.bad);
	r = rd_of(p, 1);
	ATF_CHECK_EQ(0, rd_u16(&r));
	ATF_CHECK(r.bad);
	r = rd_of(p, 0);
	ATF_CHECK(!r.bad);
	rd_u8(&r);
	ATF_CHECK(r.bad);
}

ATF_TC_WITHOUT_HEAD(writer);
ATF_TC_BODY(writer, tc)
{
	uint8_t b[10];
	struct wr w = wr_of(b, 8);

	memset(b, 0xee, sizeof(b));
	wr_u8(&w, 1);
	wr_u16(&w, 0x0203);
	wr_u32(&w, 0x04050607);
	ATF_CHECK_EQ(7, wr_size(&w));
	wr_patch16(&w, 5, 0x1122);
	ATF_CHECK(!w.bad);
	wr_u16(&w, 0x9999);		/* one octet is left */
	ATF_CHECK(w.bad);
	ATF_CHECK_EQ(7, wr_size(&w));
	ATF_CHECK(memcmp(b, "\1\2\3\4\5\x11\x22\xee\xee\xee", 10) == 0);
	w = wr_of(b, 8);
	wr_put(&w, "123456789", 9);
	ATF_CHECK(w.bad);
	ATF_CHECK_EQ(0, wr_size(&w));
	w = wr_of(b, 8);
	wr_u16(&w, 0);
	wr_patch16(&w, 1, 7);		/* half of it was not written */
	ATF_CHECK(w.bad);
	w = wr_of(b, 8);
	wr_put(&w, NULL, 0);
	ATF_CHECK(!w.bad);
	w = wr_of(b, 3);
	wr_u32(&w, 5);
	ATF_CHECK(w.bad && wr_size(&w) == 0);
}

/* ---- Ethernet ---- */

static const uint8_t dst[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t src[6] = { 2, 0, 0, 0, 0, 2 };

struct tag_row {
	const char *tags;		/* behind the addresses */
	size_t	 n;
	uint16_t tci, tpid;		/* that the kernel took out */
	int	 err;
	uint16_t outer, inner;
};

static const struct tag_row tag_rows[] = {
	{ "", 0, 0, 0, 0, 0, 0 },
	{ "\x81\0\0\7", 4, 0, 0, 0, 7, 0 },
	{ "\x81\0\xe0\7", 4, 0, 0, 0, 7, 0 },		/* priority bits */
	{ "\x81\0\xe0\0", 4, 0, 0, 0, 0, 0 },		/* priority tag */
	{ "\x88\xa8\0\144\x81\0\0\7", 8, 0, 0, 0, 100, 7 },
	{ "\x91\0\0\144\x81\0\0\7", 8, 0, 0, 0, 100, 7 },
	{ "\x81\0\0\144\x81\0\0\7", 8, 0, 0, 0, 100, 7 },
	{ "\x81\0\0\0\x81\0\0\7", 8, 0, 0, 0, 7, 0 },
	{ "\x88\xa8\0\144\x81\0\0\0", 8, 0, 0, 0, 100, 0 },
	{ "\x88\xa8\0\1\x81\0\0\2\x81\0\0\3", 12, 0, 0, -E_FORMAT, 0, 0 },
	{ "\x81\0\0\0\x81\0\0\0\x81\0\0\0", 12, 0, 0, -E_FORMAT, 0, 0 },
	/* the kernel took the outer one */
	{ "", 0, 7, 0x8100, 0, 7, 0 },
	{ "", 0, 0xe000, 0x8100, 0, 0, 0 },
	{ "", 0, 7, 0, 0, 0, 0 },			/* no tag after all */
	{ "\x81\0\0\7", 4, 100, 0x88a8, 0, 100, 7 },
	{ "\x81\0\0\7", 4, 0x2000, 0x88a8, 0, 7, 0 },
	{ "\x81\0\0\7\x81\0\0\10", 8, 100, 0x88a8, -E_FORMAT, 0, 0 },
};

ATF_TC_WITHOUT_HEAD(tags);
ATF_TC_BODY(tags, tc)
{
	uint8_t b[64];

	for (size_t i = 0; i < sizeof(tag_rows) / sizeof(*tag_rows); i++) {
		const struct tag_row *t = &tag_rows[i];
		struct wr w = wr_of(b, sizeof(b));
		struct eth e;

		wr_put(&w, dst, 6);
		wr_put(&w, src, 6);
		wr_put(&w, t->tags, t->n);
		wr_u16(&w, 0x8864);
		wr_put(&w, "payload", 7);
		struct rd r = rd_of(b, wr_size(&w));
		int err = eth_read(&r, t->tci, t->tpid, &e);

		ATF_CHECK_EQ_MSG(t->err, err, "row %zu", i);
		if (err < 0)
			continue;
		ATF_CHECK_EQ_MSG(t->outer, e.vid[0], "row %zu", i);
		ATF_CHECK_EQ_MSG(t->inner, e.vid[1], "row %zu", i);
		ATF_CHECK_EQ(0x8864, e.type);
		ATF_CHECK(memcmp(e.dst, dst, 6) == 0);
		ATF_CHECK(memcmp(e.src, src, 6) == 0);
		ATF_CHECK(rd_size(&r) == 7 && memcmp(r.p, "payload", 7) == 0);
		for (size_t n = 0; n < 14 + t->n; n++) {
			r = rd_of(b, n);
			ATF_CHECK_EQ(-E_SHORT, eth_read(&r, 0, 0, &e));
		}
	}
}

ATF_TC_WITHOUT_HEAD(written_and_read);
ATF_TC_BODY(written_and_read, tc)
{
	static const struct vlans v[] = { { 0, 0 }, { 7, 0 }, { 100, 7 },
	    { 4094, 4094 } };
	uint8_t b[ETH_HDR_MAX];
	struct eth e;

	for (size_t i = 0; i < 4; i++) {
		struct wr w = wr_of(b, sizeof(b));

		eth_write(&w, dst, src, v[i], 0x8863);
		ATF_CHECK(!w.bad);
		ATF_CHECK_EQ(eth_hdr_size(v[i]), wr_size(&w));
		struct rd r = rd_of(b, wr_size(&w));

		ATF_CHECK_EQ(0, eth_read(&r, 0, 0, &e));
		ATF_CHECK_EQ(v[i].outer, e.vid[0]);
		ATF_CHECK_EQ(v[i].inner, e.vid[1]);
		ATF_CHECK_EQ(0x8863, e.type);
	}
	ATF_CHECK(memcmp(b + 12, "\x88\xa8\x0f\xfe\x81\0\x0f\xfe", 8) == 0);
}

ATF_TC_WITHOUT_HEAD(macs);
ATF_TC_BODY(macs, tc)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t none[6], group[6] = { 1, 0, 0x5e };
	char text[MAC_TEXT];

	ATF_CHECK(mac_is_broadcast(all) && !mac_is_unicast(all));
	ATF_CHECK(!mac_is_broadcast(group) && !mac_is_unicast(group));
	ATF_CHECK(!mac_is_unicast(none));
	ATF_CHECK(mac_is_unicast(src));
	ATF_CHECK_STREQ("02:00:5e:00:53:ff",
	    mac_text((const uint8_t *)"\2\0\x5e\0\x53\xff", text));
}

/* Each member of the key counts; the seed does, too. */
ATF_TC_WITHOUT_HEAD(session_keys);
ATF_TC_BODY(session_keys, tc)
{
	struct sess_key k = { .mac = { 2, 0, 0, 0, 0, 1 }, .sid = 5 };
	struct sess_key other[6];
	uint64_t h = sess_key_hash(&k, 1);
	static uint32_t hits[64];

	for (int i = 0; i < 6; i++)
		other[i] = k;
	other[0].mac[5] ^= 1;
	other[1].mac[0] ^= 4;
	other[2].sid = 6;
	other[3].port = 1;
	other[4].vlan.outer = 1;
	other[5].vlan.inner = 1;
	ATF_CHECK_EQ(h, sess_key_hash(&k, 1));
	ATF_CHECK(h != sess_key_hash(&k, 2));
	for (int i = 0; i < 6; i++)
		ATF_CHECK(h != sess_key_hash(&other[i], 1));
	for (unsigned i = 0; i < 65536; i++) {	/* the half tables use */
		k.sid = (uint16_t)i;
		hits[sess_key_hash(&k, 1) >> 32 & 63]++;
	}
	for (int i = 0; i < 64; i++)
		ATF_CHECK(hits[i] > 850 && hits[i] < 1200);
}

/* ---- checksums ---- */

static uint16_t
reference(const uint8_t *p, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += i % 2 == 0 ? (uint64_t)p[i] << 8 : p[i];
	sum %= 0xffff;
	return (uint16_t)~(sum == 0 ? 0xffff : sum);
}

/* 0 and 0xffff are the same number; all zeros sum to 0. */
static bool
same(uint16_t a, uint16_t b)
{
	return a == b || (a % 0xffff == 0 && b % 0xffff == 0);
}

ATF_TC_WITHOUT_HEAD(sums);
ATF_TC_BODY(sums, tc)
{
	static const uint8_t zero[20];
	uint8_t p[1500];
	struct rng r;

	rng_seed(&r, 9);
	for (int i = 0; i < 5000; i++) {
		size_t n = rng_u32(&r) % sizeof(p), cut;

		rng_fill(&r, p, n);
		ATF_CHECK(same(reference(p, n), cksum(p, n, 0)));
		cut = n / 4 * 2;	/* in two parts */
		ATF_CHECK(same(cksum(p, n, 0), cksum(p + cut, n - cut,
		    (uint16_t)~cksum(p, cut, 0))));
	}
	ATF_CHECK_EQ(0xffff, cksum(zero, sizeof(zero), 0));
	ATF_CHECK_EQ(0xffff, cksum(NULL, 0, 0));
	ATF_CHECK_EQ(0xb861, cksum("\x45\0\0\x73\0\0\x40\0\x40\x11\0\0"
	    "\xc0\xa8\0\1\xc0\xa8\0\xc7", 20, 0));	/* a known header */
}

/* One sum of a buffer that is all ones, random, or starts anywhere. */
static void
same_long(const uint8_t *p, size_t n)
{
	uint16_t want = htons(cksum(p, n, 0));	/* the machine's order */
	uint16_t got = sum_fold(sum_add(0, p, n));
	uint8_t copy[4096];
	size_t cut = n / 3 & ~(size_t)1;

	ATF_CHECK_MSG(same(want, (uint16_t)~got), "%zu octets", n);
	got = sum_fold(sum_add(sum_add(0, p, cut), p + cut, n - cut));
	ATF_CHECK_MSG(same(want, (uint16_t)~got), "%zu in two", n);
	got = sum_fold(sum_copy(0, copy, p, n));
	ATF_CHECK_MSG(same(want, (uint16_t)~got), "%zu copied", n);
	ATF_CHECK(memcmp(copy, p, n) == 0);
}

ATF_TC_WITHOUT_HEAD(long_sums);
ATF_TC_BODY(long_sums, tc)
{
	static uint8_t b[4096], ones[4096];
	struct rng r;

	rng_seed(&r, 5);
	rng_fill(&r, b, sizeof(b));
	memset(ones, 0xff, sizeof(ones));
	for (size_t n = 0; n < 300; n++) {
		same_long(b + n % 17, n);
		same_long(ones + n % 3, n);
	}
	same_long(b, sizeof(b));
	same_long(ones, sizeof(ones));
}

ATF_TC_WITHOUT_HEAD(fixed_sums);
ATF_TC_BODY(fixed_sums, tc)
{
	uint8_t p[64];
	struct rng r;

	rng_seed(&r, 10);
	for (int i = 0; i < 200000; i++) {
		size_t at = rng_u32(&r) % 32 * 2;
		uint16_t old, to, from;

		rng_fill(&r, p, sizeof(p));
		if (i % 3 == 0)
			memset(p, i % 2 ? 0xff : 0, sizeof(p));
		old = cksum(p, sizeof(p), 0);
		from = (uint16_t)(p[at] << 8 | p[at + 1]);
		to = i % 5 == 0 ? 0 : i % 7 == 0 ? 0xffff :
		    (uint16_t)rng_u32(&r);
		p[at] = (uint8_t)(to >> 8);
		p[at + 1] = (uint8_t)to;
		ATF_REQUIRE(same(cksum(p, sizeof(p), 0),
		    cksum_fix(old, from, to)));
	}
	ATF_CHECK_EQ(0x0000, cksum_fix(0xdd2f, 0x5555, 0x3285));
	/* RFC 1624 section 4: equation 2 would say 0xffff */
}

/* ---- the rest ---- */

ATF_TC_WITHOUT_HEAD(addresses);
ATF_TC_BODY(addresses, tc)
{
	char t[IP4_TEXT];

	ATF_CHECK_STREQ("0.0.0.0", ip4_text(0, t));
	ATF_CHECK_STREQ("255.255.255.255", ip4_text(0xffffffff, t));
	ATF_CHECK_STREQ("10.0.200.3", ip4_text(0x0a00c803, t));
}

static struct outbox ob;

ATF_TC_WITHOUT_HEAD(outbox_items);
ATF_TC_BODY(outbox_items, tc)
{
	struct wr w;

	outbox_reset(&ob);
	w = outbox_begin(&ob, 4);
	wr_u32(&w, 0x01020304);
	ATF_CHECK(outbox_ppp(&ob, &w, 0xc021));
	w = outbox_begin(&ob, 100);
	wr_u8(&w, 9);
	ATF_CHECK(outbox_disc(&ob, &w, dst));
	ATF_CHECK(outbox_event(&ob, 3, 77, NULL));
	w = outbox_begin(&ob, 100);	/* begun, not ended: nothing added */
	wr_u32(&w, 0xffffffff);
	w = outbox_begin(&ob, 100);
	wr_u16(&w, 0x0506);
	ATF_CHECK(outbox_event(&ob, 4, 0, &w));
	ATF_CHECK_EQ(4, ob.n);
	ATF_CHECK_EQ(OUT_PPP, ob.item[0].kind);
	ATF_CHECK_EQ(0xc021, ob.item[0].proto);
	ATF_CHECK(ob.item[0].len == 4 &&
	    memcmp(outbox_data(&ob, &ob.item[0]), "\1\2\3\4", 4) == 0);
	ATF_CHECK_EQ(OUT_DISC, ob.item[1].kind);
	ATF_CHECK(memcmp(ob.item[1].dst, dst, 6) == 0);
	ATF_CHECK_EQ(9, *outbox_data(&ob, &ob.item[1]));
	ATF_CHECK_EQ(77, ob.item[2].arg);
	ATF_CHECK_EQ(0, ob.item[2].len);
	ATF_CHECK(memcmp(outbox_data(&ob, &ob.item[3]), "\5\6", 2) == 0);
	ATF_CHECK(!ob.full);
	outbox_reset(&ob);
	ATF_CHECK_EQ(0, ob.n);
}

ATF_TC_WITHOUT_HEAD(outbox_bounds);
ATF_TC_BODY(outbox_bounds, tc)
{
	static uint8_t large[OUTBOX_BYTES + 1];
	struct wr w;

	outbox_reset(&ob);
	for (int i = 0; i < OUTBOX_ITEMS; i++)
		ATF_CHECK(outbox_event(&ob, 1, 0, NULL));
	ATF_CHECK(!ob.full);
	ATF_CHECK(!outbox_event(&ob, 1, 0, NULL));
	ATF_CHECK(ob.full);
	ATF_CHECK_EQ(OUTBOX_ITEMS, ob.n);
	outbox_reset(&ob);
	ATF_CHECK(!ob.full);
	w = outbox_begin(&ob, 3);
	wr_u32(&w, 1);			/* more than was asked for */
	ATF_CHECK(!outbox_ppp(&ob, &w, 1));
	ATF_CHECK(ob.full && ob.n == 0 && ob.used == 0);
	outbox_reset(&ob);
	w = outbox_begin(&ob, SIZE_MAX);
	wr_put(&w, large, OUTBOX_BYTES);
	ATF_CHECK(outbox_ppp(&ob, &w, 1));
	w = outbox_begin(&ob, 1);
	wr_u8(&w, 1);
	ATF_CHECK(!outbox_ppp(&ob, &w, 1));
	ATF_CHECK_EQ(1, ob.n);
	w = outbox_begin(&ob, 1);	/* an empty one still fits */
	ATF_CHECK(outbox_event(&ob, 1, 0, &w));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, cursor);
	ATF_TP_ADD_TC(tp, bad_sticks);
	ATF_TP_ADD_TC(tp, writer);
	ATF_TP_ADD_TC(tp, tags);
	ATF_TP_ADD_TC(tp, written_and_read);
	ATF_TP_ADD_TC(tp, macs);
	ATF_TP_ADD_TC(tp, session_keys);
	ATF_TP_ADD_TC(tp, sums);
	ATF_TP_ADD_TC(tp, long_sums);
	ATF_TP_ADD_TC(tp, fixed_sums);
	ATF_TP_ADD_TC(tp, addresses);
	ATF_TP_ADD_TC(tp, outbox_items);
	ATF_TP_ADD_TC(tp, outbox_bounds);
	return atf_no_error();
}
