/*
 * Two links back to back: client against server with each authentication,
 * over a good wire and over bad ones.
 */
#include <atf-c.h>
#include <string.h>

#include "unit/ppp/peers.h"

static struct peers p;

static const uint32_t auths[] = { 0, NEG_PAP, NEG_CHAP5, NEG_MSCHAP,
    NEG_MSCHAPV2 };
#define AUTHS	(sizeof(auths) / sizeof(auths[0]))

ATF_TC_WITHOUT_HEAD(comes_up);
ATF_TC_BODY(comes_up, tc)
{
	for (unsigned a = 0; a < AUTHS; a++) {
		peers_init(&p, 1);
		p.s[1].conf.enabled |= auths[a];
		peers_up(&p);
		peers_run(&p, p.now + MSEC(100));
		ATF_CHECK_MSG(peers_agree(&p), "auth %#x", auths[a]);
		ATF_CHECK_STREQ(a == 0 ? "" : "fred",
		    ppp_peer_name(&p.s[1].ppp));
		ATF_CHECK_EQ(0, p.s[0].bad);
		ATF_CHECK_EQ(0, p.s[1].bad);
		ATF_CHECK_EQ(2, p.s[0].ups);
		/* no packet is wasted: LCP 2, auth <= 1, IPCP 4, IPV6CP 2 */
		ATF_CHECK_MSG(p.s[0].sent <= 9, "%u", p.s[0].sent);
		peers_run(&p, p.now + SEC(1000));
		ATF_CHECK(peers_agree(&p));
	}
}

ATF_TC_WITHOUT_HEAD(both_ways);
ATF_TC_BODY(both_ways, tc)
{
	for (unsigned a = 1; a < AUTHS; a++)
		for (unsigned b = 1; b < AUTHS; b++) {
			peers_init(&p, 1);
			p.s[0].conf.enabled |= auths[a];
			p.s[1].conf.enabled |= auths[b];
			peers_up(&p);
			peers_run(&p, p.now + MSEC(100));
			ATF_CHECK_MSG(peers_agree(&p), "auth %u %u", a, b);
			ATF_CHECK_STREQ("isp", ppp_peer_name(&p.s[0].ppp));
			ATF_CHECK_STREQ("fred", ppp_peer_name(&p.s[1].ppp));
		}
}

ATF_TC_WITHOUT_HEAD(falls_back);
ATF_TC_BODY(falls_back, tc)
{
	for (unsigned a = 1; a < AUTHS; a++) {
		peers_init(&p, 1);
		p.s[1].conf.enabled |= NEG_PAP | NEG_CHAP5 | NEG_MSCHAP |
		    NEG_MSCHAPV2;
		p.s[0].conf.accepted &= ~(uint32_t)NEG_AUTH;
		p.s[0].conf.accepted |= auths[a];
		peers_up(&p);
		peers_run(&p, p.now + MSEC(100));
		ATF_CHECK_MSG(peers_agree(&p), "auth %u", a);
	}
	peers_init(&p, 1);
	p.s[1].conf.enabled |= NEG_PAP;
	p.s[0].conf.accepted &= ~(uint32_t)NEG_AUTH;
	peers_up(&p);
	peers_run(&p, p.now + SEC(100));
	ATF_CHECK(p.s[0].finished && p.s[1].finished);
	ATF_CHECK_EQ(WHY_AUTH_NONE, p.s[1].why);
	ATF_CHECK_EQ(0, p.s[0].ups);
}

ATF_TC_WITHOUT_HEAD(wrong_secret);
ATF_TC_BODY(wrong_secret, tc)
{
	for (unsigned a = 1; a < AUTHS; a++) {
		peers_init(&p, 1);
		p.s[1].conf.enabled |= auths[a];
		strcpy(p.s[0].conf.authkey, "wrong");
		peers_up(&p);
		peers_run(&p, p.now + SEC(10));
		ATF_CHECK(p.s[0].finished && p.s[1].finished);
		ATF_CHECK_EQ(WHY_AUTH_US, p.s[0].why);
		ATF_CHECK_EQ(WHY_AUTH_PEER, p.s[1].why);
		ATF_CHECK_EQ(0, p.s[0].ups + p.s[1].ups);
	}
}

