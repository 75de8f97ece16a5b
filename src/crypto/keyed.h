/*
 * A keyed hash for values that only we check again: AC-Cookies, table seeds.
 */
#ifndef CRYPTO_KEYED_H
#define CRYPTO_KEYED_H

#include <stddef.h>
#include <stdint.h>

#define KEYED_KEY	32
#define KEYED_SIZE	16

/*
 * keyed_hash - the first 16 octets of HMAC-SHA-256. Same arguments, same
 * result; there is no failure. About a microsecond. Any thread.
 */
void keyed_hash(const uint8_t key[KEYED_KEY], const void *data, size_t n,
    uint8_t out[KEYED_SIZE]);

#endif
