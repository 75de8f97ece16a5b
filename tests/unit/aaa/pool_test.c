/* Address pools: nobody shares an address, and blocks are covered exactly. */
#include "aaa/pool.h"

#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/rng.h"

#define A(a, b, c, d)	((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define NET	A(10, 0, 0, 0)

static struct pool *pool;

static uint32_t
take(unsigned lane, uint32_t wish)
{
	uint32_t addr = 0;

	ATF_REQUIRE_EQ(0, pool_take(pool, lane, wish, &addr));
	return addr;
}

static bool
none_left(unsigned lane)
{
	uint32_t addr;

	return pool_take(pool, lane, 0, &addr) == -E_FULL;
}

ATF_TC_WITHOUT_HEAD(each_address_once);
ATF_TC_BODY(each_address_once, tc)
{
	static const struct ip4_range range[] = {
		{ NET + 300, NET + 409 }, { NET + 1, NET + 100 },
		{ NET + 50, NET + 120 },		/* overlaps */
		{ NET + 121, NET + 121 },		/* touches */
	};
	unsigned char seen[512] = { 0 };
	uint32_t addr, n = 0;

	for (unsigned lanes = 1; lanes <= 8; lanes *= 2) {
		memset(seen, 0, sizeof(seen));
		pool = pool_new(range, 4, lanes);
		ATF_REQUIRE(pool != NULL);
		n = 0;
		for (unsigned k = 0; k < lanes; k++) {
			while (pool_take(pool, k, 0, &addr) == 0) {
				ATF_REQUIRE(addr - NET < sizeof(seen));
				ATF_CHECK_EQ(0, seen[addr - NET]++);
				ATF_CHECK_EQ((int)k, pool_lane(pool, addr));
				n++;
			}
			ATF_CHECK_EQ(pool_size(pool, k), pool_used(pool, k));
		}
		ATF_CHECK_EQ(121 + 110, n);
		for (uint32_t i = 0; i < sizeof(seen); i++)
			ATF_CHECK_EQ((i >= 1 && i <= 121) ||
			    (i >= 300 && i <= 409), seen[i]);
		pool_free(pool);
	}
}

ATF_TC_WITHOUT_HEAD(wishes);
ATF_TC_BODY(wishes, tc)
{
	static const struct ip4_range range = { NET, NET + 63 };

	pool = pool_new(&range, 1, 2);
	ATF_CHECK_EQ(NET + 9, take(0, NET + 9));
	ATF_CHECK(take(0, NET + 9) != NET + 9);		/* taken */
	ATF_CHECK(take(0, NET + 40) < NET + 32);	/* the other's block */
	ATF_CHECK(take(0, A(192, 0, 2, 1)) < NET + 32);
	ATF_CHECK_EQ(NET + 40, take(1, NET + 40));
	ATF_CHECK_EQ(4, pool_used(pool, 0));
	ATF_CHECK_EQ(1, pool_used(pool, 1));
	pool_give(pool, NET + 9);
	ATF_CHECK_EQ(3, pool_used(pool, 0));
	ATF_CHECK_EQ(NET + 9, take(0, NET + 9));
	pool_free(pool);
}

