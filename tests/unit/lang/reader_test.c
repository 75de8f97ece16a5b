/* Sections of files: labels, indentation, continuation, includes. */
#include <atf-c.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "lang/reader.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

struct run {
	struct txt cmds, msgs;
	struct diag d;
	struct reader r;
};

static int
command(const struct words *w, void *arg)
{
	struct run *x = arg;

	txt_put(&x->cmds, "%u:", x->d.line);
	for (int i = 0; i < w->n; i++)
		txt_put(&x->cmds, "%s%s", i > 0 ? " " : "", w->w[i]);
	txt_put(&x->cmds, ";");
	return strcmp(w->w[0], "stop") == 0 ? -E_DENIED : 0;
}

static void
file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ATF_REQUIRE(f != NULL);
	fputs(text, f);
	fclose(f);
}

/* Runs @label of ./ppp.conf; a static answer. */
static struct run *
run(const char *label, int want)
{
	static struct run x;

	txt_free(&x.cmds);
	txt_free(&x.msgs);
	memset(&x, 0, sizeof(x));
	x.d.to = &x.msgs;
	x.r = (struct reader){ ".", &x.d };
	ATF_CHECK_EQ(want, reader_run(&x.r, "ppp.conf", label, command, &x));
	ATF_CHECK(x.d.file == NULL && x.d.line == 0);
	return &x;
}

#define CMDS(label, want)						\
	do {								\
		struct run *x = run(label, 0);				\
		ATF_CHECK_STREQ(want, txt_str(&x->cmds));		\
		ATF_CHECK_STREQ("", txt_str(&x->msgs));			\
	} while (0)

TEST(section_runs_in_order)
{
	file("ppp.conf",
	    "# file\n"
	    "default:\n"
	    "\tset log Phase\n"
	    "\n"
	    "# still the same section\n"
	    " set timeout 0 # c\n"
	    "isp :\n"
	    " a\n"
	    "\"my isp\": # label\n"
	    " b\n"
	    "fe80::1:\n"
	    " c\n");
	CMDS("default", "3:set log Phase;6:set timeout 0;");
	CMDS("isp", "8:a;");
	CMDS("my isp", "10:b;");
	CMDS("fe80::1", "12:c;");
	run("ISP", -E_UNKNOWN);
	run("is", -E_UNKNOWN);
}

TEST(first_label_wins)
{
	file("ppp.conf", "a:\n 1\nb:\n 2\na:\n 3\n");
	CMDS("a", "2:1;");
}

TEST(continued_lines)
{
	file("ppp.conf",
	    "a:\n"
	    " set dial \"X \\\n"
	    "   Y\"\n"
	    " next \\ \n"
	    " # comment \\\n"
	    " swallowed\n"
	    " last\\\n");
	CMDS("a", "2:set dial X    Y;4:next \\;7:last;");
}

TEST(crlf_and_byte_order_mark)
{
	file("ppp.conf", "\xef\xbb\xbf" "a:\r\n b c\r\n d \\\r\n e\r\n");
	CMDS("a", "2:b c;3:d e;");
}

TEST(empty_section_is_found)
{
	file("ppp.conf", "a:\nb:\n 1\n");
	CMDS("a", "");
	CMDS("b", "3:1;");
}

TEST(unindented_command_is_told)
{
	struct run *x;

	file("ppp.conf", "a:\n 1\nset mru 5\n 2\nb:\n 3\n");
	x = run("a", 0);
	ATF_CHECK_STREQ("2:1;", txt_str(&x->cmds));
	ATF_CHECK_STREQ("ppp.conf:3: Bad label - missing colon (commands "
	    "below a label begin with a blank)\n", txt_str(&x->msgs));
	ATF_CHECK_EQ(1, x->d.errors);
	x = run("b", 0);		/* not b's fault */
	ATF_CHECK_EQ(0, x->d.errors);
	ATF_CHECK_EQ(1, x->d.remarks);
	ATF_CHECK_STREQ("6:3;", txt_str(&x->cmds));
}

TEST(bad_quotes_and_long_lines)
{
	char text[2000], long_one[700];
	struct run *x;

	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	snprintf(text, sizeof(text), "a:\n 1 \"b\n %s\n 2\n", long_one);
	file("ppp.conf", text);
	x = run("a", 0);
	ATF_CHECK_STREQ("4:2;", txt_str(&x->cmds));
	ATF_CHECK_STREQ("ppp.conf:2: Syntax error: a quote (\") is not "
	    "closed\nppp.conf:3: line longer than 511 octets\n",
	    txt_str(&x->msgs));
	x = run("b", -E_UNKNOWN);	/* nobody asked for a */
	ATF_CHECK_STREQ("", txt_str(&x->msgs));
}

