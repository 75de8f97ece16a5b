/* Quantiles of the load generator's histograms. */
#include <atf-c.h>

#include "gen/spread.h"

static struct spread h;

ATF_TC_WITHOUT_HEAD(empty);
ATF_TC_BODY(empty, tc)
{
	ATF_CHECK_EQ(0, spread_at(&h, 500));
	ATF_CHECK_EQ(0, spread_mean(&h));
}

/* At most 1.6 percent above, never below, at every size. */
ATF_TC_WITHOUT_HEAD(close);
ATF_TC_BODY(close, tc)
{
	for (tstamp t = 1; t < SEC(2000); t += t / 3 + 1) {
		h = (struct spread){ 0 };
		spread_add(&h, t);
		spread_add(&h, SEC(2100));	/* most does not cut it */
		ATF_CHECK(spread_at(&h, 500) >= t);
		ATF_CHECK(spread_at(&h, 500) <= t + t / 63);
		ATF_CHECK_EQ(t, h.least);
		ATF_CHECK_EQ(SEC(2100), spread_at(&h, 1000));
	}
}

ATF_TC_WITHOUT_HEAD(quantiles);
ATF_TC_BODY(quantiles, tc)
{
	for (unsigned i = 1; i <= 1000; i++)
		spread_add(&h, MSEC(i));
	ATF_CHECK_EQ(1000, h.n);
	for (unsigned q = 1; q <= 1000; q++) {
		ATF_CHECK(spread_at(&h, q) >= MSEC(q));
		ATF_CHECK(spread_at(&h, q) <= MSEC(q) + MSEC(q) / 63);
	}
	ATF_CHECK_EQ(MSEC(1000), spread_at(&h, 1000));
	ATF_CHECK_EQ(USEC(500500), spread_mean(&h));
}

ATF_TC_WITHOUT_HEAD(beyond);
ATF_TC_BODY(beyond, tc)
{
	spread_add(&h, SEC(86400));
	ATF_CHECK(spread_at(&h, 500) > SEC(2000));
	ATF_CHECK_EQ(SEC(86400), h.most);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, empty);
	ATF_TP_ADD_TC(tp, close);
	ATF_TP_ADD_TC(tp, quantiles);
	ATF_TP_ADD_TC(tp, beyond);
	return atf_no_error();
}
