/* Link-Quality-Reports of RFC 1989: sending, answering, missing them. */
#include "ppp/lqr.h"

#include "base/err.h"
#include "ppp/ppp.h"

static tstamp
period(uint32_t hundredths)
{
	return MSEC(10) * hundredths;
}

void
lqr_start(struct lqr *q, const struct lcp *l, const struct turn *t)
{
	struct lqr_count count = q->count;

	memset(q, 0, sizeof(*q));
	q->count = count;
	lqr_stop(q);
	if (l->his.quality && l->his.lqr != 0)
		q->send = t->now + period(l->his.lqr);
	if (l->mine.quality && l->mine.lqr != 0)
		q->watch = t->now + period(l->mine.lqr);
}

void
lqr_stop(struct lqr *q)
{
	q->send = q->watch = NEVER;
}

/* Sections 2.3 and 2.5: the fields in their order. */
static void
send_report(struct lqr *q, const struct lcp *l, const struct turn *t)
{
	struct wr w = outbox_begin(t->ob, LQR_SIZE);

	wr_u32(&w, lcp_magic(l));
	for (int i = 0; i < 3; i++)
		wr_u32(&w, q->last_out[i]);
	for (int i = 0; i < 5; i++)
		wr_u32(&w, q->save[i]);
	wr_u32(&w, ++q->out_lqrs);
	wr_u32(&w, q->count.out_packets + 1);	/* with this one */
	wr_u32(&w, q->count.out_octets + LQR_SIZE + 2);
	outbox_ppp(t->ob, &w, PROTO_LQR);
	if (l->his.lqr != 0)
		q->send = t->now + period(l->his.lqr);
}

static void
save_counts(struct lqr *q)
{
	q->save[0] = ++q->in_lqrs;
	q->save[1] = q->count.in_packets;
	q->save[2] = q->count.in_discards;
	q->save[3] = q->count.in_errors;
	q->save[4] = q->count.in_octets;
}

int
lqr_input(struct lqr *q, const struct lcp *l, const struct turn *t,
    struct rd in)
{
	uint32_t f[LQR_SIZE / 4];
	bool same;

	for (unsigned i = 0; i < LQR_SIZE / 4; i++)
		f[i] = rd_u32(&in);
	if (in.bad)
		return -E_SHORT;
	if (f[0] != 0 && f[0] == lcp_magic(l))
		return -E_FORMAT;
	same = q->in_lqrs > 0 && f[4] == q->peer_in_lqrs;
	q->peer_in_lqrs = f[4];
	memcpy(q->last_out, &f[9], sizeof(q->last_out));
	save_counts(q);
	/* He asks for an answer each time, or he misses ours: section 2.6. */
	if (l->his.quality && (l->his.lqr == 0 || same))
		send_report(q, l, t);
	return 0;
}

bool
lqr_expire(struct lqr *q, const struct lcp *l, const struct turn *t,
    tstamp heard)
{
	if (q->send <= t->now)
		send_report(q, l, t);
	if (q->watch > t->now)
		return false;
	q->missed = t->now - heard < period(l->mine.lqr) ? 0 :
	    (uint8_t)(q->missed + 1);
	q->watch = t->now + period(l->mine.lqr);
	return q->missed >= t->conf->echo_fail;
}
