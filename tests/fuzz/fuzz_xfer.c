/* Blocks of a transfer, whatever the other side sends. */
#include <stdint.h>

#include "base/bug.h"
#include "gen/xfer.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const volatile sig_atomic_t go;
	struct xfer_conf c = { .run = 0x01020304, .blocks = 4, .size = 8,
	    .stop = &go };
	uint8_t sum[XFER_SUM];
	struct xfer x;

	if (n == 0)
		return 0;
	c.algo = p[0] % XFER_ALGOS;
	BUG_ON(xfer_init(&x, &c) < 0);
	for (size_t at = 1; at < n; at += XFER_HEAD + 8) {
		size_t len = n - at;

		if (len > XFER_HEAD + 8)
			len = XFER_HEAD + 8;
		xfer_take(&x, rd_of(p + at, len), SEC(1));
	}
	BUG_ON(x.got > 4);
	xfer_total(&x, sum);
	xfer_free(&x);
	return 0;
}
