/*
 * Control that does not take its mail: nothing is lost, nothing is done
 * twice, and the work goes on when there is room.
 */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "gen/peer.h"
#include "unit/lb/kit.h"

static const struct mail if_gone = { .op = MAIL_PORT_CLOSE,
    .arg2 = WHY_IF_GONE };

#define RING	128u
#define MANY	3000u

/* Control's books of many sessions, by ticket. */
static struct {
	uint16_t sid;
	bool	 open, up;
	unsigned closed;
	enum why why;
} book[MANY + 2];
static unsigned n_open, n_up, n_closed, n_conf, n_stopped, lost;
static struct kit *kit;
static struct peers *peers;
static struct ac *ac;
static struct outbox ob;
static struct ac_conf ac_conf;

static void
to_lane(void *arg, const uint8_t *frame, size_t n)
{
	struct pkt b, *v = &b;
	struct rd r = rd_of(frame, n);
	struct ac_from from = { .port = 0 };
	struct ac_request rq;
	enum drop why;
	uint16_t sid = 0;
	struct eth e;

	(void)arg;
	ATF_REQUIRE_EQ(0, eth_read(&r, 0, 0, &e));
	if (e.type == ETH_PPPOE_SESS) {
		pkt_reset(&b);
		memcpy(b.data, frame, n);
		b.len = (uint32_t)n;
		if (io_send(kit->far, &v, 1) == 0)
			lost++;		/* they say it again */
		return;
	}
	memcpy(from.mac, e.src, ETH_ADDR);
	if (ac_input(ac, &from, mac_is_broadcast(e.dst), r, kit->now, &ob,
	    &rq, &sid, &why) != AC_NEW)
		return;
	struct mail m = { .op = MAIL_ACCEPT, .ticket = n_open + 1 };
	struct mail_accept a;

	memset(&a, 0, sizeof(a));
	struct wr w = wr_of(a.pads, sizeof(a.pads));

	m.key.sid = (uint16_t)(n_open + 1);
	memcpy(m.key.mac, e.src, ETH_ADDR);
	ac_pads(&ac_conf, &rq, m.key.sid, NULL, &w);
	ATF_REQUIRE(!w.bad);
	a.pads_len = (uint16_t)wr_size(&w);
	mail_put(&m, &a, sizeof(a));
	if (!spsc_put(&kit->l->in, &m))
		return;			/* the peer asks again */
	ac_bind(ac, &rq, m.key.sid, kit->now);
	n_open++;
	book[m.ticket].open = true;
	book[m.ticket].sid = m.key.sid;
}

/* Answers of the access concentrator's Discovery. */
static void
answers(void)
{
	uint8_t frame[1600];

	for (int i = 0; i < ob.n; i++) {
		const struct out_item *it = &ob.item[i];
		struct wr w = wr_of(frame, sizeof(frame));

		if (it->kind != OUT_DISC)
			continue;
		eth_write(&w, it->dst, kit_lane_mac, (struct vlans){ 0, 0 },
		    ETH_PPPOE_DISC);
		wr_put(&w, outbox_data(&ob, it), it->len);
		outbox_reset(&ob);
		peers_frame(peers, frame, wr_size(&w), 0, 0, kit->now);
		i = -1;
	}
	outbox_reset(&ob);
}

static void
control_takes(unsigned most)
{
	struct mail *m = &kit->mail, a = { .op = MAIL_NETWORK };
	struct net_conf n;

	while (most-- > 0 && spsc_room(&kit->l->in) > 0 && kit_told(kit)) {
		unsigned t = m->ticket;

		ATF_REQUIRE(t <= MANY + 1);
		if (m->op == MAIL_CONF_DONE) {
			n_conf++;
			ATF_CHECK_EQ(kit->snap->gen, m->arg);
		}
		n_stopped += m->op == MAIL_STOPPED;
		if (t == 0)
			continue;
		ATF_REQUIRE_MSG(book[t].open, "mail %u of no session",
		    m->op);
		switch (m->op) {
		case MAIL_NET_WANTED:
			memset(&n, 0, sizeof(n));
			n.my.addr = 0x0a000001;
			n.his.addr = 0x0a010000 + t;
			n.my.bits = n.his.bits = 32;
			a.ticket = t;
			mail_put(&a, &n, sizeof(n));
			kit_post(kit, &a);
			break;
		case MAIL_IP_UP:
			ATF_CHECK(!book[t].up);
			book[t].up = true;
			n_up++;
			break;
		case MAIL_CLOSED:
			book[t].open = false;
			book[t].why = (enum why)m->arg;
			ATF_CHECK_EQ(1, ++book[t].closed);
			n_closed++;
			break;
		default:
			break;
		}
	}
}

