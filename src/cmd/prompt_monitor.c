/* `monitor [seconds]`: the concentrator's numbers, until something is typed. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/monitor.h"
#include "cmd/pool.h"
#include "cmd/rows.h"
#include "lang/value.h"

#define INTERVAL	5u		/* seconds */

struct watcher {
	struct ctl *ctl;
	struct prompt *pr;		/* held */
	struct loop_timer *timer;	/* owner: this */
	unsigned interval, left;	/* seconds; until the next table */
	struct monitor m;
};

static void
sample(struct watcher *w)
{
	struct monitor_sample s = { .when = clock_now() };
	struct ctl_governor g;

	ctl_governor(w->ctl, &g);
	s.total = pool_sessions(&g);
	s.active = gov_count(g.gov).active;
	s.cpu = g.in.cpu;
	snprintf(s.reason, sizeof(s.reason), "%s",
	    gov_reason_name(g.gov->why));
	monitor_add(&w->m, &s);
}

/*
 * A table, or a blank: pppctl does not bear silence, and a client that has
 * gone is noticed by what cannot be sent to it.
 */
static void
on_second(void *arg, tstamp now)
{
	struct watcher *w = arg;
	struct txt t = { 0 };

	if (w->left > 1) {
		w->left--;
		txt_put(&t, " ");
	} else {
		sample(w);
		if (w->m.n > 1)
			txt_put(&t, "\n");
		monitor_text(&w->m, w->interval, "anything typed stops", &t);
		w->left = w->interval;
	}
	if (prompt_unsent(w->pr) <= PROMPT_UNSENT)
		prompt_more(w->pr, txt_str(&t), t.n);
	txt_free(&t);
	loop_timer_set(w->timer, now + SEC(1));
}

/* The prompt is going. */
static void
on_gone(void *arg)
{
	struct watcher *w = arg;

	loop_timer_free(w->timer);
	free(w);
}

static void
on_typed(void *arg)
{
	struct watcher *w = arg;
	struct prompt *pr = w->pr;

	if (w->left < w->interval)
		prompt_more(pr, "\n", 1);
	on_gone(w);
	prompt_release(pr);
}

int
run_monitor(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t interval = INTERVAL;
	struct watcher *w;
	int err;

	(void)r;
	if (a->n > 1 ||
	    (a->n == 1 && val_num(a->w[0], 1, 3600, &interval) < 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (!ctl_is_ac(cx->env->ctl))
		return cmd_bad(cx, "this is no concentrator: `show quality' "
		    "tells of one link");
	if (cx->prompt == NULL || cx->prompt->pr == NULL)
		return cmd_bad(cx, "give it at a prompt, or by pppctl");
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return cmd_bad(cx, "out of memory");
	w->ctl = cx->env->ctl;
	w->pr = cx->prompt->pr;
	w->interval = interval;
	w->timer = loop_timer_new(ctl_loop(w->ctl), on_second, w);
	if (w->timer == NULL) {
		free(w);
		return cmd_bad(cx, "out of memory");
	}
	prompt_hold(w->pr, on_gone, w);
	prompt_on_typed(w->pr, on_typed);
	loop_timer_set(w->timer, 0);
	return 0;
}
