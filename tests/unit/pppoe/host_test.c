/* The Host: exchanges as tables that read like the RFC. */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "lib/disc.h"

/*
 * One step. IN: a packet from @who, result @ret. OUT: the next item of the
 * outbox. QUIET: there is none left. WAIT: until the deadline, which lies
 * @lo to @hi ms ahead. NEVER_: no timer runs.
 */
enum op { START, IN, OUT, QUIET, WAIT, NEVER_, STOP, END };
struct step {
	enum op op;
	const char *text;
	const char *who;
	int ret;
	unsigned lo, hi;
};
#define DO(o)		{ .op = (o) }
#define GETS(t, from, e) { .op = IN, .text = t, .who = from, .ret = e }
#define SAYS(t)		{ .op = OUT, .text = t }
#define AFTER(a, b)	{ .op = WAIT, .lo = a, .hi = b }
#define HANGUP(t)	{ .op = STOP, .text = t }
#define AC1 "02:00:00:00:00:01"
#define AC2 "02:00:00:00:00:02"
#define ALL "ff:ff:ff:ff:ff:ff "
#define UNIQ "<Host-Uniq 0x01>"

static struct pppoe_host_conf conf;
static struct pppoe_host host;
static struct rng rng;
static struct outbox ob;
static tstamp now;
static int seen;

static void
setup(void)
{
	memset(&conf, 0, sizeof(conf));
	conf.uniq[0] = 1;
	conf.uniq_len = 1;
	conf.padi_tries = 5;
	conf.period = 2;
	rng_seed(&rng, 9);
	now = SEC(50);
	host_init(&host, &conf, &rng);
	ATF_CHECK_EQ(NEVER, host_deadline(&host));
}

static void
wait(const struct step *s, int n)
{
	tstamp at = host_deadline(&host);

	ATF_REQUIRE_MSG(at != NEVER, "step %d: no timer", n);
	ATF_CHECK_MSG(at >= now + MSEC(s->lo) && at <= now + MSEC(s->hi),
	    "step %d: %llu ms", n, (unsigned long long)((at - now) / MSEC(1)));
	host_expire(&host, at - 1, &ob);	/* too early: nothing */
	ATF_CHECK_EQ(0, ob.n);
	now = at;
	host_expire(&host, now, &ob);
}

static void
call(const struct step *s, int n)
{
	int ret;

	ATF_CHECK_MSG(seen == ob.n, "before step %d: %s", n,
	    disc_said(&ob, seen));
	outbox_reset(&ob);
	seen = 0;
	if (s->op == START) {
		host_start(&host, now, &ob);
	} else if (s->op == STOP) {
		host_stop(&host, s->text, &ob);
	} else if (s->op == WAIT) {
		wait(s, n);
	} else {
		ret = host_input(&host, disc_mac(s->who), disc(s->text), now,
		    &ob);
		ATF_CHECK_MSG(ret == s->ret, "step %d: returned %d", n, ret);
	}
}

static void
run(const struct step *s)
{
	outbox_reset(&ob);
	seen = 0;
	for (int n = 0; s[n].op != END; n++) {
		if (s[n].op == OUT) {
			ATF_CHECK_STREQ(s[n].text, disc_said(&ob, seen));
			seen++;
		} else if (s[n].op == NEVER_)
			ATF_CHECK_EQ_MSG(NEVER, host_deadline(&host),
			    "step %d", n);
		else if (s[n].op == QUIET)
			ATF_CHECK_STREQ("-", disc_said(&ob, seen));
		else
			call(&s[n], n);
	}
	ATF_CHECK_STREQ("-", disc_said(&ob, seen));
}
#define RUN(...) run((const struct step[]){ __VA_ARGS__, DO(END) })

