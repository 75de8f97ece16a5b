/*
 * When a client dials, waits, gives up or ends: the modes of ppp(8) with
 * `set redial` and `set reconnect`. Pure. ppp(8): 3.2, 3.3, 3.7.
 */
#ifndef SESS_DIAL_H
#define SESS_DIAL_H

#include "base/clock.h"
#include "base/rng.h"
#include "base/why.h"
#include "sess/profile.h"

enum dial_do {
	DIAL_NOTHING,	/* stay as it is; dialer_deadline() may run */
	DIAL_NOW,	/* start an attempt */
	DIAL_EXIT,	/* the program ends; d->code */
};

struct dialer {			/* owner: the link */
	enum mode mode;
	bool	 trying, up, was_up, kept_down;
	bool	 more_numbers;	/* of `set phone`, untried in this round */
	bool	 retry_told;	/* the pause is after a loss, not a failure */
	uint32_t tries, rounds, reconnects;
	uint8_t	 code;		/* exit code of ppp(8) with DIAL_EXIT */
	tstamp	 deadline;	/* of the pause; NEVER: none */
};

void dialer_init(struct dialer *d, enum mode m);

/* dialer_start - the program has started: all but auto and interactive
 * dial. dialer_open - `dial`, `open`, or a packet in auto mode. */
enum dial_do dialer_start(struct dialer *d);
enum dial_do dialer_open(struct dialer *d);

/* dialer_up - a network protocol is up: the counters start anew. */
void dialer_up(struct dialer *d);

/* dialer_ended - the attempt failed or the line is gone. */
enum dial_do dialer_ended(struct dialer *d, const struct link_conf *p,
    enum why why, struct rng *rng, tstamp now);

/* dialer_close - `close`: keep it down until opened again. */
void dialer_close(struct dialer *d);

enum dial_do dialer_expire(struct dialer *d, tstamp now);

#endif
