/*
 * What CHAP and its Microsoft kin compute from a secret. Any thread; every
 * function returns 0, or -E_UNKNOWN when OpenSSL lacks an algorithm (the
 * result is then zeros and must not be used).
 *
 * MS-CHAP hashes UTF-16: a password that is valid UTF-8 is converted, any
 * other is taken as ISO 8859-1. A user name `DOMAIN\name` counts as `name`.
 */
#ifndef CRYPTO_CHAP_H
#define CRYPTO_CHAP_H

#include <stddef.h>
#include <stdint.h>

#define MSCHAP_CHALLENGE	8	/* octets, version 1 */
#define MSCHAP2_CHALLENGE	16
#define MSCHAP_RESPONSE		24	/* of NT or LAN Manager */
#define MSCHAP_HASH		16
#define MSCHAP_VALUE		49	/* Value-Size of a Response */

/* chap_md5 - MD5 over Identifier, secret, challenge. RFC 1994 s. 4.1. */
int chap_md5(uint8_t id, const void *secret, size_t len,
    const uint8_t *challenge, size_t n, uint8_t out[16]);

/* mschap_hash - NtPasswordHash(): MD4 over the password in UTF-16. */
int mschap_hash(const char *pw, size_t len, uint8_t out[MSCHAP_HASH]);

/* mschap_nt, mschap_lm - the two answers of RFC 2433 (A.1 and A.5). */
int mschap_nt(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, uint8_t out[MSCHAP_RESPONSE]);
int mschap_lm(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, uint8_t out[MSCHAP_RESPONSE]);

/* What both sides of one MS-CHAPv2 exchange know. Borrows. */
struct mschap2 {
	const uint8_t	*auth;		/* authenticator's challenge, 16 */
	const uint8_t	*peer;		/* peer's challenge, 16 */
	const char	*name;		/* as sent, domain and all */
	size_t		 name_len;
	const char	*pw;
	size_t		 pw_len;
};

/* mschap2_nt - GenerateNTResponse() of RFC 2759 s. 8.1. */
int mschap2_nt(const struct mschap2 *m, uint8_t out[MSCHAP_RESPONSE]);

/*
 * mschap2_proof - what the authenticator proves itself with: the 20 octets
 * behind `S=`. RFC 2759 s. 8.7.
 * @nt: the NT response that the peer sent
 */
int mschap2_proof(const struct mschap2 *m, const uint8_t nt[MSCHAP_RESPONSE],
    uint8_t out[20]);

#endif
