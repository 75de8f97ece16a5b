/*
 * Multilink: two engines back to back over wires that lose, delay and
 * reorder, and what a hostile peer may send. RFC 1990 sections 3 and 4.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "ppp/mp.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static struct mp a, b;			/* a sends, b receives */
static struct mp_window wa, wb;
static int link_a[MP_LINKS], link_b[MP_LINKS];
static tstamp now;

static void
setup(unsigned links, bool twelve, unsigned room)
{
	memset(&wa, 0, sizeof(wa));
	memset(&wb, 0, sizeof(wb));
	mp_init(&a, &wa);
	mp_init(&b, &wb);
	a.short_in = a.short_out = b.short_in = b.short_out = twelve;
	a.mrru = a.peer_mrru = b.mrru = b.peer_mrru = 1500;
	for (unsigned i = 0; i < links; i++) {
		link_a[i] = mp_join(&a, room, 0);
		link_b[i] = mp_join(&b, room, 0);
		ATF_REQUIRE(link_a[i] == (int)i && link_b[i] == (int)i);
	}
	now = SEC(1);
}

/* ---- wires: each keeps its order; frames leave in any interleaving ---- */

#define FRAMES	4096
struct frame { uint8_t data[MP_FRAG + MP_HDR]; size_t n; };
static struct wire { struct frame *f; int head, tail; } wire[MP_LINKS];

static void
put(int link, const uint8_t *hdr, size_t hl, const uint8_t *p, size_t n)
{
	struct wire *w = &wire[link];

	if (w->f == NULL)
		w->f = malloc(FRAMES * sizeof(*w->f));
	ATF_REQUIRE(w->f != NULL && w->tail < FRAMES);
	memcpy(w->f[w->tail].data, hdr, hl);
	memcpy(w->f[w->tail].data + hl, p, n);
	w->f[w->tail++].n = hl + n;
}

static void
send_packet(const uint8_t *p, size_t len)
{
	struct mp_cut c;
	uint8_t hdr[MP_HDR];
	size_t hl, n;
	int link;

	ATF_REQUIRE(mp_cut(&a, &c, len));
	while (mp_piece(&a, &c, &link, hdr, &hl, &n)) {
		put(link, hdr, hl, p, n);
		p += n;
	}
}

static bool
empty(int link)
{
	return wire[link].head == wire[link].tail;
}

static uint8_t got[FRAMES][MP_PACKET];
static size_t got_n[FRAMES];
static int gots;

static void
deliver(struct rd p)
{
	ATF_REQUIRE(gots < FRAMES);
	got_n[gots] = rd_size(&p);
	rd_copy(&p, got[gots++], rd_size(&p));
}

static void
drain(void)
{
	struct rd p;

	while (mp_next(&b, now, &p))
		deliver(p);
}

static int
arrive(const uint8_t *f, size_t n, int link)
{
	struct rd whole;
	uint8_t *copy = malloc(n + !n);	/* exactly: sanitizers look */
	int err;

	memcpy(copy, f, n);
	err = mp_input(&b, link_b[link], rd_of(copy, n), &whole);
	if (err == 1)
		deliver(whole);
	drain();
	free(copy);
	return err;
}

static void
step(int link)
{
	struct wire *w = &wire[link];

	arrive(w->f[w->head].data, w->f[w->head].n, link);
	w->head++;
}

/* Packet @i: its number, then octets that follow from it. */
static size_t
make(uint8_t *p, unsigned i, size_t len)
{
	p[0] = (uint8_t)(i >> 8);
	p[1] = (uint8_t)i;
	for (size_t k = 2; k < len; k++)
		p[k] = (uint8_t)(i * 31 + k);
	return len;
}

static bool
right(int i)
{
	uint8_t p[MP_PACKET];
	unsigned no = (unsigned)(got[i][0] << 8 | got[i][1]);

	make(p, no, got_n[i]);
	return memcmp(p, got[i], got_n[i]) == 0;
}

