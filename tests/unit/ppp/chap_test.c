/* CHAP with MD5, MS-CHAP and MS-CHAPv2, in both roles and against itself. */
#include <atf-c.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "crypto/chap.h"
#include "ppp/check.h"
#include "unit/ppp/auth_help.h"

#define PEER	(PROTO_CHAP | 1u << 16)
#define BYTES(s)	(s), sizeof(s) - 1

static struct side us, them;		/* us: the client; them: the server */
static const uint8_t algos[] = { CHAP_MD5, CHAP_MS, CHAP_MSV2 };
#define ALGOS	(sizeof(algos) / sizeof(algos[0]))

static int
in(const void *p, size_t n)
{
	return side_input(&us, PROTO_CHAP, p, n);
}

/* Up to the server's query, which is left in @q. */
static void
up_to_query(uint8_t algo, struct auth_query *q)
{
	side_init(&us, 1);
	side_init(&them, 2);
	strcpy(them.conf.authname, "gate");
	side_self(&us, PROTO_CHAP, algo);
	ATF_CHECK_EQ(0, us.ob.n);
	side_peer(&them, PROTO_CHAP, algo);
	ATF_REQUIRE_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	ATF_CHECK_EQ(PROTO_CHAP, side_arg(&us, PPP_EV_AUTH_SENT));
	ATF_REQUIRE_EQ(0, side_pass(&us, &them, PROTO_CHAP));
	ATF_CHECK_EQ(AUTH_PEER_QUERY, them.step);
	side_query(&them, q);
}

/* The whole exchange; the server's secret may be another. */
static void
exchange(uint8_t algo, const char *secret)
{
	struct auth_query q;
	struct auth_verdict v;

	up_to_query(algo, &q);
	ATF_CHECK_EQ(0, chap_check(&q, secret, strlen(secret), &v));
	side_verdict(&them, v.ok, v.message);
	ATF_REQUIRE_EQ(0, side_pass(&them, &us, PROTO_CHAP));
}

ATF_TC_WITHOUT_HEAD(all_kinds_succeed);
ATF_TC_BODY(all_kinds_succeed, tc)
{
	for (size_t i = 0; i < ALGOS; i++) {
		exchange(algos[i], "secret");
		ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
		ATF_CHECK_EQ(PROTO_CHAP, side_arg(&us, PPP_EV_AUTH_OK));
		ATF_CHECK_EQ(PEER, side_arg(&them, PPP_EV_AUTH_OK));
		if (algos[i] != CHAP_MSV2)
			ATF_CHECK_STREQ("Welcome!!",
			    side_text(&us, PPP_EV_AUTH_OK));
		ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
		ATF_CHECK_EQ(NEVER, auth_deadline(&them.self, &them.peer));
	}
}

/* What one side encrypts with, the other decrypts with. */
ATF_TC_WITHOUT_HEAD(keys_fit);
ATF_TC_BODY(keys_fit, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	for (size_t i = 0; i < ALGOS; i++) {
		up_to_query(algos[i], &q);
		ATF_REQUIRE_EQ(0, chap_check(&q, "secret", 6, &v));
		ATF_REQUIRE(v.ok);
		if (algos[i] == CHAP_MD5) {
			ATF_CHECK_EQ(0, v.mppe_len);
			ATF_CHECK_EQ(0, us.self.keys.len);
			continue;
		}
		ATF_CHECK_EQ(16, v.mppe_len);
		ATF_CHECK_EQ(16, us.self.keys.len);
		ATF_CHECK_EQ(0, memcmp(v.mppe_send, us.self.keys.recv, 16));
		ATF_CHECK_EQ(0, memcmp(v.mppe_recv, us.self.keys.send, 16));
		ATF_REQUIRE_EQ(0, chap_check(&q, "wrong", 5, &v));
		ATF_CHECK_EQ(0, v.mppe_len);
	}
}

