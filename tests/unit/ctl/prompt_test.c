/* The prompt and its password dialogue, octet by octet. */
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/ctl/fake.h"

/* A test with a server at ./s that wants the password "secret". */
#define TEST(name)							\
	static void name##_with(struct fake *f);			\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)						\
	{								\
		struct fake f;						\
									\
		fake_open(&f);						\
		fake_listen(&f, cwd("s"), "secret", NULL);		\
		name##_with(&f);					\
		fake_close(&f);						\
	}								\
	static void							\
	name##_with(struct fake *f)

static const char *
cwd(const char *name)
{
	static char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char dir[80];

	ATF_REQUIRE(getcwd(dir, sizeof(dir)) != NULL);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int
authed(struct fake *f)
{
	int fd = fake_connect(f, cwd("s"));

	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "passwd secret\n");
	fake_expect(f, fd, "ppp ON %H> ");
	return fd;
}

TEST(passwd_dialogue)
{
	int fd = fake_connect(f, cwd("s"));

	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "passwd wrong1\n");	/* as long as the right one */
	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "passwd secre\n");
	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "passwd\n");
	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "lines 1\n");
	fake_expect(f, fd, "Warning: lines 1: Invalid command\nppp on %H> ");
	fake_send(f, fd, "passwd secret\n");
	fake_expect(f, fd, "ppp ON %H> ");
	fake_send(f, fd, "lines 2\n");
	fake_expect(f, fd, "line 1\nline 2\nppp ON %H> ");
	/* Once given, the command is gone. */
	fake_send(f, fd, "passwd wrong\n");
	fake_expect(f, fd, "Warning: passwd wrong: Invalid command\n"
	    "ppp ON %H> ");
	close(fd);
}

TEST(passwd_later_changed)
{
	int old = authed(f), fd = fake_connect(f, cwd("s"));

	fake_expect(f, fd, "ppp on %H> ");
	fake_listen(f, cwd("s"), "other", NULL);
	fake_send(f, fd, "passwd secret\n");
	fake_expect(f, fd, "ppp on %H> ");
	fake_send(f, fd, "passwd other\n");
	fake_expect(f, fd, "ppp ON %H> ");
	fake_send(f, old, "lines 1\n");		/* who is in stays in */
	fake_expect(f, old, "line 1\nppp ON %H> ");
	close(old);
	close(fd);
}

ATF_TC_WITHOUT_HEAD(no_password);
ATF_TC_BODY(no_password, tc)
{
	struct fake f;
	int fd;

	fake_open(&f);
	fake_listen(&f, cwd("s"), "", NULL);
	fd = fake_connect(&f, cwd("s"));
	fake_expect(&f, fd, "ppp ON %H> ");
	fake_send(&f, fd, "lines 1\n");
	fake_expect(&f, fd, "line 1\nppp ON %H> ");
	close(fd);
	fake_close(&f);
}

TEST(two_commands_in_one_write)
{
	int fd = authed(f);

	fake_send(f, fd, "lines 1\nlines 2\n");
	fake_expect(f, fd, "line 1\nppp ON %H> line 1\nline 2\nppp ON %H> ");
	close(fd);
}

TEST(command_split_over_writes)
{
	int fd = authed(f);

	for (const char *p = "lines 1\r"; *p != '\0'; p++) {
		char one[2] = { *p, '\0' };

		ATF_CHECK_EQ(1, f->ran);
		fake_send(f, fd, one);
	}
	fake_expect(f, fd, "line 1\nppp ON %H> ");
	fake_send(f, fd, "\n");		/* the rest of CR LF is no line */
	fake_turn(f, 20);
	ATF_CHECK_EQ(-1, read(fd, &(char){ 0 }, 1));
	close(fd);
}

TEST(line_ends)
{
	int fd = authed(f);

	fake_send(f, fd, "lines 1\r\nlines 1\rlines 1\n");
	fake_expect(f, fd, "line 1\nppp ON %H> line 1\nppp ON %H> "
	    "line 1\nppp ON %H> ");
	fake_send(f, fd, "\n \t\n\r\n");	/* only the prompt again */
	fake_expect(f, fd, "ppp ON %H> ppp ON %H> ppp ON %H> ");
	ATF_CHECK_EQ(4, f->ran);
	close(fd);
}

TEST(answer_without_line_end)
{
	int fd = authed(f);

	fake_send(f, fd, "tail\n");
	fake_expect(f, fd, "no end\nppp ON %H> ");
	fake_send(f, fd, "none\n");
	fake_expect(f, fd, "ppp ON %H> ");
	close(fd);
}

TEST(too_long_line)
{
	char line[5000];
	int fd = authed(f);

	memset(line, 'a', sizeof(line));
	memcpy(line, "lines 1 ", 8);
	memcpy(line + sizeof(line) - 9, "\nlines 1\n", 9);
	ATF_REQUIRE_EQ(sizeof(line), write(fd, line, sizeof(line)));
	fake_expect(f, fd, "Warning: Line too long, ignored\nppp ON %H> "
	    "line 1\nppp ON %H> ");
	close(fd);
}

