/* Chat scripts: what is sent and when, against a line played by the test. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/txt.h"
#include "lang/chat.h"

#define TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", text); }	\
	ATF_TC_BODY(name, tc)

static struct chat c;
static tstamp now;
static struct txt sent, shown, lines;
static enum chat_do last;

static void
begin(const char *script)
{
	txt_clear(&sent);
	txt_clear(&shown);
	txt_clear(&lines);
	now = SEC(1000);
	ATF_REQUIRE_EQ(0, chat_init(&c, script, "555 1234", "fred",
	    "open sesame"));
}

/* Until it waits, ends or wants a program. */
static enum chat_do
go(void)
{
	for (;;) {
		last = chat_step(&c, now);
		switch (last) {
		case CHAT_EXPECT:
			break;
		case CHAT_SEND:
			txt_add(&sent, c.out, c.out_n);
			txt_put(&shown, "%s|", c.shown);
			break;
		case CHAT_LINE:
			txt_put(&lines, "%s|", c.line);
			break;
		case CHAT_REMARK:
			txt_put(&shown, "(%s)", c.shown);
			break;
		default:
			return last;
		}
	}
}

static void
line(const char *text)
{
	size_t n = strlen(text), used;

	for (go(); n > 0 && last == CHAT_WAIT; go()) {
		used = chat_input(&c, text, n);
		text += used;
		n -= used;
		if (used == 0)
			break;
	}
}

static void
wait_secs(unsigned s)
{
	now += SEC(s);
	go();
}

#define SENT(text) do {							\
	ATF_CHECK_STREQ(text, txt_str(&sent));				\
	txt_clear(&sent);						\
} while (0)

TEST(p_5_dial, "P-5: the handbook's dial script, with every escape")
{
	begin("ABORT BUSY ABORT NO\\sCARRIER TIMEOUT 5 "
	    "\"\" AT OK-AT-OK ATE1Q0 OK \\dATDT\\T TIMEOUT 40 CONNECT");
	ATF_CHECK_EQ(CHAT_WAIT, go());
	SENT("AT\r");
	ATF_CHECK_EQ(5, c.secs);
	line("AT\r\r\nOK\r\n");
	SENT("ATE1Q0\r");
	line("ATE1Q0\r\r\nOK");
	SENT("");			/* \d */
	wait_secs(1);
	SENT("");
	wait_secs(1);
	SENT("ATDT555 1234\r");
	ATF_CHECK_EQ(40, c.secs);
	line("\r\nRINGING\r\nCONNECT 9600\r\n");
	ATF_CHECK_EQ(CHAT_DONE, go());
	ATF_CHECK(strstr(txt_str(&lines), "CONNECT 9600|") != NULL);
}

TEST(sub_expect, "OK-AT-OK: the second send is for silence only")
{
	begin("TIMEOUT 3 \"\" AT OK-ATZ-OK-ATH-OK done");
	go();
	SENT("AT\r");
	wait_secs(2);
	SENT("");
	wait_secs(1);
	SENT("ATZ\r");
	wait_secs(3);
	SENT("ATH\r");
	line("OK\r\n");
	SENT("done\r");
	ATF_CHECK_EQ(CHAT_DONE, go());
	begin("TIMEOUT 3 OK-AT-OK x");
	go();
	wait_secs(3);
	wait_secs(3);
	ATF_CHECK_EQ(CHAT_FAILED, last);
	ATF_CHECK_STREQ("no answer like OK", c.shown);
}

TEST(login_dashes, "login:--login: sends a bare return")
{
	begin("TIMEOUT 5 login:--login: \\U word: \\P");
	go();
	wait_secs(5);
	SENT("\r");
	line("\r\nhost login: ");
	SENT("fred\r");
	line("fred\r\nPassword: ");
	SENT("open sesame\r");
	ATF_CHECK_EQ(CHAT_DONE, go());
	/* The key is never shown. */
	ATF_CHECK_STREQ("^M|fred^M|********^M|", txt_str(&shown));
	begin("TIMEOUT 1 \\P x");
	ATF_CHECK_EQ(CHAT_EXPECT, chat_step(&c, now));
	ATF_CHECK_STREQ("********", c.shown);
	line("it is open sesam\r\nopen sesame or so\r\n");
	SENT("x\r");
	begin("TIMEOUT 1 \\P x");
	line("open sesam\r\nyour open sesame\n");
	begin("TIMEOUT 1 \\P x");
	go();
	wait_secs(1);
	ATF_CHECK_STREQ("no answer like ********", c.shown);
	begin("\"\" \\P hello x");
	line("open sesame\r\nhell");
	ATF_CHECK_STREQ("********|", txt_str(&lines));
}

TEST(abort_texts, "an ABORT text ends the script wherever it comes")
{
	begin("ABORT BUSY ABORT \"NO CARRIER\" TIMEOUT 9 \"\" ATDT1 CONNECT");
	go();
	line("ATDT1\r\r\nNO CARR");
	ATF_CHECK_EQ(CHAT_WAIT, last);
	line("IER\r\n");
	ATF_CHECK_EQ(CHAT_FAILED, last);
	ATF_CHECK_STREQ("the line said NO CARRIER", c.shown);
	begin("ABORT busy CONNECT");	/* case matters */
	line("BUSY\r\n");
	ATF_CHECK_EQ(CHAT_WAIT, last);
}

