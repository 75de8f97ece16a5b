/* What the commands ask of the bundle about this host's network. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "aaa/radius_auth.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/bundle.h"
#include "ctl/natlog.h"

#define HOLD_FILE	"/var/run/ppp-addresses"

void
bundle_nat_view(struct bundle *b, struct ctl_nat *out)
{
	out->addr = b->host.nat_addr;
	nat_count(&b->host.nat, &out->sums);
}

/* From the start or the change that wants it, until the one that does not. */
static void
nat_log(struct bundle *b)
{
	const struct profile *p = &b->c->p;
	bool want = p->nat && p->natc.log;

	if (want && b->natlog == NULL) {
		b->natlog = natlog_new(b->c->loop, &b->host);
	} else if (!want) {
		natlog_free(b->natlog);
		b->natlog = NULL;
	}
}

void
bundle_net_start(struct bundle *b)
{
	nat_log(b);
}

void
bundle_net_stop(struct bundle *b)
{
	hostnet_nat_off(&b->host);
	hostnet_dns_undo(&b->host);
	hostnet_down4(&b->host);
	hostnet_down6(&b->host);
	hostnet_routes_restore(&b->host);
	natlog_free(b->natlog);
	b->natlog = NULL;
}

int
bundle_nat(struct bundle *b, char *why, size_t n)
{
	char text[160] = "";
	int err = hostnet_nat(&b->host, &b->c->p, text, sizeof(text));

	if (err < 0)
		snprintf(why, n, "nat: %s", text);
	else
		nat_log(b);
	return err;
}

void
bundle_dns(struct bundle *b, uint32_t dns[2])
{
	memcpy(dns, hostnet_servers(&b->host, &b->c->p), 2 * sizeof(*dns));
}

int
bundle_resolv(struct bundle *b, enum resolv_op op, char *why, size_t n)
{
	uint32_t dns[2];
	int err = 0;

	switch (op) {
	case RESOLV_READONLY:
	case RESOLV_WRITABLE:
		b->c->p.resolv_readonly = op == RESOLV_READONLY;
		break;
	case RESOLV_RELOAD:
		err = resolv_load(&b->host.resolv, RESOLV_PATH);
		break;
	case RESOLV_RESTORE:
		err = resolv_restore(&b->host.resolv, RESOLV_PATH);
		break;
	case RESOLV_REWRITE:
		bundle_dns(b, dns);
		err = resolv_write(&b->host.resolv, RESOLV_PATH, dns);
		break;
	}
	if (err < 0)
		snprintf(why, n, "%s: %s", RESOLV_PATH, err_text(err));
	return err;
}

int
bundle_route(struct bundle *b, const struct route_want *r, bool del,
    char *why, size_t n)
{
	return hostnet_route(&b->host, &b->c->p, r, del ? ROUTE_DEL_ANY :
	    ROUTE_ADD, why, n);
}

int
bundle_routes_flush(struct bundle *b)
{
	hostnet_routes_flush(&b->host);
	return 0;
}

int
bundle_rename(struct bundle *b, const char *name, char *why, size_t n)
{
	struct hostnet *h = &b->host;
	int err = os_if_rename(h->tun, name);

	if (err < 0) {
		snprintf(why, n, "%s: %s", name, err_text(err));
		return err;
	}
	snprintf(h->tun, sizeof(h->tun), "%s", name);
	return bundle_nat(b, why, n);	/* its rules name the interface */
}

/* ---- an address of the list ---- */

static uint64_t
width(const struct ip4_range *r)
{
	return (uint64_t)r->hi - r->lo + 1;
}

static bool
in_list(const struct ip4_range *r, int n, uint32_t addr)
{
	for (int i = 0; i < n; i++)
		if (addr >= r[i].lo && addr <= r[i].hi)
			return true;
	return false;
}

/* Nobody on this host has it, nor has promised it to his peer. Without the
 * file of promises only the first is known. */
static bool
is_free(struct bundle *b, uint32_t addr)
{
	int err = addr_hold(&b->hold, HOLD_FILE, addr);

	if (err == -E_SYS && !b->hold_told) {
		b->hold_told = true;
		log_put(LOG_WARN_, HOLD_FILE ": %s: another ppp may give out "
		    "the same address", strerror(errno));
	}
	return err != -E_EXIST && !os_addr_used(addr);
}

/* That of before, or the first free one from a random place on; 0: none. */
static uint32_t
pick(struct bundle *b, const struct ip4_range *r, int n)
{
	uint64_t all = 0, at;

	if (b->hold.addr != 0 && in_list(r, n, b->hold.addr))
		return b->hold.addr;
	for (int i = 0; i < n; i++)
		all += width(&r[i]);
	at = rng_u32(&b->c->rng) % all;
	for (uint64_t tries = 0; tries < all && tries < 65536; tries++) {
		uint64_t k = (at + tries) % all;
		uint32_t addr;
		int i = 0;

		for (; k >= width(&r[i]); i++)
			k -= width(&r[i]);
		addr = r[i].lo + (uint32_t)k;
		if (addr != b->c->p.net.my.addr && is_free(b, addr))
			return addr;
	}
	addr_let_go(&b->hold);
	return 0;
}

/* The peer's address, of the name's list or the label's. */
static bool
choose(struct bundle *b, const struct aaa_grant *g, struct net_conf *n)
{
	const struct profile *p = &b->c->p;
	const struct ip4_range *r = g->ranges > 0 ? g->range : p->his;
	int ranges = g->ranges > 0 ? g->ranges : p->his_ranges;

	if (g->has_his)
		n->his = g->his;
	if (g->has_his || ranges == 0 || !(p->ppp.enabled & NEG_IPCP))
		return true;
	n->his = (struct ip4_want){ pick(b, r, ranges), 32 };
	if (n->his.addr == 0)
		log_put(LOG_WARN_, "%s: every address of the list is in use",
		    g->ranges > 0 ? g->name : "set ifaddr");
	return n->his.addr != 0;
}

bool
bundle_net_conf(struct bundle *b, const struct aaa_grant *g,
    struct net_conf *n)
{
	const struct grant_extra *e = &g->extra;
	const struct profile *p = &b->c->p;

	*n = p->net;
	if (!p->dns_set)
		memcpy(n->dns, b->host.resolv.ns, sizeof(n->dns));
	if (e->dns[0] != 0 || e->dns[1] != 0)
		memcpy(n->dns, e->dns, sizeof(n->dns));
	if (e->nbns[0] != 0 || e->nbns[1] != 0)
		memcpy(n->nbns, e->nbns, sizeof(n->nbns));
	n->mtu = e->mtu;
	n->vj = (uint8_t)rad_vj(e);
	return choose(b, g, n);
}

/* A live change: what needs no new negotiation. */
void
bundle_net_publish(struct bundle *b)
{
	const struct profile *p = &b->c->p;

	b->host.alias = p->nat && p->iface_alias;
	if (b->host.my != 0) {
		hostnet_routes(&b->host, p, AF_INET);
		hostnet_proxy(&b->host, p);
	}
	if (b->ip6)
		hostnet_routes(&b->host, p, AF_INET6);
}
