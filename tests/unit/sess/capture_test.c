/* Frames as a capture sees them: their layers, who wants them, and that no
 * secret stays in one that is masked. */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "ppp/ppp.h"
#include "pppoe/pppoe.h"
#include "sess/capture.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static const uint8_t us[ETH_ADDR] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t him[ETH_ADDR] = { 2, 0, 0, 0, 0, 2 };

struct frame {
	uint8_t	 p[256];
	size_t	 n;
	struct captured c;
};

/* A frame of a session, from him to us. */
static struct frame
session(struct vlans v, uint16_t proto, const void *body, size_t n)
{
	struct frame f = { .n = 0 };
	struct wr w = wr_of(f.p, sizeof(f.p));

	eth_write(&w, us, him, v, ETH_PPPOE_SESS);
	pppoe_write(&w, CODE_SESS, 5, (uint16_t)(n + 2));
	wr_u16(&w, proto);
	wr_put(&w, body, n);
	f.n = wr_size(&w);
	capture_look(f.p, f.n, false, &f.c);
	return f;
}

static struct frame
discovery(uint8_t code, uint16_t sid)
{
	struct frame f = { .n = 0 };
	struct wr w = wr_of(f.p, sizeof(f.p));

	eth_write(&w, us, him, (struct vlans){ 0, 0 }, ETH_PPPOE_DISC);
	pppoe_write(&w, code, sid, 0);
	f.n = wr_size(&w);
	capture_look(f.p, f.n, false, &f.c);
	return f;
}

TEST(layers)
{
	static const struct vlans tags[] = { { 0, 0 }, { 7, 0 }, { 100, 7 } };
	struct captured c;

	for (int i = 0; i < 3; i++) {
		struct frame f = session(tags[i], PROTO_LCP, "\1\1\0\4", 4);

		ATF_CHECK_EQ(FRAME_CONTROL, f.c.kind);
		ATF_CHECK_EQ(5, f.c.sid);
		ATF_CHECK_EQ(PROTO_LCP, f.c.proto);
		ATF_CHECK_EQ(f.n - 4, f.c.body);
		ATF_CHECK_EQ(0, memcmp(&tags[i], &f.c.vlan, sizeof(tags[i])));
	}
	ATF_CHECK_EQ(FRAME_DATA, session(tags[0], PROTO_IP, "", 0).c.kind);
	ATF_CHECK_EQ(FRAME_DISC, discovery(CODE_PADI, 0).c.kind);
	ATF_CHECK_EQ(9, discovery(CODE_PADT, 9).c.sid);
	capture_look((const uint8_t *)"\xff\x03\xc0\x21\1\1\0\4", 8, true,
	    &c);
	ATF_CHECK_EQ(FRAME_CONTROL, c.kind);
	ATF_CHECK_EQ(4, c.body);
	/* A protocol field of one octet: data. */
	capture_look((const uint8_t *)"\xff\x03\x21", 3, true, &c);
	ATF_CHECK_EQ(FRAME_DATA, c.kind);
	struct frame f = session(tags[0], PROTO_LCP, "\1\1\0\4", 4);

	for (size_t n = 0; n < f.n - 4; n++) {
		capture_look(f.p, n, false, &c);
		ATF_CHECK_EQ(FRAME_OTHER, c.kind);
	}
}

TEST(wanted)
{
	struct vlans no = { 0, 0 };
	struct captured padi = discovery(CODE_PADI, 0).c,
	    lcp = session(no, PROTO_LCP, "", 0).c,
	    ip = session(no, PROTO_IP, "", 0).c, line;
	struct capture_conf f = { .what = CAPTURE_DISCOVERY };

	capture_look((const uint8_t *)"\xff\x03\xc0\x21\1\1\0\4", 8, true,
	    &line);
	ATF_CHECK(capture_wants(&f, &padi) && !capture_wants(&f, &lcp));
	f.what = CAPTURE_CONTROL;
	ATF_CHECK(capture_wants(&f, &padi) && capture_wants(&f, &lcp) &&
	    capture_wants(&f, &line) && !capture_wants(&f, &ip));
	f.what = CAPTURE_ALL;
	ATF_CHECK(capture_wants(&f, &ip));
	f.sid = 5;
	ATF_CHECK(capture_wants(&f, &ip) && !capture_wants(&f, &padi) &&
	    !capture_wants(&f, &line));
	f.sid = 6;
	ATF_CHECK(!capture_wants(&f, &ip));
	f.sid = 0;
	f.by_mac = true;
	memcpy(f.mac, him, ETH_ADDR);
	ATF_CHECK(capture_wants(&f, &ip) && !capture_wants(&f, &line));
	memcpy(f.mac, us, ETH_ADDR);
	ATF_CHECK(capture_wants(&f, &padi));
	f.mac[5] = 9;
	ATF_CHECK(!capture_wants(&f, &ip));
}

