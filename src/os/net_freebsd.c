/* Addresses through ioctls (netintro(4)), routes through route(4). */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "os/iface.h"
#include "os/net.h"

static int
verdict(int result)
{
	if (result >= 0)
		return 0;
	switch (errno) {
	case EEXIST:
		return -E_EXIST;
	case ENXIO:
	case ENODEV:
	case ESRCH:
	case EADDRNOTAVAIL:
		return -E_UNKNOWN;
	}
	return -E_SYS;
}

/* One ioctl on a socket of @family. */
static int
request(int family, unsigned long op, void *arg)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -E_SYS;
	int err = verdict(ioctl(fd, op, arg));
	int saved = errno;

	close(fd);
	errno = saved;
	return err;
}

int
os_if_rename(const char *ifname, const char *to)
{
	char name[IFNAMSIZ];
	struct ifreq ifr = { .ifr_data = name };

	if (if_nametoindex(to) != 0)
		return -E_EXIST;
	snprintf(name, sizeof(name), "%s", to);
	return if_ask(ifname, SIOCSIFNAME, &ifr);
}

static bool
link_is_up(const struct ifaddrs *a)
{
	const struct if_data *data = a->ifa_data;

	return (a->ifa_flags & IFF_UP) != 0 &&
	    (a->ifa_flags & IFF_RUNNING) != 0 &&
	    data->ifi_link_state != LINK_STATE_DOWN;
}

int
os_if_is_running(const char *ifname)
{
	struct ifaddrs *list;
	int running = -E_UNKNOWN;

	if (getifaddrs(&list) < 0)
		return -E_UNKNOWN;
	for (struct ifaddrs *a = list; a != NULL; a = a->ifa_next)
		if (strcmp(a->ifa_name, ifname) == 0 && a->ifa_addr != NULL &&
		    a->ifa_addr->sa_family == AF_LINK)
			running = link_is_up(a);
	freeifaddrs(list);
	return running;
}

static struct sockaddr_in
sin_of(const uint8_t *ip)
{
	struct sockaddr_in s = {
		.sin_len = sizeof(s), .sin_family = AF_INET,
	};

	memcpy(&s.sin_addr, ip, 4);
	return s;
}

/* @index: the interface, which names the zone of link-local addresses. */
static struct sockaddr_in6
sin6_of(const uint8_t *ip, unsigned index)
{
	struct sockaddr_in6 s = {
		.sin6_len = sizeof(s), .sin6_family = AF_INET6,
	};

	memcpy(&s.sin6_addr, ip, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&s.sin6_addr))
		s.sin6_scope_id = index;
	return s;
}

static void
mask_of(uint8_t mask[16], unsigned bits)
{
	memset(mask, 0, 16);
	for (unsigned i = 0; i < bits && i < 128; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> (i % 8));
}

/* Does @s, of an interface, hold address @ip? */
static bool
holds(const struct sockaddr *s, uint8_t family, const uint8_t *ip)
{
	if (s == NULL || s->sa_family != family)
		return false;
	if (family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, s, sizeof(in));
		return memcmp(&in.sin_addr, ip, 4) == 0;
	}
	struct sockaddr_in6 in6;

	memcpy(&in6, s, sizeof(in6));
	return memcmp(&in6.sin6_addr, ip, 16) == 0;
}

/* The kernel changes an address that is there; we have to look first. */
static int
addr_is_there(const char *ifname, const struct os_addr *a)
{
	struct ifaddrs *list;
	int there = 0;

	if (getifaddrs(&list) < 0)
		return -E_SYS;
	for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		there |= strcmp(i->ifa_name, ifname) == 0 &&
		    holds(i->ifa_addr, a->family, a->addr);
	freeifaddrs(list);
	return there;
}

static int
add4(const char *ifname, const struct os_addr *a)
{
	struct in_aliasreq r = { .ifra_vhid = 0 };
	uint8_t mask[16];

	memcpy(r.ifra_name, ifname, strlen(ifname) + 1);
	mask_of(mask, a->bits);
	r.ifra_addr = sin_of(a->addr);
	r.ifra_mask = sin_of(mask);
	if (a->has_peer)
		r.ifra_dstaddr = sin_of(a->peer);
	return request(AF_INET, SIOCAIFADDR, &r);
}

