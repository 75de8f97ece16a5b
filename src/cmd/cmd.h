/*
 * The commands. A line becomes words, the words find a row, the row's
 * function checks its arguments and writes the draft or acts; then the
 * whole draft is checked and only then taken. Control thread only.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/diag.h"
#include "base/txt.h"
#include "cmd/draft.h"
#include "ctl/ctl.h"
#include "lang/row.h"

/* Of all workers together. Errors: packets that we lost for lack of room. */
struct pool_sums {
	uint64_t in, out, in_oct, out_oct, drops, errors;
	uint64_t opened, closed, moves, drifts;
	uint32_t sessions;		/* now */
};

/* Of the whole process; zero, then cmd_env_init(). */
struct cmd_env {			/* owner: main */
	const char *dir;		/* of ppp.conf and its relatives */
	struct ctl *ctl;		/* NULL: nothing runs yet; borrows */
	struct server *server;		/* these three as well; each may be */
	struct logger *logger;		/* NULL */
	struct prompts *prompts;
	struct web *web;		/* owner: cmd/serve.c; or NULL */
	struct serve *serve;		/* with the terminal; NULL: none */
	struct draft *conf;		/* what is in force; owner: this */
	struct measures *tests;		/* owner: cmd/serve.c; or NULL */
	struct job *jobs;		/* owner: cmd/job.c */
	struct txt told;		/* commands read before `set log` */
	struct sess_rec was;		/* as the link came up, for linkdown */
	bool	 going_down;		/* its addresses are the ones meant */
	struct pool_sums pool_cleared;	/* `lb clear`: sums at that moment */
	unsigned uid;			/* real user: whose rights `load` has */
	bool	 no_lookup;		/* host names are not looked up (-n) */
};

/* Who typed the line. */
struct cmd_prompt {
	const char *origin;		/* tty name, "address:port", "local" */
	struct prompt *pr;		/* borrows; NULL: -e, a test */
	bool	 locked;		/* its password is still to come */
	bool	 quit;			/* out: the program has to end */
};

struct cmd_ctx {
	struct cmd_env *env;
	struct cmd_prompt *prompt;	/* NULL: a file, or -e */
	struct txt *out;		/* what commands print; borrows */
	struct diag diag;		/* .to: errors; may be the same txt */

	/* cmd_load(): lines run before and behind the sections, NULL at the
	 * end; each may be NULL; borrows */
	const char *const *before, *const *after;

	/* cmd/ only: */
	enum row_who who;
	struct draft *draft;		/* being written */
	const char *source;		/* section, for the Command log */
	bool	 hold;			/* start: what acts is put off */
	const char *link;		/* context given by `link`, or NULL */
	int	 at;			/* its index in the draft; LINK_ALL */
	int	 swapped;		/* changed places with it: the first */
	const struct row *parent;	/* of an option: enable, deny, ... */
	int	 depth;			/* of `load` in `load` */
	int	 word;			/* word that the row matched */
	const struct words *words;
};

/* cmd_env_init - 0 or -E_NOMEM; cmd_env_free() gives back what it took. */
int cmd_env_init(struct cmd_env *e, const char *dir, enum mode m);
void cmd_env_free(struct cmd_env *e);

/* cmd_ctx_init - @prompt NULL: commands come from files or from -e. */
void cmd_ctx_init(struct cmd_ctx *cx, struct cmd_env *e,
    struct cmd_prompt *prompt, struct txt *out, struct txt *errors);

/*
 * cmd_line - one line from a prompt or -e: a draft of one line, checked and
 * published when it changed something. 0, or negative: told in diag.to.
 */
int cmd_line(struct cmd_ctx *cx, const char *line);

/*
 * cmd_load - at start: `default`, then @labels in order, into e->conf, then
 * the check of the whole. Nothing acts, nothing is opened. 0, or negative
 * with every fault told; e->conf is then as it was. A missing `default` is
 * no fault.
 */
int cmd_load(struct cmd_ctx *cx, int n, const char *const *labels);

/*
 * cmd_begin - when the daemon runs (e->ctl is set): `set log`, `set server`
 * and what the labels want done at once. Negative: told in diag.to.
 */
int cmd_begin(struct cmd_ctx *cx);

/*
 * cmd_section - run the section of ppp.linkup or ppp.linkdown that
 * ppp(8) 1.7.3 chooses; @file is the name inside e->dir. Lines act at once.
 */
void cmd_section(struct cmd_ctx *cx, const char *file, bool ipv6);

/*
 * cmd_allowed - may the real user @uid use @label in mode @m: the `allow`
 * lines of `default` and of the label. Root may always. 0; -E_DENIED,
 * -E_UNKNOWN, -E_SYS with ppp(8)'s words in @why.
 */
int cmd_allowed(struct cmd_env *e, const char *label, unsigned uid,
    enum mode m, char *why, size_t n);

/* cmd_fill - @in with the macros of ppp(8) replaced, for that session. */
void cmd_fill(struct cmd_env *e, const struct sess_rec *r,
    const struct ctl_counts *n, const char *in, struct txt *out);

/* cmd_has_label - is there such a section in ppp.conf? */
bool cmd_has_label(struct cmd_env *e, const char *label);

/* test_end - tests that prompts wait for end; false: none ran. */
bool test_end(struct cmd_env *e);

/* cmd_check - the whole of @d; negative: told in @diag. */
int cmd_check(struct diag *diag, const struct draft *d,
    const struct cmd_env *e);

/* cmd_explain - what @d will do, in plain sentences. Touches nothing. */
void cmd_explain(const struct draft *d, const struct cmd_env *e,
    struct txt *out);

/* cmd_expand_env - @in with the macros of ppp(8) replaced. */
void cmd_expand_env(struct cmd_env *e, const char *in, struct txt *out);

/* cmd_complete - words that may follow @line at this prompt, one a line. */
void cmd_complete(const struct cmd_env *e, const struct cmd_prompt *prompt,
    const char *line, struct txt *out);

/* cmd_dump - every command; @mdoc names a table of the manual page, NULL:
 * the plain list. false: no such table. */
bool cmd_dump(const char *mdoc, struct txt *out);

#endif
