/* Walkers over Configuration Options; RFC 1661 sections 5.1 to 5.4, 6. */
#include "ppp/opt.h"

#include "base/bug.h"
#include "base/err.h"

#define VALUE_MAX	253		/* Length is one octet and counts two */

const struct opt_row *
opt_row(const struct opt_table *o, uint8_t type)
{
	for (unsigned i = 0; i < o->n; i++)
		if (o->row[i].type == type)
			return &o->row[i];
	return NULL;
}

bool
opt_next(struct rd *r, uint8_t *type, struct rd *val)
{
	uint8_t len;

	if (rd_size(r) == 0)
		return false;
	*type = rd_u8(r);
	len = rd_u8(r);
	if (len < 2)		/* Length counts its own header */
		r->bad = true;
	*val = rd_sub(r, len - 2u);
	return !r->bad;
}

void
opt_put(struct wr *w, uint8_t type, const void *val, size_t n)
{
	wr_u8(w, type);
	wr_u8(w, (uint8_t)(n + 2));
	wr_put(w, val, n);
}

static bool
well_formed(struct rd r)
{
	struct rd val;
	uint8_t type;

	while (opt_next(&r, &type, &val))
		;
	return !r.bad;
}

/* The value that a row offers; its size, or -1 when it offers none. */
static int
offered(const struct opt_row *row, const struct fsm *f,
    const struct turn *t, uint8_t buf[VALUE_MAX])
{
	struct wr w = wr_of(buf, VALUE_MAX);

	if (row->offer == NULL || !row->offer(f, t, &w))
		return -1;
	BUG_ON(w.bad);
	return (int)wr_size(&w);
}

void
opt_request(const struct opt_table *o, const struct fsm *f,
    const struct turn *t, struct wr *w)
{
	uint8_t buf[VALUE_MAX];
	int n;

	for (unsigned i = 0; i < o->n; i++) {
		n = offered(&o->row[i], f, t, buf);
		if (n >= 0)
			opt_put(w, o->row[i].type, buf, (size_t)n);
	}
	BUG_ON(w->bad);
}

/* One option of the peer; what it gets is appended to @nak or @rej. */
static enum verdict
judge_one(const struct opt_table *o, struct fsm *f, const struct turn *t,
    uint8_t type, struct rd val, struct wr *nak, uint32_t *seen)
{
	const struct opt_row *row = opt_row(o, type);
	uint8_t buf[VALUE_MAX];
	struct wr want = wr_of(buf, sizeof(buf));
	enum verdict v;
	uint32_t bit;

	if (row == NULL)
		return V_REJ;
	bit = UINT32_C(1) << (row - o->row);
	if (row->check == NULL || *seen & bit ||
	    rd_size(&val) < row->min || rd_size(&val) > row->max)
		return V_REJ;
	*seen |= bit;
	v = row->check(f, t, val, &want);
	if (v == V_NAK)
		opt_put(nak, type, buf, wr_size(&want));
	return v;
}

int
opt_judge(const struct opt_table *o, struct fsm *f, const struct turn *t,
    struct rd opts, struct wr *out, uint32_t *seen)
{
	struct wr nak = *out;
	bool rejected = false;
	struct rd val, r = opts;
	uint8_t type;

	if (!well_formed(opts))
		return -E_FORMAT;
	fsm_begin(f, t);
	*seen = 0;
	while (opt_next(&r, &type, &val)) {
		if (judge_one(o, f, t, type, val, &nak, seen) != V_REJ)
			continue;
		rejected = true;
		opt_put(out, type, val.p, rd_size(&val));
		nak = *out;		/* Naks must wait */
	}
	if (rejected)
		return V_REJ;
	if (nak.bad)
		out->bad = true;
	if (wr_size(&nak) == 0)
		return V_ACK;
	*out = nak;
	return V_NAK;
}

/*
 * A Nak may name options that we did not send: the peer would like to see
 * them. Options of an illegal size mean nothing and are passed over.
 */
int
opt_naked(const struct opt_table *o, struct fsm *f, const struct turn *t,
    struct rd opts)
{
	uint8_t buf[VALUE_MAX];
	struct rd val;
	uint8_t type;

	if (!well_formed(opts))
		return -E_FORMAT;
	while (opt_next(&opts, &type, &val)) {
		const struct opt_row *row = opt_row(o, type);

		if (row == NULL || row->naked == NULL ||
		    rd_size(&val) < row->min || rd_size(&val) > row->max)
			continue;
		row->naked(f, t, val, offered(row, f, t, buf) >= 0);
	}
	return 0;
}

/* Each rejected option must be one of our request, value and all. */
static bool
all_ours(const struct opt_table *o, const struct fsm *f,
    const struct turn *t, struct rd opts)
{
	uint8_t buf[VALUE_MAX];
	struct rd val;
	uint8_t type;
	int n;

	while (opt_next(&opts, &type, &val)) {
		const struct opt_row *row = opt_row(o, type);

		n = row != NULL ? offered(row, f, t, buf) : -1;
		if (n < 0 || (size_t)n != rd_size(&val) ||
		    memcmp(buf, val.p, (size_t)n) != 0)
			return false;
	}
	return true;
}

int
opt_rejected(const struct opt_table *o, struct fsm *f, const struct turn *t,
    struct rd opts)
{
	struct rd val;
	uint8_t type;

	if (rd_size(&opts) == 0 || !well_formed(opts) ||
	    !all_ours(o, f, t, opts))
		return -E_FORMAT;
	while (opt_next(&opts, &type, &val))
		opt_row(o, type)->rejected(f, t);
	return 0;
}
