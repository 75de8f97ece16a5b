/* Two links back to back over a bad wire. */
#include "lib/plain.h"
#include "unit/ppp/peers.h"

#include <string.h>

#include "base/bug.h"
#include "ppp/check.h"

static unsigned
percent(struct peers *p)
{
	return rng_u32(&p->rng) % 100;
}

static void
fly(struct peers *p, int to, const struct out_item *it)
{
	for (int i = 0; i < PEERS_FLIGHT; i++) {
		struct peer_pkt *k = &p->pkt[i];

		if (k->used)
			continue;
		BUG_ON(it->len > sizeof(k->data));
		*k = (struct peer_pkt){ .used = true, .to = (uint8_t)to,
		    .proto = it->proto, .len = it->len,
		    .at = p->now + MSEC(1) };
		if (percent(p) < p->late)
			k->at += MSEC(rng_u32(&p->rng) % 4000);
		memcpy(k->data, outbox_data(&p->ob, it), it->len);
		if (percent(p) < p->flip)
			k->data[rng_u32(&p->rng) % it->len] ^=
			    (uint8_t)(1u << rng_u32(&p->rng) % 8);
		return;
	}
	BUG_ON(true);		/* PEERS_FLIGHT is too small */
}

static void
answer_query(struct peers *p, int i, const struct out_item *it)
{
	struct auth_query q;
	struct auth_verdict v;

	BUG_ON(it->len != sizeof(q));
	memcpy(&q, outbox_data(&p->ob, it), sizeof(q));
	auth_judge(&q, p->s[i].secret, strlen(p->s[i].secret), &v);
	ppp_verdict(&p->s[i].ppp, &v, p->now, &p->ob);
}

static void
event(struct peers *p, int i, const struct out_item *it)
{
	struct peer_side *s = &p->s[i];

	switch ((enum ppp_event)it->event) {
	case PPP_EV_AUTH_QUERY:
		answer_query(p, i, it);
		break;
	case PPP_EV_NETWORK:
		ppp_network(&s->ppp, &s->net, p->now, &p->ob);
		break;
	case PPP_EV_IPCP_UP:
	case PPP_EV_IPV6CP_UP:
		s->ups++;
		break;
	case PPP_EV_IPCP_DOWN:
	case PPP_EV_IPV6CP_DOWN:
		s->downs++;
		break;
	case PPP_EV_FINISHED:
		BUG_ON(s->finished);
		s->finished = true;
		s->why = (enum why)it->arg;
		break;
	default:
		if (p->event != NULL)
			p->event(p, i, it);
		break;
	}
}

void
peers_send(struct peers *p, int i, uint16_t proto, const void *data, size_t n)
{
	struct wr w = outbox_begin(&p->ob, n);

	wr_put(&w, data, n);
	outbox_ppp(&p->ob, &w, proto);
	peers_out(p, i);
}

/* Answers to events append to the outbox while it is walked. */
void
peers_out(struct peers *p, int i)
{
	BUG_ON(p->ob.full);
	for (int k = 0; k < p->ob.n; k++) {
		struct out_item it = p->ob.item[k];

		if (it.kind == OUT_EVENT) {
			event(p, i, &it);
			continue;
		}
		p->s[i].sent++;
		if (p->cut || it.len > p->most || percent(p) < p->loss)
			continue;
		fly(p, !i, &it);
		if (percent(p) < p->copy)
			fly(p, !i, &it);
	}
	BUG_ON(p->ob.full);
	outbox_reset(&p->ob);
}

void
peers_init(struct peers *p, uint64_t seed)
{
	struct net_conf server = { .my = { 0x0a000001, 32 },
	    .his = { 0x0a000007, 32 }, .dns = { 0x01010101, 0x08080808 } };
	struct net_conf client = { .has_trigger = true };

	memset(p, 0, sizeof(*p));
	rng_seed(&p->rng, seed);
	p->now = SEC(1);
	p->lower = p->most = 1492;
	p->s[0].net = client;
	p->s[1].net = server;
	for (int i = 0; i < 2; i++) {
		struct peer_side *s = &p->s[i];

		rng_seed(&p->rng2[i], seed * 2 + (unsigned)i + 1000);
		plain_conf(&s->conf, true);
		s->secret = "secret";
		strcpy(s->conf.authkey, "secret");
		strcpy(s->conf.authname, i == 0 ? "fred" : "isp");
	}
	p->s[0].conf.enabled |= NEG_DNS;
	p->s[1].conf.accepted |= NEG_DNS;
}

void
peers_up(struct peers *p)
{
	for (int i = 0; i < 2; i++) {
		struct peer_side *s = &p->s[i];

		ppp_init(&s->ppp, &s->conf, &p->rng2[i], p->lower);
		ppp_up(&s->ppp, p->now, &p->ob);
		peers_out(p, i);
	}
}

static struct peer_pkt *
next_pkt(struct peers *p)
{
	struct peer_pkt *best = NULL;

	for (int i = 0; i < PEERS_FLIGHT; i++)
		if (p->pkt[i].used &&
		    (best == NULL || p->pkt[i].at < best->at))
			best = &p->pkt[i];
	return best;
}

static void
arrive(struct peers *p, struct peer_pkt *k)
{
	struct peer_side *s = &p->s[k->to];

	k->used = false;
	if (s->finished || p->cut)
		return;
	if (k->proto < 0x4000 && p->data != NULL)
		p->data(p, k->to, k->proto, rd_of(k->data, k->len));
	else if (ppp_input(&s->ppp, k->proto, rd_of(k->data, k->len), p->now,
	    &p->ob) != 0)
		s->bad++;
	peers_out(p, k->to);
}

void
peers_run(struct peers *p, tstamp until)
{
	for (unsigned steps = 0; steps < 100000; steps++) {
		struct peer_pkt *k = next_pkt(p);
		tstamp at = k != NULL ? k->at : NEVER;
		int who = -1;

		for (int i = 0; i < 2; i++)
			if (ppp_deadline(&p->s[i].ppp) < at) {
				at = ppp_deadline(&p->s[i].ppp);
				who = i;
			}
		if (at > until) {
			p->now = until;
			return;
		}
		p->now = at > p->now ? at : p->now;
		if (who < 0) {
			arrive(p, k);
			continue;
		}
		ppp_expire(&p->s[who].ppp, p->now, &p->ob);
		peers_out(p, who);
	}
	BUG_ON(true);		/* the peers never come to rest */
}

bool
peers_agree(const struct peers *p)
{
	const struct ppp *c = &p->s[0].ppp, *s = &p->s[1].ppp;

	return ppp_ip_up(c) && ppp_ip_up(s) && ppp_ipv6_up(c) &&
	    ppp_ipv6_up(s) && ppp_my_addr(c) == 0x0a000007 &&
	    ppp_his_addr(c) == 0x0a000001 && ppp_my_addr(s) == 0x0a000001 &&
	    ppp_his_addr(s) == 0x0a000007 && ppp_dns(c, 0) == 0x01010101 &&
	    ppp_dns(c, 1) == 0x08080808 &&
	    memcmp(ppp_my_ifid(c), ppp_his_ifid(s), 8) == 0 &&
	    memcmp(ppp_his_ifid(c), ppp_my_ifid(s), 8) == 0 &&
	    memcmp(ppp_my_ifid(c), ppp_my_ifid(s), 8) != 0 &&
	    c->lcp.mine.magic == s->lcp.his.magic &&
	    c->lcp.his.magic == s->lcp.mine.magic &&
	    ppp_mtu(c) == p->most && ppp_mtu(s) == p->most;
}
