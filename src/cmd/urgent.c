/* set urgent, and the pipes: how packets leave. ppp(8) 6.7. */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/set.h"
#include "cmd/show.h"
#include "lang/value.h"

/* One [+|-]PORT. */
static int
one_port(struct cmd_ctx *cx, struct urgent_ports *to, const char *word,
    const char *proto)
{
	bool off = word[0] == '-';
	const char *name = word + (off || word[0] == '+');
	uint32_t port;

	if (val_num(name, 1, 65535, &port) < 0) {
		int n = cmd_port_named(name, proto);

		if (n <= 0)
			return cmd_bad(cx, "%s: no %s port 1 to 65535, no "
			    "service", word, proto);
		port = (uint32_t)n;
	}
	if (urgent_put(to, (uint16_t)port, !off) < 0)
		return cmd_bad(cx, "%s: more than %d ports", word,
		    URGENT_PORTS);
	return 0;
}

static int
ports(struct cmd_ctx *cx, struct urgent_ports *to, const char *proto, int n,
    char *const *w)
{
	struct urgent_ports p = *to;
	int err = 0;

	if (n == 0 || (w[0][0] != '+' && w[0][0] != '-'))
		memset(&p, 0, sizeof(p));
	for (int i = 0; i < n && err == 0; i++)
		err = one_port(cx, &p, w[i], proto);
	if (err == 0)
		*to = p;
	return err;
}

static int
length(struct cmd_ctx *cx, const struct args *a)
{
	uint32_t n;

	if (a->n != 2)
		return ROW_USAGE;
	if (val_num(a->w[1], 0, 65535, &n) < 0)
		return cmd_bad(cx, "%s: not 0 to 65535 octets", a->w[1]);
	cx->draft->p.urgent.length = (uint16_t)n;
	return 0;
}

int
set_urgent(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct urgent_conf *u = &cx->draft->p.urgent;
	const char *first = a->n > 0 ? a->w[0] : "";

	(void)r;
	if (a->n == 0 || strcasecmp(first, "none") == 0) {
		if (a->n > 1)
			return ROW_USAGE;
		memset(u, 0, sizeof(*u));
		u->tos = a->n == 0;
		return 0;
	}
	if (strcasecmp(first, "length") == 0)
		return length(cx, a);
	if (strcasecmp(first, "udp") == 0)
		return ports(cx, &u->udp, "udp", a->n - 1, a->w + 1);
	if (strcasecmp(first, "tcp") == 0)
		return ports(cx, &u->tcp, "tcp", a->n - 1, a->w + 1);
	return ports(cx, &u->tcp, "tcp", a->n, a->w);
}

/* BSD's route metrics of the same name. A file that sets them works without:
 * it is told, and goes on. */
int
set_pipe(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t n = 0;

	if (a->n > 1)
		return ROW_USAGE;
	if (a->n == 1 && val_num(a->w[0], 0, UINT32_MAX, &n) < 0)
		return cmd_bad(cx, "%s: not a number of octets", a->w[0]);
	if (n != 0)
		remark(&cx->diag, "set %s: routes have no buffer sizes on "
		    "this system: its TCP sizes them itself within "
		    "net.ipv4.tcp_%cmem", r->name,
		    r->name[0] == 'r' ? 'r' : 'w');
	return 0;
}

static void
put_ports(const char *what, const struct urgent_ports *p, struct txt *t)
{
	txt_put(t, "%s", what);
	for (int i = 0; i < p->n; i++)
		txt_put(t, "%s%u", i == 0 ? "" : ", ", p->port[i]);
	txt_put(t, "%s\n", p->n == 0 ? "none" : "");
}

void
put_urgent(const struct profile *p, struct txt *t)
{
	put_ports("Urgent TCP ports: ", &p->urgent.tcp, t);
	put_ports("Urgent UDP ports: ", &p->urgent.udp, t);
	if (p->urgent.length > 0)
		txt_put(t, "Urgent TCP data:  below %u octets\n",
		    p->urgent.length);
	txt_put(t, "Urgent TOS:       %s\n", p->urgent.tos ? "on" : "off");
	txt_put(t, "Send pipe:        system default\n"
	    "Receive pipe:     system default\n");
}
