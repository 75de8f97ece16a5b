/*
 * One peer: PPPoE and PPP put together. Pure; its owner is a lane. Packets,
 * the time and answers go in, the outbox says what to send and tell.
 */
#ifndef SESS_SESS_H
#define SESS_SESS_H

#include "base/wheel.h"
#include "filter/filter.h"
#include "ppp/link.h"
#include "ppp/mp.h"
#include "pppoe/pppoe.h"
#include "sess/pack.h"
#include "sess/rec.h"
#include "wire/rate.h"

struct held;
struct sess;

/* Packets of one way that wait; the lane's: lb/lane_queue.c. */
struct queue {
	struct bucket rate;
	struct held *first[2], *last[2];	/* urgent, others */
	uint32_t n, max;		/* packets */
	bool	 waits;			/* a packet may have to wait */
	bool	 listed;		/* of the lane's, in next */
	struct queue *next;
	struct sess *s;			/* whose it is */
};

/* What a bundle has in place of a wire. Large; most of it is never touched. */
struct sess_mp {
	struct mp mp;
	struct sess *link[MP_LINKS];	/* borrows: the lane's */
	uint8_t	 out[MP_PACKET];	/* a packet that is cut */
	struct mp_window w;
};

struct sess {			/* owner: lane, slab */
	struct timer timer;		/* in the lane's wheel */
	uint32_t idx;			/* in the slab and the ledger */
	uint32_t ticket;
	uint32_t link_id;		/* client: of its link_conf */
	struct sess_key key;		/* mac and sid are zero before PADS */
	uint8_t	 role;			/* enum sess_role */
	uint8_t	 link;			/* enum link_state */
	bool	 done;			/* over: the lane takes it apart */
	bool	 keyed, routed4, routed6;	/* in the lane's tables */
	uint16_t nets;			/* networks behind it, lane_route.c */
	bool	 ip, ip6;		/* data of this protocol may pass */
	uint8_t	 why;			/* enum why, once done */
	uint16_t mtu;			/* largest IP packet to the peer */
	uint16_t room;			/* ... that the wire takes; 0: any */
	uint32_t addr;			/* the peer's IPv4, host order */
	uint64_t ifid;			/* the peer's interface id */
	const struct ppp_conf *conf;	/* borrows: the lane's snapshot */
	struct rng *rng;		/* borrows: the lane's */
	struct sess_count *count;	/* borrows: the ledger's row */
	struct filter_env env;		/* address keywords of the filters */
	tstamp	 up_at;			/* IP or IPv6 came up; 0: not yet */
	tstamp	 setup_at, ppp_at;	/* this phase began; LCP began; 0 */
	uint8_t	 setup;			/* enum setup_phase */
	tstamp	 idle_at;		/* next look whether it is idle; 0 */
	struct queue in, out;		/* packets from and to the peer */
	struct rate_conf rate;		/* in force */
	bool	 rate_own;		/* not the label's */
	uint32_t echo_us;		/* last answered LCP echo; 0: none */
	struct pack *pack;		/* owner: this; NULL: all goes plain */
	struct quality *quality;	/* owner: the lane; NULL: off, or no
					 * probe yet */
	struct sess *bundle;		/* it is a link of; NULL: none */
	uint8_t	 mp_at;			/* ... as this one in bundle->mp */
	struct sess_mp *mp;		/* owner: the lane; NULL: no bundle */
	struct pppoe_host *host;	/* owner: the lane; NULL: ROLE_AC */
	struct pppoe_host_conf *host_conf;	/* owner: the lane */
	struct ppp ppp;
};

/* sess_fetch, count_fetch - what a packet touches into the cache; the second
 * when the first has come. */
static inline void
sess_fetch(const struct sess *s)
{
	__builtin_prefetch(&s->key);
	__builtin_prefetch(&s->count);
	__builtin_prefetch(&s->in.waits);
	__builtin_prefetch(&s->out.waits);
	__builtin_prefetch(&s->pack);
	__builtin_prefetch(&s->mp);
	__builtin_prefetch(&s->ppp.lcp.echo.heard, 1);
}

static inline void
count_fetch(const struct sess_count *c)
{
	__builtin_prefetch(&c->ip_in, 1);
	__builtin_prefetch(&c->alive_at, 1);
}

/*
 * sess_accept - the concentrator's side: PADS is on its way, LCP starts.
 * @max_payload: what RFC 4638 agreed on, 0: 1492
 * sess_dial - the Host's side: PADI. s->host and s->host_conf are set.
 * @c, @rng: borrowed for the life of the session.
 */
void sess_accept(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    uint16_t max_payload, tstamp now, struct outbox *ob);
void sess_dial(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    tstamp now, struct outbox *ob);

/* sess_line - PPP without PPPoE, on a line that stands: LCP starts. */
void sess_line(struct sess *s, const struct ppp_conf *c, struct rng *rng,
    enum ppp_lower lower, tstamp now, struct outbox *ob);

/* sess_leaves - a link that ends: nothing is sent by it for its bundle, but
 * what is under way still comes. */
bool sess_leaves(const struct sess *s);

/*
 * sess_bundle - a bundle for the peer of @link, which joins it next. s->mp is
 * set and its sizes become what @link agreed on. @c: as above.
 */
void sess_bundle(struct sess *s, const struct sess *link,
    const struct ppp_conf *c, tstamp now, struct outbox *ob);

/* A Discovery payload (Host) or a PPP packet; errors as the engines'. */
int sess_disc(struct sess *s, const uint8_t src[ETH_ADDR], struct rd in,
    tstamp now, struct outbox *ob);
int sess_input(struct sess *s, uint16_t proto, struct rd in, tstamp now,
    struct outbox *ob);

void sess_expire(struct sess *s, tstamp now, struct outbox *ob);
tstamp sess_deadline(const struct sess *s);

/* sess_close - politely: Terminate-Request, then PADT. */
void sess_close(struct sess *s, enum why why, tstamp now, struct outbox *ob);

/* sess_down - the lower layer is gone; @padt: tell the peer all the same. */
void sess_down(struct sess *s, enum why why, bool padt, tstamp now,
    struct outbox *ob);

/*
 * sess_react - act on what the engines put into @ob from item @from on:
 * PADS starts LCP, the end of LCP sends PADT. The functions above call it
 * themselves; call it after ppp_verdict(), ppp_network() and the like.
 */
void sess_react(struct sess *s, int from, tstamp now, struct outbox *ob);

/* sess_reconf - a new snapshot is in force; the old one is let go. */
void sess_reconf(struct sess *s, const struct ppp_conf *c, tstamp now,
    struct outbox *ob);

/* sess_record - what the engines know into @r; names and times stay. */
void sess_record(const struct sess *s, struct sess_rec *r);

#endif
