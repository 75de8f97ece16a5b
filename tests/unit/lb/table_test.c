/* The table of indexes against a model; who gets which Session-ID. */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lb/assign.h"
#include "lb/table.h"

#define KEYS	400u		/* few hashes, so that they collide */
#define IDXS	2000u

/* Is @idx among the candidates of @hash? How many are there? */
static bool
find(const struct table *t, uint64_t hash, uint32_t idx, unsigned *n)
{
	uint32_t at, i;
	bool found = false;

	*n = 0;
	for (i = table_first(t, hash, &at); i != TABLE_NONE;
	    i = table_next(t, hash, &at)) {
		found |= i == idx;
		++*n;
	}
	return found;
}

ATF_TC_WITHOUT_HEAD(model);
ATF_TC_BODY(model, tc)
{
	static uint64_t hash_of[IDXS];	/* 0: not in the table */
	static unsigned per_key[KEYS], key_of[IDXS];
	static uint64_t hash[KEYS];
	struct table t;
	struct rng r;
	unsigned n, live = 0;

	rng_seed(&r, 7);
	for (unsigned i = 0; i < KEYS; i++)
		hash[i] = table_hash(i, 99) | 1;
	ATF_REQUIRE_EQ(0, table_init(&t));
	for (int step = 0; step < 200000; step++) {
		uint32_t i = rng_u32(&r) % IDXS;

		if (hash_of[i] == 0) {
			key_of[i] = rng_u32(&r) % KEYS;
			hash_of[i] = hash[key_of[i]];
			per_key[key_of[i]]++;
			live++;
			ATF_REQUIRE_EQ(0, table_put(&t, hash_of[i], i));
			ATF_REQUIRE(find(&t, hash_of[i], i, &n));
		} else {
			table_del(&t, hash_of[i], i);
			per_key[key_of[i]]--;
			live--;
			ATF_REQUIRE(!find(&t, hash_of[i], i, &n));
			hash_of[i] = 0;
		}
		ATF_REQUIRE_EQ(per_key[key_of[i]], n);
		ATF_REQUIRE_EQ(live, t.live);
		ATF_REQUIRE(t.used <= (t.mask + 1) / 2);
	}
	for (uint32_t i = 0; i < IDXS; i++)
		if (hash_of[i] != 0)
			ATF_CHECK(find(&t, hash_of[i], i, &n));
	ATF_CHECK(t.mask + 1 <= 16384);	/* tombs do not make it grow */
	table_done(&t);
}

ATF_TC_WITHOUT_HEAD(absent);
ATF_TC_BODY(absent, tc)
{
	struct table t;
	unsigned n;

	ATF_REQUIRE_EQ(0, table_init(&t));
	ATF_CHECK(!find(&t, table_hash(1, 2), 0, &n));
	table_del(&t, table_hash(1, 2), 0);
	ATF_CHECK_EQ(0, t.live);
	ATF_REQUIRE_EQ(0, table_put(&t, table_hash(1, 2), 5));
	table_del(&t, table_hash(1, 2), 6);	/* same hash, another one */
	ATF_CHECK(find(&t, table_hash(1, 2), 5, &n));
	ATF_CHECK_EQ(1, n);
	table_done(&t);
}

/* ---- assign ---- */

static uint8_t taken[65536];
static unsigned asked;

static bool
is_taken(const struct sess_key *k, void *arg)
{
	(void)arg;
	asked++;
	ATF_REQUIRE(k->sid != 0 && k->sid != 0xffff);
	return taken[k->sid] != 0;
}

static void
take_all(unsigned lanes, uint32_t random)
{
	struct sess_key k = { .sid = 0 };
	struct assign a;
	unsigned got = 0;

	memset(taken, 0, sizeof(taken));
	assign_init(&a, lanes, random);
	for (unsigned lane = 0; lane < lanes; lane++) {
		while (assign_sid(&a, lane, &k, is_taken, NULL)) {
			ATF_REQUIRE_EQ(lane, sid_lane(k.sid, lanes));
			ATF_REQUIRE_EQ(0, taken[k.sid]);
			taken[k.sid] = 1;
			got++;
		}
	}
	ATF_CHECK_EQ(65534, got);
	ATF_CHECK_EQ(0, taken[0]);
	ATF_CHECK_EQ(0, taken[0xffff]);
}

ATF_TC_WITHOUT_HEAD(every_sid_once);
ATF_TC_BODY(every_sid_once, tc)
{
	take_all(1, 0);
	take_all(1, 0xffffffff);
	take_all(8, 12345);
	take_all(64, 0xfffe);
}

