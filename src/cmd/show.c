/* The `show` rows, and the items about the whole program. */
#include "cmd/show.h"

#include <string.h>
#include <unistd.h>
#include <sys/resource.h>

#include "base/log.h"
#include "cmd/text.h"
#include "cmd/version.h"
#include "ctl/logger.h"
#include "ctl/server.h"

const char *
show_neg(const struct ppp_conf *c, uint32_t bits)
{
	bool on = c->enabled & bits, ok = c->accepted & bits;

	return on ? ok ? "enabled & accepted" : "enabled & denied" :
	    ok ? "disabled & accepted" : "disabled & denied";
}

int
show_version(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	(void)a;
	txt_put(cx->out, "PPP Version %s\n", PPP_VERSION);
	return 0;
}

static void
levels(uint32_t mask, struct txt *t)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		if (mask & LOG_BIT(i))
			txt_put(t, " %s", log_level_name((enum log_level)i));
	txt_put(t, "\n");
}

static void
put_lost(const struct logger *lg, struct txt *t)
{
	uint64_t n = log_lost() + (lg != NULL ? logger_lost(lg) : 0);

	if (n > 0)
		txt_put(t, "Lost:  %llu lines\n", (unsigned long long)n);
}

#define FOLLOW_TAIL	10u		/* lines to begin with */

/* `show log [tail]`: the levels, or the last lines. */
static void
tail_line(void *arg, int64_t wall, const struct log_line *line)
{
	(void)wall;
	txt_put(arg, "%s: ", log_level_name((enum log_level)line->level));
	put_clean(line->text, arg);
	txt_put(arg, "\n");
}

static void
follow_gone(void *arg)
{
	(void)arg;			/* with the prompt */
}

static void
follow_typed(void *arg)
{
	struct prompt *pr = arg;

	prompt_follow(pr, false);
	prompt_release(pr);
}

/* `show log -f`: the last lines and those that come, until something is
 * typed or the client goes. */
static int
follow(struct cmd_ctx *cx, struct prompt *pr)
{
	int err;

	if (cmd_held(cx, &err))
		return err;
	if (pr == NULL || cx->env->logger == NULL)
		return cmd_bad(cx, "give it at a prompt, or by pppctl");
	logger_tail(cx->env->logger, FOLLOW_TAIL, tail_line, cx->out);
	prompt_follow(pr, true);
	prompt_hold(pr, follow_gone, pr);
	prompt_on_typed(pr, follow_typed);
	return 0;
}

int
show_log(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct prompt *pr = cx->prompt->pr;

	(void)r;
	if (a->n == 1 && strcmp(a->w[0], "-f") == 0)
		return follow(cx, pr);
	if (a->n > 1 || (a->n == 1 && strcmp(a->w[0], "tail") != 0))
		return ROW_USAGE;
	if (a->n == 1) {
		if (cx->env->logger != NULL)
			logger_tail(cx->env->logger, LOGGER_TAIL, tail_line,
			    cx->out);
		return 0;
	}
	txt_put(cx->out, "Log:  ");
	levels(cx->env->conf->log | LOG_ALWAYS, cx->out);
	txt_put(cx->out, "Local:");
	levels(pr != NULL ? prompt_mask(pr) : LOG_ALWAYS, cx->out);
	put_lost(cx->env->logger, cx->out);
	return 0;
}

static void
mem_line(void *arg, const char *name, uint64_t used, uint64_t max,
    uint64_t octets)
{
	txt_put(arg, "%-12s %12llu %12llu %14llu\n", name,
	    (unsigned long long)used, (unsigned long long)max,
	    (unsigned long long)octets);
}

