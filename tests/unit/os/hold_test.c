/* Addresses that two processes give out of one list. */
#include <atf-c.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "os/hold.h"

#define ONE	0x0a000001u
#define TWO	0xfffffffeu

/* A process that holds @addr until it is killed. */
static pid_t
holder(uint32_t addr)
{
	int fd[2];
	char ok;
	pid_t pid;

	ATF_REQUIRE_EQ(0, pipe(fd));
	pid = fork();
	ATF_REQUIRE(pid >= 0);
	if (pid == 0) {
		struct addr_hold h;

		addr_hold_init(&h);
		ok = addr_hold(&h, "list", addr) == 0;
		if (write(fd[1], &ok, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	ATF_REQUIRE_EQ(1, read(fd[0], &ok, 1));
	ATF_REQUIRE(ok);
	close(fd[0]);
	close(fd[1]);
	return pid;
}

static void
end(pid_t pid)
{
	ATF_REQUIRE_EQ(0, kill(pid, SIGKILL));
	ATF_REQUIRE_EQ(pid, waitpid(pid, NULL, 0));
}

ATF_TC_WITHOUT_HEAD(two);
ATF_TC_BODY(two, tc)
{
	struct addr_hold h;
	pid_t other = holder(ONE), third;

	addr_hold_init(&h);
	ATF_CHECK_EQ(0, addr_hold(&h, "list", TWO));
	ATF_CHECK_EQ(-E_EXIST, addr_hold(&h, "list", ONE));
	ATF_CHECK_EQ(TWO, h.addr);	/* that of before stays */
	end(other);
	ATF_CHECK_EQ(0, addr_hold(&h, "list", ONE));
	third = holder(TWO);		/* let go with the change */
	end(third);
	addr_let_go(&h);
	third = holder(ONE);
	end(third);
	addr_hold_done(&h);
}

ATF_TC_WITHOUT_HEAD(no_file);
ATF_TC_BODY(no_file, tc)
{
	struct addr_hold h;

	addr_hold_init(&h);
	ATF_CHECK_EQ(-E_SYS, addr_hold(&h, "missing/list", ONE));
	ATF_CHECK_EQ(0, h.addr);
	addr_let_go(&h);
	addr_hold_done(&h);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, two);
	ATF_TP_ADD_TC(tp, no_file);
	return atf_no_error();
}