/* What a peer just left is the last to be given out again. */
ATF_TC_WITHOUT_HEAD(left_addresses_rest);
ATF_TC_BODY(left_addresses_rest, tc)
{
	static const struct ip4_range range = { NET, NET + 99 };
	uint32_t addr;

	pool = pool_new(&range, 1, 1);
	addr = take(0, 0);
	pool_give(pool, addr);
	for (int i = 0; i < 99; i++)
		ATF_CHECK(take(0, 0) != addr);
	ATF_CHECK_EQ(addr, take(0, 0));
	ATF_CHECK(none_left(0));
	pool_give(pool, NET + 42);
	ATF_CHECK_EQ(NET + 42, take(0, 0));
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(fixed_addresses_stay);
ATF_TC_BODY(fixed_addresses_stay, tc)
{
	static const struct ip4_range range = { NET, NET + 3 };

	pool = pool_new(&range, 1, 1);
	pool_keep(pool, NET + 1);
	pool_keep(pool, A(192, 0, 2, 1));	/* not ours: no matter */
	ATF_CHECK(take(0, NET + 1) != NET + 1);
	take(0, 0);
	take(0, 0);
	ATF_CHECK(none_left(0));
	ATF_CHECK_EQ(0, pool_claim(pool, NET + 1));	/* its owner comes */
	ATF_CHECK_EQ(-E_EXIST, pool_claim(pool, NET + 1));
	pool_give(pool, NET + 1);
	ATF_CHECK(none_left(0));
	pool_keep_none(pool);
	ATF_CHECK_EQ(NET + 1, take(0, 0));
	pool_free(pool);
}

/* A name gets a fixed address that somebody holds from the pool. */
ATF_TC_WITHOUT_HEAD(kept_while_held);
ATF_TC_BODY(kept_while_held, tc)
{
	static const struct ip4_range range = { NET, NET };

	pool = pool_new(&range, 1, 1);
	ATF_CHECK_EQ(NET, take(0, 0));
	pool_keep(pool, NET);
	ATF_CHECK_EQ(-E_EXIST, pool_claim(pool, NET));
	pool_give(pool, NET);
	ATF_CHECK(none_left(0));
	ATF_CHECK_EQ(0, pool_claim(pool, NET));
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(outside_the_ranges);
ATF_TC_BODY(outside_the_ranges, tc)
{
	unsigned char in[2000] = { 0 };
	struct rng rng;

	rng_seed(&rng, 7);
	pool = pool_new(NULL, 0, 4);
	ATF_REQUIRE(pool != NULL);
	ATF_CHECK(none_left(3));
	ATF_CHECK_EQ(-1, pool_lane(pool, NET));
	ATF_CHECK_EQ(-E_RANGE, pool_claim(pool, 0));
	for (int i = 0; i < 50000; i++) {
		uint32_t k = rng_u32(&rng) % sizeof(in);

		if (rng_u32(&rng) % 3 == 0 && in[k]) {
			pool_give(pool, NET + 1 + k * 4099);
			in[k] = 0;
		} else {
			ATF_REQUIRE_EQ(in[k] ? -E_EXIST : 0,
			    pool_claim(pool, NET + 1 + k * 4099));
			in[k] = 1;
		}
	}
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(claim_any);
ATF_TC_BODY(claim_any, tc)
{
	static const struct ip4_range all = { NET, NET + 1 };
	static const struct ip4_range wish[] = {
		{ NET + 1, NET + 2 }, { UINT32_MAX, UINT32_MAX },
	};
	uint32_t addr;

	pool = pool_new(&all, 1, 1);
	ATF_CHECK_EQ(0, pool_claim_any(pool, wish, 2, &addr));
	ATF_CHECK_EQ(NET + 1, addr);
	ATF_CHECK_EQ(0, pool_claim_any(pool, wish, 2, &addr));
	ATF_CHECK_EQ(NET + 2, addr);
	ATF_CHECK_EQ(0, pool_claim_any(pool, wish, 2, &addr));
	ATF_CHECK_EQ(UINT32_MAX, addr);
	ATF_CHECK_EQ(-E_FULL, pool_claim_any(pool, wish, 2, &addr));
	ATF_CHECK_EQ(NET, take(0, 0));
	pool_free(pool);
}

/* The prefixes of all lanes, laid out: each address of the ranges once. */
static size_t
covered(const struct ip4_range *range, size_t n, unsigned lanes, uint32_t base,
    unsigned char *seen, size_t size)
{
	struct pool_cidr c[512];
	size_t count, most = 0;

	pool = pool_new(range, n, lanes);
	ATF_REQUIRE(pool != NULL);
	memset(seen, 0, size);
	for (unsigned k = 0; k < lanes; k++) {
		count = pool_cidrs(pool, k, c, 512);
		ATF_REQUIRE(count <= 512);
		most = count > most ? count : most;
		for (size_t i = 0; i < count; i++)
			for (uint32_t a = 0; a <= size &&
			    a >> (32 - c[i].bits) == 0; a++) {
				uint32_t at = c[i].addr + a;

				ATF_REQUIRE(at - base < size);
				ATF_CHECK_EQ((int)k, pool_lane(pool, at));
				seen[at - base]++;
			}
	}
	return most;
}

ATF_TC_WITHOUT_HEAD(cidrs_cover_exactly);
ATF_TC_BODY(cidrs_cover_exactly, tc)
{
	static const struct ip4_range range[] = {
		{ NET + 5, NET + 5 }, { NET + 10, NET + 1000 },
		{ NET + 1024, NET + 2047 }, { NET + 2050, NET + 4094 },
	};
	static unsigned char seen[4096];

	for (unsigned lanes = 1; lanes <= 64; lanes *= 2) {
		covered(range, 4, lanes, NET, seen, sizeof(seen));
		for (uint32_t i = 0; i < sizeof(seen); i++)
			ATF_CHECK_EQ(i == 5 || (i >= 10 && i <= 1000) ||
			    (i >= 1024 && i <= 2047) ||
			    (i >= 2050 && i <= 4094), seen[i]);
		pool_free(pool);
	}
}

ATF_TC_WITHOUT_HEAD(cidrs_are_few);
ATF_TC_BODY(cidrs_are_few, tc)
{
	static const struct ip4_range whole = { NET, NET + 65535 };
	static const struct ip4_range hosts = { NET + 1, NET + 65534 };
	static const struct ip4_range ends[] = {
		{ UINT32_MAX - 2, UINT32_MAX }, { 1, 1 },
	};
	static unsigned char seen[65536];
	struct pool_cidr c[2];

	ATF_CHECK_EQ(1, covered(&whole, 1, 1, NET, seen, sizeof(seen)));
	ATF_CHECK_EQ(1, pool_cidrs(pool, 0, c, 2));
	ATF_CHECK_EQ(NET, c[0].addr);
	ATF_CHECK_EQ(16, c[0].bits);
	pool_free(pool);
	ATF_CHECK_EQ(1, covered(&whole, 1, 8, NET, seen, sizeof(seen)));
	pool_free(pool);
	ATF_CHECK_EQ(30, covered(&hosts, 1, 1, NET, seen, sizeof(seen)));
	ATF_CHECK_EQ(30, pool_cidrs(pool, 0, c, 2));	/* two are written */
	ATF_CHECK_EQ(NET + 1, c[0].addr);
	ATF_CHECK_EQ(32, c[0].bits);
	ATF_CHECK_EQ(NET + 2, c[1].addr);
	ATF_CHECK_EQ(31, c[1].bits);
	pool_free(pool);
	ATF_CHECK(covered(&hosts, 1, 8, NET, seen, sizeof(seen)) <= 16);
	pool_free(pool);
	pool = pool_new(ends, 2, 1);			/* no wrap at the top */
	ATF_CHECK_EQ(3, pool_cidrs(pool, 0, c, 2));
	ATF_CHECK_EQ(1, c[0].addr);
	ATF_CHECK_EQ(UINT32_MAX - 2, c[1].addr);
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(blocks_are_even);
ATF_TC_BODY(blocks_are_even, tc)
{
	static const struct ip4_range range[] = {
		{ NET + 3, NET + 9999 }, { NET + 20000, NET + 31234 },
	};

	for (unsigned lanes = 1; lanes <= 64; lanes *= 2) {
		uint32_t part = (9997 + 11235) / lanes, sum = 0;

		pool = pool_new(range, 2, lanes);
		for (unsigned k = 0; k < lanes; k++) {
			uint32_t size = pool_size(pool, k);

			ATF_CHECK(size >= part - part / 8 - 1);
			ATF_CHECK(size <= part + part / 8 + 1);
			sum += size;
		}
		ATF_CHECK_EQ(9997 + 11235, sum);
		pool_free(pool);
	}
}

ATF_TC_WITHOUT_HEAD(fewer_addresses_than_lanes);
ATF_TC_BODY(fewer_addresses_than_lanes, tc)
{
	static const struct ip4_range range = { NET + 1, NET + 3 };
	uint32_t addr, n = 0;

	pool = pool_new(&range, 1, 8);
	for (unsigned k = 0; k < 8; k++)
		while (pool_take(pool, k, 0, &addr) == 0) {
			ATF_CHECK_EQ((int)k, pool_lane(pool, addr));
			n++;
		}
	ATF_CHECK_EQ(3, n);
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(ranges_that_are_refused);
ATF_TC_BODY(ranges_that_are_refused, tc)
{
	static const struct ip4_range turned = { NET + 2, NET + 1 };
	static const struct ip4_range all = { 0, UINT32_MAX };
	static const struct ip4_range most = { 0, POOL_MAX - 1 };
	static const struct ip4_range over[] = {
		{ 0, POOL_MAX - 1 }, { POOL_MAX + 5, POOL_MAX + 5 },
	};

	ATF_CHECK(pool_new(&turned, 1, 1) == NULL);
	ATF_CHECK(pool_new(&all, 1, 1) == NULL);
	ATF_CHECK(pool_new(over, 2, 1) == NULL);
	pool = pool_new(&most, 1, 64);
	ATF_CHECK(pool != NULL);
	pool_free(pool);
}

/* A search in a pool that is full but for its last address. */
ATF_TC_WITHOUT_HEAD(large_and_nearly_full);
ATF_TC_BODY(large_and_nearly_full, tc)
{
	static const struct ip4_range range = { NET, NET + 1048575 };
	uint32_t addr;

	pool = pool_new(&range, 1, 1);
	for (uint32_t i = 0; i < 1048576; i++)
		ATF_REQUIRE_EQ(0, pool_take(pool, 0, 0, &addr));
	ATF_CHECK(none_left(0));
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t at = NET + (i * 7919u) % 1048576;

		pool_give(pool, at);
		ATF_REQUIRE_EQ(0, pool_take(pool, 0, 0, &addr));
		ATF_REQUIRE_EQ(at, addr);
	}
	ATF_CHECK_EQ(1048576, pool_used(pool, 0));
	pool_free(pool);
}

ATF_TC_WITHOUT_HEAD(churn);
ATF_TC_BODY(churn, tc)
{
	static const struct ip4_range range[] = {
		{ NET + 1, NET + 700 }, { NET + 801, NET + 1000 },
	};
	static unsigned char held[1001];
	uint32_t addr, want, used = 0;
	struct rng rng;

	rng_seed(&rng, 3);
	pool = pool_new(range, 2, 4);
	for (int i = 0; i < 200000; i++) {
		want = rng_u32(&rng) % 1001;
		if (held[want]) {
			pool_give(pool, NET + want);
			held[want] = 0;
			used--;
		} else if (pool_take(pool, rng_u32(&rng) % 4, NET + want,
		    &addr) == 0) {
			ATF_REQUIRE_EQ(0, held[addr - NET]);
			held[addr - NET] = 1;
			used++;
		}
	}
	for (unsigned k = 0; k < 4; k++)
		used -= pool_used(pool, k);
	ATF_CHECK_EQ(0, used);
	pool_free(pool);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, each_address_once);
	ATF_TP_ADD_TC(tp, wishes);
	ATF_TP_ADD_TC(tp, left_addresses_rest);
	ATF_TP_ADD_TC(tp, fixed_addresses_stay);
	ATF_TP_ADD_TC(tp, kept_while_held);
	ATF_TP_ADD_TC(tp, outside_the_ranges);
	ATF_TP_ADD_TC(tp, claim_any);
	ATF_TP_ADD_TC(tp, cidrs_cover_exactly);
	ATF_TP_ADD_TC(tp, cidrs_are_few);
	ATF_TP_ADD_TC(tp, blocks_are_even);
	ATF_TP_ADD_TC(tp, fewer_addresses_than_lanes);
	ATF_TP_ADD_TC(tp, ranges_that_are_refused);
	ATF_TP_ADD_TC(tp, large_and_nearly_full);
	ATF_TP_ADD_TC(tp, churn);
	return atf_no_error();
}
