/* Words of a line: every rule of both passes, and their limits. */
#include <atf-c.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "lang/lex.h"

/* The words of @line, each between <>, or the error as a number. */
static const char *
words(const char *line)
{
	static char text[4 * LEX_TEXT];
	struct words w;
	int err = lex_words(line, &w);
	size_t n = 0;

	text[0] = '\0';
	if (err < 0) {
		ATF_REQUIRE_EQ(0, w.n);
		snprintf(text, sizeof(text), "error %d", -err);
	}
	for (int i = 0; i < w.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "<%s>",
		    w.w[i]);
	ATF_REQUIRE(w.w[w.n] == NULL);
	return text;
}

#define IS(line, want)	ATF_CHECK_STREQ(want, words(line))
#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

TEST(blanks_split)
{
	IS("", "");
	IS("  \t ", "");
	IS(" set\tmru   1492 ", "<set><mru><1492>");
	IS("a\r\n", "<a>");
}

TEST(quotes_group)
{
	IS("set authkey \"a b\"", "<set><authkey><a b>");
	IS("a\"b c\"d", "<ab cd>");
	IS("set authkey \"\"", "<set><authkey><>");
	IS("'a b'", "<'a><b'>");
	IS("\"abc\\\"def\"", "<abc\"def>");
	IS("\"unfinished", "error 2");
	IS("a \"b c", "error 2");
}

TEST(backslash_is_literal)
{
	IS("a\\ b", "<a b>");
	IS("\\\"x", "<\"x>");
	IS("\\\\dATZ", "<\\dATZ>");
	IS("PPPoE:em0:ac\\\\svc", "<PPPoE:em0:ac\\svc>");
	IS("\\a\\#b", "<a#b>");
	IS("end\\", "<end\\>");
}

TEST(comments_end_the_line)
{
	IS("# all", "");
	IS("set phone 555#12", "<set><phone><555>");
	IS("a \"b#c\" # d", "<a><b#c>");
	IS("a b\\#c", "<a><b#c>");
	IS("a#\"b", "<a>");
}

TEST(variables)
{
	setenv("LEX_A", "one two", 1);
	setenv("LEX_Q", "x\"y", 1);
	unsetenv("LEX_NONE");
	IS("$LEX_A", "<one><two>");
	IS("\"$LEX_A\"", "<one two>");
	IS("\"${LEX_A}x\"", "<one twox>");
	IS("a${LEX_NONE}b$LEX_NONE", "<ab>");
	IS("$$5", "<$5>");
	IS("\\$LEX_A", "<$LEX_A>");
	IS("5$ $- ${x ${}", "<5$><$-><${x><${}>");
	IS("$LEX_Q", "error 2");
}

TEST(home_directories)
{
	struct passwd *pw = getpwuid(getuid());
	char want[512];

	ATF_REQUIRE(pw != NULL);
	snprintf(want, sizeof(want), "<%s/x>", pw->pw_dir);
	IS("~/x", want);
	snprintf(want, sizeof(want), "<a%s/x>", pw->pw_dir);
	IS("a~/x", want);
	IS("\\~/x", "<~/x>");
	IS("~nobody-of-that-name/x", "<~nobody-of-that-name/x>");
	pw = getpwnam("root");
	ATF_REQUIRE(pw != NULL);
	snprintf(want, sizeof(want), "<%s/etc>", pw->pw_dir);
	IS("~root/etc", want);
}

TEST(limits)
{
	char line[LEX_LINE + 2];
	char many[3 * (LEX_WORDS + 1)] = "";

	memset(line, 'a', sizeof(line));
	line[LEX_LINE - 1] = '\0';
	ATF_CHECK_EQ(LEX_LINE + 1, strlen(words(line)));
	line[LEX_LINE - 1] = 'a';
	line[LEX_LINE] = '\0';
	IS(line, "error 7");
	for (int i = 0; i < LEX_WORDS; i++)
		strcat(many, "w ");
	ATF_CHECK_EQ(3 * LEX_WORDS, strlen(words(many)));
	strcat(many, "w");
	IS(many, "error 8");
	strcpy(strrchr(many, 'w'), "#");
	ATF_CHECK_EQ(3 * LEX_WORDS, strlen(words(many)));
}

TEST(expansion_may_not_overflow)
{
	char line[LEX_LINE] = "", value[400];

	memset(value, 'v', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	setenv("LEX_V", value, 1);
	for (int i = 0; i < 5; i++)
		strcat(line, "$LEX_V ");
	ATF_CHECK_EQ(5 * 401, strlen(words(line)));
	strcat(line, "$LEX_V");
	IS(line, "error 7");
}

TEST(quoting_gives_the_word_back)
{
	static const char *const list[] = { "", "plain", "a b", "a\"b",
	    "c:\\x", "5#6", "$HOME", "~", "a\tb", "''", "\\" };
	char q[64];

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct words w;
		size_t n = lex_quote(list[i], q, sizeof(q));

		ATF_CHECK_EQ(strlen(q), n);
		ATF_REQUIRE_EQ(0, lex_words(q, &w));
		ATF_REQUIRE_EQ(1, w.n);
		ATF_CHECK_STREQ(list[i], w.w[0]);
	}
	ATF_CHECK_EQ(5, lex_quote("plain", q, 3));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, blanks_split);
	ATF_TP_ADD_TC(tp, quotes_group);
	ATF_TP_ADD_TC(tp, backslash_is_literal);
	ATF_TP_ADD_TC(tp, comments_end_the_line);
	ATF_TP_ADD_TC(tp, variables);
	ATF_TP_ADD_TC(tp, home_directories);
	ATF_TP_ADD_TC(tp, limits);
	ATF_TP_ADD_TC(tp, expansion_may_not_overflow);
	ATF_TP_ADD_TC(tp, quoting_gives_the_word_back);
	return atf_no_error();
}