static void
wire(void)
{
	struct pkt *b;

	for (int i = 0; (b = kit_next(kit)) != NULL; i++) {
		peers_frame(peers, b->data, b->len, 0, 0, kit->now);
		if (i % 32 == 31)	/* the pair's queue is short */
			lane_run(kit->l, kit->now);
	}
	answers();
}

/* One cycle of everybody; @most messages for control. */
static void
cycle(unsigned most)
{
	lane_run(kit->l, kit->now);
	control_takes(most);
	wire();
}

static void
begin(uint32_t max)
{
	struct peers_conf c = { .n = max, .user = "", .secret = "",
	    .service = "", .ipv4 = true, .tries = 3, .seed = 5,
	    .send = to_lane };
	static struct rng rng;

	kit = kit_new(false, max, NULL);
	kit->snap->p.ppp.enabled &= ~(uint32_t)NEG_IPV6CP;
	kit->snap->p.ppp.enabled |= NEG_ECHO;
	kit_ring(kit, RING);
	strcpy(ac_conf.acname, "test");
	ac_conf.cookie_life = 60;
	rng_seed(&rng, 3);
	ac = ac_new(&ac_conf, &rng, kit->now);
	peers = peers_new(&c, kit->now);
	ATF_REQUIRE(ac != NULL && peers != NULL);
}

static void
all_up(uint32_t max)
{
	begin(max);
	for (unsigned i = 0; i < max; i++) {
		ATF_REQUIRE(peers_start(peers, kit->now));
		answers();
		if (i % 16 == 15)
			cycle(20);
	}
	for (int i = 0; i < 20000 && n_up < max; i++) {
		kit->now += MSEC(10);
		peers_expire(peers, kit->now);
		answers();
		cycle(100);
	}
	ATF_REQUIRE_EQ(max, n_up);
	ATF_REQUIRE_EQ(max, peers_stats(peers)->up);
	ATF_REQUIRE_EQ(0, kit_drops(kit, DROP_MAIL_FULL));
}

static void
end(void)
{
	peers_free(peers);
	ac_free(ac);
	kit_free(kit);
}

/* Set-ups, then a publish, the end of the port, a stop: all with mail boxes
 * of a thirtieth of the sessions. */
ATF_TC_WITHOUT_HEAD(sweeps_over_3000);
ATF_TC_BODY(sweeps_over_3000, tc)
{
	unsigned rounds = 0;

	all_up(MANY);
	kit_publish(kit);
	kit_op(kit, MAIL_CONF, 0, 0);
	for (int i = 0; i < 1000 && n_conf == 0; i++)
		cycle(RING);
	ATF_REQUIRE_EQ(1, n_conf);
	for (uint32_t i = 0; i < ledger_used(kit->l->ledger); i++) {
		struct sess_rec r;
		struct sess *s;

		if (!ledger_read(kit->l->ledger, i, &r))
			continue;
		s = lane_by_ticket(kit->l, r.ticket);
		ATF_REQUIRE(s != NULL);
		ATF_CHECK(s->conf == &kit->snap->p.ppp);
		ATF_CHECK(s->ppp.conf == &kit->snap->p.ppp);
	}
	ATF_REQUIRE_EQ(MANY, peers_stats(peers)->up);
	kit_op(kit, MAIL_STOP, 0, WHY_QUIT);
	while (n_stopped == 0 && rounds++ < 100000) {
		kit->now += MSEC(1);
		cycle(rounds % 50 == 0 ? 30 : 0);	/* a slow control */
	}
	ATF_CHECK_EQ(1, n_stopped);
	ATF_CHECK_EQ(MANY, n_closed);
	ATF_CHECK(rounds > 100);
	ATF_CHECK_EQ(0, kit->l->slab.used);
	ATF_CHECK_EQ(0, kit_drops(kit, DROP_MAIL_FULL));
	for (unsigned t = 1; t <= MANY; t++)
		ATF_CHECK_EQ(WHY_QUIT, book[t].why);
	end();
}

ATF_TC_WITHOUT_HEAD(port_close_over_3000);
ATF_TC_BODY(port_close_over_3000, tc)
{
	all_up(MANY);
	kit_post(kit, &if_gone);
	for (int i = 0; i < 10000 && n_closed < MANY; i++) {
		cycle(i % 3 == 0 ? 10 : 0);
		ATF_REQUIRE(n_closed == MANY ||
		    kit->l->port[0].io != NULL || kit->l->slab.used == 0);
	}
	ATF_CHECK_EQ(MANY, n_closed);
	kit_run(kit);
	ATF_CHECK(kit->l->port[0].io == NULL);
	for (unsigned t = 1; t <= MANY; t++)
		ATF_CHECK_EQ(WHY_IF_GONE, book[t].why);
	end();
}

