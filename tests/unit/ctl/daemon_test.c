/* The parent of -background: what it prints and how it ends. */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/daemon.h"

static volatile sig_atomic_t interrupted;

static void
on_int(int sig)
{
	(void)sig;
	interrupted = 1;
}

static void
ms(long n)
{
	struct timespec ts = { n / 1000, n % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* Elsewhere than on Linux nobody knows; then time must do. */
static bool
catches(pid_t pid, int sig)
{
	char path[40], line[128];
	unsigned long long caught = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "r");
	if (f == NULL) {
		ms(500);
		return true;
	}
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "SigCgt: %llx", &caught) == 1)
			break;
	fclose(f);
	return caught >> (sig - 1) & 1;
}

/*
 * A parent whose child reports @codes (negative: ends); returns its exit
 * status. What it prints goes to the file "out", its log to "log".
 */
static int
parent(const int *codes, bool quiet, pid_t *pid)
{
	struct daemon d;
	int status, code;

	fflush(NULL);
	*pid = fork();
	if (*pid == 0) {
		ATF_REQUIRE(freopen("out", "w", stdout) != NULL);
		ATF_REQUIRE(freopen("log", "w", stderr) != NULL);
		setvbuf(stderr, NULL, _IONBF, 0);
		signal(SIGINT, on_int);
		code = daemon_fork(&d, true, quiet);
		if (code != DAEMON_CHILD)
			_exit(code);
		daemon_close_std(false);
		for (; *codes >= 0; codes++)
			daemon_report(&d, (enum exit_code)*codes);
		while (*codes == -2 && !interrupted)
			ms(5);
		if (*codes == -2)
			daemon_report(&d, XC_TERM);
		_exit(99);
	}
	if (codes[0] == -2)
		return 0;
	ATF_REQUIRE_EQ(*pid, waitpid(*pid, &status, 0));
	ATF_REQUIRE(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
expect(const int *codes, bool quiet, int status, const char *out,
    const char *log)
{
	pid_t pid;

	ATF_CHECK_EQ(status, parent(codes, quiet, &pid));
	ATF_CHECK_MSG(atf_utils_compare_file("out", out), "out");
	ATF_CHECK_MSG(atf_utils_compare_file("log", log), "log");
}

ATF_TC_WITHOUT_HEAD(reports);
ATF_TC_BODY(reports, tc)
{
	expect((int[]){ XC_NORMAL, -1 }, false, 0, "PPP enabled\n",
	    "Phase: Parent: PPP enabled\n");
	expect((int[]){ XC_NORMAL, -1 }, true, 0, "",
	    "Phase: Parent: PPP enabled\n");
	expect((int[]){ XC_ERRDEAD, -1 }, false, 8,
	    "Child failed (errdead)\n",
	    "Phase: Parent: Child failed (errdead)\n");
	expect((int[]){ XC_REDIAL, XC_RECONNECT, XC_NORMAL, -1 }, false, 0,
	    "Attempting redial\nAttempting reconnect\nPPP enabled\n",
	    "Phase: Parent: Attempting redial\n"
	    "Phase: Parent: Attempting reconnect\n"
	    "Phase: Parent: PPP enabled\n");
	expect((int[]){ XC_REDIAL, XC_SOCK, -1 }, true, 2,
	    "Child failed (sock)\n", "Phase: Parent: Attempting redial\n"
	    "Phase: Parent: Child failed (sock)\n");
	/* Up, and down again later: the parent has gone. */
	expect((int[]){ XC_NORMAL, XC_ERRDEAD, -1 }, false, 0,
	    "PPP enabled\n", "Phase: Parent: PPP enabled\n");
}

ATF_TC_WITHOUT_HEAD(child_dies);
ATF_TC_BODY(child_dies, tc)
{
	expect((int[]){ -1 }, true, 0, "Child exit, no status.\n",
	    "Phase: Parent: Child exit, no status.\n");
	expect((int[]){ XC_REDIAL, -1 }, true, 13,
	    "Child exit, no status.\n", "Phase: Parent: Attempting redial\n"
	    "Phase: Parent: Child exit, no status.\n");
}

ATF_TC_WITHOUT_HEAD(signals_go_to_child);
ATF_TC_BODY(signals_go_to_child, tc)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	int status;
	pid_t pid;

	for (int i = 0; i < 4; i++) {
		parent((int[]){ -2 }, true, &pid);
		for (int n = 0; n < 3000 && !catches(pid, SIGTERM); n++)
			ms(10);
		ATF_CHECK_EQ(0, kill(pid, sigs[i]));
		ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
		ATF_CHECK(WIFEXITED(status));
		ATF_CHECK_EQ(XC_TERM, WEXITSTATUS(status));
	}
}

ATF_TC_WITHOUT_HEAD(at_once);
ATF_TC_BODY(at_once, tc)
{
	int status, fd[2];
	struct daemon d;
	pid_t pid, sid;

	ATF_REQUIRE_EQ(0, pipe(fd));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		int code = daemon_fork(&d, false, false);

		if (code != DAEMON_CHILD)
			_exit(code + 40);
		daemon_close_std(false);
		daemon_report(&d, XC_ERRDEAD);	/* nobody listens */
		sid = getsid(0) == getpid() && write(1, "x", 1) == 1 &&
		    read(0, &sid, 1) == 0;
		if (write(fd[1], &sid, sizeof(sid)) < 0)
			_exit(1);
		_exit(0);
	}
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_CHECK_EQ(40, WEXITSTATUS(status));
	ATF_REQUIRE_EQ(sizeof(sid), read(fd[0], &sid, sizeof(sid)));
	ATF_CHECK_EQ(1, sid);
}

ATF_TC_WITHOUT_HEAD(pid_file);
ATF_TC_BODY(pid_file, tc)
{
	char want[32];

	snprintf(want, sizeof(want), "%ld\n", (long)getpid());
	ATF_CHECK_EQ(0, pidfile_write(".", "tun7"));
	ATF_CHECK(atf_utils_compare_file("tun7.pid", want));
	pidfile_remove(".", "tun7");
	ATF_CHECK_EQ(-1, access("tun7.pid", F_OK));
	/* Somebody else's by now. */
	atf_utils_create_file("tun7.pid", "%d\n", 1);
	pidfile_remove(".", "tun7");
	ATF_CHECK_EQ(0, access("tun7.pid", F_OK));
	/* Never through a link. */
	ATF_REQUIRE_EQ(0, symlink("victim", "tun8.pid"));
	ATF_CHECK(pidfile_write(".", "tun8") < 0);
	ATF_CHECK_EQ(-1, access("victim", F_OK));
	ATF_CHECK(pidfile_write("./no/such", "tun7") < 0);
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	ATF_CHECK_STREQ("normal", exit_name(0));
	ATF_CHECK_STREQ("errdead", exit_name(8));
	ATF_CHECK_STREQ("nologin", exit_name(12));
	ATF_CHECK_STREQ("reconnect", exit_name(14));
	ATF_CHECK_STREQ("unknown", exit_name(15));
	ATF_CHECK_STREQ("unknown", exit_name(-1));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, reports);
	ATF_TP_ADD_TC(tp, child_dies);
	ATF_TP_ADD_TC(tp, signals_go_to_child);
	ATF_TP_ADD_TC(tp, at_once);
	ATF_TP_ADD_TC(tp, pid_file);
	ATF_TP_ADD_TC(tp, names);
	return atf_no_error();
}
