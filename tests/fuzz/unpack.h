/* What the fuzzers of the unpacking sides share. */
#ifndef TESTS_FUZZ_UNPACK_H
#define TESTS_FUZZ_UNPACK_H

#include "comp/comp.h"

/*
 * unpack_all - @p holds packets, each with two octets of length in front:
 * bit 15: sent plain, bit 14: a reset comes first.
 */
void unpack_all(struct comp *in, const uint8_t *p, size_t n);

#endif
