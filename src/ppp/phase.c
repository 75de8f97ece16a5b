/*
 * The phases of RFC 1661 section 3.2: what comes up after what, what falls
 * with what, and why. Engines are asked what they did, nothing calls up.
 */
#include "ppp/phase.h"

#include "base/ct.h"

#define SETUP_WAIT	SEC(120)	/* first request to a network */

void
phase_set(struct ppp *p, const struct turn *t, enum ppp_phase ph)
{
	if (p->phase == ph)
		return;
	p->phase = (uint8_t)ph;
	outbox_event(t->ob, PPP_EV_PHASE, ph, NULL);
}

void
phase_blame(struct ppp *p, enum why why)
{
	if (p->why == WHY_NONE)
		p->why = (uint8_t)why;
}

/* ---- going down ---- */

/* Identifiers go on, so that late answers match nothing. */
static void
auth_stop(struct ppp *p)
{
	ct_wipe(&p->self.keys, sizeof(p->self.keys));
	p->self = (struct auth_self){ .id = p->self.id };
	p->peer = (struct auth_peer){ .id = p->peer.id,
	    .run = p->peer.run + 1 };
	memset(p->name, 0, sizeof(p->name));
	ct_wipe(&p->keys, sizeof(p->keys));
	p->self_due = p->peer_due = false;
	p->verdict_due = p->network_due = false;
	p->join_due = p->joined = false;
	p->answer = NEVER;
}

void
phase_ccp_down(struct ppp *p, const struct turn *t)
{
	if (p->ccp.fsm.state == FSM_OPENED)
		outbox_event(t->ob, PPP_EV_CCP_DOWN, 0, NULL);
	ccp_again(&p->ccp);
}

static void
ncps_down(struct ppp *p, const struct turn *t)
{
	if (p->ipcp.fsm.state == FSM_OPENED)
		outbox_event(t->ob, PPP_EV_IPCP_DOWN, 0, NULL);
	if (p->ipv6cp.fsm.state == FSM_OPENED)
		outbox_event(t->ob, PPP_EV_IPV6CP_DOWN, 0, NULL);
	for (int i = 0; i < PPP_EARLIES; i++)
		p->early[i].len = 0;
	p->ncps_due = p->must_encrypt = false;
	phase_ccp_down(p, t);
	ipcp_again(&p->ipcp);
	ipv6cp_again(&p->ipv6cp);
}

void
phase_lower(struct ppp *p, const struct turn *t)
{
	echo_stop(&p->lcp.echo);
	lqr_stop(&p->lqr);
	ncps_down(p, t);
	auth_stop(p);
}

static void
finish(struct ppp *p, const struct turn *t)
{
	if (p->finished)
		return;
	p->finished = true;
	p->setup = NEVER;
	phase_set(p, t, PHASE_TERMINATE);
	outbox_event(t->ob, PPP_EV_FINISHED, p->why, NULL);
}

/* LCP's own words for why it gave up. */
static enum why
lcp_why(const struct lcp *l)
{
	if (l->why != WHY_NONE)
		return l->why;
	switch ((enum fsm_end)l->fsm.end) {
	case FSM_END_SILENT:
		return WHY_LCP_SILENT;
	case FSM_END_PEER:
		return WHY_PEER_TERM;
	case FSM_END_REJECTED:
		return WHY_LCP_REJECT;
	case FSM_END_LIMIT:
		return WHY_LCP_FAIL;
	case FSM_END_NONE:
	case FSM_END_CLOSED:
		break;
	}
	return WHY_ADMIN;
}

void
phase_lose(struct ppp *p, const struct turn *t, enum why why)
{
	phase_blame(p, why);
	if (p->lcp.fsm.state == FSM_OPENED)
		fsm_send(&p->lcp.fsm, t, CODE_TERM_REQ, ++p->lcp.fsm.id,
		    NULL, 0);
	phase_lower(p, t);
	lcp_init(&p->lcp);
	finish(p, t);
}

void
phase_close(struct ppp *p, const struct turn *t, enum why why)
{
	phase_blame(p, why);
	if (p->bundle) {		/* its links say goodbye */
		phase_lower(p, t);
		finish(p, t);
		return;
	}
	fsm_close(&p->lcp.fsm, t);
	if (!fsm_is_alive(&p->lcp.fsm))
		finish(p, t);
}

/* ---- coming up ---- */

void
phase_enter(struct ppp *p, const struct turn *t)
{
	phase_set(p, t, PHASE_NETWORK);
	if (ppp_multilink(p) && !p->bundle) {
		p->join_due = true;
		p->answer = t->now + PHASE_ANSWER;
		outbox_event(t->ob, PPP_EV_JOIN, 0, NULL);
		return;
	}
	p->network_due = true;
	p->answer = t->now + PHASE_ANSWER;
	outbox_event(t->ob, PPP_EV_NETWORK, 0, NULL);
}

