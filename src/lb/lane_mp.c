/*
 * Bundles of a lane: RFC 1990. A bundle is a session without a wire of its
 * own: its packets go over its links, which are the sessions that the peer
 * has opened. NCPs, addresses and filters know the bundle only.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "lb/lane.h"

/* ---- coming together ---- */

static struct sess *
bundle_new(struct lane *l, const struct sess *link, uint32_t ticket)
{
	struct sess_key k = { .port = link->key.port, .vlan = link->key.vlan };
	struct sess *b;

	memcpy(k.mac, link->key.mac, ETH_ADDR);
	b = lane_sess_new(l, ticket, &k);
	if (b == NULL)
		return NULL;
	b->mp = calloc(1, sizeof(*b->mp));
	if (b->mp == NULL) {
		b->why = WHY_LIMIT;
		lane_sess_end(l, b);
		return NULL;
	}
	mp_init(&b->mp->mp, &b->mp->w);
	sess_bundle(b, link, l->single ? &l->conf->p.ppp : link->conf,
	    l->now, &l->ob);
	b->rate_own = link->rate_own;	/* granted before it was joined */
	b->rate = link->rate;
	lane_rate(l, b);
	if (l->single)
		l->lead = b;
	return b;
}

/* All links of a bundle speak the same: RFC 1990 section 5.1. */
static bool
fits(const struct sess *b, const struct sess *link)
{
	const struct mp *m = &b->mp->mp;
	const struct lcp *lcp = &link->ppp.lcp;

	return m->mrru == lcp->mine.mrru && m->peer_mrru == lcp->his.mrru &&
	    m->short_in == lcp->mine.shortseq &&
	    m->short_out == lcp->his.shortseq;
}

static bool
join(struct lane *l, struct sess *b, struct sess *link, uint32_t weight)
{
	int at = fits(b, link) ? mp_join(&b->mp->mp, ppp_mtu(&link->ppp),
	    weight) : -E_STATE;

	if (at < 0)
		return false;
	b->mp->link[at] = link;
	link->bundle = b;
	link->mp_at = (uint8_t)at;
	ppp_joined(&link->ppp, l->now, &l->ob);
	lane_settle(l, link);
	return true;
}

/* Fragments that came before the link was joined. */
static void
early(struct lane *l, struct sess *link)
{
	uint32_t ended = l->ended;
	struct ppp_early kept[PPP_EARLIES];

	memcpy(kept, link->ppp.early, sizeof(kept));
	memset(link->ppp.early, 0, sizeof(link->ppp.early));
	for (int i = 0; i < PPP_EARLIES && kept[i].len > 0; i++)
		if (l->ended == ended && link->bundle != NULL) {
			lane_mp_input(l, link, rd_of(kept[i].pkt,
			    kept[i].len));
			lane_tun_flush(l);	/* before @kept goes */
		}
}

void
lane_mp_join(struct lane *l, struct sess *link, uint32_t ticket,
    uint32_t weight)
{
	struct sess *b = lane_by_ticket(l, ticket);
	bool made = false;

	if (link->bundle != NULL)	/* another weight */
		mp_weigh(&link->bundle->mp->mp, link->mp_at, weight);
	if (link->bundle != NULL || !link->ppp.join_due)
		return;
	if (b == NULL) {
		b = bundle_new(l, link, ticket);
		made = b != NULL;
	}
	if (made)
		lane_settle(l, b);
	if (b != NULL && b->mp != NULL && join(l, b, link, weight)) {
		early(l, link);
		return;
	}
	sess_close(link, WHY_NO_MP, l->now, &l->ob);
	lane_settle(l, link);
}

/* ---- falling apart ---- */

void
lane_mp_leave(struct lane *l, struct sess *link)
{
	struct sess *b = link->bundle;

	if (b == NULL || sess_leaves(link))
		return;
	mp_leave(&b->mp->mp, link->mp_at, l->now);
	if (mp_links(&b->mp->mp) > 0)
		return;
	b->why = link->why;
	l->orphan = b;			/* lane_settle() ends it */
}

void
lane_mp_gone(struct lane *l, struct sess *link)
{
	struct sess *b = link->bundle;

	if (b == NULL)
		return;
	lane_mp_leave(l, link);
	mp_gone(&b->mp->mp, link->mp_at);
	b->mp->link[link->mp_at] = NULL;
	link->bundle = NULL;
}

void
lane_mp_orphan(struct lane *l)
{
	struct sess *b = l->orphan;

	if (b == NULL)
		return;
	l->orphan = NULL;
	sess_down(b, b->why != WHY_NONE ? (enum why)b->why : WHY_PEER_TERM,
	    false, l->now, &l->ob);
	lane_settle(l, b);
}

