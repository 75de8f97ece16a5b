/*
 * N subscribers in one process, made of the engines themselves: each a Host
 * of Discovery and a PPP link with a MAC of its own. Frames go out through a
 * function; time is an argument, so that it runs over a wire or in memory.
 * One thread.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/why.h"

#define PEERS_MAX	65536u

struct peers;

struct peers_conf {
	unsigned n;			/* at most PEERS_MAX */
	unsigned first;			/* number of the first one's MAC; n +
					 * first: at most 2^24 */
	const char *user, *secret;	/* of all of them; borrowed */
	const char *service;		/* "" : any */
	bool	 ipv4, ipv6;		/* which network protocols */
	unsigned tries;			/* PADIs before one gives up */
	uint64_t seed;			/* of random numbers; 0: real ones */
	void	(*send)(void *arg, const uint8_t *frame, size_t n);
	void	*arg;
};

/* How it went so far. Times are nanoseconds of one session. */
struct peers_stats {
	unsigned started, up;		/* up: all wanted protocols, now */
	unsigned ever_up;
	unsigned failed, lost;		/* before it was up; after */
	unsigned why[WHY_COUNT];	/* of both */
	uint64_t in, out;		/* frames */
	uint64_t echoes;		/* LCP Echo-Requests that came */
	uint64_t repeats;		/* PADI and PADR sent more than once */
	unsigned refused;		/* packets an engine did not want */
	tstamp	 first, last;		/* first start; last came up */
};

/* peers_new - NULL: no memory. Owner: caller, peers_free(). */
struct peers *peers_new(const struct peers_conf *c, tstamp now);
void peers_free(struct peers *g);

/* peers_start - the next subscriber begins with PADI; false: all have. */
bool peers_start(struct peers *g, tstamp now);

/* peers_frame - one frame from the wire; others' are passed over. */
void peers_frame(struct peers *g, const uint8_t *p, size_t n, tstamp now);

/* peers_expire - what is due; peers_next - when the next timer runs. */
void peers_expire(struct peers *g, tstamp now);
tstamp peers_next(const struct peers *g);

/* peers_stop - subscriber @i hangs up with PADT; nothing if it is not up. */
void peers_stop(struct peers *g, unsigned i, tstamp now);

const struct peers_stats *peers_stats(const struct peers *g);

/* Set-ups that neither came up nor failed yet. */
unsigned peers_pending(const struct peers *g);

/*
 * peers_times - PADI to IPCP up (to IPV6CP up without IPv4) of those that
 * came up, sorted. Borrowed until the next call of any function here.
 */
const tstamp *peers_times(struct peers *g, size_t *n);

/* peers_addr - IPv4 address that subscriber @i was given; 0: none. */
uint32_t peers_addr(const struct peers *g, unsigned i);

#endif
