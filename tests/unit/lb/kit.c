/* A lane between a wire in memory and a control played by the test. */
#include "lib/plain.h"
#include "unit/lb/kit.h"

#include <atf-c.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

const uint8_t kit_lane_mac[ETH_ADDR] = { 2, 0, 0, 0, 0, 1 };
const uint8_t kit_peer_mac[ETH_ADDR] = { 2, 0, 0, 0, 1, 1 };

static struct snapshot *
snapshot_new(struct snapshot *older)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	ATF_REQUIRE(s != NULL);
	if (older != NULL)
		s->p = older->p;
	else
		profile_default(&s->p);
	s->p.ppp.enabled |= NEG_IPCP | NEG_IPV6CP;
	filters_make(&s->f, &s->p.filter);
	s->gen = older != NULL ? older->gen + 1 : 1;
	s->older = older;
	return s;
}

struct kit *
kit_new(bool single, uint32_t max, const struct tun *tun)
{
	struct lane_conf c = { .lanes = 1, .single = single,
	    .max_sessions = max, .tun = { .fd = -1 } };
	struct kit *k = aligned_alloc(64, (sizeof(*k) + 63) & ~(size_t)63);
	struct lane_port *p;

	ATF_REQUIRE(k != NULL);
	memset(k, 0, sizeof(*k));
	if (tun != NULL)
		c.tun = *tun;
	k->snap = snapshot_new(NULL);
	atomic_store(&k->current, k->snap);
	k->l = lane_new(&c, &k->current);
	ATF_REQUIRE(k->l != NULL);
	lane_port_used(k->l, 0);
	p = &k->l->port[0];
	ATF_REQUIRE_EQ(0, io_pair(&p->io, &k->far, kit_lane_mac,
	    kit_peer_mac));
	p->disc_type = ETH_PPPOE_DISC;
	p->sess_type = ETH_PPPOE_SESS;
	strcpy(p->ifname, "mem0");
	rng_seed(&k->l->rng, 1);
	k->now = clock_now();
	return k;
}

void
kit_free(struct kit *k)
{
	if (k->far != NULL)
		io_close(k->far);
	lane_free(k->l);
	for (struct snapshot *s = k->snap, *older; s != NULL; s = older) {
		older = s->older;
		capfilter_free(s->capfilter);
		free(s);
	}
	taps_free(&k->taps);
	flows_free(&k->flows);
	free(k);
}

void
kit_ring(struct kit *k, uint32_t n)
{
	spsc_free(&k->l->in);
	spsc_free(&k->l->out);
	ATF_REQUIRE_EQ(0, spsc_init(&k->l->in, n, sizeof(struct mail)));
	ATF_REQUIRE_EQ(0, spsc_init(&k->l->out, n, sizeof(struct mail)));
}

void
kit_publish(struct kit *k)
{
	k->snap = snapshot_new(k->snap);
	atomic_store(&k->current, k->snap);
}

struct tap *
kit_capture(struct kit *k, const struct capture_conf *c)
{
	char why[128];

	ATF_REQUIRE_EQ(0, taps_make(&k->taps, 1));
	k->snap = snapshot_new(k->snap);
	k->snap->p.capture = *c;
	k->snap->taps = &k->taps;
	ATF_REQUIRE_EQ(0, capfilter_new(&k->snap->capfilter, c->filter, why,
	    sizeof(why)));
	k->snap->p.capture.serial = 1;
	taps_open(&k->taps, 1);
	atomic_store(&k->current, k->snap);
	kit_op(k, MAIL_CONF, 0, 0);
	kit_run(k);
	return k->taps.tap[0];
}

struct flow_table *
kit_flows(struct kit *k, uint32_t max)
{
	ATF_REQUIRE_EQ(0, flows_make(&k->flows, 1, max));
	k->snap = snapshot_new(k->snap);
	k->snap->flows = &k->flows;
	atomic_store(&k->current, k->snap);
	kit_op(k, MAIL_CONF, 0, 0);
	kit_run(k);
	return &k->flows.table[0];
}

