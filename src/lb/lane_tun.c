/* Packets of a lane: between its sessions and the host's TUN device. */
#include <poll.h>
#include <string.h>

#include "base/err.h"
#include "lb/lane.h"
#include "wire/mss.h"

/* ---- subscriber to host ---- */

static bool
check_ip4(struct lane *l, const struct sess *s, struct rd in)
{
	uint8_t vhl = rd_u8(&in);

	rd_u8(&in);
	uint16_t total = rd_u16(&in);

	rd_sub(&in, 8);
	uint32_t src = rd_u32(&in);

	if (in.bad || vhl >> 4 != 4 || total < 20 ||
	    total > rd_size(&in) + 16) {
		lane_drop(l, DROP_IP_SHORT);
		return false;
	}
	if (s->role == ROLE_AC && src != s->addr) {
		lane_drop(l, DROP_IP_SOURCE);
		return false;
	}
	return true;
}

/* Link-local source: fe80:: and the id that IPV6CP agreed on. */
static bool
is_peer6(const struct sess *s, const uint8_t src[16])
{
	static const uint8_t ll[8] = { 0xfe, 0x80 };

	return memcmp(src, ll, 8) == 0 && memcmp(src + 8, &s->ifid, 8) == 0;
}

static bool
check_ip6(struct lane *l, const struct sess *s, struct rd in)
{
	uint8_t src[16];
	uint8_t v = rd_u8(&in);

	rd_sub(&in, 7);
	rd_copy(&in, src, sizeof(src));
	rd_sub(&in, 16);
	if (in.bad || v >> 4 != 6) {
		lane_drop(l, DROP_IP_SHORT);
		return false;
	}
	if (s->role == ROLE_AC && !is_peer6(s, src)) {
		lane_drop(l, DROP_IP_SOURCE);
		return false;
	}
	return true;
}

void
lane_to_tun(struct lane *l, struct sess *s, uint16_t proto, struct rd in)
{
	bool six = proto == PROTO_IPV6;
	size_t len = rd_size(&in);

	if (six ? !s->ip6 : !s->ip) {
		lane_drop(l, DROP_NCP_DOWN);
		return;
	}
	ppp_alive(&s->ppp, l->now);
	if (six ? !check_ip6(l, s, in) : !check_ip4(l, s, in))
		return;
	/* The frame is ours until the next batch: clamp it in place. */
	if (l->conf->p.tcpmssfixup)
		mss_clamp((uint8_t *)(uintptr_t)in.p, len, s->mtu);
	lane_add(six ? &s->count->ip6_in : &s->count->ip_in, 1);
	lane_add(six ? &s->count->ip6_in_oct : &s->count->ip_in_oct, len);
	if (l->tun.fd < 0 || tun_write(&l->tun, in.p, len) < 0)
		lane_drop(l, DROP_TUN_WRITE);
}

/* ---- host to subscriber ---- */

static struct sess *
sess_for4(struct lane *l, struct rd in)
{
	rd_sub(&in, 16);
	uint32_t dst = rd_u32(&in);

	return in.bad ? NULL : lane_by_addr(l, dst);
}

static struct sess *
sess_for6(struct lane *l, struct rd in)
{
	uint64_t ifid;
	uint16_t prefix;

	rd_sub(&in, 24);
	prefix = rd_u16(&in);
	rd_sub(&in, 6);
	rd_copy(&in, &ifid, sizeof(ifid));
	return in.bad || prefix != 0xfe80 ? NULL : lane_by_ifid(l, ifid);
}

static struct sess *
sess_for(struct lane *l, const struct pkt *b, bool six)
{
	struct rd in = rd_of(b->data, b->len);

	if (l->single)
		return l->only;
	return six ? sess_for6(l, in) : sess_for4(l, in);
}

static enum drop
judge(const struct lane *l, const struct sess *s, const struct pkt *b,
    bool six)
{
	if (s == NULL || l->port[s->key.port].io == NULL)
		return DROP_NO_PEER;
	if (six ? !s->ip6 : !s->ip)
		return DROP_NCP_DOWN;
	return b->len > s->mtu ? DROP_MTU : DROP_COUNT;
}

static void
forward(struct lane *l, struct pkt *b)
{
	bool six = b->len > 0 && b->data[0] >> 4 == 6;
	struct sess *s = sess_for(l, b, six);
	enum drop why = judge(l, s, b, six);

	if (why != DROP_COUNT) {
		lane_drop(l, why);
		return;
	}
	if (l->conf->p.tcpmssfixup)
		mss_clamp(b->data, b->len, s->mtu);
	lane_add(six ? &s->count->ip6_out : &s->count->ip_out, 1);
	lane_add(six ? &s->count->ip6_out_oct : &s->count->ip_out_oct,
	    b->len);
	lane_frame(l, s, b, six ? PROTO_IPV6 : PROTO_IP);
}

void
lane_tun_drain(struct lane *l)
{
	while (l->tun.fd >= 0 && tun_read(&l->tun, lane_tx(l)) > 0)
		lane_drop(l, DROP_NO_PEER);
}

/* Dial on demand: the packet stays in the TUN until the line is up. */
static bool
waits_for_dial(struct lane *l)
{
	struct mail m = { .op = MAIL_ACTIVE };
	struct pollfd p = { .fd = l->tun.fd, .events = POLLIN };

	if (!l->demand || (l->only != NULL && (l->only->ip || l->only->ip6)))
		return false;
	if (!l->asked && l->only == NULL && poll(&p, 1, 0) > 0)
		l->asked = lane_tell(l, &m);
	return true;
}

bool
lane_tun_read(struct lane *l)
{
	if (l->tun.fd < 0 || waits_for_dial(l))
		return false;
	for (int i = 0; i < LANE_BATCH; i++) {
		struct pkt *b = lane_tx(l);

		if (tun_read(&l->tun, b) <= 0)
			return false;
		forward(l, b);
	}
	return true;
}
