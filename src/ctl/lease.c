/*
 * Addresses of the concentrator: its pool, the names' fixed addresses, and
 * the routes that lead them to the TUN of the session's lane.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/accept.h"
#include "ctl/radius.h"

#define CIDRS_MAX	256

/* ---- the pool ---- */

static size_t
wanted_ranges(const struct profile *p, struct ip4_range out[RANGES_MAX])
{
	if (p->his_ranges > 0) {
		memcpy(out, p->his, p->his_ranges * sizeof(*out));
		return p->his_ranges;
	}
	if (p->net.his.addr == 0)
		return 0;
	out[0].lo = out[0].hi = p->net.his.addr;
	return 1;
}

static void
keep(uint32_t addr, void *arg)
{
	pool_keep(arg, addr);
}

/* What no peer gets by chance: our own address, and those of names. */
static void
keep_fixed(struct concentrator *a, struct pool *pool)
{
	uint32_t my = a->c->p.net.my.addr;

	pool_keep_none(pool);
	if (my != 0)
		pool_keep(pool, my);
	if (radius_for(a->c->radius, RAD_FOR_AUTH))
		return;			/* it is asked instead */
	a->kept = secrets_stamp(a->c->secrets);
	secrets_fixed(a->c->secrets, keep, pool);
}

static struct pool *
make_pool(struct concentrator *a)
{
	const struct profile *p = &a->c->p;
	struct ip4_range range[RANGES_MAX];
	size_t n = wanted_ranges(p, range);
	struct pool *pool = n > 0 ? pool_new(range, n, a->lanes) : NULL;

	if (pool == NULL)
		return NULL;
	keep_fixed(a, pool);
	return pool;
}

int
lease_init(struct concentrator *a, char *why, size_t n)
{
	os_proxy_sweep();
	a->pool = make_pool(a);
	if (a->pool == NULL && a->c->p.his_ranges > 0) {
		snprintf(why, n, "set ifaddr: no pool can be made of these "
		    "addresses");
		return -E_RANGE;
	}
	rng_fill(&a->c->rng, a->ifid, sizeof(a->ifid));
	a->ifid[0] &= 0xfd;		/* not a universal id: RFC 5072 */
	return 0;
}

/* ---- routes to the lanes ---- */

static void
put4(uint8_t out[16], uint32_t addr)
{
	uint32_t be = htonl(addr);

	memset(out, 0, 16);
	memcpy(out, &be, sizeof(be));
}

static void
route4_mtu(const char *tun, uint32_t addr, uint8_t bits, bool add,
    uint32_t mtu)
{
	struct os_route r = { .family = AF_INET, .bits = bits, .mtu = mtu };
	char text[IP4_TEXT];
	int err;

	put4(r.dst, addr);
	err = add ? os_route_add(tun, &r, true) : os_route_del(tun, &r);
	if (err < 0 && add)
		log_put(LOG_WARN_, "cannot route %s/%u to %s: %s",
		    ip4_text(addr, text), bits, tun, err_text(err));
}

static void
route4(const char *tun, uint32_t addr, uint8_t bits, bool add)
{
	route4_mtu(tun, addr, bits, add, 0);
}

static size_t
cidrs_of(const struct pool *pool, unsigned lane,
    struct pool_cidr cidr[CIDRS_MAX])
{
	size_t n = pool != NULL ? pool_cidrs(pool, lane, cidr, CIDRS_MAX) : 0;

	return n < CIDRS_MAX ? n : CIDRS_MAX;
}

static bool
has_cidr(const struct pool_cidr *c, size_t n, const struct pool_cidr *want)
{
	for (size_t i = 0; i < n; i++)
		if (c[i].addr == want->addr && c[i].bits == want->bits)
			return true;
	return false;
}

/* A block may end in single addresses: their route is no peer's own. */
static bool
is_block(const struct concentrator *a, unsigned lane, uint32_t addr)
{
	struct pool_cidr is[CIDRS_MAX];
	struct pool_cidr one = { addr, 32 };

	return has_cidr(is, cidrs_of(a->pool, lane, is), &one);
}

