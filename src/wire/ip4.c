/* IPv4 addresses as text. */
#include "wire/ip4.h"

#include <stdio.h>

const char *
ip4_text(uint32_t a, char buf[IP4_TEXT])
{
	snprintf(buf, IP4_TEXT, "%u.%u.%u.%u", a >> 24, a >> 16 & 255,
	    a >> 8 & 255, a & 255);
	return buf;
}
