/* One lane, peers that speak frames, a control played by the test. */
#include <atf-c.h>
#include <stdlib.h>
#include <string.h>

#include "unit/lb/kit.h"

static const struct mail if_gone = { .op = MAIL_PORT_CLOSE,
    .arg2 = WHY_IF_GONE };

static const struct vlans untagged;
static const uint8_t other_mac[ETH_ADDR] = { 2, 0, 0, 0, 1, 2 };
static struct far_peer one, two;

/* It would end the session it is taken for. */
static const uint8_t terminate[] = { 5, 77, 0, 4 };

static uint8_t
phase_of(const struct kit *k, uint32_t ticket)
{
	struct sess *s = lane_by_ticket(k->l, ticket);

	return s != NULL ? (uint8_t)ppp_phase(&s->ppp) : PHASE_DEAD;
}

/* accel-ppp and pppoe-server lose it, and cost a fast peer its Restart
 * timer of 3 seconds. */
ATF_TC_WITHOUT_HEAD(fast_peer_first_lcp_answered);
ATF_TC_BODY(fast_peer_first_lcp_answered, tc)
{
	static const uint8_t request[] = { 1, 9, 0, 14, 1, 4, 5, 0xd4,
	    5, 6, 1, 2, 3, 4 };
	struct kit *k = kit_new(false, 64, NULL);
	struct pppoe_hdr h;
	struct eth e;
	struct pkt *b;
	bool acked = false;

	/* The request is on the wire before the lane has seen its mail. */
	far_new(&one, kit_peer_mac, untagged, 0x1234);
	far_send(k, &one, PROTO_LCP, request, sizeof(request));
	kit_accept(k, 7, kit_peer_mac, untagged, 0x1234);
	kit_run(k);
	ATF_REQUIRE_EQ(CODE_PADS, kit_disc(k, &e, &h));
	ATF_CHECK_EQ(0x1234, h.sid);
	ATF_CHECK(memcmp(e.src, kit_lane_mac, ETH_ADDR) == 0);
	ATF_CHECK(memcmp(e.dst, kit_peer_mac, ETH_ADDR) == 0);
	while ((b = kit_next(k)) != NULL) {
		struct rd r = rd_of(b->data, b->len);

		ATF_REQUIRE_EQ(0, eth_read(&r, 0, 0, &e));
		ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
		ATF_CHECK_EQ(0x1234, h.sid);
		if (rd_u16(&r) != PROTO_LCP)
			continue;
		acked |= rd_size(&r) == sizeof(request) && r.p[0] == 2 &&
		    memcmp(r.p + 1, request + 1, sizeof(request) - 1) == 0;
	}
	ATF_CHECK(acked);
	ATF_CHECK_EQ(0, kit_all_drops(k));
	kit_free(k);
}

ATF_TC_WITHOUT_HEAD(set_up);
ATF_TC_BODY(set_up, tc)
{
	struct kit *k = kit_new(false, 64, NULL);
	static const struct vlans qinq = { 100, 7 };
	struct sess_rec r;
	struct sess *s;

	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_up(k, &two, other_mac, qinq, 6);
	s = lane_by_ticket(k->l, 5);
	ATF_REQUIRE(s != NULL);
	ATF_CHECK(lane_by_addr(k->l, 0x0a000005) == s);
	ATF_CHECK(lane_by_ifid(k->l, s->ifid) == s);
	ATF_REQUIRE(ledger_read(k->l->ledger, s->idx, &r));
	ATF_CHECK_EQ(5, r.ticket);
	ATF_CHECK_EQ(5, r.key.sid);
	ATF_CHECK_EQ(0x0a000005, r.his_addr);
	ATF_CHECK_EQ(0x0a0000fe, r.my_addr);
	ATF_CHECK_EQ(1492, r.mtu);
	ATF_CHECK_STREQ("mem0", r.ifname);
	ATF_CHECK(r.up != 0);
	ATF_CHECK_EQ(2, atomic_load(&k->l->count.sessions));
	ATF_CHECK_EQ(0, kit_all_drops(k));
	kit_free(k);
}

/* ---- frames that are not quite ours ---- */