/* From the blocks of @old (NULL: none) to ours; what stays is never gone,
 * nor is the way to a peer that keeps its address. */
static void
route_blocks(struct concentrator *a, unsigned lane, const struct pool *old)
{
	struct pool_cidr is[CIDRS_MAX], was[CIDRS_MAX];
	size_t n = cidrs_of(a->pool, lane, is);
	size_t m = cidrs_of(old, lane, was);
	const char *tun = a->c->lb->lane[lane]->tun.name;

	for (size_t i = 0; i < n; i++)
		route4(tun, is[i].addr, is[i].bits, true);
	for (size_t i = 0; i < m; i++)
		if (!has_cidr(is, n, &was[i]) && (was[i].bits != 32 ||
		    !peer_has_addr(a, was[i].addr)))
			route4(tun, was[i].addr, was[i].bits, false);
}

/* On the lane's TUN, beside one that peers were told of before. */
static int
set_my(struct concentrator *a, unsigned lane)
{
	struct os_addr a4 = { .family = AF_INET, .bits = 32 };
	int err = 0;

	put4(a4.addr, a->c->p.net.my.addr);
	if (a->c->p.net.my.addr != 0)
		err = os_addr_add(a->c->lb->lane[lane]->tun.name, &a4);
	return err == -E_EXIST ? 0 : err;
}

int
lease_tun(struct concentrator *a, unsigned lane, char *why, size_t n)
{
	const char *tun = a->c->lb->lane[lane]->tun.name;
	struct os_addr a6 = { .family = AF_INET6, .bits = 64,
	    .addr = { 0xfe, 0x80 } };
	int err;

	memcpy(a6.addr + 8, a->ifid, 8);
	a->mtu = a->c->p.lb.ac.max_payload;
	if (a->mtu < PPPOE_MTU)
		a->mtu = PPPOE_MTU;
	if (a->mtu < a->c->p.ppp.mrru)
		a->mtu = a->c->p.ppp.mrru;
	err = os_if_set_mtu(tun, a->mtu);
	if (err == 0)
		err = os_if_set_up(tun, true);
	if (err == 0)
		err = set_my(a, lane);
	if (err < 0) {
		snprintf(why, n, "%s: cannot be configured: %s", tun,
		    err_text(err));
		return err;
	}
	if ((a->c->p.ppp.enabled & NEG_IPV6CP) &&
	    os_addr_add(tun, &a6) < 0)
		log_put(LOG_WARN_, "%s: no IPv6 on this host", tun);
	route_blocks(a, lane, NULL);
	return 0;
}

/* Which way the address goes: with the block of the lane, or alone. */
static void
route_peer(struct concentrator *a, struct peer *p)
{
	if (p->host_route ||
	    (a->pool != NULL && pool_lane(a->pool, p->addr) == p->lane))
		return;
	p->host_route = true;
	route4(a->c->lb->lane[p->lane]->tun.name, p->addr, 32, true);
}

/* Sessions keep what they have, whatever the new ranges say. */
static void
carry_over(struct concentrator *a)
{
	for (uint32_t i = 0; i <= a->by_ticket.mask; i++) {
		uint32_t idx = a->by_ticket.row[i].idx;
		struct peer *p;

		if (idx >= a->slab.made)
			continue;
		p = slab_at(&a->slab, idx);
		if (p->addr == 0)
			continue;
		p->pooled = a->pool != NULL &&
		    pool_claim(a->pool, p->addr) == 0;
		route_peer(a, p);
	}
}

