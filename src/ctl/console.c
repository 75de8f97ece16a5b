/* A terminal that is a prompt. */
#include "ctl/console.h"

#include <stdlib.h>
#include <unistd.h>

struct console {
	struct prompts *ps;
	struct prompt *pr;
	struct tty *tty;		/* NULL: it has ended */
	tty_complete_fn *complete;
	void	*complete_arg;
	void	(*gone)(void *arg);
	void	*gone_arg;
};

/* ---- as the terminal sees it ---- */

static const char *
text(void *arg)
{
	struct console *c = arg;

	return prompt_text(c->pr);
}

static void
on_line(void *arg, const char *line)
{
	struct console *c = arg;

	prompt_run(c->pr, line);
}

static void
on_eof(void *arg)
{
	on_line(arg, "quit");
}

static size_t
on_complete(void *arg, const char *line, size_t cursor, const char **word,
    size_t max)
{
	struct console *c = arg;

	return c->complete(c->complete_arg, line, cursor, word, max);
}

static void
on_suspended(void *arg, bool yes)
{
	struct console *c = arg;

	prompt_set_suspended(c->pr, yes);
}

/* ---- as the prompt sees it ---- */

static void
show(void *arg, const char *p, size_t n)
{
	struct console *c = arg;

	if (c->tty != NULL)
		tty_print(c->tty, p, n);
}

static void
refresh(void *arg)
{
	struct console *c = arg;

	if (c->tty != NULL)
		tty_refresh(c->tty);
}

static void
quit(void *arg)
{
	struct console *c = arg;
	struct tty *tty = c->tty;

	c->tty = NULL;
	tty_free(tty);
	if (tty != NULL && c->gone != NULL)
		c->gone(c->gone_arg);
}

struct console *
console_new(struct loop *l, struct prompts *ps, tty_complete_fn *complete,
    void *complete_arg, void (*gone)(void *arg), void *gone_arg)
{
	struct console *c = calloc(1, sizeof(*c));
	struct prompt_term term = {
		.arg = c, .show = show, .refresh = refresh, .quit = quit,
	};
	struct tty_hooks hooks = {
		.arg = c, .prompt = text, .line = on_line, .eof = on_eof,
		.complete = complete != NULL ? on_complete : NULL,
		.suspended = on_suspended,
	};
	const char *name;

	if (c == NULL)
		return NULL;
	*c = (struct console){
		.ps = ps, .complete = complete, .complete_arg = complete_arg,
		.gone = gone, .gone_arg = gone_arg,
	};
	name = ttyname(STDIN_FILENO);
	c->pr = prompt_new_term(ps, name != NULL ? name : "/dev/tty", &term);
	if (c->pr != NULL)
		c->tty = tty_new(l, -1, "ppp", &hooks);
	if (c->tty == NULL) {
		if (c->pr != NULL)
			prompt_free_term(c->pr);
		free(c);
		return NULL;
	}
	return c;
}

void
console_free(struct console *c)
{
	if (c == NULL)
		return;
	tty_free(c->tty);
	prompt_free_term(c->pr);
	free(c);
}
