/*
 * Files of captured frames: the few blocks of pcapng that are needed, in
 * network order, so that the common writer makes them. Pure.
 * draft-ietf-opsawg-pcapng: Section Header (4.1), Interface Description
 * (4.2), Enhanced Packet (4.3), Interface Statistics (4.6).
 */
#ifndef WIRE_PCAPNG_H
#define WIRE_PCAPNG_H

#include <stdint.h>

#include "wire/wr.h"

#define PCAPNG_MAGIC	0x0a0d0d0au	/* a file begins with it */
#define PCAPNG_EXTRA	512u		/* octets of a block besides data, at
					 * most: comments are shorter */
#define PCAPNG_ETHERNET	1		/* link types */
#define PCAPNG_PPP	9

struct pcapng_frame {
	uint32_t iface;			/* in the order they were described */
	uint64_t wall_ns;		/* since 1970 */
	bool	 out;			/* we sent it */
	const uint8_t *p;
	uint32_t len;			/* octets at p */
	uint32_t size;			/* that it had */
	const char *comment;
};

/* Each writes one block; w->bad: no room, the block is not to be used. */
void pcapng_section(struct wr *w, const char *program);
void pcapng_interface(struct wr *w, uint16_t link_type, const char *name);
void pcapng_frame(struct wr *w, const struct pcapng_frame *f);

/* pcapng_lost - at the end: how many frames of @iface are missing. */
void pcapng_lost(struct wr *w, uint32_t iface, uint64_t wall_ns,
    uint64_t frames);

#endif
