/* show radius: the servers and what passed between them and us. */
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/dae.h"
#include "ctl/out.h"
#include "ctl/radius.h"

static void
state(const struct radius_view *v, struct out_table *ot)
{
	if (v->dead)
		out_cell(ot, "dead for %u s", v->dead_secs);
	else
		out_cell(ot, "%s", v->n.rtt_us != 0 ? "answers" : "unknown");
}

static void
one_server(const struct radius_view *v, struct out_table *ot)
{
	out_cell(ot, "%s", v->service == RAD_FOR_AUTH ? "auth" : "acct");
	out_cell(ot, "%s", v->addr);
	state(v, ot);
	out_num(ot, v->busy);
	out_num(ot, v->n.requests);
	out_num(ot, v->n.repeats);
	out_num(ot, v->n.accepts);
	out_num(ot, v->n.rejects);
	out_num(ot, v->n.answers);
	out_num(ot, v->n.timeouts);
	out_num(ot, v->n.forged);
	out_num(ot, v->n.stale);
	if (v->n.rtt_us != 0)
		out_num(ot, v->n.rtt_us);
	else
		out_cell(ot, "%s", "");
}

static void
head(struct cmd_ctx *cx, const struct radius *r)
{
	const struct rad_conf *c = radius_conf(r);
	char text[RAD_ADDR_TEXT];
	const struct dae_count *n;
	struct radius_sums s;

	radius_sums(r, &s);
	txt_put(cx->out, "File: %s\n", cx->env->conf->p.radius);
	txt_put(cx->out, "Waiting: %u names, %u records; refused without an "
	    "answer: %llu; records lost: %llu\n", s.waiting[RAD_FOR_AUTH],
	    s.waiting[RAD_FOR_ACCT], (unsigned long long)s.unanswered,
	    (unsigned long long)s.lost);
	if (c->dae.len == 0)
		return;
	n = dae_count(ctl_dae(cx->env->ctl));
	txt_put(cx->out, "CoA and Disconnect: %s; sessions changed: %llu, "
	    "ended: %llu; refused: %llu, forged: %llu\n",
	    rad_addr_text(&c->dae, text), (unsigned long long)n->changes,
	    (unsigned long long)n->disconnects,
	    (unsigned long long)n->refused, (unsigned long long)n->forged);
}

int
show_radius(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col col[] = {
		{ "service", NULL, false }, { "server", NULL, false },
		{ "state", NULL, false }, { "busy", NULL, true },
		{ "requests", NULL, true }, { "repeats", NULL, true },
		{ "accepts", NULL, true }, { "rejects", NULL, true },
		{ "answers", NULL, true }, { "timeouts", NULL, true },
		{ "forged", NULL, true }, { "stale", NULL, true },
		{ "rtt-us", "rtt_us", true },
	};
	int form = a->n > 0 ? out_form_find(a->w[0]) : OUT_TEXT, err;
	const struct radius *rad;
	struct radius_view v;
	struct out_table *ot;

	(void)r;
	if (a->n > 1 || form < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	rad = ctl_radius(cx->env->ctl);
	if (form == OUT_TEXT && cx->env->conf->p.radius[0] == '\0') {
		txt_put(cx->out, "RADIUS is not used (set radius FILE)\n");
		return 0;
	}
	if (form == OUT_TEXT)
		head(cx, rad);
	ot = out_table_new(col, sizeof(col) / sizeof(col[0]));
	for (unsigned i = 0; radius_view(rad, i, &v); i++)
		one_server(&v, ot);
	out_table_put(ot, (enum out_form)form, cx->out);
	out_table_free(ot);
	return 0;
}
