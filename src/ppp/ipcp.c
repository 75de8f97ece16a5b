/*
 * IPCP: one row per option. Our address may be any that keeps the leading
 * bits of net_conf's `my`; the peer's likewise with `his`. What does not fit
 * is Nak'd until the automaton gives up.
 */
#include "ppp/ipcp.h"

#include <stddef.h>

#include "base/err.h"
#include "ppp/ppp.h"

#define WANT_ADDR	0x01
#define WANT_DNS(i)	(0x02 << (i))
#define HINTS_MAX	2	/* times we ask the peer to name its address */

static struct ipcp *
ipcp_of(struct fsm *f)
{
	return (struct ipcp *)f;
}

static const struct ipcp *
ipcp_const(const struct fsm *f)
{
	return (const struct ipcp *)f;
}

/* An address that one host can have: not 0/8, 127/8, 224/4 and above. */
static bool
is_host(uint32_t a)
{
	return a >> 24 != 0 && a >> 24 != 127 && a < 0xe0000000;
}

static bool
fits(const struct ip4_want *want, uint32_t a)
{
	uint32_t mask = want->bits == 0 ? 0 : UINT32_MAX << (32 - want->bits);

	return is_host(a) && ((a ^ want->addr) & mask) == 0;
}

/* ---- IP-Address, RFC 1332 section 3.3 ---- */

static bool
addr_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u32(w, ipcp_const(f)->my);
	return ipcp_const(f)->want & WANT_ADDR;
}

static enum verdict
addr_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	uint32_t a = rd_u32(&val);

	if (fits(&t->net->his, a)) {
		ipcp_of(f)->his_draft = a;
		return V_ACK;
	}
	if (t->net->his.addr == 0)	/* nothing that we could suggest */
		return V_REJ;
	wr_u32(nak, t->net->his.addr);
	return V_NAK;
}

/* A suggestion of 0.0.0.0 says nothing; one outside our range is the end. */
static void
addr_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	uint32_t a = rd_u32(&val);

	if (!was || a == 0)
		return;
	if (fits(&t->net->my, a))
		ipcp_of(f)->my = a;
	else
		f->give_up = true;
}

/* The peer will not speak of it: we need an address of our own. */
static void
addr_rejected(struct fsm *f, const struct turn *t)
{
	struct ipcp *c = ipcp_of(f);

	c->want &= (uint8_t)~WANT_ADDR;
	c->my = t->net->my.addr;
	if (!is_host(c->my))
		f->give_up = true;
}

/* ---- IP-Compression-Protocol, RFC 1332 section 4 ---- */

bool
ipcp_vj_may(const struct net_conf *n, uint32_t bits)
{
	return n->vj == VJ_CONF ? (bits & NEG_VJCOMP) != 0 : n->vj == VJ_YES;
}

static bool
vj_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	const struct ipcp_vj *vj = &ipcp_const(f)->vj_in;

	(void)t;
	wr_u16(w, PROTO_VJC);
	wr_u8(w, (uint8_t)(vj->slots - 1));
	wr_u8(w, vj->slotcomp);
	return vj->slots != 0;
}

static enum verdict
vj_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	struct ipcp_vj *vj = &ipcp_of(f)->vj_draft;
	uint16_t proto = rd_u16(&val);
	unsigned slots = rd_u8(&val) + 1u;

	(void)nak;
	if (!ipcp_vj_may(t->net, t->conf->accepted) || proto != PROTO_VJC)
		return V_REJ;
	vj->slots = (uint8_t)(slots < VJ_SLOTS_MAX ? slots : VJ_SLOTS_MAX);
	vj->slotcomp = rd_u8(&val) != 0;
	return V_ACK;
}

/* Fewer slots, or always with the slot, if the peer likes that better. */
static void
vj_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	struct ipcp_vj *vj = &ipcp_of(f)->vj_in;
	uint16_t proto = rd_u16(&val);
	unsigned slots = rd_u8(&val) + 1u;

	(void)t;
	if (!was)
		return;
	if (proto != PROTO_VJC || slots > vj->slots) {
		*vj = (struct ipcp_vj){ 0 };
		return;
	}
	vj->slots = (uint8_t)slots;
	vj->slotcomp = vj->slotcomp && rd_u8(&val) != 0;
}

