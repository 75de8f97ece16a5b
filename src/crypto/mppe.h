/*
 * Keys of Microsoft's encryption, RFC 3079, and the cipher under them. Any
 * thread; a struct mppe_cipher belongs to one at a time. What returns int:
 * 0, or -E_UNKNOWN when OpenSSL lacks MD4 or RC4 (crypto_why()); keys are
 * then zeros.
 */
#ifndef CRYPTO_MPPE_H
#define CRYPTO_MPPE_H

#include <stdbool.h>

#include "crypto/chap.h"

#define MPPE_KEY	16

/* What a login leaves behind: secret, wiped by whoever holds it last. */
struct mppe_keys {
	uint8_t	 len;			/* MPPE_KEY; 0: there are none */
	uint8_t	 send[MPPE_KEY];	/* start key of what we encrypt */
	uint8_t	 recv[MPPE_KEY];	/* ... and of what we decrypt */
};

/*
 * mppe_keys2 - the start keys of an MS-CHAPv2 login, section 3.
 * @nt: the NT response; @server: we were the authenticator
 * mppe_keys1 - of a login by MS-CHAP, section 2.3: one key for both ways.
 * Its 40 and 56 bits come from the same key, as with pppd, and not from the
 * LAN Manager hash of sections 2.1 and 2.2.
 */
int mppe_keys2(const struct mschap2 *m, const uint8_t nt[MSCHAP_RESPONSE],
    bool server, struct mppe_keys *k);
int mppe_keys1(const uint8_t challenge[MSCHAP_CHALLENGE], const char *pw,
    size_t len, struct mppe_keys *k);

/* One direction: RC4 under a session key that changes as it goes. */
struct mppe_cipher {
	void	*rc4;			/* owner: this; NULL: not started */
	uint8_t	 bits;			/* 40, 56 or 128 */
	uint8_t	 start[MPPE_KEY], now[MPPE_KEY];
};

/*
 * mppe_start - the first session key, out of @start. mppe_next - the next
 * one (RFC 3078 section 7.3). mppe_again - RC4 anew under the same one.
 * mppe_run - en- or decrypt in place.
 * mppe_stop - wipes and frees; a zeroed struct is allowed.
 */
int mppe_start(struct mppe_cipher *c, const uint8_t start[MPPE_KEY],
    unsigned bits);
void mppe_next(struct mppe_cipher *c);
void mppe_again(struct mppe_cipher *c);
void mppe_run(struct mppe_cipher *c, uint8_t *p, size_t n);
void mppe_stop(struct mppe_cipher *c);

#endif
