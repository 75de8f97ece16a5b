/*
 * Paths of the HTTP server. What the page asks for is what `show ... json`
 * prints: one source for people, scripts and browsers.
 */
#include "cmd/web.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "crypto/base64.h"
#include "crypto/hash.h"
#include "cmd/mplane.h"
#include "cmd/page.h"
#include "cmd/rows.h"
#include "cmd/version.h"
#include "ctl/out.h"

#define KEPT		SEC(1)		/* an answer is good for so long, */
#define SHARE		50		/* or for what it cost, so many times */
#define SEARCHES	20		/* a second, of all clients */
#define FOUND		"50"		/* sessions of one search */
#define WORST		"6"		/* plots of the page */
#define COLUMNS		"username,ip,ip6,calling-sid,ifname,vlan,state," \
			"uptime,rx-bytes,tx-bytes,sid,worker"

/* What there is without a question, /api/NAME; below WEB_STATE: what the page
 * shows all the time. */
enum item { WEB_WORKERS, WEB_GOVERNOR, WEB_HISTORY, WEB_HEALTH, WEB_LB,
	WEB_PHASES, WEB_LINKS, WEB_RADIUS, WEB_STATE, WEB_QUALITY = WEB_STATE,
	ITEMS };
static const struct {
	const char *name, *word[5];	/* behind `show' */
} items[ITEMS] = {
	[WEB_WORKERS] = { "workers", { "workers", "json" } },
	[WEB_GOVERNOR] = { "governor", { "governor", "json" } },
	[WEB_HISTORY] = { "history", { "governor", "history", "json" } },
	[WEB_HEALTH] = { "health", { "health", "json" } },
	[WEB_LB] = { "lb", { "lb", "json" } },
	[WEB_PHASES] = { "phases", { "phases", "json" } },
	[WEB_LINKS] = { "links", { "links", "json" } },
	[WEB_RADIUS] = { "radius", { "radius", "json" } },
	/* it looks at every session's book */
	[WEB_QUALITY] = { "quality", { "quality", "worst", WORST, "course",
	    "json" } },
};

struct web {
	struct cmd_env *env;		/* borrows: its owner */
	struct http *http;		/* owner */
	char	 policy[512];		/* of the page */
	struct txt kept[ITEMS];		/* owner */
	tstamp	 until[ITEMS];		/* it is good */
	tstamp	 second;		/* searches in this one */
	unsigned searches;
};

/* ---- show ---- */

static const struct row *
row_of(const char *name)
{
	const struct row *r = show_rows;

	while (r->name != NULL && strcmp(r->name, name) != 0)
		r++;
	return r;
}

/* `show WORD ...' into @out, which stays empty when that fails. */
static void
show(struct web *w, char *const word[], int n, struct txt *out)
{
	const struct row *r = row_of(word[0]);
	struct args a = { .n = n - 1, .w = word + 1 };
	struct cmd_prompt from = { .origin = "http" };
	struct txt errors = { 0 };
	struct cmd_ctx cx;

	cmd_ctx_init(&cx, w->env, &from, out, &errors);
	if (r->run(&cx, r, &a) != 0)
		txt_clear(out);
	txt_free(&errors);
}

/* The client's peculiar items need a client, the others do without. */
static const struct txt *
item(struct web *w, enum item i)
{
	tstamp now = clock_now(), cost;
	char *word[6];
	int n = 0;

	if (now < w->until[i])
		return &w->kept[i];
	while (n < 5 && items[i].word[n] != NULL) {
		word[n] = (char *)(uintptr_t)items[i].word[n];
		n++;
	}
	word[n] = NULL;
	txt_clear(&w->kept[i]);
	show(w, word, n, &w->kept[i]);
	cost = (clock_now() - now) * SHARE;
	w->until[i] = now + (cost > KEPT ? cost : KEPT);
	return &w->kept[i];
}

static void
is_json(struct http_answer *an)
{
	an->code = 200;
	an->type = "application/json";
}

/* False: it is none of them. */
static bool
get_item(struct web *w, const struct http_request *rq, struct http_answer *an)
{
	const struct txt *t;
	int i = 0;

	while (i < ITEMS && (strncmp(rq->path, "/api/", 5) != 0 ||
	    strcmp(rq->path + 5, items[i].name) != 0))
		i++;
	if (i == ITEMS || (i == WEB_QUALITY && rq->query != NULL))
		return false;
	t = item(w, (enum item)i);
	if (t->n > 0) {
		is_json(an);
		txt_add(&an->body, t->p, t->n);
	}
	return true;
}

