/* Packets of the host: from its TUN device to the subscribers. */
#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include "lb/lane.h"
#include "wire/mss.h"
#include "wire/seg.h"

#define TURN	(64u * 1024)	/* octets of the host, before the wire again */
#define LONG	(1024u * 1024)	/* ... of a flow that has been alone */
#define ALONE	MSEC(200)	/* for so long */
#define AHEAD	128		/* packets read, so that flows are seen */
#define FLOOD	256u		/* of one flow alone that wait: then ... */
#define SOME	16		/* packets of many sessions at once */
#define SAMPLE	16		/* ... so many are, to see if it still is */
#define THIN	USEC(50)	/* lone packets as far apart are thin traffic */

static struct sess *
sess_for4(struct lane *l, struct rd in)
{
	rd_sub(&in, 16);
	const uint8_t *to = in.p;
	uint32_t dst = rd_u32(&in);
	struct sess *s = in.bad ? NULL : lane_by_addr(l, dst);

	if (s == NULL && l->routes != NULL && !in.bad)
		s = lane_route_to(l, AF_INET, to);
	return s;
}

static struct sess *
sess_for6(struct lane *l, struct rd in)
{
	const uint8_t *to;
	uint64_t ifid;
	uint16_t prefix;

	rd_sub(&in, 24);
	to = in.p;
	prefix = rd_u16(&in);
	rd_sub(&in, 6);
	rd_copy(&in, &ifid, sizeof(ifid));
	if (!in.bad && prefix == 0xfe80)
		return lane_by_ifid(l, ifid);
	return in.bad || l->routes == NULL ? NULL :
	    lane_route_to(l, AF_INET6, to);
}

static struct sess *
sess_for(struct lane *l, const uint8_t *ip, size_t len, bool six)
{
	struct rd in = rd_of(ip, len);

	if (l->single)
		return l->lead;
	return six ? sess_for6(l, in) : sess_for4(l, in);
}

static enum drop
judge(const struct lane *l, const struct sess *s, bool six)
{
	if (s == NULL || (s->mp == NULL &&
	    l->port[s->key.port].io == NULL))
		return DROP_NO_PEER;
	return (six ? s->ip6 : s->ip) ? DROP_COUNT : DROP_NCP_DOWN;
}

void
lane_send_ip(struct lane *l, struct sess *s, struct pkt *b, bool six)
{
	lane_add(six ? &s->count->ip6_out : &s->count->ip_out, 1);
	lane_add(six ? &s->count->ip6_out_oct : &s->count->ip_out_oct,
	    b->len);
	if (s->pack != NULL)
		lane_pack(l, s, b, six ? PROTO_IPV6 : PROTO_IP);
	else
		lane_frame(l, s, b, six ? PROTO_IPV6 : PROTO_IP);
}

/* What is known of a packet of the host, or of one cut into several. */
struct way {
	struct sess *s;			/* to whom */
	bool	 six, waits, urgent;	/* waits: others may be before it */
};

/* A packet that fits: @b is the transmit buffer, not queued yet. */
static void
send_one(struct lane *l, const struct way *w, struct pkt *b)
{
	if (b->len > w->s->mtu)
		lane_drop(l, DROP_MTU);
	else if (!w->waits || !lane_hold(l, &w->s->out, b->data, b->len,
	    w->urgent))
		lane_send_ip(l, w->s, b, w->six);
}

static void
send_cut(struct lane *l, const struct way *w, const uint8_t *ip, size_t len,
    const struct offload *o)
{
	unsigned room = w->s->mtu < PKT_ROOM ? w->s->mtu : PKT_ROOM;
	struct pkt *b;
	struct seg cut;

	if (seg_start(&cut, ip, len, o, room) < 0) {
		lane_drop(l, DROP_MTU);
		return;
	}
	for (;;) {
		b = lane_tx(l);
		b->len = (uint32_t)seg_next(&cut, b->data);
		if (b->len == 0)
			return;
		send_one(l, w, b);
	}
}

/* To our own address: BSD's tun hands such packets over, as does a Linux
 * whose table `local' is not the usual one. */
