/* `set server`: addresses, mask, who gets in, what is left behind. */
#include <arpa/inet.h>
#include <atf-c.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "unit/ctl/fake.h"

static struct server_conf conf;
static char why[256];

/* Tests run side by side. */
static uint16_t
port(void)
{
	return (uint16_t)(10240 + getpid() % 20000);
}

static const char *
port_text(void)
{
	static char text[8];

	snprintf(text, sizeof(text), "%u", (unsigned)port());
	return text;
}

static int
parse(const char *addr, const char *mask, int unit)
{
	why[0] = '\0';
	return server_parse(&conf, addr, "pw", mask, unit, why,
	    sizeof(why));
}

ATF_TC_WITHOUT_HEAD(address_words);
ATF_TC_BODY(address_words, tc)
{
	ATF_CHECK_EQ(0, parse("3000", NULL, 7));
	ATF_CHECK(!conf.local);
	ATF_CHECK_EQ(3000, conf.port);
	ATF_CHECK_EQ(0, parse("+3000", NULL, 7));
	ATF_CHECK_EQ(3007, conf.port);
	ATF_CHECK_EQ(0, parse("+3000", NULL, -1));
	ATF_CHECK_EQ(3000, conf.port);
	ATF_CHECK_EQ(0, parse("telnet", NULL, 0));
	ATF_CHECK_EQ(23, conf.port);
	ATF_CHECK_EQ(-E_UNKNOWN, parse("+telnet", NULL, 0));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("nosuch", NULL, 0));
	ATF_CHECK_STREQ("nosuch: Invalid port or service", why);
	ATF_CHECK_EQ(-E_UNKNOWN, parse("0", NULL, 0));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("65536", NULL, 0));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("+65535", NULL, 1));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("99999999999999999999", NULL, 1));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("", NULL, 1));
	ATF_CHECK_EQ(-E_UNKNOWN, parse("-1", NULL, 1));
	ATF_CHECK_EQ(-E_FORMAT, parse("3000", "0177", 0));

	ATF_CHECK_EQ(0, parse("/var/run/tun%d-%d", NULL, 12));
	ATF_CHECK(conf.local);
	ATF_CHECK(!conf.masked);
	ATF_CHECK_STREQ("/var/run/tun12-12", conf.path);
	ATF_CHECK_EQ(0, parse("/p%s%n%", "0177", 12));
	ATF_CHECK_STREQ("/p%s%n%", conf.path);
	ATF_CHECK(conf.masked);
	ATF_CHECK_EQ(0177, conf.mask);
	ATF_CHECK_EQ(0, parse("/p", "7", 0));
	ATF_CHECK_EQ(7, conf.mask);
	ATF_CHECK_EQ(-E_RANGE, parse("/p", "1777", 0));
	ATF_CHECK_EQ(-E_RANGE, parse("/p", "00177", 0));
	ATF_CHECK_EQ(-E_RANGE, parse("/p", "08", 0));
	ATF_CHECK_STREQ("set server: 08: Invalid mask", why);
	ATF_CHECK_EQ(-E_RANGE, parse("/p", "", 0));
}

ATF_TC_WITHOUT_HEAD(limits);
ATF_TC_BODY(limits, tc)
{
	char path[300], pw[60];

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[sizeof(conf.path) - 1] = '\0';
	ATF_CHECK_EQ(0, parse(path, NULL, 0));
	path[sizeof(conf.path) - 1] = 'x';
	path[sizeof(conf.path)] = '\0';
	ATF_CHECK_EQ(-E_RANGE, parse(path, NULL, 0));
	memset(pw, 'x', sizeof(pw));
	pw[50] = '\0';
	ATF_CHECK_EQ(0, server_parse(&conf, "3000", pw, NULL, 0, why,
	    sizeof(why)));
	ATF_CHECK_STREQ(pw, conf.password);
	pw[50] = 'x';
	pw[51] = '\0';
	ATF_CHECK_EQ(-E_RANGE, server_parse(&conf, "3000", pw, NULL, 0, why,
	    sizeof(why)));
}

