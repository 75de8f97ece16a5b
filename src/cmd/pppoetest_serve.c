/* pppoetest server: one client, until it goes. */
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"
#include "cmd/text.h"
#include "cmd/version.h"

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
	fd = xsock_open(own.sa.sa_family, udp ? SOCK_DGRAM : SOCK_STREAM);
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

/* The connection for blocks; -1: nobody came. */
static int
wait_for_data(struct xtalk *t, const struct xrun *r)
{
	uint16_t port;
	int door = open_door(t, r->c.udp, &port);

	if (door < 0)
		return -1;
	if (!xtalk_say(t, "TEST_RESPONSE", json_pack("{s:i}", "port",
	    port))) {
		close(door);
		return -1;
	}
	return let_in(door, r->c.udp, r->c.timeout);
}

static bool
serve_one(struct xtalk *t, const json_t *ask, bool *passed)
{
	struct xrun r = { .c = { .timeout = pt_timeout(t->o) * 1000 } };
	int fd;
	bool ok;

	if (!request_of(ask, &r)) {
		xtalk_refuse(t, "TEST_REJECTED", "no such test here");
		return false;
	}
	fd = wait_for_data(t, &r);
	if (fd < 0)
		return false;
	xsock_no_waiting(fd);
	if (t->o->form == PT_CONSOLE && !t->o->quiet)
		printf("Running %s test...\n", xrun_name(&r));
	ok = xrun_carry(&r, t, fd, false);
	close(fd);
	if (ok) {
		xrun_report(&r, t->o);
		*passed = *passed && r.passed;
	}
	xrun_done(&r);
	return ok;
}

/* ---- who it is ---- */

/* It proves that it knows the password. */
static bool
prove(struct xtalk *t, const char *client_nonce)
{
	char nonce[XTALK_NONCE + 1], want[XTALK_NONCE + 1];
	const char *is;
	json_t *v;
	bool ok;

	xtalk_nonce(nonce);
	xtalk_proof(t->o->password, nonce, client_nonce, want);
	if (!xtalk_say(t, "HANDSHAKE_ACK", json_pack("{s:s,s:s,s:b,s:s}",
	    "version", PPP_VERSION, "role", "server", "auth", 1, "nonce",
	    nonce)))
		return false;
	v = xtalk_hear(t, "HANDSHAKE", NULL);
	is = pt_str(v, "proof");
	ok = ct_equal(is, strlen(is), want, strlen(want));
	json_decref(v);
	if (!ok)
		xtalk_refuse(t, "HANDSHAKE_FAILED", "wrong password");
	return ok;
}

static void
greet(const char *host)
{
	struct txt t = { 0 };

	put_clean(host, &t);
	printf("Client: %.64s\n", txt_str(&t));
	txt_free(&t);
}

static bool
shake_hands(struct xtalk *t)
{
	json_t *v = xtalk_hear(t, "HANDSHAKE", NULL);
	bool ok = v != NULL;

	if (ok && t->o->password != NULL)
		ok = prove(t, pt_str(v, "nonce"));
	if (ok && t->o->form == PT_CONSOLE && !t->o->quiet)
		greet(pt_str(v, "host"));
	json_decref(v);
	return ok && xtalk_say(t, "HANDSHAKE_ACK", json_pack(
	    "{s:s,s:s,s:s,s:[s,s]}", "version", PPP_VERSION, "role",
	    "server", "host", t->o->host, "capabilities", "tcp", "udp"));
}

/* ---- all its words ---- */

/* What is no transfer; false: it ends here. */
static bool
answer(struct xtalk *t, const char *type, bool *passed)
{
	if (strcmp(type, "STATUS_QUERY") == 0)
		return xtalk_say(t, "STATUS_RESPONSE", json_pack("{s:s,s:s}",
		    "version", PPP_VERSION, "status", pt_result(*passed)));
	if (strcmp(type, "CLOSE") == 0)
		return false;
	xtalk_refuse(t, "TEST_REJECTED", strcmp(type, "WORKER_CONTROL") == 0 ?
	    "workers are set at the concentrator: pppoetest --set-worker" :
	    "no such thing here");
	return *passed = false;
}

bool
xserve(int fd, const struct pt_opts *o)
{
	bool passed = true, on;
	const char *was;
	struct xtalk t;
	json_t *v;

	if (!xtalk_open(&t, fd, o))
		return false;
	on = passed = shake_hands(&t);
	while (on) {
		v = xtalk_hear(&t, NULL, &was);
		if (v == NULL)		/* it went without a word */
			on = passed = false;
		else if (strcmp(was, "TEST_REQUEST") != 0)
			on = answer(&t, was, &passed);
		else if (!serve_one(&t, v, &passed))
			on = passed = false;
		json_decref(v);
	}
	xtalk_close(&t);
	return passed;
}
