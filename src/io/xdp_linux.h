/* AF_XDP beside a packet socket, and the program that steers to it. */
#ifndef IO_XDP_LINUX_H
#define IO_XDP_LINUX_H

#include "io/impl.h"

/*
 * xdp_open - @packet, which is taken, with an AF_XDP socket beside it: frames
 * leave by that, and those that the program of c->map gives to it arrive
 * there; all others through @packet, and everything while the queue of this
 * lane has no room for a socket, or does not exist. With IO_XDP_SEND there
 * is no program, and nothing arrives there.
 * Returns what to use from now on.
 */
struct io *xdp_open(struct io *packet, const struct io_conf *c);

/* xdp_join - the AF_XDP socket @fd is that of @lane in io_xdp.map: 0, or
 * -E_SYS. */
int xdp_join(int map, unsigned lane, int fd);

#endif
