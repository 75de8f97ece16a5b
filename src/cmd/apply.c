/* From one draft to the next, in the running daemon. */
#include "cmd/apply.h"

#include <string.h>

#include "base/ct.h"
#include "cmd/web.h"
#include "ctl/logger.h"
#include "ctl/server.h"

static int
apply_server(struct diag *dg, struct cmd_env *e,
    const struct server_want *was, const struct server_want *s)
{
	struct server_conf conf;
	struct ctl_view v;
	char why[256] = "";
	int err;

	if (e->server == NULL || memcmp(was, s, sizeof(*s)) == 0)
		return 0;
	if (s->kind == SERVER_NONE) {
		server_forget(e->server);
		return 0;
	}
	if (s->kind == SERVER_CLOSED) {
		err = server_close(e->server, why, sizeof(why));
		return err < 0 ? diag(dg, "%s", why) : 0;
	}
	ctl_view(e->ctl, &v);
	err = server_parse(&conf, s->addr, s->password,
	    s->mask[0] != '\0' ? s->mask : NULL, v.unit, why, sizeof(why));
	if (err == 0)
		err = was->kind == SERVER_CLOSED &&
		    strcmp(was->addr, s->addr) == 0 ?
		    server_reopen(e->server, why, sizeof(why)) :
		    server_open(e->server, &conf, why, sizeof(why));
	ct_wipe(&conf, sizeof(conf));
	return err < 0 ? diag(dg, "set server: %s", why) : 0;
}

static int
apply_http(struct diag *dg, struct cmd_env *e, const struct http_want *was,
    const struct http_want *s)
{
	struct http_conf conf;
	char why[256] = "";
	struct ctl_view v;
	int err;

	if (e->web == NULL || memcmp(was, s, sizeof(*s)) == 0)
		return 0;
	if (!s->on) {
		http_close(web_http(e->web));
		return 0;
	}
	ctl_view(e->ctl, &v);
	err = http_parse(&conf, s->addr, s->password,
	    s->mask[0] != '\0' ? s->mask : NULL, v.unit, why, sizeof(why));
	if (err == 0)
		err = http_open(web_http(e->web), &conf, why, sizeof(why));
	ct_wipe(&conf, sizeof(conf));
	return err < 0 ? diag(dg, "set http: %s", why) : 0;
}

/* What may fail first: the sockets, both or none of them. */
static int
apply_sockets(struct diag *dg, struct cmd_env *e, const struct draft *was,
    const struct draft *d)
{
	int err = apply_server(dg, e, &was->server, &d->server);

	if (err < 0)
		return err;
	err = apply_http(dg, e, &was->http, &d->http);
	if (err < 0)
		apply_server(dg, e, &d->server, &was->server);
	return err;
}

int
cmd_apply(struct diag *dg, struct cmd_env *e, const struct draft *was,
    const struct draft *d)
{
	char why[256] = "";
	int err = apply_sockets(dg, e, was, d);

	if (err < 0)
		return err;
	if (memcmp(&was->p, &d->p, sizeof(d->p)) != 0 &&
	    ctl_publish(e->ctl, &d->p, why, sizeof(why)) < 0) {
		apply_sockets(dg, e, d, was);
		return diag(dg, "%s", why);
	}
	if (e->logger != NULL && was->log != d->log)
		logger_set_mask(e->logger, d->log);
	return 0;
}
