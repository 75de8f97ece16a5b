/* Slab, ring, text, random bytes, comparing secrets. */
#include <atf-c.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/slab.h"
#include "base/spsc.h"

/* ---- slab ---- */

static bool
is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

ATF_TC_WITHOUT_HEAD(slab_to_the_limit);
ATF_TC_BODY(slab_to_the_limit, tc)
{
	static uint8_t *obj[1000];
	static bool seen[1100];
	uint32_t idx[1000];
	struct slab s;

	ATF_REQUIRE_EQ(0, slab_init(&s, 100, 1000));
	for (uint32_t i = 0; i < 1000; i++) {
		obj[i] = slab_take(&s, &idx[i]);
		ATF_REQUIRE(obj[i] != NULL);
		ATF_REQUIRE(is_zero(obj[i], 100));
		ATF_REQUIRE(((uintptr_t)obj[i] & 63) == 0);
		ATF_REQUIRE(idx[i] < 1000 + SLAB_CHUNK && !seen[idx[i]]);
		seen[idx[i]] = true;
		memset(obj[i], 0xaa, 100);
	}
	ATF_CHECK(slab_take(&s, &idx[0]) == NULL);
	for (uint32_t i = 1; i < 1000; i++)	/* addresses are stable */
		ATF_REQUIRE(slab_at(&s, idx[i]) == obj[i]);
	slab_give(&s, idx[500]);
	ATF_CHECK_EQ(999, s.used);
	uint32_t again;
	uint8_t *p = slab_take(&s, &again);

	ATF_CHECK_EQ(idx[500], again);
	ATF_CHECK(p == obj[500]);
	ATF_CHECK(is_zero(p, 100));
	ATF_CHECK(slab_take(&s, &again) == NULL);
	slab_free(&s);
}

ATF_TC_WITHOUT_HEAD(slab_random);
ATF_TC_BODY(slab_random, tc)
{
	static uint32_t *obj[300];
	static uint32_t idx[300];
	unsigned used = 0;
	struct slab s;
	struct rng r;

	rng_seed(&r, 4);
	ATF_REQUIRE_EQ(0, slab_init(&s, sizeof(uint32_t), 300));
	for (int step = 0; step < 100000; step++) {
		unsigned i = rng_u32(&r) % 300;

		if (obj[i] == NULL) {
			obj[i] = slab_take(&s, &idx[i]);
			ATF_REQUIRE(obj[i] != NULL);
			ATF_REQUIRE_EQ(0, *obj[i]);
			*obj[i] = i + 1;
			used++;
		} else {
			ATF_REQUIRE_EQ(i + 1, *obj[i]);	/* nobody else's */
			slab_give(&s, idx[i]);
			obj[i] = NULL;
			used--;
		}
		ATF_REQUIRE_EQ(used, s.used);
	}
	slab_free(&s);
}

/* ---- ring ---- */

struct msg {
	uint32_t n, check[15];
};

static struct spsc ring;

static void *
produce(void *arg)
{
	uint32_t total = *(const uint32_t *)arg;
	struct msg m;

	for (uint32_t i = 0; i < total;) {
		m.n = i;
		for (int k = 0; k < 15; k++)
			m.check[k] = i * 7 + (uint32_t)k;
		if (spsc_put(&ring, &m))
			i++;
		else
			sched_yield();
	}
	return NULL;
}

ATF_TC_WITHOUT_HEAD(ring_two_threads);
ATF_TC_BODY(ring_two_threads, tc)
{
	uint32_t total = 300000, bad = 0;
	struct msg m;
	pthread_t t;

	ATF_REQUIRE_EQ(0, spsc_init(&ring, 16, sizeof(struct msg)));
	ATF_REQUIRE_EQ(0, pthread_create(&t, NULL, produce, &total));
	for (uint32_t i = 0; i < total;) {
		if (!spsc_get(&ring, &m)) {
			sched_yield();
			continue;
		}
		bad += m.n != i;
		for (int k = 0; k < 15; k++)
			bad += m.check[k] != i * 7 + (uint32_t)k;
		i++;
	}
	ATF_REQUIRE_EQ(0, pthread_join(t, NULL));
	ATF_CHECK_EQ(0, bad);
	ATF_CHECK(!spsc_get(&ring, &m));
	spsc_free(&ring);
}

ATF_TC_WITHOUT_HEAD(ring_full_and_empty);
ATF_TC_BODY(ring_full_and_empty, tc)
{
	struct spsc s;
	uint32_t v;

	ATF_REQUIRE_EQ(0, spsc_init(&s, 4, sizeof(v)));
	for (uint32_t round = 0; round < 50; round++) {
		ATF_CHECK_EQ(4, spsc_room(&s));
		for (v = 0; v < 4; v++)
			ATF_REQUIRE(spsc_put(&s, &v));
		v = 99;
		ATF_CHECK(!spsc_put(&s, &v));
		ATF_CHECK_EQ(0, spsc_room(&s));
		ATF_REQUIRE(spsc_get(&s, &v));
		ATF_CHECK_EQ(0, v);
		ATF_CHECK_EQ(1, spsc_room(&s));
		for (uint32_t i = 1; i < 4; i++) {
			ATF_REQUIRE(spsc_get(&s, &v));
			ATF_CHECK_EQ(i, v);
		}
		ATF_CHECK(!spsc_get(&s, &v));
	}
	spsc_free(&s);
}

