/*
 * CCP. A Configure-Request lists what its sender can unpack, best first; of
 * what the other side acknowledges the first one counts. So our request is
 * about what comes in and the peer's about what goes out.
 */
#include "ppp/ccp.h"

#include <stddef.h>

#include "base/err.h"
#include "ppp/ppp.h"

enum { CODE_RESET_REQ = 14, CODE_RESET_ACK = 15 };

#define WANT_DEFLATE	0x01u
#define WANT_PRED1	0x02u
#define WANT_DEFLATE24	0x04u
#define WANT_MPPE	0x08u

/* Supported Bits of the MPPE option, RFC 3078 section 3. */
#define MPPE_STATELESS	0x01000000u
#define MPPE_56		0x00000080u
#define MPPE_128	0x00000040u
#define MPPE_40		0x00000020u
#define MPPE_SIZES	(MPPE_56 | MPPE_128 | MPPE_40)

#define DEFLATE_METHOD	8u
#define WINDOW_OUT_MIN	9u	/* zlib cannot pack with 8 */
#define RESET_PAUSE	SEC(1)	/* between two Reset-Requests */

static struct ccp *
ccp_of(struct fsm *f)
{
	return (struct ccp *)f;
}

static const struct ccp *
ccp_const(const struct fsm *f)
{
	return (const struct ccp *)f;
}

uint32_t
ccp_wanted(const struct ccp *c, uint32_t mask)
{
	return mask & NEG_CCP & (c->keys ? UINT32_MAX : ~(uint32_t)NEG_MPPE);
}

/* Required encryption leaves no room for anything else. */
static bool
may(const struct ccp *c, const struct turn *t, uint32_t mask, uint32_t bit)
{
	if (t->conf->mppe.required && bit != NEG_MPPE)
		return false;
	return ccp_wanted(c, mask) & bit;
}

/* The peer's first choice that we take is how we pack. */
static enum verdict
take(struct fsm *f, struct ccp_way way)
{
	if (ccp_of(f)->draft.type == CCP_NONE)
		ccp_of(f)->draft = way;
	return V_ACK;
}

/* ---- Deflate, RFC 1979 section 3 ---- */

static void
put_window(struct wr *w, unsigned window)
{
	wr_u8(w, (uint8_t)((window - 8) << 4 | DEFLATE_METHOD));
	wr_u8(w, 0);			/* checked by sequence number */
}

/* 0: not a Deflate that there is. */
static unsigned
get_window(struct rd val)
{
	uint8_t v = rd_u8(&val), check = rd_u8(&val);
	unsigned window = (v >> 4) + 8u;

	return (v & 15) == DEFLATE_METHOD && (check & 3) == 0 &&
	    window <= 15 ? window : 0;
}

static bool
deflate_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	put_window(w, ccp_const(f)->window);
	return ccp_const(f)->want & WANT_DEFLATE;
}

static bool
deflate24_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	put_window(w, ccp_const(f)->window24);
	return ccp_const(f)->want & WANT_DEFLATE24;
}

static enum verdict
window_check(struct fsm *f, const struct turn *t, uint32_t bit, uint8_t type,
    struct rd val, struct wr *nak)
{
	unsigned window = get_window(val), like = t->conf->deflate_in;

	if (!may(ccp_of(f), t, t->conf->accepted, bit))
		return V_REJ;
	if (like == 0)
		like = window != 0 ? window : 15;
	if (like < WINDOW_OUT_MIN)
		like = WINDOW_OUT_MIN;
	if (window == like)
		return take(f, (struct ccp_way){ .type = type,
		    .window = (uint8_t)window });
	put_window(nak, like);
	return V_NAK;
}

static enum verdict
deflate_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	return window_check(f, t, NEG_DEFLATE, CCP_DEFLATE, val, nak);
}

static enum verdict
deflate24_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	return window_check(f, t, NEG_DEFLATE24, CCP_DEFLATE24, val, nak);
}