ATF_TC_WITHOUT_HEAD(all_kinds_fail);
ATF_TC_BODY(all_kinds_fail, tc)
{
	static const char *const secrets[] = { "", "secreT", "secret ", "s" };

	for (size_t i = 0; i < ALGOS; i++)
		for (size_t k = 0; k < 4; k++) {
			exchange(algos[i], secrets[k]);
			ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
			ATF_CHECK_EQ(PEER, side_arg(&them, PPP_EV_AUTH_FAIL));
			ATF_CHECK_EQ(0, side_events(&us, PPP_EV_AUTH_OK));
			if (algos[i] == CHAP_MD5)
				ATF_CHECK_STREQ("Invalid!!",
				    side_text(&us, PPP_EV_AUTH_FAIL));
		}
}

ATF_TC_WITHOUT_HEAD(query_holds_what_was_said);
ATF_TC_BODY(query_holds_what_was_said, tc)
{
	struct auth_query q;

	for (size_t i = 0; i < ALGOS; i++) {
		up_to_query(algos[i], &q);
		ATF_CHECK_EQ(PROTO_CHAP, q.proto);
		ATF_CHECK_EQ(algos[i], q.algo);
		ATF_CHECK_EQ(1, q.id);
		ATF_CHECK_EQ(algos[i] == CHAP_MS ? 8 : 16, q.challenge_len);
		ATF_CHECK_EQ(algos[i] == CHAP_MD5 ? 16 : 49, q.response_len);
		ATF_CHECK(memcmp(q.challenge, them.peer.challenge,
		    q.challenge_len) == 0);
		ATF_CHECK_EQ(4, q.name_len);
		ATF_CHECK_STREQ("fred", q.name);
		ATF_CHECK_EQ(0, q.pass_len);
	}
}

/* By RFC 1994: MD5 over Identifier, secret and challenge. */
ATF_TC_WITHOUT_HEAD(md5_on_the_wire);
ATF_TC_BODY(md5_on_the_wire, tc)
{
	uint8_t want[16];
	const uint8_t *p;
	size_t n;

	side_init(&us, 1);
	side_self(&us, PROTO_CHAP, CHAP_MD5);
	ATF_CHECK_EQ(0, in(BYTES("\1\55\0\12\3abcgw")));
	p = side_packet(&us, &n);
	ATF_REQUIRE_EQ(4 + 1 + 16 + 4, n);
	ATF_CHECK(memcmp(p, "\2\55\0\31\20", 5) == 0);
	chap_md5(0x2d, "secret", 6, (const uint8_t *)"abc", 3, want);
	ATF_CHECK(memcmp(p + 5, want, 16) == 0);
	ATF_CHECK(memcmp(p + 21, "fred", 4) == 0);
}

ATF_TC_WITHOUT_HEAD(challenge_on_the_wire);
ATF_TC_BODY(challenge_on_the_wire, tc)
{
	uint8_t first[21];
	const uint8_t *p;
	size_t n;

	side_init(&us, 1);
	side_peer(&us, PROTO_CHAP, CHAP_MD5);
	p = side_packet(&us, &n);
	ATF_REQUIRE_EQ(4 + 1 + 16 + 4, n);
	ATF_CHECK(memcmp(p, "\1\1\0\31\20", 5) == 0);
	ATF_CHECK(memcmp(p + 21, "fred", 4) == 0);
	memcpy(first, p, sizeof(first));
	side_peer(&us, PROTO_CHAP, CHAP_MD5);	/* anew: nothing is the same */
	p = side_packet(&us, &n);
	ATF_CHECK_EQ(2, p[1]);
	ATF_CHECK(memcmp(p + 5, first + 5, 16) != 0);
	us.conf.authname[0] = '\0';	/* RFC 1994: one octet or more */
	side_peer(&us, PROTO_CHAP, CHAP_MS);
	p = side_packet(&us, &n);
	ATF_REQUIRE_EQ(4 + 1 + 8 + 3, n);
	ATF_CHECK_EQ(8, p[4]);
	ATF_CHECK(memcmp(p + 13, "ppp", 3) == 0);
}

