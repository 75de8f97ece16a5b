/* The Internet checksum. RFC 1071, RFC 1624. */
#ifndef WIRE_CKSUM_H
#define WIRE_CKSUM_H

#include <stddef.h>
#include <stdint.h>

/* cksum - complement of the one's complement sum; network order as stored
 * by a 16-bit big-endian write. @sum: partial sum to start from, or 0. */
uint16_t cksum(const void *p, size_t n, uint32_t sum);

/* cksum_fix - checksum @old after a 16-bit word changed @from -> @to. */
uint16_t cksum_fix(uint16_t old, uint16_t from, uint16_t to);

#endif
