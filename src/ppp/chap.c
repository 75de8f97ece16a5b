/*
 * CHAP, RFC 1994, with MD5, MS-CHAP (RFC 2433) and MS-CHAPv2 (RFC 2759): a
 * challenge, a proof of the secret, one answer.
 */
#include <ctype.h>
#include <string.h>

#include "base/ct.h"
#include "base/err.h"
#include "crypto/chap.h"
#include "ppp/auth_part.h"

enum chap_code { CHAP_CHALLENGE = 1, CHAP_RESPONSE, CHAP_SUCCESS,
	CHAP_FAILURE };

#define VALUE_LM	0		/* MS-CHAP: where the Value has what */
#define VALUE_NT	24
#define VALUE_FLAG	48		/* 1: the NT response is to be judged */
#define VALUE_PEER	0		/* MS-CHAPv2: the peer's challenge */

static uint8_t
challenge_size(uint8_t algo)
{
	return algo == CHAP_MS ? MSCHAP_CHALLENGE : MSCHAP2_CHALLENGE;
}

static uint8_t
response_size(uint8_t algo)
{
	return algo == CHAP_MD5 ? 16 : MSCHAP_VALUE;
}

/* Repeated ones are the same, so that a slow response still matches. */
void
chap_challenge(struct auth_peer *a, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	const char *name = c->authname[0] == '\0' ? "ppp" : c->authname;
	struct wr w = auth_begin(ob, CHAP_CHALLENGE, a->id);

	wr_u8(&w, challenge_size(a->algo));
	wr_put(&w, a->challenge, challenge_size(a->algo));
	wr_put(&w, name, strlen(name));
	auth_end(ob, &w, PROTO_CHAP);
	a->tries++;
	a->deadline = now + auth_period(&c->chap);
}

void
chap_reply(const struct auth_peer *a, struct outbox *ob)
{
	struct wr w = auth_begin(ob, a->verdict.ok ? CHAP_SUCCESS :
	    CHAP_FAILURE, a->id);

	wr_put(&w, a->verdict.message, strlen(a->verdict.message));
	auth_end(ob, &w, PROTO_CHAP);
}

static bool
wants_keys(const struct ppp_conf *c)
{
	return ((c->enabled | c->accepted) & NEG_MPPE) != 0;
}

/* What we prove: the label's, or what a program has made. */
struct cred {
	const char *name, *key;
};

/* MS-CHAP: the NT answer; LAN Manager's only if it is accepted. */
static int
answer_ms(const struct ppp_conf *c, const char *key,
    const uint8_t *challenge, uint8_t *value, struct mppe_keys *keys)
{
	bool lm = (c->accepted & NEG_LANMAN) != 0;
	bool nt = !lm || (c->accepted & NEG_MSCHAP) != 0;
	size_t n = strlen(key);
	int err = 0;

	memset(value, 0, MSCHAP_VALUE);
	value[VALUE_FLAG] = nt;
	if (lm)
		err = mschap_lm(challenge, key, n, value + VALUE_LM);
	if (nt && err == 0)
		err = mschap_nt(challenge, key, n, value + VALUE_NT);
	if (nt && err == 0 && wants_keys(c))
		err = mppe_keys1(challenge, key, n, keys);
	return err;
}

/*
 * A challenge that comes again gets the same response: the peer may answer
 * the first one, and its proof must fit.
 */
static int
answer_ms2(struct auth_run *r, const struct cred *k, uint8_t id,
    const uint8_t *challenge, uint8_t *value)
{
	const struct ppp_conf *c = r->c;
	struct mschap2 m = {
		.auth = challenge, .peer = value + VALUE_PEER,
		.name = k->name, .name_len = strlen(k->name),
		.pw = k->key, .pw_len = strlen(k->key),
	};
	int err;

	if (r->s->state == AUTH_WAIT || id != r->s->id)
		rng_fill(r->rng, value + VALUE_PEER, MSCHAP2_CHALLENGE);
	err = mschap2_nt(&m, value + VALUE_NT);
	if (err == 0)
		err = mschap2_proof(&m, value + VALUE_NT, r->s->expect);
	if (err == 0 && wants_keys(c))
		err = mppe_keys2(&m, value + VALUE_NT, false, &r->s->keys);
	return err;
}

