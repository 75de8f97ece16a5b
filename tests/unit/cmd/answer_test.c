/* Where an answer ends. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "cmd/answer.h"

static struct answer_prompt pr;

static bool
ends(const char *s, const char *host)
{
	return answer_ends(s, strlen(s), host, &pr);
}

ATF_TC_WITHOUT_HEAD(words);
ATF_TC_BODY(words, tc)
{
	static const char *const good[] = {
		"ppp ON host> ", "Ppp on host> ", "PPp ON a-b_c> ",
		"PPP ON h.example.org> ", "text\nPPP ON host> ",
		"\nPPP on host> ",
	};
	static const char *const bad[] = {
		"", "> ", "\n", "ppp ON host>", "ppp ON host> \n",
		"ppp ON host>  ", " ppp ON host> ", "pPp ON host> ",
		"ppp On host> ", "ppp ON> ", "ppp ON > ", "ppp  ON host> ",
		"ppp ON ho st> ", "ppp ON host> x", "xppp ON host> ",
		"ppp ON host> \r", "pppp ON host> ", "ppp ON host>> ",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ATF_CHECK_MSG(ends(good[i], NULL), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_MSG(!ends(bad[i], NULL), "%s", bad[i]);
}

ATF_TC_WITHOUT_HEAD(what_is_told);
ATF_TC_BODY(what_is_told, tc)
{
	ATF_REQUIRE(ends("a\nb\nPPp on gate> ", NULL));
	ATF_CHECK_EQ(4, pr.at);
	ATF_CHECK_EQ(13, pr.len);
	ATF_CHECK(!pr.on);
	ATF_CHECK_STREQ("gate", pr.host);
	ATF_CHECK_STREQ("PPp on gate> ", pr.text);
	ATF_REQUIRE(ends("PPP ON gate> ", "gate"));
	ATF_CHECK(pr.on);
	ATF_CHECK(!ends("PPP ON gate> ", "gat"));
	ATF_CHECK(!ends("PPP ON gate> ", "gates"));
	/* One that nobody asked for, then that of an empty answer. */
	ATF_REQUIRE(ends("x\nppp ON gate> PPP ON gate> ", NULL));
	ATF_CHECK_EQ(2, pr.at);
	ATF_CHECK_STREQ("PPP ON gate> ", pr.text);
}

/* The prompt is looked for in a bounded piece of a long line. */
ATF_TC_WITHOUT_HEAD(long_lines);
ATF_TC_BODY(long_lines, tc)
{
	static char line[100000];
	char host[ANSWER_HOST + 1], one[ANSWER_HOST + 32];
	size_t len = strlen("ppp ON h> ");

	for (size_t pad = 0; pad < 2000; pad++) {
		memset(line, 'x', pad);
		memcpy(line + pad, "ppp ON h> ", len + 1);
		ATF_CHECK_EQ(pad == 0, ends(line, NULL));
		/* The same filled with prompts: still one line of text. */
		for (size_t i = pad; i >= len; i -= len)
			memcpy(line + i - len, "ppp ON h> ", len);
		if (pad % len != 0)
			ATF_CHECK(!ends(line, NULL));
	}
	memset(host, 'h', sizeof(host));
	host[ANSWER_HOST - 1] = '\0';
	snprintf(one, sizeof(one), "ppp ON %s> ", host);
	ATF_CHECK(ends(one, NULL));
	host[ANSWER_HOST - 1] = 'h';
	host[ANSWER_HOST] = '\0';
	snprintf(one, sizeof(one), "ppp ON %s> ", host);
	ATF_CHECK(!ends(one, NULL));
}

static size_t
unasked(const char *s, size_t *text)
{
	*text = 0;
	return answer_unasked(s, strlen(s), "h", text);
}

ATF_TC_WITHOUT_HEAD(unasked_part);
ATF_TC_BODY(unasked_part, tc)
{
	size_t text;

	ATF_CHECK_EQ(0, unasked("", &text));
	ATF_CHECK_EQ(0, unasked("ppp ON h> ", &text));
	ATF_CHECK_EQ(0, unasked("a\nppp ON h> ", &text));
	ATF_CHECK_EQ(0, unasked("\na\n", &text));
	ATF_CHECK_EQ(0, unasked("\nppp ON other> ", &text));
	ATF_CHECK_EQ(11, unasked("\nppp ON h> ", &text));
	ATF_CHECK_EQ(1, text);
	ATF_CHECK_EQ(11, unasked("\nppp ON h> a\nppp ON h> ", &text));
	ATF_CHECK_EQ(20, unasked("\nPhase: x\nppp ON h> a\nppp ON h> ",
	    &text));
	ATF_CHECK_EQ(10, text);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, words);
	ATF_TP_ADD_TC(tp, what_is_told);
	ATF_TP_ADD_TC(tp, long_lines);
	ATF_TP_ADD_TC(tp, unasked_part);
	return atf_no_error();
}
