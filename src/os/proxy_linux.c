/*
 * Proxy ARP: entries of the neighbour table that the kernel answers for when
 * the host forwards. Ours carry a protocol number of their own, so that those
 * of a process that died are known: nothing leads to their address any more
 * but the LAN itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/err.h"
#include "os/iface.h"
#include "os/net.h"
#include "os/netlink_linux.h"

#define PROTOCOL	80	/* no routing daemon's: rtnetlink.h */
#define SWEEPS		16	/* dumps that tell less than all, at most */

static int
change(uint32_t addr, unsigned index, uint16_t type, uint16_t flags)
{
	struct ndmsg nd = { .ndm_family = AF_INET,
	    .ndm_ifindex = (int)index, .ndm_flags = NTF_PROXY,
	    .ndm_state = NUD_PERMANENT };
	uint8_t protocol = PROTOCOL;
	uint32_t be = htonl(addr);
	struct nl_req q;

	nl_begin(&q, type, flags, &nd, sizeof(nd));
	nl_attr(&q, NDA_DST, &be, sizeof(be));
	if (type == RTM_NEWNEIGH)
		nl_attr(&q, NDA_PROTOCOL, &protocol, sizeof(protocol));
	return nl_do(&q);
}

int
os_proxy_add(uint32_t addr, unsigned *lan, char *why, size_t n)
{
	char name[IFNAMSIZ];
	int err;

	if (!os_lan_of(addr, name)) {
		snprintf(why, n, "no Ethernet interface of ours has this "
		    "address in its net");
		return -E_UNKNOWN;
	}
	*lan = if_nametoindex(name);
	err = change(addr, *lan, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
	if (err < 0)
		snprintf(why, n, "%s: %s", name, err_text(err));
	return err;
}

int
os_proxy_del(uint32_t addr, unsigned lan)
{
	return change(addr, lan, RTM_DELNEIGH, 0);
}

static void
route_if(const struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *rt = NLMSG_DATA(h);
	size_t n = RTM_PAYLOAD(h);

	for (const struct rtattr *a = RTM_RTA(rt); RTA_OK(a, n);
	    a = RTA_NEXT(a, n))
		if (a->rta_type == RTA_OIF &&
		    RTA_PAYLOAD(a) == sizeof(unsigned))
			memcpy(arg, RTA_DATA(a), sizeof(unsigned));
}

/* Does a TUN lead to @addr? Then somebody serves it. */
static bool
is_served(uint32_t addr)
{
	struct rtmsg rt = { .rtm_family = AF_INET, .rtm_dst_len = 32 };
	struct ifreq ifr = { .ifr_name = "" };
	char name[IFNAMSIZ];
	uint32_t be = htonl(addr);
	unsigned index = 0;
	struct nl_req q;

	/* An answer without NLM_F_ACK is one message, and no verdict. */
	nl_begin(&q, RTM_GETROUTE, NLM_F_ACK, &rt, sizeof(rt));
	nl_attr(&q, RTA_DST, &be, sizeof(be));
	if (nl_dump(&q, route_if, &index) < 0 || index == 0 ||
	    if_indextoname(index, name) == NULL ||
	    if_ask(name, SIOCGIFHWADDR, &ifr) < 0)
		return false;
	return ifr.ifr_hwaddr.sa_family == ARPHRD_NONE;
}

/* An entry of ours that nobody serves goes; @arg counts them. */
static void
sweep_one(const struct nlmsghdr *h, void *arg)
{
	const struct ndmsg *nd = NLMSG_DATA(h);
	size_t n = NLMSG_PAYLOAD(h, sizeof(*nd));
	const struct rtattr *a = (const void *)((const char *)nd +
	    NLMSG_ALIGN(sizeof(*nd)));
	uint8_t protocol = 0;
	uint32_t be = 0;

	if (h->nlmsg_type != RTM_NEWNEIGH || !(nd->ndm_flags & NTF_PROXY) ||
	    nd->ndm_family != AF_INET)
		return;
	for (; RTA_OK(a, n); a = RTA_NEXT(a, n)) {
		if (a->rta_type == NDA_PROTOCOL && RTA_PAYLOAD(a) == 1)
			memcpy(&protocol, RTA_DATA(a), 1);
		if (a->rta_type == NDA_DST && RTA_PAYLOAD(a) == sizeof(be))
			memcpy(&be, RTA_DATA(a), sizeof(be));
	}
	if (protocol == PROTOCOL && !is_served(ntohl(be)) &&
	    change(ntohl(be), (unsigned)nd->ndm_ifindex, RTM_DELNEIGH,
	    0) == 0)
		(*(unsigned *)arg)++;
}

/* Until none is found: a dump misses some while others are removed. */
void
os_proxy_sweep(void)
{
	struct ndmsg nd = { .ndm_family = AF_INET, .ndm_flags = NTF_PROXY };
	unsigned gone = 1;

	for (int i = 0; i < SWEEPS && gone > 0; i++) {
		struct nl_req q;

		gone = 0;
		nl_begin(&q, RTM_GETNEIGH, NLM_F_DUMP, &nd, sizeof(nd));
		nl_dump(&q, sweep_one, &gone);
	}
}
