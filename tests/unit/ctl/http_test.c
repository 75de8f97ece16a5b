/* What clients of `set http' say: addresses, Host, Authorization, queries. */
#include <atf-c.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "ctl/http.h"

ATF_TC_WITHOUT_HEAD(place);
ATF_TC_BODY(place, tc)
{
	static const struct {
		const char *text, *mask;
		int	 err;
		uint8_t	 family;
		uint16_t port;
		bool	 near;
	} row[] = {
		{ "9100", NULL, 0, AF_INET, 9100, true },
		{ "127.0.0.1:80", NULL, 0, AF_INET, 80, true },
		{ "192.0.2.1:65535", NULL, 0, AF_INET, 65535, false },
		{ "0.0.0.0:80", NULL, 0, AF_INET, 80, false },
		{ "[::1]:80", NULL, 0, AF_INET6, 80, true },
		{ "[2001:db8::1]:80", NULL, 0, AF_INET6, 80, false },
		{ "[::]:80", NULL, 0, AF_INET6, 80, false },
		{ "/run/ppp.http", NULL, 0, 0, 0, true },
		{ "/run/ppp.http", "0117", 0, 0, 0, true },
		{ "/run/ppp.http", "888", -E_RANGE, 0, 0, true },
		{ "80", "0117", -E_FORMAT, 0, 0, true },
		{ "", NULL, -E_UNKNOWN, 0, 0, true },
		{ ":", NULL, -E_UNKNOWN, 0, 0, true },
		{ ":80", NULL, -E_UNKNOWN, 0, 0, true },
		{ "0", NULL, -E_UNKNOWN, 0, 0, true },
		{ "65536", NULL, -E_UNKNOWN, 0, 0, true },
		{ "123456", NULL, -E_UNKNOWN, 0, 0, true },
		{ "80x", NULL, -E_UNKNOWN, 0, 0, true },
		{ "localhost:80", NULL, -E_UNKNOWN, 0, 0, true },
		{ "::1:80", NULL, -E_UNKNOWN, 0, 0, true },
		{ "[::1]80", NULL, -E_UNKNOWN, 0, 0, true },
		{ "[127.0.0.1]:80", NULL, -E_UNKNOWN, 0, 0, true },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct http_conf c;
		char why[128] = "";
		int err = http_parse(&c, row[i].text, "", row[i].mask, 0, why,
		    sizeof(why));

		ATF_CHECK_EQ_MSG(row[i].err, err, "%s: %d", row[i].text, err);
		if (err < 0) {
			ATF_CHECK(err == -E_FORMAT || why[0] != '\0');
			continue;
		}
		ATF_CHECK_EQ_MSG(row[i].family, c.family, "%s",
		    row[i].text);
		ATF_CHECK_EQ(row[i].port, c.port);
		ATF_CHECK_EQ_MSG(row[i].near, http_is_near(&c), "%s",
		    row[i].text);
	}
}

