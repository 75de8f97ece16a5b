/* Link-Quality-Reports: the fields of RFC 1989 and what they are made of. */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "lib/plain.h"
#include "ppp/lqr.h"
#include "ppp/ppp.h"

static struct ppp_conf conf;
static struct outbox ob;
static struct turn t;
static struct lcp l;
static struct lqr q;

static void
begin(uint32_t his_period, uint32_t my_period)
{
	plain_conf(&conf, true);
	outbox_reset(&ob);
	lcp_init(&l);
	memset(&q, 0, sizeof(q));
	t = (struct turn){ .conf = &conf, .ob = &ob, .now = SEC(100),
	    .lower_mru = 1492 };
	l.want = 1u << LCP_MAGIC;
	l.mine.magic = 0x11223344;
	l.his.quality = true;
	l.his.lqr = his_period;
	l.mine.quality = my_period != 0;
	l.mine.lqr = my_period;
	lqr_start(&q, &l, &t);
}

static uint32_t
field(int item, int i)
{
	struct rd r = rd_of(outbox_data(&ob, &ob.item[item]), LQR_SIZE);

	rd_sub(&r, 4u * (unsigned)i);
	return rd_u32(&r);
}

/* A report of the peer: its PeerOut* and PeerInLQRs. */
static int
report(uint32_t magic, uint32_t lqrs, uint32_t in_lqrs)
{
	uint8_t buf[LQR_SIZE];
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u32(&w, magic);
	for (int i = 0; i < 3; i++)
		wr_u32(&w, 0);
	wr_u32(&w, in_lqrs);
	for (int i = 0; i < 4; i++)
		wr_u32(&w, 0);
	wr_u32(&w, lqrs);
	wr_u32(&w, 700);
	wr_u32(&w, 70000);
	return lqr_input(&q, &l, &t, rd_of(buf, sizeof(buf)));
}

ATF_TC_WITHOUT_HEAD(fields);
ATF_TC_BODY(fields, tc)
{
	begin(1000, 0);
	ATF_CHECK_EQ(SEC(110), lqr_deadline(&q));
	q.count = (struct lqr_count){ .in_packets = 5, .in_discards = 2,
	    .in_errors = 1, .in_octets = 500, .out_packets = 9,
	    .out_octets = 900 };
	ATF_CHECK_EQ(0, report(0xaa, 33, 0));
	ATF_CHECK_EQ(0, ob.n);
	q.count.in_packets = 6;			/* after his report */
	t.now = SEC(110);
	ATF_CHECK(!lqr_expire(&q, &l, &t, t.now));
	ATF_REQUIRE_EQ(1, ob.n);
	ATF_CHECK_EQ(PROTO_LQR, ob.item[0].proto);
	ATF_CHECK_EQ(LQR_SIZE, ob.item[0].len);
	ATF_CHECK_EQ(0x11223344, field(0, 0));	/* Magic-Number */
	ATF_CHECK_EQ(33, field(0, 1));		/* LastOutLQRs */
	ATF_CHECK_EQ(700, field(0, 2));		/* LastOutPackets */
	ATF_CHECK_EQ(70000, field(0, 3));	/* LastOutOctets */
	ATF_CHECK_EQ(1, field(0, 4));		/* PeerInLQRs */
	ATF_CHECK_EQ(5, field(0, 5));		/* PeerInPackets */
	ATF_CHECK_EQ(2, field(0, 6));		/* PeerInDiscards */
	ATF_CHECK_EQ(1, field(0, 7));		/* PeerInErrors */
	ATF_CHECK_EQ(500, field(0, 8));		/* PeerInOctets */
	ATF_CHECK_EQ(1, field(0, 9));		/* PeerOutLQRs: this one */
	ATF_CHECK_EQ(10, field(0, 10));		/* PeerOutPackets */
	ATF_CHECK_EQ(950, field(0, 11));	/* PeerOutOctets */
	ATF_CHECK_EQ(SEC(120), lqr_deadline(&q));
}

/* Period zero: an answer for each report, no timer. */
ATF_TC_WITHOUT_HEAD(answers_only);
ATF_TC_BODY(answers_only, tc)
{
	begin(0, 0);
	ATF_CHECK_EQ(NEVER, lqr_deadline(&q));
	ATF_CHECK_EQ(0, report(0xaa, 1, 0));
	ATF_CHECK_EQ(1, ob.n);
	ATF_CHECK_EQ(0, report(0xaa, 2, 1));
	ATF_CHECK_EQ(2, ob.n);
	ATF_CHECK_EQ(2, field(1, 4));
}

/* Two reports that saw the same number of ours: ours was lost. */
ATF_TC_WITHOUT_HEAD(answers_when_ours_was_lost);
ATF_TC_BODY(answers_when_ours_was_lost, tc)
{
	begin(1000, 0);
	ATF_CHECK_EQ(0, report(0xaa, 1, 7));
	ATF_CHECK_EQ(0, ob.n);
	ATF_CHECK_EQ(0, report(0xaa, 2, 8));
	ATF_CHECK_EQ(0, ob.n);
	ATF_CHECK_EQ(0, report(0xaa, 3, 8));
	ATF_CHECK_EQ(1, ob.n);
}

ATF_TC_WITHOUT_HEAD(refuses);
ATF_TC_BODY(refuses, tc)
{
	static const uint8_t bytes[LQR_SIZE - 1];
	struct lqr was;

	begin(0, 0);
	was = q;
	ATF_CHECK_EQ(-E_SHORT, lqr_input(&q, &l, &t, rd_of(bytes,
	    sizeof(bytes))));
	ATF_CHECK_EQ(-E_FORMAT, report(0x11223344, 1, 0));
	ATF_CHECK_EQ(0, memcmp(&was, &q, sizeof(q)));
	ATF_CHECK_EQ(0, ob.n);
}

ATF_TC_WITHOUT_HEAD(silence);
ATF_TC_BODY(silence, tc)
{
	begin(0, 200);
	for (unsigned i = 1; i <= 5; i++) {
		t.now = SEC(100 + 2 * i);
		ATF_CHECK_EQ(t.now, lqr_deadline(&q));
		ATF_CHECK_EQ(i == 5, lqr_expire(&q, &l, &t, SEC(100)));
	}
	begin(0, 200);
	for (unsigned i = 1; i <= 50; i++) {	/* something is heard */
		t.now = SEC(100 + 2 * i);
		ATF_CHECK(!lqr_expire(&q, &l, &t, t.now - SEC(1)));
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fields);
	ATF_TP_ADD_TC(tp, answers_only);
	ATF_TP_ADD_TC(tp, answers_when_ours_was_lost);
	ATF_TP_ADD_TC(tp, refuses);
	ATF_TP_ADD_TC(tp, silence);
	return atf_no_error();
}
