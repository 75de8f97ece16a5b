/* Token buckets. */
#include "wire/rate.h"

#define BURST_LEAST	32768u

void
bucket_set(struct bucket *b, uint64_t bps, uint32_t burst)
{
	uint64_t octets = burst;

	if (bps == 0) {
		*b = (struct bucket){ 0 };
		return;
	}
	if (octets == 0)
		octets = bps / 64 > BURST_LEAST ? bps / 64 : BURST_LEAST;
	b->cost = ((uint64_t)8000000000u << 20) / bps;
	b->burst = octets * 8000000000u / bps;
}
