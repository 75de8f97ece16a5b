/*
 * pppoetest: says how well an access concentrator is. Mode diagnose looks at
 * a running one of ours, and only asks: it sends no frame and sets nothing.
 * The other modes set up sessions of their own, with any concentrator, and
 * some of them ask ours what it has meanwhile.
 */
#ifndef CMD_PPPOETEST_H
#define CMD_PPPOETEST_H

#include <jansson.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "cmd/face_conn.h"
#include "gen/gen.h"
#include "ppp/conf.h"

/* Exit codes. */
enum { PT_PASSED, PT_FAILED, PT_USAGE, PT_NO_SERVER, PT_TIMEOUT,
	PT_INTERNAL };

/* What the daemon said, each from `show ITEM json`. */
struct pt_report {			/* owner of them */
	json_t	*workers, *health, *governor, *lanes, *stats, *sessions;
};

enum pt_mode { PT_DIAGNOSE, PT_CREATE, PT_MIXED, PT_ACCURACY, PT_AFFINITY,
	PT_GOVERNOR, PT_STRESS, PT_BENCHMARK, PT_CLIENT, PT_SERVER, PT_ALL,
	PT_MENU, PT_MODES };
enum pt_form { PT_CONSOLE, PT_JSON, PT_JSONL, PT_CSV, PT_TAP, PT_FORMS };
enum pt_level { PTV_ERROR, PTV_WARNING, PTV_INFO, PTV_VERBOSE, PTV_DEBUG };

/* Sessions to make. */
struct pt_load {
	struct gen_conf gen;
	char	 user[AUTHNAME_MAX + 1], secret[AUTHKEY_MAX + 1];
	bool	 windowed;		/* --window was given */
	bool	 counted, timed, sized;	/* -n, --hold, --size were */
	bool	 churned, paced;	/* --churn, --pps */
	unsigned loss;			/* most lost packets, percent */
	bool	 told_set_up, told_held;	/* progress */
};

#define PT_NETS	16

/* A transfer: options of server and client. */
struct pt_xfer {
	const char *listen;		/* NULL: any address */
	const char *file;		/* what to send; NULL: anything */
	unsigned blocks, size;		/* size 0: what suits the protocol */
	unsigned mbps, reconnect, heartbeat;	/* the latter: seconds */
	unsigned clients;		/* at once, at most */
	unsigned nets;			/* of those who may come; 0: all */
	struct pt_net {
		struct in6_addr addr;	/* IPv4: mapped */
		uint8_t	 bits;
	} net[PT_NETS];
	uint8_t	 algo;			/* enum xfer_algo */
	bool	 tcp, udp, up, down;	/* what to try */
	bool	 any_interface, auth;
};

/* What a test judges by. */
struct pt_test {
	unsigned deviation, pass;	/* percent */
	unsigned retries, workers;	/* workers 0: as many as there are */
	int	 algorithm;		/* enum lb_algorithm; -1: any */
	bool	 up, down, mind;	/* steps of governor */
	const char *set_worker;		/* ID=STATE */
};

struct pt_opts {
	enum pt_mode mode;
	enum pt_form form;
	enum pt_level level;
	struct pt_load load;
	struct pt_xfer xfer;
	struct pt_test test;
	bool	 monitor;
	unsigned count;			/* of its samples; 0: no end */
	const char *socket;		/* -S; NULL: that of the faces */
	const char *to;			/* -h; NULL: not given */
	uint16_t port;
	unsigned timeout;		/* seconds; 0: not given */
	const char *password;		/* -P, for it; NULL: none */
	const char *host;		/* our own name */
	unsigned imbalance;		/* percent: more is marked */
	int	 least;			/* score below it fails; -1: the band */
	bool	 strict, quiet, health, balance, affinity, show_workers;
	bool	 show_sessions, show_governor, any;
	bool	 modify, fail_early, no_stats;
};

int pppoetest_main(int argc, char **argv);

/* pt_complete - as cli_complete(). */
void pt_complete(int argc, char **argv, struct txt *out);

/* Each mode: an exit code. pt_run - the one of @o. */
int pt_run(struct pt_opts *o);
int pt_diagnose(struct pt_opts *o);
int pt_load(struct pt_opts *o);		/* all that make sessions */
int pt_governor(struct pt_opts *o);
int pt_all(struct pt_opts *o);
int pt_menu(struct pt_opts *o);
int pt_server(const struct pt_opts *o);
int pt_client(struct pt_opts *o);

/* Before options. pt_load_check - all were taken; false: said why not. */
void pt_load_default(struct pt_load *l);
void pt_xfer_default(struct pt_xfer *x);
bool pt_load_check(struct pt_opts *o);

/* Set by the signals that end us, counted; pt_catch() makes them do so. */
extern volatile sig_atomic_t pt_stop;
void pt_catch(void);

/* ---- the daemon ---- */

/*
 * pt_face - how @o reaches it. pt_ask - its answer to @line, which is JSON
 * (owner: caller); pt_ask_all - all that it says; an exit code. pt_forget -
 * gives that back. pt_reachable - is it named, or at the usual
 * place?
 */
void pt_face(struct face *f, const struct pt_opts *o);
int pt_ask(struct face *f, const struct pt_opts *o, const char *line,
    json_t **to);
int pt_ask_all(struct face *f, const struct pt_opts *o, struct pt_report *r);
void pt_forget(struct pt_report *r);
bool pt_reachable(const struct pt_opts *o);

/*
 * pt_order - a command; false: it complained, and that was said. pt_value -
 * the number of an OID; -1: it has none.
 */
bool pt_order(struct face *f, const struct pt_opts *o, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
long long pt_value(struct face *f, const struct pt_opts *o, const char *oid);

int pt_monitor(struct face *f, const struct pt_opts *o);

/* Of one object: 0 and "" when it is not there. */
long long pt_num(const json_t *v, const char *key);
const char *pt_str(const json_t *v, const char *key);

/* How many sessions are on a worker that does not serve their lane. */
unsigned pt_drifts(const struct pt_report *r);

/* Which worker should serve the lane of session @s; -1: unknown. */
long long pt_expected(const struct pt_report *r, const json_t *s);

/* ---- what is printed ---- */

/*
 * pt_error - as {"type":"error"} where programs read, and as text. pt_log -
 * a line on standard error, when @level is asked for. What the other side
 * put in there is harmless for a terminal.
 */
void pt_error(const struct pt_opts *o, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void pt_log(const struct pt_opts *o, enum pt_level level,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* pt_stamp - the time now by strftime(3), UTC; returns buf. pt_iso - as
 * 2026-11-25T10:00:00Z, until the next call. */
const char *pt_stamp(const char *form, char *buf, size_t n);
const char *pt_iso(void);

/* pt_put - one line of JSON; takes @v. */
void pt_put(json_t *v);

/* box.h to standard output. */
void pt_top(const int *w, int n, const char head[][32]);
void pt_row(const int *w, int n, const char cell[][32]);
void pt_bottom(const int *w, int n);

/* Lines of tap, gathered because their number stands in front. */
struct pt_tap {			/* zero at first; pt_tap_end() prints it */
	struct txt lines;
	int	 n;
};
void pt_tap(struct pt_tap *t, bool ok, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void pt_tap_end(struct pt_tap *t);

/* pt_result - "passed", "failed". */
const char *pt_result(bool passed);

/* The report of diagnose, in the form of @o. */
void pt_report(const struct pt_report *r, const struct pt_opts *o);

#endif
