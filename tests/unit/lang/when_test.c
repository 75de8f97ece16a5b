/* Temporal scopes: what is understood, how it is printed, what it means. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "lang/when.h"

#define TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", text); }	\
	ATF_TC_BODY(name, tc)

#define US	INT64_C(1000000)

static struct when w;
static char why[128], text[WHEN_TEXT];

/* @in is understood, its text is @out, and that means the same. */
static void
good(const char *in, const char *out)
{
	struct when again;
	char twice[WHEN_TEXT];
	int err = when_parse(&w, in, why, sizeof(why));

	ATF_REQUIRE_MSG(err == 0, "%s: %s", in, why);
	ATF_CHECK_STREQ(out, when_text(&w, text));
	ATF_REQUIRE_EQ(0, when_parse(&again, text, why, sizeof(why)));
	ATF_CHECK_STREQ(text, when_text(&again, twice));
}

static void
bad(const char *in, int err, const char *says)
{
	struct when was;

	memset(&w, 0x5a, sizeof(w));
	was = w;
	why[0] = '\0';
	ATF_CHECK_EQ_MSG(err, when_parse(&w, in, why, sizeof(why)), "%s", in);
	ATF_CHECK_MSG(strstr(why, says) != NULL, "%s: %s", in, why);
	ATF_CHECK_EQ(0, memcmp(&was, &w, sizeof(w)));
}

TEST(forms, "every form of a scope, as it is printed")
{
	good("now", "now");
	good("  now  ", "now");
	good("now + 30s", "now + 30s");
	good("now+30s/10s", "now + 30s / 10s");
	good("now ... future / 1s", "now ... future / 1s");
	good("now...future", "now ... future");
	good("now + inf", "now ... future");
	good("now + inf / 90s", "now ... future / 1m30s");
	good("past ... now", "past ... now");
	good("past ... future", "past ... future");
	good("now + 3h / 7m30s", "now + 3h / 7m30s");
	good("now + 1d2h3m4s", "now + 1d2h3m4s");
	good("now + 3600s", "now + 1h");
	good("2026-11-26 10:00:00 ... 2026-11-26 11:00:00 / 1m",
	    "2026-11-26 10:00:00 ... 2026-11-26 11:00:00 / 1m");
	good("2026-11-26T10:00:00.25 + 3d12h",
	    "2026-11-26 10:00:00.250 + 3d12h");
	good("2026-11-26 10:00:00.0000019 ... future",
	    "2026-11-26 10:00:00.000001 ... future");
	good("2024-02-29", "2024-02-29 00:00:00");
	good("now ... 2026-11-27", "now ... 2026-11-27 00:00:00");
}

TEST(repeats, "repeated scopes and what they repeat")
{
	good("repeat now + 60s / 10s", "repeat now + 1m / 10s");
	ATF_CHECK(w.repeat && w.each.shape == WHEN_POINT);
	good("repeat now ... future / 1h { now + 5m / 1s }",
	    "repeat now ... future / 1h { now + 5m / 1s }");
	ATF_CHECK_EQ(300, w.each.secs);
	ATF_CHECK_EQ(1, w.each.period);
	good("repeat now+1h/1m{now}", "repeat now + 1h / 1m");
	good("repeat 2026-01-01 13:00:00 ... 2026-06-01 14:00:00 / 30m "
	    "{ now + 5m }", "repeat 2026-01-01 13:00:00 ... 2026-06-01 "
	    "14:00:00 / 30m { now + 5m }");
}

