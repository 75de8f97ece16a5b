/* The Access Concentrator's answers, packet by packet. */
#include <atf-c.h>
#include <stdio.h>

#include "lib/disc.h"

#define START SEC(100)

static struct ac_conf conf;
static struct ac *ac;
static struct rng rng;
static struct outbox ob;
static struct ac_request rq;
static struct ac_from from;
static uint16_t sid;
static enum drop why;

static void
setup(void)
{
	memset(&conf, 0, sizeof(conf));
	strcpy(conf.acname, "ac1");
	conf.cookie_life = 60;
	conf.padi_rate = 1000;
	conf.mac_rate = 100;
	memset(&from, 0, sizeof(from));
	memcpy(from.mac, disc_mac("02:00:5e:00:53:01"), ETH_ADDR);
	rng_seed(&rng, 1);
	ac = ac_new(&conf, &rng, START);
	ATF_REQUIRE(ac != NULL);
}

static void
services(const char *a, const char *b)
{
	strcpy(conf.service[0], a);
	strcpy(conf.service[1], b);
	conf.services = b[0] != '\0' ? 2 : 1;
	ac_reconf(ac, &conf);
}

static enum ac_result
input(struct rd in, bool bcast, tstamp now)
{
	outbox_reset(&ob);
	why = DROP_COUNT;
	return ac_input(ac, &from, bcast, in, now, &ob, &rq, &sid, &why);
}

/* A broadcast PADI; what it is answered with, or "-". */
static const char *
padi(const char *text)
{
	enum ac_result r = input(disc(text), true, START);

	ATF_CHECK_EQ(r == AC_NOTHING ? 1 : 0, ob.n);
	ATF_CHECK(r == AC_NOTHING || r == AC_DROP);
	return disc_said(&ob, 0);
}

/* @text with the cookie of a PADO that was sent just now. */
static struct rd
with_cookie(const char *text)
{
	uint8_t cookie[AC_COOKIE];
	char buf[512];
	size_t n;

	ATF_REQUIRE_EQ(AC_NOTHING, input(disc("PADI <Service-Name>"), true,
	    START));
	memcpy(cookie, disc_cookie(&ob, 0), AC_COOKIE);
	n = (size_t)snprintf(buf, sizeof(buf), "%s <AC-Cookie 0x", text);
	for (int i = 0; i < AC_COOKIE; i++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%02x",
		    cookie[i]);
	snprintf(buf + n, sizeof(buf) - n, ">");
	return disc(buf);
}

static const char *
pads(uint16_t s, const char *error)
{
	struct wr w;

	outbox_reset(&ob);
	w = outbox_begin(&ob, 1484);
	ac_pads(&conf, &rq, s, error, &w);
	ATF_CHECK(outbox_disc(&ob, &w, rq.from.mac));
	return disc_said(&ob, 0);
}

#define TO "02:00:5e:00:53:01 "

