/* Names of a client's peers, for who asks them to prove one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/ct.h"
#include "base/log.h"
#include "lang/lex.h"
#include "os/utmp.h"
#include "ctl/account.h"
#include "ctl/bundle.h"
#include "ctl/keyprog.h"
#include "ctl/radius.h"

/* A line of octets: no Ethernet, and a MAC address only of who called us. */
static void
describe_line(const struct link *l, struct rad_who *who)
{
	struct physical_view v;

	physical_see(l->phys, &v);
	if (!v.open)
		return;
	who->port_type = v.kind == DEV_TTY ? RAD_ASYNC : RAD_VIRTUAL;
	snprintf(who->port_id, sizeof(who->port_id), "%s",
	    link_conf(l)->name);
	snprintf(who->connect, sizeof(who->connect), "%.31s", v.info);
	who->called[0] = '\0';
	if (getenv("HISMACADDR") == NULL)
		snprintf(who->calling, sizeof(who->calling), "%.63s",
		    strchr(v.info, ':') != NULL ? v.info : "");
}

/* The name is the peer's; ours when it need not prove one. */
struct account *
link_account(struct link *l, const struct mail *m)
{
	struct ctl *c = l->b->c;

	if (l->acct != NULL || c->p.radius[0] == '\0')
		return l->acct;
	l->acct = account_new(c, 0, m);
	if (l->acct == NULL)
		return NULL;
	describe_line(l, &l->acct->who);
	account_grant(l->acct, c->p.ppp.authname, &l->grant);
	return l->acct;
}

struct account *
bundle_account(struct bundle *b, struct link *l, const struct mail *m)
{
	if (l != NULL)
		return link_account(l, m);
	return b->acct;
}

void
bundle_account_join(struct bundle *b, struct link *l, const struct mail *m)
{
	if (link_account(l, m) == NULL)
		return;
	if (b->acct == NULL) {
		b->acct = account_group(l->acct, b->mp);
		if (b->acct == NULL)
			return;
		account_grant(b->acct, b->grant.name[0] != '\0' ?
		    b->grant.name : b->c->p.ppp.authname, &b->grant);
	}
	account_join(l->acct, b->acct);
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
		struct auth_verdict v;

		ctl_judge(c, &q, &v, &l->grant);
		ctl_verdict(c, 0, m->ticket, &v);
		ct_wipe(&v, sizeof(v));
		if (l->acct != NULL)
			account_grant(l->acct, l->grant.name, &l->grant);
	}
	ct_wipe(&q, sizeof(q));
}

/* ---- a program that makes our key ---- */

static void
send_key(void *arg, const struct auth_key *k)
{
	struct link *l = arg;
	struct mail m = { .op = MAIL_KEY, .ticket = l->ticket };

	l->keyprog = NULL;
	mail_put(&m, k, sizeof(*k));
	ctl_mail(l->b->c, 0, &m);
	ct_wipe(m.data, m.len);
}

/* The program's words, what stands for something replaced but in its name. */
static void
run_program(struct link *l, const struct words *w, const struct auth_key *k)
{
	struct ctl *c = l->b->c;
	struct txt text[LEX_WORDS];
	char *argv[LEX_WORDS + 1] = { NULL }, why[160];
	struct ctl_view v;

	memset(text, 0, sizeof(text));
	ctl_view(c, &v);
	for (int i = 0; i < w->n; i++) {
		if (i > 0 && c->hooks.fill != NULL)
			c->hooks.fill(c->hooks.arg, &v.rec, &v.count, w->w[i],
			    &text[i]);
		argv[i] = text[i].p != NULL ? text[i].p : w->w[i];
	}
	l->keyprog = keyprog_start(c->loop, argv, k, c->p.ppp.authname,
	    send_key, l, why, sizeof(why));
	if (l->keyprog == NULL)
		log_put(LOG_WARN_, "authkey: %s", why);
	for (int i = 0; i < w->n; i++)
		txt_free(&text[i]);
}

void
link_key(struct link *l, const struct mail *m)
{
	struct auth_key k;
	struct words w;

	mail_take(m, &k, sizeof(k));
	if (l->keyprog != NULL && keyprog_is(l->keyprog, &k))
		return;
	keyprog_end(l->keyprog);
	l->keyprog = NULL;
	if (lex_split(l->b->c->p.ppp.authkey, &w) == 0 && w.n > 0)
		run_program(l, &w, &k);
	if (l->keyprog == NULL)
		send_key(l, &k);	/* not ok: we have failed */
	ct_wipe(&w, sizeof(w));
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

struct aaa_grant *
bundle_grant(struct bundle *b, uint32_t ticket)
{
	struct link *l = by_ticket(b, ticket);

	if (ticket != 0 && ticket == b->mp)
		return &b->grant;
	return l != NULL ? &l->grant : NULL;
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
link_utmp(struct link *l, bool in)
{
	const struct ctl *c = l->b->c;
	char mac[MAC_TEXT];

	if (l->utmp == in || (in && (!c->p.utmp ||
	    l->grant.name[0] == '\0')))
		return;
	l->utmp = in;
	if (in)
		os_utmp_in(c->tun, l->grant.name, mac_text(l->key.mac, mac));
	else
		os_utmp_out(c->tun);
}

static void
one_route(struct bundle *b, const struct grant_route *g, bool add)
{
	struct route_want r = { .family = g->family, .bits = g->bits,
	    .replace = true };
	char why[160] = "";

	memcpy(r.dst, g->dst, sizeof(r.dst));
	memcpy(r.gw, g->gw, sizeof(r.gw));
	if (!g->has_gw)
		r.gw_word = g->family == AF_INET ? AW_HISADDR : AW_HISADDR6;
	if (hostnet_route(&b->host, &b->c->p, &r, add ? ROUTE_ADD :
	    ROUTE_DEL, why, sizeof(why)) < 0 && add)
		log_put(LOG_WARN_, "%s", why);
}

void
bundle_granted(struct bundle *b, uint8_t family, bool add)
{
	const struct aaa_grant *g = bundle_grant(b, b->net);

	for (int i = 0; g != NULL && i < g->extra.routes; i++)
		if (g->extra.route[i].family == family)
			one_route(b, &g->extra.route[i], add);
}
