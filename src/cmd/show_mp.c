/* show mp, show links. */
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"

static void
put_speed(uint32_t bandwidth, struct txt *t)
{
	if (bandwidth != 0)
		txt_put(t, " %u bits/sec", bandwidth);
}

/* Percent of the links' speed that flowed, in and out. */
static void
put_load(struct cmd_ctx *cx, struct txt *t)
{
	struct ctl_load load;

	if (cx->env->conf->p.load_max == 0)
		return;
	ctl_load(cx->env->ctl, &load);
	txt_put(t, "Currently averaging %u%% in, %u%% out of %llu bits/sec "
	    "over %us\n", load.in, load.out,
	    (unsigned long long)load.bandwidth, load.secs);
}

int
show_links(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->env->conf->p;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	for (int i = 0; i < p->links; i++) {
		const struct link_conf *l = &p->link[i];

		ctl_link_view(cx->env->ctl, i, &v);
		txt_put(cx->out, "Name: %s [%s, %s]", l->name,
		    mode_name((enum mode)l->mode), link_state_name(v.link));
		put_speed(l->bandwidth, cx->out);
		txt_put(cx->out, "\n");
	}
	put_load(cx, cx->out);
	return 0;
}

static void
side(const char *whose, const struct lcp_side *s, struct txt *t)
{
	txt_put(t, " %s side: MRRU %u, SHORTSEQ %s, ENDDISC ", whose, s->mrru,
	    s->shortseq ? "on" : "off");
	put_enddisc(s->disc_class, s->disc, s->disc_len, t);
	txt_put(t, "\n");
}

static void
member(struct cmd_ctx *cx, int i, uint32_t bundle, struct txt *t)
{
	const struct link_conf *l = &cx->env->conf->p.link[i];
	struct ctl_view v;

	ctl_link_view(cx->env->ctl, i, &v);
	txt_put(t, "  %s (%s)", l->name, v.have_rec && bundle != 0 &&
	    v.rec.bundle == bundle ? "in the bundle" :
	    link_state_name(v.link));
	put_speed(l->bandwidth, t);
	txt_put(t, ", %llu fragments in, %llu out\n",
	    (unsigned long long)v.proto_in[PC_MULTILINK],
	    (unsigned long long)v.proto_out[PC_MULTILINK]);
}

static void
defaults(const struct profile *p, struct txt *t)
{
	txt_put(t, "\nDefaults:\n MRRU:          ");
	if (p->ppp.mrru != 0)
		txt_put(t, "%u (multilink enabled)\n", p->ppp.mrru);
	else
		txt_put(t, "disabled\n");
	txt_put(t, " Short Seq:     %s\n", show_neg(&p->ppp, NEG_SHORTSEQ));
	txt_put(t, " Discriminator: ");
	put_enddisc(p->ppp.enddisc_class, p->ppp.enddisc, p->ppp.enddisc_len,
	    t);
	txt_put(t, " (%s)\n AutoLoad:      ", show_neg(&p->ppp, NEG_ENDDISC));
	if (p->load_max == 0)
		txt_put(t, "disabled\n");
	else
		txt_put(t, "min %u%%, max %u%%, period %us\n", p->load_min,
		    p->load_max, p->load_secs);
}

int
show_mp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->env->conf->p;
	struct txt *t = cx->out;
	struct ctl_view v;
	bool active;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	active = v.have_rec && v.rec.is_bundle;
	txt_put(t, "Multilink is %sactive\n", active ? "" : "in");
	if (active) {
		side("my ", &v.rec.mine, t);
		side("his", &v.rec.his, t);
	}
	txt_put(t, " Links:\n");
	for (int i = 0; i < p->links; i++)
		member(cx, i, active ? v.rec.ticket : 0, t);
	defaults(p, t);
	return 0;
}
