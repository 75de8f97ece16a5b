/* Verdicts out of ppp.secret and the system's passwords. */
#include "aaa/judge.h"

#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <crypt.h>
#include <sched.h>
#include <sys/mount.h>
#endif

#include "base/err.h"
#include "unit/ppp/auth_help.h"

static struct secrets *secrets;
static struct auth_verdict v;
static struct aaa_grant g;

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE(fputs(text, f) >= 0);
	ATF_REQUIRE_EQ(0, fclose(f));
	ATF_REQUIRE_EQ(0, chmod(path, 0600));
}

static void
setup(const char *text)
{
	put("ppp.secret", text);
	secrets = secrets_new("ppp.secret");
	ATF_REQUIRE(secrets != NULL);
	memset(&v, 0xff, sizeof(v));
	memset(&g, 0xff, sizeof(g));
}

static struct auth_query
pap(const char *name, const char *pass)
{
	struct auth_query q = { .proto = PROTO_PAP };

	q.name_len = (uint8_t)strlen(name);
	q.pass_len = (uint8_t)strlen(pass);
	strcpy(q.name, name);
	strcpy(q.pass, pass);
	return q;
}

static bool
pap_ok(const char *name, const char *pass, bool passwdauth)
{
	struct auth_query q = pap(name, pass);

	ATF_CHECK_EQ(0, aaa_judge(secrets, &q, passwdauth, &v, &g));
	ATF_CHECK_STREQ(v.ok ? "Greetings!!" : "Login incorrect", v.message);
	return v.ok;
}

/* A client that logs in as @name with @key; what our server asks. */
static struct auth_query
chap(uint8_t algo, const char *name, const char *key)
{
	static struct side client, server;
	struct auth_query q;

	side_init(&client, 1);
	side_init(&server, 2);
	strcpy(client.conf.authname, name);
	strcpy(client.conf.authkey, key);
	side_self(&client, PROTO_CHAP, algo);
	side_peer(&server, PROTO_CHAP, algo);
	ATF_REQUIRE_EQ(0, side_pass(&server, &client, PROTO_CHAP));
	ATF_REQUIRE_EQ(0, side_pass(&client, &server, PROTO_CHAP));
	side_query(&server, &q);
	return q;
}

