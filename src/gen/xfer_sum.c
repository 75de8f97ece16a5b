/* Checksums of transfers. */
#include <string.h>
#include <zlib.h>

#include "base/bug.h"
#include "crypto/hash.h"
#include "gen/xfer.h"
#include "wire/wr.h"

static const struct { const char *name; uint8_t size; } algos[XFER_ALGOS] = {
	[XFER_CRC32] = { "crc32", 4 }, [XFER_MD5] = { "md5", MD5_SIZE },
	[XFER_SHA256] = { "sha256", SHA256_SIZE },
	[XFER_FLETCHER32] = { "fletcher32", 4 },
};

const char *
xfer_algo_name(enum xfer_algo a)
{
	return algos[a].name;
}

size_t
xfer_algo_size(enum xfer_algo a)
{
	return algos[a].size;
}

/* Words of 16 bits, little-endian; an odd octet has a zero behind it. */
static uint32_t
fletcher32(const uint8_t *p, size_t n)
{
	uint32_t a = 0, b = 0;

	for (size_t i = 0; i < n; i += 2) {
		uint32_t high = i + 1 < n ? p[i + 1] : 0;

		a = (a + (p[i] | high << 8)) % 65535;
		b = (b + a) % 65535;
	}
	return b << 16 | a;
}

void
xfer_digest(enum xfer_algo a, const void *p, size_t n,
    uint8_t out[XFER_SUM])
{
	struct wr w = wr_of(out, XFER_SUM);

	memset(out, 0, XFER_SUM);
	if (a == XFER_CRC32)
		wr_u32(&w, (uint32_t)crc32(0, p, (unsigned)n));
	else if (a == XFER_FLETCHER32)
		wr_u32(&w, fletcher32(p, n));
	else
		BUG_ON(hash_one(a == XFER_MD5 ? HASH_MD5 : HASH_SHA256, p, n,
		    out) < 0);
}
