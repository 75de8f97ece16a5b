/*
 * The sending side of RFC 1144. A header is sent as the differences to the
 * last one of its connection; whatever does not fit that goes out whole, and
 * whole packets carry their slot in place of the IP protocol number.
 */
#include <string.h>

#include "comp/vj_part.h"
#include "wire/wr.h"

#define TCP_FIN		0x01u
#define TCP_SYN		0x02u
#define TCP_RST		0x04u
#define NO_SLOT		255u

void
vj_out_init(struct vj_out *v, unsigned slots, bool slotcomp)
{
	memset(v, 0, sizeof(*v));
	v->slots = (uint8_t)(slots < VJ_SLOTS ? slots : VJ_SLOTS);
	v->slotcomp = slotcomp;
	v->last = NO_SLOT;
	for (unsigned i = 0; i < VJ_SLOTS; i++)
		v->order[i] = (uint8_t)i;
}

/* Octets of the two headers; 0: not a packet that can be compressed. */
static unsigned
header(const uint8_t *p, size_t n)
{
	unsigned ihl, thl;

	if (n < 40 || p[0] >> 4 != 4 || p[IP_PROTO] != 6 ||
	    (vj_16(p + IP_FRAG) & 0x3fff) != 0 || vj_16(p + IP_LEN) != n)
		return 0;
	ihl = (p[0] & 15u) * 4;
	if (ihl < 20 || ihl + 20 > n)
		return 0;
	thl = (p[ihl + TCP_OFF] >> 4) * 4u;
	if (thl < 20 || ihl + thl > n)
		return 0;
	if ((p[ihl + TCP_FLAGS] & (TCP_FIN | TCP_SYN | TCP_RST | TCP_ACK)) !=
	    TCP_ACK)
		return 0;
	return ihl + thl;
}

static bool
same_connection(const struct vj_slot *s, const uint8_t *p)
{
	unsigned a = (s->hdr[0] & 15u) * 4, b = (p[0] & 15u) * 4;

	return s->hlen != 0 && memcmp(s->hdr + 12, p + 12, 8) == 0 &&
	    memcmp(s->hdr + a, p + b, 4) == 0;
}

/* To the front of the order; *found: the slot is this connection's. */
static unsigned
pick(struct vj_out *v, const uint8_t *p, struct vj_stats *st, bool *found)
{
	unsigned i;
	uint8_t id;

	for (i = 0; i < v->slots; i++) {
		st->searches += i > 0;
		if (same_connection(&v->slot[v->order[i]], p))
			break;
	}
	*found = i < v->slots;
	if (!*found) {
		st->misses++;
		i = v->slots - 1u;
	}
	id = v->order[i];
	memmove(v->order + 1, v->order, i);
	v->order[0] = id;
	return id;
}

/* What must be as it was: all but length, id, checksums, seq and so on. */
static bool
alike(const struct vj_slot *s, const uint8_t *p, unsigned hlen)
{
	const uint8_t *o = s->hdr;
	unsigned ihl = (p[0] & 15u) * 4;

	return s->hlen == hlen && o[0] == p[0] && o[1] == p[1] &&
	    memcmp(o + IP_FRAG, p + IP_FRAG, 3) == 0 &&
	    o[ihl + TCP_OFF] >> 4 == p[ihl + TCP_OFF] >> 4 &&
	    /* the reserved and newer flags (ECN) cannot be told */
	    ((o[ihl + TCP_OFF] ^ p[ihl + TCP_OFF]) & 0x0f) == 0 &&
	    ((o[ihl + TCP_FLAGS] ^ p[ihl + TCP_FLAGS]) & 0xc0) == 0 &&
	    memcmp(o + 20, p + 20, ihl - 20) == 0 &&
	    memcmp(o + ihl + 20, p + ihl + 20, hlen - ihl - 20) == 0;
}

/* Zero and what is over 255 take three octets. */
static void
put(struct wr *w, unsigned n)
{
	if (n == 0 || n > 255) {
		wr_u8(w, 0);
		wr_u16(w, (uint16_t)n);
	} else {
		wr_u8(w, (uint8_t)n);
	}
}