/*
 * Sends a Terminate-Request that would end the session, spoilt in one way.
 * It must be counted as @why and change nothing.
 */
static void
spoilt(struct kit *k, const struct frame *f, enum drop why)
{
	uint64_t before = kit_drops(k, why), all = kit_all_drops(k);
	struct frame fr = *f;

	if (fr.p == NULL) {
		fr.p = terminate;
		fr.n = sizeof(terminate);
	}
	if (fr.proto == 0)
		fr.proto = PROTO_LCP;
	kit_frame(k, &fr);
	kit_run(k);
	ATF_CHECK_EQ_MSG(before + 1, kit_drops(k, why), "not counted as %s",
	    drop_name(why));
	ATF_CHECK_EQ(all + 1, kit_all_drops(k));
	ATF_CHECK(!kit_told(k));
	ATF_CHECK_EQ(PHASE_NETWORK, phase_of(k, 5));
	ATF_CHECK_EQ(1, atomic_load(&k->l->count.sessions));
}

/* osvbng: frames and PADT matched by Session-ID alone. */
ATF_TC_WITHOUT_HEAD(osvbng_session_id_alone);
ATF_TC_BODY(osvbng_session_id_alone, tc)
{
	struct kit *k = kit_new(false, 64, NULL);

	far_up(k, &one, kit_peer_mac, untagged, 5);
	spoilt(k, &(struct frame){ .sid = 5, .src = other_mac },
	    DROP_NO_SESSION);
	spoilt(k, &(struct frame){ .sid = 5, .vlan = { 7, 0 } },
	    DROP_NO_SESSION);
	spoilt(k, &(struct frame){ .sid = 5, .vlan = { 100, 7 } },
	    DROP_NO_SESSION);
	spoilt(k, &(struct frame){ .sid = 6 }, DROP_NO_SESSION);
	spoilt(k, &(struct frame){ .sid = 0 }, DROP_NO_SESSION);
	spoilt(k, &(struct frame){ .sid = 0xffff }, DROP_NO_SESSION);
	kit_free(k);
}

/* bngblaster#348: PADT and echo taken from another MAC. */
ATF_TC_WITHOUT_HEAD(bngblaster_348);
ATF_TC_BODY(bngblaster_348, tc)
{
	static const uint8_t echo[] = { 9, 1, 0, 8, 0, 0, 0, 0 };
	struct kit *k = kit_new(false, 64, NULL);
	struct pppoe_hdr h;
	struct eth e;

	far_up(k, &one, kit_peer_mac, untagged, 5);
	spoilt(k, &(struct frame){ .sid = 5, .src = other_mac, .p = echo,
	    .n = sizeof(echo) }, DROP_NO_SESSION);
	ATF_CHECK_EQ(CODE_PADT, kit_disc(k, &e, &h));
	ATF_CHECK(memcmp(e.dst, other_mac, ETH_ADDR) == 0);
	/* Discovery is control's; a lane of a concentrator takes none. */
	spoilt(k, &(struct frame){ .type = ETH_PPPOE_DISC, .sid = 5,
	    .code = CODE_PADT, .src = other_mac }, DROP_DISC_STATE);
	spoilt(k, &(struct frame){ .type = ETH_PPPOE_DISC, .sid = 5,
	    .code = CODE_PADT }, DROP_DISC_STATE);
	kit_free(k);
}

