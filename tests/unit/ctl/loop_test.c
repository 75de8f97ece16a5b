/* The event loop: order, times, freeing inside callbacks, fork. */
#include <atf-c.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl/loop.h"

static struct loop *l;
static int calls;
static tstamp called;

static void
count(void *arg, tstamp now)
{
	(void)arg;
	calls++;
	called = now;
}

ATF_TC_WITHOUT_HEAD(timer_never_early);
ATF_TC_BODY(timer_never_early, tc)
{
	struct loop_timer *t;

	l = loop_new();
	t = loop_timer_new(l, count, NULL);
	for (tstamp d = USEC(1); d < MSEC(30); d = d * 3 + 17) {
		tstamp when = clock_now() + d;

		loop_timer_set(t, when);
		loop_run(l);	/* ends: nothing is watched any more */
		ATF_CHECK(called >= when);
	}
	ATF_CHECK(calls > 5);
	loop_timer_free(t);
	loop_free(l);
}

ATF_TC_WITHOUT_HEAD(timer_moves);
ATF_TC_BODY(timer_moves, tc)
{
	struct loop_timer *t;
	tstamp start = clock_now();

	l = loop_new();
	t = loop_timer_new(l, count, NULL);
	loop_timer_set(t, start + SEC(60));
	loop_timer_set(t, start + MSEC(5));
	loop_run(l);
	ATF_CHECK_EQ(1, calls);
	loop_timer_set(t, start + MSEC(5));	/* passed: at once */
	loop_run(l);
	ATF_CHECK_EQ(2, calls);
	loop_timer_set(t, start + MSEC(50));
	loop_timer_set(t, NEVER);
	loop_once(l, MSEC(100));
	ATF_CHECK_EQ(2, calls);
	ATF_CHECK(clock_now() >= start + MSEC(100));
	loop_timer_free(t);
	loop_free(l);
}

static int fd[2];
static struct loop_fd *watch;

static void
take(void *arg, unsigned what)
{
	char c;

	(void)arg;
	calls++;
	ATF_CHECK_EQ(LOOP_READ, what);
	ATF_REQUIRE_EQ(1, read(fd[0], &c, 1));
	if (c == 'x') {
		loop_fd_free(watch);
		loop_stop(l);
	}
}

ATF_TC_WITHOUT_HEAD(free_inside);
ATF_TC_BODY(free_inside, tc)
{
	l = loop_new();
	ATF_REQUIRE_EQ(0, pipe(fd));
	watch = loop_fd_new(l, fd[0], take, NULL);
	ATF_REQUIRE_EQ(3, write(fd[1], "aax", 3));
	loop_once(l, MSEC(10));
	ATF_CHECK_EQ(0, calls);		/* not wanted yet */
	ATF_CHECK_EQ(0, loop_fd_want(watch, LOOP_READ));
	loop_run(l);
	ATF_CHECK_EQ(3, calls);
	loop_free(l);
}

static void
on_write(void *arg, unsigned what)
{
	(void)arg;
	calls++;
	ATF_CHECK_EQ(LOOP_WRITE, what);
	loop_fd_want(watch, 0);
}

ATF_TC_WITHOUT_HEAD(want_changes);
ATF_TC_BODY(want_changes, tc)
{
	l = loop_new();
	ATF_REQUIRE_EQ(0, pipe(fd));
	watch = loop_fd_new(l, fd[1], on_write, NULL);
	ATF_CHECK_EQ(0, loop_fd_want(watch, LOOP_WRITE));
	loop_run(l);
	ATF_CHECK_EQ(1, calls);
	ATF_CHECK_EQ(0, loop_fd_want(watch, LOOP_WRITE | LOOP_READ));
	ATF_CHECK_EQ(0, loop_fd_want(watch, LOOP_WRITE));
	loop_run(l);
	ATF_CHECK_EQ(2, calls);
	loop_fd_free(watch);
	loop_free(l);
}

static void
on_signal(void *arg, int sig)
{
	(void)arg;
	calls += sig;
	loop_stop(l);
}

ATF_TC_WITHOUT_HEAD(signals_and_fork);
ATF_TC_BODY(signals_and_fork, tc)
{
	struct loop_signal *s;
	int status;

	l = loop_new();
	s = loop_signal_new(l, SIGUSR1, on_signal, NULL);
	raise(SIGUSR1);
	loop_run(l);
	ATF_CHECK_EQ(SIGUSR1, calls);
	if (fork() == 0) {
		if (loop_after_fork(l) != 0)
			_exit(1);
		raise(SIGUSR1);
		loop_run(l);
		_exit(calls == 2 * SIGUSR1 ? 0 : 2);
	}
	wait(&status);
	ATF_CHECK_EQ(0, status);
	loop_once(l, MSEC(20));		/* the child's was not ours */
	ATF_CHECK_EQ(SIGUSR1, calls);
	loop_signal_free(s);
	loop_free(l);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, timer_never_early);
	ATF_TP_ADD_TC(tp, timer_moves);
	ATF_TP_ADD_TC(tp, free_inside);
	ATF_TP_ADD_TC(tp, want_changes);
	ATF_TP_ADD_TC(tp, signals_and_fork);
	return atf_no_error();
}
