/* The values of HISADDR, LABEL and the other words that ppp(8) replaces. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/rows.h"
#include "cmd/text.h"
#include "cmd/version.h"
#include "ctl/server.h"

static void
count(struct txt *out, uint64_t n)
{
	txt_put(out, "%llu", (unsigned long long)n);
}

static void
counter(const struct ctl_counts *c, enum var v, struct txt *out)
{
	switch (v) {
	case VAR_IPOCTETSIN:	count(out, c->ip_in_oct); break;
	case VAR_IPOCTETSOUT:	count(out, c->ip_out_oct); break;
	case VAR_IPPACKETSIN:	count(out, c->ip_in); break;
	case VAR_IPPACKETSOUT:	count(out, c->ip_out); break;
	case VAR_IPV6OCTETSIN:	count(out, c->ip6_in_oct); break;
	case VAR_IPV6OCTETSOUT:	count(out, c->ip6_out_oct); break;
	case VAR_IPV6PACKETSIN:	count(out, c->ip6_in); break;
	case VAR_IPV6PACKETSOUT: count(out, c->ip6_out); break;
	case VAR_OCTETSIN:	count(out, c->ip_in_oct + c->ip6_in_oct);
				break;
	case VAR_OCTETSOUT:	count(out, c->ip_out_oct + c->ip6_out_oct);
				break;
	case VAR_PACKETSIN:	count(out, c->ip_in + c->ip6_in); break;
	case VAR_PACKETSOUT:	count(out, c->ip_out + c->ip6_out); break;
	default:		break;
	}
}

/* What the profile and the process know, also when nothing runs. */
static bool
still(const struct cmd_env *e, enum var v, struct txt *out)
{
	const struct profile *p = &e->conf->p;

	switch (v) {
	case VAR_AUTHNAME:	txt_put(out, "%s", p->ppp.authname); break;
	case VAR_PROCESSID:	txt_put(out, "%ld", (long)getpid()); break;
	case VAR_VERSION:	txt_put(out, "%s", PPP_VERSION); break;
	case VAR_ENDDISC:	put_enddisc(p->ppp.enddisc_class,
				    p->ppp.enddisc, p->ppp.enddisc_len, out);
				break;
	case VAR_SOCKNAME:
		if (e->conf->server.kind != SERVER_OPEN)
			break;
		if (e->server != NULL && server_tcp_port(e->server) != 0)
			txt_put(out, "%u", server_tcp_port(e->server));
		else
			txt_put(out, "%s", e->conf->server.addr);
		break;
	default:		return false;
	}
	return true;
}

static void
put_prefix6(const uint8_t addr[16], unsigned bits, struct txt *out)
{
	char text[INET6_ADDRSTRLEN];

	if (bits > 0)
		txt_put(out, "%s/%u", inet_ntop(AF_INET6, addr, text,
		    sizeof(text)), bits);
}

/* @up: of the session that @r and @n tell of; 0: down. */
static void
running(const struct cmd_env *e, const struct sess_rec *r,
    const struct ctl_counts *n, tstamp up, enum var v, struct txt *out)
{
	struct ctl_view view;
	uint32_t dns[2];

	ctl_view(e->ctl, &view);
	switch (v) {
	case VAR_PEER_ENDDISC:
		put_enddisc(r->his.disc_class, r->his.disc, r->his.disc_len,
		    out);
		break;
	case VAR_DNS0:
	case VAR_DNS1:
		ctl_dns(e->ctl, dns);
		put_ip4(dns[v == VAR_DNS1], out);
		break;
	case VAR_INTERFACE:	txt_put(out, "%s", view.tun); break;
	case VAR_LABEL:		txt_put(out, "%s", view.label); break;
	case VAR_UPTIME:
		put_time(up == 0 ? 0 : view.now - up, out);
		break;
	case VAR_MYADDR:
		put_ip4(r->my_addr, out);
		break;
	case VAR_HISADDR:
		put_ip4(r->his_addr, out);
		break;
	case VAR_MYADDR6:
		put_ifid(r->my_ifid, out);
		break;
	case VAR_IPV6PREFIX:
		put_prefix6(view.prefix6, view.prefix6_bits, out);
		break;
	case VAR_HISADDR6:
		put_ifid(r->his_ifid, out);
		break;
	case VAR_USER:		put_safe(r->name, out); break;
	default:		counter(n, v, out); break;
	}
}

void
cmd_var(struct cmd_env *e, enum var v, struct txt *out)
{
	struct ctl_view view;

	if (still(e, v, out))
		return;
	if (e->ctl != NULL) {
		ctl_view(e->ctl, &view);
		running(e, e->going_down ? &e->was : &view.rec, &view.count,
		    view.up_since, v, out);
	} else if (v == VAR_LABEL) {
		txt_put(out, "%s", e->conf->p.label);
	}
}

static void
value(enum var v, struct txt *out, void *arg)
{
	cmd_var(arg, v, out);
}

void
cmd_expand_env(struct cmd_env *e, const char *in, struct txt *out)
{
	vars_expand(in, value, e, out);
}

void
cmd_expand(struct cmd_ctx *cx, const char *in, struct txt *out)
{
	cmd_expand_env(cx->env, in, out);
}

/* ---- of one session ---- */

struct of_session {
	const struct cmd_env *e;
	const struct sess_rec *r;
	const struct ctl_counts *n;
};

static void
session_value(enum var v, struct txt *out, void *arg)
{
	const struct of_session *s = arg;

	if (!still(s->e, v, out))
		running(s->e, s->r, s->n, s->r->up, v, out);
}

void
cmd_fill(struct cmd_env *e, const struct sess_rec *r,
    const struct ctl_counts *n, const char *in, struct txt *out)
{
	struct of_session s = { e, r, n };

	vars_expand(in, session_value, &s, out);
}
