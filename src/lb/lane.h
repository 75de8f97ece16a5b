/*
 * A lane: everything a set of sessions needs - sockets, TUN, timers, session
 * table, counters - owned by the one worker that serves it now, so that the
 * packet path takes no lock. Control reaches it only by mail (lb/mail.h).
 *
 * lane.c: birth, one cycle of work; lane_wire.c: frames from and to the
 * interface; lane_tun.c: packets to the host, lane_host.c: and from it;
 * lane_filter.c: which pass; lane_queue.c: which wait, fair.c: and who is next;
 * lane_pack.c: between the two, for sessions that compress or encrypt;
 * lane_share.c: whose frames are too many; lane_sess.c: what the engines say;
 * lane_quality.c: round-trip times; lane_mail.c: what control says;
 * lane_tap.c: what a capture gets to see; lane_flow.c: what flow statistics
 * count.
 */
#ifndef LB_LANE_H
#define LB_LANE_H

#include <stdatomic.h>

#include "base/drop.h"
#include "base/hist.h"
#include "base/rng.h"
#include "base/slab.h"
#include "base/spsc.h"
#include "base/wheel.h"
#include "io/io.h"
#include "io/stream.h"
#include "io/tun.h"
#include "lb/fair.h"
#include "lb/flows.h"
#include "lb/ledger.h"
#include "lb/mail.h"
#include "lb/table.h"
#include "lb/tap.h"
#include "sess/profile.h"
#include "sess/sess.h"
#include "wire/join.h"

#define LANE_PORTS	16
#define LANE_BATCH	64
#define LANE_HELD	4096		/* buffers for packets that wait */
#define LANE_MANY	32u		/* sessions: the cache has not all */
#define MAIL_RESERVE	(2u * OUTBOX_ITEMS)	/* answers of one input */

/* A published configuration; immutable. Owner: struct lb. */
struct snapshot {
	uint64_t gen;
	struct profile p;
	struct filters f;		/* p.filter made ready */
	struct capfilter *capfilter;	/* owner: this; p.capture.filter made
					 * ready; NULL: it wants no frames */
	struct taps *taps;		/* borrows; where they go */
	struct flows *flows;		/* holds; NULL: nobody counts flows */
	struct snapshot *older;
};

/* Counters others may read at any time; written by the lane alone. */
struct lane_count {
	_Atomic uint64_t in, out, in_oct, out_oct;	/* Ethernet frames */
	_Atomic uint64_t padt_out;
	_Atomic uint64_t drift;		/* frames of other lanes' sessions */
	_Atomic uint32_t sessions;
	_Atomic uint64_t drop[DROP_COUNT];
	struct hist setup[SETUP_PHASES];
};

/* Where poll saw nothing to read. */
enum lane_quiet { QUIET_CTL = 1, QUIET_FRAMES = 2, QUIET_TUN = 4 };

#define PORT_CTL	0x8000u		/* in txport[]: a control packet */

/* What a stream has to tell; as struct lane_count. */
struct lane_line {
	_Atomic uint64_t bad[HDLC_BADS];
	_Atomic uint64_t waits;		/* octets */
};

struct lane_port {
	struct io *io;			/* owner: this lane; NULL: closed */
	struct io *ctl;			/* same, of PPP control and Discovery;
					 * NULL: they come through io */
	uint16_t disc_type, sess_type;
	char	 ifname[IFNAMSIZ];
	bool	 lost_told;
	bool	 stream;		/* frames of PPP, not of Ethernet */
	tstamp	 full_since, retry_at;	/* it takes no more; 0: it does */
	struct io_stats seen, seen_ctl;	/* counted in lane_count so far */
	uint64_t moved;			/* stream: octets written until */
	tstamp	 moved_at;		/* then; for `set choked` */
	struct lane_line line;		/* others may read it, */
	const char *_Atomic way;	/* and this: io_way(); NULL: closed */
};

/* A change for all sessions that is carried out a few at a time. */
struct lane_sweep {
	uint16_t op;			/* MAIL_CONF, _STOP, _EMPTY, ...; 0 */
	uint32_t arg, next;
	uint32_t why;			/* of MAIL_PORT_CLOSE */
};

