/* What addresses and routes need alike: socket addresses and verdicts. */
#ifndef OS_PARTS_FREEBSD_H
#define OS_PARTS_FREEBSD_H

#include <sys/types.h>
#include <sys/socket.h>

#include <netinet/in.h>
#include <stdint.h>

/*
 * fb_verdict - of a system call's result: 0; -E_EXIST, -E_UNKNOWN (no such
 * interface, address, route) or -E_SYS by errno.
 */
int fb_verdict(int result);

struct sockaddr_in fb_sin(const uint8_t *ip);

/* @index: the interface, which names the zone of link-local addresses. */
struct sockaddr_in6 fb_sin6(const uint8_t *ip, unsigned index);

/* fb_mask - @bits leading ones. */
void fb_mask(uint8_t mask[16], unsigned bits);

#endif
