/*
 * Inside pppoetest: sessions that it makes, and what the concentrator says
 * of them. create needs only the wire; the other modes look at the
 * concentrator before, while the sessions are held, and after.
 */
#ifndef CMD_PPPOETEST_LOAD_H
#define CMD_PPPOETEST_LOAD_H

#include "cmd/pppoetest.h"

#define PT_WORKERS	64

/* What the concentrator says at one moment. */
struct pt_look {
	int	 code;			/* exit code of asking */
	bool	 taken;
	tstamp	 at;
	long long total, drift_count, imbalance, cpu_ms;
	unsigned ours, drifts;		/* sessions; those on a wrong worker */
	int	 workers;
	struct pt_worker {
		int	 id;
		bool	 active;
		char	 state[20];
		long long sessions, ours;
	} w[PT_WORKERS];
};

int pt_active(const struct pt_look *l);	/* workers */

struct pt_watch {
	struct face face;
	bool	 on;			/* there is somebody to ask */
	char	 algorithm[20];
	struct pt_look before, held, after;
	unsigned up;			/* ours, as the wire says */
	int8_t	*first;			/* owner: this; of each subscriber its
					 * worker at first; -1: none */
	unsigned rounds, moved, missing;	/* affinity */
	long long cpu_peak;		/* percent, between two looks */
	tstamp	 cpu_at;		/* the last of these */
	long long cpu_ms;
	int	 workers_were, algorithm_was;	/* to put back; -1: nothing */
	bool	 passed;
};

/* A running test; the reports get it. */
struct pt_run {
	struct pt_opts *o;
	struct gen *g;
	struct pt_watch watch;
};

/*
 * pt_watch_begin - the look before, and the settings that the test needs; an
 * exit code. pt_watch_held - while they are held, once a round.
 * pt_watch_cpu - from time to time. pt_watch_end - after; settings are put
 * back; an exit code. pt_watch_done - in any case.
 */
int pt_watch_begin(struct pt_run *r);
void pt_watch_held(struct pt_run *r);
void pt_watch_cpu(struct pt_run *r);
int pt_watch_end(struct pt_run *r);
void pt_watch_done(struct pt_run *r);

/* What it means. pt_accuracy - of all sessions, how many percent are where
 * they are expected. */
struct pt_share {
	double	 expected, deviation, limit;	/* limit: percent, of this */
	bool	 passed;
};
void pt_share(const struct pt_run *r, int worker, struct pt_share *s);
double pt_accuracy(const struct pt_run *r, double *least);
bool pt_watch_passed(const struct pt_run *r);

/* pt_watch_why - what did not pass, as errors. */
void pt_watch_why(const struct pt_run *r);

/* Reports: as it goes on, and at its end. */
void pt_load_tell(struct pt_run *r, bool begins);
void pt_load_report(const struct pt_run *r);
void pt_watch_console(const struct pt_run *r);
void pt_watch_json(const struct pt_run *r, json_t *v);
void pt_watch_csv(const struct pt_run *r);
void pt_watch_tap(const struct pt_run *r, struct pt_tap *t);

/*
 * pt_load_passed - all came up, none was lost. pt_traffic_passed - neither
 * were more packets than may be; without traffic nothing was.
 */
bool pt_load_passed(const struct pt_run *r);
bool pt_traffic_passed(const struct pt_run *r);

#endif