static void
vj_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	ipcp_of(f)->vj_in = (struct ipcp_vj){ 0 };
}

/* ---- Name servers, RFC 1877 ---- */

static bool
dns_offer(const struct fsm *f, int i, struct wr *w)
{
	wr_u32(w, ipcp_const(f)->dns[i]);
	return ipcp_const(f)->want & WANT_DNS(i);
}

static bool
dns1_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	return dns_offer(f, 0, w);
}

static bool
dns2_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	return dns_offer(f, 1, w);
}

/* @ours: the server that the peer may use; 0: we know none. */
static enum verdict
server_check(uint32_t ours, struct rd val, struct wr *nak)
{
	if (ours == 0)
		return V_REJ;
	if (rd_u32(&val) == ours)
		return V_ACK;
	wr_u32(nak, ours);
	return V_NAK;
}

static enum verdict
dns1_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	(void)f;
	return server_check(t->conf->accepted & NEG_DNS ? t->net->dns[0] : 0,
	    val, nak);
}

static enum verdict
dns2_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	(void)f;
	return server_check(t->conf->accepted & NEG_DNS ? t->net->dns[1] : 0,
	    val, nak);
}

static enum verdict
nbns1_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	(void)f;
	return server_check(t->net->nbns[0], val, nak);
}

static enum verdict
nbns2_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	(void)f;
	return server_check(t->net->nbns[1], val, nak);
}

static void
dns_drop(struct fsm *f, int i)
{
	ipcp_of(f)->want &= (uint8_t)~WANT_DNS(i);
	ipcp_of(f)->dns[i] = 0;
}

/* A peer that suggests 0.0.0.0 has none: asking on would never end. */
static void
dns_naked(struct fsm *f, int i, struct rd val, bool was)
{
	uint32_t a = rd_u32(&val);

	if (was && is_host(a))
		ipcp_of(f)->dns[i] = a;
	else if (was)
		dns_drop(f, i);
}

static void
dns1_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	(void)t;
	dns_naked(f, 0, val, was);
}

static void
dns2_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	(void)t;
	dns_naked(f, 1, val, was);
}

static void
dns1_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	dns_drop(f, 0);
}

static void
dns2_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	dns_drop(f, 1);
}

static const struct opt_row rows[] = {	/* in the order of our request */
	{ IPCP_ADDR, 4, 4, SHOW_IP, "IP-Address",
	  addr_offer, addr_check, addr_naked, addr_rejected },
	{ IPCP_COMPRESSION, 4, 4, SHOW_HEX, "IP-Compression-Protocol",
	  vj_offer, vj_check, vj_naked, vj_rejected },
	{ IPCP_DNS1, 4, 4, SHOW_IP, "Primary-DNS",
	  dns1_offer, dns1_check, dns1_naked, dns1_rejected },
	{ IPCP_DNS2, 4, 4, SHOW_IP, "Secondary-DNS",
	  dns2_offer, dns2_check, dns2_naked, dns2_rejected },
	{ IPCP_NBNS1, 4, 4, SHOW_IP, "Primary-NBNS", 0, nbns1_check, 0, 0 },
	{ IPCP_NBNS2, 4, 4, SHOW_IP, "Secondary-NBNS", 0, nbns2_check, 0, 0 },
	{ IPCP_ADDRS, 8, 8, SHOW_HEX, "IP-Addresses", 0, 0, 0, 0 },
	{ IPCP_MOBILE, 4, 4, SHOW_IP, "Mobile-IPv4", 0, 0, 0, 0 },
};

const struct opt_table ipcp_table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- both sides at once ---- */

