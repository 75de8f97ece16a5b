/* Base64, by OpenSSL. */
#include "crypto/base64.h"

#include <string.h>

#include <openssl/evp.h>

#include "base/err.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";

int
base64_decode(const char *s, size_t n, uint8_t *out, size_t max)
{
	size_t pad = 0;

	while (pad < 2 && pad < n && s[n - 1 - pad] == '=')
		pad++;
	if (n % 4 != 0)
		return -E_FORMAT;
	if (n / 4 * 3 > max)
		return -E_RANGE;
	/* The library would skip blanks and take `=' anywhere. */
	for (size_t i = 0; i < n - pad; i++)
		if (s[i] == '\0' || strchr(digits, s[i]) == NULL)
			return -E_FORMAT;
	if (n == 0)
		return 0;
	if (EVP_DecodeBlock(out, (const unsigned char *)s, (int)n) < 0)
		return -E_FORMAT;
	return (int)(n / 4 * 3 - pad);
}

void
base64_encode(const void *p, size_t n, char *out)
{
	EVP_EncodeBlock((unsigned char *)out, p, (int)n);
}
