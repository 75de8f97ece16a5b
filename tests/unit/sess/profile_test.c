/* The PPPoE device word, and the defaults that PPPoE relies on. */
#include <atf-c.h>
#include <string.h>

#include "base/err.h"
#include "sess/profile.h"

static struct pppoe_device d;
static char why[128];

static int
parse(const char *word)
{
	why[0] = '\0';
	return pppoe_device_parse(word, &d, why, sizeof(why));
}

ATF_TC_WITHOUT_HEAD(forms);
ATF_TC_BODY(forms, tc)
{
	ATF_REQUIRE_EQ(0, parse("PPPoE:eth1"));
	ATF_CHECK_STREQ("eth1", d.ifname);
	ATF_CHECK_STREQ("", d.host.service);
	ATF_CHECK_STREQ("", d.host.acname);
	ATF_CHECK_EQ(0, d.host.uniq_len);
	ATF_REQUIRE_EQ(0, parse("pppoe:eth1:isp"));
	ATF_CHECK_STREQ("isp", d.host.service);
	ATF_REQUIRE_EQ(0, parse("PPPoE:eth1:ac1\\isp"));
	ATF_CHECK_STREQ("ac1", d.host.acname);
	ATF_CHECK_STREQ("isp", d.host.service);
	ATF_REQUIRE_EQ(0, parse("PPPoE:eth1:ac1\\"));
	ATF_CHECK_STREQ("ac1", d.host.acname);
	ATF_CHECK_STREQ("", d.host.service);
	ATF_REQUIRE_EQ(0, parse("PPPoE:eth1:uq|isp"));
	ATF_CHECK_EQ(2, d.host.uniq_len);
	ATF_CHECK_EQ(0, memcmp("uq", d.host.uniq, 2));
	ATF_REQUIRE_EQ(0, parse("PPPoE:eth1:ac1\\0x00Ff10|isp"));
	ATF_CHECK_STREQ("ac1", d.host.acname);
	ATF_CHECK_EQ(3, d.host.uniq_len);
	ATF_CHECK_EQ(0, memcmp("\x00\xff\x10", d.host.uniq, 3));
	ATF_CHECK_STREQ("isp", d.host.service);
	ATF_CHECK_EQ(5, d.host.padi_tries);
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	char word[256] = "PPPoE:eth1:";

	ATF_CHECK_EQ(-E_FORMAT, parse("eth1"));
	ATF_CHECK_EQ(-E_FORMAT, parse("PPPoE:"));
	ATF_CHECK_STREQ("no interface", why);
	ATF_CHECK_EQ(-E_FORMAT, parse("PPPoE::isp"));
	ATF_CHECK_EQ(-E_FORMAT, parse("PPPoE:e/1"));
	ATF_CHECK_EQ(-E_RANGE, parse("PPPoE:interface-too-long"));
	ATF_CHECK_EQ(-E_FORMAT, parse("PPPoE:eth1:0xfg|x"));
	ATF_CHECK_EQ(-E_FORMAT, parse("PPPoE:eth1:0xfff|x"));
	memset(word + 11, 's', PPPOE_NAME);
	ATF_CHECK_EQ(0, parse(word));
	word[11 + PPPOE_NAME] = 's';
	ATF_CHECK_EQ(-E_RANGE, parse(word));
	ATF_CHECK_STREQ("service name is longer than 64 octets", why);
}

ATF_TC_WITHOUT_HEAD(defaults);
ATF_TC_BODY(defaults, tc)
{
	struct profile p;

	profile_default(&p);
	ATF_CHECK_STREQ("default", p.label);
	ATF_CHECK(p.ppp.pppoe);
	ATF_CHECK_EQ(30, p.redial.secs);
	ATF_CHECK_EQ(1, p.redial.tries);
	ATF_CHECK_EQ(180, p.idle_secs);
	ATF_CHECK_EQ(CD_DEVICE, p.cd);
	ATF_CHECK(p.tcpmssfixup && p.sroutes);
	ATF_CHECK(p.ppp.enabled & NEG_IPCP && p.ppp.enabled & NEG_IPV6CP);
	ATF_CHECK_EQ(0, p.ppp.enabled & NEG_AUTH);
	ATF_CHECK_EQ(NEG_CHAP5 | NEG_MSCHAP | NEG_MSCHAPV2 | NEG_PAP,
	    p.ppp.accepted & NEG_AUTH);
	ATF_CHECK_EQ(NEG_PACK & ~(unsigned)NEG_DEFLATE24,
	    p.ppp.enabled & p.ppp.accepted & NEG_PACK);
	ATF_CHECK_EQ(0, (p.ppp.enabled | p.ppp.accepted) & NEG_DEFLATE24);
	ATF_CHECK_EQ(1, p.lb.workers);
	ATF_CHECK_EQ(60, p.lb.ac.cookie_life);
	ATF_CHECK_STREQ("ddial", mode_name(MODE_DDIAL));
	ATF_CHECK_STREQ("interactive", mode_name(MODE_INTERACTIVE));
}

/* A concentrator compresses only what it was told to. */
ATF_TC_WITHOUT_HEAD(concentrator);
ATF_TC_BODY(concentrator, tc)
{
	static struct profile p;

	profile_default(&p);
	p.lb.ifaces = 1;
	p.accepted_said = NEG_DEFLATE;
	profile_settle(&p);
	ATF_CHECK_EQ(0, p.ppp.enabled & NEG_PACK);
	ATF_CHECK_EQ(NEG_DEFLATE, p.ppp.accepted & NEG_PACK);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, forms);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, defaults);
	ATF_TP_ADD_TC(tp, concentrator);
	return atf_no_error();
}