ATF_TC_WITHOUT_HEAD(session_of_the_rfc);
ATF_TC_BODY(session_of_the_rfc, tc)
{
	setup();
	RUN(DO(START),
	    SAYS(ALL "PADI <Service-Name> <Host-Uniq 0x01>"),
	    GETS("PADO <AC-Name ac1> <Service-Name> <Host-Uniq 0x01>"
	      " <AC-Cookie 0x0102>", AC1, 0),
	    SAYS("OFFER ac1"),
	    SAYS(AC1 " PADR <Service-Name> <Host-Uniq 0x01> <AC-Cookie *>"),
	    GETS("PADS sid=0x0005 <Service-Name> <Host-Uniq 0x01>", AC1, 0),
	    SAYS("UP 5 ac1"),
	    DO(NEVER_),
	    GETS("PADT sid=0x0005 <Generic-Error shutting\x07 down>", AC1, 0),
	    SAYS("DOWN PEER_PADT shutting. down"),
	    DO(NEVER_));
	ATF_CHECK_EQ(HOST_IDLE, host.state);
	ATF_CHECK_EQ(0, host.sid);
}

ATF_TC_WITHOUT_HEAD(we_hang_up);
ATF_TC_BODY(we_hang_up, tc)
{
	setup();
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    HANGUP("too early"), DO(QUIET), DO(NEVER_),
	    DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(AC1 " PADR <Service-Name> " UNIQ),
	    GETS("PADS sid=0xfffe <Service-Name> " UNIQ, AC1, 0),
	    SAYS("UP 65534 a"),
	    HANGUP("closed by command"),
	    SAYS(AC1 " PADT sid=0xfffe <Generic-Error closed by command>"),
	    DO(NEVER_),
	    HANGUP("twice"), DO(QUIET));
}

/* RFC 2516 section 8: wait, double the pause, ask again. */
ATF_TC_WITHOUT_HEAD(padi_pauses_double_up_to_32_s);
ATF_TC_BODY(padi_pauses_double_up_to_32_s, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;

	setup();
	conf.padi_tries = 7;
	RUN(DO(START), SAYS(padi),
	    AFTER(1500, 2000), SAYS(padi),
	    AFTER(3000, 4000), SAYS(padi),
	    AFTER(6000, 8000), SAYS(padi),
	    AFTER(12000, 16000), SAYS(padi),
	    AFTER(24000, 32000), SAYS(padi),
	    AFTER(24000, 32000), SAYS(padi),
	    AFTER(24000, 32000),
	    SAYS("DOWN PADI_SILENT "), DO(NEVER_));
	ATF_CHECK_EQ(HOST_IDLE, host.state);
}

ATF_TC_WITHOUT_HEAD(no_pause_is_longer_than_32_s);
ATF_TC_BODY(no_pause_is_longer_than_32_s, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;

	setup();
	conf.period = 31;
	RUN(DO(START), SAYS(padi), AFTER(23250, 31000), SAYS(padi),
	    AFTER(24000, 32000), SAYS(padi));
	conf.period = 600;
	RUN(DO(START), SAYS(padi), AFTER(24000, 32000), SAYS(padi));
}

ATF_TC_WITHOUT_HEAD(asks_for_ever);
ATF_TC_BODY(asks_for_ever, tc)
{
	setup();
	conf.padi_tries = 0;
	conf.period = 0;
	outbox_reset(&ob);
	host_start(&host, now, &ob);
	ATF_CHECK(host_deadline(&host) <= now + SEC(1));
	for (int i = 0; i < 100000; i++) {
		tstamp was = now;

		outbox_reset(&ob);
		now = host_deadline(&host);
		ATF_REQUIRE(now > was && now <= was + SEC(32));
		host_expire(&host, now, &ob);
		ATF_REQUIRE_EQ(1, ob.n);
	}
}

