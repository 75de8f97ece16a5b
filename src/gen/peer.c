/* Many subscribers over the engines: the life of each. */
#include "gen/peer.h"

#include <string.h>

#include "base/bug.h"
#include "gen/peer_part.h"

#define LCP_ECHO_REQ	9u

const char *
peer_step_name(enum peer_step s)
{
	static const char *const name[STEPS] = { "PADI-PADO", "PADR-PADS",
	    "LCP", "Authentication", "IPCP", "IPV6CP", "Set-up" };

	return name[s];
}

/* ---- the life of one ---- */

static void
ended(struct peers *g, struct sub *s, enum why why)
{
	struct peers_stats *st = &g->st;

	switch (s->state) {
	case SETTING_UP:
		st->pending--;
		st->failed++;
		st->why[why]++;
		break;
	case UP:
		st->up--;
		st->lost++;
		st->why[why]++;
		break;
	case CLOSING:
		st->closing--;
		st->closed++;
		st->unacked += g->late;
		break;
	default:
		return;
	}
	s->state = GONE;
}

/* Step @step of a set-up is done, if it is what we wait for. */
static void
step_done(struct peers *g, struct sub *s, enum peer_step step, tstamp now)
{
	if (s->state != SETTING_UP || s->step > step)
		return;
	if (step != STEP_AUTH || s->proved)
		spread_add(&g->st.took[step], now - s->mark);
	s->step = (uint8_t)(step + 1);
	s->mark = now;
}

/* A network protocol came up: the last that we want? */
static void
network_up(struct peers *g, struct sub *s, enum peer_step step, tstamp now)
{
	if (s->state != SETTING_UP)
		return;
	spread_add(&g->st.took[step], now - s->mark);
	if (s->ip != g->c.ipv4 || s->ip6 != g->c.ipv6)
		return;
	s->state = UP;
	g->st.pending--;
	g->st.up++;
	g->st.ever_up++;
	g->st.last = now;
	spread_add(&g->st.took[STEP_ALL], now - s->began);
}

static void
session_begins(struct peers *g, struct sub *s, tstamp now)
{
	s->sid = s->host.sid;
	if (s->state == CLOSING) {	/* it is not wanted any more */
		host_stop(&s->host, NULL, &g->ob);
		ended(g, s, WHY_QUIT);
		return;
	}
	step_done(g, s, STEP_PADS, now);
	ppp_init(&s->ppp, s->ppp.conf, &g->rng, s->host.max_payload);
	ppp_up(&s->ppp, now, &g->ob);
}

static void
session_ends(struct peers *g, struct sub *s, enum why why, tstamp now)
{
	if (ppp_phase(&s->ppp) != PHASE_DEAD)
		ppp_down(&s->ppp, why, now, &g->ob);
	ended(g, s, why);
}

static void
event(struct peers *g, struct sub *s, const struct out_item *it, tstamp now)
{
	switch (it->event) {
	case PPPOE_EV_OFFER:
		step_done(g, s, STEP_PADO, now);
		break;
	case PPPOE_EV_UP:
		session_begins(g, s, now);
		break;
	case PPPOE_EV_DOWN:
		session_ends(g, s, (enum why)it->arg, now);
		break;
	case PPP_EV_LCP_UP:
		step_done(g, s, STEP_LCP, now);
		break;
	case PPP_EV_AUTH_OK:
		s->proved = true;
		break;
	case PPP_EV_NETWORK:
		step_done(g, s, STEP_AUTH, now);
		ppp_network(&s->ppp, &g->net, now, &g->ob);
		break;
	case PPP_EV_IPCP_UP:
		s->ip = true;
		network_up(g, s, STEP_IPCP, now);
		break;
	case PPP_EV_IPV6CP_UP:
		s->ip6 = true;
		network_up(g, s, STEP_IPV6CP, now);
		break;
	case PPP_EV_FINISHED:
		host_stop(&s->host, NULL, &g->ob);
		ended(g, s, (enum why)it->arg);
		break;
	default:
		break;
	}
}

