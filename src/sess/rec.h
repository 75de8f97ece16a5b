/*
 * The record of one session as others see it: what `show`, accounting and
 * tests read. A lane writes it, anybody copies it through lb/ledger.h. No
 * pointers, no secrets. All addresses in host order.
 */
#ifndef SESS_REC_H
#define SESS_REC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "ppp/ccp.h"
#include "ppp/ipcp.h"
#include "ppp/ppp.h"
#include "pppoe/pppoe.h"
#include "wire/eth.h"
#include "wire/rate.h"

enum sess_role { ROLE_AC, ROLE_HOST };

/* Link states of ppp(8), in the order they are gone through. */
enum link_state {
	LINK_CLOSED, LINK_OPENING, LINK_DIAL, LINK_CARRIER, LINK_LOGIN,
	LINK_READY, LINK_LCP, LINK_AUTH, LINK_CBCP, LINK_OPEN, LINK_LOGOUT,
	LINK_HANGUP,
};
const char *link_state_name(enum link_state s);	/* "closed", "lcp", ... */

/* What a set-up goes through, and the whole of it behind Discovery. */
enum setup_phase {
	SETUP_DISCOVERY, SETUP_LCP, SETUP_AUTH, SETUP_NETWORK, SETUP_ALL,
	SETUP_PHASES
};

const char *setup_phase_name(enum setup_phase p);	/* "discovery", ... */

#define REC_NAME	64

/* One side of LCP as negotiated: `show lcp`'s his side and my side. */
struct lcp_side {
	uint16_t mru, auth_proto;	/* auth: it demands; 0: none */
	uint8_t	 auth_algo;		/* CHAP: 5, 0x80, 0x81 */
	bool	 acfcomp, protocomp, lqr, shortseq;
	uint16_t mrru;		/* 0: no multilink */
	uint8_t	 disc_class, disc_len;	/* endpoint discriminator */
	uint8_t	 disc[ENDDISC_MAX];
	uint32_t accmap, magic;
	uint32_t rejected;		/* bit N: option N was rejected */
};

struct sess_rec {
	uint32_t ticket;		/* 0: free row */
	uint32_t bundle;		/* ticket of the one it is in, or 0 */
	bool	 is_bundle;		/* no wire: other rows are its links */
	uint8_t	 role;			/* enum sess_role */
	uint8_t	 lane, worker;
	uint8_t	 phase;			/* enum ppp_phase */
	uint8_t	 link;			/* enum link_state */
	uint8_t	 lcp_state, ipcp_state, ipv6cp_state;	/* enum fsm_state */
	uint8_t	 ccp_state;
	struct ccp_way ccp_in, ccp_out;	/* from the peer, to it */
	struct ipcp_vj vj_in, vj_out;
	uint8_t	 why;			/* enum why, once it is ending */
	struct sess_key key;		/* mac: the peer's; sid 0: none yet */
	char	 ifname[16];		/* Ethernet interface */
	char	 name[REC_NAME];	/* as the peer authenticated, or "" */
	char	 ac_name[PPPOE_NAME + 1];	/* Host: who serves us */
	char	 service[PPPOE_NAME + 1];
	char	 circuit_id[PPPOE_LINE + 1], remote_id[PPPOE_LINE + 1];
	struct lcp_side mine, his;
	uint32_t my_addr, his_addr, dns[2];	/* 0: IPCP not open */
	uint8_t	 my_ifid[8], his_ifid[8];	/* zero: IPV6CP not open */
	uint16_t mtu;			/* largest IP packet to the peer */
	int64_t	 since_wall;		/* seconds since 1970 of creation */
	tstamp	 created, up;		/* monotonic; up 0: not yet */
	uint32_t connects;		/* Host: times the line came up */
	struct rate_conf rate;		/* in force */
	uint32_t echo_us;		/* last answered LCP echo; 0: none */
};

/* What `show proto` counts apart from IP and IPv6. */
enum proto_count {
	PC_VJ_UNCOMP, PC_VJ_COMP, PC_COMPD, PC_ICOMPD, PC_LCP, PC_IPCP,
	PC_IPV6CP, PC_CCP, PC_PAP, PC_LQR, PC_CHAP, PC_MULTILINK, PC_OTHERS,
	PROTO_COUNTS
};
enum proto_count rec_proto(uint16_t proto);
const char *rec_proto_name(enum proto_count p);	/* "VJ_UNCOMP", ... */

/* What compression did; VJ's are set, the others added up. */
enum pack_count {
	PK_OUT_PLAIN, PK_OUT_PACKED, PK_IN_PLAIN, PK_IN_PACKED,	/* octets */
	PK_SAVED_OUT, PK_SAVED_IN,	/* octets of IP not on the wire, modulo
					 * 2^64 */
	PK_VJ_PACKETS, PK_VJ_COMPRESSED, PK_VJ_SEARCHES, PK_VJ_MISSES,
	PK_VJ_IN_COMPRESSED, PK_VJ_IN_UNCOMPRESSED, PK_VJ_IN_ERRORS,
	PK_VJ_IN_TOSSED,
	PACK_COUNTS
};

/*
 * Counters of a session, beside the record because they change with every
 * packet: one writer, read without a lock. In: from the peer.
 */
struct sess_count {
	_Atomic uint64_t ip_in, ip_out, ip6_in, ip6_out;	/* packets */
	_Atomic uint64_t ip_in_oct, ip_out_oct;		/* octets of IPv4 */
	_Atomic uint64_t ip6_in_oct, ip6_out_oct;
	/* PPP control packets, and fragments of multilink: */
	_Atomic uint64_t ctl_in, ctl_out;
	_Atomic uint64_t ctl_in_oct, ctl_out_oct;
	_Atomic uint64_t proto_in[PROTO_COUNTS], proto_out[PROTO_COUNTS];
	_Atomic uint64_t alive_at;	/* tstamp of the last packet that keeps
					 * the line up; 0: none */
	_Atomic uint32_t idle_secs;	/* its filter rule's timeout; 0: none */
	_Atomic uint32_t queued;	/* packets that wait for the wire */
	_Atomic uint64_t rate_drops;	/* packets over the rate or queue */
	_Atomic uint64_t pack[PACK_COUNTS];
};

#endif