int
lease_reconf(struct concentrator *a, char *why, size_t n)
{
	struct pool *old = a->pool, *pool = make_pool(a);

	if (pool == NULL && a->c->p.his_ranges > 0) {
		snprintf(why, n, "set ifaddr: no pool can be made of these "
		    "addresses");
		return -E_RANGE;
	}
	a->pool = pool;
	carry_over(a);
	for (unsigned i = 0; i < a->lanes; i++) {
		if (set_my(a, i) < 0)
			log_put(LOG_WARN_, "%s: new address not set",
			    a->c->lb->lane[i]->tun.name);
		route_blocks(a, i, old);
	}
	pool_free(old);
	return 0;
}

/* ---- one peer ---- */

static void
hold(struct concentrator *a, struct peer *p, uint32_t addr)
{
	p->addr = addr;
	p->pooled = a->pool != NULL;
	peer_index_addr(a, p);
	route_peer(a, p);
}

/* Of the lane's own block; when that is used up, of another's. */
static int
take(struct concentrator *a, unsigned lane, uint32_t *addr)
{
	for (unsigned i = 0; i < a->lanes; i++)
		if (pool_take(a->pool, (lane + i) % a->lanes, 0, addr) == 0)
			return 0;
	return -E_FULL;
}

/* An address of HISADDR, or of the pool. -E_*: there is none. */
static int
choose(struct concentrator *a, const struct peer *p, uint32_t *addr)
{
	const struct aaa_grant *g = p->grant;

	if (a->pool == NULL) {
		if (g == NULL || !g->has_his || g->his.addr == 0 ||
		    peer_has_addr(a, g->his.addr))
			return -E_FULL;
		*addr = g->his.addr;
		return 0;
	}
	if (!radius_for(a->c->radius, RAD_FOR_AUTH) &&
	    a->kept != secrets_stamp(a->c->secrets))
		keep_fixed(a, a->pool);
	if (g != NULL && g->ranges > 0)
		return pool_claim_any(a->pool, g->range, g->ranges, addr);
	if (g != NULL && g->has_his && g->his.addr != 0) {
		*addr = g->his.addr;
		return pool_claim(a->pool, *addr);
	}
	return take(a, p->lane, addr);
}

static void
refuse(struct concentrator *a, const struct peer *p)
{
	struct mail m = { .op = MAIL_CLOSE, .ticket = p->ticket,
	    .arg = WHY_NO_ADDR };
	char mac[MAC_TEXT];

	log_put(LOG_WARN_, "%s/%u %s: no address is left",
	    mac_text(p->key.mac, mac), p->key.sid, p->name);
	ctl_mail(a->c, p->lane, &m);
}

/* What RADIUS says instead of the label. */
static void
granted(const struct grant_extra *e, struct net_conf *net)
{
	if (e->dns[0] != 0 || e->dns[1] != 0)
		memcpy(net->dns, e->dns, sizeof(net->dns));
	if (e->nbns[0] != 0 || e->nbns[1] != 0)
		memcpy(net->nbns, e->nbns, sizeof(net->nbns));
	net->mtu = e->mtu;
	net->vj = (uint8_t)rad_vj(e);
}

void
lease_network(struct concentrator *a, struct peer *p)
{
	const struct profile *prof = &a->c->p;
	struct mail m = { .op = MAIL_NETWORK, .ticket = p->ticket };
	struct net_conf net = prof->net;
	uint32_t addr = 0;
	const struct aaa_grant *g = p->grant;
	bool pooled = a->pool != NULL ||
	    (g != NULL && (g->has_his || g->ranges > 0));

	if (p->addr == 0 && pooled && (prof->ppp.enabled & NEG_IPCP)) {
		if (choose(a, p, &addr) < 0) {
			refuse(a, p);
			return;
		}
		hold(a, p, addr);
	}
	net.his.addr = p->addr;
	net.his.bits = p->addr != 0 ? 32 : 0;
	net.my.bits = 32;
	net.has_trigger = false;
	if (!prof->dns_set)
		memcpy(net.dns, a->dns, sizeof(net.dns));
	if (g != NULL)
		granted(&g->extra, &net);
	memcpy(net.ifid, a->ifid, sizeof(net.ifid));
	mail_put(&m, &net, sizeof(net));
	ctl_mail(a->c, p->lane, &m);
}

