/* RFC 3079 and section 7 of RFC 3078: hashes upon hashes, then RC4. */
#include "crypto/mppe.h"

#include <string.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/err.h"
#include "crypto/hash.h"
#include "crypto/lib.h"

#define PAD	40

static const char for_master[] = "This is the MPPE Master Key";
static const char to_server[] = "On the client side, this is the send key; "
    "on the server side, it is the receive key.";
static const char to_client[] = "On the client side, this is the receive "
    "key; on the server side, it is the send key.";

/* NtPasswordHash() twice: MD4 over its own result. */
static int
hash_hash(const char *pw, size_t len, uint8_t out[MD4_SIZE])
{
	uint8_t hash[MD4_SIZE];
	int err = mschap_hash(pw, len, hash);

	if (err == 0)
		err = hash_one(HASH_MD4, hash, sizeof(hash), out);
	ct_wipe(hash, sizeof(hash));
	return err;
}

/* SHA-1 over @part, cut to a key. */
static int
short_sha(const struct hash_part *part, size_t n, uint8_t out[MPPE_KEY])
{
	uint8_t sha[SHA1_SIZE];
	int err = hash_parts(HASH_SHA1, part, n, sha);

	memcpy(out, sha, MPPE_KEY);
	ct_wipe(sha, sizeof(sha));
	return err;
}

/* SHA-1 over @a, 40 zeros, @b, 40 times 0xf2. */
static int
padded(const void *a, size_t an, const void *b, size_t bn,
    uint8_t out[MPPE_KEY])
{
	static const uint8_t zeros[PAD];
	uint8_t f2[PAD];
	struct hash_part part[] = {
		{ a, an }, { zeros, PAD }, { b, bn }, { f2, PAD },
	};

	memset(f2, 0xf2, PAD);
	return short_sha(part, 4, out);
}

int
mppe_keys2(const struct mschap2 *m, const uint8_t nt[MSCHAP_RESPONSE],
    bool server, struct mppe_keys *k)
{
	uint8_t twice[MD4_SIZE], master[MPPE_KEY];
	struct hash_part part[] = {
		{ twice, sizeof(twice) }, { nt, MSCHAP_RESPONSE },
		{ for_master, sizeof(for_master) - 1 },
	};
	uint8_t *up = server ? k->recv : k->send;
	uint8_t *down = server ? k->send : k->recv;
	int err = hash_hash(m->pw, m->pw_len, twice);

	memset(k, 0, sizeof(*k));
	if (err == 0)
		err = short_sha(part, 3, master);
	if (err == 0)
		err = padded(master, MPPE_KEY, to_server,
		    sizeof(to_server) - 1, up);
	if (err == 0)
		err = padded(master, MPPE_KEY, to_client,
		    sizeof(to_client) - 1, down);
	if (err == 0)
		k->len = MPPE_KEY;
	ct_wipe(twice, sizeof(twice));
	ct_wipe(master, sizeof(master));
	return err;
}

int
mppe_keys1(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, struct mppe_keys *k)
{
	uint8_t twice[MD4_SIZE];
	struct hash_part part[] = {
		{ twice, sizeof(twice) }, { twice, sizeof(twice) },
		{ challenge, MSCHAP_CHALLENGE },
	};
	int err = hash_hash(pw, len, twice);

	memset(k, 0, sizeof(*k));
	if (err == 0)
		err = short_sha(part, 3, k->send);
	if (err == 0) {
		memcpy(k->recv, k->send, MPPE_KEY);
		k->len = MPPE_KEY;
	}
	ct_wipe(twice, sizeof(twice));
	return err;
}

/* ---- one direction ---- */

static size_t
key_size(const struct mppe_cipher *c)
{
	return c->bits == 128 ? 16 : 8;
}

static void
set_key(struct mppe_cipher *c, const uint8_t *key)
{
	BUG_ON(EVP_EncryptInit_ex2(c->rc4, NULL, key, NULL, NULL) != 1);
}

/* What is secret of a key is no more than its bits. */
static void
weaken(struct mppe_cipher *c)
{
	if (c->bits == 128)
		return;
	c->now[0] = 0xd1;
	if (c->bits == 40) {
		c->now[1] = 0x26;
		c->now[2] = 0x9e;
	}
}

static int
rc4_new(struct mppe_cipher *c)
{
	const EVP_CIPHER *rc4 = crypto_rc4();

	if (rc4 == NULL)
		return -E_UNKNOWN;
	c->rc4 = EVP_CIPHER_CTX_new();
	BUG_ON(c->rc4 == NULL);
	if (EVP_EncryptInit_ex2(c->rc4, rc4, NULL, NULL, NULL) != 1 ||
	    EVP_CIPHER_CTX_set_key_length(c->rc4, (int)key_size(c)) != 1) {
		mppe_stop(c);
		return -E_UNKNOWN;
	}
	return 0;
}

int
mppe_start(struct mppe_cipher *c, const uint8_t start[MPPE_KEY],
    unsigned bits)
{
	size_t n;
	int err;

	memset(c, 0, sizeof(*c));
	c->bits = (uint8_t)bits;
	n = key_size(c);
	memcpy(c->start, start, n);
	err = rc4_new(c);
	if (err == 0)
		err = padded(c->start, n, c->start, n, c->now);
	if (err != 0) {
		mppe_stop(c);
		return err;
	}
	weaken(c);
	set_key(c, c->now);
	return 0;
}

void
mppe_next(struct mppe_cipher *c)
{
	size_t n = key_size(c);
	uint8_t mid[MPPE_KEY];

	BUG_ON(padded(c->start, n, c->now, n, mid) != 0);
	set_key(c, mid);
	memcpy(c->now, mid, n);
	mppe_run(c, c->now, n);
	weaken(c);
	set_key(c, c->now);
	ct_wipe(mid, sizeof(mid));
}

void
mppe_again(struct mppe_cipher *c)
{
	set_key(c, c->now);
}

void
mppe_run(struct mppe_cipher *c, uint8_t *p, size_t n)
{
	int len = 0;

	BUG_ON(EVP_EncryptUpdate(c->rc4, p, &len, p, (int)n) != 1);
}

void
mppe_stop(struct mppe_cipher *c)
{
	EVP_CIPHER_CTX_free(c->rc4);
	ct_wipe(c, sizeof(*c));
}
