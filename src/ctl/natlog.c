/*
 * nat log: a line of /var/log/alias.log for each connection that the kernel
 * translates to or from our address, when it comes and when it is over.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "ctl/bundle.h"
#include "ctl/natlog.h"
#include "wire/ip4.h"

#define PATH	"/var/log/alias.log"

struct natlog {			/* owner: the bundle */
	const struct hostnet *h;	/* borrows */
	struct loop_fd *fd;		/* owner */
	int	 from, to;		/* owner: events, the file */
};

static const char *
end_text(uint8_t proto, uint32_t addr, uint16_t port, char *buf, size_t n)
{
	char ip[IP4_TEXT];

	if (proto == IPPROTO_TCP || proto == IPPROTO_UDP)
		snprintf(buf, n, "%s:%u", ip4_text(addr, ip), port);
	else
		snprintf(buf, n, "%s", ip4_text(addr, ip));
	return buf;
}

static const char *
proto_text(uint8_t proto, char *buf, size_t n)
{
	switch (proto) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	}
	snprintf(buf, n, "proto %u", proto);
	return buf;
}

/* Others translate on this host, too: theirs is not our business. */
static bool
is_ours(const struct natlog *l, const struct nat_flow *f)
{
	return f->from == l->h->nat_addr || f->dst == l->h->nat_addr;
}

static void
write_flow(const struct nat_flow *f, void *arg)
{
	struct natlog *l = arg;
	char a[32], b[32], c[32], d[32], p[16], when[32], line[256];
	time_t now = time(NULL);
	struct tm tm;
	int n;

	if (!is_ours(l, f))
		return;
	strftime(when, sizeof(when), "%b %e %H:%M:%S",
	    localtime_r(&now, &tm));
	n = snprintf(line, sizeof(line), "%s %s: %s %s %s -> %s as %s -> "
	    "%s\n", when, l->h->tun, f->end ? "end" : "new",
	    proto_text(f->proto, p, sizeof(p)),
	    end_text(f->proto, f->src, f->sport, a, sizeof(a)),
	    end_text(f->proto, f->dst, f->dport, b, sizeof(b)),
	    end_text(f->proto, f->from, f->from_port, c, sizeof(c)),
	    end_text(f->proto, f->to, f->to_port, d, sizeof(d)));
	if (n > 0 && write(l->to, line, (size_t)n) < 0)
		return;			/* a full disk is seen elsewhere */
}

static void
readable(void *arg, unsigned what)
{
	static const char lost[] = "some were lost: too many at a time\n";
	struct natlog *l = arg;

	(void)what;
	if (nat_flow_read(l->from, write_flow, l) &&
	    write(l->to, lost, sizeof(lost) - 1) < 0)
		return;
}

static struct natlog *
fail(struct natlog *l, const char *what)
{
	log_put(LOG_WARN_, "nat log: %s: %s", what, strerror(errno));
	natlog_free(l);
	return NULL;
}

struct natlog *
natlog_new(struct loop *loop, const struct hostnet *h)
{
	struct natlog *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->h = h;
	l->from = -1;
	l->to = open(PATH, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (l->to < 0)
		return fail(l, PATH);
	l->from = nat_flow_open();
	if (l->from < 0)
		return fail(l, "connections of the kernel");
	l->fd = loop_fd_new(loop, l->from, readable, l);
	if (l->fd == NULL)
		return fail(l, "no memory");
	loop_fd_want(l->fd, LOOP_READ);
	return l;
}

void
natlog_free(struct natlog *l)
{
	if (l == NULL)
		return;
	if (l->fd != NULL)
		loop_fd_free(l->fd);
	if (l->from >= 0)
		close(l->from);
	if (l->to >= 0)
		close(l->to);
	free(l);
}
