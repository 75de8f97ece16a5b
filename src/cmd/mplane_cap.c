/* What can be measured, and the words for it. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "cmd/mplane_msg.h"
#include "cmd/version.h"
#include "ctl/out.h"
#include "lang/value.h"

#define DELAY		"delay.twoway.icmp"
#define TCP_DOWN	"mSLA.tcpBandwidth.download.iperf"
#define TCP_UP		"mSLA.tcpBandwidth.upload.iperf"
#define UDP_DOWN	"mSLA.udpCapacity.download.iperf"
#define UDP_UP		"mSLA.udpCapacity.upload.iperf"

#define SPREAD(name)	name ".min", name ".mean", name ".max"
#define PING_COLUMNS	SPREAD(DELAY ".us"), DELAY ".us.stdev",		\
			DELAY ".count", "packets.lost"
#define TCP_COLUMNS	SPREAD(TCP_DOWN), SPREAD(TCP_UP)
#define UDP_COLUMNS							\
	SPREAD(UDP_DOWN), UDP_DOWN ".jitter", UDP_DOWN ".error",	\
	SPREAD(UDP_UP), UDP_UP ".jitter", UDP_UP ".error"
#define LINE_COLUMNS							\
	"time", "session", "duration.s", "packets.sent", "packets.lost", \
	"rtt.us.min", "rtt.us.25pct", "rtt.us.50pct", "rtt.us.75pct",	\
	"rtt.us.max", "rtt.us.mdev", "rtt.us.jitter"

#define LIST(...)	(const char *const[]){ __VA_ARGS__, NULL }

#define PING_TO		(MP_BIT(MP_SESSION) | MP_BIT(MP_HOST))
#define TCP_TO		(PING_TO | MP_BIT(MP_PORT))
#define UDP_TO		(TCP_TO | MP_BIT(MP_RATE))

#define TEST(name, to, secs, what, columns, text)			\
	.label = (name), .params = (to), .period = (secs),		\
	.results = (columns), .source = MPLANE_TEST, .parts = (what),	\
	.algorithm = (text)

const struct mplane_cap mplane_caps[] = {
	{ TEST("ping-average-ip4", PING_TO, 2, SLA_PING, LIST(PING_COLUMNS),
	  "ICMP echo through the session") },
	{ TEST("ping-detail-ip4", PING_TO, 2, SLA_PING, LIST(DELAY ".us"),
	  "ICMP echo through the session"), .detail = true },
	{ TEST("tcpsla-average-ip4", TCP_TO, 5, SLA_TCP, LIST(TCP_COLUMNS),
	  "iperf3 through the session") },
	{ TEST("tcpsla-detail-ip4", TCP_TO, 5, SLA_TCP,
	  LIST(TCP_DOWN, TCP_UP), "iperf3 through the session"),
	  .detail = true },
	{ TEST("udpsla-average-ip4", UDP_TO, 5, SLA_UDP, LIST(UDP_COLUMNS),
	  "iperf3 through the session") },
	{ TEST("udpsla-detail-ip4", UDP_TO, 5, SLA_UDP,
	  LIST(UDP_DOWN, UDP_UP), "iperf3 through the session"),
	  .detail = true },
	{ TEST("msla-average-ip4", UDP_TO, 6, SLA_ALL,
	  LIST(PING_COLUMNS, TCP_COLUMNS, UDP_COLUMNS),
	  "ICMP echo and iperf3 through the session") },
	{ TEST("msla-detail-ip4", UDP_TO, 6, SLA_ALL,
	  LIST(DELAY ".us", TCP_DOWN, TCP_UP, UDP_DOWN, UDP_UP),
	  "ICMP echo and iperf3 through the session"), .detail = true },
	{ .label = "msla-agent-ip4", .params = MP_BIT(MP_SESSION),
	  .period = 1, .results = LIST("time", "connectivity.ip"),
	  .source = MPLANE_PRESENCE, .algorithm = "PPP network phase" },
	{ .label = "session-statistics", .params = MP_BIT(MP_SESSION),
	  .period = 1, .results = LIST("time", "session", "octets.ip.in",
	  "octets.ip.out", "packets.ip.in", "packets.ip.out", "duration.s"),
	  .source = MPLANE_SESSIONS, .algorithm = "session counters" },
	{ .label = "echo-average", .params = MP_BIT(MP_SESSION),
	  .period = 1, .results = LIST(LINE_COLUMNS),
	  .source = MPLANE_ECHO, .algorithm = "LCP echo (set quality)" },
	{ .label = "echo-detail", .params = MP_BIT(MP_SESSION),
	  .period = 1, .results = LIST(LINE_COLUMNS, "series.age"),
	  .source = MPLANE_ECHO_COURSE, .algorithm =
	  "LCP echo (set quality)" },
	{ .label = NULL }
};

const struct mplane_cap *
mplane_cap(const char *label)
{
	for (const struct mplane_cap *c = mplane_caps; c->label != NULL; c++)
		if (strcmp(c->label, label) == 0)
			return c;
	return NULL;
}

/* ---- parameters ---- */