TEST(nul_is_told)
{
	FILE *f = fopen("ppp.conf", "w");
	struct run *x;

	fwrite("a:\n 1\0 2\n 3\n", 1, 12, f);
	fclose(f);
	x = run("a", 0);
	ATF_CHECK_STREQ("3:3;", txt_str(&x->cmds));
	ATF_CHECK_STREQ("ppp.conf:2: line holds a NUL octet\n",
	    txt_str(&x->msgs));
}

TEST(includes)
{
	file("ppp.conf",
	    "a:\n 1\n!include sub\nb:\n 2\n! INCLUDE \"sub\"\nc:\n 3\n");
	file("sub", "c:\n sub1\nb:\n sub2\na:\n never\n");
	CMDS("a", "2:1;");
	CMDS("c", "2:sub1;");
	CMDS("b", "4:sub2;");		/* it stands before our own b */
	file("ppp.conf", "!include sub\nb:\n 2\n");
	CMDS("b", "4:sub2;");
	file("ppp.conf", "!include none\nb:\n 2\n");
	CMDS("b", "3:2;");
}

TEST(bad_includes)
{
	struct run *x;

	file("ppp.conf", "!include a b\n!frob x\n!include\nz:\n 1\n");
	x = run("z", 0);
	ATF_CHECK_STREQ("5:1;", txt_str(&x->cmds));
	ATF_CHECK_STREQ("ppp.conf:1: usage: !include filename\n"
	    "ppp.conf:2: !frob: Invalid command\n"
	    "ppp.conf:3: usage: !include filename\n", txt_str(&x->msgs));
}

TEST(include_depth)
{
	struct run *x;

	file("ppp.conf", "!include ppp.conf\nz:\n 1\n");
	x = run("y", -E_UNKNOWN);
	ATF_CHECK(strstr(txt_str(&x->msgs),
	    "!include: more than 16 files deep") != NULL);
	ATF_CHECK_EQ(1, x->d.remarks);
}

TEST(missing_file)
{
	ATF_REQUIRE_EQ(0, mkdir("dir", 0755));
	run("a", -E_SYS);
	ATF_CHECK_EQ(ENOENT, errno);
	ATF_REQUIRE_EQ(0, mkdir("ppp.conf", 0755));
	run("a", -E_SYS);
	ATF_CHECK_EQ(EINVAL, errno);
}

TEST(fifo_does_not_block)
{
	ATF_REQUIRE_EQ(0, mkfifo("ppp.conf", 0600));
	run("a", -E_SYS);
}

TEST(command_may_stop)
{
	file("ppp.conf", "a:\n 1\n stop\n 2\n");
	ATF_CHECK_STREQ("2:1;3:stop;", txt_str(&run("a", -E_DENIED)->cmds));
}

static void
one_label(const char *label, const char *name, unsigned line, void *arg)
{
	txt_put(arg, "%s:%u %s;", name, line, label);
}

TEST(labels_are_listed)
{
	struct txt t = { 0 }, msgs = { 0 };
	struct diag d = { .to = &msgs };
	struct reader r = { ".", &d };

	file("ppp.conf", "a:\n x:\n!include sub\nb:\na:\n");
	file("sub", "\nc :\n");
	ATF_CHECK_EQ(0, reader_labels(&r, "ppp.conf", one_label, &t));
	ATF_CHECK_STREQ("ppp.conf:1 a;./sub:2 c;ppp.conf:4 b;ppp.conf:5 a;",
	    txt_str(&t));
	ATF_CHECK_EQ(-E_SYS, reader_labels(&r, "none", one_label, &t));
	txt_free(&t);
	txt_free(&msgs);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, section_runs_in_order);
	ATF_TP_ADD_TC(tp, first_label_wins);
	ATF_TP_ADD_TC(tp, continued_lines);
	ATF_TP_ADD_TC(tp, crlf_and_byte_order_mark);
	ATF_TP_ADD_TC(tp, empty_section_is_found);
	ATF_TP_ADD_TC(tp, unindented_command_is_told);
	ATF_TP_ADD_TC(tp, bad_quotes_and_long_lines);
	ATF_TP_ADD_TC(tp, nul_is_told);
	ATF_TP_ADD_TC(tp, includes);
	ATF_TP_ADD_TC(tp, bad_includes);
	ATF_TP_ADD_TC(tp, include_depth);
	ATF_TP_ADD_TC(tp, missing_file);
	ATF_TP_ADD_TC(tp, fifo_does_not_block);
	ATF_TP_ADD_TC(tp, command_may_stop);
	ATF_TP_ADD_TC(tp, labels_are_listed);
	return atf_no_error();
}
