/* show physical, link, layers, lcp, ccp, proto, escape, timers. */
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ppp/fsm.h"

static void
rates(const struct traffic *f, tstamp now, struct txt *t)
{
	uint64_t in, out;

	traffic_current(f, &in, &out);
	txt_put(t, "  overall   %6llu bytes/sec\n",
	    (unsigned long long)traffic_overall(f, now));
	txt_put(t, "  currently %6llu bytes/sec in, %6llu bytes/sec out "
	    "(over the last %d secs)\n", (unsigned long long)in,
	    (unsigned long long)out, TRAFFIC_SECS);
	txt_put(t, "  peak      %6llu bytes/sec",
	    (unsigned long long)f->peak);
	if (f->peak_wall != 0) {
		txt_put(t, " on ");
		put_date(f->peak_wall, t);
	}
	txt_put(t, "\n");
}

void
show_throughput(struct cmd_env *e, const struct ctl_view *v,
    enum traffic_part part, struct txt *t)
{
	const struct traffic *f = &v->traffic[part];
	struct traffic_sum s = traffic_counted(f);

	txt_put(t, "\nConnect time: ");
	put_time(f->up == 0 ? 0 : (f->down != 0 ? f->down : v->now) - f->up,
	    t);
	if (f->down != 0) {
		txt_put(t, " - down at ");
		put_date(f->down_wall, t);
	}
	txt_put(t, "\n%llu octets in, %llu octets out\n",
	    (unsigned long long)s.in_oct, (unsigned long long)s.out_oct);
	txt_put(t, "%llu packets in, %llu packets out\n",
	    (unsigned long long)s.in, (unsigned long long)s.out);
	if (e->conf->p.throughput)
		rates(f, v->now, t);
	else
		txt_put(t, "  Overall %llu bytes/sec\n",
		    (unsigned long long)traffic_overall(f, v->now));
}

/* The view, or false: told. */
bool
show_view(struct cmd_ctx *cx, const struct args *a, struct ctl_view *v,
    int *answer)
{
	if (a->n > 0) {
		*answer = ROW_USAGE;
		return false;
	}
	if (cmd_held(cx, answer))
		return false;
	ctl_link_view(cx->env->ctl, cx->at, v);
	return true;
}

static void
scripts(const struct profile *p, struct txt *t)
{
	txt_put(t, " Dial Script:     %s\n", p->dial);
	txt_put(t, " Login Script:    %s\n", p->login);
	txt_put(t, " Logout Script:   %s\n", p->logout);
	txt_put(t, " Hangup Script:   %s\n", p->hangup);
}

int
show_link(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->draft->p;
	struct txt *t = cx->out;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "Name: %s\n State:              %s\n", p->name,
	    link_state_name(v.link));
	txt_put(t, " Peer name:          ");
	if (v.have_rec && v.rec.name[0] != '\0')
		put_clean(v.rec.name, t);
	else
		txt_put(t, "N/A");
	txt_put(t, "\n Discriminator:      ");
	put_enddisc(v.rec.his.disc_class, v.rec.his.disc, v.rec.his.disc_len,
	    t);
	txt_put(t, "\n Last end:           %s (%s)", why_text(v.last_why),
	    why_side(v.last_why));
	if (v.last_text[0] != '\0') {
		txt_put(t, ": ");
		put_clean(v.last_text, t);
	}
	txt_put(t, "\n\nDefaults:\n Phone List:         %s\n", p->phone);
	txt_put(t, " Dial tries:         %u of ", v.tries);
	if (p->redial.tries == 0)
		txt_put(t, "no limit");
	else
		txt_put(t, "%u", p->redial.tries);
	txt_put(t, ", delay ");
	put_pause(p->redial.secs, t);
	if (v.redial_in > 0)
		txt_put(t, " (%us remaining)", v.redial_in);
	txt_put(t, "\n Reconnect tries:    %u of %u, delay ", v.reconnects,
	    p->reconnect_tries);
	put_pause(p->reconnect_secs, t);
	txt_put(t, "\n Callback:           none\n CBCP:               none\n");
	scripts(p, t);
	return 0;
}

const char *
show_auth_name(uint16_t proto, uint8_t algo)
{
	if (proto == PROTO_PAP)
		return "PAP";
	if (proto != PROTO_CHAP)
		return "none";
	return algo == 0x81 ? "CHAP 0x81" : algo == 0x80 ? "CHAP 0x80" :
	    "CHAP 0x05";
}

static void
lcp_side(const char *name, const struct lcp_side *s, struct txt *t)
{
	txt_put(t, " %s side: MRU %u, ACCMAP %08x, PROTOCOMP %s, "
	    "ACFCOMP %s,\n           MAGIC %08x, AUTH %s, LQR %s, "
	    "REJECT %04x\n", name, s->mru, s->accmap,
	    s->protocomp ? "on" : "off", s->acfcomp ? "on" : "off",
	    s->magic, show_auth_name(s->auth_proto, s->auth_algo),
	    s->lqr ? "on" : "off", s->rejected);
}

