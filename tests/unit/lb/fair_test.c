/* Queues of flows: who is next, and whose packet is dropped. */
#include <atf-c.h>
#include <string.h>

#include "lb/fair.h"
#include "wire/pkt.h"

static const struct offload none;
static struct fair *f;

/* A UDP packet to 10.0.0.@to from port @port, @n octets; its number @nr. */
static unsigned
put(unsigned to, unsigned port, size_t n, unsigned nr)
{
	static uint8_t small[PKT_ROOM];
	unsigned lost = 0;
	uint8_t *ip = n > PKT_ROOM ? fair_room(f, &lost) : small;

	memset(ip, 0, n);
	ip[0] = 0x45;
	ip[2] = (uint8_t)(n >> 8);
	ip[3] = (uint8_t)n;
	ip[9] = 17;
	ip[16] = 10;
	ip[19] = (uint8_t)to;
	ip[21] = (uint8_t)port;
	ip[28] = (uint8_t)nr;
	return lost + fair_put(f, ip, n, &none, to);
}

/* The next one's address and number; 0, 0: none. */
static unsigned
get(unsigned *nr)
{
	struct fair_pkt *p = fair_get(f);

	if (p == NULL)
		return 0;
	*nr = p->data[28];
	unsigned to = p->data[19];

	fair_give(f, p);
	return to;
}

static void
begin(void)
{
	f = fair_new(42);
	ATF_REQUIRE(f != NULL);
	ATF_CHECK_EQ(0, fair_waits(f));
	ATF_CHECK(fair_get(f) == NULL);
}

/* One flow's packets stay in order, small and large. */
ATF_TC_WITHOUT_HEAD(one_flow);
ATF_TC_BODY(one_flow, tc)
{
	unsigned nr;

	begin();
	for (int round = 0; round < 50; round++) {
		for (unsigned i = 0; i < 100; i++)
			ATF_CHECK_EQ(0, put(1, 7, i % 2 ? 100 : 3000, i));
		ATF_CHECK_EQ(100, fair_waits(f));
		ATF_CHECK_EQ(1, fair_flows(f));
		for (unsigned i = 0; i < 100; i++) {
			ATF_CHECK_EQ(1, get(&nr));
			ATF_CHECK_EQ(i, nr);
		}
	}
	ATF_CHECK(fair_get(f) == NULL);
	fair_free(f);
}

/* A thin flow that wakes up goes before what a fast one has waiting. */
ATF_TC_WITHOUT_HEAD(thin_first);
ATF_TC_BODY(thin_first, tc)
{
	unsigned nr;

	begin();
	for (unsigned i = 0; i < 60; i++)
		put(1, 7, 60000, i);
	ATF_CHECK_EQ(1, get(&nr));
	put(2, 7, 100, 200);
	put(1, 9, 100, 201);	/* the same owner's other flow */
	for (unsigned i = 0; i < 2; i++)
		ATF_CHECK(get(&nr) == 2 - i && nr == 200 + i);
	ATF_CHECK_EQ(1, get(&nr));
	ATF_CHECK_EQ(1, nr);
	fair_free(f);
}

/* Two owners, one with eight flows: half and half. */
ATF_TC_WITHOUT_HEAD(owners);
ATF_TC_BODY(owners, tc)
{
	unsigned n[3] = { 0, 0, 0 }, nr;

	begin();
	for (int i = 0; i < 100; i++)
		for (unsigned port = 0; port < 8; port++)
			put(1, port, 1400, port);
	for (int i = 0; i < 200; i++)
		put(2, 7, 1400, 0);
	for (int i = 0; i < 300; i++)
		n[get(&nr)]++;
	ATF_CHECK_MSG(n[2] >= 110 && n[1] >= 110, "%u and %u", n[1], n[2]);
	fair_free(f);
}

/* The lane asks before it reads for a flow that is alone. */
ATF_TC_WITHOUT_HEAD(alone);
ATF_TC_BODY(alone, tc)
{
	unsigned nr;

	begin();
	for (unsigned i = 0; i < FAIR_SUPERS; i++) {
		ATF_CHECK(!fair_is_full(f));
		ATF_CHECK_EQ(0, put(1, 7, 60000, i));
	}
	ATF_CHECK(fair_is_full(f));
	ATF_CHECK_EQ(1, get(&nr));
	ATF_CHECK(!fair_is_full(f));
	ATF_CHECK_EQ(0, put(1, 7, 60000, 0));
	ATF_CHECK_EQ(1, put(1, 7, 60000, 0));
	fair_free(f);
}

/* What does not fit is taken from who has most. */
ATF_TC_WITHOUT_HEAD(full);
ATF_TC_BODY(full, tc)
{
	unsigned n[4] = { 0, 0, 0, 0 }, lost = 0, nr;

	begin();
	for (unsigned i = 0; i < 10; i++)
		lost += put(2, 7, 60000, i) + put(3, 7, 100, i);
	for (unsigned i = 0; i < 3 * FAIR_SMALLS; i++)
		lost += put(1, 7, i % 32 != 0 ? 100 : 60000, 0);
	ATF_CHECK(lost >= FAIR_SMALLS);
	for (unsigned to; (to = get(&nr)) != 0; )
		n[to]++;
	ATF_CHECK_EQ(10, n[2]);
	ATF_CHECK_EQ(10, n[3]);
	ATF_CHECK_EQ(3 * FAIR_SMALLS, lost + n[1]);
	ATF_CHECK_EQ(0, fair_waits(f));
	fair_free(f);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, one_flow);
	ATF_TP_ADD_TC(tp, thin_first);
	ATF_TP_ADD_TC(tp, owners);
	ATF_TP_ADD_TC(tp, alone);
	ATF_TP_ADD_TC(tp, full);
	return atf_no_error();
}
