/*
 * The insides of the bundle, shared by bundle.c (dialling, mail) and
 * bundle_view.c (idle timer, what prompts see). Control thread only.
 */
#ifndef CTL_BUNDLE_H
#define CTL_BUNDLE_H

#include "ctl/hostnet.h"
#include "ctl/state.h"
#include "sess/dial.h"

struct bundle {
	struct ctl *c;			/* borrows: its owner */
	struct dialer dialer;
	struct loop_timer *redial;	/* owner */
	uint32_t ticket;		/* of the attempt; 0: none */
	unsigned device_at;
	char	 device[DEVICE_MAX];	/* of the attempt, as written */
	uint8_t	 mac[ETH_ADDR];		/* of its interface */
	struct sess_key key;		/* of the session, sid 0: none */
	int	 left;			/* ctl/leftover.h; -1: none */
	enum link_state link;
	enum ppp_phase phase;
	bool	 ip, ip6;
	tstamp	 up_since;		/* 0: down */
	bool	 up_told;		/* see bundle_report_up() */
	uint32_t connects;
	enum why last_why;
	char	 last_text[128];	/* what the refusing side said */
	struct aaa_grant grant;
	struct hostnet host;
	struct traffic traffic[TRAFFIC_PARTS];
	uint64_t packets;		/* seen at the last tick */
	tstamp	 busy_at;		/* when packets last moved */
};

/* bundle_link - the link's next state, logged. */
void bundle_link(struct bundle *b, enum link_state to);

/* bundle_report_up - -background's parent hears that the link is up: with
 * IPv4, or with IPv6 alone once IPCP is not under way (any more). */
void bundle_report_up(struct bundle *b);

/* bundle_carries - from now on, or no longer, for the throughput figures. */
void bundle_carries(struct bundle *b, enum traffic_part part, bool up);

/* Auto mode while the line is down: the addresses of `set ifaddr`. */
void bundle_idle_addr(struct bundle *b);

#endif
