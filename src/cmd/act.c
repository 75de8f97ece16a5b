/* Commands that act: open, close, down, dial, quit, link, resolv, ... */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "cmd/rows.h"
#include "cmd/text.h"
#include "lang/help.h"
#include "ppp/fsm.h"

#define WHY	256

static int
no(struct cmd_ctx *cx, const char *what, const char *why, int n)
{
	diag(&cx->diag, "%s: %s", what, why);
	return ROW_FAILED(n);
}

/* What the first word names; @def without one, NULL: none of @names. */
static const char *
which(const struct args *a, const char *const *names, const char *def)
{
	if (a->n == 0)
		return def;
	for (; a->n == 1 && *names != NULL; names++)
		if (strcasecmp(a->w[0], *names) == 0)
			return *names;
	return NULL;
}

/* CCP lives in the Network phase; what is closed cannot be closed. */
static int
ccp(struct cmd_ctx *cx, enum ppp_ccp_op op)
{
	char why[WHY] = "";
	struct ctl_view v;
	int err;

	ctl_link_view(cx->env->ctl, cx->at, &v);
	if (!v.have_rec || v.rec.lcp_state != FSM_OPENED) {
		if (op == PPP_CCP_OPEN)
			remark(&cx->diag,
			    "open: LCP must be open before opening CCP");
		return 0;
	}
	if ((op == PPP_CCP_CLOSE || op == PPP_CCP_SHUT) &&
	    v.rec.ccp_state != FSM_OPENED)
		return 0;
	err = ctl_ccp(cx->env->ctl, cx->at, op, why, sizeof(why));
	return err < 0 ? no(cx, "ccp", why, 1) : 0;
}

int
act_open(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "lcp", "ccp", "ipcp", NULL };
	const char *what = which(a, names, "");
	struct ctl_view v;
	uint16_t proto = 0;
	char why[WHY] = "";
	int err;

	(void)r;
	if (what == NULL)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (strcmp(what, "ccp") == 0)
		return ccp(cx, PPP_CCP_OPEN);
	ctl_link_view(cx->env->ctl, cx->at, &v);
	if (strcmp(what, "ipcp") == 0 && cx->link != NULL)
		remark(&cx->diag, "open ipcp: You need not specify a link");
	if (strcmp(what, "ipcp") == 0 && v.have_rec &&
	    v.rec.ipcp_state == FSM_OPENED)
		proto = PROTO_IPCP;
	else if (strcmp(what, "lcp") == 0 && v.link == LINK_OPEN)
		proto = PROTO_LCP;
	err = proto != 0 ? ctl_reopen(cx->env->ctl, cx->at, proto, why,
	    sizeof(why)) : ctl_open(cx->env->ctl, cx->at, why, sizeof(why));
	return err < 0 ? no(cx, "open", why, 1) : 0;
}

int
act_close(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "lcp", "ccp", "ccp!", NULL };
	const char *what = which(a, names, "");
	int err;

	(void)r;
	if (a->n == 2 && strcasecmp(a->w[0], "session") == 0) {
		if (cmd_held(cx, &err))
			return err;
		txt_put(cx->out, "%u closed\n",
		    ctl_close_session(cx->env->ctl, a->w[1]));
		return 0;
	}
	if (what == NULL)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (strncmp(what, "ccp", 3) == 0)
		return ccp(cx, what[3] == '!' ? PPP_CCP_SHUT :
		    PPP_CCP_CLOSE);
	ctl_close(cx->env->ctl, cx->at);
	return 0;
}

int
act_down(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const char *const names[] = { "lcp", "ccp", NULL };
	const char *what = which(a, names, "");
	int err;

	(void)r;
	if (what == NULL)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (strcmp(what, "ccp") == 0)
		return ccp(cx, PPP_CCP_DOWN);
	ctl_down(cx->env->ctl, cx->at);
	return 0;
}

/* `dial LABEL...`: dial when what was loaded is in force. */
static int
dial_later(struct cmd_ctx *cx)
{
	const struct words *whole = cx->words;
	struct words one = { .n = 1, .w = { whole->w[0] } };
	int err;

	cx->words = &one;
	err = cmd_put_off(cx);
	cx->words = whole;
	return err;
}

int
act_dial(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char why[WHY] = "";
	int err = a->n > 0 ? run_load(cx, r, a) : 0;

	if (err != 0)
		return err;
	if (cx->hold || a->n > 0)
		return dial_later(cx);
	if (cmd_held(cx, &err))
		return err;
	if (cx->env->conf->p.mode != MODE_AUTO &&
	    cx->env->conf->p.mode != MODE_INTERACTIVE)
		remark(&cx->diag, "Manual dial is only available for auto "
		    "and interactive links");
	err = ctl_open(cx->env->ctl, cx->at, why, sizeof(why));
	return err < 0 ? no(cx, "dial", why, 1) : 0;
}

