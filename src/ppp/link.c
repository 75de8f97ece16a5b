/*
 * One PPP link: the phases of RFC 1661 section 3.2. LCP carries the link,
 * authentication goes both ways before the Network phase, the NCPs come and
 * go alone. Each engine is asked what it did (settle), nothing calls up.
 */
#include "ppp/link.h"

#include "base/err.h"

#define ANSWER_WAIT	SEC(30)		/* for control's answers */
#define SETUP_WAIT	SEC(120)	/* from the first request to a network */

static struct turn
turn(const struct ppp *p, tstamp now, struct outbox *ob)
{
	return (struct turn){ .conf = p->conf, .net = &p->net, .rng = p->rng,
	    .ob = ob, .now = now, .lower_mru = p->lower_mru };
}

static void
set_phase(struct ppp *p, const struct turn *t, enum ppp_phase ph)
{
	if (p->phase == ph)
		return;
	p->phase = (uint8_t)ph;
	outbox_event(t->ob, PPP_EV_PHASE, ph, NULL);
}

static void
blame(struct ppp *p, enum why why)
{
	if (p->why == WHY_NONE)
		p->why = (uint8_t)why;
}

/* ---- going down ---- */

/* Identifiers go on, so that late answers match nothing. */
static void
auth_stop(struct ppp *p)
{
	p->self = (struct auth_self){ .id = p->self.id };
	p->peer = (struct auth_peer){ .id = p->peer.id };
	memset(p->name, 0, sizeof(p->name));
	p->self_due = p->peer_due = false;
	p->verdict_due = p->network_due = false;
	p->answer = NEVER;
}

static void
ncps_down(struct ppp *p, const struct turn *t)
{
	if (p->ipcp.fsm.state == FSM_OPENED)
		outbox_event(t->ob, PPP_EV_IPCP_DOWN, 0, NULL);
	if (p->ipv6cp.fsm.state == FSM_OPENED)
		outbox_event(t->ob, PPP_EV_IPV6CP_DOWN, 0, NULL);
	p->early[0].len = p->early[1].len = 0;
	ipcp_again(&p->ipcp);
	ipv6cp_again(&p->ipv6cp);
}

/* LCP is not Opened any more: all that stood on it falls. */
static void
lower_all(struct ppp *p, const struct turn *t)
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
	set_phase(p, t, PHASE_TERMINATE);
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

/* The peer is gone without a word: no use in telling it anything. */
static void
lose(struct ppp *p, const struct turn *t, enum why why)
{
	blame(p, why);
	lower_all(p, t);
	lcp_init(&p->lcp);
	finish(p, t);
}

static void
close_lcp(struct ppp *p, const struct turn *t, enum why why)
{
	blame(p, why);
	fsm_close(&p->lcp.fsm, t);
	if (!fsm_is_alive(&p->lcp.fsm))
		finish(p, t);
}

/* ---- coming up ---- */

static void
enter_network(struct ppp *p, const struct turn *t)
{
	set_phase(p, t, PHASE_NETWORK);
	p->network_due = true;
	p->answer = t->now + ANSWER_WAIT;
	outbox_event(t->ob, PPP_EV_NETWORK, 0, NULL);
}

static void
start_watch(struct ppp *p, const struct turn *t)
{
	lqr_start(&p->lqr, &p->lcp, t);
	if (t->conf->enabled & NEG_ECHO && !p->lcp.mine.quality)
		echo_start(&p->lcp.echo, t);
	else
		echo_stop(&p->lcp.echo);
	p->lcp.echo.heard = t->now;
}

static void
start_auth(struct ppp *p, const struct turn *t)
{
	const struct lcp_opts *mine = &p->lcp.mine, *his = &p->lcp.his;

	set_phase(p, t, PHASE_AUTHENTICATE);
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
	start_watch(p, t);
	lcp_ident(&p->lcp, t);
	if (p->lcp.mine.auth == 0 && t->conf->enabled & NEG_AUTH)
		close_lcp(p, t, WHY_AUTH_NONE);
	else if (p->lcp.mine.auth == 0 && p->lcp.his.auth == 0)
		enter_network(p, t);
	else
		start_auth(p, t);
}

static void
lcp_down(struct ppp *p, const struct turn *t)
{
	bool ending = p->lcp.fsm.state == FSM_CLOSING ||
	    p->lcp.fsm.state == FSM_STOPPING;

	lower_all(p, t);
	set_phase(p, t, ending ? PHASE_TERMINATE : PHASE_ESTABLISH);
}