ATF_TC_WITHOUT_HEAD(challenge_is_repeated_unchanged);
ATF_TC_BODY(challenge_is_repeated_unchanged, tc)
{
	uint8_t first[25];
	const uint8_t *p;
	size_t n;

	side_init(&us, 1);
	side_peer(&us, PROTO_CHAP, CHAP_MD5);
	memcpy(first, side_packet(&us, &n), sizeof(first));
	for (int i = 0; i < 2; i++) {
		side_wait(&us, 2);
		ATF_CHECK_EQ(0, us.ob.n);
		side_wait(&us, 1);
		p = side_packet(&us, &n);
		ATF_CHECK(n == sizeof(first) && memcmp(p, first, n) == 0);
	}
	side_wait(&us, 3);
	ATF_CHECK_EQ(AUTH_PEER_SILENT, us.step);
	ATF_CHECK_EQ(0, us.ob.n);
	side_wait(&us, 100);
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
}

ATF_TC_WITHOUT_HEAD(silent_server);
ATF_TC_BODY(silent_server, tc)
{
	side_init(&us, 1);
	side_self(&us, PROTO_CHAP, CHAP_MD5);
	side_wait(&us, 8);
	ATF_CHECK_EQ(0, in(BYTES("\1\1\0\12\3abcgw")));	/* wait anew */
	for (int i = 0; i < 2; i++)	/* it is repeated, see below */
		side_wait(&us, 3);
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	side_wait(&us, 3);
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(AUTH_SELF_SILENT, us.step);
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\3\1\0\4")));
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
}

/* The Success was lost: who gave it does not challenge again. */
ATF_TC_WITHOUT_HEAD(response_is_repeated_unchanged);
ATF_TC_BODY(response_is_repeated_unchanged, tc)
{
	static const uint8_t algo[] = { CHAP_MD5, CHAP_MS, CHAP_MSV2 };
	struct auth_query q;
	struct auth_verdict v;
	uint8_t first[256];
	const uint8_t *p;
	size_t n, size;

	for (unsigned i = 0; i < sizeof(algo); i++) {
		up_to_query(algo[i], &q);
		p = side_packet(&us, &size);
		memcpy(first, p, size);
		ATF_CHECK_EQ(0, chap_check(&q, "secret", 6, &v));
		side_verdict(&them, v.ok, v.message);	/* nobody hears it */
		side_wait(&us, 2);
		ATF_CHECK_EQ(0, us.ob.n);
		side_wait(&us, 1);
		p = side_packet(&us, &n);
		ATF_CHECK(n == size && memcmp(p, first, n) == 0);
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
		side_wait(&us, 100);
		ATF_CHECK_EQ(0, us.ob.n);
	}
}

ATF_TC_WITHOUT_HEAD(old_identifiers_are_dropped);
ATF_TC_BODY(old_identifiers_are_dropped, tc)
{
	side_init(&us, 1);
	side_self(&us, PROTO_CHAP, CHAP_MD5);
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\3\0\0\4")));	/* no challenge yet */
	ATF_CHECK_EQ(0, in(BYTES("\1\5\0\12\3abcgw")));
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\3\4\0\4")));
	ATF_CHECK_EQ(-E_STALE, in(BYTES("\4\6\0\4")));
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(0, in(BYTES("\3\5\0\4")));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
}

ATF_TC_WITHOUT_HEAD(response_to_an_old_challenge_is_dropped);
ATF_TC_BODY(response_to_an_old_challenge_is_dropped, tc)
{
	struct auth_query q;
	struct outbox kept;

	up_to_query(CHAP_MD5, &q);
	kept = us.ob;			/* our right answer to challenge 1 */
	side_peer(&them, PROTO_CHAP, CHAP_MD5);		/* challenge 2 */
	us.ob = kept;
	ATF_CHECK_EQ(-E_STALE, side_pass(&us, &them, PROTO_CHAP));
	ATF_CHECK_EQ(0, them.ob.n);
	ATF_CHECK_EQ(AUTH_NOTHING, them.step);
}