static unsigned
number(int i)
{
	return (unsigned)(got[i][0] << 8 | got[i][1]);
}

static void
reset_wires(void)
{
	for (int i = 0; i < MP_LINKS; i++)
		wire[i].head = wire[i].tail = 0;
	gots = 0;
}

/* ---- the header ---- */

TEST(headers)
{
	struct mp_cut c;
	uint8_t hdr[MP_HDR];
	size_t hl, n;
	int link;

	setup(1, false, 100);
	a.out_seq = 0x123456;
	ATF_REQUIRE(mp_cut(&a, &c, 150));	/* 96 octets fit a frame */
	ATF_REQUIRE(mp_piece(&a, &c, &link, hdr, &hl, &n));
	ATF_CHECK_EQ(75, n);
	ATF_CHECK_EQ(4, hl);
	ATF_CHECK_EQ(0, memcmp(hdr, "\x80\x12\x34\x56", 4));
	ATF_REQUIRE(mp_piece(&a, &c, &link, hdr, &hl, &n));
	ATF_CHECK_EQ(0, memcmp(hdr, "\x40\x12\x34\x57", 4));
	ATF_CHECK(!mp_piece(&a, &c, &link, hdr, &hl, &n));
	a.short_out = true;
	a.out_seq = 0xfff;
	ATF_REQUIRE(mp_cut(&a, &c, 50));
	ATF_REQUIRE(mp_piece(&a, &c, &link, hdr, &hl, &n));
	ATF_CHECK_EQ(2, hl);
	ATF_CHECK_EQ(0, memcmp(hdr, "\xcf\xff", 2));
	ATF_CHECK_EQ(0, a.out_seq);
	ATF_CHECK(!mp_cut(&a, &c, 1503));	/* more than the peer's MRRU */
	ATF_CHECK(!mp_cut(&a, &c, 0));
	mp_leave(&a, 0, now);
	ATF_CHECK(!mp_cut(&a, &c, 50));
}

/* ---- in order, whatever the wires do ---- */

static void
run(unsigned links, bool twelve, unsigned room, unsigned packets,
    unsigned lose, uint32_t seed)
{
	struct rng r;
	uint8_t p[MP_PACKET];
	int last = -1;
	unsigned sent = 0, left = 1;

	rng_seed(&r, seed);
	reset_wires();
	setup(links, twelve, room);
	a.out_seq = b.next = twelve ? 0xff0 : 0xfffff0;	/* across the end */
	for (unsigned i = 0; i < links; i++)
		b.link[i].last = b.next - 1;
	while (left > 0) {
		/* Skew between the wires stays below the window. */
		for (int k = 0; k < 3 && sent < packets; k++, sent++)
			send_packet(p, make(p, sent, 2 + rng_u32(&r) % 1499));
		left = 0;
		for (unsigned i = 0; i < links; i++) {
			int n = wire[i].tail - wire[i].head;

			if (n > 0 && rng_u32(&r) % 1000 < lose) {
				wire[i].head++;
				n--;
			}
			if (n > 40 || (n > 0 && (rng_u32(&r) % links == 0 ||
			    sent == packets)))
				step((int)i);
			left += !empty((int)i);
		}
		now += MSEC(1);
		if (b.deadline <= now) {
			mp_expire(&b, now);
			drain();
		}
		left += sent < packets;
	}
	now += SEC(10);
	mp_expire(&b, now);
	drain();
	for (int i = 0; i < gots; i++) {
		ATF_REQUIRE_MSG(right(i), "packet %d is damaged", i);
		ATF_REQUIRE_MSG((int)number(i) > last, "%u after %d",
		    number(i), last);
		last = (int)number(i);
	}
}

TEST(two_links)
{
	run(2, false, 1492, 2000, 0, 1);
	ATF_CHECK_EQ(2000, gots);
	ATF_CHECK_EQ(0, b.count.lost);
	ATF_CHECK(b.count.whole > 1900);
	run(2, true, 1492, 2000, 0, 2);
	ATF_CHECK_EQ(2000, gots);
}

