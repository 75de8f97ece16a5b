/* Token buckets. */
#include "wire/rate.h"

#define BURST_TIME	MSEC(125)
#define BURST_LEAST	32768u
#define OCTET		8000000000u	/* ns at one bit a second */

void
bucket_set(struct bucket *b, uint64_t bps, uint32_t burst)
{
	if (bps == 0) {
		*b = (struct bucket){ 0 };
		return;
	}
	b->cost = ((uint64_t)OCTET << 20) / bps;
	b->burst = (tstamp)(burst != 0 ? burst : BURST_LEAST) * OCTET / bps;
	if (burst == 0 && b->burst < BURST_TIME)
		b->burst = BURST_TIME;
}
