/*
 * Two links back to back: a wire in memory with delay, loss, copies and
 * reordering from a seed, control's answers, virtual time.
 */
#ifndef TESTS_PEERS_H
#define TESTS_PEERS_H

#include <stdbool.h>

#include "ppp/link.h"

#define PEERS_FLIGHT	256

struct peer_side {
	struct ppp_conf conf;
	struct net_conf net;
	struct ppp ppp;
	const char *secret;		/* what it expects of the other */
	bool	 finished;
	enum why why;
	unsigned sent, ups, downs, bad;	/* packets; NCPs; refused packets */
};

struct peer_pkt {
	bool	 used;
	uint8_t	 to;
	uint16_t proto;
	uint16_t len;
	tstamp	 at;
	uint8_t	 data[1600];
};

struct peers {
	struct rng rng;			/* of the wire */
	struct rng rng2[2];
	struct peer_side s[2];		/* 0: client, 1: server */
	tstamp	 now;
	unsigned loss, copy, late, flip;	/* percent */
	uint16_t lower, most;		/* MRU: of the lower layer, the wire */
	bool	 cut;			/* nothing arrives any more */
	struct peer_pkt pkt[PEERS_FLIGHT];
	struct outbox ob;
	/* Hooks, or NULL: events that are none of the network's, and packets
	 * below 0x4000 that arrived at side @i. */
	void	(*event)(struct peers *p, int i, const struct out_item *it);
	void	(*data)(struct peers *p, int i, uint16_t proto, struct rd in);
};

/* peers_init - PPPoE defaults, addresses 10.0.0.1 (server) and 10.0.0.7. */
void peers_init(struct peers *p, uint64_t seed);
void peers_up(struct peers *p);

/* peers_run - packets arrive and timers run until @until. */
void peers_run(struct peers *p, tstamp until);

/* peers_out - after an own call into side @i with &p->ob. */
void peers_out(struct peers *p, int i);

/* peers_send - a data packet of side @i, through the same wire. */
void peers_send(struct peers *p, int i, uint16_t proto, const void *data,
    size_t n);

/* peers_agree - both are up with IPv4 and IPv6 and say the same. */
bool peers_agree(const struct peers *p);

#endif
