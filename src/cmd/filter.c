/* set filter, show filter. ppp(8) 7.1. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "base/err.h"
#include "cmd/set.h"
#include "cmd/show.h"

static int
proto_named(const char *name)
{
	const struct protoent *p = getprotobyname(name);

	return p != NULL ? p->p_proto : -E_UNKNOWN;
}

/* Enough for a machine without /etc/services. */
static int
port_known(const char *name)
{
	static const struct { const char *name; int port; } known[] = {
		{ "ftp-data", 20 }, { "ftp", 21 }, { "ssh", 22 },
		{ "telnet", 23 }, { "smtp", 25 }, { "domain", 53 },
		{ "http", 80 }, { "pop3", 110 }, { "ntp", 123 },
		{ "imap", 143 }, { "https", 443 }, { "login", 513 },
		{ "shell", 514 }, { "klogin", 543 }, { "kshell", 544 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(name, known[i].name) == 0)
			return known[i].port;
	return -E_UNKNOWN;
}

int
cmd_port_named(const char *name, const char *proto)
{
	const struct servent *s = getservbyname(name, proto);

	return s != NULL ? ntohs((uint16_t)s->s_port) : port_known(name);
}

static int
host_named(void *arg, const char *name, uint32_t *addr)
{
	return cmd_host(arg, name, addr);
}

int
set_filter(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct filter_names names = { .proto = proto_named,
	    .port = cmd_port_named, .host = host_named, .arg = cx };
	struct filter_rule (*to)[FILTER_RULES] = cx->draft->p.filter.rule;
	struct filter_line line;
	char why[200];
	int err = filter_parse(&names, a->w, a->n, &line, why, sizeof(why));

	(void)r;
	if (err == -E_UNKNOWN)
		return ROW_USAGE;
	if (err < 0)
		return cmd_bad(cx, "%s", why);
	if (line.rule >= 0) {
		to[line.name][line.rule] = line.r;
		return 0;
	}
	memset(to[line.name], 0, sizeof(to[line.name]));
	remark(&cx->diag, "%s filter cleared", filter_name(line.name));
	return 0;
}

static void
put_rules(const struct filter_rule *rule, struct txt *t)
{
	char text[FILTER_TEXT];

	for (int i = 0; i < FILTER_RULES; i++)
		if (rule[i].act != FILTER_UNSET)
			txt_put(t, "  %2d %s\n", i, filter_text(&rule[i],
			    text, sizeof(text)));
}

int
show_filter(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const struct filter_conf *c = &cx->env->conf->p.filter;
	int only = a->n == 1 ? filter_find(a->w[0]) : -1;

	(void)r;
	if (a->n > 1 || (a->n == 1 && only < 0))
		return ROW_USAGE;
	for (int i = 0; i < FILTERS; i++) {
		if (only >= 0 && i != only)
			continue;
		if (only < 0)
			txt_put(cx->out, "%s:\n",
			    filter_name((enum filter_name)i));
		put_rules(c->rule[i], cx->out);
	}
	return 0;
}
