/* mPlane over HTTP: what is read by anybody who may, and what is sent. */
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/mplane.h"
#include "ctl/out.h"

#define TYPE	"application/x-mplane+json"

/* Takes @v. */
static void
answer(struct http_answer *an, int code, json_t *v)
{
	an->code = v != NULL ? code : 500;
	an->type = TYPE;
	out_json(&an->body, v, false);
	json_decref(v);
}

static void
refuse(struct http_answer *an, int code, const char *why)
{
	answer(an, code, mplane_exception(NULL, why));
}

static void
get_result(struct cmd_env *e, const char *query, struct http_answer *an)
{
	char token[MEASURE_TOKEN];
	const struct measure *m;

	if (query == NULL || !http_query(query, "token", token,
	    sizeof(token))) {
		refuse(an, 400, "?token= is missing, or is none");
		return;
	}
	m = measure_of(e->tests, token);
	if (m == NULL)
		refuse(an, 404, "no measurement has this token");
	else
		answer(an, 200, mplane_answer(m));
}

void
mplane_get(struct cmd_env *e, const struct http_request *rq, bool may,
    struct http_answer *an)
{
	if (strcmp(rq->path, "/mplane/capability") == 0)
		answer(an, 200, mplane_capabilities(may));
	else if (strcmp(rq->path, MPLANE_REGISTRY) == 0)
		answer(an, 200, mplane_registry());
	else if (strcmp(rq->path, "/mplane/result") == 0)
		get_result(e, rq->query, an);
}

/* A page of somebody else's can make a browser send a form, not this. */
static bool
is_json(const char *type)
{
	static const char *const types[] = { TYPE, "application/json" };

	for (size_t i = 0; type != NULL && i < 2; i++) {
		size_t n = strlen(types[i]);

		if (strncasecmp(type, types[i], n) == 0 &&
		    (type[n] == '\0' || type[n] == ';' || type[n] == ' '))
			return true;
	}
	return false;
}

void
mplane_post(struct cmd_env *e, const struct http_request *rq, bool may,
    struct http_answer *an)
{
	json_t *v;
	int err;

	if (strcmp(rq->path, MPLANE_LINK) != 0 &&
	    strcmp(rq->path, "/mplane/result") != 0 &&
	    strcmp(rq->path, "/mplane/interrupt") != 0)
		return;
	if (!may) {
		refuse(an, 403, "only to look: set http has no password");
		return;
	}
	if (!is_json(rq->type)) {
		refuse(an, 415, "Content-Type: " TYPE " is wanted");
		return;
	}
	v = mplane_take(e, rq->body, rq->body_len, &err);
	answer(an, err < 0 ? 400 : 200, v);
}
