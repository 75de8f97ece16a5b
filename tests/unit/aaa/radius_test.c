/* RADIUS packets: the examples of RFC 2865, forgeries, odd attributes. */
#include <atf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "aaa/radius_auth.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/keyed.h"
#include "ppp/auth.h"

static struct rad_secret
secret(const char *s)
{
	struct rad_secret r = { .len = (uint8_t)strlen(s) };

	memcpy(r.p, s, r.len);
	return r;
}

static size_t
hex(const char *s, uint8_t *out)
{
	size_t n = 0;
	unsigned v;

	for (; *s != '\0'; s += 2) {
		if (*s == ' ')
			s++;
		ATF_REQUIRE_EQ(1, sscanf(s, "%2x", &v));
		out[n++] = (uint8_t)v;
	}
	return n;
}

static bool
same(const uint8_t *p, size_t n, const char *want)
{
	uint8_t buf[RAD_MAX];

	return hex(want, buf) == n && memcmp(buf, p, n) == 0;
}

/* ---- RFC 2865 section 7 ---- */

#define AUTH_71 "0f403f9473978057bd83d5cb98f4227a"
#define AUTH_72 "2aee86f08d0d55969ca5978e0d3367a2"

ATF_TC_WITHOUT_HEAD(rfc2865_pap);
ATF_TC_BODY(rfc2865_pap, tc)
{
	uint8_t buf[RAD_MAX], auth[RAD_AUTH], hidden[RAD_PASS];
	struct rad_secret s = secret("xyzzy5461");
	struct wr w = wr_of(buf, sizeof(buf));
	struct rad_in in;
	size_t n;

	hex(AUTH_71, auth);
	rad_begin(&w, RAD_ACCESS_REQUEST, 0, false);
	rad_text(&w, RAD_USER_NAME, "nemo");
	ATF_REQUIRE_EQ(16, rad_hide(&s, auth, "arctangent", 10, hidden));
	rad_put(&w, RAD_USER_PASSWORD, hidden, 16);
	rad_u32(&w, RAD_NAS_IP_ADDRESS, 0xc0a80110);
	rad_u32(&w, RAD_NAS_PORT, 3);
	ATF_REQUIRE_EQ(0, rad_seal(&w, RAD_RANDOM, auth, &s));
	ATF_CHECK(same(buf, wr_size(&w), "01000038" AUTH_71 "01066e656d6f"
	    "02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003"));
	/* the answer to it */
	n = hex("02000026" "86fe220e7624ba2a1005f6bf9b55e0b2"
	    "0606000000010f06000000000e06c0a80103", buf);
	ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
	ATF_CHECK_EQ(0, rad_check(&in, rd_of(buf, n), RAD_REPLY, auth, &s));
	buf[25] ^= 1;
	ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
	ATF_CHECK_EQ(-E_DENIED, rad_check(&in, rd_of(buf, n), RAD_REPLY,
	    auth, &s));
}

ATF_TC_WITHOUT_HEAD(rfc2865_chap);
ATF_TC_BODY(rfc2865_chap, tc)
{
	struct rad_secret s = secret("xyzzy5461");
	struct auth_query q = { .proto = PROTO_CHAP, .algo = CHAP_MD5,
	    .id = 0x16 };
	uint8_t buf[RAD_MAX], auth[RAD_AUTH];
	struct auth_verdict v;
	struct aaa_grant g;
	struct rad_in in;
	char odd[80];
	size_t n;

	hex(AUTH_72, auth);
	n = hex("02010038" "15efbc7dab26cfa3dc34d9c03c8601a4"
	    "0606000000020706000000010806fffffffe0a0600000002"
	    "0d06000000010c06000005dc", buf);
	ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
	ATF_REQUIRE_EQ(0, rad_check(&in, rd_of(buf, n), RAD_REPLY, auth,
	    &s));
	rad_verdict(&in, &q, &v, &g, odd, sizeof(odd));
	ATF_CHECK(v.ok);
	ATF_CHECK_STREQ("Welcome!!", v.message);
	ATF_CHECK_STREQ("", odd);
	ATF_CHECK(!g.has_his);		/* 255.255.255.254: our pool */
	ATF_CHECK_EQ(1500, g.extra.mtu);
	ATF_CHECK(g.extra.vj && !g.extra.no_vj);
}