/* The most that was ever resident is the system's figure for all of it. */
int
show_mem(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct rusage u;
	int err;

	(void)r;
	if (a->n > 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	txt_put(cx->out, "%-12s %12s %12s %14s\n", "Fragments", "Used",
	    "Max", "Octets");
	ctl_mem(cx->env->ctl, mem_line, cx->out);
	if (getrusage(RUSAGE_SELF, &u) == 0)
		txt_put(cx->out, "%-12s %12s %12s %14llu\n", "total", "", "",
		    (unsigned long long)u.ru_maxrss * 1024);
	return 0;
}

static void
who(void *arg, struct prompt *pr)
{
	struct cmd_ctx *cx = arg;

	txt_put(cx->out, "%s (%s)%s%s\n", prompt_kind_name(prompt_kind(pr)),
	    prompt_from(pr), pr == cx->prompt->pr ? " *" : "",
	    prompt_suspended(pr) ? " ^Z" : "");
}

int
show_who(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	(void)a;
	if (cx->env->prompts != NULL)
		prompts_each(cx->env->prompts, who, cx);
	return 0;
}

/* ---- show bundle ---- */

static void
put_server(const struct cmd_env *e, struct txt *t)
{
	const struct server_want *s = &e->conf->server;
	bool open = e->server != NULL && server_is_open(e->server);

	txt_put(t, " Diagnostic socket: ");
	if (s->kind == SERVER_NONE)
		txt_put(t, "not configured\n");
	else if (open && server_tcp_port(e->server) != 0)
		txt_put(t, "TCP port %u\n", server_tcp_port(e->server));
	else
		txt_put(t, "%s%s\n", s->addr, open ? "" : " (closed)");
}

static void
put_idle(const struct profile *p, const struct ctl_view *v, struct txt *t)
{
	txt_put(t, " Idle Timer:        ");
	if (p->idle_secs == 0) {
		txt_put(t, "Disabled\n");
		return;
	}
	txt_put(t, "%us", p->idle_secs);
	if (p->idle_min > 0)
		txt_put(t, ", min %us", p->idle_min);
	if (v->idle_left > 0)
		txt_put(t, " (%us remaining)", v->idle_left);
	txt_put(t, "\n");
}

int
show_options(const struct profile *p, struct show_opt list[SHOW_OPTS])
{
	const struct show_opt opt[] = {
		{ "Filter Decap", p->filter_decap },
		{ "ID check", p->ppp.enabled & NEG_IDCHECK },
		{ "Iface-Alias", p->iface_alias },
		{ "IPCP", p->ppp.enabled & NEG_IPCP },
		{ "IPV6CP", p->ppp.enabled & NEG_IPV6CP },
		{ "Keep-Session", false },	/* no link is handed over */
		{ "Loopback", p->loopback },
		{ "NAS-IP-Address", p->nas_ip },
		{ "NAS-Identifier", p->nas_id },
		{ "PasswdAuth", p->passwdauth },
		{ "Proxy", p->proxy },
		{ "Proxyall", p->proxyall },
		{ "Sticky Routes", p->sroutes },
		{ "TCPMSS Fixup", p->tcpmssfixup },
		{ "Throughput", p->throughput },
		{ "Utmp Logging", p->utmp },
		{ "NAT", p->nat },
	};
	const int n = sizeof(opt) / sizeof(opt[0]);

	_Static_assert(sizeof(opt) <= SHOW_OPTS * sizeof(opt[0]), "fits");
	memcpy(list, opt, sizeof(opt));
	return n;
}

static void
put_options(const struct profile *p, struct txt *t)
{
	struct show_opt opt[SHOW_OPTS];
	int n = show_options(p, opt);

	for (int i = 0; i < n; i++)
		txt_put(t, i % 2 == 0 ? " %-14s %-10s" : " %-14s %s\n",
		    opt[i].name, opt[i].on ? "enabled" : "disabled");
	if (n % 2 == 1)
		txt_put(t, "\n");
}

static void
put_radius(const struct profile *p, struct txt *t)
{
	static const char *const port[] = { "default", "pid", "ifnum",
	    "tunnum" };

	txt_put(t, " Radius config:     %s\n", p->radius[0] != '\0' ?
	    p->radius : "none");
	if (p->radius[0] == '\0')
		return;
	if (p->rad_alive > 0)
		txt_put(t, " Radius alive:      %us\n", p->rad_alive);
	txt_put(t, " NAS-Port-Id:       %s\n", port[p->rad_port_id]);
}

int
show_bundle(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->env->conf->p;
	struct txt *t = cx->out;
	struct ctl_view v;
	int err;

	(void)r;
	(void)a;
	if (cmd_held(cx, &err))
		return err;
	ctl_view(cx->env->ctl, &v);
	txt_put(t, "Phase %s\n", ppp_phase_name(v.phase));
	txt_put(t, " Device:        /dev/%s\n", v.tun);
	txt_put(t, " Interface:     %s @ %ubps", v.tun, p->serial.speed);
	if (v.up_since != 0) {
		txt_put(t, " (up time ");
		put_time(v.now - v.up_since, t);
		txt_put(t, ")");
	}
	if (v.have_rec && v.count.queued > 0)
		txt_put(t, "\n Queued:        %u of %u packets",
		    v.count.queued, p->ifqueue);
	txt_put(t, "\n Process ID:    %ld", (long)getpid());
	txt_put(t, "\n\nDefaults:\n Label:             %s\n", v.label);
	txt_put(t, " Auth name:         %s\n", p->ppp.authname);
	put_server(cx->env, t);
	txt_put(t, " Choked Timer:      %us\n", p->choked_secs);
	put_radius(p, t);
	put_idle(p, &v, t);
	put_options(p, t);
	return 0;
}

static int
show_help(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return cmd_help(cx, "show ", show_rows,
	    a->n > 0 ? a->w[0] : NULL);
}

#define SHOW(word, other, syntax, function, ctx, text)			\
	{ .name = word, .alias = other, .args = syntax, .run = function, \
	  .flags = ROW_PROMPT | (ctx), .help = text }

#define ITEM(word, other, item, ctx, text)				\
	{ .name = word, .alias = other, .args = "[json]",		\
	  .run = show_item, .lo = (item), .flags = ROW_PROMPT | (ctx),	\
	  .help = text }

const struct row show_rows[] = {
	ITEM("bundle", NULL, ITEM_BUNDLE, 0, "The bundle's settings."),
	SHOW("ccp", NULL, "", show_ccp, ROW_OPT, "CCP."),
	SHOW("compress", NULL, "", show_compress, 0,
	    "Header compression figures."),
	SHOW("escape", NULL, "", show_escape, ROW_LINK,
	    "Escaped characters."),
	SHOW("filter", NULL, "[in|out|dial|alive]", show_filter, 0,
	    "Packet filters."),
	SHOW("hdlc", NULL, "", show_hdlc, ROW_LINK, "HDLC errors."),
	SHOW("http", NULL, "[json|jsonl|csv]", show_http, ROW_NEW,
	    "Who asked for metrics or the page."),
	ITEM("iface", "interface", ITEM_IFACE, 0,
	    "The interface and its addresses."),
	ITEM("ipcp", NULL, ITEM_IPCP, 0, "IPCP."),
	ITEM("ipv6cp", NULL, ITEM_IPV6CP, 0, "IPV6CP."),
	SHOW("layers", NULL, "", show_layers, ROW_OPT, "Protocol layers."),
	ITEM("lcp", NULL, ITEM_LCP, ROW_LINK, "LCP."),
	SHOW("link", "datalink", "", show_link, ROW_LINK, "The link."),
	ITEM("links", NULL, ITEM_LINKS, 0, "All links."),
	{ .name = "log", .args = "[tail|-f|json]", .run = show_item,
	  .lo = ITEM_LOG, .flags = ROW_PROMPT,
	  .help = "Log levels; tail: the last lines; -f: those that come, "
	  "too, until something is typed." },
	SHOW("mem", NULL, "", show_mem, 0, "Memory in use."),
	ITEM("modem", NULL, ITEM_PHYSICAL, ROW_LINK | ROW_HIDDEN,
	    "The old name of physical."),
	SHOW("mp", "multilink", "", show_mp, 0, "Multilink."),
	SHOW("ncp", NULL, "", show_ncp, 0, "Sticky routes."),
	ITEM("physical", NULL, ITEM_PHYSICAL, ROW_LINK,
	    "The device and its throughput."),
	SHOW("proto", NULL, "", show_proto, ROW_OPT, "Protocol counters."),
	ITEM("route", NULL, ITEM_ROUTE, 0, "Routes."),
	SHOW("stopped", NULL, "", show_stopped, ROW_LINK,
	    "Stopped timers."),
	SHOW("timers", NULL, "", show_timers, 0, "Timers."),
	ITEM("version", NULL, ITEM_VERSION, ROW_ANYONE, "The version."),
	ITEM("who", NULL, ITEM_WHO, 0, "Everybody at a prompt."),
	SHOW("sessions", NULL,
	    "[worker n|user u|mac] [cols] [match col re] [order col] "
	    "[limit n] [json]", show_sessions, ROW_NEW,
	    "Sessions of the access concentrator."),
	SHOW("phases", NULL, "[json|jsonl|csv]", show_phases, ROW_NEW,
	    "How long each phase of the set-ups took."),
	SHOW("lb", NULL, "[json]", show_lb, ROW_NEW,
	    "The access concentrator."),
	SHOW("workers", NULL, "[id|json|jsonl|csv]", show_workers, ROW_NEW,
	    "Workers, or all about one."),
	SHOW("lanes", NULL, "[json|jsonl|csv]", show_lanes, ROW_NEW,
	    "Lanes and who serves them."),
	SHOW("governor", NULL, "[history] [json|jsonl|csv]", show_governor,
	    ROW_NEW, "How many workers there are, and why."),
	SHOW("why", NULL, "[mac|user] [json]", show_why, ROW_NEW,
	    "How far the last attempts of a peer got, and who refused; "
	    "without a word: of all that did not come up."),
	SHOW("quality", NULL, "[mac|user|worst n [course]] [json|jsonl|csv]",
	    show_quality, ROW_NEW,
	    "Round-trip times of LCP echo, in ms: of all sessions, the n "
	    "worst (course: step by step), or the course of one."),
	SHOW("tests", NULL, "[number|label] [json|jsonl|csv]", show_tests,
	    ROW_NEW, "Measurements that are scheduled, run or are over."),
	SHOW("map", NULL, "[json|jsonl|csv]", show_map, ROW_NEW,
	    "Which worker serves which session."),
	SHOW("health", NULL, "[json]", show_health, ROW_NEW,
	    "Whether the workers share their work well."),
	SHOW("stats", NULL, "[json]", show_stats, ROW_NEW,
	    "Sums over all workers."),
	SHOW("nat", NULL, "[json]", show_nat, ROW_NEW,
	    "Translation: options, rules, connections."),
	{ .name = "capture", .args = "[json]", .run = show_item,
	  .lo = ITEM_CAPTURE, .flags = ROW_PROMPT | ROW_NEW,
	  .help = "The capture, and what it has written." },
	SHOW("flows", NULL, "[mac|user] [sessions] [top|worst n] "
	    "[json|jsonl|csv]", show_flows, ROW_NEW,
	    "Flows now, or their sums by session: the n largest (20), or "
	    "those with most sent again."),
	SHOW("radius", NULL, "[json|jsonl|csv]", show_radius, ROW_NEW,
	    "RADIUS servers, and how they answer."),
	SHOW("help", "?", "[item]", show_help, ROW_ANYONE, "This list."),
	END_ROWS
};
