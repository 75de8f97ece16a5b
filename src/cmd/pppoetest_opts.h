/*
 * The modes and options of pppoetest as rows: the parser, the help, the
 * manual page and the shell's completion are made of these.
 */
#ifndef CMD_PPPOETEST_OPTS_H
#define CMD_PPPOETEST_OPTS_H

#include "base/txt.h"
#include "cmd/pppoetest.h"

struct pt_mode_row {
	const char *name, *alias;	/* alias NULL: none */
	enum pt_mode mode;
	const char *help;		/* one sentence */
};
extern const struct pt_mode_row pt_modes[];	/* ends without a name */

/* pt_mode_name - of the row that has no alias in front: "client". */
const char *pt_mode_name(enum pt_mode m);

/*
 * One option: --NAME and, unless letter is 0, -LETTER. Rows with the same id
 * are names of the same thing; only the first has a help.
 */
struct pt_option {
	const char *head;		/* of the group that begins here */
	const char *name, *arg;		/* without dashes; arg NULL: none */
	char	 letter;
	int	 id;			/* enum pt_opt */
	uint32_t modes;			/* bits 1 << enum pt_mode: where it
					 * means something */
	const char *help;
};
extern const struct pt_option pt_options[];	/* ends without a name */

enum pt_opt { PTO_FIRST = 256,
	/* general */
	PTO_MODE = PTO_FIRST, PTO_SOCKET, PTO_HOST, PTO_PORT, PTO_PASSWORD,
	PTO_FORM, PTO_FILE, PTO_QUIET, PTO_VERBOSE, PTO_DEBUG, PTO_LOG,
	PTO_STATS, PTO_COLOR, PTO_INTERVAL, PTO_EARLY, PTO_VERSION, PTO_HELP,
	/* diagnose, verdicts about the concentrator */
	PTO_HEALTH, PTO_BALANCE, PTO_AFFINITY, PTO_WORKERS, PTO_SESSIONS,
	PTO_GOVERNOR, PTO_IMBALANCE, PTO_LEAST, PTO_STRICT, PTO_MONITOR,
	PTO_COUNT, PTO_MODIFY, PTO_SET,
	/* tests */
	PTO_DEVIATION, PTO_PASS, PTO_RETRIES, PTO_ACTIVE, PTO_ALGORITHM,
	PTO_TRIGGER, PTO_MIND, PTO_TIMEOUT,
	/* sessions */
	PTL_FIRST, PTL_INTERFACE = PTL_FIRST, PTL_N, PTL_RATE, PTL_WINDOW,
	PTL_USER, PTL_PASSWORD, PTL_PASSWORD_FILE, PTL_SERVICE, PTL_AC,
	PTL_AUTH, PTL_IP, PTL_HOLD, PTL_CHURN, PTL_VLAN, PTL_MAC, PTL_TRIES,
	PTL_ECHO, PTL_ABANDON, PTL_TRAFFIC, PTL_PPS, PTL_SIZE, PTL_TARGET,
	PTL_LOSS, PTL_LAST,
	/* transfers */
	PTX_FIRST, PTX_PROTO = PTX_FIRST, PTX_DIRECTION, PTX_BLOCKS,
	PTX_BUFFER, PTX_SEND, PTX_ALGO, PTX_LIMIT, PTX_LISTEN,
	PTX_ANY, PTX_ACCEPT, PTX_CLIENTS, PTX_AUTH, PTX_CREATE,
	PTX_RECONNECT, PTX_HEARTBEAT, PTX_LAST };

/*
 * pt_parse - argv into @o, which has its defaults; PT_PASSED, PT_USAGE (it
 * was said), or -1: it was a question, which was answered.
 */
int pt_parse(struct pt_opts *o, int argc, char **argv);

/* pt_take - one option; @id 'i': an interface, or, a number, --interval. */
bool pt_take(struct pt_opts *o, int id, const char *word);

/* pt_take_mode - by its name or alias; false: said why. */
bool pt_take_mode(struct pt_opts *o, const char *word);

/* pt_options_mdoc - modes and options as lists of mdoc(7). */
void pt_modes_mdoc(struct txt *out);
void pt_options_mdoc(struct txt *out);

/* One option of sessions (PTL_*) or of transfers (PTX_*); false: said. */
bool pt_load_take(struct pt_load *l, int id, const char *word);
bool pt_xfer_take(struct pt_xfer *x, int id, const char *word);

/* pt_refuse - "pppoetest: WHAT WORD: not FORM"; false. pt_number - a number
 * of an option; false: refused. */
bool pt_refuse(const char *what, const char *word, const char *form);
bool pt_number(const char *what, const char *word, uint32_t lo, uint32_t hi,
    unsigned *to);

#endif
