/* pppoetest client: asks a server for transfers, and carries them out. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rng.h"
#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"
#include "cmd/version.h"

#define HELLO	"hello"			/* a datagram that opens the way */
#define UDP_MBIT	20u		/* without --rate-limit */

/* One client: where it is, and how it goes. */
struct client {
	const struct pt_opts *o;
	union xsock to;
	socklen_t len;
	struct xtalk talk;
	int	 file;			/* owner: this; -1: none */
	struct pt_tap tap;
};

static bool
people(const struct pt_opts *o)
{
	return o->form == PT_CONSOLE && !o->quiet;
}

/* Is it a session that data would go through? */
static bool
through_session(int fd, const struct pt_opts *o)
{
	char name[IFNAMSIZ];
	bool ppp = xsock_way_out(fd, name);

	if (ppp || o->xfer.any_interface) {
		if (people(o))
			printf("Through: %s\n", name);
		return true;
	}
	pt_error(o, "TEST_REJECTED", "data would go through %s, which is no "
	    "session's interface; --any-interface permits it", name);
	return false;
}

static const char *
host_of(const struct pt_opts *o)
{
	return o->to != NULL ? o->to : "localhost";
}

/* ---- words ---- */

/* The server wants to know that we know. */
static bool
prove(struct xtalk *t, json_t **ack, const char *nonce)
{
	char proof[XTALK_NONCE + 1];

	if (t->o->password == NULL) {
		pt_error(t->o, "HANDSHAKE_FAILED", "the server wants a "
		    "password: -P PASSWORD");
		t->err = EPROTO;
		return false;
	}
	xtalk_proof(t->o->password, pt_str(*ack, "nonce"), nonce, proof);
	json_decref(*ack);
	*ack = NULL;
	if (!xtalk_say(t, "HANDSHAKE", json_pack("{s:s}", "proof", proof)))
		return false;
	*ack = xtalk_hear(t, "HANDSHAKE_ACK", NULL);
	return *ack != NULL;
}

