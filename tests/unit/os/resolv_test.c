/* resolv.conf, in the work directory of the test. */
#include <atf-c.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#include "base/err.h"
#include "os/resolv.h"

#define FILE_ "resolv.conf"

static struct resolv r;
static char got[2 * RESOLV_MAX];
static const uint32_t two[2] = { 0xc0000235, 0xc6336435 };
static const uint32_t same[2] = { 0xc0000235, 0xc0000235 };
static const uint32_t second[2] = { 0, 0xc6336435 };
static const uint32_t none[2] = { 0, 0 };

#define NS1 "nameserver 192.0.2.53\n"
#define NS2 "nameserver 198.51.100.53\n"

static void
put(const char *text, size_t n)
{
	FILE *f = fopen(FILE_, "w");

	ATF_REQUIRE(f != NULL);
	ATF_REQUIRE_EQ(n, fwrite(text, 1, n, f));
	fclose(f);
}

static void
is(const char *text)
{
	FILE *f = fopen(FILE_, "r");

	ATF_REQUIRE(f != NULL);
	got[fread(got, 1, sizeof(got) - 1, f)] = '\0';
	fclose(f);
	ATF_CHECK_STREQ(text, got);
}

/* @was becomes @becomes with both servers, and @was again. */
static void
turn(const char *was, const uint32_t ns[2], const char *becomes)
{
	put(was, strlen(was));
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_CHECK_STREQ(was, r.text);
	ATF_CHECK(r.existed && !r.written);
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, ns));
	ATF_CHECK(r.written);
	is(becomes);
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, ns));	/* again: the same */
	is(becomes);
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	ATF_CHECK(!r.written);
	is(was);
}

ATF_TC_WITHOUT_HEAD(rewrite);
ATF_TC_BODY(rewrite, tc)
{
	turn("search example.net\nnameserver 10.1.1.1\noptions edns0\n", two,
	    "search example.net\noptions edns0\n\n" NS1 NS2);
	ATF_CHECK_EQ(0x0a010101, r.ns[0]);
	ATF_CHECK_EQ(0, r.ns[1]);
	turn("", two, NS1 NS2);
	turn("", same, NS1);
	turn("", second, NS2);
	turn("nameserver 10.1.1.1", two, NS1 NS2);
	turn("search a.example", two, "search a.example\n\n" NS1 NS2);
	turn("# a file\n\n", two, "# a file\n\n\n" NS1 NS2);
	turn("nameserver fe80::1%tun0\nnameserver\t2001:db8::1\n", two,
	    NS1 NS2);
	turn("#nameserver 10.1.1.1\nnameservers 1\n", two,
	    "#nameserver 10.1.1.1\nnameservers 1\n\n" NS1 NS2);
	ATF_CHECK_EQ(0, r.ns[0]);
}

ATF_TC_WITHOUT_HEAD(servers);
ATF_TC_BODY(servers, tc)
{
	static const char text[] = "nameserver 2001:db8::1\n"
	    "nameserver  \t10.1.1.1 # office\nnameserver 10.1.1.256\n"
	    "nameserver 10.1.1.2\nnameserver 10.1.1.3\n";

	put(text, sizeof(text) - 1);
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_CHECK_EQ(0x0a010101, r.ns[0]);
	ATF_CHECK_EQ(0x0a010102, r.ns[1]);
}

ATF_TC_WITHOUT_HEAD(crlf);
ATF_TC_BODY(crlf, tc)
{
	turn("search a.example\r\nnameserver 10.1.1.1\r\nnameserver 10.1.1.2",
	    two, "search a.example\r\n\n" NS1 NS2);
	ATF_CHECK_EQ(0x0a010101, r.ns[0]);
	ATF_CHECK_EQ(0x0a010102, r.ns[1]);
}

ATF_TC_WITHOUT_HEAD(nothing_to_write);
ATF_TC_BODY(nothing_to_write, tc)
{
	put("nameserver 10.1.1.1\n", 20);
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_CHECK_EQ(0, resolv_write(&r, FILE_, none));
	ATF_CHECK(!r.written);
	is("nameserver 10.1.1.1\n");
}

ATF_TC_WITHOUT_HEAD(absent);
ATF_TC_BODY(absent, tc)
{
	struct stat st;

	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_CHECK(!r.existed);
	ATF_CHECK_STREQ("", r.text);
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, two));
	is(NS1 NS2);
	ATF_REQUIRE_EQ(0, stat(FILE_, &st));
	ATF_CHECK_EQ(0, st.st_mode & 022);
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	ATF_CHECK_EQ(-1, access(FILE_, F_OK));
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
}

