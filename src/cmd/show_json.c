/*
 * `show ITEM json`: what scripts would otherwise cut out of the text, as one
 * JSON object or array. Each item has its function here and in the file that
 * prints its text; show_item() chooses.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>
#include <strings.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "cmd/version.h"
#include "ctl/logger.h"
#include "ctl/out.h"
#include "ctl/server.h"
#include "ppp/fsm.h"

typedef json_t *json_fn(struct cmd_ctx *cx, const struct ctl_view *v);

static json_t *
take(struct txt *t)
{
	json_t *s = json_string(txt_str(t));

	txt_free(t);
	return s;
}

static json_t *
ip4(uint32_t addr)
{
	struct txt t = { 0 };

	if (addr == 0)
		return json_null();
	put_ip4(addr, &t);
	return take(&t);
}

static json_t *
ip4s(const uint32_t *addr, int n)
{
	json_t *list = json_array();

	for (int i = 0; i < n; i++)
		if (addr[i] != 0)
			json_array_append_new(list, ip4(addr[i]));
	return list;
}

static json_t *
ifid(const uint8_t id[8])
{
	struct txt t = { 0 };

	put_ifid(id, &t);
	return t.n > 0 ? take(&t) : json_null();
}

/* Seconds since @since; 0: null. */
static json_t *
secs(tstamp since, tstamp now)
{
	return since == 0 ? json_null() :
	    json_integer((json_int_t)((now - since) / SEC(1)));
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* 0: null. */
static json_t *
above_zero(uint64_t n)
{
	return n == 0 ? json_null() : number(n);
}

static json_t *
throughput(const struct ctl_view *v, enum traffic_part part)
{
	const struct traffic *f = &v->traffic[part];
	struct traffic_sum s = traffic_counted(f);
	uint64_t in, out;

	traffic_current(f, &in, &out);
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "connect_time", secs(f->up, f->down != 0 ? f->down : v->now),
	    "octets_in", number(s.in_oct), "octets_out", number(s.out_oct),
	    "packets_in", number(s.in), "packets_out", number(s.out),
	    "overall", number(traffic_overall(f, v->now)),
	    "current_in", number(in), "current_out", number(out),
	    "peak", number(f->peak));
}

static const char *
state(const struct ctl_view *v, uint8_t s)
{
	return fsm_state_name(v->have_rec ? (enum fsm_state)s : FSM_INITIAL);
}

/* ---- the items ---- */

static json_t *
json_version(struct cmd_ctx *cx, const struct ctl_view *v)
{
	(void)cx;
	(void)v;
	return json_pack("{s:s}", "version", PPP_VERSION);
}

static json_t *
options(const struct profile *p)
{
	json_t *all = json_object();
	struct show_opt list[SHOW_OPTS];
	int n = show_options(p, list);

	for (int i = 0; i < n; i++)
		json_object_set_new(all, list[i].name,
		    json_boolean(list[i].on));
	return all;
}

static json_t *
server(const struct cmd_env *e)
{
	const struct server_want *s = &e->conf->server;

	if (s->kind == SERVER_NONE)
		return json_null();
	return json_pack("{s:o,s:b,s:b}", "address", out_string(s->addr),
	    "open", e->server != NULL && server_is_open(e->server), "password",
	    s->password[0] != '\0');
}

static json_t *
json_bundle(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct profile *p = &cx->env->conf->p;

	return json_pack("{s:s,s:s,s:i,s:i,s:o,s:o,s:o,s:o,"
	    "s:{s:i,s:i,s:i},s:o}",
	    "phase", ppp_phase_name(v->phase), "interface", v->tun,
	    "unit", v->unit, "pid", (int)getpid(),
	    "label", out_string(v->label),
	    "auth_name", out_string(p->ppp.authname),
	    "uptime", secs(v->up_since, v->now), "server", server(cx->env),
	    "idle", "seconds", (int)p->idle_secs, "minimum",
	    (int)p->idle_min, "left", (int)v->idle_left,
	    "options", options(p));
}

static json_t *
json_links(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct profile *p = &cx->env->conf->p;
	json_t *list = json_array();
	struct ctl_view one;

	(void)v;
	for (int i = 0; i < p->links; i++) {
		ctl_link_view(cx->env->ctl, i, &one);
		json_array_append_new(list, json_pack("{s:o,s:s,s:s}",
		    "name", out_string(p->link[i].name), "mode",
		    mode_name((enum mode)p->link[i].mode), "state",
		    link_state_name(one.link)));
	}
	return list;
}

