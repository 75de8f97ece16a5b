/* pppoetest: questions to the daemon, and what its answers mean. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/face.h"
#include "cmd/pppoetest.h"

void
pt_face(struct face *f, const struct pt_opts *o)
{
	*f = (struct face){ .name = "pppoetest", .socket = o->socket,
	    .password = o->password };
}

bool
pt_reachable(const struct pt_opts *o)
{
	const char *env = getenv("PPP_SOCKET");

	return o->socket != NULL || (env != NULL && *env != '\0') ||
	    access(FACE_SOCKET, F_OK) == 0;
}

long long
pt_num(const json_t *v, const char *key)
{
	return json_integer_value(json_object_get(v, key));
}

const char *
pt_str(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s != NULL ? s : "";
}

int
pt_ask(struct face *f, const struct pt_opts *o, const char *line, json_t **to)
{
	struct txt answer = { 0 };
	json_error_t e;

	if (!face_fetch(f, line, &answer)) {
		txt_free(&answer);
		return f->open ? PT_TIMEOUT : PT_NO_SERVER;
	}
	pt_log(o, PTV_DEBUG, "%s: %zu octets", line, answer.n);
	/* what comes to every prompt may stand around it */
	*to = json_loads(txt_str(&answer) + strcspn(txt_str(&answer), "[{"),
	    JSON_DISABLE_EOF_CHECK, &e);
	if (*to == NULL)
		pt_error(o, "NETGRAPH_ERROR", "%s: %.200s", line,
		    txt_str(&answer));
	txt_free(&answer);
	return *to != NULL ? PT_PASSED : PT_INTERNAL;
}

int
pt_ask_all(struct face *f, const struct pt_opts *o, struct pt_report *r)
{
	const struct { const char *line; json_t **to; } all[] = {
		{ "show workers json", &r->workers },
		{ "show health json", &r->health },
		{ "show governor json", &r->governor },
		{ "show lanes json", &r->lanes },
		{ "show stats json", &r->stats },
		{ "show sessions sid,calling-sid,lane,worker json",
		  &r->sessions },
	};
	int code = PT_PASSED;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) &&
	    code == PT_PASSED; i++)
		code = pt_ask(f, o, all[i].line, all[i].to);
	return code;
}

void
pt_forget(struct pt_report *r)
{
	json_decref(r->workers);
	json_decref(r->health);
	json_decref(r->governor);
	json_decref(r->lanes);
	json_decref(r->stats);
	json_decref(r->sessions);
}

/* ---- commands ---- */

/* Its answer, without what the daemon tells every prompt at any time. */
static bool
fetch(struct face *f, const char *line, struct txt *answer)
{
	struct txt all = { 0 };
	bool ok = face_fetch(f, line, &all);
	char *rest = all.p, *s;

	while ((s = strsep(&rest, "\n")) != NULL)
		if (strncmp(s, "Warning: ", 9) != 0 &&
		    strncmp(s, "Error: ", 7) != 0)
			txt_put(answer, "%s\n", s);
	txt_free(&all);
	return ok;
}

bool
pt_order(struct face *f, const struct pt_opts *o, const char *fmt, ...)
{
	struct txt line = { 0 }, answer = { 0 };
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	txt_vput(&line, fmt, ap);
	va_end(ap);
	pt_log(o, PTV_VERBOSE, "concentrator: %s", txt_str(&line));
	ok = fetch(f, txt_str(&line), &answer);
	if (ok && (strstr(txt_str(&answer), ": Failed ") != NULL ||
	    strstr(txt_str(&answer), "Invalid command") != NULL)) {
		const char *s = txt_str(&answer);

		pt_error(o, "NETGRAPH_ERROR", "%s: %.*s", txt_str(&line),
		    (int)strcspn(s, "\n"), s);
		ok = false;
	}
	txt_free(&line);
	txt_free(&answer);
	return ok;
}

long long
pt_value(struct face *f, const struct pt_opts *o, const char *oid)
{
	struct txt line = { 0 }, answer = { 0 };
	long long v = -1;
	char *end;

	txt_put(&line, "sysctl -n net.graph.pppoe_lb.%s", oid);
	if (fetch(f, txt_str(&line), &answer)) {
		v = strtoll(txt_str(&answer), &end, 10);
		if (end == txt_str(&answer))
			v = -1;
	}
	pt_log(o, PTV_DEBUG, "%s: %lld", txt_str(&line), v);
	txt_free(&line);
	txt_free(&answer);
	return v;
}

/* ---- what they mean ---- */

long long
pt_expected(const struct pt_report *r, const json_t *s)
{
	const json_t *l;
	size_t i;

	json_array_foreach(r->lanes, i, l)
		if (pt_num(l, "lane") == pt_num(s, "lane"))
			return pt_num(l, "worker");
	return -1;
}

unsigned
pt_drifts(const struct pt_report *r)
{
	const json_t *s;
	unsigned n = 0;
	size_t i;

	json_array_foreach(r->sessions, i, s)
		n += pt_expected(r, s) != pt_num(s, "worker");
	return n;
}
