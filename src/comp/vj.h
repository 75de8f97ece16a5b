/*
 * Header compression for TCP over IPv4, RFC 1144: of the 40 octets of a
 * header that is like the one before, three to five are sent. Both sides
 * remember the last header of each connection, in up to 16 slots. Pure.
 */
#ifndef COMP_VJ_H
#define COMP_VJ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VJ_SLOTS	16u
#define VJ_HDR_MAX	120u		/* IP and TCP with all options */
#define VJ_ROOM		2304u

struct vj_slot {
	uint8_t	 hlen;			/* octets of hdr; 0: empty */
	uint8_t	 hdr[VJ_HDR_MAX];	/* IP and TCP header */
};

/* Statistics of `show compress`. */
struct vj_stats {
	uint32_t packets, compressed;	/* out: TCP looked at, sent short */
	uint32_t searches, misses;	/* slots beyond the first one */
	uint32_t in_compressed, in_uncompressed, in_errors, in_tossed;
};

struct vj_out {				/* owner: the session */
	uint8_t	 slots;			/* that the peer has, 1..16 */
	bool	 slotcomp;		/* it lets the slot be left out */
	uint8_t	 last;			/* slot of the last packet; 255 */
	uint8_t	 order[VJ_SLOTS];	/* most recently used first */
	struct vj_slot slot[VJ_SLOTS];
};

struct vj_in {				/* owner: the session */
	uint8_t	 slots;
	bool	 toss;			/* until a packet names its slot */
	uint8_t	 last;
	struct vj_slot slot[VJ_SLOTS];
};

void vj_out_init(struct vj_out *v, unsigned slots, bool slotcomp);
void vj_in_init(struct vj_in *v, unsigned slots);

enum vj_type { VJ_IP, VJ_UNCOMPRESSED, VJ_COMPRESSED };

/*
 * vj_compress - one IPv4 packet on its way out, in place.
 * @p, @n: the packet; both change when it gets shorter at its front
 */
enum vj_type vj_compress(struct vj_out *v, uint8_t **p, size_t *n,
    struct vj_stats *st);

/*
 * vj_restore - a packet of protocol 0x002d (@compressed) or 0x002f.
 * @out: takes VJ_ROOM octets
 * Returns the size of the IPv4 packet, or -E_FORMAT: dropped, as are those
 * after it until one names its slot.
 */
int vj_restore(struct vj_in *v, bool compressed, const uint8_t *p, size_t n,
    uint8_t out[VJ_ROOM], struct vj_stats *st);

/* vj_lost - a packet was lost below: what follows may not be trusted. */
void vj_lost(struct vj_in *v);

#endif
