/* PAP, RFC 1334, in both roles. */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "ppp/check.h"
#include "unit/ppp/auth_help.h"

#define PEER	(PROTO_PAP | 1u << 16)	/* argument: the peer proved itself */
#define BYTES(s)	(s), sizeof(s) - 1

static struct side us;

static void
self(void)
{
	side_init(&us, 1);
	side_self(&us, PROTO_PAP, 0);
}

static void
peer(void)
{
	side_init(&us, 1);
	side_peer(&us, PROTO_PAP, 0);
}

static int
in(const char *p, size_t n)
{
	return side_input(&us, PROTO_PAP, p, n);
}

static void
packet_is(const char *p, size_t n)
{
	size_t len;
	const uint8_t *have = side_packet(&us, &len);

	ATF_CHECK_EQ(n, len);
	ATF_CHECK(len == n && memcmp(have, p, n) == 0);
}

ATF_TC_WITHOUT_HEAD(request_and_ack);
ATF_TC_BODY(request_and_ack, tc)
{
	self();
	packet_is(BYTES("\1\1\0\20\4fred\6secret"));
	ATF_CHECK_EQ(PROTO_PAP, side_arg(&us, PPP_EV_AUTH_SENT));
	ATF_CHECK_EQ(0, in(BYTES("\2\1\0\20\13Greetings!!")));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
	ATF_CHECK_EQ(PROTO_PAP, side_arg(&us, PPP_EV_AUTH_OK));
	ATF_CHECK_STREQ("Greetings!!", side_text(&us, PPP_EV_AUTH_OK));
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
	/* The same Ack again says nothing new. */
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\2\1\0\20\13Greetings!!")));
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	ATF_CHECK_EQ(0, us.ob.n);
}

ATF_TC_WITHOUT_HEAD(nak);
ATF_TC_BODY(nak, tc)
{
	self();
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\24\17Login incorrect")));
	ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
	ATF_CHECK_EQ(PROTO_PAP, side_arg(&us, PPP_EV_AUTH_FAIL));
	ATF_CHECK_STREQ("Login incorrect", side_text(&us, PPP_EV_AUTH_FAIL));
	side_wait(&us, 100);
	ATF_CHECK_EQ(0, us.ob.n);		/* no retry storm */
}

ATF_TC_WITHOUT_HEAD(repeated_papretry_times);
ATF_TC_BODY(repeated_papretry_times, tc)
{
	self();
	ATF_CHECK_EQ(us.now + SEC(3), auth_deadline(&us.self, &us.peer));
	side_wait(&us, 2);
	ATF_CHECK_EQ(0, us.ob.n);
	side_wait(&us, 1);
	packet_is(BYTES("\1\2\0\20\4fred\6secret"));
	ATF_CHECK_EQ(0, side_events(&us, PPP_EV_AUTH_SENT));
	side_wait(&us, 3);
	packet_is(BYTES("\1\3\0\20\4fred\6secret"));
	side_wait(&us, 3);
	ATF_CHECK_EQ(AUTH_SELF_SILENT, us.step);
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\2\3\0\5\0")));
}

/* A slow server answers our first Request after our second. */
ATF_TC_WITHOUT_HEAD(late_answer_counts);
ATF_TC_BODY(late_answer_counts, tc)
{
	self();
	side_wait(&us, 3);
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\2\0\0\5\0")));
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\2\3\0\5\0")));
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\3\377\0\5\0")));
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(0, in(BYTES("\2\1\0\5\0")));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
}

ATF_TC_WITHOUT_HEAD(answer_of_an_earlier_run_is_stale);
ATF_TC_BODY(answer_of_an_earlier_run_is_stale, tc)
{
	self();
	side_wait(&us, 3);
	side_self(&us, PROTO_PAP, 0);		/* LCP was renegotiated */
	packet_is(BYTES("\1\3\0\20\4fred\6secret"));
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\2\2\0\5\0")));
	ATF_CHECK_EQ(0, in(BYTES("\2\3\0\5\0")));
}

ATF_TC_WITHOUT_HEAD(answer_without_message);
ATF_TC_BODY(answer_without_message, tc)
{
	self();
	ATF_CHECK_EQ(0, in(BYTES("\2\1\0\4")));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
	ATF_CHECK_STREQ("", side_text(&us, PPP_EV_AUTH_OK));
}

ATF_TC_WITHOUT_HEAD(malformed_answers);
ATF_TC_BODY(malformed_answers, tc)
{
	self();
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\2\1\0")));
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\2\1\0\3")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\2\1\0\5")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\2\1\0\6\2a")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\2\1\377\377\1a")));
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\0\1\0\4")));
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\4\1\0\4")));
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	/* Octets behind Length are padding: RFC 1334 s. 2.2. */
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\6\1aPADDING")));
	ATF_CHECK_STREQ("a", side_text(&us, PPP_EV_AUTH_FAIL));
}

