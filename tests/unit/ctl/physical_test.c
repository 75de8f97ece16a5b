/* One line's way up and down again: hosts that refuse, scripts that fail. */
#include <atf-c.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <malloc.h>
#endif

#include "base/log.h"
#include "ctl/physical.h"

static struct loop *loop;
static struct physical *ph;
static struct profile prof;
static unsigned failures, opened;
static enum why why;
static char warning[LOG_TEXT];

static void
keep_warning(const struct log_line *line, void *arg)
{
	(void)arg;
	if (line->level == LOG_WARN_)
		memcpy(warning, line->text, sizeof(line->text));
}

static void
on_state(void *arg, enum link_state to)
{
	(void)arg;
	(void)to;
}

static void
on_ready(void *arg, const struct stream_conf *c)
{
	(void)arg;
	close(c->in);
	if (c->out != c->in)
		close(c->out);
	opened++;
}

static void
on_failed(void *arg, enum why w)
{
	(void)arg;
	why = w;
	failures++;
}

static void
on_closed(void *arg)
{
	(void)arg;
}

static void
expand(void *arg, const char *in, struct txt *out)
{
	(void)arg;
	txt_put(out, "%s", in);
}

static const struct link_conf *
conf(void *arg)
{
	(void)arg;
	return &prof.link[0];
}

static void
begin(void)
{
	struct physical_hooks h = { .state = on_state, .ready = on_ready,
	    .failed = on_failed, .closed = on_closed, .expand = expand,
	    .conf = conf };

#ifdef __linux__
	mallopt(M_PERTURB, 0x5a);	/* what is freed is not read */
#endif
	log_set_sink(keep_warning, NULL);
	profile_default(&prof);
	loop = loop_new();
	ATF_REQUIRE(loop != NULL);
	ph = physical_new(loop, &h);
	ATF_REQUIRE(ph != NULL);
}

static void
end(void)
{
	physical_free(ph);
	loop_free(loop);
}

static void
try(const char *device, const char *dial)
{
	char text[200] = "";

	strcpy(prof.dial, dial);
	ATF_REQUIRE_EQ_MSG(0, physical_open(ph, device, true, "tun0", text,
	    sizeof(text)), "%s", text);
}

/* Until the line is up, or nothing is left of it. */
static void
settle(void)
{
	tstamp until = clock_now() + SEC(10);
	unsigned before = opened + failures;

	while (opened + failures == before && clock_now() < until)
		loop_once(loop, MSEC(20));
	ATF_REQUIRE(opened + failures > before);
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	begin();
	try("127.0.0.1:1", "");
	settle();
	ATF_CHECK_EQ(1, failures);
	ATF_CHECK_EQ(WHY_NO_DEVICE, why);
	ATF_CHECK_MSG(strstr(warning, "127.0.0.1:1: Connection refused") !=
	    NULL, "%s", warning);
	end();
}

/* The host's answer comes together with the end: the end counts. */
ATF_TC_WITHOUT_HEAD(ended_while_connecting);
ATF_TC_BODY(ended_while_connecting, tc)
{
	begin();
	try("127.0.0.1:nosuchservice", "");
	usleep(300000);
	ATF_CHECK(physical_abort(ph, WHY_ADMIN));
	settle();
	ATF_CHECK_EQ(1, failures);
	ATF_CHECK_EQ(WHY_ADMIN, why);
	ATF_CHECK(!physical_busy(ph));
	end();
}

/* What one call said behind the words that ended it is not the next's. */
ATF_TC_WITHOUT_HEAD(old_words);
ATF_TC_BODY(old_words, tc)
{
	begin();
	try("!printf \"BUSY CONNECT\"", "ABORT BUSY NEVER");
	settle();
	ATF_CHECK_EQ(WHY_CHAT, why);
	try("!cat", "TIMEOUT 1 CONNECT");
	settle();
	ATF_CHECK_EQ(0, opened);
	ATF_CHECK_EQ(2, failures);
	end();
}

ATF_TC_WITHOUT_HEAD(no_zombies);
ATF_TC_BODY(no_zombies, tc)
{
	tstamp until;

	begin();
	try("!cat", "\"\" \"!sleep 60\" NEVER");
	until = clock_now() + MSEC(300);
	while (clock_now() < until)
		loop_once(loop, MSEC(20));
	ATF_CHECK(physical_abort(ph, WHY_ADMIN));
	settle();
	until = clock_now() + MSEC(500);
	while (clock_now() < until) {
		dev_reap(clock_now());
		usleep(20000);
	}
	ATF_CHECK_EQ(-1, waitpid(-1, NULL, WNOHANG));
	ATF_CHECK_EQ(ECHILD, errno);
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, ended_while_connecting);
	ATF_TP_ADD_TC(tp, old_words);
	ATF_TP_ADD_TC(tp, no_zombies);
	return atf_no_error();
}
