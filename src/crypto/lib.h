/*
 * What the files of this folder share: OpenSSL's algorithms, fetched once
 * for the process, and contexts that belong to the calling thread.
 */
#ifndef CRYPTO_LIB_H
#define CRYPTO_LIB_H

#include <openssl/evp.h>

#include "crypto/hash.h"

struct crypto_ctx {		/* owner: its thread; freed when that ends */
	EVP_MD_CTX	*md;
	EVP_CIPHER_CTX	*cipher;
	EVP_MAC_CTX	*mac;		/* HMAC with SHA-256 */
	EVP_MAC_CTX	*mac5;		/* HMAC with MD5; NULL: no MD5 */
};

/* crypto_ctx - the calling thread's; never NULL, nor are its members
 * but the last. */
struct crypto_ctx *crypto_ctx(void);

/* The algorithm, or NULL: no loaded provider has it. */
const EVP_MD *crypto_md(enum hash h);
const EVP_CIPHER *crypto_des(void);
const EVP_CIPHER *crypto_rc4(void);
const EVP_CIPHER *crypto_aes(void);	/* AES-128-ECB; never NULL */

#endif
