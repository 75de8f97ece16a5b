/*
 * Verdicts and their messages. MS-CHAP's failure text: error 691 (name or
 * password), no retry, a challenge (of no use without a retry, so the old
 * one), the version of password changing, text. RFC 2433 s. 6, RFC 2759 s. 6.
 */
#include "ppp/check.h"

#include <stdio.h>
#include <string.h>

#include "base/ct.h"
#include "base/err.h"
#include "crypto/mppe.h"
#include "ppp/auth.h"

#define VALUE_FLAG	48

static void
hex(char *to, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		*to++ = digits[p[i] >> 4];
		*to++ = digits[p[i] & 15];
	}
	*to = '\0';
}

void
auth_refuse(const struct auth_query *q, struct auth_verdict *v)
{
	char again[2 * MSCHAP2_CHALLENGE + 1];
	size_t n = q->algo == CHAP_MS ? MSCHAP_CHALLENGE : MSCHAP2_CHALLENGE;

	memset(v, 0, sizeof(*v));
	v->run = q->run;
	if (q->proto == PROTO_PAP)
		strcpy(v->message, "Login incorrect");
	else if (q->algo == CHAP_MD5)
		strcpy(v->message, "Invalid!!");
	else {
		hex(again, q->challenge, n);
		snprintf(v->message, sizeof(v->message),
		    "E=691 R=0 C=%s V=3 M=Invalid!!", again);
	}
}

void
auth_welcome(const struct auth_query *q, struct auth_verdict *v)
{
	memset(v, 0, sizeof(*v));
	v->run = q->run;
	v->ok = true;
	strcpy(v->message, q->proto == PROTO_PAP ? "Greetings!!" :
	    "Welcome!!");
}

int
pap_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	auth_refuse(q, v);
	if (q->proto != PROTO_PAP)
		return -E_FORMAT;
	if (ct_equal(q->pass, q->pass_len, secret, len))
		auth_welcome(q, v);
	return 0;
}

static int
md5_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	uint8_t want[16];
	int err = chap_md5(q->id, secret, len, q->challenge,
	    q->challenge_len, want);

	if (err == 0 && ct_equal(q->response, q->response_len, want,
	    sizeof(want)))
		auth_welcome(q, v);
	return err;
}

/* The keys that follow from a login that was right. */
static void
give_keys(struct mppe_keys *k, struct auth_verdict *v)
{
	v->mppe_len = k->len;
	memcpy(v->mppe_send, k->send, sizeof(v->mppe_send));
	memcpy(v->mppe_recv, k->recv, sizeof(v->mppe_recv));
	ct_wipe(k, sizeof(*k));
}

static int
ms_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	const uint8_t *have = q->response;
	uint8_t want[MSCHAP_RESPONSE];
	struct mppe_keys k;
	int err;

	if (q->response[VALUE_FLAG] == 0)
		err = mschap_lm(q->challenge, secret, len, want);
	else {
		err = mschap_nt(q->challenge, secret, len, want);
		have += MSCHAP_RESPONSE;
	}
	if (err != 0 || !ct_equal(have, MSCHAP_RESPONSE, want, sizeof(want)))
		return err;
	auth_welcome(q, v);
	if (q->response[VALUE_FLAG] != 0 &&
	    mppe_keys1(q->challenge, secret, len, &k) == 0)
		give_keys(&k, v);
	return 0;
}

/* Right: the message proves that we know the secret, too. */
static int
ms2_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	const uint8_t *nt = q->response + MSCHAP_RESPONSE;
	struct mschap2 m = {
		.auth = q->challenge, .peer = q->response,
		.name = q->name, .name_len = q->name_len,
		.pw = secret, .pw_len = len,
	};
	uint8_t want[MSCHAP_RESPONSE], proof[20];
	char text[2 * sizeof(proof) + 1];
	struct mppe_keys k;
	int err = mschap2_nt(&m, want);

	if (err != 0 || !ct_equal(nt, MSCHAP_RESPONSE, want, sizeof(want)))
		return err;
	err = mschap2_proof(&m, want, proof);
	if (err != 0)
		return err;
	hex(text, proof, sizeof(proof));
	v->ok = true;
	snprintf(v->message, sizeof(v->message), "S=%s M=Welcome!!", text);
	if (mppe_keys2(&m, want, true, &k) == 0)
		give_keys(&k, v);
	return 0;
}

int
chap_check(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	size_t challenge = q->algo == CHAP_MS ? MSCHAP_CHALLENGE :
	    MSCHAP2_CHALLENGE;

	auth_refuse(q, v);
	if (q->proto != PROTO_CHAP ||
	    q->challenge_len > sizeof(q->challenge) ||
	    q->response_len > sizeof(q->response))
		return -E_FORMAT;
	if (q->algo == CHAP_MD5)
		return md5_check(q, secret, len, v);
	if (q->challenge_len != challenge || q->response_len != MSCHAP_VALUE)
		return -E_FORMAT;
	if (q->algo == CHAP_MS)
		return ms_check(q, secret, len, v);
	return q->algo == CHAP_MSV2 ? ms2_check(q, secret, len, v) :
	    -E_FORMAT;
}

int
auth_judge(const struct auth_query *q, const char *secret, size_t len,
    struct auth_verdict *v)
{
	return q->proto == PROTO_PAP ? pap_check(q, secret, len, v) :
	    chap_check(q, secret, len, v);
}
