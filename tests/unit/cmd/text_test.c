/* Values as people read them, and names of peers made harmless. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "cmd/protect.h"
#include "cmd/text.h"
#include "unit/cmd/cmdhelp.h"

static struct txt t;

#define IS(want, call)							\
	do {								\
		txt_clear(&t);						\
		call;							\
		ATF_CHECK_STREQ(want, txt_str(&t));			\
	} while (0)

TEST(values)
{
	static const uint8_t mac[6] = { 0, 0x1b, 2, 3, 4, 0xff };
	static const uint8_t id[8] = { 0, 0, 0, 0, 0, 0, 0, 1 };
	static const uint8_t none[8];
	static const uint8_t ip[4] = { 10, 0, 0, 1 };
	struct ip4_want w = { 0x0a000001, 8 };

	IS("10.0.0.1", put_ip4(0x0a000001, &t));
	IS("10.0.0.1/8", put_want(&w, &t));
	IS("fe80::1", put_ifid(id, &t));
	IS("", put_ifid(none, &t));
	IS("00:1b:02:03:04:ff", put_mac(mac, &t));
	IS("", put_vlan((struct vlans){ 0, 0 }, &t));
	IS("7", put_vlan((struct vlans){ 7, 0 }, &t));
	IS("100:7", put_vlan((struct vlans){ 100, 7 }, &t));
	IS("0:00:00", put_time(0, &t));
	IS("26:03:09", put_time(SEC(26 * 3600 + 3 * 60 + 9), &t));
	IS("random", put_pause(PAUSE_RANDOM, &t));
	IS("5s", put_pause(5, &t));
	IS("Null Class", put_enddisc(0, ip, 0, &t));
	IS("Local IP: 10.0.0.1", put_enddisc(2, ip, 4, &t));
	IS("Magic: 0x0a000001", put_enddisc(4, ip, 4, &t));
	IS("Unknown Class 9", put_enddisc(9, ip, 4, &t));
	txt_free(&t);
}

/* A peer may call itself what it likes; scripts put the name into sh -c. */
TEST(peer_names_cannot_become_commands)
{
	IS("a_b_c", put_safe("a;b`c", &t));
	IS("fred@isp.example", put_safe("fred@isp.example", &t));
	IS("____x__", put_safe("\"$(\nx)\\", &t));
	IS("_rf-x", put_safe("-rf-x", &t));
	IS("__HOME", put_safe("${HOME", &t));
	IS("a?b", put_clean("a\033b", &t));
	txt_free(&t);
}

TEST(writable_by_others)
{
	char what[512] = "", cwd[256];

	ATF_REQUIRE(getcwd(cwd, sizeof(cwd)) != NULL);
	ATF_REQUIRE_EQ(0, mkdir("d", 0755));
	bench_file("d/ppp.conf", "default:\n");
	if (protect_check(".", what, sizeof(what)) < 0)
		atf_tc_skip("%s is writable by others", what);
	ATF_CHECK_EQ(0, protect_check("d", what, sizeof(what)));
	ATF_REQUIRE_EQ(0, chmod("d/ppp.conf", 0666));
	ATF_CHECK_EQ(-E_DENIED, protect_check("d", what, sizeof(what)));
	ATF_CHECK_STREQ("d/ppp.conf", what + strlen(cwd) + 1);
	ATF_REQUIRE_EQ(0, chmod("d/ppp.conf", 0644));
	ATF_REQUIRE_EQ(0, chmod("d", 0777));
	ATF_CHECK_EQ(-E_DENIED, protect_check("d", what, sizeof(what)));
	ATF_CHECK_STREQ("d", what + strlen(cwd) + 1);
	ATF_REQUIRE_EQ(0, chmod("d", 01777));
	ATF_CHECK_EQ(0, protect_check("d", what, sizeof(what)));
	ATF_CHECK_EQ(0, protect_check("none", what, sizeof(what)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, values);
	ATF_TP_ADD_TC(tp, peer_names_cannot_become_commands);
	ATF_TP_ADD_TC(tp, writable_by_others);
	return atf_no_error();
}
