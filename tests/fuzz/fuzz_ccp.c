/* One CCP packet, from Code on, to a link in each of CCP's states. */
#include "fuzz/enginefuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enginefuzz_packet(PROTO_CCP, p, n);
	return 0;
}
