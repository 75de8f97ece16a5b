/*
 * Prompts. Input is taken in pieces of IN octets, cut into lines and run in
 * order, at most BATCH lines a turn of the loop, and none while the client
 * has not taken the answers of the earlier ones. Output waits in a queue.
 * Nothing is freed while a command runs: see settle().
 */
#include "ctl/prompt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/ct.h"
#include "ctl/lines.h"
#include "ctl/outq.h"

#define IN	2048u		/* octets read at once */
#define BATCH	16		/* lines run in one turn */
#define BEHIND	65536u		/* unsent octets that stop the next command */
#define UNSENT_MAX	(64u << 20)	/* octets; not even one answer is larger */

struct prompt {
	TAILQ_ENTRY(prompt) link;
	struct prompts *ps;
	enum prompt_kind kind;
	char	 from[64];
	const char *password;		/* borrows */
	const void *owner;
	uint32_t mask;
	bool	 authed, suspended;
	bool	 shown;			/* the prompt is on the last line */
	bool	 redraw;		/* ... and has to be */
	bool	 running;		/* its command runs: do not free */
	bool	 closing;		/* free it when all is sent */
	bool	 dead;			/* free it */
	bool	 eof;
	bool	 late;			/* the stall timer runs */
	struct prompt_term term;	/* show NULL: a socket */

	int	 fd;
	struct loop_fd *watch;
	struct loop_timer *again, *stall;
	struct lines lines;
	struct outq out;
	size_t	 in_off, in_n;
	char	 in[IN];
};

struct prompts {
	TAILQ_HEAD(, prompt) list;
	struct loop *loop;
	struct prompt_hooks hook;
	void	(*mask_fn)(void *arg);
	void	*mask_arg;
	char	 host[64];
	char	 text[96];		/* of prompt_text() */
};

static const char *const kind_names[] = {
	[PROMPT_CONTROLLER] = "Controller", [PROMPT_LOCAL] = "local",
	[PROMPT_IP] = "ip", [PROMPT_IP6] = "ip6",
};

/* ---- the end of one ---- */

static void
masks_changed(struct prompts *ps)
{
	if (ps->mask_fn != NULL)
		ps->mask_fn(ps->mask_arg);
}

static void
prompt_free(struct prompt *pr)
{
	struct prompts *ps = pr->ps;

	TAILQ_REMOVE(&ps->list, pr, link);
	loop_fd_free(pr->watch);
	loop_timer_free(pr->again);
	loop_timer_free(pr->stall);
	if (pr->fd >= 0)
		close(pr->fd);
	outq_free(&pr->out);
	ct_wipe(pr->in, sizeof(pr->in));
	ct_wipe(&pr->lines, sizeof(pr->lines));
	free(pr);
	masks_changed(ps);
}

/* Wherever we are: at the next turn. */
static void
die(struct prompt *pr)
{
	pr->dead = true;
	loop_timer_set(pr->again, 0);
}

/* ---- output ---- */

static void
put(struct prompt *pr, const char *p, size_t n)
{
	if (n == 0 || pr->dead)
		return;
	if (pr->term.show != NULL) {
		pr->term.show(pr->term.arg, p, n);
		return;
	}
	outq_add(&pr->out, p, n);
	if (pr->out.t.lost || outq_size(&pr->out) > UNSENT_MAX)
		die(pr);
}

static void
put_prompt(struct prompt *pr)
{
	const char *text = prompt_text(pr);

	pr->redraw = false;
	pr->shown = true;
	put(pr, text, strlen(text));
}

/* Text at any time; the prompt follows at the next turn, once. */
static void
put_aside(struct prompt *pr, const char *p, size_t n)
{
	if (pr->shown)
		put(pr, "\n", 1);
	if (pr->shown && !pr->closing)
		pr->redraw = true;
	pr->shown = false;
	put(pr, p, n);
	loop_timer_set(pr->again, 0);
}

/* ---- commands ---- */

