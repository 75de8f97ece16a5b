/*
 * What accel-ppp, pppd 2.4.9 and pppd 2.5.4 said to each other, from the
 * recordings in tests/pcap (user rig, password rigpass): our verdict on each
 * response is theirs, and as client we believe exactly their success.
 */
#include <atf-c.h>
#include <stdio.h>
#include <string.h>

#include "ppp/check.h"
#include "unit/ppp/auth_help.h"

struct recording {
	const char *pcap;
	uint8_t algo, id;
	const char *challenge, *response, *success;
	bool ok;
};

static const struct recording recordings[] = {
	{ "rpkernel--pppd25-chap", CHAP_MD5, 191,
	    "b0bcac5821ce14f2b9d9e8e817b52739d8ebf1ed",
	    "e7996f3470da51ccb48af58143d7b569", "Access granted", true },
	{ "rpkernel--user25-chap", CHAP_MD5, 252,
	    "c761c6371c416c675423f88886e91fa8",
	    "df204be6504c65cd5a1255c5238b509b", "Access granted", true },
	{ "accel--pppd25-wrongpass", CHAP_MD5, 1,
	    "d53b766685efec8b767ab3c1a31b931c",
	    "99b2e7862ffa2c5bf32d1e4f4e780d05", "Authentication failed",
	    false },
	{ "rpkernel--pppd25-mschap", CHAP_MS, 84, "fd5810d7c159eee4",
	    "000000000000000000000000000000000000000000000000"
	    "1a29940bdff011b5e2044182a60baf92dbf8ba495c6b9ab601",
	    "Access granted", true },
	{ "accel--pppd25-mschap-v1", CHAP_MS, 1, "e13a50dc0c6fdbdb",
	    "000000000000000000000000000000000000000000000000"
	    "9817a1ccfd1a79d01afa8bd431ad4f3c9cd0254fe64000d301",
	    "Authentication succeeded", true },
	{ "rpkernel--pppd25-mschap-v2", CHAP_MSV2, 187,
	    "aea467bb0295df4a05e0a9e5c2ab0e49",
	    "97802baf263f89a21cfbeb27299731890000000000000000"
	    "d7f2bc36b13fbcce0df1aa7586787c4c316e308e44a47db100",
	    "S=C5184CF17597A57A5BE5341AB8E00406BA6A1466 M=Access granted",
	    true },
	{ "accel--pppd25-mschap-v2", CHAP_MSV2, 1,
	    "a83005c373895b28d001bc74755dae85",
	    "786cf1ec62ab50d1ddcffd5b9d178f270000000000000000"
	    "901a2219571964278d847bf028dc88f2cefc97d401c25f2c00",
	    "S=9B6D8D52712944688A0C45F7FCB743F179E2C4A5 "
	    "M=Authentication succeeded", true },
	{ "rpuser24--user24-mschap-v2", CHAP_MSV2, 7,
	    "bb635e943262185d868d047e38f5c8e5",
	    "73bae8230f82f0b6e2319a0eeacd5da60000000000000000"
	    "5e2dee7541023cd41b7ff5070930fe85555d8f767f9dc3f400",
	    "S=BA349204D15591D335F11B80094CF7BF8D36CF60 M=Access granted",
	    true },
	{ "rpkernel--pppd25-mschap-v2-wrongpass", CHAP_MSV2, 247,
	    "fb03b3a0142c932a9ec914f39be8cbcf",
	    "33206b48750813d4e8b675a5f5e435690000000000000000"
	    "28d25ef401c97228d56715661bc2cf0a98e1a86549915bca00",
	    "E=691 R=1 C=fb03b3a0142c932a9ec914f39be8cbcf V=0 "
	    "M=Access denied", false },
};
#define RECORDINGS	(sizeof(recordings) / sizeof(recordings[0]))

static uint8_t
unhex(const char *text, uint8_t *out)
{
	size_t n = strlen(text) / 2;
	unsigned v;

	for (size_t i = 0; i < n; i++) {
		ATF_REQUIRE_EQ(1, sscanf(text + 2 * i, "%2x", &v));
		out[i] = (uint8_t)v;
	}
	return (uint8_t)n;
}

ATF_TC_WITHOUT_HEAD(our_verdict_is_theirs);
ATF_TC_BODY(our_verdict_is_theirs, tc)
{
	for (size_t i = 0; i < RECORDINGS; i++) {
		const struct recording *r = &recordings[i];
		struct auth_query q = { .proto = PROTO_CHAP,
		    .algo = r->algo, .id = r->id, .name_len = 3,
		    .name = "rig" };
		struct auth_verdict v;

		q.challenge_len = unhex(r->challenge, q.challenge);
		q.response_len = unhex(r->response, q.response);
		ATF_CHECK_EQ(0, chap_check(&q, "rigpass", 7, &v));
		ATF_CHECK_EQ_MSG(r->ok, v.ok, "%s", r->pcap);
		if (r->algo == CHAP_MSV2 && r->ok)	/* S= and 40 digits */
			ATF_CHECK_EQ_MSG(0, strncmp(v.message, r->success, 42),
			    "%s: %s", r->pcap, v.message);
		ATF_CHECK_EQ(0, chap_check(&q, "rigPass", 7, &v));
		ATF_CHECK_MSG(!v.ok, "%s", r->pcap);
	}
}

/*
 * The same exchange with us as client. MS-CHAPv2's response has a part that
 * we choose, so their Success answers another one: not believed.
 */
ATF_TC_WITHOUT_HEAD(as_client);
ATF_TC_BODY(as_client, tc)
{
	static struct side us;
	uint8_t p[256], want[64];
	const uint8_t *sent;
	size_t n, len;

	for (size_t i = 0; i < RECORDINGS; i++) {
		const struct recording *r = &recordings[i];

		side_init(&us, 1);
		strcpy(us.conf.authname, "rig");
		strcpy(us.conf.authkey, "rigpass");
		side_self(&us, PROTO_CHAP, r->algo);
		n = unhex(r->challenge, p + 5);
		memcpy(p, "\1", 1);
		p[1] = r->id;
		p[2] = 0;
		p[3] = (uint8_t)(5 + n + 2);
		p[4] = (uint8_t)n;
		memcpy(p + 5 + n, "s1", 2);
		ATF_CHECK_EQ(0, side_input(&us, PROTO_CHAP, p, 5 + n + 2));
		sent = side_packet(&us, &len);
		n = unhex(r->response, want);
		ATF_CHECK_EQ(5 + n + 3, len);
		if (r->algo != CHAP_MSV2 && r->ok)
			ATF_CHECK_MSG(memcmp(sent + 5, want, n) == 0, "%s",
			    r->pcap);
		n = strlen(r->success);
		p[0] = r->ok ? 3 : 4;
		p[3] = (uint8_t)(4 + n);
		memcpy(p + 4, r->success, n);
		ATF_CHECK_EQ(0, side_input(&us, PROTO_CHAP, p, 4 + n));
		ATF_CHECK_EQ_MSG(r->ok && r->algo != CHAP_MSV2 ?
		    AUTH_SELF_OK : AUTH_SELF_FAIL, us.step, "%s", r->pcap);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, our_verdict_is_theirs);
	ATF_TP_ADD_TC(tp, as_client);
	return atf_no_error();
}
