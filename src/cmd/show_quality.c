/* show quality: what `set quality` has measured. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"
#include "ctl/pick.h"
#include "lang/value.h"

struct line {			/* one session */
	struct sess_rec r;
	struct quality_book *book;	/* owner; NULL: not asked for */
	struct quality_row recent;	/* its kept steps */
	uint32_t span;			/* seconds that they are about */
};

struct asked {
	const char *who;		/* NULL: everybody */
	bool	 worst, course;
	uint32_t most;			/* of the worst */
	enum out_form form;
	tstamp	 now;
	struct out_table *ot;
	struct line *line;		/* of everybody */
	size_t	 n, cap;
	bool	 lost, found;
};

static const struct out_col cols[] = {
	{ "interface", NULL, false }, { "peer", NULL, false },
	{ "sid", NULL, true }, { "user", NULL, false },
	{ "seconds", NULL, true }, { "ago", NULL, true },
	{ "sent", NULL, true }, { "lost", NULL, true },
	{ "loss%", "loss_percent", true }, { "min", "min_ms", true },
	{ "q1", "q1_ms", true }, { "median", "median_ms", true },
	{ "q3", "q3_ms", true }, { "max", "max_ms", true },
	{ "mdev", "mdev_ms", true }, { "jitter", "jitter_ms", true },
};

static void
ms(struct out_table *ot, uint32_t us)
{
	if (us == QUALITY_NONE)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%u.%03u", us / 1000, us % 1000);
}

/* One row, about @span seconds. */
static void
put(const struct asked *q, const struct sess_rec *r, uint32_t span,
    const struct quality_row *w)
{
	struct out_table *ot = q->ot;
	struct txt mac = { 0 };
	uint32_t permille = w->sent == 0 ? 0 :
	    (uint32_t)((w->lost * 1000ull + w->sent / 2) / w->sent);

	put_mac(r->key.mac, &mac);
	out_cell(ot, "%s", r->ifname);
	out_cell(ot, "%s", txt_str(&mac));
	out_cell(ot, "%u", r->key.sid);
	out_cell(ot, "%s", r->name[0] != '\0' ? r->name : r->ac_name);
	out_cell(ot, "%u", span);
	if (w->sent == 0)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%u", (uint32_t)(q->now / SEC(1)) - w->at);
	out_cell(ot, "%u", w->sent);
	out_cell(ot, "%u", w->lost);
	if (w->sent == 0)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%u.%u", permille / 10, permille % 10);
	ms(ot, w->min);
	ms(ot, w->q1);
	ms(ot, w->median);
	ms(ot, w->q3);
	ms(ot, w->max);
	ms(ot, w->mdev);
	ms(ot, w->jitter);
	txt_free(&mac);
}

/* The course of one session: from what is coarse and old to the last step. */
static void
course(const struct asked *q, const struct sess_rec *r,
    const struct quality_book *b)
{
	for (unsigned age = QUALITY_AGES; age-- > 0;)
		for (unsigned k = quality_kept(b, age); k-- > 0;)
			put(q, r, quality_span(&b->conf, age),
			    quality_back(b, age, k));
}

static bool
is_meant(const struct sess_rec *r, void *arg)
{
	return pick_means(r, ((const struct asked *)arg)->who);
}

static bool
one(const struct sess_rec *r, const struct quality_book *b, void *arg)
{
	struct asked *q = arg;
	struct line *l = q->line;

	if (q->who != NULL) {
		q->found = true;
		course(q, r, b);
		return true;
	}
	if (q->n == q->cap) {
		size_t cap = q->cap > 0 ? q->cap * 2 : 64;

		l = realloc(l, cap * sizeof(*l));
		q->lost = l == NULL;
		if (q->lost)
			return false;
		q->line = l;
		q->cap = cap;
	}
	l = &l[q->n++];
	l->r = *r;
	l->book = NULL;
	l->span = quality_kept(b, 0) * quality_span(&b->conf, 0);
	quality_recent(b, &l->recent);
	return true;
}

