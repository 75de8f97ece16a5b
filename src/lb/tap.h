/*
 * The way of captured frames to the file: a ring for each lane and one for
 * what control sends and receives itself, each with one producer. Who
 * produces never waits: a full ring is counted. The consumer is one thread
 * (ctl/capture.h), which owns the rings.
 */
#ifndef LB_TAP_H
#define LB_TAP_H

#include <net/if.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/spsc.h"
#include "io/capfilter.h"
#include "sess/capture.h"
#include "wire/pkt.h"

#define TAP_LANES	64
#define TAP_CONTROL	TAP_LANES	/* its ring's index */
#define TAP_RINGS	(TAP_LANES + 1)
#define TAP_FRAMES	16384u		/* in the rings of all lanes: 38 MB */
#define TAP_MOST	4096u		/* frames in one */
#define TAP_WHO		64
#define TAP_DATA	(PKT_HEADROOM + PKT_ROOM + 4)	/* a tag put back */

struct tap_msg {
	tstamp	 at;
	uint32_t serial;		/* of the capture it was made for */
	uint16_t len, size;		/* octets in data; the frame had */
	bool	 out, line;
	char	 ifname[IFNAMSIZ];	/* "": a line */
	char	 who[TAP_WHO];		/* link or peer, "" */
	uint8_t	 data[TAP_DATA];
};

struct tap {
	struct spsc ring;		/* of struct tap_msg */
	_Atomic uint64_t lost;		/* written by the producer */
};

/* What all producers see. Made before any lane sees a snapshot that wants
 * frames; stays until all threads have ended. */
struct taps {
	_Atomic uint32_t on;		/* serial of the capture that takes
					 * frames; 0: none */
	struct tap *tap[TAP_RINGS];	/* owner: this; NULL: not made */
};

static inline bool
taps_want(const struct taps *t, uint32_t serial)
{
	return serial != 0 && serial ==
	    atomic_load_explicit(&t->on, memory_order_relaxed);
}

/* taps_open - this capture takes frames; taps_close - it takes no more. */
void taps_open(struct taps *t, uint32_t serial);
void taps_close(struct taps *t, uint32_t serial);

/* taps_make - the rings of @lanes lanes and control's, those that are
 * missing. 0 or -E_NOMEM. */
int taps_make(struct taps *t, unsigned lanes);
void taps_free(struct taps *t);

/*
 * tap_fill - the frame @b into @m, with the tag that the kernel took out,
 * or the octets that a line's framing left away. tap_take - the same when
 * the capture wants it, and what it is; false: it does not. tap_put - one
 * more, or one more lost.
 */
void tap_fill(struct tap_msg *m, const struct pkt *b, bool line);
bool tap_take(struct tap_msg *m, const struct capture_conf *c,
    const struct capfilter *f, const struct pkt *b, bool line,
    struct captured *look);
void tap_put(struct tap *t, const struct tap_msg *m);

#endif
