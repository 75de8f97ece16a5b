/* Encrypted packets; the first octet: bits and whether stateless. */
#include "fuzz/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t key[MPPE_KEY] = "a key";
	static const unsigned bits[] = { 40, 56, 128, 128 };

	if (n > 0)
		unpack_all(comp_mppe_in(key, bits[p[0] & 3], p[0] & 4), p + 1,
		    n - 1);
	return 0;
}
