/* Prompts: what one is, may and says; and all of them together. */
#include "ctl/prompt_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/ct.h"

static const char *const kind_names[] = {
	[PROMPT_CONTROLLER] = "Controller", [PROMPT_LOCAL] = "local",
	[PROMPT_IP] = "ip", [PROMPT_IP6] = "ip6",
};

/* ---- one prompt ---- */

static struct prompt *
prompt_alloc(struct prompts *ps, enum prompt_kind kind, const char *from)
{
	struct prompt *pr = calloc(1, sizeof(*pr));

	if (pr == NULL)
		return NULL;
	pr->ps = ps;
	pr->kind = kind;
	pr->fd = -1;
	pr->mask = LOG_ALWAYS;
	snprintf(pr->from, sizeof(pr->from), "%s", from);
	return pr;
}

struct prompt *
prompt_new(struct prompts *ps, enum prompt_kind kind, const char *from,
    int fd, const char *password, const void *owner)
{
	struct prompt *pr = prompt_alloc(ps, kind, from);

	if (pr == NULL)
		return NULL;
	pr->password = password;
	pr->authed = password[0] == '\0';
	pr->owner = owner;
	if (prompt_start(pr, fd) < 0) {
		free(pr);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&ps->list, pr, link);
	prompts_changed(ps);
	return pr;
}

struct prompt *
prompt_new_term(struct prompts *ps, const char *from,
    const struct prompt_term *term)
{
	struct prompt *pr = prompt_alloc(ps, PROMPT_CONTROLLER, from);

	if (pr == NULL)
		return NULL;
	pr->term = *term;
	pr->authed = true;
	TAILQ_INSERT_TAIL(&ps->list, pr, link);
	prompts_changed(ps);
	return pr;
}

void
prompt_free_term(struct prompt *pr)
{
	BUG_ON(pr->running || pr->term.show == NULL);
	prompt_end(pr);
}

int
prompt_run(struct prompt *pr, const char *line)
{
	int err;

	if (pr->gone != NULL && pr->typed != NULL)
		pr->typed(pr->gone_arg);
	err = prompt_blank(line) ? 0 : prompt_exec(pr, line);
	if (pr->closing)
		pr->term.quit(pr->term.arg);
	return err;
}

enum prompt_kind
prompt_kind(const struct prompt *pr)
{
	return pr->kind;
}

const char *
prompt_kind_name(enum prompt_kind kind)
{
	return kind_names[kind];
}

const char *
prompt_from(const struct prompt *pr)
{
	return pr->from;
}

bool
prompt_authed(const struct prompt *pr)
{
	return pr->authed;
}

bool
prompt_suspended(const struct prompt *pr)
{
	return pr->suspended;
}

void
prompt_set_suspended(struct prompt *pr, bool yes)
{
	pr->suspended = yes;
}

const char *
prompt_text(struct prompt *pr)
{
	struct prompts *ps = pr->ps;

	snprintf(ps->text, sizeof(ps->text), "%s %s %s> ",
	    ps->hook.word(ps->hook.arg), pr->authed ? "ON" : "on", ps->host);
	return ps->text;
}

bool
prompt_passwd(struct prompt *pr, const char *secret)
{
	if (!pr->authed)
		pr->authed = ct_equal(secret, strlen(secret), pr->password,
		    strlen(pr->password));
	return pr->authed;
}

uint32_t
prompt_mask(const struct prompt *pr)
{
	return pr->mask;
}

void
prompt_set_mask(struct prompt *pr, uint32_t mask)
{
	pr->mask = mask | LOG_ALWAYS;
	prompts_changed(pr->ps);
}

void
prompt_follow(struct prompt *pr, bool yes)
{
	pr->follows = yes;
}

bool
prompt_flooded(const struct prompt *pr)
{
	return pr->dead || outq_size(&pr->out) > PROMPT_UNSENT;
}

size_t
prompt_unsent(const struct prompt *pr)
{
	return outq_size(&pr->out);
}

void
prompt_out(struct prompt *pr, const char *p, size_t n)
{
	if (pr->term.show != NULL || pr->running)
		prompt_put(pr, p, n);
	else if (!prompt_flooded(pr))
		prompt_put_aside(pr, p, n);
}

