/*
 * A RADIUS packet of any content: taken apart, checked, understood. What is
 * sealed by us is always genuine, and nothing else is.
 */
#include <string.h>
#include <sys/socket.h>

#include "aaa/radius_auth.h"
#include "base/bug.h"
#include "ppp/auth.h"

static const struct rad_secret secret = { 3, { 'k', 'e', 'y' } };

static void
is_text(const char *s, size_t max)
{
	size_t n = strnlen(s, max);

	BUG_ON(n == max);
	for (size_t i = 0; i < n; i++)
		BUG_ON(s[i] < ' ' || s[i] > '~');
}

static void
understand(const struct rad_in *in, uint8_t proto_algo)
{
	struct auth_query q = { .proto = proto_algo == 0 ? PROTO_PAP :
	    PROTO_CHAP, .algo = proto_algo, .challenge_len = 16 };
	uint8_t auth[RAD_AUTH] = { 0 };
	struct auth_verdict v;
	struct aaa_grant g;
	char odd[120];

	rad_verdict(in, &q, &v, &g, odd, sizeof(odd));
	rad_keys(in, &secret, auth, &v);
	is_text(v.message, sizeof(v.message));
	is_text(g.extra.filter, sizeof(g.extra.filter));
	BUG_ON(v.ok && in->code != RAD_ACCESS_ACCEPT);
	BUG_ON(!v.ok && (g.has_his || g.extra.routes > 0));
	BUG_ON(g.extra.routes > GRANT_ROUTES);
	BUG_ON(g.extra.class_len > GRANT_CLASS);
	BUG_ON(g.extra.prefix6_bits > 128 || g.extra.mask_bits > 32);
	for (int i = 0; i < g.extra.routes; i++)
		BUG_ON(g.extra.route[i].bits >
		    (g.extra.route[i].family == AF_INET ? 32 : 128));
	BUG_ON(strnlen(odd, sizeof(odd)) == sizeof(odd));
	rad_unused(in->attrs, odd, sizeof(odd));
	is_text(odd, sizeof(odd));
}

/* The same attributes behind a seal of ours. */
static void
seal(const struct rad_in *in)
{
	uint8_t buf[RAD_MAX], auth[RAD_AUTH] = { 7 };
	struct wr w = wr_of(buf, sizeof(buf));
	struct rad_in back;

	rad_begin(&w, in->code, in->id, !in->signed_);
	wr_put(&w, in->attrs.p, rd_size(&in->attrs));
	if (rad_seal(&w, RAD_REPLY, auth, &secret) < 0)
		return;
	BUG_ON(rad_read(rd_of(buf, wr_size(&w)), &back) < 0);
	if (!in->signed_)
		BUG_ON(rad_check(&back, rd_of(buf, wr_size(&w)), RAD_REPLY,
		    auth, &secret) < 0);
	buf[wr_size(&w) - 1] ^= 1;
	if (rad_read(rd_of(buf, wr_size(&w)), &back) == 0)
		BUG_ON(rad_check(&back, rd_of(buf, wr_size(&w)), RAD_REPLY,
		    auth, &secret) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t algo[] = { 0, CHAP_MD5, CHAP_MS, CHAP_MSV2 };
	uint8_t auth[RAD_AUTH] = { 1 };
	struct rad_in in;

	if (rad_read(rd_of(data, size), &in) < 0)
		return 0;
	for (int kind = RAD_RANDOM; kind <= RAD_REPLY; kind++) {
		int err = rad_check(&in, rd_of(data, size),
		    (enum rad_kind)kind, auth, &secret);

		BUG_ON(err == 0 && kind != RAD_RANDOM &&
		    memcmp(in.auth, auth, RAD_AUTH) == 0);
	}
	for (size_t i = 0; i < sizeof(algo); i++)
		understand(&in, algo[i]);
	seal(&in);
	return 0;
}