TEST(one_link)
{
	run(1, false, 1492, 1000, 0, 3);
	ATF_CHECK_EQ(1000, gots);
}

TEST(fragments)
{
	run(4, false, 300, 1000, 0, 4);
	ATF_CHECK_EQ(1000, gots);
	ATF_CHECK(b.count.joined > 700);
	run(3, true, 500, 1000, 0, 5);
	ATF_CHECK_EQ(1000, gots);
}

/* Of what was not lost all arrives, in order, and nothing is damaged. */
TEST(losses)
{
	for (uint32_t seed = 10; seed < 20; seed++) {
		run(2, seed & 1, 1492, 1500, 20, seed);
		ATF_CHECK_MSG(gots > 1400, "%d of 1500", gots);
		ATF_CHECK(gots < 1500);
		ATF_CHECK_EQ(0, b.waiting);
		run(3, seed & 1, 400, 1000, 20, seed + 100);
		ATF_CHECK_MSG(gots > 700, "%d of 1000", gots);
	}
}

/* ---- when a fragment is lost ---- */

static void
frag(unsigned seq, unsigned flags, const char *text, int link)
{
	uint8_t f[64] = { (uint8_t)flags, (uint8_t)(seq >> 16),
	    (uint8_t)(seq >> 8), (uint8_t)seq };

	memcpy(f + 4, text, strlen(text));
	arrive(f, 4 + strlen(text), link);
}

#define WHOLE	(MP_BEGIN | MP_END)

TEST(passed_by_every_link)
{
	reset_wires();
	setup(2, false, 1492);
	frag(0, WHOLE, "p0", 0);
	frag(2, WHOLE, "p2", 0);	/* 1 is on its way on the other link */
	ATF_CHECK_EQ(1, gots);
	ATF_CHECK_EQ(now + MP_WAIT, b.deadline);
	frag(3, WHOLE, "p3", 0);
	ATF_CHECK_EQ(1, gots);
	frag(4, WHOLE, "p4", 1);	/* it is not: M is 3 */
	ATF_CHECK_EQ(4, gots);
	ATF_CHECK_EQ(1, b.count.lost);
	ATF_CHECK_EQ(NEVER, b.deadline);
	frag(1, WHOLE, "p1", 1);	/* late: nobody wants it */
	ATF_CHECK_EQ(4, gots);
}

TEST(middle_is_lost)
{
	reset_wires();
	setup(1, false, 1492);
	frag(0, MP_BEGIN, "abc", 0);
	frag(2, MP_END, "ghi", 0);	/* one link: 1 is lost */
	ATF_CHECK_EQ(0, gots);
	frag(3, MP_BEGIN, "JK", 0);
	frag(4, MP_END, "L", 0);
	ATF_REQUIRE_EQ(1, gots);
	ATF_CHECK_EQ(3, got_n[0]);
	ATF_CHECK_EQ(0, memcmp(got[0], "JKL", 3));
	ATF_CHECK_EQ(0, b.waiting);
}

TEST(leaving_link)
{
	reset_wires();
	setup(2, false, 1492);
	frag(0, WHOLE, "p0", 0);
	mp_leave(&b, link_b[1], now);
	ATF_CHECK_EQ(1, mp_links(&b));
	frag(2, WHOLE, "p2", 0);	/* 1 is under way */
	ATF_CHECK_EQ(1, gots);
	frag(1, WHOLE, "p1", 1);
	ATF_CHECK_EQ(3, gots);
	ATF_CHECK_EQ(0, b.count.lost);
	now += MP_WAIT;
	frag(4, WHOLE, "p4", 0);	/* 3 is not coming */
	ATF_CHECK_EQ(4, gots);
	ATF_CHECK_EQ(1, b.count.lost);
	frag(5, WHOLE, "p5", 1);
	ATF_CHECK_EQ(5, gots);
	ATF_CHECK_EQ(2, mp_join(&b, 1492, 0));	/* it still has its place */
	mp_gone(&b, link_b[1]);
	ATF_CHECK_EQ(1, mp_join(&b, 1492, 0));
	ATF_CHECK_EQ(3, mp_links(&b));
}