/* NetBSD, OpenBSD: lengths of the packet believed before they are checked. */
ATF_TC_WITHOUT_HEAD(netbsd_openbsd_lengths);
ATF_TC_BODY(netbsd_openbsd_lengths, tc)
{
	static const uint8_t zero[4];
	struct kit *k = kit_new(false, 64, NULL);
	struct pkt b, *v = &b;

	far_up(k, &one, kit_peer_mac, untagged, 5);
	spoilt(k, &(struct frame){ .sid = 5, .extra = 1 },
	    DROP_PPPOE_SHORT);
	spoilt(k, &(struct frame){ .sid = 5, .extra = 0x7000 },
	    DROP_PPPOE_SHORT);
	spoilt(k, &(struct frame){ .sid = 5, .extra = -6 }, DROP_PPP_SHORT);
	spoilt(k, &(struct frame){ .sid = 5, .extra = -5 }, DROP_PPP_SHORT);
	spoilt(k, &(struct frame){ .sid = 5, .extra = -1 }, DROP_LCP_BAD);
	spoilt(k, &(struct frame){ .sid = 5, .p = "\5\1\0\3", .n = 4 },
	    DROP_LCP_BAD);
	spoilt(k, &(struct frame){ .sid = 5, .p = "\5\1\377\377", .n = 4 },
	    DROP_LCP_BAD);
	spoilt(k, &(struct frame){ .sid = 5, .vertype = 0x12 },
	    DROP_PPPOE_FORMAT);
	spoilt(k, &(struct frame){ .sid = 5, .vertype = 0x21 },
	    DROP_PPPOE_FORMAT);
	spoilt(k, &(struct frame){ .sid = 5, .code = 1 }, DROP_PPPOE_FORMAT);
	spoilt(k, &(struct frame){ .sid = 5, .dst = other_mac },
	    DROP_NOT_OURS);
	/* No tags, three tags, half a header: below PPPoE. */
	for (unsigned n = 0; n < 20; n += 3) {
		pkt_reset(&b);
		memcpy(b.data, kit_lane_mac, ETH_ADDR);
		memcpy(b.data + 6, kit_peer_mac, ETH_ADDR);
		memcpy(b.data + 12, "\x88\x64\x11\0\0\5\0\6", 8);
		b.len = n;
		if (n > 0)	/* the memory pair ends at an empty frame */
			ATF_REQUIRE_EQ(1, io_send(k->far, &v, 1));
	}
	for (unsigned i = 0; i < 3; i++)
		memcpy(b.data + 12 + 4 * i, "\x81\x00\0\7", 4);
	memcpy(b.data + 24, zero, 4);
	b.len = 60;
	ATF_REQUIRE_EQ(1, io_send(k->far, &v, 1));
	kit_run(k);
	ATF_CHECK_EQ(4, kit_drops(k, DROP_ETH_SHORT));
	ATF_CHECK_EQ(1, kit_drops(k, DROP_ETH_TAGS));
	ATF_CHECK_EQ(PHASE_NETWORK, phase_of(k, 5));
	kit_free(k);
}

/* The same id of the same peer in another VLAN or on another port is
 * another session. */
ATF_TC_WITHOUT_HEAD(ids_repeat_between_peers);
ATF_TC_BODY(ids_repeat_between_peers, tc)
{
	struct kit *k = kit_new(false, 64, NULL);
	static const struct vlans seven = { 7, 0 };
	struct sess_key key = { .sid = 5, .port = 1 };

	far_up(k, &one, kit_peer_mac, untagged, 5);
	far_new(&two, kit_peer_mac, seven, 5);
	kit_accept(k, 9, kit_peer_mac, seven, 5);
	far_start(k, &two);
	far_talk(k, &two);
	ATF_CHECK(two.ip);
	memcpy(key.mac, kit_peer_mac, ETH_ADDR);
	ATF_CHECK(lane_by_key(k->l, &key) == NULL);
	far_send(k, &two, PROTO_LCP, terminate, sizeof(terminate));
	far_talk(k, &two);
	ATF_CHECK_EQ(PHASE_NETWORK, phase_of(k, 5));
	ATF_CHECK(phase_of(k, 9) != PHASE_NETWORK);
	kit_free(k);
}

ATF_TC_WITHOUT_HEAD(padt_for_unknown_is_limited);
ATF_TC_BODY(padt_for_unknown_is_limited, tc)
{
	struct kit *k = kit_new(false, 64, NULL);
	struct frame f = { .sid = 99, .proto = PROTO_LCP, .p = terminate,
	    .n = sizeof(terminate) };
	static const uint8_t group[ETH_ADDR] = { 3, 0, 0, 0, 0, 9 };
	struct pppoe_hdr h;
	unsigned padt = 0;
	struct eth e;

	for (int second = 0; second < 2; second++) {
		for (int i = 0; i < 500; i++)
			kit_frame(k, &f);
		kit_run(k);
		while (kit_disc(k, &e, &h) == CODE_PADT) {
			ATF_CHECK_EQ(99, h.sid);
			padt++;
		}
		ATF_CHECK_EQ(100u * (unsigned)(second + 1), padt);
		k->now += SEC(1);
	}
	ATF_CHECK_EQ(1000, kit_drops(k, DROP_NO_SESSION));
	ATF_CHECK_EQ(200, atomic_load(&k->l->count.padt_out));
	f.src = group;			/* not an answerable sender */
	kit_frame(k, &f);
	kit_run(k);
	ATF_CHECK_EQ(-1, kit_disc(k, &e, &h));
	kit_free(k);
}

