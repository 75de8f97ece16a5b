/* A protocol number and a packet, in words, into buffers of any size. */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "ppp/ppp.h"

#define ROOM	1024

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The text for a log: one line, printable, ended where it should. */
static size_t
describe(uint16_t proto, struct rd in, size_t room)
{
	char *buf = malloc(room);	/* so that sanitizers see the end */
	size_t len;

	BUG_ON(buf == NULL);
	ppp_describe(proto, in, buf, room);
	len = strnlen(buf, room);
	BUG_ON(len == room);
	for (size_t i = 0; i < len; i++)
		BUG_ON(buf[i] < ' ' || buf[i] > '~');
	free(buf);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint16_t proto = rd_u16(&r);
	size_t room = rd_u8(&r) + 1u, len;

	if (r.bad)
		return 0;
	len = describe(proto, r, room);
	BUG_ON(len > describe(proto, r, ROOM));
	return 0;
}
