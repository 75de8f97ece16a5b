/*
 * Lines of a prompt against a draft: whatever is typed, the draft stays
 * whole, no secret is shown, and what is refused changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/log.h"
#include "cmd/cmd.h"
#include "lang/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define ENDS(text)	BUG_ON(memchr(text, '\0', sizeof(text)) == NULL)

static void
check_draft(const struct draft *d)
{
	const struct profile *p = &d->p;

	ENDS(p->label);
	ENDS(p->ppp.authname);
	ENDS(p->ppp.authkey);
	ENDS(p->ppp.ident);
	ENDS(p->dial);
	ENDS(p->phone);
	ENDS(p->lb.ac.acname);
	BUG_ON(p->devices > DEVICES_MAX || p->routes > ROUTES_MAX);
	BUG_ON(p->his_ranges > RANGES_MAX || p->lb.ifaces > LB_IFS_MAX);
	BUG_ON(p->lb.ac.services > AC_SERVICES);
	BUG_ON(p->ppp.enddisc_len > ENDDISC_MAX);
	BUG_ON(p->ppp.mru != 0 && (p->ppp.mru < 296 || p->ppp.mru > 2048));
	BUG_ON(p->ppp.mtu != 0 && (p->ppp.mtu < 296 || p->ppp.mtu > 2048));
	BUG_ON(p->ppp.lqr_period == 0 || p->ppp.lcp.period == 0);
	for (int i = 0; i < p->devices; i++)
		ENDS(p->device[i]);
	for (int i = 0; i < p->routes; i++)
		BUG_ON(p->route[i].bits > 128);
	BUG_ON(d->laters != 0);
	ENDS(d->server.addr);
	ENDS(d->server.password);
}

static void
swallow(const struct log_line *line, void *arg)
{
	(void)line;
	(void)arg;
}

static void
one_line(struct cmd_env *e, const char *line, bool locked)
{
	static struct draft before;
	struct cmd_prompt pr = { .origin = "fuzz", .locked = locked };
	struct txt out = { 0 }, errors = { 0 };
	struct cmd_ctx cx;

	before = *e->conf;
	cmd_ctx_init(&cx, e, &pr, &out, &errors);
	if (cmd_line(&cx, line) < 0) {
		/* mPlane's own shell answers with an exception, in JSON. */
		BUG_ON(errors.n + out.n == 0);
		BUG_ON(memcmp(&before.p, &e->conf->p, sizeof(before.p)) != 0);
	}
	BUG_ON(locked && memcmp(&before, e->conf, sizeof(before)) != 0);
	cmd_complete(e, &pr, line, &out);
	check_draft(e->conf);
	txt_free(&out);
	txt_free(&errors);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct cmd_env e;
	struct txt out = { 0 };
	char *text, *rest, *line;

	if (n > 8192)
		return 0;
	text = malloc(n + 1);
	BUG_ON(text == NULL || cmd_env_init(&e, "/nonexistent",
	    MODE_INTERACTIVE) < 0);
	e.no_lookup = true;
	log_set_sink(swallow, NULL);
	log_set_mask(UINT32_MAX);
	memcpy(text, p, n);
	text[n] = '\0';
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		one_line(&e, line, *line == '@');
	cmd_explain(e.conf, &e, &out);
	txt_free(&out);
	cmd_env_free(&e);
	free(text);
	return 0;
}
