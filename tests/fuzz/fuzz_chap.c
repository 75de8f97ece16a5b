/* CHAP packets into both roles, with each of the three algorithms. */
#include "fuzz/auth_fuzz.h"
#include "ppp/auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auth_fuzz(PROTO_CHAP, CHAP_MD5, data, size);
	auth_fuzz(PROTO_CHAP, CHAP_MS, data, size);
	auth_fuzz(PROTO_CHAP, CHAP_MSV2, data, size);
	return 0;
}
