/* Token buckets: the average is the limit, whatever the packets are. */
#include <atf-c.h>

#include "wire/rate.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static bool
bucket_take(struct bucket *b, tstamp now, uint32_t n)
{
	if (!bucket_has(b, now))
		return false;
	bucket_pay(b, now, n);
	return true;
}

/* Octets that pass within @span when packets of @size are always there. */
static uint64_t
carried(uint64_t bps, uint32_t burst, uint32_t size, tstamp span)
{
	struct bucket b = { 0 };
	uint64_t octets = 0;

	bucket_set(&b, bps, burst);
	for (tstamp now = SEC(100); now < SEC(100) + span; now += USEC(20))
		while (bucket_take(&b, now, size))
			octets += size;
	return octets;
}

TEST(averages)
{
	static const uint64_t rates[] = { 64000, 8000000, 1000000000 };
	static const uint32_t sizes[] = { 64, 1492, 65535 };

	for (int r = 0; r < 3; r++)
		for (int s = 0; s < 3; s++) {
			tstamp span = SEC(r == 0 ? 100 : 4);
			uint64_t want = rates[r] / 8 * (span / SEC(1));
			uint64_t got = carried(rates[r], 3000, sizes[s],
			    span);

			ATF_CHECK_MSG(got >= want - want / 100 &&
			    got <= want + want / 100 + 3000 + sizes[s],
			    "%ju bit/s of %u octets: %ju, want %ju",
			    (uintmax_t)rates[r], sizes[s], (uintmax_t)got,
			    (uintmax_t)want);
		}
}

TEST(burst)
{
	struct bucket b = { 0 };
	unsigned n = 0;

	bucket_set(&b, 8000000, 30000);
	while (bucket_take(&b, SEC(1), 1000))
		n++;
	ATF_CHECK_EQ(31, n);		/* the last one is paid for later */
	ATF_CHECK_EQ(SEC(1) + MSEC(1), bucket_at(&b));
	ATF_CHECK(!bucket_has(&b, SEC(1) + USEC(999)));
	ATF_CHECK(bucket_has(&b, SEC(1) + MSEC(1)));
	/* A second of rest is no credit beyond the burst. */
	for (n = 0; bucket_take(&b, SEC(9), 1000);)
		n++;
	ATF_CHECK_EQ(31, n);
	bucket_set(&b, 0, 0);
	for (n = 0; n < 1000; n++)
		ATF_REQUIRE(bucket_take(&b, SEC(9), 65535));
}

/* An eighth of a second, and of slow lines at least 32 KB, at any rate. */
TEST(own_burst)
{
	struct bucket b = { 0 };

	bucket_set(&b, RATE_MAX, 0);
	ATF_CHECK_EQ(MSEC(125), b.burst);
	bucket_set(&b, 8000, 0);
	ATF_CHECK_EQ(SEC(32) + MSEC(768), b.burst);
	bucket_set(&b, RATE_MIN, RATE_BURST_MAX);
	ATF_CHECK_EQ((tstamp)RATE_BURST_MAX * MSEC(1), b.burst);
}

/* A new limit does not forgive what is owed. */
TEST(live)
{
	struct bucket b = { 0 };

	bucket_set(&b, 8000, 3000);
	ATF_CHECK(bucket_take(&b, SEC(1), 65535));
	bucket_set(&b, 80000000000u, 0);
	ATF_CHECK(!bucket_take(&b, SEC(1), 1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, averages);
	ATF_TP_ADD_TC(tp, burst);
	ATF_TP_ADD_TC(tp, own_burst);
	ATF_TP_ADD_TC(tp, live);
	return atf_no_error();
}
