/*
 * NAT of what leaves through our TUN: nftables through libnftables on
 * Linux, in a table of our own name that goes away with nat_off(), also
 * after a crash (nat_on() first removes what an earlier run left).
 */
#ifndef OS_NAT_H
#define OS_NAT_H

#include <stddef.h>

/*
 * nat_on - masquerade IPv4 that leaves through @ifname. Returns 0; else the
 * text is in @why: -E_SYS, -E_RANGE (a name nftables cannot take),
 * -E_UNKNOWN (this system has no NAT for us). Forwarding is not switched on.
 */
int nat_on(const char *ifname, char *why, size_t n);

/* nat_off - undo it; 0 also when it was not on. -E_SYS, -E_RANGE. */
int nat_off(const char *ifname);

#endif
