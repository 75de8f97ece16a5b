/* The sockets of the RADIUS client: packets built and sent, answers read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/radius_part.h"

#define AT_ONCE		64		/* answers in a row */
#define EXTRA		512		/* headers, NAS-*, a password */

/* ---- answers ---- */

/* Not more than a line a minute for what anybody can send us. */
static void
tell_forged(struct rad_server *s, const char *why, tstamp now)
{
	s->n.forged++;
	if (s->told != 0 && now - s->told < SEC(60))
		return;
	s->told = now;
	log_put(LOG_WARN_, "RADIUS server %s: an answer is not believed: %s",
	    s->host->name, why);
}

static bool
right_code(const struct rad_server *s, uint8_t code)
{
	if (s->service == RAD_FOR_ACCT)
		return code == RAD_ACCT_RESPONSE;
	return code == RAD_ACCESS_ACCEPT || code == RAD_ACCESS_REJECT ||
	    code == RAD_ACCESS_CHALLENGE;
}

/* A server that has signed once signs always: who leaves it out afterwards
 * is somebody else. */
static bool
must_sign(const struct rad_server *s)
{
	return s->service == RAD_FOR_AUTH &&
	    (s->r->conf.must_sign || s->signs);
}

static void
take(struct rad_server *s, struct rd packet, tstamp now)
{
	struct rad_req *q;
	struct rad_in in;

	if (rad_read(packet, &in) < 0) {
		tell_forged(s, "it is no RADIUS packet", now);
		return;
	}
	q = s->slot[in.id];
	if (q == NULL) {
		s->n.stale++;
		return;
	}
	if (rad_check(&in, packet, RAD_REPLY, q->auth, &s->host->secret) < 0)
		tell_forged(s, "it is not made with our secret", now);
	else if (!right_code(s, in.code))
		tell_forged(s, "its code is no answer to our request", now);
	else if (!in.signed_ && must_sign(s))
		tell_forged(s, "it has no Message-Authenticator", now);
	else {
		s->signs |= in.signed_;
		rad_answered(s, q, &in, now);
	}
}

static void
readable(void *arg, unsigned what)
{
	struct rad_server *s = arg;
	uint8_t buf[RAD_MAX];
	tstamp now = clock_now();
	ssize_t n;

	(void)what;
	for (int i = 0; i < AT_ONCE && s->fd >= 0; i++) {
		n = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno == ECONNREFUSED)
			rad_refused(s, now);
		else if (n < 0)
			return;
		else
			take(s, rd_of(buf, (size_t)n), now);
	}
}

/* ---- the socket ---- */

static void
own_address(struct rad_server *s)
{
	struct rad_addr me = { .len = sizeof(me.ss) };
	const struct sockaddr_in *in = (const void *)&me.ss;
	const struct sockaddr_in6 *in6 = (const void *)&me.ss;

	s->nas.addr = 0;
	memset(s->nas.addr6, 0, sizeof(s->nas.addr6));
	if (getsockname(s->fd, (struct sockaddr *)&me.ss, &me.len) < 0)
		return;
	if (me.ss.ss_family == AF_INET)
		s->nas.addr = ntohl(in->sin_addr.s_addr);
	else
		memcpy(s->nas.addr6, &in6->sin6_addr, 16);
}

static void
open_socket(struct rad_server *s)
{
	const struct rad_host *h = s->host;
	int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;

	rad_look_up(s, clock_now());
	if (s->fd >= 0 || h->addr.len == 0)
		return;
	s->fd = socket(h->addr.ss.ss_family, type, 0);
	if (s->fd < 0)
		return;
	if ((h->bind.len == 0 || bind(s->fd,
	    (const struct sockaddr *)&h->bind.ss, h->bind.len) == 0) &&
	    connect(s->fd, (const struct sockaddr *)&h->addr.ss,
	    h->addr.len) == 0) {
		s->watch = loop_fd_new(s->r->loop, s->fd, readable, s);
		if (s->watch != NULL &&
		    loop_fd_want(s->watch, LOOP_READ) == 0) {
			own_address(s);
			return;
		}
	}
	if (clock_now() - s->told > SEC(60)) {
		s->told = clock_now();
		log_put(LOG_WARN_, "RADIUS server %s: no way there: %s",
		    h->name, strerror(errno));
	}
	rad_close(s);
}

void
rad_close(struct rad_server *s)
{
	loop_fd_free(s->watch);
	s->watch = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* ---- requests ---- */

static void
put_password(struct wr *w, const struct rad_server *s,
    const struct rad_req *q)
{
	uint8_t hidden[RAD_PASS];
	int n;

	if (q->q == NULL || q->q->proto != PROTO_PAP)
		return;
	n = rad_hide(&s->host->secret, q->auth, q->q->pass, q->q->pass_len,
	    hidden);
	if (n > 0)
		rad_put(w, RAD_USER_PASSWORD, hidden, (size_t)n);
	else
		w->bad = true;
}

static int
build(struct rad_server *s, struct rad_req *q, tstamp now)
{
	bool acct = s->service == RAD_FOR_ACCT;
	struct wr w;
	int err;

	if (q->packet == NULL)
		q->packet = malloc(q->attrs_len + EXTRA);
	if (q->packet == NULL)
		return -E_NOMEM;
	w = wr_of(q->packet, q->attrs_len + EXTRA);
	rng_fill(s->r->rng, q->auth, sizeof(q->auth));
	rad_begin(&w, acct ? RAD_ACCT_REQUEST : RAD_ACCESS_REQUEST, q->id,
	    !acct);
	wr_put(&w, q->attrs, q->attrs_len);
	rad_put_nas(&w, &s->nas);
	put_password(&w, s, q);
	if (acct)
		rad_u32(&w, RAD_ACCT_DELAY_TIME,
		    (uint32_t)((now - q->born) / SEC(1)));
	err = rad_seal(&w, acct ? RAD_DIGEST : RAD_RANDOM, q->auth,
	    &s->host->secret);
	q->len = wr_size(&w);
	if (acct)
		memcpy(q->auth, q->packet + 4, sizeof(q->auth));
	return err;
}

/* What cannot be sent is lost like a packet on the way. */
void
rad_send(struct rad_server *s, struct rad_req *q, tstamp now)
{
	bool fresh = q->len == 0;
	int err = 0;

	open_socket(s);
	if (s->fd < 0)
		return;
	if (fresh)
		err = build(s, q, now);
	if (err < 0) {
		q->len = 0;
		log_put(LOG_WARN_, "RADIUS request cannot be made: %s",
		    err_text(err));
		return;
	}
	if (fresh)
		s->n.requests++;
	else
		s->n.repeats++;
	if (send(s->fd, q->packet, q->len, 0) < 0 && errno == ECONNREFUSED)
		(void)send(s->fd, q->packet, q->len, 0);
}
