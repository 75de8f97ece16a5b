/* Round-trip times as steps and coarser rows. */
#include <atf-c.h>
#include <string.h>

#include "ppp/quality.h"

static struct quality_row row[QUALITY_AGES];

static struct quality *
series(unsigned probes)
{
	static struct quality q;
	struct quality_conf c = { (uint8_t)probes, 60 };

	memset(&q, 0xff, sizeof(q));
	quality_start(&q, &c);
	return &q;
}

#define L	QUALITY_LOST
#define N	QUALITY_NONE

ATF_TC_WITHOUT_HEAD(steps);
ATF_TC_BODY(steps, tc)
{
	static const struct {
		unsigned n;
		uint32_t us[5];
		struct quality_row r;
	} c[] = {
		{ 5, { 30, 10, 50, 20, 40 },
		  { 10, 20, 30, 40, 50, 12, 28, 5, 0, 9 } },
		{ 4, { 10, 20, 30, 50 },		/* between two */
		  { 10, 17, 25, 35, 50, 13, 13, 4, 0, 9 } },
		{ 2, { 100, 200 }, { 100, 125, 150, 175, 200, 50, 100, 2, 0,
		  9 } },
		{ 1, { 7 }, { 7, 7, 7, 7, 7, 0, N, 1, 0, 9 } },
		{ 3, { L, 40, L }, { 40, 40, 40, 40, 40, 0, N, 3, 2, 9 } },
		{ 5, { 10, L, 30, L, L }, { 10, 15, 20, 25, 30, 10, 20, 5, 3,
		  9 } },
		{ 3, { L, L, L }, { N, N, N, N, N, N, N, 3, 3, 9 } },
		{ 2, { L - 1, 0 }, { 0, 0x3fffffff, 0x7fffffff, 0xbffffffe,
		  L - 1, 0x7fffffff, L - 1, 2, 0, 9 } },
		{ 2, { 0, 0 }, { 0, 0, 0, 0, 0, 0, 0, 2, 0, 9 } },
	};

	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct quality *q = series(c[i].n);

		for (int again = 0; again < 3; again++) {
			for (unsigned k = 0; k + 1 < c[i].n; k++)
				ATF_CHECK_EQ(0, quality_add(q, c[i].us[k], 9,
				    row));
			ATF_CHECK_EQ(1, quality_add(q, c[i].us[c[i].n - 1], 9,
			    row));
			ATF_CHECK_MSG(memcmp(&c[i].r, row, sizeof(*row)) == 0,
			    "%u: %u %u %u %u %u, %u %u", i, row->min, row->q1,
			    row->median, row->q3, row->max, row->mdev,
			    row->jitter);
		}
	}
}

ATF_TC_WITHOUT_HEAD(ages);
ATF_TC_BODY(ages, tc)
{
	struct quality *q = series(1);
	unsigned n[QUALITY_AGES + 1] = { 0 };

	for (uint32_t i = 1; i <= 240; i++) {
		unsigned closed = quality_add(q, i, i, row);

		n[closed]++;
		ATF_CHECK_EQ(i % 120 == 0 ? 3 : i % 10 == 0 ? 2 : 1, closed);
		ATF_CHECK_EQ(i, row[0].median);
		if (closed < 2)
			continue;
		ATF_CHECK_EQ(i - 9, row[1].min);
		ATF_CHECK_EQ(i, row[1].max);
		ATF_CHECK_EQ(i - 4, row[1].median);	/* 4.5 to the upper */
		ATF_CHECK_EQ(10, row[1].sent);
		ATF_CHECK_EQ(N, row[1].jitter);
		if (closed < 3)
			continue;
		ATF_CHECK_EQ(i - 119, row[2].min);
		ATF_CHECK_EQ(i, row[2].max);
		ATF_CHECK_EQ(120, row[2].sent);
		ATF_CHECK_EQ(i, row[2].at);
	}
	ATF_CHECK_EQ(2, n[3]);
	ATF_CHECK_EQ(22, n[2]);
}