static const struct {
	const char *name, *constraint;
} params[MP_PARAMS] = {
	[MP_SESSION] = { "session", "*" },
	[MP_HOST] = { "destination.ip4", "*" },
	[MP_PORT] = { "destination.port", "1 ... 65535" },
	[MP_RATE] = { "bandwidth.nominal.bps", "1000 ... 1000000000000" },
};

static int
outside(enum mplane_param p, const char *value, char *why, size_t n)
{
	snprintf(why, n, "%s: \"%.60s\" is outside of its constraint %s",
	    params[p].name, value, params[p].constraint);
	return -E_RANGE;
}

static int
set(struct mplane_ask *q, const struct mplane_cap *cap, enum mplane_param p,
    const char *v, char *why, size_t n)
{
	struct in_addr in;
	uint32_t num;

	switch (p) {
	case MP_SESSION:
		if (v[0] == '\0' || strlen(v) >= sizeof(q->session) ||
		    (strcmp(v, "*") == 0 && cap->source != MPLANE_SESSIONS &&
		    cap->source != MPLANE_ECHO))
			return outside(p, v, why, n);
		strcpy(q->session, v);
		return 0;
	case MP_HOST:
		if (inet_pton(AF_INET, v, &in) != 1)
			return outside(p, v, why, n);
		inet_ntop(AF_INET, &in, q->host, sizeof(q->host));
		return 0;
	case MP_PORT:
		if (val_num(v, 1, 65535, &num) < 0)
			return outside(p, v, why, n);
		q->port = (uint16_t)num;
		return 0;
	default:
		return val_rate(v, 1000, UINT64_C(1000000000000),
		    &q->rate) < 0 ? outside(p, v, why, n) : 0;
	}
}

int
mplane_set(struct mplane_ask *q, const struct mplane_cap *cap,
    const char *name, const char *value, char *why, size_t n)
{
	for (int p = 0; p < MP_PARAMS; p++)
		if (strcmp(params[p].name, name) == 0 &&
		    cap->params & MP_BIT(p))
			return set(q, cap, (enum mplane_param)p, value, why,
			    n);
	snprintf(why, n, "%s has no parameter \"%.60s\"", cap->label, name);
	return -E_UNKNOWN;
}

/* ---- times ---- */

static int
check_period(const struct mplane_cap *cap, const struct when_span *s,
    const char *what, char *why, size_t n)
{
	if (s->period == 0 || s->period >= cap->period)
		return 0;
	snprintf(why, n, "%s: %s of %us is below %us", cap->label, what,
	    s->period, cap->period);
	return -E_RANGE;
}

int
mplane_when(const struct mplane_cap *cap, const struct when *w, char *why,
    size_t n)
{
	const struct when_span *s = w->repeat ? &w->each : &w->span;

	if (check_period(cap, s, "a period", why, n) < 0 ||
	    check_period(cap, &w->span, "a period", why, n) < 0)
		return -E_RANGE;
	if (s->shape == WHEN_POINT || s->period != 0)
		return 0;
	if (cap->source != MPLANE_TEST) {
		snprintf(why, n, "%s: a duration wants a period, like now + "
		    "30s / 10s", cap->label);
		return -E_RANGE;
	}
	if (s->shape == WHEN_LASTING && (s->secs < cap->period ||
	    s->secs > SLA_SECS_MAX)) {
		snprintf(why, n, "%s: a test takes %us to %us, not %us",
		    cap->label, cap->period, SLA_SECS_MAX, s->secs);
		return -E_RANGE;
	}
	return 0;
}

