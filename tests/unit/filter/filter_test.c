/* The filters: the language of `set filter`, and which packets pass. */
#include <atf-c.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "filter/urgent.h"
#include "lang/lex.h"
#include "wire/wr.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

#define TCP	6
#define UDP	17
#define ICMP	1

static struct filter_conf conf;
static struct filters made;
static struct filter_env env;
static char why[200];

static int
proto(const char *name)
{
	return strcmp(name, "sctp") == 0 ? 132 : -E_UNKNOWN;
}

static int
service(const char *name, const char *of)
{
	if (strcmp(name, "smtp") == 0)
		return 25;
	return strcmp(name, "talk") == 0 && strcmp(of, "udp") == 0 ? 517 :
	    -E_UNKNOWN;
}

static int
host(void *arg, const char *name, uint32_t *addr)
{
	(void)arg;
	*addr = 0xc0000201;		/* 192.0.2.1 */
	return strcmp(name, "www") == 0 ? 0 : -E_UNKNOWN;
}

static int
parse(const char *line, struct filter_line *out)
{
	const struct filter_names nm = { proto, service, host, NULL };
	struct words w;

	ATF_REQUIRE_EQ(0, lex_split(line, &w));
	return filter_parse(&nm, w.w, w.n, out, why, sizeof(why));
}

/* The words behind `set filter`; ready at once. */
static void
set(const char *line)
{
	struct filter_line l;

	ATF_REQUIRE_EQ_MSG(0, parse(line, &l), "%s: %s", line, why);
	if (l.rule < 0)
		memset(conf.rule[l.name], 0, sizeof(conf.rule[l.name]));
	else
		conf.rule[l.name][l.rule] = l.r;
	filters_make(&made, &conf);
}

static void
fresh(void)
{
	memset(&conf, 0, sizeof(conf));
	memset(&env, 0, sizeof(env));
	filters_make(&made, &conf);
}

/* ---- packets ---- */

static uint8_t ip[200];
static size_t ip_len;

static void
packet4(const char *src, const char *dst, uint8_t p, uint16_t frag,
    const void *body, size_t n)
{
	struct wr w = wr_of(ip, sizeof(ip));
	struct in_addr a, b;

	ATF_REQUIRE_EQ(1, inet_pton(AF_INET, src, &a));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET, dst, &b));
	wr_u16(&w, 0x4500);
	wr_u16(&w, (uint16_t)(20 + n));
	wr_u16(&w, 0);
	wr_u16(&w, frag);
	wr_u16(&w, (uint16_t)(64 << 8 | p));
	wr_u16(&w, 0);
	wr_put(&w, &a, 4);
	wr_put(&w, &b, 4);
	wr_put(&w, body, n);
	ip_len = wr_size(&w);
}

static void
packet6(const char *src, const char *dst, uint8_t p, const void *body,
    size_t n)
{
	struct wr w = wr_of(ip, sizeof(ip));
	struct in6_addr a, b;

	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, src, &a));
	ATF_REQUIRE_EQ(1, inet_pton(AF_INET6, dst, &b));
	wr_u32(&w, 0x60000000);
	wr_u16(&w, (uint16_t)n);
	wr_u16(&w, (uint16_t)(p << 8 | 64));
	wr_put(&w, &a, 16);
	wr_put(&w, &b, 16);
	wr_put(&w, body, n);
	ip_len = wr_size(&w);
}

static const void *
l4(uint16_t from, uint16_t to, uint8_t flags)
{
	static uint8_t h[20];
	struct wr w = wr_of(h, sizeof(h));

	memset(h, 0, sizeof(h));
	wr_u16(&w, from);
	wr_u16(&w, to);
	h[12] = 5 << 4;
	h[13] = flags;
	return h;
}

static void
tcp(const char *src, uint16_t sport, const char *dst, uint16_t dport,
    uint8_t flags)
{
	if (strchr(src, ':') != NULL)
		packet6(src, dst, TCP, l4(sport, dport, flags), 20);
	else
		packet4(src, dst, TCP, 0, l4(sport, dport, flags), 20);
}

static void
udp(const char *src, uint16_t sport, const char *dst, uint16_t dport)
{
	if (strchr(src, ':') != NULL)
		packet6(src, dst, UDP, l4(sport, dport, 0), 8);
	else
		packet4(src, dst, UDP, 0, l4(sport, dport, 0), 8);
}