/* `set cd': whatever the search is at, it is over by then. */
ATF_TC_WITHOUT_HEAD(limit_of_a_search);
ATF_TC_BODY(limit_of_a_search, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;
	const char *padr = AC1 " PADR <Service-Name> " UNIQ;

	setup();
	conf.padi_tries = 0;
	conf.limit = 5;
	RUN(DO(START), SAYS(padi),
	    AFTER(1500, 2000), SAYS(padi),
	    AFTER(3000, 3500), SAYS("DOWN PADI_SILENT "), DO(NEVER_));
	ATF_CHECK_EQ(SEC(55), now);
	RUN(DO(START), SAYS(padi),
	    AFTER(1500, 2000), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(padr),
	    AFTER(1500, 2000), SAYS(padr),
	    AFTER(1000, 2000), SAYS("DOWN PADR_SILENT "), DO(NEVER_));
	ATF_CHECK_EQ(SEC(60), now);
	conf.limit = 1;
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER a"), SAYS(AC2 " PADR <Service-Name> " UNIQ),
	    GETS("PADS sid=0x0005 <Service-Name> " UNIQ, AC2, 0),
	    SAYS("UP 5 a"), DO(NEVER_));
}

ATF_TC_WITHOUT_HEAD(pauses_differ_between_hosts);
ATF_TC_BODY(pauses_differ_between_hosts, tc)
{
	tstamp first;

	setup();
	outbox_reset(&ob);
	host_start(&host, now, &ob);
	first = host_deadline(&host);
	host_start(&host, now, &ob);
	ATF_CHECK(host_deadline(&host) != first);
}

ATF_TC_WITHOUT_HEAD(our_own_host_uniq_is_new_each_time);
ATF_TC_BODY(our_own_host_uniq_is_new_each_time, tc)
{
	uint8_t was[PPPOE_UNIQ];

	setup();
	conf.uniq_len = 0;
	outbox_reset(&ob);
	host_start(&host, now, &ob);
	ATF_CHECK_EQ(8, host.uniq_len);
	memcpy(was, host.uniq, sizeof(was));
	host_start(&host, now, &ob);
	ATF_CHECK(memcmp(was, host.uniq, 8) != 0);
}

/* Some ACs drop Host-Uniq: an answer that lacks ours may be anybody's. */
ATF_TC_WITHOUT_HEAD(answer_without_our_host_uniq_is_refused);
ATF_TC_BODY(answer_without_our_host_uniq_is_refused, tc)
{
	char hex[17], padi[80], longer[80];
	uint8_t uniq[8];

	setup();
	conf.uniq_len = 0;
	rng_fill(&rng, uniq, sizeof(uniq));
	rng_seed(&rng, 9);	/* the Host will draw the same */
	for (int i = 0; i < 8; i++)
		snprintf(hex + 2 * i, 3, "%02x", uniq[i]);
	snprintf(padi, sizeof(padi), ALL "PADI <Service-Name>"
	    " <Host-Uniq 0x%s>", hex);
	snprintf(longer, sizeof(longer), "PADO <AC-Name a> <Service-Name>"
	    " <Host-Uniq 0x%s00>", hex);
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name>", AC1, -E_UNKNOWN),
	    DO(QUIET),
	    GETS("PADO <AC-Name a> <Service-Name> <Host-Uniq>", AC1,
	      -E_UNKNOWN),
	    GETS("PADO <AC-Name a> <Service-Name> <Host-Uniq 0x01>", AC1,
	      -E_UNKNOWN),
	    GETS(longer, AC1, -E_UNKNOWN));
	ATF_CHECK_EQ(HOST_PADI, host.state);
}

/* A Host-Uniq of the configuration names the subscriber; its echo is not
 * what tells answers apart, so it may be missing, but not be another. */
ATF_TC_WITHOUT_HEAD(answer_without_a_configured_host_uniq_is_taken);
ATF_TC_BODY(answer_without_a_configured_host_uniq_is_taken, tc)
{
	setup();
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> <Host-Uniq 0x02>", AC1,
	      -E_UNKNOWN),
	    GETS("PADO <AC-Name a> <Service-Name>", AC1, 0),
	    SAYS("OFFER a"), SAYS(AC1 " PADR <Service-Name> " UNIQ),
	    GETS("PADS sid=0x0001 <Host-Uniq 0x02>", AC1, -E_UNKNOWN),
	    GETS("PADS sid=0x0001", AC1, 0), SAYS("UP 1 a"));
}