/* ---- the registry ---- */

#define NAT	"natural"
#define REAL	"real"
#define MORE(name, prim, what)						\
	{ name ".min", prim, what ", the least" },			\
	{ name ".mean", prim, what ", the mean" },			\
	{ name ".max", prim, what ", the most" }
#define MBIT(name, what)						\
	{ name, REAL, what ", Mbit/s, of one step; -1: unknown" },	\
	MORE(name, REAL, what ", Mbit/s; -1: unknown")
#define UDP(name, what)							\
	MBIT(name, what),						\
	{ name ".jitter", REAL, what ": jitter, microseconds" },	\
	{ name ".error", REAL, what ": datagrams lost, percent" }

static const struct {
	const char *name, *prim, *desc;
} elements[] = {
	{ "session", "string", "a PPP session: its user's name, MAC address, "
	  "IP address or Session-ID; * : all of them" },
	{ "destination.ip4", "address", "where the test goes to; left out: "
	  "the other end of the session" },
	{ "destination.port", NAT, "port of the iperf3 server; left out: "
	  "5201" },
	{ "bandwidth.nominal.bps", NAT, "rate of UDP, bits a second; left "
	  "out: half of what TCP reached, or 10 Mbit/s" },
	{ "time", "time", "when it was looked at, UTC" },
	{ "duration.s", NAT, "how long the session has been up, or what a "
	  "row of a series is about, seconds" },
	{ DELAY ".us", NAT, "ICMP echo and its answer, microseconds; -1: "
	  "no answer" },
	MORE(DELAY ".us", NAT, "ICMP echo and its answer, microseconds"),
	{ DELAY ".us.stdev", NAT, "standard deviation, microseconds" },
	{ DELAY ".count", NAT, "answers that came" },
	{ "packets.sent", NAT, "probes sent" },
	{ "packets.lost", NAT, "probes without an answer" },
	MBIT(TCP_DOWN, "TCP to the subscriber"),
	MBIT(TCP_UP, "TCP from the subscriber"),
	UDP(UDP_DOWN, "UDP to the subscriber"),
	UDP(UDP_UP, "UDP from the subscriber"),
	{ "connectivity.ip", "boolean", "the session is up and has IP" },
	{ "octets.ip.in", NAT, "octets of IP from the peer" },
	{ "octets.ip.out", NAT, "octets of IP to the peer" },
	{ "packets.ip.in", NAT, "packets of IP from the peer" },
	{ "packets.ip.out", NAT, "packets of IP to the peer" },
	{ "rtt.us.min", NAT, "LCP echo, microseconds: the least; -1: none" },
	{ "rtt.us.25pct", NAT, "LCP echo: first quartile" },
	{ "rtt.us.50pct", NAT, "LCP echo: median" },
	{ "rtt.us.75pct", NAT, "LCP echo: third quartile" },
	{ "rtt.us.max", NAT, "LCP echo: the most" },
	{ "rtt.us.mdev", NAT, "LCP echo: mean deviation" },
	{ "rtt.us.jitter", NAT, "LCP echo: mean difference of one from the "
	  "next" },
	{ "series.age", NAT, "0: rows of single steps; 1, 2: coarser ones" },
	{ "measurement.identifier", "string", "what measured" },
	{ "measurement.algorithm", "string", "by what means" },
};

json_t *
mplane_registry(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		json_array_append_new(all, json_pack("{s:s,s:s,s:s}", "name",
		    elements[i].name, "prim", elements[i].prim, "desc",
		    elements[i].desc));
	return json_pack("{s:s,s:s,s:i,s:[],s:o}", "registry-format",
	    "mplane-0", "registry-uri", MPLANE_REGISTRY, "registry-revision",
	    0, "includes", "elements", all);
}

