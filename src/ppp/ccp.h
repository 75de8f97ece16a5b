/*
 * The Compression Control Protocol, RFC 1962: which algorithm packs what
 * goes each way, and how a history that fell apart is begun anew. Deflate
 * (RFC 1979; type 24 is its old number), Predictor-1 (RFC 1978) and
 * Microsoft's encryption (RFC 3078). Only agreement is made here; the
 * packing itself is its owner's (comp/comp.h). Pure; owner: struct ppp.
 */
#ifndef PPP_CCP_H
#define PPP_CCP_H

#include "ppp/fsm.h"
#include "ppp/opt.h"

enum ccp_type {
	CCP_NONE = 0,		/* on the wire: proprietary, never taken */
	CCP_PRED1 = 1, CCP_PRED2 = 2, CCP_STAC = 17, CCP_MPPE = 18,
	CCP_BSD = 21, CCP_DEFLATE24 = 24, CCP_DEFLATE = 26,
};

/* What one direction agreed on. */
struct ccp_way {
	uint8_t	 type;			/* enum ccp_type */
	uint8_t	 window;		/* Deflate: 8..15 */
	uint8_t	 bits;			/* MPPE: 40, 56, 128 */
	bool	 stateless;		/* MPPE */
};

struct ccp {
	struct fsm fsm;			/* first */
	struct ccp_way in, out;		/* from the peer, to it; Opened */
	struct ccp_way draft;		/* out, until our Ack is sent */
	tstamp	 reset_at;		/* no Reset-Request before */
	uint32_t mppe;			/* bits that we ask for */
	uint8_t	 window, window24;	/* that we ask for */
	uint8_t	 want;			/* options that we ask for */
	uint8_t	 reset_id;		/* of our last Reset-Request */
	bool	 resetting;		/* it was not answered yet */
	bool	 keys;			/* there are keys for MPPE */
	bool	 listen;		/* closed: answer if the peer begins */
};

extern const struct opt_table ccp_table;

void ccp_init(struct ccp *c);

/* ccp_again - Initial once more; Identifiers go on. */
void ccp_again(struct ccp *c);

/* ccp_input - one CCP packet; returns what fsm_input() does. */
int ccp_input(struct ccp *c, const struct turn *t, struct rd in);

/* ccp_wanted - bits of @mask that can be had; 0: there is no CCP for us. */
uint32_t ccp_wanted(const struct ccp *c, uint32_t mask);

/*
 * ccp_start - the Network phase began: ask, or wait for the peer when
 * nothing is enabled and something accepted. ccp_shut - close it; @listen:
 * and answer the peer when it begins again. ccp_settle - after each turn.
 */
void ccp_start(struct ccp *c, const struct turn *t);
void ccp_shut(struct ccp *c, const struct turn *t, bool listen);
void ccp_settle(struct ccp *c, const struct turn *t);

/* ccp_lost - what the peer packed cannot be unpacked: Reset-Request. */
void ccp_lost(struct ccp *c, const struct turn *t);

/* ccp_overhead - octets that packing may add to a packet. */
uint16_t ccp_overhead(const struct ccp *c);

/* ccp_encrypts - MPPE in both directions. */
bool ccp_encrypts(const struct ccp *c);

#endif