ATF_TC_WITHOUT_HEAD(service_that_we_want);
ATF_TC_BODY(service_that_we_want, tc)
{
	setup();
	strcpy(conf.service, "isp");
	conf.padi_tries = 1;
	RUN(DO(START), SAYS(ALL "PADI <Service-Name isp> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> <Service-Name ispx> "
	      UNIQ, AC1, 0), SAYS("OFFER a"),
	    GETS("PADO <AC-Name b> <Service-Name x> <Service-Name isp> "
	      UNIQ, AC2, 0), SAYS("OFFER b"),
	    SAYS(AC2 " PADR <Service-Name isp> " UNIQ),
	    DO(START), SAYS(ALL "PADI <Service-Name isp> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"),
	    AFTER(1500, 2000), SAYS("DOWN NO_SERVICE "));
}

ATF_TC_WITHOUT_HEAD(ac_that_we_want);
ATF_TC_BODY(ac_that_we_want, tc)
{
	setup();
	strcpy(conf.acname, "b");
	conf.padi_tries = 1;
	conf.pado_window = 1000;
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"),
	    GETS("PADO <AC-Name bb> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER bb"),
	    GETS("PADO <Service-Name> " UNIQ, AC1, 0), SAYS("OFFER "),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER b"),		/* no need to wait for others */
	    SAYS(AC2 " PADR <Service-Name> " UNIQ),
	    DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"),
	    AFTER(1500, 2000), SAYS("DOWN NO_AC "));
}

ATF_TC_WITHOUT_HEAD(first_of_several_without_a_window);
ATF_TC_BODY(first_of_several_without_a_window, tc)
{
	setup();
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(AC1 " PADR <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, -E_STATE),
	    DO(QUIET));
}

/* opnsense#8646: several ACs answer, one of them is good. */
ATF_TC_WITHOUT_HEAD(window_prefers_the_ac_of_the_last_session);
ATF_TC_BODY(window_prefers_the_ac_of_the_last_session, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;

	setup();
	conf.pado_window = 300;
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER b"), DO(QUIET),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"),			/* nobody known: the first */
	    AFTER(300, 300),
	    SAYS(AC2 " PADR <Service-Name> " UNIQ),
	    GETS("PADS sid=0x0001 " UNIQ, AC2, 0), SAYS("UP 1 b"),
	    GETS("PADT sid=0x0001", AC2, 0), SAYS("DOWN PEER_PADT "),
	    DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), DO(QUIET),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ
	      " <AC-Cookie 0x77>", AC2, 0),
	    SAYS("OFFER b"),			/* the known one: at once */
	    SAYS(AC2 " PADR <Service-Name> " UNIQ " <AC-Cookie *>"));
}

ATF_TC_WITHOUT_HEAD(silent_ac_is_left_for_another);
ATF_TC_BODY(silent_ac_is_left_for_another, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;
	const char *padr = AC1 " PADR <Service-Name> " UNIQ;

	setup();
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(padr),
	    AFTER(1500, 2000), SAYS(padr),
	    AFTER(3000, 4000), SAYS(padr),
	    AFTER(6000, 8000), SAYS(padr),
	    AFTER(12000, 16000), SAYS(padi),
	    /* the same one is first again: half a second for the other */
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), DO(QUIET),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER b"),
	    SAYS(AC2 " PADR <Service-Name> " UNIQ));
}

