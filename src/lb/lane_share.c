/*
 * A receive ring that is nearly full: frames come faster than the lane can
 * hand them to the host, and soon the kernel will drop whatever comes next,
 * a thin session's like a fast one's. So the lane looks at all that wait and
 * drops the surplus itself, of those that sent most: each session keeps as
 * many as it sent, or as fit when all that sent more keep the same.
 */
#include <string.h>

#include "lb/lane.h"

#define NEARLY	1536u			/* frames that wait, of 2048 */
#define KEEP	1024u			/* of them are taken */
#define ALL	2048u

static unsigned
part_of(const struct lane *l, const uint8_t mac[ETH_ADDR], uint16_t sid)
{
	uint64_t v = sid;

	for (int i = 0; i < ETH_ADDR; i++)
		v = v << 8 | mac[i];
	return (unsigned)(table_hash(v, l->seed) >> 32) % LANE_SHARES;
}

/* How many of each may pass, so that KEEP do. */
static uint16_t
limit_of(const uint16_t n[LANE_SHARES])
{
	uint16_t low = 0, high = ALL;

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
	struct pppoe_hdr h;
	struct eth e;
	struct pkt b;

	if (s->left > 0 || io == NULL || !io_look(io, NEARLY, &b))
		return;
	memset(s->n, 0, sizeof(s->n));
	for (; all < ALL && io_look(io, all, &b); all++) {
		struct rd r = rd_of(b.data, b.len);

		if (eth_read(&r, b.tci, b.tpid, &e) == 0 &&
		    pppoe_read(&r, &h) == 0)
			parts += s->n[part_of(l, e.src, h.sid)]++ == 0;
	}
	if (parts < 2)			/* its losses are its own */
		return;
	s->limit = limit_of(s->n);
	s->left = all;
	s->port = port;
	memset(s->n, 0, sizeof(s->n));
}

bool
lane_over_share(struct lane *l, const struct sess_key *k)
{
	struct lane_share *s = &l->share;

	if (k->port != s->port)
		return false;
	s->left--;
	return s->n[part_of(l, k->mac, k->sid)]++ >= s->limit;
}
