/*
 * One flow of TCP as a passer-by sees it. A segment below what was seen was
 * sent again, unless it fills a gap sooner than its sender could have heard
 * of a loss: then it was only late.
 */
#include "sess/flow_impl.h"

#define SOON	MSEC(3)			/* while no round-trip time is known */

static int32_t
ahead(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

static uint32_t
segments(const struct flow_pkt *fp, uint32_t octets)
{
	return fp->size > 0 && octets > fp->size ?
	    (octets + fp->size - 1) / fp->size : 1;
}

/* ---- options of a SYN, RFC 9293 section 3.2, RFC 7323 section 2 ---- */

static void
options(struct rd o, struct flow_step *st)
{
	while (rd_size(&o) > 0) {
		uint8_t kind = rd_u8(&o), len;
		struct rd val;

		if (kind == 0)
			return;
		if (kind == 1)
			continue;
		len = rd_u8(&o);
		if (o.bad || len < 2)
			return;
		val = rd_sub(&o, len - 2u);
		if (val.bad)
			return;
		if (kind == 2 && len == 4)
			st->mss = rd_u16(&val);
		else if (kind == 3 && len == 3)
			st->wscale = (uint8_t)((rd_u8(&val) & 15) + 1);
	}
}

/* ---- data ---- */

/* So soon nobody knows of a loss: half the least time of both ways together,
 * since the least of few samples may be long. */
static tstamp
too_soon(struct flow *f)
{
	tstamp sum = 0;

	for (unsigned way = 0; way < 2; way++)
		if (guard_get(flow_at(f, way, FLOW_RTTS)) == 0)
			return SOON;
		else
			sum += guard_get(flow_at(f, way, FLOW_RTT_MIN)) *
			    1000u;
	return sum / 2;
}

static bool
is_late(struct flow *f, const struct flow_seq *q, uint32_t seq,
    uint32_t end, tstamp now)
{
	return q->gap != q->gap_end && ahead(seq, q->gap) >= 0 &&
	    ahead(q->gap_end, end) >= 0 &&
	    (!q->acks || ahead(end, q->acked) > 0) &&
	    now - q->gap_at < too_soon(f);
}

/* All of it is below what was seen. */
static void
old_data(struct flow *f, struct flow_seq *q, const struct flow_pkt *fp,
    uint32_t seq, uint32_t span, struct flow_step *st)
{
	uint32_t n = fp->p->data;

	/* Nobody has lost the octet of a keep-alive, RFC 9293 s. 3.8.4 */
	if (n == 1 && span == 1 && seq + 1 == q->next && q->acks &&
	    q->acked == q->next)
		return;
	if (is_late(f, q, seq, seq + span, fp->now)) {
		st->ooo = segments(fp, n);
	} else {
		st->retx_pkts = segments(fp, n);
		st->retx = n;
	}
	if (q->gap == seq)
		q->gap = ahead(seq + span, q->gap_end) < 0 ? seq + span :
		    q->gap_end;
	if (q->times && ahead(seq, q->timed) < 0)
		q->times = false;	/* Karn */
}

static void
new_data(struct flow_seq *q, const struct flow_pkt *fp, uint32_t seq,
    uint32_t span, struct flow_step *st)
{
	int32_t gap = q->seen ? ahead(seq, q->next) : 0;

	if (gap > 0) {
		if (q->gap == q->gap_end) {
			q->gap = q->next;
			q->gap_at = fp->now;
		}
		q->gap_end = seq;
	} else if (gap < 0) {		/* begins with what is known */
		st->retx = (uint32_t)-gap < fp->p->data ? (uint32_t)-gap :
		    fp->p->data;
		st->retx_pkts = segments(fp, st->retx);
		q->times = false;
	}
	q->next = seq + span;
	q->seen = true;
	if (!q->times && gap >= 0) {
		q->times = true;
		q->timed = q->next;
		q->timed_at = fp->now;
	}
}

static void
acked(struct flow_seq *q, uint32_t ack, tstamp now, struct flow_step *st)
{
	if (!q->seen || ahead(ack, q->next) > 0)
		return;
	if (!q->acks || ahead(ack, q->acked) > 0)
		q->acked = ack;
	q->acks = true;
	if (q->gap != q->gap_end && ahead(q->acked, q->gap_end) >= 0)
		q->gap = q->gap_end;
	if (!q->times || ahead(ack, q->timed) < 0)
		return;
	q->times = false;
	st->rtt = (now - q->timed_at) / 1000u;
}

void
flow_tcp(struct flow *f, const struct flow_pkt *fp, struct flow_step *st)
{
	const struct filter_pkt *p = fp->p;
	struct flow_seq *q = &f->seq[fp->way];
	bool syn = (p->tcp & TCP_SYN) != 0, fin = (p->tcp & TCP_FIN) != 0;
	uint32_t span = p->data + syn + fin;

	st->flags = p->tcp;
	if (syn) {
		options(p->opt, st);
		q->isn = p->seq;
		q->syn = true;
	}
	if ((p->tcp & TCP_ACK) != 0)
		acked(&f->seq[!fp->way], p->ack, fp->now, st);
	q->fin |= fin;
	f->closed |= (p->tcp & TCP_RST) != 0 ||
	    (f->seq[0].fin && f->seq[1].fin);
	if (span == 0 || (p->tcp & TCP_RST) != 0)
		return;
	if (!q->seen || ahead(p->seq + span, q->next) > 0)
		new_data(q, fp, p->seq, span, st);
	else
		old_data(f, q, fp, p->seq, span, st);
}

bool
flow_tcp_again(const struct flow *f, const struct flow_pkt *fp)
{
	const struct filter_pkt *p = fp->p;
	const struct flow_seq *q = &f->seq[fp->way];

	if ((p->tcp & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	return f->closed || (q->seen && (!q->syn || q->isn != p->seq));
}