ATF_TC_WITHOUT_HEAD(silent_ac_is_taken_when_alone);
ATF_TC_BODY(silent_ac_is_taken_when_alone, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;
	const char *padr = AC1 " PADR <Service-Name> " UNIQ;

	setup();
	conf.padi_tries = 2;
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(padr),
	    AFTER(1500, 2000), SAYS(padr),
	    AFTER(3000, 4000), SAYS(padr),
	    AFTER(6000, 8000), SAYS(padr),
	    AFTER(12000, 16000), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"),
	    AFTER(500, 500), SAYS(padr),
	    AFTER(1500, 2000), SAYS(padr),
	    AFTER(3000, 4000), SAYS(padr),
	    AFTER(6000, 8000), SAYS(padr),
	    AFTER(12000, 16000),
	    SAYS("DOWN PADR_SILENT "), DO(NEVER_));
}

ATF_TC_WITHOUT_HEAD(pads_that_refuses);
ATF_TC_BODY(pads_that_refuses, tc)
{
	static const struct {
		const char *pads, *down;
	} rows[] = {
		{ "PADS <Service-Name-Error no\x1b such> " UNIQ,
		  "DOWN NO_SERVICE no. such" },
		{ "PADS <AC-System-Error full> " UNIQ, "DOWN AC_ERROR full" },
		{ "PADS <Generic-Error other> " UNIQ, "DOWN AC_ERROR other" },
		{ "PADS sid=0x0001 <AC-System-Error> " UNIQ,
		  "DOWN AC_ERROR " },
		{ "PADS <Service-Name> " UNIQ, "DOWN AC_ERROR " },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setup();
		RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
		    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
		    SAYS("OFFER a"),
		    SAYS(AC1 " PADR <Service-Name> " UNIQ),
		    GETS(rows[i].pads, AC1, 0), SAYS(rows[i].down),
		    DO(NEVER_));
	}
}

ATF_TC_WITHOUT_HEAD(ac_that_refused_comes_last);
ATF_TC_BODY(ac_that_refused_comes_last, tc)
{
	const char *padi = ALL "PADI <Service-Name> " UNIQ;

	setup();
	RUN(DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(AC1 " PADR <Service-Name> " UNIQ),
	    GETS("PADS <AC-System-Error full> " UNIQ, AC1, 0),
	    SAYS("DOWN AC_ERROR full"), DO(START), SAYS(padi),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), DO(QUIET),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER b"), SAYS(AC2 " PADR <Service-Name> " UNIQ));
}

ATF_TC_WITHOUT_HEAD(pado_that_refuses);
ATF_TC_BODY(pado_that_refuses, tc)
{
	setup();
	conf.padi_tries = 1;
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name>"
	      " <AC-System-Error no room> " UNIQ, AC1, -E_DENIED),
	    SAYS("REFUSED AC_ERROR no room"),
	    GETS("PADO <AC-Name b> <Service-Name> " UNIQ, AC2, 0),
	    SAYS("OFFER b"), SAYS(AC2 " PADR <Service-Name> " UNIQ),
	    HANGUP(""),
	    DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <Service-Name-Error none> " UNIQ, AC1, -E_DENIED),
	    SAYS("REFUSED NO_SERVICE none"),
	    AFTER(1500, 2000),
	    SAYS("DOWN NO_SERVICE none"));
}

ATF_TC_WITHOUT_HEAD(relay_and_empty_cookie_come_back);
ATF_TC_BODY(relay_and_empty_cookie_come_back, tc)
{
	setup();
	RUN(DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ " <AC-Cookie>"
	      " <Relay-Session-Id 0x0123456789ab0123456789ab>", AC1, 0),
	    SAYS("OFFER a"),
	    SAYS(AC1 " PADR <Service-Name> " UNIQ " <AC-Cookie>"
	      " <Relay-Session-Id 0x0123456789ab0123456789ab>"));
}