static int
answer(struct auth_run *r, const struct cred *k, uint8_t id,
    struct rd challenge, uint8_t *value)
{
	if (r->s->algo == CHAP_MS)
		return answer_ms(r->c, k->key, challenge.p, value,
		    &r->s->keys);
	if (r->s->algo == CHAP_MSV2)
		return answer_ms2(r, k, id, challenge.p, value);
	return chap_md5(id, k->key, strlen(k->key), challenge.p,
	    rd_size(&challenge), value);
}

/* Our own challenge, sent back so that we compute its answer ourselves. */
static bool
reflected(const struct auth_peer *a, const struct rd *challenge)
{
	return a->proto == PROTO_CHAP && ct_equal(challenge->p,
	    rd_size(challenge), a->challenge, challenge_size(a->algo));
}

static int
challenge_check(const struct auth_run *r, const struct rd *challenge)
{
	size_t n = rd_size(challenge);

	if (n == 0 || (r->s->algo != CHAP_MD5 &&
	    n != challenge_size(r->s->algo)))
		return -E_FORMAT;
	if (r->s->state == AUTH_IDLE || r->s->state == AUTH_FAILED)
		return -E_STATE;
	return reflected(r->a, challenge) ? -E_DENIED : 0;
}

/* Nothing is sent meanwhile; the wait starts anew with each challenge. */
static void
await(struct auth_run *r)
{
	r->s->tries = auth_tries(&r->c->chap);
	r->s->deadline = r->now + r->s->tries * auth_period(&r->c->chap);
}

static void
fail(struct auth_run *r, const char *why)
{
	auth_outcome(r, false, rd_of(why, strlen(why)));
}

/*
 * The answer may be lost, and who has given it does not challenge again: it
 * must take a Response once more. RFC 1994 section 4.2.
 */
void
chap_response(struct auth_self *s, const struct ppp_conf *c,
    const char *name, tstamp now, struct outbox *ob)
{
	struct wr w = auth_begin(ob, CHAP_RESPONSE, s->id);

	wr_u8(&w, response_size(s->algo));
	wr_put(&w, s->value, response_size(s->algo));
	wr_put(&w, name, strlen(name));
	auth_end(ob, &w, PROTO_CHAP);
	s->tries++;
	s->deadline = now + auth_period(&c->chap);
}

static void
respond(struct auth_run *r, const struct cred *k, uint8_t id,
    struct rd challenge)
{
	if (answer(r, k, id, challenge, r->s->value) != 0) {
		fail(r, "MS-CHAP needs MD4 and DES of OpenSSL");
		return;
	}
	r->s->id = id;
	r->s->tries = 0;
	if (r->s->state == AUTH_WAIT)
		r->s->state = AUTH_ASKED;
	chap_response(r->s, r->c, k->name, r->now, r->ob);
	if (r->c->key_prog)		/* its name is not kept */
		await(r);
	auth_sent(r->s, r->ob);
}

/* A program makes the key: the challenge goes to it, with the peer's name. */
static void
ask_key(struct auth_run *r, uint8_t id, struct rd challenge, struct rd name)
{
	struct wr w = outbox_begin(r->ob, sizeof(struct auth_key));
	size_t n = rd_size(&name);
	struct auth_key k;

	if (rd_size(&challenge) > AUTH_CHALLENGE) {
		fail(r, "the challenge is too long for a key program");
		return;
	}
	memset(&k, 0, sizeof(k));
	k.id = id;
	k.challenge_len = (uint8_t)rd_size(&challenge);
	memcpy(k.challenge, challenge.p, k.challenge_len);
	rd_copy(&name, k.name, n < AUTHNAME_MAX ? n : AUTHNAME_MAX);
	wr_put(&w, &k, sizeof(k));
	outbox_event(r->ob, PPP_EV_KEY, 0, &w);
	await(r);
}

void
chap_key(struct auth_run *r, const struct auth_key *k)
{
	struct cred cred = { k->name, k->key };

	if (r->s->proto != PROTO_CHAP || (r->s->state != AUTH_WAIT &&
	    r->s->state != AUTH_ASKED && r->s->state != AUTH_OK))
		return;
	if (k->ok)
		respond(r, &cred, k->id, rd_of(k->challenge,
		    k->challenge_len));
	else
		fail(r, "no key from the program");
}

