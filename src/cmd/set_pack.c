/* set deflate, mppe, vj, stopped. */
#include <string.h>
#include <strings.h>

#include "cmd/set.h"
#include "lang/value.h"

#define WINDOW_LEAST	8
#define WINDOW_MOST	15

/* A window that there is not: 15, as ppp(8) does. */
static uint8_t
window(struct cmd_ctx *cx, const char *word, const char *which)
{
	uint32_t n;

	if (val_num(word, WINDOW_LEAST, WINDOW_MOST, &n) == 0)
		return (uint8_t)n;
	remark(&cx->diag, "%s: Invalid %s window size (%d to %d); using %d",
	    word, which, WINDOW_LEAST, WINDOW_MOST, WINDOW_MOST);
	return WINDOW_MOST;
}

int
set_deflate(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ppp_conf *c = &cx->draft->p.ppp;

	(void)r;
	if (a->n == 0)
		return cmd_bad(cx, "No window size specified");
	if (a->n > 2)
		return ROW_USAGE;
	c->deflate_out = window(cx, a->w[0], "outgoing");
	c->deflate_in = a->n == 2 ? window(cx, a->w[1], "incoming") : 0;
	return 0;
}

static bool
mppe_bits(const char *word, uint8_t *bits)
{
	uint32_t n = 0;

	if (strcmp(word, "*") != 0 && (val_num(word, 40, 128, &n) < 0 ||
	    (n != 40 && n != 56 && n != 128)))
		return false;
	*bits = (uint8_t)n;
	return true;
}

static bool
mppe_state(const char *word, uint8_t *state)
{
	*state = strcasecmp(word, "stateful") == 0 ? MPPE_STATEFUL_ONLY :
	    strcasecmp(word, "stateless") == 0 ? MPPE_STATELESS_ONLY :
	    MPPE_ANY;
	return *state != MPPE_ANY || strcmp(word, "*") == 0;
}

/* With any argument nothing may go unencrypted. */
int
set_mppe(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct mppe_conf m = { .required = a->n > 0 };
	struct profile *p = &cx->draft->p;

	(void)r;
	if (a->n > 2)
		return ROW_USAGE;
	if (a->n > 0 && !mppe_bits(a->w[0], &m.bits)) {
		diag(&cx->diag, "%s: Invalid bits value", a->w[0]);
		return ROW_USAGE;
	}
	if (a->n > 1 && !mppe_state(a->w[1], &m.state)) {
		diag(&cx->diag, "%s: Invalid state value", a->w[1]);
		return ROW_USAGE;
	}
	p->ppp.mppe = m;
	if (m.required) {
		p->enabled_said |= NEG_MPPE;
		p->accepted_said |= NEG_MPPE;
	}
	cmd_mark(cx, AT_MPPE);
	return 0;
}

static int
vj_slots(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t n;

	(void)r;
	if (a->n != 1 ||
	    val_num(a->w[0], VJ_SLOTS_MIN, VJ_SLOTS_MAX, &n) < 0)
		return ROW_USAGE;
	cx->draft->p.ppp.vj_slots = (uint8_t)n;
	return 0;
}

static int
vj_slotcomp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	if (a->n != 1 ||
	    val_onoff(a->w[0], &cx->draft->p.ppp.vj_slotcomp) < 0)
		return ROW_USAGE;
	return 0;
}

const struct row vj_rows[] = {
	{ .name = "slots", .args = "4..16", .run = vj_slots,
	  .help = "Connections whose headers the peer may compress." },
	{ .name = "slotcomp", .args = "on|off", .run = vj_slotcomp,
	  .help = "Let the peer leave out the slot when it stays." },
	END_ROWS
};

int
set_stopped(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ppp_conf *c = &cx->draft->p.ppp;
	uint32_t n[2] = { 0, 0 };

	(void)r;
	if (a->n > 2)
		return ROW_USAGE;
	for (int i = 0; i < a->n; i++)
		if (val_secs(a->w[i], 0, 65535, &n[i]) < 0)
			return cmd_bad(cx, "%s: not 0 to 65535 seconds",
			    a->w[i]);
	c->stopped_lcp = (uint16_t)n[0];
	c->stopped_ccp = (uint16_t)n[1];
	return 0;
}
