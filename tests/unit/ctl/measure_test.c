/* The table of measurements: runs, ticks, results, bounds, the end. */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "ctl/measure.h"

#define TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", text); }	\
	ATF_TC_BODY(name, tc)

struct probe {
	unsigned ticks, cancelled, freed, rows;
	bool	 slow;			/* does not say measure_ticked() */
	unsigned busy;			/* so often something is in the way */
	const char *fails;
	struct measure *m;
};

static struct loop *loop;
static struct measures *all;
static struct probe probe;
static char why[MEASURE_WHY];

static int
on_tick(void *arg, struct measure *m, char *text, size_t n)
{
	struct probe *p = arg;

	if (p->busy > 0) {
		p->busy--;
		return -E_EXIST;
	}
	p->ticks++;
	p->m = m;
	if (p->fails != NULL) {
		snprintf(text, n, "%s", p->fails);
		return -E_STATE;
	}
	for (unsigned i = 0; i < p->rows; i++)
		measure_row(m, json_pack("[i,i]", (int)p->ticks, (int)i));
	if (!p->slow)
		measure_ticked(m, NULL);
	return 0;
}

static void
on_cancel(void *arg)
{
	((struct probe *)arg)->cancelled++;
}

static void
on_free(void *arg)
{
	((struct probe *)arg)->freed++;
}

static const struct measure_kind kind = { on_tick, on_cancel, on_free };

static void
begin(void)
{
	loop = loop_new();
	all = measures_new(loop);
	ATF_REQUIRE(loop != NULL && all != NULL);
	probe = (struct probe){ .rows = 1 };
}

static void
end(void)
{
	measures_free(all);
	loop_free(loop);
}

static struct measure *
add(const char *when, const char *token)
{
	struct measure_plan p = { .label = "thing", .token = token,
	    .kind = &kind, .arg = &probe };
	char text[128];

	ATF_REQUIRE_EQ(0, when_parse(&p.when, when, text, sizeof(text)));
	why[0] = '\0';
	return measure_add(all, &p, why, sizeof(why));
}

static struct measure_view
view(const struct measure *m)
{
	struct measure_view v;

	measure_view(m, &v);
	return v;
}

static void
until(const struct measure *m, enum measure_state s)
{
	for (int i = 0; i < 600 && view(m).state != s; i++)
		loop_once(loop, MSEC(100));
	ATF_REQUIRE_STREQ(measure_state_name(s),
	    measure_state_name(view(m).state));
}

/* libc's, but somebody sets the wall clock. */
static time_t step;

int
clock_gettime(clockid_t id, struct timespec *ts)
{
	int err = (int)syscall(SYS_clock_gettime, id, ts);

	if (id == CLOCK_REALTIME)
		ts->tv_sec += step;
	return err;
}

TEST(stepped, "the wall clock is set by thousands of years")
{
	const time_t years = 7000 * INT64_C(31556952);
	const struct { const char *form; bool repeats; } scopes[] = {
		{ "%s ... 9999-12-31 / 1s", false },
		{ "repeat %s ... 9999-12-31 / 1s", true },
	};
	char at[WHEN_TIME], text[WHEN_TEXT];

	alarm(100);			/* not a step for each second */
	for (size_t i = 0; i < 2; i++) {
		struct measure *m;
		uint64_t missed;

		begin();
		step = 0;
		snprintf(text, sizeof(text), scopes[i].form,
		    when_time_text(clock_wall_us(), at));
		m = add(text, NULL);
		ATF_REQUIRE_MSG(m != NULL, "%s", why);
		ATF_CHECK_EQ(1, probe.ticks);
		step = years;
		for (int k = 0; k < 600 && probe.ticks < 2; k++)
			loop_once(loop, MSEC(100));
		missed = view(m).missed;
		ATF_CHECK(missed > (uint64_t)years - 60 &&
		    missed <= (uint64_t)years + 60);
		ATF_CHECK_EQ(scopes[i].repeats, view(m).runs >= 1);
		ATF_CHECK(view(m).next > clock_wall_us() - 2000000);
		end();
		step = 0;
	}
}

