/* Routes of `add`, and proxy ARP, of a client's session. ppp(8) 2.6. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/log.h"
#include "ctl/hostnet.h"

static void
put4(uint8_t out[16], uint32_t addr)
{
	uint32_t be = htonl(addr);

	memset(out, 0, 16);
	memcpy(out, &be, sizeof(be));
}

static bool
is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* Told by the peer, else those of `set dns`, else of resolv.conf. */
const uint32_t *
hostnet_servers(const struct hostnet *h, const struct profile *p)
{
	return h->dns[0] != 0 ? h->dns : p->dns_set ? p->net.dns :
	    h->resolv.ns;
}

/* The address a keyword stands for; false: not known yet. */
static bool
word_addr(const struct hostnet *h, const struct profile *p, uint8_t word,
    const uint8_t given[16], uint8_t out[16])
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
		put4(out, hostnet_servers(h, p)[0]);
		break;
	case AW_DNS1:
		put4(out, hostnet_servers(h, p)[1]);
		break;
	default:
		memcpy(out, given, 16);
		return true;
	}
	return !is_zero(out, 16);
}

/* Host bits go away: kernels refuse them. */
static void
trim(struct os_route *r)
{
	for (unsigned i = 0; i < 16; i++)
		if (r->bits < (i + 1) * 8)
			r->dst[i] &= (uint8_t)(r->bits <= i * 8 ? 0 :
			    0xff << (8 - (r->bits - i * 8)));
}

static bool
resolve(const struct hostnet *h, const struct profile *p,
    const struct route_want *w, struct os_route *r)
{
	memset(r, 0, sizeof(*r));
	r->family = w->family;
	r->bits = w->bits;
	r->has_gw = true;
	if (!word_addr(h, p, w->dst_word, w->dst, r->dst) ||
	    !word_addr(h, p, w->gw_word, w->gw, r->gw))
		return false;
	trim(r);
	return true;
}

static const char *
route_text(const struct os_route *r, char *buf, size_t n)
{
	char a[INET6_ADDRSTRLEN] = "?";

	inet_ntop(r->family, r->dst, a, sizeof(a));
	snprintf(buf, n, "%s/%u", a, r->bits);
	return buf;
}

static bool
sticky(const struct route_want *w)
{
	return w->dst_word != AW_NONE || w->gw_word != AW_NONE;
}

/* To the peer itself there is the way of the address already. */
static bool
is_peers_own(const struct os_route *r)
{
	return r->bits == (r->family == AF_INET6 ? 128 : 32) &&
	    memcmp(r->dst, r->gw, 16) == 0;
}

/* Somebody else's route that ours takes the place of. */
static void
keep_old(struct hostnet *h, const struct os_route *r)
{
	struct old_route o;

	memset(&o, 0, sizeof(o));
	if (h->olds == OLD_MAX || os_route_seek(r, &o.r, o.ifname) < 0 ||
	    strcmp(o.ifname, h->tun) == 0)
		return;
	for (unsigned i = 0; i < h->olds; i++)
		if (h->old[i].r.family == r->family &&
		    h->old[i].r.bits == r->bits &&
		    memcmp(h->old[i].r.dst, r->dst, sizeof(r->dst)) == 0) {
			h->old[i] = o;
			return;
		}
	h->old[h->olds++] = o;
}

void
hostnet_routes_restore(struct hostnet *h)
{
	while (h->olds > 0) {
		const struct old_route *o = &h->old[--h->olds];
		char to[64];

		if (os_route_add(o->ifname, &o->r, false) == 0)
			log_put(LOG_PHASE, "route to %s by %s: back again",
			    route_text(&o->r, to, sizeof(to)), o->ifname);
	}
}

static int
install(struct hostnet *h, const struct os_route *r, bool replace,
    char *why, size_t n)
{
	struct os_route direct = *r;
	char to[64];
	int err;

	if (is_peers_own(r)) {
		direct.has_gw = false;
		memset(direct.gw, 0, sizeof(direct.gw));
	}
	if (replace)
		keep_old(h, r);
	err = os_route_add(h->tun, &direct, replace);
	if (err < 0)
		snprintf(why, n, err == -E_EXIST ?
		    "Add route failed: %s already exists" :
		    "Add route failed: %s: %s",
		    route_text(r, to, sizeof(to)), err_text(err));
	return err;
}

/* Our route to the same destination, or NULL. */
static struct host_route *
find(struct hostnet *h, const struct os_route *r)
{
	for (unsigned i = 0; i < h->routes; i++) {
		struct os_route *o = &h->route[i].r;

		if (o->family == r->family && o->bits == r->bits &&
		    memcmp(o->dst, r->dst, sizeof(o->dst)) == 0)
			return &h->route[i];
	}
	return NULL;
}

static void
remember(struct hostnet *h, const struct os_route *r, bool once)
{
	struct host_route *o = find(h, r);

	if (o == NULL && h->routes < ROUTES_MAX)
		o = &h->route[h->routes++];
	if (o != NULL)
		*o = (struct host_route){ .r = *r, .once = once,
		    .wanted = true };
}

static void
drop(struct hostnet *h, unsigned i)
{
	os_route_del(h->tun, &h->route[i].r);
	h->route[i] = h->route[--h->routes];
}