/* Of a receive ring that is nearly full: what is taken. lane_share.c */
#define LANE_SHARES	1024u
struct lane_share {
	uint32_t left;			/* frames of sessions it is about */
	uint16_t port, limit;		/* frames of one session */
	uint16_t n[LANE_SHARES];	/* of each, by a hash, so far */
};

struct lane {
	unsigned id, lanes;		/* lanes: of the pool, a power of two */
	bool	 single;		/* client: its sessions are links of one
					 * bundle, which has the TUN */
	bool	 demand;		/* auto mode: a packet dials */
	bool	 asked;			/* MAIL_ACTIVE sent, not answered */
	bool	 looks;			/* filters, their logs or flows want to
					 * see each packet */
	struct tap *tap;		/* borrows; where captured frames go;
					 * NULL: there is no capture */
	struct flow_table *flows;	/* borrows from conf; this lane's */
	bool	 stopping, stopped_told;
	bool	 fds_changed;		/* the worker polls anew */
	bool	 told;			/* mail for control was put */
	bool	 ready;			/* something may wait for it */
	uint8_t	 quiet;			/* this cycle: enum lane_quiet */
	bool	 blocked;		/* no room for mail: try again soon */
	_Atomic bool starved;		/* control keeps mail that did not fit:
					 * it is woken when there is room */
	tstamp	 now;			/* of this cycle */
	tstamp	 read_at, wrote_at;	/* the last ones that read packets of
					 * the host, that wrote some to it */
	bool	 read, wrote;		/* this one did so far */
	bool	 lone;			/* the last one that read: one frame */
	bool	 answered;		/* the host, at once, when last asked */
	const struct snapshot *conf;	/* borrows */
	const struct snapshot *_Atomic *current;	/* borrows: lb's */
	struct lane_port port[LANE_PORTS];
	unsigned ports;			/* those behind are closed */
	struct tun tun;			/* owner: this lane; fd -1: none */
	struct wheel wheel;
	struct slab slab;		/* of struct sess */
	struct table by_key, by_ticket, by_addr, by_ifid;
	struct lane_routes *routes;	/* owner; NULL: no networks */
	uint64_t seed;			/* of the tables */
	struct sess *link[LINKS_MAX];	/* single: the sessions */
	int	 links;
	struct sess *orphan;		/* a bundle that lost its last link */
	uint32_t ended;			/* sessions so far */
	struct sess *lead;		/* single: the one that has the network,
					 * or NULL */
	struct ledger *ledger;		/* owner: this lane; others read */
	struct rng rng;
	tstamp	 losses_at;		/* next look at what io lost */
	tstamp	 padt_at;		/* unknown sessions: PADT budget */
	unsigned padt_left;
	tstamp	 log_at;		/* lines about packets: budget */
	unsigned log_left, log_lost;
	struct offload parked_o;	/* the packet in big[] that dials: */
	size_t	 parked;		/* its octets; 0: none */
	struct fair *fair;		/* owner; the host's packets that were
					 * read and wait for their turn */
	tstamp	 mixed;			/* the host's packets were of more
					 * than one flow */
	unsigned streams;		/* ports that are streams */
	struct held *pool, *pool_free;	/* pool: owner; LANE_HELD of them */
	unsigned pool_made;		/* those behind were never used */
	struct queue *held;		/* those with packets that wait */
	tstamp	 held_at;		/* next look at them */
	unsigned full;			/* ports that take no more */
	struct lane_sweep sweep;
	struct spsc in, out;		/* mail from and to control */
	struct lane_count count;
	struct outbox ob;
	struct lane_share share;
	struct join join;		/* upstream, within one batch */
	uint8_t	 big[SUPER_MAX];	/* a super-packet of the host */
	uint8_t	 packed[COMP_ROOM];	/* one packet: out, after CCP; */
	uint8_t	 unpacked[COMP_ROOM];	/* in, after CCP; */
	uint8_t	 restored[VJ_ROOM];	/* in, after header compression */
	struct pkt rx[LANE_BATCH], tx[LANE_BATCH];
	struct pkt *txv[LANE_BATCH];
	uint16_t txport[LANE_BATCH];	/* where each goes */
	int	 tx_n;
	struct io *rx_io;		/* whose rx[] is, or NULL; [rx_at, */
	uint16_t rx_port;		/* rx_n) wait, all of this port */
	int	 rx_at, rx_n;
};