/* RFC 2202, which RFC 2869's Message-Authenticator stands on. */
ATF_TC_WITHOUT_HEAD(rfc2202);
ATF_TC_BODY(rfc2202, tc)
{
	uint8_t key[16], out[MD5_SIZE];
	struct hash_part part[2] = { { "Hi ", 3 }, { "There", 5 } };
	struct hash_part jefe = { "what do ya want for nothing?", 28 };

	memset(key, 0x0b, sizeof(key));
	ATF_REQUIRE_EQ(0, hmac_md5(key, sizeof(key), part, 2, out));
	ATF_CHECK(same(out, 16, "9294727a3638bb1c13f48ef8158bfc9d"));
	ATF_REQUIRE_EQ(0, hmac_md5("Jefe", 4, &jefe, 1, out));
	ATF_CHECK(same(out, 16, "750c783e6ab0b503eaa86e310a5db738"));
}

/* ---- seals ---- */

static size_t
sealed(uint8_t *buf, uint8_t code, enum rad_kind kind, bool sign,
    const uint8_t *auth, const struct rad_secret *s)
{
	struct wr w = wr_of(buf, RAD_MAX);

	rad_begin(&w, code, 7, sign);
	rad_text(&w, RAD_USER_NAME, "fred");
	ATF_REQUIRE_EQ(0, rad_seal(&w, kind, auth, s));
	return wr_size(&w);
}

ATF_TC_WITHOUT_HEAD(seals);
ATF_TC_BODY(seals, tc)
{
	static const struct { uint8_t code; enum rad_kind kind; } row[] = {
		{ RAD_ACCESS_REQUEST, RAD_RANDOM },
		{ RAD_ACCT_REQUEST, RAD_DIGEST },
		{ RAD_ACCESS_ACCEPT, RAD_REPLY },
	};
	struct rad_secret s = secret("one"), other = secret("two");
	uint8_t buf[RAD_MAX], auth[RAD_AUTH] = "0123456789abcde";
	struct rad_in in;

	for (size_t i = 0; i < 3; i++)
		for (int sign = 0; sign < 2; sign++) {
			size_t n = sealed(buf, row[i].code, row[i].kind,
			    sign, auth, &s);

			ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
			ATF_CHECK_EQ(sign, in.signed_);
			ATF_CHECK_EQ(0, rad_check(&in, rd_of(buf, n),
			    row[i].kind, auth, &s));
			if (sign || row[i].kind != RAD_RANDOM)
				ATF_CHECK_EQ(-E_DENIED, rad_check(&in,
				    rd_of(buf, n), row[i].kind, auth,
				    &other));
			for (size_t at = 0; at < n; at++) {
				if (!sign && row[i].kind == RAD_RANDOM)
					break;
				buf[at] ^= 0x10;
				if (rad_read(rd_of(buf, n), &in) == 0 &&
				    (in.signed_ || !sign ||
				    row[i].kind != RAD_RANDOM))
					ATF_CHECK_EQ(-E_DENIED,
					    rad_check(&in, rd_of(buf, n),
					    row[i].kind, auth, &s));
				buf[at] ^= 0x10;
			}
		}
}

/* Signed, but with the Message-Authenticator behind other attributes. */
ATF_TC_WITHOUT_HEAD(sign_at_the_end);
ATF_TC_BODY(sign_at_the_end, tc)
{
	struct rad_secret s = secret("one");
	uint8_t buf[RAD_MAX], auth[RAD_AUTH] = "0123456789abcde", sum[16];
	struct wr w = wr_of(buf, sizeof(buf));
	struct hash_part whole;
	struct rad_in in;
	size_t n;

	rad_begin(&w, RAD_ACCESS_REQUEST, 1, false);
	rad_text(&w, RAD_USER_NAME, "fred");
	memset(sum, 0, sizeof(sum));
	rad_put(&w, RAD_MESSAGE_AUTHENTICATOR, sum, sizeof(sum));
	ATF_REQUIRE_EQ(0, rad_seal(&w, RAD_RANDOM, auth, &s));
	n = wr_size(&w);
	whole = (struct hash_part){ buf, n };
	ATF_REQUIRE_EQ(0, hmac_md5(s.p, s.len, &whole, 1, buf + n - 16));
	ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
	ATF_CHECK(in.signed_);
	ATF_CHECK_EQ(0, rad_check(&in, rd_of(buf, n), RAD_RANDOM, NULL, &s));
	buf[22] ^= 1;
	ATF_REQUIRE_EQ(0, rad_read(rd_of(buf, n), &in));
	ATF_CHECK_EQ(-E_DENIED, rad_check(&in, rd_of(buf, n), RAD_RANDOM,
	    NULL, &s));
}