void
phase_watch(struct ppp *p, const struct turn *t)
{
	lqr_start(&p->lqr, &p->lcp, t);
	echo_start(&p->lcp.echo, t, t->conf->enabled & NEG_ECHO &&
	    !p->lcp.mine.quality);
}

uint16_t
phase_probe_size(const struct ppp *p)
{
	uint16_t mtu = ppp_mtu(p);

	return mtu < p->lcp.mine.mru ? mtu : p->lcp.mine.mru;
}

static void
start_auth(struct ppp *p, const struct turn *t)
{
	const struct lcp_opts *mine = &p->lcp.mine, *his = &p->lcp.his;

	phase_set(p, t, PHASE_AUTHENTICATE);
	p->peer_due = mine->auth != 0;
	p->self_due = his->auth != 0;
	if (p->peer_due)
		auth_peer_start(&p->peer, t->conf, mine->auth, mine->algo,
		    t->rng, t->now, t->ob);
	if (p->self_due)
		auth_self_start(&p->self, t->conf, his->auth, his->algo,
		    t->now, t->ob);
}

static void
lcp_up(struct ppp *p, const struct turn *t)
{
	outbox_event(t->ob, PPP_EV_LCP_UP, 0, NULL);
	phase_watch(p, t);
	lcp_ident(&p->lcp, t);
	if (t->lower == LOWER_PPPOE && phase_probe_size(p) > PHASE_SAFE_MRU)
		echo_probe(&p->lcp.echo, &p->lcp.fsm, t, lcp_magic(&p->lcp),
		    phase_probe_size(p));
	if (p->lcp.mine.auth == 0 && t->conf->enabled & NEG_AUTH)
		phase_close(p, t, WHY_AUTH_NONE);
	else if (p->lcp.mine.auth == 0 && p->lcp.his.auth == 0)
		phase_enter(p, t);
	else
		start_auth(p, t);
}

static void
lcp_down(struct ppp *p, const struct turn *t)
{
	bool ending = p->lcp.fsm.state == FSM_CLOSING ||
	    p->lcp.fsm.state == FSM_STOPPING;

	phase_lower(p, t);
	phase_set(p, t, ending ? PHASE_TERMINATE : PHASE_ESTABLISH);
}

void
phase_proved(struct ppp *p, const struct turn *t)
{
	if (p->phase == PHASE_AUTHENTICATE && !p->self_due && !p->peer_due)
		phase_enter(p, t);
}

/* ---- encryption ---- */

void
phase_peer_keys(struct ppp *p, const struct auth_verdict *v)
{
	if (v->mppe_len != MPPE_KEY)
		return;
	p->keys.len = MPPE_KEY;
	memcpy(p->keys.send, v->mppe_send, MPPE_KEY);
	memcpy(p->keys.recv, v->mppe_recv, MPPE_KEY);
}

/* After logins in both directions nobody knows whose keys are meant. */
static void
gather_keys(struct ppp *p)
{
	if (p->self.keys.len != 0 && p->keys.len == 0)
		p->keys = p->self.keys;
	else if (p->self.keys.len != 0)
		ct_wipe(&p->keys, sizeof(p->keys));
	ct_wipe(&p->self.keys, sizeof(p->self.keys));
	p->ccp.keys = p->keys.len != 0;
}

static void
start_ncp(struct fsm *f, const struct turn *t)
{
	fsm_open(f, t);
	fsm_up(f, t, 0);
}

/* The peer's first requests, which came before we could look at them. */
static void
replay(struct ppp *p, const struct turn *t)
{
	struct ppp_early *v4 = &p->early[0], *v6 = &p->early[1];

	if (v4->len > 0)
		ipcp_input(&p->ipcp, t, rd_of(v4->pkt, v4->len));
	if (v6->len > 0)
		ipv6cp_input(&p->ipv6cp, t, rd_of(v6->pkt, v6->len));
	v4->len = v6->len = 0;
}

static void
start_ncps(struct ppp *p, const struct turn *t)
{
	p->ncps_due = false;
	if (t->conf->enabled & NEG_IPCP)
		start_ncp(&p->ipcp.fsm, t);
	if (t->conf->enabled & NEG_IPV6CP)
		start_ncp(&p->ipv6cp.fsm, t);
	if (!(t->conf->enabled & (NEG_IPCP | NEG_IPV6CP)))
		phase_close(p, t, WHY_NO_NCP);
	replay(p, t);
}

