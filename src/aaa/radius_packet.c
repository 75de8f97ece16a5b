/* The codec of RADIUS. */
#include "aaa/radius_packet.h"

#include <string.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/keyed.h"

#define SIGN_AT		RAD_HEADER	/* where ours stands: first */
#define SIGN_SIZE	18
#define AUTH_AT		4

/* ---- writing ---- */

void
rad_put(struct wr *w, uint8_t type, const void *p, size_t n)
{
	if (n > RAD_VALUE)
		w->bad = true;
	if (n == 0 || w->bad || !wr_need(w, n + 2))
		return;
	wr_u8(w, type);
	wr_u8(w, (uint8_t)(n + 2));
	wr_put(w, p, n);
}

void
rad_text(struct wr *w, uint8_t type, const char *s)
{
	rad_put(w, type, s, strlen(s));
}

void
rad_u32(struct wr *w, uint8_t type, uint32_t v)
{
	uint8_t be[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16),
	    (uint8_t)(v >> 8), (uint8_t)v };

	rad_put(w, type, be, sizeof(be));
}

void
rad_vsa(struct wr *w, uint32_t vendor, uint8_t type, const void *p, size_t n)
{
	if (n > RAD_VALUE - 6)
		w->bad = true;
	if (n == 0 || w->bad || !wr_need(w, n + 8))
		return;
	wr_u8(w, RAD_VENDOR_SPECIFIC);
	wr_u8(w, (uint8_t)(n + 8));
	wr_u32(w, vendor);
	wr_u8(w, type);
	wr_u8(w, (uint8_t)(n + 2));
	wr_put(w, p, n);
}

void
rad_begin(struct wr *w, uint8_t code, uint8_t id, bool sign)
{
	static const uint8_t zero[RAD_AUTH];

	wr_u8(w, code);
	wr_u8(w, id);
	wr_u16(w, 0);
	wr_put(w, zero, sizeof(zero));
	if (sign)
		rad_put(w, RAD_MESSAGE_AUTHENTICATOR, zero, sizeof(zero));
}

static int
digest(const uint8_t *p, size_t n, const struct rad_secret *s, uint8_t *out)
{
	struct hash_part part[2] = { { p, n }, { s->p, s->len } };

	return hash_parts(HASH_MD5, part, 2, out);
}

int
rad_seal(struct wr *w, enum rad_kind kind, const uint8_t auth[RAD_AUTH],
    const struct rad_secret *s)
{
	uint8_t *p = w->base;
	size_t n = wr_size(w);
	int err = 0;

	if (w->bad || n < RAD_HEADER || n > RAD_MAX)
		return -E_FULL;
	wr_patch16(w, 2, (uint16_t)n);
	if (kind == RAD_DIGEST)
		memset(p + AUTH_AT, 0, RAD_AUTH);
	else
		memcpy(p + AUTH_AT, auth, RAD_AUTH);
	if (n >= SIGN_AT + SIGN_SIZE &&
	    p[SIGN_AT] == RAD_MESSAGE_AUTHENTICATOR) {
		struct hash_part whole = { p, n };

		err = hmac_md5(s->p, s->len, &whole, 1, p + SIGN_AT + 2);
	}
	if (err == 0 && kind != RAD_RANDOM)
		err = digest(p, n, s, p + AUTH_AT);
	return err;
}

int
rad_hide(const struct rad_secret *s, const uint8_t auth[RAD_AUTH],
    const char *pass, size_t n, uint8_t out[RAD_PASS])
{
	size_t size = n == 0 ? 16 : (n + 15) / 16 * 16;
	const uint8_t *chain = auth;
	uint8_t b[MD5_SIZE];

	if (n > RAD_PASS)
		return -E_RANGE;
	memset(out, 0, RAD_PASS);
	memcpy(out, pass, n);
	for (size_t at = 0; at < size; at += 16) {
		struct hash_part part[2] = { { s->p, s->len }, { chain, 16 } };

		if (hash_parts(HASH_MD5, part, 2, b) < 0) {
			ct_wipe(out, RAD_PASS);
			return -E_UNKNOWN;
		}
		for (size_t i = 0; i < 16; i++)
			out[at + i] ^= b[i];
		chain = out + at;
	}
	ct_wipe(b, sizeof(b));
	return (int)size;
}

/* ---- reading ---- */

bool
rad_next(struct rd *r, uint8_t *type, struct rd *val)
{
	uint8_t len;

	if (r->bad || rd_size(r) == 0)
		return false;
	*type = rd_u8(r);
	len = rd_u8(r);
	if (len < 2)			/* Length counts Type and itself */
		r->bad = true;
	*val = rd_sub(r, (size_t)(len < 2 ? 0 : len - 2));
	return !r->bad;
}

int
rad_read(struct rd in, struct rad_in *out)
{
	size_t n = rd_size(&in);
	struct rd walk, val;
	uint8_t type;

	memset(out, 0, sizeof(*out));
	out->code = rd_u8(&in);
	out->id = rd_u8(&in);
	uint16_t len = rd_u16(&in);

	rd_copy(&in, out->auth, RAD_AUTH);
	if (in.bad || len < RAD_HEADER || len > n || len > RAD_MAX)
		return -E_FORMAT;
	out->attrs = rd_sub(&in, len - (size_t)RAD_HEADER);
	walk = out->attrs;
	while (rad_next(&walk, &type, &val)) {
		if (type != RAD_MESSAGE_AUTHENTICATOR)
			continue;
		if (out->signed_ || rd_size(&val) != RAD_AUTH)
			return -E_FORMAT;
		out->signed_ = true;
	}
	return walk.bad ? -E_FORMAT : 0;
}

