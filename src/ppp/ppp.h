/*
 * One PPP link with its network protocols: LCP, authentication both ways,
 * IPCP, IPV6CP and the phases of RFC 1661 section 3.2. Pure: packets, the
 * time and answers go in; packets and events come out through the outbox.
 * One owner thread. See ppp/lcp.h, ppp/auth.h, ppp/ipcp.h, ppp/ipv6cp.h.
 */
#ifndef PPP_PPP_H
#define PPP_PPP_H

#include "base/clock.h"
#include "base/rng.h"
#include "base/why.h"
#include "ppp/conf.h"
#include "wire/outbox.h"
#include "wire/rd.h"

#define PROTO_IP	0x0021
#define PROTO_VJC	0x002d
#define PROTO_VJU	0x002f
#define PROTO_MP	0x003d
#define PROTO_LINKS	0xc000	/* from here on: of a link, never of a
				 * bundle. RFC 1661 section 2 */
#define PROTO_IPV6	0x0057
#define PROTO_COMPD	0x00fd
#define PROTO_IPCP	0x8021
#define PROTO_IPV6CP	0x8057
#define PROTO_CCP	0x80fd
#define PROTO_LCP	0xc021
#define PROTO_PAP	0xc023
#define PROTO_LQR	0xc025
#define PROTO_CHAP	0xc223

enum ppp_phase {
	PHASE_DEAD, PHASE_ESTABLISH, PHASE_AUTHENTICATE, PHASE_NETWORK,
	PHASE_TERMINATE,
};

/* Events in the outbox (OUT_EVENT): name, argument, data. */
enum ppp_event {
	PPP_EV_PHASE,		/* arg: enum ppp_phase */
	PPP_EV_LCP_UP,		/* LCP Opened */
	PPP_EV_AUTH_QUERY,	/* data: struct auth_query; answer with
				 * ppp_verdict() */
	PPP_EV_KEY,		/* conf's key_prog: data: struct auth_key, the
				 * peer's name in it; answer: ppp_key() */
	PPP_EV_AUTH_SENT,	/* we sent our name; arg: protocol */
	PPP_EV_AUTH_OK,		/* arg: protocol | 1 << 16 when the peer
				 * proved itself to us; data: message text */
	PPP_EV_AUTH_FAIL,	/* same; data: the refusing side's message */
	PPP_EV_NETWORK,		/* Network phase: answer with ppp_network() */
	PPP_EV_JOIN,		/* in place of it, with multilink: which bundle?
				 * answer with ppp_joined() */
	PPP_EV_IPCP_UP,		/* addresses: ppp_my_addr() and so on */
	PPP_EV_IPCP_DOWN,
	PPP_EV_IPV6CP_UP,
	PPP_EV_IPV6CP_DOWN,
	PPP_EV_CCP_UP,		/* packing agreed: ppp.ccp has how */
	PPP_EV_CCP_DOWN,
	PPP_EV_CCP_RESET,	/* arg 0: begin our history anew, before the
				 * packets behind; 1: the peer's, now */
	PPP_EV_ECHO,		/* Echo-Reply came; arg: microseconds */
	PPP_EV_QUALITY,		/* a probe of `set quality` is over; arg:
				 * microseconds, or QUALITY_LOST */
	PPP_EV_IDENT,		/* data: the peer's Identification text */
	PPP_EV_IDENT_DUE,	/* conf's ident_vars: answer with ppp_ident() */
	PPP_EV_TIME_LEFT,	/* arg: the peer's Time-Remaining, seconds */
	PPP_EV_MTU_LOST,	/* packets above 1492 octets do not get through:
				 * LCP starts over; arg: the MRU it asks for */
	PPP_EV_FINISHED,	/* LCP This-Layer-Finished: the lower layer may
				 * be closed; arg: enum why */
};

