/*
 * The insides of struct ppp, so that a session can embed it. Others than
 * ppp/ read it, and change nothing but through ppp/ppp.h and the inline
 * functions here.
 */
#ifndef PPP_LINK_H
#define PPP_LINK_H

#include "ppp/auth.h"
#include "ppp/ccp.h"
#include "ppp/ipcp.h"
#include "ppp/ipv6cp.h"
#include "ppp/lcp.h"
#include "ppp/lqr.h"
#include "ppp/ppp.h"

#define PPP_NAME	64	/* octets of the peer's name that we keep */
#define PPP_EARLY	64	/* octets of an early NCP packet that we keep */

#define PPP_EARLIES	3

/* An NCP's first request that came before ppp_network(), or a fragment that
 * came before ppp_joined(), for its caller to take again. */
struct ppp_early {
	uint8_t	 len;			/* 0: none */
	uint8_t	 pkt[PPP_EARLY];
};

struct ppp {				/* owner: the session */
	const struct ppp_conf *conf;	/* borrows */
	struct rng *rng;		/* borrows */
	struct lcp lcp;
	struct ipcp ipcp;
	struct ipv6cp ipv6cp;
	struct ccp ccp;
	struct lqr lqr;
	struct auth_self self;
	struct auth_peer peer;
	struct net_conf net;		/* since ppp_network() */
	tstamp	 answer;		/* control must answer until then */
	tstamp	 setup;			/* a network must be up until then */
	uint16_t lower_mru;
	uint8_t	 lower;			/* enum ppp_lower */
	uint8_t	 phase;			/* enum ppp_phase */
	uint8_t	 why;			/* enum why; the first reason counts */
	bool	 self_due, peer_due;	/* proofs that are still missing */
	bool	 verdict_due;		/* ppp_verdict() is awaited */
	bool	 network_due;		/* ppp_network() is awaited */
	bool	 ncps_due;		/* they wait for encryption */
	bool	 must_encrypt;		/* `set mppe` when they would start */
	bool	 finished;		/* PPP_EV_FINISHED was sent */
	tstamp	 stopped_lcp, stopped_ccp;	/* `set stopped` */
	struct mppe_keys keys;		/* of the login; secret */
	bool	 join_due;		/* ppp_joined() is awaited */
	bool	 joined;		/* a bundle's link */
	bool	 bundle;		/* no link: it has no LCP of its own */
	uint16_t net_reject;		/* joined: the bundle's protocol that
					 * the peer rejected; 0: none */
	struct ppp_early early[PPP_EARLIES];	/* IPCP, IPV6CP, CCP; or
						 * fragments, while join_due */
	char	 name[PPP_NAME];	/* the peer's; "" : not authenticated */
};

/* ppp_alive - data came from the peer at @now: that counts as life. */
static inline void
ppp_alive(struct ppp *p, tstamp now)
{
	p->lcp.echo.heard = now;
}

/* ppp_wants_count - Link-Quality-Reports are sent: see ppp_count(). */
static inline bool
ppp_wants_count(const struct ppp *p)
{
	return p->lcp.fsm.state == FSM_OPENED &&
	    (p->lcp.mine.quality || p->lcp.his.quality);
}

/* ppp_multilink - both sides put packets together. */
static inline bool
ppp_multilink(const struct ppp *p)
{
	return p->lcp.mine.mrru != 0 && p->lcp.his.mrru != 0;
}

/*
 * ppp_count - what went over the link so far, for Link-Quality-Reports; to
 * be told before ppp_input() of PROTO_LQR and before ppp_expire().
 */
static inline void
ppp_count(struct ppp *p, const struct lqr_count *n)
{
	p->lqr.count = *n;
}

#endif