/* A line of any length, cursor keys and telnet's own octets, unasked. */
TEST(accel_ppp_cve_2022_0982_telnet_overflow)
{
	static const char keys[] = "\033[A\033[D\033[C\377\373\001\010\177";
	int fd = fake_connect(f, cwd("s"));

	fake_expect(f, fd, "ppp on %H> ");
	for (int i = 0; i < 100000; i++) {
		while (write(fd, keys, sizeof(keys) - 1) < 0)
			fake_turn(f, 1);
	}
	fake_turn(f, 50);
	fake_send(f, fd, "\npasswd secret\n");
	fake_expect(f, fd, "Warning: Line too long, ignored\nppp on %H> "
	    "ppp ON %H> ");
	close(fd);
}

TEST(phase_change)
{
	int a = authed(f), b = authed(f), c = fake_connect(f, cwd("s"));

	fake_expect(f, c, "ppp on %H> ");
	fake_send(f, a, "word PPP\n");
	fake_expect(f, a, "PPP ON %H> ");
	fake_expect(f, b, "\nPPP ON %H> ");
	fake_expect(f, c, "\nPPP on %H> ");
	f->word = "Ppp";
	prompts_refresh(f->ps);
	f->word = "PPp";	/* two at once are shown once */
	prompts_refresh(f->ps);
	fake_expect(f, a, "\nPPp ON %H> ");
	/* Half a command stays half a command. */
	fake_send(f, b, "lin");
	fake_send(f, a, "word ppp\n");
	fake_send(f, b, "es 1\n");
	fake_expect(f, b, "\nPPp ON %H> \nppp ON %H> line 1\nppp ON %H> ");
	close(a);
	close(b);
	close(c);
}

TEST(local_log)
{
	int a = authed(f), b = authed(f), c = fake_connect(f, cwd("s"));

	fake_expect(f, c, "ppp on %H> ");
	fake_send(f, a, "local\n");
	fake_expect(f, a, "ppp ON %H> ");
	ATF_CHECK_EQ(LOG_ALWAYS | LOG_BIT(LOG_PHASE), prompts_mask(f->ps));
	log_put(LOG_PHASE, "one");
	log_put(LOG_PHASE, "two");
	fake_expect(f, a, "\nPhase: one\nPhase: two\nppp ON %H> ");
	log_put(LOG_WARN_, "all");
	fake_expect(f, a, "\nWarning: all\nppp ON %H> ");
	fake_expect(f, b, "\nWarning: all\nppp ON %H> ");
	/* In the middle of its own command: before the answer. */
	fake_send(f, a, "log mine\n");
	fake_expect(f, a, "Phase: mine\nppp ON %H> ");
	/* Who gave no password hears nothing. */
	fake_turn(f, 20);
	ATF_CHECK_EQ(-1, read(c, &(char){ 0 }, 1));
	close(a);
	fake_turn(f, 20);
	ATF_CHECK_EQ(LOG_ALWAYS, prompts_mask(f->ps));
	close(b);
	close(c);
}

TEST(quit_drops_only_this)
{
	int a = authed(f), b = authed(f), c = fake_connect(f, cwd("s"));

	fake_expect(f, c, "ppp on %H> ");
	fake_send(f, a, "lines 1\nquit\nlines 9\n");
	fake_expect(f, a, "line 1\nppp ON %H> <EOF>");
	ATF_CHECK(strstr(f->logged.p, "Client connection dropped.") != NULL);
	ATF_CHECK(!f->ended);
	/* Without the password `all` is not heard. */
	fake_send(f, c, "quit all\n");
	fake_expect(f, c, "<EOF>");
	ATF_CHECK(!f->ended);
	fake_send(f, b, "quit all\n");
	fake_expect(f, b, "<EOF>");
	ATF_CHECK(f->ended);
	close(a);
	close(b);
	close(c);
}

TEST(half_close)
{
	int fd = authed(f);

	fake_send(f, fd, "lines 1\nlines 2");
	shutdown(fd, SHUT_WR);
	fake_expect(f, fd, "line 1\nppp ON %H> line 1\nline 2\n"
	    "ppp ON %H> <EOF>");
	ATF_CHECK(strstr(f->logged.p, "Client connection closed.") != NULL);
	ATF_CHECK_EQ(0, prompts_count(f->ps, f->server));
	close(fd);
}

TEST(large_answer)
{
	int fd = authed(f);
	size_t n = 0;
	char buf[65536], last[64];

	fake_send(f, fd, "octets 3000000\n");
	/* Slowly, and longer than the stall timer would allow in all. */
	for (ssize_t k; n < 3000000 + strlen(f->host) + 9; ) {
		k = read(fd, buf, sizeof(buf));
		ATF_REQUIRE(k != 0);
		if (k > 0) {
			n += (size_t)k;
			snprintf(last, sizeof(last), "%.*s", k < 8 ? 0 : 8,
			    buf + k - 8);
		}
		fake_turn(f, k > 0 ? 1 : 5);
	}
	fake_send(f, fd, "lines 1\n");
	fake_expect(f, fd, "line 1\nppp ON %H> ");
	close(fd);
}