struct lane_conf {
	unsigned id, lanes;
	bool	 single, demand;
	uint32_t max_sessions;
	struct tun tun;			/* taken; fd -1: none */
};

/* lane_new - NULL: no memory. The lane borrows @current of its pool. */
struct lane *lane_new(const struct lane_conf *c,
    const struct snapshot *_Atomic *current);
void lane_free(struct lane *l);

/*
 * lane_run - one cycle: mail, frames, packets, timers, all until nothing
 * waits or a fair share is done. Worker only. Returns true when more work
 * waits already.
 */
bool lane_run(struct lane *l, tstamp now);

/*
 * lane_next - when lane_run() is needed without any descriptor: timers, and
 * a moment later while control has no room for our mail.
 */
tstamp lane_next(const struct lane *l);

/* Whether the TUN should be polled now (in auto mode not while asked), and
 * whether the interfaces should (not while control has no room). */
bool lane_wants_tun(const struct lane *l);
bool lane_wants_frames(const struct lane *l);

/* One writer: no locked instruction is needed. */
static inline void
lane_add(_Atomic uint64_t *n, uint64_t by)
{
	atomic_store_explicit(n, atomic_load_explicit(n,
	    memory_order_relaxed) + by, memory_order_relaxed);
}

/* ---- between the files of the lane ---- */

void lane_drop(struct lane *l, enum drop why);
struct sess *lane_by_key(struct lane *l, const struct sess_key *k);
struct sess *lane_by_ticket(struct lane *l, uint32_t ticket);
struct sess *lane_by_addr(struct lane *l, uint32_t addr);
struct sess *lane_by_ifid(struct lane *l, uint64_t ifid);

/* lane_wire.c */
bool lane_recv(struct lane *l);
struct pkt *lane_tx(struct lane *l);	/* an empty buffer, not queued yet */
/* lane_queue - the one from lane_tx(); @control: a packet that goes out even
 * when data fills the queue. */
void lane_queue(struct lane *l, uint16_t port, bool control);
void lane_flush(struct lane *l);
void lane_send_ppp(struct lane *l, struct sess *s, uint16_t proto,
    const uint8_t *p, size_t n);
void lane_send_disc(struct lane *l, const struct sess_key *k,
    const uint8_t dst[ETH_ADDR], const uint8_t *p, size_t n);
void lane_frame(struct lane *l, struct sess *s, struct pkt *b,
    uint16_t proto);

/* lane_who - the link's name, or "MAC/Session-ID"; in @buf or constant. */
#define LANE_WHO 32
const char *lane_who(const struct lane *l, const struct sess *s,
    char buf[LANE_WHO]);
void lane_log(const struct lane *l, const struct sess *s, const char *dir,
    uint16_t proto, struct rd in);

/* lane_wire.c - lane_sess_frame: is this a frame of a session, to us; @k:
 * whose. */
bool lane_sess_frame(const struct lane *l, uint16_t port, const struct pkt *b,
    struct sess_key *k);

/*
 * lane_share.c - lane_share: before frames of @port are taken.
 * lane_over_share: only while l->share.left is not 0: is this frame, @from a
 * session or (NULL) from none, more than its share?
 */
void lane_share(struct lane *l, uint16_t port);
bool lane_over_share(struct lane *l, uint16_t port, const struct sess *from);

void lane_io_losses(struct lane *l);	/* into the drop counters */

/* lane_port_used - it is open: from now on it is looked at. lane_port_close -
 * its descriptors go; nothing when it is closed. */
void lane_port_used(struct lane *l, uint32_t port);
void lane_port_close(struct lane *l, uint32_t port);

