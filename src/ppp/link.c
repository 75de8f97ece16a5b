/*
 * One PPP link as its owner sees it: packets, time and control's answers go
 * to the engine they are for; what follows from that is in phase.c.
 */
#include "ppp/link.h"

#include <stddef.h>

#include "base/ct.h"
#include "base/err.h"
#include "ppp/phase.h"

static struct turn
turn(const struct ppp *p, tstamp now, struct outbox *ob)
{
	return (struct turn){ .conf = p->conf, .net = &p->net, .rng = p->rng,
	    .ob = ob, .now = now, .lower_mru = p->lower_mru,
	    .lower = p->lower };
}

/* ---- authentication ---- */

/* The query just queued holds the peer's name. */
static void
keep_name(struct ppp *p, const struct turn *t)
{
	const struct out_item *it = &t->ob->item[t->ob->n - 1];
	const uint8_t *q = outbox_data(t->ob, it);

	memcpy(p->name, q + offsetof(struct auth_query, name), PPP_NAME);
	p->name[PPP_NAME - 1] = '\0';
}

static void
auth_did(struct ppp *p, const struct turn *t, enum auth_step step)
{
	switch (step) {
	case AUTH_NOTHING:
		break;
	case AUTH_SELF_OK:
		p->self_due = false;
		phase_proved(p, t);
		break;
	case AUTH_SELF_FAIL:
		phase_close(p, t, WHY_AUTH_US);
		break;
	case AUTH_PEER_QUERY:
		keep_name(p, t);
		p->verdict_due = true;
		p->answer = t->now + PHASE_ANSWER;
		break;
	case AUTH_SELF_SILENT:
	case AUTH_PEER_SILENT:
		phase_close(p, t, WHY_AUTH_SILENT);
		break;
	}
}

static int
auth_packet(struct ppp *p, const struct turn *t, uint16_t proto,
    struct rd in)
{
	enum auth_step step = AUTH_NOTHING;
	int err;

	if (p->phase != PHASE_AUTHENTICATE && p->phase != PHASE_NETWORK)
		return -E_STATE;
	err = auth_input(&p->self, &p->peer, t->conf, t->rng, proto, in,
	    t->now, t->ob, &step);
	auth_did(p, t, step);
	return err;
}

/* ---- packets ---- */

/*
 * A peer asks for IPCP before we know the addresses: its last request waits,
 * because the peer would repeat it only after its Restart timer.
 */
static int
keep_early(struct ppp_early *e, struct rd in)
{
	size_t n = rd_size(&in);

	if (n == 0 || n > sizeof(e->pkt) || *in.p != CODE_CONF_REQ)
		return -E_STATE;
	e->len = (uint8_t)n;
	rd_copy(&in, e->pkt, n);
	return 0;
}

/* The peer was faster: what it says first is worth a Restart timer. */
static int
keep_mp(struct ppp *p, struct rd in)
{
	size_t n = rd_size(&in);
	int i = 0;

	while (i < PPP_EARLIES && p->early[i].len > 0)
		i++;
	if (i == PPP_EARLIES || n == 0 || n > sizeof(p->early[i].pkt))
		return -E_STATE;
	p->early[i].len = (uint8_t)n;
	rd_copy(&in, p->early[i].pkt, n);
	return 0;
}

static int
reject(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	lcp_protocol_reject(&p->lcp, t, proto, in);
	return -E_UNKNOWN;
}

static int
ccp_packet(struct ppp *p, const struct turn *t, struct rd in)
{
	uint32_t any = (t->conf->enabled | t->conf->accepted) & NEG_CCP;

	if (any != 0 && p->network_due)
		return keep_early(&p->early[2], in);
	if (p->ccp.fsm.state <= FSM_STARTING &&
	    ccp_wanted(&p->ccp, any) == 0)
		return reject(p, t, PROTO_CCP, in);
	return ccp_input(&p->ccp, t, in);
}

/* What is packed is taken before it comes here, once that is agreed. */
static int
packed(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	uint32_t any = t->conf->enabled | t->conf->accepted;

	if (proto == PROTO_COMPD ? (any & NEG_CCP) != 0 :
	    ipcp_vj_may(t->net, any))
		return -E_STATE;
	return reject(p, t, proto, in);
}

static int
ncp_packet(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	bool v6 = proto == PROTO_IPV6CP;

	if (!(t->conf->enabled & (v6 ? NEG_IPV6CP : NEG_IPCP)))
		return reject(p, t, proto, in);
	if (p->network_due || p->ncps_due)
		return keep_early(&p->early[v6], in);
	return v6 ? ipv6cp_input(&p->ipv6cp, t, in) :
	    ipcp_input(&p->ipcp, t, in);
}

