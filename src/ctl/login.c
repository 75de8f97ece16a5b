/*
 * Names of the concentrator's peers: asked of RADIUS, whose answer comes
 * later, or of ppp.secret at once; and what the name is granted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ct.h"
#include "base/log.h"
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

/* ---- sessions of one name ---- */

static uint64_t
name_hash(const struct concentrator *a, const char *name)
{
	uint64_t h = a->seed, v = 0;
	size_t i;

	for (i = 0; name[i] != '\0'; i++) {
		v = v << 8 | (uint8_t)name[i];
		if (i % sizeof(v) == sizeof(v) - 1)
			h = table_hash(h ^ v, a->seed);
	}
	h = table_hash(h ^ v ^ (uint64_t)i << 56, a->seed);
	return h != 0 ? h : 1;
}

void
login_forget_name(struct concentrator *a, struct peer *p)
{
	if (p->named != 0)
		table_del(&a->by_name, p->named, p->idx);
	p->named = 0;
}

/* How many have @p's name; the one that began first in *@oldest. */
static unsigned
namesakes(struct concentrator *a, const struct peer *p, uint64_t h,
    struct peer **oldest)
{
	unsigned n = 0;
	uint32_t at, i;

	for (i = table_first(&a->by_name, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_name, h, &at)) {
		struct peer *q = slab_at(&a->slab, i);

		if (q == p || q->named != h || strcmp(q->name, p->name) != 0)
			continue;
		if (n++ == 0 || q->ticket < (*oldest)->ticket)
			*oldest = q;
	}
	return n;
}

static void
replace(struct concentrator *a, struct peer *p)
{
	struct mail m = { .op = MAIL_CLOSE, .arg = WHY_LIMIT,
	    .ticket = p->ticket };
	char mac[MAC_TEXT];

	log_put(LOG_PHASE, "%s/%u %s: has logged in elsewhere",
	    mac_text(p->key.mac, mac), p->key.sid, p->name);
	login_forget_name(a, p);
	ctl_mail(a->c, p->lane, &m);
}

/* Who has proven a name may still be one too many of it. */
static void
limit_name(struct concentrator *a, struct peer *p, struct auth_verdict *v)
{
	const struct lb_conf *lb = &a->c->p.lb;
	uint64_t h = name_hash(a, p->name);
	struct peer *oldest = NULL;
	bool ms2 = strncmp(v->message, "S=", 2) == 0;

	if (!v->ok || p->name[0] == '\0')
		return;
	if (lb->name_sessions != 0 &&
	    namesakes(a, p, h, &oldest) >= lb->name_sessions) {
		if (!lb->name_replace) {
			v->ok = false;
			v->why = WHY_LIMIT;
			snprintf(v->message, sizeof(v->message),
			    "%sToo many sessions", ms2 ? "E=691 R=0 V=3 M=" :
			    "");
			return;
		}
		replace(a, oldest);
	}
	if (table_put(&a->by_name, h, p->idx) == 0)
		p->named = h;
}

static void
decide(struct concentrator *a, struct peer *p, const struct auth_verdict *v,
    const struct aaa_grant *g)
{
	static const struct aaa_grant nothing;
	struct auth_verdict mine = *v;

	limit_name(a, p, &mine);
	if (!mine.ok)
		g = &nothing;
	lease_networks(a, p, false);	/* of the grant before */
	keep_grant(p, g);
	tell_rate(a, p, g);
	if (p->acct != NULL)
		account_grant(p->acct, p->name, p->grant);
	ctl_verdict(a->c, p->lane, p->ticket, &mine);
	ct_wipe(&mine, sizeof(mine));
}

void
ac_side_verdict(struct concentrator *a, uint32_t ticket,
    const struct auth_verdict *v, const struct aaa_grant *g)
{
	struct peer *p = peer_by_ticket(a, ticket);

	if (p == NULL || v->run != p->run)
		return;
	if (g->extra.filter[0] != '\0')
		log_put(LOG_PHASE, "RADIUS: %s: not followed: Filter-Id "
		    "\"%s\", which is no rate", p->name, g->extra.filter);
	decide(a, p, v, g);
}

void
login_query(struct concentrator *a, struct peer *p, const struct mail *m)
{
	struct auth_verdict v;
	struct auth_query q;
	struct aaa_grant g;

	login_forget_name(a, p);	/* of the login before */
	/* Claimed, not proven: so that a refusal names whom it meant. */
	mail_take(m, &q, sizeof(q));
	snprintf(p->name, sizeof(p->name), "%.63s", q.name);
	p->run = q.run;
	login_account(a, p, m);
	if (radius_for(a->c->radius, RAD_FOR_AUTH) && p->acct != NULL) {
		radius_ask(a->c->radius, p->ticket, &q, &p->acct->who);
	} else {
		ctl_judge(a->c, &q, &v, &g);
		decide(a, p, &v, &g);
		ct_wipe(&v, sizeof(v));
	}
	ct_wipe(&q, sizeof(q));
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
