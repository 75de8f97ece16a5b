/* Where lines go and what they look like. */
#include <atf-c.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#include "ctl/logger.h"

static char host[64], got[8192];

/* The file without its times: "HOST ppp[PID]: " must follow them. */
static const char *
file(const char *name)
{
	char line[2048], head[128];
	FILE *f = fopen(name, "r");
	size_t len;

	gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	snprintf(head, sizeof(head), " %s ppp[%ld]: ", host, (long)getpid());
	len = strlen(head);
	got[0] = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		/* "Nov 21 10:00:00" */
		ATF_CHECK_EQ(15, strcspn(line, "\n") < 15 ? 0 :
		    strstr(line, head) - line);
		ATF_CHECK(line[6] == ' ' && line[9] == ':' && line[12] == ':');
		strcat(got, line + 15 + len);
	}
	if (f != NULL)
		fclose(f);
	return got;
}

static struct logger *
open_log(bool foreground)
{
	struct logger_conf conf = {
		.ident = "/usr/sbin/ppp", .dev = "./no-syslogd",
		.file = "./log", .foreground = foreground,
	};
	struct logger *lg = logger_new(&conf, NULL);

	ATF_REQUIRE(lg != NULL);
	return lg;
}

ATF_TC_WITHOUT_HEAD(lines_of_the_file);
ATF_TC_BODY(lines_of_the_file, tc)
{
	struct logger *lg = open_log(false);

	log_put(LOG_PHASE, "PPP Started (%s mode).", "ddial");
	log_put(LOG_LCP, "not asked for");
	log_put(LOG_WARN_, "warned");
	logger_set_mask(lg, LOG_BIT(LOG_LCP) | LOG_BIT(LOG_TUN));
	log_put(LOG_PHASE, "not any more");
	log_put(LOG_LCP, "before tun");
	logger_set_tun(lg, "tun3", NULL);
	log_put(LOG_LCP, "with tun");
	logger_set_tun(lg, "tun3", "isp0");
	log_put(LOG_ERROR_, "with name");
	logger_set_mask(lg, LOG_BIT(LOG_TCPIP));
	log_put(LOG_TCPIP, "without");
	ATF_CHECK_STREQ(
	    "Phase: PPP Started (ddial mode).\n"
	    "Warning: warned\n"
	    "LCP: before tun\n"
	    "tun3: LCP: with tun\n"
	    "tun3(isp0): Error: with name\n"
	    "TCP/IP: without\n", file("log"));
	logger_free(lg);
}

/* A name chosen by a peer must not forge lines or move the cursor. */
ATF_TC_WITHOUT_HEAD(control_characters);
ATF_TC_BODY(control_characters, tc)
{
	struct logger *lg = open_log(false);
	char all[LOG_TEXT + 20];

	log_put(LOG_PHASE, "name %s", "a\nPhase: forged\033[2J\177\t\xc3\xa4");
	ATF_CHECK_STREQ("Phase: name a\\012Phase: forged\\033[2J\\177\t"
	    "\xc3\xa4\n", file("log"));
	memset(all, 1, sizeof(all));
	all[sizeof(all) - 1] = '\0';
	log_put(LOG_PHASE, "%s", all);
	ATF_CHECK(strlen(file("log")) > (LOG_TEXT - 2) * 4);
	logger_free(lg);
}

ATF_TC_WITHOUT_HEAD(rotation);
ATF_TC_BODY(rotation, tc)
{
	struct logger *lg = open_log(false);

	log_put(LOG_PHASE, "one");
	ATF_REQUIRE_EQ(0, rename("log", "log.0"));
	log_put(LOG_PHASE, "two");	/* not looked at yet */
	sleep(6);
	log_put(LOG_PHASE, "three");
	ATF_CHECK_STREQ("Phase: one\nPhase: two\n", file("log.0"));
	ATF_CHECK_STREQ("Phase: three\n", file("log"));
	logger_free(lg);
}