/* lane_line.c: lines of octets below PPP.
 * lane_line_open - MAIL_LINE; lane_line_agreed, _reset - LCP is opened, or
 * starts over.
 * lane_line_full - one has not taken all it got: the host's packets wait.
 * lane_line_turn - it may take more, and its counters are for all to see. */
void lane_line_open(struct lane *l, const struct mail *m);
void lane_line_agreed(struct lane *l, struct sess *s);
void lane_line_reset(struct lane *l, struct sess *s);
bool lane_line_full(const struct lane *l);
void lane_line_turn(struct lane *l);
void lane_line_choked(struct lane *l);	/* each second */

/* lane_host.c; lane_host_waits - the line is up, but not yet for the
 * protocol of the packet that dialled. */
bool lane_host_waits(const struct lane *l);
bool lane_host_read(struct lane *l);
void lane_host_drain(struct lane *l);
void lane_send_ip(struct lane *l, struct sess *s, struct pkt *b, bool six);

/* lane_tun.c */
void lane_write_ip(struct lane *l, struct sess *s, const uint8_t *ip,
    size_t len);		/* @ip: good until lane_tun_flush() */
void lane_tun_write(struct lane *l, const struct piece *p, unsigned n,
    const struct offload *o);
void lane_tun_flush(struct lane *l);	/* before a batch is reused */
void lane_to_tun(struct lane *l, struct sess *s, uint16_t proto,
    struct rd in);

/*
 * lane_filter.c - lane_looks: once a round. lane_pass: the filters in or
 * out, then alive and flows; @size: of a super-packet the octets of a
 * segment, else 0; false: dropped and counted. lane_dials: the filter dial.
 * lane_keywords: the session's addresses changed. lane_alive: its idle timer
 * starts anew, for @secs (0: `set timeout`).
 */
void lane_looks(struct lane *l);
bool lane_pass(struct lane *l, struct sess *s, enum filter_name f,
    const uint8_t *ip, size_t len, unsigned size);
bool lane_dials(struct lane *l, const uint8_t *ip, size_t len);
void lane_keywords(struct lane *l, struct sess *s);

static inline void
lane_alive(struct lane *l, struct sess *s, uint32_t secs)
{
	atomic_store_explicit(&s->count->idle_secs, secs,
	    memory_order_relaxed);
	atomic_store_explicit(&s->count->alive_at, l->now,
	    memory_order_relaxed);
}

/* lane_take_ppp - one PPP packet of @s, protocol field first. False: nothing
 * was done, control has no room for what it may cause. */
bool lane_take_ppp(struct lane *l, struct sess *s, struct rd in);

/*
 * lane_mp.c. lane_mp_join - @link belongs to the bundle @ticket, which is
 * made when it is not there. lane_mp_leave - it ends: it only takes what is
 * under way; lane_mp_gone - it does not belong to it any more.
 * lane_mp_orphan - after each of these, once the outbox is empty.
 * lane_mp_end - the bundle is gone: its links end as well; frees @m.
 * lane_mp_input - one fragment; as lane_take_ppp(). lane_mp_send - a packet
 * of the bundle, from lane_tx(). lane_mp_link - any of its links.
 */
void lane_mp_join(struct lane *l, struct sess *link, uint32_t ticket,
    uint32_t weight);
void lane_mp_leave(struct lane *l, struct sess *link);
void lane_mp_gone(struct lane *l, struct sess *link);
void lane_mp_orphan(struct lane *l);
void lane_mp_end(struct lane *l, struct sess_mp *m, enum why why);
bool lane_mp_input(struct lane *l, struct sess *link, struct rd in);
void lane_mp_expire(struct lane *l, struct sess *b);
void lane_mp_send(struct lane *l, struct sess *s, struct pkt *b,
    uint16_t proto);
struct sess *lane_mp_link(const struct sess *b);

/*
 * lane_queue.c - lane_pool_init: 0 or -E_NOMEM. lane_rate: the session's
 * limits and queues anew. lane_hold: when q->waits, or out while a port is
 * full: false: send it now; true: it waits or is lost. lane_release:
 * those that may go now. lane_forget_held: the session is over. lane_full:
 * the interface took all, or not. lane_urgent: does it go first?
 */