static void
icmp(uint8_t type)
{
	uint8_t h[8] = { type };

	packet4("10.0.0.1", "10.0.0.2", ICMP, 0, h, sizeof(h));
}

static struct filter_verdict
verdict(enum filter_name f)
{
	struct filter_pkt p;

	filter_look(ip, ip_len, false, &p);
	return filter_eval(&made.f[f], &p, &env);
}

static bool
pass(enum filter_name f)
{
	return verdict(f).pass;
}

/* ---- the examples of the reference, 7.1.5 ---- */

TEST(netbios_does_not_dial)
{
	fresh();
	set("dial 0 deny udp src eq 137");
	set("dial 1 permit 0/0 0/0");
	udp("10.0.0.1", 137, "10.0.0.2", 137);
	ATF_CHECK(!pass(FILTER_DIAL));
	udp("10.0.0.1", 138, "10.0.0.2", 137);
	ATF_CHECK(pass(FILTER_DIAL));
	tcp("10.0.0.1", 137, "10.0.0.2", 137, 2);
	ATF_CHECK(pass(FILTER_DIAL));
}

TEST(ssh_and_answers)
{
	fresh();
	set("in 0 permit 10.0.0.0/8 0/0 tcp dst eq 22");
	set("in 1 permit 0/0 0/0 tcp estab");
	set("in 2 deny 0/0 0/0");
	tcp("10.9.9.9", 4000, "192.0.2.1", 22, 2);
	ATF_CHECK(pass(FILTER_IN));
	tcp("11.9.9.9", 4000, "192.0.2.1", 22, 2);
	ATF_CHECK(!pass(FILTER_IN));
	ATF_CHECK_EQ(2, verdict(FILTER_IN).rule);
	tcp("11.9.9.9", 4000, "192.0.2.1", 22, 0x10);
	ATF_CHECK(pass(FILTER_IN));
	ATF_CHECK_EQ(1, verdict(FILTER_IN).rule);
	tcp("10.9.9.9", 4000, "192.0.2.1", 23, 2);
	ATF_CHECK(!pass(FILTER_IN));
	udp("10.9.9.9", 4000, "192.0.2.1", 22);
	ATF_CHECK(!pass(FILTER_IN));
	ATF_CHECK(pass(FILTER_OUT));	/* empty */
}

TEST(ping_holds_no_line)
{
	fresh();
	set("alive 0 deny icmp");
	set("alive 1 permit 0/0 0/0");
	icmp(8);
	ATF_CHECK(!pass(FILTER_ALIVE));
	udp("10.0.0.1", 1, "10.0.0.2", 2);
	ATF_CHECK(pass(FILTER_ALIVE));
	fresh();
	set("alive 0 permit tcp");
	ATF_CHECK(!pass(FILTER_ALIVE));
	tcp("10.0.0.1", 1, "10.0.0.2", 2, 0);
	ATF_CHECK(pass(FILTER_ALIVE));
	tcp("fe80::1", 1, "fe80::2", 2, 0);
	ATF_CHECK(pass(FILTER_ALIVE));
}

TEST(inversion)
{
	fresh();
	set("out 0 3 0/0 0/0");
	set("out 3 permit ! 10.0.0.0/8 0/0");
	udp("10.1.2.3", 1, "10.0.0.2", 2);
	ATF_CHECK(!pass(FILTER_OUT));
	udp("11.1.2.3", 1, "10.0.0.2", 2);
	ATF_CHECK(pass(FILTER_OUT));
	fresh();
	set("out 0 deny ! 10.7.0.0/16 192.0.2.1");
	set("out 1 permit");
	udp("10.7.1.1", 1, "192.0.2.1", 2);
	ATF_CHECK(pass(FILTER_OUT));
	udp("10.7.1.1", 1, "192.0.2.2", 2);
	ATF_CHECK(!pass(FILTER_OUT));
	udp("10.8.1.1", 1, "192.0.2.1", 2);
	ATF_CHECK(!pass(FILTER_OUT));
}

