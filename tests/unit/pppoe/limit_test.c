/* Rate buckets: their rate, their burst, and a flood of invented MACs. */
#include "pppoe/limit.h"

#include <atf-c.h>
#include <stdlib.h>

#include "base/rng.h"

ATF_TC_WITHOUT_HEAD(burst_then_rate);
ATF_TC_BODY(burst_then_rate, tc)
{
	tstamp full_at = 0;
	tstamp now = SEC(1000);
	int n = 0;

	for (int i = 0; i < 100; i++)
		n += limit_take(&full_at, 4, now);
	ATF_CHECK_EQ(4, n);
	ATF_CHECK(!limit_take(&full_at, 4, now + MSEC(249)));
	ATF_CHECK(limit_take(&full_at, 4, now + MSEC(250)));
	ATF_CHECK(!limit_take(&full_at, 4, now + MSEC(251)));
	n = 0;
	for (int i = 0; i < 1000; i++)		/* ten seconds */
		n += limit_take(&full_at, 4, now + MSEC(251 + 10 * i));
	ATF_CHECK_MSG(n == 40 || n == 39, "%d", n);
}

ATF_TC_WITHOUT_HEAD(never_more_than_the_burst);
ATF_TC_BODY(never_more_than_the_burst, tc)
{
	tstamp full_at = 0;
	int n = 0;

	for (int i = 0; i < 10000; i++)		/* at time 0, and after a day */
		n += limit_take(&full_at, 1000, 0);
	ATF_CHECK_EQ(1000, n);
	n = 0;
	for (int i = 0; i < 10000; i++)
		n += limit_take(&full_at, 1000, SEC(86400));
	ATF_CHECK_EQ(1000, n);
}

ATF_TC_WITHOUT_HEAD(no_limit);
ATF_TC_BODY(no_limit, tc)
{
	tstamp full_at = 0;

	for (int i = 0; i < 10000; i++)
		ATF_REQUIRE(limit_take(&full_at, 0, 5));
}

ATF_TC_WITHOUT_HEAD(each_has_a_bucket);
ATF_TC_BODY(each_has_a_bucket, tc)
{
	struct limit *l = calloc(1, sizeof(*l));
	int n[3] = { 0 };

	ATF_REQUIRE(l != NULL);
	for (int i = 0; i < 30; i++)	/* three in one set */
		n[i % 3] += limit_who(l, 7 + (uint64_t)(i % 3), 4,
		    SEC(5));
	ATF_CHECK_EQ(4, n[0]);
	ATF_CHECK_EQ(4, n[1]);
	ATF_CHECK_EQ(4, n[2]);
	free(l);
}

/* Somebody noisy stays limited while strangers come and go in his set. */
ATF_TC_WITHOUT_HEAD(quiet_ones_are_forgotten_first);
ATF_TC_BODY(quiet_ones_are_forgotten_first, tc)
{
	struct limit *l = calloc(1, sizeof(*l));
	uint64_t noisy = 9;
	int n = 0;

	ATF_REQUIRE(l != NULL);
	for (uint64_t i = 1; i <= 100; i++) {
		n += limit_who(l, noisy, 4, SEC(1) + MSEC(i));
		n += limit_who(l, noisy, 4, SEC(1) + MSEC(i));
		ATF_CHECK(limit_who(l, noisy + i, 4,
		    SEC(1) + MSEC(i)));
	}
	ATF_CHECK_EQ(4, n);
	free(l);
}

/* The table does not grow and a place is found in one set, whatever comes. */
ATF_TC_WITHOUT_HEAD(flood_of_invented_macs);
ATF_TC_BODY(flood_of_invented_macs, tc)
{
	struct limit *l = calloc(1, sizeof(*l));
	struct rng rng;
	unsigned known = 0;

	ATF_REQUIRE(l != NULL);
	rng_seed(&rng, 1);
	for (int i = 0; i < 1000000; i++) {
		uint64_t who = (uint64_t)rng_u32(&rng) << 32 | rng_u32(&rng);

		ATF_REQUIRE(limit_who(l, who | 1, 4, SEC(1)));
	}
	for (unsigned s = 0; s < LIMIT_SETS; s++)
		for (unsigned w = 0; w < LIMIT_WAYS; w++)
			known += l->way[s][w].who != 0;
	ATF_CHECK_EQ(LIMIT_SETS * LIMIT_WAYS, known);
	free(l);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, burst_then_rate);
	ATF_TP_ADD_TC(tp, never_more_than_the_burst);
	ATF_TP_ADD_TC(tp, no_limit);
	ATF_TP_ADD_TC(tp, each_has_a_bucket);
	ATF_TP_ADD_TC(tp, quiet_ones_are_forgotten_first);
	ATF_TP_ADD_TC(tp, flood_of_invented_macs);
	return atf_no_error();
}
