/* set flows, set flowkey, show flows: statistics of flows. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "cmd/set.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"

#define SECS		300u
#define SECS_MOST	86400u
#define KEEP		12u
#define KEEP_MOST	999u
#define MAX		16384u
#define TOP		20u		/* rows shown without a word */

/* ---- set ---- */

/* A word alone; false: it is none of them. */
static bool
take_word(const char *word, struct flow_conf *c)
{
	if (strcasecmp(word, "csv") == 0)
		c->csv = true;
	else if (strcasecmp(word, "json") == 0)
		c->csv = false;
	else if (strcasecmp(word, "anonymous") == 0)
		c->anonymous = true;
	else
		return false;
	return true;
}

static int
take_pair(struct cmd_ctx *cx, const char *word, const char *val,
    struct flow_conf *c)
{
	uint32_t n = 0;

	if (strcasecmp(word, "every") == 0) {
		if (val_secs(val, 1, SECS_MOST, &c->secs) < 0)
			return cmd_bad(cx, "every %s: not 1 second to a day",
			    val);
	} else if (strcasecmp(word, "max") == 0) {
		if (val_num(val, FLOW_LEAST, FLOW_MOST, &c->max) < 0)
			return cmd_bad(cx, "max %s: not %u to %u flows", val,
			    FLOW_LEAST, FLOW_MOST);
	} else if (strcasecmp(word, "keep") == 0) {
		if (val_num(val, 0, KEEP_MOST, &n) < 0)
			return cmd_bad(cx, "keep %s: not 0 to %u files", val,
			    KEEP_MOST);
		c->keep = (uint16_t)n;
	} else
		return ROW_USAGE;
	return 0;
}

int
set_flows(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct flow_conf *in = &cx->draft->p.flows;
	struct flow_conf c = { .serial = in->serial + 1, .secs = SECS,
	    .max = MAX, .keep = KEEP, .csv = true };
	int err = 0;

	(void)r;
	if (a->n == 0)
		return ROW_USAGE;
	if (strcasecmp(a->w[0], "off") != 0)
		err = cmd_path(cx, a->w[0], c.path, sizeof(c.path));
	else if (a->n > 1)
		return ROW_USAGE;
	for (int i = 1; i < a->n && err == 0; i++) {
		if (take_word(a->w[i], &c))
			continue;
		if (i + 1 == a->n)
			return ROW_USAGE;
		i++;
		err = take_pair(cx, a->w[i - 1], a->w[i], &c);
	}
	if (err == 0)
		memcpy(in, &c, sizeof(c));
	return err;
}

int
set_flowkey(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const char *s = a->n > 0 ? a->w[0] : "";
	char *to = cx->draft->p.flow_key;
	int err;

	(void)r;
	if (a->n > 1)
		return ROW_USAGE;
	if (s[0] != '\0' && (err = cmd_private(cx)) != 0)
		return err;
	if (strlen(s) > FLOW_KEY)
		return cmd_bad(cx, "key longer than %u octets", FLOW_KEY);
	ct_wipe(to, FLOW_KEY + 1);
	memcpy(to, s, strlen(s));
	return 0;
}

void
put_flows(const struct flow_conf *c, struct txt *t)
{
	txt_put(t, "%s, a file every %u seconds, %u kept; at most %u flows "
	    "a lane%s", c->csv ? "csv" : "json", c->secs, c->keep, c->max,
	    c->anonymous ? "; anonymous" : "");
}

/* ---- show ---- */

struct asked {
	const char *who;		/* NULL: everybody */
	bool	 by_mac, worst, sessions;
	uint8_t	 mac[ETH_ADDR];
	uint32_t most;
	enum out_form form;
	struct flow_row *row;		/* owner */
	size_t	 n, cap;
	bool	 lost;
};

static bool
is_meant(const struct asked *q, const struct flow_row *r)
{
	if ((r->id.family == 0) != q->sessions)
		return false;
	if (q->who == NULL)
		return true;
	return q->by_mac ? memcmp(r->who.mac, q->mac, ETH_ADDR) == 0 :
	    strcmp(r->who.name, q->who) == 0;
}

static int
by_octets(const void *pa, const void *pb)
{
	uint64_t a = flow_sum(pa, FLOW_OCTETS), b = flow_sum(pb, FLOW_OCTETS);

	return a > b ? -1 : a < b;
}

/* Of what was sent so much was sent again; then the longer way. */
static double
share(const struct flow_row *r)
{
	uint64_t all = flow_sum(r, FLOW_DATA_PKTS);

	return all == 0 ? 0 : (double)flow_sum(r, FLOW_RETX_PKTS) /
	    (double)all;
}

static double
mean_ms(const uint64_t *n)
{
	return n[FLOW_RTTS] == 0 ? 0 : (double)n[FLOW_RTT_SUM] /
	    (double)n[FLOW_RTTS] / 1000;
}

static int
by_quality(const void *pa, const void *pb)
{
	const struct flow_row *ra = pa, *rb = pb;
	double a = share(ra), b = share(rb);

	if (a > b || a < b)
		return a > b ? -1 : 1;
	a = mean_ms(ra->n[0]) + mean_ms(ra->n[1]);
	b = mean_ms(rb->n[0]) + mean_ms(rb->n[1]);
	return a > b ? -1 : a < b;
}

/* The first ones come first, and no more than are asked for stay. */
static void
best(struct asked *q)
{
	if (q->n > 0)
		qsort(q->row, q->n, sizeof(*q->row), q->worst ? by_quality :
		    by_octets);
	if (q->n > q->most)
		q->n = q->most;
}