static void
put_size(const char *name, unsigned size, unsigned max, struct txt *t)
{
	txt_put(t, "%s = ", name);
	if (size != 0)
		txt_put(t, "%u", size);
	else
		txt_put(t, "the device's");
	if (max != 0)
		txt_put(t, " (max %u)", max);
}

static void
put_retry(const struct retry *r, bool terms, struct txt *t)
{
	txt_put(t, " FSM retry = %us, max %u Config REQ%s", r->period,
	    r->reqs, r->reqs == 1 ? "" : "s");
	if (terms)
		txt_put(t, ", %u Term REQ%s", r->terms,
		    r->terms == 1 ? "" : "s");
	txt_put(t, "\n");
}

static void
negotiation(const struct ppp_conf *c, struct txt *t)
{
	static const struct { const char *name; uint32_t bit; } row[] = {
		{ "ACFCOMP", NEG_ACFCOMP }, { "CHAP", NEG_CHAP5 },
		{ "CHAP80", NEG_MSCHAP }, { "LANMan", NEG_LANMAN },
		{ "CHAP81", NEG_MSCHAPV2 }, { "LQR", NEG_LQR },
		{ "PAP", NEG_PAP }, { "PROTOCOMP", NEG_PROTOCOMP },
	};

	txt_put(t, "\nNegotiation:\n");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		txt_put(t, " %-11s= %s\n", row[i].name,
		    show_neg(c, row[i].bit));
	txt_put(t, " LCP ECHO   = %s\n", c->enabled & NEG_ECHO ? "enabled" :
	    "disabled");
}

int
show_lcp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct ppp_conf *c = &cx->draft->p.ppp;
	struct txt *t = cx->out;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "%s: LCP [%s]\n", cx->draft->p.name,
	    fsm_state_name(v.have_rec ? (enum fsm_state)v.rec.lcp_state :
	    FSM_INITIAL));
	lcp_side("his", &v.rec.his, t);
	lcp_side("my ", &v.rec.mine, t);
	txt_put(t, "\nDefaults:\n ");
	put_size("MRU", c->mru, c->mru_max, t);
	put_size(", MTU", c->mtu, c->mtu_max, t);
	txt_put(t, ", ACCMAP = %08x\n LQR period = %us, ", c->accmap,
	    c->lqr_period);
	if (c->passive)
		txt_put(t, "Open Mode: passive\n");
	else
		txt_put(t, "Open Mode: active (delay %us)\n", c->open_delay);
	put_retry(&c->lcp, true, t);
	txt_put(t, " Ident: %s\n", c->ident);
	negotiation(c, t);
	return 0;
}

static void
proto(const char *name, uint64_t in, uint64_t out, struct txt *t)
{
	txt_put(t, "   %-12s: %12llu, %12llu\n", name,
	    (unsigned long long)in, (unsigned long long)out);
}

int
show_proto(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(cx->out, "%s:\n   Protocol    :           In,"
	    "          Out\n", cx->draft->p.name);
	proto("IP", v.count.ip_in, v.count.ip_out, cx->out);
	proto("IPV6", v.count.ip6_in, v.count.ip6_out, cx->out);
	for (int i = 0; i < PROTO_COUNTS; i++)
		proto(rec_proto_name((enum proto_count)i), v.proto_in[i],
		    v.proto_out[i], cx->out);
	return 0;
}

int
show_escape(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const uint32_t *bits = cx->draft->p.serial.escape;
	const char *sep = "";

	(void)r;
	if (a->n > 0)
		return ROW_USAGE;
	for (unsigned i = 0; i < 256; i++)
		if (bits[i / 32] >> i % 32 & 1) {
			txt_put(cx->out, "%s0x%02x", sep, i);
			sep = ", ";
		}
	txt_put(cx->out, "\n");
	return 0;
}

static void
timer(const char *name, const void *which, uint32_t freq, uint32_t next,
    struct txt *t)
{
	txt_put(t, "%s timer[%p]: freq = ", name, which);
	if (freq == PAUSE_RANDOM)
		txt_put(t, "random");
	else
		txt_put(t, "%u.00s", freq);
	txt_put(t, ", next = %u.00s, state = %s\n", next,
	    next > 0 ? "running" : "stopped");
}

int
show_timers(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->draft->p;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	timer("redial", &p->redial, p->redial.secs, v.redial_in, cx->out);
	timer("idle", &p->idle_secs, p->idle_secs, v.idle_left, cx->out);
	timer("throughput", &p->throughput, 1,
	    p->throughput && v.up_since != 0, cx->out);
	return 0;
}
