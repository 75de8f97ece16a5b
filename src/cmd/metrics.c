/*
 * /metrics. What there is of a kind is bounded by the configuration - lanes,
 * workers, links, RADIUS servers, lists of reasons - and never one series a
 * session, so that an attack does not fill whoever collects them.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "cmd/om.h"
#include "cmd/pool.h"
#include "cmd/version.h"
#include "cmd/web.h"
#include "ctl/radius.h"
#include "os/cpu.h"

/* What all parts use. */
struct metrics {
	struct om om;
	struct cmd_env *env;
	struct ctl *c;
	unsigned lanes;
	struct ctl_lane lane[GOV_WORKERS];
	struct ctl_ac ac;
};

static const char *
number(unsigned n, char buf[12])
{
	snprintf(buf, 12, "%u", n);
	return buf;
}

/* A family of one sample without labels. */
static void
one(struct metrics *m, const char *name, const char *type, const char *help,
    uint64_t n)
{
	om_family(&m->om, name, type, help);
	om_u64(&m->om, n, NULL);
}

/* ---- the process ---- */

static void
process(struct metrics *m)
{
	struct http_view v;
	uint64_t lost = log_lost();

	if (m->env->logger != NULL)
		lost += logger_lost(m->env->logger);
	om_family(&m->om, "ppp_build", "info", "Version and label in use.");
	om_u64(&m->om, 1, "version", PPP_VERSION, "label",
	    ctl_profile(m->c)->label, "role",
	    ctl_is_ac(m->c) ? "concentrator" : "client", NULL);
	om_family(&m->om, "process_cpu_seconds", "counter",
	    "CPU time of all threads.");
	om_real(&m->om, (double)cpu_process_ns() / 1e9, NULL);
	one(m, "ppp_log_lines_lost", "counter",
	    "Log lines that no destination took.", lost);
	http_view(web_http(m->env->web), &v);
	one(m, "ppp_http_clients", "gauge", "HTTP clients now.", v.clients);
	om_family(&m->om, "ppp_http_events", "counter",
	    "HTTP clients, and what became of their requests.");
	for (int i = 0; i < HTTP_NUMBERS; i++)
		om_u64(&m->om, v.n[i], "event",
		    http_count_name((enum http_count)i), NULL);
}

/* ---- lanes and workers ---- */

static void
both_ways(struct metrics *m, const char *name, const char *help, bool octets)
{
	char id[12];

	om_family(&m->om, name, "counter", help);
	for (unsigned i = 0; i < m->lanes; i++) {
		const struct ctl_lane *l = &m->lane[i];

		number(i, id);
		om_u64(&m->om, octets ? l->in_oct : l->in, "lane", id,
		    "direction", "in", NULL);
		om_u64(&m->om, octets ? l->out_oct : l->out, "lane", id,
		    "direction", "out", NULL);
	}
}

static void
lanes(struct metrics *m)
{
	char id[12];

	both_ways(m, "ppp_lane_frames", "Ethernet frames of a lane; in: from "
	    "the peers.", false);
	both_ways(m, "ppp_lane_bytes", "Octets of those frames.", true);
	om_family(&m->om, "ppp_lane_sessions", "gauge",
	    "Sessions of a lane, those starting too.");
	for (unsigned i = 0; i < m->lanes; i++)
		om_u64(&m->om, m->lane[i].sessions, "lane", number(i, id),
		    NULL);
	om_family(&m->om, "ppp_lane_worker", "gauge",
	    "Which worker serves a lane.");
	for (unsigned i = 0; i < m->lanes; i++)
		om_u64(&m->om, m->lane[i].worker, "lane", number(i, id),
		    NULL);
}

/* Calls @put for each worker there is. */
static void
each_worker(struct metrics *m,
    void (*put)(struct om *om, const char *id, const struct ctl_worker *w))
{
	struct ctl_worker w;
	char id[12];

	for (unsigned i = 0; i < m->lanes; i++)
		if (ctl_worker(m->c, i, &w))
			put(&m->om, number(i, id), &w);
}