/* The peer does not know a protocol that we use. */
static void
proto_rejected(struct ppp *p, const struct turn *t)
{
	uint16_t proto = p->lcp.peer_reject;

	p->lcp.peer_reject = 0;
	if (p->joined && proto < PROTO_LINKS && proto != PROTO_MP) {
		p->net_reject = proto;
		return;
	}
	switch (proto) {
	case PROTO_MP:
		if (p->joined)
			phase_close(p, t, WHY_NO_MP);
		break;
	case PROTO_LCP:
		fsm_reject(&p->lcp.fsm, t);
		break;
	case PROTO_IPCP:
		fsm_reject(&p->ipcp.fsm, t);
		break;
	case PROTO_IPV6CP:
		fsm_reject(&p->ipv6cp.fsm, t);
		break;
	case PROTO_CCP:
		fsm_reject(&p->ccp.fsm, t);
		break;
	case PROTO_PAP:
	case PROTO_CHAP:
		if (p->phase == PHASE_AUTHENTICATE)
			phase_close(p, t, WHY_AUTH_NONE);
		break;
	case PROTO_LQR:
		p->lcp.mine.quality = p->lcp.his.quality = false;
		phase_watch(p, t);
		break;
	}
}

static int
lcp_packet(struct ppp *p, const struct turn *t, struct rd in)
{
	int err;

	/* RFC 1990 section 3: a bundle does not negotiate LCP. */
	if (p->bundle && (rd_size(&in) == 0 || *in.p < CODE_CODE_REJ))
		return -E_STATE;
	err = lcp_input(&p->lcp, t, in);
	if (p->lcp.peer_reject != 0)
		proto_rejected(p, t);
	return err;
}

static int
dispatch(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	if (proto == PROTO_LCP)
		return lcp_packet(p, t, in);
	if (p->lcp.fsm.state != FSM_OPENED)	/* RFC 1661 section 3.4 */
		return -E_STATE;
	if (proto == PROTO_PAP || proto == PROTO_CHAP)
		return auth_packet(p, t, proto, in);
	if (proto == PROTO_LQR && ppp_wants_count(p))
		return lqr_input(&p->lqr, &p->lcp, t, in);
	if (p->phase != PHASE_NETWORK || proto == PROTO_IP ||
	    proto == PROTO_IPV6)
		return -E_STATE;
	if (proto == PROTO_MP && p->join_due)
		return keep_mp(p, in);
	if (proto == PROTO_IPCP || proto == PROTO_IPV6CP)
		return ncp_packet(p, t, proto, in);
	if (proto == PROTO_CCP)
		return ccp_packet(p, t, in);
	if (proto == PROTO_COMPD || proto == PROTO_VJC || proto == PROTO_VJU)
		return packed(p, t, proto, in);
	return reject(p, t, proto, in);
}

/* ---- the interface of ppp/ppp.h ---- */

void
ppp_init(struct ppp *p, const struct ppp_conf *c, struct rng *rng,
    uint16_t lower_mru)
{
	memset(p, 0, sizeof(*p));
	p->conf = c;
	p->rng = rng;
	p->lower_mru = lower_mru;
	p->lower = c->pppoe ? LOWER_PPPOE : LOWER_ASYNC;
	p->answer = p->setup = NEVER;
	p->stopped_lcp = p->stopped_ccp = NEVER;
	lcp_init(&p->lcp);
	ipcp_init(&p->ipcp);
	ipv6cp_init(&p->ipv6cp);
	ccp_init(&p->ccp);
	lqr_stop(&p->lqr);
}

void
ppp_lower(struct ppp *p, enum ppp_lower lower)
{
	p->lower = (uint8_t)lower;
}

void
ppp_up(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase != PHASE_DEAD)
		ppp_down(p, WHY_NONE, now, ob);
	p->why = WHY_NONE;
	p->finished = false;
	p->lcp.fsm.passive = p->conf->passive;
	phase_set(p, &t, PHASE_ESTABLISH);
	fsm_open(&p->lcp.fsm, &t);
	fsm_up(&p->lcp.fsm, &t, SEC(p->conf->open_delay));
	phase_settle(p, &t);
}

void
ppp_down(struct ppp *p, enum why why, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	phase_blame(p, why);
	phase_lower(p, &t);
	lcp_init(&p->lcp);
	p->setup = NEVER;
	phase_set(p, &t, PHASE_DEAD);
}

void
ppp_close(struct ppp *p, enum why why, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase == PHASE_DEAD) {
		outbox_event(ob, PPP_EV_FINISHED, why, NULL);
		return;
	}
	phase_close(p, &t, why);
	phase_settle(p, &t);
}