static bool
blank(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

static int
run(struct prompt *pr, const char *line)
{
	struct txt out = { 0 };
	int err;

	pr->running = true;
	pr->shown = pr->redraw = false;
	err = pr->ps->hook.line(pr->ps->hook.arg, pr, line, &out);
	if (out.n > 0 && out.p[out.n - 1] != '\n')
		txt_add(&out, "\n", 1);
	put(pr, txt_str(&out), out.n);
	txt_free(&out);
	pr->running = false;
	return err;
}

static void
take_line(struct prompt *pr, enum line_kind kind)
{
	static const char too_long[] = "Warning: Line too long, ignored\n";

	if (pr->redraw)		/* what it was typed at */
		put_prompt(pr);
	if (kind == LINE_TOO_LONG)
		put(pr, too_long, sizeof(too_long) - 1);
	else if (!blank(pr->lines.buf))
		run(pr, pr->lines.buf);
	ct_wipe(pr->lines.buf, sizeof(pr->lines.buf));
	if (!pr->closing)
		put_prompt(pr);
}

static void
run_lines(struct prompt *pr)
{
	enum line_kind kind;
	size_t used;

	for (int i = 0; i < BATCH; i++) {
		if (pr->dead || pr->closing || outq_size(&pr->out) > BEHIND)
			return;
		if (pr->in_off < pr->in_n) {
			kind = lines_take(&pr->lines, pr->in + pr->in_off,
			    pr->in_n - pr->in_off, &used);
			pr->in_off += used;
		} else if (pr->eof) {
			kind = lines_end(&pr->lines);
			pr->closing = kind == LINE_NONE;
		} else
			return;
		if (kind != LINE_NONE)
			take_line(pr, kind);
	}
}

/* ---- the socket ---- */

static void
fill(struct prompt *pr)
{
	ssize_t n;

	if (pr->in_off < pr->in_n || pr->eof)
		return;
	n = read(pr->fd, pr->in, sizeof(pr->in));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	pr->in_off = 0;
	pr->in_n = n > 0 ? (size_t)n : 0;
	if (n == 0)
		pr->eof = true;
	else if (n < 0)
		pr->dead = true;
}

static void
flush(struct prompt *pr)
{
	size_t limit = pr->closing || pr->eof ? 0 : PROMPT_UNSENT;
	long sent = outq_flush(&pr->out, pr->fd);
	bool late = outq_size(&pr->out) > limit;

	if (sent < 0)
		pr->dead = true;
	else if (!late)
		loop_timer_set(pr->stall, NEVER);
	else if (sent > 0 || !pr->late)
		loop_timer_set(pr->stall, clock_now() + PROMPT_STALL);
	pr->late = late;
}

/* What to wait for next. */
static void
watch(struct prompt *pr)
{
	size_t unsent = outq_size(&pr->out);
	bool more = pr->in_off < pr->in_n || pr->eof;
	unsigned want = unsent > 0 ? LOOP_WRITE : 0;

	if (unsent <= BEHIND && !pr->closing) {
		if (more)
			loop_timer_set(pr->again, 0);
		else
			want |= LOOP_READ;
	}
	if (loop_fd_want(pr->watch, want) < 0)
		die(pr);
}

/* After anything happened: send, then free or wait. */
static void
settle(struct prompt *pr)
{
	if (pr->redraw && !pr->closing)
		put_prompt(pr);
	if (!pr->dead)
		flush(pr);
	if (!pr->dead && !(pr->closing && outq_size(&pr->out) == 0)) {
		watch(pr);
		return;
	}
	pr->dead = true;
	log_put(LOG_PHASE, "Client connection %s.",
	    pr->closing && !pr->eof ? "dropped" : "closed");
	prompt_free(pr);
}

static void
on_fd(void *arg, unsigned what)
{
	struct prompt *pr = arg;

	if (what & LOOP_WRITE)
		flush(pr);
	if (what & LOOP_READ)
		fill(pr);
	run_lines(pr);
	settle(pr);
}

static void
on_again(void *arg, tstamp now)
{
	(void)now;
	on_fd(arg, 0);
}

static void
on_stall(void *arg, tstamp now)
{
	struct prompt *pr = arg;

	(void)now;
	pr->dead = true;
	log_put(LOG_WARN_, "Client %s takes no output: %zu octets lost",
	    pr->from, outq_size(&pr->out));
	settle(pr);
}

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
	pr->watch = loop_fd_new(ps->loop, fd, on_fd, pr);
	pr->again = loop_timer_new(ps->loop, on_again, pr);
	pr->stall = loop_timer_new(ps->loop, on_stall, pr);
	if (pr->watch == NULL || pr->again == NULL || pr->stall == NULL) {
		loop_fd_free(pr->watch);
		loop_timer_free(pr->again);
		loop_timer_free(pr->stall);
		free(pr);
		return NULL;
	}
	pr->fd = fd;
	TAILQ_INSERT_TAIL(&ps->list, pr, link);
	put_prompt(pr);
	loop_timer_set(pr->again, 0);
	masks_changed(ps);
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
	masks_changed(ps);
	return pr;
}

void
prompt_free_term(struct prompt *pr)
{
	BUG_ON(pr->running || pr->term.show == NULL);
	prompt_free(pr);
}

int
prompt_run(struct prompt *pr, const char *line)
{
	int err = blank(line) ? 0 : run(pr, line);

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
	masks_changed(pr->ps);
}

static bool
flooded(const struct prompt *pr)
{
	return pr->dead || outq_size(&pr->out) > PROMPT_UNSENT;
}

void
prompt_out(struct prompt *pr, const char *p, size_t n)
{
	if (pr->term.show != NULL || pr->running)
		put(pr, p, n);
	else if (!flooded(pr))
		put_aside(pr, p, n);
}

static void
drop(struct prompt *pr)
{
	pr->closing = true;
	if (pr->again != NULL)
		loop_timer_set(pr->again, 0);
}

bool
prompt_quit(struct prompt *pr, bool all)
{
	drop(pr);
	return pr->kind == PROMPT_CONTROLLER || (all && pr->authed);
}

/* ---- all of them ---- */

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
		prompt_free(pr);
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
		else if (pr->shown && !flooded(pr))
			put_aside(pr, "", 0);
}

void
prompts_log(struct prompts *ps, enum log_level level, const char *text)
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
		if (pr->authed && (pr->mask & LOG_BIT(level)))
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
			drop(pr);
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
			die(pr);
			return true;
		}
	return false;
}
