/* One LCP packet, from Code on, to a link in each of LCP's states. */
#include "fuzz/enginefuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enginefuzz_packet(PROTO_LCP, p, n);
	return 0;
}