TEST(jumps)
{
	fresh();
	set("in 0 10 0/0 0/0 udp");
	set("in 1 permit");
	set("in 10 deny udp dst eq 53");
	set("in 11 permit udp");
	udp("10.0.0.1", 1, "10.0.0.2", 53);
	ATF_CHECK(!pass(FILTER_IN));
	ATF_CHECK_EQ(10, verdict(FILTER_IN).rule);
	udp("10.0.0.1", 1, "10.0.0.2", 54);
	ATF_CHECK_EQ(11, verdict(FILTER_IN).rule);
	icmp(8);
	ATF_CHECK_EQ(1, verdict(FILTER_IN).rule);
	set("in 0 12 udp");	/* to no rule: nothing is left */
	udp("10.0.0.1", 1, "10.0.0.2", 54);
	ATF_CHECK(!pass(FILTER_IN));
	ATF_CHECK_EQ(-1, verdict(FILTER_IN).rule);
}

TEST(jump_and_inversion_in_dial)
{
	fresh();
	set("dial 0 5 0 0 tcp dst eq smtp");
	set("dial 1 deny ! 0 0 tcp dst eq 8080");
	set("dial 5 permit 0 0");
	tcp("10.0.0.1", 1, "10.0.0.2", 25, 2);
	ATF_CHECK_EQ(5, verdict(FILTER_DIAL).rule);
	ATF_CHECK(pass(FILTER_DIAL));
	tcp("10.0.0.1", 1, "10.0.0.2", 8080, 2);
	ATF_CHECK(pass(FILTER_DIAL));
	tcp("10.0.0.1", 1, "10.0.0.2", 80, 2);
	ATF_CHECK(!pass(FILTER_DIAL));
	udp("10.0.0.1", 1, "10.0.0.2", 8080);
	ATF_CHECK(!pass(FILTER_DIAL));
}

TEST(icmp_types)
{
	fresh();
	set("in 0 permit 0/0 0/0 icmp src eq 11");
	set("in 1 permit icmp src eq 0");
	icmp(11);
	ATF_CHECK(pass(FILTER_IN));
	icmp(0);
	ATF_CHECK(pass(FILTER_IN));
	icmp(8);
	ATF_CHECK(!pass(FILTER_IN));
}

TEST(tcp_flags)
{
	fresh();
	set("dial 0 deny tcp finrst");
	set("dial 1 permit tcp syn estab");
	tcp("10.0.0.1", 1, "10.0.0.2", 2, 1);
	ATF_CHECK_EQ(0, verdict(FILTER_DIAL).rule);
	tcp("10.0.0.1", 1, "10.0.0.2", 2, 4);
	ATF_CHECK_EQ(0, verdict(FILTER_DIAL).rule);
	tcp("10.0.0.1", 1, "10.0.0.2", 2, 0x12);
	ATF_CHECK_EQ(1, verdict(FILTER_DIAL).rule);
	tcp("10.0.0.1", 1, "10.0.0.2", 2, 2);
	ATF_CHECK_EQ(-1, verdict(FILTER_DIAL).rule);
}

TEST(two_port_tests)
{
	fresh();
	set("in 0 permit udp src eq 53 dst gt 1023");
	udp("10.0.0.1", 53, "10.0.0.2", 1024);
	ATF_CHECK(pass(FILTER_IN));
	udp("10.0.0.1", 53, "10.0.0.2", 1023);
	ATF_CHECK(!pass(FILTER_IN));
	udp("10.0.0.1", 54, "10.0.0.2", 1024);
	ATF_CHECK(!pass(FILTER_IN));
	set("in 0 permit udp src LT 53");
	ATF_CHECK(!pass(FILTER_IN));
	udp("10.0.0.1", 52, "10.0.0.2", 1);
	ATF_CHECK(pass(FILTER_IN));
}

TEST(clear)
{
	fresh();
	set("in 0 deny");
	set("in 1 deny");
	icmp(8);
	ATF_CHECK(!pass(FILTER_IN));
	set("in 1 clear");
	ATF_CHECK_EQ(FILTER_UNSET, conf.rule[FILTER_IN][1].act);
	set("in -1");
	ATF_CHECK(pass(FILTER_IN));
	ATF_CHECK(!made.any);
}

/* ---- what the RFCs and the reference say beside ---- */