ATF_TC_WITHOUT_HEAD(repeated_response_gets_the_same_answer);
ATF_TC_BODY(repeated_response_gets_the_same_answer, tc)
{
	struct auth_query q;
	const uint8_t *p;
	size_t n;

	for (int ok = 0; ok < 2; ok++) {
		up_to_query(CHAP_MD5, &q);
		ATF_CHECK_EQ(-E_STATE, side_pass(&us, &them, PROTO_CHAP));
		ATF_CHECK_EQ(0, them.ob.n);
		side_verdict(&them, ok, "Word");
		for (int i = 0; i < 3; i++) {
			ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
			p = side_packet(&them, &n);
			ATF_REQUIRE_EQ(8, n);
			ATF_CHECK(memcmp(p, ok ? "\3\1\0\10Word" :
			    "\4\1\0\10Word", 8) == 0);
			ATF_CHECK_EQ(AUTH_NOTHING, them.step);
			ATF_CHECK_EQ(1, them.ob.n);
		}
	}
}

ATF_TC_WITHOUT_HEAD(challenged_again);
ATF_TC_BODY(challenged_again, tc)
{
	exchange(CHAP_MD5, "secret");
	ATF_CHECK_EQ(0, in(BYTES("\1\11\0\12\3abcgw")));
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	ATF_CHECK_EQ(1, side_packets(&us));
	ATF_CHECK_EQ(0, side_events(&us, PPP_EV_AUTH_SENT));
	ATF_CHECK_EQ(NEVER, auth_deadline(&us.self, &us.peer));
	ATF_CHECK_EQ(0, in(BYTES("\3\11\0\4")));
	ATF_CHECK_EQ(AUTH_NOTHING, us.step);
	ATF_CHECK_EQ(0, in(BYTES("\1\12\0\12\3abcgw")));
	ATF_CHECK_EQ(0, in(BYTES("\4\12\0\6No")));
	ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
	ATF_CHECK_STREQ("No", side_text(&us, PPP_EV_AUTH_FAIL));
	ATF_CHECK_EQ(-E_STATE, in(BYTES("\1\13\0\12\3abcgw")));
}

ATF_TC_WITHOUT_HEAD(challenges_of_any_size);
ATF_TC_BODY(challenges_of_any_size, tc)
{
	uint8_t p[5 + 255 + 1] = { 1, 1, 1, 5, 255 };

	side_init(&us, 1);
	side_self(&us, PROTO_CHAP, CHAP_MD5);
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\1\1\0\5\0")));
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\1\1\0\7\0gw")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\1\1\0\4")));
	ATF_CHECK_EQ(-E_SHORT, in(BYTES("\1\1\0\7\3ab")));
	ATF_CHECK_EQ(0, us.ob.n);
	ATF_CHECK_EQ(0, in(BYTES("\1\1\0\6\1a")));	/* no name either */
	ATF_CHECK_EQ(1, side_packets(&us));
	ATF_CHECK_EQ(0, in(p, sizeof(p)));
	ATF_CHECK_EQ(1, side_packets(&us));
	side_self(&us, PROTO_CHAP, CHAP_MS);
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\1\1\0\14\7abcdefg")));
	ATF_CHECK_EQ(0, in(BYTES("\1\1\0\15\10abcdefgh")));
	side_self(&us, PROTO_CHAP, CHAP_MSV2);
	ATF_CHECK_EQ(-E_FORMAT, in(BYTES("\1\1\0\15\10abcdefgh")));
	ATF_CHECK_EQ(0, in(BYTES("\1\1\0\25\20abcdefghabcdefgh")));
}

ATF_TC_WITHOUT_HEAD(responses_of_wrong_size);
ATF_TC_BODY(responses_of_wrong_size, tc)
{
	uint8_t p[5 + 255 + 300];

	for (size_t i = 0; i < ALGOS; i++)
		for (size_t size = 0; size < 256; size++) {
			size_t right = algos[i] == CHAP_MD5 ? 16 : 49;

			side_init(&us, 1);
			side_peer(&us, PROTO_CHAP, algos[i]);
			memset(p, 0, sizeof(p));
			p[0] = 2;
			p[1] = 1;
			p[2] = (uint8_t)((5 + size) >> 8);
			p[3] = (uint8_t)(5 + size);
			p[4] = (uint8_t)size;
			ATF_CHECK_EQ(-E_SHORT, in(p, 4 + size));
			ATF_CHECK_EQ(size == right ? 0 : -E_FORMAT,
			    in(p, 5 + size));
			ATF_CHECK_EQ(size == right ? AUTH_PEER_QUERY :
			    AUTH_NOTHING, us.step);
		}
}

