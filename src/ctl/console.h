/*
 * The controlling prompt of -interactive: a terminal (ctl/tty.h) that is a
 * prompt (ctl/prompt.h).
 */
#ifndef CTL_CONSOLE_H
#define CTL_CONSOLE_H

#include "ctl/prompt.h"
#include "ctl/tty.h"

struct console;

/*
 * console_new - prompt on the controlling terminal. @complete: with
 * @complete_arg, or NULL. ^D runs the line `quit`. The prompt's hook may
 * end the console by prompt_quit() only; it goes after that line.
 * @gone: called when it is gone, once; may be NULL
 * NULL: no terminal (errno) or no memory.
 */
struct console *console_new(struct loop *l, struct prompts *ps,
    tty_complete_fn *complete, void *complete_arg,
    void (*gone)(void *arg), void *gone_arg);

/* console_free - before prompts_free(). Not from inside a command. */
void console_free(struct console *c);

#endif
