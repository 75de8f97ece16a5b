/* Numbers now and before, as --monitor prints them. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "cmd/monitor.h"
#include "lb/governor.h"

#define BAR	"\u2502 "

static struct monitor m;
static struct txt t;

static void
take(tstamp when, long long sessions, long long active, enum gov_reason why)
{
	struct monitor_sample s = { .when = when, .total = sessions,
	    .active = active };

	snprintf(s.reason, sizeof(s.reason), "%s", gov_reason_name(why));
	monitor_add(&m, &s);
	txt_clear(&t);
	monitor_text(&m, 5, "stops", &t);
}

static void
says(const char *text)
{
	ATF_CHECK_MSG(strstr(txt_str(&t), text) != NULL, "no `%s' in %s",
	    text, txt_str(&t));
}

/* A machine that started just now has no numbers of 5 minutes ago. */
ATF_TC_WITHOUT_HEAD(young);
ATF_TC_BODY(young, tc)
{
	take(SEC(10), 4, 2, GOV_NO_REASON);
	take(SEC(15), 6, 2, GOV_NO_REASON);
	says("Total Sessions        " BAR "6          " BAR "4          "
	    BAR "-          " BAR "-  ");
	take(SEC(41), 8, 2, GOV_NO_REASON);
	says(BAR "8          " BAR "6          " BAR "4          " BAR "-  ");
	take(SEC(311), 8, 2, GOV_NO_REASON);
	says(BAR "8          " BAR "8          " BAR "8          " BAR "4  ");
	says("Sessions: 4 -> 8 over 5 minutes");
	txt_free(&t);
}

ATF_TC_WITHOUT_HEAD(reason);
ATF_TC_BODY(reason, tc)
{
	take(SEC(10), 4, 2, GOV_NO_REASON);
	take(SEC(15), 4, 3, GOV_NO_REASON);
	says("Workers: 2 -> 3 (by command)");
	take(SEC(20), 4, 4, GOV_CPU_HIGH);
	says("Workers: 3 -> 4 (cpu_high)");
	txt_free(&t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, young);
	ATF_TP_ADD_TC(tp, reason);
	return atf_no_error();
}
