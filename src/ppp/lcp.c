/* LCP: the rows of the automaton and the codes beyond Configure-*. */
#include "ppp/lcp.h"

#include <stddef.h>

#include "base/err.h"
#include "ppp/lcp_opt.h"
#include "ppp/ppp.h"

#define TEXT_MAX	255		/* octets of his text that are told */
#define TELL_PAUSE	SEC(1)		/* between two things told */

static void
lcp_request(const struct fsm *f, const struct turn *t, struct wr *w)
{
	opt_request(&lcp_table, f, t, w);
}

static void
lcp_commit(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->his = lcp_of(f)->draft;
}

static int
lcp_naked(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_naked(&lcp_table, f, t, opts);
}

static int
lcp_rejected(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_rejected(&lcp_table, f, t, opts);
}

/* A packet that begins with a Magic-Number; ours: the line is looped. */
static int
take_magic(const struct lcp *l, struct rd *data)
{
	uint32_t magic = rd_u32(data);

	if (data->bad)
		return -E_SHORT;
	return magic != 0 && magic == lcp_magic(l) ? -E_FORMAT : 0;
}

static int
echo_request(struct lcp *l, const struct turn *t, uint8_t id, struct rd data)
{
	int err = take_magic(l, &data);
	size_t n = rd_size(&data);
	struct wr w;

	if (err != 0)
		return err;
	w = outbox_begin(t->ob, 8 + n);
	wr_u8(&w, CODE_ECHO_REP);
	wr_u8(&w, id);
	wr_u16(&w, (uint16_t)(8 + n));
	wr_u32(&w, lcp_magic(l));
	wr_put(&w, data.p, n);
	outbox_ppp(t->ob, &w, PROTO_LCP);
	return 0;
}

static int
proto_reject(struct lcp *l, struct rd data)
{
	uint16_t proto = rd_u16(&data);

	if (data.bad)
		return -E_SHORT;
	l->peer_reject = proto;
	return 0;
}

/* A peer that talks without end does not keep control busy. */
static bool
may_tell(struct lcp *l, const struct turn *t)
{
	if (l->told != 0 && t->now - l->told < TELL_PAUSE)
		return false;
	l->told = t->now;
	return true;
}

static int
ident(struct lcp *l, const struct turn *t, struct rd data)
{
	size_t n = rd_size(&data) < TEXT_MAX ? rd_size(&data) : TEXT_MAX;
	struct wr w = outbox_begin(t->ob, n);

	wr_put(&w, data.p, n);
	if (may_tell(l, t))
		outbox_event(t->ob, PPP_EV_IDENT, 0, &w);
	return 0;
}

static int
time_left(struct lcp *l, const struct turn *t, struct rd data)
{
	uint32_t secs = rd_u32(&data);

	if (data.bad)
		return -E_SHORT;
	if (may_tell(l, t))
		outbox_event(t->ob, PPP_EV_TIME_LEFT, secs, NULL);
	return 0;
}

/* The peer does not know a code of ours: do without it. */
static int
code_rejected(struct lcp *l, struct rd pkt)
{
	if (rd_u8(&pkt) == CODE_ECHO_REQ)
		echo_stop(&l->echo);
	return 0;
}

/* Codes that mean something in the Opened state only. */
static int
opened_code(struct lcp *l, const struct turn *t, uint8_t code, uint8_t id,
    struct rd data)
{
	int err;

	if (!(fsm_cell(EV_RXR, l->fsm.state)->act & SER))
		return -E_STATE;
	if (code == CODE_PROTO_REJ)
		return proto_reject(l, data);
	if (code == CODE_ECHO_REQ)
		return echo_request(l, t, id, data);
	err = take_magic(l, &data);
	if (err != 0 || code == CODE_DISCARD)
		return err;
	if (code == CODE_ECHO_REP)
		return echo_reply(&l->echo, t, id);
	return time_left(l, t, data);
}

static int
lcp_code(struct fsm *f, const struct turn *t, uint8_t code, uint8_t id,
    struct rd data)
{
	struct lcp *l = lcp_of(f);
	int err;

