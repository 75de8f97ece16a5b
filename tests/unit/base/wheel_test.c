/* The timer wheel in virtual time: never early, at most a tick late. */
#include <atf-c.h>
#include <string.h>

#include "base/rng.h"
#include "base/wheel.h"

#define N	500u
#define TURN	(WHEEL_SLOTS * WHEEL_TICK)

static struct wheel w;
static struct timer t[N];
static tstamp due[N];		/* NEVER: not set */

static void
set(unsigned i, tstamp when)
{
	wheel_set(&w, &t[i], when);
	due[i] = when;
}

static unsigned
armed(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < N; i++)
		n += due[i] != NEVER;
	return n;
}

static void
setup(tstamp now)
{
	memset(t, 0, sizeof(t));
	for (unsigned i = 0; i < N; i++)
		due[i] = NEVER;
	wheel_init(&w, now);
}

/* All that is due at @now comes, nothing else. */
static unsigned
expire(tstamp now)
{
	struct timer *x;
	unsigned n = 0;

	while ((x = wheel_expired(&w, now)) != NULL) {
		size_t i = (size_t)(x - t);

		ATF_REQUIRE(i < N);
		ATF_REQUIRE_MSG(due[i] != NEVER, "one that is not set");
		ATF_REQUIRE_MSG(due[i] <= now, "early");
		due[i] = NEVER;
		n++;
	}
	for (unsigned i = 0; i < N; i++)
		ATF_REQUIRE_MSG(due[i] > now || now - due[i] < WHEEL_TICK,
		    "more than a tick late");
	ATF_REQUIRE_EQ(armed(), w.armed);
	return n;
}

/* Random times, near and turns away; random steps, some over a turn. */
ATF_TC_WITHOUT_HEAD(random_times);
ATF_TC_BODY(random_times, tc)
{
	tstamp now = 123456789;
	unsigned fired = 0;
	struct rng r;

	rng_seed(&r, 1);
	setup(now);
	for (int step = 0; step < 20000; step++) {
		unsigned i = rng_u32(&r) % N;
		tstamp in = rng_u32(&r);

		if (rng_u32(&r) % 8 == 0)
			in *= 40;		/* up to 170 s */
		set(i, rng_u32(&r) % 10 == 0 ? NEVER : now + in);
		now += rng_u32(&r) % 1000 == 0 ? 3 * TURN + 7 :
		    rng_u32(&r) % (2 * WHEEL_TICK);
		fired += expire(now);
	}
	ATF_CHECK(fired > 5000);
	now += 200 * SEC(1);
	expire(now);
	ATF_CHECK_EQ(0, w.armed);
}

/* Whoever sleeps until wheel_next() misses nothing and is not woken early
 * more than once a turn. */
ATF_TC_WITHOUT_HEAD(next_is_enough);
ATF_TC_BODY(next_is_enough, tc)
{
	tstamp now = SEC(5) + 3;
	unsigned idle = 0;
	struct rng r;

	rng_seed(&r, 2);
	setup(now);
	ATF_CHECK_EQ(NEVER, wheel_next(&w));
	for (unsigned i = 0; i < N; i++)
		set(i, now + (uint64_t)rng_u32(&r) * 20);
	while (w.armed > 0) {
		tstamp next = wheel_next(&w), first = NEVER;

		for (unsigned i = 0; i < N; i++)
			first = tstamp_min(first, due[i]);
		ATF_REQUIRE(next > now);
		ATF_REQUIRE(next <= first + WHEEL_TICK);
		ATF_REQUIRE(next <= now + TURN + WHEEL_TICK);
		now = next;
		idle += expire(now) == 0;
	}
	ATF_CHECK(idle <= 12);
	ATF_CHECK_EQ(NEVER, wheel_next(&w));
}

ATF_TC_WITHOUT_HEAD(far_deadlines);
ATF_TC_BODY(far_deadlines, tc)
{
	tstamp now = 0;

	setup(now);
	set(0, SEC(3600));
	set(1, 10 * TURN);		/* the slot of now, ten turns on */
	set(2, NEVER - 1);
	for (int i = 0; i < 3599; i++) {
		now += SEC(1);
		unsigned want = due[1] <= now;

		ATF_REQUIRE_EQ(want, expire(now));
	}
	ATF_CHECK_EQ(2, w.armed);
	ATF_CHECK_EQ(0, expire(SEC(3600) - 1));
	ATF_CHECK_EQ(1, expire(SEC(3600)));
	ATF_CHECK_EQ(1, w.armed);
}

ATF_TC_WITHOUT_HEAD(after_a_long_sleep);
ATF_TC_BODY(after_a_long_sleep, tc)
{
	setup(0);
	for (unsigned i = 0; i < N; i++)
		set(i, (tstamp)i * MSEC(100));
	ATF_CHECK_EQ(401, expire(SEC(40)));
	ATF_CHECK_EQ(N - 401, expire(SEC(400)));
}

/* A timer that comes again and again must not keep the loop for ever, nor
 * be lost. */
ATF_TC_WITHOUT_HEAD(armed_in_the_loop);
ATF_TC_BODY(armed_in_the_loop, tc)
{
	struct timer *x;
	unsigned n = 0, m = 0;

	setup(0);
	wheel_set(&w, &t[0], MSEC(10));
	wheel_set(&w, &t[1], MSEC(10));
	while ((x = wheel_expired(&w, SEC(1))) != NULL) {
		if (x == &t[1]) {
			m++;
			continue;
		}
		n++;
		wheel_set(&w, &t[0], MSEC(10) + MSEC(10) * n);
		ATF_REQUIRE(n < 1000);
	}
	ATF_CHECK_EQ(100, n);		/* one a tick until now */
	ATF_CHECK_EQ(1, m);
	ATF_CHECK_EQ(1, w.armed);
}

ATF_TC_WITHOUT_HEAD(moved_and_cancelled);
ATF_TC_BODY(moved_and_cancelled, tc)
{
	setup(SEC(1));
	set(0, SEC(2));
	set(1, SEC(2));
	set(2, SEC(2));
	set(1, SEC(3));			/* later */
	set(2, NEVER);
	set(2, NEVER);			/* twice is no harm */
	ATF_CHECK_EQ(2, w.armed);
	ATF_CHECK_EQ(1, expire(SEC(2)));
	set(1, SEC(1));			/* into the past: now */
	ATF_CHECK_EQ(1, expire(SEC(2) + 2 * WHEEL_TICK));
	ATF_CHECK_EQ(0, w.armed);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, random_times);
	ATF_TP_ADD_TC(tp, next_is_enough);
	ATF_TP_ADD_TC(tp, far_deadlines);
	ATF_TP_ADD_TC(tp, after_a_long_sleep);
	ATF_TP_ADD_TC(tp, armed_in_the_loop);
	ATF_TP_ADD_TC(tp, moved_and_cancelled);
	return atf_no_error();
}
