/*
 * A worker: a thread that serves lanes, and the pool of both. The control
 * thread owns struct lb; a worker owns the lanes it serves. A lane changes
 * hands between two of its rounds: control orders the old worker to leave
 * it, that one answers, only then the new one is told. Meanwhile mail waits
 * in the lane, frames in its sockets.
 */
#ifndef LB_WORKER_H
#define LB_WORKER_H

#include <pthread.h>

#include "lb/lane.h"

#define LANES_MAX	64
#define NOBODY		0xffu		/* instead of a worker's id */

struct sources;

struct worker {			/* all but atomics: see each line */
	unsigned id;
	bool	 runs;			/* control's */
	pthread_t thread;
	struct sources *sources;	/* owner: this worker */
	int	 wake[2];		/* pipe: control wakes the worker */
	int	 control;		/* write end: worker wakes control */
	_Atomic bool stop;
	_Atomic int tid;		/* the system's id of the thread */
	_Atomic uint32_t rounds;	/* that it has made: it lives */
	struct spsc log;		/* lines for control */
	struct spsc orders, left;	/* control to worker; its answers */
	struct lane *lane[LANES_MAX];	/* the thread's: which it serves */
	unsigned lanes;
};

/* worker_start - its thread; 0, -E_NOMEM or -E_SYS. @note: wakes control.
 * worker_stop - its last lines go to the log. @patience: seconds that a
 * thread which does not answer is waited for; false: it still runs, and
 * keeps all it has.
 * worker_take, worker_leave - orders; worker_left - the answer to the
 * latter, NULL: none yet. */
int worker_start(struct worker *w, unsigned id, int note);
bool worker_stop(struct worker *w, unsigned patience);
void worker_take(struct worker *w, struct lane *l);
void worker_leave(struct worker *w, struct lane *l);
struct lane *worker_left(struct worker *w);
void worker_poke(struct worker *w);

/* worker_cpu_ns - CPU time of its thread so far; 0: it does not run. */
uint64_t worker_cpu_ns(const struct worker *w);

struct lb_params {
	unsigned lanes, workers;	/* lanes: a power of two */
	bool	 single, demand;	/* see struct lane */
	uint32_t max_sessions;		/* of one lane */
	struct taps *taps;		/* borrows; NULL: no captures */
	struct flows *flows;		/* of the first snapshot, or NULL */
};

/* Mail that did not fit the lane's box, in order. */
struct lb_wait {
	struct lb_wait *next;
	struct mail m;
};
struct lb_queue {
	struct lb_wait *first, **end;	/* owner: this queue */
};

struct lb {
	unsigned lanes;
	struct lb_queue wait[LANES_MAX];
	struct lane *lane[LANES_MAX];
	uint8_t	 owner[LANES_MAX];	/* who serves it; NOBODY */
	uint8_t	 to[LANES_MAX];		/* who shall */
	bool	 leaving[LANES_MAX];	/* its owner has the order */
	struct worker worker[LANES_MAX];
	const struct snapshot *_Atomic current;
	struct snapshot *newest;	/* owner; a list to older ones */
	struct taps *taps;		/* borrows */
	uint64_t lane_gen[LANES_MAX];	/* generation each lane has reached */
	uint64_t moves;			/* lanes handed over */
	int	 note[2];		/* pipe: workers wake control */
};

/*
 * lb_new - lanes for @p, all using @first as configuration; @tun[i] is taken
 * by lane i. Lane w is worker w's; those beyond are dealt out. NULL: no
 * memory.
 * lb_start() starts the threads: 0 or negative. lb_free() stops them first;
 * false: one does not answer, and nothing that it may use was freed.
 */
struct lb *lb_new(const struct lb_params *p, const struct profile *first,
    const struct tun *tun);
int lb_start(struct lb *b);
bool lb_free(struct lb *b);

/*
 * lb_tap - a frame that control itself received or sent on @ifname, for the
 * capture if there is one that wants it.
 */
void lb_tap(struct lb *b, const char *ifname, const struct pkt *p, bool out);

/* lb_move - worker @to shall serve @lane, as soon as the present one has
 * left it. */
void lb_move(struct lb *b, unsigned lane, unsigned to);

/* lb_hire - start worker @w (nothing if it runs). 0 or negative.
 * lb_fire - stop it; false: a lane is still its own, try again. */
int lb_hire(struct lb *b, unsigned w);
bool lb_fire(struct lb *b, unsigned w);

/* lb_fd - readable when lanes have mail or log lines for control. */
int lb_fd(const struct lb *b);

/* lb_calm - empty lb_fd(), take the workers' log lines and the lanes that
 * they have left, and deliver mail that has waited for room. */
void lb_calm(struct lb *b);

/*
 * lb_send - mail that must arrive: while the lane's box is full it waits
 * here, in order. False: no memory.
 * lb_offer - mail whose cause comes again: false when there is no room now.
 * lb_recv - false: empty.
 */
bool lb_send(struct lb *b, unsigned lane, const struct mail *m);
bool lb_offer(struct lb *b, unsigned lane, const struct mail *m);
bool lb_recv(struct lb *b, unsigned lane, struct mail *m);

/*
 * lb_publish - seal @p as the next snapshot, which holds @flows (or NULL),
 * and tell all lanes. 0 or -E_NOMEM.
 * lb_conf_done - lane @i uses generation @gen: older ones are freed.
 */
int lb_publish(struct lb *b, const struct profile *p, struct flows *flows);
void lb_conf_done(struct lb *b, unsigned i, uint64_t gen);

#endif