static json_t *
json_physical(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct profile *p = &cx->draft->p;
	bool open = v->have_rec && v->rec.key.sid != 0;
	struct txt mac = { 0 };

	if (open)
		put_mac(v->rec.key.mac, &mac);
	return json_pack("{s:o,s:s,s:o,s:o,s:s,s:i,s:o,s:o,s:o,s:o,s:o}",
	    "name", out_string(p->name), "state", link_state_name(v->link),
	    "device", v->device[0] != '\0' ? out_string(v->device) :
	    json_null(),
	    "frames", v->way != NULL ? json_string(v->way) : json_null(),
	    "mode", mode_name((enum mode)p->mode),
	    "connects", (int)v->connects,
	    "session", open ? json_integer(v->rec.key.sid) : json_null(),
	    "ac_name", open ? out_string(v->rec.ac_name) : json_null(),
	    "peer_mac", open ? take(&mac) : json_null(),
	    "peer_name", v->have_rec && v->rec.name[0] != '\0' ?
	    out_string(v->rec.name) : json_null(),
	    "throughput", throughput(v, TRAFFIC_LINK));
}

static json_t *
json_ipcp(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct profile *p = &cx->env->conf->p;
	uint32_t dns[2];

	ctl_dns(cx->env->ctl, dns);
	return json_pack("{s:s,s:o,s:o,s:o,s:o,s:o,s:o}",
	    "state", state(v, v->rec.ipcp_state),
	    "my_address", ip4(v->have_rec ? v->rec.my_addr : 0),
	    "his_address", ip4(v->have_rec ? v->rec.his_addr : 0),
	    "dns", ip4s(p->net.dns, 2), "resolver_dns", ip4s(dns, 2),
	    "nbns", ip4s(p->net.nbns, 2),
	    "throughput", throughput(v, TRAFFIC_IP));
}

static json_t *
json_ipv6cp(struct cmd_ctx *cx, const struct ctl_view *v)
{
	(void)cx;
	return json_pack("{s:s,s:o,s:o,s:o}",
	    "state", state(v, v->rec.ipv6cp_state),
	    "my_address", v->have_rec ? ifid(v->rec.my_ifid) : json_null(),
	    "his_address", v->have_rec ? ifid(v->rec.his_ifid) : json_null(),
	    "throughput", throughput(v, TRAFFIC_IP6));
}

static json_t *
side(const struct lcp_side *s)
{
	return json_pack("{s:i,s:o,s:o,s:b,s:b,s:b,s:o}", "mru", s->mru,
	    "accmap", number(s->accmap), "magic", number(s->magic),
	    "acfcomp", s->acfcomp, "protocomp", s->protocomp, "lqr", s->lqr,
	    "auth", s->auth_proto == 0 ? json_null() :
	    json_string(show_auth_name(s->auth_proto, s->auth_algo)));
}

static json_t *
json_lcp(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct ppp_conf *c = &cx->draft->p.ppp;

	return json_pack("{s:o,s:s,s:o,s:o,s:i,s:b,s:b,s:o}",
	    "name", out_string(cx->draft->p.name),
	    "state", state(v, v->rec.lcp_state), "mine", side(&v->rec.mine),
	    "his", side(&v->rec.his), "lqr_period", c->lqr_period,
	    "echo", (c->enabled & NEG_ECHO) != 0, "passive", c->passive,
	    "ident", out_string(c->ident));
}

static void
route(void *arg, const char *dst, const char *gw, const char *flags,
    const char *ifname)
{
	json_array_append_new(arg, json_pack("{s:s,s:s,s:s,s:s}",
	    "destination", dst, "gateway", gw, "flags", flags, "interface",
	    ifname));
}

static json_t *
json_route(struct cmd_ctx *cx, const struct ctl_view *v)
{
	json_t *list = json_array();

	show_routes(cx, v, route, list);
	return list;
}

struct who {
	json_t *list;
	const struct prompt *me;
};

static void
one_prompt(void *arg, struct prompt *pr)
{
	struct who *w = arg;

	json_array_append_new(w->list, json_pack("{s:s,s:s,s:b,s:b}",
	    "type", prompt_kind_name(prompt_kind(pr)), "from",
	    prompt_from(pr), "self", pr == w->me, "suspended",
	    prompt_suspended(pr)));
}

static json_t *
json_who(struct cmd_ctx *cx, const struct ctl_view *v)
{
	struct who w = { json_array(), cx->prompt->pr };

	(void)v;
	if (cx->env->prompts != NULL)
		prompts_each(cx->env->prompts, one_prompt, &w);
	return w.list;
}

static json_t *
level_names(uint32_t mask)
{
	json_t *list = json_array();

	for (int i = 0; i < LOG_LEVELS; i++)
		if (mask & LOG_BIT(i))
			json_array_append_new(list, json_string(
			    log_level_name((enum log_level)i)));
	return list;
}