ATF_TC_WITHOUT_HEAD(names_empty_and_long);
ATF_TC_BODY(names_empty_and_long, tc)
{
	uint8_t p[5 + 16 + 256] = { 2, 1, 1, 21, 16 };
	struct auth_query q;

	side_init(&us, 1);
	side_peer(&us, PROTO_CHAP, CHAP_MD5);
	memset(p + 21, 'n', 256);
	ATF_CHECK_EQ(-E_FORMAT, in(p, sizeof(p)));	/* 256 octets */
	p[3] = 20;
	ATF_CHECK_EQ(0, in(p, sizeof(p)));
	side_query(&us, &q);
	ATF_CHECK_EQ(255, q.name_len);
	ATF_CHECK_EQ('n', q.name[254]);
	ATF_CHECK_EQ('\0', q.name[255]);
	side_peer(&us, PROTO_CHAP, CHAP_MD5);
	p[1] = 2;
	p[2] = 0;
	p[3] = 21;
	ATF_CHECK_EQ(0, in(p, sizeof(p)));
	side_query(&us, &q);
	ATF_CHECK_EQ(0, q.name_len);
	ATF_CHECK_STREQ("", q.name);
}

/* The server's Success with one octet of its proof changed. */
static int
forged(size_t at, uint8_t to)
{
	struct auth_query q;
	struct auth_verdict v;
	const uint8_t *have;
	uint8_t p[200];
	size_t n;

	up_to_query(CHAP_MSV2, &q);
	ATF_REQUIRE_EQ(0, chap_check(&q, "secret", 6, &v));
	ATF_REQUIRE(v.ok);
	side_verdict(&them, v.ok, v.message);
	have = side_packet(&them, &n);
	ATF_REQUIRE_EQ(4 + 2 + 40 + 12, n);	/* S=... M=Welcome!! */
	memcpy(p, have, n);
	p[at] = to == 0 ? (uint8_t)(p[at] == '0' ? '1' : '0') : to;
	return in(p, n);
}

ATF_TC_WITHOUT_HEAD(mschapv2_success_must_prove_the_secret);
ATF_TC_BODY(mschapv2_success_must_prove_the_secret, tc)
{
	for (size_t i = 4; i < 46; i++) {
		ATF_CHECK_EQ(0, forged(i, 0));
		ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
		ATF_CHECK_STREQ("the peer does not know our secret",
		    side_text(&us, PPP_EV_AUTH_FAIL));
		ATF_CHECK_EQ(0, side_events(&us, PPP_EV_AUTH_OK));
	}
	ATF_CHECK_EQ(0, forged(48, '-'));	/* the text is free */
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
}

ATF_TC_WITHOUT_HEAD(mschapv2_success_without_proof);
ATF_TC_BODY(mschapv2_success_without_proof, tc)
{
	struct auth_query q;

	up_to_query(CHAP_MSV2, &q);
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\4")));
	ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
	up_to_query(CHAP_MSV2, &q);
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\15Welcome!!")));
	ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
	up_to_query(CHAP_MSV2, &q);
	ATF_CHECK_EQ(0, in(BYTES("\3\1\0\14S=01234567")));
	ATF_CHECK_EQ(AUTH_SELF_FAIL, us.step);
}

