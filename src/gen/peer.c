/* Many subscribers over the engines. */
#include "gen/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/wheel.h"
#include "ppp/link.h"
#include "pppoe/pppoe.h"

#define FRAME_MAX	1600u
#define FRAME_MIN	60u		/* Ethernet, without its checksum */
#define TERMS		2u		/* Terminate-Requests, 3 s each */
#define LCP_ECHO_REQ	9u

enum state { WAITING, SETTING_UP, UP, CLOSING, GONE };

struct sub {
	struct timer timer;		/* first: peers_expire() */
	uint8_t	 state;			/* enum state */
	uint8_t	 step;			/* enum peer_step that is awaited */
	bool	 ip, ip6, proved;
	uint16_t sid;			/* of the last session */
	tstamp	 began, mark;		/* PADI; the last step's end */
	struct pppoe_host host;
	struct ppp ppp;
};

struct peers {
	struct peers_conf c;
	struct pppoe_host_conf host_conf;
	struct ppp_conf ppp_conf;	/* of all, unless own */
	struct ppp_conf *own;		/* owner: this; c.n, with their names */
	struct net_conf net;
	struct rng rng;
	struct wheel wheel;
	struct outbox ob;
	struct peers_stats st;
	struct sub *sub;		/* owner: this; c.n of them */
	uint32_t low;			/* last octets of the first MAC */
	bool	 late;			/* a timer is what is looked at */
};

const char *
peer_step_name(enum peer_step s)
{
	static const char *const name[STEPS] = { "PADI-PADO", "PADR-PADS",
	    "LCP", "Authentication", "IPCP", "IPV6CP", "Set-up" };

	return name[s];
}

/* ---- settings ---- */

static void
configure(struct peers *g, const struct peers_conf *c)
{
	const uint32_t off = NEG_CCP | NEG_VJCOMP | NEG_IPCP | NEG_IPV6CP;
	struct ppp_conf *p = &g->ppp_conf;

	ppp_conf_default(p, true);
	p->enabled &= ~off;
	p->accepted &= ~off;
	p->enabled |= (c->ipv4 ? NEG_IPCP : 0) | (c->ipv6 ? NEG_IPV6CP : 0);
	if (c->auth != 0)
		p->accepted = (p->accepted & ~(uint32_t)NEG_AUTH) | c->auth;
	if (c->echo != 0) {
		p->enabled |= NEG_ECHO;
		p->lqr_period = c->echo;
	}
	p->lcp.terms = TERMS;
	BUG_ON(strlen(c->user) > AUTHNAME_MAX);
	BUG_ON(strlen(c->secret) > AUTHKEY_MAX);
	strcpy(p->authname, c->user);
	strcpy(p->authkey, c->secret);
	g->host_conf.padi_tries = (uint16_t)c->tries;
	g->host_conf.period = 1;
}

static void
name_ac(struct peers *g, const struct peers_conf *c)
{
	if (c->service != NULL) {
		BUG_ON(strlen(c->service) > PPPOE_NAME);
		strcpy(g->host_conf.service, c->service);
	}
	if (c->acname != NULL) {
		BUG_ON(strlen(c->acname) > PPPOE_NAME);
		strcpy(g->host_conf.acname, c->acname);
	}
}

/* Each with a name of its own, when user has a place for a number. */
static bool
name_each(struct peers *g)
{
	const char *at = strstr(g->c.user, "%d");

	if (at == NULL)
		return true;
	g->own = calloc(g->c.n, sizeof(*g->own));
	for (unsigned i = 0; g->own != NULL && i < g->c.n; i++) {
		g->own[i] = g->ppp_conf;
		snprintf(g->own[i].authname, sizeof(g->own[i].authname),
		    "%.*s%u%s", (int)(at - g->c.user), g->c.user, i, at + 2);
	}
	return g->own != NULL;
}