static void
ipcp_reset(struct fsm *f, const struct turn *t)
{
	struct ipcp *c = ipcp_of(f);

	c->my = t->net->has_trigger ? t->net->trigger : t->net->my.addr;
	c->dns[0] = c->dns[1] = 0;
	c->want = WANT_ADDR;
	c->vj_in = (struct ipcp_vj){ 0 };
	if (ipcp_vj_may(t->net, t->conf->enabled))
		c->vj_in = (struct ipcp_vj){ t->conf->vj_slots,
		    t->conf->vj_slotcomp };
	c->hints = 0;
	for (int i = 0; i < 2 && t->conf->enabled & NEG_DNS; i++) {
		c->dns[i] = t->net->dns[i];
		c->want |= (uint8_t)WANT_DNS(i);
	}
}

static void
ipcp_request(const struct fsm *f, const struct turn *t, struct wr *w)
{
	opt_request(&ipcp_table, f, t, w);
}

/* A peer that names no address is asked to take the one we have for it. */
static bool
addr_hint(struct ipcp *c, const struct turn *t, uint32_t seen, struct wr *nak)
{
	uint32_t a = t->net->his.addr;
	uint8_t val[4] = { (uint8_t)(a >> 24), (uint8_t)(a >> 16),
	    (uint8_t)(a >> 8), (uint8_t)a };

	if (seen & 1u << (opt_row(&ipcp_table, IPCP_ADDR) - rows) || a == 0 ||
	    c->hints >= HINTS_MAX)
		return false;
	c->hints++;
	opt_put(nak, IPCP_ADDR, val, sizeof(val));
	return true;
}

static int
ipcp_judge(struct fsm *f, const struct turn *t, struct rd opts,
    struct wr *out)
{
	struct ipcp *c = ipcp_of(f);
	struct ipcp_vj vj_was = c->vj_draft;
	uint32_t seen, was = c->his_draft;
	int v;

	c->his_draft = t->net->his.addr;
	c->vj_draft = (struct ipcp_vj){ 0 };
	v = opt_judge(&ipcp_table, f, t, opts, out, &seen);
	if (v < 0) {
		c->his_draft = was;
		c->vj_draft = vj_was;
	}
	if ((v == V_ACK || v == V_NAK) && addr_hint(c, t, seen, out))
		v = V_NAK;
	return v;
}

static void
ipcp_commit(struct fsm *f, const struct turn *t)
{
	(void)t;
	ipcp_of(f)->his = ipcp_of(f)->his_draft;
	ipcp_of(f)->vj_out = ipcp_of(f)->vj_draft;
}

/* A trigger such as 0.0.0.0 may be acknowledged by a peer that gives none. */
static bool
ipcp_acked(struct fsm *f, const struct turn *t)
{
	struct ipcp *c = ipcp_of(f);

	if (!(c->want & WANT_ADDR) || is_host(c->my))
		return true;
	c->my = t->net->my.addr;
	if (!is_host(c->my))
		f->give_up = true;
	return false;
}

static int
ipcp_naked(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_naked(&ipcp_table, f, t, opts);
}

static int
ipcp_rejected(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_rejected(&ipcp_table, f, t, opts);
}

static const struct fsm_ops ipcp_ops = {
	.proto = PROTO_IPCP,
	.retry = offsetof(struct ppp_conf, ipcp),
	.reset = ipcp_reset,
	.request = ipcp_request,
	.judge = ipcp_judge,
	.commit = ipcp_commit,
	.acked = ipcp_acked,
	.naked = ipcp_naked,
	.rejected = ipcp_rejected,
};

void
ipcp_init(struct ipcp *c)
{
	memset(c, 0, sizeof(*c));
	fsm_init(&c->fsm, &ipcp_ops);
}

void
ipcp_again(struct ipcp *c)
{
	fsm_again(&c->fsm);
	c->my = c->his = c->his_draft = 0;
	c->dns[0] = c->dns[1] = 0;
	c->vj_in = c->vj_out = c->vj_draft = (struct ipcp_vj){ 0 };
}

int
ipcp_input(struct ipcp *c, const struct turn *t, struct rd in)
{
	return fsm_input(&c->fsm, t, in);
}