/* What an engine said after an input: act, send, set the timer. */
static void
react(struct peers *g, struct sub *s, tstamp now)
{
	struct outbox *ob = &g->ob;

	for (int i = 0; i < ob->n; i++)
		if (ob->item[i].kind == OUT_EVENT)
			event(g, s, &ob->item[i], now);
	BUG_ON(ob->full);
	for (int i = 0; i < ob->n; i++)
		if (ob->item[i].kind != OUT_EVENT)
			peers_item(g, s, &ob->item[i]);
	outbox_reset(ob);
	wheel_set(&g->wheel, &s->timer, s->state == GONE ? NEVER :
	    tstamp_min(host_deadline(&s->host), ppp_deadline(&s->ppp)));
}

bool
peers_dial(struct peers *g, unsigned i, tstamp now)
{
	struct sub *s = &g->sub[i];

	if (s->state != WAITING && s->state != GONE)
		return false;
	if (g->st.dials++ == 0)
		g->st.first = now;
	g->st.pending++;
	s->state = SETTING_UP;
	s->step = STEP_PADO;
	s->ip = s->ip6 = s->proved = false;
	s->began = s->mark = now;
	ppp_init(&s->ppp, g->own != NULL ? &g->own[i] : &g->ppp_conf,
	    &g->rng, PPPOE_MTU);
	host_init(&s->host, &g->host_conf, &g->rng);
	host_start(&s->host, now, &g->ob);
	react(g, s, now);
	return true;
}

bool
peers_start(struct peers *g, tstamp now)
{
	if (g->st.started == g->c.n)
		return false;
	return peers_dial(g, g->st.started++, now);
}

void
peers_rewind(struct peers *g)
{
	g->st.started = 0;
}

void
peers_close(struct peers *g, unsigned i, tstamp now)
{
	struct sub *s = &g->sub[i];

	if (s->state != SETTING_UP && s->state != UP)
		return;
	g->st.pending -= s->state == SETTING_UP;
	g->st.up -= s->state == UP;
	g->st.closing++;
	s->state = CLOSING;
	if (s->host.state == HOST_UP) {
		ppp_close(&s->ppp, WHY_QUIT, now, &g->ob);
	} else if (s->host.state != HOST_PADR) {
		host_stop(&s->host, NULL, &g->ob);
		ended(g, s, WHY_QUIT);
	}
	react(g, s, now);
}

void
peers_stop(struct peers *g, unsigned i, tstamp now)
{
	struct sub *s = &g->sub[i];

	if (s->state == WAITING || s->state == GONE)
		return;
	if (s->state != CLOSING) {
		g->st.pending -= s->state == SETTING_UP;
		g->st.up -= s->state == UP;
		g->st.closing++;
		s->state = CLOSING;
	}
	host_stop(&s->host, why_text(WHY_QUIT), &g->ob);
	ended(g, s, WHY_QUIT);
	react(g, s, now);
}

/* ---- what comes ---- */

static bool
is_on(const struct sub *s)
{
	return s->state != WAITING && s->state != GONE;
}

/* Is session @sid of this AC what @s has, or may get by an awaited PADS? */
static bool
may_be_ours(const struct sub *s, const struct eth *e, uint16_t sid)
{
	if (!is_on(s))
		return false;
	if (s->host.state == HOST_PADR)
		return true;
	return s->host.state == HOST_UP && sid == s->host.sid &&
	    memcmp(e->src, s->host.ac_mac, ETH_ADDR) == 0;
}

static int
discovery_input(struct peers *g, struct sub *s, const struct eth *e,
    struct rd in, tstamp now)
{
	struct rd look = in;
	struct pppoe_hdr h;
	int err = is_on(s) ? host_input(&s->host, e->src, in, now, &g->ob) : 0;

	if (pppoe_read(&look, &h) == 0 && h.code == CODE_PADS && h.sid != 0 &&
	    !may_be_ours(s, e, h.sid))
		peers_stray(g, s, e, h.sid);
	return err;
}