/* ---- the end of a session ---- */

static void
hang_up(enum why why, uint16_t op, bool padt)
{
	struct kit *k = kit_new(false, 64, NULL);

	far_up(k, &one, kit_peer_mac, untagged, 5);
	kit_op(k, op, 5, why);
	far_talk(k, &one);
	ATF_CHECK(lane_by_ticket(k->l, 5) == NULL);
	ATF_CHECK(lane_by_addr(k->l, 0x0a000005) == NULL);
	ATF_CHECK_EQ(0, k->l->slab.used);
	ATF_CHECK_EQ(0, k->l->wheel.armed);
	ATF_CHECK_EQ(0, k->l->by_key.live);
	ATF_CHECK_EQ(0, k->l->by_ticket.live);
	ATF_CHECK_EQ(0, k->l->by_addr.live);
	ATF_CHECK_EQ(0, k->l->by_ifid.live);
	ATF_CHECK_EQ(padt, one.padt);
	kit_free(k);
}

ATF_TC_WITHOUT_HEAD(ends);
ATF_TC_BODY(ends, tc)
{
	hang_up(WHY_ADMIN, MAIL_CLOSE, true);
	hang_up(WHY_IF_GONE, MAIL_DOWN, true);
	hang_up(WHY_NONE, MAIL_PADT, false);
}

ATF_TC_WITHOUT_HEAD(closed_says_why);
ATF_TC_BODY(closed_says_why, tc)
{
	static const struct {
		uint16_t op;
		enum why arg, why;
	} row[] = {
		{ MAIL_DOWN, WHY_IF_GONE, WHY_IF_GONE },
		{ MAIL_PADT, WHY_NONE, WHY_PEER_PADT },
		{ MAIL_CLOSE, WHY_DRAIN, WHY_DRAIN },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		struct kit *k = kit_new(false, 64, NULL);
		bool closed = false;

		far_up(k, &one, kit_peer_mac, untagged, 5);
		kit_op(k, row[i].op, 5, row[i].arg);
		for (int s = 0; s < 30 && !closed; s++) {
			kit_run(k);
			closed = kit_told_op(k, MAIL_CLOSED);
			k->now += SEC(1);
		}
		ATF_REQUIRE(closed);
		ATF_CHECK_EQ(5, k->mail.ticket);
		ATF_CHECK_EQ(row[i].why, k->mail.arg);
		ATF_CHECK_EQ(5, k->mail.key.sid);
		kit_free(k);
	}
}

/* A ticket that is void already, twice the same mail: nothing happens. */
ATF_TC_WITHOUT_HEAD(void_tickets);
ATF_TC_BODY(void_tickets, tc)
{
	struct kit *k = kit_new(false, 64, NULL);
	unsigned closed = 0;

	far_up(k, &one, kit_peer_mac, untagged, 5);
	kit_op(k, MAIL_PADT, 6, 0);
	kit_op(k, MAIL_CLOSE, 0, WHY_ADMIN);
	kit_run(k);
	ATF_CHECK(!kit_told(k));
	kit_op(k, MAIL_PADT, 5, 0);
	kit_op(k, MAIL_PADT, 5, 0);
	kit_op(k, MAIL_DOWN, 5, WHY_IF_GONE);
	kit_run(k);
	while (kit_told_op(k, MAIL_CLOSED))
		closed++;
	ATF_CHECK_EQ(1, closed);
	kit_free(k);
}

