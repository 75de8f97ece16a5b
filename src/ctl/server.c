/* The diagnostic socket. */
#include "ctl/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "ctl/listen.h"

#define RESERVED	1024u	/* TCP clients come from here or above */

struct server {
	struct loop *loop;
	struct prompts *ps;
	struct server_conf conf;
	bool	 known;			/* conf is set */
	int	 fd;			/* -1: not open */
	struct loop_fd *watch;
	struct loop_timer *pause;	/* no descriptor left: later */
	struct listen_file file;	/* ours */
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

/* ---- clients ---- */

static void
peer_name(const struct sockaddr_storage *ss, char *from, size_t n,
    uint16_t *port, enum prompt_kind *kind)
{
	const struct sockaddr_in6 *s6 = (const void *)ss;
	const struct sockaddr_in *s4 = (const void *)ss;
	const void *in4 = &s4->sin_addr;
	char addr[INET6_ADDRSTRLEN] = "?";

	*kind = PROMPT_IP;
	if (ss->ss_family == AF_INET6) {
		*port = ntohs(s6->sin6_port);
		in4 = &s6->sin6_addr.s6_addr[12];
		if (!IN6_IS_ADDR_V4MAPPED(&s6->sin6_addr))
			*kind = PROMPT_IP6;
	} else
		*port = ntohs(s4->sin_port);
	if (*kind == PROMPT_IP6)
		inet_ntop(AF_INET6, &s6->sin6_addr, addr, sizeof(addr));
	else
		inet_ntop(AF_INET, in4, addr, sizeof(addr));
	snprintf(from, n, *kind == PROMPT_IP6 ? "[%s]:%u" : "%s:%u", addr,
	    (unsigned)*port);
}

static bool
room(struct server *s)
{
	if (prompts_count(s->ps, s) < SERVER_CLIENTS ||
	    prompts_drop_stranger(s->ps, s))
		return true;
	log_put(LOG_WARN_, "Client refused: %d clients already",
	    SERVER_CLIENTS);
	return false;
}

/* True if the client became a prompt, which has the descriptor now. */
static bool
welcome(struct server *s, int fd, const struct sockaddr_storage *ss)
{
	enum prompt_kind kind = PROMPT_LOCAL;
	char from[64] = "local";
	uint16_t port = 0;
	int on = 1;

	if (!s->conf.local) {
		peer_name(ss, from, sizeof(from), &port, &kind);
		if (port < RESERVED) {
			log_put(LOG_ALERT_, "Rejected client %s: source port "
			    "below %u", from, RESERVED);
			return false;
		}
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	if (!room(s) || prompt_new(s->ps, kind, from, fd, s->conf.password,
	    s) == NULL)
		return false;
	if (s->conf.local)
		log_put(LOG_PHASE, "Connected to local client.");
	else
		log_put(LOG_PHASE, "Connected to client from %s", from);
	return true;
}

static void
on_client(void *arg, unsigned what)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	struct server *s = arg;
	int fd;

	(void)what;
	fd = accept4(s->fd, (struct sockaddr *)&ss, &len,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE ||
	    errno == ENOBUFS || errno == ENOMEM)) {
		/* The client would wake us again and again. */
		log_put(LOG_ERROR_, "accept: %s", strerror(errno));
		loop_fd_want(s->watch, 0);
		loop_timer_set(s->pause, clock_now() + SEC(1));
	}
	if (fd >= 0 && !welcome(s, fd, &ss))
		close(fd);
}

static void
on_pause(void *arg, tstamp now)
{
	struct server *s = arg;

	(void)now;
	if (s->watch != NULL)
		loop_fd_want(s->watch, LOOP_READ);
}

/* ---- the listener ---- */

/* Only the file that we made: a successor may listen there by now. */
static void
remove_file(const struct server *s)
{
	if (listen_is_file(s->conf.path, &s->file))
		unlink(s->conf.path);
}

