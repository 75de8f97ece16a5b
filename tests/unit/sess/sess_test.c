/*
 * A Host and a concentrator's session back to back in memory: Discovery,
 * LCP, networks, and every way to end.
 */
#include <atf-c.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "lib/plain.h"
#include "sess/sess.h"

#define SID	0x1234

static const uint8_t host_mac[ETH_ADDR] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t ac_mac[ETH_ADDR] = { 2, 0, 0, 0, 0, 2 };
static const uint8_t mallory[ETH_ADDR] = { 2, 0, 0, 0, 0, 3 };

/* One side: its session, what waits to be delivered to it, what it told. */
struct side {
	struct sess s;
	struct ppp_conf conf;
	struct net_conf net;
	struct outbox ob;
	struct sess_count count;
	unsigned ip_up, ip6_up, up, down;
	bool	 padt;			/* it sent one */
	char	 padt_text[PPPOE_LINE + 1];
};
static struct side host, acs;
static struct pppoe_host machine;
static struct pppoe_host_conf host_conf;
static struct ac_conf ac_conf;
static struct ac *ac;
static struct rng rng;
static tstamp now;
static bool born;			/* the AC's session exists */

struct packet {
	struct side *to;
	uint16_t proto;			/* 0: Discovery */
	size_t	 n;
	uint8_t	 data[1600];
};
static struct packet queue[64];
static unsigned queued;

static void
push(struct side *to, uint16_t proto, const void *p, size_t n)
{
	struct packet *k = &queue[queued++];

	ATF_REQUIRE(queued <= 64 && n <= sizeof(k->data));
	k->to = to;
	k->proto = proto;
	k->n = n;
	memcpy(k->data, p, n);
}

static void
note_padt(struct side *from, const uint8_t *p, size_t n)
{
	size_t len = n > 10 ? (size_t)(p[8] << 8 | p[9]) : 0;

	from->padt = true;
	len = len < PPPOE_LINE ? len : PPPOE_LINE;
	memcpy(from->padt_text, p + 10, len);
	from->padt_text[len] = '\0';
}

/* What a session queued: packets to the other side, events to control. */
static void
settle(struct side *a)
{
	struct side *to = a == &host ? &acs : &host;

	for (int i = 0; i < a->ob.n; i++) {
		const struct out_item *it = &a->ob.item[i];
		const uint8_t *p = outbox_data(&a->ob, it);
		int from = a->ob.n;

		if (it->kind == OUT_PPP)
			push(to, it->proto, p, it->len);
		else if (it->kind == OUT_DISC && p[1] == CODE_PADT)
			note_padt(a, p, it->len);
		if (it->kind == OUT_DISC)
			push(to, 0, p, it->len);
		if (it->kind != OUT_EVENT)
			continue;
		a->ip_up += it->event == PPP_EV_IPCP_UP;
		a->ip6_up += it->event == PPP_EV_IPV6CP_UP;
		a->up += it->event == PPPOE_EV_UP;
		a->down += it->event == PPPOE_EV_DOWN;
		if (it->event != PPP_EV_NETWORK)
			continue;
		ppp_network(&a->s.ppp, &a->net, now, &a->ob);
		sess_react(&a->s, from, now, &a->ob);
	}
	ATF_REQUIRE(!a->ob.full);
	outbox_reset(&a->ob);
}

static void
accept_session(const struct ac_request *rq)
{
	uint8_t pads[440];
	struct wr w = wr_of(pads, sizeof(pads));

	ac_bind(ac, rq, SID, now);
	ac_pads(&ac_conf, rq, SID, NULL, &w);
	push(&host, 0, pads, wr_size(&w));
	born = true;
	acs.s.key.sid = SID;
	memcpy(acs.s.key.mac, host_mac, ETH_ADDR);
	sess_accept(&acs.s, &acs.conf, &rng, rq->max_payload, now, &acs.ob);
	settle(&acs);
}

static void
to_ac(const struct packet *k)
{
	struct ac_from from = { .port = 0 };
	struct ac_request rq;
	enum drop why;
	uint16_t sid;

	memcpy(from.mac, host_mac, ETH_ADDR);
	enum ac_result res = ac_input(ac, &from, k->data[1] == CODE_PADI,
	    rd_of(k->data, k->n), now, &acs.ob, &rq, &sid, &why);

	if (res == AC_NEW)
		accept_session(&rq);
	else if (res == AC_PADT && born)
		sess_down(&acs.s, WHY_PEER_PADT, false, now, &acs.ob);
	settle(&acs);
}

