/* Packets of Deflate to be unpacked; the first octet is the kind. */
#include "fuzz/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n > 0)
		unpack_all(comp_deflate_in(p[0] % 8 + 8u), p + 1, n - 1);
	return 0;
}
