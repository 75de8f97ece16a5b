/* Inside cmd/ only: the tables, and what every command function needs. */
#ifndef CMD_ROWS_H
#define CMD_ROWS_H

#include "cmd/cmd.h"
#include "lang/vars.h"

extern const struct row top_rows[], set_rows[], enable_rows[];
#define ENABLE_ONLY	18		/* of enable_rows: not accept, deny */
#define accept_rows	(&enable_rows[ENABLE_ONLY])
extern const struct row show_rows[], lb_rows[], pppoe_rows[], nat_rows[];
extern const struct row gov_rows[], lb_act_rows[];
extern const struct row iface_rows[], allow_rows[], resolv_rows[];
extern const struct row clear_rows[], test_rows[], mplane_rows[];

#define END_ROWS	{ .name = NULL }

/* A field of the profile for T_NUM and .at. */
#define P_AT(field)	offsetof(struct draft, p.field)
#define P_NUM(field, low, high)						\
	.at = P_AT(field), .size = sizeof(((struct profile *)0)->field), \
	.lo = (low), .hi = (high)

/* cmd_path - @word is to be a file's whole path (the caller knows `off'
 * already): into @to of @n octets. 0, or negative: it was told. */
int cmd_path(struct cmd_ctx *cx, const char *word, char *to, size_t n);

/* cmd_bad - tell what is wrong with a value; `return cmd_bad(...)`. */
int cmd_bad(struct cmd_ctx *cx, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* cmd_mark - remember where @w was written. */
void cmd_mark(struct cmd_ctx *cx, enum where w);

/*
 * cmd_held - at start a command that acts is put off until the program has
 * begun: true, and the caller returns 0. Also true, told, when there is
 * nothing to act on: *@err is then negative.
 */
bool cmd_held(struct cmd_ctx *cx, int *err);

/*
 * cmd_private - a secret is being set: the file it stands in must not be
 * readable by others. 0, or an answer for the row: told.
 */
int cmd_private(struct cmd_ctx *cx);

/*
 * cmd_context - may @r run in this context? 0, or negative: told.
 * cmd_context_run - runs it; when it @sets something, cx->draft->p has the
 * settings of the link as the first one's meanwhile.
 */
int cmd_context(struct cmd_ctx *cx, const struct row *r, const char *words);
int cmd_context_run(struct cmd_ctx *cx, const struct row *r,
    const struct args *a, bool sets);

/* cmd_put_off - run this line once the draft is in force. */
int cmd_put_off(struct cmd_ctx *cx);

/* cmd_rows_run - the command that word @i begins, from @table. */
int cmd_rows_run(struct cmd_ctx *cx, const struct row *table, int i);

/* cmd_tell - @w to the Command log. cmd_words - run them as a line. */
void cmd_tell(struct cmd_ctx *cx, const struct words *w);
int cmd_words(struct cmd_ctx *cx, const struct words *w);

/*
 * cmd_once - @lines, one draft for all of them, on behalf of the command that
 * runs: what it prints and complains of goes to @out and @errors. At the
 * start it is part of the draft being written. 0 or negative.
 */
int cmd_once(struct cmd_ctx *cx, const char *lines, struct txt *out,
    struct txt *errors);

/* cmd_host - an IPv4 address or host name; the latter may stay 0 (-n). */
int cmd_host(struct cmd_ctx *cx, const char *word, uint32_t *addr);

/* cmd_mode_find - a mode by its name or unique prefix; false: none. */
bool cmd_mode_find(const char *word, enum mode *out);

/* cmd_var - the value of a macro, as text; "" when there is none now. */
void cmd_var(struct cmd_env *e, enum var v, struct txt *out);

/* cmd_take - check the draft and make it the one in force. */
int cmd_take(struct cmd_ctx *cx, struct draft *d);

/* cmd_run_label - run a section of ppp.conf into the draft. */
int cmd_run_label(struct cmd_ctx *cx, const char *label);

/* cmd_expand - @in with the macros of ppp(8) replaced. */
void cmd_expand(struct cmd_ctx *cx, const char *in, struct txt *out);

/* The words behind the row joined by blanks, from word @i of @a. */
void cmd_join(const struct args *a, int i, struct txt *out);

int cmd_num(struct cmd_ctx *cx, const struct row *r, const struct args *a);

/* Of the four negotiation commands; .lo of their rows. */
enum verb { ENABLE, DISABLE, ACCEPT, DENY };

/* explain_rows - what a label sets beside the sentences of explain.c. */
void explain_rows(const struct draft *d, struct txt *t);

/* cmd_help - `help` over @table; @word NULL: all of it. */
int cmd_help(struct cmd_ctx *cx, const char *prefix,
    const struct row *table, const char *word);

typedef int run_fn(struct cmd_ctx *cx, const struct row *r,
    const struct args *a);
run_fn route_add, route_delete;
run_fn run_term, run_shell, run_bg, run_log, run_ident, run_sendident;
run_fn act_open, act_close, act_down, act_dial, act_quit;
run_fn run_load, run_resolv, run_clear, run_help, run_passwd, run_link;
run_fn run_clone, run_remove, run_rename;
run_fn set_proctitle, run_save, lb_rate, run_iface_clear;
run_fn run_sysctl, run_ngctl;
run_fn mplane_listcap, mplane_showcap, mplane_runcap, mplane_listmeas;
run_fn mplane_showmeas, test_stop;
run_fn test_sla, test_path, test_accuracy, test_affinity, test_governor;
run_fn test_outside, run_monitor;

#endif
