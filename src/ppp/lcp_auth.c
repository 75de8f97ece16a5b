/*
 * The Authentication-Protocol option of RFC 1661 section 6.2: what we demand
 * of the peer, one protocol after the other, and what we let it demand.
 */
#include "ppp/auth.h"
#include "ppp/lcp_opt.h"
#include "ppp/ppp.h"

/* Authentication protocols; a bit of `tried` is the index here. */
static const struct auth_kind {
	uint32_t neg;			/* enum neg */
	uint16_t proto;
	uint8_t	 algo;
} auth_kinds[] = {			/* in the order in which we ask */
	{ NEG_CHAP5, PROTO_CHAP, CHAP_MD5 },
	{ NEG_MSCHAP | NEG_LANMAN, PROTO_CHAP, CHAP_MS },
	{ NEG_MSCHAPV2, PROTO_CHAP, CHAP_MSV2 },
	{ NEG_PAP, PROTO_PAP, 0 },
};
#define AUTH_KINDS	(sizeof(auth_kinds) / sizeof(auth_kinds[0]))
static const uint8_t auth_suggest[AUTH_KINDS] = { 3, 0, 1, 2 };

static void
auth_write(struct wr *w, uint16_t proto, uint8_t algo)
{
	wr_u16(w, proto);
	if (proto == PROTO_CHAP)
		wr_u8(w, algo);
}

/* The kind that a value means; -1: none that we know. */
static int
auth_read(struct rd val)
{
	uint16_t proto = rd_u16(&val);
	uint8_t algo = proto == PROTO_CHAP ? rd_u8(&val) : 0;

	if (val.bad || rd_size(&val) != 0)
		return -1;
	for (unsigned i = 0; i < AUTH_KINDS; i++)
		if (auth_kinds[i].proto == proto && auth_kinds[i].algo == algo)
			return (int)i;
	return -1;
}

/* PAP would send the program's own name as the password. */
static uint32_t
accepts(const struct ppp_conf *c)
{
	return c->key_prog ? c->accepted & ~(uint32_t)NEG_PAP : c->accepted;
}

bool
lcp_auth_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	auth_write(w, lcp_const(f)->mine.auth, lcp_const(f)->mine.algo);
	return lcp_wants(f, LCP_AUTH);
}

enum verdict
lcp_auth_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	struct lcp *l = lcp_of(f);
	int kind = auth_read(val);

	if (kind >= 0 && accepts(t->conf) & auth_kinds[kind].neg) {
		l->draft.auth = auth_kinds[kind].proto;
		l->draft.algo = auth_kinds[kind].algo;
		return V_ACK;
	}
	for (unsigned i = 0; i < AUTH_KINDS; i++) {
		const struct auth_kind *k =
		    &auth_kinds[auth_suggest[l->suggest++ % AUTH_KINDS]];

		if (!(accepts(t->conf) & k->neg))
			continue;
		auth_write(nak, k->proto, k->algo);
		return V_NAK;
	}
	return V_REJ;
}

static bool
auth_may_ask(const struct lcp *l, const struct turn *t, unsigned kind)
{
	return t->conf->enabled & auth_kinds[kind].neg &&
	    !(l->tried & 1u << kind);
}

static void
auth_ask(struct lcp *l, unsigned kind)
{
	l->want |= LCP_BIT(LCP_AUTH);
	l->tried |= (uint8_t)(1u << kind);
	l->mine.auth = auth_kinds[kind].proto;
	l->mine.algo = auth_kinds[kind].algo;
}

/* The next protocol to ask for; without one, there is no link. */
static void
auth_next(struct fsm *f, const struct turn *t)
{
	struct lcp *l = lcp_of(f);

	for (unsigned i = 0; i < AUTH_KINDS; i++)
		if (auth_may_ask(l, t, i)) {
			auth_ask(l, i);
			return;
		}
	lcp_give_up(f, WHY_AUTH_NONE);
}

void
lcp_auth_naked(struct fsm *f, const struct turn *t, struct rd val,
    bool was)
{
	int kind = auth_read(val);

	if (!was)
		return;
	if (kind >= 0 && auth_may_ask(lcp_of(f), t, (unsigned)kind))
		auth_ask(lcp_of(f), (unsigned)kind);
	else
		auth_next(f, t);
}

void
lcp_auth_rejected(struct fsm *f, const struct turn *t)
{
	auth_next(f, t);
}

void
lcp_auth_reset(struct fsm *f, const struct turn *t)
{
	struct lcp *l = lcp_of(f);

	l->tried = l->suggest = 0;
	if (t->conf->enabled & NEG_AUTH)
		auth_next(f, t);
}
