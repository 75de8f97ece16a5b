/*
 * Sockets that listen, TCP and local ones. A socket file left by a dead
 * process is replaced, that of a live one is not.
 */
#ifndef CTL_LISTEN_H
#define CTL_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* Who a socket file is; after our own is gone its place may be another's. */
struct listen_file {
	dev_t	 dev;
	ino_t	 ino;
};

/*
 * listen_tcp - on @port of all addresses, IPv6 and IPv4. listen_addr - on
 * that one. listen_local - at
 * @path, with umask @mask if @masked; fills @file. Non-blocking. The
 * descriptor, or -1 with errno.
 */
int listen_tcp(uint16_t port);
int listen_addr(const struct sockaddr *sa, socklen_t len);
int listen_local(const char *path, bool masked, mode_t mask,
    struct listen_file *file);

/*
 * What `set server` and `set http` say of a local socket. listen_mask - one
 * to four octal digits, the first of four a 0. listen_path - @s with `%d`
 * replaced by @unit; false: longer than @size.
 */
bool listen_mask(const char *s, mode_t *mask);
bool listen_path(const char *s, int unit, char *path, size_t size);

/* listen_is_file - is what stands at @path still @file? */
bool listen_is_file(const char *path, const struct listen_file *file);

#endif
