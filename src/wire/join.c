/* Coalescing of TCP segments and UDP datagrams. */
#include "wire/join.h"

#include <string.h>

#include "wire/cksum.h"

#define TCP		6
#define UDP		17
#define TCP_FIN		0x01
#define TCP_PSH		0x08
#define TCP_ACK		0x10
#define IP_DF		0x40

/* What join_add() knows of a packet once it has looked. */
struct look {
	const uint8_t *ip;
	size_t	 len, l4, hdr;
	bool	 six, udp, joinable;
};

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static uint16_t
get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void
put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* TCP or UDP directly behind a plain IP header, lengths exact. */
static bool
look_ip(struct look *k)
{
	const uint8_t *ip = k->ip;

	if (k->len >= 28 && ip[0] == 0x45) {
		k->l4 = 20;
		k->udp = ip[9] == UDP;
		return (k->udp || ip[9] == TCP) &&
		    get16(ip + 2) == k->len && (ip[6] & 0xbf) == 0 &&
		    ip[7] == 0 && sum_fold(sum_add(0, ip, 20)) == 0xffff;
	}
	if (k->len >= 48 && ip[0] >> 4 == 6) {
		k->l4 = 40;
		k->six = true;
		k->udp = ip[6] == UDP;
		return (k->udp || ip[6] == TCP) &&
		    get16(ip + 4) == k->len - 40;
	}
	return false;
}

static bool
sum_is_right(const struct look *k)
{
	const uint8_t *l4 = k->ip + k->l4;
	size_t n = k->len - k->l4;
	uint64_t sum = sum_pseudo(k->ip, k->udp ? UDP : TCP, n);

	return sum_fold(sum_add(sum, l4, n)) == 0xffff;
}

/* False: no flow at all. joinable: its data may join others. */
static bool
look(struct look *k, bool udp)
{
	const uint8_t *l4;

	if (!look_ip(k))
		return false;
	l4 = k->ip + k->l4;
	if (k->udp) {
		k->hdr = k->l4 + 8;
		k->joinable = udp && get16(l4 + 4) == k->len - k->l4 &&
		    get16(l4 + 6) != 0;
	} else {
		if (k->len < k->l4 + 20)
			return false;
		k->hdr = k->l4 + (l4[12] >> 4) * 4u;
		k->joinable = k->hdr >= k->l4 + 20 &&
		    (l4[13] & ~TCP_PSH) == TCP_ACK;
	}
	k->joinable = k->joinable && k->hdr < k->len &&
	    k->hdr <= JOIN_HDR && sum_is_right(k);
	return true;
}

/* Addresses and ports are the same. */
static bool
same_flow(const struct join_flow *f, const struct look *k)
{
	size_t at = k->six ? 8 : 12, n = k->six ? 32 : 8;

	return f->six == k->six && f->udp == k->udp &&
	    memcmp(f->hdr + at, k->ip + at, n) == 0 &&
	    memcmp(f->hdr + f->l4, k->ip + k->l4, 4) == 0;
}

/* All header fields that a cut would copy or count up are as expected. */
static bool
follows(const struct join_flow *f, const struct look *k)
{
	const uint8_t *l4 = k->ip + k->l4, *fl4 = f->hdr + f->l4;
	size_t n = k->len - k->hdr;

	if (f->closed || k->hdr != f->hdr_len || n > f->size ||
	    f->n == JOIN_PIECES || f->hdr_len + f->payload + n > SUPER_MAX)
		return false;
	if (f->six ? memcmp(f->hdr, k->ip, 4) != 0 ||
	    f->hdr[7] != k->ip[7] :
	    f->hdr[1] != k->ip[1] || f->hdr[6] != k->ip[6] ||
	    f->hdr[8] != k->ip[8])
		return false;
	if (!f->six && (f->hdr[6] & IP_DF) == 0 &&
	    get16(k->ip + 4) != (uint16_t)(f->ip_id + f->n))
		return false;
	if (f->udp)
		return true;
	return get32(l4 + 4) == f->next_seq &&
	    memcmp(l4 + 8, fl4 + 8, 5) == 0 &&	/* ack, offset */
	    memcmp(l4 + 14, fl4 + 14, 2) == 0 &&	/* window */
	    memcmp(l4 + 18, fl4 + 18, k->hdr - k->l4 - 18) == 0;
}

