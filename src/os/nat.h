/*
 * NAT of what leaves through our TUN: nftables through libnftables on
 * Linux, in a table of our own name that goes away with nat_off(), also
 * after a crash (nat_on() first removes what an earlier run left).
 */
#ifndef OS_NAT_H
#define OS_NAT_H

#include <stddef.h>

/* nat_on - masquerade on @ifname. 0 or -E_SYS with the text in @why. */
int nat_on(const char *ifname, char *why, size_t n);
int nat_off(const char *ifname);

#endif
