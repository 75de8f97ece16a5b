/*
 * Connections of the kernel's connection tracking (ctnetlink): those that
 * were translated to an address which is no longer ours are forgotten, or
 * they would leave under it for as long as they live.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>
#include <sys/socket.h>

#include "base/err.h"
#include "os/nat.h"
#include "os/netlink_linux.h"

#define TUPLE_MAX	256u
#define HDR		4u	/* octets of a struct nlattr */

/* The attribute @type among those at @p[0..n); NULL: not there. */
static const struct nlattr *
find(const void *p, size_t n, uint16_t type)
{
	while (n >= HDR) {
		const struct nlattr *a = p;
		size_t len = (a->nla_len + 3u) & ~3u;

		if (a->nla_len < HDR || a->nla_len > n)
			return NULL;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		p = (const uint8_t *)p + len;
		n = len < n ? n - len : 0;
	}
	return NULL;
}

static const void *
data(const struct nlattr *a)
{
	return (const uint8_t *)a + HDR;
}

static size_t
size(const struct nlattr *a)
{
	return a->nla_len - HDR;
}

/* Whom the answers go to: what the connection was translated to. */
static bool
answers_to(const void *p, size_t n, uint32_t addr)
{
	const struct nlattr *a = find(p, n, CTA_TUPLE_REPLY);
	uint32_t is;

	if (a != NULL)
		a = find(data(a), size(a), CTA_TUPLE_IP);
	if (a != NULL)
		a = find(data(a), size(a), CTA_IP_V4_DST);
	if (a == NULL || size(a) != sizeof(is))
		return false;
	memcpy(&is, data(a), sizeof(is));
	return ntohl(is) == addr;
}

static void
begin(struct nl_req *q, uint16_t message, uint16_t flags)
{
	struct nfgenmsg g = { .nfgen_family = AF_INET,
	    .version = NFNETLINK_V0 };

	nl_begin(q, (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | message), flags,
	    &g, sizeof(g));
}

static void
forget(const struct nlmsghdr *h, void *arg)
{
	const uint8_t *p = (const uint8_t *)h + NLMSG_SPACE(
	    sizeof(struct nfgenmsg));
	const struct nlattr *tuple, *id;
	struct nl_req q;
	size_t n;

	if (h->nlmsg_len < NLMSG_SPACE(sizeof(struct nfgenmsg)))
		return;
	n = h->nlmsg_len - NLMSG_SPACE(sizeof(struct nfgenmsg));
	if (!answers_to(p, n, *(const uint32_t *)arg))
		return;
	tuple = find(p, n, CTA_TUPLE_ORIG);
	id = find(p, n, CTA_ID);
	if (tuple == NULL || size(tuple) > TUPLE_MAX)
		return;
	begin(&q, IPCTNL_MSG_CT_DELETE, 0);
	nl_attr(&q, CTA_TUPLE_ORIG | NLA_F_NESTED, data(tuple), size(tuple));
	if (id != NULL && size(id) == sizeof(uint32_t))
		nl_attr(&q, CTA_ID, data(id), sizeof(uint32_t));
	nl_do_by(NETLINK_NETFILTER, &q);	/* it may be over by itself */
}

int
nat_forget(uint32_t addr)
{
	struct nl_req q;
	int err = -E_STALE;

	for (int tries = 0; tries < 3 && err == -E_STALE; tries++) {
		begin(&q, IPCTNL_MSG_CT_GET, NLM_F_DUMP);
		err = nl_dump_by(NETLINK_NETFILTER, &q, forget, &addr);
	}
	return err == -E_STALE ? 0 : err;
}
