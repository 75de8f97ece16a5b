/*
 * LCP Echo: is the peer still there, and how far away? RFC 1661 section 5.8;
 * ppp(8)'s `enable echo` and `set echoperiod`, and `set quality`. Anything
 * that arrives from the peer counts as life, so a busy link is never cut for
 * a lost Echo-Reply.
 */
#ifndef PPP_ECHO_H
#define PPP_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "ppp/conf.h"
#include "ppp/fsm.h"

struct echo {				/* owner: struct lcp */
	tstamp	 deadline;		/* next look for life; NEVER: off */
	tstamp	 sample;		/* next probe of quality; NEVER: off */
	tstamp	 sent;			/* of the last request; 0: answered */
	tstamp	 asked;			/* first request since the last look, or
					 * one that was open then; 0: none */
	tstamp	 heard;			/* last sign of life */
	tstamp	 probe;			/* large request again; NEVER: none */
	uint8_t	 id;			/* of the last request */
	uint8_t	 missed;		/* periods without a sign of life */
	uint8_t	 probe_id, probes;	/* of the last large one; sent */
	bool	 sampled;		/* the last request is a probe */
};

/* echo_start - begin anew; @look: for signs of life, too. */
void echo_start(struct echo *e, const struct turn *t, bool look);
void echo_stop(struct echo *e);

/*
 * echo_expire - look for signs of life and send the next request when it is
 * due. A probe without an answer when the next request leaves is lost; while
 * the peer lives and probes leave often enough, nothing else is sent.
 * @f: LCP, whose Identifiers are used; @magic: our Magic-Number or 0
 * Returns true when the peer has been silent for conf's echo_fail periods.
 */
bool echo_expire(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic);

/* echo_reply - Echo-Reply @id came; PPP_EV_ECHO, or PPP_EV_QUALITY of a
 * probe, tells how long it took. */
int echo_reply(struct echo *e, const struct turn *t, uint8_t id);

/*
 * echo_probe - do packets of @size octets get through? RFC 4638 section 7:
 * an Echo-Request of that size, three times at most.
 * echo_probe_expire - sends it again; true when it was lost each time.
 */
void echo_probe(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic, uint16_t size);
bool echo_probe_expire(struct echo *e, struct fsm *f, const struct turn *t,
    uint32_t magic, uint16_t size);

#endif
