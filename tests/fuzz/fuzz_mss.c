/*
 * MSS clamping. The first two octets are the MTU, the rest is an IP packet.
 * It is changed only in a SYN's MSS and checksum, and then the checksum is
 * as right as it was: the sum over the whole segment stays the same.
 */
#include <string.h>

#include "base/bug.h"
#include "wire/cksum.h"
#include "wire/mss.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Where the TCP segment is; its end is what the IP header says. */
static size_t
segment(const uint8_t *ip, size_t *end)
{
	if (ip[0] >> 4 == 4) {
		*end = (size_t)(ip[2] << 8 | ip[3]);
		return (ip[0] & 15u) * 4;
	}
	*end = 40 + (size_t)(ip[4] << 8 | ip[5]);
	return 40;
}

static void
check(const uint8_t *ip, const uint8_t *was, size_t n, unsigned mtu)
{
	size_t end, off = segment(ip, &end), first = n, last = 0;
	unsigned limit = mtu - (ip[0] >> 4 == 4 ? 40 : 60);

	BUG_ON(end > n || off + 20 > end);
	BUG_ON((ip[off + 13] & 2) == 0);
	for (size_t i = 0; i < n; i++) {
		if (ip[i] == was[i] || i == off + 16 || i == off + 17)
			continue;
		first = i < first ? i : first;
		last = i;
	}
	BUG_ON(first < off + 22 || last >= end || last - first > 1);
	BUG_ON(last >= off + (ip[off + 12] >> 4) * 4u);
	/* One of the two octets may have kept its value. */
	BUG_ON((ip[first] << 8 | ip[first + 1]) != (int)limit &&
	    (ip[first - 1] << 8 | ip[first]) != (int)limit);
	BUG_ON(cksum(ip + off, end - off, 0) % 0xffff !=
	    cksum(was + off, end - off, 0) % 0xffff);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint8_t ip[2048], was[2048];
	unsigned mtu;

	if (n < 2 || n - 2 > sizeof(ip))
		return 0;
	mtu = (unsigned)(p[0] << 8 | p[1]);
	n -= 2;
	memset(ip, 0, sizeof(ip));
	memcpy(ip, p + 2, n);
	memcpy(was, ip, sizeof(ip));
	if (mss_clamp(ip, n, mtu)) {
		check(ip, was, n, mtu);
		BUG_ON(mss_clamp(ip, n, mtu));
	} else {
		BUG_ON(memcmp(ip, was, sizeof(ip)) != 0);
	}
	return 0;
}
