/* LCP echo by the clock: looks for life, and probes of `set quality`. */
#include <atf-c.h>

#include "base/err.h"
#include "base/rng.h"
#include "ppp/echo.h"
#include "ppp/ppp.h"

struct line {			/* an engine, and a peer that answers */
	struct ppp_conf conf;
	struct rng rng;
	struct outbox ob;
	struct fsm fsm;
	struct echo e;
	struct turn t;
	bool	 dead;
	unsigned requests, answered, lost;
	uint32_t us;			/* of the last answer */
};

static struct line *
line(unsigned probes, unsigned step, unsigned period, unsigned fail)
{
	static struct line l;

	memset(&l, 0, sizeof(l));
	ppp_conf_default(&l.conf, true);
	l.conf.quality.probes = (uint8_t)probes;
	l.conf.quality.step = (uint16_t)step;
	l.conf.lqr_period = (uint16_t)period;
	l.conf.echo_fail = (uint16_t)fail;
	rng_seed(&l.rng, 7);
	l.t = (struct turn){ .conf = &l.conf, .rng = &l.rng, .ob = &l.ob,
	    .now = SEC(1000) };
	echo_stop(&l.e);
	echo_start(&l.e, &l.t, true);
	return &l;
}

/* What the engine sent and told; true: a request was among it. */
static bool
take(struct line *l)
{
	bool asked = false;

	for (int i = 0; i < l->ob.n; i++) {
		const struct out_item *it = &l->ob.item[i];

		if (it->kind == OUT_PPP) {
			ATF_CHECK(!asked);
			asked = true;
			l->requests++;
		} else if (it->event == PPP_EV_QUALITY &&
		    it->arg == QUALITY_LOST) {
			l->lost++;
		} else if (it->event == PPP_EV_QUALITY) {
			l->answered++;
			l->us = it->arg;
		}
	}
	outbox_reset(&l->ob);
	return asked;
}

/* Until @until; the peer answers after @rtt, NEVER: not at all. */
static void
go(struct line *l, tstamp until, tstamp rtt)
{
	tstamp answer = NEVER;

	while (!l->dead) {
		tstamp next = tstamp_min(tstamp_min(l->e.deadline,
		    l->e.sample), answer);

		if (next > until)
			break;
		l->t.now = next;
		if (next == answer) {
			ATF_CHECK_EQ(0, echo_reply(&l->e, &l->t, l->e.id));
			l->e.heard = next;	/* as ppp_input() does */
			answer = NEVER;
		}
		l->dead = echo_expire(&l->e, &l->fsm, &l->t, 0);
		if (take(l) && rtt != NEVER)
			answer = l->t.now + rtt;
	}
}

ATF_TC_WITHOUT_HEAD(off);
ATF_TC_BODY(off, tc)
{
	struct line *l = line(0, 0, 10, 3);

	go(l, SEC(1100), MSEC(20));
	ATF_CHECK(!l->dead);
	ATF_CHECK_EQ(10, l->requests);
	ATF_CHECK_EQ(0, l->answered + l->lost);
	go(l, SEC(2000), NEVER);
	ATF_CHECK(l->dead);
	ATF_CHECK(l->t.now == SEC(1130));
}

ATF_TC_WITHOUT_HEAD(probes);
ATF_TC_BODY(probes, tc)
{
	struct line *l = line(5, 30, 30, 5);

	go(l, SEC(1600), MSEC(20));
	ATF_CHECK(!l->dead);
	ATF_CHECK_EQ(100, l->requests);		/* and no others */
	ATF_CHECK_EQ(l->requests, l->answered);
	ATF_CHECK_EQ(20000, l->us);
	ATF_CHECK_EQ(0, l->lost);
}

ATF_TC_WITHOUT_HEAD(one_a_second);
ATF_TC_BODY(one_a_second, tc)
{
	struct line *l = line(5, 5, 30, 5);

	go(l, SEC(1060), MSEC(999));
	ATF_CHECK(!l->dead);
	ATF_CHECK_EQ(60, l->requests);
	ATF_CHECK_EQ(0, l->lost);
	ATF_CHECK_EQ(999000, l->us);
}

/* An answer that is not there when the next probe leaves is lost. */
ATF_TC_WITHOUT_HEAD(late);
ATF_TC_BODY(late, tc)
{
	struct line *l = line(5, 5, 30, 5);
	uint8_t id;

	l->t.now = l->e.sample;
	ATF_REQUIRE(!echo_expire(&l->e, &l->fsm, &l->t, 0));
	ATF_REQUIRE(take(l));
	id = l->e.id;
	l->t.now = l->e.sample;
	ATF_REQUIRE(!echo_expire(&l->e, &l->fsm, &l->t, 0));
	ATF_REQUIRE(take(l));
	ATF_CHECK_EQ(1, l->lost);
	ATF_CHECK_EQ(-E_STALE, echo_reply(&l->e, &l->t, id));
	ATF_CHECK_EQ(0, echo_reply(&l->e, &l->t, l->e.id));
	take(l);
	ATF_CHECK_EQ(1, l->answered);
}

/* Probes do not make a silent peer die sooner than the periods say. */
ATF_TC_WITHOUT_HEAD(death);
ATF_TC_BODY(death, tc)
{
	static const struct { unsigned probes, step; } c[] = {
		{ 0, 0 }, { 5, 5 }, { 5, 30 }, { 5, 50 }, { 3, 31 },
		{ 5, 600 }, { 1, 3600 }, { 5, 75 }, { 5, 99 }, { 5, 101 },
	};

	for (unsigned i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct line *l = line(c[i].probes, c[i].step, 10, 5);
		tstamp from;

		go(l, SEC(1500), MSEC(5));
		ATF_CHECK(!l->dead);
		from = l->e.heard;
		go(l, SEC(9000), NEVER);
		ATF_CHECK(l->dead);
		ATF_CHECK_MSG(l->t.now - from >= SEC(50) &&
		    l->t.now - from <= SEC(70), "%u/%u: after %llu ms",
		    c[i].probes, c[i].step, (unsigned long long)
		    ((l->t.now - from) / MSEC(1)));
	}
}

/* Only what is looked for ends a link: without `enable echo' nothing does. */
ATF_TC_WITHOUT_HEAD(no_look);
ATF_TC_BODY(no_look, tc)
{
	struct line *l = line(5, 30, 10, 3);

	echo_start(&l->e, &l->t, false);
	go(l, SEC(1600), NEVER);
	ATF_CHECK(!l->dead);
	ATF_CHECK_EQ(100, l->requests);
	ATF_CHECK(l->lost >= 99);
}

/* Of sessions that begin at once, not all probe at once. */
ATF_TC_WITHOUT_HEAD(spread);
ATF_TC_BODY(spread, tc)
{
	struct line *l = line(5, 30, 30, 5);
	unsigned in[6] = { 0 };

	for (int i = 0; i < 6000; i++) {
		echo_start(&l->e, &l->t, true);
		ATF_REQUIRE(l->e.sample > l->t.now &&
		    l->e.sample <= l->t.now + SEC(6));
		in[(l->e.sample - l->t.now - 1) / SEC(1)]++;
	}
	for (int i = 0; i < 6; i++)
		ATF_CHECK(in[i] > 850 && in[i] < 1150);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, off);
	ATF_TP_ADD_TC(tp, probes);
	ATF_TP_ADD_TC(tp, one_a_second);
	ATF_TP_ADD_TC(tp, late);
	ATF_TP_ADD_TC(tp, death);
	ATF_TP_ADD_TC(tp, no_look);
	ATF_TP_ADD_TC(tp, spread);
	return atf_no_error();
}