static void
deliver(const struct packet *k)
{
	struct side *a = k->to;
	struct rd in = rd_of(k->data, k->n);

	if (k->proto == 0 && a == &acs)
		to_ac(k);
	else if (k->proto == 0)
		sess_disc(&a->s, ac_mac, in, now, &a->ob);
	else if (!a->s.done && a->s.key.sid == SID)
		sess_input(&a->s, k->proto, in, now, &a->ob);
	settle(a);
}

static void
talk(void)
{
	while (queued > 0) {
		struct packet k = queue[0];

		memmove(queue, queue + 1, --queued * sizeof(*queue));
		deliver(&k);
	}
}

/* Timers of both until @until, packets at once. */
static void
pass(tstamp until)
{
	talk();
	for (;;) {
		tstamp h = host.s.done ? NEVER : sess_deadline(&host.s);
		tstamp a = !born || acs.s.done ? NEVER :
		    sess_deadline(&acs.s);
		struct side *who = h <= a ? &host : &acs;

		if (tstamp_min(h, a) > until)
			break;
		now = tstamp_min(h, a) > now ? tstamp_min(h, a) : now;
		sess_expire(&who->s, now, &who->ob);
		settle(who);
		talk();
	}
	now = until;
}

static void
prepare(struct side *a)
{
	memset(a, 0, sizeof(*a));
	plain_conf(&a->conf, true);
	a->conf.enabled |= NEG_IPCP | NEG_IPV6CP;
	a->s.count = &a->count;
}

static void
setup(void)
{
	prepare(&host);
	prepare(&acs);
	queued = 0;
	born = false;
	now = SEC(1000);
	rng_seed(&rng, 11);
	memset(&host_conf, 0, sizeof(host_conf));
	host_conf.padi_tries = 5;
	host_conf.period = 1;
	strcpy(ac_conf.acname, "ac1");
	ac_conf.cookie_life = 60;
	if (ac != NULL)
		ac_free(ac);
	ac = ac_new(&ac_conf, &rng, now);
	ATF_REQUIRE(ac != NULL);
	acs.net.my = (struct ip4_want){ 0x0a000001, 32 };
	acs.net.his = (struct ip4_want){ 0x0a000002, 32 };
	host.s.host = &machine;
	host.s.host_conf = &host_conf;
}

static void
bring_up(void)
{
	setup();
	sess_dial(&host.s, &host.conf, &rng, now, &host.ob);
	settle(&host);
	talk();
	ATF_REQUIRE(host.s.ip && acs.s.ip);
	ATF_REQUIRE(host.s.ip6 && acs.s.ip6);
}

ATF_TC_WITHOUT_HEAD(back_to_back);
ATF_TC_BODY(back_to_back, tc)
{
	struct sess_rec r;

	bring_up();
	ATF_CHECK_EQ(SEC(1000), now);	/* no timer was needed */
	ATF_CHECK_EQ(1, host.up);
	ATF_CHECK_EQ(1, host.ip_up);
	ATF_CHECK_EQ(1, acs.ip_up);
	ATF_CHECK_EQ(1, host.ip6_up);
	ATF_CHECK_EQ(SID, host.s.key.sid);
	ATF_CHECK(memcmp(host.s.key.mac, ac_mac, ETH_ADDR) == 0);
	ATF_CHECK_EQ(0x0a000001, host.s.addr);
	ATF_CHECK_EQ(0x0a000002, acs.s.addr);
	ATF_CHECK_EQ(1492, host.s.mtu);
	ATF_CHECK_EQ(LINK_OPEN, host.s.link);
	memset(&r, 0, sizeof(r));
	sess_record(&host.s, &r);
	ATF_CHECK_EQ(ROLE_HOST, r.role);
	ATF_CHECK_STREQ("ac1", r.ac_name);
	ATF_CHECK_EQ(0x0a000002, r.my_addr);
	ATF_CHECK_EQ(0x0a000001, r.his_addr);
	ATF_CHECK_EQ(PHASE_NETWORK, r.phase);
	ATF_CHECK(memcmp(r.my_ifid, ppp_his_ifid(&acs.s.ppp), 8) == 0);
}

