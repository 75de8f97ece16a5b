/*
 * The daemon: births of its parts, the loop that moves mail between lanes
 * and bundle or concentrator, and its end.
 */
#include "ctl/ctl.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "ctl/account.h"
#include "ctl/capture.h"
#include "ctl/dae.h"
#include "ctl/path.h"
#include "ctl/radius.h"
#include "ctl/sla.h"
#include "os/net.h"
#include "os/priv.h"

#define STOP_TIME	SEC(4)		/* for polite goodbyes at the end */

/* ---- used by the parts ---- */

uint32_t
ctl_ticket(struct ctl *c)
{
	if (++c->last_ticket == 0)
		c->last_ticket = 1;
	return c->last_ticket;
}

bool
ctl_mail(struct ctl *c, unsigned lane, const struct mail *m)
{
	return c->lb != NULL && lb_send(c->lb, lane, m);
}

void
ctl_phase_changed(struct ctl *c)
{
	if (c->hooks.phase_changed != NULL)
		c->hooks.phase_changed(c->hooks.arg);
}

void
ctl_verdict(struct ctl *c, unsigned lane, uint32_t ticket,
    const struct auth_verdict *v)
{
	struct mail answer = { .op = MAIL_VERDICT, .ticket = ticket };

	mail_put(&answer, v, sizeof(*v));
	ctl_mail(c, lane, &answer);
	ct_wipe(answer.data, sizeof(*v));
}

void
ctl_judge(struct ctl *c, const struct auth_query *q, struct auth_verdict *v,
    struct aaa_grant *g)
{
	aaa_judge(c->secrets, q, c->p.passwdauth, v, g);
}

/* ---- RADIUS ---- */

static void
radius_verdict(void *arg, uint32_t ticket, const struct auth_verdict *v,
    const struct aaa_grant *g)
{
	struct ctl *c = arg;

	if (c->bundle != NULL)
		bundle_verdict(c->bundle, ticket, v, g);
	else if (c->ac != NULL)
		ac_side_verdict(c->ac, ticket, v, g);
}

static bool
radius_wanted(void *arg, uint32_t ticket)
{
	struct ctl *c = arg;

	return c->bundle != NULL ? bundle_waits(c->bundle, ticket) :
	    ac_side_has(c->ac, ticket);
}

/* At the end: all that was to be said is said. */
static void
radius_drained(void *arg)
{
	struct ctl *c = arg;

	if (c->quitting && c->stopped == c->lb->lanes)
		loop_stop(c->loop);
}

struct aaa_grant *
ctl_grant(struct ctl *c, uint32_t ticket)
{
	return c->bundle != NULL ? bundle_grant(c->bundle, ticket) :
	    ac_side_grant(c->ac, ticket);
}

static int
make_radius(struct ctl *c)
{
	struct radius_hooks h = { c, radius_verdict, radius_wanted,
	    radius_drained };

	c->radius = radius_new(c->loop, &c->rng, &h);
	c->accounts = accounts_new(c);
	c->dae = dae_new(c);
	return c->radius != NULL && c->accounts != NULL && c->dae != NULL ?
	    0 : -E_NOMEM;
}

static void
use_radius(struct ctl *c)
{
	bool had = radius_for(c->radius, RAD_FOR_ACCT);

	radius_use(c->radius, c->p.radius, c->p.nas_ip, c->p.nas_id);
	dae_use(c->dae, radius_conf(c->radius));
	if (!had)
		accounts_all(c, true);
}

/* The sessions are over; their records may still be on their way. */
static void
all_stopped(struct ctl *c)
{
	accounts_all(c, false);
	if (radius_pending(c->radius) == 0)
		loop_stop(c->loop);
	else
		c->stop_by = clock_now() + STOP_TIME;
}

static void
stop_lanes(struct ctl *c, enum why why)
{
	struct mail m = { .op = MAIL_STOP, .arg = why };

	c->stopped = 0;
	for (unsigned i = 0; i < c->lb->lanes; i++)
		ctl_mail(c, i, &m);
}

void
ctl_exit(struct ctl *c, int code)
{
	if (c->quitting)
		return;
	c->quitting = true;
	c->code = code;
	c->stop_by = clock_now() + STOP_TIME;
	if (c->bundle != NULL)
		bundle_quit(c->bundle);
	stop_lanes(c, WHY_QUIT);
}

void
ctl_stopped(struct ctl *c)
{
	if (c->quitting && c->stopped == c->lb->lanes &&
	    (c->bundle == NULL || !bundle_open_lines(c->bundle)))
		all_stopped(c);
}

