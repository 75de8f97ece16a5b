/* pppoetest server and client: their two ends. */
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rng.h"
#include "cmd/pppoetest_xfer.h"
#include "cmd/version.h"

#define SLICE	200			/* ms between looks at xfer_stop */
#define HELLO	"hello"			/* a datagram that opens the way */
#define BACKLOG	8

union sock {
	struct sockaddr sa;
	struct sockaddr_storage room;
};

static void
on_signal(int sig)
{
	(void)sig;
	xfer_stop = 1;
}

static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

static void
set_port(union sock *s, uint16_t port)
{
	if (s->sa.sa_family == AF_INET6)
		((struct sockaddr_in6 *)&s->room)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)&s->room)->sin_port = htons(port);
}

static uint16_t
port_of(const union sock *s)
{
	return ntohs(s->sa.sa_family == AF_INET6 ?
	    ((const struct sockaddr_in6 *)&s->room)->sin6_port :
	    ((const struct sockaddr_in *)&s->room)->sin_port);
}

/* Until @fd is ready, or errno is ETIMEDOUT or EINTR. */
static bool
ready(int fd, short what, uint32_t ms)
{
	struct pollfd pf = { .fd = fd, .events = what };

	for (uint32_t waited = 0; waited < ms && !xfer_stop; waited += SLICE)
		if (poll(&pf, 1, SLICE) > 0)
			return true;
	errno = xfer_stop ? EINTR : ETIMEDOUT;
	return false;
}

static void
no_waiting(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* A connected socket, within @ms; -1: errno. */
static int
dial(const union sock *to, socklen_t n, int type, const char *ifname,
    uint32_t ms)
{
	int fd = socket(to->sa.sa_family, type | SOCK_CLOEXEC, 0), err = 0;
	socklen_t size = sizeof(err);

	if (fd < 0)
		return -1;
#ifdef SO_BINDTODEVICE
	if (ifname != NULL && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE,
	    ifname, (socklen_t)strlen(ifname)) < 0)
		err = errno;
#else
	(void)ifname;			/* xend_check() looks at the outcome */
#endif
	no_waiting(fd);
	if (err == 0 && connect(fd, &to->sa, n) < 0)
		err = errno;
	if (err == EINPROGRESS) {
		err = 0;
		if (!ready(fd, POLLOUT, ms))
			err = errno;
		else
			getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size);
	}
	if (err == 0)
		return fd;
	close(fd);
	errno = err;
	return -1;
}

/* ---- where data goes ---- */

static bool
same_addr(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a == NULL || a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET6)
		return memcmp(&((const struct sockaddr_in6 *)a)->sin6_addr,
		    &((const struct sockaddr_in6 *)b)->sin6_addr, 16) == 0;
	return a->sa_family == AF_INET &&
	    ((const struct sockaddr_in *)a)->sin_addr.s_addr ==
	    ((const struct sockaddr_in *)b)->sin_addr.s_addr;
}

/* The interface with our end's address: its name; is it point-to-point? */
static bool
way_out(int fd, char name[IFNAMSIZ])
{
	union sock own = { .room = { 0 } };
	socklen_t n = sizeof(own);
	struct ifaddrs *all;
	bool ppp = false;

	snprintf(name, IFNAMSIZ, "nowhere");
	if (getsockname(fd, &own.sa, &n) < 0 || getifaddrs(&all) < 0)
		return false;
	for (struct ifaddrs *a = all; a != NULL; a = a->ifa_next)
		if (same_addr(a->ifa_addr, &own.sa)) {
			snprintf(name, IFNAMSIZ, "%.*s", IFNAMSIZ - 1,
			    a->ifa_name);
			ppp = (a->ifa_flags & IFF_POINTOPOINT) != 0;
		}
	freeifaddrs(all);
	return ppp;
}

static bool
through_session(int fd, const struct pt_opts *o)
{
	char name[IFNAMSIZ], why[128];
	bool ppp = way_out(fd, name);

	if (ppp || o->xfer.any_interface) {
		if (!o->quiet && o->form == PT_CONSOLE)
			printf("Through: %s\n", name);
		return true;
	}
	snprintf(why, sizeof(why), "data would go through %s, which is no "
	    "session's interface; --any-interface permits it", name);
	pt_error(o, "TEST_REJECTED", why);
	return false;
}

/* ---- the client ---- */

static const char *
host_of(const struct pt_opts *o)
{
	return o->xfer.host != NULL ? o->xfer.host : "localhost";
}

static bool
shake_hands(struct xtalk *t)
{
	char host[256] = "";
	json_t *v;

	gethostname(host, sizeof(host) - 1);
	if (!xtalk_say(t, "HANDSHAKE", json_pack("{s:s,s:s,s:s}", "version",
	    PPP_VERSION, "role", "client", "host", host)))
		return false;
	v = xtalk_hear(t, "HANDSHAKE_ACK", NULL);
	json_decref(v);
	return v != NULL;
}

