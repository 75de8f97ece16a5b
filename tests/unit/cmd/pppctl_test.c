/* pppctl against a server of our own and against one that plays tricks. */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __FreeBSD__
#include <libutil.h>
#else
#include <pty.h>
#endif

#include "cmd/pppctl.h"
#include "unit/ctl/fake.h"

#define ARGS	16

/* The sanitizers keep what is freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NO_PAGES
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NO_PAGES
#endif
#endif

static char out[1 << 20], err[4096];

static void
slurp(const char *name, char *buf, size_t size)
{
	int fd = open(name, O_RDONLY);
	ssize_t n = read(fd, buf, size - 1);

	buf[n > 0 ? n : 0] = '\0';
	close(fd);
}

static const char *
sock(void)
{
	static char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char dir[80];

	ATF_REQUIRE(getcwd(dir, sizeof(dir)) != NULL);
	snprintf(path, sizeof(path), "%s/s", dir);
	return path;
}

/* The server of fake.h in a process of its own, until `quit all`. */
static pid_t
serve(const char *where, const char *password)
{
	int ready[2];
	pid_t pid;
	char c;

	ATF_REQUIRE_EQ(0, pipe(ready));
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct fake f;

		fake_open(&f);
		fake_listen(&f, where, password, NULL);
		if (write(ready[1], "", 1) == 1)
			loop_run(f.loop);
		fake_turn(&f, 50);
		fake_close(&f);
		_exit(0);
	}
	ATF_REQUIRE_EQ(1, read(ready[0], &c, 1));
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static void
stop(pid_t pid)
{
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}

static int
start(char **argv, const char *input)
{
	int argc = 0;

	while (argv[argc] != NULL)
		argc++;
	setsid();	/* no terminal to ask for passwords */
	if (freopen("out", "w", stdout) == NULL ||
	    freopen("err", "w", stderr) == NULL ||
	    freopen(input, "r", stdin) == NULL)
		return 99;
	return pppctl_main(argc, argv);
}

/* pppctl with these arguments up to NULL; fills out and err. */
static int
pppctl_in(const char *input, ...)
{
	char *argv[ARGS] = { strdup("pppctl") };
	const char *s;
	int n = 1, status;
	va_list ap;
	pid_t pid;

	va_start(ap, input);
	while ((s = va_arg(ap, const char *)) != NULL)
		argv[n++] = strdup(s);
	va_end(ap);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		status = start(argv, input);
		fflush(NULL);
		_exit(status);
	}
	for (int i = 0; i < n; i++)
		free(argv[i]);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_REQUIRE_MSG(WIFEXITED(status), "status %x", status);
	slurp("out", out, sizeof(out));
	slurp("err", err, sizeof(err));
	return WEXITSTATUS(status);
}
#define pppctl(...)	pppctl_in("/dev/null", __VA_ARGS__, NULL)

ATF_TC_WITHOUT_HEAD(one_command);
ATF_TC_BODY(one_command, tc)
{
	pid_t pid = serve(sock(), "secret");

	ATF_CHECK_EQ(0, pppctl("-p", "secret", sock(), "show", "version"));
	ATF_CHECK_STREQ("PPP Version 3.4.2\n", out);
	ATF_CHECK_STREQ("", err);
	ATF_CHECK_EQ(0, pppctl("-psecret", sock(), "lines 3"));
	ATF_CHECK_STREQ("line 1\nline 2\nline 3\n", out);
	stop(pid);
}

ATF_TC_WITHOUT_HEAD(commands_apart);
ATF_TC_BODY(commands_apart, tc)
{
	pid_t pid = serve(sock(), "");

	ATF_CHECK_EQ(0, pppctl(sock(), "lines", "1;", "none ;; lines 2;",
	    ";tail"));
	ATF_CHECK_STREQ("line 1\nline 1\nline 2\nno end\n", out);
	ATF_CHECK_STREQ("", err);
	stop(pid);
}