ATF_TC_WITHOUT_HEAD(malformed);
ATF_TC_BODY(malformed, tc)
{
	static const char *const bad[] = {
		"", "02", "02000014",
		/* Length below the header, above the packet */
		"02000013" AUTH_71, "02000016" AUTH_71 "01",
		/* an attribute of length 0, 1, and past the end */
		"02000016" AUTH_71 "0100", "02000016" AUTH_71 "0101",
		"02000017" AUTH_71 "010400",
		/* two Message-Authenticators, and a short one */
		"02000018" AUTH_71 "50040000",
		"02000038" AUTH_71 "5012" AUTH_71 "5012" AUTH_71,
	};
	uint8_t buf[RAD_MAX];
	struct rad_in in;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(-E_FORMAT, rad_read(rd_of(buf,
		    hex(bad[i], buf)), &in), "%s", bad[i]);
	/* what follows Length is padding: RFC 2865 section 3 */
	ATF_CHECK_EQ(0, rad_read(rd_of(buf, hex("02000014" AUTH_71 "ffff",
	    buf)), &in));
	ATF_CHECK_EQ(0, rd_size(&in.attrs));
}

ATF_TC_WITHOUT_HEAD(passwords);
ATF_TC_BODY(passwords, tc)
{
	struct rad_secret s = secret("s");
	uint8_t auth[RAD_AUTH] = { 1 }, out[RAD_PASS];
	char pass[RAD_PASS + 1] = { 0 };

	ATF_CHECK_EQ(16, rad_hide(&s, auth, "", 0, out));
	ATF_CHECK_EQ(16, rad_hide(&s, auth, pass, 16, out));
	ATF_CHECK_EQ(32, rad_hide(&s, auth, pass, 17, out));
	ATF_CHECK_EQ(128, rad_hide(&s, auth, pass, 128, out));
	ATF_CHECK_EQ(-E_RANGE, rad_hide(&s, auth, pass, 129, out));
}

/* RFC 2548 section 2.4.2, in the direction that a server takes. */
static size_t
salted(const struct rad_secret *s, const uint8_t *auth, const uint8_t *key,
    uint8_t len, uint8_t *out)
{
	uint8_t text[48] = { 0 }, b[16];
	size_t n = (len + 16u) / 16 * 16;

	out[0] = 0x80;
	out[1] = 7;
	text[0] = len;
	memcpy(text + 1, key, len);
	for (size_t at = 0; at < n; at += 16) {
		struct hash_part part[3] = { { s->p, s->len },
		    { at == 0 ? auth : out + 2 + at - 16, 16 },
		    { out, at == 0 ? 2 : 0 } };

		hash_parts(HASH_MD5, part, 3, b);
		for (int i = 0; i < 16; i++)
			out[2 + at + (size_t)i] =
			    text[at + (size_t)i] ^ b[i];
	}
	return n + 2;
}

ATF_TC_WITHOUT_HEAD(mppe_keys);
ATF_TC_BODY(mppe_keys, tc)
{
	struct rad_secret s = secret("shared");
	uint8_t auth[RAD_AUTH] = "0123456789abcde", key[16], got[16];
	uint8_t buf[64];
	size_t n;

	memcpy(key, "0123456789ABCDEF", 16);
	n = salted(&s, auth, key, 16, buf);
	ATF_CHECK_EQ(34, n);
	ATF_CHECK_EQ(16, rad_unsalt(&s, auth, rd_of(buf, n), got, 16));
	ATF_CHECK_EQ(0, memcmp(key, got, 16));
	ATF_CHECK_EQ(-E_FORMAT, rad_unsalt(&s, auth, rd_of(buf, 33), got,
	    16));
	ATF_CHECK_EQ(-E_FORMAT, rad_unsalt(&s, auth, rd_of(buf, 2), got, 16));
	ATF_CHECK_EQ(-E_FORMAT, rad_unsalt(&s, auth, rd_of(buf, 0), got, 16));
	ATF_CHECK_EQ(-E_FORMAT, rad_unsalt(&s, auth, rd_of(buf, n), got, 8));
}

/* ---- what is granted ---- */

static struct aaa_grant g;
static char odd[120];

