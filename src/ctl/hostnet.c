/* Addresses, routes, name servers and NAT of a client's session. */
#include "ctl/hostnet.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"

static void
put4(uint8_t out[16], uint32_t addr)
{
	uint32_t be = htonl(addr);

	memset(out, 0, 16);
	memcpy(out, &be, sizeof(be));
}

static void
put6(uint8_t out[16], const uint8_t ifid[8])
{
	memset(out, 0, 16);
	out[0] = 0xfe;
	out[1] = 0x80;
	memcpy(out + 8, ifid, 8);
}

void
hostnet_init(struct hostnet *h, const char *tun)
{
	memset(h, 0, sizeof(*h));
	snprintf(h->tun, sizeof(h->tun), "%s", tun);
	nat_sweep();
	if (resolv_load(&h->resolv, RESOLV_PATH) < 0)
		log_put(LOG_WARN_, "%s: cannot be read, left alone",
		    RESOLV_PATH);
}

/* ---- routes ---- */

static bool
is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* The address a keyword stands for; false: not known yet. */
static bool
word_addr(const struct hostnet *h, uint8_t word, const uint8_t given[16],
    uint8_t out[16])
{
	switch (word) {
	case AW_MYADDR:
		put4(out, h->my);
		break;
	case AW_HISADDR:
		put4(out, h->his);
		break;
	case AW_MYADDR6:
		memcpy(out, h->my6, 16);
		break;
	case AW_HISADDR6:
		memcpy(out, h->his6, 16);
		break;
	case AW_DNS0:
		put4(out, h->dns[0]);
		break;
	case AW_DNS1:
		put4(out, h->dns[1]);
		break;
	default:
		memcpy(out, given, 16);
		return true;
	}
	return !is_zero(out, 16);
}

static bool
resolve(const struct hostnet *h, const struct route_want *w,
    struct os_route *r)
{
	memset(r, 0, sizeof(*r));
	r->family = w->family;
	r->bits = w->bits;
	r->has_gw = true;
	return word_addr(h, w->dst_word, w->dst, r->dst) &&
	    word_addr(h, w->gw_word, w->gw, r->gw);
}

static const char *
route_text(const struct os_route *r, char *buf, size_t n)
{
	char a[INET6_ADDRSTRLEN] = "?";

	inet_ntop(r->family, r->dst, a, sizeof(a));
	snprintf(buf, n, "%s/%u", a, r->bits);
	return buf;
}

static int
install(struct hostnet *h, const struct os_route *r, bool replace,
    char *why, size_t n)
{
	char to[64];
	int err = os_route_add(h->tun, r, replace);

	if (err < 0)
		snprintf(why, n, err == -E_EXIST ?
		    "Add route failed: %s already exists" :
		    "Add route failed: %s: %s",
		    route_text(r, to, sizeof(to)), err_text(err));
	return err;
}

/* Our route to the same destination, or NULL. */
static struct os_route *
find(struct hostnet *h, const struct os_route *r)
{
	for (unsigned i = 0; i < h->routes; i++) {
		struct os_route *o = &h->route[i];

		if (o->family == r->family && o->bits == r->bits &&
		    memcmp(o->dst, r->dst, sizeof(o->dst)) == 0)
			return o;
	}
	return NULL;
}

static void
remember(struct hostnet *h, const struct os_route *r)
{
	struct os_route *o = find(h, r);

	if (o == NULL && h->routes < ROUTES_MAX)
		o = &h->route[h->routes++];
	if (o != NULL)
		*o = *r;
}

void
hostnet_routes(struct hostnet *h, const struct profile *p, uint8_t family)
{
	char why[160];

	for (int i = 0; i < p->routes; i++) {
		const struct route_want *w = &p->route[i];
		struct os_route r, *mine;

		if (w->family != family || !resolve(h, w, &r))
			continue;
		mine = find(h, &r);
		if (mine != NULL && memcmp(&r, mine, sizeof(r)) == 0)
			continue;
		if (install(h, &r, w->replace || mine != NULL, why,
		    sizeof(why)) < 0)
			log_put(LOG_WARN_, "%s", why);
		else
			remember(h, &r);
	}
}

static void
routes_down(struct hostnet *h, uint8_t family)
{
	for (unsigned i = h->routes; i-- > 0;) {
		if (h->route[i].family != family)
			continue;
		os_route_del(h->tun, &h->route[i]);
		h->route[i] = h->route[--h->routes];
	}
}

int
hostnet_route(struct hostnet *h, const struct route_want *w, bool del,
    char *why, size_t n)
{
	char to[64];
	struct os_route r;
	int err;

	if (!resolve(h, w, &r))
		return 0;	/* remembered by the profile, done when known */
	if (!del) {
		err = install(h, &r, w->replace, why, n);
		if (err == 0)
			remember(h, &r);
		return err;
	}
	r.has_gw = false;
	err = os_route_del(h->tun, &r);
	struct os_route *mine = find(h, &r);

	if (mine != NULL)
		*mine = h->route[--h->routes];
	if (err < 0)
		snprintf(why, n, "Del route failed: %s: %s",
		    route_text(&r, to, sizeof(to)),
		    err == -E_UNKNOWN ? "Non-existent" : err_text(err));
	return err;
}