/* What has more answers weighs more; what has none weighs nothing. */
ATF_TC_WITHOUT_HEAD(weights);
ATF_TC_BODY(weights, tc)
{
	static const struct quality_row in[] = {
		{ N, N, N, N, N, N, N, 5, 5, 1 },
		{ 10, 10, 10, 10, 10, 0, N, 5, 4, 2 },
		{ 30, 40, 50, 60, 70, 4, 8, 5, 1, 3 },
	};
	struct quality_sum s = { 0 };
	struct quality_row r;

	quality_sum_row(&s, &r);
	ATF_CHECK_EQ(N, r.median);
	quality_sum_add(&s, &in[0]);
	quality_sum_row(&s, &r);
	ATF_CHECK_EQ(N, r.min);
	ATF_CHECK_EQ(5, r.lost);
	quality_sum_add(&s, &in[1]);
	quality_sum_add(&s, &in[2]);
	quality_sum_row(&s, &r);
	ATF_CHECK_EQ(10, r.min);
	ATF_CHECK_EQ(34, r.q1);
	ATF_CHECK_EQ(42, r.median);
	ATF_CHECK_EQ(50, r.q3);
	ATF_CHECK_EQ(70, r.max);
	ATF_CHECK_EQ(3, r.mdev);
	ATF_CHECK_EQ(8, r.jitter);
	ATF_CHECK_EQ(15, r.sent);
	ATF_CHECK_EQ(10, r.lost);
}

/* The book holds the last rows of each age, and never grows. */
ATF_TC_WITHOUT_HEAD(book);
ATF_TC_BODY(book, tc)
{
	static struct quality_book b;
	struct quality *q = series(1);
	struct quality_row r;
	static const unsigned full[] = { 40, 36, 48 };
	static const unsigned steps[] = { 1, 10, 120 };

	b.conf = q->conf;
	quality_recent(&b, &r);
	ATF_CHECK_EQ(0, r.sent);
	for (uint32_t i = 1; i <= 20000; i++) {
		unsigned closed = quality_add(q, i, i, row);

		for (unsigned age = 0; age < closed; age++)
			b.row[quality_slot(age, b.closed[age]++)] = row[age];
		for (unsigned age = 0; age < QUALITY_AGES; age++) {
			unsigned n = quality_kept(&b, age);
			uint32_t last = i / steps[age] * steps[age];

			ATF_REQUIRE_EQ(i / steps[age] < full[age] ?
			    i / steps[age] : full[age], n);
			for (unsigned k = 0; k < n; k += 7)
				ATF_REQUIRE_EQ(last - k * steps[age],
				    quality_back(&b, age, k)->at);
		}
	}
	quality_recent(&b, &r);
	ATF_CHECK_EQ(40, r.sent);
	ATF_CHECK_EQ(20000 - 39, r.min);
	ATF_CHECK_EQ(20000, r.max);
	ATF_CHECK_EQ(20000, r.at);
	ATF_CHECK_EQ(60, quality_span(&b.conf, 0));
	ATF_CHECK_EQ(600, quality_span(&b.conf, 1));
	ATF_CHECK_EQ(7200, quality_span(&b.conf, 2));
}

ATF_TC_WITHOUT_HEAD(worse);
ATF_TC_BODY(worse, tc)
{
	static const struct quality_row in[] = {	/* worst first */
		{ N, N, N, N, N, N, N, 5, 5, 0 },
		{ .mdev = 1, .sent = 10, .lost = 2 },
		{ .mdev = 900, .sent = 100, .lost = 1 },
		{ .mdev = 500, .sent = 5 },
		{ .mdev = 400, .sent = 500 },
		{ .mdev = N, .sent = 0 },
	};
	unsigned n = sizeof(in) / sizeof(in[0]);

	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < n; k++)
			ATF_CHECK_MSG(quality_worse(&in[i], &in[k]) ==
			    (i < k), "%u %u", i, k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, steps);
	ATF_TP_ADD_TC(tp, ages);
	ATF_TP_ADD_TC(tp, weights);
	ATF_TP_ADD_TC(tp, book);
	ATF_TP_ADD_TC(tp, worse);
	return atf_no_error();
}
