/* RFC 1994, RFC 2433 and RFC 2759: the arithmetic, nothing of the wire. */
#include "crypto/chap.h"

#include <stdbool.h>
#include <string.h>

#include "base/ct.h"
#include "base/err.h"
#include "crypto/hash.h"

#define PW_MAX	256		/* UTF-16 units; RFC 2759 s. 8.1 */
#define LM_PW	14

int
chap_md5(uint8_t id, const void *secret, size_t len,
    const uint8_t *challenge, size_t n, uint8_t out[16])
{
	struct hash_part part[] = {
		{ &id, 1 }, { secret, len }, { challenge, n },
	};

	return hash_parts(HASH_MD5, part, 3, out);
}

/*
 * One character of UTF-8 at p[0..n); its octets, or 0 when it is none.
 * Overlong forms, surrogates and values past U+10FFFF are none.
 */
static size_t
utf8_char(const uint8_t *p, size_t n, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
	    *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	if (len == 0 || len > n)
		return 0;
	*cp = len == 1 ? *p : *p & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3fu);
	}
	if (*cp < least[len] || *cp > 0x10ffff ||
	    (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return len;
}

static size_t
put16(uint8_t *out, size_t n, uint32_t unit)
{
	if (n + 2 > 2 * PW_MAX)
		return n;
	out[n] = (uint8_t)unit;
	out[n + 1] = (uint8_t)(unit >> 8);
	return n + 2;
}

/* @pw in UTF-16, little end first; false when it is not UTF-8. */
static bool
from_utf8(const uint8_t *pw, size_t len, uint8_t out[2 * PW_MAX], size_t *n)
{
	uint32_t cp = 0;
	size_t used;

	*n = 0;
	for (size_t i = 0; i < len; i += used) {
		used = utf8_char(pw + i, len - i, &cp);
		if (used == 0)
			return false;
		if (cp >= 0x10000) {
			*n = put16(out, *n, 0xd800 + ((cp - 0x10000) >> 10));
			cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
		}
		*n = put16(out, *n, cp);
	}
	return true;
}

int
mschap_hash(const char *pw, size_t len, uint8_t out[MSCHAP_HASH])
{
	const uint8_t *p = (const uint8_t *)pw;
	uint8_t wide[2 * PW_MAX];
	size_t n;
	int err;

	if (!from_utf8(p, len, wide, &n)) {
		n = 0;
		for (size_t i = 0; i < len; i++)
			n = put16(wide, n, p[i]);
	}
	err = hash_one(HASH_MD4, wide, n, out);
	ct_wipe(wide, sizeof(wide));
	return err;
}

/* Seven octets become the eight of a DES key: seven bits in each. */
static void
des_key(const uint8_t in[7], uint8_t key[8])
{
	uint64_t bits = 0;

	for (int i = 0; i < 7; i++)
		bits = bits << 8 | in[i];
	for (int i = 0; i < 8; i++)
		key[i] = (uint8_t)((bits >> (49 - 7 * i)) << 1);
}

/* ChallengeResponse(): three blocks under the hash, filled up with zeros. */
static int
three_des(const uint8_t challenge[8], const uint8_t hash[16],
    uint8_t out[MSCHAP_RESPONSE])
{
	uint8_t wide[21] = { 0 }, key[8];
	int err = 0;

	memcpy(wide, hash, 16);
	for (size_t i = 0; i < 3; i++) {
		des_key(wide + 7 * i, key);
		if (des_block(key, challenge, out + 8 * i) != 0)
			err = -E_UNKNOWN;
	}
	ct_wipe(wide, sizeof(wide));
	ct_wipe(key, sizeof(key));
	return err;
}

int
mschap_nt(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, uint8_t out[MSCHAP_RESPONSE])
{
	uint8_t hash[MD4_SIZE];
	int err = mschap_hash(pw, len, hash);

	memset(out, 0, MSCHAP_RESPONSE);
	if (err == 0)
		err = three_des(challenge, hash, out);
	ct_wipe(hash, sizeof(hash));
	return err;
}

/* LmPasswordHash(): 14 octets of capitals are the keys over a fixed text. */
int
mschap_lm(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, uint8_t out[MSCHAP_RESPONSE])
{
	static const uint8_t text[DES_BLOCK] = {
		'K', 'G', 'S', '!', '@', '#', '$', '%',
	};
	uint8_t upper[LM_PW] = { 0 }, hash[16], key[8];
	int err = 0;

	for (size_t i = 0; i < len && i < LM_PW; i++)
		upper[i] = pw[i] >= 'a' && pw[i] <= 'z' ?
		    (uint8_t)(pw[i] - 'a' + 'A') : (uint8_t)pw[i];
	for (size_t i = 0; i < 2; i++) {
		des_key(upper + 7 * i, key);
		if (des_block(key, text, hash + 8 * i) != 0)
			err = -E_UNKNOWN;
	}
	memset(out, 0, MSCHAP_RESPONSE);
	if (err == 0)
		err = three_des(challenge, hash, out);
	ct_wipe(upper, sizeof(upper));
	ct_wipe(hash, sizeof(hash));
	ct_wipe(key, sizeof(key));
	return err;
}

/* ChallengeHash(): 8 octets of SHA-1 over both challenges and the user. */
static int
challenge_hash(const struct mschap2 *m, uint8_t out[8])
{
	const char *cut = memrchr(m->name, '\\', m->name_len);
	const char *user = cut == NULL ? m->name : cut + 1;
	uint8_t sha[SHA1_SIZE];
	struct hash_part part[] = {
		{ m->peer, MSCHAP2_CHALLENGE }, { m->auth, MSCHAP2_CHALLENGE },
		{ user, (size_t)(m->name + m->name_len - user) },
	};
	int err = hash_parts(HASH_SHA1, part, 3, sha);

	memcpy(out, sha, 8);
	return err;
}

int
mschap2_nt(const struct mschap2 *m, uint8_t out[MSCHAP_RESPONSE])
{
	uint8_t challenge[8];

	if (challenge_hash(m, challenge) != 0) {
		memset(out, 0, MSCHAP_RESPONSE);
		return -E_UNKNOWN;
	}
	return mschap_nt(challenge, m->pw, m->pw_len, out);
}

int
mschap2_proof(const struct mschap2 *m, const uint8_t nt[MSCHAP_RESPONSE],
    uint8_t out[20])
{
	static const char magic1[] = "Magic server to client signing constant";
	static const char magic2[] =
	    "Pad to make it do more than one iteration";
	uint8_t hash[MD4_SIZE], twice[MD4_SIZE], digest[SHA1_SIZE], ch[8];
	struct hash_part first[] = {
		{ twice, sizeof(twice) }, { nt, MSCHAP_RESPONSE },
		{ magic1, sizeof(magic1) - 1 },
	};
	struct hash_part second[] = {
		{ digest, sizeof(digest) }, { ch, sizeof(ch) },
		{ magic2, sizeof(magic2) - 1 },
	};
	int err = mschap_hash(m->pw, m->pw_len, hash);

	memset(out, 0, SHA1_SIZE);
	if (err == 0)
		err = hash_one(HASH_MD4, hash, sizeof(hash), twice);
	if (err == 0)
		err = hash_parts(HASH_SHA1, first, 3, digest);
	if (err == 0)
		err = challenge_hash(m, ch);
	if (err == 0)
		err = hash_parts(HASH_SHA1, second, 3, out);
	ct_wipe(hash, sizeof(hash));
	ct_wipe(twice, sizeof(twice));
	return err;
}