static int
packet_input(struct peers *g, struct sub *s, struct rd in, tstamp now)
{
	uint16_t proto = rd_u16(&in);

	if (in.bad)
		return -1;
	if (proto == PROTO_IP || proto == PROTO_IPV6) {
		if (g->c.data != NULL && s->state == UP)
			g->c.data(g->c.arg, peers_number(g, s), proto, in, now);
		return 0;
	}
	g->st.echoes += proto == PROTO_LCP && rd_size(&in) > 0 &&
	    in.p[0] == LCP_ECHO_REQ;
	return ppp_input(&s->ppp, proto, in, now, &g->ob);
}

static int
session_input(struct peers *g, struct sub *s, const struct eth *e,
    struct rd in, tstamp now)
{
	struct pppoe_hdr h;
	int err = pppoe_read(&in, &h);

	if (err < 0)
		return err;
	if (!may_be_ours(s, e, h.sid)) {
		peers_stray(g, s, e, h.sid);
		return 0;
	}
	return s->host.state == HOST_UP ? packet_input(g, s, in, now) : -1;
}

void
peers_frame(struct peers *g, const uint8_t *p, size_t n, uint16_t tci,
    uint16_t tpid, tstamp now)
{
	struct rd r = rd_of(p, n);
	struct sub *s;
	struct eth e;
	int err = 0;

	if (eth_read(&r, tci, tpid, &e) < 0 || (s = peers_sub(g, &e)) == NULL)
		return;
	g->st.in++;
	if (e.type == ETH_PPPOE_DISC)
		err = discovery_input(g, s, &e, r, now);
	else if (e.type == ETH_PPPOE_SESS)
		err = session_input(g, s, &e, r, now);
	g->st.refused += err < 0;
	if (is_on(s) || g->ob.n > 0)
		react(g, s, now);
}

/* One that closes waited for a PADS; it does not search on. */
static void
search_over(struct peers *g, struct sub *s)
{
	if (s->state != CLOSING || s->host.state != HOST_PADI)
		return;
	outbox_reset(&g->ob);
	host_stop(&s->host, NULL, &g->ob);
	ended(g, s, WHY_QUIT);
}

void
peers_expire(struct peers *g, tstamp now)
{
	struct timer *t;

	g->late = true;
	while ((t = wheel_expired(&g->wheel, now)) != NULL) {
		struct sub *s = (struct sub *)t;	/* its first member */

		if (host_deadline(&s->host) <= now) {
			g->st.repeats++;
			host_expire(&s->host, now, &g->ob);
			search_over(g, s);
		}
		if (ppp_deadline(&s->ppp) <= now)
			ppp_expire(&s->ppp, now, &g->ob);
		react(g, s, now);
	}
	g->late = false;
}

tstamp
peers_next(const struct peers *g)
{
	return wheel_next(&g->wheel);
}

/* ---- questions ---- */

void
peers_send(struct peers *g, unsigned i, uint16_t proto, const void *p,
    size_t n)
{
	BUG_ON(g->sub[i].state != UP || n > FRAME_MAX);
	peers_packet(g, &g->sub[i], proto, p, n);
}

const struct peers_stats *
peers_stats(const struct peers *g)
{
	return &g->st;
}

bool
peers_up(const struct peers *g, unsigned i)
{
	return g->sub[i].state == UP;
}

uint32_t
peers_addr(const struct peers *g, unsigned i)
{
	const struct sub *s = &g->sub[i];

	return s->state == UP && s->ip ? ppp_my_addr(&s->ppp) : 0;
}

uint32_t
peers_his_addr(const struct peers *g, unsigned i)
{
	const struct sub *s = &g->sub[i];

	return s->state == UP && s->ip ? ppp_his_addr(&s->ppp) : 0;
}

bool
peers_ifids(const struct peers *g, unsigned i, uint8_t mine[8],
    uint8_t his[8])
{
	const struct sub *s = &g->sub[i];

	if (s->state != UP || !s->ip6)
		return false;
	memcpy(mine, ppp_my_ifid(&s->ppp), 8);
	memcpy(his, ppp_his_ifid(&s->ppp), 8);
	return true;
}
