/* Deflate, Predictor-1 and MPPE: both ends, losses, hostile packets. */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/rng.h"
#include "comp/comp.h"

static const uint8_t key[MPPE_KEY] = "sixteen octets..";

struct kind {
	const char *name;
	struct comp *out, *in;
};

static uint32_t
below(struct rng *r, uint32_t n)
{
	return rng_u32(r) % n;
}

#define KINDS	10

static struct kind
make(int i)
{
	switch (i) {
	case 0:	return (struct kind){ "deflate 15", comp_deflate_out(15),
		    comp_deflate_in(15) };
	case 1:	return (struct kind){ "deflate 9", comp_deflate_out(9),
		    comp_deflate_in(9) };
	case 2:	return (struct kind){ "deflate 12", comp_deflate_out(12),
		    comp_deflate_in(15) };
	case 3:	return (struct kind){ "pred1", comp_pred1_out(),
		    comp_pred1_in() };
	}
	unsigned bits = i % 3 == 0 ? 40 : i % 3 == 1 ? 56 : 128;

	return (struct kind){ i < 7 ? "mppe stateless" : "mppe stateful",
	    comp_mppe_out(key, bits, i < 7), comp_mppe_in(key, bits, i < 7) };
}

static void
unmake(struct kind *k)
{
	comp_free(k->out);
	comp_free(k->in);
}

/* Packets of every sort: text, zeros, noise, what repeats. */
static size_t
packet(struct rng *r, unsigned i, uint8_t *p)
{
	static const char text[] = "The quick brown fox jumps over the dog. ";
	size_t n = 1 + below(r, i % 10 == 0 ? 2048 : 700);

	if (i % 4 == 1)
		rng_fill(r, p, n);
	else
		for (size_t k = 0; k < n; k++)
			p[k] = i % 4 == 2 ? 0 : (uint8_t)text[(k + i) %
			    (sizeof(text) - 1)];
	return n;
}

/* One packet through both ends; what comp_in() said. */
static int
pass(struct kind *k, uint16_t proto, const uint8_t *p, size_t n)
{
	uint8_t packed[COMP_ROOM], plain[COMP_ROOM];
	size_t len = comp_out(k->out, proto, p, n, packed), at = 0;
	int got;

	ATF_REQUIRE(len <= COMP_ROOM);
	if (len == 0) {
		ATF_REQUIRE(comp_plain(k->in, proto, p, n));
		return 0;
	}
	got = comp_in(k->in, packed, len, plain);
	if (got < 0)
		return got;
	ATF_REQUIRE(got > 0);
	at = plain[0] & 1 ? 1 : 2;
	ATF_CHECK_EQ(proto, at == 1 ? plain[0] : plain[0] << 8 | plain[1]);
	ATF_REQUIRE_EQ_MSG((size_t)got, n + at, "%s: %d, not %zu", k->name,
	    got, n + at);
	ATF_CHECK_EQ(0, memcmp(plain + at, p, n));
	return got;
}

ATF_TC_WITHOUT_HEAD(everything_comes_out);
ATF_TC_BODY(everything_comes_out, tc)
{
	uint8_t p[2048];
	struct rng r;

	for (int i = 0; i < KINDS; i++) {
		struct kind k = make(i);

		ATF_REQUIRE_MSG(k.out != NULL && k.in != NULL, "%d", i);
		rng_seed(&r, 7);
		for (unsigned n = 0; n < 1000; n++) {
			size_t len = packet(&r, n, p);

			ATF_REQUIRE(pass(&k, n % 3 ? 0x0021 : 0x0057, p,
			    len) >= 0);
		}
		unmake(&k);
	}
}

ATF_TC_WITHOUT_HEAD(it_gets_smaller);
ATF_TC_BODY(it_gets_smaller, tc)
{
	uint8_t p[1400], out[COMP_ROOM];
	struct rng r;

	for (int i = 0; i < 4; i++) {
		struct kind k = make(i);

		memset(p, 'a', sizeof(p));
		comp_out(k.out, 0x21, p, sizeof(p), out);
		ATF_CHECK(comp_out(k.out, 0x21, p, sizeof(p), out) < 200);
		rng_seed(&r, 1);
		rng_fill(&r, p, sizeof(p));
		size_t n = comp_out(k.out, 0x21, p, sizeof(p), out);

		ATF_CHECK_EQ(i == 3 ? sizeof(p) + 6 : 0, n);
		unmake(&k);
	}
}

