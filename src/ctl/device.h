/*
 * The Ethernet interface behind a device word, with VLAN tags that need no
 * VLAN device: eth1.7 is the interface of that name if there is one, else
 * VLAN 7 on eth1; eth1.100.7 is VLAN 7 inside VLAN 100.
 */
#ifndef CTL_DEVICE_H
#define CTL_DEVICE_H

#include <net/if.h>

#include "wire/eth.h"

/*
 * device_find - @name as in PPPoE:NAME. 0 with @ifname and @v; -E_UNKNOWN:
 * neither such an interface nor one to tag frames on.
 */
int device_find(const char *name, char ifname[IFNAMSIZ], struct vlans *v);

#endif
