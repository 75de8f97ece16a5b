/* pppoetest server: the other end of transfers. */
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"
#include "cmd/version.h"

#define BACKLOG	8

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
	r->c.stop = &pt_stop;
	return true;
}

/* A socket where the data comes to; its port. */
static int
open_door(const struct xtalk *t, bool udp, uint16_t *port)
{
	union xsock own = { .room = { 0 } };
	socklen_t n = sizeof(own);
	int fd;

	if (getsockname(t->fd, &own.sa, &n) < 0)
		return -1;
	xsock_set_port(&own, 0);
	fd = socket(own.sa.sa_family, (udp ? SOCK_DGRAM : SOCK_STREAM) |
	    SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, &own.sa, n) < 0 || (!udp && listen(fd, 1) < 0) ||
	    getsockname(fd, &own.sa, &n) < 0) {
		close(fd);
		return -1;
	}
	*port = xsock_port(&own);
	return fd;
}

/* Who comes to the door: a connected socket; the door is closed. */
static int
let_in(int door, bool udp, uint32_t ms)
{
	union xsock peer = { .room = { 0 } };
	socklen_t n = sizeof(peer);
	char hello[16];
	int fd = -1;

	if (xsock_ready(door, POLLIN, ms)) {
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
	struct xrun r = { .c = { .timeout = pt_timeout(o) * 1000 } };
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
	xsock_no_waiting(fd);
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

	if (!xtalk_open(&t, fd, pt_timeout(o) * 1000))
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

	snprintf(port, sizeof(port), "%u", o->port);
	err = getaddrinfo(o->xfer.listen, port, &hint, &ai);
	if (err != 0) {
		pt_error(o, "CONNECTION_REFUSED", "%s", gai_strerror(err));
		return -1;
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) < 0 || bind(fd, ai->ai_addr, ai->ai_addrlen) < 0 ||
	    listen(fd, BACKLOG) < 0)) {
		pt_error(o, "CONNECTION_REFUSED", "%s", strerror(errno));
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
	pt_catch();
	if (o->form == PT_CONSOLE && !o->quiet)
		printf("Server listening on port %u\nWaiting for client "
		    "connections...\n", o->port);
	fflush(stdout);
	while (!pt_stop) {
		int fd;

		if (!xsock_ready(door, POLLIN, 3600 * 1000))
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
