/*
 * The HTTP server: libevent's, with what it lacks put around it. It has no
 * limit to the number of its connections and none to how long one may drip;
 * so each gets its bufferevent from us, we keep a reference, and shut down
 * those that must go. The library notices and cleans up; that it has done so
 * is seen by the callbacks it takes off the bufferevent.
 */
#include "ctl/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>

#include "base/bug.h"
#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/listen.h"

struct client {
	struct bufferevent *bev;	/* a reference of ours */
	tstamp	 since;			/* it came; its answer began */
	bool	 answered;		/* that has begun */
	bool	 shut;			/* told to go */
};

struct http {
	struct loop *loop;		/* borrows */
	struct http_hooks hooks;
	struct http_conf conf;
	struct evhttp *ev;		/* owner; NULL: closed */
	struct evconnlistener *door;	/* owner: ev */
	struct loop_timer *look;	/* after the clients */
	struct listen_file file;	/* ours */
	struct client client[HTTP_CLIENTS];
	unsigned clients;
	uint64_t n[HTTP_NUMBERS];
	tstamp	 told;			/* last line about a wrong password */
};

static int __attribute__((format(printf, 4, 5)))
say(int err, char *why, size_t n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, n, fmt, ap);
	va_end(ap);
	return err;
}

const char *
http_count_name(enum http_count n)
{
	static const char *const names[HTTP_NUMBERS] = { "clients", "ok",
	    "not-found", "no-password", "bad-host", "bad-method",
	    "bad-request", "failed", "too-slow", "made-room" };

	return names[n];
}

/* ---- clients ---- */

/* Whose bufferevent it is not any more: the library has freed it. */
static bool
is_over(const struct client *k)
{
	bufferevent_data_cb in, out;
	bufferevent_event_cb ev;
	void *arg;

	bufferevent_getcb(k->bev, &in, &out, &ev, &arg);
	return in == NULL && out == NULL && ev == NULL;
}

static void
shut_client(struct http *h, struct client *k, enum http_count why)
{
	if (k->shut)
		return;
	k->shut = true;
	h->n[why]++;
	shutdown(bufferevent_getfd(k->bev), SHUT_RDWR);
}

static void
forget_over(struct http *h)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < h->clients; i++)
		if (is_over(&h->client[i]))
			bufferevent_decref(h->client[i].bev);
		else
			h->client[kept++] = h->client[i];
	h->clients = kept;
}

static tstamp
client_end(const struct client *k)
{
	return k->since + SEC(k->answered ? HTTP_TAKE_SECS : HTTP_ASK_SECS);
}

/* Who has waited long enough goes; the door is open while there is room. */
static void
look_after(struct http *h, tstamp now)
{
	tstamp next = NEVER;

	forget_over(h);
	for (unsigned i = 0; i < h->clients; i++) {
		struct client *k = &h->client[i];

		if (client_end(k) <= now)
			shut_client(h, k, HTTP_N_TOO_SLOW);
		next = tstamp_min(next, now + SEC(1));
	}
	if (h->ev != NULL && h->clients < HTTP_CLIENTS)
		evconnlistener_enable(h->door);
	else if (h->ev != NULL)
		next = tstamp_min(next, now + MSEC(10));
	loop_timer_set(h->look, next);
}

static void
on_look(void *arg, tstamp now)
{
	look_after(arg, now);
}

/* The table is full: who came first and has asked for nothing yet goes, else
 * who came first. */
static void
make_room(struct http *h)
{
	struct client *old = NULL;

	for (unsigned i = 0; i < h->clients; i++) {
		struct client *k = &h->client[i];

		if (k->shut)
			return;
		if (old == NULL || (old->answered && !k->answered) ||
		    (old->answered == k->answered && k->since < old->since))
			old = k;
	}
	if (old != NULL)
		shut_client(h, old, HTTP_N_MADE_ROOM);
}

/* The library asks for the bufferevent of one more client. */
static struct bufferevent *
on_client(struct event_base *base, void *arg)
{
	struct http *h = arg;
	struct bufferevent *bev;
	tstamp now = clock_now();

	BUG_ON(h->clients == HTTP_CLIENTS);	/* the door was shut */
	bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	h->n[HTTP_N_CLIENTS]++;
	if (bev == NULL)	/* it tries itself, and drops the client */
		return NULL;
	bufferevent_incref(bev);
	h->client[h->clients++] = (struct client){ .bev = bev,
	    .since = now };
	if (h->clients == HTTP_CLIENTS) {
		evconnlistener_disable(h->door);
		make_room(h);
		loop_timer_set(h->look, now);
	} else if (h->clients == 1) {
		loop_timer_set(h->look, now + SEC(1));
	}
	return bev;
}

