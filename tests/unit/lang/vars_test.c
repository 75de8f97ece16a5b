/* HISADDR and its kind: whole words, with case, `\` protects. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "lang/vars.h"

static void
value(enum var v, struct txt *out, void *arg)
{
	(void)arg;
	txt_put(out, "<%s>", var_name(v));
}

static const char *
expand(const char *in)
{
	static struct txt t;

	txt_clear(&t);
	vars_expand(in, value, NULL, &t);
	return txt_str(&t);
}

ATF_TC_WITHOUT_HEAD(replaced);
ATF_TC_BODY(replaced, tc)
{
	ATF_CHECK_STREQ("<HISADDR>", expand("HISADDR"));
	ATF_CHECK_STREQ("/tmp/<LABEL>.log", expand("/tmp/LABEL.log"));
	ATF_CHECK_STREQ("<MYADDR>-<MYADDR6>", expand("MYADDR-MYADDR6"));
	ATF_CHECK_STREQ("a <DNS0> b <DNS0>", expand("a DNS0 b DNS0"));
	ATF_CHECK_STREQ("user-ppp <VERSION>", expand("user-ppp VERSION"));
}

ATF_TC_WITHOUT_HEAD(not_replaced);
ATF_TC_BODY(not_replaced, tc)
{
	ATF_CHECK_STREQ("HISADDRESS", expand("HISADDRESS"));
	ATF_CHECK_STREQ("MY_HISADDR", expand("MY_HISADDR"));
	ATF_CHECK_STREQ("hisaddr", expand("hisaddr"));
	ATF_CHECK_STREQ("COMPILATIONDATE", expand("COMPILATIONDATE"));
	ATF_CHECK_STREQ("HISADDR", expand("\\HISADDR"));
	ATF_CHECK_STREQ("\\x \\\\", expand("\\x \\\\"));
	ATF_CHECK_STREQ("", expand(""));
}

ATF_TC_WITHOUT_HEAD(all_have_names);
ATF_TC_BODY(all_have_names, tc)
{
	for (int v = 0; v < VARS; v++) {
		char want[64];

		snprintf(want, sizeof(want), "<%s>", var_name((enum var)v));
		ATF_CHECK_STREQ(want, expand(var_name((enum var)v)));
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, replaced);
	ATF_TP_ADD_TC(tp, not_replaced);
	ATF_TP_ADD_TC(tp, all_have_names);
	return atf_no_error();
}
