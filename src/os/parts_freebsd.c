/* Socket addresses and verdicts. */
#include "os/parts_freebsd.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"

int
fb_verdict(int result)
{
	if (result >= 0)
		return 0;
	switch (errno) {
	case EEXIST:
		return -E_EXIST;
	case ENXIO:
	case ENODEV:
	case ESRCH:
	case EADDRNOTAVAIL:
		return -E_UNKNOWN;
	}
	return -E_SYS;
}

struct sockaddr_in
fb_sin(const uint8_t *ip)
{
	struct sockaddr_in s = {
		.sin_len = sizeof(s), .sin_family = AF_INET,
	};

	memcpy(&s.sin_addr, ip, 4);
	return s;
}

struct sockaddr_in6
fb_sin6(const uint8_t *ip, unsigned index)
{
	struct sockaddr_in6 s = {
		.sin6_len = sizeof(s), .sin6_family = AF_INET6,
	};

	memcpy(&s.sin6_addr, ip, 16);
	if (IN6_IS_ADDR_LINKLOCAL(&s.sin6_addr))
		s.sin6_scope_id = index;
	return s;
}

void
fb_mask(uint8_t mask[16], unsigned bits)
{
	memset(mask, 0, 16);
	for (unsigned i = 0; i < bits && i < 128; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> (i % 8));
}
