/*
 * The daemon as its commands see it: one bundle (client) or one access
 * concentrator, the pool of lanes, the published profile. Control thread
 * only. Texts in @why are for people and never NULL-filled.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/drop.h"
#include "base/hist.h"
#include "base/why.h"
#include "ctl/capture.h"
#include "ctl/flowlog.h"
#include "ctl/logger.h"
#include "ctl/loop.h"
#include "ctl/prompt.h"
#include "ctl/server.h"
#include "ctl/trail.h"
#include "ctl/traffic.h"
#include "lb/governor.h"
#include "sess/profile.h"
#include "sess/rec.h"
#include "wire/hdlc.h"

struct ctl;
struct radius;
struct dae;

/* ---- configuration ---- */

/* ctl_profile - what is in force. Borrowed until the next ctl_publish(). */
const struct profile *ctl_profile(const struct ctl *c);

/*
 * ctl_publish - make @draft (already checked) the profile in force: sealed
 * as a snapshot and mailed to the lanes; interfaces and routes follow. No
 * session is dropped; what needs a new negotiation takes effect then.
 * 0, or negative with the reason in @why and nothing changed.
 */
int ctl_publish(struct ctl *c, const struct profile *draft, char *why,
    size_t n);

bool ctl_is_ac(const struct ctl *c);	/* `set lb interface` was given */

/*
 * ---- the links (client) ----
 * @at: a link of the profile in force, or all of them.
 */
#define LINK_ALL	(-1)

int ctl_open(struct ctl *c, int at, char *why, size_t n);  /* dial, open */
void ctl_close(struct ctl *c, int at);	/* close: and keep it down */
void ctl_down(struct ctl *c, int at);	/* as if the lower layer went */
/* Negotiate PROTO_LCP or PROTO_IPCP anew, or open: `open lcp`, `open ipcp`. */
int ctl_reopen(struct ctl *c, int at, uint16_t proto, char *why, size_t n);
/* open ccp, close ccp[!], down ccp; negative when LCP is not open. */
int ctl_ccp(struct ctl *c, int at, enum ppp_ccp_op op, char *why, size_t n);
void ctl_quit(struct ctl *c);		/* close everything, then exit */
int ctl_send_ident(struct ctl *c, int at, char *why, size_t n);

/*
 * ctl_close_session - end sessions of the concentrator: all whose peer name
 * is @name, or whose MAC text or ip is it, or "all". Returns how many.
 */
unsigned ctl_close_session(struct ctl *c, const char *name);

/* ctl_rate_session - limit the same sessions; NULL: as the label says. */
unsigned ctl_rate_session(struct ctl *c, const char *name,
    const struct rate_conf *r);

/*
 * Terminal mode of link @at. ctl_term - opens its device; show() gets what
 * it sends; over() comes once, with the device lost or (@packets) because a
 * PPP frame was seen or ctl_term_packets() called: PPP begins. 0, or
 * negative with @why.
 * ctl_term_leave - the device stays open, nobody listens.
 */
struct ctl_term {
	void	*arg;
	void	(*show)(void *arg, const char *p, size_t n);
	void	(*over)(void *arg, bool packets);
};
int ctl_term(struct ctl *c, int at, const struct ctl_term *h, char *why,
    size_t n);
void ctl_term_write(struct ctl *c, int at, const char *p, size_t n);
void ctl_term_packets(struct ctl *c, int at);
void ctl_term_leave(struct ctl *c, int at);

/* ---- what there is to see ---- */

struct ctl_counts {		/* plain copy of struct sess_count */
	uint64_t ip_in, ip_out, ip6_in, ip6_out;
	uint64_t ip_in_oct, ip_out_oct, ip6_in_oct, ip6_out_oct;
	uint64_t ctl_in, ctl_out, ctl_in_oct, ctl_out_oct;
	uint64_t alive_at;
	uint32_t idle_secs, queued;
	uint64_t rate_drops;
};

