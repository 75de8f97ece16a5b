/*
 * IPV6CP: the Interface-Identifier option of RFC 5072 section 4.1. Zero,
 * equal to ours or taken: the peer is Nak'd with a fresh one.
 */
#include "ppp/ipv6cp.h"

#include <stddef.h>

#include "base/err.h"
#include "ppp/ppp.h"

#define IFID		8
#define UNIVERSAL	0x02	/* bit "u": globally unique; RFC 5072 s. 4.1 */
#define HINTS_MAX	2	/* times we ask for an identifier */

static struct ipv6cp *
ipv6cp_of(struct fsm *f)
{
	return (struct ipv6cp *)f;
}

static bool
is_zero(const uint8_t id[IFID])
{
	static const uint8_t zero[IFID];

	return memcmp(id, zero, IFID) == 0;
}

static bool
equal(const uint8_t a[IFID], const uint8_t b[IFID])
{
	return memcmp(a, b, IFID) == 0;
}

static bool
is_usable(const struct ipv6cp *c, const uint8_t id[IFID])
{
	return !is_zero(id) && !equal(id, c->my) && !equal(id, c->taken);
}

static void
random_ifid(const struct turn *t, const uint8_t other[IFID],
    uint8_t id[IFID])
{
	do {
		rng_fill(t->rng, id, IFID);
		id[0] &= (uint8_t)~UNIVERSAL;
	} while (is_zero(id) || equal(id, other));
}

/* What we would like the peer to be called. */
static void
suggest(const struct ipv6cp *c, const struct turn *t, uint8_t id[IFID])
{
	memcpy(id, t->net->his_ifid, IFID);
	if (!is_usable(c, id))
		random_ifid(t, c->my, id);
}

static bool
ifid_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_put(w, ((const struct ipv6cp *)f)->my, IFID);
	return true;
}

static enum verdict
ifid_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	struct ipv6cp *c = ipv6cp_of(f);
	uint8_t id[IFID];

	rd_copy(&val, id, IFID);
	if (is_usable(c, id)) {
		memcpy(c->draft, id, IFID);
		return V_ACK;
	}
	suggest(c, t, id);
	wr_put(nak, id, IFID);
	return V_NAK;
}

static void
ifid_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	struct ipv6cp *c = ipv6cp_of(f);
	uint8_t id[IFID];

	(void)was;			/* we always send it */
	rd_copy(&val, id, IFID);
	if (is_zero(id) || equal(id, c->his) || equal(id, c->my))
		random_ifid(t, c->his, id);
	memcpy(c->my, id, IFID);
}

/* Without an identifier there is no link-local address and no IPv6. */
static void
ifid_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	f->give_up = true;
}

static const struct opt_row rows[] = {
	{ IPV6CP_IFID, IFID, IFID, SHOW_HEX, "Interface-Identifier",
	  ifid_offer, ifid_check, ifid_naked, ifid_rejected },
	{ IPV6CP_COMPRESSION, 2, 253, SHOW_HEX, "IPv6-Compression-Protocol",
	  0, 0, 0, 0 },
};

const struct opt_table ipv6cp_table = { rows, sizeof(rows) / sizeof(rows[0]) };

static void
ipv6cp_reset(struct fsm *f, const struct turn *t)
{
	struct ipv6cp *c = ipv6cp_of(f);

	c->hints = 0;
	if (!is_zero(t->net->ifid))
		memcpy(c->my, t->net->ifid, IFID);
	else if (is_zero(c->my))	/* a random one is kept */
		random_ifid(t, c->his, c->my);
}

static void
ipv6cp_request(const struct fsm *f, const struct turn *t, struct wr *w)
{
	opt_request(&ipv6cp_table, f, t, w);
}

/* No identifier at all: asked for twice, then there is no IPv6. */
static int
ipv6cp_judge(struct fsm *f, const struct turn *t, struct rd opts,
    struct wr *out)
{
	struct ipv6cp *c = ipv6cp_of(f);
	uint8_t id[IFID];
	uint32_t seen;
	int v = opt_judge(&ipv6cp_table, f, t, opts, out, &seen);

	if (v < 0 || v == V_REJ || seen & 1)
		return v;
	if (c->hints++ >= HINTS_MAX)
		f->give_up = true;
	suggest(c, t, id);
	opt_put(out, IPV6CP_IFID, id, IFID);
	return V_NAK;
}

static void
ipv6cp_commit(struct fsm *f, const struct turn *t)
{
	struct ipv6cp *c = ipv6cp_of(f);

	(void)t;
	memcpy(c->his, c->draft, IFID);
}

static int
ipv6cp_naked(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_naked(&ipv6cp_table, f, t, opts);
}

static int
ipv6cp_rejected(struct fsm *f, const struct turn *t, struct rd opts)
{
	return opt_rejected(&ipv6cp_table, f, t, opts);
}

static const struct fsm_ops ipv6cp_ops = {
	.proto = PROTO_IPV6CP,
	.retry = offsetof(struct ppp_conf, ipv6cp),
	.reset = ipv6cp_reset,
	.request = ipv6cp_request,
	.judge = ipv6cp_judge,
	.commit = ipv6cp_commit,
	.naked = ipv6cp_naked,
	.rejected = ipv6cp_rejected,
};

void
ipv6cp_init(struct ipv6cp *c)
{
	memset(c, 0, sizeof(*c));
	fsm_init(&c->fsm, &ipv6cp_ops);
}

int
ipv6cp_input(struct ipv6cp *c, const struct turn *t, struct rd in)
{
	return fsm_input(&c->fsm, t, in);
}

void
ipv6cp_again(struct ipv6cp *c)
{
	fsm_again(&c->fsm);
	memset(c->his, 0, IFID);
	memset(c->taken, 0, IFID);
}

void
ipv6cp_taken(struct ipv6cp *c, const struct turn *t)
{
	if (c->fsm.state != FSM_OPENED)
		return;
	memcpy(c->taken, c->his, IFID);
	fsm_reopen(&c->fsm, t);
}
