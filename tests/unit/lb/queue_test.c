/* Packets that wait: for their session's rate, and for a full interface. */
#include <atf-c.h>
#include <string.h>

#include "unit/lb/kit.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static const struct vlans untagged;
static const uint8_t other_mac[ETH_ADDR] = { 2, 0, 0, 0, 1, 2 };
static struct far_peer one, two;
static struct kit *k;

/* Two sessions, the first with @bps down and room for @max packets. */
static void
setup(uint64_t bps, uint32_t max)
{
	struct mail m = { .op = MAIL_RATE, .ticket = 5, .arg = 1 };
	struct rate_conf r = { .down = bps, .burst = 3000 };

	k = kit_new(false, 8, NULL);
	k->snap->p.ifqueue = max;
	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_up(k, &two, other_mac, untagged, 6);
	mail_put(&m, &r, sizeof(r));
	kit_post(k, &m);
	kit_run(k);
	while (kit_next(k) != NULL)
		;
}

static struct sess *
sess(uint32_t ticket)
{
	return lane_by_ticket(k->l, ticket);
}

/* A packet of @len octets to a session; its last octet is @mark. */
static void
packet(uint32_t ticket, uint32_t len, uint8_t mark, bool urgent)
{
	struct sess *s = sess(ticket);
	struct pkt *b = lane_tx(k->l);

	memset(b->data, 0, len);
	b->data[0] = 0x45;
	b->data[len - 1] = mark;
	b->len = len;
	if ((!s->out.waits && k->l->full == 0) ||
	    !lane_hold(k->l, &s->out, b->data, len, urgent))
		lane_send_ip(k->l, s, b, false);
}

/* The mark of the next data frame that came; -1: none. */
static int
came(void)
{
	struct pkt *b = kit_next(k);

	return b != NULL ? b->data[b->len - 1] : -1;
}

static void
later(tstamp by)
{
	k->now += by;
	kit_run(k);
}

TEST(urgent_first)
{
	static const uint8_t want[] = { 1, 2, 3, 7, 8, 4, 5, 6 };

	setup(8000000, 30);		/* 1000 octets a millisecond */
	for (uint8_t i = 1; i <= 6; i++)
		packet(5, 1500, i, false);
	packet(5, 1500, 7, true);
	packet(5, 1500, 8, true);
	packet(6, 1500, 99, false);	/* the other one waits for nobody */
	lane_flush(k->l);
	for (int i = 0; i < 3; i++)
		ATF_CHECK_EQ(want[i], came());
	ATF_CHECK_EQ(99, came());
	ATF_CHECK_EQ(-1, came());
	ATF_CHECK_EQ(5, sess(5)->out.n);
	ATF_CHECK(lane_next(k->l) <= k->now + MSEC(2));
	for (int i = 3; i < 8; i++) {
		later(MSEC(2));
		int got = came();

		if (got == -1) {	/* 1500 octets take 1.5 ms */
			later(MSEC(1));
			got = came();
		}
		ATF_CHECK_EQ(want[i], got);
	}
	ATF_CHECK_EQ(0, sess(5)->out.n);
	ATF_CHECK_EQ(0, kit_all_drops(k));
	kit_free(k);
}

TEST(ifqueue)
{
	setup(800000, 3);
	for (uint8_t i = 1; i <= 8; i++)
		packet(5, 1500, i, false);
	ATF_CHECK_EQ(3, sess(5)->out.n);
	ATF_CHECK_EQ(2, kit_drops(k, DROP_RATE_OUT));	/* 7 and 8 */
	packet(5, 1500, 9, true);	/* pushes 4 out */
	ATF_CHECK_EQ(3, sess(5)->out.n);
	ATF_CHECK_EQ(3, kit_drops(k, DROP_RATE_OUT));
	ATF_CHECK_EQ(3, atomic_load(&sess(5)->count->rate_drops));
	ATF_CHECK_EQ(3, atomic_load(&sess(5)->count->queued));
	later(MSEC(200));
	for (int i = 1; i <= 3; i++)
		ATF_CHECK_EQ(i, came());
	ATF_CHECK_EQ(9, came());
	ATF_CHECK_EQ(5, came());
	kit_free(k);

	setup(800000, 0);		/* none: over the rate is lost */
	for (uint8_t i = 1; i <= 5; i++)
		packet(5, 1500, i, i == 5);
	ATF_CHECK_EQ(0, sess(5)->out.n);
	ATF_CHECK_EQ(2, kit_drops(k, DROP_RATE_OUT));
	kit_free(k);
}

