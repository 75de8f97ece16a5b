/* show ipcp, ipv6cp, iface, route, ncp. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ppp/fsm.h"

static void
pair(const uint32_t ns[2], struct txt *t)
{
	if (ns[0] == 0) {
		txt_put(t, "none");
		return;
	}
	put_ip4(ns[0], t);
	if (ns[1] != 0) {
		txt_put(t, ", ");
		put_ip4(ns[1], t);
	}
}

static void
his_address(const struct profile *p, struct txt *t)
{
	txt_put(t, " His Address:      ");
	if (p->his_ranges == 0)
		put_want(&p->net.his, t);
	for (int i = 0; i < p->his_ranges; i++) {
		txt_put(t, "%s", i > 0 ? "," : "");
		put_ip4(p->his[i].lo, t);
		if (p->his[i].hi != p->his[i].lo) {
			txt_put(t, "-");
			put_ip4(p->his[i].hi, t);
		}
	}
	txt_put(t, "\n");
}

/* What this side can restore. */
static void
put_vj(const struct ipcp_vj *vj, struct txt *t)
{
	if (vj->slots == 0)
		txt_put(t, ", no VJ compression");
	else
		txt_put(t, ", %u VJ slots with%s slot compression",
		    vj->slots, vj->slotcomp ? "" : "out");
}

static void
ipcp_defaults(struct cmd_ctx *cx, struct txt *t)
{
	const struct profile *p = &cx->env->conf->p;
	const struct retry *r = &p->ppp.ipcp;
	uint32_t dns[2];

	txt_put(t, "\nDefaults:\n FSM retry = %us, max %u Config REQs, "
	    "%u Term REQs\n My Address:       ", r->period, r->reqs,
	    r->terms);
	put_want(&p->net.my, t);
	if (p->netmask != 0) {
		txt_put(t, ", netmask ");
		put_ip4(p->netmask, t);
	}
	if (p->net.has_trigger) {
		txt_put(t, "\n Trigger address:  ");
		put_ip4(p->net.trigger, t);
	}
	txt_put(t, "\n VJ compression:   %s (%u slots %s slot "
	    "compression)\n", show_neg(&p->ppp, NEG_VJCOMP),
	    p->ppp.vj_slots, p->ppp.vj_slotcomp ? "with" : "without");
	his_address(p, t);
	txt_put(t, " DNS:              ");
	pair(p->net.dns, t);
	txt_put(t, ", %s\n Resolver DNS:     ", show_neg(&p->ppp, NEG_DNS));
	ctl_dns(cx->env->ctl, dns);
	pair(dns, t);
	txt_put(t, "\n NetBIOS NS:       ");
	pair(p->net.nbns, t);
	txt_put(t, "\n");
}

int
show_ipcp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct txt *t = cx->out;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "IPCP [%s]\n", fsm_state_name(v.have_rec ?
	    (enum fsm_state)v.rec.ipcp_state : FSM_INITIAL));
	if (v.have_rec && v.rec.my_addr != 0) {
		txt_put(t, " His side:        ");
		put_ip4(v.rec.his_addr, t);
		put_vj(&v.rec.vj_out, t);
		txt_put(t, "\n My side:         ");
		put_ip4(v.rec.my_addr, t);
		put_vj(&v.rec.vj_in, t);
		txt_put(t, "\n");
	}
	txt_put(t, " Queued packets:  %u\n", v.count.queued);
	ipcp_defaults(cx, t);
	show_throughput(cx->env, &v, TRAFFIC_IP, t);
	return 0;
}

int
show_ipv6cp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct retry *ry = &cx->env->conf->p.ppp.ipv6cp;
	struct txt *t = cx->out;
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	txt_put(t, "IPV6CP [%s]\n", fsm_state_name(v.have_rec ?
	    (enum fsm_state)v.rec.ipv6cp_state : FSM_INITIAL));
	if (v.have_rec) {
		txt_put(t, " His side:        ");
		put_ifid(v.rec.his_ifid, t);
		txt_put(t, "\n My side:         ");
		put_ifid(v.rec.my_ifid, t);
		txt_put(t, "\n");
	}
	txt_put(t, "\nDefaults:\n FSM retry = %us, max %u Config REQs, "
	    "%u Term REQs\n", ry->period, ry->reqs, ry->terms);
	show_throughput(cx->env, &v, TRAFFIC_IP6, t);
	return 0;
}