TEST(once, "now: done at once, with its rows")
{
	struct measure_result r;
	struct measure *m;

	begin();
	probe.rows = 3;
	m = add("now", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_DONE, view(m).state);
	ATF_CHECK_EQ(32, strlen(view(m).token));
	ATF_CHECK_EQ(m, measure_find(all, "1"));
	ATF_CHECK_EQ(m, measure_find(all, "thing"));
	ATF_CHECK_EQ(NULL, measure_of(all, "1"));
	ATF_CHECK_EQ(NULL, measure_of(all, "thing"));
	ATF_CHECK_EQ(m, measure_of(all, view(m).token));
	ATF_CHECK_EQ(1, view(m).runs);
	ATF_REQUIRE_EQ(1, view(m).results);
	measure_result(m, 0, &r);
	ATF_CHECK_EQ(3, json_array_size(r.rows));
	ATF_CHECK_STREQ("", r.why);
	ATF_CHECK(r.begun > 0 && r.begun <= r.ended);
	ATF_CHECK_EQ(0, view(m).next);
	ATF_CHECK(!measure_stop(m));
	end();
	ATF_CHECK_EQ(1, probe.freed);
}

TEST(ticks, "now + 3s / 1s: three ticks, one result")
{
	struct measure_result r;
	struct measure *m;

	begin();
	m = add("now + 3s / 1s", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_RUNNING, view(m).state);
	ATF_CHECK(view(m).next > 0);
	until(m, MEASURE_DONE);
	ATF_CHECK_EQ(3, probe.ticks + view(m).missed);
	ATF_REQUIRE_EQ(1, view(m).results);
	measure_result(m, 0, &r);
	ATF_CHECK_EQ(probe.ticks, json_array_size(r.rows));
	end();
}

