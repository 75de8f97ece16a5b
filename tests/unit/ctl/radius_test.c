/* The servers of radius.conf: by name, by address, and a file in the way. */
#include <arpa/inet.h>
#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/radius.h"
#include "ppp/ppp.h"

static struct loop *loop;
static struct radius *radius;
static struct rng rng;
static unsigned warnings, verdicts;
static int server;
static unsigned port;

static void
count(const struct log_line *line, void *arg)
{
	(void)arg;
	warnings += line->level == LOG_WARN_;
}

static void
on_verdict(void *arg, uint32_t ticket, const struct auth_verdict *v,
    const struct aaa_grant *g)
{
	(void)arg;
	(void)ticket;
	(void)g;
	ATF_CHECK(!v->ok);
	verdicts++;
}

static void
write_conf(const char *text)
{
	FILE *f = fopen("radius.conf", "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE(fputs(text, f) >= 0);
	ATF_REQUIRE_EQ(0, fclose(f));
	ATF_REQUIRE_EQ(0, chmod("radius.conf", 0600));
}

/* A server that hears what is asked, and never answers. */
static void
begin(void)
{
	struct radius_hooks h = { .verdict = on_verdict };
	struct sockaddr_in at = { .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(at);

	server = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ATF_REQUIRE(server >= 0);
	ATF_REQUIRE_EQ(0, bind(server, (struct sockaddr *)&at, n));
	ATF_REQUIRE_EQ(0, getsockname(server, (struct sockaddr *)&at, &n));
	port = ntohs(at.sin_port);
	log_set_sink(count, NULL);
	rng_system(&rng);
	loop = loop_new();
	ATF_REQUIRE(loop != NULL);
	radius = radius_new(loop, &rng, &h);
	ATF_REQUIRE(radius != NULL);
}

static void
end(void)
{
	radius_free(radius);
	loop_free(loop);
	close(server);
}

static void
ask(void)
{
	struct auth_query q = { .proto = PROTO_PAP, .name_len = 4,
	    .pass_len = 1 };
	struct rad_who who = { .session = "1" };

	strcpy(q.name, "fred");
	q.pass[0] = 'x';
	radius_ask(radius, 1, &q, &who);
}

/* An Access-Request within ten seconds? */
static bool
heard(void)
{
	tstamp until = clock_now() + SEC(10);
	uint8_t buf[RAD_MAX];

	while (clock_now() < until) {
		if (recv(server, buf, sizeof(buf), 0) > 20)
			return buf[0] == RAD_ACCESS_REQUEST;
		loop_once(loop, MSEC(20));
	}
	return false;
}

ATF_TC_WITHOUT_HEAD(by_name);
ATF_TC_BODY(by_name, tc)
{
	struct radius_view v;
	char text[200];

	begin();
	/* BINDTO: of its addresses the one of this kind. */
	snprintf(text, sizeof(text), "localhost:%u secret 60 1 60 127.0.0.1\n",
	    port);
	write_conf(text);
	radius_use(radius, "radius.conf", true, true);
	ATF_REQUIRE(radius_view(radius, 0, &v));
	ATF_CHECK_STREQ("?", v.addr);		/* nobody waited for it */
	ask();
	ATF_CHECK(heard());
	ATF_REQUIRE(radius_view(radius, 0, &v));
	snprintf(text, sizeof(text), "127.0.0.1:%u", port);
	ATF_CHECK_STREQ(text, v.addr);
	ATF_CHECK_EQ(1, v.n.requests);
	ATF_CHECK_EQ(0, v.n.repeats);
	ATF_CHECK_EQ(0, warnings);
	end();
}

/* A name that nobody knows costs its own server only. */
ATF_TC_WITHOUT_HEAD(unknown_name);
ATF_TC_BODY(unknown_name, tc)
{
	char text[200];

	begin();
	snprintf(text, sizeof(text), "no..such secret 1 1\n"
	    "127.0.0.1:%u secret\n", port);
	write_conf(text);
	radius_use(radius, "radius.conf", true, true);
	ask();
	ATF_CHECK(heard());
	ATF_CHECK_EQ(1, warnings);
	ATF_CHECK_EQ(0, verdicts);
	end();
}

/* What cannot be used is told once, not with every look. */
ATF_TC_WITHOUT_HEAD(bad_file);
ATF_TC_BODY(bad_file, tc)
{
	begin();
	write_conf("127.0.0.1 secret\n");
	ATF_REQUIRE_EQ(0, chmod("radius.conf", 0644));
	radius_use(radius, "radius.conf", true, true);
	ATF_CHECK_EQ(1, warnings);
	radius_look(radius);
	radius_look(radius);
	ATF_CHECK_EQ(1, warnings);
	ATF_CHECK(radius_for(radius, RAD_FOR_AUTH));
	ATF_CHECK(!radius_for(radius, RAD_FOR_ACCT));
	ask();
	ATF_CHECK_EQ(1, verdicts);		/* refused, nobody asked */
	ATF_REQUIRE_EQ(0, unlink("radius.conf"));
	radius_look(radius);
	radius_look(radius);
	ATF_CHECK_EQ(2, warnings);
	/* And it is read when it is as it should be. */
	write_conf("127.0.0.1 secret\n");
	ATF_REQUIRE_EQ(0, chmod("radius.conf", 0644));
	radius_look(radius);
	ATF_CHECK_EQ(3, warnings);
	ATF_REQUIRE_EQ(0, chmod("radius.conf", 0600));
	radius_look(radius);
	ATF_CHECK_EQ(3, warnings);
	ATF_CHECK(radius_conf(radius)->hosts[RAD_FOR_AUTH] == 1);
	end();
}

/* It is there, but cannot be opened: as with another user's. */
ATF_TC_WITHOUT_HEAD(closed_file);
ATF_TC_BODY(closed_file, tc)
{
	struct rlimit was, none;

	begin();
	write_conf("127.0.0.1 secret\n");
	ATF_REQUIRE_EQ(0, getrlimit(RLIMIT_NOFILE, &was));
	none = was;
	none.rlim_cur = 0;
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_NOFILE, &none));
	radius_use(radius, "radius.conf", true, true);
	ATF_CHECK_EQ(1, warnings);
	radius_look(radius);
	radius_look(radius);
	ATF_CHECK_EQ(1, warnings);
	ATF_REQUIRE_EQ(0, setrlimit(RLIMIT_NOFILE, &was));
	end();
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, by_name);
	ATF_TP_ADD_TC(tp, unknown_name);
	ATF_TP_ADD_TC(tp, bad_file);
	ATF_TP_ADD_TC(tp, closed_file);
	return atf_no_error();
}
