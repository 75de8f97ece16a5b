/*
 * Flow statistics: `set flows`. A table of what goes through the sessions
 * of one lane, a row for each flow (addresses, protocol, ports) and one for
 * each session; packets taken apart go in, rows that are over come out. TCP
 * is followed by its sequence numbers, RFC 9293: what was sent again, what
 * came out of order, and round-trip times of data to its acknowledgement,
 * RFC 6298 with Karn's rule, both ways. Pure: memory is taken once and does
 * not grow; who finds no room replaces what would be given up next.
 *
 * A table has one writer. flow_read() is for anybody.
 */
#ifndef SESS_FLOW_H
#define SESS_FLOW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/guard.h"
#include "base/spsc.h"
#include "filter/filter.h"
#include "wire/eth.h"

#define FLOW_PATH	256
#define FLOW_KEY	64		/* characters of `set flowkey` */
#define FLOW_LEAST	64u		/* flows of one table: powers of two */
#define FLOW_MOST	262144u

struct flow_conf {			/* `set flows` */
	uint32_t serial;		/* another with each command, also
					 * `off`; 0: never given */
	char	 path[FLOW_PATH];	/* "": off */
	uint32_t secs;			/* of one file */
	uint32_t max;			/* flows of one lane */
	uint16_t keep;			/* older files */
	bool	 csv;			/* else JSON lines */
	bool	 anonymous;
};

enum flow_way { FLOW_IN, FLOW_OUT };	/* from the peer, to it */

/* What is counted each way; of TCP from FLOW_RETX_PKTS on. */
enum flow_count {
	FLOW_PKTS, FLOW_OCTETS,		/* of IP */
	FLOW_DATA_PKTS, FLOW_DATA,	/* TCP, UDP: with payload; its octets */
	FLOW_RETX_PKTS, FLOW_RETX,	/* of those, sent again */
	FLOW_ACKS,			/* packets with ACK */
	FLOW_OOO,			/* packets that came late */
	FLOW_SYN, FLOW_FIN, FLOW_RST,
	FLOW_RTTS, FLOW_RTT_SUM,	/* samples; us */
	FLOW_RTT_MIN, FLOW_RTT_MAX,	/* us, when there are samples */
	FLOW_MSS, FLOW_WSCALE,		/* offered; 0: not; the scale + 1 */
	FLOW_COUNTS
};

enum flow_end {
	FLOW_LIVES,
	FLOW_CLOSED,			/* FIN both ways, or RST */
	FLOW_IDLE,
	FLOW_REPLACED,			/* for want of room */
	FLOW_SESSION,			/* the session has ended */
	FLOW_OFF,			/* nobody asks any more */
};
const char *flow_end_name(enum flow_end e);

struct flow_id {
	filter_ip addr[2];		/* FLOW_IN: the peer's side */
	uint16_t port[2];		/* 0: it has none */
	uint32_t ticket;		/* the session */
	uint8_t	 family;		/* 4, 6; 0: all of the session */
	uint8_t	 proto;
	uint8_t	 zero[6];
};

/* Whose it is, as lane and control know it. */
struct flow_who {
	char	 name[64];		/* link, or what the peer has proved */
	char	 ifname[16];
	uint8_t	 mac[ETH_ADDR];
	uint16_t sid;
};

struct flow_row {
	struct flow_id id;
	struct flow_who who;
	tstamp	 first, last;
	uint64_t n[2][FLOW_COUNTS];
	uint8_t	 opener;		/* enum flow_way of the first packet */
	uint8_t	 end;			/* enum flow_end */
	uint8_t	 zero[6];
};

#define FLOW_WORDS	GUARD_WORDS(sizeof(struct flow_row))

/* flow_sum - both ways together; of FLOW_RTT_MIN and _MAX the extremes. */
uint64_t flow_sum(const struct flow_row *r, enum flow_count c);

/* ---- the table ---- */

struct flow;
struct flow_tag;

struct flow_table {
	uint32_t mask;			/* of buckets */
	uint64_t seed;
	struct flow_tag *tag;		/* owner */
	struct flow *flow;		/* owner */
	struct spsc *out;		/* borrows: rows that are over */
	tstamp	 sweep_at;		/* next look for those; flow_sweep() */
	uint32_t sweep_next;
	/* For all to read: */
	_Atomic uint64_t begun;		/* rows ever */
	_Atomic uint64_t ended;		/* of those, over */
	_Atomic uint64_t replaced;	/* of those, for want of room */
	_Atomic uint64_t lost;		/* of those, out was full */
};

/*
 * flow_table_init - room for @max rows, rounded up to a power of two, over
 * FLOW_LEAST. @seed: nobody else knows. @out: of struct flow_row, this is
 * its producer. 0, or -E_NOMEM. Untouched rows cost no memory.
 */
int flow_table_init(struct flow_table *t, uint32_t max, uint64_t seed,
    struct spsc *out);
void flow_table_free(struct flow_table *t);
uint32_t flow_table_size(const struct flow_table *t);
size_t flow_table_octets(uint32_t max);	/* of memory, when all is used */

/* flow_read - a whole copy of row @i below flow_table_size(); false: it is
 * free. Any thread. */
bool flow_read(const struct flow_table *t, uint32_t i, struct flow_row *r);

/* ---- packets; the writer's ---- */

struct flow_pkt {
	const struct filter_pkt *p;	/* family 4 or 6 */
	uint32_t ticket;		/* its session */
	uint32_t len;			/* octets of IP */
	uint32_t size;			/* of a super-packet: payload of one
					 * segment; 0: it is none */
	uint8_t	 way;			/* enum flow_way */
	tstamp	 now;
};

/*
 * flow_find - the row of its flow, begun when there is none; flow_sess - of
 * its session; never @keep's place, if not NULL. Both are good until the
 * next call. flow_is_new - it wants a name: flow_name().
 * flow_packet - count it in both.
 */
struct flow *flow_find(struct flow_table *t, const struct flow_pkt *fp);
struct flow *flow_sess(struct flow_table *t, const struct flow_pkt *fp,
    const struct flow *keep);
bool flow_is_new(const struct flow *f);
void flow_name(struct flow *f, const struct flow_who *w);
void flow_packet(struct flow_table *t, struct flow *f, struct flow *sess,
    const struct flow_pkt *fp);

/* flow_sess_end - the session's own row is over. */
void flow_sess_end(struct flow_table *t, uint32_t ticket);

/* flow_sweep - once @t->sweep_at is due: rows that are over go out, some of
 * the table at a time. */
void flow_sweep(struct flow_table *t, tstamp now);

#endif
