/* Addresses and routes through rtnetlink(7). */
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/err.h"
#include "os/iface.h"
#include "os/net.h"
#include "os/net_impl.h"
#include "os/netlink_linux.h"

#define IP6_METRIC	1024	/* of routes added without one */

int
os_if_is_running(const char *ifname)
{
	struct ifreq ifr = { .ifr_flags = 0 };
	short both = IFF_UP | IFF_RUNNING;

	if (if_ask(ifname, SIOCGIFFLAGS, &ifr) < 0)
		return -E_UNKNOWN;
	return (ifr.ifr_flags & both) == both;
}

static size_t
addr_size(uint8_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

static int
addr_change(const char *ifname, const struct os_addr *a, uint16_t type,
    uint16_t flags)
{
	unsigned index = if_nametoindex(ifname);
	size_t n = addr_size(a->family);
	struct ifaddrmsg ifa = {
		.ifa_family = a->family, .ifa_prefixlen = a->bits,
		.ifa_index = index,
	};
	struct nl_req q;

	if (index == 0)
		return -E_UNKNOWN;
	nl_begin(&q, type, flags, &ifa, sizeof(ifa));
	nl_attr(&q, IFA_LOCAL, a->addr, n);
	nl_attr(&q, IFA_ADDRESS, a->has_peer ? a->peer : a->addr, n);
	if (type == RTM_NEWADDR && a->family == AF_INET6)
		nl_attr_u32(&q, IFA_FLAGS, IFA_F_NODAD);
	return nl_do(&q);
}

int
sys_addr_add(const char *ifname, const struct os_addr *a)
{
	return addr_change(ifname, a, RTM_NEWADDR,
	    NLM_F_CREATE | NLM_F_EXCL);
}

int
sys_addr_del(const char *ifname, const struct os_addr *a)
{
	return addr_change(ifname, a, RTM_DELADDR, 0);
}

/* The part that adding and removing share. */
static int
route_begin(struct nl_req *q, uint16_t type, uint16_t flags,
    const char *ifname, const struct os_route *r)
{
	struct rtmsg rt = {
		.rtm_family = r->family, .rtm_dst_len = r->bits,
		.rtm_table = RT_TABLE_MAIN, .rtm_scope = RT_SCOPE_NOWHERE,
	};
	size_t n = addr_size(r->family);

	if (type == RTM_NEWROUTE) {
		rt.rtm_type = RTN_UNICAST;
		rt.rtm_protocol = RTPROT_STATIC;
		rt.rtm_scope = r->has_gw || r->family == AF_INET6 ?
		    RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	}
	nl_begin(q, type, flags, &rt, sizeof(rt));
	if (r->bits > 0)
		nl_attr(q, RTA_DST, r->dst, n);
	if (r->has_gw)
		nl_attr(q, RTA_GATEWAY, r->gw, n);
	if (ifname != NULL) {
		unsigned index = if_nametoindex(ifname);

		if (index == 0)
			return -E_UNKNOWN;
		nl_attr_u32(q, RTA_OIF, index);
	}
	return 0;
}

int
sys_route_add(const char *ifname, const struct os_route *r, bool replace)
{
	uint16_t flags = replace ? NLM_F_CREATE | NLM_F_REPLACE :
	    NLM_F_CREATE | NLM_F_EXCL;
	struct nl_req q;
	int err = route_begin(&q, RTM_NEWROUTE, flags, ifname, r);

	if (err < 0)
		return err;
	if (r->mtu != 0) {
		size_t metrics = nl_nest(&q, RTA_METRICS);

		nl_attr_u32(&q, RTAX_MTU, r->mtu);
		nl_nest_end(&q, metrics);
	}
	return nl_do(&q);
}

int
sys_route_del(const char *ifname, const struct os_route *r)
{
	struct nl_req q;
	int err = route_begin(&q, RTM_DELROUTE, 0, ifname, r);

	return err < 0 ? err : nl_do(&q);
}

struct routes {			/* of one interface */
	unsigned index;
	int	 n, max;
	struct os_route *out;
};

/* A route of the main table; false: what the kernel has learnt, or another
 * kind of message. */
static bool
route_read(const struct nlmsghdr *h, struct os_route *r, uint32_t *oif,
    uint32_t *metric)
{
	const struct rtmsg *rt = NLMSG_DATA(h);
	size_t n = RTM_PAYLOAD(h), len = addr_size(rt->rtm_family);

	*oif = *metric = 0;
	if (h->nlmsg_type != RTM_NEWROUTE || rt->rtm_type != RTN_UNICAST ||
	    rt->rtm_table != RT_TABLE_MAIN || rt->rtm_flags & RTM_F_CLONED)
		return false;
	memset(r, 0, sizeof(*r));
	r->family = rt->rtm_family;
	r->bits = rt->rtm_dst_len;
	for (const struct rtattr *a = RTM_RTA(rt); RTA_OK(a, n);
	    a = RTA_NEXT(a, n)) {
		if (a->rta_type == RTA_OIF && RTA_PAYLOAD(a) == 4)
			memcpy(oif, RTA_DATA(a), 4);
		else if (a->rta_type == RTA_PRIORITY && RTA_PAYLOAD(a) == 4)
			memcpy(metric, RTA_DATA(a), 4);
		else if (RTA_PAYLOAD(a) != len)
			continue;
		else if (a->rta_type == RTA_DST)
			memcpy(r->dst, RTA_DATA(a), len);
		else if (a->rta_type == RTA_GATEWAY) {
			memcpy(r->gw, RTA_DATA(a), len);
			r->has_gw = true;
		}
	}
	return true;
}

static void
route_take(const struct nlmsghdr *h, void *arg)
{
	struct routes *l = arg;
	uint32_t oif, metric;
	struct os_route r;

	if (l->n < l->max && route_read(h, &r, &oif, &metric) &&
	    oif == l->index)
		l->out[l->n++] = r;
}

struct seek {
	const struct os_route *want;
	struct os_route *out;
	uint32_t oif;			/* 0: not found */
};

static void
route_match(const struct nlmsghdr *h, void *arg)
{
	struct seek *s = arg;
	uint32_t oif, metric;
	struct os_route r;

	if (!route_read(h, &r, &oif, &metric) || s->oif != 0 ||
	    r.family != s->want->family || r.bits != s->want->bits ||
	    memcmp(r.dst, s->want->dst, sizeof(r.dst)) != 0 ||
	    metric != (r.family == AF_INET6 ? IP6_METRIC : 0))
		return;
	*s->out = r;
	s->oif = oif;
}

int
os_route_seek(const struct os_route *r, struct os_route *out,
    char ifname[IFNAMSIZ])
{
	struct rtmsg rt = { .rtm_family = r->family };
	struct seek s = { r, out, 0 };
	struct nl_req q;

	nl_begin(&q, RTM_GETROUTE, NLM_F_DUMP, &rt, sizeof(rt));
	nl_dump(&q, route_match, &s);
	return s.oif != 0 && if_indextoname(s.oif, ifname) != NULL ? 0 :
	    -E_UNKNOWN;
}

static void
route_oif(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *rt = NLMSG_DATA(h);
	size_t n = RTM_PAYLOAD(h);

	if (h->nlmsg_type != RTM_NEWROUTE)
		return;
	for (const struct rtattr *a = RTM_RTA(rt); RTA_OK(a, n);
	    a = RTA_NEXT(a, n))
		if (a->rta_type == RTA_OIF && RTA_PAYLOAD(a) == 4)
			memcpy(arg, RTA_DATA(a), 4);
}

int
os_route_out(uint8_t family, const uint8_t *dst, const uint8_t *src,
    char ifname[IFNAMSIZ])
{
	size_t len = addr_size(family);
	struct rtmsg rt = { .rtm_family = family,
	    .rtm_dst_len = (uint8_t)(8 * len),
	    .rtm_src_len = (uint8_t)(src != NULL ? 8 * len : 0) };
	uint32_t oif = 0;
	struct nl_req q;
	int err;

	nl_begin(&q, RTM_GETROUTE, NLM_F_ACK, &rt, sizeof(rt));
	nl_attr(&q, RTA_DST, dst, len);
	if (src != NULL)
		nl_attr(&q, RTA_SRC, src, len);
	err = nl_dump(&q, route_oif, &oif);
	if (err < 0)
		return err;
	return oif != 0 && if_indextoname(oif, ifname) != NULL ? 0 :
	    -E_UNKNOWN;
}

int
os_route_list(const char *ifname, struct os_route *out, int max)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct routes l = { if_nametoindex(ifname), 0, max, out };
	int err = 0;

	if (l.index == 0)
		return -E_UNKNOWN;
	for (int f = 0; f < 2 && err == 0; f++) {
		struct rtmsg rt = { .rtm_family = families[f] };
		int before = l.n;

		err = -E_STALE;
		for (int tries = 0; tries < 4 && err == -E_STALE; tries++) {
			struct nl_req q;

			l.n = before;
			nl_begin(&q, RTM_GETROUTE, NLM_F_DUMP, &rt,
			    sizeof(rt));
			err = nl_dump(&q, route_take, &l);
		}
		if (err == -E_STALE || families[f] == AF_INET6)
			err = 0;	/* as good as it gets; no IPv6 */
	}
	return err < 0 ? err : l.n;
}

int
os_if_describe(const char *ifname, const char *text)
{
	struct ifinfomsg ifi = { .ifi_index = (int)if_nametoindex(ifname) };
	struct nl_req q;

	if (ifi.ifi_index == 0)
		return -E_UNKNOWN;
	nl_begin(&q, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	nl_attr(&q, IFLA_IFALIAS, text, strlen(text));
	return nl_do(&q);
}

static int
rename_to(unsigned index, const char *to)
{
	struct ifinfomsg ifi = { .ifi_index = (int)index };
	struct nl_req q;

	nl_begin(&q, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	nl_attr(&q, IFLA_IFNAME, to, strlen(to) + 1);
	return nl_do(&q);
}

int
os_if_rename(const char *ifname, const char *to)
{
	unsigned index = if_nametoindex(ifname);
	int err;

	if (index == 0)
		return -E_UNKNOWN;
	err = rename_to(index, to);
	if (err != -E_SYS || errno != EBUSY)
		return err;
	/* Older kernels rename only what is down. */
	err = os_if_set_up(ifname, false);
	if (err < 0)
		return err;
	err = rename_to(index, to);
	int again = os_if_set_up(err == 0 ? to : ifname, true);

	return err < 0 ? err : again;
}
