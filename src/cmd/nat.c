/*
 * nat: network address translation. ppp(8) 7.2; libnat's rules as far as
 * the tables of this system can do them.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/rows.h"
#include "lang/value.h"

#define WORD_MAX	256

static struct nat_conf *
conf(struct cmd_ctx *cx)
{
	return &cx->draft->p.natc;
}

static int
nat_enable(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct profile *p = &cx->draft->p;

	(void)r;
	if (a->n != 1 || val_yesno(a->w[0], &p->nat) < 0)
		return ROW_USAGE;
	if (!p->nat)
		p->iface_alias = false;
	else if (p->lb.ifaces > 0)
		remark(&cx->diag, "nat enable: an access concentrator "
		    "translates nothing; NAT is the client's");
	return 0;
}

/* .at: a flag of the draft; .lo: it means the opposite. */
static int
nat_flag(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool yes;

	if (a->n != 1 || val_yesno(a->w[0], &yes) < 0)
		return ROW_USAGE;
	if (!cx->draft->p.nat) {
		diag(&cx->diag, "nat not enabled");
		return ROW_USAGE;
	}
	*(bool *)((char *)cx->draft + r->at) = yes != (r->lo != 0);
	return 0;
}

static int
nat_sockets(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool yes;

	(void)r;
	if (a->n != 1 || val_yesno(a->w[0], &yes) < 0)
		return ROW_USAGE;
	if (!yes)
		remark(&cx->diag, "nat use_sockets no: nothing to switch "
		    "off: this system never gives a port of the host away");
	return 0;
}

static bool
off(struct cmd_ctx *cx)
{
	if (!cx->draft->p.nat)
		diag(&cx->diag, "Alias not enabled");
	return !cx->draft->p.nat;
}

/* ---- words ---- */

static int
bad(struct cmd_ctx *cx, const char *word, const char *what)
{
	return cmd_bad(cx, "%s: %s", word, what);
}

/* MYADDR, 0.0.0.0 and 0 are 0. */
static int
addr_word(struct cmd_ctx *cx, const char *word, uint32_t *out)
{
	*out = 0;
	if (strcasecmp(word, "MYADDR") == 0 || strcmp(word, "0") == 0)
		return 0;
	if (*word != '\0' && cmd_host(cx, word, out) == 0)
		return 0;
	return bad(cx, word, "Bad address");
}

static bool
one_port(const char *s, const char *proto, uint16_t *out)
{
	struct servent *se;
	uint32_t n;

	if (val_num(s, 1, UINT16_MAX, &n) == 0) {
		*out = (uint16_t)n;
		return true;
	}
	if (*s == '\0' || (*s >= '0' && *s <= '9'))
		return false;
	se = getservbyname(s, proto);
	if (se == NULL)
		return false;
	*out = ntohs((uint16_t)se->s_port);
	return true;
}

/* PORT or LOW-HIGH; names of services may have a `-` of their own. */
static int
port_word(struct cmd_ctx *cx, const char *s, const char *proto,
    struct nat_ports *p)
{
	char buf[WORD_MAX];

	if (strlen(s) >= sizeof(buf))
		return bad(cx, s, "word too long");
	if (one_port(s, proto, &p->lo)) {
		p->hi = p->lo;
		return 0;
	}
	strcpy(buf, s);
	for (char *cut = strchr(buf, '-'); cut != NULL;
	    cut = strchr(cut + 1, '-')) {
		bool fits;

		*cut = '\0';
		fits = one_port(buf, proto, &p->lo) &&
		    one_port(cut + 1, proto, &p->hi);
		*cut = '-';
		if (fits && p->lo <= p->hi)
			return 0;
	}
	return cmd_bad(cx, "%s: not a port (1-65535, a service of %s, or "
	    "LOW-HIGH)", s, proto);
}

/* [ADDR:]PORTS; @need: the address must be there. */
static int
addr_ports(struct cmd_ctx *cx, const char *s, const char *proto, bool need,
    uint32_t *addr, struct nat_ports *p)
{
	const char *cut = strrchr(s, ':');
	char buf[WORD_MAX];
	int err;

	*addr = 0;
	if (strlen(s) >= sizeof(buf))
		return bad(cx, s, "word too long");
	if (cut == NULL && need)
		return bad(cx, s, "want ADDR:PORT or ADDR:LOW-HIGH");
	if (cut == NULL)
		return port_word(cx, s, proto, p);
	strcpy(buf, s);
	buf[cut - s] = '\0';
	err = addr_word(cx, buf, addr);
	return err != 0 ? err : port_word(cx, cut + 1, proto, p);
}

/* ---- rules ---- */

