/*
 * Hashes and DES by OpenSSL 3. MD4 and DES live in its legacy provider,
 * which a distribution may leave out: MS-CHAP then fails in clear words,
 * while PAP and CHAP with MD5 go on. Any thread.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

enum hash { HASH_MD4, HASH_MD5, HASH_SHA1, HASH_SHA256, HASH_COUNT };

#define HASH_MAX	32		/* octets of the longest result */
#define MD4_SIZE	16
#define MD5_SIZE	16
#define SHA1_SIZE	20
#define SHA256_SIZE	32
#define DES_BLOCK	8

/* One stretch of the input. */
struct hash_part {
	const void *p;			/* borrows; NULL only when n is 0 */
	size_t	 n;
};

/*
 * crypto_init - load the providers now rather than at first use: before
 * threads start and before the file system is given up. Any number of calls.
 * Returns 0; -E_UNKNOWN: MD4 or DES cannot be had, crypto_why() says why.
 */
int crypto_init(void);

/* crypto_why - what is missing and what it costs; "" : nothing. */
const char *crypto_why(void);

/*
 * hash_parts - @h over @n stretches one after the other.
 * @out: as many octets as @h makes
 * Returns 0; -E_UNKNOWN: no provider has @h (@out is zeroed).
 */
int hash_parts(enum hash h, const struct hash_part *part, size_t n,
    uint8_t *out);

/* hash_one - the same over one stretch. */
int hash_one(enum hash h, const void *p, size_t n, uint8_t *out);

/*
 * des_block - one block under a key of 56 bits, spread over 8 octets whose
 * lowest bits are parity (ignored). 0 or -E_UNKNOWN (@out is zeroed).
 */
int des_block(const uint8_t key[8], const uint8_t in[DES_BLOCK],
    uint8_t out[DES_BLOCK]);

#endif
