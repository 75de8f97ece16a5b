/* Frames of a lane: from the interface to sessions, and back. */
#include <stdio.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/log.h"
#include "lb/assign.h"
#include "lb/lane.h"

#define PADT_BURST	100u		/* PADTs a second to unknown sessions */
#define ROUNDS		4		/* batches of one port before others */
#define ROUNDS_FULL	16		/* ... when many of them are dropped */

/* Frames [from, to) all leave through @port, control packets through their
 * own socket: data that fills the other's queue does not stop them. */
static void
send_run(struct lane *l, uint16_t port, int from, int to)
{
	struct lane_port *p = &l->port[port & ~PORT_CTL];
	struct io *io = port & PORT_CTL && p->ctl != NULL ? p->ctl : p->io;
	int sent = io != NULL ? io_send(io, l->txv + from, to - from) : 0;

	if (io == p->io && sent >= 0 && (sent < to - from ||
	    p->full_since != 0))
		lane_full(l, p, sent < to - from);
	if (l->tap != NULL && sent > 0)
		lane_tap_out(l, (uint16_t)(port & ~PORT_CTL), from,
		    from + sent);
	for (int i = from; i < to; i++) {
		if (i - from >= sent) {
			lane_drop(l, DROP_SEND_FULL);
			continue;
		}
		lane_add(&l->count.out, 1);
		lane_add(&l->count.out_oct, l->txv[i]->len);
	}
}

void
lane_flush(struct lane *l)
{
	int from = 0;

	for (int i = 1; i <= l->tx_n; i++) {
		if (i < l->tx_n && l->txport[i] == l->txport[from])
			continue;
		send_run(l, l->txport[from], from, i);
		from = i;
	}
	l->tx_n = 0;
}

struct pkt *
lane_tx(struct lane *l)
{
	if (l->tx_n == LANE_BATCH)
		lane_flush(l);
	struct pkt *b = &l->tx[l->tx_n];

	pkt_reset(b);
	l->txv[l->tx_n] = b;
	return b;
}

void
lane_queue(struct lane *l, uint16_t port, bool control)
{
	l->txport[l->tx_n++] = (uint16_t)(port | (control ? PORT_CTL : 0));
}

/* Ethernet header and tags into the headroom before b->data. */
static void
put_eth(struct lane *l, const struct sess_key *k, const uint8_t *dst,
    uint16_t type, struct pkt *b)
{
	unsigned hl = eth_hdr_size(k->vlan);

	b->data -= hl;
	b->len += hl;
	struct wr w = wr_of(b->data, hl);

	eth_write(&w, dst, io_mac(l->port[k->port].io), k->vlan, type);
}

static bool
is_control(uint16_t proto)
{
	return proto >= 0x8000 && proto != PROTO_CCP && proto != PROTO_LQR;
}

/* A stream puts the rest around it. */
static void
line_frame(struct lane *l, struct sess *s, struct pkt *b, uint16_t proto)
{
	b->data -= 2;
	b->len += 2;
	struct wr w = wr_of(b->data, 2);

	wr_u16(&w, proto);
	lane_queue(l, s->key.port, is_control(proto));
}

void
lane_frame(struct lane *l, struct sess *s, struct pkt *b, uint16_t proto)
{
	if (s->mp != NULL) {
		lane_mp_send(l, s, b, proto);
		return;
	}
	if (l->port[s->key.port].stream) {
		line_frame(l, s, b, proto);
		return;
	}
	uint32_t len = b->len + 2;	/* PPP protocol field */

	b->data -= PPPOE_HDR + 2;
	b->len += PPPOE_HDR + 2;
	struct wr w = wr_of(b->data, PPPOE_HDR + 2);

	pppoe_write(&w, CODE_SESS, s->key.sid, (uint16_t)len);
	wr_u16(&w, proto);
	put_eth(l, &s->key, s->key.mac, l->port[s->key.port].sess_type, b);
	lane_queue(l, s->key.port, is_control(proto));
}

