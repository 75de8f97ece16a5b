/*
 * What a client's session means for this host: addresses on the TUN, MTU,
 * the routes of `add`, name servers, NAT. All of it is undone by the calls
 * that go the other way.
 */
#ifndef CTL_HOSTNET_H
#define CTL_HOSTNET_H

#include "os/nat.h"
#include "os/net.h"
#include "os/resolv.h"
#include "sess/profile.h"

#define PROXIES_MAX	1024
#define PROXY_NET_MAX	256		/* hosts of one route: ppp(8) 2.5.1 */

#define OLD_MAX		8

struct host_route {
	struct os_route r;
	bool	 once;			/* of no `add` that is remembered */
	bool	 wanted;		/* while the list is gone through */
};

struct hostnet {		/* owner: the bundle */
	char	 tun[IFNAMSIZ];
	bool	 has4, has6;
	bool	 alias;			/* old addresses stay: iface-alias */
	struct nat nat;			/* owner */
	uint32_t nat_addr;		/* what it translates to; 0: off */
	uint32_t my, his;		/* IPv4, host order; 0: unknown */
	uint8_t	 my6[16], his6[16];	/* zero: unknown */
	uint32_t dns[2];		/* told by the peer, or 0 */
	struct os_addr addr4, addr6;	/* on the TUN now */
	struct host_route route[ROUTES_MAX];	/* that we installed */
	unsigned routes;
	struct old_route {		/* of others, that `add!` replaced */
		struct os_route r;
		char	 ifname[IFNAMSIZ];
	} old[OLD_MAX];
	unsigned olds;
	uint32_t proxied;		/* peer of the proxy ARP entries */
	struct {
		uint32_t addr;
		unsigned lan;		/* its interface */
	} proxy[PROXIES_MAX];
	unsigned proxies;
	struct resolv resolv;
};

void hostnet_init(struct hostnet *h, const char *tun);

/* Addresses and their routes; failures are logged as warnings. */
void hostnet_up4(struct hostnet *h, const struct profile *p, uint32_t my,
    uint32_t his, unsigned mtu);
void hostnet_down4(struct hostnet *h);
void hostnet_up6(struct hostnet *h, const struct profile *p,
    const uint8_t my[8], const uint8_t his[8], unsigned mtu);
void hostnet_down6(struct hostnet *h);

/* hostnet_mtu - of the TUN, while the session is up. */
void hostnet_mtu(struct hostnet *h, unsigned mtu);

/* hostnet_routes - install (or renew) the routes of @family that can be. */
void hostnet_routes(struct hostnet *h, const struct profile *p,
    uint8_t family);

/* One route of `add` or `delete`, now. 0 or negative with @why. DEL_ANY:
 * also through another interface, when ours has none. */
enum host_route_do { ROUTE_ADD, ROUTE_DEL, ROUTE_DEL_ANY };
int hostnet_route(struct hostnet *h, const struct profile *p,
    const struct route_want *r, enum host_route_do what, char *why, size_t n);

/* Ours of @family go; all with a gateway through the TUN go. */
void hostnet_routes_off(struct hostnet *h, uint8_t family);
void hostnet_routes_flush(struct hostnet *h);

/* At the end, when ours are gone: what `add!` replaced is there again. */
void hostnet_routes_restore(struct hostnet *h);

/* The name servers known now. */
const uint32_t *hostnet_servers(const struct hostnet *h,
    const struct profile *p);

/* Proxy ARP as @p wants it for the peer of now. */
void hostnet_proxy(struct hostnet *h, const struct profile *p);
void hostnet_proxy_off(struct hostnet *h);

/* Name servers into resolv.conf, and its own text back. */
void hostnet_dns(struct hostnet *h, const uint32_t dns[2]);
void hostnet_dns_undo(struct hostnet *h);

/*
 * hostnet_nat - the host's tables become those of @p for the address of
 * now; nothing happens before there is one. 0, or negative with @why and
 * the tables as they were.
 */
int hostnet_nat(struct hostnet *h, const struct profile *p, char *why,
    size_t n);
void hostnet_nat_off(struct hostnet *h);

#endif
