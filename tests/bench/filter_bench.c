/*
 * What a packet costs in the filters: taken apart, judged by one rule, by
 * forty that do not match, and by the same in IPv6. Nanoseconds, the best of
 * some rounds.
 */
#include <stdio.h>
#include <string.h>

#include "base/bug.h"
#include "base/clock.h"
#include "filter/filter.h"

#define PACKETS	1000000u
#define ROUNDS	7

static const uint8_t tcp4[40] = { 0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0,
    10, 0, 0, 1, 10, 0, 0, 2, 4, 1, 0, 80, [32] = 0x50, 0x10 };
static const uint8_t tcp6[60] = { 0x60, 0, 0, 0, 0, 20, 6, 64,
    [8] = 0xfe, 0x80, [23] = 1, 0xfe, 0x80, [39] = 2, 4, 1, 0, 80,
    [52] = 0x50, 0x10 };

static void
rules(struct filters *f, int n)
{
	static struct filter_conf c;

	memset(&c, 0, sizeof(c));
	for (int i = 0; i < n; i++) {
		struct filter_rule *r = &c.rule[FILTER_IN][i];

		r->act = i == n - 1 ? FILTER_PERMIT : FILTER_DENY;
		if (i == n - 1)
			break;
		r->has_addr = true;
		r->family = i % 2 == 0 ? 4 : 6;
		r->proto = 6;
		r->src.bits = r->dst.bits = i % 2 == 0 ? 8 : 10;
		r->src.addr[0] = i % 2 == 0 ? 10 : 0xfe;
		r->src.addr[1] = i % 2 == 0 ? 0 : 0x80;
		memcpy(r->dst.addr, r->src.addr, 16);
		r->dst_op = FILTER_EQ;
		r->dst_port = (uint16_t)(1000 + i);
	}
	filters_make(f, &c);
}

static double
cost(const uint8_t *ip, size_t len, int n)
{
	static struct filters f;
	struct filter_env e = { 0 };
	struct filter_pkt p;
	double best = 1e9;
	unsigned passed = 0;

	rules(&f, n);
	for (int r = 0; r < ROUNDS; r++) {
		tstamp from = clock_now();

		for (unsigned i = 0; i < PACKETS; i++) {
			__asm__ volatile("" : : "r"(ip) : "memory");
			filter_look(ip, len, false, &p);
			passed += filter_eval(&f.f[FILTER_IN], &p, &e).pass;
		}
		double ns = (double)(clock_now() - from) / PACKETS;

		best = ns < best ? ns : best;
	}
	BUG_ON(passed != ROUNDS * PACKETS);
	return best;
}

int
main(void)
{
	static const int n[] = { 0, 1, 10, 40 };

	for (int i = 0; i < 4; i++)
		printf("filter of %2d rules: %5.1f ns a packet of IPv4, %5.1f "
		    "of IPv6\n", n[i], cost(tcp4, sizeof(tcp4), n[i]),
		    cost(tcp6, sizeof(tcp6), n[i]));
	return 0;
}