/* ---- all that the page shows by itself ---- */

static void
about(struct web *w, struct txt *t)
{
	char host[256] = "";
	const struct profile *p = ctl_profile(w->env->ctl);
	const struct quality_conf *q = &p->ppp.quality;
	json_t *v;

	if (gethostname(host, sizeof(host) - 1) < 0)
		host[0] = '\0';
	v = json_pack("{s:o,s:s,s:o,s:s,s:{s:i,s:i}}", "host",
	    out_string(host), "version", PPP_VERSION, "label",
	    out_string(p->label), "role",
	    ctl_is_ac(w->env->ctl) ? "concentrator" : "client", "quality",
	    "probes", (int)q->probes, "seconds", (int)q->step);
	out_json(t, v, false);
	json_decref(v);
}

static void
get_state(struct web *w, struct http_answer *an)
{
	is_json(an);
	txt_put(&an->body, "{\"about\":");
	about(w, &an->body);
	for (int i = 0; i < WEB_STATE; i++) {
		const struct txt *t = item(w, (enum item)i);

		txt_put(&an->body, ",\"%s\":%s", items[i].name,
		    t->n > 0 ? t->p : "null");
	}
	txt_put(&an->body, "}\n");
}

static void
get_reasons(struct http_answer *an)
{
	json_t *why = json_object(), *side = json_object(),
	    *drop = json_object(), *all;

	for (int i = 0; i < WHY_COUNT; i++) {
		const char *name = why_name((enum why)i);

		json_object_set_new(why, name,
		    json_string(why_text((enum why)i)));
		json_object_set_new(side, name,
		    json_string(why_side((enum why)i)));
	}
	for (int i = 0; i < DROP_COUNT; i++)
		json_object_set_new(drop, drop_name((enum drop)i),
		    json_string(drop_text((enum drop)i)));
	all = json_pack("{s:o,s:o,s:o}", "why", why, "side", side, "drop",
	    drop);
	is_json(an);
	out_json(&an->body, all, false);
	json_decref(all);
}

/* ---- one subscriber ---- */

/* A search looks at every session: so many a second. */
static bool
may_search(struct web *w)
{
	tstamp second = clock_now() / SEC(1);

	if (second != w->second) {
		w->second = second;
		w->searches = 0;
	}
	return w->searches++ < SEARCHES;
}

/* An anchored expression for just these characters. */
static void
exactly(const char *q, struct txt *re)
{
	txt_put(re, "^");
	for (; *q != '\0'; q++)
		txt_put(re, strchr("\\^$.[]|()*+?{}", *q) != NULL ? "\\%c" :
		    "%c", *q);
}

static const char *
column_of(const char *q)
{
	size_t n = strlen(q);

	if (strchr(q, ':') != NULL && strspn(q, "0123456789abcdef:") == n)
		return n > 4 && strncmp(q, "fe80", 4) == 0 ? "ip6" :
		    "calling-sid";
	if (strchr(q, '.') != NULL && strspn(q, "0123456789.") == n)
		return "ip";
	return "username";
}

static void
find(struct web *w, const char *column, const char *q, struct txt *out)
{
	struct txt re = { 0 };

	exactly(q, &re);
	char *all[] = { "sessions", COLUMNS, "limit", FOUND, "json", NULL };
	char *some[] = { "sessions", COLUMNS, "match",
	    (char *)(uintptr_t)column, (char *)(uintptr_t)txt_str(&re),
	    "limit", FOUND, "json", NULL };

	txt_clear(out);
	if (q[0] == '\0')
		show(w, all, 5, out);
	else
		show(w, some, 8, out);
	txt_free(&re);
}

static void
get_sessions(struct web *w, const char *query, struct http_answer *an)
{
	char q[HTTP_VALUE] = "", low[HTTP_VALUE];
	const char *column;

	if (query != NULL && !http_query(query, "q", q, sizeof(q))) {
		an->code = 400;
		return;
	}
	for (size_t i = 0; i < sizeof(q); i++)
		low[i] = (char)tolower((unsigned char)q[i]);
	column = column_of(low);
	is_json(an);
	find(w, column, strcmp(column, "username") == 0 ? q : low,
	    &an->body);
	/* A name may look like an address. */
	if (strcmp(column, "username") != 0 && an->body.n <= 3)
		find(w, "username", q, &an->body);
	if (an->body.n == 0)
		an->code = 500;
}