ATF_TC_WITHOUT_HEAD(verbose);
ATF_TC_BODY(verbose, tc)
{
	pid_t pid = serve(sock(), "secret");
	char host[64], want[512];

	gethostname(host, sizeof(host));
	host[strcspn(host, ".")] = '\0';
	snprintf(want, sizeof(want), "ppp on %s> passwd ********\n"
	    "ppp ON %s> lines 1\nline 1\nppp ON %s> quit\n", host, host,
	    host);
	ATF_CHECK_EQ(0, pppctl("-v", "-p", "secret", sock(), "lines 1"));
	ATF_CHECK_STREQ(want, out);
	stop(pid);
}

ATF_TC_WITHOUT_HEAD(wrong_password);
ATF_TC_BODY(wrong_password, tc)
{
	pid_t pid = serve(sock(), "secret");

	ATF_CHECK_EQ(0, pppctl("-p", "wrong", sock(), "lines 1"));
	ATF_CHECK_STREQ("", out);
	ATF_CHECK_STREQ("Password incorrect\n", err);
	/* None given and no terminal to ask at. */
	ATF_CHECK_EQ(0, pppctl(sock(), "lines 1"));
	ATF_CHECK_STREQ("", out);
	ATF_CHECK_STREQ("Password needed, and no terminal to ask at\n", err);
	stop(pid);
}

ATF_TC_WITHOUT_HEAD(quit_all);
ATF_TC_BODY(quit_all, tc)
{
	pid_t pid = serve(sock(), "secret");
	int status;

	ATF_CHECK_EQ(0, pppctl("-p", "secret", sock(), "lines 1; quit all"));
	ATF_CHECK_STREQ("line 1\n", out);
	ATF_CHECK_STREQ("", err);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_CHECK_EQ(0, status);
	ATF_CHECK_EQ(-1, access("s", F_OK));
}

ATF_TC_WITHOUT_HEAD(exit_statuses);
ATF_TC_BODY(exit_statuses, tc)
{
	char path[200];

	ATF_CHECK_EQ(1, pppctl("-v"));
	ATF_CHECK(strncmp(err, "usage: pppctl ", 14) == 0);
	ATF_CHECK_EQ(1, pppctl("-x", "3000"));
	ATF_CHECK_EQ(1, pppctl("-t", "0", "3000"));
	ATF_CHECK_EQ(1, pppctl("-t", "x", "3000"));
	ATF_CHECK(strstr(err, "-t x: Expected seconds") != NULL);
	ATF_CHECK_EQ(1, pppctl("no-such-service", "quit"));
	ATF_CHECK_EQ(1, pppctl("no.such.host.invalid:3000", "quit"));
	ATF_CHECK_EQ(1, pppctl("localhost:", "quit"));
	ATF_CHECK_EQ(1, pppctl(":3000", "quit"));
	ATF_CHECK_EQ(1, pppctl("[::1]", "quit"));
	ATF_CHECK_EQ(1, pppctl("[::1:3000", "quit"));
	ATF_CHECK_EQ(1, pppctl("", "quit"));
	ATF_CHECK_EQ(1, pppctl("127.0.0.1:1", "quit"));	/* refused */
	ATF_CHECK(strstr(err, "refused") != NULL);
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ATF_CHECK_EQ(1, pppctl(path, "quit"));
	ATF_CHECK_EQ(3, pppctl("/no/such/socket", "quit"));
	ATF_CHECK(strstr(err, "/no/such/socket: No such file") != NULL);
}

ATF_TC_WITHOUT_HEAD(over_tcp);
ATF_TC_BODY(over_tcp, tc)
{
	static const char *const form[] = {
		"%u", "127.0.0.1:%u", "[::1]:%u", "localhost:%u",
	};
	unsigned port = 10240 + (unsigned)getpid() % 20000;
	char where[64];
	pid_t pid;

	snprintf(where, sizeof(where), "%u", port);
	pid = serve(where, "secret");
	for (int i = 0; i < 4; i++) {
		snprintf(where, sizeof(where), form[i], port);
		ATF_CHECK_EQ(0, pppctl("-p", "secret", where, "lines 1"));
		ATF_CHECK_STREQ("line 1\n", out);
		ATF_CHECK_STREQ("", err);
	}
	stop(pid);
}

