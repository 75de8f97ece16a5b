/*
 * The Link Control Protocol: RFC 1661 sections 5 and 6, with the extensions
 * of RFC 1570 (Identification, Time-Remaining) and the rules of RFC 2516
 * section 7 and RFC 4638 for PPPoE links. Pure; owner: struct ppp.
 */
#ifndef PPP_LCP_H
#define PPP_LCP_H

#include "ppp/echo.h"
#include "ppp/fsm.h"
#include "ppp/opt.h"

#define LCP_MRU_MIN	296u		/* least MRU that we agree to */
#define LCP_MRRU_MAX	2048u		/* most we put together: ppp/mp.h */
#define LCP_MRU_DEFAULT	1500u		/* without the option: section 6.1 */

enum lcp_type {
	LCP_MRU = 1, LCP_ACCM, LCP_AUTH, LCP_QUALITY, LCP_MAGIC,
	LCP_PFC = 7, LCP_ACFC, LCP_FCS, LCP_PADDING, LCP_NUMBERED,
	LCP_CALLBACK = 13, LCP_COMPOUND = 15, LCP_MRRU = 17, LCP_SHORTSEQ,
	LCP_ENDDISC, LCP_DISCRIM = 23,
};

/* What one side gets. Mine: what I want the peer to respect. */
struct lcp_opts {
	uint32_t magic;			/* 0: none */
	uint32_t accm;
	uint32_t lqr;			/* reporting period, 1/100 s */
	uint16_t mru;			/* octets this side receives */
	uint16_t auth;			/* this side demands it; 0: none */
	uint8_t	 algo;			/* with PROTO_CHAP: CHAP_* */
	bool	 pfc, acfc;		/* this side receives compressed */
	bool	 quality;		/* this side wants LQRs */
	bool	 shortseq;		/* this side receives short numbers */
	uint16_t mrru;			/* this side puts together; 0: no MP */
	uint8_t	 disc_class, disc_len;	/* this side's discriminator */
	uint8_t	 disc[ENDDISC_MAX];
};

struct lcp {
	struct fsm fsm;			/* first */
	struct lcp_opts mine, his;	/* agreed while fsm is Opened */
	struct lcp_opts draft;		/* his, until our Ack is sent */
	uint32_t want;			/* bit of each type we ask for */
	uint32_t rejected;		/* types of ours the peer rejected */
	uint32_t refused;		/* types of his that we rejected */
	uint16_t peer_reject;		/* protocol he rejected; 0: none */
	uint8_t	 why;			/* enum why of giving up, or 0 */
	uint8_t	 tried;			/* authentication: asked in vain */
	uint8_t	 suggest;		/* authentication: next to Nak with */
	uint8_t	 loops;			/* times we saw our own Magic-Number */
	uint8_t	 hints;			/* Naks of ours that only advise */
	tstamp	 told;			/* when a text of his was last told */
	struct echo echo;
};

extern const struct opt_table lcp_table;

void lcp_init(struct lcp *l);

/*
 * lcp_input - one LCP packet. Returns what fsm_input() does. A packet with
 * our own Magic-Number (a looped line) is -E_FORMAT.
 */
int lcp_input(struct lcp *l, const struct turn *t, struct rd in);

/* lcp_magic - what our Echo-Requests and so on carry: ours, or 0. */
uint32_t lcp_magic(const struct lcp *l);

/* lcp_protocol_reject - tell the peer that we do not know @proto. */
void lcp_protocol_reject(struct lcp *l, const struct turn *t, uint16_t proto,
    struct rd in);

/*
 * lcp_ident - it is time for conf's ident text, RFC 1570 section 2.1: sent, or
 * asked for when words in it have to be replaced; nothing when it is empty.
 * lcp_ident_send - this text.
 */
void lcp_ident(struct lcp *l, const struct turn *t);
void lcp_ident_send(struct lcp *l, const struct turn *t, const void *text,
    size_t n);

#endif
