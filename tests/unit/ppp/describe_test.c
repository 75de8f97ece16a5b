/* Control packets in words, and the defaults of ppp(8). */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "ppp/link.h"
#include "unit/ppp/ppptext.h"

static const char *
words(uint16_t proto, const void *p, size_t n)
{
	static char text[512];

	ppp_describe(proto, rd_of(p, n), text, sizeof(text));
	return text;
}
#define WORDS(proto, s)	words(proto, s, sizeof(s) - 1)

ATF_TC_WITHOUT_HEAD(control_packets);
ATF_TC_BODY(control_packets, tc)
{
	ATF_CHECK_STREQ("Configure-Request id=1 MRU=1492 "
	    "Magic-Number=00000001", WORDS(PROTO_LCP,
	    "\1\1\0\16\1\4\5\324\5\6\0\0\0\1"));
	ATF_CHECK_STREQ("Configure-Nak id=2 Authentication-Protocol=CHAP-MD5 "
	    "PFC ACFC Quality-Protocol=LQR:3000 Option-99=0102",
	    WORDS(PROTO_LCP, "\3\2\0\31\3\5\302\43\5\7\2\10\2\4\10\300\45"
	    "\0\0\13\270\143\4\1\2"));
	ATF_CHECK_STREQ("Configure-Request id=3 IP-Address=10.0.0.255 "
	    "Primary-DNS=0.0.0.0 IP-Compression-Protocol=002d0f01",
	    WORDS(PROTO_IPCP, "\1\3\0\26\3\6\12\0\0\377\201\6\0\0\0\0"
	    "\2\6\0\55\17\1"));
	ATF_CHECK_STREQ("Configure-Ack id=4 "
	    "Interface-Identifier=0011223344556677", WORDS(PROTO_IPV6CP,
	    "\2\4\0\16\1\12\0\x11\x22\x33\x44\x55\x66\x77"));
	ATF_CHECK_STREQ("Configure-Request id=5 Deflate=7800",
	    WORDS(PROTO_CCP, "\1\5\0\10\32\4\x78\0"));
	ATF_CHECK_STREQ("Protocol-Reject id=6 Protocol=IPV6CP",
	    WORDS(PROTO_LCP, "\10\6\0\10\200\127\1\1"));
	ATF_CHECK_STREQ("Protocol-Reject id=6 Protocol=1234",
	    WORDS(PROTO_LCP, "\10\6\0\6\22\64"));
	ATF_CHECK_STREQ("Echo-Reply id=7 Magic-Number=0000abcd",
	    WORDS(PROTO_LCP, "\12\7\0\10\0\0\253\315"));
	ATF_CHECK_STREQ("Terminate-Request id=8 Data=\"bye\\\"\\x0a\"",
	    WORDS(PROTO_LCP, "\5\10\0\11bye\"\n"));
	ATF_CHECK_STREQ("Code-99 id=9", WORDS(PROTO_LCP, "\143\11\0\4"));
}

ATF_TC_WITHOUT_HEAD(secrets_are_not_shown);
ATF_TC_BODY(secrets_are_not_shown, tc)
{
	ATF_CHECK_STREQ("Authenticate-Request id=1 Peer-ID=\"fred\"",
	    WORDS(PROTO_PAP, "\1\1\0\20\4fred\6secret"));
	ATF_CHECK_STREQ("Authenticate-Nak id=1 Message=\"no\"",
	    WORDS(PROTO_PAP, "\3\1\0\7\2no"));
	ATF_CHECK_STREQ("Response id=1 Value-Size=4 Name=\"fred\"",
	    WORDS(PROTO_CHAP, "\2\1\0\15\4abcdfred"));
	ATF_CHECK_STREQ("Success id=1 Message=\"Welcome!!\"",
	    WORDS(PROTO_CHAP, "\3\1\0\15Welcome!!"));
}

ATF_TC_WITHOUT_HEAD(bad_packets_are_said_so);
ATF_TC_BODY(bad_packets_are_said_so, tc)
{
	ATF_CHECK_STREQ("Code-0 id=0 (malformed)", WORDS(PROTO_LCP, ""));
	ATF_CHECK_STREQ("Configure-Request id=1 (malformed)",
	    WORDS(PROTO_LCP, "\1\1\0\3"));
	ATF_CHECK_STREQ("Configure-Request id=1 (malformed)",
	    WORDS(PROTO_LCP, "\1\1\0\11\1\4\5\324"));
	ATF_CHECK_STREQ("Configure-Request id=1 MRU=1492 (malformed)",
	    WORDS(PROTO_LCP, "\1\1\0\12\1\4\5\324\5\6"));
	ATF_CHECK_STREQ("Configure-Request id=1 MRU=05",
	    WORDS(PROTO_LCP, "\1\1\0\7\1\3\5"));
	ATF_CHECK_STREQ("Authenticate-Request id=1 (malformed)",
	    WORDS(PROTO_PAP, "\1\1\0\10\40abc"));
	ATF_CHECK_STREQ("Challenge id=1 Value-Size=32 (malformed)",
	    WORDS(PROTO_CHAP, "\1\1\0\10\40abc"));
	ATF_CHECK_STREQ("Echo-Request id=1 Magic-Number=01020000 (malformed)",
	    WORDS(PROTO_LCP, "\11\1\0\6\1\2"));
	ATF_CHECK_STREQ("3 octets", WORDS(0x1234, "abc"));
}

