/* Paths of the HTTP server. */
#include "cmd/web.h"

#include <stdlib.h>
#include <string.h>

struct web {
	struct cmd_env *env;		/* borrows: its owner */
	struct http *http;		/* owner */
};

static void
get_metrics(struct web *w, struct http_answer *an)
{
	an->code = 200;
	an->type = "application/openmetrics-text; version=1.0.0; "
	    "charset=utf-8";
	metrics_put(w->env, &an->body);
}

static void
get(void *arg, const struct http_request *rq, struct http_answer *an)
{
	struct web *w = arg;

	if (strcmp(rq->path, "/metrics") == 0)
		get_metrics(w, an);
}

struct web *
web_new(struct cmd_env *e)
{
	struct web *w = calloc(1, sizeof(*w));
	struct http_hooks h = { .arg = w, .get = get };

	if (w == NULL)
		return NULL;
	w->env = e;
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
	free(w);
}

struct http *
web_http(struct web *w)
{
	return w->http;
}
