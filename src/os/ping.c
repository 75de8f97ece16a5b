/* ICMP echo. */
#include "os/ping.h"

#include <sys/types.h>		/* before netinet/icmp6.h */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "wire/cksum.h"
#include "wire/rd.h"
#include "wire/wr.h"

#define ECHO4		8u
#define ECHO4_REPLY	0u
#define ECHO6		128u
#define ECHO6_REPLY	129u

int
ping_open(int family)
{
	int proto = family == AF_INET6 ? (int)IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, proto);

	if (fd < 0 && (errno == EPERM || errno == EACCES))
		fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, proto);
	return fd < 0 ? -E_SYS : fd;
}

struct run {
	const struct ping *p;
	bool	 six, raw;
	uint16_t id;
	tstamp	*sent;			/* of each, 0: not yet */
	double	*us;
};

/* 0 or -1 with errno. */
static int
send_one(struct run *r, unsigned i)
{
	uint8_t buf[8 + PING_OCTETS] = { 0 };
	struct wr w = wr_of(buf, sizeof(buf));

	wr_u8(&w, r->six ? ECHO6 : ECHO4);
	wr_u8(&w, 0);
	wr_u16(&w, 0);
	wr_u16(&w, r->id);
	wr_u16(&w, (uint16_t)i);
	if (!r->six)		/* the kernel does ICMPv6's */
		wr_patch16(&w, 2, cksum(buf, sizeof(buf), 0));
	r->sent[i] = clock_now();
	return sendto(r->p->fd, buf, sizeof(buf), 0, r->p->to,
	    r->p->to_len) < 0 ? -1 : 0;
}

static bool
same_host(const struct sockaddr *a, const struct sockaddr *b)
{
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;

	return a->sa_family == b->sa_family && (a->sa_family == AF_INET6 ?
	    memcmp(&a6->sin6_addr, &b6->sin6_addr, 16) == 0 :
	    a4->sin_addr.s_addr == b4->sin_addr.s_addr);
}

/* Which request it answers; -1: none of ours. */
static int
answer_to(const struct run *r, struct rd in)
{
	uint8_t type, head;
	uint16_t id, seq;

	if (r->raw && !r->six) {	/* the IP header comes with it */
		head = rd_u8(&in) & 15;
		rd_sub(&in, head > 0 ? head * 4u - 1 : 0);
	}
	type = rd_u8(&in);
	rd_sub(&in, 3);
	id = rd_u16(&in);
	seq = rd_u16(&in);
	if (in.bad || type != (r->six ? ECHO6_REPLY : ECHO4_REPLY) ||
	    (r->raw && id != r->id) || seq >= r->p->n || r->sent[seq] == 0)
		return -1;
	return seq;
}

/* Until @until, or until the answer to all so far and @last. */
static void
listen_for(struct run *r, tstamp until, unsigned *open, bool last)
{
	struct pollfd pf = { .fd = r->p->fd, .events = POLLIN };
	tstamp now = clock_now();

	while (now < until && !(last && *open == 0)) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		uint8_t buf[2048];
		ssize_t n;
		int i;

		if (poll(&pf, 1, (int)((until - now) / MSEC(1)) + 1) <= 0) {
			now = clock_now();
			continue;
		}
		n = recvfrom(r->p->fd, buf, sizeof(buf), MSG_DONTWAIT,
		    (struct sockaddr *)&from, &len);
		now = clock_now();
		if (n <= 0 || !same_host((struct sockaddr *)&from, r->p->to))
			continue;
		i = answer_to(r, rd_of(buf, (size_t)n));
		if (i < 0 || r->us[i] >= 0)
			continue;
		r->us[i] = (double)(now - r->sent[i]) / 1000.0;
		(*open)--;
	}
}

int
ping_run(const struct ping *p, double *us)
{
	tstamp sent[PING_MOST] = { 0 }, next = clock_now();
	struct run r = { .p = p, .six = p->to->sa_family == AF_INET6,
	    .id = (uint16_t)getpid(), .sent = sent, .us = us };
	unsigned open = 0;
	int type = 0, ok = 0;
	socklen_t n = sizeof(type);

	if (p->n > PING_MOST || getsockopt(p->fd, SOL_SOCKET, SO_TYPE, &type,
	    &n) < 0 || (p->from != NULL && bind(p->fd, p->from,
	    p->from_len) < 0))
		return -E_SYS;
	r.raw = type == SOCK_RAW;
	for (unsigned i = 0; i < p->n; i++)
		us[i] = -1;
	for (unsigned i = 0; i < p->n; i++) {
		if (send_one(&r, i) == 0) {
			open++;
			ok++;
		}
		next += i + 1 < p->n ? p->every : p->wait;
		listen_for(&r, next, &open, i + 1 == p->n);
	}
	return ok > 0 ? ok : -E_SYS;
}