static void
get_why(struct web *w, const char *query, struct http_answer *an)
{
	char q[HTTP_VALUE] = "";
	char *all[] = { "why", "json", NULL };
	char *one[] = { "why", q, "json", NULL };

	if (query != NULL && !http_query(query, "q", q, sizeof(q))) {
		an->code = 400;
		return;
	}
	is_json(an);
	show(w, q[0] != '\0' ? one : all, q[0] != '\0' ? 3 : 2, &an->body);
	if (an->body.n == 0)
		an->code = 500;
}

/* The course of one line; of nobody's: an empty list. */
static void
get_quality(struct web *w, const char *query, struct http_answer *an)
{
	char q[HTTP_VALUE];
	char *word[] = { "quality", q, "json", NULL };

	if (!http_query(query, "q", q, sizeof(q))) {
		an->code = 400;
		return;
	}
	is_json(an);
	show(w, word, 3, &an->body);
	if (an->body.n == 0)
		txt_put(&an->body, "[]\n");
}

static void
search(struct web *w, const struct http_request *rq, struct http_answer *an)
{
	static const struct {
		const char *path;
		void (*get)(struct web *w, const char *query,
		    struct http_answer *an);
	} all[] = {
		{ "/api/sessions", get_sessions }, { "/api/why", get_why },
		{ "/api/quality", get_quality },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(rq->path, all[i].path) == 0 && may_search(w))
			all[i].get(w, rq->query, an);
		else if (strcmp(rq->path, all[i].path) == 0)
			an->code = 429;
}

/* ---- paths ---- */

static void
get_metrics(struct web *w, struct http_answer *an)
{
	an->code = 200;
	an->type = "application/openmetrics-text; version=1.0.0; "
	    "charset=utf-8";
	metrics_put(w->env, &an->body);
}

static void
get_page(struct web *w, struct http_answer *an)
{
	an->code = 200;
	an->type = "text/html; charset=utf-8";
	an->policy = w->policy;
	an->page = page_html;
	an->page_len = page_size();
}

static bool
has_password(const struct web *w)
{
	return w->env->conf->http.password[0] != '\0';
}

static void
get(void *arg, const struct http_request *rq, struct http_answer *an)
{
	struct web *w = arg;

	if (strcmp(rq->path, "/metrics") == 0)
		get_metrics(w, an);
	else if (strcmp(rq->path, "/") == 0)
		get_page(w, an);
	else if (strcmp(rq->path, "/api/state") == 0)
		get_state(w, an);
	else if (strcmp(rq->path, "/api/reasons") == 0)
		get_reasons(an);
	else if (strncmp(rq->path, "/mplane/", 8) == 0)
		mplane_get(w->env, rq, has_password(w), an);
	else if (!get_item(w, rq, an))
		search(w, rq, an);
}

static void
post(void *arg, const struct http_request *rq, struct http_answer *an)
{
	struct web *w = arg;

	mplane_post(w->env, rq, has_password(w), an);
}

/* ---- the policy: only what stands in the page may run ---- */

/* What is between @from and @to, as a source of the policy; "" : nothing. */
static void
source(const char *from, const char *to, char out[80])
{
	const char *p = strstr(page_html, from), *end;
	char text[BASE64_SIZE(SHA256_SIZE)];
	uint8_t hash[SHA256_SIZE];

	out[0] = '\0';
	end = p != NULL ? strstr(p, to) : NULL;
	if (end == NULL)
		return;
	p += strlen(from);
	if (hash_one(HASH_SHA256, p, (size_t)(end - p), hash) < 0)
		return;
	base64_encode(hash, sizeof(hash), text);
	snprintf(out, 80, "'sha256-%s'", text);
}

static void
make_policy(struct web *w)
{
	char script[80], style[80];

	source("<script>", "</script>", script);
	source("<style>", "</style>", style);
	snprintf(w->policy, sizeof(w->policy), "default-src 'none'; "
	    "script-src %s; style-src %s; connect-src 'self'; img-src data:; "
	    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
	    "require-trusted-types-for 'script'", script, style);
}

struct web *
web_new(struct cmd_env *e)
{
	struct web *w = calloc(1, sizeof(*w));
	struct http_hooks h = { .arg = w, .get = get, .post = post };

	if (w == NULL)
		return NULL;
	w->env = e;
	make_policy(w);
	w->http = http_new(ctl_loop(e->ctl), &h);
	if (w->http == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

void
web_free(struct web *w)
{
	if (w == NULL)
		return;
	http_free(w->http);
	for (int i = 0; i < ITEMS; i++)
		txt_free(&w->kept[i]);
	free(w);
}

struct http *
web_http(struct web *w)
{
	return w->http;
}
