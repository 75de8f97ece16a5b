/*
 * Prompts: everybody who types commands at the running program - the
 * controlling terminal and the clients of the diagnostic socket. A client
 * that reads slowly or died never makes the program wait. Control thread
 * only. ppp(8), THE PROMPT.
 */
#ifndef CTL_PROMPT_H
#define CTL_PROMPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/txt.h"
#include "ctl/loop.h"

#define PROMPT_UNSENT	(1u << 20)	/* octets; above: prompt_flooded() */
#define PROMPT_STALL	SEC(5)		/* takes nothing for so long: out */
#define PROMPT_PASSWORD	50		/* octets of a password, at most */

enum prompt_kind {
	PROMPT_CONTROLLER,	/* -interactive's terminal */
	PROMPT_LOCAL,		/* local socket */
	PROMPT_IP, PROMPT_IP6,
};

struct prompt;
struct prompts;			/* all of one daemon */

/*
 * prompt_line_fn - run one command line; its answer goes into @out (a line
 * end is added if the last line has none). The return value is the
 * command's, for those who call prompt_run(). May call anything of this
 * header, also for @pr.
 * prompt_word_fn - "ppp", "Ppp", "PPp" or "PPP".
 */
typedef int prompt_line_fn(void *arg, struct prompt *pr, const char *line,
    struct txt *out);
typedef const char *prompt_word_fn(void *arg);

struct prompt_hooks {
	void	*arg;
	prompt_line_fn *line;
	prompt_word_fn *word;
};

/* prompts_new - NULL: no memory. prompts_free - drops all of them. */
struct prompts *prompts_new(struct loop *l, const struct prompt_hooks *h);
void prompts_free(struct prompts *ps);

/*
 * prompts_refresh - the phase changed: all who wait get a new line and the
 * prompt as it is now.
 */
void prompts_refresh(struct prompts *ps);

/*
 * prompts_log - show a log line to those whose local mask has its level
 * (and who gave the password). Lines to a prompt that has PROMPT_UNSENT
 * octets waiting are lost.
 * @logged: `set log` has it as well: those who follow the log see it
 */
void prompts_log(struct prompts *ps, enum log_level level, bool logged,
    const char *text);

/* prompts_mask - all local masks together; @fn hears when it changes. */
uint32_t prompts_mask(const struct prompts *ps);
void prompts_on_mask(struct prompts *ps, void (*fn)(void *arg), void *arg);

/* prompts_drop - drop all whose owner is @owner, after their output. */
void prompts_drop(struct prompts *ps, const void *owner);

/* prompts_each - for `show who`, oldest first. */
typedef void prompt_each_fn(void *arg, struct prompt *pr);
void prompts_each(struct prompts *ps, prompt_each_fn *fn, void *arg);
unsigned prompts_count(const struct prompts *ps, const void *owner);

/*
 * prompts_drop_stranger - drop the oldest prompt of @owner that gave no
 * password; false if there is none.
 */
bool prompts_drop_stranger(struct prompts *ps, const void *owner);

/* ---- one prompt ---- */

/*
 * prompt_new - a client on socket @fd, which it takes and closes at the end
 * (not when NULL is returned: no memory). Sends the prompt.
 * @from: "ADDRESS:PORT" or "local"; copied
 * @password: NUL-terminated, borrows, "" = none needed
 * @owner: for prompts_drop()
 */
struct prompt *prompt_new(struct prompts *ps, enum prompt_kind kind,
    const char *from, int fd, const char *password, const void *owner);

/*
 * prompt_new_term - a prompt whose characters someone else handles
 * (ctl/tty.c), who calls prompt_run() for each line. No password.
 * prompt_free_term - its end, by whoever made it.
 */
struct prompt_term {
	void	*arg;
	void	(*show)(void *arg, const char *p, size_t n);	/* text */
	void	(*refresh)(void *arg);	/* prompt_text() may be another */
	void	(*quit)(void *arg);	/* after a line that did `quit` */
};
struct prompt *prompt_new_term(struct prompts *ps, const char *from,
    const struct prompt_term *term);
int prompt_run(struct prompt *pr, const char *line);
void prompt_free_term(struct prompt *pr);

enum prompt_kind prompt_kind(const struct prompt *pr);
const char *prompt_kind_name(enum prompt_kind kind); /* of `show who` */
const char *prompt_from(const struct prompt *pr);
bool prompt_authed(const struct prompt *pr);	/* or needs no password */
bool prompt_suspended(const struct prompt *pr);
void prompt_set_suspended(struct prompt *pr, bool yes);

/* prompt_unsent - octets that wait to be taken. */
size_t prompt_unsent(const struct prompt *pr);

/* prompt_text - "PPP ON host> " as of now; valid until the next call. */
const char *prompt_text(struct prompt *pr);

/*
 * prompt_passwd - the `passwd` command: the right word makes ` on ` into
 * ` ON `; after a wrong one nothing is said. Returns prompt_authed().
 */
bool prompt_passwd(struct prompt *pr, const char *secret);

/* `set log local`: levels shown at this prompt; LOG_ALWAYS at first. */
uint32_t prompt_mask(const struct prompt *pr);
void prompt_set_mask(struct prompt *pr, uint32_t mask);

/* prompt_follow - it sees all lines of the log, or no more. */
void prompt_follow(struct prompt *pr, bool yes);

/* prompt_out - text at any time, above what is being typed. Ends in \n. */
void prompt_out(struct prompt *pr, const char *p, size_t n);

/*
 * prompt_hold - its command goes on: no further line is run, and no prompt
 * shown, until prompt_release(). @gone is called if the prompt ends first.
 * prompt_more - output of that command. prompt_on_typed - what is typed while
 * it is held calls @typed, with prompt_hold()'s @arg, which must release it;
 * a line runs then. So does the end of the input.
 */
void prompt_hold(struct prompt *pr, void (*gone)(void *arg), void *arg);
void prompt_more(struct prompt *pr, const char *p, size_t n);
void prompt_on_typed(struct prompt *pr, void (*typed)(void *arg));
void prompt_release(struct prompt *pr);

/*
 * prompt_quit - the `quit` command (@all: `quit all`): drops the prompt
 * after its output. True if the program has to end: at the controlling
 * terminal always, at an authenticated one with `all`.
 */
bool prompt_quit(struct prompt *pr, bool all);

#endif
