/* pppoetest server and client: their words. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/rng.h"
#include "cmd/pppoetest_sock.h"
#include "cmd/pppoetest_xfer.h"
#include "crypto/hash.h"
#include "crypto/keyed.h"

unsigned
pt_timeout(const struct pt_opts *o)
{
	return o->timeout != 0 ? o->timeout : o->mode == PT_SERVER ? 300 : 30;
}

bool
xtalk_open(struct xtalk *t, int fd, const struct pt_opts *o)
{
	*t = (struct xtalk){ .o = o, .fd = fd, .said = clock_now(),
	    .timeout = pt_timeout(o) * 1000, .buf = malloc(XFER_LINE) };
	if (t->buf != NULL)
		return true;
	close(fd);
	return false;
}

void
xtalk_close(struct xtalk *t)
{
	close(t->fd);
	free(t->buf);
	t->buf = NULL;
}

bool
xtalk_say(struct xtalk *t, const char *type, json_t *payload)
{
	char *text;
	size_t n, done = 0;
	json_t *v;

	v = json_pack("{s:s,s:s,s:i,s:o}", "type", type, "timestamp",
	    pt_iso(), "seq", t->seq++,
	    "payload", payload != NULL ? payload : json_object());
	text = json_dumps(v, JSON_COMPACT);
	json_decref(v);
	if (text == NULL)
		return false;
	n = strlen(text);
	text[n++] = '\n';
	while (done < n) {
		ssize_t got = send(t->fd, text + done, n - done,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (got < 0 && (errno != EAGAIN ||
		    !xsock_ready(t->fd, POLLOUT, t->timeout)))
			break;
		done += got > 0 ? (size_t)got : 0;
	}
	t->err = done < n ? errno : 0;
	t->said = clock_now();
	pt_log(t->o, PTV_DEBUG, "said: %.*s", (int)n - 1, text);
	free(text);
	return done == n;
}

void
xtalk_refuse(struct xtalk *t, const char *code, const char *why)
{
	xtalk_say(t, "ERROR", json_pack("{s:s,s:s,s:s}", "severity", "error",
	    "code", code, "message", why));
}

/* More octets from the other side; false: errno, 0: it closed. */
static bool
more(struct xtalk *t)
{
	ssize_t n;

	if (!xsock_ready(t->fd, POLLIN, t->timeout))
		return false;
	n = recv(t->fd, t->buf + t->used, XFER_LINE - t->used, 0);
	if (n <= 0) {
		errno = n == 0 ? 0 : errno;
		return false;
	}
	t->used += (size_t)n;
	return true;
}

static json_t *
next_object(struct xtalk *t)
{
	char *end;
	size_t n;
	json_t *v;

	while ((end = memchr(t->buf, '\n', t->used)) == NULL) {
		if (t->used == XFER_LINE) {
			errno = EMSGSIZE;
			return NULL;
		}
		if (!more(t))
			return NULL;
	}
	n = (size_t)(end - t->buf);
	pt_log(t->o, PTV_DEBUG, "heard: %.*s", (int)n, t->buf);
	v = json_loadb(t->buf, n, 0, NULL);
	t->used -= n + 1;
	memmove(t->buf, end + 1, t->used);
	if (v == NULL)
		errno = EBADMSG;
	return v;
}

/* Only says that the other side lives. */
static bool
is_sign_of_life(const char *type)
{
	return strcmp(type, "HEARTBEAT") == 0 ||
	    strcmp(type, "TEST_START") == 0 ||
	    strcmp(type, "TEST_PROGRESS") == 0;
}

/* The next object that is more than that; its type in @name. */
static json_t *
next_payload(struct xtalk *t, char *name, size_t size)
{
	json_t *v, *payload;

	do {
		v = next_object(t);
		if (v == NULL)
			return NULL;
		snprintf(name, size, "%.31s", pt_str(v, "type"));
		payload = json_incref(json_object_get(v, "payload"));
		json_decref(v);
		if (payload == NULL)
			payload = json_null();
		if (!is_sign_of_life(name))
			return payload;
		json_decref(payload);
	} while (true);
}

static void
unexpected(const struct xtalk *t, const char *name, const json_t *payload,
    const char *type)
{
	if (strcmp(name, "ERROR") == 0)
		pt_error(t->o, pt_str(payload, "code"), "the other side: "
		    "%.200s", pt_str(payload, "message"));
	else
		pt_error(t->o, "HANDSHAKE_FAILED", "%s came, not %s", name,
		    type != NULL ? type : "an object with a payload");
}

json_t *
xtalk_hear(struct xtalk *t, const char *type, const char **was)
{
	static char name[32];
	json_t *payload;

	errno = 0;
	payload = next_payload(t, name, sizeof(name));
	t->err = errno;
	if (payload == NULL)
		return NULL;
	t->err = 0;
	if (was != NULL)
		*was = name;
	if (json_is_object(payload) &&
	    (type == NULL || strcmp(name, type) == 0))
		return payload;
	unexpected(t, name, payload, type);
	json_decref(payload);
	t->err = EPROTO;
	return NULL;
}

int
xtalk_exit(const struct xtalk *t)
{
	switch (t->err) {
	case EPROTO:			/* it was told */
	case EINTR:
		return PT_FAILED;
	case ETIMEDOUT:
		pt_error(t->o, "TRANSFER_TIMEOUT", "the other side says "
		    "nothing");
		return PT_TIMEOUT;
	case 0: case ECONNRESET: case EPIPE:
		pt_error(t->o, "PEER_DISCONNECTED", "the other side closed "
		    "the connection");
		return PT_NO_SERVER;
	default:
		pt_error(t->o, "PEER_DISCONNECTED", "%s", strerror(t->err));
		return PT_FAILED;
	}
}

/* ---- the password ---- */

static void
put_hex(const uint8_t *p, char to[XTALK_NONCE + 1])
{
	for (int i = 0; i < XTALK_NONCE / 2; i++)
		snprintf(to + 2 * i, 3, "%02x", p[i]);
}

void
xtalk_nonce(char to[XTALK_NONCE + 1])
{
	uint8_t own[XTALK_NONCE / 2];
	struct rng rng;

	rng_system(&rng);
	rng_fill(&rng, own, sizeof(own));
	put_hex(own, to);
}

void
xtalk_proof(const char *password, const char *server_nonce,
    const char *client_nonce, char to[XTALK_NONCE + 1])
{
	uint8_t key[KEYED_KEY], out[KEYED_SIZE];
	char both[2 * XTALK_NONCE + 2];
	int n = snprintf(both, sizeof(both), "%.*s/%.*s", XTALK_NONCE,
	    server_nonce, XTALK_NONCE, client_nonce);

	hash_one(HASH_SHA256, password, strlen(password), key);
	keyed_hash(key, both, (size_t)n, out);
	put_hex(out, to);
}