/* ---- the loop's callbacks ---- */

static void
dispatch(struct ctl *c, unsigned lane, const struct mail *m)
{
	if (m->op == MAIL_CONF_DONE) {
		lb_conf_done(c->lb, lane, m->arg);
		return;
	}
	if (m->op == MAIL_IDENT_DUE) {
		ctl_ident(c, lane, m);
		return;
	}
	if (m->op == MAIL_STOPPED) {
		c->stopped++;
		ctl_stopped(c);
		return;
	}
	if (c->bundle != NULL)
		bundle_mail(c->bundle, m);
	else
		ac_side_mail(c->ac, m);
}

static void
mail_came(void *arg, unsigned what)
{
	struct ctl *c = arg;
	struct mail m;

	(void)what;
	lb_calm(c->lb);
	for (unsigned i = 0; i < c->lb->lanes; i++)
		while (lb_recv(c->lb, i, &m)) {
			dispatch(c, i, &m);
			ct_wipe(m.data, m.len);
		}
}

static void
interfaces_changed(void *arg, unsigned what)
{
	struct ctl *c = arg;

	(void)what;
	if (!os_watch_read(c->watch_fd) || c->quitting)
		return;
	if (c->bundle != NULL)
		bundle_watch(c->bundle);
	else
		ac_side_watch(c->ac);
}

static void
each_second(void *arg, tstamp now)
{
	struct ctl *c = arg;

	lb_calm(c->lb);			/* log lines without mail */
	if (c->quitting && now >= c->stop_by) {
		loop_stop(c->loop);
		return;
	}
	if (c->bundle != NULL)
		bundle_tick(c->bundle, now);
	crew_tick(c->crew, now);
	radius_look(c->radius);
	dae_use(c->dae, radius_conf(c->radius));
	capture_tick(c->capture);
	flowlog_tick(c->flowlog);
	loop_timer_set(c->tick, now + SEC(1));
}

/* ---- configuration ---- */

/* An Access Concentrator without a name of its own has the host's. */
static void
take_profile(struct ctl *c, const struct profile *p)
{
	char *name = c->p.lb.ac.acname;
	size_t n = sizeof(c->p.lb.ac.acname);

	c->p = *p;
	profile_settle(&c->p);
	if (name[0] != '\0')
		return;
	if (gethostname(name, n - 1) < 0 || name[0] == '\0')
		snprintf(name, n, "localhost");
	name[n - 1] = '\0';
}

const struct profile *
ctl_profile(const struct ctl *c)
{
	return &c->p;
}

bool
ctl_is_ac(const struct ctl *c)
{
	return c->ac != NULL;
}

int
ctl_publish(struct ctl *c, const struct profile *draft, char *why, size_t n)
{
	struct profile *old;
	int err = 0;

	if ((draft->lb.ifaces > 0) != (c->ac != NULL)) {
		snprintf(why, n, "`set lb interface' decides at the start "
		    "whether this is a concentrator: start another ppp");
		return -E_STATE;
	}
	old = malloc(sizeof(*old));
	if (old == NULL)
		return -E_NOMEM;
	*old = c->p;
	take_profile(c, draft);
	err = capture_ready(c->capture, &c->p, c->lb->lanes, why, n);
	if (err == 0)
		err = flowlog_ready(c->flowlog, &c->p, c->lb->lanes, why, n);
	if (err == 0)
		err = c->ac != NULL ? ac_side_publish(c->ac, why, n) :
		    bundle_links(c->bundle);
	if (err == 0 && c->bundle != NULL)
		err = bundle_nat(c->bundle, why, n);
	if (err == 0 && lb_publish(c->lb, &c->p,
	    flowlog_flows(c->flowlog, &c->p)) == -E_NOMEM)
		err = -E_NOMEM;
	if (err < 0) {
		c->p = *old;
		capture_cancel(c->capture);
		flowlog_cancel(c->flowlog);
		if (c->bundle != NULL)	/* only fewer links: no memory */
			bundle_links(c->bundle);
	} else if (c->bundle != NULL)
		bundle_publish(c->bundle, old);
	if (err == 0) {
		capture_go(c->capture, &c->p);
		flowlog_go(c->flowlog, &c->p);
		crew_publish(c->crew, old);
		use_radius(c);
	}
	ct_wipe(old, sizeof(*old));
	free(old);
	return err;
}

void
ctl_set_hooks(struct ctl *c, const struct ctl_hooks *h)
{
	c->hooks = *h;
}