/* A full box: frames, timers and mail wait, and go on where they were. */
ATF_TC_WITHOUT_HEAD(full_box_resumes);
ATF_TC_BODY(full_box_resumes, tc)
{
	struct mail filler = { .op = MAIL_PHASE };
	unsigned fill = 0, had;
	uint64_t in;

	begin(40);
	while (spsc_put(&kit->l->out, &filler))
		fill++;
	ATF_REQUIRE_EQ(RING, fill);
	for (int i = 0; i < 40; i++) {
		peers_start(peers, kit->now);
		answers();
	}
	ATF_REQUIRE_EQ(40, n_open);
	had = spsc_room(&kit->l->in);
	in = atomic_load(&kit->l->count.in);
	for (int i = 0; i < 100; i++) {
		kit->now += MSEC(20);
		ATF_CHECK(!lane_run(kit->l, kit->now));	/* no spinning */
		ATF_CHECK(kit->l->blocked);
		ATF_CHECK(!lane_wants_frames(kit->l));
		ATF_CHECK(lane_next(kit->l) > kit->now);
		ATF_CHECK(lane_next(kit->l) <= kit->now + MSEC(10));
	}
	ATF_CHECK_EQ(had, spsc_room(&kit->l->in));
	ATF_CHECK_EQ(in, atomic_load(&kit->l->count.in));
	for (unsigned i = 0; i < fill; i++)
		ATF_REQUIRE(kit_told(kit));
	for (int i = 0; i < 2000 && n_up < 40; i++) {
		kit->now += MSEC(10);
		peers_expire(peers, kit->now);
		answers();
		cycle(RING);
	}
	ATF_CHECK_EQ(40, n_up);
	ATF_CHECK_EQ(0, peers_stats(peers)->failed);
	ATF_CHECK_EQ(0, kit_drops(kit, DROP_MAIL_FULL));
	ATF_CHECK(!kit->l->blocked);
	end();
}

/* Frames of a batch that is only half done when the box is full. */
ATF_TC_WITHOUT_HEAD(half_a_batch_waits);
ATF_TC_BODY(half_a_batch_waits, tc)
{
	static const uint8_t terminate[] = { 5, 1, 0, 4 };
	struct frame f = { .proto = PROTO_LCP, .p = terminate,
	    .n = sizeof(terminate) };
	uint8_t mac[ETH_ADDR] = { 2, 0x42, 0, 0, 0, 0 };

	all_up(60);
	n_closed = 0;
	for (unsigned t = 1; t <= 60; t++) {
		struct sess *s = lane_by_ticket(kit->l, t);

		memcpy(mac, s->key.mac, ETH_ADDR);
		f.src = mac;
		f.sid = book[t].sid;
		kit_frame(kit, &f);
	}
	lane_run(kit->l, kit->now);
	ATF_CHECK(kit->l->blocked);
	ATF_CHECK(kit->l->rx_at < kit->l->rx_n);
	/* While they wait their interface goes: they are forgotten. */
	kit_post(kit, &if_gone);
	for (int i = 0; i < 100 && n_closed < 60; i++)
		cycle(RING);
	kit_run(kit);
	ATF_CHECK_EQ(60, n_closed);
	ATF_CHECK_EQ(kit->l->rx_n, kit->l->rx_at);
	ATF_CHECK_EQ(0, kit_drops(kit, DROP_MAIL_FULL));
	end();
}

/* Whoever comes while everything ends is told so at once. */
ATF_TC_WITHOUT_HEAD(nothing_new_while_stopping);
ATF_TC_BODY(nothing_new_while_stopping, tc)
{
	struct kit *k = kit_new(false, 8, NULL);

	kit_op(k, MAIL_STOP, 0, WHY_QUIT);
	kit_accept(k, 3, kit_peer_mac, (struct vlans){ 0, 0 }, 3);
	kit_run(k);
	ATF_REQUIRE(kit_told_op(k, MAIL_CLOSED));
	ATF_CHECK_EQ(3, k->mail.ticket);
	ATF_CHECK_EQ(WHY_QUIT, k->mail.arg);
	ATF_CHECK(kit_told_op(k, MAIL_STOPPED));
	kit_free(k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sweeps_over_3000);
	ATF_TP_ADD_TC(tp, port_close_over_3000);
	ATF_TP_ADD_TC(tp, full_box_resumes);
	ATF_TP_ADD_TC(tp, half_a_batch_waits);
	ATF_TP_ADD_TC(tp, nothing_new_while_stopping);
	return atf_no_error();
}
