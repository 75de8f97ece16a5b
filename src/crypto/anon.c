/* Addresses made anonymous, their common prefixes kept. */
#include "crypto/anon.h"

#include <string.h>

#include "base/bug.h"
#include "crypto/lib.h"

#define BLOCK	16u
#define BITS	128u

/* @n blocks in their place. */
static void
aes(const uint8_t key[BLOCK], uint8_t *p, unsigned n)
{
	EVP_CIPHER_CTX *c = crypto_ctx()->cipher;
	int len = 0;

	/* What can fail here is memory, which contexts took before. */
	BUG_ON(EVP_EncryptInit_ex2(c, crypto_aes(), key, NULL, NULL) != 1);
	EVP_CIPHER_CTX_set_padding(c, 0);
	BUG_ON(EVP_EncryptUpdate(c, p, &len, p, (int)(n * BLOCK)) != 1);
	BUG_ON(len != (int)(n * BLOCK));
}

void
anon_init(struct anon *a, const uint8_t key[ANON_KEY])
{
	memcpy(a->key, key, BLOCK);
	memcpy(a->pad, key + BLOCK, BLOCK);
	aes(a->key, a->pad, 1);
}

/* Whether bit @i changes is told by those before it, the pad behind them. */
void
anon_addr(const struct anon *a, uint8_t *addr, size_t n)
{
	uint8_t block[BITS][BLOCK];
	unsigned bits = (unsigned)n * 8;

	BUG_ON(n > BLOCK);
	for (unsigned i = 0; i < bits; i++) {
		uint8_t mask = (uint8_t)(0xff00u >> i % 8);

		memcpy(block[i], a->pad, BLOCK);
		memcpy(block[i], addr, i / 8);
		block[i][i / 8] = (uint8_t)((addr[i / 8] & mask) |
		    (a->pad[i / 8] & ~mask));
	}
	aes(a->key, block[0], bits);
	for (unsigned i = 0; i < bits; i++)
		addr[i / 8] ^= (uint8_t)((block[i][0] & 0x80) >> i % 8);
}
