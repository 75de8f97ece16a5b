/* The commands of the first word, and the smaller tables below them. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd/rows.h"
#include "cmd/show.h"
#include "cmd/text.h"
#include "lang/help.h"

static int
allow_passed(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct draft *d = cx->draft;
	struct txt all = { 0 };
	enum mode m;

	for (int i = 0; i < a->n && r->lo != 0; i++)
		if (strcmp(a->w[i], "*") != 0 && !cmd_mode_find(a->w[i], &m))
			return cmd_bad(cx, "allow modes: %s: Invalid mode",
			    a->w[i]);
	/* cmd_allowed() asks these lines; here they are only told by -n */
	cmd_join(a, 0, &all);
	snprintf(r->lo != 0 ? d->modes : d->users, r->lo != 0 ?
	    sizeof(d->modes) : sizeof(d->users), "%s", txt_str(&all));
	txt_free(&all);
	return 0;
}

const struct row allow_rows[] = {
	{ .name = "users", .args = "[name...|*]", .run = allow_passed,
	  .help = "Users who may run this section." },
	{ .name = "modes", .args = "[mode...|*]", .run = allow_passed,
	  .lo = 1, .help = "Modes in which this section may run." },
	END_ROWS
};

static int
run_nat(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	if (strncasecmp(cx->words->w[cx->word], "alias", 2) == 0)
		remark(&cx->diag, "The alias command is deprecated");
	if (a->n == 0) {
		diag(&cx->diag, "%s command must have arguments", r->name);
		return ROW_USAGE;
	}
	return cmd_rows_run(cx, nat_rows, cx->word + 1);
}

static const char *const figures[] = { "overall", "current", "peak" };

/* The words as bits of traffic_clear(); 0: one is something else. */
static unsigned
which_figures(const struct args *a)
{
	unsigned what = a->n == 0 ? 7 : 0;

	for (int i = 0; i < a->n; i++) {
		unsigned bit = 0;

		for (int k = 0; k < 3; k++)
			if (strcasecmp(a->w[i], figures[k]) == 0)
				bit = 1u << k;
		if (bit == 0)
			return 0;
		what |= bit;
	}
	return what;
}

static void
say_cleared(const struct traffic *f, unsigned what, tstamp now,
    struct txt *t)
{
	uint64_t in, out;

	traffic_current(f, &in, &out);
	if (what & TRAFFIC_OVERALL)
		txt_put(t, "overall cleared (was %llu bytes/sec)\n",
		    (unsigned long long)traffic_overall(f, now));
	if (what & TRAFFIC_CURRENT)
		txt_put(t, "current cleared (was %llu bytes/sec in, %llu "
		    "bytes/sec out)\n", (unsigned long long)in,
		    (unsigned long long)out);
	if (!(what & TRAFFIC_PEAK))
		return;
	txt_put(t, "peak cleared (was %llu bytes/sec",
	    (unsigned long long)f->peak);
	if (f->peak_wall != 0) {
		txt_put(t, " on ");
		put_date(f->peak_wall, t);
	}
	txt_put(t, ")\n");
}