/* @want: what is left of @body. */
static void
masks(uint16_t proto, const char *body, size_t n, const char *want)
{
	struct frame f = session((struct vlans){ 0, 0 }, proto, body, n);

	capture_mask(f.p, f.n, &f.c);
	ATF_CHECK_MSG(memcmp(f.p + f.c.body, want, n) == 0,
	    "%04x, packet of %zu octets: %.*s", proto, n, (int)n,
	    (const char *)f.p + f.c.body);
}
#define MASKS(proto, body, want)					\
	do {								\
		_Static_assert(sizeof(body) == sizeof(want), "as long"); \
		masks(proto, body, sizeof(body) - 1, want);		\
	} while (0)

TEST(secrets)
{
	MASKS(PROTO_PAP, "\1\1\0\x11" "\4fred" "\6secret",
	    "\1\1\0\x11" "\4fred" "\6******");
	/* also what stands behind the packet */
	MASKS(PROTO_PAP, "\1\1\0\x11" "\4fred" "\2secret",
	    "\1\1\0\x11" "\4fred" "\2******");
	MASKS(PROTO_PAP, "\2\1\0\x0a" "\5hello", "\2\1\0\x0a" "\5hello");
	MASKS(PROTO_CHAP, "\1\1\0\x0d" "\4abcd" "tower",
	    "\1\1\0\x0d" "\4\0\0\0\0" "tower");
	MASKS(PROTO_CHAP, "\2\1\0\x0c" "\4abcd" "fred",
	    "\2\1\0\x0c" "\4\0\0\0\0" "fred");
	MASKS(PROTO_CHAP, "\3\1\0\x0e" "S=0123AF M=OK",
	    "\3\1\0\x0e" "S=****** M=OK");
	MASKS(PROTO_CHAP, "\4\1\0\x0e" "E=691 R=1 C=00FF V=3",
	    "\4\1\0\x0e" "E=691 R=1 C=**** V=3");
	MASKS(PROTO_CHAP, "\3\1\0\x0e" "S=01S=0122AFC=9x S=",
	    "\3\1\0\x0e" "S=**S=******C=*x S=");
	MASKS(PROTO_CHAP, "\7\1\0\x0e" "new password",
	    "\7\1\0\x0e" "\0\0\0\0\0\0\0\0\0\0\0\0");
	MASKS(0xc227, "\2\1\0\x0e" "\4\4hash", "\2\1\0\x0e" "\4\0\0\0\0\0");
	/* given back: RFC 1661 section 5.7 */
	MASKS(PROTO_LCP, "\x08\2\0\x17\xc0\x23" "\1\1\0\x11" "\4fred"
	    "\6secret",
	    "\x08\2\0\x17\xc0\x23" "\1\1\0\x11" "\4fred" "\6******");
	MASKS(PROTO_LCP, "\1\1\0\x08" "\5\6abcd", "\1\1\0\x08" "\5\6abcd");
	MASKS(PROTO_IP, "\1\1\0\x11" "\4fred" "\6secret",
	    "\1\1\0\x11" "\4fred" "\6secret");
}

TEST(secrets_in_bad_form)
{
	/* The name is longer than the packet, or the code is none of PAP. */
	MASKS(PROTO_PAP, "\1\1\0\x11" "\xffsecret", "\1\1\0\x11" "*******");
	MASKS(PROTO_PAP, "\x09\1\0\x11" "\4fred\6secret",
	    "\x09\1\0\x11" "************");
	MASKS(PROTO_CHAP, "\2\1\0\x11" "\xffsecret",
	    "\2\1\0\x11" "\0\0\0\0\0\0\0");
	MASKS(PROTO_PAP, "\1\1\0\4", "\1\1\0\4");
	MASKS(PROTO_PAP, "\1", "\1");
	MASKS(PROTO_CHAP, "", "");
	MASKS(PROTO_LCP, "\x08\2\0\6\xc0\x23", "\x08\2\0\6\xc0\x23");
}

TEST(comments)
{
	struct frame f = session((struct vlans){ 0, 0 }, PROTO_LCP, "", 0);
	struct captured c;
	char text[CAPTURE_COMMENT];

	capture_comment(&f.c, "isp", "deflink", false, text);
	ATF_CHECK_STREQ("label isp, deflink, session 5 of 02:00:00:00:00:02",
	    text);
	f = discovery(CODE_PADI, 0);
	memset(f.c.dst, 0xff, ETH_ADDR);
	capture_comment(&f.c, "lan", "", true, text);
	ATF_CHECK_STREQ("label lan", text);
	capture_comment(&f.c, "lan", "", false, text);
	ATF_CHECK_STREQ("label lan, 02:00:00:00:00:02", text);
	capture_look((const uint8_t *)"\xff\x03\xc0\x21", 4, true, &c);
	capture_comment(&c, "modem", "deflink", true, text);
	ATF_CHECK_STREQ("label modem, deflink", text);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, layers);
	ATF_TP_ADD_TC(tp, wanted);
	ATF_TP_ADD_TC(tp, secrets);
	ATF_TP_ADD_TC(tp, secrets_in_bad_form);
	ATF_TP_ADD_TC(tp, comments);
	return atf_no_error();
}
