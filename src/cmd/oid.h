/*
 * Inside cmd/ only: the names of sysctl(8) that scripts for FreeBSD's load
 * balancer use. One row a name: what it reads, and the line of our language
 * that sets it - there is no second way to set a thing.
 */
#ifndef CMD_OID_H
#define CMD_OID_H

#include "cmd/cmd.h"

#define OID_LB		"net.graph.pppoe_lb"
#define OID_NAME	96		/* octets of a name, its NUL too */

enum oid_type { OID_INT, OID_U64, OID_STR };

/* Where the value is: the draft, struct oid_view, one of its workers or
 * sessions; OID_TEST: the view, while drills are allowed. A string is a const
 * char *. */
enum oid_from { OID_CONF, OID_VIEW, OID_WORKER, OID_SESSION, OID_TEST };

struct oid {
	const char *name;		/* `%`: the number of a worker, ... */
	const char *help;
	uint8_t	 type, from;		/* enum oid_type, enum oid_from */
	uint8_t	 size;			/* octets of the number */
	size_t	 at;
	/*
	 * The line that sets it: `%v` is the value, `%i` the number in the
	 * name, `%{name}` the value of another row of OID_LB. NULL: read only.
	 */
	const char *set;
	const char *const *words;	/* %v of 0, 1, ...; NULL: as typed */
	const char *minus;		/* %v of -1; NULL: there is none */
	const char *never;		/* read only: why; or NULL */
	bool	 clamp;			/* over the last word: it is meant */
};

/* What the rows read, gathered once for a command. */
#define OID_SESSIONS	1024u		/* listed at most */
struct oid_worker {
	bool	 there;
	uint64_t state, sessions, bytes_in, bytes_out, uptime, errors;
	uint64_t packets_in, packets_out, cpu;
	int64_t	 last_activity, pinned;
};
struct oid_session {
	uint64_t id, worker, bytes_in, bytes_out, errors;
	int64_t	 created, last_activity;
};
struct oid_view {			/* owner: who called oid_look() */
	const struct draft *conf;	/* borrows */
	uint64_t enabled, mode, debug, nonstandard, cpus;
	uint64_t current, active, draining, pending, sessions, average;
	uint64_t max, cpu_usage, decision, reason, decided;
	uint64_t discovery, session_packets, packets, collisions, map_size;
	uint64_t packets_in, packets_out, bytes_in, bytes_out;
	uint64_t created, destroyed, scalings, errors, drifts;
	uint64_t score, availability, distribution, error_rate, affinity;
	uint64_t imbalance, zero;
	int64_t	 drill;
	uint64_t ahead;
	const char *algorithm, *hook, *last_decision, *last_reason, *status;
	struct oid_worker worker[GOV_WORKERS];
	struct oid_session *session;	/* owner: this; NULL: not asked for */
	unsigned workers, all_sessions;
};

/* oid_look - @sessions: also each of them. oid_done - what it took. */
void oid_look(struct cmd_env *e, const struct draft *conf, bool sessions,
    struct oid_view *v);
void oid_done(struct oid_view *v);

/*
 * oid_each - @fn for every name that is @name or begins with `@name.`, in
 * the order of the table; "": all. Returns how many. @index: of `%`.
 */
typedef void oid_fn(void *arg, const char *name, const struct oid *o,
    unsigned index);
unsigned oid_each(const struct oid_view *v, const char *name, oid_fn *fn,
    void *arg);

/* oid_find - the row of exactly this name, or NULL. An alias finds its row. */
const struct oid *oid_find(const struct oid_view *v, const char *name,
    unsigned *index);

/* oid_value - as sysctl(8) prints it. */
void oid_value(const struct oid_view *v, const struct oid *o, unsigned index,
    struct txt *out);

/*
 * oid_line - the line that gives @o the value @text. 0, or -E_FORMAT,
 * -E_RANGE with the reason in @why.
 */
int oid_line(const struct oid_view *v, const struct oid *o, unsigned index,
    const char *text, struct txt *line, char *why, size_t n);

/* oid_alias - the name this one stands for, or itself. */
const char *oid_alias(const char *name);

#endif
