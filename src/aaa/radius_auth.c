/* Requests and answers of RADIUS as they concern one session. */
#include "aaa/radius_auth.h"

#include <stdio.h>
#include <string.h>

#include "base/bug.h"
#include "ppp/auth.h"
#include "ppp/check.h"

#define MS_RESPONSE	50		/* Ident, Flags, 48 octets */
#define FRAMED		2u		/* Service-Type */
#define PPP		1u		/* Framed-Protocol */

/* ---- requests ---- */

void
rad_put_nas(struct wr *w, const struct rad_nas *n)
{
	static const uint8_t none[16];

	if (n->ip && n->addr != 0)
		rad_u32(w, RAD_NAS_IP_ADDRESS, n->addr);
	else if (n->ip && memcmp(n->addr6, none, sizeof(none)) != 0)
		rad_put(w, RAD_NAS_IPV6_ADDRESS, n->addr6, 16);
	if (n->id)
		rad_text(w, RAD_NAS_IDENTIFIER, n->name);
}

void
rad_put_who(struct wr *w, const struct rad_who *who)
{
	rad_u32(w, RAD_NAS_PORT, who->port);
	rad_u32(w, RAD_NAS_PORT_TYPE, who->port_type);
	rad_text(w, RAD_NAS_PORT_ID, who->port_id);
	rad_text(w, RAD_CALLING_STATION_ID, who->calling);
	rad_text(w, RAD_CALLED_STATION_ID, who->called);
	rad_text(w, RAD_CONNECT_INFO, who->connect);
	rad_text(w, RAD_ACCT_SESSION_ID, who->session);
	rad_vsa(w, RAD_DSL_FORUM, RAD_DSL_CIRCUIT_ID, who->circuit,
	    strlen(who->circuit));
	rad_vsa(w, RAD_DSL_FORUM, RAD_DSL_REMOTE_ID, who->remote,
	    strlen(who->remote));
	rad_u32(w, RAD_SERVICE_TYPE, FRAMED);
	rad_u32(w, RAD_FRAMED_PROTOCOL, PPP);
}

/* CHAP: our challenge goes as an attribute, whatever its size. */
static void
put_md5(struct wr *w, const struct auth_query *q)
{
	uint8_t value[17];

	value[0] = q->id;
	memcpy(value + 1, q->response, 16);
	rad_put(w, RAD_CHAP_PASSWORD, value, sizeof(value));
	rad_put(w, RAD_CHAP_CHALLENGE, q->challenge, q->challenge_len);
}

/* The Value of a Response has Flags at its end, the attribute in front. */
static void
put_ms(struct wr *w, const struct auth_query *q)
{
	uint8_t value[MS_RESPONSE];
	bool v2 = q->algo == CHAP_MSV2;

	value[0] = q->id;
	value[1] = v2 ? 0 : q->response[MS_RESPONSE - 2];
	memcpy(value + 2, q->response, MS_RESPONSE - 2);
	rad_vsa(w, RAD_MICROSOFT, RAD_MS_CHAP_CHALLENGE, q->challenge,
	    q->challenge_len);
	rad_vsa(w, RAD_MICROSOFT, v2 ? RAD_MS_CHAP2_RESPONSE :
	    RAD_MS_CHAP_RESPONSE, value, sizeof(value));
}

void
rad_put_query(struct wr *w, const struct auth_query *q)
{
	size_t n = q->name_len < RAD_VALUE ? q->name_len : RAD_VALUE;

	rad_put(w, RAD_USER_NAME, q->name, n);
	if (q->proto == PROTO_PAP)
		return;
	if (q->algo == CHAP_MD5)
		put_md5(w, q);
	else
		put_ms(w, q);
}

/* ---- answers ---- */

/* Text of a server, for a peer: only what can be printed, cut at the end. */
static void
add_text(char *to, size_t max, struct rd val)
{
	size_t at = strlen(to);

	while (rd_size(&val) > 0 && at + 1 < max) {
		uint8_t ch = rd_u8(&val);

		to[at++] = ch >= ' ' && ch <= '~' ? (char)ch : '.';
	}
	to[at] = '\0';
}

static void
reply_message(struct rd attrs, char *to, size_t max)
{
	struct rd val;
	uint8_t type;

	to[0] = '\0';
	while (rad_next(&attrs, &type, &val))
		if (type == RAD_REPLY_MESSAGE)
			add_text(to, max, val);
}

/* The first attribute of that type of Microsoft's. */
static bool
find_ms(struct rd attrs, uint8_t want, struct rd *sub)
{
	uint8_t type, ms;
	uint32_t vendor;
	struct rd val;

	while (rad_next(&attrs, &type, &val)) {
		if (type != RAD_VENDOR_SPECIFIC ||
		    !rad_vendor(&val, &vendor) || vendor != RAD_MICROSOFT)
			continue;
		while (rad_vendor_next(&val, &ms, sub))
			if (ms == want)
				return true;
	}
	return false;
}

