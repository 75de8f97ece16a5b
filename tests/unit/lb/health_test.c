/* The judgement on the workers: its weights, and the samples it has to
 * reproduce. */
#include <atf-c.h>
#include <string.h>

#include "lb/health.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static struct health_in in;

static struct health
judge(unsigned n, const uint32_t *sessions)
{
	struct health h;

	in.most = n;
	for (unsigned i = 0; i < n; i++)
		in.w[i].sessions = sessions[i];
	health_judge(&in, &h);
	return h;
}

TEST(empty)
{
	struct health h = judge(0, NULL);

	ATF_CHECK_EQ(0, h.score);
	ATF_CHECK_STREQ("critical", health_band(h.score));
	h = judge(2, (const uint32_t[]){ 0, 0 });
	ATF_CHECK_EQ(100, h.score);
	ATF_CHECK_EQ(0, h.imbalance);
}

/* 602 sessions; the mean is 200.67, the fullest 28 percent over it. */
TEST(three_workers)
{
	struct health h = judge(3, (const uint32_t[]){ 234, 256, 112 });

	ATF_CHECK_EQ(28, h.imbalance);
	ATF_CHECK_EQ(72, h.distribution);
	ATF_CHECK_EQ(1, h.fullest);
	in.drifts = 1;
	h = judge(3, (const uint32_t[]){ 195, 213, 94 });
	ATF_CHECK_EQ(99, h.affinity);	/* 1 of 502 */
	in.drifts = 5;
	h = judge(3, (const uint32_t[]){ 234, 256, 112 });
	ATF_CHECK_EQ(99, h.affinity);
	ATF_CHECK_EQ(100, h.errors);
	ATF_CHECK_EQ(100, h.availability);
	ATF_CHECK_EQ(87, h.score);
	ATF_CHECK_STREQ("warn", health_band(h.score));
}

TEST(eight_workers)
{
	struct health h = judge(8, (const uint32_t[]){ 134, 142, 128, 156,
	    139, 147, 131, 125 });

	ATF_CHECK_EQ(13, h.imbalance);
	ATF_CHECK_EQ(100, h.distribution);
	ATF_CHECK_EQ(100, h.score);
	in.w[1].sessions = 0;
	h = judge(8, (const uint32_t[]){ 456, 45, 128, 156, 139, 147, 131,
	    125 });
	ATF_CHECK_EQ(0, h.distribution);	/* 175 percent over */
	ATF_CHECK_EQ(55, h.score);
	ATF_CHECK_STREQ("fail", health_band(h.score));
}

/* A draining worker answers and has sessions; only its share of new ones is
 * none. */
TEST(states)
{
	struct health h;

	in.w[1].state = WORKER_DRAINING;
	h = judge(2, (const uint32_t[]){ 10, 90 });
	ATF_CHECK_EQ(100, h.score);
	in.w[1].state = WORKER_ACTIVE;
	in.w[1].silent = true;
	h = judge(2, (const uint32_t[]){ 10, 10 });
	ATF_CHECK_EQ(50, h.availability);
	ATF_CHECK_EQ(1, h.silent);
	ATF_CHECK_EQ(1, h.first_silent);
	ATF_CHECK_EQ(87, h.score);
	in.w[1].state = WORKER_NONE;
	h = judge(2, (const uint32_t[]){ 10, 0 });
	ATF_CHECK_EQ(100, h.availability);
}

TEST(errors)
{
	static const struct { uint64_t errors, packets; unsigned score; }
	    list[] = {
		{ 0, 0, 100 }, { 0, 1000000, 100 }, { 1, 2000000000, 100 },
		{ 1, 200000000, 80 }, { 1, 20000000, 50 }, { 1, 1000000, 10 },
		{ 5, 0, 100 },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		in.errors = list[i].errors;
		in.packets = list[i].packets;
		ATF_CHECK_EQ_MSG(list[i].score, judge(1,
		    (const uint32_t[]){ 1 }).errors, "%zu", i);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, empty);
	ATF_TP_ADD_TC(tp, three_workers);
	ATF_TP_ADD_TC(tp, eight_workers);
	ATF_TP_ADD_TC(tp, states);
	ATF_TP_ADD_TC(tp, errors);
	return atf_no_error();
}