static const char *
here(const char *name)
{
	static char path[sizeof(conf.path)];
	char dir[80];

	ATF_REQUIRE(getcwd(dir, sizeof(dir)) != NULL);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static mode_t
mode_of(const char *name)
{
	struct stat st;

	ATF_REQUIRE_EQ(0, lstat(name, &st));
	ATF_REQUIRE(S_ISSOCK(st.st_mode));
	return st.st_mode & 0777;
}

ATF_TC_WITHOUT_HEAD(socket_file);
ATF_TC_BODY(socket_file, tc)
{
	struct fake f;

	umask(022);
	fake_open(&f);
	fake_listen(&f, here("s"), "", NULL);
	ATF_CHECK_EQ(0755, mode_of("s"));
	fake_listen(&f, here("s"), "", "0177");		/* the same place */
	ATF_CHECK_EQ(0600, mode_of("s"));
	fake_listen(&f, here("t%d"), "", "0117");	/* another */
	ATF_CHECK_EQ(0660, mode_of("t0"));
	ATF_CHECK_EQ(-1, access("s", F_OK));
	ATF_CHECK_EQ(022, umask(022));
	ATF_CHECK(strstr(f.logged.p, "Phase: Listening at local socket /") !=
	    NULL);
	fake_close(&f);
	ATF_CHECK_EQ(-1, access("t0", F_OK));
}

/* Of a process that was killed. */
ATF_TC_WITHOUT_HEAD(stale_file);
ATF_TC_BODY(stale_file, tc)
{
	struct fake f;
	int fd, status;

	if (fork() == 0) {
		fake_open(&f);
		fake_listen(&f, here("s"), "", NULL);
		_exit(access("s", F_OK));
	}
	wait(&status);
	ATF_REQUIRE_EQ(0, status);
	ATF_REQUIRE_EQ(0, access("s", F_OK));
	fake_open(&f);
	fake_listen(&f, here("s"), "", NULL);
	fd = fake_connect(&f, here("s"));
	fake_expect(&f, fd, "ppp ON %H> ");
	close(fd);
	fake_close(&f);
}

ATF_TC_WITHOUT_HEAD(live_file);
ATF_TC_BODY(live_file, tc)
{
	struct fake f, g;
	int fd;

	fake_open(&f);
	fake_open(&g);
	fake_listen(&f, here("s"), "", NULL);
	ATF_REQUIRE_EQ(0, server_parse(&conf, here("s"), "", NULL, 0, why,
	    sizeof(why)));
	ATF_CHECK_EQ(-E_SYS, server_open(g.server, &conf, why,
	    sizeof(why)));
	ATF_CHECK(strstr(why, strerror(EADDRINUSE)) != NULL);
	fd = fake_connect(&f, here("s"));
	fake_expect(&f, fd, "ppp ON %H> ");
	close(fd);
	fake_close(&g);
	ATF_CHECK_EQ(0, access("s", F_OK));
	fake_close(&f);
}

/* Alive, but too busy to answer: its queue of clients is full. */
ATF_TC_WITHOUT_HEAD(busy_file);
ATF_TC_BODY(busy_file, tc)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int type = SOCK_STREAM | SOCK_NONBLOCK, n;
	int s = socket(AF_UNIX, type, 0), fd[16];
	struct fake f;

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", here("s"));
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&un, sizeof(un)));
	ATF_REQUIRE_EQ(0, listen(s, 1));
	for (n = 0; n < 16; n++) {
		fd[n] = socket(AF_UNIX, type, 0);
		if (connect(fd[n], (struct sockaddr *)&un, sizeof(un)) < 0)
			break;
	}
	ATF_REQUIRE(n < 16);
	fake_open(&f);
	ATF_REQUIRE_EQ(0, server_parse(&conf, here("s"), "", NULL, 0, why,
	    sizeof(why)));
	ATF_CHECK_EQ(-E_SYS, server_open(f.server, &conf, why,
	    sizeof(why)));
	ATF_CHECK_EQ(0, access("s", F_OK));
	fake_close(&f);
	for (; n >= 0; n--)
		close(fd[n]);
	close(s);
}

