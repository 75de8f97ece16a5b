/*
 * Sockets that listen, TCP and local ones. A socket file left by a dead
 * process is replaced, that of a live one is not.
 */
#ifndef CTL_LISTEN_H
#define CTL_LISTEN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Who a socket file is; after our own is gone its place may be another's. */
struct listen_file {
	dev_t	 dev;
	ino_t	 ino;
};

/*
 * listen_tcp - on @port of all addresses, IPv6 and IPv4. listen_local - at
 * @path, with umask @mask if @masked; fills @file. Non-blocking. The
 * descriptor, or -1 with errno.
 */
int listen_tcp(uint16_t port);
int listen_local(const char *path, bool masked, mode_t mask,
    struct listen_file *file);

/* listen_is_file - is what stands at @path still @file? */
bool listen_is_file(const char *path, const struct listen_file *file);

#endif
