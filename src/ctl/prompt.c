/*
 * One prompt on a socket. Input is taken in pieces, cut into lines and run
 * in order, at most BATCH lines a turn of the loop, and none while the
 * client has not taken the answers of the earlier ones. Output waits in a
 * queue. Only settle() frees, so nothing goes while a command runs.
 */
#include "ctl/prompt_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"

#define BATCH		16		/* lines run in one turn */
#define BEHIND		65536u		/* unsent octets: no next command */
#define UNSENT_MAX	(64u << 20)	/* octets; no answer is larger */

void
prompt_end(struct prompt *pr)
{
	struct prompts *ps = pr->ps;

	if (pr->gone != NULL)
		pr->gone(pr->gone_arg);
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
	prompts_changed(ps);
}

/* Wherever we are: at the next turn. */
void
prompt_kill(struct prompt *pr)
{
	pr->dead = true;
	loop_timer_set(pr->again, 0);
}

/* ---- output ---- */

void
prompt_put(struct prompt *pr, const char *p, size_t n)
{
	if (n == 0 || pr->dead)
		return;
	if (pr->term.show != NULL) {
		pr->term.show(pr->term.arg, p, n);
		return;
	}
	outq_add(&pr->out, p, n);
	if (pr->out.t.lost || outq_size(&pr->out) > UNSENT_MAX)
		prompt_kill(pr);
}

static void
put_prompt(struct prompt *pr)
{
	const char *text = prompt_text(pr);

	pr->redraw = false;
	pr->shown = true;
	prompt_put(pr, text, strlen(text));
}

/* Text at any time; the prompt follows at the next turn, once. */
void
prompt_put_aside(struct prompt *pr, const char *p, size_t n)
{
	if (pr->shown)
		prompt_put(pr, "\n", 1);
	if (pr->shown && !pr->closing)
		pr->redraw = true;
	pr->shown = false;
	prompt_put(pr, p, n);
	loop_timer_set(pr->again, 0);
}

/* ---- a command that goes on ---- */

void
prompt_hold(struct prompt *pr, void (*gone)(void *arg), void *arg)
{
	pr->gone = gone;
	pr->typed = NULL;
	pr->gone_arg = arg;
}

void
prompt_on_typed(struct prompt *pr, void (*typed)(void *arg))
{
	pr->typed = typed;
}

void
prompt_more(struct prompt *pr, const char *p, size_t n)
{
	prompt_put(pr, p, n);
	if (pr->again != NULL)
		loop_timer_set(pr->again, 0);
}

void
prompt_release(struct prompt *pr)
{
	pr->gone = NULL;
	if (pr->term.show != NULL)
		pr->term.refresh(pr->term.arg);
	else
		put_prompt(pr);
	if (pr->again != NULL)
		loop_timer_set(pr->again, 0);
}

/* ---- commands ---- */

bool
prompt_blank(const char *s)
{
	return s[strspn(s, " \t")] == '\0';
}

int
prompt_exec(struct prompt *pr, const char *line)
{
	struct txt out = { 0 };
	int err;

	pr->running = true;
	pr->shown = pr->redraw = false;
	err = pr->ps->hook.line(pr->ps->hook.arg, pr, line, &out);
	if (out.n > 0 && out.p[out.n - 1] != '\n')
		txt_add(&out, "\n", 1);
	prompt_put(pr, txt_str(&out), out.n);
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
		prompt_put(pr, too_long, sizeof(too_long) - 1);
	else if (!prompt_blank(pr->lines.buf))
		prompt_exec(pr, pr->lines.buf);
	ct_wipe(pr->lines.buf, sizeof(pr->lines.buf));
	if (!pr->closing && pr->gone == NULL)
		put_prompt(pr);
}

static void
run_lines(struct prompt *pr)
{
	enum line_kind kind;
	size_t used;

	for (int i = 0; i < BATCH; i++) {
		if (pr->dead || pr->closing || pr->gone != NULL ||
		    outq_size(&pr->out) > BEHIND)
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
	bool hears = pr->gone == NULL ? unsent <= BEHIND && !pr->closing :
	    pr->typed != NULL;
	unsigned want = unsent > 0 ? LOOP_WRITE : 0;

	if (hears) {
		if (more)
			loop_timer_set(pr->again, 0);
		else
			want |= LOOP_READ;
	}
	if (loop_fd_want(pr->watch, want) < 0)
		prompt_kill(pr);
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
	prompt_end(pr);
}

static void
on_fd(void *arg, unsigned what)
{
	struct prompt *pr = arg;

	if (what & LOOP_WRITE)
		flush(pr);
	if (what & LOOP_READ)
		fill(pr);
	if (pr->gone != NULL && pr->typed != NULL && !pr->dead &&
	    (pr->in_off < pr->in_n || pr->eof))
		pr->typed(pr->gone_arg);
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

int
prompt_start(struct prompt *pr, int fd)
{
	struct loop *l = pr->ps->loop;

	pr->watch = loop_fd_new(l, fd, on_fd, pr);
	pr->again = loop_timer_new(l, on_again, pr);
	pr->stall = loop_timer_new(l, on_stall, pr);
	if (pr->watch == NULL || pr->again == NULL || pr->stall == NULL) {
		loop_fd_free(pr->watch);
		loop_timer_free(pr->again);
		loop_timer_free(pr->stall);
		return -E_NOMEM;
	}
	pr->fd = fd;
	put_prompt(pr);
	loop_timer_set(pr->again, 0);
	return 0;
}
