/*
 * The insides of the client: one bundle, which has the interface, addresses,
 * routes and the idle timer, and its links, each with a device, a dialler
 * and a session of its own. link.c: one link; bundle.c: all of them and the
 * host's side; bundle_view.c: ticks, and what prompts see. Control thread
 * only.
 */
#ifndef CTL_BUNDLE_H
#define CTL_BUNDLE_H

#include "ctl/hostnet.h"
#include "ctl/physical.h"
#include "ctl/state.h"
#include "os/hold.h"
#include "sess/dial.h"

struct link {			/* owner: the bundle */
	struct bundle *b;		/* borrows */
	uint32_t id;			/* of its link_conf */
	int	 at;			/* where that is: c->p.link[at] */
	struct dialer dialer;
	struct loop_timer *redial;	/* owner */
	uint32_t ticket;		/* of the attempt; 0: none */
	struct physical *phys;		/* owner; not for PPPoE */
	enum why end_why;		/* of PPP, while scripts run */
	struct ctl_term term;		/* terminal mode; show NULL: nobody */
	unsigned device_at;		/* next word of the list to try */
	char	 device[DEVICE_MAX];	/* of the attempt, as written */
	int	 port;			/* of the lane; -1: none */
	uint8_t	 mac[ETH_ADDR];		/* of its interface */
	struct sess_key key;		/* of the session, sid 0: none */
	struct sess_key lost;		/* the peer was not told of its end */
	int	 left;			/* ctl/leftover.h; -1: none */
	enum link_state state;
	enum ppp_phase phase;
	tstamp	 up_since;		/* 0: down */
	bool	 joined;		/* one of b->mp */
	struct traffic traffic;
	uint32_t connects;
	enum why last_why;
	char	 last_text[128];	/* what the refusing side said; */
	bool	 verdict;		/* of our name or secret */
	struct aaa_grant grant;
	uint32_t run;			/* of the last query about its name */
	struct account *acct;		/* owner; NULL: no RADIUS */
	struct keyprog *keyprog;	/* owner; NULL: none runs */
	bool	 utmp;			/* its peer has an entry there */
};

struct natlog;

/* What flowed in the last seconds, for `set autoload`. */
#define LOAD_SECS	60
struct autoload {
	struct { tstamp at; uint64_t in, out; } seen[LOAD_SECS + 1];
	unsigned n;
};

struct bundle {
	struct ctl *c;			/* borrows: its owner */
	struct link *link[LINKS_MAX];	/* owner; as in c->p.link */
	int	 links;
	struct {			/* interfaces that the lane has open */
		char	 ifname[IFNAMSIZ];
		bool	 com3;
		unsigned users;		/* links */
		struct io_xdp xdp;	/* owner; while there are users */
	} port[LINKS_MAX];
	uint32_t net;			/* ticket of the session that has IP;
					 * 0: none */
	uint32_t mp;			/* of the multilink bundle, which is
					 * then net; 0: none */
	struct mail_join peer;		/* whose links it takes */
	struct aaa_grant grant;		/* of b->mp: its first link's */
	struct account *acct;		/* of b->mp: owner; NULL: no RADIUS */
	enum ppp_phase phase;
	bool	 ip, ip6;
	tstamp	 up_since;		/* 0: down */
	bool	 up_told;		/* see bundle_report_up() */
	enum why last_why;
	struct hostnet host;
	struct addr_hold hold;		/* of `set ifaddr`'s list, the peer's */
	bool	 hold_told;		/* that it cannot be held */
	struct natlog *natlog;		/* owner; NULL: no `nat log` */
	struct traffic traffic[TRAFFIC_LINK];	/* of IPv4 and IPv6 */
	struct autoload load;		/* bundle_load.c */
	tstamp	 busy_at;		/* when the idle timer last began, */
	uint32_t idle_secs;		/* for how long; 0: `set timeout` */
};

/* ---- link.c ---- */

/* link_new - for c->p.link[@at]; NULL: no memory. */
struct link *link_new(struct bundle *b, int at);
void link_free(struct link *l);

const struct link_conf *link_conf(const struct link *l);

/* link_busy - an attempt or session, or a pause before the next. */
bool link_busy(const struct link *l);

void link_start(struct link *l);	/* the program has started */
void link_watch(struct link *l);	/* an interface came or went */
int link_open(struct link *l, char *why, size_t n);
void link_close(struct link *l, enum why why);
void link_lower_down(struct link *l);
void link_set_mode(struct link *l, enum mode m);

/* link_up - it carries packets now: counters start anew. */
void link_up(struct link *l);

/* link_tell - mail for its session; false: it has none. */
bool link_tell(struct link *l, uint16_t op, uint32_t arg);