static void
auth_took(struct ppp *p, const struct turn *t)
{
	if (p->phase == PHASE_AUTHENTICATE && !p->self_due && !p->peer_due)
		enter_network(p, t);
}

/* ---- what the engines did ---- */

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
			blame(p, lcp_why(&p->lcp));
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
		close_lcp(p, t, WHY_NO_NCP);
}

/* On PPPoE the peer is there, so that even a passive side may not wait. */
static bool
may_stall(const struct ppp *p)
{
	if (p->finished || p->phase == PHASE_DEAD)
		return false;
	return p->lcp.fsm.state >= FSM_REQ_SENT ||
	    (p->lcp.fsm.state == FSM_STOPPED && p->conf->pppoe);
}

static void
settle(struct ppp *p, const struct turn *t)
{
	lcp_settle(p, t);
	ncps_settle(p, t);
	lcp_settle(p, t);
	if (ppp_ip_up(p) || ppp_ipv6_up(p))
		p->setup = NEVER;
	else if (p->setup == NEVER && may_stall(p))
		p->setup = t->now + SETUP_WAIT;
}

/* ---- authentication ---- */

/* The query just queued holds the peer's name. */
static void
keep_name(struct ppp *p, const struct turn *t)
{
	const struct out_item *it = &t->ob->item[t->ob->n - 1];
	struct auth_query q;
	size_t n;

	if (t->ob->n == 0 || it->kind != OUT_EVENT ||
	    it->event != PPP_EV_AUTH_QUERY || it->len != sizeof(q))
		return;
	memcpy(&q, outbox_data(t->ob, it), sizeof(q));
	n = strnlen(q.name, PPP_NAME - 1);
	memcpy(p->name, q.name, n);
	p->name[n] = '\0';
	memset(&q, 0, sizeof(q));
}

static void
auth_did(struct ppp *p, const struct turn *t, enum auth_step step)
{
	switch (step) {
	case AUTH_NOTHING:
		break;
	case AUTH_SELF_OK:
		p->self_due = false;
		auth_took(p, t);
		break;
	case AUTH_SELF_FAIL:
		close_lcp(p, t, WHY_AUTH_US);
		break;
	case AUTH_PEER_QUERY:
		keep_name(p, t);
		p->verdict_due = true;
		p->answer = t->now + ANSWER_WAIT;
		break;
	case AUTH_SELF_SILENT:
	case AUTH_PEER_SILENT:
		close_lcp(p, t, WHY_AUTH_SILENT);
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

static void
start_ncp(struct fsm *f, const struct turn *t)
{
	fsm_open(f, t);
	fsm_up(f, t, 0);
}

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

static int
reject(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	lcp_protocol_reject(&p->lcp, t, proto, in);
	return -E_UNKNOWN;
}

static int
ncp_packet(struct ppp *p, const struct turn *t, uint16_t proto, struct rd in)
{
	bool v6 = proto == PROTO_IPV6CP;

	if (!(t->conf->enabled & (v6 ? NEG_IPV6CP : NEG_IPCP)))
		return reject(p, t, proto, in);
	if (p->network_due)
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
	switch (proto) {
	case PROTO_LCP:
		fsm_reject(&p->lcp.fsm, t);
		break;
	case PROTO_IPCP:
		fsm_reject(&p->ipcp.fsm, t);
		break;
	case PROTO_IPV6CP:
		fsm_reject(&p->ipv6cp.fsm, t);
		break;
	case PROTO_PAP:
	case PROTO_CHAP:
		if (p->phase == PHASE_AUTHENTICATE)
			close_lcp(p, t, WHY_AUTH_NONE);
		break;
	case PROTO_LQR:
		p->lcp.mine.quality = p->lcp.his.quality = false;
		start_watch(p, t);
		break;
	}
}

static int
lcp_packet(struct ppp *p, const struct turn *t, struct rd in)
{
	int err = lcp_input(&p->lcp, t, in);

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
	if (proto == PROTO_IPCP || proto == PROTO_IPV6CP)
		return ncp_packet(p, t, proto, in);
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
	p->answer = p->setup = NEVER;
	lcp_init(&p->lcp);
	ipcp_init(&p->ipcp);
	ipv6cp_init(&p->ipv6cp);
	lqr_stop(&p->lqr);
}

void
ppp_up(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	p->why = WHY_NONE;
	p->finished = false;
	p->lcp.fsm.passive = p->conf->passive;
	set_phase(p, &t, PHASE_ESTABLISH);
	fsm_open(&p->lcp.fsm, &t);
	fsm_up(&p->lcp.fsm, &t, SEC(p->conf->open_delay));
	settle(p, &t);
}

void
ppp_down(struct ppp *p, enum why why, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	blame(p, why);
	lower_all(p, &t);
	lcp_init(&p->lcp);
	p->setup = NEVER;
	set_phase(p, &t, PHASE_DEAD);
}

void
ppp_close(struct ppp *p, enum why why, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase == PHASE_DEAD) {
		outbox_event(ob, PPP_EV_FINISHED, why, NULL);
		return;
	}
	close_lcp(p, &t, why);
	settle(p, &t);
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
	settle(p, &t);
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
		close_lcp(p, t, WHY_BUSY);
	}
	if (p->setup <= t->now) {
		p->setup = NEVER;
		close_lcp(p, t, stall_why(p));
	}
}

