/*
 * The insides of the concentrator's control side, shared by accept.c
 * (Discovery), accept_port.c (interfaces), accept_view.c (what is shown),
 * peers.c (the mirror of sessions), login.c (names) and lease.c (addresses).
 * Control thread only.
 */
#ifndef CTL_ACCEPT_H
#define CTL_ACCEPT_H

#include "aaa/pool.h"
#include "base/slab.h"
#include "ctl/budget.h"
#include "ctl/state.h"
#include "lb/assign.h"
#include "lb/table.h"
#include "os/net.h"

/* One interface and kind of frames; several rows of VLANs may share it. */
struct ac_port {
	char	 ifname[IFNAMSIZ];
	bool	 com3, wanted;
	bool	 steered;		/* by the kernel, among the lanes */
	struct io_xdp xdp;		/* owner */
	const char *how;		/* of io_xdp(): constant text */
	struct io *io;			/* owner; NULL: interface is gone */
	struct loop_fd *fd;		/* owner */
};

/* What control knows of a session: enough to find it and free its address. */
struct peer {			/* owner: slab */
	uint32_t idx, ticket;
	struct sess_key key;
	uint8_t	 lane;
	bool	 up, padt_told;
	bool	 host_route;		/* addr has a route of its own */
	bool	 pooled;		/* the pool knows that it holds addr */
	uint32_t addr;			/* 0: none yet */
	uint32_t taken;			/* of the budget, while not up */
	uint32_t run;			/* of the last query about its name */
	uint16_t mtu;			/* of the route to it; 0: not up */
	bool	 networks;		/* those of the grant are routed */
	bool	 utmp;			/* it has an entry there */
	uint64_t named;			/* hash of the proven name; 0: none */
	unsigned proxy_if;		/* LAN that asks us for it; 0: none */
	struct aaa_grant *grant;	/* owner; NULL: nothing is granted */
	struct account *acct;		/* owner; NULL: no RADIUS */
	struct mail_join *join;		/* owner; a multilink bundle, which has
					 * no wire and is in no table of keys;
					 * NULL: a session */
	char	 name[REC_NAME];
};

struct concentrator {
	struct ctl *c;			/* borrows: its owner */
	unsigned lanes;
	uint32_t lane_peers[LANES_MAX];	/* sessions, those starting too */
	struct ac *ac;			/* owner */
	struct ac_port port[LANE_PORTS];
	struct assign assign;
	struct slab slab;		/* of struct peer */
	struct table by_ticket, by_key, by_mac, by_addr, by_join, by_name;
	struct budget budget;		/* of set-ups under way */
	uint64_t seed;
	struct pool *pool;		/* owner; NULL: no `set ifaddr` */
	uint32_t dns[2];		/* of resolv.conf */
	uint64_t kept;			/* state of ppp.secret the pool knows */
	uint8_t	 ifid[8];		/* ours, on every lane */
	uint16_t mtu;			/* of the lanes' TUN devices */
	struct loop_timer *more;	/* owner; frames wait in a port */
	struct outbox ob;
	struct pkt rx[LANE_BATCH], tx;
	unsigned utmp;			/* entries of ours there */
	struct ctl_ac n;		/* counters */
	struct hist discovery;		/* first PADI until PADS */
};

/* accept.c: a frame of Discovery came in at a port. */
void ac_side_frame(struct concentrator *a, unsigned port, const struct pkt *b,
    tstamp now);

/*
 * accept_port.c: ac_ports_sync - those of the profile are open, others are
 * not; @why of the first that is missing. ac_ports_read - what waits at all of
 * them; @arg: struct concentrator.
 */
int ac_ports_sync(struct concentrator *a, char *why, size_t n);
void ac_ports_read(void *arg, tstamp now);
void ac_port_close(struct concentrator *a, unsigned i, enum why why);

/* peers.c */
struct peer *peer_new(struct concentrator *a, const struct sess_key *k,
    unsigned lane);
void peer_end(struct concentrator *a, struct peer *p);
struct peer *peer_by_ticket(struct concentrator *a, uint32_t ticket);
struct peer *peer_by_key(struct concentrator *a, const struct sess_key *k);
void peer_is_up(struct concentrator *a, struct peer *p);
/* peer_count_mac - sessions of that MAC address, or only those not up. */
unsigned peer_count_mac(struct concentrator *a, const struct ac_from *f,
    bool starting);
bool peer_has_addr(struct concentrator *a, uint32_t addr);
void peer_index_addr(struct concentrator *a, struct peer *p);

/*
 * login.c: login_account - of a session, from now on if there was none;
 * NULL: no RADIUS. login_query - MAIL_QUERY is answered, now or later.
 */
struct account *login_account(struct concentrator *a, struct peer *p,
    const struct mail *m);
void login_query(struct concentrator *a, struct peer *p,
    const struct mail *m);
void login_free(struct peer *p);

/* login_forget_name - it no longer counts for `set lb namesessions`. */
void login_forget_name(struct concentrator *a, struct peer *p);

/* login_utmp - the peer's entry in utmp comes (the first LOGIN_UTMP peers
 * whose names are proved) or goes. */
#define LOGIN_UTMP	256u
void login_utmp(struct concentrator *a, struct peer *p, bool in);

/* accept_mp.c: a link wants to join (MAIL_JOIN_WANTED); peer_end()'s part */
void bundle_peer_join(struct concentrator *a, struct peer *link,
    const struct mail *m);
void bundle_peer_end(struct concentrator *a, struct peer *p);

/* lease.c */
int lease_init(struct concentrator *a, char *why, size_t n);
int lease_reconf(struct concentrator *a, char *why, size_t n);
void lease_network(struct concentrator *a, struct peer *p);
void lease_up(struct concentrator *a, struct peer *p, uint16_t mtu);
void lease_end(struct concentrator *a, struct peer *p);
void lease_networks(struct concentrator *a, struct peer *p, bool add);
int lease_tun(struct concentrator *a, unsigned lane, char *why, size_t n);
void lease_use(struct concentrator *a, uint32_t *size, uint32_t *used);

#endif