/* A bad wire: up and agreed, or ended on both sides; never half. */
static unsigned
storm(uint32_t auth, unsigned loss, unsigned copy, unsigned late,
    unsigned flip)
{
	unsigned up = 0;

	for (uint64_t seed = 1; seed <= 200; seed++) {
		peers_init(&p, seed);
		p.s[1].conf.enabled |= auth | NEG_ECHO;
		p.s[0].conf.enabled |= NEG_ECHO;
		p.loss = loss;
		p.copy = copy;
		p.late = late;
		p.flip = flip;
		peers_up(&p);
		peers_run(&p, p.now + SEC(300));
		/* calm: what is not up by now must end */
		p.loss = p.copy = p.late = p.flip = 0;
		peers_run(&p, p.now + SEC(600));
		if (peers_agree(&p)) {
			up++;
			continue;
		}
		ATF_CHECK_MSG(p.s[0].finished == p.s[1].finished,
		    "seed %u: %d %d", (unsigned)seed, p.s[0].finished,
		    p.s[1].finished);
		ATF_CHECK_MSG(p.s[0].finished || ppp_ip_up(&p.s[0].ppp) ||
		    ppp_ipv6_up(&p.s[0].ppp), "seed %u is stuck in %s",
		    (unsigned)seed, ppp_phase_name(ppp_phase(&p.s[0].ppp)));
	}
	return up;
}

ATF_TC_WITHOUT_HEAD(loss);
ATF_TC_BODY(loss, tc)
{
	for (unsigned a = 0; a < AUTHS; a++) {
		unsigned up = storm(auths[a], 10, 0, 0, 0);

		ATF_CHECK_MSG(up >= 150, "auth %u: %u of 200", a, up);
	}
}

ATF_TC_WITHOUT_HEAD(copies_and_reordering);
ATF_TC_BODY(copies_and_reordering, tc)
{
	for (unsigned a = 0; a < AUTHS; a++) {
		unsigned up = storm(auths[a], 0, 30, 30, 0);

		ATF_CHECK_MSG(up >= 150, "auth %u: %u of 200", a, up);
	}
}

ATF_TC_WITHOUT_HEAD(everything_at_once);
ATF_TC_BODY(everything_at_once, tc)
{
	for (unsigned a = 0; a < AUTHS; a++)
		storm(auths[a], 30, 20, 50, 0);
}

/* Bits that fall over: nothing is believed for long, nobody is stuck. */
ATF_TC_WITHOUT_HEAD(flipped_bits);
ATF_TC_BODY(flipped_bits, tc)
{
	for (unsigned a = 0; a < AUTHS; a++)
		storm(auths[a], 0, 0, 0, 30);
}

ATF_TC_WITHOUT_HEAD(wire_is_cut);
ATF_TC_BODY(wire_is_cut, tc)
{
	peers_init(&p, 1);
	p.s[0].conf.enabled |= NEG_ECHO;
	p.s[1].conf.enabled |= NEG_LQR;
	peers_up(&p);
	peers_run(&p, p.now + SEC(100));
	ATF_REQUIRE(peers_agree(&p));
	p.cut = true;
	peers_run(&p, p.now + SEC(200));
	ATF_CHECK(p.s[0].finished && p.s[1].finished);
	ATF_CHECK_EQ(WHY_ECHO, p.s[0].why);
	ATF_CHECK_EQ(WHY_LQR, p.s[1].why);
	ATF_CHECK_EQ(2, p.s[0].downs);
	ATF_CHECK_EQ(2, p.s[1].downs);
}

ATF_TC_WITHOUT_HEAD(peer_renegotiates);
ATF_TC_BODY(peer_renegotiates, tc)
{
	peers_init(&p, 1);
	p.s[1].conf.enabled |= NEG_CHAP5;
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	for (int i = 0; i < 2; i++) {
		ppp_renegotiate(&p.s[i].ppp, PROTO_LCP, p.now, &p.ob);
		peers_out(&p, i);
		peers_run(&p, p.now + SEC(1));
		ATF_CHECK(peers_agree(&p));
	}
	ppp_renegotiate(&p.s[0].ppp, PROTO_IPCP, p.now, &p.ob);
	peers_out(&p, 0);
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK(peers_agree(&p));
	ATF_CHECK_EQ(7, p.s[0].ups);
	ATF_CHECK_EQ(5, p.s[0].downs);
}

