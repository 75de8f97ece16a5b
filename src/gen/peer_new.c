/* Subscribers: what they are set to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "gen/peer_part.h"

#define TERMS		2u		/* Terminate-Requests, 3 s each */

static void
configure(struct peers *g, const struct peers_conf *c)
{
	const uint32_t off = NEG_CCP | NEG_VJCOMP | NEG_IPCP | NEG_IPV6CP;
	struct ppp_conf *p = &g->ppp_conf;

	ppp_conf_default(p, true);
	p->enabled &= ~off;
	p->accepted &= ~off;
	p->enabled |= (c->ipv4 ? NEG_IPCP : 0) | (c->ipv6 ? NEG_IPV6CP : 0);
	if (c->auth != 0)
		p->accepted = (p->accepted & ~(uint32_t)NEG_AUTH) | c->auth;
	if (c->echo != 0) {
		p->enabled |= NEG_ECHO;
		p->lqr_period = c->echo;
	}
	p->lcp.terms = TERMS;
	BUG_ON(strlen(c->user) > AUTHNAME_MAX);
	BUG_ON(strlen(c->secret) > AUTHKEY_MAX);
	strcpy(p->authname, c->user);
	strcpy(p->authkey, c->secret);
	g->host_conf.padi_tries = (uint16_t)c->tries;
	g->host_conf.period = 1;
}

static void
name_ac(struct peers *g, const struct peers_conf *c)
{
	if (c->service != NULL) {
		BUG_ON(strlen(c->service) > PPPOE_NAME);
		strcpy(g->host_conf.service, c->service);
	}
	if (c->acname != NULL) {
		BUG_ON(strlen(c->acname) > PPPOE_NAME);
		strcpy(g->host_conf.acname, c->acname);
	}
}

/* Each with a name of its own, when user has a place for a number. */
static bool
name_each(struct peers *g)
{
	const char *at = strstr(g->c.user, "%d");

	if (at == NULL)
		return true;
	g->own = calloc(g->c.n, sizeof(*g->own));
	for (unsigned i = 0; g->own != NULL && i < g->c.n; i++) {
		g->own[i] = g->ppp_conf;
		snprintf(g->own[i].authname, sizeof(g->own[i].authname),
		    "%.*s%u%s", (int)(at - g->c.user), g->c.user, i, at + 2);
	}
	return g->own != NULL;
}

struct peers *
peers_new(const struct peers_conf *c, tstamp now)
{
	static const uint8_t none[ETH_ADDR], first[ETH_ADDR] = { 2, 0x42 };
	struct peers *g = calloc(1, sizeof(*g));

	BUG_ON(c->n == 0 || c->n > PEERS_MAX);
	if (g == NULL)
		return NULL;
	g->c = *c;
	if (memcmp(c->mac, none, ETH_ADDR) == 0)
		memcpy(g->c.mac, first, ETH_ADDR);
	g->low = peers_tail(g->c.mac);
	configure(g, c);
	name_ac(g, c);
	g->sub = calloc(c->n, sizeof(*g->sub));
	if (g->sub == NULL || !name_each(g)) {
		peers_free(g);
		return NULL;
	}
	if (c->seed != 0)
		rng_seed(&g->rng, c->seed);
	else
		rng_system(&g->rng);
	wheel_init(&g->wheel, now);
	return g;
}

void
peers_free(struct peers *g)
{
	if (g == NULL)
		return;
	free(g->sub);
	free(g->own);
	free(g);
}