/* osvbng answered SID 0 when all were taken, and nobody looked. */
ATF_TC_WITHOUT_HEAD(osvbng_exhausted);
ATF_TC_BODY(osvbng_exhausted, tc)
{
	struct sess_key k = { .sid = 0 };
	struct assign a;

	assign_init(&a, 4, 3);
	memset(taken, 1, sizeof(taken));
	asked = 0;
	ATF_CHECK(!assign_sid(&a, 2, &k, is_taken, NULL));
	ATF_CHECK_EQ(16384, asked);
	taken[0x1232] = 0;
	ATF_REQUIRE(assign_sid(&a, 2, &k, is_taken, NULL));
	ATF_CHECK_EQ(0x1232, k.sid);
}

ATF_TC_WITHOUT_HEAD(lanes_in_turn);
ATF_TC_BODY(lanes_in_turn, tc)
{
	struct assign a;
	unsigned n[8] = { 0 };

	assign_init(&a, 8, 1);
	for (int i = 0; i < 800; i++)
		n[assign_lane(&a, LB_ROUND_ROBIN, 0xff, NULL, NULL)]++;
	for (int i = 0; i < 8; i++)
		ATF_CHECK_EQ(100, n[i]);
	/* those that drain are passed over, in id order */
	assign_init(&a, 8, 1);
	ATF_CHECK_EQ(1, assign_lane(&a, LB_ROUND_ROBIN, 0x2a, NULL, NULL));
	ATF_CHECK_EQ(3, assign_lane(&a, LB_ROUND_ROBIN, 0x2a, NULL, NULL));
	ATF_CHECK_EQ(5, assign_lane(&a, LB_ROUND_ROBIN, 0x2a, NULL, NULL));
	ATF_CHECK_EQ(1, assign_lane(&a, LB_ROUND_ROBIN, 0x2a, NULL, NULL));
}

ATF_TC_WITHOUT_HEAD(least_sessions);
ATF_TC_BODY(least_sessions, tc)
{
	uint32_t load[64] = { 4, 2, 7, 2 };
	struct assign a;

	assign_init(&a, 4, 1);
	ATF_CHECK_EQ(1, assign_lane(&a, LB_LEAST_SESSIONS, 0xf, load, NULL));
	ATF_CHECK_EQ(3, assign_lane(&a, LB_LEAST_SESSIONS, 0xd, load, NULL));
	load[0] = 0;
	ATF_CHECK_EQ(0, assign_lane(&a, LB_LEAST_SESSIONS, 0xf, load, NULL));
}

/* A MAC stays with its worker; a worker that drains moves only its own. */
ATF_TC_WITHOUT_HEAD(hash_is_consistent);
ATF_TC_BODY(hash_is_consistent, tc)
{
	unsigned n[8] = { 0 }, moved = 0;
	struct assign a;

	assign_init(&a, 8, 1);
	for (unsigned i = 0; i < 8000; i++) {
		uint8_t mac[6] = { 2, 0, 0, 0, (uint8_t)(i >> 8),
		    (uint8_t)i };
		unsigned w = assign_lane(&a, LB_HASH, 0xff, NULL, mac);
		unsigned v = assign_lane(&a, LB_HASH, 0xf7, NULL, mac);

		ATF_REQUIRE_EQ(w, assign_lane(&a, LB_HASH, 0xff, NULL, mac));
		ATF_REQUIRE(v != 3);
		ATF_REQUIRE(v == w || w == 3);
		n[w]++;
		moved += v != w;
	}
	ATF_CHECK_EQ(n[3], moved);
	for (int i = 0; i < 8; i++)
		ATF_CHECK_MSG(n[i] > 850 && n[i] < 1150, "worker %d: %u", i,
		    n[i]);
}

/* An id just freed is not given to the next peer: late frames miss it. */
ATF_TC_WITHOUT_HEAD(not_reused_at_once);
ATF_TC_BODY(not_reused_at_once, tc)
{
	struct sess_key k = { .sid = 0 };
	struct assign a;
	uint16_t first;

	memset(taken, 0, sizeof(taken));
	assign_init(&a, 2, 77);
	ATF_REQUIRE(assign_sid(&a, 1, &k, is_taken, NULL));
	first = k.sid;
	for (int i = 0; i < 1000; i++) {
		ATF_REQUIRE(assign_sid(&a, 1, &k, is_taken, NULL));
		ATF_REQUIRE(k.sid != first);
	}
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, model);
	ATF_TP_ADD_TC(tp, absent);
	ATF_TP_ADD_TC(tp, every_sid_once);
	ATF_TP_ADD_TC(tp, osvbng_exhausted);
	ATF_TP_ADD_TC(tp, lanes_in_turn);
	ATF_TP_ADD_TC(tp, least_sessions);
	ATF_TP_ADD_TC(tp, hash_is_consistent);
	ATF_TP_ADD_TC(tp, not_reused_at_once);
	return atf_no_error();
}
