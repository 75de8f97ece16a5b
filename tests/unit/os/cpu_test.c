/* The CPU time of another thread: it grows by work, not by sleep. */
#include <atf-c.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include "lib/netns.h"
#include "os/cpu.h"

static int go[2], done[2];

/* Works once for each octet it is sent. */
static void *
works(void *arg)
{
	char c;

	while (read(go[0], &c, 1) == 1) {
		for (volatile unsigned i = 0; i < 20000000; i++)
			;
		if (write(done[1], &c, 1) != 1)
			break;
	}
	return arg;
}

ATF_TC_WITHOUT_HEAD(others);
ATF_TC_BODY(others, tc)
{
	unsigned long long from, to;
	pthread_t t;
	char c = 'x';

	ATF_REQUIRE_EQ(0, pipe(go));
	ATF_REQUIRE_EQ(0, pipe(done));
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, works, NULL));
	from = cpu_thread_ns(t);
	ATF_REQUIRE_EQ(1, write(go[1], &c, 1));
	ATF_REQUIRE_EQ(1, read(done[0], &c, 1));
	to = cpu_thread_ns(t);
	ATF_CHECK(to - from > 1000000 && to - from < 10000000000ull);
	from = cpu_thread_ns(t);
	usleep(200000);			/* it waits, and that costs nothing */
	ATF_CHECK(cpu_thread_ns(t) - from < 50000000);
	close(go[1]);
	ATF_REQUIRE_EQ(0, pthread_join(t, NULL));
}

#ifdef __linux__
/* With a /sys/fs/cgroup of the test's own. */
NET_TEST(quota, "the quota of a cgroup, or of one above it, counts")
{
	unsigned list[1], all = cpu_list(list, 1);

	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNS));
	sh("mount --make-rprivate /");
	sh("mount -t tmpfs tmpfs /sys/fs/cgroup");
	ATF_CHECK_EQ(all, cpu_count());
	sh("echo max 100000 > /sys/fs/cgroup/cpu.max");
	ATF_CHECK_EQ(all, cpu_count());
	sh("echo 50000 100000 > /sys/fs/cgroup/cpu.max");
	ATF_CHECK_EQ(1, cpu_count());
	sh("echo 150000 100000 > /sys/fs/cgroup/cpu.max");
	ATF_CHECK_EQ(all < 2 ? all : 2, cpu_count());
	/* version 1, as a container sees its own */
	sh("rm /sys/fs/cgroup/cpu.max; mkdir /sys/fs/cgroup/cpu");
	sh("echo 100000 > /sys/fs/cgroup/cpu/cpu.cfs_period_us");
	sh("echo -1 > /sys/fs/cgroup/cpu/cpu.cfs_quota_us");
	ATF_CHECK_EQ(all, cpu_count());
	sh("echo 20000 > /sys/fs/cgroup/cpu/cpu.cfs_quota_us");
	ATF_CHECK_EQ(1, cpu_count());
}
#endif

ATF_TP_ADD_TCS(tp)
{
#ifdef __linux__
	ATF_TP_ADD_TC(tp, quota);
#endif
	ATF_TP_ADD_TC(tp, others);
	return atf_no_error();
}