	switch (code) {
	case CODE_CODE_REJ:
		return code_rejected(l, data);
	case CODE_IDENT:
		err = take_magic(l, &data);
		return err != 0 ? err : ident(l, t, data);
	case CODE_PROTO_REJ:
	case CODE_ECHO_REQ:
	case CODE_ECHO_REP:
	case CODE_DISCARD:
	case CODE_TIME_LEFT:
		return opened_code(l, t, code, id, data);
	default:
		return -E_UNKNOWN;
	}
}

static const struct fsm_ops lcp_ops = {
	.proto = PROTO_LCP,
	.retry = offsetof(struct ppp_conf, lcp),
	.first = true,
	.reset = lcp_opt_reset,
	.request = lcp_request,
	.judge = lcp_opt_judge,
	.commit = lcp_commit,
	.naked = lcp_naked,
	.rejected = lcp_rejected,
	.code = lcp_code,
};

void
lcp_init(struct lcp *l)
{
	memset(l, 0, sizeof(*l));
	fsm_init(&l->fsm, &lcp_ops);
	echo_stop(&l->echo);
}

/* Did this turn, from item @i of the outbox on, send a Configure-Reject? */
static bool
sent_reject(const struct outbox *ob, int i)
{
	for (; i < ob->n; i++)
		if (ob->item[i].kind == OUT_PPP &&
		    ob->item[i].proto == PROTO_LCP &&
		    outbox_data(ob, &ob->item[i])[0] == CODE_CONF_REJ)
			return true;
	return false;
}

/* ppp(8): who we are is told also when options are rejected or we give up. */
int
lcp_input(struct lcp *l, const struct turn *t, struct rd in)
{
	bool gave_up = l->fsm.end == FSM_END_LIMIT;
	struct rd code = in;
	int from = t->ob->n, err = fsm_input(&l->fsm, t, in);

	if (err == 0 && (sent_reject(t->ob, from) ||
	    rd_u8(&code) == CODE_CONF_REJ ||
	    (!gave_up && l->fsm.end == FSM_END_LIMIT)))
		lcp_ident(l, t);
	return err;
}

uint32_t
lcp_magic(const struct lcp *l)
{
	return l->want & LCP_BIT(LCP_MAGIC) ? l->mine.magic : 0;
}

void
lcp_protocol_reject(struct lcp *l, const struct turn *t, uint16_t proto,
    struct rd in)
{
	size_t most = l->his.mru < t->lower_mru ? l->his.mru : t->lower_mru;
	size_t n = rd_size(&in);
	struct wr w;

	if (n > most - 6)
		n = most - 6;
	w = outbox_begin(t->ob, 6 + n);
	wr_u8(&w, CODE_PROTO_REJ);
	wr_u8(&w, ++l->fsm.id);
	wr_u16(&w, (uint16_t)(6 + n));
	wr_u16(&w, proto);
	wr_put(&w, in.p, n);
	outbox_ppp(t->ob, &w, PROTO_LCP);
}

void
lcp_ident(struct lcp *l, const struct turn *t)
{
	const char *text = t->conf->ident;

	if (text[0] != '\0' && t->conf->ident_vars)
		outbox_event(t->ob, PPP_EV_IDENT_DUE, 0, NULL);
	else
		lcp_ident_send(l, t, text, strnlen(text, IDENT_MAX));
}

/* The Magic-Number is 0 until it is agreed: RFC 1570 section 2.1. */
void
lcp_ident_send(struct lcp *l, const struct turn *t, const void *text,
    size_t n)
{
	struct wr w = outbox_begin(t->ob, 8 + n);

	if (n == 0)
		return;
	wr_u8(&w, CODE_IDENT);
	wr_u8(&w, ++l->fsm.id);
	wr_u16(&w, (uint16_t)(8 + n));
	wr_u32(&w, l->fsm.state == FSM_OPENED ? lcp_magic(l) : 0);
	wr_put(&w, text, n);
	outbox_ppp(t->ob, &w, PROTO_LCP);
}
