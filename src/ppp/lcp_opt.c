/*
 * LCP's Configuration Options, one row each. An option without `check` is
 * refused with Configure-Reject; one without `offer` is never asked for.
 */
#include "ppp/lcp_opt.h"

#include "ppp/ppp.h"

#define LOOPS_MAX	5	/* our own requests in a row: a looped line */
#define HINTS_MAX	2	/* times we advise an MRU; then we take his */

/* ---- Maximum-Receive-Unit, RFC 1661 section 6.1, RFC 4638 ---- */

static uint16_t
mru_most(const struct turn *t)
{
	uint16_t most = t->conf->mru_max;

	return most != 0 && most < t->lower_mru ? most : t->lower_mru;
}

static uint16_t
mru_default(const struct turn *t)
{
	return t->lower_mru < LCP_MRU_DEFAULT ? t->lower_mru :
	    LCP_MRU_DEFAULT;
}

static bool
mru_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u16(w, lcp_const(f)->mine.mru);
	return lcp_wants(f, LCP_MRU);
}

static enum verdict
mru_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	uint16_t mru = rd_u16(&val), least = LCP_MRU_MIN;
	struct lcp *l = lcp_of(f);

	if (t->conf->mtu > least)
		least = t->conf->mtu;
	if (least > t->lower_mru)
		least = t->lower_mru;
	if (mru < least) {
		wr_u16(nak, least);
		return V_NAK;
	}
	if (mru > t->lower_mru && l->hints < HINTS_MAX) {
		l->hints++;
		wr_u16(nak, t->lower_mru);
		return V_NAK;
	}
	l->draft.mru = mru;
	return V_ACK;
}

static void
mru_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	uint16_t mru = rd_u16(&val);

	if (was && mru >= LCP_MRU_MIN && mru <= mru_most(t))
		lcp_of(f)->mine.mru = mru;
}

static void
mru_rejected(struct fsm *f, const struct turn *t)
{
	lcp_of(f)->mine.mru = mru_default(t);
	lcp_drop(f, LCP_MRU);
}

/* ---- Async-Control-Character-Map, RFC 1662 section 7.1 ---- */

static bool
accm_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u32(w, lcp_const(f)->mine.accm);
	return lcp_wants(f, LCP_ACCM);
}

static enum verdict
accm_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	(void)nak;
	if (t->lower == LOWER_PPPOE)
		return V_REJ;
	lcp_of(f)->draft.accm = rd_u32(&val);
	return V_ACK;
}

static void
accm_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	(void)t;
	if (was)
		lcp_of(f)->mine.accm |= rd_u32(&val);
}

static void
accm_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.accm = UINT32_MAX;
	lcp_drop(f, LCP_ACCM);
}

/* ---- Quality-Protocol, RFC 1661 section 6.3, RFC 1989 ---- */

static bool
quality_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u16(w, PROTO_LQR);
	wr_u32(w, lcp_const(f)->mine.lqr);
	return lcp_wants(f, LCP_QUALITY);
}

static enum verdict
quality_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	struct lcp_opts *his = &lcp_of(f)->draft;

	if (!(t->conf->accepted & NEG_LQR))
		return V_REJ;
	if (rd_size(&val) != 6 || rd_u16(&val) != PROTO_LQR) {
		wr_u16(nak, PROTO_LQR);
		wr_u32(nak, t->conf->lqr_period * 100u);
		return V_NAK;
	}
	his->quality = true;
	his->lqr = rd_u32(&val);
	return V_ACK;
}

static void
quality_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	(void)t;
	if (!was)
		return;
	if (rd_size(&val) == 6 && rd_u16(&val) == PROTO_LQR)
		lcp_of(f)->mine.lqr = rd_u32(&val);
	else
		lcp_drop(f, LCP_QUALITY);
}

static void
quality_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.quality = false;
	lcp_drop(f, LCP_QUALITY);
}