void
ppp_expire(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->phase == PHASE_DEAD)
		return;
	fsm_expire(&p->lcp.fsm, &t);
	settle(p, &t);
	expire_auth(p, &t);
	fsm_expire(&p->ipcp.fsm, &t);
	fsm_expire(&p->ipv6cp.fsm, &t);
	settle(p, &t);
	expire_link(p, &t);
	if (echo_expire(&p->lcp.echo, &p->lcp.fsm, &t, lcp_magic(&p->lcp)))
		lose(p, &t, WHY_ECHO);
	if (lqr_expire(&p->lqr, &p->lcp, &t, p->lcp.echo.heard))
		lose(p, &t, WHY_LQR);
	settle(p, &t);
}

tstamp
ppp_deadline(const struct ppp *p)
{
	tstamp d = tstamp_min(p->answer, p->setup);

	d = tstamp_min(d, p->lcp.fsm.deadline);
	d = tstamp_min(d, p->ipcp.fsm.deadline);
	d = tstamp_min(d, p->ipv6cp.fsm.deadline);
	d = tstamp_min(d, p->lcp.echo.deadline);
	d = tstamp_min(d, lqr_deadline(&p->lqr));
	return tstamp_min(d, auth_deadline(&p->self, &p->peer));
}

/* ---- control's answers and wishes ---- */

void
ppp_verdict(struct ppp *p, const struct auth_verdict *v, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (!p->verdict_due)
		return;
	p->verdict_due = false;
	p->answer = NEVER;
	auth_peer_verdict(&p->peer, v, now, ob);
	if (v->ok) {
		p->peer_due = false;
		auth_took(p, &t);
	} else {
		close_lcp(p, &t, WHY_AUTH_PEER);
	}
	settle(p, &t);
}

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
	if (t.conf->enabled & NEG_IPCP)
		start_ncp(&p->ipcp.fsm, &t);
	if (t.conf->enabled & NEG_IPV6CP)
		start_ncp(&p->ipv6cp.fsm, &t);
	if (!(t.conf->enabled & (NEG_IPCP | NEG_IPV6CP)))
		close_lcp(p, &t, WHY_NO_NCP);
	replay(p, &t);
	settle(p, &t);
}

void
ppp_ifid_taken(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	ipv6cp_taken(&p->ipv6cp, &t);
	settle(p, &t);
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
	settle(p, &t);
}

void
ppp_reconf(struct ppp *p, const struct ppp_conf *c, tstamp now,
    struct outbox *ob)
{
	struct turn t = turn(p, now, ob);
	bool echo = c->enabled & NEG_ECHO && !p->lcp.mine.quality;
	bool changed = c->lqr_period != p->conf->lqr_period;

	p->conf = t.conf = c;
	if (p->lcp.fsm.state != FSM_OPENED)
		return;
	if (!echo)
		echo_stop(&p->lcp.echo);
	else if (p->lcp.echo.deadline == NEVER || changed)
		echo_start(&p->lcp.echo, &t);
}

void
ppp_ident(struct ppp *p, tstamp now, struct outbox *ob)
{
	struct turn t = turn(p, now, ob);

	if (p->lcp.fsm.state == FSM_OPENED)
		lcp_ident(&p->lcp, &t);
}