/* What the peer proved or not; kept only until ppp_verdict(). */
struct auth_query {
	uint16_t proto;			/* PROTO_PAP or PROTO_CHAP */
	uint8_t	 algo;			/* CHAP: 5, 0x80, 0x81 */
	uint8_t	 id;
	uint32_t run;			/* which of this link's; see verdict */
	uint8_t	 challenge_len, response_len;
	uint8_t	 challenge[64], response[64];
	uint8_t	 name_len, pass_len;	/* pass: PAP only */
	char	 name[AUTHNAME_MAX + 1];	/* NUL added; may hold NULs */
	char	 pass[AUTHKEY_MAX + 1];
};

/*
 * A challenge whose key a program makes, there and back. On the way there
 * name is what the peer calls itself.
 */
#define AUTH_CHALLENGE	128		/* octets of such a challenge */
struct auth_key {
	bool	 ok;			/* back: name and key are good */
	uint8_t	 id, challenge_len;
	uint8_t	 challenge[AUTH_CHALLENGE];
	char	 name[AUTHNAME_MAX + 1];
	char	 key[AUTHKEY_MAX + 1];	/* secret */
};

struct auth_verdict {
	bool	 ok;
	uint32_t run;			/* of the query: a late answer to an
					 * earlier one is not taken */
	char	 message[112];	/* for the peer; MS-CHAPv2: whole S=... text */
	uint8_t	 why;		/* not ok: enum why; 0: WHY_AUTH_PEER */
	/*
	 * MPPE start keys of RFC 3079 as we, the authenticator, use them:
	 * what RADIUS calls MS-MPPE-Send-Key and MS-MPPE-Recv-Key. Secret.
	 */
	uint8_t	 mppe_len;		/* 16; 0: none */
	uint8_t	 mppe_send[16], mppe_recv[16];
};

/* What carries the link: which options of LCP make sense there. */
enum ppp_lower {
	LOWER_PPPOE,		/* RFC 2516 section 7: no ACCM, ACFC, PFC */
	LOWER_ASYNC,		/* octets with escapes, RFC 1662 */
	LOWER_SYNC,		/* whole frames; ppp(8) asks for none there */
};

struct ppp;			/* ppp/link.h has the insides for sess */

/*
 * ppp_init - a link in phase Dead.
 * @c, @rng: borrowed until the link is gone
 * @lower_mru: octets of the largest packet the lower layer carries (1492)
 */
void ppp_init(struct ppp *p, const struct ppp_conf *c, struct rng *rng,
    uint16_t lower_mru);

/* ppp_lower - before ppp_up(); without it conf->pppoe says which. */
void ppp_lower(struct ppp *p, enum ppp_lower lower);

/* The lower layer is up (PADS, carrier): LCP Up and Open. */
void ppp_up(struct ppp *p, tstamp now, struct outbox *ob);

/* The lower layer is gone. No packet may be sent; the phase becomes Dead. */
void ppp_down(struct ppp *p, enum why why, tstamp now, struct outbox *ob);

/* Terminate politely; PPP_EV_FINISHED follows, at once or later. */
void ppp_close(struct ppp *p, enum why why, tstamp now, struct outbox *ob);

/*
 * ppp_input - one packet that is not IP data.
 * @proto: PPP protocol number (decompressed)
 * @in: its Information field; borrowed until return
 * Returns 0, or -E_SHORT, -E_FORMAT, -E_STALE, -E_STATE, -E_UNKNOWN (a
 * Protocol-Reject was queued). On error the state is unchanged.
 */
int ppp_input(struct ppp *p, uint16_t proto, struct rd in, tstamp now,
    struct outbox *ob);

void ppp_expire(struct ppp *p, tstamp now, struct outbox *ob);
tstamp ppp_deadline(const struct ppp *p);	/* NEVER: no timer runs */

/* The answer to PPP_EV_AUTH_QUERY; ignored when it is not awaited. */
void ppp_verdict(struct ppp *p, const struct auth_verdict *v, tstamp now,
    struct outbox *ob);

/* The answer to PPP_EV_KEY; ignored when no challenge is open any more. */
void ppp_key(struct ppp *p, const struct auth_key *k, tstamp now,
    struct outbox *ob);