int
act_quit(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct cmd_prompt *p = cx->prompt;
	bool all = a->n == 1 && strcasecmp(a->w[0], "all") == 0;
	int err;

	(void)r;
	if (a->n > 1 || (a->n == 1 && !all))
		return ROW_USAGE;
	if (cx->hold && cmd_held(cx, &err))
		return err;
	if (p != NULL && p->pr != NULL && !prompt_quit(p->pr, all))
		return 0;
	if (p != NULL)
		p->quit = true;
	if (cx->env->ctl != NULL)
		ctl_quit(cx->env->ctl);
	return 0;
}

const struct row resolv_rows[] = {
	{ .name = "readonly", .args = "", .run = run_resolv,
	  .lo = RESOLV_READONLY, .flags = ROW_LIVE,
	  .help = "From now on do not write resolv.conf." },
	{ .name = "reload", .args = "", .run = run_resolv,
	  .lo = RESOLV_RELOAD, .flags = ROW_LIVE,
	  .help = "Read resolv.conf again and remember it." },
	{ .name = "restore", .args = "", .run = run_resolv,
	  .lo = RESOLV_RESTORE, .flags = ROW_LIVE,
	  .help = "Write back the resolv.conf that was remembered." },
	{ .name = "rewrite", .args = "", .run = run_resolv,
	  .lo = RESOLV_REWRITE, .flags = ROW_LIVE,
	  .help = "Write the name servers known now." },
	{ .name = "writable", .args = "", .run = run_resolv,
	  .lo = RESOLV_WRITABLE, .flags = ROW_LIVE,
	  .help = "Allow resolv.conf to be written; the default." },
	END_ROWS
};

int
run_resolv(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char why[WHY] = "";
	int err;

	if (a->n != 0)
		return ROW_USAGE;
	if (r->lo == RESOLV_READONLY || r->lo == RESOLV_WRITABLE) {
		cx->draft->p.resolv_readonly = r->lo == RESOLV_READONLY;
		if (cx->hold || cx->env->ctl == NULL)
			return 0;
	}
	if (cmd_held(cx, &err))
		return err;
	if (ctl_resolv(cx->env->ctl, (enum resolv_op)r->lo, why,
	    sizeof(why)) < 0)
		return no(cx, "resolv", why, 1);
	return 0;
}

int
run_ident(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct ppp_conf *c = &cx->draft->p.ppp;
	struct txt raw = { 0 };
	int err = 0;

	(void)r;
	cmd_join(a, 0, &raw);
	if (raw.n >= IDENT_MAX) {
		err = cmd_bad(cx, "ident: longer than %d octets",
		    IDENT_MAX - 1);
	} else {
		memset(c->ident, 0, IDENT_MAX);
		memcpy(c->ident, txt_str(&raw), raw.n);
		c->ident_vars = vars_has(c->ident);
	}
	txt_free(&raw);
	return err;
}

int
run_sendident(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	char why[WHY] = "";
	int err;

	(void)r;
	if (a->n != 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (cx->draft->p.ppp.ident[0] == '\0')
		return no(cx, "sendident", "no identification is set "
		    "(ident TEXT)", 1);
	if (ctl_send_ident(cx->env->ctl, cx->at, why, sizeof(why)) < 0)
		return no(cx, "sendident", "link has not reached LCP", 2);
	return 0;
}

int
run_passwd(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	if (a->n != 1)
		return ROW_USAGE;
	if (cx->prompt->pr != NULL)
		prompt_passwd(cx->prompt->pr, a->w[0]);
	return 0;
}

int
run_save(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	(void)r;
	(void)a;
	return no(cx, "save", "edit ppp.conf; it is read again by `load'", 1);
}

int
cmd_help(struct cmd_ctx *cx, const char *prefix, const struct row *table,
    const char *word)
{
	bool many;
	const struct row *r;

	if (word == NULL) {
		help_table(table, cx->who, cx->out);
		return 0;
	}
	r = row_find(table, word, cx->who, &many);
	if (r == NULL)
		return no(cx, word, many ? "Ambiguous command" :
		    "Invalid command", 1);
	help_row(prefix, r, cx->out);
	return 0;
}

int
run_help(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	bool many;
	const struct row *sub = a->n == 2 ? row_find(top_rows, a->w[0],
	    cx->who, &many) : NULL;

	(void)r;
	if (a->n > 2)
		return ROW_USAGE;
	if (sub != NULL && sub->sub != NULL) {
		char prefix[32];

		snprintf(prefix, sizeof(prefix), "%s ", sub->name);
		return cmd_help(cx, prefix, sub->sub, a->w[1]);
	}
	return cmd_help(cx, "", top_rows, a->n > 0 ? a->w[0] : NULL);
}