int
ctl_serve(struct ctl *c, const struct prompt_hooks *h,
    const struct logger_conf *lc)
{
	c->prompts = prompts_new(c->loop, h);
	if (c->prompts != NULL) {
		c->server = server_new(c->loop, c->prompts);
		c->logger = logger_new(lc, c->prompts);
	}
	return c->server != NULL && c->logger != NULL ? 0 : -E_NOMEM;
}

void
ctl_capture(struct ctl *c, struct capture_view *v)
{
	capture_view(c->capture, v);
}

struct loop *
ctl_loop(struct ctl *c)
{
	return c->loop;
}

const struct dae *
ctl_dae(const struct ctl *c)
{
	return c->dae;
}

const struct radius *
ctl_radius(const struct ctl *c)
{
	return c->radius;
}

struct prompts *
ctl_prompts(struct ctl *c)
{
	return c->prompts;
}

struct server *
ctl_server(struct ctl *c)
{
	return c->server;
}

struct logger *
ctl_logger(struct ctl *c)
{
	return c->logger;
}

/* ---- signals: ppp(8) 3.8 ---- */

static void
on_signal(void *arg, int sig)
{
	struct ctl *c = arg;

	char why[160];

	if (sig == SIGUSR1 || sig == SIGUSR2) {
		if ((sig == SIGUSR1 ? server_reopen : server_close)
		    (c->server, why, sizeof(why)) < 0)
			log_put(LOG_WARN_, "%s", why);
		return;
	}
	if (sig == SIGINT) {
		log_put(LOG_PHASE, "Caught signal %d, abort connection(s)",
		    sig);
		if (c->bundle != NULL && (bundle_has(c->bundle, MODE_AUTO) ||
		    bundle_has(c->bundle, MODE_DDIAL))) {
			bundle_lower_down(c->bundle, LINK_ALL);
			return;
		}
	} else {
		log_put(LOG_PHASE, "Signal %d, terminate.", sig);
	}
	ctl_exit(c, 0);
}

static int
watch_signals(struct ctl *c)
{
	static const int sigs[CTL_SIGNALS] = { SIGHUP, SIGINT, SIGQUIT,
	    SIGTERM, SIGUSR1, SIGUSR2 };

	signal(SIGPIPE, SIG_IGN);
	for (unsigned i = 0; i < CTL_SIGNALS; i++) {
		c->sig[i] = loop_signal_new(c->loop, sigs[i], on_signal, c);
		if (c->sig[i] == NULL)
			return -E_NOMEM;
	}
	return 0;
}

/* ---- life ---- */

struct ctl *
ctl_new(const struct profile *p, int unit, const char *secret_path)
{
	struct ctl *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	take_profile(c, p);
	c->unit = unit;
	c->watch_fd = -1;
	rng_system(&c->rng);
	c->trail = trail_new(rng_u32(&c->rng));
	c->loop = loop_new();
	c->secrets = secrets_new(secret_path);
	c->capture = capture_new();
	c->flowlog = flowlog_new();
	if (c->capture == NULL || c->flowlog == NULL || c->loop == NULL ||
	    c->secrets == NULL || c->trail == NULL || make_radius(c) < 0) {
		ctl_free(c);
		return NULL;
	}
	return c;
}

/* The first lane's TUN is the one that was asked for. */
static int
open_tuns(struct ctl *c, struct tun *t, unsigned n, char *why, size_t len)
{
	int err = 0;

	for (unsigned i = 0; i < n && err == 0; i++) {
		err = tun_open(&t[i], i == 0 ? c->unit : -1, why, len);
		if (err < 0) {
			while (i-- > 0)
				tun_close(&t[i]);
			return err;
		}
		os_if_quiet6(t[i].name);
	}
	memcpy(c->tun, t[0].name, sizeof(c->tun));
	c->tun_unit = t[0].unit;
	return 0;
}

static bool
some_auto(const struct profile *p)
{
	for (int i = 0; i < p->links; i++)
		if (p->link[i].mode == MODE_AUTO)
			return true;
	return false;
}

