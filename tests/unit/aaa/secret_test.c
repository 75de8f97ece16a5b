/* ppp.secret: what a line means, who may not write it, when it is read. */
#include "aaa/secret.h"

#include <atf-c.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

#define FILE_NAME	"ppp.secret"
#define A(a, b, c, d)	((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

static struct secrets *secrets;
static struct secret got;
static char logged[4096];

static void
keep_line(const struct log_line *line, void *arg)
{
	(void)arg;
	strcat(logged, line->text);
	strcat(logged, "\n");
}

static void
put(const char *text, size_t n)
{
	FILE *f = fopen(FILE_NAME, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE_EQ(n, fwrite(text, 1, n, f));
	ATF_REQUIRE_EQ(0, fclose(f));
	ATF_REQUIRE_EQ(0, chmod(FILE_NAME, 0600));
}

static void
setup(const char *text)
{
	log_set_sink(keep_line, NULL);
	put(text, strlen(text));
	secrets = secrets_new(FILE_NAME);
	ATF_REQUIRE(secrets != NULL);
}

static int
find(const char *name)
{
	return secret_find(secrets, name, strlen(name), &got);
}

ATF_TC_WITHOUT_HEAD(fields);
ATF_TC_BODY(fields, tc)
{
	setup("# NAME KEY ...\n"
	    "fred secret\n"
	    "\n"
	    "\"jo doe\" \"a \\\"b\\\" c\" 10.0.0.7 gold 5551234,5554321\n"
	    "star key * * *\n"
	    "void key \"\" \"\" \"\"\n"
	    "hash a\\#b#comment\n"
	    "money $HOME~ 10.0.0.0/24\r\n"
	    "sys *\n"
	    "list k 10.0.0.1-10.0.0.5,10.0.1.7\n"
	    "last k");
	ATF_CHECK_EQ(9, secrets_count(secrets));
	ATF_CHECK_STREQ("", secrets_error(secrets));
	ATF_REQUIRE_EQ(0, find("fred"));
	ATF_CHECK_EQ(6, got.key_len);
	ATF_CHECK_STREQ("secret", got.key);
	ATF_CHECK_STREQ("fred", got.grant.name);
	ATF_CHECK(!got.system && !got.grant.has_his && got.grant.ranges == 0);
	ATF_CHECK_STREQ("", got.grant.label);
	ATF_REQUIRE_EQ(0, find("jo doe"));
	ATF_CHECK_STREQ("a \"b\" c", got.key);
	ATF_CHECK(got.grant.has_his);
	ATF_CHECK_EQ(A(10, 0, 0, 7), got.grant.his.addr);
	ATF_CHECK_EQ(32, got.grant.his.bits);
	ATF_CHECK_STREQ("gold", got.grant.label);
	ATF_CHECK_STREQ("5551234,5554321", got.grant.callback);
	ATF_REQUIRE_EQ(0, find("star"));
	ATF_CHECK(!got.system && !got.grant.has_his);
	ATF_CHECK_STREQ("", got.grant.label);
	ATF_CHECK_STREQ("*", got.grant.callback);
	ATF_REQUIRE_EQ(0, find("void"));
	ATF_CHECK(!got.grant.has_his);
	ATF_CHECK_STREQ("", got.grant.label);
	ATF_REQUIRE_EQ(0, find("hash"));
	ATF_CHECK_STREQ("a#b", got.key);
	ATF_REQUIRE_EQ(0, find("money"));	/* no $NAME, no ~ here */
	ATF_CHECK_STREQ("$HOME~", got.key);
	ATF_CHECK_EQ(24, got.grant.his.bits);
	ATF_REQUIRE_EQ(0, find("sys"));
	ATF_CHECK(got.system);
	ATF_REQUIRE_EQ(0, find("list"));
	ATF_CHECK(!got.grant.has_his);
	ATF_REQUIRE_EQ(2, got.grant.ranges);
	ATF_CHECK_EQ(A(10, 0, 0, 1), got.grant.range[0].lo);
	ATF_CHECK_EQ(A(10, 0, 0, 5), got.grant.range[0].hi);
	ATF_CHECK_EQ(A(10, 0, 1, 7), got.grant.range[1].lo);
	ATF_CHECK_EQ(A(10, 0, 1, 7), got.grant.range[1].hi);
	ATF_CHECK_EQ(0, find("last"));
	ATF_CHECK_EQ(-E_UNKNOWN, find("Fred"));
	ATF_CHECK_EQ(-E_UNKNOWN, find("fre"));
	ATF_CHECK_EQ(-E_UNKNOWN, find("freda"));
	ATF_CHECK_EQ(-E_UNKNOWN, find("#"));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(names_that_never_match);
ATF_TC_BODY(names_that_never_match, tc)
{
	setup("fred secret\n\"\" nokey\n");
	ATF_CHECK_EQ(-E_UNKNOWN, find(""));
	ATF_CHECK_EQ(-E_UNKNOWN, secret_find(secrets, "fred\0x", 6, &got));
	ATF_CHECK_EQ(-E_UNKNOWN, secret_find(secrets, "fred\0", 5, &got));
	ATF_CHECK_EQ(-E_UNKNOWN, secret_find(secrets, "\0", 1, &got));
	ATF_CHECK_EQ(0, got.key_len);
	ATF_CHECK_EQ(-E_UNKNOWN, find("DOMAIN\\"));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(domain_is_tried_without);
ATF_TC_BODY(domain_is_tried_without, tc)
{
	setup("fred plain\nCORP\\\\jim own\njim plain\n");
	ATF_CHECK_EQ(0, find("ANY\\fred"));
	ATF_CHECK_STREQ("plain", got.key);
	ATF_CHECK_STREQ("fred", got.grant.name);
	ATF_CHECK_EQ(0, find("CORP\\jim"));
	ATF_CHECK_STREQ("own", got.key);
	ATF_CHECK_EQ(0, find("OTHER\\jim"));
	ATF_CHECK_STREQ("plain", got.key);
	ATF_CHECK_EQ(-E_UNKNOWN, find("ANY\\fred\\fred"));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(first_line_of_a_name_counts);
ATF_TC_BODY(first_line_of_a_name_counts, tc)
{
	setup("fred one\nfred two\n");
	ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_STREQ("one", got.key);
	ATF_CHECK_STREQ("ppp.secret:2: \"fred\" stands above already; this "
	    "line does not count\n", logged);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(others_may_not_read_it);
ATF_TC_BODY(others_may_not_read_it, tc)
{
	static const mode_t bad[] = { 0604, 0602, 0601, 0620, 0666, 0644 };
	static const mode_t good[] = { 0600, 0400, 0640 };
	char *p;

	setup("fred secret\n");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_REQUIRE_EQ(0, chmod(FILE_NAME, bad[i]));
		ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
		ATF_CHECK_EQ(0, got.key_len);
		ATF_CHECK(strstr(secrets_error(secrets), "chmod 600"));
		ATF_CHECK(strncmp(secrets_error(secrets), "ppp.secret: mode 0",
		    18) == 0);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ATF_REQUIRE_EQ(0, chmod(FILE_NAME, good[i]));
		ATF_CHECK_EQ(0, find("fred"));
		ATF_CHECK_STREQ("", secrets_error(secrets));
	}
	/* Told once for each mode, not for each peer. */
	logged[0] = '\0';
	ATF_REQUIRE_EQ(0, chmod(FILE_NAME, 0644));
	for (int i = 0; i < 5; i++)
		ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	p = strchr(logged, '\n');
	ATF_CHECK(p != NULL && p[1] == '\0');
	ATF_CHECK_STREQ("ppp.secret: mode 0644 lets others at the secrets, so "
	    "it is not used: chmod 600\n", logged);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(somebody_elses_file);
ATF_TC_BODY(somebody_elses_file, tc)
{
	if (geteuid() != 0)
		atf_tc_skip("only root can give a file away");
	setup("fred secret\n");
	ATF_REQUIRE_EQ(0, chown(FILE_NAME, 12345, (gid_t)-1));
	ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	ATF_CHECK(strstr(secrets_error(secrets), "user 12345"));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(no_file_yet);
ATF_TC_BODY(no_file_yet, tc)
{
	setup("");
	ATF_REQUIRE_EQ(0, unlink(FILE_NAME));
	for (int i = 0; i < 3; i++)
		ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	ATF_CHECK_STREQ("ppp.secret: No such file or directory\n", logged);
	put("fred secret\n", 12);
	ATF_CHECK_EQ(0, find("fred"));
	ATF_REQUIRE_EQ(0, unlink(FILE_NAME));
	ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	ATF_REQUIRE_EQ(0, mkdir(FILE_NAME, 0700));
	ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	ATF_CHECK(strstr(secrets_error(secrets), "not a file"));
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(read_only_when_it_changed);
ATF_TC_BODY(read_only_when_it_changed, tc)
{
	uint64_t stamp;

	setup("fred secret\n");
	usleep(80000);
	ATF_CHECK_EQ(0, find("fred"));
	stamp = secrets_stamp(secrets);
	for (int i = 0; i < 1000; i++)
		ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_EQ(stamp, secrets_stamp(secrets));
	put("fred changed\n", 13);
	ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_STREQ("changed", got.key);
	ATF_CHECK(stamp != secrets_stamp(secrets));
	secrets_free(secrets);
}

/* Two versions of one size within one step of the file's clock. */
ATF_TC_WITHOUT_HEAD(changes_in_quick_succession);
ATF_TC_BODY(changes_in_quick_succession, tc)
{
	char line[] = "fred key0\n";

	setup(line);
	for (int i = 0; i < 200; i++) {
		line[8] = (char)('0' + i % 10);
		put(line, strlen(line));
		ATF_CHECK_EQ(0, find("fred"));
		ATF_CHECK_EQ(line[8], got.key[3]);
	}
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(replaced_by_rename);
ATF_TC_BODY(replaced_by_rename, tc)
{
	setup("fred old\n");
	ATF_CHECK_EQ(0, find("fred"));
	ATF_REQUIRE_EQ(0, rename(FILE_NAME, "keep"));
	put("fred new\n", 9);
	ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_STREQ("new", got.key);
	ATF_REQUIRE_EQ(0, rename("keep", FILE_NAME));
	ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_STREQ("old", got.key);
	secrets_free(secrets);
}

/* Bad lines are named and passed over; the good ones count. */
ATF_TC_WITHOUT_HEAD(faults_name_their_line);
ATF_TC_BODY(faults_name_their_line, tc)
{
	static const char want[] =
	    "ppp.secret:1: a name needs a key behind it; \"\" is an empty one\n"
	    "ppp.secret:2: more than 5 fields: NAME KEY [HISADDR [LABEL "
	    "[CALLBACK]]]\n"
	    "ppp.secret:3: third field is no address: ADDR, ADDR/BITS, LO-HI, "
	    "a list of them with commas, or *\n"
	    "ppp.secret:4: Syntax error: a quote (\") is not closed\n"
	    "ppp.secret:5: an empty name is nobody's\n";
	struct txt out = { 0 };
	struct diag d = { .to = &out };

	setup("alone\nx k 10.0.0.1 l c toomany\nx HIDDEN WORD\nx \"HIDDEN\n"
	    "\"\" HIDDEN\nfred secret\n");
	ATF_CHECK_EQ(-E_FORMAT, secrets_check(FILE_NAME, &d));
	ATF_CHECK_STREQ(want, txt_str(&out));
	ATF_CHECK_EQ(5, d.errors);
	ATF_CHECK(strstr(txt_str(&out), "HIDDEN") == NULL);
	ATF_CHECK_EQ(0, find("fred"));
	ATF_CHECK_EQ(1, secrets_count(secrets));
	ATF_CHECK(strstr(logged, "ppp.secret:4: Syntax error") != NULL);
	txt_free(&out);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(limits);
ATF_TC_BODY(limits, tc)
{
	char text[8192], *p = text;

	log_set_sink(keep_line, NULL);
	p += sprintf(p, "%0255d %0255d\n", 1, 2);
	p += sprintf(p, "%0256d k\n", 3);
	p += sprintf(p, "a %0256d\n", 4);
	p += sprintf(p, "b k * %051d\n", 5);
	p += sprintf(p, "c k * %050d %064d\n", 6, 7);
	p += sprintf(p, "d k * * %065d\n", 8);
	p += sprintf(p, "e %02100d\n", 9);
	setup(text);
	ATF_CHECK_EQ(2, secrets_count(secrets));
	ATF_CHECK_STREQ(
	    "ppp.secret:2: name longer than 255 octets\n"
	    "ppp.secret:3: key longer than 255 octets\n"
	    "ppp.secret:4: label longer than 50 octets\n"
	    "ppp.secret:6: callback numbers longer than 64 octets\n"
	    "ppp.secret:7: line longer than 2047 octets\n", logged);
	ATF_CHECK_EQ(0, find("c"));
	ATF_CHECK_EQ(50, strlen(got.grant.label));
	ATF_CHECK_EQ(64, strlen(got.grant.callback));
	text[255] = '\0';
	ATF_CHECK_EQ(0, find(text));
	ATF_CHECK_EQ(255, got.key_len);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(nul_octets);
ATF_TC_BODY(nul_octets, tc)
{
	setup("");
	put("fred sec\0ret\nx k\n", 17);
	ATF_CHECK_EQ(-E_UNKNOWN, find("fred"));
	ATF_CHECK_EQ(0, find("x"));
	ATF_CHECK_STREQ("ppp.secret:1: a NUL octet in the line\n", logged);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(many_faults_do_not_flood_the_log);
ATF_TC_BODY(many_faults_do_not_flood_the_log, tc)
{
	char text[400];
	unsigned lines = 0;

	for (size_t i = 0; i < sizeof(text) - 1; i += 2)
		memcpy(text + i, "x\n", 2);
	text[sizeof(text) - 2] = '\n';
	text[sizeof(text) - 1] = '\0';
	setup(text);
	ATF_CHECK_EQ(0, secrets_count(secrets));
	for (const char *p = logged; *p != '\0'; p++)
		lines += *p == '\n';
	ATF_CHECK_EQ(11, lines);
	ATF_CHECK(strstr(logged, "and 189 more lines like these\n") != NULL);
	secrets_free(secrets);
}

static void
add_up(uint32_t addr, void *arg)
{
	*(uint64_t *)arg += addr;
}

ATF_TC_WITHOUT_HEAD(fixed_addresses);
ATF_TC_BODY(fixed_addresses, tc)
{
	uint64_t sum = 0;

	setup("a k 10.0.0.1\nb k 10.0.0.2/32\nc k 10.0.0.4/24\nd k *\n"
	    "e k 10.0.0.8-10.0.0.16\nf k 0.0.0.0\n");
	secrets_fixed(secrets, add_up, &sum);
	ATF_CHECK_EQ(A(10, 0, 0, 1) + (uint64_t)A(10, 0, 0, 2), sum);
	ATF_CHECK_EQ(0, find("f"));
	ATF_CHECK(got.grant.has_his);
	ATF_CHECK_EQ(0, got.grant.his.bits);
	secrets_free(secrets);
}

ATF_TC_WITHOUT_HEAD(many_names);
ATF_TC_BODY(many_names, tc)
{
	FILE *f = fopen(FILE_NAME, "w");
	char name[32];

	ATF_REQUIRE(f != NULL);
	for (int i = 0; i < 20000; i++)
		fprintf(f, "sub%d@isp key%d 10.%d.%d.%d\n", i, i, i >> 16,
		    i >> 8 & 255, i & 255);
	fclose(f);
	ATF_REQUIRE_EQ(0, chmod(FILE_NAME, 0600));
	secrets = secrets_new(FILE_NAME);
	ATF_CHECK_EQ(20000, secrets_count(secrets));
	usleep(80000);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof(name), "sub%d@isp", i);
		ATF_REQUIRE_EQ(0, find(name));
		snprintf(name, sizeof(name), "key%d", i);
		ATF_REQUIRE_STREQ(name, got.key);
	}
	secrets_free(secrets);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fields);
	ATF_TP_ADD_TC(tp, names_that_never_match);
	ATF_TP_ADD_TC(tp, domain_is_tried_without);
	ATF_TP_ADD_TC(tp, first_line_of_a_name_counts);
	ATF_TP_ADD_TC(tp, others_may_not_read_it);
	ATF_TP_ADD_TC(tp, somebody_elses_file);
	ATF_TP_ADD_TC(tp, no_file_yet);
	ATF_TP_ADD_TC(tp, read_only_when_it_changed);
	ATF_TP_ADD_TC(tp, changes_in_quick_succession);
	ATF_TP_ADD_TC(tp, replaced_by_rename);
	ATF_TP_ADD_TC(tp, faults_name_their_line);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, nul_octets);
	ATF_TP_ADD_TC(tp, many_faults_do_not_flood_the_log);
	ATF_TP_ADD_TC(tp, fixed_addresses);
	ATF_TP_ADD_TC(tp, many_names);
	return atf_no_error();
}