void
lane_send_ppp(struct lane *l, struct sess *s, uint16_t proto,
    const uint8_t *p, size_t n)
{
	const struct lane_port *to;

	if (s->mp != NULL && proto >= PROTO_LINKS)
		s = lane_mp_link(s);	/* RFC 1990 section 3: not in it */
	if (s == NULL)
		return;
	to = &l->port[s->key.port];
	if (s->mp == NULL && (to->io == NULL ||
	    (s->key.sid == 0 && !to->stream)))
		return;
	struct pkt *b = lane_tx(l);

	BUG_ON(n > PKT_ROOM);
	memcpy(b->data, p, n);
	b->len = (uint32_t)n;
	lane_frame(l, s, b, proto);
	lane_add(&s->count->ctl_out, 1);
	lane_add(&s->count->ctl_out_oct, n);
	lane_add(&s->count->proto_out[rec_proto(proto)], 1);
}

void
lane_send_disc(struct lane *l, const struct sess_key *k,
    const uint8_t dst[ETH_ADDR], const uint8_t *p, size_t n)
{
	if (l->port[k->port].io == NULL || l->port[k->port].stream)
		return;
	struct pkt *b = lane_tx(l);

	BUG_ON(n > PKT_ROOM);
	memcpy(b->data, p, n);
	b->len = (uint32_t)n;
	if (n > 1 && p[1] == CODE_PADT)
		lane_add(&l->count.padt_out, 1);
	put_eth(l, k, dst, l->port[k->port].disc_type, b);
	lane_queue(l, k->port, true);
}

/* Somebody sends into a session that we do not have: say so, but not to a
 * flood. RFC 2516 section 5.5. */
static void
unknown_session(struct lane *l, const struct sess_key *k)
{
	uint8_t buf[64];
	struct wr w = wr_of(buf, sizeof(buf));

	lane_drop(l, DROP_NO_SESSION);
	if (l->now >= l->padt_at + SEC(1)) {
		l->padt_at = l->now;
		l->padt_left = PADT_BURST;
	}
	/* A client's MAC may have sessions of other programs, too. */
	if (l->single || l->padt_left == 0 || k->sid == 0 ||
	    !mac_is_unicast(k->mac))
		return;
	l->padt_left--;
	pppoe_padt(&w, k->sid, "no such session");
	lane_send_disc(l, k, k->mac, buf, wr_size(&w));
}

static enum drop
drop_of(uint16_t proto, int err)
{
	if (err == -E_STALE)
		return DROP_STALE_ID;
	if (err == -E_UNKNOWN)
		return DROP_PPP_PROTO;
	if (err == -E_STATE)
		return DROP_PPP_PHASE;
	switch (proto) {
	case PROTO_LCP:
		return DROP_LCP_BAD;
	case PROTO_PAP:
	case PROTO_CHAP:
		return DROP_AUTH_BAD;
	default:
		return DROP_NCP_BAD;
	}
}

const char *
lane_who(const struct lane *l, const struct sess *s, char buf[LANE_WHO])
{
	char mac[MAC_TEXT];

	int i = l->single ? profile_link_id(&l->conf->p, s->link_id) : 0;

	if (s->mp != NULL && l->single)
		return "bundle";
	if (l->single)
		return l->conf->p.link[i >= 0 ? i : 0].name;
	snprintf(buf, LANE_WHO, "%s/%u", mac_text(s->key.mac, mac),
	    s->key.sid);
	return buf;
}

void
lane_log(const struct lane *l, const struct sess *s, const char *dir,
    uint16_t proto, struct rd in)
{
	enum log_level level = proto == PROTO_IPCP ? LOG_IPCP :
	    proto == PROTO_IPV6CP ? LOG_IPV6CP :
	    proto == PROTO_CCP ? LOG_CCP :
	    proto == PROTO_LQR ? LOG_LQM : LOG_LCP;
	char text[200], who[LANE_WHO];

	if (!log_on(level))
		return;
	ppp_describe(proto, in, text, sizeof(text));
	log_put(level, "%s: %s %s", lane_who(l, s, who), dir, text);
}

/* The peer's LCP on a link rejected a protocol of the bundle. */
static void
net_rejected(struct lane *l, struct sess *s)
{
	uint16_t proto = s->ppp.net_reject;
	struct sess *b = s->bundle;
	int from;

	s->ppp.net_reject = 0;
	lane_settle(l, s);
	if (b == NULL)
		return;
	from = l->ob.n;
	ppp_net_rejected(&b->ppp, proto, l->now, &l->ob);
	sess_react(b, from, l->now, &l->ob);
	lane_settle(l, b);
}