static void
put_state(struct om *om, const char *id, const struct ctl_worker *w)
{
	for (int s = 0; s < WORKER_NONE; s++)
		om_u64(om, w->state == s, "worker", id, "ppp_worker_state",
		    worker_state_name((enum worker_state)s), NULL);
}

static void
put_sessions(struct om *om, const char *id, const struct ctl_worker *w)
{
	om_u64(om, w->sessions, "worker", id, NULL);
}

static void
put_cpu(struct om *om, const char *id, const struct ctl_worker *w)
{
	om_real(om, (double)w->cpu_ns / 1e9, "worker", id, NULL);
}

static void
put_answers(struct om *om, const char *id, const struct ctl_worker *w)
{
	om_u64(om, !w->silent, "worker", id, NULL);
}

static void
workers(struct metrics *m)
{
	om_family(&m->om, "ppp_worker_state", "stateset",
	    "ACTIVE workers get new sessions.");
	each_worker(m, put_state);
	om_family(&m->om, "ppp_worker_sessions", "gauge",
	    "Sessions of a worker, those starting too.");
	each_worker(m, put_sessions);
	om_family(&m->om, "ppp_worker_cpu_seconds", "counter",
	    "CPU time of a worker's thread.");
	each_worker(m, put_cpu);
	om_family(&m->om, "ppp_worker_answers", "gauge",
	    "0: the thread of a worker is stuck.");
	each_worker(m, put_answers);
}

static void
flows(struct metrics *m)
{
	struct flow_view v;

	ctl_flows(m->c, &v);
	if (!v.on)
		return;
	one(m, "ppp_flows", "gauge", "Rows of flow statistics now.", v.live);
	om_family(&m->om, "ppp_flow_rows", "counter",
	    "Rows of flow statistics that are over, by what became of them.");
	om_u64(&m->om, v.written, "what", "written", NULL);
	om_u64(&m->om, v.lost, "what", "lost", NULL);
	one(m, "ppp_flow_rows_replaced", "counter",
	    "Rows that ended for want of room in the table.", v.replaced);
}

static void
drops(struct metrics *m)
{
	om_family(&m->om, "ppp_drops", "counter",
	    "Frames and packets dropped, by reason.");
	for (int d = 0; d < DROP_COUNT; d++) {
		uint64_t n = m->ac.drop[d];

		/* The concentrator's sums have the lanes' in them. */
		for (unsigned i = 0; i < m->lanes && !ctl_is_ac(m->c); i++)
			n += m->lane[i].drop[d];
		om_u64(&m->om, n, "reason", drop_name((enum drop)d), NULL);
	}
}

/* ---- the governor ---- */

static void
governor(struct metrics *m)
{
	const struct governor_conf *conf = &m->env->conf->p.lb.gov;
	struct ctl_governor g;
	struct pool_sums s;
	struct health h;

	ctl_governor(m->c, &g);
	one(m, "ppp_governor_enabled", "gauge",
	    "1: the number of workers follows the load.",
	    conf->enabled && !conf->manual);
	one(m, "ppp_governor_workers_min", "gauge", "Fewest workers.",
	    conf->min);
	one(m, "ppp_governor_workers_max", "gauge", "Most workers.", g.max);
	om_family(&m->om, "ppp_governor_cpu_ratio", "gauge",
	    "CPU use that it decides by, 0 to 1.");
	om_real(&m->om, g.in.cpu / 100.0, NULL);
	om_family(&m->om, "ppp_governor_decisions", "counter",
	    "What it did, and what was done by hand.");
	for (int d = GOV_SCALE_UP; d < GOV_DECISIONS; d++)
		om_u64(&m->om, g.gov->decided[d], "decision",
		    gov_decision_name((enum gov_decision)d), NULL);
	one(m, "ppp_lane_moves", "counter",
	    "Lanes handed from one worker to another.", g.moves);
	one(m, "ppp_drifted_frames", "counter",
	    "Frames that came to a lane without their session.", g.drift);
	pool_sums(m->env, &s, true);
	pool_health(m->env, &s, &h);
	one(m, "ppp_health_score", "gauge",
	    "How well the workers share their work, 0 to 100.", h.score);
}

