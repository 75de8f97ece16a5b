/*
 * The automaton of RFC 1661 section 4: events are looked up in the table of
 * ppp/fsm_table.c, the actions of the cell are done here in one fixed order.
 * Layer actions are only collected; the link acts on them afterwards.
 */
#include "ppp/fsm.h"

#include "base/bug.h"
#include "base/err.h"

#define PAUSE_MAX	SEC(1)	/* after the peer's Terminate-Request */
#define REPLY_MAX	2048	/* octets of a Nak or Reject */
#define REQUEST_MAX	512	/* octets of our own options */
#define FALLS_MAX	10	/* times a peer may bring us down ... */
#define FALLS_TIME	SEC(60)	/* ... in this time */
#define LATE		MSEC(2)	/* see may_have_missed() */
#define CONVERGE	3	/* times the tries: then we give up */

/* What an event brings along for its actions. */
struct reply {
	uint8_t	 id;			/* Identifier to answer */
	uint8_t	 code;			/* SCN: Nak or Reject */
	struct rd pkt;			/* SCJ: the packet; SCA, SCN: options */
};

static const char *const state_names[FSM_STATES] = {
	"Initial", "Starting", "Closed", "Stopped", "Closing", "Stopping",
	"Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened",
};

const char *
fsm_state_name(enum fsm_state s)
{
	return s < FSM_STATES ? state_names[s] : "?";
}

const struct retry *
fsm_retry(const struct fsm *f, const struct turn *t)
{
	return (const void *)((const char *)t->conf + f->ops->retry);
}

void
fsm_send(const struct fsm *f, const struct turn *t, uint8_t code, uint8_t id,
    const void *data, size_t n)
{
	struct wr w = outbox_begin(t->ob, 4 + n);

	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (uint16_t)(4 + n));
	wr_put(&w, data, n);
	outbox_ppp(t->ob, &w, f->ops->proto);
}

static void
start_timer(struct fsm *f, const struct turn *t)
{
	f->deadline = t->now + SEC(fsm_retry(f, t)->period);
	if (f->restart > 0)
		f->restart--;
}