/* ---- addresses ---- */

static void
warn(const char *what, const char *ifname, int err)
{
	log_put(LOG_WARN_, "%s: %s: %s", ifname, what, err_text(err));
}

/* Another address of ours for the same peer: Linux would take the new one
 * away together with the old one, so that one, and what it carries, goes
 * first. */
static void
make_room(struct hostnet *h, bool *has, const struct os_addr *now,
    const struct os_addr *want)
{
	if (!*has || !now->has_peer || !want->has_peer ||
	    memcmp(now->peer, want->peer, sizeof(now->peer)) != 0)
		return;
	routes_down(h, now->family);
	os_addr_del(h->tun, now);
	*has = false;
}

static void
swap_addr(struct hostnet *h, bool *has, struct os_addr *now,
    const struct os_addr *want)
{
	int err;

	if (*has && memcmp(now, want, sizeof(*now)) == 0)
		return;
	make_room(h, has, now, want);
	err = os_addr_add(h->tun, want);
	if (err < 0 && err != -E_EXIST)
		warn("cannot set the address", h->tun, err);
	if (*has)
		os_addr_del(h->tun, now);
	*now = *want;
	*has = true;
}

static void
set_mtu(struct hostnet *h, unsigned mtu)
{
	int err = mtu != 0 ? os_if_set_mtu(h->tun, mtu) : 0;

	if (err < 0)
		warn("cannot set the MTU", h->tun, err);
}

static void
set_up(struct hostnet *h)
{
	int err = os_if_set_up(h->tun, true);

	if (err < 0)
		warn("cannot be brought up", h->tun, err);
}

void
hostnet_up4(struct hostnet *h, const struct profile *p, uint32_t my,
    uint32_t his, unsigned mtu)
{
	struct os_addr a;
	char why[160] = "";

	memset(&a, 0, sizeof(a));
	a.family = AF_INET;
	a.bits = 32;
	a.has_peer = his != 0;
	put4(a.addr, my);
	put4(a.peer, his);
	h->my = my;
	h->his = his;
	set_mtu(h, mtu);
	set_up(h);
	swap_addr(h, &h->has4, &h->addr4, &a);
	if (hostnet_nat(h, p, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "nat: %s; the link is up without it",
		    why);
	hostnet_routes(h, p, AF_INET);
}

void
hostnet_down4(struct hostnet *h)
{
	routes_down(h, AF_INET);
	if (h->has4)
		os_addr_del(h->tun, &h->addr4);
	h->has4 = false;
	h->my = h->his = 0;
}

void
hostnet_up6(struct hostnet *h, const struct profile *p,
    const uint8_t my[8], const uint8_t his[8], unsigned mtu)
{
	struct os_addr a;

	memset(&a, 0, sizeof(a));
	a.family = AF_INET6;
	a.bits = 64;
	put6(a.addr, my);
	memcpy(h->my6, a.addr, 16);
	put6(h->his6, his);
	if (!h->has4)
		set_mtu(h, mtu);
	set_up(h);
	swap_addr(h, &h->has6, &h->addr6, &a);
	hostnet_routes(h, p, AF_INET6);
}

void
hostnet_down6(struct hostnet *h)
{
	routes_down(h, AF_INET6);
	if (h->has6)
		os_addr_del(h->tun, &h->addr6);
	h->has6 = false;
	memset(h->my6, 0, 16);
	memset(h->his6, 0, 16);
}

/* ---- name servers, NAT ---- */

void
hostnet_dns(struct hostnet *h, const uint32_t dns[2])
{
	int err = resolv_write(&h->resolv, RESOLV_PATH, dns);

	if (err < 0)
		warn("cannot be written", RESOLV_PATH, err);
}

void
hostnet_dns_undo(struct hostnet *h)
{
	if (h->resolv.written && resolv_restore(&h->resolv, RESOLV_PATH) < 0)
		warn("cannot be restored", RESOLV_PATH, -E_SYS);
}

int
hostnet_nat(struct hostnet *h, const struct profile *p, char *why, size_t n)
{
	int err;

	if (!p->nat)
		hostnet_nat_off(h);
	if (!p->nat || h->my == 0)
		return 0;
	err = nat_set(&h->nat, h->tun, &p->natc, h->my, why, n);
	if (err < 0)
		return err;
	if (h->nat_addr == 0 && nat_forwards() == 0)
		log_put(LOG_WARN_, "nat: this host does not forward IPv4 "
		    "(sysctl net.ipv4.ip_forward)");
	if (h->nat_addr != 0 && h->nat_addr != h->my)
		nat_forget(h->nat_addr);
	h->nat_addr = h->my;
	return 0;
}

void
hostnet_nat_off(struct hostnet *h)
{
	nat_off(&h->nat);
	h->nat_addr = 0;
}
