/* mPlane's messages: what is understood, what is refused and in what words. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/txt.h"
#include "cmd/mplane_msg.h"

#define TEST(name, text)						\
	ATF_TC(name);							\
	ATF_TC_HEAD(name, tc) { atf_tc_set_md_var(tc, "descr", text); }	\
	ATF_TC_BODY(name, tc)

static struct mplane_msg m;
static char why[256];

static void
good(const char *text)
{
	int err = mplane_parse(&m, text, strlen(text), why, sizeof(why));

	ATF_REQUIRE_MSG(err == 0, "%s: %s", text, why);
}

static void
bad(const char *text, const char *says)
{
	why[0] = '\0';
	ATF_CHECK_MSG(mplane_parse(&m, text, strlen(text), why,
	    sizeof(why)) < 0, "%s", text);
	ATF_CHECK_MSG(strstr(why, says) != NULL, "%s: %s", text, why);
}

#define SPEC	"{\"specification\":\"measure\",\"version\":1,"
#define PING	SPEC "\"label\":\"ping-average-ip4\","

TEST(specification, "by its label; by its results, whatever the label")
{
	good(PING "\"registry\":\"/mplane/registry\",\"when\":\"now\","
	    "\"parameters\":{\"session\":\"fred\",\"destination.ip4\":"
	    "\"192.0.2.1\"}}");
	ATF_CHECK_EQ(MPLANE_SPECIFICATION, m.kind);
	ATF_CHECK_STREQ("ping-average-ip4", m.cap->label);
	ATF_CHECK_STREQ("fred", m.ask.session);
	ATF_CHECK_STREQ("192.0.2.1", m.ask.host);
	ATF_CHECK_STREQ("", m.token);
	good(SPEC "\"label\":\"mine\",\"token\":\"0f31\",\"when\":\"now + 30s"
	    " / 10s\",\"registry\":\"http://ict-mplane.eu/registry/core/\","
	    "\"results\":[\"connectivity.ip\",\"time\"],"
	    "\"parameters\":{\"session\":\"1\"}}");
	ATF_CHECK_STREQ("msla-agent-ip4", m.cap->label);
	ATF_CHECK_STREQ("mine", m.label);
	ATF_CHECK_STREQ("0f31", m.token);
	ATF_CHECK_EQ(10, m.when.span.period);
	good(SPEC "\"label\":\"udpsla-detail-ip4\",\"when\":\"now + 10s\","
	    "\"parameters\":{\"bandwidth.nominal.bps\":5000000,"
	    "\"destination.port\":\"5300\"}}");
	ATF_CHECK_EQ(5000000, m.ask.rate);
	ATF_CHECK_EQ(5300, m.ask.port);
	/* one that goes by absolute times, repeated */
	good(PING "\"when\":\"repeat 2030-01-01 ... 2030-01-02 / 1h\"}");
	ATF_CHECK(m.when.repeat);
}

TEST(notifications, "redemptions and interrupts, by token")
{
	good("{\"redemption\":\"measure\",\"version\":1,\"token\":\"abc\"}");
	ATF_CHECK_EQ(MPLANE_REDEMPTION, m.kind);
	ATF_CHECK_STREQ("abc", m.token);
	good("{\"interrupt\":\"measure\",\"token\":\"abc\",\"label\":\"x\"}");
	ATF_CHECK_EQ(MPLANE_INTERRUPT, m.kind);
	bad("{\"redemption\":\"measure\"}", "token: missing");
	bad("{\"redemption\":\"measure\",\"interrupt\":\"measure\","
	    "\"token\":\"a\"}", "neither");
}

