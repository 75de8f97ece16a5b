/*
 * MSS clamping: the MSS option of a TCP SYN is lowered, never raised, so
 * that segments fit the link without fragments.
 */
#ifndef WIRE_MSS_H
#define WIRE_MSS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * mss_clamp - look at one IPv4 or IPv6 packet and lower its MSS option.
 * @ip, @len: the packet, changed in place (checksum fixed by RFC 1624)
 * @mtu: octets of the largest IP packet that fits
 * Returns true when it was changed. Fragments, other protocols, short or
 * odd headers are left alone. The limit is mtu - 40 (IPv4) or mtu - 60
 * (IPv6): 1452 and 1432 on PPPoE.
 */
bool mss_clamp(uint8_t *ip, size_t len, unsigned mtu);

#endif