/* The largest cookie that we can bring back, and one octet more. */
ATF_TC_WITHOUT_HEAD(cookie_too_long);
ATF_TC_BODY(cookie_too_long, tc)
{
	uint8_t tags[16 + 256] = { 1, 1, 0, 0, 1, 3, 0, 1, 1, 1, 4, 1, 0 };

	setup();
	outbox_reset(&ob);
	host_start(&host, now, &ob);
	ATF_CHECK_EQ(-E_FORMAT, host_input(&host, disc_mac(AC1),
	    disc_head(CODE_PADO, 0, tags, 13 + 256), now, &ob));
	ATF_CHECK_EQ(1, ob.n);
	ATF_CHECK_EQ(HOST_PADI, host.state);
	tags[11] = 0;
	tags[12] = 255;
	memset(tags + 13, 0x5a, 255);
	ATF_CHECK_EQ(0, host_input(&host, disc_mac(AC1),
	    disc_head(CODE_PADO, 0, tags, 13 + 255), now, &ob));
	ATF_CHECK_EQ(HOST_PADR, host.state);
	ATF_CHECK(memcmp(disc_cookie(&ob, 2), tags + 13, 255) == 0);
}

ATF_TC_WITHOUT_HEAD(max_payload);
ATF_TC_BODY(max_payload, tc)
{
	static const struct {
		uint16_t ours;
		const char *tag;
		uint16_t agreed;
	} rows[] = {
		{ 0, " <PPP-Max-Payload 1500>", 1492 },
		{ 1492, " <PPP-Max-Payload 1500>", 1492 },
		{ 1500, "", 1492 }, { 1500, " <PPP-Max-Payload 1500>", 1500 },
		{ 1500, " <PPP-Max-Payload 9000>", 1500 },
		{ 1500, " <PPP-Max-Payload 1496>", 1496 },
		{ 1500, " <PPP-Max-Payload 1400>", 1492 },
		{ 1500, " <PPP-Max-Payload 0>", 1492 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char pads[128];

		setup();
		conf.max_payload = rows[i].ours;
		outbox_reset(&ob);
		host_start(&host, now, &ob);
		ATF_CHECK_STREQ(rows[i].ours == 1500 ?
		    ALL "PADI <Service-Name> " UNIQ " <PPP-Max-Payload 1500>" :
		    ALL "PADI <Service-Name> " UNIQ, disc_said(&ob, 0));
		host_input(&host, disc_mac(AC1),
		    disc("PADO <AC-Name a> <Service-Name> " UNIQ), now, &ob);
		ATF_CHECK_EQ(rows[i].ours == 1500, strstr(disc_said(&ob, 2),
		    " <PPP-Max-Payload 1500>") != NULL);
		snprintf(pads, sizeof(pads), "PADS sid=0x0001 " UNIQ "%s",
		    rows[i].tag);
		ATF_CHECK_EQ(0, host_input(&host, disc_mac(AC1), disc(pads),
		    now, &ob));
		ATF_CHECK_EQ(HOST_UP, host.state);
		ATF_CHECK_EQ(rows[i].agreed, host.max_payload);
	}
}

ATF_TC_WITHOUT_HEAD(wrong_sender_session_or_moment);
ATF_TC_BODY(wrong_sender_session_or_moment, tc)
{
	setup();
	RUN(GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, -E_STATE),
	    DO(START), SAYS(ALL "PADI <Service-Name> " UNIQ),
	    GETS("PADS sid=0x0001 " UNIQ, AC1, -E_STATE),
	    GETS("PADT sid=0x0001", AC1, -E_STATE),
	    GETS("PADI <Service-Name> " UNIQ, AC1, -E_STATE),
	    GETS("PADR <Service-Name> " UNIQ, AC1, -E_STATE),
	    GETS("PADO sid=0x0001 <AC-Name a> <Service-Name> " UNIQ, AC1,
	      -E_FORMAT),
	    GETS("0x42", AC1, -E_FORMAT),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ,
	      "03:00:00:00:00:01", -E_FORMAT),
	    GETS("PADO <AC-Name a> <Service-Name> " UNIQ, AC1, 0),
	    SAYS("OFFER a"), SAYS(AC1 " PADR <Service-Name> " UNIQ),
	    GETS("PADS sid=0x0001 " UNIQ, AC2, -E_UNKNOWN),
	    GETS("PADS <AC-System-Error x> " UNIQ, AC2, -E_UNKNOWN),
	    GETS("PADS sid=0xffff " UNIQ, AC1, -E_FORMAT),
	    GETS("PADT sid=0x0001", AC1, -E_STATE), DO(QUIET),
	    GETS("PADS sid=0x0001 " UNIQ, AC1, 0), SAYS("UP 1 a"),
	    GETS("PADS sid=0x0002 " UNIQ, AC1, -E_STATE),
	    GETS("PADS <AC-System-Error x> " UNIQ, AC1, -E_STATE),
	    GETS("PADT sid=0x0002", AC1, -E_UNKNOWN),
	    GETS("PADT", AC1, -E_UNKNOWN),
	    GETS("PADT sid=0x0001", AC2, -E_UNKNOWN), DO(QUIET));
	ATF_CHECK_EQ(HOST_UP, host.state);
	ATF_CHECK_EQ(1, host.sid);
}

