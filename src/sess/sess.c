/*
 * One peer: PPPoE Discovery (Host only; the concentrator's is stateless and
 * lives in the control thread) below PPP.
 */
#include "sess/sess.h"

#include <stdatomic.h>
#include <string.h>

#include "base/bug.h"

#define PADT_MAX	128
#define LINE_MRU	2048u	/* most octets of a packet on any line */

/* The most that LCP may offer: what Discovery agreed on, if it fits. */
static uint16_t
lower_mru(const struct sess *s, uint16_t max_payload)
{
	uint16_t most = max_payload != 0 ? max_payload : PPPOE_MTU;

	return s->room != 0 && s->room < most ? s->room : most;
}

void
sess_accept(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    uint16_t max_payload, tstamp now, struct outbox *ob)
{
	int from = ob->n;

	s->role = ROLE_AC;
	s->conf = c;
	s->rng = rng;
	s->link = LINK_LCP;
	ppp_init(&s->ppp, c, rng, lower_mru(s, max_payload));
	ppp_up(&s->ppp, now, ob);
	sess_react(s, from, now, ob);
}

void
sess_dial(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    tstamp now, struct outbox *ob)
{
	int from = ob->n;

	BUG_ON(s->host == NULL || s->host_conf == NULL);
	s->role = ROLE_HOST;
	s->conf = c;
	s->rng = rng;
	s->link = LINK_CARRIER;
	ppp_init(&s->ppp, c, rng, PPPOE_MTU);
	host_init(s->host, s->host_conf, rng);
	host_start(s->host, now, ob);
	sess_react(s, from, now, ob);
}

void
sess_line(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    enum ppp_lower lower, tstamp now, struct outbox *ob)
{
	int from = ob->n;

	s->role = ROLE_HOST;
	s->conf = c;
	s->rng = rng;
	s->link = LINK_LCP;
	ppp_init(&s->ppp, c, rng, LINE_MRU);
	ppp_lower(&s->ppp, lower);
	ppp_up(&s->ppp, now, ob);
	sess_react(s, from, now, ob);
}

bool
sess_leaves(const struct sess *s)
{
	return s->bundle != NULL && s->bundle->mp->mp.link[s->mp_at].leaves;
}

void
sess_bundle(struct sess *s, const struct sess *link,
    const struct ppp_conf *c, tstamp now, struct outbox *ob)
{
	const struct lcp *lcp = &link->ppp.lcp;
	struct mp *m = &s->mp->mp;
	int from = ob->n;

	s->role = link->role;
	s->conf = c;
	s->rng = link->rng;
	s->link = LINK_OPEN;
	m->mrru = lcp->mine.mrru;
	m->peer_mrru = lcp->his.mrru;
	m->short_in = lcp->mine.shortseq;
	m->short_out = lcp->his.shortseq;
	if (link->ppp.lower != LOWER_PPPOE)
		m->wait = MP_WAIT_LINE;
	ppp_bundle(&s->ppp, &link->ppp, c, now, ob);
	sess_react(s, from, now, ob);
}

int
sess_disc(struct sess *s, const uint8_t src[ETH_ADDR], struct rd in,
    tstamp now, struct outbox *ob)
{
	int from = ob->n;
	int err = host_input(s->host, src, in, now, ob);

	sess_react(s, from, now, ob);
	return err;
}

