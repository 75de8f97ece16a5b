/*
 * Lines typed at a terminal, edited with libedit (history, completion,
 * EL_EDITOR, EL_SIZE), inside the event loop: neither a slow typist nor a
 * stopped terminal makes the loop wait. Text can be shown at any time above
 * the line that is being typed. One thread: the loop's. ^Z suspends.
 */
#ifndef CTL_TTY_H
#define CTL_TTY_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/loop.h"

struct tty;

#define TTY_WORDS	128	/* candidates for one word, at most */

/*
 * tty_complete_fn - what could the word be that ends at octet @cursor of
 * @line? Puts at most @max whole words into @word (borrowed until the next
 * call) and returns their number.
 */
typedef size_t tty_complete_fn(void *arg, const char *line, size_t cursor,
    const char **word, size_t max);

struct tty_hooks {
	void	*arg;
	const char *(*prompt)(void *arg);
	void	(*line)(void *arg, const char *line);	/* no line end */
	void	(*eof)(void *arg);	/* ^D, or the terminal is gone */
	tty_complete_fn *complete;	/* NULL: none */
	void	(*suspended)(void *arg, bool yes);	/* NULL: not told */
};

/*
 * tty_new - edit lines on @fd, or, if it is -1, on /dev/tty. @fd must be an
 * open file description of its own: it becomes non-blocking. Takes it (not
 * when NULL is returned: no terminal, errno says why; no memory).
 * @prog: for ~/.editrc
 * The hooks may call everything here, tty_free() as well.
 */
struct tty *tty_new(struct loop *l, int fd, const char *prog,
    const struct tty_hooks *h);
void tty_free(struct tty *t);	/* the terminal as it was before */

/* tty_print - text above the edited line; ends in \n. */
void tty_print(struct tty *t, const char *p, size_t n);

/* tty_refresh - hooks.prompt() would say something else now. */
void tty_refresh(struct tty *t);

/*
 * tty_raw - from hooks.line(): what is typed goes to @fn as it comes, until
 * tty_cooked(), after which lines are edited again. tty_print() shows then
 * what it gets. Either may be called by @fn.
 */
typedef void tty_raw_fn(void *arg, char c);
void tty_raw(struct tty *t, tty_raw_fn *fn, void *arg);
void tty_cooked(struct tty *t);

/*
 * tty_password - ask on the controlling terminal, without echo. Waits.
 * False: no terminal, end of file, or @n too small.
 */
bool tty_password(const char *ask, char *word, size_t n);

#endif
