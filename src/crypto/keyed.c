/* HMAC: with SHA-256, cut to 16 octets, and with MD5. */
#include "crypto/keyed.h"

#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "crypto/lib.h"

void
keyed_hash(const uint8_t key[KEYED_KEY], const void *data, size_t n,
    uint8_t out[KEYED_SIZE])
{
	EVP_MAC_CTX *mac = crypto_ctx()->mac;
	uint8_t full[SHA256_SIZE];
	size_t len = 0;

	/* What can fail here is memory, which contexts took before. */
	BUG_ON(EVP_MAC_init(mac, key, KEYED_KEY, NULL) != 1);
	BUG_ON(n > 0 && EVP_MAC_update(mac, data, n) != 1);
	BUG_ON(EVP_MAC_final(mac, full, &len, sizeof(full)) != 1);
	BUG_ON(len != sizeof(full));
	memcpy(out, full, KEYED_SIZE);
}

int
hmac_md5(const void *key, size_t len, const struct hash_part *part, size_t n,
    uint8_t out[MD5_SIZE])
{
	EVP_MAC_CTX *mac = crypto_ctx()->mac5;
	size_t got = 0;

	if (mac == NULL || EVP_MAC_init(mac, key, len, NULL) != 1) {
		memset(out, 0, MD5_SIZE);
		return -E_UNKNOWN;
	}
	for (size_t i = 0; i < n; i++)
		BUG_ON(part[i].n > 0 &&
		    EVP_MAC_update(mac, part[i].p, part[i].n) != 1);
	BUG_ON(EVP_MAC_final(mac, out, &got, MD5_SIZE) != 1);
	return 0;
}