/* The answer to PPP_EV_NETWORK: starts IPCP and IPV6CP. */
void ppp_network(struct ppp *p, const struct net_conf *n, tstamp now,
    struct outbox *ob);

/*
 * Multilink, RFC 1990. ppp_joined - the answer to PPP_EV_JOIN: the link is
 * one of a bundle's from now on, and its network packets are the bundle's.
 * ppp_bundle - in place of ppp_init() and ppp_up() for the bundle's own
 * engine: it is in the Network phase, and knows @link's peer and sizes.
 * ppp_net_rejected - the peer does not know the bundle's protocol @proto.
 */
void ppp_joined(struct ppp *p, tstamp now, struct outbox *ob);
void ppp_bundle(struct ppp *p, const struct ppp *link,
    const struct ppp_conf *c, tstamp now, struct outbox *ob);
void ppp_net_rejected(struct ppp *p, uint16_t proto, tstamp now,
    struct outbox *ob);

/* The peer's interface id is taken by another session: negotiate anew. */
void ppp_ifid_taken(struct ppp *p, tstamp now, struct outbox *ob);

/*
 * Commands on CCP. OPEN: negotiate (again), actively; CLOSE: politely, and
 * answer the peer when it begins again; SHUT: and stay closed; DOWN: to its
 * initial state. Nothing happens outside the Network phase.
 */
enum ppp_ccp_op { PPP_CCP_OPEN, PPP_CCP_CLOSE, PPP_CCP_SHUT, PPP_CCP_DOWN };
void ppp_ccp(struct ppp *p, enum ppp_ccp_op op, tstamp now,
    struct outbox *ob);

/* A packet cannot be unpacked: Reset-Request, not more than one a second. */
void ppp_ccp_lost(struct ppp *p, tstamp now, struct outbox *ob);

/* The MPPE keys were used: they serve no second time, and are wiped. */
void ppp_keys_used(struct ppp *p);

/* Options of @c that may change live (echo, lqrperiod, ...) take effect. */
void ppp_reconf(struct ppp *p, const struct ppp_conf *c, tstamp now,
    struct outbox *ob);

/*
 * Down and Up again of PROTO_LCP, PROTO_IPCP or PROTO_IPV6CP (`open lcp`,
 * `open ipcp`); nothing when LCP is not Opened.
 */
void ppp_renegotiate(struct ppp *p, uint16_t proto, tstamp now,
    struct outbox *ob);

/*
 * Send @text, of @n octets, as Identification; nothing when LCP does not
 * negotiate and is not Opened, or when @n is 0.
 */
void ppp_ident(struct ppp *p, const void *text, size_t n, tstamp now,
    struct outbox *ob);

/* What was agreed. */
enum ppp_phase ppp_phase(const struct ppp *p);
bool ppp_ip_up(const struct ppp *p);
bool ppp_ipv6_up(const struct ppp *p);
uint32_t ppp_my_addr(const struct ppp *p);	/* IPv4, host order */
uint32_t ppp_his_addr(const struct ppp *p);
uint32_t ppp_dns(const struct ppp *p, int i);	/* told by the peer; 0: none */
const uint8_t *ppp_my_ifid(const struct ppp *p);	/* 8 octets */
const uint8_t *ppp_his_ifid(const struct ppp *p);
uint16_t ppp_mtu(const struct ppp *p);	/* largest IP packet we may send */
const char *ppp_peer_name(const struct ppp *p);	/* "" : not authenticated */

/* ppp_phase_name - "Dead", "Establish", ... */
const char *ppp_phase_name(enum ppp_phase ph);

/*
 * ppp_proto_name - "LCP", "IPCP", ...; NULL when unknown.
 * ppp_describe - a control packet in words for the log, options with their
 * RFC names; always NUL-terminated, secrets never shown. Pure.
 */
const char *ppp_proto_name(uint16_t proto);
void ppp_describe(uint16_t proto, struct rd in, char *buf, size_t n);

#endif