static void
drop(struct fsm *f, unsigned want)
{
	ccp_of(f)->want &= (uint8_t)~want;
}

static void
deflate_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	unsigned window = get_window(val);

	(void)t;
	if (was && window != 0)
		ccp_of(f)->window = (uint8_t)window;
	else
		drop(f, WANT_DEFLATE);
}

static void
deflate24_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	unsigned window = get_window(val);

	(void)t;
	if (was && window != 0)
		ccp_of(f)->window24 = (uint8_t)window;
	else
		drop(f, WANT_DEFLATE24);
}

static void
deflate_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	drop(f, WANT_DEFLATE);
}

static void
deflate24_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	drop(f, WANT_DEFLATE24);
}

/* ---- Predictor-1, RFC 1978: no value ---- */

static bool
pred1_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	(void)w;
	return ccp_const(f)->want & WANT_PRED1;
}

static enum verdict
pred1_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	(void)val;
	(void)nak;
	if (!may(ccp_of(f), t, t->conf->accepted, NEG_PRED1))
		return V_REJ;
	return take(f, (struct ccp_way){ .type = CCP_PRED1 });
}

static void
pred1_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	drop(f, WANT_PRED1);
}

/* ---- MPPE, RFC 3078 section 3 ---- */

static uint32_t
sizes(const struct mppe_conf *m)
{
	switch (m->bits) {
	case 128:	return MPPE_128;
	case 56:	return MPPE_56;
	case 40:	return MPPE_40;
	default:	return MPPE_SIZES;
	}
}

static uint32_t
strongest(uint32_t v)
{
	return v & MPPE_128 ? MPPE_128 : v & MPPE_56 ? MPPE_56 :
	    v & MPPE_40;
}

static struct ccp_way
mppe_way(uint32_t v)
{
	return (struct ccp_way){ .type = CCP_MPPE, .bits = v & MPPE_128 ?
	    128 : v & MPPE_56 ? 56 : 40, .stateless = v & MPPE_STATELESS };
}

/* What we would take of @v: one size, and the state if it may be so. */
static uint32_t
agreeable(const struct mppe_conf *m, uint32_t v)
{
	uint32_t size = strongest(v & sizes(m));
	uint32_t state = m->state == MPPE_ANY ? v & MPPE_STATELESS :
	    m->state == MPPE_STATELESS_ONLY ? MPPE_STATELESS : 0;

	return (size != 0 ? size : strongest(sizes(m))) | state;
}

static bool
mppe_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u32(w, ccp_const(f)->mppe);
	return ccp_const(f)->want & WANT_MPPE;
}

static enum verdict
mppe_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	uint32_t v = rd_u32(&val), like = agreeable(&t->conf->mppe, v);

	if (!may(ccp_of(f), t, t->conf->accepted, NEG_MPPE))
		return V_REJ;
	if (v == like)
		return take(f, mppe_way(v));
	wr_u32(nak, like);
	return V_NAK;
}

/* Without it there is no link, if it is required. */
static void
mppe_drop(struct fsm *f, const struct turn *t)
{
	drop(f, WANT_MPPE);
	f->give_up = t->conf->mppe.required;
}

static void
mppe_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	uint32_t v = rd_u32(&val);
	uint32_t like = agreeable(&t->conf->mppe, v);

	if (!was)
		return;
	if ((v & like & MPPE_SIZES) == 0 ||
	    ((v ^ like) & MPPE_STATELESS) != 0)
		mppe_drop(f, t);
	else
		ccp_of(f)->mppe = like;
}

