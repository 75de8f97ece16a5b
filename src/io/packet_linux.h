/* Between the two files about AF_PACKET: setting up, and running. */
#ifndef IO_PACKET_LINUX_H
#define IO_PACKET_LINUX_H

#include "io/impl.h"

/*
 * packet_make - a socket for the frames of @c, which arrive from now on;
 * io->fd, and the rest of @io, are filled in. packet_know - the same for a
 * socket that is made already. Both return as io_open(); on error io->fd is
 * closed.
 */
int packet_make(struct io *io, const struct io_conf *c, char *why, size_t n);
int packet_know(struct io *io, const struct io_conf *c, char *why, size_t n);

/* packet_learn - ifindex, MTU and MAC of an Ethernet interface, by any socket
 * in io->fd. Returns as io_open(). */
int packet_learn(struct io *io, const char *ifname, char *why, size_t n);

#endif
