/* Measures through one session; ctl/sla.c reads what it says. */
#include "ctl/sla_run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "ctl/sla.h"
#include "ctl/sla_iperf.h"
#include "os/net.h"
#include "os/ping.h"
#include "os/priv.h"

#define TEXT		256
#define UDP_RATE	10000000u	/* bits/s, when nothing is known */
#define LAST_WAIT	SEC(1)		/* for the answer to the last ping */

struct end {
	struct sockaddr_storage sa;
	socklen_t len;
	char	 text[64];
};

struct run {
	int	 parts, port, secs, down;
	json_int_t rate;
	const char *host, *from4, *from6, *tun;
	int	 ping[2];		/* sockets: IPv4, IPv6 */
	struct end from, to;
};

/* Takes @v; a parent that has gone ends us by SIGPIPE. */
static void
tell(json_t *v)
{
	if (v != NULL && json_dumpfd(v, SLA_RUN_OUT, JSON_COMPACT) == 0 &&
	    write(SLA_RUN_OUT, "\n", 1) != 1)
		_exit(1);
	json_decref(v);
}

static void
tell_text(const char *key, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
tell_text(const char *key, const char *fmt, ...)
{
	char text[TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	tell(json_pack("{s:s}", key, text));
}

/* ---- the two ends ---- */

static const uint8_t *
ip_of(const struct end *e)
{
	const struct sockaddr_in6 *six = (const void *)&e->sa;
	const struct sockaddr_in *four = (const void *)&e->sa;

	return e->sa.ss_family == AF_INET6 ? six->sin6_addr.s6_addr :
	    (const uint8_t *)&four->sin_addr;
}

/* Link-local addresses mean nothing without their interface. */
static bool
is_local6(const struct sockaddr_storage *sa)
{
	const struct sockaddr_in6 *six = (const void *)sa;

	return sa->ss_family == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr);
}

static void
take_end(struct end *e, const struct sockaddr *sa, socklen_t len,
    const char *tun)
{
	struct sockaddr_in6 *six = (void *)&e->sa;

	memset(e, 0, sizeof(*e));
	memcpy(&e->sa, sa, len);
	e->len = len;
	if (is_local6(&e->sa) && six->sin6_scope_id == 0)
		six->sin6_scope_id = if_nametoindex(tun);
	if (getnameinfo((struct sockaddr *)&e->sa, len, e->text,
	    sizeof(e->text), NULL, 0, NI_NUMERICHOST) != 0)
		e->text[0] = '\0';
}

static int
numeric(const char *text, const char *tun, struct end *e)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST,
	    .ai_socktype = SOCK_DGRAM }, *ai;

	if (getaddrinfo(text, NULL, &hints, &ai) != 0)
		return -E_FORMAT;
	take_end(e, ai->ai_addr, ai->ai_addrlen, tun);
	freeaddrinfo(ai);
	return 0;
}

/* Which of our addresses the kernel would take: one that is not of the line
 * has been given to its interface by somebody. */
static int
kernel_chooses(struct run *r)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 to, from;
	socklen_t n = sizeof(from);
	int err = -E_SYS;

	memcpy(&to, &r->to.sa, sizeof(to));
	to.sin6_port = htons((uint16_t)r->port);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&from, &n) == 0) {
		from.sin6_port = 0;
		take_end(&r->from, (struct sockaddr *)&from, n, r->tun);
		err = 0;
	}
	if (fd >= 0)
		close(fd);
	return err;
}

/* Ours to that address; false: the session has none of its family. */
static bool
fits(struct run *r, const struct addrinfo *ai)
{
	take_end(&r->to, ai->ai_addr, ai->ai_addrlen, r->tun);
	if (ai->ai_family == AF_INET)
		return numeric(r->from4, r->tun, &r->from) == 0;
	if (ai->ai_family != AF_INET6 || r->from6[0] == '\0')
		return false;
	return is_local6(&r->to.sa) ?
	    numeric(r->from6, r->tun, &r->from) == 0 :
	    kernel_chooses(r) == 0;
}

static bool
find_ends(struct run *r)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM }, *list, *ai;
	int err = getaddrinfo(r->host, NULL, &hints, &list);

	if (err != 0) {
		tell_text("broken", "%s: %s", r->host, gai_strerror(err));
		return false;
	}
	for (ai = list; ai != NULL && !fits(r, ai);)
		ai = ai->ai_next;
	freeaddrinfo(list);
	if (ai == NULL) {
		tell_text("broken", "%s: the session has no address of that "
		    "family, or no way there", r->host);
		return false;
	}
	tell(json_pack("{s:s,s:s}", "from", r->from.text, "to", r->to.text));
	return true;
}

/* Link-local addresses have their interface with them. */
static bool
leads_there(struct run *r)
{
	char ifname[IFNAMSIZ] = "";

	if (is_local6(&r->to.sa))
		return true;
	if (os_route_out((uint8_t)r->to.sa.ss_family, ip_of(&r->to),
	    ip_of(&r->from), ifname) < 0)
		tell_text("astray", "there is no route to %s from %s",
		    r->to.text, r->from.text);
	else if (strcmp(ifname, r->tun) != 0)
		tell_text("astray", "the route to %s leads through %s, not "
		    "through %s of the session", r->to.text, ifname, r->tun);
	else
		return true;
	return false;
}

