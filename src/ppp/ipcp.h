/*
 * The IP Control Protocol: RFC 1332, with the name server options of RFC
 * 1877, and the agreement on Van Jacobson's header compression. Pure;
 * owner: struct ppp.
 */
#ifndef PPP_IPCP_H
#define PPP_IPCP_H

#include "ppp/fsm.h"
#include "ppp/opt.h"

enum ipcp_type {
	IPCP_ADDRS = 1, IPCP_COMPRESSION, IPCP_ADDR, IPCP_MOBILE,
	IPCP_DNS1 = 129, IPCP_NBNS1, IPCP_DNS2, IPCP_NBNS2,
};

/* One direction of header compression, RFC 1332 section 4. */
struct ipcp_vj {
	uint8_t	 slots;			/* 0: none */
	bool	 slotcomp;		/* the slot may be left out */
};

struct ipcp {
	struct fsm fsm;			/* first */
	uint32_t my, his;		/* IPv4, host order; 0: none */
	uint32_t his_draft;		/* until our Ack is sent */
	uint32_t dns[2];		/* what we ask for, then what he told */
	struct ipcp_vj vj_in, vj_out;	/* that we ask for; that we send */
	struct ipcp_vj vj_draft;	/* out, until our Ack is sent */
	uint8_t	 want;			/* IPCP_WANT_* that we ask for */
	uint8_t	 hints;			/* Naks of ours that only advise */
};

extern const struct opt_table ipcp_table;

void ipcp_init(struct ipcp *c);

/* ipcp_vj_may - header compression, with @bits of enabled or accepted? */
bool ipcp_vj_may(const struct net_conf *n, uint32_t bits);

/* ipcp_again - Initial once more, when LCP went down; Identifiers go on. */
void ipcp_again(struct ipcp *c);

/* ipcp_input - one IPCP packet; returns what fsm_input() does. */
int ipcp_input(struct ipcp *c, const struct turn *t, struct rd in);

#endif