TEST(refused, "what is wrong is said")
{
	char deep[64], big[MPLANE_TEXT + 2];

	bad("", "not JSON");
	bad("{", "not JSON");
	bad("[]", "not a JSON object");
	bad("{}", "neither a specification");
	bad("{\"capability\":\"measure\"}", "neither a specification");
	bad("{\"specification\":\"query\"}", "the verb \"measure\"");
	bad("{\"specification\":5}", "the verb \"measure\"");
	bad("{\"specification\":\"measure\",\"specification\":\"measure\"}",
	    "not JSON");
	bad("{\"specification\":\"measure\",\"version\":2}", "version");
	bad("{\"specification\":\"measure\",\"version\":-1}", "version");
	bad(SPEC "\"registry\":\"http://example.org/x\"}", "registry: ours");
	bad(SPEC "\"export\":\"mplane-https://x/\"}", "export");
	bad(SPEC "\"when\":\"now\"}", "no capability has the label");
	bad(SPEC "\"label\":\"ping\",\"when\":\"now\"}",
	    "no capability has the label \"ping\"");
	bad(SPEC "\"label\":[],\"when\":\"now\"}", "label: not a text");
	bad(SPEC "\"label\":\"\\u0007\",\"when\":\"now\"}",
	    "label: not a text");
	bad(SPEC "\"label\":\"a\\u0000b\",\"when\":\"now\"}", "not JSON");
	bad(SPEC "\"results\":[],\"when\":\"now\"}", "these results");
	bad(SPEC "\"results\":[\"time\",\"time\"],\"when\":\"now\"}",
	    "these results");
	bad(SPEC "\"results\":[1,2],\"when\":\"now\"}", "these results");
	bad(SPEC "\"results\":{},\"when\":\"now\"}", "not an array");
	bad(PING "\"parameters\":{}}", "when: missing");
	bad(PING "\"when\":\"soon\"}", "when: now, past, future");
	bad(PING "\"when\":\"now\",\"parameters\":[]}", "not an object");
	bad(PING "\"when\":\"now\",\"parameters\":{\"ttl\":3}}",
	    "no parameter \"ttl\"");
	bad(PING "\"when\":\"now\",\"parameters\":{\"session\":\"*\"}}",
	    "outside of its constraint");
	bad(PING "\"when\":\"now\",\"parameters\":{\"session\":\"\"}}",
	    "outside of its constraint");
	bad(PING "\"when\":\"now\",\"parameters\":{\"session\":[]}}",
	    "session: neither");
	bad(PING "\"when\":\"now\",\"parameters\":{\"destination.ip4\":"
	    "\"300.1.1.1\"}}", "outside of its constraint *");
	bad(PING "\"when\":\"now\",\"parameters\":{\"destination.port\":1}}",
	    "no parameter");
	bad(SPEC "\"label\":\"tcpsla-average-ip4\",\"when\":\"now\","
	    "\"parameters\":{\"destination.port\":0}}", "1 ... 65535");
	bad(PING "\"when\":\"now + 30s / 1s\"}", "of 1s is below 2s");
	bad(PING "\"when\":\"repeat now + 1h / 1s\"}", "of 1s is below 2s");
	bad(PING "\"when\":\"now + 1s\"}", "takes 2s to 3600s");
	bad(SPEC "\"label\":\"session-statistics\",\"when\":\"now + 30s\"}",
	    "wants a period");
	memset(deep, '[', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	bad(deep, "levels deep");
	good("{\"redemption\":\"measure\",\"token\":\"[[[[[[[[[[[[\"}");
	memset(big, ' ', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	bad(big, "longer than");
}

static bool
is_element(const json_t *registry, const char *name)
{
	const json_t *all = json_object_get(registry, "elements");

	for (size_t i = 0; i < json_array_size(all); i++)
		if (strcmp(name, json_string_value(json_object_get(
		    json_array_get(all, i), "name"))) == 0)
			return true;
	return false;
}

/* A specification of just that schema finds this capability. */
static void
finds_itself(const struct mplane_cap *c, json_t *cap)
{
	json_t *spec = json_pack("{s:s,s:s,s:O}", "specification", "measure",
	    "when", "now", "results", json_object_get(cap, "results"));
	char *text = json_dumps(spec, 0);

	good(text);
	ATF_CHECK_EQ_MSG(c, m.cap, "%s", c->label);
	free(text);
	json_decref(spec);
}

TEST(capabilities, "each has a schema of its own, of registered words")
{
	json_t *registry = mplane_registry(), *v;
	const char *name;

	for (const struct mplane_cap *c = mplane_caps; c->label != NULL; c++) {
		json_t *cap = mplane_capability(c, true), *p;
		struct when w;

		ATF_REQUIRE(cap != NULL);
		ATF_CHECK_EQ(c, mplane_cap(c->label));
		for (int i = 0; c->results[i] != NULL; i++)
			ATF_CHECK_MSG(is_element(registry, c->results[i]),
			    "%s", c->results[i]);
		p = json_object_get(cap, "parameters");
		json_object_foreach(p, name, v)
			ATF_CHECK_MSG(is_element(registry, name), "%s", name);
		ATF_CHECK_EQ(0, when_parse(&w, json_string_value(
		    json_object_get(cap, "when")), why, sizeof(why)));
		ATF_CHECK_STREQ(MPLANE_LINK, json_string_value(
		    json_object_get(cap, "link")));
		finds_itself(c, cap);
		json_decref(cap);
	}
	json_decref(registry);
}

TEST(answers, "receipt, result, exception")
{
	struct mplane_spec s = { .label = "l", .token = "t", .when = &m.when };
	struct measure_result r = { .begun = 1000000, .ended = 2500000,
	    .why = "" };
	json_t *v;

	good(PING "\"when\":\"now+30s/10s\",\"parameters\":{\"session\":"
	    "\"fred\"}}");
	s.cap = m.cap;
	s.ask = m.ask;
	v = mplane_receipt(&s);
	ATF_CHECK_STREQ("measure", json_string_value(json_object_get(v,
	    "receipt")));
	ATF_CHECK_STREQ("now + 30s / 10s", json_string_value(
	    json_object_get(v, "when")));
	ATF_CHECK_STREQ("fred", json_string_value(json_object_get(
	    json_object_get(v, "parameters"), "session")));
	json_decref(v);
	r.rows = json_pack("[[i,i,i,i,i,i]]", 1, 2, 3, 4, 5, 6);
	v = mplane_result(&s, &r);
	ATF_CHECK_STREQ("1970-01-01 00:00:01 ... 1970-01-01 00:00:02.500",
	    json_string_value(json_object_get(v, "when")));
	ATF_CHECK_EQ(r.rows, json_object_get(v, "resultvalues"));
	json_decref(v);
	json_decref(r.rows);
	r.why = "no such session";
	r.rows = NULL;
	v = mplane_result(&s, &r);
	ATF_CHECK_STREQ("t", json_string_value(json_object_get(v,
	    "exception")));
	ATF_CHECK_STREQ("no such session", json_string_value(
	    json_object_get(v, "message")));
	json_decref(v);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, specification);
	ATF_TP_ADD_TC(tp, notifications);
	ATF_TP_ADD_TC(tp, refused);
	ATF_TP_ADD_TC(tp, capabilities);
	ATF_TP_ADD_TC(tp, answers);
	return atf_no_error();
}