/* MS-CHAP2-Success and MS-CHAP-Error: an Identifier, then the text. */
static bool
ms_text(struct rd attrs, uint8_t want, char *to, size_t max)
{
	struct rd sub;

	if (!find_ms(attrs, want, &sub) || rd_size(&sub) < 2)
		return false;
	rd_u8(&sub);
	to[0] = '\0';
	add_text(to, max, sub);
	return true;
}

/* `E=691 ... M=text`: the text alone is ours to say. */
static void
ms_words(struct auth_verdict *v, const char *text)
{
	char *m = strstr(v->message, " M=");

	if (m != NULL)
		snprintf(m, sizeof(v->message) - (size_t)(m - v->message),
		    " M=%s", text);
}

static bool
is_ms(const struct auth_query *q)
{
	return q->proto == PROTO_CHAP && q->algo != CHAP_MD5;
}

static void
refusal(const struct rad_in *in, const struct auth_query *q,
    struct auth_verdict *v)
{
	char text[sizeof(v->message)];

	auth_refuse(q, v);
	if (is_ms(q) && ms_text(in->attrs, RAD_MS_CHAP_ERROR, text,
	    sizeof(text))) {
		memcpy(v->message, text, sizeof(text));
		return;
	}
	reply_message(in->attrs, text, sizeof(text));
	if (text[0] == '\0')
		return;
	if (is_ms(q))
		ms_words(v, text);
	else
		memcpy(v->message, text, sizeof(text));
}

/* False: the answer does not let anybody in. */
static bool
welcome(const struct rad_in *in, const struct auth_query *q,
    struct auth_verdict *v, char *odd, size_t n)
{
	char text[sizeof(v->message)];
	uint32_t service;
	struct rd val;

	if (rad_find(in->attrs, RAD_SERVICE_TYPE, &val) &&
	    (!rad_number(val, &service) || service != FRAMED)) {
		snprintf(odd, n, "Service-Type is not Framed, so the peer is "
		    "refused");
		return false;
	}
	if (q->proto == PROTO_CHAP && q->algo == CHAP_MSV2) {
		v->ok = ms_text(in->attrs, RAD_MS_CHAP2_SUCCESS, text,
		    sizeof(text));
		if (v->ok)
			memcpy(v->message, text, sizeof(text));
		else
			snprintf(odd, n, "no MS-CHAP2-Success, without which "
			    "the peer cannot believe us");
		return v->ok;
	}
	auth_welcome(q, v);
	reply_message(in->attrs, text, sizeof(text));
	if (text[0] != '\0')
		memcpy(v->message, text, sizeof(text));
	return true;
}

void
rad_verdict(const struct rad_in *in, const struct auth_query *q,
    struct auth_verdict *v, struct aaa_grant *g, char *odd, size_t n)
{
	odd[0] = '\0';
	memset(g, 0, sizeof(*g));
	refusal(in, q, v);
	if (in->code == RAD_ACCESS_CHALLENGE)
		snprintf(odd, n, "Access-Challenge: PPP has no place for a "
		    "second question");
	if (in->code != RAD_ACCESS_ACCEPT || !welcome(in, q, v, odd, n))
		return;
	snprintf(g->name, sizeof(g->name), "%s", q->name);
	g->extra.radius = true;
	rad_grant(in->attrs, g, odd, n);
}

static bool
key(const struct rad_in *in, uint8_t type, const struct rad_secret *s,
    const uint8_t auth[RAD_AUTH], uint8_t out[16])
{
	struct rd sub;

	return find_ms(in->attrs, type, &sub) &&
	    rad_unsalt(s, auth, sub, out, 16) == 16;
}

void
rad_keys(const struct rad_in *in, const struct rad_secret *s,
    const uint8_t auth[RAD_AUTH], struct auth_verdict *v)
{
	if (v->ok && key(in, RAD_MS_MPPE_SEND_KEY, s, auth, v->mppe_send) &&
	    key(in, RAD_MS_MPPE_RECV_KEY, s, auth, v->mppe_recv))
		v->mppe_len = sizeof(v->mppe_send);
}

void
rad_silence(const struct auth_query *q, struct auth_verdict *v)
{
	static const char text[] = "Authentication server does not answer";

	auth_refuse(q, v);
	v->why = WHY_AUTH_SERVER;
	if (is_ms(q))
		ms_words(v, text);
	else
		memcpy(v->message, text, sizeof(text));
}

