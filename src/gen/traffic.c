/*
 * Test packets. IP, then ICMP Echo or UDP, then
 *
 *	magic, run, number of the subscriber, sequence: 4 octets each
 *	time in nanoseconds: 8 octets
 *	pattern: each octet is its offset plus the sequence
 *
 * RFC 791, RFC 792, RFC 768, RFC 4443.
 */
#include "gen/traffic.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "wire/cksum.h"
#include "wire/wr.h"

#define MAGIC		0x50505045u	/* "PPPE" */
#define OUR_HEAD	24u
#define IP4_HEAD	20u
#define IP6_HEAD	40u
#define L4_HEAD		8u		/* of UDP and of Echo */
#define PORT		9001u
#define HOPS		64u
#define ICMP		1u
#define UDP		17u
#define ICMP6		58u
#define DF		0x4000u
#define SEEN		64u		/* sequences that are remembered */

enum { ECHO_REPLY4 = 0, ECHO4 = 8, ECHO6 = 128, ECHO_REPLY6 = 129 };

struct flow {			/* of packets that one subscriber sends */
	uint32_t next;			/* sequence */
	uint32_t top;			/* highest that came, plus 1 */
	uint64_t seen;			/* bit k: top - 1 - k came */
};

struct traffic {
	struct traffic_conf c;
	uint32_t run;
	unsigned n;
	struct traffic_stats st;
	struct flow flow[];
};

struct traffic *
traffic_new(const struct traffic_conf *c, unsigned n, uint32_t run)
{
	struct traffic *t = calloc(1, sizeof(*t) + n * sizeof(t->flow[0]));

	BUG_ON(c->size < TRAFFIC_MIN);
	if (t == NULL)
		return NULL;
	t->c = *c;
	t->n = n;
	t->run = run;
	return t;
}

void
traffic_free(struct traffic *t)
{
	free(t);
}

/* ---- sending ---- */

static void
put_ip(struct wr *w, const struct traffic_ends *e, uint8_t proto, size_t len)
{
	size_t at = wr_size(w);

	if (e->ip6) {
		wr_u32(w, 0x60000000);
		wr_u16(w, (uint16_t)len);
		wr_u8(w, proto);
		wr_u8(w, HOPS);
		wr_put(w, e->src6, 16);
		wr_put(w, e->dst6, 16);
		return;
	}
	wr_u16(w, 0x4500);
	wr_u16(w, (uint16_t)(IP4_HEAD + len));
	wr_u16(w, 0);
	wr_u16(w, DF);
	wr_u8(w, HOPS);
	wr_u8(w, proto);
	wr_u16(w, 0);
	wr_u32(w, e->src);
	wr_u32(w, e->dst);
	wr_patch16(w, at + 10, cksum(w->base + at, IP4_HEAD, 0));
}

/* Echo, or UDP; its checksum, at this offset, is still 0. */
static size_t
put_l4(struct wr *w, const struct traffic *t, unsigned i, bool ip6,
    size_t len)
{
	if (t->c.kind == TRAFFIC_PAIR) {
		wr_u16(w, PORT);
		wr_u16(w, PORT);
		wr_u16(w, (uint16_t)len);
		wr_u16(w, 0);
		return 6;
	}
	wr_u8(w, ip6 ? ECHO6 : ECHO4);
	wr_u8(w, 0);
	wr_u16(w, 0);
	wr_u16(w, (uint16_t)i);
	wr_u16(w, (uint16_t)t->flow[i].next);
	return 2;
}

static uint8_t
proto_of(const struct traffic *t, bool ip6)
{
	return t->c.kind == TRAFFIC_PAIR ? UDP : ip6 ? ICMP6 : ICMP;
}

static void
put_ours(struct wr *w, const struct traffic *t, unsigned i, size_t size,
    tstamp now)
{
	uint32_t seq = t->flow[i].next;

	wr_u32(w, MAGIC);
	wr_u32(w, t->run);
	wr_u32(w, i);
	wr_u32(w, seq);
	wr_u32(w, (uint32_t)(now >> 32));
	wr_u32(w, (uint32_t)now);
	for (size_t k = 0; wr_size(w) < size; k++)
		wr_u8(w, (uint8_t)(seq + k));
}