static const struct opt_row rows[] = {	/* in the order of our request */
	{ CCP_DEFLATE, 2, 2, SHOW_HEX, "Deflate",
	  deflate_offer, deflate_check, deflate_naked, deflate_rejected },
	{ CCP_PRED1, 0, 0, SHOW_HEX, "Predictor-1",
	  pred1_offer, pred1_check, 0, pred1_rejected },
	{ CCP_DEFLATE24, 2, 2, SHOW_HEX, "Deflate-24",
	  deflate24_offer, deflate24_check, deflate24_naked,
	  deflate24_rejected },
	{ CCP_MPPE, 4, 4, SHOW_HEX, "MPPE",
	  mppe_offer, mppe_check, mppe_naked, mppe_drop },
	{ CCP_NONE, 0, 253, SHOW_HEX, "OUI", 0, 0, 0, 0 },
	{ CCP_PRED2, 0, 253, SHOW_HEX, "Predictor-2", 0, 0, 0, 0 },
	{ CCP_STAC, 0, 253, SHOW_HEX, "Stac-LZS", 0, 0, 0, 0 },
	{ CCP_BSD, 0, 253, SHOW_HEX, "BSD-Compress", 0, 0, 0, 0 },
};

const struct opt_table ccp_table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- both sides at once ---- */

static void
ccp_reset(struct fsm *f, const struct turn *t)
{
	struct ccp *c = ccp_of(f);
	uint32_t on = t->conf->enabled;

	c->want = (uint8_t)(
	    (may(c, t, on, NEG_DEFLATE) ? WANT_DEFLATE : 0) |
	    (may(c, t, on, NEG_PRED1) ? WANT_PRED1 : 0) |
	    (may(c, t, on, NEG_DEFLATE24) ? WANT_DEFLATE24 : 0) |
	    (may(c, t, on, NEG_MPPE) ? WANT_MPPE : 0));
	c->window = c->window24 = t->conf->deflate_out;
	c->mppe = sizes(&t->conf->mppe) |
	    (t->conf->mppe.state == MPPE_STATEFUL_ONLY ? 0 : MPPE_STATELESS);
	c->in = c->out = (struct ccp_way){ 0 };
	c->resetting = false;
	c->reset_at = 0;
}

static void
ccp_request(const struct fsm *f, const struct turn *t, struct wr *w)
{
	opt_request(&ccp_table, f, t, w);
}

static int
ccp_judge(struct fsm *f, const struct turn *t, struct rd opts, struct wr *out)
{
	struct ccp *c = ccp_of(f);
	struct ccp_way was = c->draft;
	uint32_t seen;
	int v;

	c->draft = (struct ccp_way){ 0 };
	v = opt_judge(&ccp_table, f, t, opts, out, &seen);
	if (v < 0)
		c->draft = was;
	return v;
}

static void
ccp_commit(struct fsm *f, const struct turn *t)
{
	(void)t;
	ccp_of(f)->out = ccp_of(f)->draft;
}

/* The first of what was acknowledged; of several key sizes one must be. */
static bool
ccp_acked(struct fsm *f, const struct turn *t)
{
	struct ccp *c = ccp_of(f);

	(void)t;
	c->in = (struct ccp_way){ 0 };
	if (c->want & WANT_DEFLATE) {
		c->in.type = CCP_DEFLATE;
		c->in.window = c->window;
	} else if (c->want & WANT_PRED1) {
		c->in.type = CCP_PRED1;
	} else if (c->want & WANT_DEFLATE24) {
		c->in.type = CCP_DEFLATE24;
		c->in.window = c->window24;
	} else if (c->want & WANT_MPPE) {
		uint32_t one = strongest(c->mppe);

		c->in = mppe_way(c->mppe);
		if ((c->mppe & MPPE_SIZES) != one) {
			c->mppe = one | (c->mppe & MPPE_STATELESS);
			return false;
		}
	}
	return true;
}

static int
ccp_naked(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_naked(&ccp_table, f, t, opts);
}

static int
ccp_rejected(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_rejected(&ccp_table, f, t, opts);
}

/* The order counts: our history begins anew before the Ack is sent. MPPE
 * does not need one, RFC 3078 section 8.2, but Linux waits for it. */
static int
reset_request(struct ccp *c, const struct turn *t, uint8_t id)
{
	outbox_event(t->ob, PPP_EV_CCP_RESET, 0, NULL);
	fsm_send(&c->fsm, t, CODE_RESET_ACK, id, NULL, 0);
	return 0;
}