ATF_TC_WITHOUT_HEAD(other_files_stay);
ATF_TC_BODY(other_files_stay, tc)
{
	struct fake f;

	fake_open(&f);
	close(open("s", O_CREAT | O_WRONLY, 0600));
	ATF_REQUIRE_EQ(0, symlink("nowhere", "t"));
	ATF_REQUIRE_EQ(0, server_parse(&conf, here("s"), "", NULL, 0, why,
	    sizeof(why)));
	ATF_CHECK_EQ(-E_SYS, server_open(f.server, &conf, why,
	    sizeof(why)));
	ATF_CHECK_EQ(0, access("s", F_OK));
	ATF_REQUIRE_EQ(0, server_parse(&conf, here("t"), "", NULL, 0, why,
	    sizeof(why)));
	ATF_CHECK_EQ(-E_SYS, server_open(f.server, &conf, why,
	    sizeof(why)));
	ATF_CHECK_EQ(6, readlink("t", why, 7) - 1);
	/* A successor's file is not removed by the one before it. */
	ATF_REQUIRE_EQ(0, unlink("s"));
	fake_listen(&f, here("s"), "", NULL);
	ATF_REQUIRE_EQ(0, unlink("s"));
	close(open("s", O_CREAT | O_WRONLY, 0600));
	fake_close(&f);
	ATF_CHECK_EQ(0, access("s", F_OK));
}

/* A failure leaves the old listener alone. */
ATF_TC_WITHOUT_HEAD(failure_keeps_old);
ATF_TC_BODY(failure_keeps_old, tc)
{
	struct fake f;
	int fd;

	fake_open(&f);
	fake_listen(&f, here("s"), "", NULL);
	fd = fake_connect(&f, here("s"));
	fake_expect(&f, fd, "ppp ON %H> ");
	fake_send(&f, fd, "server /no/such/place/s pw\n");
	ATF_CHECK(strstr(fake_read(&f, fd, "> "), strerror(ENOENT)) != NULL);
	fake_send(&f, fd, "lines 1\n");
	fake_expect(&f, fd, "line 1\nppp ON %H> ");
	close(fd);
	fd = fake_connect(&f, here("s"));
	fake_expect(&f, fd, "ppp ON %H> ");
	close(fd);
	fake_close(&f);
}

ATF_TC_WITHOUT_HEAD(none_closed_open);
ATF_TC_BODY(none_closed_open, tc)
{
	struct fake f;
	int a, b;

	fake_open(&f);
	ATF_CHECK_EQ(-E_STATE, server_close(f.server, why, sizeof(why)));
	ATF_CHECK_STREQ("Server socket not open", why);
	ATF_CHECK_EQ(-E_STATE, server_reopen(f.server, why, sizeof(why)));
	ATF_CHECK_STREQ("Cannot reopen unset server socket", why);

	fake_listen(&f, here("s"), "pw", "0077");
	a = fake_connect(&f, here("s"));
	fake_expect(&f, a, "ppp on %H> ");
	fake_send(&f, a, "passwd pw\n");
	fake_expect(&f, a, "ppp ON %H> ");
	b = fake_connect(&f, here("s"));
	fake_expect(&f, b, "ppp on %H> ");
	/* Who closes it is dropped with the others, after the answer. */
	fake_send(&f, a, "server closed\n");
	fake_expect(&f, a, "<EOF>");
	fake_expect(&f, b, "<EOF>");
	ATF_CHECK_EQ(-1, access("s", F_OK));
	ATF_CHECK(!server_is_open(f.server));
	close(a);
	close(b);
	ATF_CHECK_EQ(0, server_reopen(f.server, why, sizeof(why)));
	ATF_CHECK_EQ(0700, mode_of("s"));
	a = fake_connect(&f, here("s"));
	fake_expect(&f, a, "ppp on %H> ");	/* the password is kept */
	ATF_CHECK_EQ(0, server_reopen(f.server, why, sizeof(why)));
	fake_expect(&f, a, "<EOF>");
	close(a);
	server_forget(f.server);
	ATF_CHECK_EQ(-1, access("s", F_OK));
	ATF_CHECK_EQ(-E_STATE, server_reopen(f.server, why, sizeof(why)));
	ATF_CHECK(strstr(f.logged.p, "Phase: Closed server socket\n") !=
	    NULL);
	ATF_CHECK(strstr(f.logged.p, "Phase: Disabled server socket\n") !=
	    NULL);
	fake_close(&f);
}