/* ---- Magic-Number, RFC 1661 section 6.4 ---- */

static uint32_t
magic_random(const struct lcp *l, const struct turn *t)
{
	uint32_t m;

	do {
		m = rng_u32(t->rng);
	} while (m == 0 || m == l->mine.magic);
	return m;
}

static bool
magic_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u32(w, lcp_const(f)->mine.magic);
	return lcp_wants(f, LCP_MAGIC);
}

static enum verdict
magic_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	struct lcp *l = lcp_of(f);
	uint32_t magic = rd_u32(&val);

	if (magic != 0 && magic != lcp_magic(l)) {
		l->loops = 0;
		l->draft.magic = magic;
		return V_ACK;
	}
	if (magic != 0 && ++l->loops >= LOOPS_MAX)
		lcp_give_up(f, WHY_LOOP);
	wr_u32(nak, magic_random(l, t));
	return V_NAK;
}

static void
magic_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	(void)val;		/* a new one is chosen: section 6.4 */
	if (was)
		lcp_of(f)->mine.magic = magic_random(lcp_of(f), t);
}

static void
magic_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_drop(f, LCP_MAGIC);
}

/* ---- Protocol- and Address-and-Control-Field-Compression ---- */

static bool
pfc_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t, (void)w;
	return lcp_wants(f, LCP_PFC);
}

static enum verdict
pfc_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	(void)val, (void)nak;
	if (t->lower == LOWER_PPPOE || !(t->conf->accepted & NEG_PROTOCOMP))
		return V_REJ;
	lcp_of(f)->draft.pfc = true;
	return V_ACK;
}

static void
pfc_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.pfc = false;
	lcp_drop(f, LCP_PFC);
}

static bool
acfc_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t, (void)w;
	return lcp_wants(f, LCP_ACFC);
}

static enum verdict
acfc_check(struct fsm *f, const struct turn *t, struct rd val, struct wr *nak)
{
	(void)val, (void)nak;
	if (t->lower == LOWER_PPPOE || !(t->conf->accepted & NEG_ACFCOMP))
		return V_REJ;
	lcp_of(f)->draft.acfc = true;
	return V_ACK;
}

static void
acfc_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.acfc = false;
	lcp_drop(f, LCP_ACFC);
}

/* ---- Endpoint-Discriminator, RFC 1990 section 5.1.3 ---- */

static bool
enddisc_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	wr_u8(w, t->conf->enddisc_class);
	wr_put(w, t->conf->enddisc, t->conf->enddisc_len);
	return lcp_wants(f, LCP_ENDDISC);
}

static enum verdict
enddisc_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	struct lcp_opts *his = &lcp_of(f)->draft;

	(void)nak;
	if (!(t->conf->accepted & NEG_ENDDISC))
		return V_REJ;
	his->disc_class = rd_u8(&val);
	his->disc_len = (uint8_t)rd_size(&val);
	rd_copy(&val, his->disc, his->disc_len);
	return V_ACK;
}

static void
enddisc_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_drop(f, LCP_ENDDISC);
}

/* ---- Multilink: RFC 1990 sections 5.1.1 and 5.1.2 ---- */

static bool
mrru_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t;
	wr_u16(w, lcp_const(f)->mine.mrru);
	return lcp_wants(f, LCP_MRRU);
}

static enum verdict
mrru_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	uint16_t mrru = rd_u16(&val);

	if (t->conf->mrru == 0)
		return V_REJ;
	if (mrru < LCP_MRU_MIN) {
		wr_u16(nak, t->conf->mrru);
		return V_NAK;
	}
	lcp_of(f)->draft.mrru = mrru;
	return V_ACK;
}

static void
mrru_naked(struct fsm *f, const struct turn *t, struct rd val, bool was)
{
	uint16_t mrru = rd_u16(&val);

	(void)t;
	if (was && mrru >= LCP_MRU_MIN && mrru <= LCP_MRRU_MAX)
		lcp_of(f)->mine.mrru = mrru;
}

