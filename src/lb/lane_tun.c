/* Packets of the subscribers: from the wire to the host's TUN device. */
#include <string.h>
#include <sys/socket.h>

#include "lb/lane.h"
#include "wire/mss.h"

static bool
check_ip4(struct lane *l, const struct sess *s, struct rd in)
{
	uint8_t vhl = rd_u8(&in);

	rd_u8(&in);
	uint16_t total = rd_u16(&in);

	rd_sub(&in, 8);
	const uint8_t *from = in.p;
	uint32_t src = rd_u32(&in);

	if (in.bad || vhl >> 4 != 4 || (vhl & 15) < 5 ||
	    total < (vhl & 15) * 4 || total > rd_size(&in) + 16) {
		lane_drop(l, DROP_IP_SHORT);
		return false;
	}
	if (s->role == ROLE_AC && src != s->addr &&
	    (s->nets == 0 || !lane_route_has(l, s, AF_INET, from))) {
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
	if (s->role == ROLE_AC && !is_peer6(s, src) &&
	    (s->nets == 0 || !lane_route_has(l, s, AF_INET6, src))) {
		lane_drop(l, DROP_IP_SOURCE);
		return false;
	}
	return true;
}

/* ---- the TUN end, segments of a flow joined ---- */

void
lane_tun_write(struct lane *l, const struct piece *p, unsigned n,
    const struct offload *o)
{
	l->wrote = true;
	if (l->tun.fd < 0 || tun_write(&l->tun, p, n, o) < 0)
		lane_drop(l, DROP_TUN_WRITE);
}

static void
write_flow(struct lane *l, unsigned i)
{
	const struct piece *p;
	struct offload o;
	unsigned n = join_take(&l->join, i, &p, &o);

	lane_tun_write(l, p, n, &o);
}

void
lane_tun_flush(struct lane *l)
{
	for (unsigned i = 0; i < l->join.n; i++)
		write_flow(l, i);
	l->join.n = 0;
}

static void
join_or_write(struct lane *l, const uint8_t *ip, size_t len)
{
	static const struct offload none;
	struct piece whole = { ip, len };
	int i = JOIN_PASS;

	while (l->tun.gso && (i = join_add(&l->join, ip, len,
	    l->tun.uso)) >= 0) {	/* what is held goes first */
		write_flow(l, (unsigned)i);
		join_drop(&l->join, (unsigned)i);
	}
	if (i == JOIN_PASS)
		lane_tun_write(l, &whole, 1, &none);
}

void
lane_write_ip(struct lane *l, struct sess *s, const uint8_t *ip, size_t len)
{
	bool six = ip[0] >> 4 == 6;

	lane_add(six ? &s->count->ip6_in : &s->count->ip_in, 1);
	lane_add(six ? &s->count->ip6_in_oct : &s->count->ip_in_oct, len);
	join_or_write(l, ip, len);
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
	if (!l->looks)
		lane_alive(l, s, 0);
	else if (!lane_pass(l, s, FILTER_IN, in.p, len, 0))
		return;
	/* The frame is ours until the next batch: clamp it in place. */
	if (l->conf->p.tcpmssfixup)
		mss_clamp((uint8_t *)(uintptr_t)in.p, len, s->mtu);
	if (s->in.waits && lane_hold(l, &s->in, in.p, (uint32_t)len,
	    lane_urgent(l, in.p, len)))
		return;
	lane_write_ip(l, s, in.p, len);
}