/* No descriptor left: the clients would wake us again and again. */
static void
on_no_client(struct evconnlistener *door, void *arg)
{
	struct http *h = arg;

	log_put(LOG_ERROR_, "http: accept: %s", strerror(errno));
	evconnlistener_disable(door);
	loop_timer_set(h->look, clock_now() + SEC(1));
}

/* ---- requests ---- */

static void
header(struct evhttp_request *rq, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(rq), name, value);
}

static const char *
reason(int code)
{
	switch (code) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 415:
		return "Unsupported Media Type";
	case 421:
		return "Misdirected Request";
	case 429:
		return "Too Many Requests";
	default:
		return "Internal Server Error";
	}
}

static void
free_body(const void *p, size_t n, void *body)
{
	(void)p;
	(void)n;
	free(body);
}

/* The body goes out as it is, without a copy. */
static struct evbuffer *
body_of(struct http_answer *an, size_t *len)
{
	struct evbuffer *buf = evbuffer_new();
	const char *p = an->page;

	*len = an->page_len;
	if (p == NULL) {
		p = an->body.p;
		*len = an->body.n;
	}
	if (buf == NULL || *len == 0)
		return buf;
	if (an->page != NULL)
		evbuffer_add_reference(buf, p, *len, NULL, NULL);
	else if (evbuffer_add_reference(buf, p, *len, free_body,
	    an->body.p) == 0)
		an->body = (struct txt){ 0 };
	return buf;
}

static void
send_answer(struct evhttp_request *rq, struct http_answer *an)
{
	char size[24];
	size_t len;
	struct evbuffer *buf = body_of(an, &len);

	snprintf(size, sizeof(size), "%zu", len);
	header(rq, "Content-Type", an->type);
	header(rq, "Content-Length", size);
	header(rq, "Content-Security-Policy", an->policy != NULL ?
	    an->policy : "default-src 'none'; frame-ancestors 'none'");
	header(rq, "Cache-Control", "no-store");
	header(rq, "X-Content-Type-Options", "nosniff");
	header(rq, "Referrer-Policy", "no-referrer");
	header(rq, "Cross-Origin-Resource-Policy", "same-origin");
	header(rq, "Connection", "close");
	if (buf != NULL &&
	    evhttp_request_get_command(rq) == EVHTTP_REQ_HEAD)
		evbuffer_drain(buf, len);
	evhttp_send_reply(rq, an->code, reason(an->code), buf);
	if (buf != NULL)
		evbuffer_free(buf);
	txt_free(&an->body);
}

/* The one value of @name; NULL: none. *@twice: there are several. */
static const char *
field(struct evhttp_request *rq, const char *name, bool *twice)
{
	struct evkeyvalq *all = evhttp_request_get_input_headers(rq);
	const char *value = NULL;
	struct evkeyval *kv;

	*twice = false;
	TAILQ_FOREACH(kv, all, next)
		if (evutil_ascii_strcasecmp(kv->key, name) == 0) {
			*twice = value != NULL;
			value = kv->value;
			if (*twice)
				break;
		}
	return value;
}

static bool
host_ok(const struct http *h, const char *host)
{
	char own[256] = "";

	/* A proxy in front says its own name; behind a password no page of
	 * somebody else's gets anything. */
	if (host == NULL || h->conf.local || h->conf.password[0] != '\0')
		return true;
	if (gethostname(own, sizeof(own) - 1) < 0)
		own[0] = '\0';
	return http_host_ok(host, own);
}

static void
told_wrong(struct http *h, struct evhttp_request *rq, bool tried)
{
	tstamp now = clock_now();
	char *from = NULL;
	uint16_t port;

	header(rq, "WWW-Authenticate", "Basic realm=\"ppp\", "
	    "charset=\"UTF-8\"");
	if (!tried || (h->told != 0 && now - h->told < SEC(60)))
		return;
	h->told = now;
	evhttp_connection_get_peer(evhttp_request_get_connection(rq), &from,
	    &port);
	log_put(LOG_WARN_, "http: wrong password from %s",
	    from != NULL && !h->conf.local ? from : "local");
}