/* No multilink: the link goes on alone, and without its options. */
static void
mrru_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.mrru = 0;
	lcp_of(f)->mine.shortseq = false;
	lcp_drop(f, LCP_MRRU);
	lcp_of(f)->want &= ~LCP_BIT(LCP_SHORTSEQ);
}

static bool
shortseq_offer(const struct fsm *f, const struct turn *t, struct wr *w)
{
	(void)t, (void)w;
	return lcp_wants(f, LCP_SHORTSEQ);
}

static enum verdict
shortseq_check(struct fsm *f, const struct turn *t, struct rd val,
    struct wr *nak)
{
	(void)val, (void)nak;
	if (t->conf->mrru == 0 || !(t->conf->accepted & NEG_SHORTSEQ))
		return V_REJ;
	lcp_of(f)->draft.shortseq = true;
	return V_ACK;
}

static void
shortseq_rejected(struct fsm *f, const struct turn *t)
{
	(void)t;
	lcp_of(f)->mine.shortseq = false;
	lcp_drop(f, LCP_SHORTSEQ);
}

static const struct opt_row rows[] = {	/* in the order of our request */
	{ LCP_ACFC, 0, 0, SHOW_HEX, "ACFC",
	  acfc_offer, acfc_check, NULL, acfc_rejected },
	{ LCP_PFC, 0, 0, SHOW_HEX, "PFC",
	  pfc_offer, pfc_check, NULL, pfc_rejected },
	{ LCP_ACCM, 4, 4, SHOW_HEX, "ACCM",
	  accm_offer, accm_check, accm_naked, accm_rejected },
	{ LCP_MRU, 2, 2, SHOW_NUM, "MRU",
	  mru_offer, mru_check, mru_naked, mru_rejected },
	{ LCP_MAGIC, 4, 4, SHOW_HEX, "Magic-Number",
	  magic_offer, magic_check, magic_naked, magic_rejected },
	{ LCP_QUALITY, 2, 253, SHOW_QUALITY, "Quality-Protocol",
	  quality_offer, quality_check, quality_naked, quality_rejected },
	{ LCP_AUTH, 2, 253, SHOW_AUTH, "Authentication-Protocol",
	  lcp_auth_offer, lcp_auth_check, lcp_auth_naked, lcp_auth_rejected },
	{ LCP_CALLBACK, 1, 253, SHOW_HEX, "Callback", 0, 0, 0, 0 },
	{ LCP_MRRU, 2, 2, SHOW_NUM, "MRRU",
	  mrru_offer, mrru_check, mrru_naked, mrru_rejected },
	{ LCP_SHORTSEQ, 0, 0, SHOW_HEX, "Short-Sequence-Number",
	  shortseq_offer, shortseq_check, NULL, shortseq_rejected },
	{ LCP_ENDDISC, 1, 21, SHOW_HEX, "Endpoint-Discriminator",
	  enddisc_offer, enddisc_check, NULL, enddisc_rejected },
	{ LCP_FCS, 1, 1, SHOW_HEX, "FCS-Alternatives", 0, 0, 0, 0 },
	{ LCP_PADDING, 1, 1, SHOW_NUM, "Self-Describing-Padding", 0, 0, 0, 0 },
	{ LCP_NUMBERED, 2, 253, SHOW_HEX, "Numbered-Mode", 0, 0, 0, 0 },
	{ LCP_COMPOUND, 0, 0, SHOW_HEX, "Compound-Frames", 0, 0, 0, 0 },
	{ LCP_DISCRIM, 2, 2, SHOW_NUM, "Link-Discriminator", 0, 0, 0, 0 },
};

const struct opt_table lcp_table = { rows, sizeof(rows) / sizeof(rows[0]) };

/* ---- both sides at once ---- */

