/* What drivers tell programs of XDP: Documentation/netlink/specs/netdev.yaml
 * of the kernel, whose header not every system has. */
#include <linux/genetlink.h>
#include <net/if.h>
#include <string.h>

#include "base/err.h"
#include "os/net.h"
#include "os/netlink_linux.h"

#define FAMILY		"netdev"
#define DEV_GET		1
#define ATTR_IFINDEX	1
#define ATTR_TOLD	5		/* 64 bits: */
#define TOLD_VLAN_TAG	4u

struct want {
	uint16_t attr;
	size_t	 n;
	void	*to;			/* of n octets */
};

static void
pick(const struct nlmsghdr *h, void *arg)
{
	const size_t head = NLMSG_LENGTH(GENL_HDRLEN);
	const struct rtattr *a = (const void *)((const char *)h + head);
	const struct want *w = arg;

	if (h->nlmsg_type < NLMSG_MIN_TYPE || h->nlmsg_len < head)
		return;
	for (size_t n = h->nlmsg_len - head; RTA_OK(a, n); a = RTA_NEXT(a, n))
		if (a->rta_type == w->attr && RTA_PAYLOAD(a) >= w->n)
			memcpy(w->to, RTA_DATA(a), w->n);
}

static int
ask(struct nl_req *q, uint16_t attr, void *to, size_t n)
{
	struct want w = { .attr = attr, .n = n, .to = to };

	return nl_dump_by(NETLINK_GENERIC, q, pick, &w);
}

bool
os_if_tells_tags(const char *ifname)
{
	struct genlmsghdr g = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 };
	uint16_t family = 0;
	uint64_t told = 0;
	struct nl_req q;

	nl_begin(&q, GENL_ID_CTRL, NLM_F_ACK, &g, sizeof(g));
	nl_attr(&q, CTRL_ATTR_FAMILY_NAME, FAMILY, sizeof(FAMILY));
	if (ask(&q, CTRL_ATTR_FAMILY_ID, &family, sizeof(family)) < 0 ||
	    family == 0)
		return false;
	g.cmd = DEV_GET;
	nl_begin(&q, family, NLM_F_ACK, &g, sizeof(g));
	nl_attr_u32(&q, ATTR_IFINDEX, if_nametoindex(ifname));
	return ask(&q, ATTR_TOLD, &told, sizeof(told)) == 0 &&
	    (told & TOLD_VLAN_TAG) != 0;
}