TEST(rule_0_opens_a_filter)
{
	fresh();
	set("in 7 deny 0/0 0/0");
	icmp(8);
	ATF_CHECK(pass(FILTER_IN));
	ATF_CHECK(!made.any);
	set("in 0 permit udp");
	ATF_CHECK(made.any);
	ATF_CHECK_EQ(7, verdict(FILTER_IN).rule);
	set("in 7 clear");
	ATF_CHECK(!pass(FILTER_IN));
	ATF_CHECK_EQ(-1, verdict(FILTER_IN).rule);
}

TEST(families)
{
	fresh();
	set("in 0 permit 0.0.0.0/0 any");
	udp("fe80::1", 1, "fe80::2", 2);
	ATF_CHECK(!pass(FILTER_IN));
	udp("10.0.0.1", 1, "10.0.0.2", 2);
	ATF_CHECK(pass(FILTER_IN));
	set("in 0 permit any ::/0");
	ATF_CHECK(!pass(FILTER_IN));
	udp("fe80::1", 1, "fe80::2", 2);
	ATF_CHECK(pass(FILTER_IN));
	set("in 0 permit 2001:db8:1234::/44 any tcp dst eq 443");
	tcp("2001:db8:123f::1", 1, "2001:db8::2", 443, 2);
	ATF_CHECK(pass(FILTER_IN));
	tcp("2001:db8:1240::1", 1, "2001:db8::2", 443, 2);
	ATF_CHECK(!pass(FILTER_IN));
	set("in 0 permit any 2001:db8::1:2:3:4/127");
	udp("fe80::1", 1, "2001:db8::1:2:3:5", 1);
	ATF_CHECK(pass(FILTER_IN));
	udp("fe80::1", 1, "2001:db8::1:2:3:6", 1);
	ATF_CHECK(!pass(FILTER_IN));
}

TEST(keywords)
{
	uint8_t six[16] = { 0xfe, 0x80, [15] = 9 };

	fresh();
	set("alive 0 deny 0/0 MYADDR icmp");
	set("alive 1 permit hisaddr/24 dns0");
	set("alive 2 permit HISADDR6 any");
	icmp(8);			/* 10.0.0.1 -> 10.0.0.2 */
	ATF_CHECK_EQ(-1, verdict(FILTER_ALIVE).rule);	/* nothing known */
	filter_env_put4(&env, AW_MYADDR, 0x0a000002);
	ATF_CHECK_EQ(0, verdict(FILTER_ALIVE).rule);
	filter_env_put4(&env, AW_MYADDR, 0x0a000003);
	filter_env_put4(&env, AW_HISADDR, 0x0a0000ff);
	filter_env_put4(&env, AW_DNS0, 0x0a000002);
	ATF_CHECK_EQ(1, verdict(FILTER_ALIVE).rule);
	filter_env_put4(&env, AW_HISADDR, 0x0a0001ff);
	ATF_CHECK_EQ(-1, verdict(FILTER_ALIVE).rule);
	filter_env_put6(&env, AW_HISADDR6, six);
	udp("fe80::9", 1, "fe80::8", 2);
	ATF_CHECK_EQ(2, verdict(FILTER_ALIVE).rule);
	udp("fe80::8", 1, "fe80::9", 2);
	ATF_CHECK(!pass(FILTER_ALIVE));
}

TEST(fragments)
{
	static const enum filter_name both[] = { FILTER_IN, FILTER_OUT };

	fresh();
	packet4("10.0.0.1", "10.0.0.2", TCP, 1, "xxxxxxxx", 8);
	for (int i = 0; i < FILTERS; i++)
		ATF_CHECK(pass((enum filter_name)i));	/* empty */
	for (int i = 0; i < FILTERS; i++) {
		char line[40];

		snprintf(line, sizeof(line), "%s 0 permit any any",
		    filter_name((enum filter_name)i));
		set(line);
	}
	for (int i = 0; i < 2; i++) {
		packet4("10.0.0.1", "10.0.0.2", TCP, 2, "xxxxxxxx", 8);
		ATF_CHECK(!pass(both[i]));	/* 16 octets in */
		packet4("10.0.0.1", "10.0.0.2", TCP, 3, "xxxxxxxx", 8);
		ATF_CHECK(pass(both[i]));
	}
	ATF_CHECK(!pass(FILTER_DIAL));
	ATF_CHECK(!pass(FILTER_ALIVE));
	packet4("10.0.0.1", "10.0.0.2", TCP, 0x2000, l4(1, 2, 2), 20);
	ATF_CHECK(pass(FILTER_IN));		/* the first of several */
	packet4("10.0.0.1", "10.0.0.2", TCP, 0x2000, l4(1, 2, 2), 8);
	ATF_CHECK(!pass(FILTER_IN));		/* RFC 1858: flags beyond it */
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, l4(1, 2, 2), 7);
	ATF_CHECK(!pass(FILTER_IN));
}

