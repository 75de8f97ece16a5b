/*
 * What a label of ppp.conf sets, all of it: the draft that commands write
 * and, once sealed, the snapshot that lanes borrow. Plain data without
 * pointers, so a draft is a copy and nothing can be half applied.
 */
#ifndef SESS_PROFILE_H
#define SESS_PROFILE_H

#include <net/if.h>

#include "os/nat.h"
#include "filter/urgent.h"
#include "lang/value.h"
#include "ppp/conf.h"
#include "pppoe/pppoe.h"
#include "sess/capture.h"
#include "sess/flow.h"
#include "wire/ip4.h"
#include "wire/rate.h"

#define LABEL_MAX	50
#define DEVICES_MAX	8
#define DEVICE_MAX	128
#define ROUTES_MAX	32
#define RANGES_MAX	16
#define LB_IFS_MAX	16
#define SCRIPT_MAX	512
#define SERVER_PATH	104
#define LINKS_MAX	16
#define LINK_NAME	31
#define DEFLINK		"deflink"	/* the link there is at the start */
#define RADIUS_MAX	128

enum mode {
	MODE_INTERACTIVE, MODE_AUTO, MODE_BACKGROUND, MODE_FOREGROUND,
	MODE_DDIAL, MODE_DEDICATED, MODE_DIRECT,
};
const char *mode_name(enum mode m);	/* "interactive", "ddial", ... */

/* `set redial SECS|random[+INC[-MAX]][.NEXT] [TRIES]`, `set reconnect`. */
#define PAUSE_RANDOM	UINT32_MAX	/* 1..30 s, afresh each time */
struct redial {
	uint32_t secs, next;		/* or PAUSE_RANDOM */
	uint32_t inc, max;
	uint32_t tries;			/* 0: no limit */
};

/* `add DEST GATEWAY`: sticky when it names an address keyword. */
struct route_want {
	uint8_t	 family;		/* AF_INET, AF_INET6 */
	uint8_t	 bits;			/* of dst */
	bool	 replace;		/* add! */
	uint8_t	 dst_word, gw_word;	/* enum addr_word */
	uint8_t	 dst[16], gw[16];	/* network order, for AW_NONE */
};

/* `set cd`. CD_DEVICE: PPPoE waits 5 s for its session, which must come;
 * serial lines 1 s for carrier, and do without. */
enum carrier_want { CD_DEVICE, CD_OFF, CD_WAIT, CD_REQUIRED };
#define CD_SECS_PPPOE	5u
#define CD_SECS_TTY	1u

/* What only lines of octets use: no effect on PPPoE. */
struct serial_conf {
	uint32_t speed;			/* bits/s; 0: synchronous */
	char	 parity;		/* 'n', 'o', 'e' */
	bool	 ctsrts;
	uint32_t escape[8];		/* `set escape`: bit N of the 256 */
};

/* An interface on which the concentrator serves, one row a `set lb
 * interface`. */
struct lb_if {
	char	 name[IFNAMSIZ];
	struct vlans vlan;		/* 0,0 with any_vlan false: untagged */
	bool	 any_vlan;		/* `vlan any`: whatever tags come */
	bool	 com3;			/* 3Com's ether types */
};

/* Which ACTIVE worker a new session goes to. */
enum lb_algorithm { LB_ROUND_ROBIN, LB_HASH, LB_LEAST_SESSIONS };

/* What NAS-Port carries: `set rad_port_id`. */
enum rad_port { RAD_PORT_DEFAULT, RAD_PORT_PID, RAD_PORT_IFNUM,
	RAD_PORT_TUNNUM };

/* What happens to sessions of a worker that drains. */
enum drain_policy { DRAIN_WAIT, DRAIN_CANCEL, DRAIN_FORCE, DRAIN_MIGRATE };

struct governor_conf {		/* `set governor ...` */
	bool	 enabled, manual;
	bool	 cancel_only;		/* change of heart adds no worker */
	bool	 respawn;		/* `set lb respawn` */
	bool	 drill;			/* `set lb drill`: drills may be */
	uint8_t	 drain_policy;		/* enum drain_policy */
	uint8_t	 cpu_high, cpu_low;	/* percent of the workers' CPUs */
	uint16_t min, max;		/* workers; max 0: as many as CPUs */
	uint32_t sessions;		/* of one worker; 0: do not count */
	uint32_t poll_secs, up_secs, down_secs, drain_secs;
};

/* `set lb cpuaffinity`: AFF_LIST: worker w on cpu[w mod cpus]. */
enum affinity { AFF_OFF, AFF_AUTO, AFF_LIST };
#define AFF_CPUS	64

/* `set lb halfopen`: set-ups under way at once, whole and of one of these. */
struct lb_budget {
	uint16_t all, iface, vlan, mac;
};

struct lb_conf {
	struct lb_if iface[LB_IFS_MAX];
	uint8_t	 ifaces;
	bool	 off;			/* `set lb disable`: no new peers */
	uint16_t workers;		/* `set lb workers`; default 1 */
	uint8_t	 algorithm;		/* enum lb_algorithm */
	uint8_t	 affinity;		/* enum affinity */
	uint8_t	 cpus;
	uint16_t cpu[AFF_CPUS];
	struct governor_conf gov;
	struct ac_conf ac;
	uint32_t max_sessions;		/* `set lb maxsessions`; 65535 a lane */
	uint16_t mac_sessions;		/* `set lb macsessions`; 0: no limit */
	uint16_t name_sessions;		/* `set lb namesessions`; 0: no limit */
	bool	 name_replace;		/* the oldest goes, not the new one */
	struct lb_budget half_open;
};