static void
grant(const struct wr *w)
{
	memset(&g, 0, sizeof(g));
	odd[0] = '\0';
	rad_grant(rd_of(w->base, wr_size(w)), &g, odd, sizeof(odd));
}

static void
grant_text(uint8_t type, const char *s)
{
	uint8_t buf[300];
	struct wr w = wr_of(buf, sizeof(buf));

	rad_text(&w, type, s);
	grant(&w);
}

static void
route_is(const char *text, uint8_t family, const char *dst, uint8_t bits,
    bool gw)
{
	uint8_t want[16] = { 0 };

	grant_text(family == AF_INET ? RAD_FRAMED_ROUTE :
	    RAD_FRAMED_IPV6_ROUTE, text);
	hex(dst, want);
	ATF_CHECK_EQ_MSG(1, g.extra.routes, "%s: %s", text, odd);
	ATF_CHECK_EQ(family, g.extra.route[0].family);
	ATF_CHECK_EQ_MSG(bits, g.extra.route[0].bits, "%s: %u", text,
	    g.extra.route[0].bits);
	ATF_CHECK_EQ_MSG(0, memcmp(want, g.extra.route[0].dst, 16), "%s",
	    text);
	ATF_CHECK_EQ(gw, g.extra.route[0].has_gw);
}

ATF_TC_WITHOUT_HEAD(routes);
ATF_TC_BODY(routes, tc)
{
	static const char *const bad[] = { "x", "10.0.0.0/33 0.0.0.0",
	    "10.0.0.0/8 1.2.3", " ", "10.0.0.0/8 0.0.0.0\n" };

	route_is("198.51.100.0/24 0.0.0.0 1", AF_INET, "c6336400", 24,
	    false);
	route_is("10.1.2.3 10.0.0.9 1", AF_INET, "0a000000", 8, true);
	route_is("192.0.2.5", AF_INET, "c0000200", 24, false);
	route_is("default HISADDR", AF_INET, "00", 0, false);
	route_is("2001:db8::1/32 ::", AF_INET6, "20010db8", 32, false);
	route_is("2001:db8:ff00::/41 fe80::1 3", AF_INET6,
	    "20010db8ff00", 41, true);
	for (size_t i = 0; i < 5; i++) {
		grant_text(RAD_FRAMED_ROUTE, bad[i]);
		ATF_CHECK_EQ_MSG(0, g.extra.routes, "%s", bad[i]);
		ATF_CHECK(odd[0] != '\0');
	}
}

ATF_TC_WITHOUT_HEAD(filters);
ATF_TC_BODY(filters, tc)
{
	grant_text(RAD_FILTER_ID, "2000/500");
	ATF_CHECK_EQ(2000000, g.extra.rate_down);
	ATF_CHECK_EQ(500000, g.extra.rate_up);
	ATF_CHECK_STREQ("", g.extra.filter);
	grant_text(RAD_FILTER_ID, "1024");
	ATF_CHECK_EQ(1024000, g.extra.rate_down);
	ATF_CHECK_EQ(1024000, g.extra.rate_up);
	grant_text(RAD_FILTER_ID, "gold");
	ATF_CHECK_EQ(0, g.extra.rate_down);
	ATF_CHECK_STREQ("gold", g.extra.filter);
	grant_text(RAD_FILTER_ID, "a\nb");
	ATF_CHECK_STREQ("", g.extra.filter);
	ATF_CHECK(odd[0] != '\0');
}