/* May it have an answer? The code of the refusal, or 0. */
static int
refusal(struct http *h, struct evhttp_request *rq)
{
	enum evhttp_cmd_type cmd = evhttp_request_get_command(rq);
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(rq);
	bool hosts, auths;
	const char *host = field(rq, "Host", &hosts);
	const char *auth = field(rq, "Authorization", &auths);

	if (uri == NULL || evhttp_uri_get_host(uri) != NULL ||
	    evhttp_uri_get_path(uri) == NULL || hosts || auths)
		return 400;
	if (!host_ok(h, host))
		return 421;
	if (h->conf.password[0] != '\0' &&
	    !http_auth_ok(auth, h->conf.password)) {
		told_wrong(h, rq, auth != NULL);
		return 401;
	}
	return cmd != EVHTTP_REQ_GET && cmd != EVHTTP_REQ_HEAD &&
	    cmd != EVHTTP_REQ_POST ? 405 : 0;
}

static void
count(struct http *h, int code)
{
	h->n[code == 200 ? HTTP_N_OK : code == 404 ? HTTP_N_NOT_FOUND :
	    code == 401 ? HTTP_N_NO_PASSWORD : code == 421 ? HTTP_N_BAD_HOST :
	    code == 405 ? HTTP_N_BAD_METHOD : code == 400 || code == 403 ||
	    code == 415 ? HTTP_N_BAD_REQUEST : HTTP_N_FAILED]++;
}

/* Its time for the answer begins. */
static void
mark_answered(struct http *h, struct evhttp_request *rq)
{
	struct bufferevent *bev = evhttp_connection_get_bufferevent(
	    evhttp_request_get_connection(rq));

	for (unsigned i = 0; i < h->clients; i++)
		if (h->client[i].bev == bev) {
			h->client[i].answered = true;
			h->client[i].since = clock_now();
		}
}

/* The library has sent it all, and closes: soon we let go as well. */
static void
on_sent(struct evhttp_request *rq, void *arg)
{
	struct http *h = arg;

	(void)rq;
	loop_timer_set(h->look, clock_now());
}

/* The body lies in one piece then; it is small. */
static void
take_body(struct evhttp_request *rq, struct http_request *ask)
{
	struct evbuffer *in = evhttp_request_get_input_buffer(rq);
	bool twice;

	ask->type = field(rq, "Content-Type", &twice);
	ask->body_len = evbuffer_get_length(in);
	ask->body = (const char *)evbuffer_pullup(in, -1);
	if (ask->body == NULL) {
		ask->body = "";
		ask->body_len = 0;
	}
}

static void
ask_hooks(struct http *h, struct evhttp_request *rq, struct http_answer *an)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(rq);
	struct http_request ask = {
		.path = evhttp_uri_get_path(uri),
		.query = evhttp_uri_get_query(uri),
	};

	if (evhttp_request_get_command(rq) == EVHTTP_REQ_POST) {
		an->code = 405;
		take_body(rq, &ask);
		h->hooks.post(h->hooks.arg, &ask, an);
	} else {
		h->hooks.get(h->hooks.arg, &ask, an);
	}
	if (an->body.lost) {
		txt_clear(&an->body);
		an->code = 500;
	}
}

static void
on_request(struct evhttp_request *rq, void *arg)
{
	struct http_answer an = { .code = 404, .type = "text/plain" };
	struct http *h = arg;
	int code = refusal(h, rq);

	mark_answered(h, rq);
	if (code == 0)
		ask_hooks(h, rq, &an);
	else
		an.code = code;
	if (an.code == 405)
		header(rq, "Allow", "GET, HEAD");
	if (an.code != 200 && an.body.n == 0) {
		an.page = NULL;
		an.type = "text/plain";
		txt_put(&an.body, "%s\n", reason(an.code));
	}
	count(h, an.code);
	evhttp_request_set_on_complete_cb(rq, on_sent, h);
	send_answer(rq, &an);
}

/* ---- the listener ---- */

static void
place(const struct http_conf *c, char *out, size_t n)
{
	char addr[INET6_ADDRSTRLEN] = "?";

	if (c->local) {
		snprintf(out, n, "%s", c->path);
		return;
	}
	inet_ntop(c->family, c->addr, addr, sizeof(addr));
	snprintf(out, n, c->family == AF_INET6 ? "[%s]:%u" : "%s:%u", addr,
	    (unsigned)c->port);
}