/* ---- set-ups ---- */

static void
setups(struct metrics *m)
{
	struct hist_view h;

	om_family(&m->om, "ppp_setup_seconds", "histogram",
	    "How long each phase of a set-up took; session: from the PADS "
	    "until the first network protocol was up.");
	for (int p = 0; p < SETUP_PHASES; p++) {
		ctl_setup(m->c, (enum setup_phase)p, &h);
		om_hist(&m->om, &h, "phase",
		    setup_phase_name((enum setup_phase)p));
	}
}

/* ---- the access concentrator ---- */

static void
discovery(struct metrics *m)
{
	const struct ctl_ac *ac = &m->ac;
	const struct { const char *name; bool in; uint64_t n; } row[] = {
		{ "PADI", true, ac->padi }, { "PADO", false, ac->pado },
		{ "PADR", true, ac->padr }, { "PADS", false, ac->pads },
		{ "PADT", true, ac->padt_in },
		{ "PADT", false, ac->padt_out },
	};

	om_family(&m->om, "ppp_discovery_packets", "counter",
	    "PPPoE Discovery packets.");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		om_u64(&m->om, row[i].n, "packet", row[i].name, "direction",
		    row[i].in ? "in" : "out", NULL);
}

static void
ended(struct metrics *m)
{
	om_family(&m->om, "ppp_sessions_ended", "counter",
	    "Sessions that ended, by reason; stage setup: they never came "
	    "up.");
	for (int i = 0; i < WHY_COUNT; i++) {
		const char *why = why_name((enum why)i);

		om_u64(&m->om, m->ac.failed[i], "reason", why, "stage",
		    "setup", NULL);
		om_u64(&m->om, m->ac.by_why[i] - m->ac.failed[i], "reason",
		    why, "stage", "up", NULL);
	}
}

static void
concentrator(struct metrics *m)
{
	const struct ctl_ac *ac = &m->ac;

	one(m, "ppp_sessions", "gauge", "Sessions that are up.",
	    ac->sessions);
	one(m, "ppp_sessions_starting", "gauge", "Set-ups under way.",
	    ac->starting);
	one(m, "ppp_sessions_opened", "counter", "Sessions begun.",
	    ac->opened);
	one(m, "ppp_sessions_refused", "counter",
	    "Peers refused in Discovery.", ac->refused);
	ended(m);
	discovery(m);
	one(m, "ppp_addresses", "gauge", "IPv4 addresses of the pool.",
	    ac->pool_size);
	one(m, "ppp_addresses_used", "gauge", "Of them in use.",
	    ac->pool_used);
	one(m, "ppp_interfaces", "gauge", "Interfaces served.", ac->ports);
	one(m, "ppp_interfaces_steered", "gauge",
	    "Of them: the kernel deals frames to the lanes.", ac->steered);
}

/* ---- the client ---- */

static void
each_link(struct metrics *m, void (*put)(struct om *om, const char *name,
    const struct ctl_view *v))
{
	const struct profile *p = ctl_profile(m->c);
	struct ctl_view v;

	for (int i = 0; i < p->links; i++) {
		ctl_link_view(m->c, i, &v);
		put(&m->om, p->link[i].name, &v);
	}
}

static void
put_up(struct om *om, const char *name, const struct ctl_view *v)
{
	om_u64(om, v->link == LINK_OPEN, "link", name, NULL);
}

static void
put_connects(struct om *om, const char *name, const struct ctl_view *v)
{
	om_u64(om, v->connects, "link", name, NULL);
}

