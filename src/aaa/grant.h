/*
 * What a RADIUS server grants a name beyond an address: limits, routes, name
 * servers, keys for accounting. Plain data; zero: nothing is said. IPv4 in
 * host order, IPv6 in network order.
 */
#ifndef AAA_GRANT_H
#define AAA_GRANT_H

#include <stdbool.h>
#include <stdint.h>

#define GRANT_ROUTES	8
#define GRANT_CLASS	256
#define GRANT_NAME	64

struct grant_route {
	uint8_t	 family, bits;
	bool	 has_gw;		/* false: the peer itself */
	uint8_t	 dst[16], gw[16];	/* network order, IPv4 in 4 octets */
};

struct grant_extra {
	bool	 radius;		/* a RADIUS server has said this */
	bool	 no_vj, vj;		/* Framed-Compression: none; VJ */
	uint8_t	 mask_bits;		/* Framed-IP-Netmask; 0: none */
	uint8_t	 prefix6_bits;		/* Framed-IPv6-Prefix; 0: none */
	uint8_t	 prefix6[16];
	uint8_t	 routes;
	struct grant_route route[GRANT_ROUTES];
	uint16_t mtu;			/* Framed-MTU; 0: none */
	uint32_t session_secs, idle_secs, interim_secs;	/* 0: none */
	uint32_t dns[2], nbns[2];
	uint64_t rate_up, rate_down;	/* bits/s, up: from the peer; 0 */
	char	 filter[GRANT_NAME];	/* Filter-Id that is no rate; "" */
	uint16_t class_len;		/* Class attributes, whole */
	uint8_t	 class_[GRANT_CLASS];
};

#endif
