/*
 * Host names without waiting: a thread asks, its answer is a readable
 * descriptor.
 */
#ifndef OS_LOOKUP_H
#define OS_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define LOOKUP_MAX	8	/* addresses of a host, at most */

struct lookup_answer {
	int	 n;			/* addresses, in the system's order */
	char	 why[120];		/* n is 0 */
	socklen_t len[LOOKUP_MAX];
	struct sockaddr_storage addr[LOOKUP_MAX];
};

/*
 * lookup_start - @host and @service (number or name) for sockets of
 * @socktype. A descriptor that becomes readable with a struct
 * lookup_answer; closing it early is allowed. Or -E_SYS, -E_NOMEM.
 */
int lookup_start(const char *host, const char *service, int socktype);

/* lookup_take - read and close @fd. False: it told nothing. */
bool lookup_take(int fd, struct lookup_answer *a);

#endif
