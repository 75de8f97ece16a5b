/* Throughput figures: what counts, from when, how fast. */
#include <atf-c.h>

#include "ctl/traffic.h"

static struct traffic_sum
octets(uint64_t in, uint64_t out)
{
	return (struct traffic_sum){ in, out, in / 100, out / 100 };
}

ATF_TC_WITHOUT_HEAD(counted);
ATF_TC_BODY(counted, tc)
{
	struct traffic t = { 0 };
	struct traffic_sum s = octets(1000, 2000);

	traffic_see(&t, &s, true, SEC(1), 7);
	ATF_CHECK_EQ(0, traffic_counted(&t).in_oct);	/* not up */
	traffic_up(&t, &s, SEC(10));
	ATF_CHECK_EQ(0, traffic_counted(&t).out_oct);
	s = octets(1500, 2200);
	traffic_see(&t, &s, true, SEC(11), 7);
	ATF_CHECK_EQ(500, traffic_counted(&t).in_oct);
	ATF_CHECK_EQ(2, traffic_counted(&t).out);
	ATF_CHECK_EQ(70, traffic_overall(&t, SEC(20)));
	traffic_down(&t, SEC(20), 99);
	traffic_down(&t, SEC(30), 100);		/* the first one counts */
	ATF_CHECK_EQ(99, t.down_wall);
	s = octets(9000, 9000);
	traffic_see(&t, &s, true, SEC(21), 7);
	ATF_CHECK_EQ(500, traffic_counted(&t).in_oct);
	ATF_CHECK_EQ(70, traffic_overall(&t, SEC(900)));
}

ATF_TC_WITHOUT_HEAD(rates);
ATF_TC_BODY(rates, tc)
{
	struct traffic t;
	struct traffic_sum s = { 0 };
	uint64_t in, out;

	traffic_up(&t, &s, SEC(1));
	for (unsigned i = 0; i <= 20; i++) {
		s.in_oct += i < 10 ? 100 : 10;
		s.out_oct += 7;
		traffic_see(&t, &s, true, SEC(2 + i), 50 + i);
	}
	traffic_current(&t, &in, &out);
	ATF_CHECK_EQ(10, in);
	ATF_CHECK_EQ(7, out);
	ATF_CHECK_EQ(107, t.peak);
	ATF_CHECK(t.peak_wall >= 50 && t.peak_wall <= 59);
	traffic_see(&t, &s, false, SEC(23), 72);	/* disabled */
	traffic_current(&t, &in, &out);
	ATF_CHECK_EQ(0, in + out);
	ATF_CHECK_EQ(107, t.peak);
}

ATF_TC_WITHOUT_HEAD(clear);
ATF_TC_BODY(clear, tc)
{
	struct traffic t;
	struct traffic_sum s = { 0 };
	uint64_t in, out;

	traffic_up(&t, &s, SEC(1));
	for (unsigned i = 1; i <= 5; i++) {
		s = octets(1000 * i, 500 * i);
		traffic_see(&t, &s, true, SEC(1 + i), 50);
	}
	traffic_clear(&t, TRAFFIC_PEAK, SEC(7));
	ATF_CHECK_EQ(0, t.peak);
	ATF_CHECK_EQ(5000, traffic_counted(&t).in_oct);
	traffic_clear(&t, TRAFFIC_CURRENT, SEC(7));
	traffic_current(&t, &in, &out);
	ATF_CHECK_EQ(0, in + out);
	traffic_clear(&t, TRAFFIC_OVERALL, SEC(7));
	ATF_CHECK_EQ(0, traffic_counted(&t).in_oct);
	s = octets(6000, 2500);
	traffic_see(&t, &s, true, SEC(8), 50);
	ATF_CHECK_EQ(1000, traffic_overall(&t, SEC(8)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, counted);
	ATF_TP_ADD_TC(tp, rates);
	ATF_TP_ADD_TC(tp, clear);
	return atf_no_error();
}