ATF_TC_WITHOUT_HEAD(pap_by_file);
ATF_TC_BODY(pap_by_file, tc)
{
	setup("fred secret 10.0.0.7 gold\nvoid \"\"\n");
	ATF_CHECK(pap_ok("fred", "secret", false));
	ATF_CHECK_STREQ("fred", g.name);
	ATF_CHECK_EQ(0x0a000007, g.his.addr);
	ATF_CHECK_STREQ("gold", g.label);
	ATF_CHECK(pap_ok("ISP\\fred", "secret", false));
	ATF_CHECK_STREQ("fred", g.name);
	ATF_CHECK(!pap_ok("fred", "wrong", false));
	ATF_CHECK_STREQ("", g.name);		/* nothing is granted */
	ATF_CHECK(!g.has_his && g.his.addr == 0 && g.label[0] == '\0');
	ATF_CHECK(!pap_ok("nobody-here", "secret", false));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(empty_names_and_passwords);
ATF_TC_BODY(empty_names_and_passwords, tc)
{
	setup("fred secret\nvoid \"\"\n");
	for (int passwdauth = 0; passwdauth < 2; passwdauth++) {
		ATF_CHECK(!pap_ok("", "", passwdauth));
		ATF_CHECK(!pap_ok("", "secret", passwdauth));
		ATF_CHECK(!pap_ok("fred", "", passwdauth));
		ATF_CHECK(!pap_ok("\\", "", passwdauth));
		ATF_CHECK(!pap_ok("root", "", passwdauth));
		ATF_CHECK(!pap_ok("void", "x", passwdauth));
		ATF_CHECK(pap_ok("void", "", passwdauth));
	}
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(chap_by_file);
ATF_TC_BODY(chap_by_file, tc)
{
	static const uint8_t algos[] = { CHAP_MD5, CHAP_MS, CHAP_MSV2 };
	struct auth_query q;

	setup("fred secret * gold\nsys *\n");
	for (int i = 0; i < 3; i++) {
		q = chap(algos[i], "fred", "secret");
		ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
		ATF_CHECK(v.ok);
		ATF_CHECK_STREQ("gold", g.label);
		q = chap(algos[i], "DOM\\fred", "secret");
		ATF_CHECK_EQ(0, aaa_judge(secrets, &q, false, &v, &g));
		ATF_CHECK(v.ok);
		q = chap(algos[i], "fred", "Secret");
		ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
		ATF_CHECK(!v.ok);
		ATF_CHECK_STREQ("", g.label);
		q = chap(algos[i], "freda", "secret");
		ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
		ATF_CHECK(!v.ok);
		/* KEY * is no key: CHAP has nothing to compute with. */
		q = chap(algos[i], "sys", "*");
		ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
		ATF_CHECK(!v.ok);
		ATF_CHECK(strstr(v.message, "Invalid!!") != NULL);
	}
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(system_passwords);
ATF_TC_BODY(system_passwords, tc)
{
#ifdef __linux__
	char line[1024], *p = line;
	struct auth_query q;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		atf_tc_skip("needs root and a mount namespace");
	p += sprintf(p, "uma:%s:19000::::::\n", crypt("pw one", "$6$salt$"));
	p += sprintf(p, "old:%s:19000:::::19001:\n",
	    crypt("pw one", "$6$salt$"));
	p += sprintf(p, "shut:!%s:19000::::::\n",
	    crypt("pw one", "$6$salt$"));
	p += sprintf(p, "blank:%s:19000::::::\n", crypt("", "$6$salt$"));
	p += sprintf(p, "open::19000::::::\nsys:*:19000::::::\n");
	put("shadow", line);
	if (mount("shadow", "/etc/shadow", NULL, MS_BIND, NULL) != 0)
		atf_tc_skip("cannot put another shadow file in place");
	setup("uma * 10.0.0.9\nfred secret\n");
	ATF_CHECK(pap_ok("uma", "pw one", false));	/* KEY * */
	ATF_CHECK_EQ(0x0a000009, g.his.addr);
	ATF_CHECK(!pap_ok("uma", "pw two", false));
	ATF_CHECK(!pap_ok("uma", "", false));
	ATF_CHECK(!pap_ok("uma", "*", false));
	secrets_free(secrets);
	setup("fred secret\n");
	ATF_CHECK(!pap_ok("uma", "pw one", false));	/* not in the file */
	ATF_CHECK(pap_ok("uma", "pw one", true));	/* passwdauth */
	ATF_CHECK_STREQ("uma", g.name);
	ATF_CHECK(!pap_ok("old", "pw one", true));	/* expired */
	ATF_CHECK(!pap_ok("open", "", true));		/* no password */
	ATF_CHECK(!pap_ok("open", "x", true));
	ATF_CHECK(!pap_ok("shut", "pw one", true));	/* locked */
	ATF_CHECK(!pap_ok("blank", "", true));		/* an empty one */
	q = pap("uma", "pw one");
	q.pass_len = 8;					/* NUL within */
	ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
	ATF_CHECK(!v.ok);
	q = pap("uma", "pw one");
	q.name_len = 5;
	ATF_CHECK_EQ(0, aaa_judge(secrets, &q, true, &v, &g));
	ATF_CHECK(!v.ok);
	ATF_CHECK(!pap_ok("sys", "*", true));
	ATF_CHECK(!pap_ok("fred", "pw one", true));	/* the file decides */
	secrets_free(secrets);
#else
	atf_tc_skip("needs mount namespaces");
#endif
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, pap_by_file);
	ATF_TP_ADD_TC(tp, empty_names_and_passwords);
	ATF_TP_ADD_TC(tp, chap_by_file);
	ATF_TP_ADD_TC(tp, system_passwords);
	return atf_no_error();
}
