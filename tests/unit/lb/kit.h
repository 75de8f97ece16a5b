/*
 * A lane for tests: its interface is one end of a pair in memory, the other
 * end and control's side of the mail are the test's. Time is a number.
 */
#ifndef LB_KIT_H
#define LB_KIT_H

#include "lb/lane.h"

struct kit {
	const struct snapshot *_Atomic current;
	struct snapshot *snap;		/* owner: kit */
	struct taps taps;
	struct flows flows;
	struct lane *l;			/* owner: kit */
	struct io *far;			/* owner: kit; the peers' end */
	tstamp	 now;
	struct pkt rx[LANE_BATCH];
	int	 rx_at, rx_n;
	struct mail mail;		/* of the last kit_told() */
};

/* One frame, whole or spoilt on purpose. */
struct frame {
	const uint8_t *dst, *src;	/* NULL: lane, first peer */
	struct vlans vlan;
	uint16_t type;			/* 0: PPPoE session */
	uint8_t	 vertype;		/* 0: 0x11 */
	uint8_t	 code;
	uint16_t sid;
	int	 extra;			/* added to the right LENGTH */
	uint16_t proto;			/* 0: none */
	const void *p;
	size_t	 n;
};

/* A peer's PPP engine behind a MAC and a Session-ID. */
struct far_peer {
	struct ppp ppp;
	struct ppp_conf conf;
	struct net_conf net;
	struct rng rng;
	struct outbox ob;
	uint8_t	 mac[ETH_ADDR];
	struct vlans vlan;
	uint16_t sid;
	bool	 ip, ip6, padt;
	unsigned in;			/* frames of the session */
};

extern const uint8_t kit_lane_mac[ETH_ADDR], kit_peer_mac[ETH_ADDR];

/* kit_new - @single as in struct lane_conf; @tun: taken, NULL: none. */
struct kit *kit_new(bool single, uint32_t max, const struct tun *tun);
void kit_free(struct kit *k);

/* kit_ring - mail rings of @n messages instead of MAIL_RING. */
void kit_ring(struct kit *k, uint32_t n);

/* kit_capture - the lane captures what @c wants from now on, into this. */
struct tap *kit_capture(struct kit *k, const struct capture_conf *c);

/* kit_flows - the lane counts flows from now on, at most @max. */
struct flow_table *kit_flows(struct kit *k, uint32_t max);

/* kit_publish - a new snapshot as lb_publish() does, without the mail. */
void kit_publish(struct kit *k);

void kit_run(struct kit *k);		/* lane_run() until nothing waits, the
					 * TUN device neither */
void kit_post(struct kit *k, const struct mail *m);
void kit_op(struct kit *k, uint16_t op, uint32_t ticket, uint32_t arg);
bool kit_told(struct kit *k);		/* one message of the lane */
bool kit_told_op(struct kit *k, uint16_t op);	/* the next of that kind */
void kit_forget(struct kit *k);		/* all messages of the lane */

/* kit_accept - MAIL_ACCEPT of a session of @mac. */
void kit_accept(struct kit *k, uint32_t ticket, const uint8_t *mac,
    struct vlans v, uint16_t sid);

/* kit_frame - the frame, sent; kit_next - the next one that came; NULL. */
void kit_frame(struct kit *k, const struct frame *f);
struct pkt *kit_next(struct kit *k);

/* kit_disc - frames up to the next Discovery packet: its code; -1: none. */
int kit_disc(struct kit *k, struct eth *e, struct pppoe_hdr *h);

uint64_t kit_drops(const struct kit *k, enum drop why);
uint64_t kit_all_drops(const struct kit *k);

/* far_new - before its first frame; far_start - PADS came. */
void far_new(struct far_peer *f, const uint8_t *mac, struct vlans v,
    uint16_t sid);
void far_start(struct kit *k, struct far_peer *f);
void far_send(struct kit *k, struct far_peer *f, uint16_t proto,
    const void *p, size_t n);

/*
 * far_talk - the lane, the peer and a control that grants 10.0.0.@sid speak
 * until nobody has anything to say.
 */
void far_talk(struct kit *k, struct far_peer *f);

/* far_up - a session with IPv4 and IPv6 up, ticket and id @sid. */
void far_up(struct kit *k, struct far_peer *f, const uint8_t *mac,
    struct vlans v, uint16_t sid);

#endif