static int
tcp(struct fake *f, int family, uint16_t from)
{
	struct sockaddr_in6 s6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(port()),
	    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in s4 = { .sin_family = AF_INET,
	    .sin_port = htons(port()),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in me = { .sin_family = AF_INET,
	    .sin_port = htons(from) };
	int fd = socket(family, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (from != 0)
		ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&me,
		    sizeof(me)));
	ATF_REQUIRE_EQ(0, family == AF_INET6 ?
	    connect(fd, (struct sockaddr *)&s6, sizeof(s6)) :
	    connect(fd, (struct sockaddr *)&s4, sizeof(s4)));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fake_turn(f, 20);
	return fd;
}

static void
kinds(void *arg, struct prompt *pr)
{
	char *colon = strrchr(prompt_from(pr), ':');

	txt_put(arg, "%s %.*s\n", prompt_kind_name(prompt_kind(pr)),
	    (int)(colon - prompt_from(pr)), prompt_from(pr));
}

ATF_TC_WITHOUT_HEAD(tcp_both_families);
ATF_TC_BODY(tcp_both_families, tc)
{
	struct txt t = { 0 };
	struct fake f;
	int a, b;

	fake_open(&f);
	fake_listen(&f, port_text(), "", NULL);
	ATF_CHECK_EQ(port(), server_tcp_port(f.server));
	a = tcp(&f, AF_INET, 0);
	b = tcp(&f, AF_INET6, 0);
	fake_expect(&f, a, "ppp ON %H> ");
	fake_expect(&f, b, "ppp ON %H> ");
	prompts_each(f.ps, kinds, &t);
	ATF_CHECK_STREQ("ip 127.0.0.1\nip6 [::1]\n", txt_str(&t));
	snprintf(why, sizeof(why), "Phase: Listening at port %u.\n",
	    (unsigned)port());
	ATF_CHECK(strstr(f.logged.p, why) != NULL);
	ATF_CHECK(strstr(f.logged.p,
	    "Phase: Connected to client from 127.0.0.1:") != NULL);
	txt_free(&t);
	close(a);
	close(b);
	fake_close(&f);
}

