/* The receiving side of RFC 1144: headers put together again. */
#include <string.h>

#include "base/err.h"
#include "comp/vj_part.h"
#include "wire/cksum.h"
#include "wire/rd.h"

void
vj_in_init(struct vj_in *v, unsigned slots)
{
	memset(v, 0, sizeof(*v));
	v->slots = (uint8_t)(slots < VJ_SLOTS ? slots : VJ_SLOTS);
	v->toss = true;			/* nothing is known yet */
}

void
vj_lost(struct vj_in *v)
{
	v->toss = true;
}

static int
bad(struct vj_in *v, struct vj_stats *st)
{
	st->in_errors++;
	v->toss = true;
	return -E_FORMAT;
}

static void
set_sum(uint8_t *ip)
{
	vj_put16(ip + IP_SUM, 0);
	vj_put16(ip + IP_SUM, cksum(ip, (ip[0] & 15u) * 4u, 0));
}

/* A whole packet: its slot is where the protocol number was. */
static int
restore_whole(struct vj_in *v, const uint8_t *p, size_t n, uint8_t *out,
    struct vj_stats *st)
{
	unsigned ihl, thl, id;
	struct vj_slot *s;

	if (n < 40 || n > VJ_ROOM || p[0] >> 4 != 4)
		return bad(v, st);
	ihl = (p[0] & 15u) * 4;
	id = p[IP_PROTO];
	if (ihl < 20 || ihl + 20 > n || id >= v->slots)
		return bad(v, st);
	thl = (p[ihl + TCP_OFF] >> 4) * 4u;
	if (thl < 20 || ihl + thl > n)
		return bad(v, st);
	memcpy(out, p, n);
	out[IP_PROTO] = 6;
	s = &v->slot[id];
	s->hlen = (uint8_t)(ihl + thl);
	memcpy(s->hdr, out, s->hlen);
	v->last = (uint8_t)id;
	v->toss = false;
	st->in_uncompressed++;
	return (int)n;
}

/* One octet, or a zero and two. */
static unsigned
get(struct rd *r)
{
	unsigned n = rd_u8(r);

	return n != 0 ? n : rd_u16(r);
}

static void
add32(uint8_t *p, uint32_t n)
{
	vj_put32(p, vj_32(p) + n);
}

/* The differences in @r, applied to the last header. */
static void
apply(struct vj_slot *s, unsigned what, struct rd *r)
{
	unsigned ihl = (s->hdr[0] & 15u) * 4;
	unsigned had = vj_16(s->hdr + IP_LEN) - s->hlen;
	uint8_t *t = s->hdr + ihl;

	t[TCP_FLAGS] &= (uint8_t)~(TCP_PSH | TCP_URG);
	if (what & PUSH)
		t[TCP_FLAGS] |= TCP_PSH;
	if ((what & CHANGES) == SPECIAL_I) {
		add32(t + TCP_ACKNO, had);
		add32(t + TCP_SEQ, had);
	} else if ((what & CHANGES) == SPECIAL_D) {
		add32(t + TCP_SEQ, had);
	} else {
		if (what & NEW_U) {
			t[TCP_FLAGS] |= TCP_URG;
			vj_put16(t + TCP_URP, get(r));
		}
		if (what & NEW_W)
			vj_put16(t + TCP_WIN, vj_16(t + TCP_WIN) + get(r));
		if (what & NEW_A)
			add32(t + TCP_ACKNO, get(r));
		if (what & NEW_S)
			add32(t + TCP_SEQ, get(r));
	}
	vj_put16(s->hdr + IP_ID, vj_16(s->hdr + IP_ID) +
	    (what & NEW_I ? get(r) : 1));
}

static int
restore_short(struct vj_in *v, const uint8_t *p, size_t n, uint8_t *out,
    struct vj_stats *st)
{
	struct rd r = rd_of(p, n);
	unsigned what = rd_u8(&r), id, sum;
	struct vj_slot *s, next;
	size_t len;

	if (what & NEW_C) {
		id = rd_u8(&r);
		if (r.bad || id >= v->slots)
			return bad(v, st);
		v->toss = false;
		v->last = (uint8_t)id;
	} else if (v->toss) {
		st->in_tossed++;
		return -E_FORMAT;
	}
	s = &v->slot[v->last];
	sum = rd_u16(&r);
	if (r.bad || s->hlen == 0)
		return bad(v, st);
	next = *s;
	apply(&next, what, &r);
	len = next.hlen + rd_size(&r);
	if (r.bad || len > VJ_ROOM)
		return bad(v, st);
	vj_put16(next.hdr + (next.hdr[0] & 15u) * 4 + TCP_SUM, sum);
	vj_put16(next.hdr + IP_LEN, (unsigned)len);
	set_sum(next.hdr);
	*s = next;
	memcpy(out, s->hdr, s->hlen);
	memcpy(out + s->hlen, r.p, rd_size(&r));
	st->in_compressed++;
	return (int)len;
}

int
vj_restore(struct vj_in *v, bool compressed, const uint8_t *p, size_t n,
    uint8_t out[VJ_ROOM], struct vj_stats *st)
{
	return compressed ? restore_short(v, p, n, out, st) :
	    restore_whole(v, p, n, out, st);
}