static int
by_ticket(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;

	return a->r.ticket < b->r.ticket ? -1 : a->r.ticket > b->r.ticket;
}

/* Of the worst, in the order of their tickets by now, the line of @r; NULL:
 * not of them. */
static struct line *
worst_line(const struct asked *q, const struct sess_rec *r)
{
	const struct line wish = { .r.ticket = r->ticket };

	return q->n == 0 ? NULL :
	    bsearch(&wish, q->line, q->n, sizeof(wish), by_ticket);
}

static bool
is_worst(const struct sess_rec *r, void *arg)
{
	return worst_line(arg, r) != NULL;
}

static bool
keep_book(const struct sess_rec *r, const struct quality_book *b, void *arg)
{
	struct asked *q = arg;
	struct line *l = worst_line(q, r);

	l->book = malloc(sizeof(*b));
	q->lost = l->book == NULL;
	if (!q->lost)
		*l->book = *b;
	return !q->lost;
}

static int
by_quality(const void *pa, const void *pb)
{
	const struct line *a = pa, *b = pb;

	return quality_worse(&a->recent, &b->recent) ? -1 :
	    quality_worse(&b->recent, &a->recent);
}

/* The words behind `show quality`. */
static int
ask(struct cmd_ctx *cx, const struct args *a, struct asked *q)
{
	for (int i = 0; i < a->n; i++) {
		int form = out_form_find(a->w[i]);

		if (form >= 0 && i == a->n - 1) {
			q->form = (enum out_form)form;
		} else if (i > 0) {
			return ROW_USAGE;
		} else if (strcasecmp(a->w[i], "worst") == 0) {
			if (i + 1 == a->n)
				return ROW_USAGE;
			if (val_num(a->w[++i], 1, UINT32_MAX, &q->most) < 0)
				return cmd_bad(cx, "%s: not a number of "
				    "sessions", a->w[i]);
			q->worst = true;
			q->course = i + 1 < a->n &&
			    strcasecmp(a->w[i + 1], "course") == 0;
			i += q->course;
		} else {
			q->who = a->w[i];
		}
	}
	return 0;
}

static void
sort(struct asked *q, int (*by)(const void *, const void *))
{
	if (q->n > 0)
		qsort(q->line, q->n, sizeof(*q->line), by);
}

static void
everybody(struct cmd_ctx *cx, struct asked *q)
{
	if (q->worst) {
		sort(q, by_quality);
		q->n = q->n < q->most ? q->n : q->most;
	}
	if (q->course) {
		sort(q, by_ticket);
		ctl_quality(cx->env->ctl, is_worst, keep_book, q);
		sort(q, by_quality);
	}
	for (size_t i = 0; i < q->n; i++) {
		struct line *l = &q->line[i];

		if (!q->course)
			put(q, &l->r, l->span, &l->recent);
		else if (l->book != NULL)
			course(q, &l->r, l->book);
		free(l->book);
	}
}

int
show_quality(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct asked q = { .form = OUT_TEXT, .now = clock_now() };
	int err;

	(void)r;
	if (cmd_held(cx, &err))
		return err;
	err = ask(cx, a, &q);
	if (err != 0)
		return err;
	q.ot = out_table_new(cols, sizeof(cols) / sizeof(cols[0]));
	ctl_quality(cx->env->ctl, q.who != NULL ? is_meant : NULL, one, &q);
	everybody(cx, &q);
	if (q.who != NULL && !q.found)
		err = cmd_bad(cx, "%s: not measured", q.who);
	else if (q.form == OUT_TEXT && out_table_rows(q.ot) == 0)
		txt_put(cx->out, "Nothing is measured yet; `set quality on' "
		    "does.\n");
	else
		out_table_put(q.ot, q.form, cx->out);
	if (q.lost)
		remark(&cx->diag, "out of memory: not all of them");
	out_table_free(q.ot);
	free(q.line);
	return err;
}