/* The server repeats its challenge, then answers our first response. */
ATF_TC_WITHOUT_HEAD(mschapv2_repeated_challenge);
ATF_TC_BODY(mschapv2_repeated_challenge, tc)
{
	struct auth_query q;
	struct auth_verdict v;
	struct outbox challenge, first;
	const uint8_t *p;
	size_t n;

	side_init(&us, 1);
	side_init(&them, 2);
	side_self(&us, PROTO_CHAP, CHAP_MSV2);
	side_peer(&them, PROTO_CHAP, CHAP_MSV2);
	challenge = them.ob;
	ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	first = us.ob;
	them.ob = challenge;
	ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	us.ob = first;
	ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
	side_query(&them, &q);
	ATF_CHECK_EQ(0, chap_check(&q, "secret", 6, &v));
	side_verdict(&them, v.ok, v.message);
	ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
	/* Another Identifier: our part is another, too. */
	side_peer(&them, PROTO_CHAP, CHAP_MSV2);
	ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	p = side_packet(&us, &n);
	ATF_CHECK_EQ(2, p[1]);
	ATF_CHECK(memcmp(p + 5, q.response, MSCHAP2_CHALLENGE) != 0);
}

ATF_TC_WITHOUT_HEAD(mschapv2_proof_in_small_letters);
ATF_TC_BODY(mschapv2_proof_in_small_letters, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	up_to_query(CHAP_MSV2, &q);
	ATF_REQUIRE_EQ(0, chap_check(&q, "secret", 6, &v));
	for (size_t i = 2; i < 42; i++)
		v.message[i] = (char)tolower((unsigned char)v.message[i]);
	side_verdict(&them, true, v.message);
	ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
	ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
}

/*
 * Both sides demand CHAP and share the secret. The attacker knows nothing:
 * it sends our own challenge back, to get the answer from us.
 */
ATF_TC_WITHOUT_HEAD(reflected_challenge_is_refused);
ATF_TC_BODY(reflected_challenge_is_refused, tc)
{
	const uint8_t *ours;
	uint8_t p[64];
	size_t n;

	for (size_t i = 0; i < ALGOS; i++) {
		side_init(&us, 1);
		side_self(&us, PROTO_CHAP, algos[i]);
		side_peer(&us, PROTO_CHAP, algos[i]);
		ours = side_packet(&us, &n);
		ATF_REQUIRE(n <= sizeof(p));
		memcpy(p, ours, n);
		ATF_CHECK_EQ(-E_DENIED, in(p, n));
		p[1] = 77;			/* whatever Identifier */
		ATF_CHECK_EQ(-E_DENIED, in(p, n));
		ATF_CHECK_EQ(0, us.ob.n);
		ATF_CHECK_EQ(AUTH_NOTHING, us.step);
		p[5] ^= 1;			/* another one is answered */
		ATF_CHECK_EQ(0, in(p, n));
		ATF_CHECK_EQ(1, side_packets(&us));
	}
}

ATF_TC_WITHOUT_HEAD(both_ways_at_once);
ATF_TC_BODY(both_ways_at_once, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	for (size_t i = 0; i < ALGOS; i++) {
		up_to_query(algos[i], &q);
		ATF_REQUIRE_EQ(0, chap_check(&q, "secret", 6, &v));
		side_peer(&us, PROTO_CHAP, CHAP_MD5);
		side_self(&them, PROTO_CHAP, CHAP_MD5);
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(AUTH_PEER_QUERY, us.step);
		side_verdict(&us, true, "Welcome!!");
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		ATF_CHECK_EQ(AUTH_SELF_OK, them.step);
		side_verdict(&them, true, v.message);
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(AUTH_SELF_OK, us.step);
	}
}

ATF_TC_WITHOUT_HEAD(lan_manager_only_when_accepted);
ATF_TC_BODY(lan_manager_only_when_accepted, tc)
{
	static const uint8_t none[24];
	uint8_t nt[24], lm[24];
	struct auth_query q;
	struct {
		uint32_t accepted;
		const uint8_t *lm, *nt;
		uint8_t flag;
	} want[] = {
		{ NEG_MSCHAP, none, nt, 1 },
		{ NEG_MSCHAP | NEG_LANMAN, lm, nt, 1 },
		{ NEG_LANMAN, lm, none, 0 },
	};

	for (size_t i = 0; i < 3; i++) {
		side_init(&us, 1);
		side_init(&them, 2);
		them.conf.enabled = NEG_MSCHAP | NEG_LANMAN;
		us.conf.accepted = want[i].accepted;
		side_self(&us, PROTO_CHAP, CHAP_MS);
		side_peer(&them, PROTO_CHAP, CHAP_MS);
		mschap_nt(them.peer.challenge, "secret", 6, nt);
		mschap_lm(them.peer.challenge, "secret", 6, lm);
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		side_query(&them, &q);
		ATF_CHECK(memcmp(q.response, want[i].lm, 24) == 0);
		ATF_CHECK(memcmp(q.response + 24, want[i].nt, 24) == 0);
		ATF_CHECK_EQ(want[i].flag, q.response[48]);
	}
}