/* A link that is no PPPoE: what its device is like. */
struct ctl_line {
	bool	 open;
	uint8_t	 kind;			/* enum device_kind */
	bool	 sync;			/* frames are whole: no HDLC */
	int8_t	 carrier;		/* 1, 0; -1: nobody looks at it */
	char	 info[160], phone[64];	/* "" : none */
	uint64_t waits;			/* octets that it has not taken */
	uint64_t bad[HDLC_BADS];	/* frames */
};

struct ctl_view {
	enum ppp_phase phase;		/* of the bundle */
	enum link_state link;
	char	 tun[IFNAMSIZ];
	int	 unit;
	char	 device[DEVICE_MAX];	/* in use; "" : none */
	const char *way;		/* io_way() of its frames; NULL: no
					 * interface is open for it */
	const char *label;		/* current label */
	tstamp	 now, up_since;		/* up_since 0: down */
	bool	 busy;			/* the link dials, pauses or is up */
	enum why last_why;		/* of the last end */
	char	 last_text[128];	/* the peer's own words, or "" */
	uint32_t redial_in;		/* seconds; 0: no timer runs */
	uint32_t tries, reconnects;	/* of the current trigger */
	uint32_t idle_left;		/* seconds; 0: no timer */
	uint32_t connects;
	uint8_t	 prefix6[16], prefix6_bits;	/* of RADIUS; bits 0: none */
	char	 filter[64];		/* section that RADIUS names, or "" */
	struct ctl_line line;
	bool	 have_rec;
	struct sess_rec rec;		/* the client's session */
	struct ctl_counts count;
	struct traffic traffic[TRAFFIC_PARTS];
	uint64_t proto_in[PROTO_COUNTS], proto_out[PROTO_COUNTS];
	uint64_t pack[PACK_COUNTS];
};
/* ctl_view - the bundle, and its first link; ctl_link_view - that link. */
void ctl_view(struct ctl *c, struct ctl_view *v);
void ctl_link_view(struct ctl *c, int at, struct ctl_view *v);

/* ctl_load - of the open links, averaged: `set autoload`. */
struct ctl_load {
	unsigned in, out;		/* percent */
	unsigned secs;			/* over so many; 0: nothing known */
	uint64_t bandwidth;		/* bits/s of the open links */
};
void ctl_load(struct ctl *c, struct ctl_load *out);

/* ctl_mem - calls @fn for each kind of memory: pieces used, most, octets. */
typedef void ctl_mem_fn(void *arg, const char *name, uint64_t used,
    uint64_t max, uint64_t octets);
void ctl_mem(struct ctl *c, ctl_mem_fn *fn, void *arg);

/* ctl_clear - zero those figures of the client (bits: traffic_clear()). */
void ctl_clear(struct ctl *c, int at, enum traffic_part part, unsigned what);

/* ctl_word - the prompt's word: "ppp", "Ppp", "PPp" or "PPP". */
const char *ctl_word(struct ctl *c);

/*
 * ctl_sessions - calls @fn for each session of the pool (a copy; the rows
 * may change meanwhile). Stops when @fn returns false.
 */
typedef bool ctl_sess_fn(const struct sess_rec *r,
    const struct ctl_counts *n, void *arg);
void ctl_sessions(struct ctl *c, ctl_sess_fn *fn, void *arg);

/*
 * ctl_quality - the same for sessions with a book of their line's quality,
 * those that @wanted (NULL: all) wants: books are large.
 */
typedef bool ctl_want_fn(const struct sess_rec *r, void *arg);
typedef bool ctl_quality_fn(const struct sess_rec *r,
    const struct quality_book *b, void *arg);
void ctl_quality(struct ctl *c, ctl_want_fn *wanted, ctl_quality_fn *fn,
    void *arg);

struct ctl_lane {
	unsigned id, worker;
	uint32_t sessions;
	char	 tun[IFNAMSIZ];
	uint64_t in, out, in_oct, out_oct;	/* Ethernet frames, octets */
	uint64_t drop[DROP_COUNT];
	uint64_t cpu_ns;		/* of its worker's thread */
};
unsigned ctl_lanes(const struct ctl *c);
void ctl_lane(struct ctl *c, unsigned i, struct ctl_lane *out);

/* ---- workers ---- */