void
phase_network(struct ppp *p, const struct turn *t)
{
	struct ppp_early *e = &p->early[2];

	gather_keys(p);
	p->must_encrypt = t->conf->mppe.required;
	if (p->must_encrypt && !p->ccp.keys) {
		phase_close(p, t, WHY_NO_KEYS);
		return;
	}
	p->ncps_due = p->must_encrypt;
	if (!p->ncps_due)
		start_ncps(p, t);
	ccp_start(&p->ccp, t);
	if (e->len > 0)
		ccp_input(&p->ccp, t, rd_of(e->pkt, e->len));
	e->len = 0;
}

/*
 * Nothing goes unencrypted. Keys that were used cannot serve again: a login
 * gives new ones.
 */
static void
require_mppe(struct ppp *p, const struct turn *t, unsigned did)
{
	uint8_t state = p->ccp.fsm.state;

	if (p->phase != PHASE_NETWORK || p->network_due)
		return;
	if (ccp_encrypts(&p->ccp)) {
		if (p->ncps_due)
			start_ncps(p, t);
	} else if (did & TLD && !p->ccp.keys && p->bundle) {
		phase_close(p, t, WHY_NO_MPPE);
	} else if (did & TLD && !p->ccp.keys && state >= FSM_REQ_SENT) {
		fsm_reopen(&p->lcp.fsm, t);
	} else if (state < FSM_REQ_SENT || state == FSM_OPENED) {
		phase_close(p, t, WHY_NO_MPPE);
	}
}

/* ---- what the engines did ---- */

static void
ccp_did(struct ppp *p, const struct turn *t)
{
	unsigned did = fsm_take(&p->ccp.fsm);

	if (did & TLD)
		outbox_event(t->ob, PPP_EV_CCP_DOWN, 0, NULL);
	if (did & TLU)
		outbox_event(t->ob, PPP_EV_CCP_UP, 0, NULL);
	if (p->must_encrypt)
		require_mppe(p, t, did);
	ccp_settle(&p->ccp, t);
	fsm_take(&p->ccp.fsm);		/* to be open again is no news */
}

static void
lcp_settle(struct ppp *p, const struct turn *t)
{
	unsigned did;

	while ((did = fsm_take(&p->lcp.fsm)) != 0) {
		if (did & TLD)
			lcp_down(p, t);
		if (did & TLU)
			lcp_up(p, t);
		if (did & TLF && !fsm_is_alive(&p->lcp.fsm)) {
			phase_blame(p, lcp_why(&p->lcp));
			finish(p, t);
		}
	}
}

static unsigned
ncp_settle(struct fsm *f, const struct turn *t, enum ppp_event up,
    enum ppp_event down)
{
	unsigned did = fsm_take(f);

	if (did & TLD)
		outbox_event(t->ob, (uint16_t)down, 0, NULL);
	if (did & TLU)
		outbox_event(t->ob, (uint16_t)up, 0, NULL);
	return did;
}

/* An NCP ends alone; the link ends with the last one. */
static void
ncps_settle(struct ppp *p, const struct turn *t)
{
	unsigned did;

	did = ncp_settle(&p->ipcp.fsm, t, PPP_EV_IPCP_UP, PPP_EV_IPCP_DOWN);
	did |= ncp_settle(&p->ipv6cp.fsm, t, PPP_EV_IPV6CP_UP,
	    PPP_EV_IPV6CP_DOWN);
	if (did & TLF && !fsm_is_alive(&p->ipcp.fsm) &&
	    !fsm_is_alive(&p->ipv6cp.fsm) && p->phase == PHASE_NETWORK)
		phase_close(p, t, WHY_NO_NCP);
}

/* On PPPoE the peer is there, so that even a passive side may not wait. */
static bool
may_stall(const struct ppp *p)
{
	if (p->finished || p->phase == PHASE_DEAD)
		return false;
	return p->lcp.fsm.state >= FSM_REQ_SENT ||
	    (p->lcp.fsm.state == FSM_STOPPED &&
	    p->lower == LOWER_PPPOE);
}

/* `set stopped`: @f may wait for the peer so long. */
static void
watch_stopped(const struct fsm *f, const struct turn *t, uint16_t secs,
    tstamp *deadline)
{
	if (f->state != FSM_STOPPED || secs == 0)
		*deadline = NEVER;
	else if (*deadline == NEVER)
		*deadline = t->now + SEC(secs);
}

void
phase_settle(struct ppp *p, const struct turn *t)
{
	lcp_settle(p, t);
	ccp_did(p, t);
	ncps_settle(p, t);
	lcp_settle(p, t);
	if (ppp_ip_up(p) || ppp_ipv6_up(p) || p->joined)
		p->setup = NEVER;
	else if (p->setup == NEVER && may_stall(p))
		p->setup = t->now + SETUP_WAIT;
	watch_stopped(&p->lcp.fsm, t, p->finished ? 0 :
	    t->conf->stopped_lcp, &p->stopped_lcp);
	watch_stopped(&p->ccp.fsm, t, t->conf->stopped_ccp, &p->stopped_ccp);
}
