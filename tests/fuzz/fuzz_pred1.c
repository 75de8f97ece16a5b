/* Packets of Predictor-1 to be unpacked; the first octet is the kind. */
#include "fuzz/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n > 0)
		unpack_all(comp_pred1_in(), p + 1, n - 1);
	return 0;
}