static json_t *
json_log(struct cmd_ctx *cx, const struct ctl_view *v)
{
	const struct prompt *pr = cx->prompt->pr;
	uint64_t lost = log_lost();

	(void)v;
	if (cx->env->logger != NULL)
		lost += logger_lost(cx->env->logger);
	return json_pack("{s:o,s:o,s:o}", "log",
	    level_names(cx->env->conf->log | LOG_ALWAYS), "local",
	    level_names(pr != NULL ? prompt_mask(pr) : LOG_ALWAYS),
	    "lost", number(lost));
}

static json_t *
address(const struct os_addr *a)
{
	char my[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	return json_pack("{s:s,s:s,s:o,s:i}", "family",
	    a->family == AF_INET6 ? "inet6" : "inet", "address",
	    inet_ntop(a->family, a->addr, my, sizeof(my)), "peer",
	    a->has_peer ? json_string(inet_ntop(a->family, a->peer, peer,
	    sizeof(peer))) : json_null(), "bits", a->bits);
}

static json_t *
json_iface(struct cmd_ctx *cx, const struct ctl_view *v)
{
	struct os_addr list[IFACE_ADDRS];
	int n = iface_list(v->tun, list, IFACE_ADDRS);
	json_t *all = json_array();

	(void)cx;
	for (int i = 0; i < n; i++)
		json_array_append_new(all, address(&list[i]));
	return json_pack("{s:s,s:i,s:b,s:i,s:o}", "name", v->tun, "index",
	    os_if_index(v->tun), "running", os_if_is_running(v->tun) > 0,
	    "mtu", v->have_rec && v->rec.mtu != 0 ? v->rec.mtu : PPPOE_MTU,
	    "addresses", all);
}

static json_t *
capture_mac(const struct capture_conf *c)
{
	char mac[MAC_TEXT];

	return c->by_mac ? json_string(mac_text(c->mac, mac)) : json_null();
}

static json_t *
json_capture(struct cmd_ctx *cx, const struct ctl_view *v)
{
	struct capture_view w;
	const struct capture_conf *c = &w.conf;

	(void)v;
	ctl_capture(cx->env->ctl, &w);
	if (w.state == CAPTURE_NONE)
		return json_object();
	return json_pack("{s:o,s:s,s:o,s:s,s:o,s:o,s:o,s:b,"
	    "s:{s:o,s:o,s:o},s:o,s:o,s:o}",
	    "file", out_string(c->path), "state",
	    w.state == CAPTURE_RUNS ? "running" :
	    w.state == CAPTURE_LEAVES ? "off" : "ended",
	    "reason", w.end[0] != '\0' ? out_string(w.end) : json_null(),
	    "what", capture_what_name((enum capture_what)c->what),
	    "mac", capture_mac(c), "session", above_zero(c->sid),
	    "filter", c->filter[0] == '\0' ? json_null() :
	    out_string(c->filter),
	    "mask", c->mask,
	    "limits", "frames", above_zero(c->frames), "octets",
	    above_zero(c->octets), "seconds", above_zero(c->secs),
	    "frames", number(w.frames), "octets", number(w.octets),
	    "lost", number(w.lost));
}

/* ---- which one ---- */

static const struct {
	run_fn *text;
	json_fn *json;
	bool	 still;			/* also when nothing runs */
} items[] = {
	[ITEM_BUNDLE] = { show_bundle, json_bundle, false },
	[ITEM_IFACE] = { show_iface, json_iface, false },
	[ITEM_IPCP] = { show_ipcp, json_ipcp, false },
	[ITEM_IPV6CP] = { show_ipv6cp, json_ipv6cp, false },
	[ITEM_LCP] = { show_lcp, json_lcp, false },
	[ITEM_LINKS] = { show_links, json_links, false },
	[ITEM_LOG] = { show_log, json_log, true },
	[ITEM_PHYSICAL] = { show_physical, json_physical, false },
	[ITEM_ROUTE] = { show_route, json_route, false },
	[ITEM_VERSION] = { show_version, json_version, true },
	[ITEM_WHO] = { show_who, json_who, true },
	[ITEM_CAPTURE] = { show_capture, json_capture, false },
};

int
show_item(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v = { 0 };
	json_t *all;
	int err;

	if (a->n != 1 || strcasecmp(a->w[0], "json") != 0)
		return items[r->lo].text(cx, r, a);
	if (!items[r->lo].still) {
		if (cmd_held(cx, &err))
			return err;
		ctl_link_view(cx->env->ctl, cx->at, &v);
	}
	all = items[r->lo].json(cx, &v);
	out_json(cx->out, all, false);
	json_decref(all);
	return 0;
}
