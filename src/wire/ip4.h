/* IPv4 addresses in host order: ranges and texts. */
#ifndef WIRE_IP4_H
#define WIRE_IP4_H

#include <stdint.h>

/* One range of addresses, both ends included. */
struct ip4_range {
	uint32_t lo, hi;
};

/* ip4_text - dotted quad into @buf of IP4_TEXT octets; returns buf. */
#define IP4_TEXT 16
const char *ip4_text(uint32_t addr, char buf[IP4_TEXT]);

#endif
