/* What the commands see of the daemon. */
#include <stdatomic.h>
#include <string.h>

#include "ctl/state.h"

static uint32_t
load32(const _Atomic uint32_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

static uint64_t
load(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

void
ctl_counts_copy(struct ledger *l, uint32_t i, struct ctl_counts *out)
{
	const struct sess_count *n = ledger_count(l, i);

	out->ip_in = load(&n->ip_in);
	out->ip_out = load(&n->ip_out);
	out->ip6_in = load(&n->ip6_in);
	out->ip6_out = load(&n->ip6_out);
	out->ip_in_oct = load(&n->ip_in_oct);
	out->ip_out_oct = load(&n->ip_out_oct);
	out->ip6_in_oct = load(&n->ip6_in_oct);
	out->ip6_out_oct = load(&n->ip6_out_oct);
	out->ctl_in = load(&n->ctl_in);
	out->ctl_out = load(&n->ctl_out);
	out->ctl_in_oct = load(&n->ctl_in_oct);
	out->ctl_out_oct = load(&n->ctl_out_oct);
	out->alive_at = load(&n->alive_at);
	out->rate_drops = load(&n->rate_drops);
	out->queued = atomic_load_explicit(&n->queued, memory_order_relaxed);
	out->idle_secs = atomic_load_explicit(&n->idle_secs,
	    memory_order_relaxed);
}

void
ctl_view(struct ctl *c, struct ctl_view *v)
{
	ctl_link_view(c, LINK_ALL, v);
}

void
ctl_link_view(struct ctl *c, int at, struct ctl_view *v)
{
	memset(v, 0, sizeof(*v));
	memcpy(v->tun, c->tun, sizeof(v->tun));
	v->unit = c->tun_unit;
	v->label = c->p.label;
	v->now = clock_now();
	if (c->bundle != NULL)
		bundle_view(c->bundle, at, v);
}

const char *
ctl_word(struct ctl *c)
{
	struct ctl_view v;
	bool ip;

	ctl_view(c, &v);
	if (v.phase == PHASE_AUTHENTICATE)
		return "Ppp";
	if (v.phase != PHASE_NETWORK)
		return "ppp";
	ip = c->p.ppp.enabled & NEG_IPCP ? v.have_rec && v.rec.my_addr != 0 :
	    v.up_since != 0;
	return ip ? "PPP" : "PPp";
}

void
ctl_sessions(struct ctl *c, ctl_sess_fn *fn, void *arg)
{
	for (unsigned i = 0; i < ctl_lanes(c); i++) {
		struct ledger *l = c->lb->lane[i]->ledger;
		uint32_t n = ledger_used(l);

		for (uint32_t k = 0; k < n; k++) {
			struct ctl_counts count;
			struct sess_rec r;

			if (!ledger_read(l, k, &r))
				continue;
			r.worker = c->lb->to[i];
			ctl_counts_copy(l, k, &count);
			if (!fn(&r, &count, arg))
				return;
		}
	}
}

void
ctl_quality(struct ctl *c, ctl_want_fn *wanted, ctl_quality_fn *fn, void *arg)
{
	for (unsigned i = 0; i < ctl_lanes(c); i++) {
		struct ledger *l = c->lb->lane[i]->ledger;
		uint32_t n = ledger_used(l);

		for (uint32_t k = 0; k < n; k++) {
			struct quality_book b;
			struct sess_rec r;

			if (ledger_read(l, k, &r) &&
			    (wanted == NULL || wanted(&r, arg)) &&
			    ledger_book_read(l, k, &b) && !fn(&r, &b, arg))
				return;
		}
	}
}

void
ctl_flows(struct ctl *c, struct flow_view *v)
{
	flowlog_view(c->flowlog, v);
}

void
ctl_flow_rows(struct ctl *c, flow_row_fn *fn, void *arg)
{
	flowlog_each(c->flowlog, fn, arg);
}

unsigned
ctl_lanes(const struct ctl *c)
{
	return c->lb != NULL ? c->lb->lanes : 0;
}

void
ctl_lane(struct ctl *c, unsigned i, struct ctl_lane *out)
{
	const struct lane *l = c->lb->lane[i];
	const struct worker *w = &c->lb->worker[c->lb->to[i]];

	memset(out, 0, sizeof(*out));
	out->id = i;
	out->worker = c->lb->to[i];
	out->sessions = atomic_load_explicit(&l->count.sessions,
	    memory_order_relaxed);
	memcpy(out->tun, l->tun.name, sizeof(out->tun));
	out->in = load(&l->count.in);
	out->out = load(&l->count.out);
	out->in_oct = load(&l->count.in_oct);
	out->out_oct = load(&l->count.out_oct);
	for (int d = 0; d < DROP_COUNT; d++)
		out->drop[d] = load(&l->count.drop[d]);
	out->cpu_ns = worker_cpu_ns(w);
}

void
ctl_ac(struct ctl *c, struct ctl_ac *out)
{
	memset(out, 0, sizeof(*out));
	if (c->ac != NULL)
		ac_side_view(c->ac, out);
}

void
ctl_setup(struct ctl *c, enum setup_phase p, struct hist_view *out)
{
	memset(out, 0, sizeof(*out));
	if (p == SETUP_DISCOVERY && c->ac != NULL)
		ac_side_discovery(c->ac, out);
	for (unsigned i = 0; i < ctl_lanes(c); i++)
		hist_sum(&c->lb->lane[i]->count.setup[p], out);
}

void
ctl_trail(struct ctl *c, trail_fn *fn, void *arg)
{
	trail_each(c->trail, fn, arg);
}

void
ctl_dns(struct ctl *c, uint32_t dns[2])
{
	if (c->bundle != NULL)
		bundle_dns(c->bundle, dns);
	else
		memcpy(dns, c->p.net.dns, 2 * sizeof(*dns));
}

void
ctl_load(struct ctl *c, struct ctl_load *out)
{
	memset(out, 0, sizeof(*out));
	if (c->bundle != NULL)
		bundle_load(c->bundle, out);
}

static void
prompt_mem(void *arg, struct prompt *pr)
{
	uint64_t *n = arg;

	n[0]++;
	n[1] += prompt_unsent(pr);
}

void
ctl_mem(struct ctl *c, ctl_mem_fn *fn, void *arg)
{
	uint64_t used = 0, max = 0, prompts[2] = { 0 };

	for (unsigned i = 0; i < ctl_lanes(c); i++) {
		used += load32(&c->lb->lane[i]->count.sessions);
		max += c->lb->lane[i]->slab.max;
	}
	fn(arg, "sessions", used, max, used * sizeof(struct sess));
	max = (uint64_t)ctl_lanes(c) * 2 * MAIL_RING;
	fn(arg, "mail", 0, max, max * sizeof(struct mail));
	fn(arg, "log lines", logger_lines(c->logger), LOGGER_TAIL,
	    logger_lines(c->logger) * sizeof(struct log_line));
	prompts_each(c->prompts, prompt_mem, prompts);
	fn(arg, "prompts", prompts[0], 0, prompts[1]);
}