/* One of the profile's: in, or in again. */
static void
renew(struct hostnet *h, const struct route_want *w,
    const struct os_route *r)
{
	struct host_route *mine = find(h, r);
	char why[160];

	if (mine != NULL && memcmp(r, &mine->r, sizeof(*r)) == 0) {
		mine->wanted = true;
		mine->once = false;
		return;
	}
	if (install(h, r, w->replace || mine != NULL, why, sizeof(why)) < 0)
		log_put(LOG_WARN_, "%s", why);
	else
		remember(h, r, false);
}

void
hostnet_routes(struct hostnet *h, const struct profile *p, uint8_t family)
{
	struct os_route r;

	for (unsigned i = 0; i < h->routes; i++)
		h->route[i].wanted = false;
	for (int i = 0; i < p->routes; i++) {
		const struct route_want *w = &p->route[i];

		if (w->family == family && (p->sroutes || !sticky(w)) &&
		    resolve(h, p, w, &r))
			renew(h, w, &r);
	}
	for (unsigned i = h->routes; i-- > 0;)
		if (h->route[i].r.family == family && !h->route[i].once &&
		    !h->route[i].wanted)
			drop(h, i);
}

void
hostnet_routes_off(struct hostnet *h, uint8_t family)
{
	for (unsigned i = h->routes; i-- > 0;)
		if (h->route[i].r.family == family)
			drop(h, i);
}

static int
add(struct hostnet *h, const struct route_want *w, const struct os_route *r,
    char *why, size_t n)
{
	char to[64];
	int err;

	if (find(h, r) != NULL && !w->replace) {
		snprintf(why, n, "Add route failed: %s already exists",
		    route_text(r, to, sizeof(to)));
		return -E_EXIST;
	}
	err = install(h, r, w->replace, why, n);
	if (err == 0)		/* until the profile's list claims it */
		remember(h, r, true);
	return err;
}

int
hostnet_route(struct hostnet *h, const struct profile *p,
    const struct route_want *w, enum host_route_do what, char *why, size_t n)
{
	struct host_route *mine;
	struct os_route r;
	char to[64];
	int err;

	if (!resolve(h, p, w, &r)) {
		if (what == ROUTE_ADD || w->dst_word != AW_NONE)
			return 0;	/* remembered, done when known */
	}
	if (what == ROUTE_ADD)
		return add(h, w, &r, why, n);
	memset(r.gw, 0, sizeof(r.gw));
	r.has_gw = false;
	trim(&r);
	err = os_route_del(h->tun, &r);
	mine = find(h, &r);
	if (mine != NULL)
		*mine = h->route[--h->routes];
	if (err == -E_UNKNOWN && what == ROUTE_DEL_ANY)
		err = os_route_del(NULL, &r);
	if (err < 0)
		snprintf(why, n, "Del route failed: %s: %s",
		    route_text(&r, to, sizeof(to)),
		    err == -E_UNKNOWN ? "Non-existent" : err_text(err));
	return err;
}

void
hostnet_routes_flush(struct hostnet *h)
{
	struct os_route all[OS_ROUTES];
	int n = os_route_list(h->tun, all, OS_ROUTES);

	for (int i = 0; i < n; i++)
		if (all[i].has_gw)
			os_route_del(h->tun, &all[i]);
	h->routes = 0;
}

/* ---- proxy ARP ---- */

static bool
proxy_has(const struct hostnet *h, uint32_t addr)
{
	for (unsigned i = 0; i < h->proxies; i++)
		if (h->proxy[i].addr == addr)
			return true;
	return false;
}

/* False: the reason is in @why. */
static bool
proxy_one(struct hostnet *h, uint32_t addr, char *why, size_t n)
{
	unsigned lan;

	if (proxy_has(h, addr) || h->proxies == PROXIES_MAX)
		return true;
	if (os_proxy_add(addr, &lan, why, n) < 0)
		return false;
	h->proxy[h->proxies].addr = addr;
	h->proxy[h->proxies++].lan = lan;
	return true;
}

static void
proxy_net(struct hostnet *h, uint32_t addr, unsigned bits)
{
	uint64_t n = (uint64_t)1 << (32 - bits);
	char why[120];

	for (uint64_t i = 0; i < n && i < PROXY_NET_MAX; i++)
		proxy_one(h, addr + (uint32_t)i, why, sizeof(why));
}

void
hostnet_proxy(struct hostnet *h, const struct profile *p)
{
	bool first = h->proxied != h->his;
	char why[120], ip[IP4_TEXT];

	if (first || !(p->proxy || p->proxyall))
		hostnet_proxy_off(h);
	if (!(p->proxy || p->proxyall) || h->his == 0)
		return;
	h->proxied = h->his;
	if (!proxy_one(h, h->his, why, sizeof(why)) && first)
		log_put(LOG_WARN_, "proxy: %s: %s", ip4_text(h->his, ip),
		    why);
	for (unsigned i = 0; p->proxyall && i < h->routes; i++) {
		const struct os_route *r = &h->route[i].r;
		uint32_t dst;

		if (r->family != AF_INET || r->bits == 0)
			continue;
		memcpy(&dst, r->dst, sizeof(dst));
		proxy_net(h, ntohl(dst), r->bits);
	}
}

void
hostnet_proxy_off(struct hostnet *h)
{
	while (h->proxies > 0) {
		h->proxies--;
		os_proxy_del(h->proxy[h->proxies].addr,
		    h->proxy[h->proxies].lan);
	}
	h->proxied = 0;
}
