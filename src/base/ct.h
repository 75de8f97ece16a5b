/*
 * Comparing and wiping secrets. ct_equal looks at lengths first, then takes
 * the same time wherever the first difference is.
 */
#ifndef BASE_CT_H
#define BASE_CT_H

#include <stdbool.h>
#include <stddef.h>

bool ct_equal(const void *a, size_t alen, const void *b, size_t blen);
void ct_wipe(void *p, size_t n);

#endif
