/* Prompts meet commands. */
#include "cmd/serve.h"

#include <string.h>

#include "base/err.h"
#include "cmd/web.h"
#include "ctl/measure.h"

static int
run_line(void *arg, struct prompt *pr, const char *line, struct txt *out)
{
	struct serve *s = arg;
	struct cmd_prompt cp = {
		.origin = prompt_from(pr),
		.pr = pr,
		.locked = !prompt_authed(pr),
	};
	struct cmd_ctx cx;
	int err;

	cmd_ctx_init(&cx, s->env, &cp, out, out);
	err = cmd_line(&cx, line);
	if (cp.quit)
		ctl_quit(s->env->ctl);
	return err;
}

static const char *
word(void *arg)
{
	struct serve *s = arg;

	return ctl_word(s->env->ctl);
}

int
serve_init(struct serve *s, struct cmd_env *e, const struct logger_conf *lc)
{
	struct prompt_hooks h = { .arg = s, .line = run_line, .word = word };

	s->env = e;
	if (ctl_serve(e->ctl, &h, lc) < 0)
		return -E_NOMEM;
	e->server = ctl_server(e->ctl);
	e->logger = ctl_logger(e->ctl);
	e->prompts = ctl_prompts(e->ctl);
	e->web = web_new(e);
	e->tests = measures_new(ctl_loop(e->ctl));
	if (e->web == NULL || e->tests == NULL)
		return -E_NOMEM;
	return 0;
}

void
serve_refresh(struct serve *s)
{
	prompts_refresh(ctl_prompts(s->env->ctl));
}

/* ---- the terminal ---- */

static const char *
tty_prompt(void *arg)
{
	struct serve *s = arg;

	return prompt_text(s->term);
}

static void
tty_line(void *arg, const char *line)
{
	struct serve *s = arg;

	prompt_run(s->term, line);
}

static void
tty_eof(void *arg)
{
	struct serve *s = arg;

	ctl_quit(s->env->ctl);
}

static void
tty_suspended(void *arg, bool yes)
{
	struct serve *s = arg;

	prompt_set_suspended(s->term, yes);
}

static size_t
tty_complete(void *arg, const char *line, size_t cursor, const char **out,
    size_t max)
{
	struct serve *s = arg;
	struct cmd_prompt cp = { .origin = "tty", .pr = s->term };
	char head[512], *save = NULL;
	size_t n = 0;

	if (cursor >= sizeof(head))
		return 0;
	memcpy(head, line, cursor);
	head[cursor] = '\0';
	txt_clear(&s->words);
	cmd_complete(s->env, &cp, head, &s->words);
	if (s->words.p == NULL)
		return 0;
	for (char *w = strtok_r(s->words.p, "\n", &save);
	    w != NULL && n < max; w = strtok_r(NULL, "\n", &save))
		out[n++] = w;
	return n;
}

static void
term_show(void *arg, const char *p, size_t n)
{
	struct serve *s = arg;

	if (s->tty != NULL)
		tty_print(s->tty, p, n);
}

static void
term_refresh(void *arg)
{
	struct serve *s = arg;

	if (s->tty != NULL)
		tty_refresh(s->tty);
}

static void
term_quit(void *arg)
{
	struct serve *s = arg;

	ctl_quit(s->env->ctl);
}

int
serve_terminal(struct serve *s)
{
	struct prompt_term term = { .arg = s, .show = term_show,
	    .refresh = term_refresh, .quit = term_quit };
	struct tty_hooks h = { .arg = s, .prompt = tty_prompt,
	    .line = tty_line, .eof = tty_eof, .complete = tty_complete,
	    .suspended = tty_suspended };

	s->term = prompt_new_term(ctl_prompts(s->env->ctl), "/dev/tty",
	    &term);
	if (s->term == NULL)
		return -E_NOMEM;
	s->env->serve = s;
	s->tty = tty_new(ctl_loop(s->env->ctl), -1, "ppp", &h);
	return s->tty != NULL ? 0 : -E_SYS;
}

void
serve_end(struct serve *s)
{
	if (s->env != NULL) {
		s->env->serve = NULL;
		web_free(s->env->web);
		s->env->web = NULL;
		measures_free(s->env->tests);
		s->env->tests = NULL;
	}
	if (s->tty != NULL)
		tty_free(s->tty);
	if (s->term != NULL)
		prompt_free_term(s->term);
	s->tty = NULL;
	s->term = NULL;
	txt_free(&s->words);
}