ATF_TC_WITHOUT_HEAD(numbers);
ATF_TC_BODY(numbers, tc)
{
	static const uint8_t prefix[] = { 0, 56, 0x20, 0x01, 0xd, 0xb8, 0,
	    1, 2 };
	uint8_t buf[600], dns[4] = { 192, 0, 2, 53 };
	uint8_t rate[4] = { 0, 0x0f, 0x42, 0x40 };
	struct wr w = wr_of(buf, sizeof(buf));

	rad_u32(&w, RAD_FRAMED_IP_ADDRESS, 0xc000024d);
	rad_u32(&w, RAD_FRAMED_IP_NETMASK, 0xfffffff8);
	rad_u32(&w, RAD_SESSION_TIMEOUT, 3600);
	rad_u32(&w, RAD_IDLE_TIMEOUT, 300);
	rad_u32(&w, RAD_ACCT_INTERIM_INTERVAL, 5);
	rad_put(&w, RAD_FRAMED_IPV6_PREFIX, prefix, sizeof(prefix));
	rad_put(&w, RAD_CLASS, "one", 3);
	rad_put(&w, RAD_CLASS, "two", 3);
	rad_vsa(&w, RAD_MICROSOFT, RAD_MS_PRIMARY_DNS, dns, 4);
	rad_vsa(&w, RAD_MICROSOFT, RAD_MS_SECONDARY_NBNS, dns, 4);
	rad_vsa(&w, RAD_WISPR, RAD_WISPR_MAX_UP, rate, 4);
	rad_vsa(&w, 9, 1, "other vendor", 12);
	grant(&w);
	ATF_CHECK_STREQ("", odd);
	ATF_CHECK_EQ(0xc000024d, g.his.addr);
	ATF_CHECK_EQ(32, g.his.bits);
	ATF_CHECK_EQ(29, g.extra.mask_bits);
	ATF_CHECK_EQ(3600, g.extra.session_secs);
	ATF_CHECK_EQ(300, g.extra.idle_secs);
	ATF_CHECK_EQ(60, g.extra.interim_secs);	/* never more often */
	ATF_CHECK_EQ(56, g.extra.prefix6_bits);
	ATF_CHECK_EQ(2, g.extra.prefix6[6]);
	ATF_CHECK_EQ(10, g.extra.class_len);
	ATF_CHECK_EQ(0xc0000235, g.extra.dns[0]);
	ATF_CHECK_EQ(0xc0000235, g.extra.nbns[1]);
	ATF_CHECK_EQ(1000000, g.extra.rate_up);
	/* sizes that cannot be */
	w = wr_of(buf, sizeof(buf));
	rad_put(&w, RAD_FRAMED_IP_ADDRESS, "abc", 3);
	rad_put(&w, RAD_SESSION_TIMEOUT, "abcde", 5);
	rad_put(&w, RAD_FRAMED_IPV6_PREFIX, buf + 300, 19);
	rad_u32(&w, RAD_FRAMED_IP_NETMASK, 0xff00ff00);
	grant(&w);
	ATF_CHECK(odd[0] != '\0');
	ATF_CHECK(!g.has_his);
	ATF_CHECK_EQ(0, g.extra.session_secs);
	ATF_CHECK_EQ(0, g.extra.prefix6_bits);
	ATF_CHECK_EQ(0, g.extra.mask_bits);
}

/* ---- verdicts ---- */

static struct auth_verdict v;

static void
verdict(uint8_t code, const struct wr *attrs, uint8_t algo)
{
	struct auth_query q = { .proto = algo ? PROTO_CHAP : PROTO_PAP,
	    .algo = algo, .run = 9 };
	struct rad_in in = { .code = code,
	    .attrs = rd_of(attrs->base, wr_size(attrs)) };

	strcpy(q.name, "fred");
	rad_verdict(&in, &q, &v, &g, odd, sizeof(odd));
	ATF_CHECK_EQ(9, v.run);
}

ATF_TC_WITHOUT_HEAD(verdicts);
ATF_TC_BODY(verdicts, tc)
{
	uint8_t buf[600];
	struct wr w = wr_of(buf, sizeof(buf));

	verdict(RAD_ACCESS_ACCEPT, &w, 0);
	ATF_CHECK(v.ok);
	ATF_CHECK_STREQ("Greetings!!", v.message);
	ATF_CHECK(g.extra.radius);
	verdict(RAD_ACCESS_REJECT, &w, 0);
	ATF_CHECK(!v.ok);
	ATF_CHECK_STREQ("Login incorrect", v.message);
	ATF_CHECK(!g.extra.radius);
	verdict(RAD_ACCESS_CHALLENGE, &w, 0);
	ATF_CHECK(!v.ok && odd[0] != '\0');
	/* MS-CHAPv2 without the server's proof lets nobody in */
	verdict(RAD_ACCESS_ACCEPT, &w, CHAP_MSV2);
	ATF_CHECK(!v.ok && odd[0] != '\0');
	rad_vsa(&w, RAD_MICROSOFT, RAD_MS_CHAP2_SUCCESS, "\001S=AB M=hi",
	    10);
	verdict(RAD_ACCESS_ACCEPT, &w, CHAP_MSV2);
	ATF_CHECK(v.ok);
	ATF_CHECK_STREQ("S=AB M=hi", v.message);
	w = wr_of(buf, sizeof(buf));
	rad_put(&w, RAD_REPLY_MESSAGE, "no\x07money", 8);
	rad_text(&w, RAD_REPLY_MESSAGE, ", no line");
	verdict(RAD_ACCESS_REJECT, &w, 0);
	ATF_CHECK_STREQ("no.money, no line", v.message);
	verdict(RAD_ACCESS_REJECT, &w, CHAP_MSV2);
	ATF_CHECK(strncmp(v.message, "E=691 R=0 C=", 12) == 0);
	ATF_CHECK(strstr(v.message, " M=no.money, no line") != NULL);
	w = wr_of(buf, sizeof(buf));
	rad_u32(&w, RAD_SERVICE_TYPE, 6);
	verdict(RAD_ACCESS_ACCEPT, &w, 0);
	ATF_CHECK(!v.ok && odd[0] != '\0');
}