static uint64_t
load(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

/* What Link-Quality-Reports tell; octets with the protocol field. */
static void
count_for_lqr(struct sess *s)
{
	const struct sess_count *c = s->count;
	struct lqr_count n = { 0 };
	uint64_t in = load(&c->ip_in) + load(&c->ip6_in) + load(&c->ctl_in);
	uint64_t out = load(&c->ip_out) + load(&c->ip6_out) +
	    load(&c->ctl_out);

	if (!ppp_wants_count(&s->ppp))
		return;
	n.in_packets = (uint32_t)in;
	n.out_packets = (uint32_t)out;
	n.in_octets = (uint32_t)(load(&c->ip_in_oct) +
	    load(&c->ip6_in_oct) + load(&c->ctl_in_oct) + 2 * in -
	    load(&c->pack[PK_SAVED_IN]));
	n.out_octets = (uint32_t)(load(&c->ip_out_oct) +
	    load(&c->ip6_out_oct) + load(&c->ctl_out_oct) + 2 * out -
	    load(&c->pack[PK_SAVED_OUT]));
	ppp_count(&s->ppp, &n);
}

int
sess_input(struct sess *s, uint16_t proto, struct rd in, tstamp now,
    struct outbox *ob)
{
	int from = ob->n;

	if (proto == PROTO_LQR)
		count_for_lqr(s);
	int err = ppp_input(&s->ppp, proto, in, now, ob);

	sess_react(s, from, now, ob);
	return err;
}

void
sess_expire(struct sess *s, tstamp now, struct outbox *ob)
{
	int from = ob->n;

	if (s->host != NULL && host_deadline(s->host) <= now)
		host_expire(s->host, now, ob);
	count_for_lqr(s);
	if (ppp_deadline(&s->ppp) <= now)
		ppp_expire(&s->ppp, now, ob);
	sess_react(s, from, now, ob);
}

tstamp
sess_deadline(const struct sess *s)
{
	tstamp t = ppp_deadline(&s->ppp);

	if (s->mp != NULL)
		t = tstamp_min(t, s->mp->mp.deadline);
	return s->host != NULL ? tstamp_min(t, host_deadline(s->host)) : t;
}

/* The engine's own reason came first: a PADT only follows it. */
static enum why
reason(const struct sess *s, enum why why)
{
	if (s->ppp.why != WHY_NONE)
		return (enum why)s->ppp.why;
	return s->ppp.lcp.fsm.end == FSM_END_PEER ? WHY_PEER_TERM : why;
}

/* The end: PADT when the peer may still think that the session lives. */
static void
finish(struct sess *s, enum why why, bool padt, struct outbox *ob)
{
	if (s->done)
		return;
	s->done = true;
	s->why = (uint8_t)why;
	s->link = LINK_CLOSED;
	s->ip = s->ip6 = false;
	if (!padt || s->key.sid == 0)
		return;
	if (s->host != NULL) {
		host_stop(s->host, why_text(why), ob);
		return;
	}
	struct wr w = outbox_begin(ob, PADT_MAX);

	pppoe_padt(&w, s->key.sid, why_text(why));
	outbox_disc(ob, &w, s->key.mac);
}

void
sess_close(struct sess *s, enum why why, tstamp now, struct outbox *ob)
{
	int from = ob->n;

	if (ppp_phase(&s->ppp) == PHASE_DEAD) {	/* Discovery under way */
		finish(s, why, true, ob);
		return;
	}
	ppp_close(&s->ppp, why, now, ob);
	sess_react(s, from, now, ob);
}

void
sess_down(struct sess *s, enum why why, bool padt, tstamp now,
    struct outbox *ob)
{
	int from = ob->n;

	why = reason(s, why);
	if (ppp_phase(&s->ppp) != PHASE_DEAD)
		ppp_down(&s->ppp, why, now, ob);
	sess_react(s, from, now, ob);
	finish(s, why, padt, ob);
}

/* PADS came: the session has its key and LCP starts. */
static void
carrier(struct sess *s, tstamp now, struct outbox *ob)
{
	memcpy(s->key.mac, s->host->ac_mac, ETH_ADDR);
	s->key.sid = s->host->sid;
	s->link = LINK_LCP;
	ppp_init(&s->ppp, s->conf, s->rng, lower_mru(s, s->host->max_payload));
	ppp_up(&s->ppp, now, ob);
}

static void
phase(struct sess *s, enum ppp_phase ph)
{
	static const uint8_t link_of[] = {
		[PHASE_DEAD] = LINK_CLOSED,
		[PHASE_ESTABLISH] = LINK_LCP,
		[PHASE_AUTHENTICATE] = LINK_AUTH,
		[PHASE_NETWORK] = LINK_OPEN,
		[PHASE_TERMINATE] = LINK_LOGOUT,
	};

	if (!s->done)
		s->link = link_of[ph];
}

/* Nothing goes plain when encryption is required. */
static bool
may_carry(const struct sess *s)
{
	return !s->ppp.must_encrypt || ccp_encrypts(&s->ppp.ccp);
}

static void
ip_up(struct sess *s)
{
	s->ip = may_carry(s);
	s->addr = ppp_his_addr(&s->ppp);
	s->mtu = ppp_mtu(&s->ppp);
	pack_vj(&s->pack, &s->ppp.ipcp);	/* without memory: plain */
}

static void
ip_down(struct sess *s)
{
	s->ip = false;
	pack_vj(&s->pack, NULL);
}

static void
ip6_up(struct sess *s)
{
	const uint8_t *id = ppp_his_ifid(&s->ppp);

	s->ip6 = may_carry(s);
	memcpy(&s->ifid, id, sizeof(s->ifid));
	s->mtu = ppp_mtu(&s->ppp);
}

/* The TUN's MTU follows, see lane_sess.c. */
static void
ccp_changed(struct sess *s, bool up, tstamp now, struct outbox *ob)
{
	bool ok = pack_ccp(&s->pack, up ? &s->ppp.ccp : NULL, &s->ppp.keys);

	s->ip = ppp_ip_up(&s->ppp) && may_carry(s) && !s->done;
	s->ip6 = ppp_ipv6_up(&s->ppp) && may_carry(s) && !s->done;
	s->mtu = ppp_mtu(&s->ppp);
	if (!ok)
		ppp_ccp(&s->ppp, PPP_CCP_SHUT, now, ob);
}

static void
ccp_reset(struct sess *s, bool in)
{
	struct comp *c = s->pack == NULL ? NULL : in ? s->pack->in :
	    s->pack->out;

	if (c != NULL)
		comp_reset(c);
}

/* Discovery says that the session is over: nobody is left to be told. */
static void
lower_down(struct sess *s, enum why why, tstamp now, struct outbox *ob)
{
	why = reason(s, why);
	if (ppp_phase(&s->ppp) != PHASE_DEAD)
		ppp_down(&s->ppp, why, now, ob);
	finish(s, why, false, ob);
}

static void
react_one(struct sess *s, const struct out_item *it, tstamp now,
    struct outbox *ob)
{
	switch (it->event) {
	case PPPOE_EV_UP:
		carrier(s, now, ob);
		break;
	case PPPOE_EV_DOWN:
		lower_down(s, (enum why)it->arg, now, ob);
		break;
	case PPP_EV_PHASE:
		phase(s, (enum ppp_phase)it->arg);
		break;
	case PPP_EV_IPCP_UP:
		ip_up(s);
		break;
	case PPP_EV_IPCP_DOWN:
		ip_down(s);
		break;
	case PPP_EV_IPV6CP_UP:
		ip6_up(s);
		break;
	case PPP_EV_IPV6CP_DOWN:
		s->ip6 = false;
		break;
	case PPP_EV_CCP_UP:
	case PPP_EV_CCP_DOWN:
		ccp_changed(s, it->event == PPP_EV_CCP_UP, now, ob);
		break;
	case PPP_EV_CCP_RESET:
		ccp_reset(s, it->arg != 0);
		break;
	case PPP_EV_FINISHED:
		finish(s, (enum why)it->arg, true, ob);
		break;
	default:
		break;
	}
}

void
sess_react(struct sess *s, int from, tstamp now, struct outbox *ob)
{
	for (int i = from; i < ob->n; i++)
		if (ob->item[i].kind == OUT_EVENT)
			react_one(s, &ob->item[i], now, ob);
}

void
sess_reconf(struct sess *s, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	int from = ob->n;

	s->conf = c;
	ppp_reconf(&s->ppp, c, now, ob);
	sess_react(s, from, now, ob);
}

static void
record_side(const struct lcp_opts *o, uint32_t rejected, struct lcp_side *s)
{
	s->mru = o->mru;
	s->auth_proto = o->auth;
	s->auth_algo = o->algo;
	s->acfcomp = o->acfc;
	s->protocomp = o->pfc;
	s->lqr = o->quality;
	s->accmap = o->accm;
	s->magic = o->magic;
	s->mrru = o->mrru;
	s->shortseq = o->shortseq;
	s->disc_class = o->disc_class;
	s->disc_len = o->disc_len;
	memcpy(s->disc, o->disc, sizeof(s->disc));
	s->rejected = rejected;
}

static void
record_text(char *to, size_t n, const char *from)
{
	size_t len = strnlen(from, n - 1);

	memset(to, 0, n);
	memcpy(to, from, len);
}

void
sess_record(const struct sess *s, struct sess_rec *r)
{
	const struct ppp *p = &s->ppp;

	r->role = s->role;
	r->key = s->key;
	r->phase = p->phase;
	r->link = s->link;
	r->lcp_state = p->lcp.fsm.state;
	r->ipcp_state = p->ipcp.fsm.state;
	r->ipv6cp_state = p->ipv6cp.fsm.state;
	r->ccp_state = p->ccp.fsm.state;
	r->ccp_in = p->ccp.in;
	r->ccp_out = p->ccp.out;
	r->vj_in = p->ipcp.vj_in;
	r->vj_out = p->ipcp.vj_out;
	r->why = s->why;
	record_text(r->name, sizeof(r->name), ppp_peer_name(p));
	if (s->host != NULL)
		record_text(r->ac_name, sizeof(r->ac_name),
		    s->host->ac_name);
	record_side(&p->lcp.mine, p->lcp.rejected, &r->mine);
	record_side(&p->lcp.his, p->lcp.refused, &r->his);
	r->my_addr = s->ip ? ppp_my_addr(p) : 0;
	r->his_addr = s->ip ? ppp_his_addr(p) : 0;
	r->dns[0] = s->ip ? ppp_dns(p, 0) : 0;
	r->dns[1] = s->ip ? ppp_dns(p, 1) : 0;
	memset(r->my_ifid, 0, sizeof(r->my_ifid));
	memset(r->his_ifid, 0, sizeof(r->his_ifid));
	if (s->ip6) {
		memcpy(r->my_ifid, ppp_my_ifid(p), sizeof(r->my_ifid));
		memcpy(r->his_ifid, ppp_his_ifid(p), sizeof(r->his_ifid));
	}
	r->mtu = s->mtu;
	r->bundle = s->bundle != NULL && !sess_leaves(s) ?
	    s->bundle->ticket : 0;
	r->is_bundle = s->mp != NULL;
}
