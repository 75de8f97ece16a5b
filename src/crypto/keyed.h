/*
 * Keyed hashes: one for values that only we check again (AC-Cookies, table
 * seeds), and the one that RADIUS signs with.
 */
#ifndef CRYPTO_KEYED_H
#define CRYPTO_KEYED_H

#include <stddef.h>
#include <stdint.h>

#include "crypto/hash.h"

#define KEYED_KEY	32
#define KEYED_SIZE	16

/*
 * keyed_hash - the first 16 octets of HMAC-SHA-256. Same arguments, same
 * result; there is no failure. About a microsecond. Any thread.
 */
void keyed_hash(const uint8_t key[KEYED_KEY], const void *data, size_t n,
    uint8_t out[KEYED_SIZE]);

/*
 * hmac_md5 - RFC 2104 over @n stretches, for RADIUS. Any thread. Returns 0;
 * -E_UNKNOWN: OpenSSL has no MD5 (@out is zeroed).
 */
int hmac_md5(const void *key, size_t len, const struct hash_part *part,
    size_t n, uint8_t out[MD5_SIZE]);

#endif