/* The differences, and which in *out; false: they cannot be told. */
static bool
differences(const uint8_t *o, const uint8_t *p, unsigned hlen, struct wr *w,
    unsigned *out)
{
	unsigned ihl = (p[0] & 15u) * 4, what = 0;
	unsigned had = vj_16(o + IP_LEN) - hlen;
	const uint8_t *ot = o + ihl, *t = p + ihl;
	unsigned win = (uint16_t)(vj_16(t + TCP_WIN) - vj_16(ot + TCP_WIN));
	uint32_t ack = vj_32(t + TCP_ACKNO) - vj_32(ot + TCP_ACKNO);
	uint32_t seq = vj_32(t + TCP_SEQ) - vj_32(ot + TCP_SEQ);
	struct wr empty = *w;

	if (t[TCP_FLAGS] & TCP_URG) {
		put(w, vj_16(t + TCP_URP));
		what |= NEW_U;
	} else if (vj_16(t + TCP_URP) != vj_16(ot + TCP_URP)) {
		return false;
	}
	if (win != 0) {
		put(w, win);
		what |= NEW_W;
	}
	if (ack > 0xffff || seq > 0xffff)
		return false;
	if (ack != 0) {
		put(w, ack);
		what |= NEW_A;
	}
	if (seq != 0) {
		put(w, seq);
		what |= NEW_S;
	}
	if (what == SPECIAL_I || what == SPECIAL_D)
		return false;
	/* Nothing new: a second Ack is told, a repetition goes out whole. */
	if (what == 0 && (had != 0 || vj_16(p + IP_LEN) ==
	    vj_16(o + IP_LEN)))
		return false;
	if (what == (NEW_S | NEW_A) && seq == ack && seq == had) {
		what = SPECIAL_I;
		*w = empty;
	} else if (what == NEW_S && seq == had) {
		what = SPECIAL_D;
		*w = empty;
	}
	*out = what;
	return true;
}

static enum vj_type
whole(struct vj_out *v, unsigned id, uint8_t *p, unsigned hlen)
{
	struct vj_slot *s = &v->slot[id];

	s->hlen = (uint8_t)hlen;
	memcpy(s->hdr, p, hlen);
	v->last = (uint8_t)id;
	p[IP_PROTO] = (uint8_t)id;
	return VJ_UNCOMPRESSED;
}

enum vj_type
vj_compress(struct vj_out *v, uint8_t **pp, size_t *n, struct vj_stats *st)
{
	uint8_t *p = *pp, buf[24], head[4];
	unsigned hlen = header(p, *n), id, ihl, step, what;
	struct wr w = wr_of(buf, sizeof(buf));
	struct vj_slot *s;
	size_t k = 0;
	bool found;

	if (hlen == 0)
		return VJ_IP;
	st->packets++;
	id = pick(v, p, st, &found);
	s = &v->slot[id];
	if (!found || !alike(s, p, hlen) ||
	    !differences(s->hdr, p, hlen, &w, &what))
		return whole(v, id, p, hlen);
	ihl = (p[0] & 15u) * 4;
	step = (uint16_t)(vj_16(p + IP_ID) - vj_16(s->hdr + IP_ID));
	if (step != 1) {
		put(&w, step);
		what |= NEW_I;
	}
	if (p[ihl + TCP_FLAGS] & TCP_PSH)
		what |= PUSH;
	memcpy(s->hdr, p, hlen);
	head[k++] = (uint8_t)what;
	if (!v->slotcomp || v->last != id) {
		head[0] |= NEW_C;
		head[k++] = (uint8_t)id;
		v->last = (uint8_t)id;
	}
	head[k++] = p[ihl + TCP_SUM];
	head[k++] = p[ihl + TCP_SUM + 1];
	p += hlen - wr_size(&w) - k;
	memcpy(p, head, k);
	memcpy(p + k, buf, wr_size(&w));
	*n -= (size_t)(p - *pp);
	*pp = p;
	st->compressed++;
	return VJ_COMPRESSED;
}
