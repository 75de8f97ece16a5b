/* Descriptors that a thread sleeps on. */
#include <atf-c.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/rng.h"
#include "os/ready.h"

static struct ready *r;
static struct ready_event e[READY_MOST];

static void
make_pipe(int fd[2])
{
	ATF_REQUIRE_EQ(0, pipe2(fd, O_NONBLOCK | O_CLOEXEC));
}

static void
close_pipe(const int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

ATF_TC_WITHOUT_HEAD(in_and_out);
ATF_TC_BODY(in_and_out, tc)
{
	int a[2], b[2];

	ATF_REQUIRE((r = ready_new()) != NULL);
	make_pipe(a);
	make_pipe(b);
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 7, 0, READY_IN));
	ATF_REQUIRE_EQ(0, ready_want(r, b[1], 9, 0, READY_IN));
	ATF_CHECK_EQ(0, ready_sleep(r, e, 0));
	ATF_REQUIRE_EQ(1, write(a[1], "x", 1));
	ATF_REQUIRE_EQ(1, ready_sleep(r, e, NEVER));
	ATF_CHECK_EQ(7, e[0].tag);
	ATF_CHECK_EQ(READY_IN, e[0].what);
	ATF_CHECK_EQ(1, ready_sleep(r, e, 0));	/* it still is */
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 7, READY_IN, 0));
	ATF_CHECK_EQ(0, ready_sleep(r, e, 0));
	ATF_REQUIRE_EQ(0, ready_want(r, b[1], 9, READY_IN, READY_OUT));
	ATF_REQUIRE_EQ(1, ready_sleep(r, e, NEVER));
	ATF_CHECK_EQ(9, e[0].tag);
	ATF_CHECK_EQ(READY_OUT, e[0].what);
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 8, 0, READY_IN));
	ATF_CHECK_EQ(2, ready_sleep(r, e, NEVER));
	ready_free(r);
	close_pipe(a);
	close_pipe(b);
}

/* The other end is gone: both, and nothing to who wants neither. */
ATF_TC_WITHOUT_HEAD(ends);
ATF_TC_BODY(ends, tc)
{
	int a[2], b[2];

	ATF_REQUIRE((r = ready_new()) != NULL);
	make_pipe(a);
	make_pipe(b);
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 1, 0, READY_IN));
	close(a[1]);
	ATF_REQUIRE_EQ(1, ready_sleep(r, e, NEVER));
	ATF_CHECK_EQ(READY_IN | READY_OUT, e[0].what);
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 1, READY_IN, 0));
	ATF_CHECK_EQ(0, ready_sleep(r, e, 0));
	close(a[0]);

	/* Closed first: forgotten with the rest, others can come. */
	ATF_REQUIRE_EQ(0, ready_want(r, b[0], 2, 0, READY_IN));
	close_pipe(b);
	ATF_REQUIRE_EQ(0, ready_clear(r));
	ATF_CHECK_EQ(0, ready_sleep(r, e, 0));
	make_pipe(b);
	ATF_REQUIRE_EQ(0, ready_want(r, b[1], 3, 0, READY_OUT));
	ATF_REQUIRE_EQ(1, ready_sleep(r, e, NEVER));
	ATF_CHECK_EQ(3, e[0].tag);
	ready_free(r);
	ready_free(NULL);
	close_pipe(b);
}

ATF_TC_WITHOUT_HEAD(time_passes);
ATF_TC_BODY(time_passes, tc)
{
	static const tstamp naps[] = { 1, USEC(300), MSEC(2), MSEC(30) };
	int a[2];

	ATF_REQUIRE((r = ready_new()) != NULL);
	make_pipe(a);
	ATF_REQUIRE_EQ(0, ready_want(r, a[0], 1, 0, READY_IN));
	for (size_t i = 0; i < sizeof(naps) / sizeof(naps[0]); i++) {
		tstamp start = clock_now();

		ATF_CHECK_EQ(0, ready_sleep(r, e, naps[i]));
		ATF_CHECK(clock_now() - start >= naps[i]);
	}
	ready_free(r);
	close_pipe(a);
}

/* More are ready than one sleep can tell of: nobody is forgotten. */
ATF_TC_WITHOUT_HEAD(many);
ATF_TC_BODY(many, tc)
{
	enum { ALL = READY_MOST * 3 };
	int fd[ALL][2];
	unsigned seen[ALL] = { 0 };

	ATF_REQUIRE((r = ready_new()) != NULL);
	for (uint32_t i = 0; i < ALL; i++) {
		make_pipe(fd[i]);
		ATF_REQUIRE_EQ(1, write(fd[i][1], "x", 1));
		ATF_REQUIRE_EQ(0, ready_want(r, fd[i][0], i, 0, READY_IN));
	}
	for (int turn = 0; turn < 2 * ALL; turn++) {
		int n = ready_sleep(r, e, 0);

		ATF_REQUIRE(n > 0);
		for (int i = 0; i < n; i++)
			seen[e[i].tag]++;
	}
	for (int i = 0; i < ALL; i++) {
		ATF_CHECK_MSG(seen[i] > 0, "never %d", i);
		close_pipe(fd[i]);
	}
	ready_free(r);
}

/* Who wants what changes all the time, in short sleeps and in long ones. */
ATF_TC_WITHOUT_HEAD(changes);
ATF_TC_BODY(changes, tc)
{
	enum { ALL = 20 };
	int fd[ALL][2];
	unsigned wants[ALL] = { 0 }, full[ALL] = { 0 };
	struct rng rng;

	rng_seed(&rng, 7);
	ATF_REQUIRE((r = ready_new()) != NULL);
	for (int i = 0; i < ALL; i++)
		make_pipe(fd[i]);
	for (int turn = 0; turn < 20000; turn++) {
		uint32_t i = rng_u32(&rng) % ALL, seen = 0, due = 0;
		unsigned is = rng_u32(&rng) % 4 != 0 ? READY_IN : 0;
		char c;

		ATF_REQUIRE_EQ(0, ready_want(r, fd[i][0], i, wants[i], is));
		wants[i] = is;
		i = rng_u32(&rng) % ALL;
		ATF_REQUIRE_EQ(1, full[i] ? read(fd[i][0], &c, 1) :
		    write(fd[i][1], "x", 1));
		full[i] = !full[i];
		for (i = 0; i < ALL; i++)
			due |= (uint32_t)(wants[i] != 0 && full[i]) << i;
		int n = ready_sleep(r, e, 0);

		while (n-- > 0) {
			ATF_CHECK_EQ(READY_IN, e[n].what);
			seen |= 1u << e[n].tag;
		}
		ATF_REQUIRE_EQ(due, seen);
		if (turn % 1000 > 900)
			usleep(300);
	}
	ready_free(r);
	for (int i = 0; i < ALL; i++)
		close_pipe(fd[i]);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, in_and_out);
	ATF_TP_ADD_TC(tp, ends);
	ATF_TP_ADD_TC(tp, time_passes);
	ATF_TP_ADD_TC(tp, many);
	ATF_TP_ADD_TC(tp, changes);
	return atf_no_error();
}
