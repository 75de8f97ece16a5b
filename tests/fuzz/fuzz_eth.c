/*
 * Ethernet headers. The first octets are the tag that the kernel took out,
 * the rest is a frame. What was read is written and read again.
 */
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "wire/eth.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n), again;
	uint16_t tci = rd_u16(&r);
	uint16_t tpid = rd_u8(&r) & 1 ? 0x8100 : 0;
	uint8_t hdr[ETH_HDR_MAX];
	struct wr w = wr_of(hdr, sizeof(hdr));
	struct eth e, f;
	struct vlans v;

	if (r.bad)
		return 0;
	const uint8_t *frame = r.p;
	int err = eth_read(&r, tci, tpid, &e);

	BUG_ON(err != 0 && err != -E_SHORT && err != -E_FORMAT);
	BUG_ON(r.p < frame || r.p > r.end);
	if (err != 0)
		return 0;
	BUG_ON(r.p - frame < 14 || r.p - frame > ETH_HDR_MAX);
	BUG_ON(e.vid[0] > VLAN_VID || e.vid[1] > VLAN_VID);
	BUG_ON(e.vid[0] == 0 && e.vid[1] != 0);
	v.outer = e.vid[0];
	v.inner = e.vid[1];
	eth_write(&w, e.dst, e.src, v, e.type);
	BUG_ON(w.bad || wr_size(&w) != eth_hdr_size(v));
	again = rd_of(hdr, wr_size(&w));
	BUG_ON(eth_read(&again, 0, 0, &f) != 0);
	BUG_ON(memcmp(&e, &f, sizeof(e)) != 0 || rd_size(&again) != 0);
	return 0;
}