/* The AC is faster than its own PADS: LCP before the Host has its id. */
ATF_TC_WITHOUT_HEAD(first_lcp_before_pads);
ATF_TC_BODY(first_lcp_before_pads, tc)
{
	struct packet k;

	setup();
	sess_dial(&host.s, &host.conf, &rng, now, &host.ob);
	settle(&host);
	while (queued > 0 && !born) {
		k = queue[0];
		memmove(queue, queue + 1, --queued * sizeof(*queue));
		deliver(&k);
	}
	ATF_REQUIRE_EQ(2, queued);	/* PADS, Configure-Request */
	ATF_REQUIRE_EQ(PROTO_LCP, queue[1].proto);
	ATF_CHECK(sess_input(&host.s, PROTO_LCP, rd_of(queue[1].data,
	    queue[1].n), now, &host.ob) < 0);	/* no session yet: dropped */
	ATF_CHECK_EQ(0, host.ob.n);
	k = queue[0];
	queued = 0;
	deliver(&k);
	ATF_CHECK_EQ(LINK_LCP, host.s.link);
	ATF_CHECK(queued > 0);		/* the Host's own request is out */
	pass(now + SEC(3));		/* the AC's is repeated once */
	ATF_CHECK(host.s.ip && acs.s.ip);
}

static void
ended(const struct side *a, enum why why, bool padt)
{
	ATF_CHECK(a->s.done);
	ATF_CHECK_EQ_MSG(why, a->s.why, "%s", why_name((enum why)a->s.why));
	ATF_CHECK_EQ(padt, a->padt);
	ATF_CHECK(!a->s.ip && !a->s.ip6);
	ATF_CHECK_EQ(LINK_CLOSED, a->s.link);
}

ATF_TC_WITHOUT_HEAD(host_closes);
ATF_TC_BODY(host_closes, tc)
{
	bring_up();
	sess_close(&host.s, WHY_ADMIN, now, &host.ob);
	settle(&host);
	ATF_CHECK(!host.s.done);	/* Terminate-Request first */
	talk();
	ended(&host, WHY_ADMIN, true);
	ATF_CHECK_STREQ("closed by command", host.padt_text);
	pass(now + SEC(10));
	ATF_CHECK(acs.s.done);
	ATF_CHECK_EQ(WHY_PEER_TERM, acs.s.why);	/* not: PADT */
}

ATF_TC_WITHOUT_HEAD(ac_closes);
ATF_TC_BODY(ac_closes, tc)
{
	bring_up();
	sess_close(&acs.s, WHY_DRAIN, now, &acs.ob);
	settle(&acs);
	talk();
	ended(&acs, WHY_DRAIN, true);
	ATF_CHECK_STREQ("worker is being removed", acs.padt_text);
	pass(now + SEC(10));
	ended(&host, WHY_PEER_TERM, false);
}

/* Nobody answers the Terminate-Requests: it ends all the same. */
ATF_TC_WITHOUT_HEAD(close_into_silence);
ATF_TC_BODY(close_into_silence, tc)
{
	tstamp began;

	bring_up();
	began = now;
	sess_close(&host.s, WHY_QUIT, now, &host.ob);
	while (!host.s.done) {
		ATF_REQUIRE(sess_deadline(&host.s) != NEVER);
		now = sess_deadline(&host.s);
		sess_expire(&host.s, now, &host.ob);
		outbox_reset(&host.ob);
		ATF_REQUIRE(now < began + SEC(60));
	}
	ATF_CHECK_EQ(WHY_QUIT, host.s.why);
}

ATF_TC_WITHOUT_HEAD(close_during_discovery);
ATF_TC_BODY(close_during_discovery, tc)
{
	setup();
	sess_dial(&host.s, &host.conf, &rng, now, &host.ob);
	outbox_reset(&host.ob);
	sess_close(&host.s, WHY_ADMIN, now, &host.ob);
	settle(&host);
	ended(&host, WHY_ADMIN, false);	/* nobody to tell */
}

ATF_TC_WITHOUT_HEAD(padt_ends_it);
ATF_TC_BODY(padt_ends_it, tc)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	bring_up();
	pppoe_padt(&w, SID, "bye");
	struct rd in = rd_of(buf, wr_size(&w));

	/* Another MAC, another id: no. */
	ATF_CHECK(sess_disc(&host.s, mallory, in, now, &host.ob) < 0);
	ATF_CHECK(!host.s.done);
	ATF_CHECK_EQ(0, host.ob.n);
	buf[3] ^= 1;
	ATF_CHECK(sess_disc(&host.s, ac_mac, in, now, &host.ob) < 0);
	ATF_CHECK(!host.s.done);
	buf[3] ^= 1;
	ATF_CHECK_EQ(0, sess_disc(&host.s, ac_mac, in, now, &host.ob));
	settle(&host);
	ended(&host, WHY_PEER_PADT, false);	/* no PADT for a PADT */
	ATF_CHECK_EQ(1, host.down);
}