ATF_TC_WITHOUT_HEAD(lines_cross);
ATF_TC_BODY(lines_cross, tc)
{
	peers_init(&p, 1);
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	for (int i = 0; i < 2; i++) {	/* both at the same moment */
		ppp_renegotiate(&p.s[i].ppp, PROTO_LCP, p.now, &p.ob);
		peers_out(&p, i);
	}
	peers_run(&p, p.now + SEC(10));
	ATF_CHECK(peers_agree(&p));
	for (int i = 0; i < 2; i++) {
		ppp_close(&p.s[i].ppp, WHY_ADMIN, p.now, &p.ob);
		peers_out(&p, i);
	}
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK(p.s[0].finished && p.s[1].finished);
	ATF_CHECK_EQ(WHY_ADMIN, p.s[0].why);
}

ATF_TC_WITHOUT_HEAD(looped_line);
ATF_TC_BODY(looped_line, tc)
{
	static struct outbox in;
	struct peer_side *s = &p.s[0];

	peers_init(&p, 1);
	ppp_init(&s->ppp, &s->conf, &p.rng2[0], 1492);
	ppp_up(&s->ppp, p.now, &p.ob);
	for (int round = 0; round < 100 && p.ob.n > 0; round++) {
		in = p.ob;
		outbox_reset(&p.ob);
		for (int i = 0; i < in.n; i++)
			if (in.item[i].kind == OUT_PPP)
				ppp_input(&s->ppp, in.item[i].proto,
				    rd_of(outbox_data(&in, &in.item[i]),
				    in.item[i].len), p.now, &p.ob);
			else if (in.item[i].event == PPP_EV_FINISHED)
				s->why = (enum why)in.item[i].arg;
	}
	ATF_CHECK_EQ(WHY_LOOP, s->why);
	ATF_CHECK_EQ(0, p.ob.n);
}

/* RFC 4638 with an honest path, and with a switch that drops above 1492. */
ATF_TC_WITHOUT_HEAD(large_mru);
ATF_TC_BODY(large_mru, tc)
{
	peers_init(&p, 1);
	p.s[1].conf.enabled |= NEG_CHAP5;
	p.lower = p.most = 1500;
	peers_up(&p);
	peers_run(&p, p.now + SEC(100));
	ATF_CHECK(peers_agree(&p));
	ATF_CHECK_EQ(0, p.s[0].downs);
	peers_init(&p, 1);
	p.s[1].conf.enabled |= NEG_CHAP5;
	p.lower = 1500;
	peers_up(&p);
	peers_run(&p, p.now + SEC(1));
	ATF_CHECK_EQ(1500, ppp_mtu(&p.s[0].ppp));
	peers_run(&p, p.now + SEC(100));
	ATF_CHECK(peers_agree(&p));
	ATF_CHECK_EQ(1492, ppp_mtu(&p.s[0].ppp));
}

/* It is multiplied by thousands of sessions. */
ATF_TC_WITHOUT_HEAD(is_small);
ATF_TC_BODY(is_small, tc)
{
	ATF_CHECK_MSG(sizeof(struct ppp) <= 1368, "%zu", sizeof(struct ppp));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, comes_up);
	ATF_TP_ADD_TC(tp, both_ways);
	ATF_TP_ADD_TC(tp, falls_back);
	ATF_TP_ADD_TC(tp, wrong_secret);
	ATF_TP_ADD_TC(tp, loss);
	ATF_TP_ADD_TC(tp, copies_and_reordering);
	ATF_TP_ADD_TC(tp, everything_at_once);
	ATF_TP_ADD_TC(tp, flipped_bits);
	ATF_TP_ADD_TC(tp, wire_is_cut);
	ATF_TP_ADD_TC(tp, peer_renegotiates);
	ATF_TP_ADD_TC(tp, lines_cross);
	ATF_TP_ADD_TC(tp, looped_line);
	ATF_TP_ADD_TC(tp, large_mru);
	ATF_TP_ADD_TC(tp, is_small);
	return atf_no_error();
}
