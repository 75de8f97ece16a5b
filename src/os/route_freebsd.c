/* Routes through the routing socket: route(4). */
#include <sys/types.h>
#include <sys/socket.h>
#include <sys/sysctl.h>

#include <errno.h>
#include <net/if.h>
#include <net/if_dl.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "os/net.h"
#include "os/net_impl.h"
#include "os/parts_freebsd.h"

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
	struct sockaddr_in in = fb_sin(ip);
	struct sockaddr_in6 in6;

	if (family == AF_INET) {
		put_addr(m, bit, &in, sizeof(in));
		return;
	}
	in6 = fb_sin6(ip, index);
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
		fb_mask(mask, r->bits);
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
	int err = fb_verdict(write(fd, &m, m.h.rtm_msglen) < 0 ? -1 : 0);
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
sys_route_add(const char *ifname, const struct os_route *r, bool replace)
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
sys_route_del(const char *ifname, const struct os_route *r)
{
	unsigned index;
	int err = route_if(ifname, &index);

	return err < 0 ? err : route_request(RTM_DELETE, index, r);
}

/* The addresses behind the header, each padded to a long; NULL: absent. */
static void
addresses(const struct rt_msghdr *h, const struct sockaddr *out[RTAX_MAX])
{
	const uint8_t *p = (const uint8_t *)(h + 1);
	const uint8_t *end = (const uint8_t *)h + h->rtm_msglen;

	for (int i = 0; i < RTAX_MAX; i++) {
		const struct sockaddr *sa = (const void *)p;

		out[i] = NULL;
		if (!(h->rtm_addrs & (1 << i)) || p >= end)
			continue;
		out[i] = sa;
		p += sa->sa_len == 0 ? sizeof(long) :
		    (sa->sa_len + sizeof(long) - 1) & ~(sizeof(long) - 1);
	}
}

static void
ip_of(const struct sockaddr *sa, uint8_t out[16])
{
	if (sa->sa_family == AF_INET6)
		memcpy(out, &((const struct sockaddr_in6 *)(const void *)
		    sa)->sin6_addr, 16);
	else
		memcpy(out, &((const struct sockaddr_in *)(const void *)
		    sa)->sin_addr, 4);
}

static uint8_t
mask_bits(const struct sockaddr *sa, uint8_t family)
{
	size_t skip = family == AF_INET6 ? offsetof(struct sockaddr_in6,
	    sin6_addr) : offsetof(struct sockaddr_in, sin_addr);
	uint8_t bits = 0;

	for (size_t i = skip; i < sa->sa_len; i++)
		for (uint8_t m = ((const uint8_t *)sa)[i]; m & 0x80;
		    m = (uint8_t)(m << 1))
			bits++;
	return bits;
}

static bool
route_of(const struct rt_msghdr *h, struct os_route *r)
{
	const struct sockaddr *sa[RTAX_MAX];

	addresses(h, sa);
	if (sa[RTAX_DST] == NULL || sa[RTAX_GATEWAY] == NULL ||
	    (sa[RTAX_DST]->sa_family != AF_INET &&
	    sa[RTAX_DST]->sa_family != AF_INET6))
		return false;
	memset(r, 0, sizeof(*r));
	r->family = sa[RTAX_DST]->sa_family;
	r->bits = r->family == AF_INET6 ? 128 : 32;
	if (!(h->rtm_flags & RTF_HOST) && sa[RTAX_NETMASK] != NULL)
		r->bits = mask_bits(sa[RTAX_NETMASK], r->family);
	ip_of(sa[RTAX_DST], r->dst);
	r->has_gw = (h->rtm_flags & RTF_GATEWAY) != 0 &&
	    sa[RTAX_GATEWAY]->sa_family == r->family;
	if (r->has_gw)
		ip_of(sa[RTAX_GATEWAY], r->gw);
	return true;
}

int
os_route_list(const char *ifname, struct os_route *out, int max)
{
	int mib[6] = { CTL_NET, PF_ROUTE, 0, 0, NET_RT_DUMP, 0 };
	unsigned index = if_nametoindex(ifname);
	size_t n = 0;
	int found = 0;

	if (index == 0)
		return -E_UNKNOWN;
	if (sysctl(mib, 6, NULL, &n, NULL, 0) < 0)
		return -E_SYS;
	n += n / 8 + 1024;
	uint8_t *buf = malloc(n);

	if (buf == NULL || sysctl(mib, 6, buf, &n, NULL, 0) < 0) {
		free(buf);
		return -E_SYS;
	}
	for (uint8_t *p = buf; p < buf + n && found < max;) {
		const struct rt_msghdr *h = (const void *)p;

		if (h->rtm_index == index && route_of(h, &out[found]))
			found++;
		p += h->rtm_msglen;
	}
	free(buf);
	return found;
}

/* A route is never kept for later on this system. */
int
os_route_seek(const struct os_route *r, struct os_route *out,
    char ifname[IFNAMSIZ])
{
	(void)r;
	(void)out;
	ifname[0] = '\0';
	return -E_UNKNOWN;
}

int
os_route_out(uint8_t family, const uint8_t *dst, const uint8_t *src,
    char ifname[IFNAMSIZ])
{
	int fd = socket(PF_ROUTE, SOCK_RAW | SOCK_CLOEXEC, AF_UNSPEC);
	struct timeval limit = { .tv_sec = 1 };
	struct route_msg m;
	unsigned index = 0;
	ssize_t n;

	(void)src;
	if (fd < 0)
		return -E_SYS;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	memset(&m, 0, sizeof(m));
	m.h.rtm_msglen = sizeof(m.h);
	m.h.rtm_version = RTM_VERSION;
	m.h.rtm_type = RTM_GET;
	m.h.rtm_seq = 1;
	m.h.rtm_flags = RTF_UP | RTF_HOST;
	put_ip(&m, RTA_DST, family, dst, 0);
	n = write(fd, &m, m.h.rtm_msglen);
	while (n > 0 && index == 0) {	/* others' messages come, too */
		n = read(fd, &m, sizeof(m));
		if (n >= (ssize_t)sizeof(m.h) && m.h.rtm_pid == getpid() &&
		    m.h.rtm_seq == 1 && m.h.rtm_type == RTM_GET)
			index = m.h.rtm_index;
	}
	close(fd);
	return index != 0 && if_indextoname(index, ifname) != NULL ? 0 :
	    -E_UNKNOWN;
}