TEST(dead_client)
{
	int fd = authed(f), other = authed(f);
	tstamp start = clock_now();

	fake_send(f, fd, "octets 3000000\n");
	/* Others are served meanwhile. */
	fake_send(f, other, "lines 1\n");
	fake_expect(f, other, "line 1\nppp ON %H> ");
	while (prompts_count(f->ps, f->server) == 2 &&
	    clock_now() < start + SEC(60))
		loop_once(f->loop, MSEC(100));
	ATF_CHECK_EQ(1, prompts_count(f->ps, f->server));
	ATF_CHECK(clock_now() - start >= PROMPT_STALL);
	ATF_CHECK(strstr(f->logged.p, "takes no output") != NULL);
	close(fd);
	close(other);
}

/* A client that only asks and never reads must not fill our memory. */
TEST(pipelined_without_reading)
{
	char ask[13 * 100 + 1] = "";
	int fd = authed(f);
	unsigned ran;

	for (int i = 0; i < 100; i++)
		strcat(ask, "octets 60000\n");
	for (int i = 0; i < 200; i++) {
		if (write(fd, ask, sizeof(ask) - 1) < 0)
			ATF_REQUIRE_EQ(EAGAIN, errno);
		fake_turn(f, 1);
	}
	ran = f->ran;
	ATF_CHECK_MSG(ran < 10, "%u", ran);
	fake_turn(f, 50);
	ATF_CHECK_EQ(ran, f->ran);
	/* When it reads at last, everything comes. */
	for (char buf[65536]; f->ran < 100;) {
		(void)!read(fd, buf, sizeof(buf));
		fake_turn(f, 1);
	}
	close(fd);
}

TEST(reset_client)
{
	struct linger lg = { 1, 0 };
	int fd = authed(f);

	fake_send(f, fd, "octets 1000000\n");
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &lg, sizeof(lg));
	close(fd);
	fake_turn(f, 50);
	ATF_CHECK_EQ(0, prompts_count(f->ps, f->server));
}

TEST(fifty_clients)
{
	int fd[50];
	char ask[32], want[64];

	for (int i = 0; i < 50; i++)
		fd[i] = authed(f);
	ATF_CHECK_EQ(50, prompts_count(f->ps, f->server));
	for (int i = 0; i < 50; i++) {
		snprintf(ask, sizeof(ask), "cmd%d\n", i);
		fake_send(f, fd[i], ask);
	}
	for (int i = 0; i < 50; i++) {
		snprintf(want, sizeof(want),
		    "Warning: cmd%d: Invalid command\nppp ON %%H> ", i);
		fake_expect(f, fd[i], want);
	}
	for (int i = 0; i < 50; i++)
		close(fd[i]);
	fake_turn(f, 50);
	ATF_CHECK_EQ(0, prompts_count(f->ps, f->server));
}

static void
name_all(void *arg, struct prompt *pr)
{
	txt_put(arg, "%s (%s)\n", prompt_kind_name(prompt_kind(pr)),
	    prompt_from(pr));
}

TEST(who)
{
	int a = authed(f), b = fake_connect(f, cwd("s"));
	struct txt t = { 0 };

	prompts_each(f->ps, name_all, &t);
	ATF_CHECK_STREQ("local (local)\nlocal (local)\n", txt_str(&t));
	txt_free(&t);
	close(a);
	close(b);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, passwd_dialogue);
	ATF_TP_ADD_TC(tp, passwd_later_changed);
	ATF_TP_ADD_TC(tp, no_password);
	ATF_TP_ADD_TC(tp, two_commands_in_one_write);
	ATF_TP_ADD_TC(tp, command_split_over_writes);
	ATF_TP_ADD_TC(tp, line_ends);
	ATF_TP_ADD_TC(tp, answer_without_line_end);
	ATF_TP_ADD_TC(tp, too_long_line);
	ATF_TP_ADD_TC(tp, accel_ppp_cve_2022_0982_telnet_overflow);
	ATF_TP_ADD_TC(tp, phase_change);
	ATF_TP_ADD_TC(tp, local_log);
	ATF_TP_ADD_TC(tp, quit_drops_only_this);
	ATF_TP_ADD_TC(tp, half_close);
	ATF_TP_ADD_TC(tp, large_answer);
	ATF_TP_ADD_TC(tp, dead_client);
	ATF_TP_ADD_TC(tp, pipelined_without_reading);
	ATF_TP_ADD_TC(tp, reset_client);
	ATF_TP_ADD_TC(tp, fifty_clients);
	ATF_TP_ADD_TC(tp, who);
	return atf_no_error();
}
