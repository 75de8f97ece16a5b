/*
 * The table of nftables: who is sent where before routing (proxies, port,
 * protocol and address rules, the target), who is dropped, and what leaves
 * under which address. Only numbers and the interface's name go in.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "os/nat.h"

struct nt {
	const struct nat_conf *c;
	const char *ifname;
	uint32_t my;
	struct txt *out;
};

struct ip_text {
	char s[INET_ADDRSTRLEN];
};

static struct ip_text
ip(uint32_t addr)
{
	struct in_addr in = { htonl(addr) };
	struct ip_text t;

	inet_ntop(AF_INET, &in, t.s, sizeof(t.s));
	return t;
}

static uint32_t
or_my(const struct nt *t, uint32_t addr)
{
	return addr != 0 ? addr : t->my;
}

static void
rule(const struct nt *t, const char *chain)
{
	txt_put(t->out, "add rule ip ppp_%s %s", t->ifname, chain);
}

static void
counter(const struct nt *t, unsigned i)
{
	txt_put(t->out, " counter name c%u", i);
}

static const char *
l4(const struct nat_rule *r)
{
	return r->proto == IPPROTO_UDP ? "udp" : "tcp";
}

static void
ports(const struct nt *t, const struct nat_rule *r, const char *field,
    struct nat_ports p)
{
	if (p.lo == 0)
		return;
	txt_put(t->out, " %s %s %u", l4(r), field, p.lo);
	if (p.hi != p.lo)
		txt_put(t->out, "-%u", p.hi);
}

/* A range that moves is a map: one port after the other. */
static void
moved_range(const struct nt *t, const struct nat_rule *r, uint32_t to)
{
	txt_put(t->out, " dnat ip addr . port to %s dport map {", l4(r));
	for (unsigned i = 0; r->pport.lo + i <= r->pport.hi; i++)
		txt_put(t->out, "%s %u : %s . %u", i > 0 ? "," : "",
		    r->pport.lo + i, ip(to).s, r->lport.lo + i);
	txt_put(t->out, " }\n");
}

static void
port_rule(const struct nt *t, unsigned i)
{
	const struct nat_rule *r = &t->c->rule[i];
	uint32_t to = or_my(t, r->local[0]);

	rule(t, "forwards");
	txt_put(t->out, " ip daddr %s", ip(or_my(t, r->pub)).s);
	if (r->remote != 0)
		txt_put(t->out, " ip saddr %s", ip(r->remote).s);
	ports(t, r, "dport", r->pport);
	ports(t, r, "sport", r->rport);
	counter(t, i);
	if (r->pport.lo == r->pport.hi)
		txt_put(t->out, " dnat to %s:%u\n", ip(to).s, r->lport.lo);
	else if (r->pport.lo == r->lport.lo)
		txt_put(t->out, " dnat to %s\n", ip(to).s);
	else
		moved_range(t, r, to);
}

/* In turn, when there are several. */
static void
to_locals(const struct nt *t, const struct nat_rule *r)
{
	if (r->locals == 1) {
		txt_put(t->out, " dnat to %s\n",
		    ip(or_my(t, r->local[0])).s);
		return;
	}
	txt_put(t->out, " dnat to numgen inc mod %u map {", r->locals);
	for (unsigned i = 0; i < r->locals; i++)
		txt_put(t->out, "%s %u : %s", i > 0 ? "," : "", i,
		    ip(or_my(t, r->local[i])).s);
	txt_put(t->out, " }\n");
}

static void
whole_rule(const struct nt *t, unsigned i)
{
	const struct nat_rule *r = &t->c->rule[i];

	rule(t, "forwards");
	txt_put(t->out, " ip daddr %s", ip(or_my(t, r->pub)).s);
	if (r->kind == NAT_PROTO)
		txt_put(t->out, " meta l4proto %u", r->proto);
	if (r->remote != 0)
		txt_put(t->out, " ip saddr %s", ip(r->remote).s);
	counter(t, i);
	to_locals(t, r);
}

static void
net(const struct nt *t, const char *field, uint32_t addr, uint8_t bits)
{
	if (bits != 0)
		txt_put(t->out, " ip %s %s/%u", field, ip(addr).s, bits);
}

/* What would leave through the link, from behind us and from ourselves. */
static void
proxy_rule(const struct nt *t, unsigned i)
{
	const struct nat_rule *r = &t->c->rule[i];

	for (int own = 0; own < 2; own++) {
		rule(t, own ? "output" : "prerouting");
		txt_put(t->out, own ? " oifname \"%s\"" :
		    " iifname != \"%s\" fib daddr oifname \"%s\"",
		    t->ifname, t->ifname);
		net(t, "saddr", r->src, r->src_bits);
		net(t, "daddr", r->dst, r->dst_bits);
		ports(t, r, "dport", r->pport);
		counter(t, i);
		if (r->local[0] == 0)
			txt_put(t->out, " redirect to :%u\n", r->lport.lo);
		else
			txt_put(t->out, " dnat to %s:%u\n",
			    ip(r->local[0]).s, r->lport.lo);
	}
}

