/* Base64 of RFC 4648 section 4, with its padding. Any thread. */
#ifndef CRYPTO_BASE64_H
#define CRYPTO_BASE64_H

#include <stddef.h>
#include <stdint.h>

/*
 * base64_decode - @n characters at @s; how many octets there are in @out,
 * which has room for @max and may be written to up to there in any case.
 * -E_FORMAT: that is no Base64; -E_RANGE: too much of it.
 */
int base64_decode(const char *s, size_t n, uint8_t *out, size_t max);

/* base64_encode - @n octets; @out: BASE64_SIZE(n), with its NUL. */
#define BASE64_SIZE(n)	(((n) + 2) / 3 * 4 + 1)
void base64_encode(const void *p, size_t n, char *out);

#endif