/* What a table never guesses gets larger than a packet, and has its room. */
ATF_TC_WITHOUT_HEAD(room);
ATF_TC_BODY(room, tc)
{
	uint8_t p[COMP_PLAIN - 2], out[COMP_ROOM + 16];
	struct rng r;

	for (int i = 0; i < KINDS; i++) {
		struct kind k = make(i);

		rng_seed(&r, 1);
		rng_fill(&r, p, sizeof(p));
		for (size_t at = 0; at < sizeof(p); at++)
			p[at] |= 1;	/* zeros are what it guesses first */
		memset(out, 0x55, sizeof(out));
		comp_out(k.out, 0x57, p, sizeof(p), out);
		for (size_t at = COMP_ROOM; at < sizeof(out); at++)
			ATF_CHECK_EQ(0x55, out[at]);
		unmake(&k);
	}
}

/* After a loss nothing wrong comes out, and a reset makes it work again. */
ATF_TC_WITHOUT_HEAD(loss_and_reset);
ATF_TC_BODY(loss_and_reset, tc)
{
	uint8_t p[2048], waste[COMP_ROOM];
	struct rng r;

	for (int i = 0; i < KINDS; i++) {
		struct kind k = make(i);
		bool stateless = strcmp(k.name, "mppe stateless") == 0;
		int lost = 0, good = 0;

		rng_seed(&r, 3);
		for (unsigned n = 0; n < 2000; n++) {
			/* text: Deflate packs it always, so it notices */
			size_t len = packet(&r, 4 * n, p);

			if (below(&r, 50) == 0) {
				comp_out(k.out, 0x21, p, len, waste);
				continue;
			}
			int got = pass(&k, 0x21, p, len);

			good += got > 0;
			if (got >= 0)
				continue;
			ATF_REQUIRE_EQ_MSG(-E_STALE, got, "%s", k.name);
			lost++;
			if (below(&r, 4) == 0) {
				comp_reset(k.out);
				comp_reset(k.in);
			}
		}
		ATF_CHECK_MSG(good > 500, "%s: %d", k.name, good);
		ATF_CHECK_MSG(stateless ? lost == 0 : lost > 10, "%s: %d",
		    k.name, lost);
		unmake(&k);
	}
}

/* Damage is noticed by Predictor-1's FCS and does not pass. */
ATF_TC_WITHOUT_HEAD(damage);
ATF_TC_BODY(damage, tc)
{
	uint8_t p[2048], packed[COMP_ROOM], plain[COMP_ROOM];
	struct rng r;
	int bad = 0;

	rng_seed(&r, 5);
	for (unsigned n = 0; n < 500; n++) {
		struct kind k = make(3);
		size_t len = packet(&r, n, p);
		size_t m = comp_out(k.out, 0x21, p, len, packed);

		packed[below(&r, (uint32_t)m)] ^=
		    (uint8_t)(1u << below(&r, 8));
		int got = comp_in(k.in, packed, m, plain);

		/* unless it hit a flag that stands for nothing */
		ATF_CHECK(got == -E_STALE || (got == (int)len + 2 &&
		    memcmp(plain + 2, p, len) == 0));
		bad += got == -E_STALE;
		unmake(&k);
	}
	ATF_CHECK(bad > 450);
}

/* A little that would become a lot: it stops at one packet. */
ATF_TC_WITHOUT_HEAD(bomb);
ATF_TC_BODY(bomb, tc)
{
	static uint8_t zeros[1 << 20];
	uint8_t packed[4096] = { 0, 0 }, plain[COMP_ROOM + 16];
	struct comp *in = comp_deflate_in(15);
	z_stream z = { .next_in = zeros, .avail_in = sizeof(zeros),
	    .next_out = packed + 2, .avail_out = sizeof(packed) - 2 };

	ATF_REQUIRE_EQ(Z_OK, deflateInit2(&z, 9, Z_DEFLATED, -15, 8, 0));
	ATF_REQUIRE_EQ(Z_OK, deflate(&z, Z_SYNC_FLUSH));
	size_t n = sizeof(packed) - z.avail_out;

	memset(plain, 0x55, sizeof(plain));
	ATF_CHECK_EQ(-E_STALE, comp_in(in, packed, n, plain));
	for (size_t i = COMP_ROOM; i < sizeof(plain); i++)
		ATF_CHECK_EQ(0x55, plain[i]);
	deflateEnd(&z);
	comp_free(in);
}

