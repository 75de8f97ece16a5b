/*
 * What became of the last attempts of each peer, for `show why`: how far
 * they got, and which side refused. Bounded: the last TRAIL_TRIES of
 * TRAIL_PEERS peers that brought our cookie back, so that their MAC is
 * theirs, and of TRAIL_STRANGERS that only asked; of each kind those heard
 * of longest ago make room. Pure; control thread only.
 */
#ifndef CTL_TRAIL_H
#define CTL_TRAIL_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/drop.h"
#include "base/why.h"
#include "wire/eth.h"

#define TRAIL_PEERS	1024u
#define TRAIL_STRANGERS	256u
#define TRAIL_TRIES	4u
#define TRAIL_PAUSE	60	/* s: a PADI after it is a new attempt */

/* How far an attempt got; each is under way until the next is reached. */
enum trail_step { TRAIL_DISCOVERY, TRAIL_LCP, TRAIL_AUTH, TRAIL_NETWORK,
	TRAIL_UP };
const char *trail_step_name(enum trail_step s);	/* "Discovery", "LCP", ... */

struct trail_try {
	int64_t	 begun, last;		/* wall, seconds */
	uint16_t padi, pado, padr;	/* how many; at most 65535 */
	uint16_t sid;			/* 0: no PADS */
	uint8_t	 step;			/* enum trail_step */
	uint8_t	 drop;			/* enum drop: of the last refusal in
					 * Discovery; DROP_COUNT: none */
	uint8_t	 why;			/* enum why, when it is over */
	bool	 over;
	struct vlans vlan;
	char	 ifname[IFNAMSIZ];
	tstamp	 asked;			/* first PADI that we answered; 0 */
	char	 name[64];		/* as the peer says, or "" */
	char	 text[64];		/* words of who refused, or "" */
};

struct trail_peer {
	uint8_t	 mac[ETH_ADDR];		/* a link of our own: its number */
	bool	 proven;
	unsigned tries;			/* ever; at tries - 1 mod TRAIL_TRIES */
	struct trail_try try[TRAIL_TRIES];
};

struct trail;
struct trail *trail_new(uint64_t seed);		/* NULL: no memory */
void trail_free(struct trail *t);

/* Who did something, and when. */
struct trail_note {
	uint8_t	 mac[ETH_ADDR];
	struct vlans vlan;
	const char *ifname;		/* borrows */
	int64_t	 wall;
	tstamp	 now;			/* of Discovery packets only */
};

/*
 * trail_padi - @why: it was not answered; DROP_COUNT: with a PADO.
 * trail_padr - DROP_COUNT: session @sid was opened; returns when the peer
 * began to ask for it, 0: not known.
 * trail_dial - a link of ours begins a try.
 * The others tell of session @sid of @mac, 0: of its last attempt.
 */
void trail_padi(struct trail *t, const struct trail_note *n, enum drop why);
tstamp trail_padr(struct trail *t, const struct trail_note *n,
    enum drop why, uint16_t sid);
void trail_dial(struct trail *t, const struct trail_note *n);
void trail_reached(struct trail *t, const uint8_t mac[ETH_ADDR],
    uint16_t sid, enum trail_step step, int64_t wall);
void trail_named(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    const char *name);
void trail_said(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    const char *text);
void trail_ended(struct trail *t, const uint8_t mac[ETH_ADDR], uint16_t sid,
    enum why why, int64_t wall);

/* trail_each - peers, those heard of last first; @fn false: no more. */
typedef bool trail_fn(const struct trail_peer *p, void *arg);
void trail_each(const struct trail *t, trail_fn *fn, void *arg);

/* trail_last - the @i-th last attempt, 0 the newest; NULL: no more. */
const struct trail_try *trail_last(const struct trail_peer *p, unsigned i);

#endif
