/* What became of peers: bounded, and strangers cannot push out those whose
 * MAC is proven. */
#include <atf-c.h>
#include <string.h>

#include "ctl/trail.h"

#define TEST(name)							\
	ATF_TC_WITHOUT_HEAD(name);					\
	ATF_TC_BODY(name, tc)

static struct trail *t;

static struct trail_note
from(unsigned peer, int64_t wall)
{
	struct trail_note n = { .ifname = "em0", .wall = wall };

	n.mac[0] = 2;
	n.mac[4] = (uint8_t)(peer >> 8);
	n.mac[5] = (uint8_t)peer;
	return n;
}

struct seen {
	unsigned n;
	const struct trail_peer *p;
	uint8_t mac[ETH_ADDR];
};

static bool
look(const struct trail_peer *p, void *arg)
{
	struct seen *s = arg;

	s->n++;
	if (memcmp(p->mac, s->mac, ETH_ADDR) == 0)
		s->p = p;
	return true;
}

static struct seen
see(unsigned peer)
{
	struct trail_note n = from(peer, 0);
	struct seen s = { 0 };

	memcpy(s.mac, n.mac, ETH_ADDR);
	trail_each(t, look, &s);
	return s;
}

TEST(an_attempt)
{
	struct trail_note n = from(1, 100);
	const struct trail_try *y;

	t = trail_new(1);
	ATF_REQUIRE(t != NULL);
	trail_padi(t, &n, DROP_SERVICE);
	trail_padi(t, &n, DROP_SERVICE);
	y = trail_last(see(1).p, 0);
	ATF_CHECK_EQ(2, y->padi);
	ATF_CHECK_EQ(0, y->pado);
	ATF_CHECK_EQ(DROP_SERVICE, y->drop);
	ATF_CHECK(!see(1).p->proven);
	n.wall = 103;
	trail_padi(t, &n, DROP_COUNT);
	trail_padr(t, &n, DROP_COUNT, 77);
	trail_reached(t, n.mac, 77, TRAIL_AUTH, 104);
	trail_reached(t, n.mac, 77, TRAIL_LCP, 105);	/* not backwards */
	trail_named(t, n.mac, 77, "fred");
	trail_said(t, n.mac, 77, "no");
	trail_ended(t, n.mac, 77, WHY_AUTH_PEER, 106);
	y = trail_last(see(1).p, 0);
	ATF_CHECK(see(1).p->proven);
	ATF_CHECK_EQ(1, see(1).p->tries);
	ATF_CHECK_EQ(100, y->begun);
	ATF_CHECK_EQ(106, y->last);
	ATF_CHECK_EQ(TRAIL_AUTH, y->step);
	ATF_CHECK_EQ(WHY_AUTH_PEER, y->why);
	ATF_CHECK_STREQ("fred", y->name);
	ATF_CHECK_STREQ("no", y->text);
	ATF_CHECK(y->over);
	/* the next one is another; so is one after a pause */
	trail_padi(t, &n, DROP_COUNT);
	n.wall += TRAIL_PAUSE + 1;
	trail_padi(t, &n, DROP_COUNT);
	ATF_CHECK_EQ(3, see(1).p->tries);
	/* a session nobody knows changes nothing */
	trail_ended(t, n.mac, 78, WHY_ADMIN, 200);
	ATF_CHECK(!trail_last(see(1).p, 0)->over);
	trail_free(t);
}

TEST(two_sessions_of_one)
{
	struct trail_note n = from(1, 1);

	t = trail_new(2);
	trail_padr(t, &n, DROP_COUNT, 10);
	trail_padr(t, &n, DROP_COUNT, 11);
	trail_ended(t, n.mac, 10, WHY_ECHO, 2);
	ATF_CHECK(!trail_last(see(1).p, 0)->over);
	ATF_CHECK(trail_last(see(1).p, 1)->over);
	for (unsigned i = 0; i < 10; i++)
		trail_padr(t, &n, DROP_COUNT, (uint16_t)(20 + i));
	ATF_CHECK(trail_last(see(1).p, TRAIL_TRIES) == NULL);
	ATF_CHECK_EQ(26, trail_last(see(1).p, TRAIL_TRIES - 1)->sid);
	trail_free(t);
}

TEST(bounded)
{
	struct trail_note n;

	t = trail_new(3);
	for (unsigned i = 0; i < 10; i++) {
		n = from(i, 1);
		trail_padr(t, &n, DROP_COUNT, (uint16_t)(i + 1));
	}
	for (unsigned i = 100; i < 60000; i++) {	/* a flood */
		n = from(i, 2);
		trail_padi(t, &n, DROP_PADI_RATE);
	}
	ATF_CHECK_EQ(10 + TRAIL_STRANGERS, see(0).n);
	for (unsigned i = 0; i < 10; i++)
		ATF_CHECK(see(i).p != NULL);
	ATF_CHECK(see(100).p == NULL);
	ATF_CHECK(see(59999).p != NULL);
	for (unsigned i = 0; i < 5000; i++) {
		n = from(i, 3);
		trail_padr(t, &n, DROP_COUNT, 1);
	}
	ATF_CHECK_EQ(TRAIL_PEERS + TRAIL_STRANGERS, see(0).n);
	ATF_CHECK(see(4999).p != NULL && see(4999).p->proven);
	ATF_CHECK(see(0).p == NULL);
	trail_free(t);
}

TEST(of_our_own)
{
	struct trail_note n = { .ifname = "deflink", .wall = 5 };

	t = trail_new(4);
	trail_dial(t, &n);
	trail_reached(t, n.mac, 0, TRAIL_LCP, 6);
	trail_ended(t, n.mac, 0, WHY_LCP_SILENT, 9);
	trail_dial(t, &n);
	trail_ended(t, n.mac, 0, WHY_PADI_SILENT, 12);
	struct seen s = { 0 };
	trail_each(t, look, &s);
	ATF_REQUIRE(s.p != NULL);
	ATF_CHECK_EQ(2, s.p->tries);
	ATF_CHECK_EQ(TRAIL_DISCOVERY, trail_last(s.p, 0)->step);
	ATF_CHECK_EQ(TRAIL_LCP, trail_last(s.p, 1)->step);
	trail_free(t);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, an_attempt);
	ATF_TP_ADD_TC(tp, two_sessions_of_one);
	ATF_TP_ADD_TC(tp, bounded);
	ATF_TP_ADD_TC(tp, of_our_own);
	return atf_no_error();
}
