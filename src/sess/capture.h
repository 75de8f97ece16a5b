/*
 * What `set capture` wants, and frames seen through its eyes: which layer
 * they are of, whether they are wanted, and where secrets stand in them.
 * Pure.
 */
#ifndef SESS_CAPTURE_H
#define SESS_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/eth.h"

#define CAPTURE_PATH	256
#define CAPTURE_FILTER	256
#define CAPTURE_COMMENT	192

enum capture_what { CAPTURE_DISCOVERY, CAPTURE_CONTROL, CAPTURE_ALL };
const char *capture_what_name(enum capture_what w);

struct capture_conf {
	uint32_t serial;		/* another with each `set capture`,
					 * also `off`; 0: never given */
	char	 path[CAPTURE_PATH];	/* "": off */
	char	 filter[CAPTURE_FILTER];	/* pcap-filter(7); "": all */
	uint64_t octets;		/* limits; 0: none */
	uint32_t frames, secs;
	uint16_t sid;			/* Session-ID; 0: any */
	uint8_t	 what;			/* enum capture_what */
	uint8_t	 mac[ETH_ADDR];		/* to or from this one */
	bool	 by_mac, mask;
};

enum capture_kind { FRAME_OTHER, FRAME_DISC, FRAME_CONTROL, FRAME_DATA };

struct captured {
	uint8_t	 kind;			/* enum capture_kind */
	bool	 line;			/* no Ethernet: PPP with FF 03 */
	uint8_t	 code;			/* of PPPoE */
	uint16_t sid, proto;		/* 0: none */
	uint8_t	 dst[ETH_ADDR], src[ETH_ADDR];
	struct vlans vlan;
	size_t	 body;			/* offset behind the PPP protocol */
};

/* capture_look - @p: a whole frame with its tags. Hostile octets. */
void capture_look(const uint8_t *p, size_t n, bool line,
    struct captured *c);

/* capture_wants - all but the filter expression. */
bool capture_wants(const struct capture_conf *f, const struct captured *c);

/*
 * capture_mask - overwrite what proves an identity: passwords of PAP, values
 * of CHAP and EAP, also where an LCP Protocol-Reject gives them back. What
 * is no such packet in good form is overwritten from its header on. Sizes
 * stay.
 */
void capture_mask(uint8_t *p, size_t n, const struct captured *c);

/*
 * capture_comment - "label isp, deflink, session 5 of 02:00:00:00:00:01";
 * @who: link or peer, "" unknown.
 */
void capture_comment(const struct captured *c, const char *label,
    const char *who, bool out, char text[CAPTURE_COMMENT]);

#endif