ATF_TC_WITHOUT_HEAD(long_words);
ATF_TC_BODY(long_words, tc)
{
	char word[300], why[128] = "";
	struct http_conf c;

	memset(word, 'x', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	ATF_CHECK_EQ(-E_RANGE, http_parse(&c, "80", word, NULL, 0, why,
	    sizeof(why)));
	word[0] = '/';
	ATF_CHECK_EQ(-E_RANGE, http_parse(&c, word, "", NULL, 0, why,
	    sizeof(why)));
	word[PROMPT_PASSWORD] = '\0';
	ATF_CHECK_EQ(0, http_parse(&c, "/run/ppp%d.http", word, NULL, 7, why,
	    sizeof(why)));
	ATF_CHECK_STREQ("/run/ppp7.http", c.path);
	ATF_CHECK_STREQ(word, c.password);
}

ATF_TC_WITHOUT_HEAD(host);
ATF_TC_BODY(host, tc)
{
	static const char *const good[] = { "localhost", "LOCALHOST:9100",
	    "127.0.0.1", "192.0.2.1:80", "[::1]", "[2001:db8::1]:9100",
	    "gw", "GW:9100", "gw.example.net", "gw.example.net:1" };
	static const char *const bad[] = { "", ":", ":80", "evil.example",
	    "gw.evil.example", "localhost.evil.example", "localhost:",
	    "localhost:x", "localhost:0", "localhost:80:80", "[::1",
	    "[::1]x", "[::1]:", "::1", "127.0.0.1.evil.example", "[]",
	    "gw.", "g", "127.0.0.1@evil.example", "[127.0.0.1]", "]" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ATF_CHECK_MSG(http_host_ok(good[i], "gw.example.net"), "%s",
		    good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_MSG(!http_host_ok(bad[i], "gw.example.net"), "%s",
		    bad[i]);
	ATF_CHECK(!http_host_ok("x", ""));
	ATF_CHECK(!http_host_ok("", ""));
}

ATF_TC_WITHOUT_HEAD(password);
ATF_TC_BODY(password, tc)
{
	char big[1200] = "Basic ";

	/* "x:secret", ":secret", "a:b:c" */
	ATF_CHECK(http_auth_ok("Basic eDpzZWNyZXQ=", "secret"));
	ATF_CHECK(http_auth_ok("basic   OnNlY3JldA==", "secret"));
	ATF_CHECK(http_auth_ok("Basic YTpiOmM=", "b:c"));
	ATF_CHECK(!http_auth_ok("Basic eDpzZWNyZXQ=", "secre"));
	ATF_CHECK(!http_auth_ok("Basic eDpzZWNyZXQ=", "secret1"));
	ATF_CHECK(!http_auth_ok("Basic eDpzZWNyZXQ=", "Secret"));
	ATF_CHECK(!http_auth_ok("Basic eDpzZWNyZXQ", "secret"));
	ATF_CHECK(!http_auth_ok("Basic eDpzZWNyZXQ= ", "secret"));
	ATF_CHECK(!http_auth_ok("Basic eDpz=WNyZXQ=", "secret"));
	ATF_CHECK(!http_auth_ok("Basic ====", ""));
	ATF_CHECK(!http_auth_ok("Basic ", ""));
	ATF_CHECK(!http_auth_ok("Basic", "secret"));
	ATF_CHECK(!http_auth_ok("Bearer eDpzZWNyZXQ=", "secret"));
	ATF_CHECK(!http_auth_ok("", "secret"));
	ATF_CHECK(!http_auth_ok(NULL, ""));
	memset(big + 6, 'A', sizeof(big) - 8);
	ATF_CHECK(!http_auth_ok(big, "secret"));
}

ATF_TC_WITHOUT_HEAD(query);
ATF_TC_BODY(query, tc)
{
	char v[8];

	ATF_CHECK(http_query("q=fred", "q", v, sizeof(v)));
	ATF_CHECK_STREQ("fred", v);
	ATF_CHECK(http_query("a=1&q=8a%3A6A+%2b&q=2", "q", v, sizeof(v)));
	ATF_CHECK_STREQ("8a:6A +", v);
	ATF_CHECK(http_query("q=", "q", v, sizeof(v)));
	ATF_CHECK_STREQ("", v);
	ATF_CHECK(http_query("q=1234567", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=12345678", "q", v, sizeof(v)));
	ATF_CHECK(!http_query(NULL, "q", v, sizeof(v)));
	ATF_CHECK(!http_query("", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("qq=1", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("&&=&x=q=1", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%4", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%4&x", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%zz", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%00", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%0a", "q", v, sizeof(v)));
	ATF_CHECK(!http_query("q=%7f", "q", v, sizeof(v)));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, place);
	ATF_TP_ADD_TC(tp, long_words);
	ATF_TP_ADD_TC(tp, host);
	ATF_TP_ADD_TC(tp, password);
	ATF_TP_ADD_TC(tp, query);
	return atf_no_error();
}
