/* Between the two files about AF_PACKET: setting up, and running. */
#ifndef IO_PACKET_LINUX_H
#define IO_PACKET_LINUX_H

#include "io/impl.h"

/*
 * packet_setup - io->fd, a packet socket of protocol 0, becomes one for the
 * frames of @c; the rest of @io is filled in. Returns as io_open().
 */
int packet_setup(struct io *io, const struct io_conf *c, char *why, size_t n);

#endif
