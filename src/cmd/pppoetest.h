/*
 * pppoetest: says how well an access concentrator is. Mode diagnose looks at
 * a running one of ours, and only asks: it sends no frame and sets nothing.
 * Mode create sets up sessions of its own, with any concentrator.
 */
#ifndef CMD_PPPOETEST_H
#define CMD_PPPOETEST_H

#include <getopt.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/txt.h"
#include "gen/gen.h"
#include "ppp/conf.h"

/* Exit codes. */
enum { PT_PASSED, PT_FAILED, PT_USAGE, PT_NO_SERVER, PT_TIMEOUT,
	PT_INTERNAL };

/* What the daemon said, each from `show ITEM json`. */
struct pt_report {			/* owner of the four */
	json_t	*workers, *health, *governor, *lanes, *sessions;
};

enum pt_mode { PT_DIAGNOSE, PT_CREATE, PT_MIXED, PT_SERVER, PT_CLIENT };
enum pt_form { PT_CONSOLE, PT_JSON, PT_JSONL, PT_CSV, PT_TAP, PT_FORMS };

/* Sessions to make: options of create. */
struct pt_load {
	struct gen_conf gen;
	char	 user[AUTHNAME_MAX + 1], secret[AUTHKEY_MAX + 1];
	bool	 windowed;		/* --window was given */
	unsigned loss;			/* most lost packets, percent */
	bool	 told_set_up, told_held;	/* progress */
};

/* A transfer: options of server and client. */
struct pt_xfer {
	const char *host, *listen;	/* NULL: localhost; any address */
	uint16_t port;
	unsigned blocks, size;		/* size 0: what suits the protocol */
	unsigned mbps, timeout;		/* timeout: seconds */
	uint8_t	 algo;			/* enum xfer_algo */
	bool	 tcp, udp, up, down;	/* what to try */
	bool	 any_interface;
};

/* mixed: what the concentrator says before, meanwhile, after. */
struct pt_watch {
	struct face *face;		/* owner: this */
	long long before, held, after;	/* sessions there */
	unsigned ours, drifts;
	long long imbalance;
	json_t	*workers;		/* owner: this; while they were held */
	bool	 looked, passed;
	int	 code;			/* of the look while they were held */
};

struct pt_opts {
	enum pt_mode mode;
	enum pt_form form;
	struct pt_load load;
	struct pt_xfer xfer;
	struct pt_watch watch;		/* of mixed */
	bool	 monitor;
	unsigned count;			/* of its samples; 0: no end */
	const char *socket;		/* -S; NULL: that of the faces */
	const char *password;		/* -P, for it; NULL: none */
	const char *host;
	unsigned imbalance;		/* percent: more is marked */
	int	 least;			/* score below it fails; -1: the band */
	bool	 strict, quiet, health, balance, affinity, show_workers;
	bool	 show_sessions, show_governor, any;
};

int pppoetest_main(int argc, char **argv);

/*
 * What completion in the shell is made of: getopt(3)'s two lists, the usage,
 * which says what an option takes, and names, from 0 on until NULL.
 */
extern const char pt_shorts[], pt_usage[];
extern const struct option pt_longs[];	/* ends without a name */
const char *pt_mode_name(int i);
const char *pt_form_name(int i);

/* pt_complete - as cli_complete(). */
void pt_complete(int argc, char **argv, struct txt *out);

/* Numbers of the long options of create; pt_load_take() takes them. */
enum pt_load_opt { PTL_FIRST = 1000, PTL_RATE = PTL_FIRST, PTL_WINDOW,
	PTL_USER, PTL_PASSWORD, PTL_PASSWORD_FILE, PTL_SERVICE, PTL_AC,
	PTL_AUTH, PTL_IP, PTL_HOLD, PTL_CHURN, PTL_VLAN, PTL_MAC, PTL_TRIES,
	PTL_ECHO, PTL_ABANDON, PTL_TRAFFIC, PTL_PPS, PTL_SIZE, PTL_TARGET,
	PTL_LOSS, PTL_LAST };

/*
 * pt_load_default - before options. pt_load_take - one of them: @c 'n'
 * (sessions), 'i' (interface, or seconds between progress) or an enum
 * pt_load_opt. False: said why. pt_load_check - all were taken.
 */
void pt_load_default(struct pt_load *l);
bool pt_load_take(struct pt_load *l, int c, const char *word);
bool pt_load_check(struct pt_opts *o);

/* pt_create - the load and its report; an exit code. pt_mixed - and looks. */
int pt_create(struct pt_opts *o);
int pt_mixed(struct pt_opts *o);

/* Numbers of the long options of server and client. */
enum pt_xfer_opt { PTX_FIRST = 2000, PTX_PROTO = PTX_FIRST, PTX_DIRECTION,
	PTX_BLOCKS, PTX_ALGO, PTX_LIMIT, PTX_TIMEOUT, PTX_LISTEN, PTX_ANY,
	PTX_LAST };

/* As for create; @c: 'h', 'p', 'b' or an enum pt_xfer_opt. */
void pt_xfer_default(struct pt_xfer *x);
bool pt_xfer_take(struct pt_xfer *x, int c, const char *word);
int pt_server(const struct pt_opts *o);
int pt_client(const struct pt_opts *o);

/* pt_refuse - "pppoetest: WHAT WORD: not FORM"; false. pt_number - a number
 * of an option; false: refused. */
bool pt_refuse(const char *what, const char *word, const char *form);
bool pt_number(const char *what, const char *word, uint32_t lo, uint32_t hi,
    unsigned *to);

/*
 * pt_ask_all - what the daemon says; an exit code. pt_forget - gives it
 * back. pt_monitor - again and again.
 */
struct face;
int pt_ask_all(struct face *f, struct pt_report *r);
void pt_forget(struct pt_report *r);
int pt_monitor(struct face *f, const struct pt_opts *o);

/* Exit codes; pt_watch_done() in any case. */
int pt_watch_begin(struct pt_watch *w, const struct pt_opts *o);
void pt_watch_held(struct pt_watch *w, unsigned ours);
int pt_watch_end(struct pt_watch *w, const struct pt_opts *o);
void pt_watch_report(const struct pt_watch *w, const struct pt_opts *o);
void pt_watch_done(struct pt_watch *w);

/* Reports of a load: as it goes on, and at its end. */
void pt_load_tell(struct gen *g, struct pt_opts *o, bool begins);
void pt_load_report(struct gen *g, const struct pt_opts *o);

/*
 * pt_load_passed - all came up, none was lost. pt_traffic_passed - neither
 * were more packets than may be; without traffic nothing was.
 */
bool pt_load_passed(struct gen *g, const struct pt_opts *o);
bool pt_traffic_passed(struct gen *g, const struct pt_opts *o);

/* pt_error - as {"type":"error"} where programs read, else as text. */
void pt_error(const struct pt_opts *o, const char *code, const char *text);

/* pt_stamp - the time now by strftime(3), UTC; returns buf. */
const char *pt_stamp(const char *form, char *buf, size_t n);

/* Tables: @n columns of these widths; a cell is at most 31 octets. */
void pt_top(const int *w, int n, const char head[][32]);
void pt_row(const int *w, int n, const char cell[][32]);
void pt_bottom(const int *w, int n);

/* pt_put - one line of JSON; takes @v. */
void pt_put(json_t *v);

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
