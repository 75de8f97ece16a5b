/*
 * Header compression. First octet: bit 0: the receiving side, to which
 * packets come with a length of two octets (top bit: whole packet); else
 * the sending side, whose work must be undone by a receiving one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "comp/vj.h"
#include "wire/cksum.h"
#include "wire/rd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct vj_out out;
static struct vj_in in;
static struct vj_stats st;

static void
receive(bool compressed, const uint8_t *p, size_t n)
{
	uint8_t to[VJ_ROOM], *copy = malloc(n + 1);

	BUG_ON(copy == NULL);
	memcpy(copy, p, n);
	int got = vj_restore(&in, compressed, copy, n, to, &st);

	BUG_ON(got == 0 || got > (int)VJ_ROOM);
	BUG_ON(compressed && got > 0 && cksum(to, (to[0] & 15u) * 4u, 0));
	free(copy);
}

/* The checksum of the IP header is made anew, so that it must be right. */
static void
there_and_back(const uint8_t *p, size_t n)
{
	uint8_t buf[4096], was[4096], to[VJ_ROOM], *at = buf;
	size_t len = n, ihl = n > 0 ? (p[0] & 15u) * 4u : 0;

	if (n < 40 || n > VJ_ROOM || ihl < 20 || ihl > n)
		return;
	memcpy(was, p, n);
	was[10] = was[11] = 0;
	uint16_t sum = cksum(was, ihl, 0);

	was[10] = (uint8_t)(sum >> 8);
	was[11] = (uint8_t)sum;
	memcpy(buf, was, n);
	enum vj_type type = vj_compress(&out, &at, &len, &st);

	BUG_ON(at + len != buf + n);
	if (type == VJ_IP) {
		BUG_ON(memcmp(buf, was, n) != 0);
		return;
	}
	int got = vj_restore(&in, type == VJ_COMPRESSED, at, len, to, &st);

	BUG_ON(got != (int)n || memcmp(to, was, n) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	uint8_t how = rd_u8(&r);
	unsigned slots = how >> 4 ? how >> 4 : 16;

	vj_out_init(&out, slots, how & 2);
	vj_in_init(&in, slots);
	while (rd_size(&r) > 2) {
		unsigned what = rd_u16(&r);
		size_t len = what & 0xfff;
		struct rd one = rd_sub(&r, len < rd_size(&r) ? len :
		    rd_size(&r));

		if (how & 1)
			receive(!(what & 0x8000), one.p, rd_size(&one));
		else
			there_and_back(one.p, rd_size(&one));
	}
	return 0;
}