/* ---- parts ---- */

/* Seconds for each part that was asked for. */
static int
share(const struct run *r)
{
	int n = 0;

	for (int p = r->parts; p != 0; p >>= 1)
		n += p & 1;
	return r->secs / n;
}

static void
pings(struct run *r)
{
	double us[SLA_PINGS];
	struct ping p = { .fd = r->ping[r->to.sa.ss_family == AF_INET6],
	    .from = (struct sockaddr *)&r->from.sa, .from_len = r->from.len,
	    .to = (struct sockaddr *)&r->to.sa, .to_len = r->to.len,
	    .n = SLA_PINGS, .wait = LAST_WAIT };
	json_t *list = json_array();
	int sent;

	tell_text("say", "ping");
	p.every = SEC((tstamp)share(r)) / SLA_PINGS;
	p.every = p.every > SEC(1) ? SEC(1) : p.every < MSEC(100) ?
	    MSEC(100) : p.every;
	sent = ping_run(&p, us);
	if (sent < 0) {
		tell(json_pack("{s:i,s:s}", "series", SLA_RTT, "why",
		    strerror(errno)));
		json_decref(list);
		return;
	}
	for (unsigned i = 0; i < SLA_PINGS; i++)
		json_array_append_new(list, json_real(us[i]));
	tell(json_pack("{s:i,s:o}", "sent", sent, "us", list));
}

/* Download and upload halve the time; UDP has two seconds less. */
static int
each_way(const struct run *r, bool udp)
{
	int secs = (share(r) - (udp ? 2 : 0)) / 2;

	return secs > 0 ? secs : 1;
}

/* @mbit: of TCP, both ways; for UDP's rate, and kept. */
static bool
one_way(struct run *r, enum sla_series_id id, double mbit[2])
{
	bool udp = id == SLA_UDP_DOWN || id == SLA_UDP_UP;
	bool down = id == SLA_TCP_DOWN || id == SLA_UDP_DOWN;
	struct sla_iperf q = { .from = r->from.text, .to = r->to.text,
	    .port = r->port, .secs = each_way(r, udp), .udp = udp,
	    .reverse = down != (r->down != 0), .rate = (uint64_t)r->rate,
	    .again = mbit[0] + mbit[1] > 0 };
	char why[TEXT] = "";
	json_t *v;

	tell_text("say", "%s %s", udp ? "UDP" : "TCP", down ? "download" :
	    "upload");
	if (udp && q.rate == 0)
		q.rate = mbit[down] > 0 ? (uint64_t)(mbit[down] * 5e5) :
		    UDP_RATE;	/* half: loss is not of our making */
	v = sla_iperf(&q, why, sizeof(why));
	if (v == NULL) {
		tell(json_pack("{s:i,s:s}", "series", (int)id, "why", why));
		return false;
	}
	mbit[down] = json_number_value(json_object_get(v, "mean"));
	json_object_set_new(v, "series", json_integer(id));
	tell(v);
	return true;
}

/* What one run could not, the others cannot: the reason stands for all. */
static void
throughput(struct run *r)
{
	double mbit[2] = { 0, 0 };
	bool on = true;

	for (int id = SLA_TCP_DOWN; id < SLA_SERIES && on; id++)
		if (sla_series_part((enum sla_series_id)id) &
		    (unsigned)r->parts)
			on = one_way(r, (enum sla_series_id)id, mbit);
}

static void
measure(struct run *r)
{
	if (!find_ends(r) || !leads_there(r))
		return;
	if (r->parts & (int)SLA_PING)
		pings(r);
	throughput(r);
	tell(json_pack("{s:b}", "done", true));
}

/* ---- birth ---- */

static bool
take_request(const char *text, struct run *r)
{
	json_t *v = json_loads(text, 0, NULL);	/* kept to the end */

	memset(r, 0, sizeof(*r));
	return json_unpack(v, "{s:i,s:s,s:i,s:s,s:s,s:s,s:i,s:I,s:b}",
	    "parts", &r->parts, "host", &r->host, "port", &r->port, "from4",
	    &r->from4, "from6", &r->from6, "tun", &r->tun, "secs", &r->secs,
	    "rate", &r->rate, "down", &r->down) == 0 &&
	    (r->parts & (int)SLA_ALL) != 0;
}

/* A library may write to what it takes for the terminal. */
static void
take_sockets(struct run *r)
{
	int nul = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = 0; i < 2; i++) {
		r->ping[i] = fcntl(i, F_DUPFD_CLOEXEC, SLA_RUN_OUT + 1);
		if (nul >= 0)
			dup2(nul, i);
	}
}

int
sla_run_main(int argc, char **argv)
{
	struct run r;

	if (argc != 2 || fcntl(SLA_RUN_OUT, F_GETFD) < 0 ||
	    !take_request(argv[1], &r)) {
		fprintf(stderr, "%s: not for people\n", SLA_RUN_FACE);
		return 1;
	}
	take_sockets(&r);
	if (priv_none() < 0)
		tell_text("broken", "privileges: %s", strerror(errno));
	else
		measure(&r);
	_exit(0);
}
