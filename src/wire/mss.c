/* MSS clamping on SYN packets, IPv4 and IPv6. RFC 9293 section 3.7.1. */
#include "wire/mss.h"

#include "wire/cksum.h"
#include "wire/rd.h"

#define TCP		6
#define TCP_SYN		0x02
#define OPT_END		0
#define OPT_NOP		1
#define OPT_MSS		2

/* Offset of the TCP header, or 0 when this is no whole TCP segment. */
static size_t
tcp_offset(const uint8_t *ip, size_t len, unsigned *overhead)
{
	if (len >= 20 && ip[0] >> 4 == 4) {
		size_t hl = (ip[0] & 15u) * 4;

		*overhead = 40;
		if (ip[9] != TCP || hl < 20 || (ip[6] & 0x3f) != 0 ||
		    ip[7] != 0)
			return 0;
		return hl;
	}
	if (len >= 40 && ip[0] >> 4 == 6 && ip[6] == TCP) {
		*overhead = 60;
		return 40;
	}
	return 0;
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
	unsigned overhead;
	size_t off = tcp_offset(ip, len, &overhead);

	if (off == 0 || len < off + 20 || mtu <= overhead)
		return false;
	uint8_t *tcp = ip + off;
	size_t hl = (tcp[12] >> 4) * 4u;

	if ((tcp[13] & TCP_SYN) == 0 || hl < 20 || hl > len - off)
		return false;
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
			return lower(tcp, at, (uint16_t)(mtu - overhead));
	}
	return false;
}
