/*
 * Packets of sessions that agreed on compression or encryption: between
 * lane_tun.c and lane_wire.c, one at a time. On the way out header
 * compression comes first, then CCP; on the way in the other way round.
 */
#include <string.h>

#include "base/err.h"
#include "lb/lane.h"
#include "wire/wr.h"

static void
set(_Atomic uint64_t *n, uint64_t v)
{
	atomic_store_explicit(n, v, memory_order_relaxed);
}

/* Header compression's own figures, where `show compress` finds them. */
static void
tell_vj(struct sess *s)
{
	const struct vj_stats *v = &s->pack->vj;
	struct sess_count *c = s->count;

	set(&c->pack[PK_VJ_PACKETS], v->packets);
	set(&c->pack[PK_VJ_COMPRESSED], v->compressed);
	set(&c->pack[PK_VJ_SEARCHES], v->searches);
	set(&c->pack[PK_VJ_MISSES], v->misses);
	set(&c->pack[PK_VJ_IN_COMPRESSED], v->in_compressed);
	set(&c->pack[PK_VJ_IN_UNCOMPRESSED], v->in_uncompressed);
	set(&c->pack[PK_VJ_IN_ERRORS], v->in_errors);
	set(&c->pack[PK_VJ_IN_TOSSED], v->in_tossed);
}

/* ---- out ---- */

static uint16_t
compress_header(struct sess *s, struct pkt *b)
{
	static const uint16_t proto[] = {
		[VJ_IP] = PROTO_IP, [VJ_UNCOMPRESSED] = PROTO_VJU,
		[VJ_COMPRESSED] = PROTO_VJC,
	};
	size_t n = b->len;
	enum vj_type type = vj_compress(s->pack->vj_out, &b->data, &n,
	    &s->pack->vj);

	lane_add(&s->count->pack[PK_SAVED_OUT], b->len - n);
	b->len = (uint32_t)n;
	if (type != VJ_IP)
		lane_add(&s->count->proto_out[rec_proto(proto[type])], 1);
	tell_vj(s);
	return proto[type];
}

/* Packed in place of @b's data; false: it cannot be sent. */
static bool
compress(struct lane *l, struct sess *s, struct pkt *b, uint16_t *proto)
{
	size_t was = b->len;
	size_t n = comp_out(s->pack->out, *proto, b->data, was, l->packed);

	if (s->pack->encrypts && s->ppp.keys.len != 0)
		ppp_keys_used(&s->ppp);
	if (n > PKT_ROOM)
		return false;
	lane_add(&s->count->pack[PK_OUT_PLAIN], was);
	lane_add(&s->count->pack[PK_OUT_PACKED], n != 0 ? n : was);
	if (n == 0)
		return true;
	pkt_reset(b);
	memcpy(b->data, l->packed, n);
	b->len = (uint32_t)n;
	*proto = PROTO_COMPD;
	lane_add(&s->count->pack[PK_SAVED_OUT], was - n);
	lane_add(&s->count->proto_out[PC_COMPD], 1);
	return true;
}

void
lane_pack(struct lane *l, struct sess *s, struct pkt *b, uint16_t proto)
{
	if (b->len + 2 > COMP_PLAIN) {
		lane_drop(l, DROP_MTU);
		return;
	}
	if (proto == PROTO_IP && s->pack->vj_out != NULL)
		proto = compress_header(s, b);
	if (s->pack->out != NULL && !compress(l, s, b, &proto)) {
		lane_drop(l, DROP_MTU);
		return;
	}
	lane_frame(l, s, b, proto);
}

/* ---- in ---- */

/* Histories apart: the peer is asked to begin anew. */
static void
lost(struct lane *l, struct sess *s)
{
	lane_drop(l, DROP_PACK_LOST);
	if (s->pack->vj_in != NULL)
		vj_lost(s->pack->vj_in);
	ppp_ccp_lost(&s->ppp, l->now, &l->ob);
	if (l->ob.n > 0)
		lane_settle(l, s);
}

/* *@in becomes the packet within; false: it is dropped. */
static bool
unpack(struct lane *l, struct sess *s, uint16_t *proto, struct rd *in)
{
	size_t was = rd_size(in);
	int n;

	if (s->pack->in == NULL) {
		lane_drop(l, DROP_PACK_BAD);
		return false;
	}
	n = comp_in(s->pack->in, in->p, was, l->unpacked);
	if (n < 0) {
		if (n == -E_STALE)
			lost(l, s);
		else
			lane_drop(l, DROP_PACK_BAD);
		return false;
	}
	lane_add(&s->count->proto_in[PC_COMPD], 1);
	lane_add(&s->count->pack[PK_IN_PACKED], was);
	lane_add(&s->count->pack[PK_IN_PLAIN], (uint64_t)n);
	lane_add(&s->count->pack[PK_SAVED_IN], (uint64_t)n - was);
	*in = rd_of(l->unpacked, (size_t)n);
	*proto = rd_u8(in);
	if ((*proto & 1) == 0)
		*proto = (uint16_t)(*proto << 8 | rd_u8(in));
	if (in->bad || (*proto != PROTO_IP && *proto != PROTO_IPV6 &&
	    *proto != PROTO_VJC && *proto != PROTO_VJU)) {
		lane_drop(l, DROP_PACK_BAD);
		return false;
	}
	return true;
}

static bool
restore_header(struct lane *l, struct sess *s, uint16_t *proto, struct rd *in)
{
	size_t was = rd_size(in);
	int n;

	if (s->pack->vj_in == NULL) {
		lane_drop(l, DROP_PACK_BAD);
		return false;
	}
	lane_add(&s->count->proto_in[rec_proto(*proto)], 1);
	n = vj_restore(s->pack->vj_in, *proto == PROTO_VJC, in->p, was,
	    l->restored, &s->pack->vj);
	tell_vj(s);
	if (n < 0) {
		lane_drop(l, DROP_PACK_BAD);
		return false;
	}
	lane_add(&s->count->pack[PK_SAVED_IN], (uint64_t)n - was);
	*in = rd_of(l->restored, (size_t)n);
	*proto = PROTO_IP;
	return true;
}

/* Came as it is: part of the history, or not allowed. */
static bool
plain(struct lane *l, struct sess *s, uint16_t proto, struct rd in)
{
	if (s->pack->in == NULL || comp_plain(s->pack->in, proto, in.p,
	    rd_size(&in)))
		return true;
	lane_drop(l, DROP_PACK_PLAIN);
	return false;
}

void
lane_unpack(struct lane *l, struct sess *s, uint16_t proto, struct rd in)
{
	bool direct = proto == PROTO_IP || proto == PROTO_IPV6;

	if (proto == PROTO_COMPD ? !unpack(l, s, &proto, &in) :
	    !plain(l, s, proto, in))
		return;
	if ((proto == PROTO_VJC || proto == PROTO_VJU) &&
	    !restore_header(l, s, &proto, &in))
		return;
	lane_to_tun(l, s, proto, in);
	if (!direct)		/* our buffers serve the next packet, too */
		lane_tun_flush(l);
}

bool
lane_is_packed(const struct sess *s, uint16_t proto)
{
	if (proto == PROTO_COMPD)
		return s->pack->in != NULL;
	if (proto == PROTO_VJC || proto == PROTO_VJU)
		return s->pack->vj_in != NULL || s->pack->in != NULL;
	return proto == PROTO_IP || proto == PROTO_IPV6;
}
