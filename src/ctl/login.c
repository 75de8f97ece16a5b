/*
 * Names of the concentrator's peers: asked of RADIUS, whose answer comes
 * later, or of ppp.secret at once; and what the name is granted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "ctl/accept.h"
#include "ctl/account.h"
#include "ctl/radius.h"
#include "os/utmp.h"

struct account *
login_account(struct concentrator *a, struct peer *p, const struct mail *m)
{
	if (p->acct == NULL && a->c->p.radius[0] != '\0') {
		p->acct = account_new(a->c, p->lane, m);
		if (p->acct != NULL)
			account_grant(p->acct, p->name, p->grant);
	}
	return p->acct;
}

/* Only names that are granted something cost memory beyond the session. */
static void
keep_grant(struct peer *p, const struct aaa_grant *g)
{
	free(p->grant);
	p->grant = NULL;
	if (!g->has_his && g->ranges == 0 && !g->extra.radius)
		return;
	p->grant = malloc(sizeof(*g));
	if (p->grant != NULL)
		*p->grant = *g;
}

/* What the name is granted goes before `set rate` of the label. */
static void
tell_rate(struct concentrator *a, const struct peer *p,
    const struct aaa_grant *g)
{
	struct mail m = { .op = MAIL_RATE, .arg = 1, .ticket = p->ticket };
	struct rate_conf r = g->rate;

	if (g->extra.rate_up != 0 || g->extra.rate_down != 0)
		r = (struct rate_conf){ .up = g->extra.rate_up,
		    .down = g->extra.rate_down };
	else if (!g->has_rate)
		return;
	mail_put(&m, &r, sizeof(r));
	ctl_mail(a->c, p->lane, &m);
}

void
ac_side_regrant(struct concentrator *a, uint32_t ticket)
{
	const struct peer *p = peer_by_ticket(a, ticket);

	if (p != NULL && p->grant != NULL)
		tell_rate(a, p, p->grant);
}

bool
ac_side_has(struct concentrator *a, uint32_t ticket)
{
	return peer_by_ticket(a, ticket) != NULL;
}

struct aaa_grant *
ac_side_grant(struct concentrator *a, uint32_t ticket)
{
	struct peer *p = peer_by_ticket(a, ticket);

	if (p != NULL && p->grant == NULL)
		p->grant = calloc(1, sizeof(*p->grant));
	return p != NULL ? p->grant : NULL;
}

void
ac_side_verdict(struct concentrator *a, uint32_t ticket,
    const struct auth_verdict *v, const struct aaa_grant *g)
{
	struct peer *p = peer_by_ticket(a, ticket);

	if (p == NULL || v->run != p->run)
		return;
	lease_networks(a, p, false);	/* of the grant before */
	keep_grant(p, g);
	tell_rate(a, p, g);
	if (p->acct != NULL)
		account_grant(p->acct, p->name, p->grant);
	ctl_verdict(a->c, p->lane, ticket, v);
}

void
login_query(struct concentrator *a, struct peer *p, const struct mail *m)
{
	struct auth_query q;
	struct aaa_grant g;

	/* Claimed, not proven: so that a refusal names whom it meant. */
	mail_take(m, &q, sizeof(q));
	snprintf(p->name, sizeof(p->name), "%.63s", q.name);
	p->run = q.run;
	login_account(a, p, m);
	if (radius_for(a->c->radius, RAD_FOR_AUTH) && p->acct != NULL) {
		radius_ask(a->c->radius, p->ticket, &q, &p->acct->who);
		ct_wipe(&q, sizeof(q));
		return;
	}
	ct_wipe(&q, sizeof(q));
	memset(&g, 0, sizeof(g));
	ctl_judge(a->c, p->lane, m, &g);
	lease_networks(a, p, false);
	keep_grant(p, &g);
	tell_rate(a, p, &g);
	if (p->acct != NULL)
		account_grant(p->acct, p->name, p->grant);
}

void
login_utmp(struct concentrator *a, struct peer *p, bool in)
{
	const struct ac_port *port = &a->port[p->key.port];
	char line[32], mac[MAC_TEXT];

	if (p->utmp == in || (in && (!a->c->p.utmp ||
	    a->utmp >= LOGIN_UTMP || p->name[0] == '\0' ||
	    !(a->c->p.ppp.enabled & NEG_AUTH))))
		return;
	p->utmp = in;
	snprintf(line, sizeof(line), "%s/%u", port->ifname, p->idx);
	if (in) {
		a->utmp++;
		os_utmp_in(line, p->name, mac_text(p->key.mac, mac));
	} else {
		a->utmp--;
		os_utmp_out(line);
	}
}

void
login_free(struct peer *p)
{
	account_end(p->acct, WHY_QUIT, NULL);
	free(p->grant);
	p->acct = NULL;
	p->grant = NULL;
}
