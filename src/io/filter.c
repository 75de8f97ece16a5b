/*
 * Assembling the filter. Tests name labels; their distances are filled in
 * at the end, when every label's row is known. Jumps go forward only.
 */
#include "io/filter.h"

#include "base/bug.h"
#include "io/impl.h"

enum {				/* the instructions we use, as in bpf(4) */
	LD_W_ABS = 0x20, LD_H_ABS = 0x28, LD_H_IND = 0x48, LDX_IMM = 0x01,
	LD_LEN = 0x80, SUB_X = 0x1c, JEQ = 0x15, JGE = 0x35, AND = 0x54,
	RET = 0x06,
};

enum { NEXT, BROADCAST, OURS, TAG1, TAG2, TYPE, ACCEPT, DROP, LABELS };

#define OFF_TYPE	12u	/* ether type of an untagged frame */
#define OFF_SID		16u	/* SESSION_ID of an untagged frame */
#define OFF_PROTO	20u	/* PPP protocol field of an untagged frame */
#define TAG_SIZE	4u

struct program {
	struct filter *f;
	unsigned at[LABELS];	/* row of each label */
};

static void
put(struct program *p, uint16_t code, uint32_t k)
{
	BUG_ON(p->f->n == FILTER_ROWS);
	p->f->row[p->f->n++] = (struct filter_row){ .code = code, .k = k };
}

/* A test of A and k: go to label @yes, else to label @no. */
static void
put_jump(struct program *p, uint16_t code, uint32_t k, uint8_t yes,
    uint8_t no)
{
	put(p, code, k);
	p->f->row[p->f->n - 1].jt = yes;
	p->f->row[p->f->n - 1].jf = no;
}

static void
put_jeq(struct program *p, uint32_t k, uint8_t yes, uint8_t no)
{
	put_jump(p, JEQ, k, yes, no);
}

static void
label(struct program *p, unsigned l)
{
	p->at[l] = p->f->n;
}

/* To whom: all MACs that begin with @oui. */
static void
put_oui(struct program *p, uint32_t oui)
{
	put(p, LD_W_ABS, 0);
	put(p, AND, 0xffffff00);
	put_jeq(p, oui << 8, OURS, DROP);
}

static void
put_dst(struct program *p, const uint8_t mac[ETH_ADDR], uint8_t no)
{
	uint32_t hi = (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 |
	    (uint32_t)mac[2] << 8 | mac[3];
	uint32_t lo = (uint32_t)mac[4] << 8 | mac[5];

	put(p, LD_W_ABS, 0);
	put_jeq(p, hi, NEXT, no);
	put(p, LD_H_ABS, 4);
	put_jeq(p, lo, OURS, no);
}

/* A is the ether type; when that is a tag, the one behind it is loaded. */
static void
put_tag(struct program *p, uint8_t l, uint32_t octets)
{
	put_jeq(p, ETH_P_VLAN, l, NEXT);
	put_jeq(p, ETH_P_QINQ, l, NEXT);
	put_jeq(p, 0x9100, l, TYPE);
	label(p, l);
	put(p, LDX_IMM, octets);
	put(p, LD_H_ABS, OFF_TYPE + octets);
}

/* A frame of ours: is it of this part? One too short to tell is data. */
static void
put_part(struct program *p, bool control)
{
	uint8_t yes = control ? ACCEPT : DROP, no = control ? DROP : ACCEPT;

	put(p, LD_LEN, 0);
	put(p, SUB_X, 0);
	put_jump(p, JGE, OFF_PROTO + 2, NEXT, no);
	put(p, LD_H_IND, OFF_PROTO);
	put_jeq(p, IO_CCP, no, NEXT);
	put_jeq(p, IO_LQR, no, NEXT);
	put_jump(p, JGE, IO_CONTROL_FIRST, yes, no);
}

/* A is the ether type, X the octets of tags before it. */
static void
put_type(struct program *p, const struct io_conf *c)
{
	bool all = c->part == IO_ALL;

	if (c->disc_type != 0)
		put_jeq(p, c->disc_type, ACCEPT, NEXT);
	if (c->sess_type == 0)
		return;
	put_jeq(p, c->sess_type, all && c->lanes == 1 ? ACCEPT : NEXT, DROP);
	if (c->lanes > 1) {
		put(p, LD_H_IND, OFF_SID);
		put(p, AND, c->lanes - 1u);
		put_jeq(p, c->lane, all ? ACCEPT : NEXT, DROP);
	}
	if (!all)
		put_part(p, c->part == IO_CONTROL);
}

static uint8_t
distance(const struct program *p, unsigned row, uint8_t l)
{
	return l == NEXT ? 0 : (uint8_t)(p->at[l] - row - 1);
}

void
filter_build(struct filter *f, const struct io_conf *c,
    const uint8_t mac[ETH_ADDR])
{
	static const uint8_t all[ETH_ADDR] = { 255, 255, 255, 255, 255, 255 };
	struct program p = { .f = f };

	f->n = 0;
	if (c->oui != 0) {
		put_oui(&p, c->oui);
	} else {
		put_dst(&p, mac, BROADCAST);
		label(&p, BROADCAST);
		put_dst(&p, all, DROP);
	}
	label(&p, OURS);
	put(&p, LDX_IMM, 0);
	put(&p, LD_H_ABS, OFF_TYPE);
	put_tag(&p, TAG1, TAG_SIZE);
	put_tag(&p, TAG2, 2 * TAG_SIZE);
	label(&p, TYPE);
	put_type(&p, c);
	label(&p, DROP);
	put(&p, RET, 0);
	label(&p, ACCEPT);
	put(&p, RET, UINT32_MAX);
	for (unsigned i = 0; i < f->n; i++) {
		f->row[i].jt = distance(&p, i, f->row[i].jt);
		f->row[i].jf = distance(&p, i, f->row[i].jf);
	}
}