/* What the peer says goes to logs and prompts: printable, and not much. */
ATF_TC_WITHOUT_HEAD(message_is_made_harmless);
ATF_TC_BODY(message_is_made_harmless, tc)
{
	char big[5 + 255] = "\3\1\1\4\377";

	self();
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\17\12a\nb\0\33[2J\377\177")));
	ATF_CHECK_STREQ("a.b..[2J..", side_text(&us, PPP_EV_AUTH_FAIL));
	self();
	memset(big + 5, 'x', 255);
	ATF_CHECK_EQ(0, in(big, sizeof(big)));
	ATF_CHECK_EQ(128, strlen(side_text(&us, PPP_EV_AUTH_FAIL)));
}

ATF_TC_WITHOUT_HEAD(names_of_full_length);
ATF_TC_BODY(names_of_full_length, tc)
{
	const uint8_t *p;
	size_t n;

	side_init(&us, 1);
	memset(us.conf.authname, 'n', AUTHNAME_MAX);
	memset(us.conf.authkey, 'k', AUTHKEY_MAX);
	side_self(&us, PROTO_PAP, 0);
	p = side_packet(&us, &n);
	ATF_REQUIRE_EQ(4 + 1 + 255 + 1 + 255, n);
	ATF_CHECK_EQ(2, p[2]);
	ATF_CHECK_EQ(4, p[3]);
	ATF_CHECK_EQ(255, p[4]);
	ATF_CHECK_EQ(255, p[260]);
	ATF_CHECK_EQ('k', p[515]);
}

ATF_TC_WITHOUT_HEAD(query_and_verdict);
ATF_TC_BODY(query_and_verdict, tc)
{
	struct auth_query q;

	peer();
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(0, in(BYTES("\1\7\0\16\3bob\5pass1")));
	ATF_CHECK_EQ(AUTH_PEER_QUERY, us.step);
	side_query(&us, &q);
	ATF_CHECK_EQ(PROTO_PAP, q.proto);
	ATF_CHECK_EQ(7, q.id);
	ATF_CHECK_EQ(3, q.name_len);
	ATF_CHECK_STREQ("bob", q.name);
	ATF_CHECK_EQ(5, q.pass_len);
	ATF_CHECK_STREQ("pass1", q.pass);
	ATF_CHECK_EQ(0, side_packets(&us));
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
	side_verdict(&us, true, "Greetings!!");
	packet_is(BYTES("\2\7\0\20\13Greetings!!"));
	ATF_CHECK_EQ(PEER, side_arg(&us, PPP_EV_AUTH_OK));
	ATF_CHECK_STREQ("Greetings!!", side_text(&us, PPP_EV_AUTH_OK));
}

ATF_TC_WITHOUT_HEAD(refusal);
ATF_TC_BODY(refusal, tc)
{
	peer();
	ATF_CHECK_EQ(0, in(BYTES("\1\7\0\16\3bob\5pass1")));
	side_verdict(&us, false, "Login incorrect");
	packet_is(BYTES("\3\7\0\24\17Login incorrect"));
	ATF_CHECK_EQ(PEER, side_arg(&us, PPP_EV_AUTH_FAIL));
	ATF_CHECK_STREQ("Login incorrect", side_text(&us, PPP_EV_AUTH_FAIL));
	/* A second guess gets the first verdict. */
	ATF_CHECK_EQ(0, in(BYTES("\1\10\0\16\3bob\5pass2")));
	packet_is(BYTES("\3\10\0\24\17Login incorrect"));
	ATF_CHECK_EQ(0, side_events(&us, PPP_EV_AUTH_QUERY));
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
}

ATF_TC_WITHOUT_HEAD(one_query_whatever_is_repeated);
ATF_TC_BODY(one_query_whatever_is_repeated, tc)
{
	peer();
	ATF_CHECK_EQ(0, in(BYTES("\1\1\0\16\3bob\5pass1")));
	for (int i = 0; i < 5; i++) {
		ATF_CHECK_EQ(0, in(BYTES("\1\2\0\16\3bob\5pass1")));
		ATF_CHECK_EQ(AUTH_NOTHING, us.step);
		ATF_CHECK_EQ(0, us.ob.n);
	}
	side_verdict(&us, true, "Hi");
	packet_is(BYTES("\2\2\0\7\2Hi"));	/* to its latest Request */
	ATF_CHECK_EQ(0, in(BYTES("\1\3\0\16\3bob\5pass1")));
	packet_is(BYTES("\2\3\0\7\2Hi"));
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	side_verdict(&us, false, "No");		/* nobody asked */
	ATF_CHECK_EQ(0, us.ob.n);
}

ATF_TC_WITHOUT_HEAD(silent_peer);
ATF_TC_BODY(silent_peer, tc)
{
	peer();
	side_wait(&us, 8);
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	side_wait(&us, 1);
	ATF_CHECK_EQ(AUTH_PEER_SILENT, us.step);
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\1\7\0\16\3bob\5pass1")));
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
}

ATF_TC_WITHOUT_HEAD(truncated_requests);
ATF_TC_BODY(truncated_requests, tc)
{
	char p[] = "\1\7\0\16\3bob\5pass1";

	peer();
	for (size_t n = 0; n < sizeof(p) - 1; n++) {
		ATF_CHECK_EQ(-E_SHORT, in(p, n));
		p[3] = (char)n;		/* Length agrees, the fields do not */
		ATF_CHECK_EQ(-E_SHORT, in(p, n));
		p[3] = 16 - 2;
		ATF_CHECK_EQ(0, us.ob.n);
		ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	}
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\1\7\0\10\377bob")));
	ATF_CHECK_EQ(0, in(p, sizeof(p) - 1));
	ATF_CHECK_EQ(AUTH_PEER_QUERY, us.step);
}

ATF_TC_WITHOUT_HEAD(not_agreed);
ATF_TC_BODY(not_agreed, tc)
{
	side_init(&us, 1);
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\1\7\0\16\3bob\5pass1")));
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\2\0\0\5\0")));
	side_self(&us, PROTO_PAP, 0);	/* we log in; the peer does not */
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\1\7\0\16\3bob\5pass1")));
	peer();				/* and the other way round */
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\2\0\0\5\0")));
	side_peer(&us, PROTO_CHAP, CHAP_MD5);
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\1\7\0\16\3bob\5pass1")));
	ATF_CHECK_EQ(0, us.ob.n);
}

/*
 * A comparison of zero octets finds no difference: a PAP Request with both
 * lengths zero once opened every account of a kernel's PPPoE.
 */
ATF_TC_WITHOUT_HEAD(empty_password_is_right_for_an_empty_secret_only);
ATF_TC_BODY(empty_password_is_right_for_an_empty_secret_only, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	peer();
	ATF_CHECK_EQ(0, in(BYTES("\1\7\0\6\0\0")));
	side_query(&us, &q);
	ATF_CHECK_EQ(0, q.name_len);
	ATF_CHECK_EQ(0, q.pass_len);
	ATF_CHECK_EQ(0, pap_check(&q, "secret", 6, &v));
	ATF_CHECK(!v.ok);
	ATF_CHECK_STREQ("Login incorrect", v.message);
	ATF_CHECK_EQ(0, pap_check(&q, "", 0, &v));
	ATF_CHECK(v.ok);
	peer();
	ATF_CHECK_EQ(0, in(BYTES("\1\7\0\12\0\4secr")));
	side_query(&us, &q);
	ATF_CHECK_EQ(0, pap_check(&q, "secret", 6, &v));
	ATF_CHECK(!v.ok);
	ATF_CHECK_EQ(0, pap_check(&q, "", 0, &v));
	ATF_CHECK(!v.ok);
	ATF_CHECK_EQ(0, pap_check(&q, "secr", 4, &v));
	ATF_CHECK(v.ok);
	ATF_CHECK_STREQ("Greetings!!", v.message);
}

ATF_TC_WITHOUT_HEAD(password_with_nul_is_not_cut);
ATF_TC_BODY(password_with_nul_is_not_cut, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	peer();
	ATF_CHECK_EQ(0, in(BYTES("\1\7\0\15\1b\6sec\0et")));
	side_query(&us, &q);
	ATF_CHECK_EQ(6, q.pass_len);
	ATF_CHECK_EQ(0, pap_check(&q, "sec", 3, &v));
	ATF_CHECK(!v.ok);
	ATF_CHECK_EQ(0, pap_check(&q, "sec\0et", 6, &v));
	ATF_CHECK(v.ok);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, request_and_ack);
	ATF_TP_ADD_TC(tp, nak);
	ATF_TP_ADD_TC(tp, repeated_papretry_times);
	ATF_TP_ADD_TC(tp, late_answer_counts);
	ATF_TP_ADD_TC(tp, answer_of_an_earlier_run_is_stale);
	ATF_TP_ADD_TC(tp, answer_without_message);
	ATF_TP_ADD_TC(tp, malformed_answers);
	ATF_TP_ADD_TC(tp, message_is_made_harmless);
	ATF_TP_ADD_TC(tp, names_of_full_length);
	ATF_TP_ADD_TC(tp, query_and_verdict);
	ATF_TP_ADD_TC(tp, refusal);
	ATF_TP_ADD_TC(tp, one_query_whatever_is_repeated);
	ATF_TP_ADD_TC(tp, silent_peer);
	ATF_TP_ADD_TC(tp, truncated_requests);
	ATF_TP_ADD_TC(tp, not_agreed);
	ATF_TP_ADD_TC(tp, empty_password_is_right_for_an_empty_secret_only);
	ATF_TP_ADD_TC(tp, password_with_nul_is_not_cut);
	return atf_no_error();
}