TEST(ip4_options)
{
	uint8_t options[] = { 1, 1, 1, 0 };

	fresh();
	set("in 0 permit tcp dst eq 2");
	packet4("10.0.0.1", "10.0.0.2", TCP, 0, options, sizeof(options));
	memcpy(ip + ip_len, l4(1, 2, 2), 20);
	ip_len += 20;
	ip[0] = 0x46;
	ip[3] = (uint8_t)ip_len;
	ATF_CHECK(pass(FILTER_IN));
	ip[0] = 0x44;
	ATF_CHECK(!pass(FILTER_IN));
	ip[0] = 0x4f;
	ATF_CHECK(!pass(FILTER_IN));
}

TEST(ip6_extensions)
{
	static const uint8_t hop[8] = { TCP, 0 }, rest[16] = { TCP, 1 };
	uint8_t body[64], frag[8] = { TCP, 0, 0, 0 };

	fresh();
	set("in 0 permit tcp dst eq 2");
	memcpy(body, hop, 8);
	memcpy(body + 8, l4(1, 2, 2), 20);
	packet6("fe80::1", "fe80::2", 0, body, 28);
	ATF_CHECK(pass(FILTER_IN));
	memcpy(body, rest, 16);
	memcpy(body + 16, l4(1, 2, 2), 20);
	packet6("fe80::1", "fe80::2", 60, body, 36);
	ATF_CHECK(pass(FILTER_IN));
	packet6("fe80::1", "fe80::2", 60, body, 20);
	ATF_CHECK(!pass(FILTER_IN));
	memcpy(body, frag, 8);
	memcpy(body + 8, l4(1, 2, 2), 20);
	packet6("fe80::1", "fe80::2", 44, body, 28);
	ATF_CHECK(pass(FILTER_IN));
	body[3] = 0x10;				/* 16 octets in */
	packet6("fe80::1", "fe80::2", 44, body, 28);
	ATF_CHECK(!pass(FILTER_IN));
	memset(body, 0, sizeof(body));		/* hop-by-hop without end */
	packet6("fe80::1", "fe80::2", 0, body, 64);
	ATF_CHECK(!pass(FILTER_IN));
}

TEST(timeouts)
{
	fresh();
	set("in 0 permit tcp timeout 60 dst eq 22");
	set("in 1 permit udp dst eq 53 timeout 5");
	set("in 2 permit");
	ATF_CHECK_EQ(60, conf.rule[FILTER_IN][0].timeout);
	tcp("10.0.0.1", 1, "10.0.0.2", 22, 2);
	ATF_CHECK_EQ(60, verdict(FILTER_IN).timeout);
	udp("10.0.0.1", 1, "10.0.0.2", 53);
	ATF_CHECK_EQ(5, verdict(FILTER_IN).timeout);
	icmp(8);
	ATF_CHECK_EQ(0, verdict(FILTER_IN).timeout);
}

TEST(decapsulation)
{
	struct filter_pkt p;
	uint8_t inner[64], body[64] = { 0 };
	size_t n;

	fresh();
	set("in 0 permit tcp dst eq 25");
	set("alive 0 permit any any");
	tcp("192.168.0.1", 9, "192.168.0.2", 25, 2);
	n = ip_len;
	memcpy(inner, ip, n);
	memcpy(body, l4(3000, 3000, 0), 8);
	memcpy(body + 8, "\xff\3\0\x21", 4);
	memcpy(body + 12, inner, n);
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, 12 + n);
	filter_look(ip, ip_len, false, &p);
	ATF_CHECK(!filter_eval(&made.f[FILTER_IN], &p, &env).pass);
	filter_look(ip, ip_len, true, &p);
	ATF_CHECK(filter_eval(&made.f[FILTER_IN], &p, &env).pass);
	/* An echo of LCP is no traffic of anybody. */
	memcpy(body + 8, "\xff\3\xc0\x21\x09\1\0\x08\0\0\0\0", 12);
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, 20);
	ATF_CHECK(pass(FILTER_ALIVE));
	filter_look(ip, ip_len, true, &p);
	ATF_CHECK(!filter_eval(&made.f[FILTER_ALIVE], &p, &env).pass);
}