ATF_TC_WITHOUT_HEAD(no_room_for_more);
ATF_TC_BODY(no_room_for_more, tc)
{
	struct kit *k = kit_new(false, 2, NULL);
	struct pppoe_hdr h;
	struct eth e;

	far_up(k, &one, kit_peer_mac, untagged, 1);
	far_up(k, &two, other_mac, untagged, 2);
	kit_accept(k, 3, other_mac, untagged, 3);
	kit_run(k);
	ATF_REQUIRE(kit_told_op(k, MAIL_CLOSED));
	ATF_CHECK_EQ(3, k->mail.ticket);
	ATF_CHECK_EQ(WHY_LIMIT, k->mail.arg);
	ATF_CHECK_EQ(-1, kit_disc(k, &e, &h));	/* no PADS for nothing */
	kit_free(k);
}

/* Two peers with the same interface id: one TUN cannot tell them apart. */
ATF_TC_WITHOUT_HEAD(same_interface_id);
ATF_TC_BODY(same_interface_id, tc)
{
	struct kit *k = kit_new(false, 64, NULL);
	struct sess *a, *b;

	far_new(&one, kit_peer_mac, untagged, 1);
	far_new(&two, other_mac, untagged, 2);
	memcpy(one.net.ifid, "\2\0\0\0\0\0\0\11", 8);
	memcpy(two.net.ifid, "\2\0\0\0\0\0\0\11", 8);
	kit_accept(k, 1, kit_peer_mac, untagged, 1);
	far_start(k, &one);
	far_talk(k, &one);
	kit_accept(k, 2, other_mac, untagged, 2);
	far_start(k, &two);
	far_talk(k, &two);
	a = lane_by_ticket(k->l, 1);
	b = lane_by_ticket(k->l, 2);
	ATF_REQUIRE(a != NULL && b != NULL);
	ATF_CHECK(a->ip6);
	ATF_CHECK(two.ip);
	ATF_CHECK(lane_by_ifid(k->l, a->ifid) == a);
	if (b->ip6) {
		ATF_CHECK(a->ifid != b->ifid);
		ATF_CHECK(lane_by_ifid(k->l, b->ifid) == b);
	}
	kit_free(k);
}

/* ---- a client's lane ---- */

/* The access concentrator's Discovery, as far as the lane asks for it. */
static void
answer_discovery(struct kit *k, struct ac *ac, const struct ac_conf *conf)
{
	static struct outbox ob;
	struct ac_from from = { .port = 0 };
	struct ac_request rq;
	enum drop why;
	uint16_t sid;
	struct pkt *b;

	memcpy(from.mac, kit_lane_mac, ETH_ADDR);
	while ((b = kit_next(k)) != NULL) {
		struct rd r = rd_of(b->data, b->len);
		uint8_t pads[440];
		struct wr w = wr_of(pads, sizeof(pads));
		struct frame f = { .type = ETH_PPPOE_DISC };
		struct eth e;

		ATF_REQUIRE_EQ(0, eth_read(&r, 0, 0, &e));
		if (e.type != ETH_PPPOE_DISC)
			continue;
		outbox_reset(&ob);
		if (ac_input(ac, &from, mac_is_broadcast(e.dst), r, k->now,
		    &ob, &rq, &sid, &why) == AC_NEW) {
			ac_bind(ac, &rq, 9, k->now);
			ac_pads(conf, &rq, 9, NULL, &w);
		} else if (ob.n > 0) {
			wr_put(&w, outbox_data(&ob, &ob.item[0]),
			    ob.item[0].len);
		}
		if (wr_size(&w) < PPPOE_HDR)
			continue;
		f.code = pads[1];	/* kit_frame() writes the header */
		f.sid = (uint16_t)(pads[2] << 8 | pads[3]);
		f.p = pads + PPPOE_HDR;
		f.n = wr_size(&w) - PPPOE_HDR;
		kit_frame(k, &f);
		kit_run(k);
	}
}

