/*
 * A packet taken apart for the filters: RFC 791, RFC 8200 with its extension
 * headers, RFC 9293, RFC 768, RFC 792 and 4443. The bytes are a peer's.
 */
#include <string.h>

#include "filter/filter.h"

#define P_ICMP		1
#define P_TCP		6
#define P_UDP		17
#define P_ICMP6		58

#define EXT_MAX		8	/* extension headers that are followed */

static void
look_tcp(struct rd *r, struct filter_pkt *p)
{
	p->src_port = rd_u16(r);
	p->dst_port = rd_u16(r);
	p->seq = rd_u32(r);
	p->ack = rd_u32(r);
	unsigned hl = (rd_u8(r) >> 4) * 4u;

	p->tcp = rd_u8(r);
	rd_sub(r, 6);			/* window, checksum, urgent pointer */
	if (hl < 20)
		r->bad = true;
	p->opt = rd_sub(r, hl - 20u);
	p->flags = (uint8_t)((p->tcp & 0x10 ? FILTER_ESTAB : 0) |
	    (p->tcp & 0x02 ? FILTER_SYN : 0) |
	    (p->tcp & 0x05 ? FILTER_FINRST : 0));
}

static void
look_upper(struct rd *r, struct filter_pkt *p)
{
	switch (p->proto) {
	case P_TCP:
		look_tcp(r, p);
		break;
	case P_UDP:
		p->src_port = rd_u16(r);
		p->dst_port = rd_u16(r);
		rd_u32(r);		/* length, checksum */
		break;
	case P_ICMP:
	case P_ICMP6:
		p->src_port = rd_u8(r);
		rd_sub(r, 3);		/* code, checksum */
		break;
	default:
		break;
	}
	p->cut = r->bad;
	p->data = (uint32_t)rd_size(r);
	p->body = *r;
}

static struct rd
look4(struct rd r, struct filter_pkt *p)
{
	unsigned hl = (rd_u8(&r) & 15) * 4u;

	p->tos = rd_u8(&r);
	unsigned total = rd_u16(&r);

	rd_u16(&r);
	p->frag = (uint16_t)((rd_u16(&r) & 0x1fff) * 8);
	rd_u8(&r);
	p->proto = rd_u8(&r);
	rd_u16(&r);
	p->src[1] = rd_u32(&r);
	p->dst[1] = rd_u32(&r);
	if (hl < 20 || total < hl)
		r.bad = true;
	rd_sub(&r, hl - 20u);
	p->len = total;
	if (!r.bad && total - hl < rd_size(&r))	/* the rest is padding */
		r.end = r.p + (total - hl);
	return r;
}

static uint64_t
rd_u64(struct rd *r)
{
	uint64_t hi = rd_u32(r);

	return hi << 32 | rd_u32(r);
}

/* Past Hop-by-Hop, Routing, Destination, Authentication and Fragment. */
static void
skip_extensions(struct rd *r, struct filter_pkt *p)
{
	for (int i = 0; i < EXT_MAX; i++) {
		uint8_t kind = p->proto;
		unsigned n;

		if (kind != 0 && kind != 43 && kind != 44 && kind != 51 &&
		    kind != 60)
			return;
		p->proto = rd_u8(r);
		n = rd_u8(r);
		if (kind == 44) {
			p->frag = rd_u16(r) & 0xfff8;
			rd_u32(r);
			if (p->frag > 0)
				return;
		} else {
			rd_sub(r, kind == 51 ? n * 4u + 6 : n * 8u + 6);
		}
		if (r->bad)
			return;
	}
	r->bad = true;			/* nobody honest has that many */
}

static struct rd
look6(struct rd r, struct filter_pkt *p)
{
	uint32_t word = rd_u32(&r);
	unsigned size = rd_u16(&r);

	p->tos = (uint8_t)(word >> 20);
	p->proto = rd_u8(&r);
	rd_u8(&r);
	p->src[0] = rd_u64(&r);
	p->src[1] = rd_u64(&r);
	p->dst[0] = rd_u64(&r);
	p->dst[1] = rd_u64(&r);
	p->len = 40 + size;
	if (!r.bad && size < rd_size(&r) && size > 0)
		r.end = r.p + size;
	skip_extensions(&r, p);
	return r;
}

static void
look(const uint8_t *ip, size_t len, struct filter_pkt *p)
{
	struct rd r = rd_of(ip, len);

	memset(p, 0, sizeof(*p));
	if (len == 0 || (ip[0] >> 4 != 4 && ip[0] >> 4 != 6))
		return;
	p->family = ip[0] >> 4;
	r = p->family == 4 ? look4(r, p) : look6(r, p);
	p->cut = r.bad;
	if (!r.bad && p->frag == 0)
		look_upper(&r, p);
}

/* PPP in a UDP datagram, with address and control or without: 1 the IP
 * packet inside in @in, 0 another protocol of PPP, -1 no PPP at all. */
static int
ppp_inside(struct rd *in)
{
	struct rd r = *in;
	uint16_t proto = rd_u8(&r);

	if (proto == 0xff) {
		if (rd_u8(&r) != 3)
			return -1;
		proto = rd_u8(&r);
	}
	if ((proto & 1) == 0)
		proto = (uint16_t)(proto << 8 | rd_u8(&r));
	if (r.bad)
		return -1;
	*in = r;
	if (proto == 0x21 || proto == 0x57)
		return rd_size(&r) > 0 &&
		    r.p[0] >> 4 == (proto == 0x21 ? 4 : 6) ? 1 : -1;
	return (proto & 0xff) == 0x21 || (proto & 0xff) == 0x23 ||
	    proto == 0xc025 || proto == 0x8057 || proto == 0x80fd ? 0 : -1;
}

void
filter_look(const uint8_t *ip, size_t len, bool decap, struct filter_pkt *p)
{
	struct rd in;

	look(ip, len, p);
	if (!decap || p->proto != P_UDP || p->cut || p->frag > 0 ||
	    p->data == 0)
		return;
	in = p->body;
	switch (ppp_inside(&in)) {
	case 1:
		look(in.p, rd_size(&in), p);
		break;
	case 0:
		p->tunnel = true;
		break;
	default:
		break;
	}
}