/* The bundle ends: its links have nothing to carry any more. */
void
lane_mp_end(struct lane *l, struct sess_mp *m, enum why why)
{
	struct sess *link[MP_LINKS];

	for (int i = 0; i < MP_LINKS; i++) {
		struct sess *s = m->link[i];

		link[i] = m->mp.link[i].leaves ? NULL : s;
		if (s != NULL)
			s->bundle = NULL;
	}
	free(m);
	for (int i = 0; i < MP_LINKS; i++)
		if (link[i] != NULL) {
			sess_close(link[i], why, l->now, &l->ob);
			lane_settle(l, link[i]);
		}
}

/* ---- packets from the links ---- */

/* A packet of the bundle may end it: then nothing more comes out of it. */
static bool
alive(const struct lane *l, uint32_t ended)
{
	return l->ended == ended;
}

static void
complete(struct lane *l, struct sess *b)
{
	uint32_t ended = l->ended;
	struct rd packet;

	while (alive(l, ended) && mp_next(&b->mp->mp, l->now, &packet)) {
		if (!lane_take_ppp(l, b, packet))
			lane_drop(l, DROP_MAIL_FULL);
		lane_tun_flush(l);	/* the next one comes to its place */
	}
	if (alive(l, ended) && b->mp->mp.deadline != NEVER &&
	    (b->timer.prev == NULL || b->mp->mp.deadline < b->timer.when))
		wheel_set(&l->wheel, &b->timer, sess_deadline(b));
}

bool
lane_mp_input(struct lane *l, struct sess *link, struct rd in)
{
	struct sess *b = link->bundle;
	uint32_t ended = l->ended;
	struct rd whole;
	int got;

	if (!lane_has_room(l))
		return false;
	ppp_alive(&link->ppp, l->now);
	lane_add(&link->count->ctl_in, 1);
	lane_add(&link->count->ctl_in_oct, rd_size(&in));
	lane_add(&link->count->proto_in[PC_MULTILINK], 1);
	got = mp_input(&b->mp->mp, link->mp_at, in, &whole);
	if (got < 0)
		lane_drop(l, got == -E_STALE ? DROP_MP_LATE : DROP_MP_BAD);
	if (got == 1 && !lane_take_ppp(l, b, whole))
		lane_drop(l, DROP_MAIL_FULL);
	if (alive(l, ended))
		complete(l, b);
	return true;
}

void
lane_mp_expire(struct lane *l, struct sess *b)
{
	mp_expire(&b->mp->mp, l->now);
	complete(l, b);
}

/* ---- packets to the links ---- */

static void
send_piece(struct lane *l, struct sess *link, struct pkt *b,
    const uint8_t *hdr, size_t hl)
{
	if (l->port[link->key.port].io == NULL) {
		lane_drop(l, DROP_NO_PEER);
		return;
	}
	b->data -= hl;
	b->len += (uint32_t)hl;
	memcpy(b->data, hdr, hl);
	lane_add(&link->count->ctl_out, 1);
	lane_add(&link->count->ctl_out_oct, b->len);
	lane_add(&link->count->proto_out[PC_MULTILINK], 1);
	lane_frame(l, link, b, PROTO_MP);
}

void
lane_mp_send(struct lane *l, struct sess *s, struct pkt *b, uint16_t proto)
{
	struct sess_mp *m = s->mp;
	struct mp_cut cut;
	uint8_t hdr[MP_HDR], *from;
	size_t hl, n;
	int at;

	b->data -= 2;
	b->len += 2;
	b->data[0] = (uint8_t)(proto >> 8);
	b->data[1] = (uint8_t)proto;
	if (!mp_cut(&m->mp, &cut, b->len)) {
		lane_drop(l, DROP_MTU);
		return;
	}
	if (cut.pieces == 1) {
		mp_piece(&m->mp, &cut, &at, hdr, &hl, &n);
		send_piece(l, m->link[at], b, hdr, hl);
		return;
	}
	/* Its buffer is where the first piece goes. */
	memcpy(m->out, b->data, b->len);
	from = m->out;
	while (mp_piece(&m->mp, &cut, &at, hdr, &hl, &n)) {
		b = lane_tx(l);
		memcpy(b->data, from, n);
		b->len = (uint32_t)n;
		from += n;
		send_piece(l, m->link[at], b, hdr, hl);
	}
}

struct sess *
lane_mp_link(const struct sess *b)
{
	for (int i = 0; i < MP_LINKS; i++)
		if (b->mp->link[i] != NULL && !b->mp->mp.link[i].leaves)
			return b->mp->link[i];
	return NULL;
}