TEST(repeats, "repeat now + 2s / 1s: a result each, the end included")
{
	struct measure *m;

	begin();
	m = add("repeat now + 2s / 1s", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(1, view(m).results);
	until(m, MEASURE_DONE);
	ATF_CHECK_EQ(3, view(m).runs + view(m).missed);
	ATF_CHECK_EQ(view(m).runs, view(m).results);
	end();
}

TEST(later, "a begin to come; it is stopped while it waits")
{
	struct measure *m;
	char when[64], at[WHEN_TIME];

	begin();
	snprintf(when, sizeof(when), "%s ... future / 1s",
	    when_time_text(clock_wall_us() + 3600 * INT64_C(1000000), at));
	m = add(when, NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_WAITING, view(m).state);
	loop_once(loop, MSEC(1));
	ATF_CHECK_EQ(0, probe.ticks);
	ATF_CHECK(measure_stop(m));
	ATF_CHECK_EQ(MEASURE_STOPPED, view(m).state);
	ATF_CHECK_EQ(0, view(m).results);
	ATF_CHECK_EQ(0, probe.cancelled);
	end();
}

TEST(slow, "a tick that takes its time, and is cancelled")
{
	struct measure *m;

	begin();
	probe.slow = true;
	m = add("now ... future / 1s", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(1, probe.ticks);
	measure_ticked(m, NULL);
	for (int i = 0; i < 600 && probe.ticks < 2; i++)
		loop_once(loop, MSEC(100));
	ATF_CHECK_EQ(2, probe.ticks);
	ATF_CHECK(measure_stop(m));
	ATF_CHECK_EQ(1, probe.cancelled);
	ATF_CHECK_EQ(1, view(m).results);
	/* the end of the table cancels, too */
	m = add("now", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_RUNNING, view(m).state);
	end();
	ATF_CHECK_EQ(2, probe.cancelled);
	ATF_CHECK_EQ(2, probe.freed);
}

TEST(failed, "why there is no result; the next run is tried all the same")
{
	struct measure_result r;
	struct measure *m;

	begin();
	probe.fails = "no such session";
	m = add("now", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_FAILED, view(m).state);
	measure_result(m, 0, &r);
	ATF_CHECK_STREQ("no such session", r.why);
	m = add("repeat now + 1s / 1s", NULL);
	ATF_REQUIRE(m != NULL);
	probe.fails = NULL;
	until(m, MEASURE_DONE);
	ATF_CHECK_EQ(2, view(m).results + view(m).missed);
	end();
}

TEST(in_the_way, "something is in the way: again a little later")
{
	struct measure *m;

	begin();
	probe.busy = 1;
	m = add("now", NULL);
	ATF_REQUIRE(m != NULL);
	ATF_CHECK_EQ(MEASURE_RUNNING, view(m).state);
	ATF_CHECK_EQ(0, probe.ticks);
	until(m, MEASURE_DONE);
	ATF_CHECK_EQ(1, probe.ticks);
	end();
}

TEST(bounds, "measurements, results and rows have an end")
{
	struct measure *first, *m;
	struct measure_result r;

	begin();
	first = add("now ... future / 1h", "mine");
	ATF_REQUIRE(first != NULL);
	ATF_CHECK(add("now", "mine") == NULL);
	ATF_CHECK(strstr(why, "token") != NULL);
	for (unsigned i = 0; i < 2 * MEASURE_MOST; i++)
		ATF_REQUIRE(add("now", NULL) != NULL);
	ATF_CHECK_EQ(first, measure_find(all, "mine"));
	ATF_CHECK_EQ(first, measure_find(all, "1"));
	m = measure_find(all, "thing");		/* the latest */
	ATF_CHECK_EQ(2 * MEASURE_MOST + 1, view(m).id);
	for (unsigned i = 1; i < MEASURE_MOST; i++)
		ATF_REQUIRE(add("now ... future / 1h", NULL) != NULL);
	ATF_CHECK(add("now", NULL) == NULL);
	ATF_CHECK(strstr(why, "too many") != NULL);
	ATF_CHECK(measure_stop(first));
	probe.rows = 2 * MEASURE_ROWS;
	m = add("now", NULL);
	ATF_REQUIRE(m != NULL);
	measure_result(m, 0, &r);
	ATF_REQUIRE_EQ(MEASURE_ROWS, json_array_size(r.rows));
	/* the last ones */
	ATF_CHECK_EQ(2 * MEASURE_ROWS - 1, json_integer_value(json_array_get(
	    json_array_get(r.rows, MEASURE_ROWS - 1), 1)));
	end();
}

TEST(never, "scopes that cannot be measured")
{
	begin();
	ATF_CHECK(add("past ... now", NULL) == NULL);
	ATF_CHECK_STREQ("the past cannot be measured", why);
	ATF_CHECK(add("2001-01-01 + 1h", NULL) == NULL);
	ATF_CHECK_STREQ("the past cannot be measured", why);
	ATF_CHECK(add("now ... 2001-01-01", NULL) == NULL);
	ATF_CHECK(add("now + inf", NULL) == NULL);
	ATF_CHECK(strstr(why, "period") != NULL);
	ATF_CHECK_EQ(4, probe.freed);
	ATF_CHECK_EQ(0, probe.ticks);
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, once);
	ATF_TP_ADD_TC(tp, stepped);
	ATF_TP_ADD_TC(tp, ticks);
	ATF_TP_ADD_TC(tp, repeats);
	ATF_TP_ADD_TC(tp, later);
	ATF_TP_ADD_TC(tp, slow);
	ATF_TP_ADD_TC(tp, failed);
	ATF_TP_ADD_TC(tp, in_the_way);
	ATF_TP_ADD_TC(tp, bounds);
	ATF_TP_ADD_TC(tp, never);
	return atf_no_error();
}