int
ppp_input(struct ppp *p, uint16_t proto, struct rd in, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);
	int err;

	if (p->phase == PHASE_DEAD || p->finished)
		return -E_STATE;
	err = dispatch(p, &t, proto, in);
	if (err == 0)
		ppp_alive(p, now);
	phase_settle(p, &t);
	return err;
}

static void
expire_auth(struct ppp *p, const struct turn *t)
{
	enum auth_step step = AUTH_NOTHING;

	if (auth_deadline(&p->self, &p->peer) > t->now)
		return;
	auth_expire(&p->self, &p->peer, t->conf, t->rng, t->now, t->ob, &step);
	auth_did(p, t, step);
}

static enum why
stall_why(const struct ppp *p)
{
	if (p->phase == PHASE_NETWORK)
		return WHY_NO_NCP;
	if (p->phase == PHASE_AUTHENTICATE)
		return WHY_AUTH_SILENT;
	return p->lcp.fsm.state == FSM_STOPPED ? WHY_LCP_SILENT :
	    WHY_LCP_FAIL;
}

/* Deadlines of the link itself: nobody may keep a session half open. */
static void
expire_link(struct ppp *p, const struct turn *t)
{
	if (p->answer <= t->now) {
		p->answer = NEVER;
		phase_close(p, t, WHY_BUSY);
	}
	if (p->setup <= t->now) {
		p->setup = NEVER;
		phase_close(p, t, stall_why(p));
	}
	if (p->stopped_lcp <= t->now) {
		p->stopped_lcp = NEVER;
		phase_close(p, t, WHY_STOPPED);
	}
	if (p->stopped_ccp <= t->now) {
		p->stopped_ccp = NEVER;
		ccp_shut(&p->ccp, t, false);
	}
}

/* A switch on the way drops what is larger than 1492: do with that. */
static void
expire_probe(struct ppp *p, struct turn *t)
{
	if (!echo_probe_expire(&p->lcp.echo, &p->lcp.fsm, t,
	    lcp_magic(&p->lcp), phase_probe_size(p)))
		return;
	p->lower_mru = t->lower_mru = PHASE_SAFE_MRU;
	outbox_event(t->ob, PPP_EV_MTU_LOST, PHASE_SAFE_MRU, NULL);
	fsm_reopen(&p->lcp.fsm, t);
}

void
ppp_expire(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase == PHASE_DEAD)
		return;
	fsm_expire(&p->lcp.fsm, &t);
	phase_settle(p, &t);
	expire_auth(p, &t);
	fsm_expire(&p->ipcp.fsm, &t);
	fsm_expire(&p->ipv6cp.fsm, &t);
	fsm_expire(&p->ccp.fsm, &t);
	phase_settle(p, &t);
	expire_link(p, &t);
	expire_probe(p, &t);
	phase_settle(p, &t);
	if (echo_expire(&p->lcp.echo, &p->lcp.fsm, &t, lcp_magic(&p->lcp)))
		phase_lose(p, &t, WHY_ECHO);
	if (lqr_expire(&p->lqr, &p->lcp, &t, p->lcp.echo.heard))
		phase_lose(p, &t, WHY_LQR);
	phase_settle(p, &t);
}

tstamp
ppp_deadline(const struct ppp *p)
{
	tstamp d = tstamp_min(p->answer, p->setup);

	d = tstamp_min(d, p->lcp.fsm.deadline);
	d = tstamp_min(d, p->ipcp.fsm.deadline);
	d = tstamp_min(d, p->ipv6cp.fsm.deadline);
	d = tstamp_min(d, p->ccp.fsm.deadline);
	d = tstamp_min(d, p->stopped_lcp);
	d = tstamp_min(d, p->stopped_ccp);
	d = tstamp_min(d, p->lcp.echo.deadline);
	d = tstamp_min(d, p->lcp.echo.sample);
	d = tstamp_min(d, p->lcp.echo.probe);
	d = tstamp_min(d, lqr_deadline(&p->lqr));
	return tstamp_min(d, auth_deadline(&p->self, &p->peer));
}

/* ---- control's answers and wishes ---- */

void
ppp_verdict(struct ppp *p, const struct auth_verdict *v, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (!p->verdict_due || v->run != p->peer.run)
		return;
	p->verdict_due = false;
	p->answer = NEVER;
	auth_peer_verdict(&p->peer, v, now, ob);
	if (v->ok) {
		phase_peer_keys(p, v);
		p->peer_due = false;
		phase_proved(p, &t);
	} else {
		phase_close(p, &t, v->why != WHY_NONE ? (enum why)v->why :
		    WHY_AUTH_PEER);
	}
	phase_settle(p, &t);
}

