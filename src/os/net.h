/*
 * Interfaces, addresses and routes of this host; netlink on Linux, ioctl
 * and routing socket on FreeBSD. Control thread only; each call is done
 * when it returns. Errors: 0, -E_SYS (errno), -E_EXIST, -E_UNKNOWN.
 */
#ifndef OS_NET_H
#define OS_NET_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct os_addr {
	uint8_t	 family;		/* AF_INET or AF_INET6 */
	uint8_t	 bits;			/* prefix length */
	bool	 has_peer;		/* point-to-point: peer is set */
	uint8_t	 addr[16], peer[16];	/* network order; IPv4 in the first 4 */
};

struct os_route {
	uint8_t	 family, bits;
	bool	 has_gw;
	uint8_t	 dst[16], gw[16];
	uint32_t mtu;			/* route metric; 0: none */
};

int os_if_index(const char *ifname);		/* or -E_UNKNOWN */
int os_if_mac(const char *ifname, uint8_t mac[6]);	/* Ethernet only */
int os_if_set_up(const char *ifname, bool up);
int os_if_is_running(const char *ifname);	/* 1, 0 or -E_UNKNOWN */
int os_if_set_mtu(const char *ifname, unsigned mtu);
int os_if_rename(const char *ifname, const char *to);
int os_addr_add(const char *ifname, const struct os_addr *a);
int os_addr_del(const char *ifname, const struct os_addr *a);
int os_route_add(const char *ifname, const struct os_route *r, bool replace);
/* @ifname NULL: whichever interface it leads through. */
int os_route_del(const char *ifname, const struct os_route *r);

/* os_route_list - routes through @ifname, at most @max; how many, -E_SYS,
 * -E_UNKNOWN: no such interface. */
#define OS_ROUTES	256
int os_route_list(const char *ifname, struct os_route *out, int max);

/*
 * os_route_seek - the route to exactly the destination of @r that adding it
 * would replace; @ifname is told its interface. -E_UNKNOWN: there is none;
 * FreeBSD: it is not looked for.
 */
int os_route_seek(const struct os_route *r, struct os_route *out,
    char ifname[IFNAMSIZ]);

/* os_if_tells_tags - whether its driver tells a program of XDP which VLAN tag
 * it took out of a frame; as the kernel has it (Linux 6.8). */
bool os_if_tells_tags(const char *ifname);

/*
 * os_route_out - @ifname is told the interface that packets to @dst leave
 * through, from @src (NULL: any; FreeBSD does not look at it). -E_UNKNOWN,
 * -E_SYS: there is no route.
 */
int os_route_out(uint8_t family, const uint8_t *dst, const uint8_t *src,
    char ifname[IFNAMSIZ]);

/* os_if_describe - the text that `ip link` or ifconfig shows; "": none. */
int os_if_describe(const char *ifname, const char *text);

/* os_addr_used - is @addr (host order) ours or a peer's, on any interface? */
bool os_addr_used(uint32_t addr);

/*
 * Proxy ARP: os_proxy_add() has the host answer for @addr (host order) on
 * the Ethernet interface whose net it is in; @lan is told its index. Returns 0;
 * else @why says what is missing: -E_UNKNOWN (no interface has that net; on
 * FreeBSD there is no proxy ARP), -E_SYS. os_proxy_del() ends that;
 * os_proxy_sweep() removes what dead processes left.
 */
int os_proxy_add(uint32_t addr, unsigned *lan, char *why, size_t n);
int os_proxy_del(uint32_t addr, unsigned lan);
void os_proxy_sweep(void);

/* os_lan_of - the Ethernet interface whose net @addr is in; false: none. */
bool os_lan_of(uint32_t addr, char lan[IFNAMSIZ]);

/* No autoconfigured IPv6 address, no router solicitations on our TUN. */
int os_if_quiet6(const char *ifname);

/*
 * os_watch - a descriptor that becomes readable when an interface appears,
 * vanishes, goes up or down; os_watch_read() empties it and returns true
 * when something changed. -E_SYS on error. Owner: caller, close(2).
 */
int os_watch(void);
bool os_watch_read(int fd);

#endif