/* Do both take the same packets? Then the second one replaces the first. */
static bool
same_place(const struct nat_rule *a, const struct nat_rule *b)
{
	struct nat_rule x = *a;

	memcpy(x.local, b->local, sizeof(x.local));
	x.locals = b->locals;
	x.lport = b->lport;
	return memcmp(&x, b, sizeof(x)) == 0;
}

static int
keep(struct cmd_ctx *cx, const struct nat_rule *r)
{
	struct nat_conf *c = conf(cx);
	int i = 0;

	while (i < c->rules && !same_place(&c->rule[i], r))
		i++;
	if (i == NAT_RULES)
		return cmd_bad(cx, "more than %d NAT rules", NAT_RULES);
	c->rule[i] = *r;
	if (i == c->rules)
		c->rules++;
	return 0;
}

static unsigned
span(struct nat_ports p)
{
	return p.hi - p.lo + 1u;
}

static int
port_rule(struct cmd_ctx *cx, const struct args *a, struct nat_rule *r)
{
	const char *proto = r->proto == IPPROTO_UDP ? "udp" : "tcp";
	int err;

	err = addr_ports(cx, a->w[1], proto, true, &r->local[0], &r->lport);
	if (err == 0)
		err = addr_ports(cx, a->w[2], proto, false, &r->pub,
		    &r->pport);
	if (err == 0 && a->n == 4 && strchr(a->w[3], ':') == NULL)
		err = addr_word(cx, a->w[3], &r->remote);
	else if (err == 0 && a->n == 4)
		err = addr_ports(cx, a->w[3], proto, true, &r->remote,
		    &r->rport);
	if (err != 0)
		return err;
	if (span(r->lport) != span(r->pport))
		return cmd_bad(cx, "%s %s: ranges of different length",
		    a->w[1], a->w[2]);
	if (r->rport.lo != r->rport.hi && span(r->rport) != span(r->pport))
		return cmd_bad(cx, "%s %s: ranges of different length",
		    a->w[2], a->w[3]);
	return 0;
}

static int
nat_port(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_rule r;
	int err;

	(void)row;
	if (a->n < 3 || a->n > 4)
		return ROW_USAGE;
	if (off(cx))
		return ROW_FAILED(1);
	memset(&r, 0, sizeof(r));
	r.kind = NAT_PORT;
	r.locals = 1;
	if (strcasecmp(a->w[0], "tcp") == 0)
		r.proto = IPPROTO_TCP;
	else if (strcasecmp(a->w[0], "udp") == 0)
		r.proto = IPPROTO_UDP;
	else {
		diag(&cx->diag, "%s: not a protocol with ports (tcp or udp)",
		    a->w[0]);
		return ROW_USAGE;
	}
	err = port_rule(cx, a, &r);
	return err != 0 ? err : keep(cx, &r);
}

/* LOCAL[,LOCAL...]: in turn. */
static int
locals(struct cmd_ctx *cx, const char *word, struct nat_rule *r)
{
	char buf[LEX_LINE], *rest = buf, *one;

	if (strlen(word) >= sizeof(buf))
		return bad(cx, word, "word too long");
	strcpy(buf, word);
	while ((one = strsep(&rest, ",")) != NULL) {
		int err;

		if (r->locals == NAT_LOCALS)
			return cmd_bad(cx, "%s: more than %d addresses", word,
			    NAT_LOCALS);
		err = addr_word(cx, one, &r->local[r->locals++]);
		if (err != 0)
			return err;
	}
	return 0;
}

static int
nat_addr(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_rule r;
	int err;

	(void)row;
	if (a->n != 2)
		return ROW_USAGE;
	if (off(cx))
		return ROW_FAILED(1);
	memset(&r, 0, sizeof(r));
	r.kind = NAT_ADDR;
	err = locals(cx, a->w[0], &r);
	if (err == 0)
		err = addr_word(cx, a->w[1], &r.pub);
	return err != 0 ? err : keep(cx, &r);
}

static int
proto_word(struct cmd_ctx *cx, const char *s, uint8_t *out)
{
	struct protoent *pe;
	uint32_t n;

	if (val_num(s, 1, 255, &n) == 0) {
		*out = (uint8_t)n;
		return 0;
	}
	pe = getprotobyname(s);
	if (pe == NULL || pe->p_proto < 1 || pe->p_proto > 255)
		return bad(cx, s, "not a protocol (1-255, or a name of "
		    "/etc/protocols)");
	*out = (uint8_t)pe->p_proto;
	return 0;
}