void
lcp_opt_reset(struct fsm *f, const struct turn *t)
{
	const struct ppp_conf *c = t->conf;
	struct lcp *l = lcp_of(f);
	struct lcp_opts *mine = &l->mine;
	uint32_t magic = mine->magic;
	bool async = t->lower == LOWER_ASYNC;

	/* One number for the link's life: a late copy of a request is true. */
	if (magic == 0)
		magic = magic_random(l, t);
	*mine = (struct lcp_opts){ .magic = magic, .accm = c->accmap };
	mine->lqr = c->lqr_period * 100u;
	mine->mru = c->mru != 0 ? c->mru : mru_default(t);
	if (mine->mru > mru_most(t))
		mine->mru = mru_most(t);
	mine->pfc = async && c->enabled & NEG_PROTOCOMP;
	mine->acfc = async && c->enabled & NEG_ACFCOMP;
	mine->quality = c->enabled & NEG_LQR && mine->lqr != 0;
	l->rejected = l->refused = 0;
	l->hints = 0;
	l->why = WHY_NONE;
	l->want = LCP_BIT(LCP_MRU) | LCP_BIT(LCP_MAGIC);
	if (async)
		l->want |= LCP_BIT(LCP_ACCM);
	if (mine->pfc)
		l->want |= LCP_BIT(LCP_PFC);
	if (mine->acfc)
		l->want |= LCP_BIT(LCP_ACFC);
	if (mine->quality)
		l->want |= LCP_BIT(LCP_QUALITY);
	mine->disc_class = c->enddisc_class;
	mine->disc_len = c->enddisc_len;
	memcpy(mine->disc, c->enddisc, sizeof(mine->disc));
	mine->mrru = c->mrru;
	mine->shortseq = c->mrru != 0 && c->enabled & NEG_SHORTSEQ;
	if (mine->mrru != 0)
		l->want |= LCP_BIT(LCP_MRRU);
	if (mine->shortseq)
		l->want |= LCP_BIT(LCP_SHORTSEQ);
	if (c->enabled & NEG_ENDDISC && c->enddisc_class + c->enddisc_len > 0)
		l->want |= LCP_BIT(LCP_ENDDISC);
	lcp_auth_reset(f, t);
}

/*
 * A peer on PPPoE that names no MRU means 1500, which no PPPoE frame of
 * ours can hold: it is advised, but not for ever.
 */
static bool
mru_hint(struct lcp *l, const struct turn *t, uint32_t seen, struct wr *nak)
{
	uint8_t val[2] = { (uint8_t)(t->lower_mru >> 8),
	    (uint8_t)t->lower_mru };
	const struct opt_row *row = opt_row(&lcp_table, LCP_MRU);

	if (seen & UINT32_C(1) << (row - rows) ||
	    t->lower_mru >= LCP_MRU_DEFAULT || l->hints >= HINTS_MAX)
		return false;
	l->hints++;
	opt_put(nak, LCP_MRU, val, sizeof(val));
	return true;
}

/* For `show lcp`: what the peer asked for in vain. */
static void
note_refused(struct lcp *l, const struct wr *out)
{
	struct rd val, r = rd_of(out->base, wr_size(out));
	uint8_t type;

	while (opt_next(&r, &type, &val))
		if (type < 32)
			l->refused |= LCP_BIT(type);
}

int
lcp_opt_judge(struct fsm *f, const struct turn *t, struct rd opts,
    struct wr *out)
{
	struct lcp *l = lcp_of(f);
	struct lcp_opts was = l->draft;
	uint32_t seen;
	int v;

	l->draft = (struct lcp_opts){ .mru = LCP_MRU_DEFAULT,
	    .accm = UINT32_MAX };
	v = opt_judge(&lcp_table, f, t, opts, out, &seen);
	if (v < 0)
		l->draft = was;
	if (v == V_REJ)
		note_refused(l, out);
	if ((v == V_ACK || v == V_NAK) && mru_hint(l, t, seen, out))
		v = V_NAK;
	return v;
}
