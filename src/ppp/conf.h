/*
 * What a label or prompt may set about the PPP protocols of one link. Plain
 * data without pointers: copied into snapshots as it is. Engines borrow it
 * and never change it. Defaults are those of ppp(8).
 */
#ifndef PPP_CONF_H
#define PPP_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "ppp/quality.h"

/* Options of enable/disable (ours) and accept/deny (theirs). */
enum neg {
	NEG_ACFCOMP	= 1u << 0,
	NEG_PROTOCOMP	= 1u << 1,
	NEG_CHAP5	= 1u << 2,	/* chap, chap05: CHAP with MD5 */
	NEG_MSCHAP	= 1u << 3,	/* mschap, chap80nt */
	NEG_LANMAN	= 1u << 4,	/* LANMan, chap80lm */
	NEG_MSCHAPV2	= 1u << 5,	/* mschapv2, chap81 */
	NEG_PAP		= 1u << 6,
	NEG_LQR		= 1u << 7,
	NEG_ENDDISC	= 1u << 8,
	NEG_SHORTSEQ	= 1u << 9,
	NEG_VJCOMP	= 1u << 10,
	NEG_DNS		= 1u << 11,	/* ours: ask; theirs: tell */
	NEG_DEFLATE	= 1u << 12,
	NEG_DEFLATE24	= 1u << 13,
	NEG_PRED1	= 1u << 14,
	NEG_MPPE	= 1u << 15,
	/* only enable/disable: */
	NEG_ECHO	= 1u << 16,
	NEG_IPCP	= 1u << 17,
	NEG_IPV6CP	= 1u << 18,
	NEG_IDCHECK	= 1u << 19,
};
/* What belongs to the bundle, not to one of its links. */
#define NEG_BUNDLE	\
	(NEG_ENDDISC | NEG_SHORTSEQ | NEG_VJCOMP | NEG_DNS | NEG_IPCP | \
	NEG_IPV6CP | NEG_IDCHECK)
/* What packs a session's packets: CCP's, and header compression. */
#define NEG_CCP		(NEG_DEFLATE | NEG_DEFLATE24 | NEG_PRED1 | NEG_MPPE)
#define NEG_PACK	(NEG_CCP | NEG_VJCOMP)
#define NEG_AUTH	\
	(NEG_CHAP5 | NEG_MSCHAP | NEG_LANMAN | NEG_MSCHAPV2 | NEG_PAP)

/* Retransmission: `set lcpretry`, `papretry`, `chapretry`, `ipcpretry`... */
struct retry {
	uint16_t period;		/* seconds */
	uint16_t reqs, terms;		/* most requests, most terminates */
};

/* `set mppe`: with any argument it is required. */
enum mppe_state { MPPE_ANY, MPPE_STATEFUL_ONLY, MPPE_STATELESS_ONLY };
struct mppe_conf {
	uint8_t	 bits;			/* 40, 56, 128; 0: any */
	uint8_t	 state;			/* enum mppe_state */
	bool	 required;
};

#define VJ_SLOTS_MIN	4
#define VJ_SLOTS_MAX	16

#define AUTHNAME_MAX	255		/* one length octet on the wire */
#define AUTHKEY_MAX	255
#define IDENT_MAX	128
#define IDENT_TEXT	255		/* of it with its words replaced */
#define ENDDISC_MAX	20

struct ppp_conf {
	uint32_t enabled, accepted;	/* enum neg */
	bool	 pppoe;			/* RFC 2516 s. 7: no ACCM, ACFC, PFC */
	bool	 passive;		/* `set openmode passive` */
	uint16_t open_delay;		/* `set openmode active N`, seconds */
	uint16_t mru, mru_max;		/* `set mru`; 0: the device's */
	uint16_t mtu, mtu_max;		/* `set mtu`; 0: the peer's MRU */
	uint16_t mrru;			/* `set mrru`; 0: no multilink */
	uint32_t accmap;
	uint16_t lqr_period;		/* `set lqrperiod`, seconds; echo too */
	uint16_t echo_fail;		/* unanswered echoes that end it: 5 */
	struct quality_conf quality;	/* `set quality` */
	struct retry lcp, pap, chap, ipcp, ipv6cp, ccp;
	uint16_t stopped_lcp, stopped_ccp;	/* seconds; 0: off */
	uint8_t	 deflate_out, deflate_in;	/* windows; in 0: any */
	struct mppe_conf mppe;
	uint8_t	 vj_slots;
	bool	 vj_slotcomp;
	uint8_t	 enddisc_class, enddisc_len;
	uint8_t	 enddisc[ENDDISC_MAX];
	char	 ident[IDENT_MAX];	/* "" : not sent */
	bool	 ident_vars;		/* it has words that control replaces
					 * each time: PPP_EV_IDENT_DUE */
	char	 authname[AUTHNAME_MAX + 1];
	char	 authkey[AUTHKEY_MAX + 1];	/* secret: never printed */
	bool	 key_prog;		/* authkey is a program that makes the
					 * key, for CHAP; see PPP_EV_KEY */
};

/*
 * Addresses for IPCP, given when the Network phase begins: by the label for
 * a Host, by the address pool and ppp.secret for an Access Concentrator.
 * All IPv4 addresses in host order. A width of 32 bits fixes the address, 0
 * takes anything.
 */
struct ip4_want {
	uint32_t addr;
	uint8_t	 bits;			/* leading bits that must be kept */
};

struct net_conf {
	struct ip4_want my, his;
	bool	 has_trigger;
	uint32_t trigger;		/* sent first in place of my.addr */
	uint32_t dns[2], nbns[2];	/* what we tell (or first offer) */
	uint8_t	 ifid[8];		/* our interface id; zero: random */
	uint8_t	 his_ifid[8];		/* suggested to a peer without one */
	uint16_t mtu;			/* no larger IP packet to him; 0: any */
	uint8_t	 vj;			/* enum net_vj */
};

/* Header compression: as struct ppp_conf says, or granted, or forbidden. */
enum net_vj { VJ_CONF, VJ_YES, VJ_NO };

/* ppp_conf_default - ppp(8)'s defaults, for a PPPoE link if @pppoe. */
void ppp_conf_default(struct ppp_conf *c, bool pppoe);

#endif