/* ---- texts ---- */

TEST(shown_as_written)
{
	static const char *const rules[][2] = {
		{ "permit", "permit" },
		{ "deny ! 10.7.0.0/16 192.0.2.1",
		  "deny ! 10.7.0.0/16 192.0.2.1" },
		{ "permit 0/0 any TCP", "permit any any tcp" },
		{ "permit 10.0.0.0/0 0/0", "permit 0.0.0.0/0 0.0.0.0/0" },
		{ "permit 0.0.0.0/0 0/0", "permit 0.0.0.0/0 0.0.0.0/0" },
		{ "7 0 myaddr/24 udp dst EQ 53",
		  "7 0.0.0.0/0 MYADDR/24 udp dst eq 53" },
		{ "deny any 2001:db8::/32 ipv6-icmp src eq 128",
		  "deny ::/0 2001:db8::/32 ipv6-icmp src eq 128" },
		{ "deny www www all", "deny 192.0.2.1 192.0.2.1" },
		{ "deny 6 timeout 9 estab syn finrst",
		  "deny tcp estab syn finrst timeout 9" },
		{ "deny sctp", "deny 132" },
		{ "deny udp src eq talk", "deny udp src eq 517" },
	};
	struct filter_line a, b;
	char line[FILTER_TEXT + 8], text[FILTER_TEXT], cut[8];

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		snprintf(line, sizeof(line), "in 3 %s", rules[i][0]);
		ATF_REQUIRE_EQ_MSG(0, parse(line, &a), "%s: %s", line, why);
		ATF_CHECK_STREQ(rules[i][1], filter_text(&a.r, text,
		    sizeof(text)));
		snprintf(line, sizeof(line), "in 3 %s", text);
		ATF_REQUIRE_EQ(0, parse(line, &b));
		ATF_CHECK(memcmp(&a.r, &b.r, sizeof(a.r)) == 0);
		ATF_CHECK(strlen(filter_text(&a.r, cut, sizeof(cut))) < 8);
	}
}