TEST(silent_link)
{
	reset_wires();
	setup(2, false, 1492);
	frag(1, WHOLE, "p1", 0);
	ATF_CHECK_EQ(0, gots);
	mp_expire(&b, now + MP_WAIT - 1);
	drain();
	ATF_CHECK_EQ(0, gots);
	now += MP_WAIT;
	mp_expire(&b, now);
	drain();
	ATF_CHECK_EQ(1, gots);
	/* A link that goes away is not waited for. */
	frag(3, WHOLE, "p3", 0);
	ATF_CHECK_EQ(1, gots);
	mp_gone(&b, link_b[1]);
	drain();
	ATF_CHECK_EQ(2, gots);
	/* One that comes is not behind. */
	link_b[1] = mp_join(&b, 1492, 0);
	frag(4, WHOLE, "p4", 1);
	frag(5, WHOLE, "p5", 0);
	ATF_CHECK_EQ(4, gots);
}

/* What was begun and never ended is given up, and not what comes next. */
TEST(end_is_lost)
{
	reset_wires();
	setup(2, false, 1492);
	frag(0, MP_BEGIN, "abc", 0);
	now += MP_WAIT;
	mp_expire(&b, now);
	drain();
	ATF_CHECK_EQ(0, b.waiting);
	ATF_CHECK_EQ(1, b.next);
	frag(2, WHOLE, "p2", 0);
	frag(3, WHOLE, "p3", 1);
	ATF_CHECK_EQ(2, gots);
	ATF_CHECK_EQ(4, b.next);
}

/* A slow line needs more time for one frame than others for many. */
TEST(slow_line)
{
	reset_wires();
	setup(2, false, 1492);
	b.wait = MP_WAIT_LINE;
	frag(1, WHOLE, "p1", 1);
	now += MP_WAIT_LINE - 1;
	mp_expire(&b, now);
	drain();
	ATF_CHECK_EQ(0, gots);
	frag(0, WHOLE, "p0", 0);
	ATF_CHECK_EQ(2, gots);
}

TEST(silent_for_long)
{
	reset_wires();
	setup(2, true, 1492);
	for (unsigned i = 0; i < 4000; i++) {
		uint8_t f[] = { (uint8_t)(0xc0 | (i >> 8 & 15)), (uint8_t)i,
		    0, 'x' };

		arrive(f, sizeof(f), 0);
	}
	ATF_CHECK_EQ(4000, gots);
	uint8_t f[] = { (uint8_t)(0xc0 | (4000 >> 8 & 15)), 4000 & 0xff, 'y' };

	arrive(f, sizeof(f), 1);
	ATF_CHECK_EQ(4001, gots);
	ATF_CHECK_EQ(4000, b.link[1].last);
}

/* ---- what no honest peer sends ---- */