void
ppp_key(struct ppp *p, const struct auth_key *k, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);
	enum auth_step step;

	if (p->phase != PHASE_AUTHENTICATE && p->phase != PHASE_NETWORK)
		return;
	auth_self_key(&p->self, &p->peer, t.conf, t.rng, k, now, ob, &step);
	auth_did(p, &t, step);
	phase_settle(p, &t);
}

void
ppp_network(struct ppp *p, const struct net_conf *n, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (!p->network_due)
		return;
	p->network_due = false;
	p->answer = NEVER;
	p->net = *n;
	phase_network(p, &t);
	phase_settle(p, &t);
}

void
ppp_joined(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (!p->join_due)
		return;
	p->join_due = false;
	p->joined = true;
	p->answer = NEVER;
	phase_settle(p, &t);
}

void
ppp_bundle(struct ppp *p, const struct ppp *link, const struct ppp_conf *c,
    tstamp now, struct outbox *ob)
{
	uint16_t mrru = link->lcp.his.mrru;

	ppp_init(p, c, link->rng, mrru < LCP_MRRU_MAX ? mrru : LCP_MRRU_MAX);
	p->bundle = true;
	p->lower = link->lower;
	p->keys = link->keys;		/* of the login on its first link */
	p->self.keys = link->self.keys;
	memcpy(p->name, link->name, sizeof(p->name));
	p->lcp.mine = link->lcp.mine;
	p->lcp.his = link->lcp.his;
	p->lcp.mine.mru = link->lcp.mine.mrru;
	p->lcp.his.mru = link->lcp.his.mrru;
	p->lcp.mine.quality = p->lcp.his.quality = false;
	p->lcp.fsm.state = FSM_OPENED;
	struct turn t = turn(p, now, ob);

	phase_enter(p, &t);
	phase_settle(p, &t);
}

void
ppp_net_rejected(struct ppp *p, uint16_t proto, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	p->lcp.peer_reject = proto;
	proto_rejected(p, &t);
	phase_settle(p, &t);
}

void
ppp_ifid_taken(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	ipv6cp_taken(&p->ipv6cp, &t);
	phase_settle(p, &t);
}

void
ppp_renegotiate(struct ppp *p, uint16_t proto, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->lcp.fsm.state != FSM_OPENED)
		return;
	if (proto == PROTO_LCP)
		fsm_reopen(&p->lcp.fsm, &t);
	else if (proto == PROTO_IPCP)
		fsm_reopen(&p->ipcp.fsm, &t);
	else if (proto == PROTO_IPV6CP)
		fsm_reopen(&p->ipv6cp.fsm, &t);
	phase_settle(p, &t);
}

static void
ccp_open(struct ccp *c, const struct turn *t)
{
	c->listen = false;
	c->fsm.passive = false;
	if (c->fsm.state > FSM_STARTING) {
		fsm_reopen(&c->fsm, t);
		return;
	}
	fsm_open(&c->fsm, t);
	fsm_up(&c->fsm, t, 0);
}

void
ppp_ccp(struct ppp *p, enum ppp_ccp_op op, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase != PHASE_NETWORK || p->network_due)
		return;
	if (op == PPP_CCP_OPEN)
		ccp_open(&p->ccp, &t);
	else if (op == PPP_CCP_DOWN)
		phase_ccp_down(p, &t);
	else
		ccp_shut(&p->ccp, &t, op == PPP_CCP_CLOSE);
	phase_settle(p, &t);
}

void
ppp_ccp_lost(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	ccp_lost(&p->ccp, &t);
}

void
ppp_keys_used(struct ppp *p)
{
	ct_wipe(&p->keys, sizeof(p->keys));
	p->ccp.keys = false;
}

void
ppp_reconf(struct ppp *p, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);
	bool echo = c->enabled & NEG_ECHO && !p->lcp.mine.quality;
	bool changed = c->lqr_period != p->conf->lqr_period ||
	    !quality_same(&c->quality, &p->conf->quality);

	p->conf = t.conf = c;
	if (p->lcp.fsm.state != FSM_OPENED || p->bundle)
		return;
	if (changed || echo != (p->lcp.echo.deadline != NEVER))
		echo_start(&p->lcp.echo, &t, echo);
}

void
ppp_ident(struct ppp *p, const void *text, size_t n, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->lcp.fsm.state >= FSM_REQ_SENT)
		lcp_ident_send(&p->lcp, &t, text, n);
}