/* A retransmission keeps its Identifier, so that a late answer counts. */
static void
send_request(struct fsm *f, const struct turn *t, bool again)
{
	uint8_t buf[REQUEST_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	f->ops->request(f, t, &w);
	if (!again || !f->awaited)
		f->req_id = ++f->id;
	f->awaited = true;
	f->reqs++;
	fsm_send(f, t, CODE_CONF_REQ, f->req_id, buf, wr_size(&w));
	start_timer(f, t);
}

static void
send_terminate(struct fsm *f, const struct turn *t)
{
	f->req_id = ++f->id;
	f->awaited = true;
	fsm_send(f, t, CODE_TERM_REQ, f->req_id, NULL, 0);
	start_timer(f, t);
}

static void
send_nak(struct fsm *f, const struct turn *t, const struct reply *r)
{
	if (r->code == CODE_CONF_NAK)
		f->naks++;
	else
		f->rejs++;
	fsm_send(f, t, r->code, r->id, r->pkt.p, rd_size(&r->pkt));
}

static void
send_code_reject(struct fsm *f, const struct turn *t, const struct reply *r)
{
	size_t n = rd_size(&r->pkt), most = t->lower_mru - 4u;

	fsm_send(f, t, CODE_CODE_REJ, ++f->id, r->pkt.p, n < most ? n : most);
}

static void
act(struct fsm *f, const struct turn *t, enum fsm_event ev, unsigned acts,
    const struct reply *r)
{
	const struct retry *retry = fsm_retry(f, t);

	if (acts & TLU)
		f->end = FSM_END_NONE;
	if (acts & IRC)
		f->restart = acts & STR ? retry->terms : retry->reqs;
	if (acts & ZRC) {
		f->restart = 0;
		f->deadline = t->now +
		    tstamp_min(SEC(retry->period), PAUSE_MAX);
	}
	if (acts & SCR)
		send_request(f, t, ev == EV_TO_PLUS);
	if (acts & SCA) {
		f->ops->commit(f, t);
		fsm_send(f, t, CODE_CONF_ACK, r->id, r->pkt.p,
		    rd_size(&r->pkt));
	}
	if (acts & SCN)
		send_nak(f, t, r);
	if (acts & STR)
		send_terminate(f, t);
	if (acts & STA)
		fsm_send(f, t, CODE_TERM_ACK, r->id, NULL, 0);
	if (acts & SCJ)
		send_code_reject(f, t, r);
	f->did |= (uint16_t)(acts & FSM_LAYER);
}

static void
set_state(struct fsm *f, uint8_t s)
{
	if (f->state == s)	/* Stopped may be waiting: fsm_up() */
		return;
	f->state = s;
	if (s <= FSM_STOPPED || s == FSM_OPENED) {
		f->deadline = NEVER;
		f->reqs = f->naks = f->rejs = 0;
	}
	if (s <= FSM_STOPPED)
		f->awaited = false;
	if (s == FSM_OPENED)
		f->heard = true;
}

/*
 * A peer that starts over again and again: each time costs answers of
 * control, so that one peer could keep it from all others.
 */
static bool
falls_too_often(struct fsm *f, const struct turn *t, enum fsm_event ev)
{
	if (ev < EV_RCR_PLUS || ev > EV_RTA)
		return false;
	if (f->falls == 0 || t->now - f->falls_since > FALLS_TIME) {
		f->falls_since = t->now;
		f->falls = 0;
	}
	return ++f->falls > FALLS_MAX;
}

/* Would this go on for ever? ppp(8): three times the number of requests. */
static bool
diverges(struct fsm *f, const struct turn *t, enum fsm_event ev,
    unsigned acts, const struct reply *r)
{
	unsigned most = CONVERGE * fsm_retry(f, t)->reqs;

	if (acts & TLD && falls_too_often(f, t, ev))
		return true;
	if (f->give_up || (acts & SCR && f->reqs >= most))
		return true;
	if (!(acts & SCN))
		return false;
	return (r->code == CODE_CONF_NAK ? f->naks : f->rejs) >= most;
}

void
fsm_begin(struct fsm *f, const struct turn *t)
{
	if (f->fresh || (f->state >= FSM_REQ_SENT && f->state < FSM_OPENED))
		return;
	f->fresh = true;
	f->end = FSM_END_NONE;
	f->ops->reset(f, t);
}

static void
event(struct fsm *f, const struct turn *t, enum fsm_event ev,
    const struct reply *r)
{
	const struct fsm_cell *c = fsm_cell(ev, f->state);

	if (!c->legal)
		return;
	if (diverges(f, t, ev, c->act, r)) {
		f->give_up = false;
		f->end = FSM_END_LIMIT;
		ev = EV_CLOSE;
		c = fsm_cell(ev, f->state);
	}
	if (c->act & SCR)
		fsm_begin(f, t);
	f->fresh = false;
	act(f, t, ev, c->act, r);
	set_state(f, c->next);
}

void
fsm_init(struct fsm *f, const struct fsm_ops *ops)
{
	memset(f, 0, sizeof(*f));
	f->ops = ops;
	f->deadline = NEVER;
}

void
fsm_again(struct fsm *f)
{
	struct fsm was = *f;

	fsm_init(f, was.ops);
	f->id = was.id;
	f->falls = was.falls;
	f->falls_since = was.falls_since;
}

void
fsm_up(struct fsm *f, const struct turn *t, tstamp wait)
{
	f->heard = false;
	if (f->state == FSM_STARTING && (f->passive || wait > 0)) {
		set_state(f, FSM_STOPPED);
		if (!f->passive)
			f->deadline = t->now + wait;
		return;
	}
	event(f, t, EV_UP, NULL);
}

void
fsm_down(struct fsm *f, const struct turn *t)
{
	event(f, t, EV_DOWN, NULL);
}

void
fsm_open(struct fsm *f, const struct turn *t)
{
	event(f, t, EV_OPEN, NULL);
}

/* Section 4.3: with the restart option, Open acts as Down and then Up. */
void
fsm_reopen(struct fsm *f, const struct turn *t)
{
	if (f->state == FSM_STOPPED || f->state == FSM_OPENED) {
		event(f, t, EV_DOWN, NULL);
		event(f, t, EV_UP, NULL);
		return;
	}
	event(f, t, EV_OPEN, NULL);
}

void
fsm_close(struct fsm *f, const struct turn *t)
{
	if (f->end == FSM_END_NONE)
		f->end = FSM_END_CLOSED;
	event(f, t, EV_CLOSE, NULL);
}

void
fsm_reject(struct fsm *f, const struct turn *t)
{
	f->end = FSM_END_REJECTED;
	event(f, t, EV_RXJ_MINUS, NULL);
}

static bool
negotiating(const struct fsm *f)
{
	return f->state >= FSM_REQ_SENT || f->state == FSM_STOPPED;
}

/*
 * A peer whose first LCP request comes late may not have listened when ours
 * went out, at once: servers that start pppd for a session are like that. It
 * gets ours again, and before the Ack that lets it open, so that in Opened it
 * does not see a request. Of two Acks we tell the second by its Identifier.
 * Never twice: a wire that changes the order must not keep us busy.
 */
static bool
may_have_missed(const struct fsm *f, const struct turn *t)
{
	tstamp sent = f->deadline - SEC(fsm_retry(f, t)->period);

	return f->ops->first && !f->heard &&
	    f->state == FSM_REQ_SENT && f->awaited && f->reqs == 1 &&
	    t->conf->enabled & NEG_IDCHECK && t->now >= sent + LATE;
}

static int
conf_req(struct fsm *f, const struct turn *t, struct reply *r)
{
	uint8_t buf[REPLY_MAX];
	struct wr out = wr_of(buf, sizeof(buf));
	int v;

	if (!negotiating(f)) {
		event(f, t, EV_RCR_PLUS, r);
		return 0;
	}
	if (rd_size(&r->pkt) > REPLY_MAX)
		return -E_FORMAT;
	v = f->ops->judge(f, t, r->pkt, &out);
	if (v < 0)
		return v;
	BUG_ON(out.bad);
	if (v != V_ACK) {
		r->code = v == V_NAK ? CODE_CONF_NAK : CODE_CONF_REJ;
		r->pkt = rd_of(buf, wr_size(&out));
	}
	if (may_have_missed(f, t)) {
		f->heard = true;
		send_request(f, t, true);
	}
	event(f, t, v == V_ACK ? EV_RCR_PLUS : EV_RCR_MINUS, r);
	return 0;
}

/* An Ack holds exactly the options of our last request: section 5.2. */
static bool
is_our_request(const struct fsm *f, const struct turn *t,
    const struct rd *opts)
{
	uint8_t buf[REQUEST_MAX];
	struct wr w = wr_of(buf, sizeof(buf));

	f->ops->request(f, t, &w);
	return wr_size(&w) == rd_size(opts) &&
	    memcmp(buf, opts->p, wr_size(&w)) == 0;
}

/* Configure-Ack, -Nak or -Reject. */
static int
conf_answer(struct fsm *f, const struct turn *t, uint8_t code,
    const struct reply *r)
{
	enum fsm_event ev = code == CODE_CONF_ACK ? EV_RCA : EV_RCN;
	int err;

	if (f->state >= FSM_REQ_SENT) {
		if (t->conf->enabled & NEG_IDCHECK &&
		    (!f->awaited || r->id != f->req_id))
			return -E_STALE;
		if (code == CODE_CONF_ACK)
			err = is_our_request(f, t, &r->pkt) ? 0 : -E_FORMAT;
		else if (code == CODE_CONF_NAK)
			err = f->ops->naked(f, t, r->pkt);
		else
			err = f->ops->rejected(f, t, r->pkt);
		if (err != 0)
			return err;
		f->awaited = false;
		if (ev == EV_RCA && f->ops->acked != NULL &&
		    !f->ops->acked(f, t))
			ev = EV_RCN;
	}
	event(f, t, ev, r);
	return 0;
}

static int
term_req(struct fsm *f, const struct turn *t, const struct reply *r)
{
	if (f->state >= FSM_REQ_SENT)
		f->end = FSM_END_PEER;
	event(f, t, EV_RTR, r);
	return 0;
}

static int
term_ack(struct fsm *f, const struct turn *t, const struct reply *r)
{
	if ((f->state == FSM_CLOSING || f->state == FSM_STOPPING) &&
	    t->conf->enabled & NEG_IDCHECK &&
	    (!f->awaited || r->id != f->req_id))
		return -E_STALE;
	event(f, t, EV_RTA, r);
	return 0;
}

/* Codes 1 to 7 are the automaton itself: without them nothing works. */
static int
code_rej(struct fsm *f, const struct turn *t, struct reply *r)
{
	struct rd pkt = r->pkt;
	uint8_t code = rd_u8(&pkt);

	if (pkt.bad)
		return -E_SHORT;
	if (code >= CODE_CONF_REQ && code <= CODE_CODE_REJ) {
		fsm_reject(f, t);
		return 0;
	}
	if (f->ops->code != NULL)
		f->ops->code(f, t, CODE_CODE_REJ, r->id, r->pkt);
	event(f, t, EV_RXJ_PLUS, r);
	return 0;
}

static int
other_code(struct fsm *f, const struct turn *t, uint8_t code,
    const struct reply *r, struct rd whole)
{
	struct reply reject = { .pkt = whole };
	int err = -E_UNKNOWN;

	if (f->ops->code != NULL)
		err = f->ops->code(f, t, code, r->id, r->pkt);
	if (err == -E_UNKNOWN)
		event(f, t, EV_RUC, &reject);
	return err;
}

int
fsm_input(struct fsm *f, const struct turn *t, struct rd in)
{
	struct rd whole = in;
	struct reply r = { 0 };
	uint8_t code = rd_u8(&in);
	uint16_t len;

	r.id = rd_u8(&in);
	len = rd_u16(&in);
	r.pkt = rd_sub(&in, len - 4u);
	if (in.bad || len < 4)
		return -E_SHORT;
	if (f->state <= FSM_STARTING)
		return -E_STATE;
	whole = rd_of(whole.p, len);
	switch (code) {
	case CODE_CONF_REQ:
		return conf_req(f, t, &r);
	case CODE_CONF_ACK:
	case CODE_CONF_NAK:
	case CODE_CONF_REJ:
		return conf_answer(f, t, code, &r);
	case CODE_TERM_REQ:
		return term_req(f, t, &r);
	case CODE_TERM_ACK:
		return term_ack(f, t, &r);
	case CODE_CODE_REJ:
		return code_rej(f, t, &r);
	default:
		return other_code(f, t, code, &r, whole);
	}
}

static void
timeout(struct fsm *f, const struct turn *t)
{
	if (f->restart > 0) {
		event(f, t, EV_TO_PLUS, NULL);
		return;
	}
	if (f->end == FSM_END_NONE)
		f->end = FSM_END_SILENT;
	if (f->passive && f->state >= FSM_REQ_SENT) {
		set_state(f, FSM_STOPPED);
		return;
	}
	event(f, t, EV_TO_MINUS, NULL);
}

void
fsm_expire(struct fsm *f, const struct turn *t)
{
	if (f->deadline > t->now)
		return;
	if (f->state == FSM_STOPPED) {		/* fsm_up() waited */
		set_state(f, FSM_CLOSED);
		event(f, t, EV_OPEN, NULL);
		return;
	}
	timeout(f, t);
}

unsigned
fsm_take(struct fsm *f)
{
	unsigned did = f->did;

	f->did = 0;
	return did;
}

bool
fsm_is_alive(const struct fsm *f)
{
	return f->state > FSM_STOPPED;
}