/* The counters run over 2^32 without anybody noticing. */
ATF_TC_WITHOUT_HEAD(ring_wraps);
ATF_TC_BODY(ring_wraps, tc)
{
	struct spsc s;
	uint32_t v;

	ATF_REQUIRE_EQ(0, spsc_init(&s, 8, sizeof(v)));
	s.head = s.tail = s.head_seen = s.tail_seen = UINT32_MAX - 2;
	for (uint32_t i = 0; i < 8; i++)
		ATF_REQUIRE(spsc_put(&s, &i));
	ATF_CHECK(!spsc_put(&s, &v));
	for (uint32_t i = 0; i < 8; i++) {
		ATF_REQUIRE(spsc_get(&s, &v));
		ATF_CHECK_EQ(i, v);
	}
	ATF_CHECK(!spsc_get(&s, &v));
	spsc_free(&s);
}

/* ---- random bytes ---- */

ATF_TC_WITHOUT_HEAD(random_bytes);
ATF_TC_BODY(random_bytes, tc)
{
	uint8_t a[600], b[600];
	unsigned hits[256] = { 0 };
	struct rng r, s;

	rng_seed(&r, 5);
	rng_seed(&s, 5);
	rng_fill(&r, a, sizeof(a));
	for (size_t i = 0; i < sizeof(b); i++)	/* in pieces: the same */
		rng_fill(&s, b + i, 1);
	ATF_CHECK(memcmp(a, b, sizeof(a)) == 0);
	rng_seed(&s, 6);
	rng_fill(&s, b, sizeof(b));
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
	rng_system(&r);
	rng_system(&s);
	rng_fill(&r, a, sizeof(a));		/* over two refills */
	rng_fill(&s, b, sizeof(b));
	ATF_CHECK(memcmp(a, b, sizeof(a)) != 0);
	ATF_CHECK(is_zero(r.pool, r.used));	/* used bytes are wiped */
	for (int i = 0; i < 100; i++) {
		rng_fill(&r, a, sizeof(a));
		for (size_t k = 0; k < sizeof(a); k++)
			hits[a[k]]++;
	}
	for (int i = 0; i < 256; i++)		/* 234 on average */
		ATF_CHECK(hits[i] > 120 && hits[i] < 360);
}

/* ---- secrets ---- */

ATF_TC_WITHOUT_HEAD(equal_secrets);
ATF_TC_BODY(equal_secrets, tc)
{
	uint8_t a[64], b[64];

	memset(a, 7, sizeof(a));
	memset(b, 7, sizeof(b));
	ATF_CHECK(ct_equal(a, 64, b, 64));
	ATF_CHECK(!ct_equal(a, 64, b, 63));
	ATF_CHECK(!ct_equal(a, 0, b, 1)); /* empty: no wildcard */
	ATF_CHECK(!ct_equal(a, 1, b, 0));
	ATF_CHECK(ct_equal(NULL, 0, NULL, 0));
	for (size_t i = 0; i < 64; i++)
		for (int bit = 0; bit < 8; bit++) {
			b[i] = (uint8_t)(7 ^ 1 << bit);
			ATF_CHECK(!ct_equal(a, 64, b, 64));
			b[i] = 7;
		}
	ct_wipe(a, 63);
	ATF_CHECK(is_zero(a, 63));
	ATF_CHECK_EQ(7, a[63]);
}

/* ---- text ---- */

ATF_TC_WITHOUT_HEAD(text);
ATF_TC_BODY(text, tc)
{
	static char large[70000];
	struct txt t = { 0 };

	ATF_CHECK_STREQ("", txt_str(&t));
	txt_put(&t, "%s %d", "a", 1);
	txt_add(&t, NULL, 0);
	txt_add(&t, "b\0c", 3);
	ATF_CHECK_EQ(6, t.n);
	ATF_CHECK(memcmp(t.p, "a 1b\0c", 7) == 0);
	txt_clear(&t);
	ATF_CHECK_STREQ("", txt_str(&t));
	for (int i = 0; i < 5000; i++)
		txt_put(&t, "%04d", i);
	ATF_CHECK_EQ(20000, t.n);
	ATF_CHECK_EQ(20000, strlen(t.p));
	ATF_CHECK(memcmp(t.p + 4 * 4321, "4321", 4) == 0);
	memset(large, 'x', sizeof(large) - 1);
	txt_put(&t, "%s", large);
	ATF_CHECK_EQ(20000 + sizeof(large) - 1, t.n);
	ATF_CHECK_EQ('x', t.p[t.n - 1]);
	ATF_CHECK(!t.lost);
	txt_free(&t);
	ATF_CHECK_STREQ("", txt_str(&t));
	txt_add(&t, "again", 5);
	ATF_CHECK_STREQ("again", txt_str(&t));
	txt_free(&t);
}

ATF_TC_WITHOUT_HEAD(messages);
ATF_TC_BODY(messages, tc)
{
	struct txt t = { 0 };
	struct diag d = { .to = &t, .file = "ppp.conf", .line = 12 };

	ATF_CHECK_EQ(-E_FORMAT, diag(&d, "no such %s", "word"));
	remark(&d, "odd");
	d.file = NULL;
	diag(&d, "at a prompt");
	ATF_CHECK_STREQ("ppp.conf:12: no such word\nppp.conf:12: odd\n"
	    "at a prompt\n", txt_str(&t));
	ATF_CHECK_EQ(2, d.errors);
	ATF_CHECK_EQ(1, d.remarks);
	txt_free(&t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, slab_to_the_limit);
	ATF_TP_ADD_TC(tp, slab_random);
	ATF_TP_ADD_TC(tp, ring_two_threads);
	ATF_TP_ADD_TC(tp, ring_full_and_empty);
	ATF_TP_ADD_TC(tp, ring_wraps);
	ATF_TP_ADD_TC(tp, random_bytes);
	ATF_TP_ADD_TC(tp, equal_secrets);
	ATF_TP_ADD_TC(tp, text);
	ATF_TP_ADD_TC(tp, messages);
	return atf_no_error();
}