/*
 * What each link has of its own. A macro, because the first link's fields
 * are also the profile's: p->device and p->link[0].device are the same, and
 * a command for another link runs with the two swapped (profile_swap()).
 * Of ppp the fields in profile.c's spread() are the bundle's: the first
 * link's are the ones that count.
 */
#define LINK_FIELDS							\
	char	 name[LINK_NAME + 1];					\
	uint32_t id;		/* never used twice; 0: no link */	\
	uint8_t	 mode;		/* enum mode */				\
	uint32_t bandwidth;	/* bits/s; 0: not said */		\
	char	 device[DEVICES_MAX][DEVICE_MAX];	/* as written */ \
	uint8_t	 devices;						\
	bool	 com3;		/* `set pppoe 3Com` */			\
	uint16_t max_payload;	/* RFC 4638; 0: not asked */		\
	uint16_t cd_secs;	/* `set cd`, unless CD_DEVICE */	\
	uint8_t	 cd;		/* enum carrier_want */			\
	struct ppp_conf ppp;						\
	struct redial redial;						\
	uint32_t reconnect_secs, reconnect_tries;			\
	char	 dial[SCRIPT_MAX], login[SCRIPT_MAX];			\
	char	 hangup[SCRIPT_MAX], logout[SCRIPT_MAX];		\
	char	 phone[SCRIPT_MAX];					\
	struct serial_conf serial;

struct link_conf {
	LINK_FIELDS
};

struct profile {
	char	 label[LABEL_MAX + 1];	/* the current label */
	union {
		struct { LINK_FIELDS };		/* of link[0] */
		struct link_conf link[LINKS_MAX];
	};
	uint8_t	 links;			/* link[0..links) exist; at least 1 */
	uint32_t last_link;		/* id of the newest */

	struct ip4_range his[RANGES_MAX];	/* `set ifaddr` HIS as a list */
	uint8_t	 his_ranges;		/* 0: net.his holds the only one */
	bool	 ifaddr_set;
	struct net_conf net;
	uint32_t netmask;		/* 0: not given */
	bool	 dns_set, nbns_set;

	uint32_t idle_secs, idle_min;	/* `set timeout` */
	bool	 idle_set;		/* it was given: a concentrator's
					 * sessions have none without */
	uint8_t	 load_min, load_max;	/* `set autoload`, percent; 0: off */
	uint32_t load_secs;
	uint8_t	 io;			/* enum io_kind; `set io` */
	uint32_t choked_secs, ifqueue;

	bool	 sroutes, tcpmssfixup, loopback, iface_alias;
	bool	 passwdauth, proxy, proxyall, throughput, utmp;
	bool	 filter_decap, force_scripts;
	bool	 nat, resolv_readonly;
	uint32_t enabled_said, accepted_said;	/* of NEG_PACK: by a command */
	struct nat_conf natc;		/* kept while nat is off */
	struct route_want route[ROUTES_MAX];
	uint8_t	 routes;
	char	 radius[RADIUS_MAX];	/* `set radius`, a path; "" : none */
	uint32_t rad_alive;		/* seconds; 0: no interim records */
	uint8_t	 rad_port_id;		/* enum rad_port */
	bool	 nas_ip, nas_id;	/* NAS-IP-Address, NAS-Identifier */

	struct filter_conf filter;	/* `set filter` */
	struct urgent_conf urgent;	/* `set urgent` */
	struct rate_conf rate;		/* `set rate` */
	struct capture_conf capture;	/* `set capture` */
	struct flow_conf flows;		/* `set flows` */
	/* `set flowkey`; "": one that the program has made */
	char	 flow_key[FLOW_KEY + 1];

	struct lb_conf lb;
};

/* What a word of `set device` means. ppp(8) 8.1. */
enum device_kind { DEV_NONE, DEV_PPPOE, DEV_TTY, DEV_PROGRAM, DEV_TCP,
	DEV_UDP };
enum device_kind device_kind(const char *word);

/*
 * device_host - HOST:PORT[/tcp|/udp] taken apart; an IPv6 address stands in
 * brackets. 0, or -E_FORMAT.
 */
#define DEVICE_PORT	32
int device_host(const char *word, char host[DEVICE_MAX],
    char port[DEVICE_PORT]);

/* profile_default - ppp(8)'s defaults. */
void profile_default(struct profile *p);

/* profile_link - the index of a link by its name (ignoring case) or id;
 * negative: none. */
int profile_link(const struct profile *p, const char *name);
int profile_link_id(const struct profile *p, uint32_t id);

/*
 * profile_clone - a copy of link @from, interactive, called @name, which is
 * free and not too long. Its index, or -E_FULL. profile_remove - links
 * after @i move up; there must be two.
 */
int profile_clone(struct profile *p, int from, const char *name);
void profile_remove(struct profile *p, int i);

/* profile_swap - links 0 and @i change places, for a command. */
void profile_swap(struct profile *p, int i);

/*
 * profile_settle - what is the bundle's goes from the first link to all; a
 * concentrator does of compression only what a command named, because each
 * session costs memory and the way of super-packets.
 */
void profile_settle(struct profile *p);

/*
 * A PPPoE device word taken apart: PPPoE:IFACE[:[AC\][HOSTUNIQ|]SERVICE].
 * Returns 0, or -E_FORMAT / -E_RANGE with the reason in @why.
 */
struct pppoe_device {
	char	 ifname[IFNAMSIZ];
	struct pppoe_host_conf host;
};
int pppoe_device_parse(const char *word, struct pppoe_device *d, char *why,
    size_t n);

#endif