/* link_mail - what the lane says about its session; the network's part is
 * bundle_net_mail()'s. */
void link_mail(struct link *l, const struct mail *m);

/*
 * link_login.c: link_account - of its session, from now on if there was
 * none; NULL: no RADIUS. link_query - MAIL_QUERY is answered, now or later.
 */
struct account *link_account(struct link *l, const struct mail *m);
void link_query(struct link *l, const struct mail *m);
void link_key(struct link *l, const struct mail *m);	/* MAIL_KEY */
void link_utmp(struct link *l, bool in);	/* its peer's entry */

/*
 * bundle_account - of the session that has IP: of @l like link_account(), or
 * of the multilink bundle (NULL). bundle_account_join - @l is one of its
 * links now.
 */
struct account *bundle_account(struct bundle *b, struct link *l,
    const struct mail *m);
void bundle_account_join(struct bundle *b, struct link *l,
    const struct mail *m);

/* bundle_granted - the routes that the peer's name is granted come and go. */
void bundle_granted(struct bundle *b, uint8_t family, bool add);

/*
 * For link_line.c. link_state, link_pass - the next state, and all on the
 * way there, logged. link_next_device - the next word of `set device`; the
 * attempt fails with @why when there is none. link_ended - the attempt is
 * over.
 */
void link_state(struct link *l, enum link_state to);
void link_pass(struct link *l, enum link_state to);
void link_next_device(struct link *l, enum why why);
void link_ended(struct link *l, enum why why);

/*
 * link_line.c: lines below PPP that are not PPPoE. link_line_open - true: on
 * its way. link_line_end - PPP is over; true: link_ended() follows.
 * link_line_stop - `close`, `down`; true: it was under way and ends.
 * link_line_lost - the lane read the end of the line; false: no line.
 */
bool link_line_init(struct link *l);
bool link_line_open(struct link *l);
bool link_line_end(struct link *l, enum why why);
bool link_line_stop(struct link *l, enum why why);
bool link_line_lost(struct link *l);

/* link_term.c: what the device says in terminal mode. */
void link_term_show(struct link *l, const char *p, size_t n);
void link_term_over(struct link *l, bool packets);
void link_term_packets(struct link *l);

/* ---- bundle.c ---- */

/* bundle_phase - a link's phase changed: the bundle's follows, logged. */
void bundle_phase(struct bundle *b);

/* bundle_net_mail - what the session of @l says about IP and IPv6. */
void bundle_net_mail(struct bundle *b, struct link *l, const struct mail *m);

/* bundle_link_lost - the session of @l is over, its ticket still set. */
void bundle_link_lost(struct bundle *b, struct link *l);

/* bundle_exit - a link is closed for good: with the last the program ends */
void bundle_exit(struct bundle *b, int code);

/* bundle_rest - auto mode, and nothing is under way: the lane has asked for
 * a dial that came to nothing, the next packet may ask again. */
void bundle_rest(struct bundle *b);
void bundle_demand(struct bundle *b);	/* whether a packet dials */

/* bundle_autoload - each second: @n is what the bundle has carried so far. */
void bundle_autoload(struct bundle *b, const struct ctl_counts *n,
    tstamp now);

/* bundle_weigh - its bandwidth may be another now. */
void bundle_weigh(struct link *l);

/* bundle_port - the lane's port for an interface, opened unless another
 * link has it open; @tags: sessions have VLAN tags. bundle_port_give - one
 * user less. */
int bundle_port(struct bundle *b, const char *ifname, bool com3, bool tags);
void bundle_port_give(struct bundle *b, int port);
int bundle_port_free(struct bundle *b);	/* for a line; -1: none */

/* bundle_report_up - -background's parent hears that the link is up: with
 * IPv4, or with IPv6 alone once IPCP is not under way (any more). */
void bundle_report_up(struct bundle *b);

/* bundle_carries, link_carries - from now on, or no longer, for the
 * throughput figures. */
void bundle_carries(struct bundle *b, enum traffic_part part, bool up);
void link_carries(struct link *l, bool up);

/* Auto mode while the line is down: the addresses of `set ifaddr`. */
void bundle_idle_addr(struct bundle *b);

/* bundle_net_conf - what the next session negotiates: of the label, and over
 * it what the peer's name is granted. False, told: no address is left. */
bool bundle_net_conf(struct bundle *b, const struct aaa_grant *g,
    struct net_conf *n);
/* bundle_net_start - what goes on all the time. */
void bundle_net_start(struct bundle *b);
/* bundle_net_stop - all that was done to the host is undone. */
void bundle_net_stop(struct bundle *b);
/* bundle_net_publish - routes and proxy ARP after a live change. */
void bundle_net_publish(struct bundle *b);

#endif