static bool
ask_for(struct xrun *r, struct xtalk *t, uint16_t *port)
{
	json_t *v;

	if (!xtalk_say(t, "TEST_REQUEST", json_pack(
	    "{s:s,s:s,s:i,s:i,s:s,s:i,s:I}", "protocol",
	    r->c.udp ? "udp" : "tcp", "direction", r->up ? "up" : "down",
	    "blocks", r->c.blocks, "block_size", r->c.size, "checksum_algo",
	    xfer_algo_name(r->c.algo), "rate_limit", r->c.mbps, "run",
	    (json_int_t)r->c.run)))
		return false;
	v = xtalk_hear(t, "TEST_RESPONSE", NULL);
	*port = (uint16_t)pt_num(v, "port");
	json_decref(v);
	return v != NULL;
}

/* More than one may get lost; each but the first is passed over. */
static bool
say_hello(int fd)
{
	ssize_t n = 0;

	for (int i = 0; i < 3 && n >= 0; i++)
		n = send(fd, HELLO, sizeof(HELLO), MSG_NOSIGNAL);
	return n >= 0;
}

static bool
run_one(struct xrun *r, struct xtalk *t, const union sock *to, socklen_t n,
    const struct pt_opts *o)
{
	union sock data = *to;
	uint16_t port;
	int fd;
	bool ok;

	if (!ask_for(r, t, &port))
		return false;
	set_port(&data, port);
	fd = dial(&data, n, r->c.udp ? SOCK_DGRAM : SOCK_STREAM,
	    o->load.gen.ifname[0] != '\0' ? o->load.gen.ifname : NULL,
	    r->c.timeout);
	if (fd < 0) {
		pt_error(o, "TRANSFER_TIMEOUT", strerror(errno));
		return false;
	}
	ok = through_session(fd, o) && (!r->c.udp ||
	    say_hello(fd)) &&
	    xrun_carry(r, t, fd, true);
	close(fd);
	if (ok)
		xrun_report(r, o);
	return ok;
}

static int
run_all(struct xtalk *t, const union sock *to, socklen_t n,
    const struct pt_opts *o)
{
	const struct pt_xfer *x = &o->xfer;
	int code = PT_PASSED, k = 0;
	struct rng rng;

	rng_system(&rng);
	for (int i = 0; i < 4; i++) {
		struct xrun r = { .up = (i & 1) == 0, .c = {
		    .udp = i >= 2, .algo = x->algo, .run = rng_u32(&rng),
		    .blocks = x->blocks, .timeout = x->timeout * 1000,
		    .stop = &xfer_stop } };

		if ((r.c.udp ? !x->udp : !x->tcp) || (r.up ? !x->up :
		    !x->down))
			continue;
		r.c.size = x->size != 0 ? x->size : XFER_BLOCK;
		if (r.c.udp && r.c.size > XFER_DATAGRAM_MAX)
			r.c.size = XFER_DATAGRAM;
		r.c.mbps = x->mbps == 0 && r.c.udp ? 20 : x->mbps;
		if (o->form == PT_CONSOLE && !o->quiet)
			printf("Running %s test...\n", xrun_name(&r));
		fflush(stdout);
		if (!run_one(&r, t, to, n, o)) {
			xrun_done(&r);
			return errno == ETIMEDOUT ? PT_TIMEOUT : PT_FAILED;
		}
		if (o->form == PT_TAP && !o->quiet)
			printf("%sok %d - %s\n", r.passed ? "" : "not ", ++k,
			    xrun_name(&r));
		if (!r.passed)
			code = PT_FAILED;
		xrun_done(&r);
	}
	return code;
}

static int
talk(int fd, const union sock *to, socklen_t n, const struct pt_opts *o)
{
	struct xtalk t;
	int code;

	if (!xtalk_open(&t, fd, o->xfer.timeout * 1000))
		return PT_INTERNAL;
	if (!shake_hands(&t)) {
		pt_error(o, "HANDSHAKE_FAILED", "it is no pppoetest server");
		code = errno == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
	} else {
		if (o->form == PT_CONSOLE && !o->quiet)
			printf("Connected to %s:%u\n", host_of(o),
			    o->xfer.port);
		if (o->form == PT_TAP && !o->quiet)
			printf("1..%d\n", (o->xfer.tcp + o->xfer.udp) *
			    (o->xfer.up + o->xfer.down));
		code = run_all(&t, to, n, o);
		xtalk_say(&t, "CLOSE", NULL);
	}
	xtalk_close(&t);
	return code;
}

