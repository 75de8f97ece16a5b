/* Many subscribers over the engines. */
#include "bench/peer.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/wheel.h"
#include "lib/plain.h"
#include "ppp/link.h"
#include "pppoe/pppoe.h"

/* MACs are 02:42:00 and the number: the way back needs no table. */
#define MAC_HEAD	0x02420000u

enum state { WAITING, SETTING_UP, UP, GONE };

struct sub {
	struct timer timer;
	uint8_t	 state;			/* enum state */
	bool	 ip, ip6, timed;
	tstamp	 began;
	struct pppoe_host host;
	struct ppp ppp;
};

struct peers {
	struct peers_conf c;
	struct pppoe_host_conf host_conf;
	struct ppp_conf ppp_conf;
	struct net_conf net;
	struct rng rng;
	struct wheel wheel;
	struct outbox ob;
	struct peers_stats st;
	struct sub *sub;		/* owner: this; c.n of them */
	tstamp	*took;			/* owner: this; of st.ever_up */
	size_t	 times;
};

static void
configure(struct peers *g, const struct peers_conf *c)
{
	struct ppp_conf *p = &g->ppp_conf;

	plain_conf(p, true);
	p->enabled &= ~(uint32_t)(NEG_IPCP | NEG_IPV6CP);
	p->enabled |= (c->ipv4 ? NEG_IPCP : 0) | (c->ipv6 ? NEG_IPV6CP : 0);
	BUG_ON(strlen(c->user) > AUTHNAME_MAX);
	BUG_ON(strlen(c->secret) > AUTHKEY_MAX);
	strcpy(p->authname, c->user);
	strcpy(p->authkey, c->secret);
	BUG_ON(strlen(c->service) > PPPOE_NAME);
	strcpy(g->host_conf.service, c->service);
	g->host_conf.padi_tries = (uint16_t)c->tries;
	g->host_conf.period = 1;
}

struct peers *
peers_new(const struct peers_conf *c, tstamp now)
{
	struct peers *g = calloc(1, sizeof(*g));

	BUG_ON(c->n == 0 || c->n > PEERS_MAX);
	if (g == NULL)
		return NULL;
	g->c = *c;
	g->sub = calloc(c->n, sizeof(*g->sub));
	g->took = calloc(c->n, sizeof(*g->took));
	if (g->sub == NULL || g->took == NULL) {
		peers_free(g);
		return NULL;
	}
	configure(g, c);
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
	free(g->took);
	free(g);
}

static void
mac_of(const struct peers *g, const struct sub *s, uint8_t mac[ETH_ADDR])
{
	uint32_t i = g->c.first + (uint32_t)(s - g->sub);
	struct wr w = wr_of(mac, ETH_ADDR);

	wr_u32(&w, MAC_HEAD | i >> 16);
	wr_u16(&w, (uint16_t)i);
}

static struct sub *
sub_of(struct peers *g, const uint8_t mac[ETH_ADDR])
{
	struct rd r = rd_of(mac, ETH_ADDR);
	uint32_t head = rd_u32(&r);
	uint32_t i = ((head & 0xff) << 16 | rd_u16(&r)) - g->c.first;

	if ((head & ~0xffu) != MAC_HEAD || i >= g->c.n)
		return NULL;
	return &g->sub[i];
}

/* One packet of the outbox as a frame. */
static void
send_item(struct peers *g, const struct sub *s, const struct out_item *it)
{
	uint8_t frame[1600], src[ETH_ADDR];
	struct wr w = wr_of(frame, sizeof(frame));
	const struct vlans none = { 0, 0 };

	mac_of(g, s, src);
	if (it->kind == OUT_DISC) {
		eth_write(&w, it->dst, src, none, ETH_PPPOE_DISC);
	} else {
		eth_write(&w, s->host.ac_mac, src, none, ETH_PPPOE_SESS);
		pppoe_write(&w, CODE_SESS, s->host.sid,
		    (uint16_t)(it->len + 2));
		wr_u16(&w, it->proto);
	}
	wr_put(&w, outbox_data(&g->ob, it), it->len);
	while (wr_size(&w) < 60)
		wr_u8(&w, 0);
	BUG_ON(w.bad);
	g->st.out++;
	g->c.send(g->c.arg, frame, wr_size(&w));
}

static void
ended(struct peers *g, struct sub *s, enum why why)
{
	if (s->state == GONE)
		return;
	if (s->state == UP) {
		g->st.lost++;
		g->st.up--;
	} else {
		g->st.failed++;
	}
	g->st.why[why]++;
	s->state = GONE;
}

/* A network protocol came up: the one we time? the last that we want? */
static void
network_up(struct peers *g, struct sub *s, bool timed, tstamp now)
{
	if (timed && !s->timed) {
		s->timed = true;
		g->took[g->times++] = now - s->began;
	}
	if (s->state != SETTING_UP || s->ip != g->c.ipv4 ||
	    s->ip6 != g->c.ipv6)
		return;
	s->state = UP;
	g->st.up++;
	g->st.ever_up++;
	g->st.last = now;
}