/* Over the packet with @auth in its place and sixteen zeros for the value
 * of the Message-Authenticator, wherever that is. */
static int
check_sign(const struct rad_in *in, const uint8_t *head,
    const uint8_t auth[RAD_AUTH], const struct rad_secret *s)
{
	static const uint8_t zero[RAD_AUTH];
	struct rd val;
	uint8_t want[MD5_SIZE];

	if (!rad_find(in->attrs, RAD_MESSAGE_AUTHENTICATOR, &val))
		return 0;
	struct hash_part part[5] = {
		{ head, AUTH_AT }, { auth, RAD_AUTH },
		{ in->attrs.p, (size_t)(val.p - in->attrs.p) },
		{ zero, sizeof(zero) },
		{ val.end, (size_t)(in->attrs.end - val.end) },
	};
	if (hmac_md5(s->p, s->len, part, 5, want) < 0)
		return -E_UNKNOWN;
	return ct_equal(val.p, RAD_AUTH, want, sizeof(want)) ? 0 : -E_DENIED;
}

static int
check_digest(const struct rad_in *in, const uint8_t *head,
    const uint8_t auth[RAD_AUTH], const struct rad_secret *s)
{
	uint8_t want[MD5_SIZE];
	struct hash_part part[4] = {
		{ head, AUTH_AT }, { auth, RAD_AUTH },
		{ in->attrs.p, rd_size(&in->attrs) }, { s->p, s->len },
	};

	if (hash_parts(HASH_MD5, part, 4, want) < 0)
		return -E_UNKNOWN;
	return ct_equal(in->auth, RAD_AUTH, want, sizeof(want)) ? 0 :
	    -E_DENIED;
}

int
rad_check(const struct rad_in *in, struct rd packet, enum rad_kind kind,
    const uint8_t auth[RAD_AUTH], const struct rad_secret *s)
{
	static const uint8_t zero[RAD_AUTH];
	const uint8_t *a = kind == RAD_RANDOM ? in->auth :
	    kind == RAD_DIGEST ? zero : auth;
	int err = 0;

	BUG_ON(rd_size(&packet) < RAD_HEADER);
	if (kind != RAD_RANDOM)
		err = check_digest(in, packet.p, a, s);
	return err == 0 ? check_sign(in, packet.p, a, s) : err;
}

bool
rad_vendor(struct rd *val, uint32_t *vendor)
{
	*vendor = rd_u32(val);
	return !val->bad;
}

bool
rad_vendor_next(struct rd *val, uint8_t *type, struct rd *sub)
{
	return rad_next(val, type, sub);
}

bool
rad_find(struct rd attrs, uint8_t type, struct rd *val)
{
	uint8_t t;

	while (rad_next(&attrs, &t, val))
		if (t == type)
			return true;
	return false;
}

bool
rad_number(struct rd val, uint32_t *out)
{
	if (rd_size(&val) != 4)
		return false;
	*out = rd_u32(&val);
	return true;
}

int
rad_unsalt(const struct rad_secret *s, const uint8_t auth[RAD_AUTH],
    struct rd val, uint8_t *out, size_t max)
{
	struct rd salt = rd_sub(&val, 2);
	uint8_t text[RAD_VALUE + 3], b[MD5_SIZE];
	size_t n = rd_size(&val);
	int len = -E_FORMAT;

	if (salt.bad || n == 0 || n % 16 != 0 || n > sizeof(text))
		return -E_FORMAT;
	for (size_t at = 0; at < n; at += 16) {
		struct hash_part part[3] = { { s->p, s->len },
		    { at == 0 ? auth : val.p + at - 16, 16 },
		    { salt.p, at == 0 ? 2u : 0u } };

		if (hash_parts(HASH_MD5, part, 3, b) < 0)
			return -E_UNKNOWN;
		for (size_t i = 0; i < 16; i++)
			text[at + i] = val.p[at + i] ^ b[i];
	}
	if (text[0] < n && text[0] <= max) {
		len = text[0];
		memcpy(out, text + 1, text[0]);
	}
	ct_wipe(text, sizeof(text));
	ct_wipe(b, sizeof(b));
	return len;
}

const char *
rad_code_name(uint8_t code)
{
	static const char *const name[] = {
		[RAD_ACCESS_REQUEST] = "Access-Request",
		[RAD_ACCESS_ACCEPT] = "Access-Accept",
		[RAD_ACCESS_REJECT] = "Access-Reject",
		[RAD_ACCT_REQUEST] = "Accounting-Request",
		[RAD_ACCT_RESPONSE] = "Accounting-Response",
		[RAD_ACCESS_CHALLENGE] = "Access-Challenge",
		[RAD_DISCONNECT_REQUEST] = "Disconnect-Request",
		[RAD_DISCONNECT_ACK] = "Disconnect-ACK",
		[RAD_DISCONNECT_NAK] = "Disconnect-NAK",
		[RAD_COA_REQUEST] = "CoA-Request",
		[RAD_COA_ACK] = "CoA-ACK", [RAD_COA_NAK] = "CoA-NAK",
	};
	const size_t n = sizeof(name) / sizeof(name[0]);

	return code < n && name[code] != NULL ? name[code] : "code";
}
