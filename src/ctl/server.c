/*
 * The diagnostic socket. A socket file left by a dead process is known by
 * its refusing a connection and is replaced; one that answers is not.
 */
#include "ctl/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"

#define RESERVED	1024u	/* TCP clients come from here or above */
#define BACKLOG		64

struct server {
	struct loop *loop;
	struct prompts *ps;
	struct server_conf conf;
	bool	 known;			/* conf is set */
	int	 fd;			/* -1: not open */
	struct loop_fd *watch;
	struct loop_timer *pause;	/* no descriptor left: later */
	dev_t	 dev;			/* of our socket file */
	ino_t	 ino;
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

/* ---- words ---- */

/* One to four octal digits, the first of four a 0. */
static bool
parse_mask(const char *s, mode_t *mask)
{
	size_t len = strlen(s);

	if (len < 1 || len > 4 || strspn(s, "01234567") != len ||
	    (len == 4 && s[0] != '0'))
		return false;
	*mask = (mode_t)strtoul(s, NULL, 8);
	return true;
}

static bool
parse_port(const char *s, int unit, uint16_t *port)
{
	bool plus = s[0] == '+';
	unsigned long v;
	struct servent *se;

	s += plus;
	if (s[0] != '\0' && s[strspn(s, "0123456789")] == '\0') {
		v = strlen(s) > 5 ? 0 : strtoul(s, NULL, 10);
		if (plus && unit > 0)
			v += (unsigned long)unit;
		*port = (uint16_t)v;
		return v >= 1 && v <= UINT16_MAX;
	}
	se = plus ? NULL : getservbyname(s, "tcp");
	if (se == NULL)
		return false;
	*port = ntohs((uint16_t)se->s_port);
	return true;
}

/* `%d` becomes the unit, everywhere; nothing else is special. */
static bool
parse_path(const char *s, int unit, char *path, size_t size)
{
	struct txt t = { 0 };
	bool fits;

	for (const char *d; (d = strstr(s, "%d")) != NULL; s = d + 2) {
		txt_add(&t, s, (size_t)(d - s));
		txt_put(&t, "%d", unit < 0 ? 0 : unit);
	}
	txt_add(&t, s, strlen(s));
	fits = t.n < size && !t.lost;
	if (fits)
		memcpy(path, t.p, t.n + 1);
	txt_free(&t);
	return fits;
}

int
server_parse(struct server_conf *conf, const char *addr,
    const char *password, const char *mask, int unit, char *why, size_t n)
{
	*conf = (struct server_conf){ .local = addr[0] == '/' };
	if (strlen(password) > PROMPT_PASSWORD)
		return say(-E_RANGE, why, n,
		    "set server: Password longer than %d octets",
		    PROMPT_PASSWORD);
	snprintf(conf->password, sizeof(conf->password), "%s", password);
	if (!conf->local) {
		if (mask != NULL)
			return say(-E_FORMAT, why, n, "usage");
		if (!parse_port(addr, unit, &conf->port))
			return say(-E_UNKNOWN, why, n,
			    "%s: Invalid port or service", addr);
		return 0;
	}
	conf->masked = mask != NULL;
	if (conf->masked && !parse_mask(mask, &conf->mask))
		return say(-E_RANGE, why, n, "set server: %s: Invalid mask",
		    mask);
	if (!parse_path(addr, unit, conf->path, sizeof(conf->path)))
		return say(-E_RANGE, why, n, "%s: Path too long", addr);
	return 0;
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

static int
tcp_socket(uint16_t port)
{
	struct sockaddr_in6 s6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
		.sin6_addr = IN6ADDR_ANY_INIT,
	};
	struct sockaddr_in s4 = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd, on = 1, off = 0, err;
	bool six = true;

	fd = socket(AF_INET6, type, 0);
	if (fd < 0) {
		six = false;
		fd = socket(AF_INET, type, 0);
	}
	if (fd < 0)
		return -1;
	if (six)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	err = six ? bind(fd, (struct sockaddr *)&s6, sizeof(s6)) :
	    bind(fd, (struct sockaddr *)&s4, sizeof(s4));
	if (err == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* A socket file that nobody listens on any more. */
static bool
is_stale(const struct sockaddr_un *un)
{
	struct stat st;
	bool stale;
	int fd;

	if (lstat(un->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	stale = connect(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 &&
	    errno == ECONNREFUSED;
	close(fd);
	return stale;
}

static int
bind_path(int fd, const struct server_conf *conf)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	mode_t was = 0;
	int err;

	memcpy(un.sun_path, conf->path, sizeof(un.sun_path));
	if (conf->masked)
		was = umask(conf->mask);
	err = bind(fd, (struct sockaddr *)&un, sizeof(un));
	if (err < 0 && errno == EADDRINUSE) {
		if (is_stale(&un) && unlink(un.sun_path) == 0)
			err = bind(fd, (struct sockaddr *)&un, sizeof(un));
		else
			errno = EADDRINUSE;
	}
	if (conf->masked)
		umask(was);
	return err;
}

static int
local_socket(const struct server_conf *conf, dev_t *dev, ino_t *ino)
{
	struct stat st;
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (bind_path(fd, conf) == 0 && lstat(conf->path, &st) == 0 &&
	    listen(fd, BACKLOG) == 0) {
		*dev = st.st_dev;
		*ino = st.st_ino;
		return fd;
	}
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

/* Only the file that we made: a successor may listen there by now. */
static void
remove_file(const struct server *s)
{
	struct stat st;

	if (lstat(s->conf.path, &st) == 0 && st.st_dev == s->dev &&
	    st.st_ino == s->ino)
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
	close(s->fd);
	s->fd = -1;
	if (s->conf.local)
		remove_file(s);
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
	struct stat st;

	return !s->conf.local || (lstat(s->conf.path, &st) == 0 &&
	    st.st_dev == s->dev && st.st_ino == s->ino);
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
	struct loop_fd *watch;
	dev_t dev = 0;
	ino_t ino = 0;
	int fd;

	if (s->fd >= 0 && same_place(&s->conf, conf) && file_is_ours(s)) {
		adopt(s, conf);
		return 0;
	}
	fd = conf->local ? local_socket(conf, &dev, &ino) :
	    tcp_socket(conf->port);
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
	s->dev = dev;
	s->ino = ino;
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

int
server_command(struct server *s, int argc, const char *const *argv,
    int unit, char *why, size_t n)
{
	struct server_conf conf;
	int err;

	if (argc == 1 && strcasecmp(argv[0], "none") == 0) {
		server_forget(s);
		return 0;
	}
	if (argc == 1 && strcasecmp(argv[0], "closed") == 0)
		return server_close(s, why, n);
	if (argc == 1 && strcasecmp(argv[0], "open") == 0)
		return server_reopen(s, why, n);
	if (argc < 2 || argc > 3)
		return say(-E_FORMAT, why, n, "usage");
	err = server_parse(&conf, argv[0], argv[1],
	    argc == 3 ? argv[2] : NULL, unit, why, n);
	if (err == 0)
		err = server_open(s, &conf, why, n);
	ct_wipe(conf.password, sizeof(conf.password));
	return err;
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
server_port(const struct server *s)
{
	return s->fd >= 0 ? s->conf.port : 0;
}