static bool
is_own(const struct sess *s, const uint8_t *ip, size_t len, bool six)
{
	struct rd in = rd_of(ip, len);
	filter_ip to = { 0, 0 };

	rd_sub(&in, six ? 24 : 16);
	if (six)
		to[0] = (uint64_t)rd_u32(&in) << 32 | rd_u32(&in);
	to[1] = rd_u32(&in);
	if (six)
		to[1] = to[1] << 32 | rd_u32(&in);
	return !in.bad && memcmp(to, s->env.addr[six ? AW_MYADDR6 :
	    AW_MYADDR], sizeof(to)) == 0;
}

static void
loop_back(struct lane *l, uint8_t *ip, size_t len, const struct offload *o)
{
	struct piece whole = { ip, len };

	if (o->kind == OFF_NONE && o->needs_sum && offload_sum(ip, len, o) < 0)
		lane_drop(l, DROP_MTU);
	else
		lane_tun_write(l, &whole, 1, o);
}

/* One packet of the host for @s, in @b, or at @ip when it is larger. */
static void
forward_to(struct lane *l, struct sess *s, struct pkt *b, uint8_t *ip,
    size_t len, const struct offload *o)
{
	bool six = ip[0] >> 4 == 6;
	enum drop why = judge(l, s, six);

	if (why != DROP_COUNT) {
		lane_drop(l, why);
		return;
	}
	if (l->single && l->conf->p.loopback && is_own(s, ip, len, six)) {
		loop_back(l, ip, len, o);
		return;
	}
	if (!l->looks)
		lane_alive(l, s, 0);
	else if (!lane_pass(l, s, FILTER_OUT, ip, len,
	    o->kind != OFF_NONE ? o->size : 0))
		return;
	struct way w = { s, six, s->out.waits || l->full > 0, false };

	if (w.waits)
		w.urgent = lane_urgent(l, ip, len);
	if (o->kind != OFF_NONE) {
		if (ip == b->data)	/* its place is where segments go */
			ip = memcpy(l->big, ip, len);
		send_cut(l, &w, ip, len, o);
		return;
	}
	if (len > PKT_ROOM || (o->needs_sum &&
	    offload_sum(ip, len, o) < 0)) {
		lane_drop(l, DROP_MTU);
		return;
	}
	if (l->conf->p.tcpmssfixup)
		mss_clamp(ip, len, s->mtu);
	send_one(l, &w, b);
}

static void
forward(struct lane *l, struct pkt *b, uint8_t *ip, size_t len,
    const struct offload *o)
{
	forward_to(l, sess_for(l, ip, len, ip[0] >> 4 == 6), b, ip, len, o);
}

void
lane_host_drain(struct lane *l)
{
	struct offload o;

	struct fair_pkt *p;

	if (l->parked > 0)
		lane_drop(l, DROP_NO_PEER);
	l->parked = 0;
	while ((p = fair_get(l->fair)) != NULL) {
		fair_give(l->fair, p);
		lane_drop(l, DROP_NO_PEER);
	}
	while (l->tun.fd >= 0 && tun_read(&l->tun, lane_tx(l), l->big,
	    &o) > 0)
		lane_drop(l, DROP_NO_PEER);
}

/* The packet is in @b or in l->big; it stays in the latter. */
static void
park(struct lane *l, const struct pkt *b, size_t len,
    const struct offload *o)
{
	if (len <= PKT_ROOM)
		memcpy(l->big, b->data, len);
	l->parked = len;
	l->parked_o = *o;
}

/* Reads on until a packet may dial, which is kept; what may not is gone. */
static bool
some_dial(struct lane *l)
{
	struct offload o;

	for (int i = 0; i < LANE_BATCH && l->parked == 0; i++) {
		struct pkt *b = lane_tx(l);
		int len = tun_read(&l->tun, b, l->big, &o);

		if (len <= 0)
			return false;
		if (lane_dials(l, len > (int)PKT_ROOM ? l->big : b->data,
		    (size_t)len))
			park(l, b, (size_t)len, &o);
		else
			lane_drop(l, DROP_FILTER_DIAL);
	}
	return l->parked > 0;
}

bool
lane_host_waits(const struct lane *l)
{
	const struct sess *s = l->lead;
	bool six = l->big[0] >> 4 == 6;

	if (l->parked == 0 || s == NULL)
		return false;
	uint8_t state = six ? s->ppp.ipv6cp.fsm.state :
	    s->ppp.ipcp.fsm.state;

	return !(six ? s->ip6 : s->ip) && state >= FSM_REQ_SENT &&
	    state != FSM_OPENED;
}