static bool
shake_hands(struct xtalk *t)
{
	char nonce[XTALK_NONCE + 1];
	json_t *v;
	bool ok;

	xtalk_nonce(nonce);
	if (!xtalk_say(t, "HANDSHAKE", json_pack("{s:s,s:s,s:s,s:s}",
	    "version", PPP_VERSION, "role", "client", "host", t->o->host,
	    "nonce", nonce)))
		return false;
	v = xtalk_hear(t, "HANDSHAKE_ACK", NULL);
	ok = v != NULL;
	if (ok && json_is_true(json_object_get(v, "auth")))
		ok = prove(t, &v, nonce);
	json_decref(v);
	return ok;
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

/* ---- transfers ---- */

/* More than one may get lost; each but the first is passed over. */
static bool
say_hello(int fd)
{
	ssize_t n = 0;

	for (int i = 0; i < 3 && n >= 0; i++)
		n = send(fd, HELLO, sizeof(HELLO), MSG_NOSIGNAL);
	return n >= 0;
}

/* An exit code; PT_PASSED also when the comparison says no. */
static int
run_one(struct client *c, struct xrun *r)
{
	const struct pt_opts *o = c->o;
	union xsock data = c->to;
	int fd, code = PT_PASSED;
	uint16_t port;

	if (!ask_for(r, &c->talk, &port))
		return xtalk_exit(&c->talk);
	xsock_set_port(&data, port);
	fd = xsock_dial(&data, c->len, r->c.udp ? SOCK_DGRAM : SOCK_STREAM,
	    o->load.gen.ifname[0] != '\0' ? o->load.gen.ifname : NULL,
	    r->c.timeout);
	if (fd < 0) {
		pt_error(o, "TRANSFER_TIMEOUT", "%s", strerror(errno));
		return PT_TIMEOUT;
	}
	if (!through_session(fd, o))
		code = PT_FAILED;
	else if ((r->c.udp && !say_hello(fd)) ||
	    !xrun_carry(r, &c->talk, fd, true))
		code = xtalk_exit(&c->talk);
	close(fd);
	if (code == PT_PASSED)
		xrun_report(r, o);
	return code;
}

/* The @i-th of four; false: it was not asked for. */
static bool
prepare(const struct client *c, int i, struct xrun *r)
{
	const struct pt_xfer *x = &c->o->xfer;
	struct rng rng;

	rng_system(&rng);
	*r = (struct xrun){ .up = (i & 1) == 0, .c = { .udp = i >= 2,
	    .algo = x->algo, .run = rng_u32(&rng), .blocks = x->blocks,
	    .timeout = pt_timeout(c->o) * 1000, .stop = &pt_stop,
	    .from_file = c->file >= 0, .file = c->file } };
	if ((r->c.udp ? !x->udp : !x->tcp) || (r->up ? !x->up : !x->down))
		return false;
	r->c.size = x->size != 0 ? x->size : XFER_BLOCK;
	if (r->c.udp && r->c.size > XFER_DATAGRAM_MAX)
		r->c.size = XFER_DATAGRAM;
	r->c.mbps = x->mbps == 0 && r->c.udp ? UDP_MBIT : x->mbps;
	return true;
}

/* As many blocks as the file has. */
static int
measure(const struct client *c, struct xrun *r)
{
	struct stat st;
	off_t n;

	if (c->file < 0)
		return PT_PASSED;
	if (fstat(c->file, &st) < 0)
		return PT_INTERNAL;
	n = (st.st_size + r->c.size - 1) / r->c.size;
	if (n < 1 || n > (off_t)XFER_BLOCKS) {
		pt_error(c->o, "TEST_REJECTED", "%s: %lld octets are not 1 "
		    "to %u blocks of %u", c->o->xfer.file,
		    (long long)st.st_size, XFER_BLOCKS, r->c.size);
		return PT_USAGE;
	}
	r->c.blocks = (uint32_t)n;
	return PT_PASSED;
}

static int
run_all(struct client *c)
{
	int code = PT_PASSED, now;
	struct xrun r;

	for (int i = 0; i < 4; i++) {
		if (!prepare(c, i, &r))
			continue;
		if (people(c->o))
			printf("Running %s test...\n", xrun_name(&r));
		fflush(stdout);
		now = measure(c, &r);
		if (now == PT_PASSED)
			now = run_one(c, &r);
		xrun_tap(&r, &c->tap);
		xrun_done(&r);
		if (now != PT_PASSED)
			return now;
		if (!r.passed)
			code = PT_FAILED;
		if (code != PT_PASSED && c->o->fail_early)
			break;
	}
	return code;
}

/* ---- the connection ---- */

static int
talk(struct client *c, int fd)
{
	const struct pt_opts *o = c->o;
	int code;

	if (!xtalk_open(&c->talk, fd, o))
		return PT_INTERNAL;
	if (!shake_hands(&c->talk)) {
		if (c->talk.err != EPROTO)
			pt_error(o, "HANDSHAKE_FAILED", "it is no pppoetest "
			    "server");
		code = c->talk.err == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
	} else {
		if (people(o))
			printf("Connected to %s:%u\n", host_of(o), o->port);
		code = run_all(c);
		xtalk_say(&c->talk, "CLOSE", NULL);
	}
	if (o->form == PT_TAP && !o->quiet)
		pt_tap_end(&c->tap);
	txt_free(&c->tap.lines);
	xtalk_close(&c->talk);
	return code;
}

/* Connected, at once or, with --reconnect-interval, as soon as it is there. */
static int
connect_to(const struct client *c)
{
	tstamp limit = clock_now() + SEC(pt_timeout(c->o));
	unsigned again = c->o->xfer.reconnect;
	int fd;

	for (;;) {
		fd = xsock_dial(&c->to, c->len, SOCK_STREAM, NULL,
		    pt_timeout(c->o) * 1000);
		if (fd >= 0 || again == 0 || pt_stop ||
		    clock_now() + SEC(again) > limit)
			return fd;
		pt_log(c->o, PTV_INFO, "%s:%u: %s; again in %u s",
		    host_of(c->o), c->o->port, strerror(errno), again);
		poll(NULL, 0, (int)again * 1000);
	}
}

static int
find(struct client *c)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *ai;
	char port[8];
	int err;

	snprintf(port, sizeof(port), "%u", c->o->port);
	err = getaddrinfo(host_of(c->o), port, &hint, &ai);
	if (err != 0) {
		pt_error(c->o, "CONNECTION_REFUSED", "%s: %s",
		    host_of(c->o), gai_strerror(err));
		return PT_NO_SERVER;
	}
	c->len = ai->ai_addrlen;
	memcpy(&c->to, ai->ai_addr, c->len);
	freeaddrinfo(ai);
	return PT_PASSED;
}

static int
reach(struct client *c)
{
	int code = find(c), fd;

	if (code != PT_PASSED)
		return code;
	fd = connect_to(c);
	if (fd < 0) {
		code = errno == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
		pt_error(c->o, code == PT_TIMEOUT ? "CONNECTION_TIMEOUT" :
		    "CONNECTION_REFUSED", "%s:%u: %s", host_of(c->o),
		    c->o->port, strerror(errno));
		return code;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return talk(c, fd);
}

int
pt_client(struct pt_opts *o)
{
	struct client c = { .o = o, .file = -1 };
	int code;

	pt_catch();
	if (o->xfer.file != NULL) {
		o->xfer.down = false;
		c.file = open(o->xfer.file, O_RDONLY | O_CLOEXEC);
		if (c.file < 0 || !o->xfer.up) {
			pt_error(o, "TEST_REJECTED", "%s: %s", o->xfer.file,
			    c.file < 0 ? strerror(errno) :
			    "a file is only sent up");
			return PT_USAGE;
		}
	}
	code = reach(&c);
	if (c.file >= 0)
		close(c.file);
	return code;
}
