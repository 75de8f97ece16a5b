/* Which packets go first when others wait: `set urgent`. Pure. */
#ifndef FILTER_URGENT_H
#define FILTER_URGENT_H

#include "filter/filter.h"

#define URGENT_PORTS	40

struct urgent_ports {
	uint8_t	 n;
	uint16_t port[URGENT_PORTS];
};

struct urgent_conf {
	struct urgent_ports tcp, udp;
	bool	 tos;			/* the low-delay bit counts */
	uint16_t length;		/* TCP with less data; 0: does not */
};

/* urgent_default - ppp(8)'s: ftp, ssh, telnet, r-commands; TOS. */
void urgent_default(struct urgent_conf *u);

/* urgent_put - @on: add, else remove. -E_FULL: over URGENT_PORTS. */
int urgent_put(struct urgent_ports *p, uint16_t port, bool on);

bool urgent_is(const struct urgent_conf *u, const struct filter_pkt *p);

#endif