/* Dial on demand: packets wait until the line is up. */
static bool
waits_for_dial(struct lane *l)
{
	if (!l->demand || (l->lead != NULL && (l->lead->ip || l->lead->ip6)))
		return lane_host_waits(l);
	if (l->asked || l->links != 0 || !some_dial(l))
		return true;
	struct mail m = { .op = MAIL_ACTIVE };

	l->asked = lane_tell(l, &m);
	return true;
}

/* The packet that made the line come up goes first. */
static void
unpark(struct lane *l)
{
	struct pkt *b = lane_tx(l);
	size_t len = l->parked;

	l->parked = 0;
	if (len <= PKT_ROOM)
		memcpy(b->data, l->big, len);
	b->len = (uint32_t)len;
	forward(l, b, len > PKT_ROOM ? l->big : b->data, len, &l->parked_o);
}

/* The start of the look for an address into the cache. */
static void
fetch_to(const struct lane *l, const uint8_t *ip, size_t len)
{
	struct rd in = rd_of(ip, len);

	rd_sub(&in, 16);
	uint32_t dst = rd_u32(&in);

	if (!in.bad && ip[0] >> 4 == 4)
		table_fetch(&l->by_addr, table_hash(dst, l->seed));
}

/* ---- turns: the wire is looked at between them ---- */

/*
 * After each turn the other end has caught up and sleeps, and waking it costs
 * up to a fifth of all. Where a flow has been alone nobody waits for the end
 * of a long one.
 */
static size_t
turn(const struct lane *l)
{
	return l->now - l->mixed < ALONE ? TURN : LONG;
}

/* In a turn that is long already: are they all of one flow? @last: of the
 * packet before, UINT_MAX: not known. */
static void
note_flow(struct lane *l, unsigned *last, const uint8_t *ip, size_t len)
{
	unsigned flow = fair_flow(l->fair, ip, len);

	if (*last != UINT_MAX && *last != flow)
		l->mixed = l->now;
	*last = flow;
}

static void
lost(struct lane *l, unsigned n)
{
	if (n > 0)
		lane_add(&l->count.drop[DROP_SHARE], n);
}

/* What waits in the device goes to the queues of its flows: a thin one's
 * packet is not behind all of a fast one's. */
static bool
read_ahead(struct lane *l)
{
	bool flood = fair_waits(l->fair) > FLOOD && fair_flows(l->fair) == 1;
	struct offload o;
	unsigned n;

	for (int i = 0; i < (flood ? SAMPLE : AHEAD); i++) {
		if (fair_flows(l->fair) > 1)
			l->mixed = l->now;
		else if (fair_is_full(l->fair))
			return true;	/* one alone loses nothing */
		struct pkt *b = lane_tx(l);
		uint8_t *ip = fair_room(l->fair, &n);

		lost(l, n);
		int len = tun_read(&l->tun, b, ip, &o);

		if (len <= 0)
			return false;
		if (len <= (int)PKT_ROOM)
			ip = b->data;
		struct sess *s = sess_for(l, ip, (size_t)len,
		    ip[0] >> 4 == 6);

		l->read = true;
		lost(l, fair_put(l->fair, ip, (size_t)len, &o,
		    s != NULL ? s->idx : 0));
	}
	return true;
}

/* Their turn: flow by flow. */
static void
send_waiting(struct lane *l)
{
	struct fair_pkt *p;
	size_t done = 0;

	for (int i = 0; i < LANE_BATCH && done < turn(l) &&
	    (p = fair_get(l->fair)) != NULL; i++) {
		struct pkt *b = lane_tx(l);
		uint8_t *ip = p->data;

		b->len = p->len;
		if (p->len <= PKT_ROOM)
			ip = memcpy(b->data, ip, p->len);
		forward(l, b, ip, p->len, &p->o);
		done += p->len;
		fair_give(l->fair, p);
	}
}

/*
 * Of many sessions, few of them in the cache: some packets are read, then all
 * that they touch is fetched at once. Octets; 0: the device is empty.
 * They are where frames of the wire would be, of which none is waiting.
 */