TEST(faults)
{
	static const char *const bad[][2] = {
		{ "in 40 permit", "40: not a rule from 0 to 39" },
		{ "in x permit", "x: not a rule from 0 to 39" },
		{ "in -2 permit", "-2: not a rule from 0 to 39" },
		{ "in 0 allow", "action: allow: not permit, deny, clear or a "
		    "rule behind rule 0" },
		{ "in 5 5", "action: 5: a jump goes to a rule behind rule 5" },
		{ "in 5 4 tcp", "action: 4: a jump goes to a rule behind "
		    "rule 5" },
		{ "in 0 permit 10.0.0.1", "address: 10.0.0.1: a second "
		    "address must follow" },
		{ "in 0 permit 10.0.0.1 tcp", "address: 10.0.0.1: a second "
		    "address must follow" },
		{ "in 0 permit 10.0.0.1 src eq 2", "address: 10.0.0.1: a "
		    "second address must follow" },
		{ "in 0 permit 10.0.0.1/33 0/0", "address: 10.0.0.1/33: Only "
		    "32 bits allowed" },
		{ "in 0 permit 0/0 ::1/129", "address: ::1/129: Only 128 "
		    "bits allowed" },
		{ "in 0 permit 0/0 1::2::3", "address: 1::2::3: Bad address" },
		{ "in 0 permit nohost 0/0", "address: nohost: Bad address" },
		{ "in 0 permit \"\" \"\"", "address: : Bad address" },
		{ "in 0 permit MYADDR/33 0/0", "address: MYADDR/33: bad mask "
		    "width" },
		{ "in 0 permit MYADDR HISADDR6", "address: HISADDR6: the "
		    "other one is IPv4" },
		{ "in 0 permit 0/0 0/0 foo", "protocol: foo: no such "
		    "protocol" },
		{ "in 0 permit 0/0 0/0 256", "protocol: 256: no such "
		    "protocol" },
		{ "in 0 permit tcp host eq 5", "protocol: host: no test (src,"
		    " dst, estab, syn, finrst, timeout)" },
		{ "in 0 permit tcp src", "port: : `src' needs eq, lt or gt "
		    "behind it" },
		{ "in 0 permit tcp src eq", "port: no port or service given" },
		{ "in 0 permit tcp src eq 0", "port: 0: not 1 to 65535" },
		{ "in 0 permit tcp src eq 65536", "port: 65536: not 1 to "
		    "65535" },
		{ "in 0 permit tcp src eq talk", "port: talk: no such service"
		    " of tcp" },
		{ "in 0 permit udp estab", "protocol: estab: only tcp has "
		    "it" },
		{ "in 0 permit igmp src eq 5", "protocol: src: only tcp, udp "
		    "and icmp have it" },
		{ "in 0 permit src eq 5", "protocol: src: only tcp, udp and "
		    "icmp have it" },
		{ "in 0 permit icmp src eq 256", "icmp type: 256: not 0 to "
		    "255" },
		{ "in 0 permit icmp dst eq 1", "icmp type: dst: only `src' "
		    "tests it" },
		{ "in 0 permit tcp timeout 0", "timeout: 0: not 1 to 31536000"
		    " seconds" },
		{ "in 0 permit tcp timeout", "timeout: : not 1 to 31536000 "
		    "seconds" },
	};
	static const char *const usage[] = { "in", "IN 0 permit",
	    "sideways 0 permit", "in 0", "in -1 x", "in 0 clear x" };
	struct filter_line l;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ATF_CHECK_EQ_MSG(-E_FORMAT, parse(bad[i][0], &l), "%s",
		    bad[i][0]);
		ATF_CHECK_STREQ(bad[i][1], why);
	}
	for (size_t i = 0; i < sizeof(usage) / sizeof(*usage); i++)
		ATF_CHECK_EQ_MSG(-E_UNKNOWN, parse(usage[i], &l), "%s",
		    usage[i]);
}

TEST(log_lines)
{
	struct filter_pkt p;
	struct filter_verdict v;
	char text[FILTER_LINE];

	fresh();
	set("in 0 deny tcp dst eq 25");
	tcp("10.0.0.1", 1025, "10.0.0.2", 25, 0x12);
	filter_look(ip, ip_len, false, &p);
	v = filter_eval(&made.f[FILTER_IN], &p, &env);
	ATF_CHECK_STREQ("INbound rule = 0 deny TCP src = 10.0.0.1:1025 "
	    "dst = 10.0.0.2:25", filter_log(FILTER_IN, &v, &p, text,
	    sizeof(text)));
	ATF_CHECK_STREQ("TCP: 10.0.0.1:1025 ---> 10.0.0.2:25 SYN ACK seq:0 "
	    "ack:0 (0/40)", filter_describe(&p, text, sizeof(text)));
	icmp(8);
	filter_look(ip, ip_len, false, &p);
	ATF_CHECK_STREQ("ICMP: 10.0.0.1 ---> 10.0.0.2 type 8 (4/28)",
	    filter_describe(&p, text, sizeof(text)));
	udp("fe80::1", 5, "fe80::2", 6);
	filter_look(ip, ip_len, false, &p);
	ATF_CHECK_STREQ("UDP: fe80::1:5 ---> fe80::2:6 (0/48)",
	    filter_describe(&p, text, sizeof(text)));
}

TEST(dns_questions)
{
	static const uint8_t query[] = "\0\0\0\0\0\0\0\5" /* UDP, patched */
	    "\x12\x34\1\0\0\1\0\0\0\0\0\0" "\3www\7ex\nmple\3org\0\0\x1c\0\1";
	struct filter_pkt p;
	uint8_t body[64];
	char text[FILTER_LINE];

	memcpy(body, query, sizeof(query) - 1);
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, sizeof(query) - 1);
	filter_look(ip, ip_len, false, &p);
	ATF_REQUIRE(filter_dns(&p, text, sizeof(text)) != NULL);
	ATF_CHECK_STREQ("bound query IN AAAA www.ex?mple.org", text);
	body[10] = 0x81;
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, sizeof(query) - 1);
	filter_look(ip, ip_len, false, &p);
	ATF_REQUIRE(filter_dns(&p, text, sizeof(text)) != NULL);
	ATF_CHECK_STREQ("bound answer IN AAAA www.ex?mple.org", text);
	for (size_t n = 8; n < sizeof(query) - 1; n++) {
		packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, n);
		filter_look(ip, ip_len, false, &p);
		ATF_CHECK(filter_dns(&p, text, sizeof(text)) == NULL);
	}
	body[20] = 0xc0;		/* a pointer */
	packet4("10.0.0.1", "10.0.0.2", UDP, 0, body, sizeof(query) - 1);
	filter_look(ip, ip_len, false, &p);
	ATF_CHECK(filter_dns(&p, text, sizeof(text)) == NULL);
}