int lane_pool_init(struct lane *l);
void lane_rate(struct lane *l, struct sess *s);
bool lane_hold(struct lane *l, struct queue *q, const uint8_t *ip,
    uint32_t len, bool urgent);
void lane_release(struct lane *l);
void lane_forget_held(struct lane *l, struct sess *s);
void lane_full(struct lane *l, struct lane_port *p, bool full);
bool lane_urgent(const struct lane *l, const uint8_t *ip, size_t len);

/*
 * lane_pack.c, only when s->pack is not NULL. lane_pack - @b, an IP packet,
 * on its way out. lane_is_packed - packets of @proto are for lane_unpack().
 */
void lane_pack(struct lane *l, struct sess *s, struct pkt *b,
    uint16_t proto);
bool lane_is_packed(const struct sess *s, uint16_t proto);
void lane_unpack(struct lane *l, struct sess *s, uint16_t proto,
    struct rd in);

/*
 * lane_tap.c - lane_taps: once a round, sets l->tap. The others only when it
 * is not NULL: @n frames that came in by @port, or those at l->txv[from..to)
 * that went out by it.
 */
void lane_taps(struct lane *l);
void lane_tap_in(struct lane *l, uint16_t port, int n);
void lane_tap_out(struct lane *l, uint16_t port, int from, int to);

/*
 * lane_flow.c. lane_flows - l->conf is new: sets l->flows. lane_flow, only
 * when that is not NULL - one packet that passed; @size as lane_pass().
 * lane_flow_next - when lane_flow_turn(), under the same condition, has
 * something to do.
 */
void lane_flows(struct lane *l);
void lane_flow(struct lane *l, const struct sess *s, enum flow_way way,
    const struct filter_pkt *p, size_t len, unsigned size);
tstamp lane_flow_next(const struct lane *l);
void lane_flow_turn(struct lane *l);

/*
 * lane_quality.c. lane_quality - a probe was answered after @us, or is
 * QUALITY_LOST. lane_quality_conf - s->conf is new. lane_quality_end - no
 * more of it.
 */
void lane_quality(struct lane *l, struct sess *s, uint32_t us);
void lane_quality_conf(struct lane *l, struct sess *s);
void lane_quality_end(struct lane *l, struct sess *s);

/* lane_sess.c; lane_idle - closes the session when it is, else s->idle_at is
 * the next look. */
void lane_idle(struct lane *l, struct sess *s);
/* lane_conf_of - of its link; of the first when that was removed. */
const struct ppp_conf *lane_conf_of(const struct lane *l,
    const struct sess *s);
struct sess *lane_sess_new(struct lane *l, uint32_t ticket,
    const struct sess_key *k);
void lane_settle(struct lane *l, struct sess *s);	/* empties the outbox */
void lane_sess_end(struct lane *l, struct sess *s);
/* lane_setup - @s goes on to @next; the time of the phase it leaves counts,
 * unless it was up before. */
void lane_setup(struct lane *l, struct sess *s, enum setup_phase next);
bool lane_has_room(struct lane *l);	/* for the mail of one more input */
bool lane_tell(struct lane *l, const struct mail *m);
bool lane_tell_sess(struct lane *l, const struct sess *s, uint16_t op,
    uint32_t arg);

/*
 * lane_route.c: networks behind peers. lane_route_to - whose network @addr
 * is in, or NULL; lane_route_has - is it in one of @s? Asked only when an
 * address is no peer's own.
 */
void lane_route(struct lane *l, struct sess *s, const struct lane_net *n,
    bool add);
void lane_route_end(struct lane *l, struct sess *s);	/* all of them */
struct sess *lane_route_to(struct lane *l, uint8_t family,
    const uint8_t *addr);
bool lane_route_has(struct lane *l, const struct sess *s, uint8_t family,
    const uint8_t *addr);
void lane_routes_free(struct lane *l);

/* lane_mail.c */
void lane_mail(struct lane *l);

#endif