/* Each Ack that fits says that the peer began anew, even a second one. */
static int
reset_ack(struct ccp *c, const struct turn *t, uint8_t id)
{
	if (id != c->reset_id)
		return -E_STALE;
	c->resetting = false;
	c->reset_at = 0;
	outbox_event(t->ob, PPP_EV_CCP_RESET, 1, NULL);
	return 0;
}

static int
ccp_code(struct fsm *f, const struct turn *t, uint8_t code, uint8_t id,
    struct rd data)
{
	(void)data;
	if (code != CODE_RESET_REQ && code != CODE_RESET_ACK)
		return -E_UNKNOWN;
	if (f->state != FSM_OPENED)
		return -E_STATE;
	return code == CODE_RESET_REQ ? reset_request(ccp_of(f), t, id) :
	    reset_ack(ccp_of(f), t, id);
}

static const struct fsm_ops ccp_ops = {
	.proto = PROTO_CCP,
	.retry = offsetof(struct ppp_conf, ccp),
	.reset = ccp_reset,
	.request = ccp_request,
	.judge = ccp_judge,
	.commit = ccp_commit,
	.acked = ccp_acked,
	.naked = ccp_naked,
	.rejected = ccp_rejected,
	.code = ccp_code,
};

void
ccp_init(struct ccp *c)
{
	memset(c, 0, sizeof(*c));
	fsm_init(&c->fsm, &ccp_ops);
}

void
ccp_again(struct ccp *c)
{
	struct ccp was = *c;

	fsm_again(&was.fsm);
	memset(c, 0, sizeof(*c));
	c->fsm = was.fsm;
	c->keys = was.keys;
	c->reset_id = was.reset_id;
}

int
ccp_input(struct ccp *c, const struct turn *t, struct rd in)
{
	return fsm_input(&c->fsm, t, in);
}

void
ccp_start(struct ccp *c, const struct turn *t)
{
	uint32_t any = t->conf->enabled | t->conf->accepted;

	if (ccp_wanted(c, any) == 0)
		return;
	c->fsm.passive = !t->conf->mppe.required &&
	    ccp_wanted(c, t->conf->enabled) == 0;
	fsm_open(&c->fsm, t);
	fsm_up(&c->fsm, t, 0);
}

void
ccp_shut(struct ccp *c, const struct turn *t, bool listen)
{
	c->listen = listen;
	fsm_close(&c->fsm, t);
}

/* Closed, but the peer may begin again: to where a passive side waits. */
void
ccp_settle(struct ccp *c, const struct turn *t)
{
	if (!c->listen || c->fsm.state != FSM_CLOSED)
		return;
	c->listen = false;
	c->fsm.passive = true;
	fsm_down(&c->fsm, t);
	fsm_open(&c->fsm, t);
	fsm_up(&c->fsm, t, 0);
}

void
ccp_lost(struct ccp *c, const struct turn *t)
{
	if (c->fsm.state != FSM_OPENED || t->now < c->reset_at)
		return;
	c->reset_at = t->now + RESET_PAUSE;
	if (!c->resetting)
		c->reset_id = ++c->fsm.id;
	c->resetting = true;
	fsm_send(&c->fsm, t, CODE_RESET_REQ, c->reset_id, NULL, 0);
}

/* Two octets of Protocol are packed, too; what is in front of them: MPPE's
 * flags; Predictor-1's length and its FCS. */
uint16_t
ccp_overhead(const struct ccp *c)
{
	if (c->fsm.state != FSM_OPENED)
		return 0;
	return c->out.type == CCP_MPPE ? 4 : c->out.type == CCP_PRED1 ? 6 : 0;
}

bool
ccp_encrypts(const struct ccp *c)
{
	return c->fsm.state == FSM_OPENED && c->in.type == CCP_MPPE &&
	    c->out.type == CCP_MPPE;
}
