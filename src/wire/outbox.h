/*
 * What an engine wants done: packets to send and events to act on, in
 * order. The caller empties it after each input. One outbox serves all
 * sessions of a worker; nothing in it outlives the call that filled it.
 */
#ifndef WIRE_OUTBOX_H
#define WIRE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/wr.h"

#define OUTBOX_ITEMS	32
#define OUTBOX_BYTES	16384

enum out_kind {
	OUT_PPP,	/* a PPP packet: proto + Information field */
	OUT_DISC,	/* a PPPoE Discovery payload, from VER/TYPE on */
	OUT_EVENT,	/* enum ppp_event or enum pppoe_event in .event */
};

struct out_item {
	uint8_t	 kind;		/* enum out_kind */
	uint16_t proto;		/* OUT_PPP: PPP protocol number */
	uint16_t event;		/* OUT_EVENT: which */
	uint32_t arg;		/* OUT_EVENT: its argument, or 0 */
	uint8_t	 dst[6];	/* OUT_DISC: destination MAC */
	uint16_t len;
	uint32_t off;		/* bytes: outbox.buf[off .. off + len) */
};

struct outbox {
	int	 n;
	bool	 full;		/* something did not fit: a bug, counted */
	uint32_t used;
	struct out_item item[OUTBOX_ITEMS];
	uint8_t	 buf[OUTBOX_BYTES];
};

static inline void
outbox_reset(struct outbox *ob)
{
	ob->n = 0;
	ob->used = 0;
	ob->full = false;
}

/*
 * outbox_begin - a writer over the free bytes, at most @max of them. Write
 * the packet, then call one of the end functions; without it nothing was
 * added.
 */
struct wr outbox_begin(struct outbox *ob, size_t max);

/* outbox_ppp - what @w holds is a packet of @proto. False: it did not fit. */
bool outbox_ppp(struct outbox *ob, const struct wr *w, uint16_t proto);

/* outbox_disc - what @w holds is a Discovery payload for @dst. */
bool outbox_disc(struct outbox *ob, const struct wr *w, const uint8_t dst[6]);

/* outbox_event - an event with an argument; @w NULL or its data. */
bool outbox_event(struct outbox *ob, uint16_t event, uint32_t arg,
    const struct wr *w);

static inline const uint8_t *
outbox_data(const struct outbox *ob, const struct out_item *it)
{
	return ob->buf + it->off;
}

#endif
