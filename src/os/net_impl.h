/* The systems' own versions of what os/net.c logs and calls. */
#ifndef OS_NET_IMPL_H
#define OS_NET_IMPL_H

#include "os/net.h"

int sys_addr_add(const char *ifname, const struct os_addr *a);
int sys_addr_del(const char *ifname, const struct os_addr *a);
int sys_route_add(const char *ifname, const struct os_route *r,
    bool replace);
int sys_route_del(const char *ifname, const struct os_route *r);

#endif