static uint32_t
tail_of(const uint8_t mac[ETH_ADDR])
{
	return (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
}

struct peers *
peers_new(const struct peers_conf *c, tstamp now)
{
	static const uint8_t none[ETH_ADDR], first[ETH_ADDR] = { 2, 0x42 };
	struct peers *g = calloc(1, sizeof(*g));

	BUG_ON(c->n == 0 || c->n > PEERS_MAX);
	if (g == NULL)
		return NULL;
	g->c = *c;
	if (memcmp(c->mac, none, ETH_ADDR) == 0)
		memcpy(g->c.mac, first, ETH_ADDR);
	g->low = tail_of(g->c.mac);
	configure(g, c);
	name_ac(g, c);
	g->sub = calloc(c->n, sizeof(*g->sub));
	if (g->sub == NULL || !name_each(g)) {
		peers_free(g);
		return NULL;
	}
	if (c->seed != 0)
		rng_seed(&g->rng, c->seed);
	else
		rng_system(&g->rng);
	wheel_init(&g->wheel, now);
	return g;
}

void
peers_free(struct peers *g)
{
	if (g == NULL)
		return;
	free(g->sub);
	free(g->own);
	free(g);
}

/* ---- frames ---- */

static unsigned
number_of(const struct peers *g, const struct sub *s)
{
	return (unsigned)(s - g->sub);
}

static void
mac_of(const struct peers *g, const struct sub *s, uint8_t mac[ETH_ADDR])
{
	uint32_t low = g->low + number_of(g, s);

	memcpy(mac, g->c.mac, 3);
	mac[3] = (uint8_t)(low >> 16);
	mac[4] = (uint8_t)(low >> 8);
	mac[5] = (uint8_t)low;
}

static struct vlans
vlans_of(const struct peers *g, const struct sub *s)
{
	const struct peers_vlans *v = &g->c.vlan;
	unsigned i = number_of(g, s), inners = v->inner != 0 ? v->inners : 1;
	struct vlans own = { 0, 0 };

	if (v->outer == 0)
		return own;
	own.outer = (uint16_t)(v->outer + i / inners % v->outers);
	if (v->inner != 0)
		own.inner = (uint16_t)(v->inner + i % inners);
	return own;
}

/* Whose frame: by its MAC, and his VLANs must be right. */
static struct sub *
sub_of(struct peers *g, const struct eth *e)
{
	uint32_t i = tail_of(e->dst) - g->low;
	struct vlans v;

	if (memcmp(e->dst, g->c.mac, 3) != 0 || i >= g->c.n)
		return NULL;
	v = vlans_of(g, &g->sub[i]);
	if (v.outer != e->vid[0] || v.inner != e->vid[1])
		return NULL;
	return &g->sub[i];
}

static void
send_frame(struct peers *g, struct wr *w)
{
	while (wr_size(w) < FRAME_MIN)
		wr_u8(w, 0);
	BUG_ON(w->bad);
	g->st.out++;
	g->c.send(g->c.arg, w->base, wr_size(w));
}

static void
begin_frame(const struct peers *g, const struct sub *s, struct wr *w,
    const uint8_t dst[ETH_ADDR], uint16_t type)
{
	uint8_t src[ETH_ADDR];

	mac_of(g, s, src);
	eth_write(w, dst, src, vlans_of(g, s), type);
}

static void
send_packet(struct peers *g, const struct sub *s, uint16_t proto,
    const void *p, size_t n)
{
	uint8_t frame[ETH_HDR_MAX + PPPOE_HDR + 2 + FRAME_MAX];
	struct wr w = wr_of(frame, sizeof(frame));

	begin_frame(g, s, &w, s->host.ac_mac, ETH_PPPOE_SESS);
	pppoe_write(&w, CODE_SESS, s->sid, (uint16_t)(n + 2));
	wr_u16(&w, proto);
	wr_put(&w, p, n);
	send_frame(g, &w);
}

/* One packet of the outbox as a frame. */
static void
send_item(struct peers *g, const struct sub *s, const struct out_item *it)
{
	const uint8_t *p = outbox_data(&g->ob, it);
	uint8_t frame[ETH_HDR_MAX + FRAME_MAX];
	struct wr w = wr_of(frame, sizeof(frame));

	if (it->kind == OUT_PPP) {
		send_packet(g, s, it->proto, p, it->len);
		return;
	}
	begin_frame(g, s, &w, it->dst, ETH_PPPOE_DISC);
	wr_put(&w, p, it->len);
	send_frame(g, &w);
}

/* The other side thinks that session @sid is up; it is not. */
static void
send_stray(struct peers *g, const struct sub *s, const struct eth *e,
    uint16_t sid)
{
	uint8_t frame[ETH_HDR_MAX + FRAME_MAX];
	struct wr w = wr_of(frame, sizeof(frame));

	if (!mac_is_unicast(e->src))
		return;
	begin_frame(g, s, &w, e->src, ETH_PPPOE_DISC);
	pppoe_padt(&w, sid, NULL);
	send_frame(g, &w);
	g->st.strays++;
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
			send_item(g, s, &ob->item[i]);
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
		send_stray(g, s, e, h.sid);
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
			g->c.data(g->c.arg, number_of(g, s), proto, in, now);
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
		send_stray(g, s, e, h.sid);
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

	if (eth_read(&r, tci, tpid, &e) < 0 || (s = sub_of(g, &e)) == NULL)
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

uint32_t
peers_oui(const struct peers *g)
{
	const uint8_t *m = g->c.mac;

	return (uint32_t)m[0] << 16 | (uint32_t)m[1] << 8 | m[2];
}

void
peers_send(struct peers *g, unsigned i, uint16_t proto, const void *p,
    size_t n)
{
	BUG_ON(g->sub[i].state != UP || n > FRAME_MAX);
	send_packet(g, &g->sub[i], proto, p, n);
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