/* As a worker that sleeps on the TUN device. */
static bool
host_calls(const struct kit *k)
{
	struct pollfd f = { .fd = k->l->tun.fd, .events = POLLIN };

	return lane_wants_tun(k->l) && poll(&f, 1, 0) > 0;
}

void
kit_run(struct kit *k)
{
	for (int i = 0; lane_run(k->l, k->now) || host_calls(k); i++)
		ATF_REQUIRE_MSG(i < 10000, "the lane never comes to rest");
}

void
kit_post(struct kit *k, const struct mail *m)
{
	ATF_REQUIRE(spsc_put(&k->l->in, m));
}

void
kit_op(struct kit *k, uint16_t op, uint32_t ticket, uint32_t arg)
{
	struct mail m = { .op = op, .ticket = ticket, .arg = arg };

	kit_post(k, &m);
}

bool
kit_told(struct kit *k)
{
	return spsc_get(&k->l->out, &k->mail);
}

bool
kit_told_op(struct kit *k, uint16_t op)
{
	while (kit_told(k))
		if (k->mail.op == op)
			return true;
	return false;
}

void
kit_forget(struct kit *k)
{
	while (kit_told(k))
		;
}

void
kit_accept(struct kit *k, uint32_t ticket, const uint8_t *mac,
    struct vlans v, uint16_t sid)
{
	struct mail m = { .op = MAIL_ACCEPT, .ticket = ticket,
	    .key = { .sid = sid, .vlan = v } };
	struct mail_accept a;

	memset(&a, 0, sizeof(a));
	memcpy(m.key.mac, mac, ETH_ADDR);
	struct wr w = wr_of(a.pads, sizeof(a.pads));

	pppoe_write(&w, CODE_PADS, sid, 4);
	wr_u32(&w, 0x01010000);		/* Service-Name, empty */
	a.pads_len = (uint16_t)wr_size(&w);
	mail_put(&m, &a, sizeof(a));
	kit_post(k, &m);
}

void
kit_frame(struct kit *k, const struct frame *f)
{
	struct pkt b, *v = &b;
	int len = (int)f->n + (f->proto != 0 ? 2 : 0) + f->extra;

	pkt_reset(&b);
	struct wr w = wr_of(b.data, PKT_ROOM);

	eth_write(&w, f->dst != NULL ? f->dst : kit_lane_mac,
	    f->src != NULL ? f->src : kit_peer_mac, f->vlan,
	    f->type != 0 ? f->type : ETH_PPPOE_SESS);
	wr_u8(&w, f->vertype != 0 ? f->vertype : 0x11);
	wr_u8(&w, f->code);
	wr_u16(&w, f->sid);
	wr_u16(&w, (uint16_t)len);
	if (f->proto != 0)
		wr_u16(&w, f->proto);
	wr_put(&w, f->p, f->n);
	ATF_REQUIRE(!w.bad);
	b.len = (uint32_t)wr_size(&w);
	ATF_REQUIRE_EQ(1, io_send(k->far, &v, 1));
}

struct pkt *
kit_next(struct kit *k)
{
	if (k->rx_at == k->rx_n) {
		k->rx_at = 0;
		k->rx_n = io_recv(k->far, k->rx, LANE_BATCH);
		if (k->rx_n <= 0) {
			k->rx_n = 0;
			return NULL;
		}
	}
	return &k->rx[k->rx_at++];
}

int
kit_disc(struct kit *k, struct eth *e, struct pppoe_hdr *h)
{
	struct pkt *b;

	while ((b = kit_next(k)) != NULL) {
		struct rd r = rd_of(b->data, b->len);

		ATF_REQUIRE_EQ(0, eth_read(&r, b->tci, b->tpid, e));
		ATF_REQUIRE_EQ(0, pppoe_read(&r, h));
		if (e->type == ETH_PPPOE_DISC)
			return h->code;
	}
	return -1;
}

uint64_t
kit_drops(const struct kit *k, enum drop why)
{
	return atomic_load(&k->l->count.drop[why]);
}

uint64_t
kit_all_drops(const struct kit *k)
{
	uint64_t n = 0;

	for (int i = 0; i < DROP_COUNT; i++)
		n += kit_drops(k, (enum drop)i);
	return n;
}

