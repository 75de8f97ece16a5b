/* Filter expressions of captures, and the words that are ours. */
#include <atf-c.h>
#include <string.h>

#include "io/capfilter.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

#define MACS	"\2\0\0\0\0\1" "\2\0\0\0\0\2"
#define SESS	"\x88\x64" "\x11\0\0\5\0\6"
#define TAG	"\x81\0\0\7"
#define QINQ	"\x88\xa8\0\x64"

#define PADI	MACS "\x88\x63" "\x11\x09\0\0\0\0"
#define LCP	SESS "\xc0\x21" "\1\1\0\4"
#define IP	SESS "\0\x21" "\x45\0\0\x14\0\0\0\0\x40\1\0\0" \
	"\x0a\0\0\1" "\x0a\0\0\2"

static bool
has(const char *expr, bool line, const char *p, size_t n)
{
	struct capfilter *f;
	char why[256] = "";
	bool yes;

	ATF_REQUIRE_MSG(capfilter_new(&f, expr, why, sizeof(why)) == 0,
	    "%s: %s", expr, why);
	yes = capfilter_match(f, line, (const uint8_t *)p, n);
	capfilter_free(f);
	return yes;
}
#define HAS(expr, frame)	has(expr, false, frame, sizeof(frame) - 1)
#define YES(expr, frame)	ATF_CHECK_MSG(HAS(expr, frame), "%s", expr)
#define NO(expr, frame)		ATF_CHECK_MSG(!HAS(expr, frame), "%s", expr)

TEST(our_words)
{
	const char *story = "pppoed or lcp or ipcp or pap or chap";

	YES(story, PADI);
	YES(story, MACS LCP);
	YES(story, MACS TAG LCP);
	YES(story, MACS QINQ TAG LCP);
	NO(story, MACS IP);
	NO(story, MACS QINQ TAG IP);
	YES("not lcp", MACS IP);
	NO("not lcp", MACS TAG LCP);
	YES("lcp and ether src 02:00:00:00:00:02", MACS LCP);
	NO("chap", MACS LCP);
	YES("chap", MACS SESS "\xc2\x23" "\1\1\0\4");
	YES("ipv6cp or ccp", MACS SESS "\x80\x57" "\1\1\0\4");
	YES("pppoed", MACS "\x3c\x12" "\x11\x09\0\0\0\0");
	YES("lcp", MACS "\x3c\x13" "\x11\0\0\5\0\6" "\xc0\x21" "\1\1\0\4");
}

TEST(theirs)
{
	YES("", MACS IP);
	YES("pppoes and ip host 10.0.0.1", MACS IP);
	NO("pppoes and ip host 10.0.0.9", MACS IP);
	YES("pppoes 5 and lcp", MACS LCP);
	NO("pppoes 6 and lcp", MACS LCP);
	NO("pppoes 5 and chap", MACS LCP);
	YES("vlan 7 and pppoes and lcp", MACS TAG LCP);
	YES("lcp or (pppoes and icmp[icmptype] = 8)", MACS LCP);
	YES("ether[0:2] = 0x200", MACS IP);
}

TEST(lines)
{
	static const char lcp[] = "\xff\3\xc0\x21\1\1\0\4",
	    ip[] = "\xff\3\0\x21\x45\0\0\x14\0\0\0\0\x40\1\0\0\x0a\0\0\1"
	    "\x0a\0\0\2";

	ATF_CHECK(has("pppoed or lcp or pap", true, lcp, 8));
	ATF_CHECK(!has("pppoed or chap", true, lcp, 8));
	ATF_CHECK(has("", true, lcp, 8));
	ATF_CHECK(has("ip host 10.0.0.1", true, ip, sizeof(ip) - 1));
	ATF_CHECK(!has("ether host 02:00:00:00:00:01", true, lcp, 8));
}

/* Cut frames are no match, and nothing is read behind them. */
TEST(cut)
{
	for (size_t n = 0; n < sizeof(MACS LCP) - 5; n++)
		ATF_CHECK(!has("lcp", false, MACS LCP, n));
}

static void
refused(const char *expr, const char *want)
{
	struct capfilter *f;
	char why[256] = "";

	ATF_CHECK(capfilter_new(&f, expr, why, sizeof(why)) < 0);
	ATF_CHECK_MSG(strstr(why, want) != NULL, "%s: %s", expr, why);
}

TEST(bad)
{
	refused("host a.example", "a.example: not a word");
	refused("ip host localhost", "localhost: not a word");
	refused("tcp port http", "http: not a word");
	refused("host 10.0.0.1 and", "syntax error");
	refused("(lcp", "syntax error");
	refused("pppoes and pppoed", "cannot follow");
	refused("\xff", "");
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, our_words);
	ATF_TP_ADD_TC(tp, theirs);
	ATF_TP_ADD_TC(tp, lines);
	ATF_TP_ADD_TC(tp, cut);
	ATF_TP_ADD_TC(tp, bad);
	return atf_no_error();
}
