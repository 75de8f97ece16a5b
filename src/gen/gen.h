/*
 * The load generator: subscribers (gen/peer.h) on a real interface, set up
 * at a rate or as fast as the other side takes them, held, exchanged, and
 * hung up so that none is left. One thread, which gen_run() keeps.
 */
#ifndef GEN_GEN_H
#define GEN_GEN_H

#include <net/if.h>
#include <signal.h>
#include <stdbool.h>

#include "gen/peer.h"
#include "gen/traffic.h"
#include "io/io.h"

enum gen_stage { GEN_SET_UP, GEN_HOLD, GEN_HANG_UP, GEN_OVER };

struct gen;

struct gen_conf {
	char	 ifname[IFNAMSIZ];
	struct peers_conf peers;	/* send, data, arg: not yours */
	unsigned rate;			/* set-ups a second; 0: window only */
	unsigned window;		/* under way at once at most */
	uint32_t hold;			/* seconds */
	unsigned churn;			/* of those held so many a second hang
					 * up and dial again */
	struct traffic_conf traffic;	/* while they are held */
	unsigned rounds;		/* all of it so often; 0: once */
	bool	 die;			/* ends without a word to anybody */
	bool	 fail_early;		/* hangs up after the first failure */
	uint32_t interval;		/* seconds between two tell() */
	/* A stage begins, or goes on. */
	void	(*tell)(void *arg, struct gen *g, bool begins);
	void	*arg;
	const volatile sig_atomic_t *stop;	/* 1: hang up; more: at once */
};

/*
 * gen_open - 0 and a new object in *@g (owner: caller, gen_close()), or
 * -E_* with a text for people in @why. @c is copied.
 */
int gen_open(struct gen **g, const struct gen_conf *c, char *why, size_t n);
void gen_close(struct gen *g);

/* gen_run - all stages; 0, or -E_SYS: the interface is gone (errno). */
int gen_run(struct gen *g);

/* How it goes. gen_round - from 0; gen_age - since gen_run() began. */
enum gen_stage gen_stage(const struct gen *g);
unsigned gen_round(const struct gen *g);
struct peers *gen_peers(struct gen *g);
tstamp gen_age(const struct gen *g);
unsigned gen_held(const struct gen *g);	/* up when the hold began; 0: none */
unsigned gen_up(const struct gen *g);	/* when set-up or hold ended */

/*
 * gen_shared - most subscribers that had an address which another had too,
 * when set-up or hold ended. None should.
 */
unsigned gen_shared(const struct gen *g);

/* gen_traffic - NULL: there is none. */
const struct traffic_stats *gen_traffic(const struct gen *g);

/* What the interface counted. */
void gen_io(struct gen *g, struct io_stats *st);

#endif
