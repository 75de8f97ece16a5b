#include "fuzz/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "wire/rd.h"

/* A copy of the exact size, so that the sanitizer sees the end. */
static void
one(struct comp *in, unsigned what, struct rd r)
{
	size_t n = rd_size(&r);
	uint8_t *p = malloc(n + 1), out[COMP_ROOM];

	BUG_ON(p == NULL);
	memcpy(p, r.p, n);
	if (what & 0x4000)
		comp_reset(in);
	if (what & 0x8000) {
		comp_plain(in, 0x21, p, n);
	} else {
		int got = comp_in(in, p, n, out);

		BUG_ON(got == 0 || got > (int)COMP_PLAIN);
		BUG_ON(got < 0 && got != -E_STALE && got != -E_FORMAT);
	}
	free(p);
}

void
unpack_all(struct comp *in, const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);

	BUG_ON(in == NULL);
	while (rd_size(&r) > 2) {
		unsigned what = rd_u16(&r);
		size_t len = what & 0x0fff;

		one(in, what, rd_sub(&r, len < rd_size(&r) ? len :
		    rd_size(&r)));
	}
	comp_free(in);
}