static void
proxy_on(struct concentrator *a, struct peer *p)
{
	char ip[IP4_TEXT], why[120];
	unsigned lan;

	if (!(a->c->p.proxy || a->c->p.proxyall) || p->proxy_if != 0 ||
	    p->addr == 0)
		return;
	if (os_proxy_add(p->addr, &lan, why, sizeof(why)) == 0)
		p->proxy_if = lan;
	else
		log_put(LOG_WARN_, "proxy: %s: %s", ip4_text(p->addr, ip),
		    why);
}

static void
proxy_off(struct peer *p)
{
	if (p->proxy_if != 0)
		os_proxy_del(p->addr, p->proxy_if);
	p->proxy_if = 0;
}

/* The host breaks up what is too large, or says so to the sender. */
void
lease_up(struct concentrator *a, struct peer *p, uint16_t mtu)
{
	proxy_on(a, p);
	if (p->addr == 0 || mtu >= a->mtu)
		return;
	p->host_route = true;
	route4_mtu(a->c->lb->lane[p->lane]->tun.name, p->addr, 32, true,
	    mtu);
}

void
lease_end(struct concentrator *a, struct peer *p)
{
	if (p->addr == 0)
		return;
	proxy_off(p);
	if (p->host_route && !is_block(a, p->lane, p->addr))
		route4(a->c->lb->lane[p->lane]->tun.name, p->addr, 32,
		    false);
	if (p->pooled)
		pool_give(a->pool, p->addr);
	table_del(&a->by_addr, table_hash(p->addr, a->seed), p->idx);
	p->addr = 0;
	p->pooled = p->host_route = false;
}

/* ---- networks behind a peer ---- */

static void
one_network(struct concentrator *a, struct peer *p, uint8_t family,
    uint8_t bits, const uint8_t *dst, bool add)
{
	const char *tun = a->c->lb->lane[p->lane]->tun.name;
	struct mail m = { .op = MAIL_ROUTE, .ticket = p->ticket,
	    .arg = add };
	struct os_route r = { .family = family, .bits = bits };
	struct lane_net net = { .family = family, .bits = bits };
	int err;

	memcpy(r.dst, dst, sizeof(r.dst));
	memcpy(net.dst, dst, sizeof(net.dst));
	mail_put(&m, &net, sizeof(net));
	ctl_mail(a->c, p->lane, &m);
	err = add ? os_route_add(tun, &r, true) : os_route_del(tun, &r);
	if (err < 0 && add)
		log_put(LOG_WARN_, "%s: a network of %s cannot be routed: "
		    "%s", tun, p->name, err_text(err));
}

/* With the mask of Framed-IP-Netmask the address is a network. */
static void
own_network(struct concentrator *a, struct peer *p, bool add)
{
	const struct aaa_grant *g = p->grant;
	uint8_t bits = g->extra.mask_bits, dst[16];

	if (!g->has_his || bits == 0 || bits >= 32)
		return;
	put4(dst, g->his.addr & ~(0xffffffffu >> bits));
	one_network(a, p, AF_INET, bits, dst, add);
}

void
lease_networks(struct concentrator *a, struct peer *p, bool add)
{
	const struct grant_extra *e;

	if (p->grant == NULL || p->networks == add)
		return;
	p->networks = add;
	e = &p->grant->extra;
	own_network(a, p, add);
	for (int i = 0; i < e->routes; i++)
		one_network(a, p, e->route[i].family, e->route[i].bits,
		    e->route[i].dst, add);
	if (e->prefix6_bits > 0)
		one_network(a, p, AF_INET6, e->prefix6_bits, e->prefix6,
		    add);
}

void
lease_use(struct concentrator *a, uint32_t *size, uint32_t *used)
{
	for (unsigned i = 0; a->pool != NULL && i < a->lanes; i++) {
		*size += pool_size(a->pool, i);
		*used += pool_used(a->pool, i);
	}
}
