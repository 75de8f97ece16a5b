/* Device names with VLAN tags. */
#include "ctl/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "os/net.h"

/* Takes `.VID` off the end of @name; 0: there is none. */
static uint16_t
cut_vid(char *name)
{
	char *dot = strrchr(name, '.'), *end;
	unsigned long vid;

	if (dot == NULL || dot[1] == '\0')
		return 0;
	vid = strtoul(dot + 1, &end, 10);
	if (*end != '\0' || vid < 1 || vid > 4094)
		return 0;
	*dot = '\0';
	return (uint16_t)vid;
}

int
device_find(const char *name, char ifname[IFNAMSIZ], struct vlans *v)
{
	uint16_t vid[2] = { 0, 0 };

	memset(v, 0, sizeof(*v));
	snprintf(ifname, IFNAMSIZ, "%s", name);
	for (int tags = 0; os_if_index(ifname) <= 0; tags++) {
		uint16_t cut = tags < 2 ? cut_vid(ifname) : 0;

		if (cut == 0)
			return -E_UNKNOWN;
		vid[1] = vid[0];
		vid[0] = cut;
	}
	v->outer = vid[0];
	v->inner = vid[1];
	return 0;
}