/* Whoever may choose the weaker answer is not the peer. */
ATF_TC_WITHOUT_HEAD(lan_manager_answer_must_be_enabled);
ATF_TC_BODY(lan_manager_answer_must_be_enabled, tc)
{
	static const uint32_t enabled[] = {
		NEG_MSCHAP, NEG_MSCHAP | NEG_LANMAN, NEG_LANMAN,
	};
	struct auth_query q;
	struct auth_verdict v;

	for (size_t i = 0; i < 3; i++) {
		side_init(&us, 1);
		side_init(&them, 2);
		them.conf.enabled = enabled[i];
		us.conf.accepted = NEG_LANMAN;	/* LAN Manager's alone */
		side_self(&us, PROTO_CHAP, CHAP_MS);
		side_peer(&them, PROTO_CHAP, CHAP_MS);
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		side_query(&them, &q);
		ATF_CHECK_EQ(0, chap_check(&q, "secret", 6, &v));
		ATF_CHECK_EQ(i != 0, v.ok);
		ATF_CHECK_EQ(0, chap_check(&q, "SECRET", 6, &v));
		ATF_CHECK_EQ(i != 0, v.ok);	/* LM knows capitals only */
		ATF_CHECK_EQ(0, chap_check(&q, "other", 5, &v));
		ATF_CHECK(!v.ok);
	}
}

ATF_TC_WITHOUT_HEAD(words_of_refusal);
ATF_TC_BODY(words_of_refusal, tc)
{
	struct auth_query q = {
		.proto = PROTO_CHAP, .algo = CHAP_MSV2, .challenge_len = 16,
		.response_len = 49,
		.challenge = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc,
		    0xd, 0xe, 0xff },
	};
	struct auth_verdict v;

	ATF_CHECK_EQ(0, chap_check(&q, "x", 1, &v));
	ATF_CHECK_STREQ("E=691 R=0 C=000102030405060708090A0B0C0D0EFF V=3 "
	    "M=Invalid!!", v.message);
	q.algo = CHAP_MS;
	q.challenge_len = 8;
	ATF_CHECK_EQ(0, chap_check(&q, "x", 1, &v));
	ATF_CHECK_STREQ("E=691 R=0 C=0001020304050607 V=3 M=Invalid!!",
	    v.message);
	ATF_CHECK(!v.ok);
	q.algo = CHAP_MD5;
	ATF_CHECK_EQ(0, chap_check(&q, "x", 1, &v));
	ATF_CHECK_STREQ("Invalid!!", v.message);
}

ATF_TC_WITHOUT_HEAD(odd_queries_are_refused);
ATF_TC_BODY(odd_queries_are_refused, tc)
{
	struct auth_query good, q;
	struct auth_verdict v;

	for (size_t i = 0; i < ALGOS; i++) {
		up_to_query(algos[i], &good);
		q = good;
		q.proto = PROTO_PAP;
		ATF_CHECK_EQ(-E_FORMAT, chap_check(&q, "secret", 6, &v));
		ATF_CHECK(!v.ok);
		ATF_CHECK_EQ(-E_FORMAT, pap_check(&good, "", 0, &v));
		ATF_CHECK(!v.ok);
		q = good;
		q.algo = 0x7f;
		ATF_CHECK_EQ(-E_FORMAT, chap_check(&q, "secret", 6, &v));
		ATF_CHECK(!v.ok);
		q = good;
		q.challenge_len = 255;
		ATF_CHECK_EQ(-E_FORMAT, chap_check(&q, "secret", 6, &v));
		ATF_CHECK(!v.ok);
		q = good;
		q.response_len = 0;		/* zero octets differ nowhere */
		chap_check(&q, "secret", 6, &v);
		ATF_CHECK(!v.ok);
		q = good;
		q.id++;				/* MD5 covers the Identifier */
		ATF_CHECK_EQ(0, chap_check(&q, "secret", 6, &v));
		ATF_CHECK_EQ(algos[i] != CHAP_MD5, v.ok);
		ATF_CHECK_EQ(0, auth_judge(&good, "secret", 6, &v));
		ATF_CHECK(v.ok);
	}
}

