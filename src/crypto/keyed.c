/* HMAC with SHA-256, cut to 16 octets. */
#include "crypto/keyed.h"

#include <string.h>

#include "base/bug.h"
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
