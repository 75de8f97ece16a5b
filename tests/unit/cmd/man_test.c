/* The tables in the manual page are those of the rows: scripts/man-update. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/cmd/cmdhelp.h"

#define ROWS	".\\\" rows "
#define END	".\\\" end rows\n"

static char *
page(const char *name)
{
	const char *src = getenv("PPP_SRC");
	char path[512], *text;
	FILE *f;
	size_t n;

	if (src == NULL)
		atf_tc_skip("PPP_SRC is not set");
	snprintf(path, sizeof(path), "%s/man/%s", src, name);
	f = fopen(path, "r");
	ATF_REQUIRE_MSG(f != NULL, "%s", path);
	text = calloc(1, 1 << 20);
	ATF_REQUIRE(text != NULL);
	n = fread(text, 1, (1 << 20) - 1, f);
	ATF_REQUIRE(n > 1000);
	fclose(f);
	return text;
}

/* How many tables @name has, each as the rows say. */
static int
tables(const char *file)
{
	char *text = page(file), *p = text, name[32];
	int n = 0;

	while ((p = strstr(p, ROWS)) != NULL) {
		struct txt want = { 0 };
		char *end = strstr(p, END), *body = strchr(p, '\n') + 1;

		ATF_REQUIRE(end != NULL);
		ATF_REQUIRE_EQ(1, sscanf(p + strlen(ROWS), "%31s", name));
		ATF_REQUIRE_MSG(cmd_dump(name, &want), "%s", name);
		ATF_CHECK_MSG(want.n == (size_t)(end - body) &&
		    memcmp(txt_str(&want), body, want.n) == 0,
		    "%s differs: run scripts/man-update", name);
		txt_free(&want);
		p = end;
		n++;
	}
	free(text);
	return n;
}

TEST(tables_are_the_rows)
{
	ATF_CHECK(tables("ppp.8") >= 13);
	ATF_CHECK(tables("ppp.conf.5") >= 2);
	ATF_CHECK(tables("pppctl.8") >= 1);
}

TEST(plain_list_has_all)
{
	struct txt t = { 0 };

	ATF_REQUIRE(cmd_dump(NULL, &t));
	ATF_CHECK(strstr(txt_str(&t), "\nset mru\t[max[imum]] [octets]\t")
	    != NULL);
	ATF_CHECK(strstr(txt_str(&t), "\nenable chap\t") != NULL);
	ATF_CHECK(strstr(txt_str(&t), "\nset lb interface\t") != NULL);
	ATF_CHECK(!cmd_dump("nonsense", &t));
	txt_free(&t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, tables_are_the_rows);
	ATF_TP_ADD_TC(tp, plain_list_has_all);
	return atf_no_error();
}