/* ---- capabilities as messages ---- */

static json_t *
columns(const struct mplane_cap *cap)
{
	json_t *v = json_array();

	for (int i = 0; cap->results[i] != NULL; i++)
		json_array_append_new(v, json_string(cap->results[i]));
	return v;
}

static json_t *
metadata(const struct mplane_cap *cap)
{
	return json_pack("{s:s,s:s}", "measurement.identifier", "ppp "
	    PPP_VERSION, "measurement.algorithm", cap->algorithm);
}

json_t *
mplane_capability(const struct mplane_cap *cap, bool link)
{
	json_t *constraints = json_object(), *v;
	char when[64], every[WHEN_DURATION];

	for (int p = 0; p < MP_PARAMS; p++)
		if (cap->params & MP_BIT(p))
			json_object_set_new(constraints, params[p].name,
			    json_string(params[p].constraint));
	snprintf(when, sizeof(when), "now ... future / %s",
	    when_duration_text(cap->period, every));
	v = json_pack("{s:s,s:i,s:s,s:s,s:s,s:o,s:o,s:o}", "capability",
	    "measure", "version", MPLANE_VERSION, "registry",
	    MPLANE_REGISTRY, "label", cap->label, "when", when, "parameters",
	    constraints, "metadata", metadata(cap), "results", columns(cap));
	if (link)
		json_object_set_new(v, "link", json_string(MPLANE_LINK));
	return v;
}

json_t *
mplane_envelope(const char *of, json_t *contents, const char *token)
{
	json_t *v = json_pack("{s:s,s:i,s:o}", "envelope", of, "version",
	    MPLANE_VERSION, "contents", contents);

	if (token != NULL)
		json_object_set_new(v, "token", json_string(token));
	return v;
}

json_t *
mplane_capabilities(bool link)
{
	json_t *all = json_array();

	for (const struct mplane_cap *c = mplane_caps; c->label != NULL; c++)
		json_array_append_new(all, mplane_capability(c, link));
	return mplane_envelope("capability", all, NULL);
}

/* ---- what comes of a specification ---- */

static json_t *
values(const struct mplane_spec *s)
{
	const struct mplane_ask *q = &s->ask;
	json_t *v = json_object();

	if (q->session[0] != '\0')
		json_object_set_new(v, params[MP_SESSION].name,
		    out_string(q->session));
	if (q->host[0] != '\0')
		json_object_set_new(v, params[MP_HOST].name,
		    out_string(q->host));
	if (q->port != 0)
		json_object_set_new(v, params[MP_PORT].name,
		    json_integer(q->port));
	if (q->rate != 0)
		json_object_set_new(v, params[MP_RATE].name,
		    json_integer((json_int_t)q->rate));
	return v;
}

static json_t *
statement(const char *kind, const struct mplane_spec *s, const char *when)
{
	return json_pack("{s:s,s:i,s:s,s:s,s:s,s:s,s:o,s:o,s:o}", kind,
	    "measure", "version", MPLANE_VERSION, "registry",
	    MPLANE_REGISTRY, "label", s->label, "token", s->token, "when",
	    when, "parameters", values(s), "metadata", metadata(s->cap),
	    "results", columns(s->cap));
}

json_t *
mplane_receipt(const struct mplane_spec *s)
{
	char when[WHEN_TEXT];

	return statement("receipt", s, when_text(s->when, when));
}

json_t *
mplane_result(const struct mplane_spec *s, const struct measure_result *r)
{
	char a[WHEN_TIME], b[WHEN_TIME], when[WHEN_TEXT];
	json_t *v;

	if (r->why[0] != '\0')
		return mplane_exception(s->token, r->why);
	snprintf(when, sizeof(when), "%s ... %s", when_time_text(r->begun,
	    a), when_time_text(r->ended, b));
	v = statement("result", s, when);
	json_object_set(v, "resultvalues", r->rows);
	return v;
}

json_t *
mplane_exception(const char *token, const char *message)
{
	return json_pack("{s:s,s:i,s:o}", "exception", token != NULL ? token :
	    "", "version", MPLANE_VERSION, "message", out_string(message));
}