bool
lane_take_ppp(struct lane *l, struct sess *s, struct rd in)
{
	uint16_t proto = rd_u8(&in);

	if ((proto & 1) == 0)		/* RFC 1661 section 2: not compressed */
		proto = (uint16_t)(proto << 8 | rd_u8(&in));
	if (in.bad) {
		lane_drop(l, DROP_PPP_SHORT);
		return true;
	}
	if (s->bundle != NULL) {
		if (proto == PROTO_MP)
			return lane_mp_input(l, s, in);
		if (proto < PROTO_LINKS)	/* not in a fragment: as well */
			s = s->bundle;
	}
	if (s->pack != NULL && lane_is_packed(s, proto)) {
		lane_unpack(l, s, proto, in);
		return true;
	}
	if (proto == PROTO_IP || proto == PROTO_IPV6) {
		lane_to_tun(l, s, proto, in);
		return true;
	}
	if (!lane_has_room(l))
		return false;
	lane_add(&s->count->ctl_in, 1);
	lane_add(&s->count->ctl_in_oct, rd_size(&in));
	lane_add(&s->count->proto_in[rec_proto(proto)], 1);
	lane_log(l, s, "rcvd", proto, in);
	int err = sess_input(s, proto, in, l->now, &l->ob);

	if (err < 0)
		lane_drop(l, drop_of(proto, err));
	if (s->ppp.net_reject != 0)
		net_rejected(l, s);
	else
		lane_settle(l, s);
	return true;
}

static bool
may_get(const struct sess *s, uint16_t port, const struct eth *e)
{
	return s->host != NULL && s->key.port == port &&
	    e->vid[0] == s->key.vlan.outer && e->vid[1] == s->key.vlan.inner;
}

static void
log_disc(const struct lane *l, const struct sess *s, const struct eth *e,
    struct rd in)
{
	char text[200], mac[MAC_TEXT], who[LANE_WHO];

	if (!log_on(LOG_DEBUG_))
		return;
	pppoe_describe(in, text, sizeof(text));
	log_put(LOG_DEBUG_, "%s: rcvd %s from %s", lane_who(l, s, who), text,
	    mac_text(e->src, mac));
}

/*
 * Links may share an interface: the Host-Uniq, or a PADT's Session-ID, tells
 * whose it is, so each is asked until one takes it.
 */
static bool
take_disc(struct lane *l, uint16_t port, const struct eth *e, struct rd in)
{
	enum drop why = l->links == 0 ? DROP_DISC_STATE : DROP_DISC_FORGED;

	for (int i = 0; i < l->links; i++) {
		struct sess *s = l->link[i];
		int err;

		if (!may_get(s, port, e))
			continue;
		if (!lane_has_room(l))
			return false;
		log_disc(l, s, e, in);
		err = sess_disc(s, e->src, in, l->now, &l->ob);
		lane_settle(l, s);
		if (err == 0)
			return true;
		why = pppoe_drop(err);
	}
	lane_drop(l, why);
	return true;
}

static bool
for_us(const struct lane_port *p, const uint8_t dst[ETH_ADDR])
{
	return memcmp(dst, io_mac(p->io), ETH_ADDR) == 0;
}

/* Whose it is: @r stands behind the PPPoE header then. Negative: no frame of
 * a session. */
static int
sess_frame(uint16_t port, const struct eth *e, struct rd *r,
    struct sess_key *k)
{
	struct pppoe_hdr h;
	int err = pppoe_read(r, &h);

	if (err < 0 || h.code != CODE_SESS)
		return err < 0 ? err : -E_FORMAT;
	*k = (struct sess_key){ .port = port, .sid = h.sid,
	    .vlan = { e->vid[0], e->vid[1] } };
	memcpy(k->mac, e->src, ETH_ADDR);
	return 0;
}

bool
lane_sess_frame(const struct lane *l, uint16_t port, const struct pkt *b,
    struct sess_key *k)
{
	const struct lane_port *p = &l->port[port];
	struct rd r = rd_of(b->data, b->len);
	struct eth e;

