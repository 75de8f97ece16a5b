/* PAP packets into both roles. */
#include "fuzz/auth_fuzz.h"
#include "ppp/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auth_fuzz(PROTO_PAP, 0, data, size);
	return 0;
}
