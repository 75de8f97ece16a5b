/* One IPV6CP packet, from Code on, to a link in each of IPV6CP's states. */
#include "fuzz/enginefuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enginefuzz_packet(PROTO_IPV6CP, p, n);
	return 0;
}