static int
nat_proto(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_rule r;
	int err;

	(void)row;
	if (a->n < 2 || a->n > 4)
		return ROW_USAGE;
	if (off(cx))
		return ROW_FAILED(1);
	memset(&r, 0, sizeof(r));
	r.kind = NAT_PROTO;
	r.locals = 1;
	err = proto_word(cx, a->w[0], &r.proto);
	if (err == 0)
		err = addr_word(cx, a->w[1], &r.local[0]);
	if (err == 0 && a->n > 2)
		err = addr_word(cx, a->w[2], &r.pub);
	if (err == 0 && a->n > 3)
		err = addr_word(cx, a->w[3], &r.remote);
	return err != 0 ? err : keep(cx, &r);
}

static int
nat_target(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_conf *c = conf(cx);
	uint32_t addr = 0;
	int err = 0;

	(void)row;
	if (a->n != 1)
		return ROW_USAGE;
	if (off(cx))
		return ROW_FAILED(1);
	if (strcasecmp(a->w[0], "default") == 0)
		c->target_kind = NAT_TO_DEFAULT;
	else if (strcasecmp(a->w[0], "MYADDR") == 0)
		c->target_kind = NAT_TO_MYADDR;
	else if ((err = addr_word(cx, a->w[0], &addr)) == 0)
		c->target_kind = addr != 0 ? NAT_TO_ADDR : NAT_TO_MYADDR;
	if (err == 0)
		c->target = addr;
	return err;
}

static int
nat_clear(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_conf *c = conf(cx);

	(void)row;
	if (a->n != 0)
		return ROW_USAGE;
	memset(c->rule, 0, sizeof(c->rule));
	c->rules = 0;
	return 0;
}

/* ---- transparent proxies, in the words of libalias ---- */

static int
net_word(struct cmd_ctx *cx, const char *s, uint32_t *addr, uint8_t *bits)
{
	if (val_ip4_bits(s, addr, bits) < 0)
		return bad(cx, s, "want ADDR or ADDR/WIDTH");
	*addr &= *bits == 0 ? 0 : UINT32_MAX << (32 - *bits);
	return 0;
}

static int
proxy_type(struct cmd_ctx *cx, const char *s)
{
	if (strcasecmp(s, "no_encode") == 0)
		return 0;
	if (strcasecmp(s, "encode_ip_hdr") == 0 ||
	    strcasecmp(s, "encode_tcp_stream") == 0)
		return bad(cx, s, "the tables of this system cannot write "
		    "the destination into packets (type no_encode)");
	return bad(cx, s, "not a type (no_encode)");
}

static int
proxy_server(struct cmd_ctx *cx, const char *s, struct nat_rule *r)
{
	if (strchr(s, ':') != NULL)
		return addr_ports(cx, s, "tcp", true, &r->local[0],
		    &r->lport);
	return addr_word(cx, s, &r->local[0]);
}

/* One pair of words. *@del: the number behind `delete`. */
static int
proxy_pair(struct cmd_ctx *cx, const char *word, const char *value,
    struct nat_rule *r, uint32_t *del)
{
	uint32_t n;

	if (strcasecmp(word, "type") == 0)
		return proxy_type(cx, value);
	if (strcasecmp(word, "server") == 0)
		return proxy_server(cx, value, r);
	if (strcasecmp(word, "port") == 0)
		return port_word(cx, value, "tcp", &r->pport);
	if (strcasecmp(word, "src") == 0)
		return net_word(cx, value, &r->src, &r->src_bits);
	if (strcasecmp(word, "dst") == 0)
		return net_word(cx, value, &r->dst, &r->dst_bits);
	if (strcasecmp(word, "proto") == 0) {
		if (strcasecmp(value, "tcp") != 0 &&
		    strcasecmp(value, "udp") != 0)
			return bad(cx, value, "not tcp or udp");
		r->proto = strcasecmp(value, "udp") == 0 ? IPPROTO_UDP :
		    IPPROTO_TCP;
		return 0;
	}
	if (strcasecmp(word, "rule") == 0 || strcasecmp(word, "delete") == 0) {
		if (val_num(value, 0, UINT16_MAX, &n) < 0)
			return bad(cx, value, "not a number of a rule "
			    "(0-65535)");
		if (strcasecmp(word, "delete") == 0)
			*del = n;
		else
			r->order = (uint16_t)n;
		return 0;
	}
	diag(&cx->diag, "%s: not a word of a proxy rule", word);
	return ROW_USAGE;
}

static void
proxy_delete(struct nat_conf *c, uint32_t order)
{
	int kept = 0;

	for (int i = 0; i < c->rules; i++)
		if (c->rule[i].kind != NAT_PROXY ||
		    c->rule[i].order != order)
			c->rule[kept++] = c->rule[i];
	memset(&c->rule[kept], 0, (size_t)(c->rules - kept) *
	    sizeof(c->rule[0]));
	c->rules = (uint8_t)kept;
}