ATF_TC(tcp_from_low_port);
ATF_TC_HEAD(tcp_from_low_port, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(tcp_from_low_port, tc)
{
	struct fake f;
	int a, b;

	fake_open(&f);
	fake_listen(&f, port_text(), "", NULL);
	a = tcp(&f, AF_INET, 1023);
	fake_expect(&f, a, "<EOF>");
	b = tcp(&f, AF_INET, 1024);
	fake_expect(&f, b, "ppp ON %H> ");
	ATF_CHECK_EQ(1, prompts_count(f.ps, f.server));
	ATF_CHECK(strstr(f.logged.p, "Alert: Rejected client 127.0.0.1:1023:"
	    " source port below 1024\n") != NULL);
	close(a);
	close(b);
	fake_close(&f);
}

ATF_TC_WITHOUT_HEAD(port_in_use);
ATF_TC_BODY(port_in_use, tc)
{
	struct fake f, g;
	char want[64];

	fake_open(&f);
	fake_open(&g);
	fake_listen(&f, port_text(), "", NULL);
	ATF_REQUIRE_EQ(0, parse(port_text(), NULL, 0));
	ATF_CHECK_EQ(-E_SYS, server_open(g.server, &conf, why,
	    sizeof(why)));
	snprintf(want, sizeof(want), "port %u: Address already in use",
	    (unsigned)port());
	ATF_CHECK_STREQ(want, why);
	fake_listen(&f, port_text(), "new", NULL);	/* its own, again */
	fake_close(&g);
	fake_close(&f);
}

/* Strangers cannot keep the owner out by holding all places. */
ATF_TC_WITHOUT_HEAD(strangers_make_room);
ATF_TC_BODY(strangers_make_room, tc)
{
	static int fd[SERVER_CLIENTS];
	struct fake f;
	int me;

	fake_open(&f);
	fake_listen(&f, here("s"), "pw", NULL);
	for (int i = 0; i < SERVER_CLIENTS; i++)
		fd[i] = fake_connect(&f, here("s"));
	fake_turn(&f, 50);
	ATF_CHECK_EQ(SERVER_CLIENTS, prompts_count(f.ps, f.server));
	me = fake_connect(&f, here("s"));
	fake_expect(&f, me, "ppp on %H> ");
	fake_expect(&f, fd[0], "ppp on %H> <EOF>");	/* the oldest */
	fake_expect(&f, fd[1], "ppp on %H> ");
	ATF_CHECK_EQ(SERVER_CLIENTS, prompts_count(f.ps, f.server));
	for (int i = 0; i < SERVER_CLIENTS; i++)
		close(fd[i]);
	close(me);
	fake_close(&f);
}

/* Without a free descriptor we neither spin nor forget who waits. */
ATF_TC_WITHOUT_HEAD(no_descriptor_left);
ATF_TC_BODY(no_descriptor_left, tc)
{
	struct rlimit lim, few;
	struct fake f;
	int fd[3], turns = 0;
	tstamp start;

	fake_open(&f);
	fake_listen(&f, here("s"), "", NULL);
	ATF_REQUIRE_EQ(0, getrlimit(RLIMIT_NOFILE, &lim));
	fd[0] = fake_connect(&f, here("s"));
	fake_expect(&f, fd[0], "ppp ON %H> ");
	fd[1] = socket(AF_UNIX, SOCK_STREAM, 0);
	fd[2] = dup(0);
	few = lim;
	few.rlim_cur = (rlim_t)fd[2] + 1;
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_NOFILE, &few));
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", here("s"));
	ATF_REQUIRE_EQ(0, connect(fd[1], (struct sockaddr *)&un,
	    sizeof(un)));
	for (start = clock_now(); clock_now() < start + MSEC(500); turns++)
		loop_once(f.loop, MSEC(100));
	ATF_CHECK_MSG(turns < 20, "%d turns in half a second", turns);
	fake_expect(&f, fd[0], "\nError: accept: Too many open files\n"
	    "ppp ON %H> ");
	fake_send(&f, fd[0], "lines 1\n");
	fake_expect(&f, fd[0], "line 1\nppp ON %H> ");
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_NOFILE, &lim));
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	fake_expect(&f, fd[1], "ppp ON %H> ");
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	fake_close(&f);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, address_words);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, socket_file);
	ATF_TP_ADD_TC(tp, stale_file);
	ATF_TP_ADD_TC(tp, live_file);
	ATF_TP_ADD_TC(tp, busy_file);
	ATF_TP_ADD_TC(tp, other_files_stay);
	ATF_TP_ADD_TC(tp, failure_keeps_old);
	ATF_TP_ADD_TC(tp, none_closed_open);
	ATF_TP_ADD_TC(tp, tcp_both_families);
	ATF_TP_ADD_TC(tp, tcp_from_low_port);
	ATF_TP_ADD_TC(tp, port_in_use);
	ATF_TP_ADD_TC(tp, strangers_make_room);
	ATF_TP_ADD_TC(tp, no_descriptor_left);
	return atf_no_error();
}
