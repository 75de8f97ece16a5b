/*
 * Ethernet headers with up to two VLAN tags (802.1Q inside 802.1ad), and
 * the key by which a PPPoE session is told from all others.
 */
#ifndef WIRE_ETH_H
#define WIRE_ETH_H

#include <stdbool.h>
#include <stdint.h>

#include "wire/rd.h"
#include "wire/wr.h"

#define ETH_ADDR	6
#define ETH_HDR_MAX	22		/* two addresses, two tags, type */
#define ETH_P_VLAN	0x8100
#define ETH_P_QINQ	0x88a8
#define VLAN_VID	0x0fffu		/* bits of a TCI that name the VLAN */

struct eth {
	uint8_t	 dst[ETH_ADDR], src[ETH_ADDR];
	uint16_t type;			/* of the payload, tags peeled off */
	uint16_t vid[2];		/* outer, inner; 0: no tag (or VID 0) */
};

/*
 * VLANs of a frame or a port. VID 0 (a priority tag) counts as untagged.
 * One tag: outer is set, inner is 0.
 */
struct vlans {
	uint16_t outer, inner;
};

/*
 * Who a session belongs to: interface, VLANs, peer MAC and Session-ID
 * together (never the id alone). No padding: memcmp and hashing work.
 */
struct sess_key {
	uint8_t	 mac[ETH_ADDR];
	uint16_t sid;			/* PPPoE SESSION_ID, host order */
	uint16_t port;			/* index of our interface */
	struct vlans vlan;
	uint16_t zero;
};

/*
 * eth_read - peel addresses, tags and type off a frame.
 * @stripped_tci, @stripped_tpid: tag that the kernel took out of the bytes
 * (auxiliary data); tpid 0: none. It is the outer one.
 * Returns 0, -E_SHORT, or -E_FORMAT for more than two tags. The reader is
 * left at the payload.
 */
int eth_read(struct rd *r, uint16_t stripped_tci, uint16_t stripped_tpid,
    struct eth *e);

/*
 * eth_write - addresses, tags (802.1Q for one; 802.1ad outside and 802.1Q
 * inside for two) and type.
 */
void eth_write(struct wr *w, const uint8_t dst[ETH_ADDR],
    const uint8_t src[ETH_ADDR], struct vlans v, uint16_t type);

/* eth_hdr_size - octets that eth_write() will write. */
static inline unsigned
eth_hdr_size(struct vlans v)
{
	return 14u + (v.outer != 0 ? 4u : 0) + (v.inner != 0 ? 4u : 0);
}

bool mac_is_broadcast(const uint8_t mac[ETH_ADDR]);
bool mac_is_unicast(const uint8_t mac[ETH_ADDR]);	/* and not zero */

/* mac_text - "02:00:5e:00:53:01" into @buf of MAC_TEXT octets; returns buf. */
#define MAC_TEXT 18
const char *mac_text(const uint8_t mac[ETH_ADDR], char buf[MAC_TEXT]);

/* sess_key_hash - seeded with a secret so that peers cannot aim at a slot. */
uint64_t sess_key_hash(const struct sess_key *k, uint64_t seed);

#endif