static void
shut(struct server *s)
{
	if (s->fd < 0)
		return;
	loop_timer_set(s->pause, NEVER);
	loop_fd_free(s->watch);
	s->watch = NULL;
	/* In this order: a successor may take the place of a file that
	 * nobody listens on, and its file get the number of ours. */
	if (s->conf.local)
		remove_file(s);
	close(s->fd);
	s->fd = -1;
	prompts_drop(s->ps, s);
}

static bool
same_place(const struct server_conf *a, const struct server_conf *b)
{
	return a->local == b->local && a->port == b->port &&
	    strcmp(a->path, b->path) == 0;
}

static bool
file_is_ours(const struct server *s)
{
	return !s->conf.local || listen_is_file(s->conf.path, &s->file);
}

static void
adopt(struct server *s, const struct server_conf *conf)
{
	if (conf->masked)
		chmod(conf->path, 0777 & ~conf->mask);
	s->conf = *conf;
}

int
server_open(struct server *s, const struct server_conf *conf, char *why,
    size_t n)
{
	struct listen_file file = { 0 };
	struct loop_fd *watch;
	int fd;

	if (s->fd >= 0 && same_place(&s->conf, conf) && file_is_ours(s)) {
		adopt(s, conf);
		return 0;
	}
	fd = conf->local ? listen_local(conf->path, conf->masked,
	    conf->mask, &file) : listen_tcp(conf->port);
	if (fd < 0) {
		if (conf->local)
			return say(-E_SYS, why, n, "%s: %s", conf->path,
			    strerror(errno));
		return say(-E_SYS, why, n, "port %u: %s",
		    (unsigned)conf->port, strerror(errno));
	}
	watch = loop_fd_new(s->loop, fd, on_client, s);
	if (watch == NULL || loop_fd_want(watch, LOOP_READ) < 0) {
		loop_fd_free(watch);
		close(fd);
		return say(-E_NOMEM, why, n, "%s", err_text(-E_NOMEM));
	}
	shut(s);
	s->conf = *conf;
	s->known = true;
	s->fd = fd;
	s->watch = watch;
	s->file = file;
	if (conf->local)
		log_put(LOG_PHASE, "Listening at local socket %s.",
		    conf->path);
	else
		log_put(LOG_PHASE, "Listening at port %u.",
		    (unsigned)conf->port);
	return 0;
}

int
server_close(struct server *s, char *why, size_t n)
{
	if (s->fd < 0)
		return say(-E_STATE, why, n, "Server socket not open");
	shut(s);
	log_put(LOG_PHASE, "Closed server socket");
	return 0;
}

void
server_forget(struct server *s)
{
	if (!s->known)
		return;
	shut(s);
	ct_wipe(&s->conf, sizeof(s->conf));
	s->known = false;
	log_put(LOG_PHASE, "Disabled server socket");
}

int
server_reopen(struct server *s, char *why, size_t n)
{
	struct server_conf conf = s->conf;
	char text[128];
	int err;

	if (!s->known)
		return say(-E_STATE, why, n,
		    "Cannot reopen unset server socket");
	shut(s);
	err = server_open(s, &conf, text, sizeof(text));
	if (err < 0)
		return say(err, why, n, "Failed to reopen server port: %s",
		    text);
	return 0;
}

struct server *
server_new(struct loop *l, struct prompts *ps)
{
	struct server *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->loop = l;
	s->ps = ps;
	s->fd = -1;
	s->pause = loop_timer_new(l, on_pause, s);
	if (s->pause == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	shut(s);
	loop_timer_free(s->pause);
	ct_wipe(&s->conf, sizeof(s->conf));
	free(s);
}

bool
server_is_open(const struct server *s)
{
	return s->fd >= 0;
}

uint16_t
server_tcp_port(const struct server *s)
{
	return s->fd >= 0 ? s->conf.port : 0;
}
