/*
 * Items of ppp(8) about what a PPPoE link of this version never has: they
 * say so in the shape that scripts expect.
 */
#include <string.h>

#include "cmd/show.h"

static int
say(struct cmd_ctx *cx, const struct args *a, const char *text)
{
	if (a->n > 0)
		return ROW_USAGE;
	txt_put(cx->out, "%s", text);
	return 0;
}

int
show_mp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	return say(cx, a, "Multilink is inactive\n");
}