static void
put_octets(struct om *om, const char *name, const struct ctl_view *v)
{
	om_u64(om, v->count.ip_in_oct + v->count.ip6_in_oct, "link", name,
	    "direction", "in", NULL);
	om_u64(om, v->count.ip_out_oct + v->count.ip6_out_oct, "link", name,
	    "direction", "out", NULL);
}

static void
put_echo(struct om *om, const char *name, const struct ctl_view *v)
{
	if (v->have_rec && v->rec.echo_us != 0)
		om_real(om, v->rec.echo_us / 1e6, "link", name, NULL);
}

static void
client(struct metrics *m)
{
	om_family(&m->om, "ppp_link_up", "gauge", "1: the link is open.");
	each_link(m, put_up);
	om_family(&m->om, "ppp_link_connects", "counter",
	    "Times that the link came up.");
	each_link(m, put_connects);
	om_family(&m->om, "ppp_link_ip_bytes", "counter",
	    "Octets of IP in this connection.");
	each_link(m, put_octets);
	om_family(&m->om, "ppp_link_echo_seconds", "gauge",
	    "Round trip of the last LCP echo.");
	each_link(m, put_echo);
}

/* ---- RADIUS ---- */

static void
radius_row(struct metrics *m, const char *name, const char *type,
    const char *help, uint64_t (*of)(const struct radius_view *v))
{
	const struct radius *r = ctl_radius(m->c);
	struct radius_view v;

	om_family(&m->om, name, type, help);
	for (unsigned i = 0; radius_view(r, i, &v); i++)
		om_u64(&m->om, of(&v), "service",
		    v.service == RAD_FOR_AUTH ? "auth" : "acct", "server",
		    v.addr, NULL);
}

static uint64_t
rad_alive(const struct radius_view *v)
{
	return !v->dead;
}

static uint64_t
rad_requests(const struct radius_view *v)
{
	return v->n.requests;
}

static uint64_t
rad_answers(const struct radius_view *v)
{
	return v->n.accepts + v->n.rejects + v->n.answers;
}

static uint64_t
rad_rejects(const struct radius_view *v)
{
	return v->n.rejects;
}

static uint64_t
rad_timeouts(const struct radius_view *v)
{
	return v->n.timeouts;
}

static uint64_t
rad_forged(const struct radius_view *v)
{
	return v->n.forged;
}

static void
radius(struct metrics *m)
{
	radius_row(m, "ppp_radius_alive", "gauge",
	    "0: the server did not answer, others are asked.", rad_alive);
	radius_row(m, "ppp_radius_requests", "counter", "Requests sent.",
	    rad_requests);
	radius_row(m, "ppp_radius_answers", "counter", "Answers.",
	    rad_answers);
	radius_row(m, "ppp_radius_rejects", "counter",
	    "Answers that refused a peer.", rad_rejects);
	radius_row(m, "ppp_radius_timeouts", "counter",
	    "Requests without an answer.", rad_timeouts);
	radius_row(m, "ppp_radius_forged", "counter",
	    "Answers that the server has not signed.", rad_forged);
}

void
metrics_put(struct cmd_env *e, struct txt *t)
{
	struct metrics m = { .om = { .t = t }, .env = e, .c = e->ctl };
	struct radius_view v;

	m.lanes = ctl_lanes(m.c);
	for (unsigned i = 0; i < m.lanes; i++)
		ctl_lane(m.c, i, &m.lane[i]);
	ctl_ac(m.c, &m.ac);
	process(&m);
	lanes(&m);
	workers(&m);
	drops(&m);
	flows(&m);
	setups(&m);
	if (ctl_is_ac(m.c)) {
		governor(&m);
		concentrator(&m);
	} else {
		client(&m);
	}
	if (radius_view(ctl_radius(m.c), 0, &v))
		radius(&m);
	om_end(&m.om);
}
