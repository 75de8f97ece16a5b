/*
 * Inside gen/: what subscribers are made of. peer.c is their life,
 * peer_new.c what they are set to, peer_frame.c their frames.
 */
#ifndef GEN_PEER_PART_H
#define GEN_PEER_PART_H

#include "base/wheel.h"
#include "gen/peer.h"
#include "ppp/link.h"
#include "pppoe/pppoe.h"

#define FRAME_MAX	1600u

enum state { WAITING, SETTING_UP, UP, CLOSING, GONE };

struct sub {
	struct timer timer;		/* first: peers_expire() */
	uint8_t	 state;			/* enum state */
	uint8_t	 step;			/* enum peer_step that is awaited */
	bool	 ip, ip6, proved;
	uint16_t sid;			/* of the last session */
	tstamp	 began, mark;		/* PADI; the last step's end */
	struct pppoe_host host;
	struct ppp ppp;
};

struct peers {
	struct peers_conf c;
	struct pppoe_host_conf host_conf;
	struct ppp_conf ppp_conf;	/* of all, unless own */
	struct ppp_conf *own;		/* owner: this; c.n, with their names */
	struct net_conf net;
	struct rng rng;
	struct wheel wheel;
	struct outbox ob;
	struct peers_stats st;
	struct sub *sub;		/* owner: this; c.n of them */
	uint32_t low;			/* last octets of the first MAC */
	bool	 late;			/* a timer is what is looked at */
};

/* peers_tail - the last three octets of a MAC. */
uint32_t peers_tail(const uint8_t mac[ETH_ADDR]);

/* peers_sub - whose frame: by its MAC, and his VLANs must be right. */
struct sub *peers_sub(struct peers *g, const struct eth *e);

/* peers_number - of @s, from 0. */
unsigned peers_number(const struct peers *g, const struct sub *s);

/*
 * peers_packet - @n octets of @proto in the session of @s. peers_item - one
 * packet of the outbox. peers_stray - a PADT: the other side thinks that
 * session @sid is up; it is not.
 */
void peers_packet(struct peers *g, const struct sub *s, uint16_t proto,
    const void *p, size_t n);
void peers_item(struct peers *g, const struct sub *s,
    const struct out_item *it);
void peers_stray(struct peers *g, const struct sub *s, const struct eth *e,
    uint16_t sid);

#endif
