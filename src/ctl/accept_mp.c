/*
 * Multilink at the concentrator: sessions of one subscriber that agreed on
 * MRRU are links of one bundle, which has the address. RFC 1990 section
 * 5.1.3: the same bundle is the one of the same proved name and the same
 * endpoint discriminator; who proved no name is alone in his.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ctl/accept.h"
#include "ctl/account.h"

static uint64_t
join_hash(const struct concentrator *a, const struct mail_join *j)
{
	uint64_t h = table_hash((uint64_t)j->class << 8 | j->len, a->seed);
	uint64_t v;

	for (size_t i = 0; i + sizeof(v) <= sizeof(*j); i += sizeof(v)) {
		memcpy(&v, (const uint8_t *)j + i, sizeof(v));
		h = table_hash(h ^ v, a->seed);
	}
	return h;
}

/* Octets behind a name's end say nothing: they may differ. */
static struct mail_join
take(const struct mail *m)
{
	struct mail_join in, j = { 0 };

	mail_take(m, &in, sizeof(in));
	j.class = in.class;
	j.len = in.len;
	memcpy(j.disc, in.disc, in.len < sizeof(j.disc) ? in.len :
	    sizeof(j.disc));
	memcpy(j.name, in.name, strnlen(in.name, sizeof(j.name) - 1));
	return j;
}

static struct peer *
find(struct concentrator *a, const struct mail_join *j, unsigned lane)
{
	uint64_t h = join_hash(a, j);
	uint32_t at, i;

	for (i = table_first(&a->by_join, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_join, h, &at)) {
		struct peer *p = slab_at(&a->slab, i);

		if (p->lane == lane && memcmp(p->join, j, sizeof(*j)) == 0)
			return p;
	}
	return NULL;
}

static struct peer *
make(struct concentrator *a, struct peer *link, const struct mail_join *j)
{
	uint32_t idx;
	struct mail_join *own = malloc(sizeof(*own));
	struct peer *p = own != NULL ? slab_take(&a->slab, &idx) : NULL;

	if (p == NULL) {
		free(own);
		return NULL;
	}
	*own = *j;
	p->idx = idx;
	p->ticket = ctl_ticket(a->c);
	p->key = link->key;
	p->key.sid = 0;
	p->lane = link->lane;
	p->join = own;
	memcpy(p->name, link->name, sizeof(p->name));
	a->n.starting++;		/* peer_end() takes it back */
	a->lane_peers[p->lane]++;
	if (table_put(&a->by_ticket, table_hash(p->ticket, a->seed), idx) < 0
	    || (j->name[0] != '\0' && table_put(&a->by_join, join_hash(a, j),
	    idx) < 0)) {
		peer_end(a, p);
		return NULL;
	}
	return p;
}

void
bundle_peer_end(struct concentrator *a, struct peer *p)
{
	if (p->join->name[0] != '\0')
		table_del(&a->by_join, join_hash(a, p->join), p->idx);
	free(p->join);
}

/* What the first link's name was granted is the bundle's: an address, idle
 * time. The link keeps its own, which its records quote. */
static void
take_grant(struct peer *b, const struct peer *link)
{
	if (b->grant != NULL || link->grant == NULL)
		return;
	b->grant = malloc(sizeof(*b->grant));
	if (b->grant != NULL)
		*b->grant = *link->grant;
}

static void
join_account(struct concentrator *a, struct peer *b, struct peer *link,
    const struct mail *m)
{
	if (login_account(a, link, m) == NULL)
		return;
	if (b->acct == NULL) {
		b->acct = account_group(link->acct, b->ticket);
		if (b->acct == NULL)
			return;
		account_grant(b->acct, b->name, b->grant);
	}
	account_join(link->acct, b->acct);
}

void
bundle_peer_join(struct concentrator *a, struct peer *link,
    const struct mail *m)
{
	struct mail answer = { .op = MAIL_JOIN, .ticket = link->ticket };
	struct mail no = { .op = MAIL_CLOSE, .ticket = link->ticket,
	    .arg = WHY_LIMIT };
	struct mail_join j = take(m);
	struct peer *b = j.name[0] != '\0' ? find(a, &j, link->lane) : NULL;

	if (b == NULL)
		b = make(a, link, &j);
	if (b == NULL) {
		ctl_mail(a->c, link->lane, &no);
		return;
	}
	take_grant(b, link);
	join_account(a, b, link, m);
	if (!link->up)
		peer_is_up(a, link);
	answer.arg = b->ticket;
	ctl_mail(a->c, link->lane, &answer);
	log_put(LOG_PHASE, "session %u joins the bundle of \"%s\"",
	    link->key.sid, j.name);
}
