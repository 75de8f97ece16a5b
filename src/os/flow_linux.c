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
#include <unistd.h>

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

/* ---- events ---- */

int
nat_flow_open(void)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK,
	    .nl_groups = 1u << (NFNLGRP_CONNTRACK_NEW - 1) |
	    1u << (NFNLGRP_CONNTRACK_DESTROY - 1) };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    NETLINK_NETFILTER), room = 1 << 20;

	if (fd < 0)
		return -E_SYS;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(fd, (struct sockaddr *)&nl, sizeof(nl)) == 0)
		return fd;
	int saved = errno;

	close(fd);
	errno = saved;
	return -E_SYS;
}

struct tuple {
	uint8_t	 proto;
	uint32_t src, dst;
	uint16_t sport, dport;
};

static void
get(const struct nlattr *in, uint16_t type, void *out, size_t n)
{
	const struct nlattr *a = in != NULL ? find(data(in), size(in), type) :
	    NULL;

	memset(out, 0, n);
	if (a != NULL && size(a) == n)
		memcpy(out, data(a), n);
}

static bool
tuple_of(const void *p, size_t n, uint16_t type, struct tuple *t)
{
	const struct nlattr *all = find(p, n, type), *ip, *proto;

	if (all == NULL)
		return false;
	ip = find(data(all), size(all), CTA_TUPLE_IP);
	proto = find(data(all), size(all), CTA_TUPLE_PROTO);
	get(ip, CTA_IP_V4_SRC, &t->src, sizeof(t->src));
	get(ip, CTA_IP_V4_DST, &t->dst, sizeof(t->dst));
	get(proto, CTA_PROTO_NUM, &t->proto, sizeof(t->proto));
	get(proto, CTA_PROTO_SRC_PORT, &t->sport, sizeof(t->sport));
	get(proto, CTA_PROTO_DST_PORT, &t->dport, sizeof(t->dport));
	t->src = ntohl(t->src);
	t->dst = ntohl(t->dst);
	t->sport = ntohs(t->sport);
	t->dport = ntohs(t->dport);
	return t->src != 0 || t->dst != 0;
}

static void
event(const struct nlmsghdr *h, nat_flow_fn *fn, void *arg)
{
	const uint8_t *p = (const uint8_t *)h + NLMSG_SPACE(
	    sizeof(struct nfgenmsg));
	size_t n = h->nlmsg_len;
	struct tuple a, b;
	struct nat_flow f;

	if (n < NLMSG_SPACE(sizeof(struct nfgenmsg)) ||
	    h->nlmsg_type >> 8 != NFNL_SUBSYS_CTNETLINK)
		return;
	n -= NLMSG_SPACE(sizeof(struct nfgenmsg));
	if (!tuple_of(p, n, CTA_TUPLE_ORIG, &a) ||
	    !tuple_of(p, n, CTA_TUPLE_REPLY, &b))
		return;
	f = (struct nat_flow){ .proto = a.proto, .src = a.src, .dst = a.dst,
	    .from = b.dst, .to = b.src, .sport = a.sport, .dport = a.dport,
	    .from_port = b.dport, .to_port = b.sport,
	    .end = (h->nlmsg_type & 0xff) == IPCTNL_MSG_CT_DELETE };
	if (f.src != f.from || f.dst != f.to || f.sport != f.from_port ||
	    f.dport != f.to_port)
		fn(&f, arg);
}

bool
nat_flow_read(int fd, nat_flow_fn *fn, void *arg)
{
	_Alignas(struct nlmsghdr) uint8_t buf[65536];
	ssize_t got = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	const struct nlmsghdr *h = (const void *)buf;

	if (got < 0)
		return errno == ENOBUFS;
	size_t n = (size_t)got;

	for (; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n))
		event(h, fn, arg);
	return false;
}
