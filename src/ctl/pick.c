/* One session, as people name it. */
#include "ctl/pick.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "ctl/state.h"
#include "lang/value.h"

bool
pick_means(const struct sess_rec *r, const char *who)
{
	uint8_t mac[ETH_ADDR];
	uint32_t n;

	if (strcmp(r->name[0] != '\0' ? r->name : r->ac_name, who) == 0)
		return who[0] != '\0';
	if (val_mac(who, mac) == 0)
		return memcmp(r->key.mac, mac, ETH_ADDR) == 0;
	if (val_num(who, 1, 65535, &n) == 0)
		return r->key.sid == n;
	return val_ip4(who, &n) == 0 && n != 0 && r->his_addr == n;
}

static bool
is_up(const struct sess_rec *r)
{
	static const uint8_t none[sizeof(r->his_ifid)];

	return r->phase == PHASE_NETWORK && (r->his_addr != 0 ||
	    memcmp(r->his_ifid, none, sizeof(none)) != 0);
}

/* Row @row of lane @lane, whatever session it has now. */
static bool
look(struct ctl *c, unsigned lane, uint32_t row, struct pick *p)
{
	struct ledger *l = c->lb->lane[lane]->ledger;

	if (!ledger_read(l, row, &p->rec))
		return false;
	p->lane = lane;
	p->row = row;
	memcpy(p->tun, c->lb->lane[lane]->tun.name, sizeof(p->tun));
	ctl_counts_copy(l, row, &p->n);
	return true;
}

struct wish {
	const char *who;		/* NULL: */
	uint32_t ticket;
};

/* How many are meant; the first of them into @p. */
static unsigned
seek(struct ctl *c, const struct wish *w, struct pick *p)
{
	unsigned found = 0;
	struct pick one;

	for (unsigned i = 0; i < ctl_lanes(c); i++)
		for (uint32_t k = 0, n = ledger_used(c->lb->lane[i]->ledger);
		    k < n; k++) {
			if (!look(c, i, k, &one) || one.rec.bundle != 0 ||
			    (w->who != NULL ? !pick_means(&one.rec, w->who) :
			    one.rec.ticket != w->ticket))
				continue;
			if (found++ == 0)
				*p = one;
		}
	return found;
}

static int
no(char *why, size_t n, int err, const char *who, const char *what)
{
	snprintf(why, n, "%s: %s", who, what);
	return err;
}

/* A link's name has it all when it is in no bundle of several. */
static int
own(struct ctl *c, const char *who, struct pick *p, char *why, size_t n)
{
	const char *link = strncasecmp(who, "link ", 5) == 0 ? who + 5 : NULL;
	struct wish w = { NULL, 0 };
	struct ctl_view v;
	int at = LINK_ALL;

	if (link == NULL && strcasecmp(who, "client") != 0)
		return no(why, n, -E_UNKNOWN, who, "no session of ours: a "
		    "client has `client' and `link NAME'");
	if (link != NULL && (at = profile_link(&c->p, link)) < 0)
		return no(why, n, -E_UNKNOWN, who, "no such link");
	ctl_link_view(c, at, &v);
	if (v.have_rec && v.rec.bundle != 0)
		return no(why, n, -E_STATE, who, "one of a multilink bundle, "
		    "whose packets take all of its links: `client' is the "
		    "bundle");
	w.ticket = v.rec.ticket;
	if (!v.have_rec || seek(c, &w, p) == 0 || !is_up(&p->rec))
		return no(why, n, -E_STATE, who, "not up");
	return 0;
}

int
ctl_pick(struct ctl *c, const char *who, struct pick *p, char *why, size_t n)
{
	struct wish w = { who, 0 };
	unsigned found;

	if (c->bundle != NULL)
		return own(c, who, p, why, n);
	found = seek(c, &w, p);
	if (found == 0)
		return no(why, n, -E_UNKNOWN, who, "no such session");
	if (found > 1)
		return no(why, n, -E_UNKNOWN, who, "several sessions are "
		    "meant; a Session-ID or a MAC address is one");
	return is_up(&p->rec) ? 0 : no(why, n, -E_STATE, who, "not up");
}

bool
ctl_pick_again(struct ctl *c, struct pick *p)
{
	uint32_t ticket = p->rec.ticket;
	struct pick now;

	if (!look(c, p->lane, p->row, &now) || now.rec.ticket != ticket ||
	    !is_up(&now.rec))
		return false;
	*p = now;
	return true;
}