int
pt_client(const struct pt_opts *o)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *ai;
	union sock to = { .room = { 0 } };
	char port[8];
	socklen_t n;
	int err, fd;

	catch_signals();
	snprintf(port, sizeof(port), "%u", o->xfer.port);
	err = getaddrinfo(host_of(o), port, &hint, &ai);
	if (err != 0) {
		pt_error(o, "CONNECTION_REFUSED", gai_strerror(err));
		return PT_NO_SERVER;
	}
	n = ai->ai_addrlen;
	memcpy(&to, ai->ai_addr, n);
	freeaddrinfo(ai);
	fd = dial(&to, n, SOCK_STREAM, NULL, o->xfer.timeout * 1000);
	if (fd < 0) {
		pt_error(o, errno == ETIMEDOUT ? "CONNECTION_TIMEOUT" :
		    "CONNECTION_REFUSED", strerror(errno));
		return errno == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return talk(fd, &to, n, o);
}

/* ---- options ---- */

void
pt_xfer_default(struct pt_xfer *x)
{
	*x = (struct pt_xfer){ .port = 9001, .blocks = 800, .timeout = 30,
	    .tcp = true, .udp = true, .up = true, .down = true };
}

/* @a, @b or both. */
static bool
either(const char *what, const char *word, const char *a, const char *b,
    bool *is_a, bool *is_b)
{
	char form[40];
	bool both = strcmp(word, "both") == 0;

	*is_a = both || strcmp(word, a) == 0;
	*is_b = both || strcmp(word, b) == 0;
	snprintf(form, sizeof(form), "%s, %s or both", a, b);
	return *is_a || *is_b || pt_refuse(what, word, form);
}

static bool
algo_of(const char *word, uint8_t *to)
{
	for (int a = 0; a < XFER_ALGOS; a++)
		if (strcmp(word, xfer_algo_name((enum xfer_algo)a)) == 0) {
			*to = (uint8_t)a;
			return true;
		}
	return pt_refuse("--checksum-algo", word, "crc32, md5 or sha256");
}

bool
pt_xfer_take(struct pt_xfer *x, int c, const char *word)
{
	unsigned n;

	switch (c) {
	case 'h': x->host = word; return true;
	case PTX_LISTEN: x->listen = word; return true;
	case PTX_ANY: return x->any_interface = true;
	case 'p':
		if (!pt_number("-p", word, 1, UINT16_MAX, &n))
			return false;
		x->port = (uint16_t)n;
		return true;
	case 'b': return pt_number("-b", word, 1, XFER_BLOCK, &x->size);
	case PTX_PROTO:
		return either("--proto", word, "tcp", "udp", &x->tcp,
		    &x->udp);
	case PTX_DIRECTION:
		return either("--direction", word, "up", "down", &x->up,
		    &x->down);
	case PTX_BLOCKS:
		return pt_number("--blocks", word, 1, XFER_BLOCKS,
		    &x->blocks);
	case PTX_ALGO: return algo_of(word, &x->algo);
	case PTX_LIMIT:
		return pt_number("--rate-limit", word, 0, 100000, &x->mbps);
	case PTX_TIMEOUT:
		return pt_number("--timeout", word, 1, 3600, &x->timeout);
	default: return false;
	}
}

/* ---- the server ---- */

static bool
word_is(const json_t *v, const char *key, const char *a, const char *b,
    bool *first)
{
	const char *s = pt_str(v, key);

	*first = strcmp(s, a) == 0;
	return *first || strcmp(s, b) == 0;
}

/* What a client asks for, if it may. */
static bool
request_of(const json_t *v, struct xrun *r)
{
	long long blocks = pt_num(v, "blocks"), size = pt_num(v, "block_size");
	const char *algo = pt_str(v, "checksum_algo");
	long long mbps = pt_num(v, "rate_limit");
	int a = 0;

	while (a < XFER_ALGOS &&
	    strcmp(algo, xfer_algo_name((enum xfer_algo)a)) != 0)
		a++;
	if (!word_is(v, "protocol", "udp", "tcp", &r->c.udp) ||
	    !word_is(v, "direction", "up", "down", &r->up) ||
	    a == XFER_ALGOS || blocks < 1 || blocks > XFER_BLOCKS ||
	    size < 1 || size > (r->c.udp ? XFER_DATAGRAM_MAX : XFER_BLOCK) ||
	    mbps < 0 || mbps > 100000)
		return false;
	r->c.algo = (uint8_t)a;
	r->c.blocks = (uint32_t)blocks;
	r->c.size = (uint32_t)size;
	r->c.mbps = (uint32_t)mbps;
	r->c.run = (uint32_t)pt_num(v, "run");
	r->c.stop = &xfer_stop;
	return true;
}