static int
make_pool(struct ctl *c, char *why, size_t n)
{
	bool client = c->p.lb.ifaces == 0;
	struct lb_params lp = { .lanes = client ? 1 : crew_lanes(&c->p),
	    .workers = client ? 1 : c->p.lb.workers, .single = client,
	    .demand = client && some_auto(&c->p),
	    .max_sessions = client ? LINKS_MAX : 65536,
	    .taps = capture_taps(c->capture) };
	struct tun tun[LANES_MAX];
	int err = capture_ready(c->capture, &c->p, lp.lanes, why, n);

	capture_go(c->capture, &c->p);
	if (err == 0)
		err = flowlog_ready(c->flowlog, &c->p, lp.lanes, why, n);
	lp.flows = flowlog_flows(c->flowlog, &c->p);
	flowlog_go(c->flowlog, &c->p);
	if (err == 0)
		err = open_tuns(c, tun, lp.lanes, why, n);
	if (err < 0)
		return err;
	c->lb = lb_new(&lp, &c->p, tun);
	if (c->lb == NULL) {
		snprintf(why, n, "out of memory for the lanes");
		return -E_NOMEM;
	}
	c->crew = crew_new(c, lp.workers);
	if (client)
		c->bundle = bundle_new(c);
	else
		c->ac = ac_side_new(c, lp.lanes);
	return c->crew != NULL && (c->bundle != NULL || c->ac != NULL) ? 0 :
	    -E_NOMEM;
}

static int
watch_all(struct ctl *c)
{
	c->note = loop_fd_new(c->loop, lb_fd(c->lb), mail_came, c);
	c->tick = loop_timer_new(c->loop, each_second, c);
	c->watch_fd = os_watch();
	if (c->watch_fd >= 0)
		c->watch = loop_fd_new(c->loop, c->watch_fd,
		    interfaces_changed, c);
	if (c->note == NULL || c->tick == NULL || c->watch == NULL)
		return -E_NOMEM;
	loop_fd_want(c->note, LOOP_READ);
	loop_fd_want(c->watch, LOOP_READ);
	loop_timer_set(c->tick, clock_now() + SEC(1));
	return watch_signals(c);
}

int
ctl_start(struct ctl *c, char *why, size_t n)
{
	int err;

	why[0] = '\0';
	err = make_pool(c, why, n);
	if (err == 0)
		err = watch_all(c);
	radius_use(c->radius, c->p.radius, c->p.nas_ip, c->p.nas_id);
	if (err == 0 && c->ac != NULL)
		err = ac_side_start(c->ac, why, n);
	else if (err == 0)
		bundle_prepare(c->bundle);
	if (err < 0 && why[0] == '\0')
		snprintf(why, n, "cannot start: %s", err_text(err));
	return err;
}

int
ctl_run(struct ctl *c)
{
	int err = capture_run(c->capture);

	if (err < 0)
		log_put(LOG_WARN_, "cannot start a capture: %s",
		    err_text(err));
	if (flowlog_run(c->flowlog) < 0)
		log_put(LOG_WARN_, "cannot start flow statistics");
	err = crew_start(c->crew);
	if (err < 0) {
		log_put(LOG_ALERT_, "cannot start workers: %s",
		    err_text(err));
		return 1;
	}
	if (radius_for(c->radius, RAD_FOR_ACCT))
		accounts_all(c, true);
	dae_use(c->dae, radius_conf(c->radius));
	if (c->bundle != NULL)
		bundle_start(c->bundle);
	loop_run(c->loop);
	if (c->bundle != NULL)
		bundle_stop(c->bundle);
	return c->code;
}

void
ctl_free(struct ctl *c)
{
	for (unsigned i = 0; i < CTL_SIGNALS; i++)
		loop_signal_free(c->sig[i]);
	loop_timer_free(c->tick);
	loop_fd_free(c->note);
	loop_fd_free(c->watch);
	if (c->watch_fd >= 0)
		close(c->watch_fd);
	if (c->bundle != NULL)
		bundle_free(c->bundle);
	if (c->ac != NULL)
		ac_side_free(c->ac);
	if (c->crew != NULL)
		crew_free(c->crew);
	sla_free(c->sla);
	path_free(c->path);
	trail_free(c->trail);
	/* A thread that does not end may still put something into them. */
	if (c->lb == NULL || lb_free(c->lb)) {
		if (c->capture != NULL)
			capture_free(c->capture);
		if (c->flowlog != NULL)
			flowlog_free(c->flowlog);
	}
	if (c->secrets != NULL)
		secrets_free(c->secrets);
	if (c->dae != NULL)
		dae_free(c->dae);
	if (c->radius != NULL)
		radius_free(c->radius);
	if (c->accounts != NULL)
		accounts_free(c->accounts);
	if (c->server != NULL)
		server_free(c->server);
	if (c->logger != NULL)
		logger_free(c->logger);
	if (c->prompts != NULL)
		prompts_free(c->prompts);
	if (c->loop != NULL)
		loop_free(c->loop);
	ct_wipe(&c->p, sizeof(c->p));
	free(c);
}
