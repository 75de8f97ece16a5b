/* Names of a client's peers, for who asks them to prove one. */
#include <string.h>

#include "base/ct.h"
#include "ctl/account.h"
#include "ctl/bundle.h"
#include "ctl/radius.h"

/* The name is the peer's; ours when it need not prove one. */
struct account *
link_account(struct link *l, const struct mail *m)
{
	struct ctl *c = l->b->c;

	if (l->acct != NULL || c->p.radius[0] == '\0')
		return l->acct;
	l->acct = account_new(c, 0, m);
	if (l->acct != NULL)
		account_grant(l->acct, c->p.ppp.authname, &l->grant);
	return l->acct;
}

void
link_query(struct link *l, const struct mail *m)
{
	struct ctl *c = l->b->c;
	struct auth_query q;

	mail_take(m, &q, sizeof(q));
	l->run = q.run;
	link_account(l, m);
	if (radius_for(c->radius, RAD_FOR_AUTH) && l->acct != NULL) {
		radius_ask(c->radius, l->ticket, &q, &l->acct->who);
	} else {
		ctl_judge(c, 0, m, &l->grant);
		if (l->acct != NULL)
			account_grant(l->acct, l->grant.name, &l->grant);
	}
	ct_wipe(&q, sizeof(q));
}

static struct link *
by_ticket(const struct bundle *b, uint32_t ticket)
{
	for (int i = 0; i < b->links; i++)
		if (ticket != 0 && b->link[i]->ticket == ticket)
			return b->link[i];
	return NULL;
}

bool
bundle_waits(const struct bundle *b, uint32_t ticket)
{
	return by_ticket(b, ticket) != NULL;
}

void
bundle_verdict(struct bundle *b, uint32_t ticket,
    const struct auth_verdict *v, const struct aaa_grant *g)
{
	struct link *l = by_ticket(b, ticket);

	if (l == NULL || v->run != l->run)
		return;
	l->grant = *g;
	if (l->acct != NULL && v->ok)
		account_grant(l->acct, l->grant.name, &l->grant);
	ctl_verdict(b->c, 0, ticket, v);
}

void
link_granted(const struct link *l, struct net_conf *n)
{
	const struct aaa_grant *g = &l->grant;
	const struct grant_extra *e = &g->extra;

	if (g->has_his)
		n->his = g->his;
	else if (g->ranges > 0)
		n->his = (struct ip4_want){ g->range[0].lo, 32 };
	if (e->dns[0] != 0 || e->dns[1] != 0)
		memcpy(n->dns, e->dns, sizeof(n->dns));
	if (e->nbns[0] != 0 || e->nbns[1] != 0)
		memcpy(n->nbns, e->nbns, sizeof(n->nbns));
	n->mtu = e->mtu;
}
