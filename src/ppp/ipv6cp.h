/*
 * The IPv6 Control Protocol: RFC 5072. What is negotiated is the pair of
 * interface identifiers, and with them the link-local addresses. Pure;
 * owner: struct ppp.
 */
#ifndef PPP_IPV6CP_H
#define PPP_IPV6CP_H

#include "ppp/fsm.h"
#include "ppp/opt.h"

enum ipv6cp_type { IPV6CP_IFID = 1, IPV6CP_COMPRESSION };

struct ipv6cp {
	struct fsm fsm;			/* first */
	uint8_t	 my[8], his[8];		/* zero: none */
	uint8_t	 draft[8];		/* his, until our Ack is sent */
	uint8_t	 taken[8];		/* refused to him; zero: none */
	uint8_t	 hints;			/* Naks of ours that only advise */
};

extern const struct opt_table ipv6cp_table;

void ipv6cp_init(struct ipv6cp *c);

/*
 * ipv6cp_again - state Initial once more, when LCP went down: our random
 * identifier is kept, and packet Identifiers go on, so that late copies of
 * packets are true or match nothing.
 */
void ipv6cp_again(struct ipv6cp *c);

/* ipv6cp_input - one IPV6CP packet; returns what fsm_input() does. */
int ipv6cp_input(struct ipv6cp *c, const struct turn *t, struct rd in);

/* ipv6cp_taken - the peer's identifier is in use elsewhere: once more. */
void ipv6cp_taken(struct ipv6cp *c, const struct turn *t);

#endif
