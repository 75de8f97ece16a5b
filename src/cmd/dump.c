/* The rows as tables of the manual page and as a list for completion. */
#include <string.h>

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
};

bool
cmd_dump(const char *mdoc, struct txt *out)
{
	if (mdoc == NULL) {
		help_plain("", top_rows, out);
		return true;
	}
	if (strcmp(mdoc, "absent") == 0) {
		help_absent("", top_rows, out);
		return true;
	}
	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++)
		if (strcmp(dumps[i].name, mdoc) == 0) {
			help_mdoc(dumps[i].prefix, dumps[i].table, out);
			return true;
		}
	return false;
}