/* We were ending it already: the peer's PADT is not the reason. */
ATF_TC_WITHOUT_HEAD(padt_after_our_reason);
ATF_TC_BODY(padt_after_our_reason, tc)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	bring_up();
	sess_close(&host.s, WHY_IDLE, now, &host.ob);
	outbox_reset(&host.ob);
	pppoe_padt(&w, SID, "bye");
	ATF_CHECK_EQ(0, sess_disc(&host.s, ac_mac, rd_of(buf, wr_size(&w)),
	    now, &host.ob));
	settle(&host);
	ended(&host, WHY_IDLE, false);
}

ATF_TC_WITHOUT_HEAD(lower_layer_goes);
ATF_TC_BODY(lower_layer_goes, tc)
{
	bring_up();
	sess_down(&acs.s, WHY_IF_GONE, false, now, &acs.ob);
	settle(&acs);
	ended(&acs, WHY_IF_GONE, false);
	bring_up();
	sess_down(&acs.s, WHY_IF_GONE, true, now, &acs.ob);
	settle(&acs);
	ended(&acs, WHY_IF_GONE, true);
	ATF_CHECK_STREQ("interface is gone or down", acs.padt_text);
	talk();
	ended(&host, WHY_PEER_PADT, false);
}

/* The peer falls silent: echoes find it out, and it is told. */
ATF_TC_WITHOUT_HEAD(silence);
ATF_TC_BODY(silence, tc)
{
	tstamp began;

	setup();
	acs.conf.enabled |= NEG_ECHO;
	sess_dial(&host.s, &host.conf, &rng, now, &host.ob);
	settle(&host);
	talk();
	ATF_REQUIRE(acs.s.ip);
	began = now;
	while (!acs.s.done) {
		now = sess_deadline(&acs.s);
		ATF_REQUIRE(now < began + SEC(600));
		sess_expire(&acs.s, now, &acs.ob);
		settle(&acs);
		queued = 0;		/* into the void */
	}
	ended(&acs, WHY_ECHO, true);
	ATF_CHECK_STREQ("no reply to LCP echo", acs.padt_text);
	ATF_CHECK(now >= began + SEC(60));
}

ATF_TC_WITHOUT_HEAD(nobody_answers_padi);
ATF_TC_BODY(nobody_answers_padi, tc)
{
	setup();
	host_conf.padi_tries = 3;
	sess_dial(&host.s, &host.conf, &rng, now, &host.ob);
	for (int i = 0; i < 20 && !host.s.done; i++) {
		now = sess_deadline(&host.s);
		sess_expire(&host.s, now, &host.ob);
		outbox_reset(&host.ob);
	}
	ended(&host, WHY_PADI_SILENT, false);
}

/* A new snapshot: nothing of the old one is borrowed any more. */
ATF_TC_WITHOUT_HEAD(reconf);
ATF_TC_BODY(reconf, tc)
{
	struct ppp_conf fresh;

	bring_up();
	fresh = acs.conf;
	fresh.enabled |= NEG_ECHO;
	sess_reconf(&acs.s, &fresh, now, &acs.ob);
	settle(&acs);
	memset(&acs.conf, 0xff, sizeof(acs.conf));
	ATF_CHECK(acs.s.conf == &fresh && acs.s.ppp.conf == &fresh);
	pass(now + SEC(300));
	ATF_CHECK(acs.s.ip && host.s.ip);
	ATF_CHECK(acs.s.ppp.lcp.echo.deadline != NEVER);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, back_to_back);
	ATF_TP_ADD_TC(tp, first_lcp_before_pads);
	ATF_TP_ADD_TC(tp, host_closes);
	ATF_TP_ADD_TC(tp, ac_closes);
	ATF_TP_ADD_TC(tp, close_into_silence);
	ATF_TP_ADD_TC(tp, close_during_discovery);
	ATF_TP_ADD_TC(tp, padt_ends_it);
	ATF_TP_ADD_TC(tp, padt_after_our_reason);
	ATF_TP_ADD_TC(tp, lower_layer_goes);
	ATF_TP_ADD_TC(tp, silence);
	ATF_TP_ADD_TC(tp, nobody_answers_padi);
	ATF_TP_ADD_TC(tp, reconf);
	return atf_no_error();
}
