/* What the HTTP server shows: metrics, the page and what it asks for. */
#ifndef CMD_WEB_H
#define CMD_WEB_H

#include "cmd/cmd.h"
#include "ctl/http.h"

struct web;

/* web_new - nothing is open yet. NULL: no memory. Borrows @e. */
struct web *web_new(struct cmd_env *e);
void web_free(struct web *w);		/* NULL allowed */
struct http *web_http(struct web *w);

/* metrics_put - all of them in OpenMetrics 1.0, with its `# EOF'. */
void metrics_put(struct cmd_env *e, struct txt *t);

#endif