static size_t
send_some(struct lane *l)
{
	struct offload o[SOME];
	struct sess *s[SOME];
	size_t done = 0;
	int n, len = 0;

	for (n = 0; n < SOME; n++) {
		len = tun_read(&l->tun, &l->rx[n], l->big, &o[n]);
		if (len <= 0 || len > (int)PKT_ROOM)
			break;
		fetch_to(l, l->rx[n].data, (size_t)len);
	}
	for (int i = 0; i < n; i++) {
		uint8_t *ip = l->rx[i].data;

		s[i] = sess_for(l, ip, l->rx[i].len, ip[0] >> 4 == 6);
		if (s[i] != NULL)
			sess_fetch(s[i]);
	}
	for (int i = 0; i < n; i++)
		if (s[i] != NULL)
			count_fetch(s[i]->count);
	for (int i = 0; i < n; i++) {
		struct pkt *b = lane_tx(l);

		b->len = l->rx[i].len;
		memcpy(b->data, l->rx[i].data, b->len);
		forward_to(l, s[i], b, b->data, b->len, &o[i]);
		done += l->rx[i].len;
	}
	if (n < SOME && len > 0) {
		forward(l, lane_tx(l), l->big, (size_t)len, &o[n]);
		done += (size_t)len;
	}
	return done;
}

/*
 * Nothing waits: straight through. False: the device is empty, or calls again.
 * Where lone packets are far apart the second look would find nothing, and
 * cost what the other end waits for when it runs on this CPU.
 */
static bool
send_straight(struct lane *l)
{
	bool thin = l->lone && l->now - l->read_at > THIN;
	bool many = l->slab.used > LANE_MANY && l->streams == 0 &&
	    l->rx_at == l->rx_n;
	unsigned flow = UINT_MAX;
	struct offload o;
	size_t done = 0;

	for (int i = 0; i < LANE_BATCH && done < turn(l); i++) {
		if (many && i > 0) {
			size_t some = send_some(l);

			if (some == 0)
				return false;
			done += some;
			i += SOME - 1;
			continue;
		}
		if (l->streams > 0) {	/* slow: the host keeps the queue */
			lane_flush(l);
			if (lane_line_full(l))
				return false;
		}
		struct pkt *b = lane_tx(l);
		int len = tun_read(&l->tun, b, l->big, &o);

		if (len <= 0)
			return false;
		uint8_t *ip = len > (int)PKT_ROOM ? l->big : b->data;

		if (done >= TURN)
			note_flow(l, &flow, ip, (size_t)len);
		forward(l, b, ip, (size_t)len, &o);
		done += (size_t)len;
		l->read = true;
		l->lone = i == 0 && len <= (int)PKT_ROOM;
		if (i > 0)
			continue;
		lane_flush(l);	/* a lone one does not wait to be sure of it */
		if (thin && l->lone)
			return false;
	}
	return true;
}

/*
 * A packet for this machine itself is answered while it is written: what the
 * device has to say is there before it calls. Where that was so the last time
 * it is asked at once, unless packets are many: then more than one is there
 * when it calls.
 */
static bool
calls(const struct lane *l)
{
	return (l->quiet & QUIET_TUN) == 0 || (l->answered && l->wrote &&
	    l->now - l->wrote_at > THIN);
}

static void
note_times(struct lane *l)
{
	if (l->read && (l->quiet & QUIET_TUN) == 0)
		l->answered = l->wrote || l->now - l->wrote_at < THIN;
	else if (l->wrote)
		l->answered = l->read;
	if (l->read)
		l->read_at = l->now;
	if (l->wrote)
		l->wrote_at = l->now;
	l->read = l->wrote = false;
}

static bool
read_host(struct lane *l)
{
	if (fair_waits(l->fair) > 0) {
		if (calls(l))
			read_ahead(l);
		send_waiting(l);
		return true;
	}
	return calls(l) && send_straight(l) &&
	    (l->streams > 0 || read_ahead(l) || fair_waits(l->fair) > 0);
}

bool
lane_host_read(struct lane *l)
{
	bool more;

	if (l->tun.fd < 0 || waits_for_dial(l))
		return false;
	if (l->parked > 0)
		unpark(l);
	more = read_host(l);
	note_times(l);
	return more;
}