/* ---- set urgent ---- */

static bool
is_urgent(const struct urgent_conf *u)
{
	struct filter_pkt p;

	filter_look(ip, ip_len, false, &p);
	return urgent_is(u, &p);
}

TEST(urgent)
{
	struct urgent_conf u;

	urgent_default(&u);
	tcp("10.0.0.1", 4000, "10.0.0.2", 22, 0x10);
	ATF_CHECK(is_urgent(&u));
	tcp("fe80::1", 23, "fe80::2", 4000, 0x10);
	ATF_CHECK(is_urgent(&u));
	tcp("10.0.0.1", 4000, "10.0.0.2", 80, 0x10);
	ATF_CHECK(!is_urgent(&u));
	ip[1] = 0x10;			/* low delay */
	ATF_CHECK(is_urgent(&u));
	u.tos = false;
	ATF_CHECK(!is_urgent(&u));
	u.length = 1;			/* no data at all: an ACK */
	ATF_CHECK(is_urgent(&u));
	udp("10.0.0.1", 4000, "10.0.0.2", 22);
	ATF_CHECK(!is_urgent(&u));
	ATF_CHECK_EQ(0, urgent_put(&u.udp, 22, true));
	ATF_CHECK(is_urgent(&u));
	ATF_CHECK_EQ(0, urgent_put(&u.udp, 22, false));
	ATF_CHECK_EQ(0, urgent_put(&u.udp, 23, false));
	ATF_CHECK(!is_urgent(&u));
	ATF_CHECK_EQ(0, u.udp.n);
	packet4("10.0.0.1", "10.0.0.2", TCP, 3, l4(22, 22, 0), 20);
	ATF_CHECK(!is_urgent(&u));
	for (uint16_t i = 1; i <= URGENT_PORTS; i++)
		ATF_REQUIRE_EQ(0, urgent_put(&u.udp, i, true));
	ATF_CHECK_EQ(0, urgent_put(&u.udp, 7, true));
	ATF_CHECK_EQ(-E_FULL, urgent_put(&u.udp, 1000, true));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, urgent);
	ATF_TP_ADD_TC(tp, netbios_does_not_dial);
	ATF_TP_ADD_TC(tp, ssh_and_answers);
	ATF_TP_ADD_TC(tp, ping_holds_no_line);
	ATF_TP_ADD_TC(tp, inversion);
	ATF_TP_ADD_TC(tp, jumps);
	ATF_TP_ADD_TC(tp, jump_and_inversion_in_dial);
	ATF_TP_ADD_TC(tp, icmp_types);
	ATF_TP_ADD_TC(tp, tcp_flags);
	ATF_TP_ADD_TC(tp, two_port_tests);
	ATF_TP_ADD_TC(tp, clear);
	ATF_TP_ADD_TC(tp, rule_0_opens_a_filter);
	ATF_TP_ADD_TC(tp, families);
	ATF_TP_ADD_TC(tp, keywords);
	ATF_TP_ADD_TC(tp, fragments);
	ATF_TP_ADD_TC(tp, ip4_options);
	ATF_TP_ADD_TC(tp, ip6_extensions);
	ATF_TP_ADD_TC(tp, timeouts);
	ATF_TP_ADD_TC(tp, decapsulation);
	ATF_TP_ADD_TC(tp, shown_as_written);
	ATF_TP_ADD_TC(tp, faults);
	ATF_TP_ADD_TC(tp, log_lines);
	ATF_TP_ADD_TC(tp, dns_questions);
	return atf_no_error();
}
