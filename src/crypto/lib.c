/*
 * OpenSSL for this folder. A library context of our own holds the default
 * and the legacy provider, so nothing changes for other users of libcrypto
 * in the process. Algorithms are fetched once; contexts are kept per thread,
 * because making one costs more than the hash itself.
 */
#include "crypto/lib.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bug.h"
#include "base/err.h"

static const char *const md_name[HASH_COUNT] = {
	[HASH_MD4] = "MD4", [HASH_MD5] = "MD5", [HASH_SHA1] = "SHA1",
	[HASH_SHA256] = "SHA256",
};

static struct {			/* written once, then only read */
	pthread_once_t	 once;
	pthread_key_t	 key;
	EVP_MD		*md[HASH_COUNT];
	EVP_CIPHER	*des, *rc4, *aes;
	EVP_MAC		*mac;
	const char	*why;
} lib = { .once = PTHREAD_ONCE_INIT, .why = "" };

static _Thread_local struct crypto_ctx *mine;

static void
ctx_free(void *p)
{
	struct crypto_ctx *c = p;

	EVP_MD_CTX_free(c->md);
	EVP_CIPHER_CTX_free(c->cipher);
	EVP_MAC_CTX_free(c->mac);
	EVP_MAC_CTX_free(c->mac5);
	free(c);
	mine = NULL;
}

static void
lib_once(void)
{
	OSSL_LIB_CTX *ctx = OSSL_LIB_CTX_new();

	BUG_ON(ctx == NULL);
	BUG_ON(pthread_key_create(&lib.key, ctx_free) != 0);
	BUG_ON(OSSL_PROVIDER_load(ctx, "default") == NULL);
	if (OSSL_PROVIDER_load(ctx, "legacy") == NULL)
		lib.why = "OpenSSL's legacy provider cannot be loaded: "
		    "no MD4, DES and RC4, so no MS-CHAP and no MPPE";
	for (int i = 0; i < HASH_COUNT; i++)
		lib.md[i] = EVP_MD_fetch(ctx, md_name[i], NULL);
	lib.des = EVP_CIPHER_fetch(ctx, "DES-ECB", NULL);
	lib.rc4 = EVP_CIPHER_fetch(ctx, "RC4", NULL);
	lib.aes = EVP_CIPHER_fetch(ctx, "AES-128-ECB", NULL);
	lib.mac = EVP_MAC_fetch(ctx, "HMAC", NULL);
	BUG_ON(lib.mac == NULL || lib.md[HASH_SHA256] == NULL ||
	    lib.aes == NULL);
	if (lib.why[0] == '\0' && (lib.md[HASH_MD4] == NULL ||
	    lib.des == NULL))
		lib.why = "OpenSSL has no MD4 or no DES, so no MS-CHAP";
	if (lib.md[HASH_MD5] == NULL)
		lib.why = "OpenSSL has no MD5, so no CHAP; PAP only";
}

/* HMAC over that digest, or NULL. */
static EVP_MAC_CTX *
mac_new(char *digest)
{
	OSSL_PARAM par[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(lib.mac);

	if (mac != NULL && EVP_MAC_CTX_set_params(mac, par) == 1)
		return mac;
	EVP_MAC_CTX_free(mac);
	return NULL;
}

static struct crypto_ctx *
ctx_new(void)
{
	struct crypto_ctx *c = calloc(1, sizeof(*c));
	char sha256[] = "SHA256", md5[] = "MD5";

	BUG_ON(c == NULL);
	pthread_once(&lib.once, lib_once);
	c->md = EVP_MD_CTX_new();
	c->cipher = EVP_CIPHER_CTX_new();
	c->mac = mac_new(sha256);
	c->mac5 = mac_new(md5);
	BUG_ON(c->md == NULL || c->cipher == NULL || c->mac == NULL);
	BUG_ON(pthread_setspecific(lib.key, c) != 0);
	return c;
}

struct crypto_ctx *
crypto_ctx(void)
{
	if (mine == NULL)
		mine = ctx_new();
	return mine;
}

int
crypto_init(void)
{
	pthread_once(&lib.once, lib_once);
	return lib.why[0] == '\0' ? 0 : -E_UNKNOWN;
}

const char *
crypto_why(void)
{
	pthread_once(&lib.once, lib_once);
	return lib.why;
}

const EVP_MD *
crypto_md(enum hash h)
{
	pthread_once(&lib.once, lib_once);
	return lib.md[h];
}

const EVP_CIPHER *
crypto_des(void)
{
	pthread_once(&lib.once, lib_once);
	return lib.des;
}

const EVP_CIPHER *
crypto_rc4(void)
{
	pthread_once(&lib.once, lib_once);
	return lib.rc4;
}

const EVP_CIPHER *
crypto_aes(void)
{
	pthread_once(&lib.once, lib_once);
	return lib.aes;
}
