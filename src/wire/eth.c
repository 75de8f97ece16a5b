/* Ethernet and VLAN headers. IEEE 802.1Q. */
#include "wire/eth.h"

#include <stdio.h>

#include "base/err.h"

static bool
is_tag(uint16_t type)
{
	return type == ETH_P_VLAN || type == ETH_P_QINQ || type == 0x9100;
}

int
eth_read(struct rd *r, uint16_t stripped_tci, uint16_t stripped_tpid,
    struct eth *e)
{
	unsigned n = 0;

	e->vid[0] = e->vid[1] = 0;
	rd_copy(r, e->dst, ETH_ADDR);
	rd_copy(r, e->src, ETH_ADDR);
	if (stripped_tpid != 0 && (stripped_tci & VLAN_VID) != 0)
		e->vid[n++] = stripped_tci & VLAN_VID;
	e->type = rd_u16(r);
	for (unsigned tags = 0; is_tag(e->type) && !r->bad; tags++) {
		uint16_t vid = rd_u16(r) & VLAN_VID;

		if (tags == 2 || (vid != 0 && n == 2))
			return -E_FORMAT;
		if (vid != 0)
			e->vid[n++] = vid;
		e->type = rd_u16(r);
	}
	return r->bad ? -E_SHORT : 0;
}

void
eth_write(struct wr *w, const uint8_t dst[ETH_ADDR],
    const uint8_t src[ETH_ADDR], struct vlans v, uint16_t type)
{
	wr_put(w, dst, ETH_ADDR);
	wr_put(w, src, ETH_ADDR);
	if (v.outer != 0) {
		wr_u16(w, v.inner != 0 ? ETH_P_QINQ : ETH_P_VLAN);
		wr_u16(w, v.outer & VLAN_VID);
	}
	if (v.inner != 0) {
		wr_u16(w, ETH_P_VLAN);
		wr_u16(w, v.inner & VLAN_VID);
	}
	wr_u16(w, type);
}

bool
mac_is_broadcast(const uint8_t mac[ETH_ADDR])
{
	static const uint8_t all[ETH_ADDR] = { 255, 255, 255, 255, 255, 255 };

	return memcmp(mac, all, ETH_ADDR) == 0;
}

bool
mac_is_unicast(const uint8_t mac[ETH_ADDR])
{
	static const uint8_t none[ETH_ADDR];

	return (mac[0] & 1) == 0 && memcmp(mac, none, ETH_ADDR) != 0;
}

const char *
mac_text(const uint8_t m[ETH_ADDR], char buf[MAC_TEXT])
{
	snprintf(buf, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x",
	    m[0], m[1], m[2], m[3], m[4], m[5]);
	return buf;
}

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93u;
	return h ^ h >> 32;
}

uint64_t
sess_key_hash(const struct sess_key *k, uint64_t seed)
{
	uint64_t a, b;

	_Static_assert(sizeof(*k) == 16, "key without padding");
	memcpy(&a, k, 8);
	memcpy(&b, (const uint8_t *)k + 8, 8);
	return mix(mix(a ^ seed) + b);
}
