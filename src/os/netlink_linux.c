/*
 * rtnetlink by hand: requests are small and few, and each has a socket of
 * its own, so that no answer of an earlier one can be taken for its own.
 */
#include "os/netlink_linux.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"

#define NL_ANSWER	32768u	/* the kernel fills up to this at a time */

static struct nlmsghdr *
header(struct nl_req *q)
{
	return (struct nlmsghdr *)(void *)q->buf;
}

/* n octets (made a multiple of 4) more at the end, zeroed. */
static void *
grow(struct nl_req *q, size_t n)
{
	struct nlmsghdr *h = header(q);
	uint8_t *at = q->buf + h->nlmsg_len;

	BUG_ON(h->nlmsg_len + NLMSG_ALIGN(n) > sizeof(q->buf));
	memset(at, 0, NLMSG_ALIGN(n));
	h->nlmsg_len += (uint32_t)NLMSG_ALIGN(n);
	return at;
}

void
nl_begin(struct nl_req *q, uint16_t type, uint16_t flags, const void *family,
    size_t n)
{
	struct nlmsghdr *h = header(q);

	memset(h, 0, sizeof(*h));
	h->nlmsg_len = NLMSG_HDRLEN;
	h->nlmsg_type = type;
	h->nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST);
	h->nlmsg_seq = 1;
	memcpy(grow(q, n), family, n);
}

void
nl_attr(struct nl_req *q, uint16_t type, const void *p, size_t n)
{
	struct rtattr *a = grow(q, RTA_LENGTH(n));

	a->rta_type = type;
	a->rta_len = (uint16_t)RTA_LENGTH(n);
	if (n > 0)
		memcpy(RTA_DATA(a), p, n);
}

void
nl_attr_u32(struct nl_req *q, uint16_t type, uint32_t v)
{
	nl_attr(q, type, &v, sizeof(v));
}

size_t
nl_nest(struct nl_req *q, uint16_t type)
{
	size_t at = header(q)->nlmsg_len;

	nl_attr(q, type, NULL, 0);
	return at;
}

void
nl_nest_end(struct nl_req *q, size_t at)
{
	struct rtattr *a = (struct rtattr *)(void *)(q->buf + at);

	a->rta_len = (uint16_t)(header(q)->nlmsg_len - at);
}

static int
verdict(int err)
{
	errno = err;
	switch (err) {
	case 0:
		return 0;
	case EEXIST:
		return -E_EXIST;
	case ENODEV:
	case ESRCH:
	case EADDRNOTAVAIL:
		return -E_UNKNOWN;
	}
	return -E_SYS;
}

struct answer {
	nl_fn	*fn;		/* NULL: only the verdict matters */
	void	*arg;
	bool	 torn;		/* the table changed during a dump */
};

/* One received buffer; true when the answer is complete, @err is set. */
static bool
take(struct answer *a, const uint8_t *buf, size_t n, int *err)
{
	const struct nlmsghdr *h = (const void *)buf;

	for (; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
		const struct nlmsgerr *e = NLMSG_DATA(h);

		a->torn |= (h->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
		if (h->nlmsg_type == NLMSG_DONE) {
			*err = a->torn ? -E_STALE : 0;
			return true;
		}
		if (h->nlmsg_type == NLMSG_ERROR) {
			*err = verdict(-e->error);
			return true;
		}
		if (a->fn != NULL)
			a->fn(h, a->arg);
	}
	return false;
}

static int
talk(int fd, struct nl_req *q, struct answer *a)
{
	_Alignas(struct nlmsghdr) uint8_t buf[NL_ANSWER];
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	int err = 0;

	if (sendto(fd, q->buf, header(q)->nlmsg_len, 0,
	    (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -E_SYS;
	for (;;) {
		ssize_t n = recv(fd, buf, sizeof(buf), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -E_SYS;
		if (take(a, buf, (size_t)n, &err))
			return err;
	}
}

static int
transact(int protocol, struct nl_req *q, struct answer *a)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -E_SYS;
	int err = talk(fd, q, a);
	int saved = errno;

	close(fd);
	errno = saved;
	return err;
}

int
nl_do_by(int protocol, struct nl_req *q)
{
	struct answer a = { .fn = NULL };

	header(q)->nlmsg_flags |= NLM_F_ACK;
	return transact(protocol, q, &a);
}

int
nl_do(struct nl_req *q)
{
	return nl_do_by(NETLINK_ROUTE, q);
}

int
nl_dump_by(int protocol, struct nl_req *q, nl_fn *fn, void *arg)
{
	struct answer a = { .fn = fn, .arg = arg };

	return transact(protocol, q, &a);
}

int
nl_dump(struct nl_req *q, nl_fn *fn, void *arg)
{
	return nl_dump_by(NETLINK_ROUTE, q, fn, arg);
}