int
run_clear(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	unsigned what = which_figures(a);
	struct ctl_view v;
	int err;

	if (what == 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	ctl_link_view(cx->env->ctl, cx->at, &v);
	say_cleared(&v.traffic[r->lo], what, v.now, cx->out);
	ctl_clear(cx->env->ctl, cx->at, (enum traffic_part)r->lo, what);
	return 0;
}

#define CLEAR_ARGS	"[overall|current|peak]..."

const struct row clear_rows[] = {
	{ .name = "ipcp", .args = CLEAR_ARGS, .run = run_clear,
	  .lo = TRAFFIC_IP, .help = "Figures of IPv4." },
	{ .name = "ipv6cp", .args = CLEAR_ARGS, .run = run_clear,
	  .lo = TRAFFIC_IP6, .help = "Figures of IPv6." },
	{ .name = "physical", .args = CLEAR_ARGS, .run = run_clear,
	  .lo = TRAFFIC_LINK,
	  .flags = ROW_OPT, .help = "Figures of the link." },
	END_ROWS
};

/* The words of mPlane's own shell, without `mplane' in front. */
#define MPLANE(word, text, fn)						\
	{ .name = (word), .args = (text), .run = (fn), .flags = ROW_NEW | \
	  ROW_PROMPT | ROW_ANYONE | ROW_HIDDEN, .help = "See mplane." }

const struct row top_rows[] = {
	{ .name = "accept", .args = "option...", .sub = accept_rows,
	  .flags = ROW_OPT | ROW_MANY, .lo = ACCEPT,
	  .help = "Grant options when the peer asks." },
	{ .name = "add", .args = "dest[/n] gateway | dest mask gateway",
	  .run = route_add, .help = "Add a route." },
	{ .name = "add!", .args = "dest[/n] gateway | dest mask gateway",
	  .run = route_add, .lo = 1, .help = "Add or change a route." },
	{ .name = "allow", .alias = "auth", .args = "users|modes [word...]",
	  .sub = allow_rows, .help = "Who may use a section, and how." },
	{ .name = "bg", .alias = "!bg", .args = "command [args]",
	  .run = run_bg, .help = "Run a program in the background." },
	{ .name = "clear", .args = "ipcp|ipv6cp|physical "
	  "[overall|current|peak]...", .sub = clear_rows, .flags = ROW_OPT,
	  .help = "Zero throughput figures." },
	{ .name = "clone", .args = "name[,name]...", .run = run_clone,
	  .flags = ROW_LINK, .help = "Make copies of the link." },
	{ .name = "close", .args = "[lcp|ccp|ccp!] | session name|mac|ip|all",
	  .run = act_close, .flags = ROW_OPT,
	  .help = "Close the link, or sessions of the concentrator." },
	{ .name = "delete", .args = "dest|ALL", .run = route_delete,
	  .help = "Delete a route." },
	{ .name = "delete!", .args = "dest|ALL", .run = route_delete,
	  .lo = 1, .help = "Delete a route if it is there." },
	{ .name = "deny", .args = "option...", .flags = ROW_OPT | ROW_MANY,
	  .sub = accept_rows, .lo = DENY,
	  .help = "Refuse options when the peer asks." },
	{ .name = "dial", .alias = "call", .args = "[label...]",
	  .run = act_dial, .flags = ROW_OPT,
	  .help = "Load labels, then open the link." },
	{ .name = "disable", .args = "option...",
	  .sub = enable_rows, .flags = ROW_OPT | ROW_MANY, .lo = DISABLE,
	  .help = "Do not ask for or do these." },
	{ .name = "down", .args = "[lcp|ccp]", .run = act_down,
	  .flags = ROW_OPT, .help = "Drop the link at once." },
	{ .name = "enable", .args = "option...",
	  .sub = enable_rows, .flags = ROW_OPT | ROW_MANY, .lo = ENABLE,
	  .help = "Ask for or do these." },
	{ .name = "help", .alias = "?", .args = "[command [word]]",
	  .run = run_help, .flags = ROW_ANYONE | ROW_PROMPT,
	  .help = "This list, or the syntax of a command." },
	{ .name = "ident", .args = "[text...]", .run = run_ident,
	  .flags = ROW_LINK, .help = "Text of LCP Identification." },
	{ .name = "iface", .alias = "interface", .args = "command...",
	  .sub = iface_rows, .help = "Addresses of the interface." },
	{ .name = "lb", .args = "command...", .sub = lb_act_rows,
	  .flags = ROW_NEW, .help = "Workers of the concentrator." },
	{ .name = "link", .alias = "datalink",
	  .args = "name[,name...]|* command...", .run = run_link,
	  .flags = ROW_OPT, .help = "Run a command for links." },
	MPLANE("listcap", "", mplane_listcap),
	MPLANE("listmeas", "", mplane_listmeas),
	{ .name = "load", .args = "[label...] | sysctl file",
	  .run = run_load, .flags = ROW_OPT,
	  .help = "Run sections of ppp.conf, or set what a file like "
	  "sysctl.conf says." },
	{ .name = "log", .args = "word...", .run = run_log,
	  .flags = ROW_OPT, .help = "Write a line to syslog." },
	{ .name = "monitor", .args = "[seconds]", .run = run_monitor,
	  .flags = ROW_NEW | ROW_PROMPT, .help = "The concentrator's "
	  "sessions, workers and CPU, now and before, every 5 seconds or as "
	  "often as you say, until something is typed." },
	{ .name = "mplane", .args = "command...", .sub = mplane_rows,
	  .flags = ROW_NEW | ROW_PROMPT | ROW_ANYONE,
	  .help = "Measurements in the terms of the mPlane protocol." },
	{ .name = "nat", .alias = "alias", .args = "command...",
	  .run = run_nat, .sub = nat_rows,
	  .help = "Network address translation." },
	{ .name = "ngctl", .args = "msg path command [args] | list | show "
	  "path", .run = run_ngctl, .flags = ROW_NEW, .help = "Talk to the "
	  "workers as to FreeBSD's node of netgraph(4)." },
	{ .name = "open", .args = "[lcp|ccp|ipcp]", .run = act_open,
	  .flags = ROW_OPT, .help = "Open the link, or negotiate anew." },
	{ .name = "passwd", .args = "password", .run = run_passwd,
	  .flags = ROW_LOCKED | ROW_SECRET1,
	  .help = "Give the password of this prompt." },
	{ .name = "quit", .alias = "bye", .args = "[all]",
	  .run = act_quit, .flags = ROW_ANYONE,
	  .help = "Leave the prompt; all: end the program." },
	{ .name = "remove", .alias = "rm", .args = "", .run = run_remove,
	  .flags = ROW_LINK, .help = "Delete the link; it is closed." },
	{ .name = "rename", .alias = "mv", .args = "name", .run = run_rename,
	  .flags = ROW_LINK, .help = "Rename the link." },
	{ .name = "resolv",
	  .args = "readonly|reload|restore|rewrite|writable",
	  .sub = resolv_rows, .help = "Handling of resolv.conf." },
	MPLANE("runcap", "capability [parameter=value]... [when scope] | "
	    "\"message\"", mplane_runcap),
	{ .name = "save", .args = "", .run = run_save,
	  .help = "Not implemented." },
	{ .name = "sendident", .args = "", .run = run_sendident,
	  .flags = ROW_LINK, .help = "Send the identification now." },
	{ .name = "set", .alias = "setup", .args = "variable [value...]",
	  .sub = set_rows, .flags = ROW_OPT, .help = "Set a variable." },
	{ .name = "shell", .alias = "!", .args = "command [args]",
	  .run = run_shell, .help = "Run a program and wait for it." },
	{ .name = "show", .args = "item", .sub = show_rows,
	  .flags = ROW_OPT | ROW_ANYONE | ROW_PROMPT,
	  .help = "Show an item." },
	MPLANE("showcap", "capability", mplane_showcap),
	MPLANE("showmeas", "label|token|number", mplane_showmeas),
	{ .name = "sysctl", .args = "[-adeinNqt] [-f file] name[=value]...",
	  .run = run_sysctl, .flags = ROW_NEW, .help = "Read and write the "
	  "names that FreeBSD's load balancer has in sysctl(8)." },
	{ .name = "term", .args = "", .run = run_term,
	  .flags = ROW_LINK | ROW_LIVE,
	  .help = "Talk to the device; ~? tells how to end it." },
	{ .name = "test", .args = "command...", .sub = test_rows,
	  .flags = ROW_NEW | ROW_PROMPT,
	  .help = "Measure and prove what sessions do." },
	END_ROWS
};
