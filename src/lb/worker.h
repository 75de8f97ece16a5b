/*
 * A worker: a thread that serves its lanes, and the pool of them. The
 * control thread owns struct lb; a worker owns the lanes it serves.
 */
#ifndef LB_WORKER_H
#define LB_WORKER_H

#include <pthread.h>

#include "lb/lane.h"

#define LANES_MAX	64

struct polled;

struct worker {
	unsigned id;
	pthread_t thread;
	bool	 started;
	struct polled *polled;		/* owner: this worker */
	int	 wake[2];		/* pipe: control wakes the worker */
	int	 control;		/* write end: worker wakes control */
	_Atomic bool stop;
	_Atomic uint64_t cpu_ns;	/* CPU time of the thread */
	struct spsc log;		/* lines for control */
	struct lane *lane[LANES_MAX];	/* it serves; fixed while it runs */
	unsigned lanes;
};

struct lb_params {
	unsigned lanes, workers;	/* lanes: a power of two */
	bool	 single, demand;	/* see struct lane */
	uint32_t max_sessions;		/* of one lane */
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
	unsigned lanes, workers;
	struct lb_queue wait[LANES_MAX];
	struct lane *lane[LANES_MAX];
	struct worker worker[LANES_MAX];
	const struct snapshot *_Atomic current;
	struct snapshot *newest;	/* owner; a list to older ones */
	uint64_t lane_gen[LANES_MAX];	/* generation each lane has reached */
	int	 note[2];		/* pipe: workers wake control */
};

/*
 * lb_new - lanes for @p, all using @first as configuration; @tun[i] is taken
 * by lane i. NULL: no memory. lb_start() starts the threads: 0 or -E_SYS.
 * lb_free() stops them first.
 */
struct lb *lb_new(const struct lb_params *p, const struct profile *first,
    const struct tun *tun);
int lb_start(struct lb *b);
void lb_free(struct lb *b);

/* lb_fd - readable when lanes have mail or log lines for control. */
int lb_fd(const struct lb *b);

/* lb_calm - empty lb_fd(), take the workers' log lines, and deliver mail
 * that has waited for room. */
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
 * lb_publish - seal @p as the next snapshot and tell all lanes. 0 or
 * -E_NOMEM.
 * lb_conf_done - lane @i uses generation @gen: older ones are freed.
 */
int lb_publish(struct lb *b, const struct profile *p);
void lb_conf_done(struct lb *b, unsigned i, uint64_t gen);

#endif
