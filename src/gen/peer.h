/*
 * N subscribers in one process, made of the engines themselves: each a Host
 * of Discovery and a PPP link with a MAC of its own. Frames go out through a
 * function; time is an argument, so that it runs over a wire or in memory.
 * One thread.
 */
#ifndef GEN_PEER_H
#define GEN_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/why.h"
#include "gen/spread.h"
#include "wire/eth.h"
#include "wire/rd.h"

#define PEERS_MAX	65536u

struct peers;

/* VLANs: those of both ranges are dealt to subscribers in turn. */
struct peers_vlans {
	uint16_t outer, outers;		/* first, how many; 0: no tag */
	uint16_t inner, inners;
};

struct peers_conf {
	unsigned n;			/* at most PEERS_MAX */
	uint8_t	 mac[ETH_ADDR];		/* of the first; the others' count up in
					 * the last three octets. Zero:
					 * 02:42:00:00:00:00 */
	struct peers_vlans vlan;
	const char *user, *secret;	/* borrowed; `%d` in user: the number of
					 * the subscriber, from 0 */
	const char *service, *acname;	/* NULL or "": any */
	bool	 ipv4, ipv6;		/* which network protocols */
	uint32_t auth;			/* enum neg that we accept; 0: all */
	unsigned tries;			/* PADIs before one gives up */
	uint16_t echo;			/* seconds between our own LCP echoes;
					 * 0: none */
	uint64_t seed;			/* of random numbers; 0: real ones */
	void	(*send)(void *arg, const uint8_t *frame, size_t n);
	void	(*data)(void *arg, unsigned i, uint16_t proto, struct rd in,
		    tstamp now);	/* IP packets of @i; NULL: dropped */
	void	*arg;
};

/* The steps of a set-up, each from the end of the one before. */
enum peer_step { STEP_PADO, STEP_PADS, STEP_LCP, STEP_AUTH, STEP_IPCP,
	STEP_IPV6CP, STEP_ALL, STEPS };
const char *peer_step_name(enum peer_step s);

/* How it went so far. */
struct peers_stats {
	unsigned started;		/* subscribers that dialled at all */
	unsigned dials;			/* how often they did */
	unsigned pending, up, closing;	/* now; up: all wanted protocols */
	unsigned ever_up;		/* dials that came up */
	unsigned failed, lost;		/* before it was up; after */
	unsigned closed;		/* ended because we wanted to */
	unsigned unacked;		/* of these without a Terminate-Ack */
	unsigned strays;		/* PADTs for what the other side thinks
					 * is up and we do not */
	unsigned why[WHY_COUNT];	/* of failed and lost */
	uint64_t in, out;		/* frames */
	uint64_t echoes;		/* LCP Echo-Requests that came */
	uint64_t repeats;		/* PADI and PADR sent more than once */
	unsigned refused;		/* packets an engine did not want */
	tstamp	 first, last;		/* first start; last came up */
	struct spread took[STEPS];
};

/* peers_oui - the first three octets of all their MACs. peers_index - whose
 * MAC that is; peers_conf.n: nobody's. */
uint32_t peers_oui(const struct peers *g);
unsigned peers_index(const struct peers *g, const uint8_t mac[ETH_ADDR]);

/* peers_new - NULL: no memory. Owner: caller, peers_free(). */
struct peers *peers_new(const struct peers_conf *c, tstamp now);
void peers_free(struct peers *g);

/*
 * peers_start - the next subscriber begins with PADI; false: all have.
 * peers_dial - subscriber @i begins again; false: it is not off.
 * peers_rewind - all are off, and begin again from the first.
 */
bool peers_start(struct peers *g, tstamp now);
bool peers_dial(struct peers *g, unsigned i, tstamp now);
void peers_rewind(struct peers *g);

/*
 * peers_frame - one frame from the wire; others' are passed over.
 * @tci, @tpid: the tag that the kernel took out; tpid 0: none
 */
void peers_frame(struct peers *g, const uint8_t *p, size_t n, uint16_t tci,
    uint16_t tpid, tstamp now);

/* peers_expire - what is due; peers_next - when the next timer runs. */
void peers_expire(struct peers *g, tstamp now);
tstamp peers_next(const struct peers *g);

/*
 * peers_close - subscriber @i hangs up: Terminate-Request, and PADT when it
 * was answered or was not to be. One whose PADR is under way waits for the
 * PADS to end what it names. peers_stop - PADT at once.
 */
void peers_close(struct peers *g, unsigned i, tstamp now);
void peers_stop(struct peers *g, unsigned i, tstamp now);

/* peers_send - an IP packet of @i, which must be up, of @proto. */
void peers_send(struct peers *g, unsigned i, uint16_t proto, const void *p,
    size_t n);

const struct peers_stats *peers_stats(const struct peers *g);

bool peers_up(const struct peers *g, unsigned i);

/*
 * Of subscriber @i: its IPv4 address, its peer's; 0: not up. peers_ifids -
 * interface ids of both ends; false: not up.
 */
uint32_t peers_addr(const struct peers *g, unsigned i);
uint32_t peers_his_addr(const struct peers *g, unsigned i);
bool peers_ifids(const struct peers *g, unsigned i, uint8_t mine[8],
    uint8_t his[8]);

#endif
