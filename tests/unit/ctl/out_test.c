/* Tables in their four forms. */
#include <atf-c.h>

#include "ctl/out.h"

static const struct out_col cols[] = {
	{ "Name", "name", false },
	{ "Octets", "octets", true },
	{ "Note", NULL, false },
};

static struct out_table *
sample(void)
{
	struct out_table *ot = out_table_new(cols, 3);

	out_cell(ot, "fred");
	out_cell(ot, "%d", 12);
	out_cell(ot, "says \"a, b\"");
	out_cell(ot, "%s", "wilma-the-long");
	out_cell(ot, "%llu", 18446744073709ULL);
	out_cell(ot, "%s", "");
	out_cell(ot, "esc\033[1m\177");
	out_cell(ot, "none");
	out_cell(ot, "\xff");
	out_cell(ot, "half a row is not shown");
	ATF_CHECK_EQ(3, out_table_rows(ot));
	return ot;
}

static void
check(enum out_form form, const char *want)
{
	struct out_table *ot = sample();
	struct txt t = { 0 };

	out_table_put(ot, form, &t);
	ATF_CHECK_STREQ(want, txt_str(&t));
	ATF_CHECK(!t.lost);
	txt_free(&t);
	out_table_free(ot);
}

ATF_TC_WITHOUT_HEAD(text);
ATF_TC_BODY(text, tc)
{
	check(OUT_TEXT,
	    "Name                    Octets  Note\n"
	    "fred                        12  says \"a, b\"\n"
	    "wilma-the-long  18446744073709\n"
	    "esc?[1m?                  none  \xff\n");
}

/* A peer's name is whatever octets it sent. */
ATF_TC_WITHOUT_HEAD(string);
ATF_TC_BODY(string, tc)
{
	static const struct { const char *in, *out; } row[] = {
		{ "", "" }, { "fred", "fred" },
		{ "j\xc3\xb6rg", "j\xc3\xb6rg" },
		{ "j\xf6rg\n", "j?rg?" }, { "\033[1m\177", "?[1m?" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		json_t *v = out_string(row[i].in);

		ATF_REQUIRE(v != NULL);
		ATF_CHECK_STREQ(row[i].out, json_string_value(v));
		json_decref(v);
	}
}

ATF_TC_WITHOUT_HEAD(csv);
ATF_TC_BODY(csv, tc)
{
	check(OUT_CSV, "name,octets,Note\n"
	    "fred,12,\"says \"\"a, b\"\"\"\n"
	    "wilma-the-long,18446744073709,\n"
	    "esc?[1m?,none,\xff\n");
}

ATF_TC_WITHOUT_HEAD(json);
ATF_TC_BODY(json, tc)
{
	check(OUT_JSON, "["
	    "{\"name\":\"fred\",\"octets\":12,\"Note\":\"says \\\"a, b\\\"\"},"
	    "{\"name\":\"wilma-the-long\",\"octets\":18446744073709,"
	    "\"Note\":null},"
	    "{\"name\":\"esc?[1m?\",\"octets\":\"none\",\"Note\":\"?\"}]\n");
	check(OUT_JSONL,
	    "{\"name\":\"fred\",\"octets\":12,\"Note\":\"says \\\"a, b\\\"\"}\n"
	    "{\"name\":\"wilma-the-long\",\"octets\":18446744073709,"
	    "\"Note\":null}\n"
	    "{\"name\":\"esc?[1m?\",\"octets\":\"none\",\"Note\":\"?\"}\n");
}

ATF_TC_WITHOUT_HEAD(empty);
ATF_TC_BODY(empty, tc)
{
	struct out_table *ot = out_table_new(cols, 3);
	struct txt t = { 0 };

	out_table_put(ot, OUT_TEXT, &t);
	ATF_CHECK_STREQ("Name  Octets  Note\n", txt_str(&t));
	txt_clear(&t);
	out_table_put(ot, OUT_JSON, &t);
	ATF_CHECK_STREQ("[]\n", txt_str(&t));
	txt_clear(&t);
	out_table_put(ot, OUT_JSONL, &t);
	ATF_CHECK_STREQ("", txt_str(&t));
	txt_clear(&t);
	out_table_put(ot, OUT_CSV, &t);
	ATF_CHECK_STREQ("name,octets,Note\n", txt_str(&t));
	out_table_free(ot);
	out_table_put(NULL, OUT_TEXT, &t);
	ATF_CHECK(t.lost);
	txt_free(&t);
}

ATF_TC_WITHOUT_HEAD(values);
ATF_TC_BODY(values, tc)
{
	json_t *v = json_pack("{s:i, s:[s,b]}", "n", 1, "list", "x", 1);
	struct txt t = { 0 };

	out_json(&t, v, false);
	ATF_CHECK_STREQ("{\"n\":1,\"list\":[\"x\",true]}\n", txt_str(&t));
	txt_clear(&t);
	out_json(&t, v, true);
	ATF_CHECK_STREQ("{\n  \"n\": 1,\n  \"list\": [\n    \"x\",\n"
	    "    true\n  ]\n}\n", txt_str(&t));
	ATF_CHECK(!t.lost);
	out_json(&t, NULL, false);
	ATF_CHECK(t.lost);
	json_decref(v);
	txt_free(&t);
	ATF_CHECK_EQ(OUT_JSONL, out_form_find("jsonl"));
	ATF_CHECK_EQ(-1, out_form_find("xml"));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, text);
	ATF_TP_ADD_TC(tp, string);
	ATF_TP_ADD_TC(tp, csv);
	ATF_TP_ADD_TC(tp, json);
	ATF_TP_ADD_TC(tp, empty);
	ATF_TP_ADD_TC(tp, values);
	return atf_no_error();
}
