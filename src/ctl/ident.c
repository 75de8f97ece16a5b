/*
 * Identification, RFC 1570 section 2.1: the words in its text that stand for
 * something are replaced each time that a session sends it.
 */
#include <string.h>

#include "ctl/state.h"

static void
mail_ident(struct ctl *c, unsigned lane, uint32_t ticket,
    const struct sess_rec *r, const struct ctl_counts *n)
{
	struct mail m = { .op = MAIL_IDENT, .ticket = ticket };
	struct txt t = { 0 };
	const char *text = c->bundle != NULL ?
	    bundle_conf(c->bundle, ticket)->ppp.ident : c->p.ppp.ident;

	if (c->hooks.fill != NULL)
		c->hooks.fill(c->hooks.arg, r, n, text, &t);
	else
		txt_put(&t, "%s", text);
	mail_put(&m, txt_str(&t), t.n < IDENT_TEXT ? t.n : IDENT_TEXT);
	ctl_mail(c, lane, &m);
	txt_free(&t);
}

/* The row may not be written yet, or be another's: then nothing is known. */
void
ctl_ident(struct ctl *c, unsigned lane, const struct mail *m)
{
	struct ledger *l = c->lb->lane[lane]->ledger;
	struct ctl_counts n = { 0 };
	struct sess_rec r;

	if (m->arg < ledger_used(l) && ledger_read(l, m->arg, &r) &&
	    r.ticket == m->ticket)
		ctl_counts_copy(l, m->arg, &n);
	else
		memset(&r, 0, sizeof(r));
	mail_ident(c, lane, m->ticket, &r, &n);
}

void
ctl_ident_now(struct ctl *c, uint32_t ticket, const struct sess_rec *r,
    const struct ctl_counts *n)
{
	mail_ident(c, 0, ticket, r, n);
}
