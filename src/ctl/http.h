/*
 * Metrics, the page and mPlane over HTTP, `set http`: one listener at a time,
 * GET, HEAD and POST, one request a connection. Control thread only, and it
 * never waits: everything a client can do is bounded in number, size and time.
 */
#ifndef CTL_HTTP_H
#define CTL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/txt.h"
#include "ctl/loop.h"
#include "ctl/prompt.h"

#define HTTP_CLIENTS	32	/* at once; then the oldest makes room */
#define HTTP_HEAD	8192	/* octets of a request, at most */
#define HTTP_BODY	8192	/* and of what it brings along */
#define HTTP_ASK_SECS	10	/* to send one */
#define HTTP_TAKE_SECS	60	/* to take the answer */
#define HTTP_VALUE	128	/* octets of a value in a query */

struct http;

struct http_conf {
	bool	 local;
	uint8_t	 family;		/* AF_INET, AF_INET6; local: 0 */
	uint16_t port;			/* host order */
	uint8_t	 addr[16];		/* network order */
	char	 path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	mode_t	 mask;			/* umask of the socket file */
	char	 password[PROMPT_PASSWORD + 1];	/* secret; "" : none needed */
};

/* ---- what a client says; pure, all of it hostile ---- */

/*
 * http_parse - the words after `set http`: ADDR is PORT (of 127.0.0.1),
 * IPv4:PORT, [IPv6]:PORT or /PATH (`%d` becomes @unit). @mask: NULL when not
 * given; only for a path. 0; -E_FORMAT: print the usage; -E_RANGE,
 * -E_UNKNOWN with @why.
 */
int http_parse(struct http_conf *c, const char *addr, const char *password,
    const char *mask, int unit, char *why, size_t n);

/* http_is_near - nobody from outside this machine can connect. */
bool http_is_near(const struct http_conf *c);

/*
 * http_host_ok - is @host, a Host field, one that a client means us by: an
 * address, `localhost' or @own, the name of this machine, with or without its
 * domain? Any other name may be an attacker's that was made to lead here.
 */
bool http_host_ok(const char *host, const char *own);

/* http_auth_ok - is @field, of Authorization or NULL, Basic with that
 * password and whatever name? Takes as long wherever they differ. */
bool http_auth_ok(const char *field, const char *password);

/*
 * http_query - the value of @name in @query (NULL: none), its %XX and + taken
 * back. False: it is not there, not well-formed, has control characters, or
 * is longer than @n - 1 octets.
 */
bool http_query(const char *query, const char *name, char *out, size_t n);

/* ---- the server ---- */

struct http_request {
	const char *path, *query;	/* query NULL: none; borrowed */
	const char *type;		/* of a body; NULL: not said */
	const char *body;		/* of a POST */
	size_t	 body_len;
};

struct http_answer {
	int	 code;			/* 200, 404, ... */
	const char *type;		/* of the body; constant */
	const char *policy;		/* Content-Security-Policy, or NULL */
	struct txt body;		/* the server frees it */
	const char *page;		/* in place of it; constant, or NULL */
	size_t	 page_len;
};

/* get() fills @an, which is 404 and empty; post() one that is 405. What is
 * empty and no 200 gets a line of text. */
struct http_hooks {
	void	*arg;
	void	(*get)(void *arg, const struct http_request *rq,
	    struct http_answer *an);
	void	(*post)(void *arg, const struct http_request *rq,
	    struct http_answer *an);
};

/* http_new - no listener yet. NULL: no memory. */
struct http *http_new(struct loop *l, const struct http_hooks *h);
void http_free(struct http *h);		/* NULL allowed */

/*
 * http_open - listen there instead of where it did. Negative with @why: the
 * old listener still works. http_close - no listener, no clients.
 */
int http_open(struct http *h, const struct http_conf *c, char *why,
    size_t n);
void http_close(struct http *h);

/* ---- what there is to see ---- */

enum http_count {
	HTTP_N_CLIENTS, HTTP_N_OK, HTTP_N_NOT_FOUND, HTTP_N_NO_PASSWORD,
	HTTP_N_BAD_HOST, HTTP_N_BAD_METHOD, HTTP_N_BAD_REQUEST, HTTP_N_FAILED,
	HTTP_N_TOO_SLOW, HTTP_N_MADE_ROOM, HTTP_NUMBERS
};
const char *http_count_name(enum http_count n);	/* "clients", "ok", ... */

struct http_view {
	bool	 open;
	unsigned clients;		/* now */
	uint64_t n[HTTP_NUMBERS];
};
void http_view(const struct http *h, struct http_view *v);

#endif
