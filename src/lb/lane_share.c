/*
 * A receive ring that is nearly full: frames come faster than the lane can
 * hand them to the host, and soon the kernel will drop whatever comes next,
 * a thin session's like a fast one's. So the lane looks at all that wait and
 * drops the surplus itself, of those that sent most: each session keeps as
 * many as it sent, or as fit when all that sent more keep the same.
 */
#include <string.h>

#include "lb/lane.h"

#define NEARLY	(IO_RING * 3 / 4)	/* frames that wait */
#define KEEP	(IO_RING / 2)		/* of them are taken */

/* Frames of no session share one part, however many senders they name. */
static unsigned
part_of(const struct lane *l, const struct sess *s)
{
	return s == NULL ? 0 : 1 + (unsigned)(table_hash(s->ticket, l->seed) >>
	    32) % (LANE_SHARES - 1);
}

/* How many of each may pass, so that KEEP do. */
static uint16_t
limit_of(const uint16_t n[LANE_SHARES])
{
	uint16_t low = 0, high = IO_RING;

	while (high - low > 1) {
		uint16_t mid = (uint16_t)((low + high) / 2);
		unsigned sum = 0;

		for (unsigned i = 0; i < LANE_SHARES; i++)
			sum += n[i] < mid ? n[i] : mid;
		if (sum <= KEEP)
			low = mid;
		else
			high = mid;
	}
	return low;
}

void
lane_share(struct lane *l, uint16_t port)
{
	struct lane_share *s = &l->share;
	struct io *io = l->port[port].io;
	unsigned all = 0, parts = 0;
	struct sess_key k;
	struct pkt b;

	if (s->left > 0 || io == NULL || !io_look(io, NEARLY, &b))
		return;
	memset(s->n, 0, sizeof(s->n));
	for (unsigned at = 0; at < IO_RING && io_look(io, at, &b); at++) {
		if (!lane_sess_frame(l, port, &b, &k))
			continue;
		all++;
		parts += s->n[part_of(l, lane_by_key(l, &k))]++ == 0;
	}
	if (parts < 2)			/* its losses are its own */
		return;
	s->limit = limit_of(s->n);
	s->left = all;
	s->port = port;
	memset(s->n, 0, sizeof(s->n));
}

bool
lane_over_share(struct lane *l, uint16_t port, const struct sess *from)
{
	struct lane_share *s = &l->share;

	if (port != s->port)
		return false;
	s->left--;
	return s->n[part_of(l, from)]++ >= s->limit;
}
