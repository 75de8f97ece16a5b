/*
 * Link-Quality-Reports, RFC 1989. Either side may want them: he wants ours
 * at his period, we watch for his at ours. Anything that arrives counts as
 * life, as with LCP Echo.
 */
#ifndef PPP_LQR_H
#define PPP_LQR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "ppp/lcp.h"

#define LQR_SIZE	48		/* octets of a report */

/*
 * What went over the link so far, all PPP packets (Protocol field and
 * Information), modulo 2^32.
 */
struct lqr_count {
	uint32_t in_packets, in_discards, in_errors, in_octets;
	uint32_t out_packets, out_octets;
};

struct lqr {				/* owner: struct ppp */
	tstamp	 send, watch;		/* next of each; NEVER: off */
	uint32_t out_lqrs, in_lqrs;
	uint32_t last_out[3];		/* PeerOut* of his last report */
	uint32_t save[5];		/* our In* when it came: section 2.4 */
	uint32_t peer_in_lqrs;		/* PeerInLQRs of his last report */
	uint8_t	 missed;		/* periods without a sign of life */
	struct lqr_count count;		/* kept up to date by the caller */
};

/* lqr_start - LCP is open: what @l has agreed says who reports. */
void lqr_start(struct lqr *q, const struct lcp *l, const struct turn *t);
void lqr_stop(struct lqr *q);

/* lqr_input - a report of the peer. 0, -E_SHORT or -E_FORMAT (our magic). */
int lqr_input(struct lqr *q, const struct lcp *l, const struct turn *t,
    struct rd in);

/*
 * lqr_expire - send what is due. @heard: last sign of life, ns.
 * Returns true when the peer was silent for conf's echo_fail periods.
 */
bool lqr_expire(struct lqr *q, const struct lcp *l, const struct turn *t,
    tstamp heard);

static inline tstamp
lqr_deadline(const struct lqr *q)
{
	return tstamp_min(q->send, q->watch);
}

#endif