/* ---- accounting ---- */

ATF_TC_WITHOUT_HEAD(gigawords);
ATF_TC_BODY(gigawords, tc)
{
	struct rad_who who = { .session = "1", .port_type = RAD_ETHERNET };
	struct rad_usage u = { .in_oct = (uint64_t)5 << 32 | 7,
	    .out_oct = 9, .secs = 60, .why = WHY_IDLE };
	struct rad_acct a = { .status = RAD_STOP, .user = "fred",
	    .who = &who, .u = &u, .addr = 0x0a000001 };
	uint8_t buf[RAD_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	struct rd val, all;
	uint32_t n = 0;

	rad_put_acct(&w, &a);
	ATF_REQUIRE(!w.bad);
	all = rd_of(buf, wr_size(&w));
	ATF_REQUIRE(rad_find(all, RAD_ACCT_INPUT_OCTETS, &val));
	ATF_CHECK(rad_number(val, &n) && n == 7);
	ATF_REQUIRE(rad_find(all, RAD_ACCT_INPUT_GIGAWORDS, &val));
	ATF_CHECK(rad_number(val, &n) && n == 5);
	ATF_CHECK(!rad_find(all, RAD_ACCT_OUTPUT_GIGAWORDS, &val));
	ATF_REQUIRE(rad_find(all, RAD_ACCT_TERMINATE_CAUSE, &val));
	ATF_CHECK(rad_number(val, &n) && n == 4);
	for (int i = 0; i < WHY_COUNT; i++)
		ATF_CHECK(rad_cause((enum why)i) != 0);
}

/* What is not followed is named, each once; what is, never. */
ATF_TC_WITHOUT_HEAD(not_followed);
ATF_TC_BODY(not_followed, tc)
{
	uint8_t buf[RAD_MAX];
	struct wr w = wr_of(buf, sizeof(buf));
	char names[200], small[12];

	rad_u32(&w, RAD_FRAMED_PROTOCOL, 1);
	rad_u32(&w, RAD_FRAMED_COMPRESSION, 1);
	rad_text(&w, RAD_REPLY_MESSAGE, "hello");
	rad_unused(rd_of(buf, wr_size(&w)), names, sizeof(names));
	ATF_CHECK_STREQ("", names);
	rad_text(&w, RAD_FRAMED_POOL, "gold");
	rad_text(&w, RAD_FRAMED_POOL, "silver");
	rad_u32(&w, 62, 1);
	rad_u32(&w, 200, 1);
	rad_unused(rd_of(buf, wr_size(&w)), names, sizeof(names));
	ATF_CHECK_STREQ("Framed-Pool, Port-Limit, attribute 200", names);
	rad_unused(rd_of(buf, wr_size(&w)), small, sizeof(small));
	ATF_CHECK_STREQ("Framed-Pool", small);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, not_followed);
	ATF_TP_ADD_TC(tp, rfc2865_pap);
	ATF_TP_ADD_TC(tp, rfc2865_chap);
	ATF_TP_ADD_TC(tp, rfc2202);
	ATF_TP_ADD_TC(tp, seals);
	ATF_TP_ADD_TC(tp, sign_at_the_end);
	ATF_TP_ADD_TC(tp, malformed);
	ATF_TP_ADD_TC(tp, passwords);
	ATF_TP_ADD_TC(tp, mppe_keys);
	ATF_TP_ADD_TC(tp, routes);
	ATF_TP_ADD_TC(tp, filters);
	ATF_TP_ADD_TC(tp, numbers);
	ATF_TP_ADD_TC(tp, verdicts);
	ATF_TP_ADD_TC(tp, gigawords);
	return atf_no_error();
}