static int
add6(const char *ifname, unsigned index, const struct os_addr *a)
{
	struct in6_aliasreq r = { .ifra_flags = IN6_IFF_NODAD };
	uint8_t mask[16];

	memcpy(r.ifra_name, ifname, strlen(ifname) + 1);
	mask_of(mask, a->bits);
	r.ifra_addr = sin6_of(a->addr, index);
	r.ifra_prefixmask = sin6_of(mask, 0);
	if (a->has_peer && a->bits == 128)	/* the kernel takes no other */
		r.ifra_dstaddr = sin6_of(a->peer, index);
	r.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	r.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return request(AF_INET6, SIOCAIFADDR_IN6, &r);
}

int
os_addr_add(const char *ifname, const struct os_addr *a)
{
	unsigned index = if_nametoindex(ifname);
	int there;

	if (index == 0)
		return -E_UNKNOWN;
	there = addr_is_there(ifname, a);
	if (there != 0)
		return there < 0 ? there : -E_EXIST;
	return a->family == AF_INET6 ? add6(ifname, index, a) :
	    add4(ifname, a);
}

int
os_addr_del(const char *ifname, const struct os_addr *a)
{
	unsigned index = if_nametoindex(ifname);

	if (index == 0)
		return -E_UNKNOWN;
	if (a->family == AF_INET6) {
		struct in6_ifreq r = { .ifr_name = "" };

		memcpy(r.ifr_name, ifname, strlen(ifname) + 1);
		r.ifr_ifru.ifru_addr = sin6_of(a->addr, index);
		return request(AF_INET6, SIOCDIFADDR_IN6, &r);
	}
	struct ifreq r = { .ifr_name = "" };
	struct sockaddr_in in = sin_of(a->addr);

	memcpy(r.ifr_name, ifname, strlen(ifname) + 1);
	memcpy(&r.ifr_addr, &in, sizeof(in));
	return request(AF_INET, SIOCDIFADDR, &r);
}

/* Take @s off @ifname when it is an address of @family (0: any). */
static int
flush_one(const char *ifname, uint8_t family, const struct sockaddr *s)
{
	struct os_addr a = { .family = 0 };

	if (s == NULL || (family != 0 && s->sa_family != family))
		return 0;
	a.family = s->sa_family;
	if (a.family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, s, sizeof(in));
		memcpy(a.addr, &in.sin_addr, 4);
	} else if (a.family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, s, sizeof(in6));
		memcpy(a.addr, &in6.sin6_addr, 16);
	} else {
		return 0;
	}
	int err = os_addr_del(ifname, &a);

	return err == -E_UNKNOWN ? 0 : err;
}

int
os_addr_flush(const char *ifname, uint8_t family)
{
	struct ifaddrs *list;
	int err = 0;

	if (if_nametoindex(ifname) == 0)
		return -E_UNKNOWN;
	if (getifaddrs(&list) < 0)
		return -E_SYS;
	for (struct ifaddrs *i = list; i != NULL && err == 0; i = i->ifa_next)
		if (strcmp(i->ifa_name, ifname) == 0)
			err = flush_one(ifname, family, i->ifa_addr);
	freeifaddrs(list);
	return err;
}

struct route_msg {		/* a message of the routing socket */
	struct rt_msghdr h;
	uint8_t	 room[256];	/* addresses, each a multiple of a long */
};

static void
put_addr(struct route_msg *m, int bit, const void *sa, size_t n)
{
	size_t used = m->h.rtm_msglen - sizeof(m->h);
	size_t whole = (n + sizeof(long) - 1) & ~(sizeof(long) - 1);

	BUG_ON(used + whole > sizeof(m->room));
	memcpy(m->room + used, sa, n);
	m->h.rtm_msglen = (u_short)(m->h.rtm_msglen + whole);
	m->h.rtm_addrs |= bit;
}