/* The peer's challenge; it may come again at any time. */
static int
challenge_in(struct auth_run *r, uint8_t id, struct rd in)
{
	struct cred cred = { r->c->authname, r->c->authkey };
	struct rd challenge = rd_sub(&in, rd_u8(&in));
	int err;

	if (in.bad)
		return -E_SHORT;
	err = challenge_check(r, &challenge);
	if (err != 0)
		return err;
	if (r->c->key_prog)
		ask_key(r, id, challenge, in);
	else
		respond(r, &cred, id, challenge);
	return 0;
}

/* `S=` and 40 hexadecimal digits that only our secret's owner can compute. */
static bool
proof_ok(const struct auth_self *s, struct rd text)
{
	static const char digits[] = "0123456789ABCDEF";
	uint8_t want[42] = "S=", have[42];

	for (size_t i = 0; i < sizeof(s->expect); i++) {
		want[2 + 2 * i] = (uint8_t)digits[s->expect[i] >> 4];
		want[3 + 2 * i] = (uint8_t)digits[s->expect[i] & 15];
	}
	rd_copy(&text, have, sizeof(have));
	for (size_t i = 2; i < sizeof(have); i++)
		have[i] = (uint8_t)toupper(have[i]);
	return !text.bad && ct_equal(have, sizeof(have), want, sizeof(want));
}

static int
reply_in(struct auth_run *r, bool ok, uint8_t id, struct rd text)
{
	static const char liar[] = "the peer does not know our secret";

	if (r->s->state != AUTH_ASKED && r->s->state != AUTH_OK)
		return -E_STATE;
	if (id != r->s->id)
		return -E_STALE;
	if (ok && r->s->algo == CHAP_MSV2 && !proof_ok(r->s, text))
		auth_outcome(r, false, rd_of(liar, sizeof(liar) - 1));
	else if (!ok || r->s->state == AUTH_ASKED)
		auth_outcome(r, ok, text);
	return 0;
}

/* Which of the two MS-CHAP answers counts is decided here, not by the peer:
 * LAN Manager's must have been enabled. */
static void
choose_answer(const struct ppp_conf *c, struct auth_query *q)
{
	if ((c->enabled & NEG_LANMAN) == 0)
		q->response[VALUE_FLAG] = 1;
	else if ((c->enabled & NEG_MSCHAP) == 0)
		q->response[VALUE_FLAG] = 0;
}

static int
response_in(struct auth_run *r, uint8_t id, struct rd in)
{
	struct rd value = rd_sub(&in, rd_u8(&in));
	struct auth_peer *a = r->a;
	struct auth_query q;

	if (in.bad)
		return -E_SHORT;
	if (rd_size(&value) != response_size(a->algo) ||
	    rd_size(&in) > AUTHNAME_MAX)
		return -E_FORMAT;
	if (a->state == AUTH_IDLE || a->state == AUTH_ASKED)
		return -E_STATE;
	if (id != a->id)
		return -E_STALE;
	if (a->state != AUTH_WAIT) {
		chap_reply(a, r->ob);
		return 0;
	}
	memset(&q, 0, sizeof(q));
	q.proto = PROTO_CHAP;
	q.algo = a->algo;
	q.id = id;
	q.run = a->run;
	q.challenge_len = challenge_size(a->algo);
	memcpy(q.challenge, a->challenge, q.challenge_len);
	q.response_len = response_size(a->algo);
	rd_copy(&value, q.response, q.response_len);
	if (a->algo == CHAP_MS)
		choose_answer(r->c, &q);
	q.name_len = (uint8_t)rd_size(&in);
	rd_copy(&in, q.name, q.name_len);
	return auth_ask(r, &q);
}

int
chap_input(struct auth_run *r, uint8_t code, uint8_t id, struct rd in)
{
	if (code < CHAP_CHALLENGE || code > CHAP_FAILURE)
		return -E_FORMAT;
	if (code == CHAP_RESPONSE)
		return r->a->proto == PROTO_CHAP ? response_in(r, id, in) :
		    -E_STATE;
	if (r->s->proto != PROTO_CHAP)
		return -E_STATE;
	if (code == CHAP_CHALLENGE)
		return challenge_in(r, id, in);
	return reply_in(r, code == CHAP_SUCCESS, id, in);
}
