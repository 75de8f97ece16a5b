/*
 * Flow tables of all lanes, and the way of their rows to the file: a table
 * and a ring for each lane, which is the ring's producer. Who produces never
 * waits: a full ring is counted. The consumer is one thread (ctl/flowlog.h).
 *
 * Control makes them before a lane sees a snapshot that has them; each such
 * snapshot holds them. Once none does, no lane will touch them again, and
 * the consumer may take what is left in the tables.
 */
#ifndef LB_FLOWS_H
#define LB_FLOWS_H

#include "sess/flow.h"

#define FLOWS_LANES	64
#define FLOWS_ROWS	16384u		/* in the rings of all lanes: 10 MB */
#define FLOWS_RING	4096u		/* most in one */

struct flows {
	unsigned lanes;
	unsigned holders;		/* snapshots; control's alone */
	_Atomic bool idle;		/* there was one, and is none now */
	struct flow_table table[FLOWS_LANES];
	struct spsc ring[FLOWS_LANES];	/* of struct flow_row */
};

/* flows_make - for @lanes lanes of @max flows each. 0 or -E_NOMEM with all
 * given back. flows_free - once idle, or never held. */
int flows_make(struct flows *f, unsigned lanes, uint32_t max);
void flows_free(struct flows *f);

/* flows_hold, flows_drop - a snapshot has them, and is gone. NULL allowed. */
void flows_hold(struct flows *f);
void flows_drop(struct flows *f);

#endif
