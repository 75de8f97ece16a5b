/*
 * Inside LCP: what lcp.c, lcp_opt.c and lcp_auth.c share.
 */
#ifndef PPP_LCP_OPT_H
#define PPP_LCP_OPT_H

#include "base/why.h"
#include "ppp/lcp.h"

#define LCP_BIT(type)	(UINT32_C(1) << (type))

static inline struct lcp *
lcp_of(struct fsm *f)
{
	return (struct lcp *)f;
}

static inline const struct lcp *
lcp_const(const struct fsm *f)
{
	return (const struct lcp *)f;
}

static inline bool
lcp_wants(const struct fsm *f, enum lcp_type type)
{
	return lcp_const(f)->want & LCP_BIT(type);
}

/* The peer rejected it: not asked for again in this negotiation. */
static inline void
lcp_drop(struct fsm *f, enum lcp_type type)
{
	lcp_of(f)->want &= ~LCP_BIT(type);
	lcp_of(f)->rejected |= LCP_BIT(type);
}

/* Negotiation makes no sense any more: the automaton closes. */
static inline void
lcp_give_up(struct fsm *f, enum why why)
{
	lcp_of(f)->why = (uint8_t)why;
	f->give_up = true;
}

/* lcp_opt.c: functions of struct fsm_ops. */
void lcp_opt_reset(struct fsm *f, const struct turn *t);
int lcp_opt_judge(struct fsm *f, const struct turn *t, struct rd opts,
    struct wr *out);

/* lcp_auth.c: functions of the option's row. */
void lcp_auth_reset(struct fsm *f, const struct turn *t);
bool lcp_auth_offer(const struct fsm *f, const struct turn *t, struct wr *w);
enum verdict lcp_auth_check(struct fsm *f, const struct turn *t,
    struct rd val, struct wr *nak);
void lcp_auth_naked(struct fsm *f, const struct turn *t, struct rd val,
    bool was);
void lcp_auth_rejected(struct fsm *f, const struct turn *t);

#endif