ATF_TC_WITHOUT_HEAD(too_large);
ATF_TC_BODY(too_large, tc)
{
	static char text[RESOLV_MAX + 1];

	memset(text, '#', RESOLV_MAX);
	put(text, RESOLV_MAX);
	ATF_CHECK_EQ(-E_FULL, resolv_load(&r, FILE_));
	ATF_CHECK_EQ(-E_FULL, resolv_write(&r, FILE_, two));
	ATF_CHECK_EQ(-E_FULL, resolv_restore(&r, FILE_));
	is(text);
	put(text, RESOLV_MAX - 1);
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, two));
	text[RESOLV_MAX - 1] = '\0';
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	is(text);
}

ATF_TC_WITHOUT_HEAD(nul);
ATF_TC_BODY(nul, tc)
{
	put("a\0b\nnameserver 10.1.1.1\n", 24);
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_CHECK_EQ(24, r.len);
	ATF_CHECK_EQ(0x0a010101, r.ns[0]);
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, two));
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	FILE *f = fopen(FILE_, "r");

	ATF_REQUIRE(f != NULL);
	ATF_CHECK_EQ(24, fread(got, 1, sizeof(got), f));
	fclose(f);
	ATF_CHECK(memcmp(got, "a\0b\n", 4) == 0);
}

ATF_TC_WITHOUT_HEAD(link_followed);
ATF_TC_BODY(link_followed, tc)
{
	struct stat st;

	put("search a.example\n", 17);
	ATF_REQUIRE_EQ(0, rename(FILE_, "stub.conf"));
	ATF_REQUIRE_EQ(0, symlink("stub.conf", FILE_));
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, two));
	is("search a.example\n\n" NS1 NS2);
	ATF_REQUIRE_EQ(0, lstat(FILE_, &st));
	ATF_CHECK(S_ISLNK(st.st_mode));
}

ATF_TC_WITHOUT_HEAD(unwritable);
ATF_TC_BODY(unwritable, tc)
{
	ATF_CHECK_EQ(-E_SYS, resolv_load(&r, "."));
	ATF_CHECK_EQ(EISDIR, errno);
	put("search a.example\n", 17);
	ATF_CHECK_EQ(-E_SYS, resolv_write(&r, FILE_, two));	/* never read */
	ATF_CHECK_EQ(-E_SYS, resolv_restore(&r, FILE_));
	is("search a.example\n");
	ATF_REQUIRE_EQ(0, resolv_load(&r, "no/such/file"));
	ATF_CHECK_EQ(-E_SYS, resolv_write(&r, "no/such/file", two));
	ATF_CHECK_EQ(ENOENT, errno);
	ATF_CHECK(!r.written);
}

#ifdef __linux__
ATF_TC(bind_mount);
ATF_TC_HEAD(bind_mount, tc)
{
	atf_tc_set_md_var(tc, "descr",
	    "a mount of its own is written in place");
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(bind_mount, tc)
{
	put("search a.example\n", 17);
	ATF_REQUIRE_EQ(0, rename(FILE_, "theirs"));
	put("", 0);
	ATF_REQUIRE_EQ(0, unshare(CLONE_NEWNS));
	ATF_REQUIRE_EQ(0, mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL));
	ATF_REQUIRE_EQ(0, mount("theirs", FILE_, NULL, MS_BIND, NULL));
	ATF_REQUIRE_EQ(0, resolv_load(&r, FILE_));
	ATF_REQUIRE_EQ(0, resolv_write(&r, FILE_, two));
	is("search a.example\n\n" NS1 NS2);
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	is("search a.example\n");
	r.existed = false;	/* it appeared after we looked: emptied */
	ATF_REQUIRE_EQ(0, resolv_restore(&r, FILE_));
	is("");
	ATF_REQUIRE_EQ(0, umount(FILE_));
}
#endif

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, rewrite);
	ATF_TP_ADD_TC(tp, servers);
	ATF_TP_ADD_TC(tp, crlf);
	ATF_TP_ADD_TC(tp, nothing_to_write);
	ATF_TP_ADD_TC(tp, absent);
	ATF_TP_ADD_TC(tp, too_large);
	ATF_TP_ADD_TC(tp, nul);
	ATF_TP_ADD_TC(tp, link_followed);
	ATF_TP_ADD_TC(tp, unwritable);
#ifdef __linux__
	ATF_TP_ADD_TC(tp, bind_mount);
#endif
	return atf_no_error();
}
