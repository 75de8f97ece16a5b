/* Hashes over several stretches, and single DES blocks. */
#include "crypto/hash.h"

#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "crypto/lib.h"

static const uint8_t hash_size[HASH_COUNT] = {
	[HASH_MD4] = MD4_SIZE, [HASH_MD5] = MD5_SIZE,
	[HASH_SHA1] = SHA1_SIZE, [HASH_SHA256] = SHA256_SIZE,
};

int
hash_parts(enum hash h, const struct hash_part *part, size_t n, uint8_t *out)
{
	const EVP_MD *md = crypto_md(h);
	EVP_MD_CTX *ctx = crypto_ctx()->md;

	if (md == NULL || EVP_DigestInit_ex2(ctx, md, NULL) != 1) {
		memset(out, 0, hash_size[h]);
		return -E_UNKNOWN;
	}
	for (size_t i = 0; i < n; i++)
		BUG_ON(part[i].n > 0 &&
		    EVP_DigestUpdate(ctx, part[i].p, part[i].n) != 1);
	BUG_ON(EVP_DigestFinal_ex(ctx, out, NULL) != 1);
	return 0;
}

int
hash_one(enum hash h, const void *p, size_t n, uint8_t *out)
{
	struct hash_part part = { p, n };

	return hash_parts(h, &part, 1, out);
}

int
des_block(const uint8_t key[8], const uint8_t in[DES_BLOCK],
    uint8_t out[DES_BLOCK])
{
	const EVP_CIPHER *des = crypto_des();
	EVP_CIPHER_CTX *ctx = crypto_ctx()->cipher;
	int len = 0;

	if (des == NULL ||
	    EVP_EncryptInit_ex2(ctx, des, key, NULL, NULL) != 1) {
		memset(out, 0, DES_BLOCK);
		return -E_UNKNOWN;
	}
	BUG_ON(EVP_CIPHER_CTX_set_padding(ctx, 0) != 1);
	BUG_ON(EVP_EncryptUpdate(ctx, out, &len, in, DES_BLOCK) != 1);
	BUG_ON(len != DES_BLOCK);
	return 0;
}
