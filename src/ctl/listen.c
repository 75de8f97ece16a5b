/* Sockets that listen. */
#include "ctl/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/txt.h"

#define BACKLOG	64

/* Bound and listening; else closed, with errno. */
static int
ready(int fd, const void *sa, socklen_t len)
{
	int on = 1, err;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, sa, len) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

int
listen_addr(const struct sockaddr *sa, socklen_t len)
{
	int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);

	return fd < 0 ? -1 : ready(fd, sa, len);
}

int
listen_tcp(uint16_t port)
{
	struct sockaddr_in6 s6 = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
		.sin6_addr = IN6ADDR_ANY_INIT,
	};
	struct sockaddr_in s4 = {
		.sin_family = AF_INET, .sin_port = htons(port),
	};
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd, off = 0;
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
	return six ? ready(fd, &s6, sizeof(s6)) : ready(fd, &s4, sizeof(s4));
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
bind_path(int fd, const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(un.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un.sun_path, path, strlen(path) + 1);
	if (bind(fd, (struct sockaddr *)&un, sizeof(un)) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return -1;
	if (is_stale(&un) && unlink(path) == 0)
		return bind(fd, (struct sockaddr *)&un, sizeof(un));
	errno = EADDRINUSE;
	return -1;
}

int
listen_local(const char *path, bool masked, mode_t mask,
    struct listen_file *file)
{
	struct stat st;
	mode_t was = 0;
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (masked)
		was = umask(mask);
	err = bind_path(fd, path);
	if (masked)
		umask(was);
	if (err == 0 && lstat(path, &st) == 0 && listen(fd, BACKLOG) == 0) {
		*file = (struct listen_file){ st.st_dev, st.st_ino };
		return fd;
	}
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

bool
listen_mask(const char *s, mode_t *mask)
{
	size_t len = strlen(s);

	if (len < 1 || len > 4 || strspn(s, "01234567") != len ||
	    (len == 4 && s[0] != '0'))
		return false;
	*mask = (mode_t)strtoul(s, NULL, 8);
	return true;
}

bool
listen_path(const char *s, int unit, char *path, size_t size)
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

bool
listen_is_file(const char *path, const struct listen_file *file)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == file->dev &&
	    st.st_ino == file->ino;
}