static int
nat_proxy(struct cmd_ctx *cx, const struct row *row, const struct args *a)
{
	struct nat_rule r;
	uint32_t del = UINT32_MAX;
	bool served = false;

	(void)row;
	if (a->n < 2 || a->n % 2 != 0)
		return ROW_USAGE;
	if (off(cx))
		return ROW_FAILED(1);
	memset(&r, 0, sizeof(r));
	r.kind = NAT_PROXY;
	r.proto = IPPROTO_TCP;
	r.locals = 1;
	for (int i = 0; i < a->n; i += 2) {
		int err = proxy_pair(cx, a->w[i], a->w[i + 1], &r, &del);

		served |= strcasecmp(a->w[i], "server") == 0;
		if (err != 0)
			return err;
	}
	if (del != UINT32_MAX) {
		proxy_delete(conf(cx), del);
		return 0;
	}
	if (!served || r.pport.lo == 0 || r.pport.lo != r.pport.hi)
		return cmd_bad(cx, "nat proxy: %s is needed (port PORT "
		    "server ADDR[:PORT])", served ? "one port" : "a server");
	if (r.lport.lo == 0)
		r.lport = r.pport;
	if (r.lport.lo != r.lport.hi)
		return cmd_bad(cx, "nat proxy: a server has one port");
	if (r.local[0] >> 24 == 127)
		r.local[0] = 0;		/* who is asked from outside */
	return keep(cx, &r);
}

/* ---- what this system has not ---- */

static int
not_here(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (a->n > (int)r->hi)
		return ROW_USAGE;
	if (a->n == 0)
		return 0;		/* off, as it always is */
	remark(&cx->diag, "nat %s: %s", r->name, r->unit);
	return 0;
}

static int
nat_help(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return cmd_help(cx, "nat ", nat_rows, a->n > 0 ? a->w[0] : NULL);
}

#define FLAG(word, field, inverse, text)				\
	{ .name = word, .args = "yes|no", .run = nat_flag,		\
	  .at = P_AT(natc.field), .lo = (inverse), .help = text }

const struct row nat_rows[] = {
	{ .name = "addr", .args = "local[,local...] public",
	  .run = nat_addr, .help = "All traffic for PUBLIC goes to LOCAL "
	  "(several: in turn), and LOCAL's leaves under PUBLIC." },
	{ .name = "clear", .args = "", .run = nat_clear, .flags = ROW_NEW,
	  .help = "Forget all rules of port, addr, proto and proxy." },
	FLAG("deny_incoming", deny_incoming, 0,
	    "Drop incoming connections that nobody asked for."),
	{ .name = "enable", .args = "yes|no", .run = nat_enable,
	  .help = "Translate addresses of what leaves through the link." },
	FLAG("log", log, 0, "Log translations to /var/log/alias.log."),
	{ .name = "port", .args = "tcp|udp local:port[-port] "
	  "[public:]port[-port] [remote[:port[-port]]]", .run = nat_port,
	  .help = "Forward ports." },
	{ .name = "proto", .args = "proto local [public [remote]]",
	  .run = nat_proto, .help = "Forward a protocol." },
	{ .name = "proxy", .args = "port port server addr[:port] "
	  "[word value]... | delete n",
	  .run = nat_proxy, .help = "What would leave for PORT goes to "
	  "SERVER instead." },
	{ .name = "punch_fw", .args = "[base count]", .run = not_here,
	  .hi = 2, .unit = "there is no ipfw on this system; the kernel's "
	  "connection tracking lets data connections through (helpers ftp, "
	  "irc)", .help = "Let data connections through ipfw." },
	FLAG("same_ports", change_ports, 1,
	    "Keep port numbers if possible."),
	{ .name = "skinny_port", .args = "[port]", .run = not_here, .hi = 1,
	  .unit = "the kernel of this system has no helper for Cisco's "
	  "Skinny protocol", .help = "Port of Cisco's Skinny protocol." },
	{ .name = "target", .args = "addr|MYADDR|default",
	  .run = nat_target,
	  .help = "Where unknown incoming packets go." },
	FLAG("unregistered_only", unregistered_only, 0,
	    "Translate private addresses only."),
	{ .name = "use_sockets", .args = "yes|no", .run = nat_sockets,
	  .help = "Reserve ports of the host; always so here." },
	{ .name = "help", .alias = "?", .args = "[command]",
	  .run = nat_help, .flags = ROW_PROMPT, .help = "This list." },
	END_ROWS
};
