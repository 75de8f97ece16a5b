/* What the files of this folder share about interfaces. */
#ifndef OS_IFACE_H
#define OS_IFACE_H

#include <net/if.h>

/*
 * if_ask - ioctl @op about @ifname; its name is filled in here. Returns 0,
 * -E_UNKNOWN when there is no such interface, -E_SYS.
 */
int if_ask(const char *ifname, unsigned long op, struct ifreq *ifr);

#endif
