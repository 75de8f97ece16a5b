/* Histograms of durations. */
#include <atf-c.h>

#include "base/hist.h"

ATF_TC_WITHOUT_HEAD(bounds);
ATF_TC_BODY(bounds, tc)
{
	struct hist_view v = { 0 };
	struct hist h = { 0 };

	for (int i = 1; i < HIST_BOUNDS; i++)
		ATF_CHECK(hist_bound[i] > hist_bound[i - 1]);
	hist_add(&h, 0);
	hist_add(&h, MSEC(1));		/* a bound belongs to its bucket */
	hist_add(&h, MSEC(1) + 1);
	hist_add(&h, SEC(30));
	hist_add(&h, SEC(30) + 1);
	hist_sum(&h, &v);
	ATF_CHECK_EQ(1, v.n[0]);
	ATF_CHECK_EQ(MSEC(1), hist_bound[2]);
	ATF_CHECK_EQ(1, v.n[2]);
	ATF_CHECK_EQ(1, v.n[3]);
	ATF_CHECK_EQ(1, v.n[HIST_BOUNDS - 1]);
	ATF_CHECK_EQ(1, v.n[HIST_BOUNDS]);
	ATF_CHECK_EQ(MSEC(2) + 1 + 2 * SEC(30) + 1, v.sum);
	hist_sum(&h, &v);
	ATF_CHECK_EQ(2, v.n[0]);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, bounds);
	return atf_no_error();
}