/* A socket where the data comes to; its port. */
static int
open_door(const struct xtalk *t, bool udp, uint16_t *port)
{
	union sock own = { .room = { 0 } };
	socklen_t n = sizeof(own);
	int fd;

	if (getsockname(t->fd, &own.sa, &n) < 0)
		return -1;
	set_port(&own, 0);
	fd = socket(own.sa.sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) |
	    SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, &own.sa, n) < 0 || (!udp && listen(fd, 1) < 0) ||
	    getsockname(fd, &own.sa, &n) < 0) {
		close(fd);
		return -1;
	}
	*port = port_of(&own);
	return fd;
}

/* Who comes to the door: a connected socket; the door is closed. */
static int
let_in(int door, bool udp, uint32_t ms)
{
	union sock peer = { .room = { 0 } };
	socklen_t n = sizeof(peer);
	char hello[16];
	int fd = -1;

	if (ready(door, POLLIN, ms)) {
		if (!udp)
			fd = accept(door, NULL, NULL);
		else if (recvfrom(door, hello, sizeof(hello), 0, &peer.sa,
		    &n) >= 0 && connect(door, &peer.sa, n) == 0)
			return door;
	}
	close(door);
	return fd;
}

static bool
serve_one(struct xtalk *t, const json_t *ask, const struct pt_opts *o,
    bool *passed)
{
	struct xrun r = { .c = { .timeout = o->xfer.timeout * 1000 } };
	uint16_t port;
	int fd;
	bool ok;

	if (!request_of(ask, &r)) {
		xtalk_say(t, "ERROR", json_pack("{s:s,s:s,s:s}", "severity",
		    "error", "code", "TEST_REJECTED", "message",
		    "no such test here"));
		return false;
	}
	fd = open_door(t, r.c.udp, &port);
	if (fd < 0 || !xtalk_say(t, "TEST_RESPONSE", json_pack("{s:i}",
	    "port", port)))
		return false;
	fd = let_in(fd, r.c.udp, r.c.timeout);
	if (fd < 0)
		return false;
	no_waiting(fd);
	if (o->form == PT_CONSOLE && !o->quiet)
		printf("Running %s test...\n", xrun_name(&r));
	ok = xrun_carry(&r, t, fd, false);
	close(fd);
	if (ok) {
		xrun_report(&r, o);
		*passed = *passed && r.passed;
	}
	xrun_done(&r);
	return ok;
}

/* One client, until it goes; true: all its transfers passed. */
static bool
serve(int fd, const struct pt_opts *o)
{
	char host[256] = "";
	bool passed = true, on;
	const char *was;
	struct xtalk t;
	json_t *v;

	if (!xtalk_open(&t, fd, o->xfer.timeout * 1000))
		return false;
	v = xtalk_hear(&t, "HANDSHAKE", NULL);
	on = v != NULL;
	if (on && o->form == PT_CONSOLE && !o->quiet)
		printf("Client: %.64s\n", pt_str(v, "host"));
	json_decref(v);
	gethostname(host, sizeof(host) - 1);
	on = on && xtalk_say(&t, "HANDSHAKE_ACK", json_pack("{s:s,s:s,s:s}",
	    "version", PPP_VERSION, "role", "server", "host", host));
	passed = on;
	while (on && (v = xtalk_hear(&t, NULL, &was)) != NULL) {
		on = strcmp(was, "TEST_REQUEST") == 0;
		if (on && !serve_one(&t, v, o, &passed))
			on = passed = false;
		else if (!on && strcmp(was, "CLOSE") != 0)
			passed = false;
		json_decref(v);
	}
	xtalk_close(&t);
	return passed;
}

static int
listen_on(const struct pt_opts *o)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_PASSIVE }, *ai;
	char port[8];
	int err, fd, on = 1;

	snprintf(port, sizeof(port), "%u", o->xfer.port);
	err = getaddrinfo(o->xfer.listen, port, &hint, &ai);
	if (err != 0) {
		pt_error(o, "CONNECTION_REFUSED", gai_strerror(err));
		return -1;
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) < 0 || bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
	    listen(fd, BACKLOG) < 0)) {
		pt_error(o, "CONNECTION_REFUSED", strerror(errno));
		close(fd);
		fd = -1;
	}
	freeaddrinfo(ai);
	return fd;
}

int
pt_server(const struct pt_opts *o)
{
	int door = listen_on(o), code = PT_PASSED;

	if (door < 0)
		return PT_INTERNAL;
	catch_signals();
	if (o->form == PT_CONSOLE && !o->quiet)
		printf("Server listening on port %u\nWaiting for client "
		    "connections...\n", o->xfer.port);
	fflush(stdout);
	while (!xfer_stop) {
		int fd;

		if (!ready(door, POLLIN, 3600 * 1000))
			continue;
		fd = accept(door, NULL, NULL);
		if (fd < 0)
			continue;
		if (!serve(fd, o))
			code = PT_FAILED;
		fflush(stdout);
	}
	close(door);
	return code;
}
