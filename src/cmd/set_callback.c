/*
 * Callback: checked, and refused with the reason. A peer that asks for it
 * (LCP option 13) gets a Configure-Reject, CBCP a Protocol-Reject.
 */
#include <string.h>
#include <strings.h>

#include "cmd/set.h"
#include "lang/value.h"

/* `*`, or digits with commas between. */
static bool
is_numbers(const char *s)
{
	if (strcmp(s, "*") == 0)
		return true;
	return *s != '\0' && s[strspn(s, "0123456789,+-*#")] == '\0';
}

int
set_callback(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	const char *asks = NULL;
	bool none = a->n == 0;

	(void)r;
	for (int i = 0; i < a->n; i++) {
		if (strcasecmp(a->w[i], "none") == 0) {
			none = true;
			continue;
		}
		asks = a->w[i];
		if (strcasecmp(asks, "auth") == 0 ||
		    strcasecmp(asks, "cbcp") == 0)
			continue;
		if (strcasecmp(asks, "E.164") != 0)
			return cmd_bad(cx, "%s: Invalid callback option",
			    asks);
		if (++i == a->n || !is_numbers(a->w[i]))
			return cmd_bad(cx, "E.164: Callback must be a "
			    "number, several with commas between, or *");
	}
	if (asks != NULL && none)
		remark(&cx->diag, "set callback: none is what is done");
	return none ? 0 : cmd_bad(cx, "%s: nobody can call us back: "
	    "none of the lines here is dialled from the other side (none is "
	    "what can be done)", asks);
}

int
set_cbcp(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	uint32_t secs;

	(void)r;
	if (a->n > 3 || (a->n > 0 && !is_numbers(a->w[0])))
		return ROW_USAGE;
	for (int i = 1; i < a->n; i++)
		if (val_secs(a->w[i], 0, 3600, &secs) < 0)
			return cmd_bad(cx, "%s: Invalid CBCP %s", a->w[i],
			    i == 1 ? "delay" : "retry value");
	return a->n == 0 ? 0 : cmd_bad(cx, "%s: we call nobody back: a peer "
	    "that asks for it is told so by a Configure-Reject", a->w[0]);
}