static void
append(struct join_flow *f, const struct look *k)
{
	size_t n = k->len - k->hdr;
	uint8_t flags = f->udp ? 0 : k->ip[k->l4 + 13];

	f->n++;
	f->piece[f->n].p = k->ip + k->hdr;
	f->piece[f->n].n = n;
	f->payload += n;
	f->next_seq += (uint32_t)n;
	if (!f->udp)
		f->hdr[f->l4 + 13] |= flags & TCP_PSH;
	f->closed = n < f->size || (flags & TCP_PSH) != 0;
}

static void
begin(struct join_flow *f, const struct look *k)
{
	f->l4 = (uint16_t)k->l4;
	f->hdr_len = (uint16_t)k->hdr;
	f->six = k->six;
	f->udp = k->udp;
	f->n = 0;
	f->payload = 0;
	f->closed = false;
	f->size = (uint16_t)(k->len - k->hdr);
	memcpy(f->hdr, k->ip, k->hdr);
	f->ip_id = get16(k->ip + 4);
	f->next_seq = get32(k->ip + k->l4 + 4);
	f->whole.p = k->ip;
	f->whole.n = k->len;
	append(f, k);
}

int
join_add(struct join *j, const uint8_t *ip, size_t len, bool udp)
{
	struct look k = { .ip = ip, .len = len };

	if (!look(&k, udp))
		return JOIN_PASS;
	for (unsigned i = 0; i < j->n; i++) {
		if (!same_flow(&j->flow[i], &k))
			continue;
		if (!k.joinable || !follows(&j->flow[i], &k))
			return (int)i;
		append(&j->flow[i], &k);
		return JOIN_HELD;
	}
	if (!k.joinable)
		return JOIN_PASS;
	if (j->n == JOIN_FLOWS)
		return 0;
	begin(&j->flow[j->n++], &k);
	return JOIN_HELD;
}

/* Lengths of the whole, and the pseudo header where the checksum goes. */
static void
finish(struct join_flow *f)
{
	size_t l4_len = f->hdr_len - f->l4 + f->payload;
	uint8_t *l4 = f->hdr + f->l4;
	uint16_t sum;

	if (f->six) {
		put16(f->hdr + 4, f->hdr_len - 40u + f->payload);
	} else {
		put16(f->hdr + 2, f->hdr_len + f->payload);
		put16(f->hdr + 10, 0);
		sum = (uint16_t)~sum_fold(sum_add(0, f->hdr, 20));
		memcpy(f->hdr + 10, &sum, sizeof(sum));
	}
	if (f->udp)
		put16(l4 + 4, l4_len);
	sum = sum_fold(sum_pseudo(f->hdr, f->udp ? UDP : TCP, l4_len));
	memcpy(l4 + (f->udp ? 6 : 16), &sum, sizeof(sum));
}

unsigned
join_take(struct join *j, unsigned i, const struct piece **piece,
    struct offload *o)
{
	struct join_flow *f = &j->flow[i];
	unsigned n = f->n + 1;

	memset(o, 0, sizeof(*o));
	if (f->n == 1) {
		*piece = &f->whole;
		n = 1;
	} else {
		finish(f);
		f->piece[0].p = f->hdr;
		f->piece[0].n = f->hdr_len;
		*piece = f->piece;
		o->kind = f->udp ? OFF_UDP : f->six ? OFF_TCP6 : OFF_TCP4;
		o->needs_sum = true;
		o->size = f->size;
		o->l4 = f->l4;
		o->sum_at = f->udp ? 6 : 16;
		o->hdr = f->hdr_len;
	}
	return n;
}

void
join_drop(struct join *j, unsigned i)
{
	if (--j->n != i)
		j->flow[i] = j->flow[j->n];
}
