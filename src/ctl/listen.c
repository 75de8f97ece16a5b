/* Sockets that listen. */
#include "ctl/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG	64

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
listen_is_file(const char *path, const struct listen_file *file)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == file->dev &&
	    st.st_ino == file->ino;
}