TEST(timeouts, "30 seconds unless TIMEOUT says otherwise")
{
	begin("hello there");
	go();
	ATF_CHECK_EQ(now + SEC(30), chat_deadline(&c));
	wait_secs(29);
	ATF_CHECK_EQ(CHAT_WAIT, last);
	wait_secs(1);
	ATF_CHECK_EQ(CHAT_FAILED, last);
	begin("TIMEOUT zero TIMEOUT 0 a b");
	go();
	ATF_CHECK(strstr(txt_str(&shown), "TIMEOUT: not 1 to 3600") != NULL);
	ATF_CHECK_EQ(30, c.secs);
}

TEST(escapes, "\\c \\n \\r \\s \\t \\\\ ^X and quotes, sent and expected")
{
	begin("\"\" a\\sb\\tc\\nd\\\\e\\rf^Cg\\c \"two words\" x");
	go();
	SENT("a b\tc\nd\\e\rf\003g");
	line("two words");
	SENT("x\r");
	begin("a\\-b^M c");
	line("a-b\r");
	SENT("c\r");
	begin("\"\" +++\\p\\p\\c \"\" ATH");
	go();
	SENT("+++");
	now += MSEC(250);
	go();
	SENT("");
	now += MSEC(250);
	go();
	SENT("ATH\r");		/* \c is not forgotten over a pause */
	begin("\\\"\\\" AT");	/* as the samples write "" one level deeper */
	go();
	SENT("AT\r");
}

TEST(odd_dashes, "an odd number of dashes is told, and taken as it is")
{
	begin("a-b c");
	line("a");
	ATF_CHECK(strstr(txt_str(&shown), "odd number of dashes") != NULL);
	SENT("");
	line("a-b");
	SENT("c\r");
}

TEST(programs, "!command is run; !! is a literal mark")
{
	begin("!sh\\s-c word: !answer");
	ATF_CHECK_EQ(CHAT_RUN, go());
	ATF_CHECK_STREQ("sh\\s-c", c.command);
	chat_ran(&c, true, "label:\n", 7);
	go();
	line("the label:");
	SENT("word:\r");
	/* The script ends with an expect position: a command there. */
	ATF_CHECK_EQ(CHAT_RUN, last);
	chat_ran(&c, true, "", 0);
	ATF_CHECK_EQ(CHAT_DONE, go());

	begin("\"\" !answer OK !!x");
	ATF_CHECK_EQ(CHAT_RUN, go());
	chat_ran(&c, true, "in\\dside", 8);
	go();
	SENT("in\\dside\r");		/* no escapes in what it wrote */
	line("OK");
	SENT("!x\r");
	begin("\"\" \"!no such thing\"");
	ATF_CHECK_EQ(CHAT_RUN, go());
	ATF_CHECK_STREQ("no such thing", c.command);
	chat_ran(&c, false, "", 0);
	ATF_CHECK_EQ(CHAT_FAILED, go());
}

TEST(rest_is_kept, "what follows the last expected text is not swallowed")
{
	static const char in[] = "CONNECT 115200\r\n~\xff}#\xc0!";
	size_t n;

	begin("\"\" ATD CONNECT");
	go();
	n = chat_input(&c, in, sizeof(in) - 1);
	go();
	n += chat_input(&c, in + n, sizeof(in) - 1 - n);
	ATF_CHECK_EQ(CHAT_DONE, go());
	ATF_CHECK_EQ(16, n);
	begin("ready go");
	go();
	ATF_CHECK_EQ(5, chat_input(&c, "ready~~~", 8));
	ATF_CHECK_EQ(CHAT_DONE, go());
	ATF_CHECK_EQ(0, chat_input(&c, "~~~", 3));
}

TEST(bad_scripts, "open quotes and endless scripts are refused")
{
	char many[CHAT_SCRIPT];

	ATF_CHECK_EQ(-E_FORMAT, chat_init(&c, "a \"b c", "", "", ""));
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	ATF_CHECK_EQ(0, chat_init(&c, many, "", "", ""));
	begin("");
	ATF_CHECK_EQ(CHAT_DONE, go());
	begin("ABORT");			/* no text: it is expected */
	ATF_CHECK_EQ(CHAT_WAIT, go());
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, p_5_dial);
	ATF_TP_ADD_TC(tp, sub_expect);
	ATF_TP_ADD_TC(tp, login_dashes);
	ATF_TP_ADD_TC(tp, abort_texts);
	ATF_TP_ADD_TC(tp, timeouts);
	ATF_TP_ADD_TC(tp, escapes);
	ATF_TP_ADD_TC(tp, odd_dashes);
	ATF_TP_ADD_TC(tp, programs);
	ATF_TP_ADD_TC(tp, rest_is_kept);
	ATF_TP_ADD_TC(tp, bad_scripts);
	return atf_no_error();
}