/* The stream must never end: a last block is no packet of ours. */
ATF_TC_WITHOUT_HEAD(last_block);
ATF_TC_BODY(last_block, tc)
{
	static const uint8_t p[] = { 0, 0, 0x03, 0x00 };
	uint8_t plain[COMP_ROOM];
	struct comp *in = comp_deflate_in(15);

	ATF_CHECK_EQ(-E_STALE, comp_in(in, p, sizeof(p), plain));
	comp_reset(in);
	ATF_CHECK_EQ(-E_STALE, comp_in(in, p, 1, plain));
	comp_reset(in);
	ATF_CHECK_EQ(-E_STALE, comp_in(in, p, 2, plain));
	comp_free(in);
}

ATF_TC_WITHOUT_HEAD(noise);
ATF_TC_BODY(noise, tc)
{
	uint8_t p[2048], plain[COMP_ROOM];
	struct rng r;

	rng_seed(&r, 11);
	for (int i = 0; i < KINDS; i++) {
		struct kind k = make(i);

		for (unsigned n = 0; n < 3000; n++) {
			size_t len = below(&r, n % 7 ? 40 : 2048);

			rng_fill(&r, p, len);
			int got = comp_in(k.in, p, len, plain);

			ATF_CHECK(got < 0 || (got > 0 &&
			    got <= (int)COMP_PLAIN));
			comp_plain(k.in, 0x21, p, len);
			if (n % 3 == 0)
				comp_reset(k.in);
		}
		unmake(&k);
	}
}

/*
 * Predictor-1 by hand: equal octets after the Protocol field. The first
 * guesses are zeros; the hash after four equal octets stays the same, so
 * that from the fifth on the guess is right.
 */
ATF_TC_WITHOUT_HEAD(pred1_by_hand);
ATF_TC_BODY(pred1_by_hand, tc)
{
	static const uint8_t p[] = "AAAAAAAAAAAAAA";
	/* 0x00 0x21: the zero is guessed */
	static const uint8_t want[] = { 0x80, 0x10, 0xc1, 0x21, 'A', 'A',
	    'A', 'A', 0xff };
	struct kind k = make(3);
	uint8_t out[COMP_ROOM];
	size_t n = comp_out(k.out, 0x21, p, 14, out);

	ATF_REQUIRE_EQ(sizeof(want) + 2, n);
	for (size_t i = 0; i < sizeof(want); i++)
		ATF_CHECK_EQ_MSG(want[i], out[i], "%zu: %02x", i, out[i]);
	unmake(&k);
}

/* What must be encrypted may not come plain. */
ATF_TC_WITHOUT_HEAD(mppe_plain);
ATF_TC_BODY(mppe_plain, tc)
{
	struct kind k = make(4);

	ATF_CHECK(!comp_plain(k.in, 0x21, key, sizeof(key)));
	unmake(&k);
	k = make(0);
	ATF_CHECK(comp_plain(k.in, 0x21, key, sizeof(key)));
	unmake(&k);
}

/* An old packet again, and a jump that costs much work. */
ATF_TC_WITHOUT_HEAD(mppe_counts);
ATF_TC_BODY(mppe_counts, tc)
{
	static uint8_t old[3000][64];
	uint8_t plain[COMP_ROOM], buf[COMP_ROOM];
	struct kind k = make(5);
	int got = 0;

	for (int i = 0; i < 3000; i++) {
		size_t n = comp_out(k.out, 0x21, key, sizeof(key), buf);

		ATF_REQUIRE_EQ(sizeof(key) + 4, n);
		memcpy(old[i], buf, n);
	}
	ATF_CHECK_EQ(18, comp_in(k.in, old[0], 20, plain));
	ATF_CHECK_EQ(-E_FORMAT, comp_in(k.in, old[0], 20, plain));
	ATF_CHECK_EQ(18, comp_in(k.in, old[2], 20, plain));
	ATF_CHECK_EQ(-E_FORMAT, comp_in(k.in, old[1], 20, plain));
	ATF_CHECK_EQ(18, comp_in(k.in, old[1500], 20, plain));
	ATF_CHECK_EQ(0, memcmp(plain + 2, key, sizeof(key)));
	for (int i = 1600; i < 3000; i += 100)
		got += comp_in(k.in, old[i], 20, plain) == 18;
	ATF_CHECK(got > 5);
	unmake(&k);
}

