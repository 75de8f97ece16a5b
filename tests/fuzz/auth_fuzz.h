/*
 * Packets one after the other (each as long as its Length says) into both
 * roles of an authentication, with what must hold whatever comes in.
 */
#ifndef TESTS_AUTH_FUZZ_H
#define TESTS_AUTH_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* @algo: CHAP's, or 0 for PAP. */
void auth_fuzz(uint16_t proto, uint8_t algo, const uint8_t *p, size_t n);

#endif