static void
put_ip(struct route_msg *m, int bit, uint8_t family, const uint8_t *ip,
    unsigned index)
{
	struct sockaddr_in in = sin_of(ip);
	struct sockaddr_in6 in6;

	if (family == AF_INET) {
		put_addr(m, bit, &in, sizeof(in));
		return;
	}
	in6 = sin6_of(ip, index);
	put_addr(m, bit, &in6, sizeof(in6));
}

static void
put_link(struct route_msg *m, int bit, unsigned index)
{
	struct sockaddr_dl dl = {
		.sdl_len = sizeof(dl), .sdl_family = AF_LINK,
		.sdl_index = (u_short)index,
	};

	put_addr(m, bit, &dl, sizeof(dl));
}

/* Addresses go in the order of their bits. */
static void
route_build(struct route_msg *m, int type, unsigned index,
    const struct os_route *r)
{
	bool host = r->bits == (r->family == AF_INET6 ? 128 : 32);
	uint8_t mask[16];

	memset(m, 0, sizeof(*m));
	m->h.rtm_msglen = sizeof(m->h);
	m->h.rtm_version = RTM_VERSION;
	m->h.rtm_type = (u_char)type;
	m->h.rtm_seq = 1;
	m->h.rtm_flags = RTF_UP | RTF_STATIC | (host ? RTF_HOST : 0) |
	    (r->has_gw ? RTF_GATEWAY : 0);
	if (r->mtu != 0) {
		m->h.rtm_inits = RTV_MTU;
		m->h.rtm_rmx.rmx_mtu = r->mtu;
	}
	put_ip(m, RTA_DST, r->family, r->dst, index);
	if (r->has_gw)
		put_ip(m, RTA_GATEWAY, r->family, r->gw, index);
	else
		put_link(m, RTA_GATEWAY, index);
	if (!host) {
		mask_of(mask, r->bits);
		put_ip(m, RTA_NETMASK, r->family, mask, 0);
	}
	if (r->has_gw && index != 0)
		put_link(m, RTA_IFP, index);
}

static int
route_request(int type, unsigned index, const struct os_route *r)
{
	int fd = socket(PF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, AF_UNSPEC);
	struct route_msg m;

	if (fd < 0)
		return -E_SYS;
	shutdown(fd, SHUT_RD);	/* write(2) tells the verdict already */
	route_build(&m, type, index, r);
	int err = verdict(write(fd, &m, m.h.rtm_msglen) < 0 ? -1 : 0);
	int saved = errno;

	close(fd);
	errno = saved;
	return err;
}

/* Index of @ifname; 0 when it is NULL: the gateway decides. */
static int
route_if(const char *ifname, unsigned *index)
{
	*index = ifname != NULL ? if_nametoindex(ifname) : 0;
	return ifname != NULL && *index == 0 ? -E_UNKNOWN : 0;
}

int
os_route_add(const char *ifname, const struct os_route *r, bool replace)
{
	unsigned index;
	int err = route_if(ifname, &index);

	if (err < 0)
		return err;
	err = route_request(RTM_ADD, index, r);
	if (err == -E_EXIST && replace)
		err = route_request(RTM_CHANGE, index, r);
	return err;
}

int
os_route_del(const char *ifname, const struct os_route *r)
{
	unsigned index;
	int err = route_if(ifname, &index);

	return err < 0 ? err : route_request(RTM_DELETE, index, r);
}

int
os_if_quiet6(const char *ifname)
{
	struct in6_ndireq r = { .ifname = "" };
	int err;

	if (if_nametoindex(ifname) == 0)
		return -E_UNKNOWN;
	memcpy(r.ifname, ifname, strlen(ifname) + 1);
	err = request(AF_INET6, SIOCGIFINFO_IN6, &r);
	if (err < 0)		/* no IPv6 at all: quiet enough */
		return err == -E_SYS && errno == EAFNOSUPPORT ? 0 : err;
	r.ndi.flags &= ~(u_int32_t)(ND6_IFF_ACCEPT_RTADV |
	    ND6_IFF_AUTO_LINKLOCAL | ND6_IFF_IFDISABLED);
	return request(AF_INET6, SIOCSIFINFO_IN6, &r);
}
