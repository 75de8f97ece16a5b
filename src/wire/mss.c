/* MSS clamping on SYN packets, IPv4 and IPv6. RFC 9293 section 3.7.1. */
#include "wire/mss.h"

#include "wire/cksum.h"
#include "wire/rd.h"

#define TCP		6
#define TCP_SYN		0x02
#define OPT_END		0
#define OPT_NOP		1
#define OPT_MSS		2

/* The TCP segment, from its header to the end that the IP header tells; its
 * size is 0 when this is no whole one. */
struct segment {
	uint8_t	*tcp;
	size_t	 size;
	unsigned overhead;		/* fixed headers of IP and TCP */
};

static void
find4(uint8_t *ip, size_t len, struct segment *s)
{
	size_t hl = (ip[0] & 15u) * 4, total = (size_t)(ip[2] << 8 | ip[3]);

	if (ip[9] != TCP || hl < 20 || total < hl || total > len ||
	    (ip[6] & 0x3f) != 0 || ip[7] != 0)	/* a fragment */
		return;
	s->tcp = ip + hl;
	s->size = total - hl;
	s->overhead = 40;
}

static void
find6(uint8_t *ip, size_t len, struct segment *s)
{
	size_t size = (size_t)(ip[4] << 8 | ip[5]);

	if (ip[6] != TCP || size > len - 40)
		return;
	s->tcp = ip + 40;
	s->size = size;
	s->overhead = 60;
}

static bool
lower(uint8_t *tcp, size_t at, uint16_t limit)
{
	uint16_t mss = (uint16_t)(tcp[at] << 8 | tcp[at + 1]);
	uint16_t sum = (uint16_t)(tcp[16] << 8 | tcp[17]);
	uint16_t to = limit, from = mss;

	if (mss <= limit)
		return false;
	tcp[at] = (uint8_t)(limit >> 8);
	tcp[at + 1] = (uint8_t)limit;
	if (at & 1) {		/* the sum sees the bytes in other halves */
		from = (uint16_t)(mss << 8 | mss >> 8);
		to = (uint16_t)(limit << 8 | limit >> 8);
	}
	sum = cksum_fix(sum, from, to);
	tcp[16] = (uint8_t)(sum >> 8);
	tcp[17] = (uint8_t)sum;
	return true;
}

bool
mss_clamp(uint8_t *ip, size_t len, unsigned mtu)
{
	struct segment s = { .size = 0 };

	if (len >= 20 && ip[0] >> 4 == 4)
		find4(ip, len, &s);
	else if (len >= 40 && ip[0] >> 4 == 6)
		find6(ip, len, &s);
	if (s.size < 20 || mtu <= s.overhead)
		return false;
	uint8_t *tcp = s.tcp;
	size_t hl = (tcp[12] >> 4) * 4u;

	if ((tcp[13] & TCP_SYN) == 0 || hl < 20 || hl > s.size)
		return false;
	uint16_t limit = (uint16_t)(mtu - s.overhead < UINT16_MAX ?
	    mtu - s.overhead : UINT16_MAX);
	struct rd r = rd_of(tcp + 20, hl - 20);

	while (rd_size(&r) > 0) {
		uint8_t kind = rd_u8(&r);

		if (kind == OPT_END)
			return false;
		if (kind == OPT_NOP)
			continue;
		uint8_t olen = rd_u8(&r);
		size_t at = (size_t)(r.p - tcp);

		rd_sub(&r, olen < 2 ? SIZE_MAX : olen - 2u);
		if (r.bad)
			return false;
		if (kind == OPT_MSS && olen == 4)
			return lower(tcp, at, limit);
	}
	return false;
}
