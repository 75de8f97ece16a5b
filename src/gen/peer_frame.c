/* Subscribers: whose a frame is, and the frames they send. */
#include <string.h>

#include "base/bug.h"
#include "gen/peer_part.h"

#define FRAME_MIN	60u		/* Ethernet, without its checksum */

uint32_t
peers_tail(const uint8_t mac[ETH_ADDR])
{
	return (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
}

unsigned
peers_number(const struct peers *g, const struct sub *s)
{
	return (unsigned)(s - g->sub);
}

static void
mac_of(const struct peers *g, const struct sub *s, uint8_t mac[ETH_ADDR])
{
	uint32_t low = g->low + peers_number(g, s);

	memcpy(mac, g->c.mac, 3);
	mac[3] = (uint8_t)(low >> 16);
	mac[4] = (uint8_t)(low >> 8);
	mac[5] = (uint8_t)low;
}

static struct vlans
vlans_of(const struct peers *g, const struct sub *s)
{
	const struct peers_vlans *v = &g->c.vlan;
	unsigned i = peers_number(g, s), inners = v->inner != 0 ? v->inners : 1;
	struct vlans own = { 0, 0 };

	if (v->outer == 0)
		return own;
	own.outer = (uint16_t)(v->outer + i / inners % v->outers);
	if (v->inner != 0)
		own.inner = (uint16_t)(v->inner + i % inners);
	return own;
}

unsigned
peers_index(const struct peers *g, const uint8_t mac[ETH_ADDR])
{
	uint32_t i = peers_tail(mac) - g->low;

	return memcmp(mac, g->c.mac, 3) == 0 && i < g->c.n ? i : g->c.n;
}

struct sub *
peers_sub(struct peers *g, const struct eth *e)
{
	unsigned i = peers_index(g, e->dst);
	struct vlans v;

	if (i == g->c.n)
		return NULL;
	v = vlans_of(g, &g->sub[i]);
	return v.outer == e->vid[0] && v.inner == e->vid[1] ? &g->sub[i] :
	    NULL;
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

void
peers_packet(struct peers *g, const struct sub *s, uint16_t proto,
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
void
peers_item(struct peers *g, const struct sub *s, const struct out_item *it)
{
	const uint8_t *p = outbox_data(&g->ob, it);
	uint8_t frame[ETH_HDR_MAX + FRAME_MAX];
	struct wr w = wr_of(frame, sizeof(frame));

	if (it->kind == OUT_PPP) {
		peers_packet(g, s, it->proto, p, it->len);
		return;
	}
	begin_frame(g, s, &w, it->dst, ETH_PPPOE_DISC);
	wr_put(&w, p, it->len);
	send_frame(g, &w);
}

/* The other side thinks that session @sid is up; it is not. */
void
peers_stray(struct peers *g, const struct sub *s, const struct eth *e,
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

uint32_t
peers_oui(const struct peers *g)
{
	const uint8_t *m = g->c.mac;

	return (uint32_t)m[0] << 16 | (uint32_t)m[1] << 8 | m[2];
}
