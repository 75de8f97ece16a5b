/* Inside pppoetest: sockets of transfers; nothing waits for ever. */
#ifndef CMD_PPPOETEST_SOCK_H
#define CMD_PPPOETEST_SOCK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

union xsock {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_storage room;
};

void xsock_set_port(union xsock *s, uint16_t port);
uint16_t xsock_port(const union xsock *s);

/* xsock_open - of @family; with AF_INET6 also for IPv4. -1: errno. */
int xsock_open(int family, int type);

/* xsock_ready - until @fd is; false: errno is ETIMEDOUT, or EINTR: pt_stop. */
bool xsock_ready(int fd, short what, uint32_t ms);
void xsock_no_waiting(int fd);

/* xsock_dial - a connected, non-blocking socket within @ms; -1: errno.
 * @ifname: it leaves through this interface; NULL: as routed */
int xsock_dial(const union xsock *to, socklen_t n, int type,
    const char *ifname, uint32_t ms);

/* xsock_way_out - the interface with our end's address: its name; is it
 * point-to-point? */
bool xsock_way_out(int fd, char name[IFNAMSIZ]);

#endif