TEST(hostile)
{
	struct rd whole;
	uint8_t big[MP_FRAG + 16] = { WHOLE };

	reset_wires();
	setup(2, false, 1492);
	ATF_CHECK_EQ(-E_SHORT, arrive((const uint8_t *)"\xc0\0\0", 3, 0));
	ATF_CHECK_EQ(-E_SHORT, arrive((const uint8_t *)"", 0, 0));
	ATF_CHECK_EQ(-E_FORMAT, arrive((const uint8_t *)"\xc1\0\0\0x", 5, 0));
	ATF_CHECK_EQ(-E_FORMAT, arrive(big, sizeof(big), 0));
	ATF_CHECK_EQ(0, b.next);
	/* Larger than our MRRU. */
	ATF_CHECK_EQ(-E_FORMAT, arrive(big, 4 + 1503, 0));
	ATF_CHECK_EQ(0, gots);
	for (unsigned i = 1; i < 3; i++) {
		big[0] = i == 1 ? MP_BEGIN : MP_END;
		big[3] = (uint8_t)i;
		arrive(big, 4 + 800, 0);
	}
	ATF_CHECK_EQ(0, gots);
	/* Never an end; nothing in them; the same twice. */
	for (unsigned i = 3; i < 3000; i++)
		frag(i, i == 3 ? MP_BEGIN : 0, "", 0);
	ATF_CHECK_EQ(0, gots);
	frag(3010, 0, "x", 0);
	frag(3010, 0, "x", 1);
	ATF_CHECK(b.waiting <= MP_SLOTS);
	/* Numbers that jump. */
	frag(0x7ff000, WHOLE, "far", 0);
	frag(0x3, WHOLE, "back", 0);
	frag(0x7ff001, WHOLE, "more", 1);
	ATF_CHECK(b.waiting <= MP_SLOTS);
	now += SEC(1);
	mp_expire(&b, now);
	drain();
	ATF_CHECK_EQ(2, gots);
	ATF_CHECK_EQ(0, mp_input(&b, 0, rd_of("\x80\x7f\xf0\x02", 4), &whole));
	/* An empty packet is one, for its reader to drop. */
	frag(0x7ff002, MP_END, "", 0);
	frag(0x7ff003, WHOLE, "", 0);
	ATF_CHECK(gots <= 4);
}

TEST(too_many_links)
{
	setup(MP_LINKS, false, 1492);
	ATF_CHECK_EQ(-E_FULL, mp_join(&a, 1492, 0));
	ATF_CHECK_EQ(MP_LINKS, mp_links(&a));
}

/* ---- shares ---- */

static unsigned
share(int link)
{
	unsigned n = 0;

	for (int i = 0; i < wire[link].tail; i++)
		n += (unsigned)wire[link].f[i].n;
	return n;
}

TEST(weights)
{
	uint8_t p[1400] = { 0 };
	unsigned one, three;

	for (uint32_t bits = 1000; bits <= 1000000000; bits *= 1000) {
		reset_wires();
		setup(2, false, 1492);
		/* what was sent is a sum that wraps */
		a.link[0].sent = a.link[1].sent = UINT64_MAX - 9999;
		mp_weigh(&a, link_a[0], bits);
		mp_weigh(&a, link_a[1], 3 * bits);
		for (int i = 0; i < 1000; i++)
			send_packet(p, i % 5 == 0 ? 1400 : 90);
		one = share(0);
		three = share(1);
		ATF_CHECK_MSG(three > one * 29 / 10 && three < one * 31 / 10,
		    "%u: %u : %u", bits, one, three);
	}
	/* One that joins late does not get all until it has caught up. */
	reset_wires();
	link_a[2] = mp_join(&a, 1492, 1000000000);
	for (int i = 0; i < 100; i++)
		send_packet(p, 1000);
	ATF_CHECK_MSG(share(2) < 30000, "%u", share(2));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, headers);
	ATF_TP_ADD_TC(tp, two_links);
	ATF_TP_ADD_TC(tp, one_link);
	ATF_TP_ADD_TC(tp, fragments);
	ATF_TP_ADD_TC(tp, losses);
	ATF_TP_ADD_TC(tp, passed_by_every_link);
	ATF_TP_ADD_TC(tp, middle_is_lost);
	ATF_TP_ADD_TC(tp, leaving_link);
	ATF_TP_ADD_TC(tp, silent_link);
	ATF_TP_ADD_TC(tp, end_is_lost);
	ATF_TP_ADD_TC(tp, slow_line);
	ATF_TP_ADD_TC(tp, silent_for_long);
	ATF_TP_ADD_TC(tp, hostile);
	ATF_TP_ADD_TC(tp, too_many_links);
	ATF_TP_ADD_TC(tp, weights);
	return atf_no_error();
}
