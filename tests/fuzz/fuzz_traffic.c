/* Test packets that come back, whatever the other side made of them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "gen/traffic.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct traffic_conf c = { .size = 84, .pps = 1 };
	const struct traffic_ends e = { .src = 1, .dst = 2 };
	const struct traffic_stats *st;
	uint8_t buf[100];
	struct traffic *t;

	if (n == 0)
		return 0;
	c.kind = (p[0] & 1) != 0 ? TRAFFIC_PAIR : TRAFFIC_ECHO;
	t = traffic_new(&c, 2, 0x01020304);
	BUG_ON(t == NULL);
	for (int i = 0; i < 8; i++)
		traffic_make(t, i & 1, &e, SEC(1), buf, sizeof(buf));
	traffic_input(t, p[0] >> 1 & 1, rd_of(p + 1, n - 1), SEC(2));
	st = traffic_stats(t);
	BUG_ON(st->received + st->damaged + st->twice > 1);
	traffic_free(t);
	return 0;
}