static int
listen_at(const struct http_conf *c, struct listen_file *file)
{
	struct sockaddr_in6 s6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons(c->port) };
	struct sockaddr_in s4 = { .sin_family = AF_INET,
	    .sin_port = htons(c->port) };

	if (c->local)
		return listen_local(c->path, true, c->mask, file);
	if (c->family == AF_INET6) {
		memcpy(&s6.sin6_addr, c->addr, sizeof(s6.sin6_addr));
		return listen_addr((struct sockaddr *)&s6, sizeof(s6));
	}
	memcpy(&s4.sin_addr, c->addr, sizeof(s4.sin_addr));
	return listen_addr((struct sockaddr *)&s4, sizeof(s4));
}

static void
set_up(struct http *h, struct evhttp *ev)
{
	/* Those that have a body are refused by name, not by the library. */
	evhttp_set_allowed_methods(ev, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD |
	    EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
	    EVHTTP_REQ_OPTIONS | EVHTTP_REQ_TRACE | EVHTTP_REQ_CONNECT |
	    EVHTTP_REQ_PATCH);
	evhttp_set_max_headers_size(ev, HTTP_HEAD);
	evhttp_set_max_body_size(ev, HTTP_BODY);
	evhttp_set_timeout(ev, HTTP_ASK_SECS);
	evhttp_set_bevcb(ev, on_client, h);
	evhttp_set_gencb(ev, on_request, h);
}

/* Takes @fd: what listens becomes the server's. */
static int
serve(struct http *h, int fd)
{
	struct event_base *base = loop_base(h->loop);
	struct evhttp *ev = evhttp_new(base);
	struct evconnlistener *door = evconnlistener_new(base, NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);

	if (door == NULL)
		close(fd);
	if (ev == NULL || door == NULL ||
	    evhttp_bind_listener(ev, door) == NULL) {
		if (door != NULL)
			evconnlistener_free(door);
		if (ev != NULL)
			evhttp_free(ev);
		return -E_NOMEM;
	}
	set_up(h, ev);
	evconnlistener_set_error_cb(door, on_no_client);
	h->ev = ev;
	h->door = door;
	return 0;
}

/* The same place is there no second time: first the old one goes. */
static bool
same_place(const struct http_conf *a, const struct http_conf *b)
{
	return a->local == b->local && a->port == b->port &&
	    memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 &&
	    strcmp(a->path, b->path) == 0 && a->mask == b->mask;
}

int
http_open(struct http *h, const struct http_conf *c, char *why, size_t n)
{
	char at[sizeof(c->path) + 16];
	struct listen_file file = { 0 };
	int fd;

	if (h->ev != NULL && same_place(&h->conf, c)) {
		h->conf = *c;		/* the password */
		return 0;
	}
	place(c, at, sizeof(at));
	fd = listen_at(c, &file);
	if (fd < 0)
		return say(-E_SYS, why, n, "%s: %s", at, strerror(errno));
	http_close(h);
	if (serve(h, fd) < 0)
		return say(-E_NOMEM, why, n, "%s", err_text(-E_NOMEM));
	h->conf = *c;
	h->file = file;
	log_put(LOG_PHASE, "Listening for HTTP at %s.", at);
	return 0;
}

void
http_close(struct http *h)
{
	if (h->ev == NULL)
		return;
	if (h->conf.local && listen_is_file(h->conf.path, &h->file))
		unlink(h->conf.path);	/* before nobody listens on it */
	evhttp_free(h->ev);		/* its clients as well */
	h->ev = NULL;
	h->door = NULL;
	forget_over(h);
	loop_timer_set(h->look, NEVER);
	ct_wipe(&h->conf, sizeof(h->conf));
	log_put(LOG_PHASE, "Closed HTTP socket");
}

struct http *
http_new(struct loop *l, const struct http_hooks *hooks)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->loop = l;
	h->hooks = *hooks;
	h->look = loop_timer_new(l, on_look, h);
	if (h->look == NULL) {
		free(h);
		return NULL;
	}
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	http_close(h);
	loop_timer_free(h->look);
	free(h);
}

void
http_view(const struct http *h, struct http_view *v)
{
	v->open = h->ev != NULL;
	v->clients = h->clients;
	memcpy(v->n, h->n, sizeof(v->n));
}
