/* set http and show http. */
#include <string.h>
#include <strings.h>

#include "base/ct.h"
#include "base/err.h"
#include "cmd/set.h"
#include "cmd/show.h"
#include "cmd/web.h"
#include "ctl/out.h"

static bool
fits(const struct args *a, int i, size_t size)
{
	return i >= a->n || strlen(a->w[i]) < size;
}

/* Checked as it will be read when it takes effect. */
static int
check(struct cmd_ctx *cx, const struct args *a)
{
	const char *password = a->n > 1 ? a->w[1] : "";
	struct http_conf conf;
	char why[128];
	int err;

	err = http_parse(&conf, a->w[0], password, a->n > 2 ? a->w[2] : NULL,
	    0, why, sizeof(why));
	ct_wipe(conf.password, sizeof(conf.password));
	if (err == -E_FORMAT)
		return ROW_USAGE;
	if (err < 0)
		return cmd_bad(cx, "set http: %s", why);
	if (password[0] == '\0' && !http_is_near(&conf))
		remark(&cx->diag, "set http: everybody who reaches %s may "
		    "see names and addresses of peers; give a password",
		    a->w[0]);
	return password[0] != '\0' ? cmd_private(cx) : 0;
}

int
set_http(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct http_want *h = &cx->draft->http;
	int err;

	(void)r;
	if (a->n == 1 && strcasecmp(a->w[0], "none") == 0) {
		ct_wipe(h, sizeof(*h));
		return 0;
	}
	if (a->n < 1 || a->n > 3 || !fits(a, 0, sizeof(h->addr)) ||
	    !fits(a, 2, sizeof(h->mask)))
		return ROW_USAGE;
	err = check(cx, a);
	if (err != 0)
		return err;
	ct_wipe(h, sizeof(*h));
	h->on = true;
	strcpy(h->addr, a->w[0]);
	strcpy(h->password, a->n > 1 ? a->w[1] : "");
	strcpy(h->mask, a->n > 2 ? a->w[2] : "");
	return 0;
}

int
show_http(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	static const struct out_col head[] = {
		{ "what", NULL, false }, { "count", NULL, true },
	};
	const struct http_want *w = &cx->env->conf->http;
	int form = a->n > 0 ? out_form_find(a->w[0]) : OUT_TEXT, err;
	struct http_view v = { 0 };
	struct out_table *ot;

	(void)r;
	if (a->n > 1 || form < 0)
		return ROW_USAGE;
	if (cmd_held(cx, &err))
		return err;
	if (cx->env->web != NULL)
		http_view(web_http(cx->env->web), &v);
	if (form == OUT_TEXT)
		txt_put(cx->out, "HTTP: %s%s\n", w->on ? w->addr :
		    "not configured", !w->on ? "" : w->password[0] != '\0' ?
		    ", with a password" : ", without a password");
	ot = out_table_new(head, 2);
	out_cell(ot, "%s", "clients-now");
	out_cell(ot, "%u", v.clients);
	for (int i = 0; i < HTTP_NUMBERS; i++) {
		out_cell(ot, "%s", http_count_name((enum http_count)i));
		out_cell(ot, "%llu", (unsigned long long)v.n[i]);
	}
	out_table_put(ot, (enum out_form)form, cx->out);
	out_table_free(ot);
	return 0;
}
