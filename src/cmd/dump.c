/* The rows as tables of the manual page and as a list for completion. */
#include <string.h>

#include "base/log.h"
#include "cmd/cli.h"
#include "cmd/pppoetest_opts.h"
#include "cmd/rows.h"
#include "lang/help.h"

static const struct {
	const char *name, *prefix;
	const struct row *table;
} dumps[] = {
	{ "top", "", top_rows },
	{ "set", "set ", set_rows },
	{ "set-lb", "set lb ", lb_rows },
	{ "set-governor", "set governor ", gov_rows },
	{ "lb", "lb ", lb_act_rows },
	{ "set-pppoe", "set pppoe ", pppoe_rows },
	{ "enable", "", enable_rows },
	{ "show", "show ", show_rows },
	{ "iface", "iface ", iface_rows },
	{ "nat", "nat ", nat_rows },
	{ "resolv", "resolv ", resolv_rows },
	{ "clear", "clear ", clear_rows },
	{ "allow", "allow ", allow_rows },
	{ "test", "test ", test_rows },
	{ "mplane", "mplane ", mplane_rows },
};

static void
words(struct txt *out)
{
	for (int v = 0; v < VARS; v++)
		txt_put(out, ".It Li %s\n%s\n", var_name((enum var)v),
		    var_help((enum var)v));
}

static void
levels(struct txt *out)
{
	for (int i = 0; i < LOG_LEVELS; i++)
		txt_put(out, ".It Li %s\n%s\n",
		    log_level_name((enum log_level)i),
		    log_level_help((enum log_level)i));
}

bool
cmd_dump(const char *mdoc, struct txt *out)
{
	if (mdoc == NULL) {
		help_plain("", top_rows, out);
		return true;
	}
	if (strcmp(mdoc, "options") == 0 ||
	    strcmp(mdoc, "pppctl-options") == 0) {
		cli_opts_mdoc(*mdoc == 'o' ? cli_opts : pppctl_opts, out);
		return true;
	}
	if (strcmp(mdoc, "pppoetest-modes") == 0 ||
	    strcmp(mdoc, "pppoetest-options") == 0) {
		mdoc[10] == 'm' ? pt_modes_mdoc(out) : pt_options_mdoc(out);
		return true;
	}
	if (strcmp(mdoc, "words") == 0 || strcmp(mdoc, "levels") == 0) {
		*mdoc == 'w' ? words(out) : levels(out);
		return true;
	}
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++)
		if (strcmp(dumps[i].name, mdoc) == 0) {
			help_mdoc(dumps[i].prefix, dumps[i].table, out);
			return true;
		}
	return false;
}
