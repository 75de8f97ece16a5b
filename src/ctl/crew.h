/*
 * The insides of the workers' control side, shared by crew.c (what the
 * governor decides is carried out), crew_gauges.c (what it decides by) and
 * crew_orders.c (people's orders, and what they see). Control thread only.
 */
#ifndef CTL_CREW_H
#define CTL_CREW_H

#include "ctl/state.h"
#include "os/cpu.h"

struct crew {
	struct ctl *c;			/* borrows: its owner */
	struct governor gov;
	struct gov_gauges in;
	tstamp	 measured;
	uint64_t cpu_ns[LANES_MAX];	/* at that time */
	unsigned share[LANES_MAX];	/* percent of a CPU, last interval */
	bool	 fire[LANES_MAX];	/* its thread ends with its last lane */
	uint32_t rounds[LANES_MAX];	/* of its thread, a second ago */
	uint8_t	 silent[LANES_MAX];	/* seconds without one more */
	uint64_t heard_ns[LANES_MAX];	/* CPU time at its last one */
	int	 pin[LANES_MAX];	/* CPU by `lb affinity`; -1: none */
	uint64_t frames[LANES_MAX];	/* of a lane, a second ago */
	int64_t	 active_at[LANES_MAX];	/* wall, of the last; 0: none */
	int	 drill;			/* CPU use to assume; -1: measure */
	uint32_t ahead;			/* seconds, of the governor's clock */
	unsigned cpu[CPUS_MAX], cpus;	/* that threads may run on */
};

/* ---- crew_gauges.c ---- */

/* The time for the governor, whose clock a drill may put forward. */
tstamp crew_time(const struct crew *w, tstamp now);
tstamp crew_now(const struct crew *w);

/* crew_count - w->in.sessions is right again. */
void crew_count(struct crew *w);

/* crew_measure - CPU of the threads since the last time. */
void crew_measure(struct crew *w, tstamp now);

/* Once a second: crew_hear - has each thread made a round? After three missed
 * ones it is stuck. crew_see_traffic - which worker has carried something? */
void crew_hear(struct crew *w);
bool crew_is_stuck(const struct crew *w, unsigned id);
void crew_see_traffic(struct crew *w);

/* ---- crew.c ---- */

/* crew_carry_out - all that the governor decided; crew_poll - it decides. */
void crew_carry_out(struct crew *w, const struct gov_out *out);
void crew_poll(struct crew *w, tstamp now);

/* crew_cpu - the CPU that worker @id is kept on, -1: any. crew_pin - it is,
 * from now on; negative error, which the log has. */
int crew_cpu(const struct crew *w, unsigned id);
int crew_pin(struct crew *w, unsigned id);

#endif