	return eth_read(&r, b->tci, b->tpid, &e) == 0 && for_us(p, e.dst) &&
	    e.type == p->sess_type && sess_frame(port, &e, &r, k) == 0;
}

static bool
take_sess(struct lane *l, uint16_t port, const struct eth *e, struct rd r)
{
	struct sess_key k;
	int err = sess_frame(port, e, &r, &k);

	if (err < 0) {
		lane_drop(l, err == -E_SHORT ? DROP_PPPOE_SHORT :
		    DROP_PPPOE_FORMAT);
		return true;
	}
	if (sid_lane(k.sid, l->lanes) != l->id)
		lane_add(&l->count.drift, 1);
	struct sess *s = lane_by_key(l, &k);

	if (l->share.left > 0 && lane_over_share(l, port, s)) {
		lane_drop(l, DROP_SHARE);
		return true;
	}
	if (s != NULL)
		return lane_take_ppp(l, s, r);
	unknown_session(l, &k);
	return true;
}

static bool
take_line(struct lane *l, uint16_t port, const struct pkt *b)
{
	for (int i = 0; i < l->links; i++)
		if (l->link[i]->key.port == port)
			return lane_take_ppp(l, l->link[i],
			    rd_of(b->data, b->len));
	lane_drop(l, DROP_NO_SESSION);
	return true;
}

/* False: nothing was done, the frame waits until control has room. */
static bool
take_frame(struct lane *l, uint16_t port, const struct pkt *b)
{
	struct lane_port *p = &l->port[port];
	struct rd r = rd_of(b->data, b->len);
	struct eth e;
	int err = p->stream ? 0 : eth_read(&r, b->tci, b->tpid, &e);
	bool taken = true;

	if (p->stream)
		taken = take_line(l, port, b);
	else if (err < 0)
		lane_drop(l, err == -E_SHORT ? DROP_ETH_SHORT :
		    DROP_ETH_TAGS);
	else if (!for_us(p, e.dst))
		lane_drop(l, DROP_NOT_OURS);
	else if (e.type == p->sess_type)
		taken = take_sess(l, port, &e, r);
	else if (e.type == p->disc_type)
		taken = take_disc(l, port, &e, r);
	if (taken) {
		lane_add(&l->count.in, 1);
		lane_add(&l->count.in_oct, b->len);
	}
	return taken;
}

/* ---- ahead: what a batch will touch is fetched for all of it at once ---- */

static uint64_t
hash_of(const struct lane *l, uint16_t port, const struct pkt *b)
{
	struct sess_key k = { .port = port };
	struct rd r = rd_of(b->data, b->len);
	struct pppoe_hdr h;
	struct eth e;

	if (eth_read(&r, b->tci, b->tpid, &e) < 0 || pppoe_read(&r, &h) < 0)
		return 0;
	k.vlan = (struct vlans){ e.vid[0], e.vid[1] };
	memcpy(k.mac, e.src, ETH_ADDR);
	k.sid = h.sid;
	return sess_key_hash(&k, l->seed);
}

/* With few sessions all of it is in the cache anyway. */
static void
fetch_ahead(struct lane *l)
{
	uint64_t hash[LANE_BATCH];
	struct sess *s[LANE_BATCH];
	uint32_t at;

	for (int i = 0; i < l->rx_n; i++) {
		hash[i] = hash_of(l, l->rx_port, &l->rx[i]);
		table_fetch(&l->by_key, hash[i]);
	}
	for (int i = 0; i < l->rx_n; i++) {
		uint32_t idx = table_first(&l->by_key, hash[i], &at);

		s[i] = idx != TABLE_NONE ? slab_at(&l->slab, idx) : NULL;
		if (s[i] != NULL)
			sess_fetch(s[i]);
	}
	for (int i = 0; i < l->rx_n; i++)
		if (s[i] != NULL)
			count_fetch(s[i]->count);
}

/* What is left of the last batch; false: the rest waits. */
static bool
take_batch(struct lane *l)
{
	while (l->rx_at < l->rx_n &&
	    take_frame(l, l->rx_port, &l->rx[l->rx_at]))
		l->rx_at++;
	lane_tun_flush(l);	/* it points into the batch */
	return l->rx_at == l->rx_n;
}