/* bngblaster#348 from the other side: a PADT that is not our AC's. */
ATF_TC_WITHOUT_HEAD(bngblaster_348_client);
ATF_TC_BODY(bngblaster_348_client, tc)
{
	struct ac_conf conf = { .acname = "ac1", .cookie_life = 60 };
	struct frame padt = { .type = ETH_PPPOE_DISC, .code = CODE_PADT,
	    .sid = 9, .src = other_mac };
	struct kit *k = kit_new(true, 1, NULL);
	struct mail m = { .op = MAIL_DIAL, .ticket = 1 };
	struct pppoe_host_conf hc;
	struct rng rng;

	rng_seed(&rng, 2);
	struct ac *ac = ac_new(&conf, &rng, k->now);

	ATF_REQUIRE(ac != NULL);
	memset(&hc, 0, sizeof(hc));
	hc.padi_tries = 3;
	hc.period = 1;
	mail_put(&m, &hc, sizeof(hc));
	kit_post(k, &m);
	kit_run(k);
	answer_discovery(k, ac, &conf);
	ATF_REQUIRE(kit_told_op(k, MAIL_HOST_UP));
	ATF_CHECK_EQ(9, k->mail.key.sid);
	kit_forget(k);
	kit_frame(k, &padt);		/* another MAC */
	padt.src = NULL;
	padt.vlan.outer = 7;		/* another VLAN */
	kit_frame(k, &padt);
	padt.vlan.outer = 0;
	padt.sid = 8;			/* another session */
	kit_frame(k, &padt);
	kit_run(k);
	ATF_CHECK_EQ(3, kit_drops(k, DROP_DISC_FORGED));
	ATF_CHECK_EQ(3, kit_all_drops(k));
	ATF_CHECK(!kit_told_op(k, MAIL_CLOSED));
	padt.sid = 9;
	kit_frame(k, &padt);
	kit_run(k);
	ATF_REQUIRE(kit_told_op(k, MAIL_CLOSED));
	ATF_CHECK_EQ(WHY_PEER_PADT, k->mail.arg);
	kit_frame(k, &padt);		/* nobody is there any more */
	kit_run(k);
	ATF_CHECK_EQ(1, kit_drops(k, DROP_DISC_STATE));
	ac_free(ac);
	kit_free(k);
}

/* A PADT reason goes with the session; the port's end ends its sessions. */
ATF_TC_WITHOUT_HEAD(port_lost_and_closed);
ATF_TC_BODY(port_lost_and_closed, tc)
{
	struct kit *k = kit_new(false, 64, NULL);

	far_up(k, &one, kit_peer_mac, untagged, 5);
	kit_forget(k);
	io_close(k->far);
	k->far = NULL;
	kit_run(k);
	ATF_REQUIRE(kit_told(k));
	ATF_CHECK_EQ(MAIL_PORT_LOST, k->mail.op);
	ATF_CHECK_EQ(0, k->mail.arg);
	kit_run(k);
	ATF_CHECK(!kit_told(k));	/* told once */
	kit_post(k, &if_gone);
	kit_run(k);
	ATF_REQUIRE(kit_told_op(k, MAIL_CLOSED));
	ATF_CHECK_EQ(WHY_IF_GONE, k->mail.arg);
	ATF_CHECK(k->l->port[0].io == NULL);
	ATF_CHECK(k->l->fds_changed);
	kit_free(k);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, fast_peer_first_lcp_answered);
	ATF_TP_ADD_TC(tp, set_up);
	ATF_TP_ADD_TC(tp, osvbng_session_id_alone);
	ATF_TP_ADD_TC(tp, bngblaster_348);
	ATF_TP_ADD_TC(tp, netbsd_openbsd_lengths);
	ATF_TP_ADD_TC(tp, ids_repeat_between_peers);
	ATF_TP_ADD_TC(tp, padt_for_unknown_is_limited);
	ATF_TP_ADD_TC(tp, ends);
	ATF_TP_ADD_TC(tp, closed_says_why);
	ATF_TP_ADD_TC(tp, void_tickets);
	ATF_TP_ADD_TC(tp, no_room_for_more);
	ATF_TP_ADD_TC(tp, same_interface_id);
	ATF_TP_ADD_TC(tp, bngblaster_348_client);
	ATF_TP_ADD_TC(tp, port_lost_and_closed);
	return atf_no_error();
}