/* What looks like a prompt is not one, and 3 MB are no reason to stop. */
ATF_TC_WITHOUT_HEAD(answers_of_all_kinds);
ATF_TC_BODY(answers_of_all_kinds, tc)
{
	pid_t pid = serve(sock(), "");
	char host[64], want[512];

	gethostname(host, sizeof(host));
	host[strcspn(host, ".")] = '\0';
	snprintf(want, sizeof(want), "ppp ON %s> \nPPP ON %s> quit\n a > \n"
	    "> \nline 1\n", host, host);
	ATF_CHECK_EQ(0, pppctl(sock(), "fake; lines 1"));
	ATF_CHECK_STREQ(want, out);
	ATF_CHECK_EQ(0, pppctl(sock(), "blank; blank; lines 1"));
	ATF_CHECK_STREQ("\nblank\n\nblank\nline 1\n", out);
	ATF_CHECK_EQ(0, pppctl(sock(), "octets 1000000; lines 1"));
	ATF_CHECK_EQ(1000000 + 7, strlen(out));
	ATF_CHECK_STREQ("x\nline 1\n", out + 1000000 - 2);
	stop(pid);
}

/* Prompts that nobody asked for: the phase changes while we ask. */
ATF_TC_WITHOUT_HEAD(phase_changes_meanwhile);
ATF_TC_BODY(phase_changes_meanwhile, tc)
{
	pid_t pid = serve(sock(), "");

	ATF_CHECK_EQ(0, pppctl(sock(),
	    "word PPP; lines 1; slow; word ppp; lines 2; none"));
	ATF_CHECK_STREQ("line 1\nslow\nline 1\nline 2\n", out);
	stop(pid);
}

ATF_TC_WITHOUT_HEAD(from_standard_input);
ATF_TC_BODY(from_standard_input, tc)
{
	pid_t pid = serve(sock(), "");

	atf_utils_create_file("in", "lines 1\n\n  lines 2 \nlines 3");
	ATF_CHECK_EQ(0, pppctl_in("in", sock(), NULL));
	ATF_CHECK_STREQ("line 1\nline 1\nline 2\nline 1\nline 2\nline 3\n",
	    out);
	stop(pid);
}

/* ---- a server that follows a script ---- */

/* "<" and a line to wait for, ">" and text to send, "." to wait 60 ms. */
static pid_t
script(const char *const *step)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	struct timespec ts = { 0, 60000000 };
	char c, line[256];
	size_t n;
	pid_t pid;

	unlink("s");
	snprintf(un.sun_path, sizeof(un.sun_path), "s");
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&un, sizeof(un)));
	ATF_REQUIRE_EQ(0, listen(s, 1));
	fflush(NULL);
	pid = fork();
	if (pid != 0) {
		close(s);
		return pid;
	}
	signal(SIGPIPE, SIG_IGN);
	fd = accept(s, NULL, NULL);
	for (; *step != NULL; step++) {
		if ((*step)[0] == '.')
			nanosleep(&ts, NULL);
		if ((*step)[0] == '>' && write(fd, *step + 1,
		    strlen(*step + 1)) < 0)
			_exit(1);
		if ((*step)[0] != '<')
			continue;
		for (n = 0; read(fd, &c, 1) == 1 && c != '\n'; )
			line[n++] = c;
		line[n] = '\0';
		if (strcmp(line, *step + 1) != 0)
			_exit(2);
	}
	_exit(0);
}

