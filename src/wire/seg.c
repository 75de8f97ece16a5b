/* Segmentation of super-packets: RFC 9293 (TCP), RFC 768 (UDP). */
#include "wire/seg.h"

#include <string.h>

#include "base/err.h"
#include "wire/cksum.h"

#define TCP		6
#define UDP		17
#define TCP_FIN		0x01
#define TCP_PSH		0x08
#define TCP_CWR		0x80
#define UDP_HDR		8u

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void
put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

int
offload_sum(uint8_t *ip, size_t len, const struct offload *o)
{
	size_t at = (size_t)o->l4 + o->sum_at;
	uint16_t sum;

	if (at + 2 > len || (o->l4 & 1) != 0)
		return -E_FORMAT;
	/* The field holds the pseudo header's part: it is summed with it. */
	sum = (uint16_t)~sum_fold(sum_add(0, ip + o->l4, len - o->l4));
	if (sum == 0)
		sum = 0xffff;
	memcpy(ip + at, &sum, sizeof(sum));
	return 0;
}

/* Where the IP header ends, by its own words; 0: not one that we cut. */
static size_t
ip_end(const uint8_t *ip, size_t len)
{
	if (len >= 20 && ip[0] >> 4 == 4)
		return (ip[0] & 15u) * 4u;
	return len >= 40 && ip[0] >> 4 == 6 ? 40 : 0;
}

static size_t
l4_hdr(const uint8_t *l4, size_t len, bool udp)
{
	if (udp)
		return len >= UDP_HDR ? UDP_HDR : 0;
	return len >= 20 ? (l4[12] >> 4) * 4u : 0;
}

int
seg_start(struct seg *s, const uint8_t *ip, size_t len,
    const struct offload *o, unsigned mtu)
{
	size_t end = ip_end(ip, len), hl;

	memset(s, 0, sizeof(*s));
	s->udp = o->kind == OFF_UDP;
	if (end < 20 || end > len || o->size == 0)
		return -E_FORMAT;
	hl = l4_hdr(ip + end, len - end, s->udp);
	s->six = ip[0] >> 4 == 6;
	if (hl < UDP_HDR || end + hl > len || end + hl > SEG_HDR_MAX ||
	    (s->six ? ip[6] : ip[9]) != (s->udp ? UDP : TCP))
		return -E_FORMAT;
	s->ip = ip;
	s->len = len;
	s->l4 = (uint16_t)end;
	s->hdr = (uint16_t)(end + hl);
	s->size = o->size;
	if (s->hdr + (size_t)s->size <= mtu)
		return 0;
	if (s->udp || mtu <= s->hdr)
		return -E_RANGE;
	s->size = (uint16_t)(mtu - s->hdr);
	return 0;
}

static void
ip_header(const struct seg *s, uint8_t *out, size_t n)
{
	uint16_t sum;

	if (s->six) {
		put16(out + 4, s->hdr - 40u + n);
		return;
	}
	put16(out + 2, s->hdr + n);
	put16(out + 4, (uint16_t)((out[4] << 8 | out[5]) + s->index));
	put16(out + 10, 0);
	sum = (uint16_t)~sum_fold(sum_add(0, out, s->l4));
	memcpy(out + 10, &sum, sizeof(sum));
}

static void
l4_header(const struct seg *s, uint8_t *l4, size_t n, bool last)
{
	if (s->udp) {
		put16(l4 + 4, UDP_HDR + n);
		put16(l4 + 6, 0);
		return;
	}
	put32(l4 + 4, get32(l4 + 4) + (uint32_t)s->off);
	if (!last)
		l4[13] &= (uint8_t)~(TCP_FIN | TCP_PSH);
	if (s->off > 0)
		l4[13] &= (uint8_t)~TCP_CWR;
	put16(l4 + 16, 0);
}

size_t
seg_next(struct seg *s, uint8_t *out)
{
	size_t left = s->len - s->hdr - s->off;
	size_t n = left < s->size ? left : s->size;
	uint8_t *l4 = out + s->l4;
	uint64_t sum;
	uint16_t folded;

	if (n == 0)
		return 0;
	memcpy(out, s->ip, s->hdr);
	ip_header(s, out, n);
	l4_header(s, l4, n, n == left);
	sum = sum_pseudo(out, s->udp ? UDP : TCP, s->hdr - s->l4 + n);
	sum = sum_add(sum, l4, s->hdr - s->l4);
	sum = sum_copy(sum, out + s->hdr, s->ip + s->hdr + s->off, n);
	folded = (uint16_t)~sum_fold(sum);
	if (folded == 0 && s->udp)
		folded = 0xffff;
	memcpy(l4 + (s->udp ? 6 : 16), &folded, sizeof(folded));
	s->off += n;
	s->index++;
	return s->hdr + n;
}