ATF_TC_WITHOUT_HEAD(standard_error);
ATF_TC_BODY(standard_error, tc)
{
	struct logger *lg;
	int fd[2], err = dup(2);
	char buf[65536];
	ssize_t n;

	ATF_REQUIRE_EQ(0, pipe(fd));
	dup2(fd[1], 2);
	lg = open_log(true);
	log_put(LOG_PHASE, "seen");
	n = read(fd[0], buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = '\0';
	for (int i = 0; i < 5000; i++)	/* nobody reads: we go on */
		log_put(LOG_PHASE, "0123456789012345678901234567890123456");
	ATF_CHECK(logger_lost(lg) > 1000);
	dup2(err, 2);
	ATF_CHECK_STREQ("Phase: seen\n", buf);
	logger_free(lg);
}

static void
join(void *arg, int64_t wall, const struct log_line *line)
{
	ATF_CHECK(wall > 1000000000);
	strcat(arg, line->text);
	strcat(arg, ";");
}

ATF_TC_WITHOUT_HEAD(tail);
ATF_TC_BODY(tail, tc)
{
	struct logger *lg = open_log(false);
	char all[4096] = "";

	logger_tail(lg, 10, join, all);
	ATF_CHECK_STREQ("", all);
	log_put(LOG_PHASE, "a");
	log_put(LOG_PHASE, "b");
	logger_tail(lg, 10, join, all);
	ATF_CHECK_STREQ("a;b;", all);
	for (int i = 0; i < 500; i++)
		log_put(LOG_PHASE, "%d", i);
	all[0] = '\0';
	logger_tail(lg, 3, join, all);
	ATF_CHECK_STREQ("497;498;499;", all);
	all[0] = '\0';
	logger_tail(lg, 100000, join, all);
	ATF_CHECK_EQ(0, strncmp(all, "300;301;", 8));
	logger_free(lg);
}

static int
no_line(void *arg, struct prompt *pr, const char *line, struct txt *out)
{
	(void)arg;
	(void)pr;
	(void)line;
	(void)out;
	return 0;
}

static const char *
word(void *arg)
{
	(void)arg;
	return "ppp";
}

static void
show(void *arg, const char *p, size_t n)
{
	strncat(arg, p, n);
}

static void
nothing(void *arg)
{
	(void)arg;
}

ATF_TC_WITHOUT_HEAD(prompts_hear);
ATF_TC_BODY(prompts_hear, tc)
{
	struct logger_conf conf = { .ident = "ppp", .dev = "./no-syslogd",
	    .file = "./log" };
	struct prompt_hooks hooks = { NULL, no_line, word };
	char seen[1024] = "";
	struct prompt_term term = { seen, show, nothing, nothing };
	struct loop *l = loop_new();
	struct prompts *ps = prompts_new(l, &hooks);
	struct logger *lg = logger_new(&conf, ps);
	struct prompt *pr = prompt_new_term(ps, "tty", &term);

	/* A level that only a prompt wants is made, but not for the file. */
	ATF_CHECK(!log_on(LOG_LCP));
	prompt_set_mask(pr, LOG_BIT(LOG_LCP));
	ATF_CHECK(log_on(LOG_LCP));
	log_put(LOG_LCP, "mine\033");
	log_put(LOG_PHASE, "the file's");
	log_put(LOG_WARN_, "both");
	ATF_CHECK_STREQ("LCP: mine\\033\nWarning: both\n", seen);
	ATF_CHECK_STREQ("Phase: the file's\nWarning: both\n", file("log"));
	prompt_free_term(pr);
	ATF_CHECK(!log_on(LOG_LCP));
	logger_free(lg);
	prompts_free(ps);
	loop_free(l);
}

#ifdef __linux__
/* A syslogd of our own at /dev/log, in a mount namespace. */
ATF_TC(syslogd);
ATF_TC_HEAD(syslogd, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(syslogd, tc)
{
	struct sockaddr_un un = { AF_UNIX, "/dev/log" };
	struct logger_conf conf = { .ident = "./ppp", .file = "./log" };
	struct logger *lg;
	char buf[512], want[128];
	ssize_t n;
	int s;

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/dev", "tmpfs", 0, NULL) < 0)
		atf_tc_skip("no mount namespace here");
	lg = logger_new(&conf, NULL);
	log_put(LOG_PHASE, "to the file");
	logger_free(lg);
	ATF_CHECK_STREQ("Phase: to the file\n", file("log"));

	s = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ATF_REQUIRE_EQ(0, bind(s, (struct sockaddr *)&un, sizeof(un)));
	lg = logger_new(&conf, NULL);
	logger_set_mask(lg, LOG_BIT(LOG_PHASE) | LOG_BIT(LOG_TIMER) |
	    LOG_BIT(LOG_DEBUG_));
	/* Facility daemon is 3: 24 plus the priority. */
	static const struct { enum log_level l; const char *pri; } rows[] = {
		{ LOG_PHASE, "<30>" }, { LOG_TIMER, "<31>" },
		{ LOG_DEBUG_, "<31>" }, { LOG_WARN_, "<28>" },
		{ LOG_ERROR_, "<27>" }, { LOG_ALERT_, "<25>" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_put(rows[i].l, "hello %%s");
		n = recv(s, buf, sizeof(buf) - 1, 0);
		ATF_REQUIRE(n > 0);
		buf[n] = '\0';
		ATF_CHECK_EQ_MSG(0, strncmp(buf, rows[i].pri, 4), "%s", buf);
		snprintf(want, sizeof(want), " ppp[%ld]: %s: hello %%s",
		    (long)getpid(), log_level_name(rows[i].l));
		ATF_CHECK_MSG(strstr(buf, want) != NULL, "%s", buf);
	}
	ATF_CHECK_STREQ("Phase: to the file\n", file("log"));

	/* It dies; its socket file stays. */
	close(s);
	sleep(6);
	log_put(LOG_PHASE, "to the file again");
	ATF_CHECK_STREQ("Phase: to the file\nPhase: to the file again\n",
	    file("log"));
	logger_free(lg);
}
#endif

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, lines_of_the_file);
	ATF_TP_ADD_TC(tp, control_characters);
	ATF_TP_ADD_TC(tp, rotation);
	ATF_TP_ADD_TC(tp, standard_error);
	ATF_TP_ADD_TC(tp, tail);
	ATF_TP_ADD_TC(tp, prompts_hear);
#ifdef __linux__
	ATF_TP_ADD_TC(tp, syslogd);
#endif
	return atf_no_error();
}
