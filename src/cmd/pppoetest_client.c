/* pppoetest client: asks a server for transfers, and carries them out. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"
#include "cmd/version.h"

#define HELLO	"hello"			/* a datagram that opens the way */

static bool
through_session(int fd, const struct pt_opts *o)
{
	char name[IFNAMSIZ], why[128];
	bool ppp = xsock_way_out(fd, name);

	if (ppp || o->xfer.any_interface) {
		if (!o->quiet && o->form == PT_CONSOLE)
			printf("Through: %s\n", name);
		return true;
	}
	snprintf(why, sizeof(why), "data would go through %s, which is no "
	    "session's interface; --any-interface permits it", name);
	pt_error(o, "TEST_REJECTED", "%s", why);
	return false;
}

static const char *
host_of(const struct pt_opts *o)
{
	return o->to != NULL ? o->to : "localhost";
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
run_one(struct xrun *r, struct xtalk *t, const union xsock *to, socklen_t n,
    const struct pt_opts *o)
{
	union xsock data = *to;
	uint16_t port;
	int fd;
	bool ok;

	if (!ask_for(r, t, &port))
		return false;
	xsock_set_port(&data, port);
	fd = xsock_dial(&data, n, r->c.udp ? SOCK_DGRAM : SOCK_STREAM,
	    o->load.gen.ifname[0] != '\0' ? o->load.gen.ifname : NULL,
	    r->c.timeout);
	if (fd < 0) {
		pt_error(o, "TRANSFER_TIMEOUT", "%s", strerror(errno));
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
run_all(struct xtalk *t, const union xsock *to, socklen_t n,
    const struct pt_opts *o)
{
	const struct pt_xfer *x = &o->xfer;
	int code = PT_PASSED, k = 0;
	struct rng rng;

	rng_system(&rng);
	for (int i = 0; i < 4; i++) {
		struct xrun r = { .up = (i & 1) == 0, .c = {
		    .udp = i >= 2, .algo = x->algo, .run = rng_u32(&rng),
		    .blocks = x->blocks, .timeout = pt_timeout(o) * 1000,
		    .stop = &pt_stop } };

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
talk(int fd, const union xsock *to, socklen_t n, const struct pt_opts *o)
{
	struct xtalk t;
	int code;

	if (!xtalk_open(&t, fd, pt_timeout(o) * 1000))
		return PT_INTERNAL;
	if (!shake_hands(&t)) {
		pt_error(o, "HANDSHAKE_FAILED", "it is no pppoetest server");
		code = errno == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
	} else {
		if (o->form == PT_CONSOLE && !o->quiet)
			printf("Connected to %s:%u\n", host_of(o),
			    o->port);
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
	union xsock to = { .room = { 0 } };
	char port[8];
	socklen_t n;
	int err, fd;

	pt_catch();
	snprintf(port, sizeof(port), "%u", o->port);
	err = getaddrinfo(host_of(o), port, &hint, &ai);
	if (err != 0) {
		pt_error(o, "CONNECTION_REFUSED", "%s", gai_strerror(err));
		return PT_NO_SERVER;
	}
	n = ai->ai_addrlen;
	memcpy(&to, ai->ai_addr, n);
	freeaddrinfo(ai);
	fd = xsock_dial(&to, n, SOCK_STREAM, NULL, pt_timeout(o) * 1000);
	if (fd < 0) {
		pt_error(o, errno == ETIMEDOUT ? "CONNECTION_TIMEOUT" :
		    "CONNECTION_REFUSED", "%s", strerror(errno));
		return errno == ETIMEDOUT ? PT_TIMEOUT : PT_NO_SERVER;
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return talk(fd, &to, n, o);
}