static void
expect_script(const char *const *step, const char *command, const char *want)
{
	pid_t pid = script(step);
	int status;

	ATF_CHECK_EQ(0, pppctl("-t", "1", "-p", "a b#\"$\\", sock(),
	    command));
	ATF_CHECK_STREQ(want, out);
	ATF_REQUIRE_EQ(pid, waitpid(pid, &status, 0));
	ATF_CHECK_EQ_MSG(0, status, "%s: %x", command, status);
}
#define STEPS(...)	((const char *const[]){ __VA_ARGS__, NULL })

ATF_TC_WITHOUT_HEAD(prompts_in_pieces);
ATF_TC_BODY(prompts_in_pieces, tc)
{
	expect_script(STEPS(">p", ".", ">pp ON ho", ".", ">st> ", "<x",
	    ">a", ".", ">b\nPPP ", ".", ">ON host> ", "<quit"),
	    "x", "ab\n");
	/* Text that could become a prompt, and does not. */
	expect_script(STEPS(">ppp ON host> ", "<x", ">ppp ON host", ".",
	    ">> is\n> ", ".", ">ppp ON other> ", ".", ">\nppp ON host> ",
	    "<quit"), "x", "ppp ON host> is\n> ppp ON other> \n");
	expect_script(STEPS(">ppp ON host> ", "<x",
	    ">ppp ON host> not the end\nppp ON host> ", "<quit"), "x",
	    "ppp ON host> not the end\n");
}

ATF_TC_WITHOUT_HEAD(password_is_quoted);
ATF_TC_BODY(password_is_quoted, tc)
{
	expect_script(STEPS(">PPP on host> ",
	    "<passwd a\\ b\\#\\\"\\$\\\\", ">PPP ON host> ", "<x",
	    ">y\nPPP ON host> ", "<quit"), "x", "y\n");
}

ATF_TC_WITHOUT_HEAD(unasked_prompts);
ATF_TC_BODY(unasked_prompts, tc)
{
	/* Before the question, and between question and answer. */
	expect_script(STEPS(">ppp ON host> ", "<x",
	    ">\nPPP ON host> ", ".", ">answer\nPPP ON host> ", "<quit"),
	    "x", "answer\n");
	expect_script(STEPS(">ppp ON host> ", "<x",
	    ">\nPhase: one\nPPP ON host> answer\nPPP ON host> ", "<y",
	    ">two\nPPP ON host> ", "<quit"),
	    "x;y", "Phase: one\nanswer\ntwo\n");
	/* The answer is empty. */
	expect_script(STEPS(">ppp ON host> ", "<x",
	    ">\nPPP ON host> PPP ON host> ", "<y", ">two\nPPP ON host> ",
	    "<quit"), "x;y", "two\n");
	/* An answer, empty or not, and then at once a new prompt. */
	expect_script(STEPS(">ppp ON host> ", "<x",
	    ">PPP ON host> \nPpp ON host> ", "<y",
	    ">two\nPpp ON host> \nppp ON host> \nPPP ON host> ", "<quit"),
	    "x;y", "two\n");
	/* The answer comes so late that `quit` is on its way. */
	expect_script(STEPS(">ppp ON host> ", "<x", ">\nPPP ON host> ",
	    "<quit", ">late\nPPP ON host> "), "x", "late\n");
}

ATF_TC_WITHOUT_HEAD(server_goes);
ATF_TC_BODY(server_goes, tc)
{
	expect_script(STEPS(">ppp ON host> ", "<x", ">half"), "x", "half");
	ATF_CHECK_STREQ("", err);
	expect_script(STEPS("."), "x", "");
}

ATF_TC_WITHOUT_HEAD(silent_server);
ATF_TC_BODY(silent_server, tc)
{
	tstamp start = clock_now();
	pid_t pid = script(STEPS(">ppp ON host> ", "<x", ">half", "<y"));

	ATF_CHECK_EQ(0, pppctl("-t", "1", sock(), "x; y"));
	ATF_CHECK_STREQ("half", out);
	ATF_CHECK_STREQ("ppp is not responding\n", err);
	ATF_CHECK(clock_now() - start >= MSEC(1000));
	stop(pid);
	pid = script(STEPS("<x"));
	ATF_CHECK_EQ(0, pppctl("-t", "1", sock(), "x"));
	ATF_CHECK_STREQ("", out);
	ATF_CHECK_STREQ("ppp is not responding\n", err);
	stop(pid);
}