ATF_TC_WITHOUT_HEAD(pado_says_who_and_what);
ATF_TC_BODY(pado_says_who_and_what, tc)
{
	setup();
	ATF_CHECK_STREQ(TO "PADO <AC-Name ac1> <Service-Name>"
	    " <Host-Uniq 0x1234> <AC-Cookie *>",
	    padi("PADI <Service-Name> <Host-Uniq 0x1234>"));
	ATF_CHECK_EQ(AC_COOKIE + 0u, sizeof(rq.cookie));
	/* the asked one first, then every other */
	services("isp", "gold");
	ATF_CHECK_STREQ(TO "PADO <AC-Name ac1> <Service-Name gold>"
	    " <Service-Name isp> <AC-Cookie *>",
	    padi("PADI <Service-Name gold>"));
	ATF_CHECK_STREQ(TO "PADO <AC-Name ac1> <Service-Name>"
	    " <Service-Name isp> <Service-Name gold> <AC-Cookie *>",
	    padi("PADI <Service-Name>"));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(tags_that_are_echoed_and_not);
ATF_TC_BODY(tags_that_are_echoed_and_not, tc)
{
	setup();
	ATF_CHECK_STREQ(TO "PADO <AC-Name ac1> <Service-Name> <Host-Uniq>"
	    " <Relay-Session-Id 0x0102> <AC-Cookie *>",
	    padi("PADI <Host-Uniq> <Service-Name> <Relay-Session-Id 0x0102>"
	    " <Vendor-Specific 0x00000de90101" "61> <0x0fff 0x00>"
	    " <AC-Name other> <AC-Cookie 0x99>"));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(service_not_offered_is_not_answered);
ATF_TC_BODY(service_not_offered_is_not_answered, tc)
{
	setup();
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name isp>"));
	ATF_CHECK_EQ(DROP_SERVICE, why);
	services("isp", "gold");
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name is>"));
	ATF_CHECK_EQ(DROP_SERVICE, why);
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name 0x69737000>"));
	ATF_CHECK_EQ(DROP_SERVICE, why);
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name ispx>"));
	ATF_CHECK_EQ(DROP_SERVICE, why);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(any_service);
ATF_TC_BODY(any_service, tc)
{
	setup();
	conf.any_service = true;
	ac_reconf(ac, &conf);
	ATF_CHECK_STREQ(TO "PADO <AC-Name ac1> <Service-Name whatever>"
	    " <AC-Cookie *>", padi("PADI <Service-Name whatever>"));
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name 0123456789012345678901"
	    "2345678901234567890123456789012345678901234>"));
	ATF_CHECK_EQ(DROP_SERVICE, why);	/* 65 octets: not kept */
	ac_free(ac);
}

/* RFC 2516 section 5.1: exactly one Service-Name. */
ATF_TC_WITHOUT_HEAD(padi_has_exactly_one_service_name);
ATF_TC_BODY(padi_has_exactly_one_service_name, tc)
{
	setup();
	ATF_CHECK_STREQ("-", padi("PADI <Host-Uniq 0x1234>"));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name> <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_STREQ("-", padi("PADI <End-Of-List> <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_STREQ("-", padi("PADI sid=0x0001 <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(senders_and_codes);
ATF_TC_BODY(senders_and_codes, tc)
{
	setup();
	ATF_CHECK_EQ(AC_DROP, input(disc("PADO <AC-Name x>"), false, START));
	ATF_CHECK_EQ(DROP_DISC_STATE, why);
	ATF_CHECK_EQ(AC_DROP, input(disc("PADS sid=0x0001"), false, START));
	ATF_CHECK_EQ(DROP_DISC_STATE, why);
	ATF_CHECK_EQ(AC_DROP, input(disc("0xd3"), false, START));
	ATF_CHECK_EQ(DROP_PPPOE_FORMAT, why);
	ATF_CHECK_EQ(AC_DROP, input(with_cookie("PADR <Service-Name>"), true,
	    START));
	ATF_CHECK_EQ(DROP_NOT_OURS, why);
	ATF_CHECK_EQ(AC_DROP, input(disc("PADT sid=0x0001"), true, START));
	ATF_CHECK_EQ(DROP_NOT_OURS, why);
	from.mac[0] = 0x03;		/* a group address */
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORGED, why);
	memset(from.mac, 0xff, ETH_ADDR);
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORGED, why);
	memset(from.mac, 0, ETH_ADDR);
	ATF_CHECK_STREQ("-", padi("PADI <Service-Name>"));
	ATF_CHECK_EQ(DROP_DISC_FORGED, why);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padr_makes_a_request);
ATF_TC_BODY(padr_makes_a_request, tc)
{
	setup();
	from.port = 2;
	from.vlan.outer = 100;
	services("isp", "");
	ATF_REQUIRE_EQ(AC_NEW, input(with_cookie("PADR <Service-Name isp>"
	    " <Host-Uniq 0x1234> <Relay-Session-Id 0x99>"
	    " <Vendor-Specific 0x00000de9" "0103616263" "02020102>"), false,
	    START + SEC(1)));
	ATF_CHECK_EQ(0, ob.n);
	ATF_CHECK(memcmp(&rq.from, &from, sizeof(from)) == 0);
	ATF_CHECK_STREQ("abc", rq.circuit_id);
	ATF_CHECK_STREQ("0x0102", rq.remote_id);
	ATF_CHECK_EQ(0, rq.max_payload);
	ATF_CHECK_STREQ(TO "PADS sid=0x0fed <Service-Name isp>"
	    " <Host-Uniq 0x1234> <Relay-Session-Id 0x99> <AC-Name ac1>",
	    pads(0x0fed, NULL));
	ATF_CHECK_STREQ(TO "PADS <Service-Name isp> <Host-Uniq 0x1234>"
	    " <Relay-Session-Id 0x99> <AC-Name ac1>"
	    " <AC-System-Error too many sessions>",
	    pads(0, "too many sessions"));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(empty_and_absent_host_uniq);
ATF_TC_BODY(empty_and_absent_host_uniq, tc)
{
	setup();
	ATF_REQUIRE_EQ(AC_NEW, input(with_cookie("PADR <Service-Name>"
	    " <Host-Uniq>"), false, START));
	ATF_CHECK_STREQ(TO "PADS sid=0x0001 <Service-Name> <Host-Uniq>"
	    " <AC-Name ac1>", pads(1, NULL));
	ATF_REQUIRE_EQ(AC_NEW, input(with_cookie("PADR <Service-Name>"),
	    false, START));
	ATF_CHECK_STREQ(TO "PADS sid=0x0001 <Service-Name> <AC-Name ac1>",
	    pads(1, NULL));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padr_with_a_wrong_service);
ATF_TC_BODY(padr_with_a_wrong_service, tc)
{
	setup();
	ATF_CHECK_EQ(AC_DROP, input(with_cookie("PADR <Service-Name isp>"
	    " <Host-Uniq 0x12>"), false, START));
	ATF_CHECK_EQ(DROP_SERVICE, why);
	ATF_CHECK_STREQ(TO "PADS <Service-Name isp> <Host-Uniq 0x12>"
	    " <AC-Name ac1> <Service-Name-Error service not offered>",
	    disc_said(&ob, 0));
	/* but a stranger without a cookie gets no answer at all */
	ATF_CHECK_EQ(AC_DROP, input(disc("PADR <Service-Name isp>"), false,
	    START));
	ATF_CHECK_EQ(DROP_COOKIE, why);
	ATF_CHECK_EQ(0, ob.n);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padr_malformed);
ATF_TC_BODY(padr_malformed, tc)
{
	setup();
	ATF_CHECK_EQ(AC_DROP, input(with_cookie("PADR"), false, START));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_EQ(AC_DROP, input(with_cookie("PADR <Service-Name>"
	    " <Service-Name x>"), false, START));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_EQ(AC_DROP, input(with_cookie("PADR sid=0x0001"
	    " <Service-Name>"), false, START));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padr_again_is_the_same_session);
ATF_TC_BODY(padr_again_is_the_same_session, tc)
{
	struct rd in;

	setup();
	in = with_cookie("PADR <Service-Name> <Host-Uniq 0x12>");
	ATF_REQUIRE_EQ(AC_NEW, input(in, false, START));
	ac_bind(ac, &rq, 77, START);
	for (int i = 0; i < 100; i++) {
		ATF_CHECK_EQ(AC_AGAIN, input(in, false, START + MSEC(i)));
		ATF_CHECK_EQ(77, sid);
	}
	ATF_CHECK_STREQ(TO "PADS sid=0x004d <Service-Name> <Host-Uniq 0x12>"
	    " <AC-Name ac1>", pads(sid, NULL));
	ATF_CHECK_EQ(AC_DROP, input(in, false, START + SEC(60)));
	ATF_CHECK_EQ(DROP_COOKIE, why);
	ac_free(ac);
}

/* A Host may choose a new Host-Uniq for each request: RFC 2516 App. A. */
ATF_TC_WITHOUT_HEAD(host_uniq_may_change);
ATF_TC_BODY(host_uniq_may_change, tc)
{
	uint8_t cookie[AC_COOKIE];
	char text[128] = "PADR <Service-Name> <Host-Uniq 0x02> <AC-Cookie 0x";

	setup();
	padi("PADI <Service-Name> <Host-Uniq 0x01>");
	memcpy(cookie, disc_cookie(&ob, 0), AC_COOKIE);
	for (int i = 0; i < AC_COOKIE; i++)
		sprintf(text + strlen(text), "%02x", cookie[i]);
	strcat(text, ">");
	ATF_REQUIRE_EQ(AC_NEW, input(disc(text), false, START));
	ATF_CHECK_STREQ(TO "PADS sid=0x0001 <Service-Name> <Host-Uniq 0x02>"
	    " <AC-Name ac1>", pads(1, NULL));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(two_sessions_of_one_mac);
ATF_TC_BODY(two_sessions_of_one_mac, tc)
{
	struct rd a, b;

	setup();
	a = with_cookie("PADR <Service-Name> <Host-Uniq 0x01>");
	b = with_cookie("PADR <Service-Name> <Host-Uniq 0x02>");
	ATF_REQUIRE_EQ(AC_NEW, input(a, false, START));
	ac_bind(ac, &rq, 1, START);
	ATF_REQUIRE_EQ(AC_NEW, input(b, false, START));
	ac_bind(ac, &rq, 2, START);
	ATF_CHECK_EQ(AC_AGAIN, input(a, false, START));
	ATF_CHECK_EQ(1, sid);
	ATF_CHECK_EQ(AC_AGAIN, input(b, false, START));
	ATF_CHECK_EQ(2, sid);
	ac_free(ac);
}

/* RFC 4638: the tag is honoured above 1492 and when configured only. */
ATF_TC_WITHOUT_HEAD(max_payload);
ATF_TC_BODY(max_payload, tc)
{
	static const struct {
		uint16_t ours, asked, granted;
	} rows[] = {
		{ 0, 1500, 0 }, { 1492, 1500, 0 }, { 1500, 1500, 1500 },
		{ 1500, 1492, 0 }, { 1500, 1400, 0 }, { 1500, 0, 0 },
		{ 1500, 1493, 1493 }, { 1500, 9000, 1500 },
		{ 9000, 1500, 1500 },
	};

	setup();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char in[80], out[80] = "";

		conf.max_payload = rows[i].ours;
		ac_reconf(ac, &conf);
		snprintf(in, sizeof(in), "PADI <Service-Name>"
		    " <PPP-Max-Payload %u>", rows[i].asked);
		if (rows[i].granted != 0)
			snprintf(out, sizeof(out), " <PPP-Max-Payload %u>",
			    rows[i].granted);
		ATF_CHECK_STREQ(out, strstr(padi(in), "*>") + 2);
		in[3] = 'R';
		ATF_REQUIRE_EQ(AC_NEW, input(with_cookie(in), false, START));
		ATF_CHECK_EQ(rows[i].granted, rq.max_payload);
		ATF_CHECK_STREQ(out, strstr(pads(1, NULL), "ac1>") + 4);
	}
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padt_is_handed_up);
ATF_TC_BODY(padt_is_handed_up, tc)
{
	setup();
	ATF_CHECK_EQ(AC_PADT, input(disc("PADT sid=0x0102"
	    " <Generic-Error bye\x07>"), false, START));
	ATF_CHECK_EQ(0x0102, sid);
	ATF_CHECK_STREQ("bye.", rq.text);
	ATF_CHECK(memcmp(&rq.from, &from, sizeof(from)) == 0);
	/* as rp-pppoe sends it */
	ATF_CHECK_EQ(AC_PADT, input(disc("PADT sid=0x0001 <Host-Uniq 0x61>"
	    " <AC-Cookie 0x1234>"), false, START));
	ATF_CHECK_EQ(1, sid);
	ATF_CHECK_STREQ("", rq.text);
	ATF_CHECK_EQ(AC_DROP, input(disc("PADT"), false, START));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ATF_CHECK_EQ(AC_DROP, input(disc("PADT sid=0xffff"), false, START));
	ATF_CHECK_EQ(DROP_DISC_FORMAT, why);
	ac_free(ac);
}

/* Ten services of 64 octets and long echoes: the PADO still fits. */
ATF_TC_WITHOUT_HEAD(largest_pado_fits);
ATF_TC_BODY(largest_pado_fits, tc)
{
	char text[512] = "PADI <Relay-Session-Id 012345678901> <Host-Uniq ";
	const char *said;

	setup();
	conf.any_service = true;
	memset(conf.acname, 'a', PPPOE_NAME);
	for (int i = 0; i < AC_SERVICES; i++)
		memset(conf.service[i], 'a' + i, PPPOE_NAME);
	conf.services = AC_SERVICES;
	conf.max_payload = 1500;
	ac_reconf(ac, &conf);
	for (int i = 0; i < PPPOE_UNIQ; i++)
		strcat(text, "u");
	strcat(text, "> <Service-Name ");
	for (int i = 0; i < PPPOE_NAME; i++)
		strcat(text, "s");
	strcat(text, "> <PPP-Max-Payload 1500>");
	said = padi(text);
	ATF_CHECK(strstr(said, "<Service-Name ppppp") != NULL);
	ATF_CHECK(strstr(said, "<PPP-Max-Payload 1500>") != NULL);
	ATF_CHECK(ob.item[0].len <= 1484);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padi_rate_of_a_mac);
ATF_TC_BODY(padi_rate_of_a_mac, tc)
{
	struct rd in = disc("PADI <Service-Name>");
	int n = 0;

	setup();
	conf.mac_rate = 4;
	ac_reconf(ac, &conf);
	for (int i = 0; i < 50; i++) {
		n += input(in, true, START) == AC_NOTHING;
		ATF_CHECK(i < 4 || why == DROP_PADI_RATE);
	}
	ATF_CHECK_EQ(4, n);
	from.mac[5]++;			/* another MAC is not concerned */
	ATF_CHECK_EQ(AC_NOTHING, input(in, true, START));
	from.mac[5]--;			/* nor the same in another VLAN */
	from.vlan.outer = 7;
	ATF_CHECK_EQ(AC_NOTHING, input(in, true, START));
	from.vlan.outer = 0;
	ATF_CHECK_EQ(AC_DROP, input(in, true, START));
	ATF_CHECK_EQ(AC_NOTHING, input(in, true, START + SEC(1)));
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(padi_rate_of_a_port);
ATF_TC_BODY(padi_rate_of_a_port, tc)
{
	struct rd in = disc("PADI <Service-Name>");
	int n = 0;

	setup();
	conf.padi_rate = 200;
	conf.mac_rate = 4;
	ac_reconf(ac, &conf);
	for (uint16_t i = 0; i < 10000; i++) {
		memcpy(from.mac + 4, &i, 2);	/* each once */
		n += input(in, true, START) == AC_NOTHING;
	}
	ATF_CHECK_EQ(200, n);
	ATF_CHECK_EQ(DROP_PADI_RATE, why);
	from.port = 1;
	ATF_CHECK_EQ(AC_NOTHING, input(in, true, START));
	ac_free(ac);
}

/* One that shouts does not use up what its port has for the others. */
ATF_TC_WITHOUT_HEAD(a_noisy_mac_does_not_starve_its_port);
ATF_TC_BODY(a_noisy_mac_does_not_starve_its_port, tc)
{
	struct rd in = disc("PADI <Service-Name>");

	setup();
	conf.padi_rate = 20;
	conf.mac_rate = 4;
	ac_reconf(ac, &conf);
	for (int i = 0; i < 1000; i++)
		input(in, true, START);
	for (int i = 0; i < 16; i++) {
		from.mac[5]++;
		ATF_CHECK_EQ(AC_NOTHING, input(in, true, START));
	}
	ac_free(ac);
}

/* More sessions within a cookie's life than cookies can be remembered: no
 * session is made whose PADR could then be played again. */
ATF_TC_WITHOUT_HEAD(more_cookies_than_can_be_remembered);
ATF_TC_BODY(more_cookies_than_can_be_remembered, tc)
{
	struct rd last;

	setup();
	conf.padi_rate = conf.mac_rate = 0;
	ac_reconf(ac, &conf);
	for (unsigned i = 0; i < 65536; i++) {
		from.mac[3] = (uint8_t)(i >> 8);
		ATF_REQUIRE_EQ(AC_NEW, input(with_cookie(
		    "PADR <Service-Name>"), false, START));
		ac_bind(ac, &rq, (uint16_t)(i % 65534 + 1), START);
	}
	last = with_cookie("PADR <Service-Name>");
	ATF_CHECK_EQ(AC_DROP, input(last, false, START));
	ATF_CHECK_EQ(DROP_LIMIT_ALL, why);
	ATF_CHECK_EQ(AC_DROP, input(last, false, START + SEC(59)));
	ATF_CHECK_EQ(DROP_LIMIT_ALL, why);
	ac_free(ac);
}

ATF_TC_WITHOUT_HEAD(name_change_takes_effect);
ATF_TC_BODY(name_change_takes_effect, tc)
{
	setup();
	strcpy(conf.acname, "new");
	ac_reconf(ac, &conf);
	memset(conf.acname, 'x', 4);	/* a copy was taken */
	ATF_CHECK_STREQ(TO "PADO <AC-Name new> <Service-Name> <AC-Cookie *>",
	    padi("PADI <Service-Name>"));
	ac_free(ac);
	ac_free(NULL);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, pado_says_who_and_what);
	ATF_TP_ADD_TC(tp, tags_that_are_echoed_and_not);
	ATF_TP_ADD_TC(tp, service_not_offered_is_not_answered);
	ATF_TP_ADD_TC(tp, any_service);
	ATF_TP_ADD_TC(tp, padi_has_exactly_one_service_name);
	ATF_TP_ADD_TC(tp, senders_and_codes);
	ATF_TP_ADD_TC(tp, padr_makes_a_request);
	ATF_TP_ADD_TC(tp, empty_and_absent_host_uniq);
	ATF_TP_ADD_TC(tp, padr_with_a_wrong_service);
	ATF_TP_ADD_TC(tp, padr_malformed);
	ATF_TP_ADD_TC(tp, padr_again_is_the_same_session);
	ATF_TP_ADD_TC(tp, host_uniq_may_change);
	ATF_TP_ADD_TC(tp, two_sessions_of_one_mac);
	ATF_TP_ADD_TC(tp, max_payload);
	ATF_TP_ADD_TC(tp, padt_is_handed_up);
	ATF_TP_ADD_TC(tp, largest_pado_fits);
	ATF_TP_ADD_TC(tp, padi_rate_of_a_mac);
	ATF_TP_ADD_TC(tp, padi_rate_of_a_port);
	ATF_TP_ADD_TC(tp, a_noisy_mac_does_not_starve_its_port);
	ATF_TP_ADD_TC(tp, more_cookies_than_can_be_remembered);
	ATF_TP_ADD_TC(tp, name_change_takes_effect);
	return atf_no_error();
}
