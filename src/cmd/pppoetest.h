/*
 * pppoetest: looks at a running concentrator and says how well it is. Only
 * asks: it sends no frame and sets nothing.
 */
#ifndef CMD_PPPOETEST_H
#define CMD_PPPOETEST_H

#include <jansson.h>
#include <stdbool.h>

/* Exit codes. */
enum { PT_PASSED, PT_FAILED, PT_USAGE, PT_NO_SERVER, PT_TIMEOUT,
	PT_INTERNAL };

/* What the daemon said, each from `show ITEM json`. */
struct pt_report {			/* owner of the four */
	json_t	*workers, *health, *governor, *lanes, *sessions;
};

struct pt_opts {
	const char *socket;		/* -S; NULL: that of the faces */
	const char *host;
	unsigned imbalance;		/* percent: more is marked */
	int	 least;			/* score below it fails; -1: the band */
	bool	 strict, quiet, health, balance, affinity, show_workers;
	bool	 show_sessions, show_governor, any;
};

int pppoetest_main(int argc, char **argv);

/* The forms: to standard output. */
void pt_console(const struct pt_report *r, const struct pt_opts *o);
void pt_json(const struct pt_report *r, const struct pt_opts *o);
void pt_jsonl(const struct pt_report *r, const struct pt_opts *o);
void pt_csv(const struct pt_report *r, const struct pt_opts *o);
void pt_tap(const struct pt_report *r, const struct pt_opts *o);

/* Of one object: 0 and "" when it is not there. */
long long pt_num(const json_t *v, const char *key);
const char *pt_str(const json_t *v, const char *key);

/* How many sessions are on a worker that does not serve their lane. */
unsigned pt_drifts(const struct pt_report *r);

/* Which worker should serve the lane of session @s; -1: unknown. */
long long pt_expected(const struct pt_report *r, const json_t *s);

#endif