TEST(refused, "what is none is refused, with the place")
{
	bad("", -E_FORMAT, "wanted at the end");
	bad("soon", -E_FORMAT, "at \"soon\"");
	bad("nowadays", -E_FORMAT, "at \"nowadays\"");
	bad("now + ", -E_FORMAT, "30s or 1h30m");
	bad("now + 0s", -E_RANGE, "1s to 3650d");
	bad("now + 9999d", -E_RANGE, "1s to 3650d");
	bad("now + 99999999999s", -E_FORMAT, "duration");
	bad("now + 5", -E_FORMAT, "duration");
	bad("now + 5s3m", -E_FORMAT, "duration");
	bad("now + 5s6s", -E_FORMAT, "duration");
	bad("now - 5s", -E_FORMAT, "at \"- 5s\"");
	bad("now / 5s", -E_FORMAT, "at \"/ 5s\"");
	bad("now + 5s / 0s", -E_RANGE, "1s to 3650d");
	bad("now + 5s / 1s / 1s", -E_FORMAT, "nothing more");
	bad("now ... now", -E_RANGE, "before the begin");
	bad("now ... past", -E_RANGE, "before the begin");
	bad("future ... now", -E_RANGE, "before the begin");
	bad("future", -E_FORMAT, "an end is wanted");
	bad("past + 5s", -E_FORMAT, "+ goes with now");
	bad("future + inf", -E_RANGE, "before the begin");
	bad("2026-11-26 10:00", -E_FORMAT, "2026-11-26 10:00:00");
	bad("2026-11-26 10", -E_FORMAT, "2026-11-26 10:00:00");
	bad("2026-11", -E_FORMAT, "2026-11-26");
	bad("2026-02-30", -E_RANGE, "no such day");
	bad("2026-13-01", -E_FORMAT, "a time like");
	bad("1969-12-31", -E_FORMAT, "a time like");
	bad("2026-11-26 11:00:00 ... 2026-11-26 10:00:00", -E_RANGE,
	    "before the begin");
	bad("repeat now", -E_FORMAT, "repeat wants");
	bad("repeat now + 1h", -E_FORMAT, "repeat wants");
	bad("repeat now + 1h / 1m {", -E_FORMAT, "wanted at the end");
	bad("repeat now + 1h / 1m { now", -E_FORMAT, "} is wanted");
	bad("repeat now + 1h / 1m { now ... future }", -E_FORMAT,
	    "has a duration");
	bad("repeat now + 1h / 1m { 2026-11-26 }", -E_FORMAT,
	    "begins with now");
	bad("repeat now ... future cron 0 0 0 * * *", -E_FORMAT, "cron");
	bad("now + 30s / 10s }", -E_FORMAT, "nothing more");
}

TEST(meaning, "begin, end and ticks at a moment")
{
	int64_t now = 1000 * US;

	good("now", "now");
	ATF_CHECK_EQ(1, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(now, when_begins(&w.span, now));
	ATF_CHECK_EQ(now, when_ends(&w.span, now));
	good("now + 30s / 10s", "now + 30s / 10s");
	ATF_CHECK_EQ(now + 30 * US, when_ends(&w.span, now));
	ATF_CHECK_EQ(3, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(4, when_ticks(&w.span, now, true));
	good("now + 35s / 10s", "now + 35s / 10s");
	ATF_CHECK_EQ(4, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(4, when_ticks(&w.span, now, true));
	good("now + 5s / 10s", "now + 5s / 10s");
	ATF_CHECK_EQ(1, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(1, when_ticks(&w.span, now, true));
	good("now + 30s", "now + 30s");
	ATF_CHECK_EQ(1, when_ticks(&w.span, now, false));
	good("now ... future / 1s", "now ... future / 1s");
	ATF_CHECK_EQ(UINT64_MAX, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(INT64_MAX, when_ends(&w.span, now));
	good("1970-01-01 00:00:10 ... now / 1s",
	    "1970-01-01 00:00:10 ... now / 1s");
	ATF_CHECK_EQ(10 * US, when_begins(&w.span, now));
	ATF_CHECK_EQ(990, when_ticks(&w.span, now, false));
	ATF_CHECK_EQ(0, when_ticks(&w.span, 5 * US, false));
	good("past ... now", "past ... now");
	ATF_CHECK_EQ(INT64_MIN, when_begins(&w.span, now));
}

TEST(durations, "a duration as text")
{
	char out[WHEN_DURATION];

	ATF_CHECK_STREQ("0s", when_duration_text(0, out));
	ATF_CHECK_STREQ("1m1s", when_duration_text(61, out));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, forms);
	ATF_TP_ADD_TC(tp, repeats);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, meaning);
	ATF_TP_ADD_TC(tp, durations);
	return atf_no_error();
}