struct ctl_worker {
	uint8_t	 state;			/* enum worker_state */
	unsigned lanes;			/* that it serves */
	uint32_t sessions;
	uint64_t in, out, in_oct, out_oct;
	uint64_t drops, losses;		/* losses: drop_is_loss() */
	uint64_t cpu_ns;		/* of its thread */
	unsigned cpu;			/* percent of one CPU, last interval */
	bool	 silent;		/* its thread does not answer */
	int	 tid;			/* the system's id of it; 0: not yet */
	int	 pinned;		/* CPU it is kept on; -1: any */
	int64_t	 active_at;		/* wall, of its last frame; 0: none */
	uint64_t age;			/* seconds, by the governor's clock */
};
/* ctl_worker - false: there is none with this id (of 0..ctl_lanes()-1). */
bool ctl_worker(struct ctl *c, unsigned id, struct ctl_worker *out);

struct ctl_governor {
	const struct governor *gov;	/* borrowed until the next call */
	struct gov_gauges in;
	unsigned max;			/* effective */
	tstamp	 now;			/* its clock: of all times in gov */
	int	 drill;			/* ctl_drill(); -1: none */
	uint32_t ahead;			/* ctl_drill_clock() */
	uint64_t moves, drift;		/* lanes; frames that came astray */
};
void ctl_governor(struct ctl *c, struct ctl_governor *out);

/*
 * By hand; 0, or negative with @why. ctl_workers - go to @n workers.
 * ctl_worker_add - *@id is the new one.
 */
int ctl_workers(struct ctl *c, unsigned n, char *why, size_t len);
int ctl_worker_add(struct ctl *c, unsigned *id, char *why, size_t len);
int ctl_worker_drain(struct ctl *c, unsigned id, char *why, size_t len);
int ctl_worker_activate(struct ctl *c, unsigned id, char *why, size_t len);
int ctl_worker_remove(struct ctl *c, unsigned id, bool force, char *why,
    size_t len);

/* ctl_worker_pin - keep it on that CPU, as long as it is there; -1: as `set
 * lb cpuaffinity` says. 0, or negative with @why. */
int ctl_worker_pin(struct ctl *c, unsigned id, int cpu, char *why,
    size_t len);

/*
 * ctl_trigger - one decision of the governor now: a worker more, or less.
 * ctl_drill - what the governor is to take for the CPU use instead of
 * measuring it, 0 to 100; -1: measure.
 * ctl_drill_clock - the governor's clock is so many seconds ahead from now
 * on, and it decides. -E_RANGE with @why: it would go back.
 */
int ctl_trigger(struct ctl *c, bool up, char *why, size_t len);
void ctl_drill(struct ctl *c, int cpu);
#define DRILL_CLOCK_MAX	31622400u	/* a year */
int ctl_drill_clock(struct ctl *c, uint32_t secs, char *why, size_t len);

#define CTL_WAYS 6

struct ctl_ac_port {		/* an interface that is served now */
	char	 ifname[IFNAMSIZ];
	const char *how;		/* "native", "generic", "": no AF_XDP */
	struct {
		const char *way;	/* io_way(); NULL: and no more */
		unsigned lanes;		/* whose data comes and goes so */
	} by[CTL_WAYS];
};

struct ctl_ac {			/* the concentrator, whole */
	uint32_t sessions, starting;	/* up; set-ups under way */
	uint64_t padi, pado, padr, pads, padt_in, padt_out;
	uint64_t opened, closed, refused;	/* sessions */
	uint64_t by_why[WHY_COUNT];	/* ended sessions by reason, */
	uint64_t failed[WHY_COUNT];	/* of them: never came up */
	uint64_t drop[DROP_COUNT];	/* Discovery and session frames */
	uint32_t pool_size, pool_used;
	uint32_t ports, steered;	/* interfaces; of them: the kernel
					 * deals frames to the lanes */
	uint32_t lanes_xdp;		/* of all interfaces */
	struct ctl_ac_port port[LB_IFS_MAX];	/* the first .ports */
};
void ctl_ac(struct ctl *c, struct ctl_ac *out);

