/* The concentrator's mirror of its sessions: by ticket, key, MAC, address. */
#include <string.h>
#include <strings.h>

#include "ctl/accept.h"

static uint64_t
mac_hash(const struct concentrator *a, uint16_t port, struct vlans v,
    const uint8_t mac[ETH_ADDR])
{
	struct sess_key k = { .port = port, .vlan = v };

	memcpy(k.mac, mac, ETH_ADDR);
	return sess_key_hash(&k, a->seed);
}

struct peer *
peer_new(struct concentrator *a, const struct sess_key *k, unsigned lane)
{
	uint32_t idx;
	struct peer *p = slab_take(&a->slab, &idx);

	if (p == NULL)
		return NULL;
	p->idx = idx;
	p->ticket = ctl_ticket(a->c);
	p->key = *k;
	p->lane = (uint8_t)lane;
	p->taken = budget_take(&a->budget, k->port, k->vlan);
	a->n.starting++;		/* peer_end() takes it back */
	a->lane_peers[lane]++;
	if (table_put(&a->by_ticket, table_hash(p->ticket, a->seed), idx) < 0
	    || table_put(&a->by_key, sess_key_hash(k, a->seed), idx) < 0 ||
	    table_put(&a->by_mac, mac_hash(a, k->port, k->vlan, k->mac),
	    idx) < 0) {
		peer_end(a, p);
		return NULL;
	}
	return p;
}

static void
started(struct concentrator *a, struct peer *p)
{
	a->n.starting--;
	budget_give(&a->budget, p->taken);
	p->taken = 0;
}

void
peer_is_up(struct concentrator *a, struct peer *p)
{
	started(a, p);
	p->up = true;
	a->n.sessions++;
}

void
peer_end(struct concentrator *a, struct peer *p)
{
	const struct sess_key *k = &p->key;

	if (p->up)
		a->n.sessions--;
	else
		started(a, p);
	a->lane_peers[p->lane]--;
	login_utmp(a, p, false);
	login_forget_name(a, p);
	lease_networks(a, p, false);
	lease_end(a, p);
	login_free(p);
	table_del(&a->by_ticket, table_hash(p->ticket, a->seed), p->idx);
	if (p->join != NULL) {
		bundle_peer_end(a, p);
	} else {
		table_del(&a->by_key, sess_key_hash(k, a->seed), p->idx);
		table_del(&a->by_mac, mac_hash(a, k->port, k->vlan, k->mac),
		    p->idx);
	}
	slab_give(&a->slab, p->idx);
}

struct peer *
peer_by_ticket(struct concentrator *a, uint32_t ticket)
{
	uint64_t h = table_hash(ticket, a->seed);
	uint32_t at, i;

	for (i = table_first(&a->by_ticket, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_ticket, h, &at)) {
		struct peer *p = slab_at(&a->slab, i);

		if (p->ticket == ticket)
			return p;
	}
	return NULL;
}

struct peer *
peer_by_key(struct concentrator *a, const struct sess_key *k)
{
	uint64_t h = sess_key_hash(k, a->seed);
	uint32_t at, i;

	for (i = table_first(&a->by_key, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_key, h, &at)) {
		struct peer *p = slab_at(&a->slab, i);

		if (memcmp(&p->key, k, sizeof(*k)) == 0)
			return p;
	}
	return NULL;
}

unsigned
peer_count_mac(struct concentrator *a, const struct ac_from *f,
    bool starting)
{
	uint64_t h = mac_hash(a, f->port, f->vlan, f->mac);
	unsigned n = 0;
	uint32_t at, i;

	for (i = table_first(&a->by_mac, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_mac, h, &at)) {
		const struct peer *p = slab_at(&a->slab, i);

		n += memcmp(p->key.mac, f->mac, ETH_ADDR) == 0 &&
		    !(starting && p->up);
	}
	return n;
}

bool
peer_has_addr(struct concentrator *a, uint32_t addr)
{
	uint64_t h = table_hash(addr, a->seed);
	uint32_t at, i;

	for (i = table_first(&a->by_addr, h, &at); i != TABLE_NONE;
	    i = table_next(&a->by_addr, h, &at)) {
		const struct peer *p = slab_at(&a->slab, i);

		if (p->addr == addr)
			return true;
	}
	return false;
}

void
peer_index_addr(struct concentrator *a, struct peer *p)
{
	table_put(&a->by_addr, table_hash(p->addr, a->seed), p->idx);
}

/* ---- commands ---- */

static bool
is_meant(const struct peer *p, const char *name)
{
	char mac[MAC_TEXT], ip[IP4_TEXT];

	return strcmp(name, "all") == 0 || strcmp(name, p->name) == 0 ||
	    strcasecmp(name, mac_text(p->key.mac, mac)) == 0 ||
	    (p->addr != 0 && strcmp(name, ip4_text(p->addr, ip)) == 0);
}

/* @m to all sessions that @name means: to how many. */
static unsigned
tell_meant(struct concentrator *a, const char *name, struct mail *m)
{
	unsigned n = 0;

	for (uint32_t i = 0; i <= a->by_ticket.mask; i++) {
		uint32_t idx = a->by_ticket.row[i].idx;
		const struct peer *p;

		if (idx >= a->slab.made)	/* empty, or a tomb */
			continue;
		p = slab_at(&a->slab, idx);
		m->ticket = p->ticket;
		if (is_meant(p, name) && ctl_mail(a->c, p->lane, m))
			n++;
	}
	return n;
}

unsigned
ac_side_close(struct concentrator *a, const char *name)
{
	struct mail m = { .op = MAIL_CLOSE, .arg = WHY_ADMIN };

	return tell_meant(a, name, &m);
}

unsigned
ac_side_rate(struct concentrator *a, const char *name,
    const struct rate_conf *r)
{
	struct mail m = { .op = MAIL_RATE, .arg = r != NULL };

	if (r != NULL)
		mail_put(&m, r, sizeof(*r));
	return tell_meant(a, name, &m);
}
