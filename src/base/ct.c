/* Constant-time compare and a wipe the compiler keeps. */
#include "base/ct.h"

#include <stdint.h>

bool
ct_equal(const void *a, size_t alen, const void *b, size_t blen)
{
	const uint8_t *x = a, *y = b;
	uint8_t diff = 0;

	if (alen != blen)
		return false;
	for (size_t i = 0; i < alen; i++)
		diff |= (uint8_t)(x[i] ^ y[i]);
	return diff == 0;
}

void
ct_wipe(void *p, size_t n)
{
	volatile uint8_t *v = p;

	while (n-- > 0)
		*v++ = 0;
}