enum net_vj
rad_vj(const struct grant_extra *e)
{
	return e->vj ? VJ_YES : e->no_vj ? VJ_NO : VJ_CONF;
}

/* ---- accounting ---- */

static const uint8_t causes[WHY_COUNT] = {
	[WHY_NONE] = 10, [WHY_ADMIN] = 6, [WHY_QUIT] = 11,
	[WHY_PEER_TERM] = 1, [WHY_PEER_PADT] = 1,
	[WHY_AUTH_US] = 17, [WHY_AUTH_PEER] = 17, [WHY_AUTH_NONE] = 17,
	[WHY_AUTH_SERVER] = 9, [WHY_AUTH_SILENT] = 17,
	[WHY_ECHO] = 2, [WHY_LQR] = 2, [WHY_LOOP] = 8,
	[WHY_LCP_SILENT] = 2, [WHY_LCP_FAIL] = 17, [WHY_LCP_REJECT] = 17,
	[WHY_NO_NCP] = 17, [WHY_NO_ADDR] = 15,
	[WHY_PADI_SILENT] = 2, [WHY_PADR_SILENT] = 2, [WHY_NO_SERVICE] = 15,
	[WHY_AC_ERROR] = 15, [WHY_NO_AC] = 15, [WHY_LIMIT] = 15,
	[WHY_IF_GONE] = 2, [WHY_IDLE] = 4, [WHY_SESSION_TIME] = 5,
	[WHY_DRAIN] = 10, [WHY_BUSY] = 9,
};

uint32_t
rad_cause(enum why why)
{
	/* A reason without a row of its own: NAS-Request. */
	return why < WHY_COUNT && causes[why] != 0 ? causes[why] : 10;
}

static void
put_big(struct wr *w, uint8_t low, uint8_t high, uint64_t n)
{
	rad_u32(w, low, (uint32_t)n);
	if (n >> 32 != 0)
		rad_u32(w, high, (uint32_t)(n >> 32));
}

static void
put_usage(struct wr *w, const struct rad_acct *a)
{
	const struct rad_usage *u = a->u;

	put_big(w, RAD_ACCT_INPUT_OCTETS, RAD_ACCT_INPUT_GIGAWORDS,
	    u->in_oct);
	put_big(w, RAD_ACCT_OUTPUT_OCTETS, RAD_ACCT_OUTPUT_GIGAWORDS,
	    u->out_oct);
	rad_u32(w, RAD_ACCT_INPUT_PACKETS, (uint32_t)u->in);
	rad_u32(w, RAD_ACCT_OUTPUT_PACKETS, (uint32_t)u->out);
	rad_u32(w, RAD_ACCT_SESSION_TIME, u->secs);
	if (a->status == RAD_STOP)
		rad_u32(w, RAD_ACCT_TERMINATE_CAUSE, rad_cause(u->why));
}

static void
put_grant(struct wr *w, const struct aaa_grant *g)
{
	const struct grant_extra *e = &g->extra;
	struct rd classes = rd_of(e->class_, e->class_len), val;
	uint8_t prefix[18], type;

	while (rad_next(&classes, &type, &val))
		rad_put(w, type, val.p, rd_size(&val));
	if (e->prefix6_bits == 0)
		return;
	prefix[0] = 0;
	prefix[1] = e->prefix6_bits;
	memcpy(prefix + 2, e->prefix6, 16);
	rad_put(w, RAD_FRAMED_IPV6_PREFIX, prefix, sizeof(prefix));
}

void
rad_put_acct(struct wr *w, const struct rad_acct *a)
{
	rad_u32(w, RAD_ACCT_STATUS_TYPE, a->status);
	rad_u32(w, RAD_EVENT_TIMESTAMP, (uint32_t)a->wall);
	if (a->who == NULL)		/* Accounting-On, -Off */
		return;
	rad_text(w, RAD_USER_NAME, a->user);
	rad_put_who(w, a->who);
	if (a->addr != 0)
		rad_u32(w, RAD_FRAMED_IP_ADDRESS, a->addr);
	if (a->ifid != NULL)
		rad_put(w, RAD_FRAMED_INTERFACE_ID, a->ifid, 8);
	if (a->multi != NULL) {
		rad_text(w, RAD_ACCT_MULTI_SESSION_ID, a->multi);
		rad_u32(w, RAD_ACCT_LINK_COUNT, a->links);
	}
	/* 1: RADIUS, 2: ours */
	rad_u32(w, RAD_ACCT_AUTHENTIC, a->g != NULL && a->g->extra.radius ?
	    1 : 2);
	if (a->g != NULL)
		put_grant(w, a->g);
	if (a->u != NULL)
		put_usage(w, a);
}
