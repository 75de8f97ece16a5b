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

/*
 * The same in the order of the machine, for payloads: a one's complement
 * sum of 64 bits, not folded yet. @p starts at an even offset of what is
 * summed; a piece of odd length must be the last. sum_copy() copies while it
 * sums.
 */
uint64_t sum_add(uint64_t sum, const void *p, size_t n);
uint64_t sum_copy(uint64_t sum, void *to, const void *from, size_t n);

/* sum_fold - to 16 bits, not complemented; stored as it is (memcpy). */
uint16_t sum_fold(uint64_t sum);

/*
 * sum_pseudo - the pseudo header of TCP or UDP over the IP header @ip (4 or
 * 6 by its version). @len: octets of TCP or UDP header and payload.
 */
uint64_t sum_pseudo(const uint8_t *ip, uint8_t proto, size_t len);

#endif