TEST(from_the_peer)
{
	uint8_t ip[1500] = { 0x45 };
	struct mail m = { .op = MAIL_RATE, .ticket = 5, .arg = 1 };
	struct rate_conf r = { .up = 800000, .burst = 3000 };

	setup(0, 2);
	mail_put(&m, &r, sizeof(r));
	kit_post(k, &m);
	kit_run(k);
	ip[2] = 1500 >> 8;
	ip[3] = 1500 & 0xff;
	ip[12] = 10;
	ip[15] = 5;
	for (int i = 0; i < 7; i++)
		far_send(k, &one, PROTO_IP, ip, sizeof(ip));
	kit_run(k);
	ATF_CHECK_EQ(2, sess(5)->in.n);
	ATF_CHECK_EQ(2, kit_drops(k, DROP_RATE_IN));
	ATF_CHECK_EQ(3, atomic_load(&sess(5)->count->ip_in));
	later(MSEC(100));
	ATF_CHECK_EQ(0, sess(5)->in.n);
	ATF_CHECK_EQ(5, atomic_load(&sess(5)->count->ip_in));
	kit_free(k);
}

/* What waits when a session ends goes with it, the buffers come back. */
TEST(session_ends)
{
	setup(8000, 30);
	for (int round = 0; round < 3; round++)
		for (uint8_t i = 1; i <= 20; i++)
			packet(5, 1500, i, false);
	ATF_CHECK_EQ(30, sess(5)->out.n);
	kit_op(k, MAIL_DOWN, 5, WHY_ADMIN);
	kit_run(k);
	ATF_CHECK(sess(5) == NULL);
	ATF_CHECK(k->l->held == NULL);
	ATF_CHECK_EQ(30, kit_drops(k, DROP_NO_PEER));
	later(SEC(1));
	kit_free(k);
}

/* An interface that takes no more: packets wait, then `choked` is over. */
TEST(choked)
{
	uint64_t lost;
	int n;

	setup(0, 20);
	k->snap->p.choked_secs = 60;
	for (n = 0; n < 100000 && k->l->full == 0; n++) {
		packet(5, 1400, 1, false);
		lane_flush(k->l);
	}
	ATF_REQUIRE_MSG(k->l->full == 1, "the wire never fills");
	lost = kit_drops(k, DROP_SEND_FULL);
	for (int i = 0; i < 30; i++)
		packet(5, 1400, 2, false);
	packet(5, 1400, 3, true);
	ATF_CHECK_EQ(20, sess(5)->out.n);
	ATF_CHECK_EQ(11, kit_drops(k, DROP_RATE_OUT));
	ATF_CHECK_EQ(lost, kit_drops(k, DROP_SEND_FULL));
	/* The peer reads again: all that waited comes, urgent first. */
	while (came() == 1)
		;
	later(MSEC(2));
	ATF_CHECK_EQ(3, came());
	for (int i = 0; i < 19; i++)
		ATF_CHECK_EQ(2, came());
	ATF_CHECK_EQ(-1, came());
	ATF_CHECK_EQ(0, k->l->full);
	/* And for good: a probe a millisecond, then the queue is cleared. */
	for (n = 0; n < 100000 && k->l->full == 0; n++) {
		packet(5, 1400, 1, false);
		lane_flush(k->l);
	}
	for (int i = 0; i < 20; i++)
		packet(5, 1400, 2, false);
	later(MSEC(2));
	ATF_CHECK_EQ(19, sess(5)->out.n);
	later(SEC(61));
	ATF_CHECK_EQ(0, sess(5)->out.n);
	kit_free(k);
}

/* A wire that has room for a few at a time: two sessions share it. */
TEST(full_wire)
{
	setup(0, 200);
	for (int n = 0; n < 100000 && k->l->full == 0; n++) {
		packet(5, 1400, 1, false);
		lane_flush(k->l);
	}
	ATF_REQUIRE(k->l->full == 1);
	for (int i = 0; i < 200; i++) {
		packet(5, 1400, 2, false);
		packet(6, 1400, 3, false);
	}
	ATF_CHECK_EQ(200, sess(6)->out.n);
	while (sess(5)->out.n > 0 && sess(6)->out.n > 0) {
		for (int i = 0; i < 20; i++)
			came();
		later(MSEC(2));
	}
	ATF_CHECK_MSG(sess(5)->out.n < 40 && sess(6)->out.n < 40,
	    "%u and %u of 200 wait", sess(5)->out.n, sess(6)->out.n);
	kit_free(k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, urgent_first);
	ATF_TP_ADD_TC(tp, ifqueue);
	ATF_TP_ADD_TC(tp, from_the_peer);
	ATF_TP_ADD_TC(tp, session_ends);
	ATF_TP_ADD_TC(tp, choked);
	ATF_TP_ADD_TC(tp, full_wire);
	return atf_no_error();
}