size_t
traffic_make(struct traffic *t, unsigned i, const struct traffic_ends *e,
    tstamp now, uint8_t *buf, size_t max)
{
	size_t head = e->ip6 ? IP6_HEAD : IP4_HEAD, len = t->c.size - head;
	struct wr w = wr_of(buf, max);
	uint8_t proto = proto_of(t, e->ip6);
	uint64_t sum = 0;
	uint16_t folded;
	size_t at;

	put_ip(&w, e, proto, len);
	at = head + put_l4(&w, t, i, e->ip6, len);
	put_ours(&w, t, i, t->c.size, now);
	BUG_ON(w.bad);
	if (proto != ICMP)
		sum = sum_pseudo(buf, proto, len);
	folded = (uint16_t)~sum_fold(sum_add(sum, buf + head, len));
	if (folded == 0 && proto == UDP)
		folded = 0xffff;	/* 0 says that there is none */
	memcpy(buf + at, &folded, sizeof(folded));
	t->flow[i].next++;
	t->st.sent++;
	return wr_size(&w);
}

/* ---- receiving ---- */

/* Takes the IP header; the protocol, or -1: none of ours. */
static int
take_ip(struct rd *in)
{
	struct rd r = *in;
	uint8_t first = rd_u8(&r);
	size_t len, head;
	int proto;

	if (first >> 4 == 6) {
		rd_sub(&r, 3);
		len = IP6_HEAD + (size_t)rd_u16(&r);
		proto = rd_u8(&r);
		head = IP6_HEAD;
	} else {
		rd_u8(&r);
		len = rd_u16(&r);
		rd_sub(&r, 5);
		proto = rd_u8(&r);
		head = 4 * (size_t)(first & 15);
		if (first >> 4 != 4 || head < IP4_HEAD)
			return -1;
	}
	if (r.bad || len > rd_size(in) || len < head + L4_HEAD)
		return -1;
	rd_sub(in, head);
	*in = rd_sub(in, len - head);
	return in->bad ? -1 : proto;
}

static bool
take_l4(const struct traffic *t, struct rd *in, int proto)
{
	uint8_t type = rd_u8(in);

	rd_sub(in, L4_HEAD - 1);
	if (t->c.kind == TRAFFIC_PAIR)
		return proto == UDP;
	return (proto == ICMP && type == ECHO_REPLY4) ||
	    (proto == ICMP6 && type == ECHO_REPLY6);
}

static bool
pattern_holds(struct rd in, uint32_t seq)
{
	for (size_t k = 0; rd_size(&in) > 0; k++)
		if (rd_u8(&in) != (uint8_t)(seq + k))
			return false;
	return true;
}

/* Each sequence once, in order or late. */
static void
count(struct traffic *t, struct flow *f, uint32_t seq, tstamp delay)
{
	uint32_t back = f->top - 1 - seq;

	if (seq >= f->top) {
		uint32_t up = seq + 1 - f->top;

		f->seen = up < SEEN ? f->seen << up | 1 : 1;
		f->top = seq + 1;
	} else if (back < SEEN && (f->seen >> back & 1) != 0) {
		t->st.twice++;
		return;
	} else {
		if (back < SEEN)
			f->seen |= (uint64_t)1 << back;
		t->st.reordered++;
	}
	t->st.received++;
	spread_add(&t->st.delay, delay);
}

void
traffic_input(struct traffic *t, unsigned i, struct rd in, tstamp now)
{
	size_t head = rd_size(&in) > 0 && in.p[0] >> 4 == 6 ? IP6_HEAD :
	    IP4_HEAD, size;
	int proto = take_ip(&in);
	uint32_t from, seq;
	tstamp when;

	if (proto < 0 || !take_l4(t, &in, proto))
		return;
	size = rd_size(&in);
	if (rd_u32(&in) != MAGIC || rd_u32(&in) != t->run)
		return;
	from = rd_u32(&in);
	seq = rd_u32(&in);
	when = (tstamp)rd_u32(&in) << 32;
	when |= rd_u32(&in);
	if (in.bad || from >= t->n || seq >= t->flow[from].next ||
	    when > now || (t->c.kind == TRAFFIC_ECHO && from != i) ||
	    head + L4_HEAD + size != t->c.size ||
	    !pattern_holds(in, seq)) {
		t->st.damaged++;
		return;
	}
	count(t, &t->flow[from], seq, now - when);
}

const struct traffic_stats *
traffic_stats(const struct traffic *t)
{
	return &t->st;
}