void
prompt_drop(struct prompt *pr)
{
	pr->closing = true;
	if (pr->again != NULL)
		loop_timer_set(pr->again, 0);
}

bool
prompt_quit(struct prompt *pr, bool all)
{
	prompt_drop(pr);
	return pr->kind == PROMPT_CONTROLLER || (all && pr->authed);
}

/* ---- all of them ---- */

void
prompts_changed(struct prompts *ps)
{
	if (ps->mask_fn != NULL)
		ps->mask_fn(ps->mask_arg);
}

static void
host_name(char *host, size_t n)
{
	if (gethostname(host, n - 1) < 0)
		host[0] = '\0';
	host[n - 1] = '\0';
	host[strcspn(host, ".")] = '\0';
	if (host[0] == '\0')
		snprintf(host, n, "localhost");
}

struct prompts *
prompts_new(struct loop *l, const struct prompt_hooks *h)
{
	struct prompts *ps = calloc(1, sizeof(*ps));

	if (ps == NULL)
		return NULL;
	TAILQ_INIT(&ps->list);
	ps->loop = l;
	ps->hook = *h;
	host_name(ps->host, sizeof(ps->host));
	return ps;
}

void
prompts_free(struct prompts *ps)
{
	struct prompt *pr;

	if (ps == NULL)
		return;
	ps->mask_fn = NULL;
	while ((pr = TAILQ_FIRST(&ps->list)) != NULL) {
		BUG_ON(pr->running);
		if (pr->fd >= 0)
			outq_flush(&pr->out, pr->fd);
		prompt_end(pr);
	}
	free(ps);
}

void
prompts_refresh(struct prompts *ps)
{
	struct prompt *pr;

	TAILQ_FOREACH(pr, &ps->list, link)
		if (pr->term.show != NULL)
			pr->term.refresh(pr->term.arg);
		else if (pr->shown && !prompt_flooded(pr))
			prompt_put_aside(pr, "", 0);
}

void
prompts_log(struct prompts *ps, enum log_level level, bool logged,
    const char *text)
{
	char line[LOG_TEXT + 32];
	struct prompt *pr;
	int n;

	n = snprintf(line, sizeof(line), "%s: %s\n", log_level_name(level),
	    text);
	if (n >= (int)sizeof(line)) {
		n = (int)sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	TAILQ_FOREACH(pr, &ps->list, link)
		if (pr->authed && ((pr->mask & LOG_BIT(level)) ||
		    (pr->follows && logged)))
			prompt_out(pr, line, (size_t)n);
}

uint32_t
prompts_mask(const struct prompts *ps)
{
	const struct prompt *pr;
	uint32_t mask = 0;

	TAILQ_FOREACH(pr, &ps->list, link)
		mask |= pr->mask;
	return mask;
}

void
prompts_on_mask(struct prompts *ps, void (*fn)(void *arg), void *arg)
{
	ps->mask_fn = fn;
	ps->mask_arg = arg;
}

void
prompts_drop(struct prompts *ps, const void *owner)
{
	struct prompt *pr;

	TAILQ_FOREACH(pr, &ps->list, link)
		if (pr->owner == owner && pr->term.show == NULL)
			prompt_drop(pr);
}

void
prompts_each(struct prompts *ps, prompt_each_fn *fn, void *arg)
{
	struct prompt *pr, *next;

	for (pr = TAILQ_FIRST(&ps->list); pr != NULL; pr = next) {
		next = TAILQ_NEXT(pr, link);
		fn(arg, pr);
	}
}

unsigned
prompts_count(const struct prompts *ps, const void *owner)
{
	const struct prompt *pr;
	unsigned n = 0;

	TAILQ_FOREACH(pr, &ps->list, link)
		n += pr->owner == owner && !pr->dead;
	return n;
}

bool
prompts_drop_stranger(struct prompts *ps, const void *owner)
{
	struct prompt *pr;

	TAILQ_FOREACH(pr, &ps->list, link)
		if (pr->owner == owner && !pr->authed && !pr->dead) {
			prompt_kill(pr);
			return true;
		}
	return false;
}