/* The interface is gone or down: control decides what that means. */
static void
port_lost(struct lane *l, uint16_t port)
{
	struct mail m = { .op = MAIL_PORT_LOST, .arg = port };

	if (!l->port[port].lost_told && lane_has_room(l))
		l->port[port].lost_told = lane_tell(l, &m);
	l->fds_changed |= l->port[port].stream;	/* it is not polled again */
}

void
lane_port_used(struct lane *l, uint32_t port)
{
	if (port >= l->ports)
		l->ports = port + 1;
}

void
lane_port_close(struct lane *l, uint32_t port)
{
	struct lane_port *p = &l->port[port];

	if (p->io == NULL)
		return;
	lane_flush(l);
	lane_full(l, p, false);
	if (l->rx_port == port) {	/* what still waits came from it */
		l->rx_at = l->rx_n = 0;
		l->rx_io = NULL;
	}
	l->streams -= p->stream;
	io_close(p->io);
	io_close(p->ctl);
	p->io = p->ctl = NULL;
	while (l->ports > 0 && l->port[l->ports - 1].io == NULL)
		l->ports--;
	atomic_store(&p->way, NULL);
	p->stream = false;
	if (l->share.port == port)	/* of frames that are gone */
		l->share.left = 0;
	l->fds_changed = true;
}

/* A few batches of @io. False: the rest of one waits; *@more: there is. */
static bool
recv_some(struct lane *l, uint16_t port, struct io *io, bool *more)
{
	int n = 0, rounds = l->share.left > 0 ? ROUNDS_FULL : ROUNDS;

	for (int round = 0; round < rounds && io != NULL; round++) {
		n = io_recv(io, l->rx, LANE_BATCH);
		if (n < 0)
			port_lost(l, port);
		l->rx_io = io;
		l->rx_port = port;
		l->rx_at = 0;
		l->rx_n = n > 0 ? n : 0;
		if (l->tap != NULL)
			lane_tap_in(l, port, l->rx_n);
		if (l->slab.used > LANE_MANY && !l->port[port].stream)
			fetch_ahead(l);
		if (!take_batch(l))
			return false;
		if (l->rx_io == NULL)	/* it was closed meanwhile */
			return true;
		io_release(io);
		l->rx_io = NULL;
		if (n < LANE_BATCH)
			break;
	}
	*more |= n == LANE_BATCH;
	return true;
}

bool
lane_recv(struct lane *l)
{
	bool more = false;

	if (!take_batch(l))
		return false;
	if (l->rx_io != NULL)
		io_release(l->rx_io);
	l->rx_io = NULL;
	/* Control first: what it says decides what data may do. */
	for (uint16_t port = 0; port < l->ports; port++) {
		struct lane_port *p = &l->port[port];

		if ((l->quiet & QUIET_CTL) == 0 &&
		    !recv_some(l, port, p->ctl, &more))
			return false;
		if ((l->quiet & QUIET_FRAMES) == 0)
			lane_share(l, port);
		if ((l->quiet & QUIET_FRAMES) == 0 &&
		    !recv_some(l, port, p->io, &more))
			return false;
	}
	return more;
}

static void
count_loss(struct lane *l, enum drop why, uint64_t now, uint64_t *seen)
{
	lane_add(&l->count.drop[why], now - *seen);
	*seen = now;
}

static void
count_losses(struct lane *l, struct io *io, struct io_stats *seen)
{
	struct io_stats st;

	if (io == NULL)
		return;
	io_stats(io, &st);
	count_loss(l, DROP_OVERSIZE, st.oversize, &seen->oversize);
	count_loss(l, DROP_RECV_FULL, st.kernel_drops, &seen->kernel_drops);
}

/* Once a second is enough for what people read. */
void
lane_io_losses(struct lane *l)
{
	if (l->now < l->losses_at)
		return;
	l->losses_at = l->now + SEC(1);
	if (l->streams > 0)
		lane_line_choked(l);
	for (unsigned i = 0; i < l->ports; i++) {
		struct lane_port *p = &l->port[i];

		count_losses(l, p->io, &p->seen);
		count_losses(l, p->ctl, &p->seen_ctl);
		if (p->io != NULL)	/* it may have found a better one */
			atomic_store(&p->way, io_way(p->io));
	}
}
