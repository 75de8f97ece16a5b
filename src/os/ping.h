/*
 * ICMP echo by sockets of our own. RFC 792, RFC 4443 section 4. ping_open()
 * needs CAP_NET_RAW or, on Linux, net.ipv4.ping_group_range; the socket may
 * be given to a process that has neither.
 */
#ifndef OS_PING_H
#define OS_PING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/clock.h"

#define PING_OCTETS	56u		/* behind the header, as ping(8) */
#define PING_MOST	100u

/* ping_open - of AF_INET or AF_INET6. -E_SYS: errno. Owner: the caller. */
int ping_open(int family);

/*
 * ping_run - @n echo requests to @to from @from, @every apart, the last
 * answer waited for as long as @wait. @us of n gets microseconds, -1 where
 * none came. Blocks. How many were sent, or -E_SYS: not one.
 */
struct ping {
	int	 fd;			/* borrows */
	const struct sockaddr *from, *to;
	socklen_t from_len, to_len;
	unsigned n;			/* PING_MOST at most */
	tstamp	 every, wait;
};
int ping_run(const struct ping *p, double *us);

#endif
