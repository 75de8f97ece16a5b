/*
 * Measurements that are scheduled, run, or are over but still asked for: what
 * `test ... when` and mPlane's specifications begin. A measurement has runs,
 * one or, with a repeated scope, many; a run has ticks, one or, with a
 * period, many; a tick gives rows, and the rows of a run are one result. All
 * of it is bounded: measurements, results, rows. Control thread only.
 */
#ifndef CTL_MEASURE_H
#define CTL_MEASURE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/loop.h"
#include "lang/when.h"

#define MEASURE_MOST	32u		/* then the oldest that is over goes */
#define MEASURE_RESULTS	20u		/* of one; then the oldest goes */
#define MEASURE_ROWS	1000u		/* of one, of all its results */
#define MEASURE_TOKEN	65u		/* octets, with the NUL */
#define MEASURE_LABEL	129u
#define MEASURE_WHY	256u

enum measure_state { MEASURE_WAITING, MEASURE_RUNNING, MEASURE_DONE,
	MEASURE_STOPPED, MEASURE_FAILED };
const char *measure_state_name(enum measure_state s);	/* "waiting" ... */

struct measures;			/* all of one daemon */
struct measure;				/* one; an id and a token name it */

/*
 * What is measured. tick() takes one measurement and says measure_row() for
 * each row of it, then measure_ticked(), now or later. Negative: it could
 * not, with @why; -E_EXIST: something else is in the way, tick() is called
 * again a little later. cancel() is for one under way: no measure_ticked()
 * comes. free() is the end of @arg.
 */
struct measure_kind {
	int	(*tick)(void *arg, struct measure *m, char *why, size_t n);
	void	(*cancel)(void *arg);		/* NULL: tick() never waits */
	void	(*free)(void *arg);
};

/* measures_new - NULL: no memory. measures_free - cancels what runs. */
struct measures *measures_new(struct loop *l);
void measures_free(struct measures *ms);	/* NULL allowed */

/*
 * measure_add - begins, or waits for its time. @token: the caller's own; NULL
 * or "": one of ours. Takes @arg, also when it fails. NULL, with @why: the
 * table is full of live ones, the token is in use, the scope is one that
 * cannot be measured (it is past, ends before it begins, or has no end
 * and no period).
 */
struct measure_plan {
	const char *label, *token;	/* copied */
	struct when when;
	const struct measure_kind *kind;
	void	*arg;
};
struct measure *measure_add(struct measures *ms, const struct measure_plan *p,
    char *why, size_t n);

/* What tick() says. measure_row() takes @row (NULL: no memory). */
void measure_row(struct measure *m, json_t *row);
void measure_ticked(struct measure *m, const char *why);  /* NULL: good */

/* measure_stop - no more ticks; what there is becomes a result. False: it is
 * over already. */
bool measure_stop(struct measure *m);

/* ---- what there is ---- */

struct measure *measure_find(struct measures *ms, const char *name); /* as
					 * people name it: id, token, label */
struct measure *measure_of(struct measures *ms, const char *token);
struct measure *measure_next(struct measures *ms, const struct measure *m);
					/* in order of ids; NULL: the first */

struct measure_view {
	unsigned id;
	const char *label, *token, *why;	/* why: of the last failure */
	enum measure_state state;
	const struct when *when;
	void	*arg;
	uint64_t runs;			/* that ended */
	uint64_t missed;		/* runs and ticks whose time passed */
	unsigned results;		/* kept */
	int64_t	 next;			/* wall, us; 0: nothing is to come */
};
void measure_view(const struct measure *m, struct measure_view *v);

struct measure_result {
	int64_t	 begun, ended;		/* wall, us */
	json_t	*rows;			/* an array; borrows */
	const char *why;		/* it failed; or "" */
};
/* measure_result - @i of 0 (the oldest kept) to results - 1. */
void measure_result(const struct measure *m, unsigned i,
    struct measure_result *r);

#endif