/* ---- at a terminal ---- */

/* Read the terminal until @want was seen; false after a minute. */
static bool
tty_until(int fd, const char *want)
{
	tstamp end = clock_now() + SEC(60);
	struct timespec ts = { 0, 5000000 };
	size_t n = 0;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (clock_now() < end) {
		ssize_t k = read(fd, out + n, sizeof(out) - 1 - n);

		n += k > 0 ? (size_t)k : 0;
		out[n] = '\0';
		if (strstr(out, want) != NULL)
			return true;
		nanosleep(&ts, NULL);
	}
	printf("no \"%s\" in \"%s\"\n", want, out);
	return false;
}

static void
tty_type(int fd, const char *text)
{
	ATF_REQUIRE_EQ((ssize_t)strlen(text), write(fd, text,
	    strlen(text)));
}

static pid_t
pppctl_tty(int *fd, const char *command)
{
	char *argv[] = { strdup("pppctl"), strdup(sock()),
	    command != NULL ? strdup(command) : NULL, NULL };
	pid_t pid;

	fflush(NULL);
	pid = forkpty(fd, NULL, NULL, NULL);
	if (pid == 0) {
		setenv("TERM", "xterm", 1);
		unsetenv("EL_EDITOR");
		_exit(pppctl_main(command != NULL ? 3 : 2, argv));
	}
	for (int i = 0; i < 3; i++)
		free(argv[i]);
	return pid;
}

ATF_TC_WITHOUT_HEAD(password_is_asked);
ATF_TC_BODY(password_is_asked, tc)
{
	pid_t server = serve(sock(), "secret"), pid;
	int fd, status;

	pid = pppctl_tty(&fd, "lines 2");
	ATF_CHECK(tty_until(fd, "Password: "));
	tty_type(fd, "secret\n");
	ATF_CHECK(tty_until(fd, "line 2\r\n"));
	ATF_CHECK(strstr(out, "secret") == NULL);
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(0, status);
	close(fd);
	stop(server);
}

ATF_TC_WITHOUT_HEAD(interactive);
ATF_TC_BODY(interactive, tc)
{
	pid_t server = serve(sock(), "secret"), pid;
	int fd, status;

	pid = pppctl_tty(&fd, NULL);
	ATF_CHECK(tty_until(fd, "Password: "));
	tty_type(fd, "secret\n");
	ATF_CHECK(tty_until(fd, "ppp ON "));
	tty_type(fd, "lines 3\n");
	ATF_CHECK(tty_until(fd, "line 3\r\n"));
	tty_type(fd, "\033[A");		/* up: once more */
	ATF_CHECK(tty_until(fd, "lines 3"));
	tty_type(fd, "0\n");
	ATF_CHECK(tty_until(fd, "line 30\r\n"));
	tty_type(fd, "word PPP\n");
	ATF_CHECK(tty_until(fd, "PPP ON "));
	/* Half a line, then text from the server: nothing is lost. */
	tty_type(fd, "lines");
	ATF_CHECK(tty_until(fd, "lines"));
	ATF_CHECK_EQ(0, pppctl("-p", "secret", sock(), "word PPp"));
	ATF_CHECK(tty_until(fd, "PPp ON "));
	tty_type(fd, " 2\n");
	ATF_CHECK(tty_until(fd, "line 2\r\n"));
	tty_type(fd, "quit\n");
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(0, status);
	close(fd);
	stop(server);
}

