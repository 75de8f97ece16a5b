/*
 * Mail between the control thread and a lane: fixed-size messages without
 * pointers, through one ring each way. A session is named by its ticket,
 * which control chose and never uses twice.
 */
#ifndef LB_MAIL_H
#define LB_MAIL_H

#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "io/io.h"
#include "io/stream.h"
#include "ppp/link.h"
#include "pppoe/pppoe.h"
#include "wire/eth.h"

#define MAIL_DATA	720
#define MAIL_RING	1024

enum mail_op {
	/* control to lane */
	MAIL_PORT_OPEN = 1,	/* arg: port; struct mail_port */
	MAIL_PORT_CLOSE,	/* arg: port; its sessions end for arg2, an enum
				 * why; WHY_IF_GONE: without a PADT */
	MAIL_ACCEPT,		/* key; struct mail_accept: session, PADS */
	MAIL_DIAL,		/* key.port; struct pppoe_host_conf */
	MAIL_LINE,		/* key.port; struct stream_conf: its descriptors
				 * are the lane's now; LCP starts */
	MAIL_VERDICT,		/* struct auth_verdict */
	MAIL_KEY,		/* struct auth_key: what a program made; to
				 * control: its challenge */
	MAIL_NETWORK,		/* struct net_conf */
	MAIL_JOIN,		/* arg: ticket of the link's bundle, which may
				 * be new; arg2: its weight. Once more: the
				 * weight is another */
	MAIL_CLOSE,		/* arg: enum why; Terminate, then PADT */
	MAIL_PADT,		/* the peer's PADT came to control */
	MAIL_DOWN,		/* arg: enum why; lower layer gone, at once */
	MAIL_CCP,		/* arg: enum ppp_ccp_op */
	MAIL_RENEGOTIATE,	/* arg: PROTO_LCP, PROTO_IPCP; `open lcp` */
	MAIL_IDENT,		/* data: text of LCP Identification */
	MAIL_LEFT_OVER,		/* PADT for key, which no session of ours has */
	MAIL_DEMAND,		/* arg: 1 auto mode: a packet dials */
	MAIL_RATE,		/* struct rate_conf; arg 0: the label's again */
	MAIL_CONF,		/* the published snapshot changed */
	MAIL_ROUTE,		/* struct lane_net: packets to and from it are
				 * the session's, too; arg: 1 to add, 0 */
	MAIL_STOP,		/* close all sessions (arg: why), then report */
	MAIL_EMPTY,		/* PADT to all sessions at once (arg: why) */
	/* lane to control */
	MAIL_PORT,		/* arg: port, arg2: 0 or error; data: text */
	MAIL_PORT_LOST,		/* arg: port: interface gone or down */
	MAIL_HOST_UP,		/* Host has its PADS; data: AC-Name */
	MAIL_PHASE,		/* arg: enum ppp_phase */
	MAIL_LINK,		/* arg: enum link_state */
	MAIL_QUERY,		/* struct auth_query: is it right? */
	MAIL_JOIN_WANTED,	/* struct mail_join: which bundle? */
	MAIL_NET_WANTED,	/* which addresses? */
	MAIL_IP_UP,		/* struct mail_up */
	MAIL_IP_DOWN,
	MAIL_IP6_UP,		/* struct mail_up */
	MAIL_IP6_DOWN,
	MAIL_MTU,		/* arg: octets of the largest IP packet now */
	MAIL_NAME,		/* data: the name the peer proved */
	MAIL_TEXT,		/* data: what the refusing side said */
	MAIL_IDENT_DUE,		/* arg: row of the ledger; MAIL_IDENT, please */
	MAIL_ACTIVE,		/* dial on demand: a packet waits in the TUN */
	MAIL_CLOSED,		/* arg: enum why; struct mail_closed, unless
				 * it never began; the ticket is void */
	MAIL_CONF_DONE,		/* arg: generation this lane uses now */
	MAIL_STOPPED,		/* answer to MAIL_STOP */
};

struct mail {
	uint16_t op;			/* enum mail_op */
	uint16_t len;			/* octets of data */
	uint32_t ticket;
	uint32_t arg, arg2;		/* arg2 of a session's mail to
					 * control: its row of the ledger */
	struct sess_key key;
	_Alignas(8) uint8_t data[MAIL_DATA];
};

/* An interface: data, and PPP control with Discovery. Descriptors in them
 * are the lane's from now on. */
struct mail_port {
	struct io_conf data, control;
};

/* What a session needs to be born with its PADS. */
struct mail_accept {
	uint16_t max_payload;		/* granted; 0: 1492 */
	uint16_t pads_len;
	char	 service[PPPOE_NAME + 1];
	char	 circuit_id[PPPOE_LINE + 1], remote_id[PPPOE_LINE + 1];
	uint8_t	 pads[440];		/* Discovery payload to send */
};

/* Whose link it is: the peer's proved name and endpoint discriminator. */
struct mail_join {
	uint8_t	 class, len, disc[ENDDISC_MAX];
	char	 name[PPP_NAME];
};

struct mail_up {
	uint32_t my_addr, his_addr, dns[2];
	uint8_t	 my_ifid[8], his_ifid[8];
	uint16_t mtu;
};

/* What went through a session, whole: its ledger row is free again. */
struct mail_closed {
	uint64_t ip_in, ip_out, ip6_in, ip6_out;
	uint64_t ip_in_oct, ip_out_oct, ip6_in_oct, ip6_out_oct;
	uint64_t ctl_in, ctl_out, ctl_in_oct, ctl_out_oct;
};

/* A network behind a peer. */
struct lane_net {
	uint8_t	 family, bits;
	uint8_t	 dst[16];		/* network order, IPv4 in 4 octets */
};

/* mail_put, mail_data - copy a struct in and out; sizes are checked. */
static inline void
mail_put(struct mail *m, const void *p, size_t n)
{
	BUG_ON(n > MAIL_DATA);
	memcpy(m->data, p, n);
	m->len = (uint16_t)n;
}

static inline void
mail_take(const struct mail *m, void *p, size_t n)
{
	BUG_ON(m->len != n);
	memcpy(p, m->data, n);
}

_Static_assert(sizeof(struct auth_key) <= MAIL_DATA, "key fits");
_Static_assert(sizeof(struct auth_query) <= MAIL_DATA, "query fits");
_Static_assert(sizeof(struct mail_accept) <= MAIL_DATA, "accept fits");
_Static_assert(sizeof(struct pppoe_host_conf) <= MAIL_DATA, "conf fits");
_Static_assert(sizeof(struct stream_conf) <= MAIL_DATA, "line fits");

#endif