/* Keys that changed in what was lost are made up for. */
ATF_TC_WITHOUT_HEAD(mppe_stateful_gap);
ATF_TC_BODY(mppe_stateful_gap, tc)
{
	uint8_t buf[COMP_ROOM], plain[COMP_ROOM];

	for (int gap = 1; gap < 1200; gap += 41) {
		struct kind k = make(8);

		for (int i = 0; i < 100 + gap; i++) {
			size_t n = comp_out(k.out, 0x21, key, 16, buf);

			if (i < 100)
				ATF_REQUIRE_EQ(18, comp_in(k.in, buf, n,
				    plain));
		}
		ATF_REQUIRE_EQ(20, comp_out(k.out, 0x21, key, 16, buf));
		if (!(buf[0] & 0x80))
			ATF_CHECK_EQ(-E_STALE, comp_in(k.in, buf, 20, plain));
		comp_reset(k.out);
		comp_reset(k.in);
		for (int i = 0; i < 600; i++)
			ATF_REQUIRE_EQ(18, pass(&k, 0x21, key, 16));
		unmake(&k);
	}
}

/* A packet of IPv4 by hand, as a peer sends it; what comp_in() said. */
static int
from_peer(struct comp *in, struct mppe_cipher *c, unsigned count, bool flush)
{
	uint8_t buf[2 + 24] = { (uint8_t)((flush ? 0x90 : 0x10) |
	    count >> 8), (uint8_t)count, 0x00, 0x21, 0x45, 0, 0, 22 };
	uint8_t plain[COMP_ROOM];
	int got;

	mppe_run(c, buf + 2, sizeof(buf) - 2);
	got = comp_in(in, buf, sizeof(buf), plain);
	return got != 24 ? got : memcmp(plain, "\0\x21\x45", 4) == 0;
}

/* A peer begins anew: under its key, or under the next one. */
ATF_TC_WITHOUT_HEAD(mppe_two_manners);
ATF_TC_BODY(mppe_two_manners, tc)
{
	for (int next = 0; next < 2; next++) {
		struct comp *in = comp_mppe_in(key, 128, false);
		struct mppe_cipher c;

		ATF_REQUIRE_EQ(0, mppe_start(&c, key, 128));
		ATF_REQUIRE_EQ(1, from_peer(in, &c, 0, false));
		for (unsigned at = 3; at < 200; at += 20) {
			ATF_CHECK_EQ(-E_STALE, from_peer(in, &c, at, false));
			(next ? mppe_next : mppe_again)(&c);
			ATF_CHECK_EQ(1, from_peer(in, &c, at + 1, true));
			ATF_CHECK_EQ(1, from_peer(in, &c, at + 2, false));
		}
		/* five answers to Reset-Requests that are lost themselves */
		for (int i = 0; i < 5; i++)
			(next ? mppe_next : mppe_again)(&c);
		ATF_CHECK_EQ(-E_STALE, from_peer(in, &c, 206, false));
		(next ? mppe_next : mppe_again)(&c);
		ATF_CHECK_EQ(1, from_peer(in, &c, 207, true));
		for (unsigned at = 208; at < 255; at++)
			ATF_REQUIRE_EQ(1, from_peer(in, &c, at, false));
		mppe_next(&c);
		ATF_CHECK_EQ(1, from_peer(in, &c, 255, true));
		mppe_stop(&c);
		comp_free(in);
	}
}

/* We: where the key changes anyway, so that both manners are one. */
ATF_TC_WITHOUT_HEAD(mppe_our_reset);
ATF_TC_BODY(mppe_our_reset, tc)
{
	struct kind k = make(8);
	uint8_t buf[COMP_ROOM];

	ATF_CHECK_EQ(18, pass(&k, 0x21, key, 16));
	comp_reset(k.out);
	ATF_REQUIRE_EQ(20, comp_out(k.out, 0x21, key, 16, buf));
	ATF_CHECK_EQ(0x90, buf[0]);
	ATF_CHECK_EQ(0xff, buf[1]);
	unmake(&k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, everything_comes_out);
	ATF_TP_ADD_TC(tp, it_gets_smaller);
	ATF_TP_ADD_TC(tp, room);
	ATF_TP_ADD_TC(tp, loss_and_reset);
	ATF_TP_ADD_TC(tp, damage);
	ATF_TP_ADD_TC(tp, bomb);
	ATF_TP_ADD_TC(tp, last_block);
	ATF_TP_ADD_TC(tp, noise);
	ATF_TP_ADD_TC(tp, pred1_by_hand);
	ATF_TP_ADD_TC(tp, mppe_plain);
	ATF_TP_ADD_TC(tp, mppe_counts);
	ATF_TP_ADD_TC(tp, mppe_stateful_gap);
	ATF_TP_ADD_TC(tp, mppe_two_manners);
	ATF_TP_ADD_TC(tp, mppe_our_reset);
	return atf_no_error();
}
