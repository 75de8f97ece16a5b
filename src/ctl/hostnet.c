/* Addresses, routes, name servers and NAT of a client's session. */
#include "ctl/hostnet.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"

#define NOTES	"/var/run"

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
	os_proxy_sweep();
	if (resolv_recover(NOTES, RESOLV_PATH))
		log_put(LOG_PHASE, "%s: restored, as it was before an "
		    "earlier run", RESOLV_PATH);
	h->resolv.notes = NOTES;
	if (resolv_load(&h->resolv, RESOLV_PATH) < 0)
		log_put(LOG_WARN_, "%s: cannot be read, left alone",
		    RESOLV_PATH);
}

/* ---- addresses ---- */

static void
warn(const char *what, const char *ifname, int err)
{
	log_put(LOG_WARN_, "%s: %s: %s", ifname, what, err_text(err));
}

static void
add_addr(struct hostnet *h, const struct os_addr *a)
{
	int err = os_addr_add(h->tun, a);

	if (err < 0 && err != -E_EXIST)
		warn("cannot set the address", h->tun, err);
}

/* An address without its peer: kept, or there for a moment only. */
static struct os_addr
alone(const struct os_addr *a)
{
	struct os_addr only = *a;

	only.has_peer = false;
	only.bits = a->family == AF_INET6 ? 128 : 32;
	memset(only.peer, 0, sizeof(only.peer));
	return only;
}

/*
 * The interface is never without an address, or the system would take its
 * routes. Of two with the same peer the second would go with the first, so
 * the new one is there without its peer meanwhile.
 */
static void
swap_addr(struct hostnet *h, bool *has, struct os_addr *now,
    const struct os_addr *want)
{
	struct os_addr bare = alone(want), old = alone(now);

	if (*has && memcmp(now, want, sizeof(*now)) == 0)
		return;
	if (*has && want->has_peer) {
		add_addr(h, &bare);
		os_addr_del(h->tun, now);
	}
	add_addr(h, want);
	if (want->has_peer)	/* also an alias of before */
		os_addr_del(h->tun, &bare);
	else if (*has)
		os_addr_del(h->tun, now);
	if (*has && h->alias && memcmp(now->addr, want->addr, 16) != 0)
		add_addr(h, &old);
	*now = *want;
	*has = true;
}

void
hostnet_mtu(struct hostnet *h, unsigned mtu)
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

/* At least as long as that of the address's class. ppp(8) 6.6.1. */
static uint8_t
width(const struct profile *p, uint32_t my)
{
	uint32_t class = my >> 31 == 0 ? 0xff000000 :
	    my >> 30 == 2 ? 0xffff0000 : 0xffffff00;
	uint8_t bits = 0;

	if (p->netmask == 0 || (p->netmask & class) != class)
		return 32;
	while (bits < 32 && p->netmask << bits >> 31 != 0)
		bits++;
	return bits;
}

void
hostnet_up4(struct hostnet *h, const struct profile *p, uint32_t my,
    uint32_t his, unsigned mtu)
{
	struct os_addr a;
	char why[160] = "";

	memset(&a, 0, sizeof(a));
	a.family = AF_INET;
	a.bits = his != 0 ? width(p, my) : 32;
	a.has_peer = his != 0;
	h->alias = p->nat && p->iface_alias;
	put4(a.addr, my);
	put4(a.peer, his);
	h->my = my;
	h->his = his;
	hostnet_mtu(h, mtu);
	set_up(h);
	swap_addr(h, &h->has4, &h->addr4, &a);
	if (hostnet_nat(h, p, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "nat: %s; the link is up without it",
		    why);
	hostnet_routes(h, p, AF_INET);
	hostnet_proxy(h, p);
}

void
hostnet_down4(struct hostnet *h)
{
	struct os_addr old = alone(&h->addr4);

	hostnet_proxy_off(h);
	hostnet_routes_off(h, AF_INET);
	if (h->has4) {
		os_addr_del(h->tun, &h->addr4);
		if (h->alias)
			add_addr(h, &old);
	}
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
		hostnet_mtu(h, mtu);
	set_up(h);
	swap_addr(h, &h->has6, &h->addr6, &a);
	hostnet_routes(h, p, AF_INET6);
}

void
hostnet_down6(struct hostnet *h)
{
	hostnet_routes_off(h, AF_INET6);
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
	if (!h->resolv.written)
		return;
	if (!resolv_is_ours(&h->resolv, RESOLV_PATH)) {
		log_put(LOG_WARN_, "%s: somebody has changed it: left alone",
		    RESOLV_PATH);
		resolv_unnote(&h->resolv);
	} else if (resolv_restore(&h->resolv, RESOLV_PATH) < 0) {
		warn("cannot be restored", RESOLV_PATH, -E_SYS);
	}
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
