/* Matching, near misses, masking, help and completion over small tables. */
#include <atf-c.h>
#include <string.h>

#include "lang/help.h"
#include "lang/row.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static const struct row sub[] = {
	{ .name = "mru", .args = "[octets]", .help = "Size.",
	  .flags = ROW_LINK },
	{ .name = "mrru", .args = "n", .help = "Bundle size." },
	{ .name = "authkey", .alias = "key", .args = "key", .help = "Key.",
	  .flags = ROW_SECRET1 },
	{ .name = "server", .args = "where password", .help = "Socket.",
	  .flags = ROW_SECRET2 },
	{ .name = NULL }
};

static const struct row top[] = {
	{ .name = "add", .args = "dest gw", .help = "Add." },
	{ .name = "add!", .args = "dest gw", .help = "Add or change." },
	{ .name = "dial", .alias = "call", .args = "", .help = "Dial.",
	  .flags = ROW_OPT },
	{ .name = "passwd", .args = "word", .help = "Password.",
	  .flags = ROW_LOCKED | ROW_SECRET1 },
	{ .name = "quit", .alias = "bye", .args = "", .help = "Leave.",
	  .flags = ROW_ANYONE },
	{ .name = "set", .args = "variable", .help = "Set.", .sub = sub },
	{ .name = "sessions", .args = "", .help = "New.", .flags = ROW_NEW },
	{ .name = "old", .args = "", .help = "Old.", .flags = ROW_HIDDEN },
	{ .name = NULL }
};

static const char *
find(const char *word, enum row_who who)
{
	bool many;
	const struct row *r = row_find(top, word, who, &many);

	ATF_CHECK(r == NULL || !many);
	return r != NULL ? r->name : many ? "ambiguous" : "none";
}

TEST(full_names_win)
{
	ATF_CHECK_STREQ("add", find("add", WHO_PROMPT));
	ATF_CHECK_STREQ("add!", find("add!", WHO_PROMPT));
	ATF_CHECK_STREQ("ambiguous", find("ad", WHO_PROMPT));
	ATF_CHECK_STREQ("set", find("SET", WHO_PROMPT));
}

TEST(prefixes_and_aliases)
{
	ATF_CHECK_STREQ("dial", find("ca", WHO_PROMPT));
	ATF_CHECK_STREQ("dial", find("d", WHO_PROMPT));
	ATF_CHECK_STREQ("quit", find("BY", WHO_PROMPT));
	ATF_CHECK_STREQ("none", find("dialx", WHO_PROMPT));
	ATF_CHECK_STREQ("none", find("", WHO_PROMPT));
}

TEST(new_words_do_not_spoil_old_prefixes)
{
	ATF_CHECK_STREQ("set", find("s", WHO_PROMPT));
	ATF_CHECK_STREQ("set", find("se", WHO_PROMPT));
	ATF_CHECK_STREQ("sessions", find("ses", WHO_PROMPT));
	ATF_CHECK_STREQ("old", find("old", WHO_PROMPT));
}

TEST(who_may_use_what)
{
	ATF_CHECK_STREQ("none", find("set", WHO_LOCKED));
	ATF_CHECK_STREQ("passwd", find("p", WHO_LOCKED));
	ATF_CHECK_STREQ("quit", find("quit", WHO_LOCKED));
	ATF_CHECK_STREQ("none", find("passwd", WHO_PROMPT));
	ATF_CHECK_STREQ("none", find("passwd", WHO_FILE));
}

static const char *
near(const char *word)
{
	const char *s = row_near(sub, word, WHO_PROMPT);

	return s != NULL ? s : "none";
}

TEST(did_you_mean)
{
	ATF_CHECK_STREQ("mru", near("mur"));
	ATF_CHECK_STREQ("mrru", near("mrruu"));
	ATF_CHECK_STREQ("authkey", near("autkeh"));
	ATF_CHECK_STREQ("key", near("kay"));
	ATF_CHECK_STREQ("none", near("frobnicate"));
	ATF_CHECK_STREQ("none", near("x"));
	ATF_CHECK_STREQ("none", near("a-word-far-too-long-for-any-table"));
}

