/* show nat: what is translated, and how often. */
#include <netinet/in.h>
#include <string.h>

#include "cmd/show.h"
#include "cmd/text.h"
#include "ctl/out.h"

static void
addr(uint32_t a, struct txt *t)
{
	if (a == 0)
		txt_put(t, "MYADDR");
	else
		put_ip4(a, t);
}

static void
ports(struct nat_ports p, struct txt *t)
{
	txt_put(t, ":%u", p.lo);
	if (p.hi != p.lo)
		txt_put(t, "-%u", p.hi);
}

static void
port_rule(const struct nat_rule *r, struct txt *t)
{
	txt_put(t, "port %s ", r->proto == IPPROTO_UDP ? "udp" : "tcp");
	addr(r->local[0], t);
	ports(r->lport, t);
	txt_put(t, " ");
	addr(r->pub, t);
	ports(r->pport, t);
	if (r->remote == 0 && r->rport.lo == 0)
		return;
	txt_put(t, " ");
	put_ip4(r->remote, t);
	if (r->rport.lo != 0)
		ports(r->rport, t);
}

static void
proxy_rule(const struct nat_rule *r, struct txt *t)
{
	txt_put(t, "proxy proto %s port %u server ",
	    r->proto == IPPROTO_UDP ? "udp" : "tcp", r->pport.lo);
	addr(r->local[0], t);
	ports(r->lport, t);
	if (r->src_bits != 0) {
		txt_put(t, " src ");
		put_ip4(r->src, t);
		txt_put(t, "/%u", r->src_bits);
	}
	if (r->dst_bits != 0) {
		txt_put(t, " dst ");
		put_ip4(r->dst, t);
		txt_put(t, "/%u", r->dst_bits);
	}
	txt_put(t, " rule %u", r->order);
}

void
put_nat_rule(const struct nat_rule *r, struct txt *t)
{
	if (r->kind == NAT_PORT) {
		port_rule(r, t);
		return;
	}
	if (r->kind == NAT_PROXY) {
		proxy_rule(r, t);
		return;
	}
	if (r->kind == NAT_PROTO)
		txt_put(t, "proto %u ", r->proto);
	else
		txt_put(t, "addr ");
	for (unsigned i = 0; i < r->locals; i++) {
		txt_put(t, "%s", i > 0 ? "," : "");
		addr(r->local[i], t);
	}
	txt_put(t, " ");
	addr(r->pub, t);
	if (r->remote != 0) {
		txt_put(t, " ");
		put_ip4(r->remote, t);
	}
}

void
put_nat_target(const struct nat_conf *c, struct txt *t)
{
	if (c->target_kind == NAT_TO_DEFAULT)
		txt_put(t, "default");
	else
		addr(c->target, t);
}

struct flag {
	const char *name;
	bool	 on;
};
#define FLAGS	6

static void
flags(const struct profile *p, struct flag f[FLAGS])
{
	const struct nat_conf *c = &p->natc;

	f[0] = (struct flag){ "deny_incoming", c->deny_incoming };
	f[1] = (struct flag){ "log", c->log };
	f[2] = (struct flag){ "same_ports", !c->change_ports };
	f[3] = (struct flag){ "unregistered_only", c->unregistered_only };
	f[4] = (struct flag){ "use_sockets", true };
	f[5] = (struct flag){ "iface-alias", p->iface_alias };
}

static void
as_text(const struct profile *p, const struct ctl_nat *n, struct txt *t)
{
	struct flag f[FLAGS];

	txt_put(t, "NAT %s", p->nat ? "enabled" : "disabled");
	if (n->addr != 0) {
		txt_put(t, " on %s as ", n->tun);
		put_ip4(n->addr, t);
	} else if (p->nat) {
		txt_put(t, ", no address yet");
	}
	txt_put(t, "\n Target:           ");
	put_nat_target(&p->natc, t);
	flags(p, f);
	for (int i = 0; i < FLAGS; i++)
		txt_put(t, "%s%-18s%-8s", i % 2 == 0 ? "\n " : " ",
		    f[i].name, f[i].on ? "yes" : "no");
	txt_put(t, "\n Connections:      %llu out, %llu to the target\n "
	    "Packets refused:  %llu\n", (unsigned long long)
	    n->sums.n[NAT_OUT], (unsigned long long)n->sums.n[NAT_TARGETED],
	    (unsigned long long)n->sums.n[NAT_DENIED]);
	for (int i = 0; i < p->natc.rules; i++) {
		txt_put(t, "%s%12llu  ", i > 0 ? "" : " Connections  Rule\n",
		    (unsigned long long)n->sums.n[i]);
		put_nat_rule(&p->natc.rule[i], t);
		txt_put(t, "\n");
	}
}

static json_t *
text_json(struct txt *t)
{
	json_t *v = json_string(txt_str(t));

	txt_free(t);
	return v;
}

static json_t *
rules_json(const struct profile *p, const struct ctl_nat *n)
{
	json_t *list = json_array();

	for (int i = 0; i < p->natc.rules; i++) {
		struct txt rule = { 0 };

		put_nat_rule(&p->natc.rule[i], &rule);
		json_array_append_new(list, json_pack("{s:o, s:I}", "rule",
		    text_json(&rule), "connections",
		    (json_int_t)n->sums.n[i]));
	}
	return list;
}

static void
as_json(const struct profile *p, const struct ctl_nat *n, struct txt *t)
{
	struct txt target = { 0 }, at = { 0 };
	struct flag f[FLAGS];
	json_t *o;

	put_nat_target(&p->natc, &target);
	if (n->addr != 0)
		put_ip4(n->addr, &at);
	o = json_pack("{s:b, s:s, s:o, s:o, s:I, s:I, s:I, s:o}",
	    "enabled", p->nat, "interface", n->tun, "address",
	    n->addr != 0 ? text_json(&at) : json_null(), "target",
	    text_json(&target), "connections", (json_int_t)
	    n->sums.n[NAT_OUT], "targeted", (json_int_t)
	    n->sums.n[NAT_TARGETED], "refused", (json_int_t)
	    n->sums.n[NAT_DENIED], "rules", rules_json(p, n));
	flags(p, f);
	for (int i = 0; o != NULL && i < FLAGS; i++)
		json_object_set_new(o, f[i].name, json_boolean(f[i].on));
	out_json(t, o, false);
	json_decref(o);
}

int
show_nat(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct profile *p = &cx->env->conf->p;
	struct ctl_nat n;
	int err;

	(void)r;
	if (a->n > 1 || (a->n == 1 && strcmp(a->w[0], "json") != 0))
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	ctl_nat(cx->env->ctl, &n);
	if (a->n == 1)
		as_json(p, &n, cx->out);
	else
		as_text(p, &n, cx->out);
	return 0;
}