ATF_TC_WITHOUT_HEAD(fits_any_buffer);
ATF_TC_BODY(fits_any_buffer, tc)
{
	static const char pkt[] = "\1\1\0\16\1\4\5\324\5\6\0\0\0\1";
	const char *all = words(PROTO_LCP, pkt, 14);
	char whole[128], buf[128];

	strcpy(whole, all);
	for (size_t n = 1; n < sizeof(buf); n++) {
		memset(buf, 'x', sizeof(buf));
		ppp_describe(PROTO_LCP, rd_of(pkt, 14), buf, n);
		ATF_CHECK(strlen(buf) < n);
		ATF_CHECK_EQ(0, strncmp(buf, whole, strlen(buf)));
		ATF_CHECK(n == sizeof(buf) || buf[n] == 'x');
	}
	memset(buf, 'x', sizeof(buf));
	ppp_describe(PROTO_LCP, rd_of(pkt, 14), buf, 0);
	ATF_CHECK_EQ('x', buf[0]);
}

ATF_TC_WITHOUT_HEAD(names);
ATF_TC_BODY(names, tc)
{
	ATF_CHECK_STREQ("LCP", ppp_proto_name(PROTO_LCP));
	ATF_CHECK_STREQ("IPV6CP", ppp_proto_name(PROTO_IPV6CP));
	ATF_CHECK(ppp_proto_name(0x1234) == NULL);
	ATF_CHECK_STREQ("Authenticate",
	    ppp_phase_name(PHASE_AUTHENTICATE));
}

/* ppp_describe() and the words that traces are written in are one language. */
ATF_TC_WITHOUT_HEAD(there_and_back);
ATF_TC_BODY(there_and_back, tc)
{
	static const char *const texts[] = {
		"LCP Configure-Request id=1 ACFC PFC ACCM=000a0000 MRU=1500 "
		    "Magic-Number=01020304 Quality-Protocol=LQR:3000 "
		    "Authentication-Protocol=MS-CHAPv2 Callback=06 MRRU=1524 "
		    "Short-Sequence-Number Endpoint-Discriminator=01aabb",
		"IPCP Configure-Nak id=2 IP-Address=1.2.3.4 "
		    "Secondary-DNS=5.6.7.8 Primary-NBNS=9.9.9.9",
		"IPV6CP Configure-Reject id=3 "
		    "Interface-Identifier=0000000000000001 Option-77=01",
		"LCP Time-Remaining id=4 Magic-Number=00000001 Seconds=60 "
		    "Message=\"soon\"",
	};

	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint8_t buf[PPPTEXT_MAX];
		char why[64], back[600];
		uint16_t proto;
		int n = ppptext_build(texts[i], &proto, buf, why, sizeof(why));

		ATF_REQUIRE_MSG(n > 0, "%s", why);
		snprintf(back, sizeof(back), "%s %s", ppp_proto_name(proto),
		    words(proto, buf, (size_t)n));
		ATF_CHECK_STREQ(texts[i], back);
	}
}

/* ppp(8), sections of `set`, `enable` and `accept`. */
ATF_TC_WITHOUT_HEAD(defaults);
ATF_TC_BODY(defaults, tc)
{
	struct ppp_conf c;

	memset(&c, 0xff, sizeof(c));
	ppp_conf_default(&c, true);
	ATF_CHECK_EQ(0, c.enabled & (NEG_AUTH | NEG_LQR | NEG_ECHO |
	    NEG_DNS | NEG_DEFLATE24));
	ATF_CHECK_EQ((uint32_t)(NEG_IPCP | NEG_IPV6CP | NEG_IDCHECK |
	    NEG_VJCOMP | NEG_ACFCOMP | NEG_PROTOCOMP), c.enabled &
	    (NEG_IPCP | NEG_IPV6CP | NEG_IDCHECK | NEG_VJCOMP | NEG_ACFCOMP |
	    NEG_PROTOCOMP));
	ATF_CHECK_EQ((uint32_t)(NEG_CHAP5 | NEG_MSCHAP | NEG_MSCHAPV2 |
	    NEG_PAP), c.accepted & NEG_AUTH);	/* LANMan is denied */
	ATF_CHECK_EQ((uint32_t)NEG_LQR, c.accepted & (NEG_LQR | NEG_DNS));
	ATF_CHECK_EQ(3, c.lcp.period);
	ATF_CHECK_EQ(5, c.ipcp.reqs);
	ATF_CHECK_EQ(5, c.ipv6cp.terms);
	ATF_CHECK_EQ(3, c.pap.reqs);
	ATF_CHECK_EQ(3, c.chap.reqs);
	ATF_CHECK_EQ(30, c.lqr_period);
	ATF_CHECK_EQ(5, c.echo_fail);
	ATF_CHECK_EQ(0, c.mru);
	ATF_CHECK_EQ(2048, c.mru_max);
	ATF_CHECK_EQ(2048, c.mtu_max);
	ATF_CHECK_EQ(0, c.accmap);
	ATF_CHECK_STREQ("", c.authname);
	ATF_CHECK(c.pppoe && !c.passive);
	ATF_CHECK_EQ(0, c.open_delay);		/* PADS says: go on */
	ppp_conf_default(&c, false);
	ATF_CHECK_EQ(1, c.open_delay);
	ATF_CHECK(!c.pppoe);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, control_packets);
	ATF_TP_ADD_TC(tp, secrets_are_not_shown);
	ATF_TP_ADD_TC(tp, bad_packets_are_said_so);
	ATF_TP_ADD_TC(tp, fits_any_buffer);
	ATF_TP_ADD_TC(tp, names);
	ATF_TP_ADD_TC(tp, there_and_back);
	ATF_TP_ADD_TC(tp, defaults);
	return atf_no_error();
}