static void
event(struct peers *g, struct sub *s, const struct out_item *it, tstamp now)
{
	struct outbox *ob = &g->ob;

	switch (it->event) {
	case PPPOE_EV_UP:
		ppp_init(&s->ppp, &g->ppp_conf, &g->rng, s->host.max_payload);
		ppp_up(&s->ppp, now, ob);
		break;
	case PPPOE_EV_DOWN:
		if (ppp_phase(&s->ppp) != PHASE_DEAD)
			ppp_down(&s->ppp, (enum why)it->arg, now, ob);
		ended(g, s, (enum why)it->arg);
		break;
	case PPP_EV_NETWORK:
		ppp_network(&s->ppp, &g->net, now, ob);
		break;
	case PPP_EV_IPCP_UP:
		s->ip = true;
		network_up(g, s, true, now);
		break;
	case PPP_EV_IPV6CP_UP:
		s->ip6 = true;
		network_up(g, s, !g->c.ipv4, now);
		break;
	case PPP_EV_FINISHED:
		host_stop(&s->host, NULL, ob);
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
peers_start(struct peers *g, tstamp now)
{
	struct sub *s;

	if (g->st.started == g->c.n)
		return false;
	if (g->st.started == 0)
		g->st.first = now;
	s = &g->sub[g->st.started++];
	s->state = SETTING_UP;
	s->began = now;
	ppp_init(&s->ppp, &g->ppp_conf, &g->rng, PPPOE_MTU);
	host_init(&s->host, &g->host_conf, &g->rng);
	host_start(&s->host, now, &g->ob);
	react(g, s, now);
	return true;
}

static int
session_input(struct peers *g, struct sub *s, const struct eth *e,
    struct rd in, tstamp now)
{
	struct pppoe_hdr h;
	uint16_t proto;
	int err = pppoe_read(&in, &h);

	if (err < 0)
		return err;
	if (s->host.state != HOST_UP || h.sid != s->host.sid ||
	    memcmp(e->src, s->host.ac_mac, ETH_ADDR) != 0)
		return -1;
	proto = rd_u16(&in);
	if (in.bad)
		return -1;
	if (proto == PROTO_IP || proto == PROTO_IPV6)
		return 0;
	g->st.echoes += proto == PROTO_LCP && rd_size(&in) > 0 &&
	    in.p[0] == 9;
	return ppp_input(&s->ppp, proto, in, now, &g->ob);
}

void
peers_frame(struct peers *g, const uint8_t *p, size_t n, tstamp now)
{
	struct rd r = rd_of(p, n);
	struct sub *s;
	struct eth e;
	int err = 0;

	if (eth_read(&r, 0, 0, &e) < 0 || (s = sub_of(g, e.dst)) == NULL)
		return;
	g->st.in++;
	if (s->state == WAITING || s->state == GONE)
		return;
	if (e.type == ETH_PPPOE_DISC)
		err = host_input(&s->host, e.src, r, now, &g->ob);
	else if (e.type == ETH_PPPOE_SESS)
		err = session_input(g, s, &e, r, now);
	g->st.refused += err < 0;
	react(g, s, now);
}

void
peers_expire(struct peers *g, tstamp now)
{
	struct timer *t;

	while ((t = wheel_expired(&g->wheel, now)) != NULL) {
		struct sub *s = (struct sub *)t;	/* its first member */

		if (host_deadline(&s->host) <= now) {
			g->st.repeats++;
			host_expire(&s->host, now, &g->ob);
		}
		if (ppp_deadline(&s->ppp) <= now)
			ppp_expire(&s->ppp, now, &g->ob);
		react(g, s, now);
	}
}

tstamp
peers_next(const struct peers *g)
{
	return wheel_next(&g->wheel);
}

void
peers_stop(struct peers *g, unsigned i, tstamp now)
{
	struct sub *s = &g->sub[i];

	if (s->state != UP)
		return;
	s->state = GONE;
	g->st.up--;
	host_stop(&s->host, why_text(WHY_QUIT), &g->ob);
	react(g, s, now);
}

const struct peers_stats *
peers_stats(const struct peers *g)
{
	return &g->st;
}

unsigned
peers_pending(const struct peers *g)
{
	return g->st.started - g->st.ever_up - g->st.failed;
}

static int
earlier(const void *a, const void *b)
{
	tstamp x = *(const tstamp *)a, y = *(const tstamp *)b;

	return (x > y) - (x < y);
}

const tstamp *
peers_times(struct peers *g, size_t *n)
{
	qsort(g->took, g->times, sizeof(*g->took), earlier);
	*n = g->times;
	return g->took;
}

uint32_t
peers_addr(const struct peers *g, unsigned i)
{
	const struct sub *s = &g->sub[i];

	return s->state == UP && s->ip ? ppp_my_addr(&s->ppp) : 0;
}