static void
address(const struct os_addr *oa, struct txt *t)
{
	bool v6 = oa->family == AF_INET6;
	uint32_t mask = v6 || oa->bits == 0 ? 0 :
	    UINT32_MAX << (32 - oa->bits);
	char text[INET6_ADDRSTRLEN];

	txt_put(t, "  %s %s", v6 ? "inet6" : "inet", inet_ntop(oa->family,
	    oa->addr, text, sizeof(text)));
	if (oa->has_peer)
		txt_put(t, " --> %s", inet_ntop(oa->family, oa->peer, text,
		    sizeof(text)));
	if (v6)
		txt_put(t, " prefixlen %u\n", oa->bits);
	else
		txt_put(t, " netmask 0x%08x\n", mask);
}

int
show_iface(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct os_addr list[IFACE_ADDRS];
	struct ctl_view v;
	int answer, n;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	n = iface_list(v.tun, list, IFACE_ADDRS);
	txt_put(cx->out, "%s (idx %d) <%s> mtu %u has %d address%s:\n",
	    v.tun, os_if_index(v.tun), os_if_is_running(v.tun) > 0 ?
	    "UP,POINTOPOINT,RUNNING" : "POINTOPOINT", v.have_rec &&
	    v.rec.mtu != 0 ? v.rec.mtu : PPPOE_MTU, n, n == 1 ? "" : "es");
	for (int i = 0; i < n; i++)
		address(&list[i], cx->out);
	return 0;
}

int
show_ncp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->env->conf->p;

	(void)r;
	if (a->n > 0)
		return ROW_USAGE;
	txt_put(cx->out, "Sticky routes:\n");
	for (int i = 0; i < p->routes; i++) {
		txt_put(cx->out, " %s ", p->route[i].replace ? "add!" :
		    "add");
		put_route(&p->route[i], cx->out);
		txt_put(cx->out, "\n");
	}
	put_urgent(p, cx->out);
	return 0;
}

/* ---- show route: those through our interface, as the system has them */

/* U up, G gateway, H host, S static: one that was added. */
static const char *
route_flags(const struct os_route *r)
{
	bool host = r->bits == (r->family == AF_INET6 ? 128 : 32);

	if (r->has_gw)
		return host ? "UGHS" : "UGS";
	return host ? "UH" : "U";
}

static void
route_dest(const struct os_route *r, struct txt *t)
{
	char text[INET6_ADDRSTRLEN];

	if (r->bits == 0) {
		txt_put(t, "default");
		return;
	}
	txt_put(t, "%s", inet_ntop(r->family, r->dst, text, sizeof(text)));
	if (r->bits != (r->family == AF_INET6 ? 128 : 32))
		txt_put(t, "/%u", r->bits);
}

void
show_routes(struct cmd_ctx *cx, const struct ctl_view *v, show_route_fn *fn,
    void *arg)
{
	struct os_route list[OS_ROUTES];
	int n = os_route_list(v->tun, list, OS_ROUTES);

	(void)cx;
	for (int i = 0; i < n; i++) {
		const struct os_route *r = &list[i];
		char gw[INET6_ADDRSTRLEN] = "";
		struct txt dst = { 0 };

		route_dest(r, &dst);
		if (r->has_gw)
			inet_ntop(r->family, r->gw, gw, sizeof(gw));
		fn(arg, txt_str(&dst), r->has_gw ? gw : v->tun,
		    route_flags(r), v->tun);
		txt_free(&dst);
	}
}

static void
route_line(void *arg, const char *dst, const char *gw, const char *flags,
    const char *ifname)
{
	txt_put(arg, "%-28s %-28s %-6s %s\n", dst, gw, flags, ifname);
}

int
show_route(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ctl_view v;
	int answer;

	(void)r;
	if (!show_view(cx, a, &v, &answer))
		return answer;
	route_line(cx->out, "Destination", "Gateway", "Flags", "Netif");
	show_routes(cx, &v, route_line, cx->out);
	return 0;
}