/*
 * ctl_setup - how long each phase of set-ups took; of SETUP_ALL: from the
 * PADS, or the line's beginning, until the first network protocol is up.
 */
void ctl_setup(struct ctl *c, enum setup_phase p, struct hist_view *out);

/* delete ALL: each route with a gateway through our interface. */
int ctl_routes_flush(struct ctl *c, char *why, size_t n);

/* iface name: the client's interface gets another name. */
int ctl_rename(struct ctl *c, const char *name, char *why, size_t n);

struct ctl_nat {
	char	 tun[IFNAMSIZ];
	uint32_t addr;			/* translated to; 0: none now */
	struct nat_sums sums;
};
void ctl_nat(struct ctl *c, struct ctl_nat *out);

/* ctl_capture - `show capture`. */
void ctl_capture(struct ctl *c, struct capture_view *v);

/* ctl_flows, ctl_flow_rows - `show flows`: ctl/flowlog.h. */
void ctl_flows(struct ctl *c, struct flow_view *v);
void ctl_flow_rows(struct ctl *c, flow_row_fn *fn, void *arg);

/* ctl_trail - the last attempts of peers, or of our links: ctl/trail.h. */
void ctl_trail(struct ctl *c, trail_fn *fn, void *arg);

/* DNS servers known now, for macros and `show ipcp`; host order, 0: none. */
void ctl_dns(struct ctl *c, uint32_t dns[2]);

/* resolv readonly|reload|restore|rewrite|writable */
enum resolv_op { RESOLV_READONLY, RESOLV_WRITABLE, RESOLV_RELOAD,
	RESOLV_RESTORE, RESOLV_REWRITE };
int ctl_resolv(struct ctl *c, enum resolv_op op, char *why, size_t n);

/* Routes at once (add, delete); sticky ones live in the profile. */
int ctl_route(struct ctl *c, const struct route_want *r, bool del,
    char *why, size_t n);

/*
 * ctl_serve - prompts, the diagnostic socket (not open yet) and the log of
 * this daemon; once, before ctl_start(). 0 or -E_NOMEM.
 * The others: NULL before that. Borrowed.
 */
int ctl_serve(struct ctl *c, const struct prompt_hooks *h,
    const struct logger_conf *lc);
struct loop *ctl_loop(struct ctl *c);
const struct radius *ctl_radius(const struct ctl *c);	/* never NULL */
const struct dae *ctl_dae(const struct ctl *c);		/* never NULL */
struct prompts *ctl_prompts(struct ctl *c);
struct server *ctl_server(struct ctl *c);
struct logger *ctl_logger(struct ctl *c);

/* ---- upward: what the commands do for the daemon ---- */

struct ctl_hooks {
	void	*arg;
	/* run the section of ppp.linkup / ppp.linkdown (ppp(8): 1.7.3) */
	void	(*link_script)(void *arg, bool up, bool ipv6);
	/* the phase or the prompt's word changed */
	void	(*phase_changed)(void *arg);
	/* the first network protocol is up; a pause before the next try:
	 * what -background's parent waits for */
	void	(*up)(void *arg);
	void	(*retry)(void *arg, bool reconnect);
	/* @in with HISADDR and the like replaced, for that session */
	void	(*fill)(void *arg, const struct sess_rec *r,
	    const struct ctl_counts *n, const char *in, struct txt *out);
	/* macros in the words of a program that is the device */
	void	(*expand)(void *arg, const char *in, struct txt *out);
};
void ctl_set_hooks(struct ctl *c, const struct ctl_hooks *h);

/* ---- life ---- */

/*
 * ctl_new - the daemon for @p, nothing opened yet. @unit: of the
 * TUN device, -1 any. @secret_path: ppp.secret.
 * ctl_start() opens TUN, lanes and the concentrator's interfaces; negative
 * with @why when something is missing. No thread runs yet: fork after it.
 * ctl_run() starts the workers, serves until the end and returns the exit
 * code of ppp(8).
 */
struct ctl *ctl_new(const struct profile *p, int unit, const char *secret_path);
int ctl_start(struct ctl *c, char *why, size_t n);
int ctl_run(struct ctl *c);
void ctl_free(struct ctl *c);

#endif