static const char *
masked(const char *line)
{
	static struct txt t;
	struct words w;

	txt_clear(&t);
	ATF_REQUIRE_EQ(0, lex_split(line, &w));
	row_mask(top, &w, &t);
	return txt_str(&t);
}

TEST(secrets_are_masked)
{
	ATF_CHECK_STREQ("set authkey ********",
	    masked("set authkey topsecret"));
	ATF_CHECK_STREQ("set key ********", masked("set key topsecret"));
	ATF_CHECK_STREQ("set au ********", masked("set au topsecret"));
	ATF_CHECK_STREQ("set au ******** ********",
	    masked("set au top secret"));
	ATF_CHECK_STREQ("p ********", masked("p topsecret"));
	ATF_CHECK_STREQ("set server 3000 ********",
	    masked("set server 3000 pw"));
	ATF_CHECK_STREQ("set server /x ******** 0177",
	    masked("set server /x pw 0177"));
	ATF_CHECK_STREQ("add \"a b\"", masked("add \"a b\""));
	ATF_CHECK_STREQ("frob word", masked("frob word"));
	ATF_CHECK_STREQ("paswd ********", masked("paswd topsecret"));
	ATF_CHECK_STREQ("set autkey ********", masked("set autkey topsecret"));
	ATF_CHECK_STREQ("set kye ********", masked("set kye topsecret"));
	ATF_CHECK_STREQ("set srever ******** ********",
	    masked("set srever 3000 pw"));
	ATF_CHECK_STREQ("set mur 1492", masked("set mur 1492"));
}

static const char *
complete(const char *line, enum row_who who)
{
	static struct txt t;

	txt_clear(&t);
	help_complete(top, line, who, false, &t);
	return txt_str(&t);
}

TEST(completion)
{
	ATF_CHECK_STREQ("add\nadd!\n", complete("a", WHO_PROMPT));
	ATF_CHECK_STREQ("call\n", complete("ca", WHO_PROMPT));
	ATF_CHECK_STREQ("add\nadd!\ndial\nquit\nset\nsessions\n",
	    complete("", WHO_PROMPT));
	ATF_CHECK_STREQ("passwd\nquit\n", complete("", WHO_LOCKED));
	ATF_CHECK_STREQ("mru\nmrru\n", complete("set m", WHO_PROMPT));
	ATF_CHECK_STREQ("mru\nmrru\nauthkey\nserver\n",
	    complete("set ", WHO_PROMPT));
	ATF_CHECK_STREQ("", complete("set mru ", WHO_PROMPT));
	ATF_CHECK_STREQ("", complete("frob x", WHO_PROMPT));
	ATF_CHECK_STREQ("", complete("add \"x", WHO_PROMPT));
}

TEST(help_texts)
{
	struct txt t = { 0 };

	help_table(sub, WHO_PROMPT, &t);
	ATF_CHECK_STREQ(
	    "  mru    (c) : Size.\n"
	    "  mrru       : Bundle size.\n"
	    "  authkey    : Key.\n"
	    "  server     : Socket.\n"
	    "(o) = Optional context, (c) = Context required\n", txt_str(&t));
	txt_clear(&t);
	help_row("set ", &sub[0], &t);
	ATF_CHECK_STREQ("usage: set mru [octets] (c)\nSize.\n", txt_str(&t));
	txt_clear(&t);
	help_row("set ", &sub[2], &t);
	ATF_CHECK_STREQ("usage: set authkey key\nKey.\n"
	    "Also spelled: set key\n", txt_str(&t));
	txt_clear(&t);
	help_plain("", top, &t);
	ATF_CHECK(strstr(txt_str(&t), "\nset mru\t[octets]\tSize.\n") != NULL);
	ATF_CHECK(strstr(txt_str(&t), "old") == NULL);
	txt_free(&t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, full_names_win);
	ATF_TP_ADD_TC(tp, prefixes_and_aliases);
	ATF_TP_ADD_TC(tp, new_words_do_not_spoil_old_prefixes);
	ATF_TP_ADD_TC(tp, who_may_use_what);
	ATF_TP_ADD_TC(tp, did_you_mean);
	ATF_TP_ADD_TC(tp, secrets_are_masked);
	ATF_TP_ADD_TC(tp, completion);
	ATF_TP_ADD_TC(tp, help_texts);
	return atf_no_error();
}