/* By their `rule N`, those alike as they were given. */
static void
proxies(const struct nt *t)
{
	for (unsigned order = 0, next; order <= UINT16_MAX; order = next) {
		next = UINT16_MAX + 1u;
		for (unsigned i = 0; i < t->c->rules; i++) {
			const struct nat_rule *r = &t->c->rule[i];

			if (r->kind != NAT_PROXY || r->order < order)
				continue;
			if (r->order == order)
				proxy_rule(t, i);
			else if (r->order < next)
				next = r->order;
		}
	}
}

static void
of_kind(const struct nt *t, enum nat_kind k,
    void (*put)(const struct nt *t, unsigned i))
{
	for (unsigned i = 0; i < t->c->rules; i++)
		if (t->c->rule[i].kind == k)
			put(t, i);
}

static void
incoming(const struct nt *t)
{
	proxies(t);
	rule(t, "prerouting");
	txt_put(t->out, " jump forwards\n");
	rule(t, "output");
	txt_put(t->out, " jump forwards\n");
	of_kind(t, NAT_PORT, port_rule);
	of_kind(t, NAT_PROTO, whole_rule);
	of_kind(t, NAT_ADDR, whole_rule);
	if (t->c->target_kind == NAT_TO_DEFAULT)
		return;
	rule(t, "prerouting");
	txt_put(t->out, " iifname \"%s\"", t->ifname);
	if (t->c->target_kind == NAT_TO_ADDR)
		txt_put(t->out, " ip daddr %s", ip(t->my).s);
	counter(t, NAT_TARGETED);
	txt_put(t->out, " dnat to %s\n", ip(t->c->target_kind ==
	    NAT_TO_ADDR ? t->c->target : t->my).s);
}

/* Behind translation: a connection that a rule took is no stranger. */
static void
deny(const struct nt *t)
{
	rule(t, "strangers");
	txt_put(t->out, " iifname \"%s\" ct state { new, invalid, untracked }"
	    " ct status & dnat == 0", t->ifname);
	counter(t, NAT_DENIED);
	txt_put(t->out, " drop\n");
}

static void
addr_out(const struct nt *t, unsigned i)
{
	const struct nat_rule *r = &t->c->rule[i];

	for (unsigned k = 0; k < r->locals && r->pub != 0; k++) {
		if (r->local[k] == 0)
			continue;
		rule(t, "postrouting");
		txt_put(t->out, " oifname \"%s\" ip saddr %s snat to %s\n",
		    t->ifname, ip(r->local[k]).s, ip(r->pub).s);
	}
}

/* From inside to an address of the outside that leads back inside: the
 * answer has to come through us, too. */
static void
hairpin(const struct nt *t)
{
	for (int i = -1; i < t->c->rules; i++) {
		const struct nat_rule *r = &t->c->rule[i < 0 ? 0 : i];
		uint32_t pub = i < 0 ? t->my : r->pub;

		if (i >= 0 && (r->kind == NAT_PROXY ? r->local[0] : pub) == 0)
			continue;
		rule(t, "postrouting");
		txt_put(t->out, " iifname != \"%s\" oifname != \"%s\" "
		    "ct status dnat", t->ifname, t->ifname);
		if (i >= 0 && r->kind == NAT_PROXY) {
			txt_put(t->out, " meta l4proto %u ct original "
			    "proto-dst %u ip daddr %s", r->proto,
			    r->pport.lo, ip(r->local[0]).s);
			ports(t, r, "dport", r->lport);
		} else {
			txt_put(t->out, " ct original ip daddr %s",
			    ip(pub).s);
		}
		txt_put(t->out, " masquerade\n");
	}
}

static void
outgoing(const struct nt *t)
{
	of_kind(t, NAT_ADDR, addr_out);
	rule(t, "postrouting");
	txt_put(t->out, " oifname \"%s\"", t->ifname);
	if (t->c->unregistered_only)
		txt_put(t->out, " ip saddr { 10.0.0.0/8, 172.16.0.0/12, "
		    "192.168.0.0/16 }");
	counter(t, NAT_OUT);
	txt_put(t->out, " snat to %s%s\n", ip(t->my).s,
	    t->c->change_ports ? " fully-random" : "");
	hairpin(t);
}

static void
chain(const struct nt *t, const char *name, const char *what)
{
	txt_put(t->out, "add chain ip ppp_%s %s%s\n", t->ifname, name, what);
}

void
nat_text(const struct nat_conf *c, const char *ifname, uint32_t my,
    bool owned, const struct nat_sums *sums, struct txt *out)
{
	struct nt t = { c, ifname, my, out };

	txt_put(out, "add table ip ppp_%s%s\n", ifname,
	    owned ? " { flags owner; }" : "");
	for (unsigned i = 0; i < NAT_SUMS; i++)
		if (i < c->rules || i >= NAT_RULES)
			txt_put(out, "add counter ip ppp_%s c%u "
			    "{ packets %llu bytes 0; }\n", ifname, i,
			    (unsigned long long)sums->n[i]);
	chain(&t, "forwards", "");
	chain(&t, "prerouting", " { type nat hook prerouting priority -100; }");
	chain(&t, "output", " { type nat hook output priority -100; }");
	chain(&t, "postrouting",
	    " { type nat hook postrouting priority 100; }");
	if (c->deny_incoming) {
		chain(&t, "strangers",
		    " { type filter hook prerouting priority -90; }");
		deny(&t);
	}
	incoming(&t);
	outgoing(&t);
}
