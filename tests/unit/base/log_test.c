/* Log levels, masks, and the way of a line from another thread. */
#include <atf-c.h>
#include <pthread.h>
#include <string.h>

#include "base/drop.h"
#include "base/log.h"
#include "base/why.h"

static struct log_line last;
static unsigned lines;

static void
sink(const struct log_line *line, void *arg)
{
	ATF_CHECK(arg == &lines);
	last = *line;
	lines++;
}

ATF_TC_WITHOUT_HEAD(masks);
ATF_TC_BODY(masks, tc)
{
	log_set_sink(sink, &lines);
	log_set_mask(LOG_BIT(LOG_IPCP));
	ATF_CHECK(log_on(LOG_IPCP));
	ATF_CHECK(!log_on(LOG_PHASE));
	ATF_CHECK(log_on(LOG_WARN_));
	ATF_CHECK(log_on(LOG_ERROR_));
	ATF_CHECK(log_on(LOG_ALERT_));
	log_put(LOG_PHASE, "not made");
	ATF_CHECK_EQ(0, lines);
	log_put(LOG_IPCP, "%s %u", "my", 7u);
	ATF_CHECK_EQ(1, lines);
	ATF_CHECK_STREQ("my 7", last.text);
	ATF_CHECK_EQ(LOG_IPCP, last.level);
	log_set_mask(0);
	ATF_CHECK(!log_on(LOG_IPCP));
	ATF_CHECK(log_on(LOG_ALERT_));
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		ATF_CHECK_EQ(i, log_level_find(log_level_name(
		    (enum log_level)i)));
	ATF_CHECK_EQ(LOG_TCPIP, log_level_find("tcp/ip"));
	ATF_CHECK_EQ(-1, log_level_find("tcp"));
	ATF_CHECK_EQ(-1, log_level_find(""));
	for (int i = 0; i < DROP_COUNT; i++) {
		ATF_CHECK(drop_name((enum drop)i)[0] != '\0');
		ATF_CHECK(drop_text((enum drop)i)[0] != '\0');
	}
	ATF_CHECK_STREQ("NO_SESSION", drop_name(DROP_NO_SESSION));
	ATF_CHECK_STREQ("PEER_PADT", why_name(WHY_PEER_PADT));
	ATF_CHECK_STREQ("NONE", why_name((enum why)250));
	ATF_CHECK_STREQ("we", why_side(WHY_ADMIN));
}

ATF_TC_WITHOUT_HEAD(long_lines);
ATF_TC_BODY(long_lines, tc)
{
	char text[1000];

	log_set_sink(sink, &lines);
	memset(text, 'y', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_put(LOG_WARN_, "%s", text);
	ATF_CHECK_EQ(sizeof(last.text) - 1, strlen(last.text));
}

static void *
other(void *arg)
{
	log_thread_ring(arg);
	for (int i = 0; i < 10; i++)
		log_put(LOG_WARN_, "line %d", i);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(ring_of_a_thread);
ATF_TC_BODY(ring_of_a_thread, tc)
{
	struct spsc ring;
	pthread_t t;

	log_set_sink(sink, &lines);
	ATF_REQUIRE_EQ(0, spsc_init(&ring, 8, sizeof(struct log_line)));
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, other, &ring));
	ATF_REQUIRE_EQ(0, pthread_join(t, NULL));
	ATF_CHECK_EQ(0, lines);		/* only control calls the sink */
	ATF_CHECK_EQ(2, log_lost());
	log_drain(&ring);
	ATF_CHECK_EQ(8, lines);
	ATF_CHECK_STREQ("line 7", last.text);
	log_put(LOG_WARN_, "at once");	/* this thread has no ring */
	ATF_CHECK_EQ(9, lines);
	spsc_free(&ring);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, masks);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, long_lines);
	ATF_TP_ADD_TC(tp, ring_of_a_thread);
	return atf_no_error();
}
