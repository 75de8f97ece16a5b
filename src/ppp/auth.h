/*
 * Authentication, both ways and independent of each other: PAP (RFC 1334),
 * CHAP with MD5 (RFC 1994), MS-CHAP (RFC 2433) and MS-CHAPv2 (RFC 2759).
 * Pure. A zeroed struct is idle: it wants nothing and no timer runs.
 *
 * PPP_EV_AUTH_SENT, _QUERY, _OK and _FAIL are queued here, with the texts;
 * what the link must do next comes back as a step.
 */
#ifndef PPP_AUTH_H
#define PPP_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/rng.h"
#include "crypto/mppe.h"
#include "ppp/conf.h"
#include "ppp/ppp.h"
#include "wire/outbox.h"
#include "wire/rd.h"

#define CHAP_MD5	0x05		/* Algorithm octet of LCP option 3 */
#define CHAP_MS		0x80
#define CHAP_MSV2	0x81

enum auth_step {
	AUTH_NOTHING,
	AUTH_SELF_OK,		/* the peer believes us */
	AUTH_SELF_FAIL,		/* the peer refused our name or secret */
	AUTH_SELF_SILENT,	/* the peer never answered or challenged */
	AUTH_PEER_QUERY,	/* PPP_EV_AUTH_QUERY is the last item queued:
				 * auth_peer_verdict() is awaited */
	AUTH_PEER_SILENT,	/* the peer never sent its proof */
};

enum auth_state { AUTH_IDLE, AUTH_WAIT, AUTH_ASKED, AUTH_OK, AUTH_FAILED };

/* We prove ourselves to the peer (authenticatee). Owner: struct ppp. */
struct auth_self {
	tstamp	 deadline;		/* NEVER while nothing is awaited */
	uint16_t proto;			/* PROTO_PAP, PROTO_CHAP; 0: idle */
	uint8_t	 algo;			/* CHAP_*; PAP: 0 */
	uint8_t	 state;			/* enum auth_state */
	uint8_t	 id;			/* of our request or response */
	uint8_t	 tries;			/* requests, or responses, sent */
	bool	 told;			/* PPP_EV_AUTH_SENT was queued */
	uint8_t	 value[49];		/* CHAP: our last response, for when
					 * the answer to it is lost; MS-CHAPv2:
					 * begins with our own challenge */
	uint8_t	 expect[20];		/* MS-CHAPv2: what S= must prove */
	struct mppe_keys keys;		/* of our last response; secret */
};

/* We verify the peer (authenticator). Owner: struct ppp. */
struct auth_peer {
	tstamp	 deadline;
	uint16_t proto;
	uint8_t	 algo;
	uint8_t	 state;			/* ASKED: a verdict is awaited */
	uint8_t	 id;			/* of our challenge or its request */
	uint8_t	 tries;
	uint32_t run;			/* counts starts: see auth_query */
	uint8_t	 challenge[16];
	struct auth_verdict verdict;	/* repeated when the peer repeats;
					 * without its MPPE keys */
};

/*
 * auth_self_start - LCP is open and the peer demands @proto, @algo of us.
 * PAP: the request is sent; CHAP: a challenge is awaited.
 */
void auth_self_start(struct auth_self *s, const struct ppp_conf *c,
    uint16_t proto, uint8_t algo, tstamp now, struct outbox *ob);

/*
 * auth_peer_start - LCP is open and we demand @proto, @algo of the peer.
 * CHAP: the challenge is sent, with authname as its Name (`ppp` when that
 * is empty: the Name has one octet or more); PAP: its request is awaited.
 */
void auth_peer_start(struct auth_peer *a, const struct ppp_conf *c,
    uint16_t proto, uint8_t algo, struct rng *rng, tstamp now,
    struct outbox *ob);

/*
 * auth_input - one PAP or CHAP packet (from Code on), for either role.
 * Returns 0 and the *@step to take, or -E_SHORT, -E_FORMAT, -E_STALE (wrong
 * Identifier), -E_STATE (not expected now or nothing agreed), -E_DENIED (our
 * own challenge came back to us), -E_FULL (outbox); then the state is
 * unchanged and *@step AUTH_NOTHING. In the Network phase, too.
 */
int auth_input(struct auth_self *s, struct auth_peer *a,
    const struct ppp_conf *c, struct rng *rng, uint16_t proto, struct rd in,
    tstamp now, struct outbox *ob, enum auth_step *step);

/*
 * auth_self_key - the answer to PPP_EV_KEY: the Response goes out, or we
 * have failed.
 */
void auth_self_key(struct auth_self *s, struct auth_peer *a,
    const struct ppp_conf *c, struct rng *rng, const struct auth_key *k,
    tstamp now, struct outbox *ob, enum auth_step *step);

/*
 * auth_peer_verdict - the answer to AUTH_PEER_QUERY, for which no timer runs
 * here: Success or Failure is sent, and again whenever the peer repeats its
 * request. Ignored unless it is awaited.
 */
void auth_peer_verdict(struct auth_peer *a, const struct auth_verdict *v,
    tstamp now, struct outbox *ob);

/*
 * auth_expire - run what is due; periods and tries are conf's pap and chap.
 * One step a call: call again while auth_deadline() is due.
 */
void auth_expire(struct auth_self *s, struct auth_peer *a,
    const struct ppp_conf *c, struct rng *rng, tstamp now, struct outbox *ob,
    enum auth_step *step);
tstamp auth_deadline(const struct auth_self *s, const struct auth_peer *a);

#endif