ATF_TC_WITHOUT_HEAD(interactive_server_goes);
ATF_TC_BODY(interactive_server_goes, tc)
{
	pid_t server = serve(sock(), ""), pid;
	int fd, status;

	pid = pppctl_tty(&fd, NULL);
	ATF_CHECK(tty_until(fd, "ppp ON "));
	ATF_CHECK_EQ(0, pppctl(sock(), "quit all"));
	ATF_CHECK(tty_until(fd, "Connection closed\r\n"));
	waitpid(pid, &status, 0);
	ATF_CHECK_EQ(0, status);
	close(fd);
	waitpid(server, NULL, 0);
}

/* ---- nothing grows ---- */

static long
open_files(void)
{
	long n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static long
pages(pid_t pid)
{
	char name[64], line[128] = "";
	long size, resident = 0;

	snprintf(name, sizeof(name), "/proc/%ld/statm", (long)pid);
	slurp(name, line, sizeof(line));
	if (sscanf(line, "%ld %ld", &size, &resident) != 2)
		atf_tc_skip("no /proc/PID/statm");
	return resident;
}

static long
server_files(pid_t pid)
{
	char command[128];
	long n = -1;
	FILE *p;

	snprintf(command, sizeof(command), "ls /proc/%ld/fd | wc -l",
	    (long)pid);
	p = popen(command, "r");
	if (fscanf(p, "%ld", &n) != 1)
		n = -1;
	pclose(p);
	return n;
}

static void
once(void)
{
	char *argv[] = { strdup("pppctl"), strdup("-psecret"),
	    strdup(sock()), strdup("lines 5"), NULL };

	ATF_REQUIRE_EQ(0, pppctl_main(4, argv));
	for (int i = 0; i < 4; i++)
		free(argv[i]);
}

ATF_TC(thousand);
ATF_TC_HEAD(thousand, tc)
{
	atf_tc_set_md_var(tc, "timeout", "120");
}
ATF_TC_BODY(thousand, tc)
{
	pid_t server = serve(sock(), "secret");
	long files, theirs, mine, memory;

	ATF_REQUIRE(freopen("many", "w", stdout) != NULL);
	for (int i = 0; i < 50; i++)
		once();
	files = open_files();
	theirs = server_files(server);
	mine = pages(getpid());
	memory = pages(server);
	for (int i = 0; i < 1000; i++)
		once();
	fflush(stdout);
	ATF_CHECK_EQ(files, open_files());
	ATF_CHECK_EQ(theirs, server_files(server));
#ifdef NO_PAGES
	memory = mine = 1 << 20;
#endif
	/* The log of the fake server itself grows by some 60 KB. */
	ATF_CHECK_MSG(pages(server) < memory + 100, "%ld then %ld pages",
	    memory, pages(server));
	ATF_CHECK_MSG(pages(getpid()) < mine + 100, "%ld then %ld pages",
	    mine, pages(getpid()));
	slurp("many", out, sizeof(out));
	ATF_CHECK_EQ(1050 * 5 * 7, strlen(out));
	stop(server);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, one_command);
	ATF_TP_ADD_TC(tp, commands_apart);
	ATF_TP_ADD_TC(tp, verbose);
	ATF_TP_ADD_TC(tp, wrong_password);
	ATF_TP_ADD_TC(tp, quit_all);
	ATF_TP_ADD_TC(tp, exit_statuses);
	ATF_TP_ADD_TC(tp, over_tcp);
	ATF_TP_ADD_TC(tp, answers_of_all_kinds);
	ATF_TP_ADD_TC(tp, phase_changes_meanwhile);
	ATF_TP_ADD_TC(tp, from_standard_input);
	ATF_TP_ADD_TC(tp, prompts_in_pieces);
	ATF_TP_ADD_TC(tp, password_is_quoted);
	ATF_TP_ADD_TC(tp, unasked_prompts);
	ATF_TP_ADD_TC(tp, server_goes);
	ATF_TP_ADD_TC(tp, silent_server);
	ATF_TP_ADD_TC(tp, password_is_asked);
	ATF_TP_ADD_TC(tp, interactive);
	ATF_TP_ADD_TC(tp, interactive_server_goes);
	ATF_TP_ADD_TC(tp, thousand);
	return atf_no_error();
}