ATF_TC_WITHOUT_HEAD(texts_are_bounded);
ATF_TC_BODY(texts_are_bounded, tc)
{
	char pado[1200] = "PADO <AC-Name ";

	setup();
	for (int i = 0; i < 900; i++)
		strcat(pado, "n");
	strcat(pado, "> <Service-Name> " UNIQ);
	outbox_reset(&ob);
	host_start(&host, now, &ob);
	ATF_CHECK_EQ(0, host_input(&host, disc_mac(AC1), disc(pado), now,
	    &ob));
	ATF_CHECK_EQ(PPPOE_NAME, strlen(host.ac_name));
	ATF_CHECK_EQ(strlen("OFFER ") + PPPOE_NAME,
	    strlen(disc_said(&ob, 1)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, session_of_the_rfc);
	ATF_TP_ADD_TC(tp, we_hang_up);
	ATF_TP_ADD_TC(tp, padi_pauses_double_up_to_32_s);
	ATF_TP_ADD_TC(tp, no_pause_is_longer_than_32_s);
	ATF_TP_ADD_TC(tp, asks_for_ever);
	ATF_TP_ADD_TC(tp, limit_of_a_search);
	ATF_TP_ADD_TC(tp, pauses_differ_between_hosts);
	ATF_TP_ADD_TC(tp, our_own_host_uniq_is_new_each_time);
	ATF_TP_ADD_TC(tp, answer_without_our_host_uniq_is_refused);
	ATF_TP_ADD_TC(tp, answer_without_a_configured_host_uniq_is_taken);
	ATF_TP_ADD_TC(tp, service_that_we_want);
	ATF_TP_ADD_TC(tp, ac_that_we_want);
	ATF_TP_ADD_TC(tp, first_of_several_without_a_window);
	ATF_TP_ADD_TC(tp, window_prefers_the_ac_of_the_last_session);
	ATF_TP_ADD_TC(tp, silent_ac_is_left_for_another);
	ATF_TP_ADD_TC(tp, silent_ac_is_taken_when_alone);
	ATF_TP_ADD_TC(tp, pads_that_refuses);
	ATF_TP_ADD_TC(tp, ac_that_refused_comes_last);
	ATF_TP_ADD_TC(tp, pado_that_refuses);
	ATF_TP_ADD_TC(tp, relay_and_empty_cookie_come_back);
	ATF_TP_ADD_TC(tp, cookie_too_long);
	ATF_TP_ADD_TC(tp, max_payload);
	ATF_TP_ADD_TC(tp, wrong_sender_session_or_moment);
	ATF_TP_ADD_TC(tp, texts_are_bounded);
	return atf_no_error();
}
