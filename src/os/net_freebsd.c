/* Interfaces and addresses through ioctls: netintro(4). */
#include <sys/types.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/in_var.h>
#include <netinet6/in6_var.h>
#include <netinet6/nd6.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "os/iface.h"
#include "os/net.h"
#include "os/net_impl.h"
#include "os/parts_freebsd.h"

/* One ioctl on a socket of @family. */
static int
request(int family, unsigned long op, void *arg)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -E_SYS;
	int err = fb_verdict(ioctl(fd, op, arg));
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
	fb_mask(mask, a->bits);
	r.ifra_addr = fb_sin(a->addr);
	r.ifra_mask = fb_sin(mask);
	if (a->has_peer)
		r.ifra_dstaddr = fb_sin(a->peer);
	return request(AF_INET, SIOCAIFADDR, &r);
}

static int
add6(const char *ifname, unsigned index, const struct os_addr *a)
{
	struct in6_aliasreq r = { .ifra_flags = IN6_IFF_NODAD };
	uint8_t mask[16];

	memcpy(r.ifra_name, ifname, strlen(ifname) + 1);
	fb_mask(mask, a->bits);
	r.ifra_addr = fb_sin6(a->addr, index);
	r.ifra_prefixmask = fb_sin6(mask, 0);
	if (a->has_peer && a->bits == 128)	/* the kernel takes no other */
		r.ifra_dstaddr = fb_sin6(a->peer, index);
	r.ifra_lifetime.ia6t_vltime = ND6_INFINITE_LIFETIME;
	r.ifra_lifetime.ia6t_pltime = ND6_INFINITE_LIFETIME;
	return request(AF_INET6, SIOCAIFADDR_IN6, &r);
}

int
sys_addr_add(const char *ifname, const struct os_addr *a)
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
sys_addr_del(const char *ifname, const struct os_addr *a)
{
	unsigned index = if_nametoindex(ifname);

	if (index == 0)
		return -E_UNKNOWN;
	if (a->family == AF_INET6) {
		struct in6_ifreq r = { .ifr_name = "" };

		memcpy(r.ifr_name, ifname, strlen(ifname) + 1);
		r.ifr_ifru.ifru_addr = fb_sin6(a->addr, index);
		return request(AF_INET6, SIOCDIFADDR_IN6, &r);
	}
	struct ifreq r = { .ifr_name = "" };
	struct sockaddr_in in = fb_sin(a->addr);

	memcpy(r.ifr_name, ifname, strlen(ifname) + 1);
	memcpy(&r.ifr_addr, &in, sizeof(in));
	return request(AF_INET, SIOCDIFADDR, &r);
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

int
os_if_describe(const char *ifname, const char *text)
{
	struct ifreq r = { .ifr_name = "" };

	if (if_nametoindex(ifname) == 0)
		return -E_UNKNOWN;
	memcpy(r.ifr_name, ifname, strlen(ifname) + 1);
	r.ifr_buffer.length = text[0] != '\0' ? strlen(text) + 1 : 0;
	r.ifr_buffer.buffer = text[0] != '\0' ?
	    (void *)(uintptr_t)text : NULL;
	return request(AF_INET, SIOCSIFDESCR, &r);
}
