/* Finding the row of a line: every abbreviation that ppp(8) documents,
 * permissions, contexts, loading, what is put off, what is shown. */
#include <string.h>

#include "base/log.h"
#include "cmd/rows.h"
#include "unit/cmd/cmdhelp.h"

static struct bench b;

static const char *
means(const struct row *table, const char *word)
{
	bool many;
	const struct row *r = row_find(table, word, WHO_PROMPT, &many);

	return r != NULL ? r->name : many ? "ambiguous" : "none";
}

TEST(abbreviations)
{
	static const char *const list[][2] = {
		{ "a", "ambiguous" }, { "ac", "accept" },
		{ "ad", "ambiguous" }, { "al", "ambiguous" },
		{ "all", "allow" }, { "au", "allow" }, { "ali", "nat" },
		{ "b", "ambiguous" }, { "c", "ambiguous" },
		{ "cl", "ambiguous" }, { "clo", "ambiguous" },
		{ "ca", "dial" }, { "cle", "clear" }, { "clon", "clone" },
		{ "clos", "close" }, { "d", "ambiguous" },
		{ "de", "ambiguous" }, { "del", "ambiguous" },
		{ "di", "ambiguous" }, { "da", "link" }, { "den", "deny" },
		{ "dia", "dial" }, { "dis", "disable" }, { "do", "down" },
		{ "e", "enable" }, { "h", "help" }, { "t", "term" },
		{ "i", "ambiguous" }, { "id", "ident" }, { "if", "iface" },
		{ "in", "iface" }, { "l", "ambiguous" },
		{ "lo", "ambiguous" }, { "li", "link" }, { "loa", "load" },
		{ "log", "log" }, { "m", "rename" }, { "n", "nat" },
		{ "o", "open" }, { "q", "quit" }, { "r", "ambiguous" },
		{ "re", "ambiguous" }, { "rm", "remove" },
		{ "rem", "remove" }, { "ren", "rename" },
		{ "res", "resolv" }, { "s", "ambiguous" },
		{ "se", "ambiguous" }, { "sh", "ambiguous" },
		{ "sa", "save" }, { "sen", "sendident" }, { "set", "set" },
		{ "setu", "set" }, { "she", "shell" }, { "sho", "show" },
		{ "!", "shell" }, { "!b", "bg" }, { "?", "help" },
		{ "add", "add" }, { "DELETE", "delete" },
		{ "add!", "add!" }, { "p", "none" }, { "xyz", "none" },
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		ATF_CHECK_STREQ(list[i][1], means(top_rows, list[i][0]));
}

TEST(abbreviations_below)
{
	static const char *const set[][2] = {
		{ "sp", "speed" }, { "st", "stopped" }, { "se", "ambiguous" },
		{ "d", "ambiguous" }, { "ti", "ambiguous" },
		{ "so", "server" }, { "ph", "phone" }, { "pp", "pppoe" },
		{ "mr", "ambiguous" }, { "mru", "mru" },
		{ "lb", "lb" }, { "key", "authkey" }, { "line", "device" },
	};
	static const char *const iface[][2] = {
		{ "s", "show" }, { "n", "name" }, { "c", "clear" },
		{ "des", "description" }, { "rm", "delete" },
		{ "a", "ambiguous" }, { "d", "ambiguous" },
		{ "de", "ambiguous" },
	};

	for (size_t i = 0; i < sizeof(set) / sizeof(*set); i++)
		ATF_CHECK_STREQ(set[i][1], means(set_rows, set[i][0]));
	for (size_t i = 0; i < sizeof(iface) / sizeof(*iface); i++)
		ATF_CHECK_STREQ(iface[i][1], means(iface_rows, iface[i][0]));
	ATF_CHECK_STREQ("stopped", means(show_rows, "s"));
	ATF_CHECK_STREQ("who", means(show_rows, "w"));
	ATF_CHECK_STREQ("sessions", means(show_rows, "se"));
	ATF_CHECK_STREQ("ambiguous", means(enable_rows, "ms"));
	ATF_CHECK_STREQ("ambiguous", means(enable_rows, "d"));
	ATF_CHECK_STREQ("mschap", means(enable_rows, "mschap"));
	ATF_CHECK_STREQ("acfcomp", accept_rows[0].name);
	ATF_CHECK_STREQ("utmp", enable_rows[ENABLE_ONLY - 1].name);
}

TEST(unknown_words)
{
	bench_new(&b);
	SAYS(&b, "frobnicate", "frobnicate: Invalid command\n"
	    "frobnicate: Failed 1\n");
	SAYS(&b, "set mur 5", "set mur: Invalid command (did you mean "
	    "`mru'?)\nset mur: Failed 1\n");
	SAYS(&b, "cl", "cl: Ambiguous command (one of: clear clone close)\n"
	    "cl: Failed 1\n");
	SAYS(&b, "set", "Use `set ?' to get a list.\n");
	SAYS(&b, "clear", "Use `clear ?' to get a list.\n");
	SAYS(&b, "clear ?",
	    "  ipcp        : Figures of IPv4.\n"
	    "  ipv6cp      : Figures of IPv6.\n"
	    "  physical(o) : Figures of the link.\n"
	    "(o) = Optional context, (c) = Context required\n");
	SAYS(&b, "set x \"", "Syntax error: a quote (\") is not closed\n");
	SAYS(&b, "", "");
	SAYS(&b, " # comment", "");
	bench_free(&b);
}

/* A line longer than any buffer, as has felled the CLI of another. */
TEST(cve_2022_0982_long_line)
{
	static char line[100000];

	bench_new(&b);
	memset(line, 'A', sizeof(line) - 1);
	SAYS(&b, line, "Syntax error: line longer than 511 octets\n");
	memset(line, '~', sizeof(line) - 1);
	SAYS(&b, line, "Syntax error: line longer than 511 octets\n");
	for (size_t i = 0; i + 1 < sizeof(line); i += 2)
		memcpy(line + i, "a ", 2);
	line[400] = '\0';
	SAYS(&b, line, "Syntax error: more than 39 words\n");
	b.prompt.locked = true;
	ATF_CHECK(strstr(bench_say(&b, line), "Syntax error") != NULL);
	bench_free(&b);
}

TEST(nothing_to_show_is_said)
{
	bench_new(&b);
	SAYS(&b, "show stopped",
	    " Stopped Timer:  LCP: Disabled, CCP: Disabled\n");
	SAYS(&b, "show mp", "show: nothing is running yet\n");
	SAYS(&b, "show filter in", "");
	SAYS(&b, "show filter up", "usage: show filter "
	    "[in|out|dial|alive]\n");
	bench_free(&b);
}

TEST(locked_prompt)
{
	static const char *const refused[] = { "set mru 1400", "load",
		"show bundle", "show log", "close", "! true", "bg true",
		"add default HISADDR", "dial", "iface clear", "log x",
		"link * show version", "show sessions", "passwords" };
	struct draft before;

	bench_new(&b);
	b.prompt.locked = true;
	before = *b.env.conf;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		ATF_CHECK_MSG(strstr(bench_say(&b, refused[i]),
		    "Invalid command") != NULL, "%s: %s", refused[i],
		    txt_str(&b.out));
	ATF_CHECK_EQ(0, memcmp(&before, b.env.conf, sizeof(before)));
	SAYS(&b, "show version", "PPP Version 3.4.2\n");
	SAYS(&b, "passwd x", "");
	ATF_CHECK(strstr(bench_say(&b, "help"), "passwd") != NULL);
	ATF_CHECK(strstr(txt_str(&b.out), "shell") == NULL);
	b.prompt.locked = false;
	SAYS(&b, "passwd x", "passwd: Invalid command (this prompt needs no "
	    "password any more)\npasswd: Failed 1\n");
	bench_free(&b);
}

TEST(contexts)
{
	bench_new(&b);
	ATF_CHECK_EQ(1400,
	    bench_ok(&b, "link deflink set mru 1400")->ppp.mru);
	ATF_CHECK_EQ(1401, bench_ok(&b, "link * set mru 1401")->ppp.mru);
	ATF_CHECK_EQ(1402,
	    bench_ok(&b, "datalink DEFLINK,* set mru 1402")->ppp.mru);
	SAYS(&b, "link deflink set choked 5",
	    "link deflink set choked: Redundant context (deflink) "
	    "ignored\n");
	SAYS(&b, "link other set mru 1400", "link: other: Invalid link name "
	    "(one of: deflink)\nlink: Failed 1\n");
	SAYS(&b, "link deflink", "usage: link name[,name...]|* command...\n"
	    "link: Failed 2\n");
	SAYS(&b, "link deflink frob", "link deflink frob: Invalid command\n"
	    "link deflink frob: Failed 1\n");
	ATF_CHECK_EQ(1402, b.env.conf->p.ppp.mru);
	bench_free(&b);
}

TEST(links)
{
	const struct profile *p;

	bench_new(&b);
	bench_ok(&b, "set mru 1400");
	p = bench_ok(&b, "clone two,three four");
	ATF_CHECK_EQ(4, p->links);
	ATF_CHECK_STREQ("three", p->link[2].name);
	ATF_CHECK_EQ(1400, p->link[3].ppp.mru);
	/* With several a link's command needs one, the bundle's does not. */
	SAYS(&b, "set mru 1300", "set mru: No context (use the `link' "
	    "command)\n");
	SAYS(&b, "enable echo", "enable echo: No context (use the `link' "
	    "command)\n");
	p = bench_ok(&b, "link two,FOUR set mru 1300");
	ATF_CHECK_EQ(1400, p->link[0].ppp.mru);
	ATF_CHECK_EQ(1300, p->link[1].ppp.mru);
	ATF_CHECK_EQ(1400, p->link[2].ppp.mru);
	ATF_CHECK_EQ(1300, p->link[3].ppp.mru);
	bench_ok(&b, "link two enable echo");
	p = bench_ok(&b, "set authname fred");
	ATF_CHECK(p->link[1].ppp.enabled & NEG_ECHO);
	ATF_CHECK(!(p->link[0].ppp.enabled & NEG_ECHO));
	ATF_CHECK_STREQ("fred", p->ppp.authname);
	p = bench_ok(&b, "set lqrperiod 7");	/* all of them */
	ATF_CHECK_EQ(7, p->link[3].ppp.lqr_period);
	p = bench_ok(&b, "link three set lqrperiod 9");
	ATF_CHECK_EQ(9, p->link[2].ppp.lqr_period);
	ATF_CHECK_EQ(7, p->link[0].ppp.lqr_period);
	p = bench_ok(&b, "link three rename drei");
	ATF_CHECK_STREQ("drei", p->link[2].name);
	SAYS(&b, "link two rename DREI", "rename: DREI: there is a link of "
	    "that name\nlink two rename: Failed 1\n");
	p = bench_ok(&b, "link deflink remove");
	ATF_CHECK_EQ(3, p->links);
	ATF_CHECK_STREQ("two", p->name);
	ATF_CHECK_EQ(1300, p->ppp.mru);
	ATF_CHECK_STREQ("fred", p->ppp.authname);
	p = bench_ok(&b, "link drei,four remove");
	ATF_CHECK_EQ(1, p->links);
	SAYS(&b, "remove", "remove: two is the only link, and the program "
	    "would end with it\nremove: Failed 1\n");
	bench_free(&b);
}

TEST(link_names)
{
	bench_new(&b);
	SAYS(&b, "clone deflink", "clone: deflink: there is a link of that "
	    "name\nclone: Failed 1\n");
	SAYS(&b, "clone a,b,A", "clone: A: there is a link of that name\n"
	    "clone: Failed 1\n");
	ATF_CHECK_EQ(1, b.env.conf->p.links);	/* nothing half done */
	SAYS(&b, "clone *", "clone: `*' is no name for a link\n"
	    "clone: Failed 1\n");
	SAYS(&b, "clone 01234567890123456789012345678901", "clone: "
	    "01234567890123456789012345678901: a link's name is at most 31 "
	    "octets\nclone: Failed 1\n");
	SAYS(&b, "clone 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
	    "clone: 16: more than 16 links\nclone: Failed 1\n");
	SAYS(&b, "clone", "usage: clone name[,name]...\n");
	bench_free(&b);
}

TEST(help_is_the_rows)
{
	bench_new(&b);
	SAYS(&b, "help set mru", "usage: set mru [max[imum]] [octets] (c)\n"
	    "Largest packet we accept, 296 to 2048.\n");
	SAYS(&b, "? dial", "usage: dial [label...] (o)\n"
	    "Load labels, then open the link.\nAlso spelled: call\n");
	ATF_CHECK(strstr(bench_say(&b, "set ?"), "\n  mru ") != NULL);
	ATF_CHECK(strstr(bench_say(&b, "nat ?"), "\n  enable ") != NULL);
	SAYS(&b, "alias enable no", "The alias command is deprecated\n");
	bench_free(&b);
}

static const char *
load(const char *label)
{
	txt_clear(&b.out);
	txt_clear(&b.errors);
	cmd_load(&b.cx, 1, &label);
	return txt_str(&b.errors);
}

TEST(labels_are_loaded)
{
	bench_new(&b);
	bench_file("ppp.conf",
	    "default:\n set mru 1400\n set log command\n"
	    "isp:\n set device PPPoE:eth1\n set authkey geheim\n"
	    " load common\n"
	    "common:\n set authname fred\n");
	ATF_CHECK_STREQ("", load("isp"));
	ATF_CHECK_STREQ("isp", b.env.conf->p.label);
	ATF_CHECK_EQ(1400, b.env.conf->p.ppp.mru);
	ATF_CHECK_STREQ("fred", b.env.conf->p.ppp.authname);
	ATF_CHECK_EQ(LOG_BIT(LOG_COMMAND), b.env.conf->log);
	ATF_CHECK_STREQ("isp: set device PPPoE:eth1\n"
	    "isp: set authkey ********\nisp: load common\n"
	    "common: set authname fred\n", txt_str(&b.env.told));
	bench_free(&b);
}

TEST(a_faulty_label_changes_nothing)
{
	struct draft before;

	bench_new(&b);
	before = *b.env.conf;
	bench_file("ppp.conf", "isp:\n set device PPPoE:eth1\n"
	    " set mru 1400\n set mru 5000\n set authname fred\n");
	ATF_CHECK_STREQ("./ppp.conf:4: MRU 5000: too large - maximum is "
	    "2048\n./ppp.conf:4: usage: set mru [max[imum]] [octets]\n",
	    load("isp"));
	ATF_CHECK_EQ(0, memcmp(&before, b.env.conf, sizeof(before)));
	ATF_CHECK_STREQ("nix: Configuration label not found in ./ppp.conf "
	    "(it has: isp)\n", load("nix"));
	ATF_CHECK_EQ(0, memcmp(&before, b.env.conf, sizeof(before)));
	bench_free(&b);
}

TEST(load_at_a_prompt_is_whole)
{
	bench_new(&b);
	bench_file("ppp.conf", "good:\n set mru 1400\n set mtu 1300\n"
	    "bad:\n set mru 1450\n set mtu 5\n");
	bench_ok(&b, "load good");
	ATF_CHECK_STREQ("good", b.env.conf->p.label);
	ATF_CHECK_EQ(1300, b.env.conf->p.ppp.mtu);
	ATF_CHECK(strstr(bench_say(&b, "load bad"), "./ppp.conf:6: MTU 5: "
	    "too small") != NULL);
	ATF_CHECK_STREQ("good", b.env.conf->p.label);
	ATF_CHECK_EQ(1400, b.env.conf->p.ppp.mru);
	ATF_CHECK(strstr(bench_say(&b, "load good nix"), "nix: "
	    "Configuration label not found") != NULL);
	ATF_CHECK(strstr(txt_str(&b.out), "load: Failed 1") != NULL);
	bench_free(&b);
}

TEST(what_acts_is_put_off)
{
	const struct later *l;

	bench_new(&b);
	bench_file("ppp.conf", "isp:\n set device PPPoE:eth1\n"
	    " ! sh -c \"touch acted $$\"\n log a\\ b\n iface clear\n");
	ATF_CHECK_STREQ("", load("isp"));
	ATF_REQUIRE_EQ(3, b.env.conf->laters);
	l = b.env.conf->later;
	ATF_CHECK_STREQ("! sh -c \"touch acted \\$\"", l[0].text);
	ATF_CHECK_EQ(3, l[0].line);
	ATF_CHECK_STREQ("./ppp.conf", l[0].file);
	ATF_CHECK_STREQ("log \"a b\"", l[1].text);
	ATF_CHECK_STREQ("iface clear", l[2].text);
	SAYS(&b, "iface clear", "iface: nothing is running yet\n");
	bench_free(&b);
}

TEST(who_may_load)
{
	char why[512] = "";

	bench_new(&b);
	bench_file("ppp.conf",
	    "default:\n allow users nobody\n"
	    "a:\n"
	    "b:\n allow users root\n"
	    "c:\n allow users root\n allow users *\n allow modes auto ddial\n"
	    "d:\n allow users *\n allow users\n");
#define MAY(label, uid, m) \
	cmd_allowed(&b.env, label, uid, m, why, sizeof(why))
	ATF_CHECK_EQ(0, MAY("a", 65534, MODE_AUTO));
	ATF_CHECK(MAY("b", 65534, MODE_AUTO) < 0);
	ATF_CHECK_STREQ("User access denied (allow users at ./ppp.conf:5 "
	    "does not name nobody)", why);
	ATF_CHECK_EQ(0, MAY("b", 0, MODE_AUTO));
	ATF_CHECK_EQ(0, MAY("c", 65534, MODE_DDIAL));
	ATF_CHECK(MAY("c", 65534, MODE_DIRECT) < 0);
	ATF_CHECK_STREQ("Mode denied for this label (allow modes at "
	    "./ppp.conf:9 does not name direct)", why);
	ATF_CHECK(MAY("d", 65534, MODE_AUTO) < 0);
	ATF_CHECK(MAY("nix", 0, MODE_AUTO) < 0);
	ATF_CHECK_STREQ("Configuration label not found", why);
	bench_file("ppp.conf", "a:\n");
	ATF_CHECK(MAY("a", 65534, MODE_AUTO) < 0);	/* none said: root */
	bench_free(&b);
}

TEST(completion)
{
	struct txt t = { 0 };

	bench_new(&b);
	cmd_complete(&b.env, &b.prompt, "set mr", &t);
	ATF_CHECK_STREQ("mrru\nmru\n", txt_str(&t));
	txt_clear(&t);
	cmd_complete(&b.env, &b.prompt, "enable echo chap", &t);
	ATF_CHECK_STREQ("chap\nchap80nt\nchap80lm\nchap81\n", txt_str(&t));
	txt_clear(&t);
	cmd_complete(&b.env, &b.prompt, "link deflink set lqr", &t);
	ATF_CHECK_STREQ("lqrperiod\n", txt_str(&t));
	txt_free(&t);
	bench_free(&b);
}

/* Every row says what it does and how; every name is found by itself. */
static void
walk(const struct row *table)
{
	bool many;

	for (const struct row *r = table; r->name != NULL; r++) {
		ATF_CHECK_MSG(r->args != NULL && r->help != NULL &&
		    *r->help != '\0', "%s", r->name);
		ATF_CHECK_MSG(r->run != NULL || r->sub != NULL, "%s",
		    r->name);
		ATF_CHECK_EQ(r, row_find(table, r->name,
		    r->flags & ROW_LOCKED ? WHO_LOCKED : WHO_PROMPT, &many));
		if (r->sub != NULL)
			walk(r->sub);
	}
}

TEST(rows_are_whole)
{
	walk(top_rows);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, abbreviations);
	ATF_TP_ADD_TC(tp, abbreviations_below);
	ATF_TP_ADD_TC(tp, unknown_words);
	ATF_TP_ADD_TC(tp, cve_2022_0982_long_line);
	ATF_TP_ADD_TC(tp, nothing_to_show_is_said);
	ATF_TP_ADD_TC(tp, locked_prompt);
	ATF_TP_ADD_TC(tp, contexts);
	ATF_TP_ADD_TC(tp, links);
	ATF_TP_ADD_TC(tp, link_names);
	ATF_TP_ADD_TC(tp, help_is_the_rows);
	ATF_TP_ADD_TC(tp, labels_are_loaded);
	ATF_TP_ADD_TC(tp, a_faulty_label_changes_nothing);
	ATF_TP_ADD_TC(tp, load_at_a_prompt_is_whole);
	ATF_TP_ADD_TC(tp, what_acts_is_put_off);
	ATF_TP_ADD_TC(tp, who_may_load);
	ATF_TP_ADD_TC(tp, completion);
	ATF_TP_ADD_TC(tp, rows_are_whole);
	return atf_no_error();
}
