/*
 * Addresses for files that others may read: two that have their first N bits
 * in common still have so afterwards, and no more; without the key nobody
 * tells which they were. Bit for bit Crypto-PAn, J. Xu et al., ICNP 2002,
 * with AES-128; IPv6 in the same way over 128 bits.
 */
#ifndef CRYPTO_ANON_H
#define CRYPTO_ANON_H

#include <stddef.h>
#include <stdint.h>

#define ANON_KEY	32	/* 16 octets for AES, 16 to pad with */

struct anon {			/* holds key material */
	uint8_t	 key[16], pad[16];
};

/* anon_init - @key: as random as the secret is to be. */
void anon_init(struct anon *a, const uint8_t key[ANON_KEY]);

/* anon_addr - @addr in network order, @n 4 or 16 octets, in its place. Some
 * microseconds. Any thread. */
void anon_addr(const struct anon *a, uint8_t *addr, size_t n);

#endif