/* ---- a peer ---- */

void
far_new(struct far_peer *f, const uint8_t *mac, struct vlans v, uint16_t sid)
{
	memset(f, 0, sizeof(*f));
	memcpy(f->mac, mac, ETH_ADDR);
	f->vlan = v;
	f->sid = sid;
	plain_conf(&f->conf, true);
	f->conf.enabled |= NEG_IPCP | NEG_IPV6CP;
	rng_seed(&f->rng, 100u + sid);
	ppp_init(&f->ppp, &f->conf, &f->rng, PPPOE_MTU);
}

void
far_send(struct kit *k, struct far_peer *f, uint16_t proto, const void *p,
    size_t n)
{
	struct frame fr = { .src = f->mac, .vlan = f->vlan, .sid = f->sid,
	    .proto = proto, .p = p, .n = n };

	kit_frame(k, &fr);
}

/* What the peer's engine wants sent and done. */
static void
far_settle(struct kit *k, struct far_peer *f)
{
	for (int i = 0; i < f->ob.n; i++) {
		const struct out_item *it = &f->ob.item[i];

		if (it->kind == OUT_PPP)
			far_send(k, f, it->proto, outbox_data(&f->ob, it),
			    it->len);
		else if (it->event == PPP_EV_NETWORK)
			ppp_network(&f->ppp, &f->net, k->now, &f->ob);
		else if (it->event == PPP_EV_IPCP_UP)
			f->ip = true;
		else if (it->event == PPP_EV_IPV6CP_UP)
			f->ip6 = true;
	}
	outbox_reset(&f->ob);
}

void
far_start(struct kit *k, struct far_peer *f)
{
	ppp_up(&f->ppp, k->now, &f->ob);
	far_settle(k, f);
}

static void
far_frame(struct kit *k, struct far_peer *f, const struct pkt *b)
{
	struct rd r = rd_of(b->data, b->len);
	struct pppoe_hdr h;
	struct eth e;

	ATF_REQUIRE_EQ(0, eth_read(&r, b->tci, b->tpid, &e));
	ATF_REQUIRE_EQ(0, pppoe_read(&r, &h));
	if (memcmp(e.dst, f->mac, ETH_ADDR) != 0 || h.sid != f->sid)
		return;
	ATF_CHECK_EQ(f->vlan.outer, e.vid[0]);
	ATF_CHECK_EQ(f->vlan.inner, e.vid[1]);
	f->padt |= e.type == ETH_PPPOE_DISC && h.code == CODE_PADT;
	if (e.type != ETH_PPPOE_SESS)
		return;
	f->in++;
	ppp_input(&f->ppp, rd_u16(&r), r, k->now, &f->ob);
	far_settle(k, f);
}

/* Control's part: an address made of the ticket. */
static void
far_control(struct kit *k)
{
	struct mail m = { .op = MAIL_NETWORK, .ticket = k->mail.ticket };
	struct net_conf n;

	if (k->mail.op != MAIL_NET_WANTED)
		return;
	memset(&n, 0, sizeof(n));
	n.my.addr = 0x0a0000fe;
	n.his.addr = 0x0a000000 + k->mail.ticket;
	n.my.bits = n.his.bits = 32;
	mail_put(&m, &n, sizeof(n));
	kit_post(k, &m);
}

void
far_talk(struct kit *k, struct far_peer *f)
{
	struct pkt *b;
	bool some = true;

	for (int i = 0; some && i < 200; i++) {
		kit_run(k);
		some = false;
		while (kit_told(k)) {
			far_control(k);
			some = true;
		}
		while ((b = kit_next(k)) != NULL) {
			far_frame(k, f, b);
			some = true;
		}
	}
}

void
far_up(struct kit *k, struct far_peer *f, const uint8_t *mac,
    struct vlans v, uint16_t sid)
{
	far_new(f, mac, v, sid);
	kit_accept(k, sid, mac, v, sid);
	far_start(k, f);
	far_talk(k, f);
	ATF_REQUIRE(f->ip);
	ATF_REQUIRE(f->ip6);
}