/* An empty key is a key like any other, but only for itself. */
ATF_TC_WITHOUT_HEAD(empty_key);
ATF_TC_BODY(empty_key, tc)
{
	struct auth_query q;
	struct auth_verdict v;

	for (size_t i = 0; i < ALGOS; i++) {
		side_init(&us, 1);
		side_init(&them, 2);
		us.conf.authkey[0] = '\0';
		side_self(&us, PROTO_CHAP, algos[i]);
		side_peer(&them, PROTO_CHAP, algos[i]);
		ATF_CHECK_EQ(0, side_pass(&them, &us, PROTO_CHAP));
		ATF_CHECK_EQ(0, side_pass(&us, &them, PROTO_CHAP));
		side_query(&them, &q);
		ATF_CHECK_EQ(0, chap_check(&q, "", 0, &v));
		ATF_CHECK(v.ok);
		ATF_CHECK_EQ(0, chap_check(&q, "secret", 6, &v));
		ATF_CHECK(!v.ok);
	}
}

ATF_TC_WITHOUT_HEAD(structs_are_small);
ATF_TC_BODY(structs_are_small, tc)
{
	ATF_CHECK(sizeof(struct auth_self) <= 200);
	ATF_CHECK(sizeof(struct auth_peer) <= 200);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, all_kinds_succeed);
	ATF_TP_ADD_TC(tp, keys_fit);
	ATF_TP_ADD_TC(tp, all_kinds_fail);
	ATF_TP_ADD_TC(tp, query_holds_what_was_said);
	ATF_TP_ADD_TC(tp, md5_on_the_wire);
	ATF_TP_ADD_TC(tp, challenge_on_the_wire);
	ATF_TP_ADD_TC(tp, challenge_is_repeated_unchanged);
	ATF_TP_ADD_TC(tp, silent_server);
	ATF_TP_ADD_TC(tp, response_is_repeated_unchanged);
	ATF_TP_ADD_TC(tp, old_identifiers_are_dropped);
	ATF_TP_ADD_TC(tp, response_to_an_old_challenge_is_dropped);
	ATF_TP_ADD_TC(tp, repeated_response_gets_the_same_answer);
	ATF_TP_ADD_TC(tp, challenged_again);
	ATF_TP_ADD_TC(tp, challenges_of_any_size);
	ATF_TP_ADD_TC(tp, responses_of_wrong_size);
	ATF_TP_ADD_TC(tp, names_empty_and_long);
	ATF_TP_ADD_TC(tp, mschapv2_success_must_prove_the_secret);
	ATF_TP_ADD_TC(tp, mschapv2_success_without_proof);
	ATF_TP_ADD_TC(tp, mschapv2_repeated_challenge);
	ATF_TP_ADD_TC(tp, mschapv2_proof_in_small_letters);
	ATF_TP_ADD_TC(tp, reflected_challenge_is_refused);
	ATF_TP_ADD_TC(tp, both_ways_at_once);
	ATF_TP_ADD_TC(tp, lan_manager_only_when_accepted);
	ATF_TP_ADD_TC(tp, lan_manager_answer_must_be_enabled);
	ATF_TP_ADD_TC(tp, words_of_refusal);
	ATF_TP_ADD_TC(tp, odd_queries_are_refused);
	ATF_TP_ADD_TC(tp, empty_key);
	ATF_TP_ADD_TC(tp, structs_are_small);
	return atf_no_error();
}