static bool
more_room(struct asked *q)
{
	size_t cap = q->cap > 0 ? q->cap * 2 : 64;
	struct flow_row *more = realloc(q->row, cap * sizeof(*more));

	q->lost = more == NULL;
	if (q->lost)
		return false;
	q->row = more;
	q->cap = cap;
	return true;
}

static bool
one(const struct flow_row *r, void *arg)
{
	struct asked *q = arg;

	if (!is_meant(q, r))
		return true;
	if (q->n == q->cap && q->n / 2 >= q->most)
		best(q);
	if (q->n == q->cap && !more_room(q))
		return false;
	q->row[q->n++] = *r;
	return true;
}

static int
ask(struct cmd_ctx *cx, const struct args *a, struct asked *q)
{
	for (int i = 0; i < a->n; i++) {
		bool worst = strcasecmp(a->w[i], "worst") == 0;
		int form = out_form_find(a->w[i]);

		if (form >= 0 && i == a->n - 1) {
			q->form = (enum out_form)form;
		} else if (worst || strcasecmp(a->w[i], "top") == 0) {
			if (i + 1 == a->n)
				return ROW_USAGE;
			if (val_num(a->w[++i], 1, UINT32_MAX, &q->most) < 0)
				return cmd_bad(cx, "%s: not a number of "
				    "flows", a->w[i]);
			q->worst = worst;
		} else if (strcasecmp(a->w[i], "sessions") == 0) {
			q->sessions = true;
		} else if (q->who != NULL) {
			return ROW_USAGE;
		} else {
			q->who = a->w[i];
			q->by_mac = val_mac(q->who, q->mac) == 0;
		}
	}
	return 0;
}

static const struct out_col cols[] = {
	{ "proto", NULL, false }, { "client", NULL, false },
	{ "server", NULL, false }, { "user", NULL, false },
	{ "seconds", NULL, true }, { "c_bytes", NULL, true },
	{ "s_bytes", NULL, true }, { "c_retx", NULL, true },
	{ "s_retx", NULL, true }, { "c_ooo", NULL, true },
	{ "s_ooo", NULL, true }, { "c_rtt", NULL, true },
	{ "s_rtt", NULL, true },
};

static void
end_point(struct out_table *ot, const struct flow_row *r, unsigned way)
{
	char buf[FLOW_TEXT];
	const char *addr = flow_addr(r, way, NULL, buf);

	if (r->id.proto != 6 && r->id.proto != 17)
		out_cell(ot, "%s", addr);
	else
		out_cell(ot, r->id.family == 6 ? "[%s]:%u" : "%s:%u", addr,
		    r->id.port[way]);
}

static void
ms(struct out_table *ot, const uint64_t *n)
{
	if (n[FLOW_RTTS] == 0)
		out_cell(ot, "%s", "");
	else
		out_cell(ot, "%.3f", mean_ms(n));
}

static void
line(struct out_table *ot, const struct flow_row *r)
{
	const uint64_t *c = r->n[r->opener], *s = r->n[!r->opener];
	char buf[FLOW_TEXT];

	out_cell(ot, "%s", flow_proto(r, buf));
	end_point(ot, r, r->opener);
	end_point(ot, r, !r->opener);
	out_cell(ot, "%s", r->who.name);
	out_num(ot, (r->last - r->first) / SEC(1));
	out_num(ot, c[FLOW_OCTETS]);
	out_num(ot, s[FLOW_OCTETS]);
	out_num(ot, c[FLOW_RETX_PKTS]);
	out_num(ot, s[FLOW_RETX_PKTS]);
	out_num(ot, c[FLOW_OOO]);
	out_num(ot, s[FLOW_OOO]);
	ms(ot, c);
	ms(ot, s);
}

static void
put_rows(struct asked *q, struct txt *t)
{
	bool text = q->form == OUT_TEXT;
	struct out_table *ot = text ?
	    out_table_new(cols, sizeof(cols) / sizeof(cols[0])) :
	    out_table_new(flow_cols, flow_cols_n);
	int64_t wall = clock_epoch();

	best(q);
	for (size_t i = 0; i < q->n; i++)
		if (text)
			line(ot, &q->row[i]);
		else
			flow_put(ot, &q->row[i], wall, NULL);
	if (!text || q->n > 0)
		out_table_put(ot, q->form, t);
	out_table_free(ot);
}

static void
put_state(const struct flow_view *v, struct txt *t)
{
	txt_put(t, "Flows into %s: ", v->conf.path);
	put_flows(&v->conf, t);
	if (v->bad[0] != '\0')
		txt_put(t, "\n Ended:   %s", v->bad);
	txt_put(t, "\n Now:     %llu of %llu, %llu KB of memory at most\n"
	    " Written: %llu in %u files; %llu replaced for want of room\n"
	    " Lost:    %llu that came faster than they were written\n",
	    (unsigned long long)v->live, (unsigned long long)v->room,
	    (unsigned long long)v->octets / 1024,
	    (unsigned long long)v->written, v->files,
	    (unsigned long long)v->replaced, (unsigned long long)v->lost);
}

int
show_flows(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct asked q = { .form = OUT_TEXT, .most = TOP };
	struct flow_view v;
	int err;

	(void)r;
	if (cmd_held(cx, &err))
		return err;
	err = ask(cx, a, &q);
	if (err != 0)
		return err;
	ctl_flows(cx->env->ctl, &v);
	if (!v.on && q.form == OUT_TEXT) {
		txt_put(cx->out, "No flow statistics; `set flows FILE' makes "
		    "them.\n");
		return 0;
	}
	ctl_flow_rows(cx->env->ctl, one, &q);
	if (q.form == OUT_TEXT)
		put_state(&v, cx->out);
	put_rows(&q, cx->out);
	if (q.lost)
		remark(&cx->diag, "out of memory: not all of them");
	free(q.row);
	return 0;
}
