/* Rules made ready, and the question whether a packet passes. */
#include <string.h>

#include "filter/filter.h"

static uint64_t
be64(const uint8_t *p)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | p[i];
	return n;
}

static uint64_t
ones(unsigned n)
{
	return n == 0 ? 0 : n >= 64 ? UINT64_MAX : UINT64_MAX << (64 - n);
}

static void
make_addr(const struct filter_addr *a, uint8_t family, filter_ip to,
    filter_ip mask)
{
	if (family == 6) {
		to[0] = be64(a->addr);
		to[1] = be64(a->addr + 8);
		mask[0] = ones(a->bits);
		mask[1] = ones(a->bits > 64 ? a->bits - 64u : 0);
	} else {
		to[0] = mask[0] = 0;
		to[1] = be64(a->addr) >> 32;
		mask[1] = ones(a->bits) >> 32;
	}
}

static void
make_test(const struct filter_rule *r, uint8_t number, struct filter_test *t)
{
	memset(t, 0, sizeof(*t));
	t->act = r->act;
	t->rule = number;
	t->family = r->family;
	t->proto = r->proto;
	t->flags = r->flags;
	t->invert = r->invert;
	t->src_op = r->src_op;
	t->dst_op = r->dst_op;
	t->src_port = r->src_port;
	t->dst_port = r->dst_port;
	t->timeout = r->timeout;
	if (!r->has_addr)
		return;
	t->src_word = r->src.bits > 0 ? r->src.word : AW_NONE;
	t->dst_word = r->dst.bits > 0 ? r->dst.word : AW_NONE;
	make_addr(&r->src, r->family, t->src, t->src_mask);
	make_addr(&r->dst, r->family, t->dst, t->dst_mask);
}

/* Undefined rules are left out; a jump then passes over fewer. */
static void
make(struct filter *f, const struct filter_rule *rule)
{
	uint8_t at[FILTER_RULES + 1];

	f->n = 0;
	for (uint8_t i = 0; i < FILTER_RULES; i++) {
		at[i] = f->n;
		if (rule[i].act != FILTER_UNSET)
			make_test(&rule[i], i, &f->test[f->n++]);
	}
	for (uint8_t i = 0; i < f->n; i++) {
		struct filter_test *t = &f->test[i];

		if (t->act == FILTER_GOTO)
			t->skip = (uint8_t)(at[rule[t->rule].to] - i - 1);
	}
	if (rule[0].act == FILTER_UNSET)	/* empty, whatever follows */
		f->n = 0;
}

void
filters_make(struct filters *to, const struct filter_conf *from)
{
	for (uint8_t i = 0; i < FILTERS; i++) {
		to->f[i].name = i;
		make(&to->f[i], from->rule[i]);
	}
	to->any = to->f[FILTER_IN].n > 0 || to->f[FILTER_OUT].n > 0 ||
	    to->f[FILTER_ALIVE].n > 0;
}

void
filter_env_put4(struct filter_env *e, enum addr_word w, uint32_t addr)
{
	e->addr[w][0] = 0;
	e->addr[w][1] = addr;
}

void
filter_env_put6(struct filter_env *e, enum addr_word w,
    const uint8_t addr[16])
{
	e->addr[w][0] = be64(addr);
	e->addr[w][1] = be64(addr + 8);
}

static bool
is_addr(const filter_ip have, const filter_ip want, const filter_ip mask)
{
	return (((have[0] ^ want[0]) & mask[0]) |
	    ((have[1] ^ want[1]) & mask[1])) == 0;
}

static bool
is_word(const filter_ip have, const filter_ip want, const filter_ip mask)
{
	return (want[0] | want[1]) != 0 && is_addr(have, want, mask);
}

static bool
is_port(uint8_t op, uint16_t have, uint16_t want)
{
	switch (op) {
	case FILTER_EQ:
		return have == want;
	case FILTER_LT:
		return have < want;
	case FILTER_GT:
		return have > want;
	default:
		return true;
	}
}

static bool
matches(const struct filter_test *t, const struct filter_pkt *p,
    const struct filter_env *e)
{
	if (t->family != 0 && t->family != p->family)
		return false;
	if (t->proto != 0 && t->proto != p->proto)
		return false;
	if (t->src_word != AW_NONE ?
	    !is_word(p->src, e->addr[t->src_word], t->src_mask) :
	    !is_addr(p->src, t->src, t->src_mask))
		return false;
	if (t->dst_word != AW_NONE ?
	    !is_word(p->dst, e->addr[t->dst_word], t->dst_mask) :
	    !is_addr(p->dst, t->dst, t->dst_mask))
		return false;
	return (p->flags & t->flags) == t->flags &&
	    is_port(t->src_op, p->src_port, t->src_port) &&
	    is_port(t->dst_op, p->dst_port, t->dst_port);
}

/* What is decided before any rule; true: it is, in *@pass. A fragment that
 * could lie over a TCP header never passes, nor does half a header. */
static bool
beforehand(const struct filter *f, const struct filter_pkt *p, bool *pass)
{
	bool holds = f->name == FILTER_DIAL || f->name == FILTER_ALIVE;

	*pass = p->frag >= FILTER_FRAG_MIN && !holds;
	return p->family == 0 || p->frag > 0 || p->cut ||
	    (p->tunnel && holds);
}

struct filter_verdict
filter_eval(const struct filter *f, const struct filter_pkt *p,
    const struct filter_env *e)
{
	struct filter_verdict v = { .pass = true, .rule = -1 };

	if (f->n == 0 || beforehand(f, p, &v.pass))
		return v;
	for (unsigned i = 0; i < f->n; i++) {
		const struct filter_test *t = &f->test[i];

		if (matches(t, p, e) == t->invert)
			continue;
		v.timeout = t->timeout;
		v.rule = (int8_t)t->rule;
		if (t->act == FILTER_GOTO) {
			i += t->skip;
			continue;
		}
		v.pass = t->act == FILTER_PERMIT;
		return v;
	}
	return (struct filter_verdict){ .pass = false, .rule = -1 };
}
