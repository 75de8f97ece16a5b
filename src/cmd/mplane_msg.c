/*
 * What an mPlane client says. Its JSON is bounded before it is parsed: the
 * parser of the library recurses, and an object may have a name twice.
 */
#include "cmd/mplane_msg.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

#define CORE	"/registry/core"	/* the end of the core's names */

static int __attribute__((format(printf, 4, 5)))
bad(int err, char *why, size_t n, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, n, fmt, ap);
	va_end(ap);
	return err;
}

/* Not deeper than we want to recurse; brackets in strings do not count. */
static bool
is_flat(const char *p, size_t len)
{
	bool in_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (in_string && p[i] == '\\')
			i++;
		else if (p[i] == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (p[i] == '{' || p[i] == '[') {
			if (++depth > MPLANE_DEPTH)
				return false;
		} else if ((p[i] == '}' || p[i] == ']') && depth > 0)
			depth--;
	}
	return true;
}

/* Names and labels are printed again: no control characters, no blanks but
 * the common one. */
static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s >= 0x7f)
			return false;
	return true;
}

/* A string of at most @size octets; missing: "". */
static int
take_text(const json_t *v, const char *key, char *out, size_t size, char *why,
    size_t n)
{
	const json_t *s = json_object_get(v, key);

	out[0] = '\0';
	if (s == NULL)
		return 0;
	if (!json_is_string(s) || json_string_length(s) >= size ||
	    !is_clean(json_string_value(s)))
		return bad(-E_FORMAT, why, n, "%s: not a text of up to %zu "
		    "plain characters", key, size - 1);
	strcpy(out, json_string_value(s));
	return 0;
}

/* ---- which capability ---- */

static bool
has_column(const struct mplane_cap *cap, const char *name)
{
	for (int i = 0; cap->results[i] != NULL; i++)
		if (strcmp(cap->results[i], name) == 0)
			return true;
	return false;
}

/* The same columns, in whatever order. */
static bool
same_results(const struct mplane_cap *cap, const json_t *results)
{
	size_t n = 0, i;
	const json_t *v;

	while (cap->results[n] != NULL)
		n++;
	if (json_array_size(results) != n)
		return false;
	json_array_foreach((json_t *)(uintptr_t)results, i, v) {
		if (!json_is_string(v) ||
		    !has_column(cap, json_string_value(v)))
			return false;
		for (size_t k = 0; k < i; k++)	/* none twice */
			if (json_equal(json_array_get(results, k), v))
				return false;
	}
	return true;
}

static int
take_capability(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	const json_t *results = json_object_get(v, "results");
	const struct mplane_cap *c = mplane_caps;

	if (results == NULL) {
		m->cap = mplane_cap(m->label);
		if (m->cap == NULL)
			return bad(-E_UNKNOWN, why, n, "no results, and no "
			    "capability has the label \"%.60s\"", m->label);
		return 0;
	}
	if (!json_is_array(results))
		return bad(-E_FORMAT, why, n, "results: not an array");
	while (c->label != NULL && !same_results(c, results))
		c++;
	if (c->label == NULL)
		return bad(-E_UNKNOWN, why, n, "no capability has these "
		    "results");
	m->cap = c;
	return 0;
}

/* ---- its parameters and times ---- */

static int
take_param(struct mplane_msg *m, const char *key, const json_t *v, char *why,
    size_t n)
{
	char num[32];

	if (!is_clean(key))
		return bad(-E_FORMAT, why, n, "a parameter's name is not "
		    "plain text");
	if (json_is_integer(v)) {
		snprintf(num, sizeof(num), "%lld",
		    (long long)json_integer_value(v));
		return mplane_set(&m->ask, m->cap, key, num, why, n);
	}
	if (!json_is_string(v) || !is_clean(json_string_value(v)) ||
	    strlen(json_string_value(v)) != json_string_length(v))
		return bad(-E_FORMAT, why, n, "%.60s: neither plain text nor "
		    "a whole number", key);
	return mplane_set(&m->ask, m->cap, key, json_string_value(v), why, n);
}

static int
take_params(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	json_t *params = json_object_get(v, "parameters"), *val;
	const char *key;
	int err;

	if (params == NULL)
		return 0;
	if (!json_is_object(params))
		return bad(-E_FORMAT, why, n, "parameters: not an object");
	json_object_foreach(params, key, val) {
		err = take_param(m, key, val, why, n);
		if (err < 0)
			return err;
	}
	return 0;
}

static int
take_when(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	char text[WHEN_TEXT], at[128];
	int err = take_text(v, "when", text, sizeof(text), why, n);

	if (err < 0)
		return err;
	if (text[0] == '\0')
		return bad(-E_FORMAT, why, n, "when: missing; \"now\" will "
		    "do");
	err = when_parse(&m->when, text, at, sizeof(at));
	if (err < 0)
		return bad(err, why, n, "when: %s", at);
	return mplane_when(m->cap, &m->when, why, n);
}

/* ---- a message ---- */

static int
take_kind(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	static const char *const names[] = { "specification", "redemption",
	    "interrupt" };
	unsigned found = 0;

	for (int i = 0; i < 3; i++) {
		const json_t *verb = json_object_get(v, names[i]);

		if (verb == NULL)
			continue;
		found++;
		m->kind = (enum mplane_kind)i;
		if (!json_is_string(verb) ||
		    strcmp(json_string_value(verb), "measure") != 0)
			return bad(-E_UNKNOWN, why, n, "the verb \"measure\" "
			    "is all that is understood");
	}
	if (found != 1)
		return bad(-E_FORMAT, why, n, "neither a specification, nor "
		    "a redemption, nor an interrupt");
	return 0;
}

static bool
knows_registry(const char *uri)
{
	size_t len = strlen(uri), core = strlen(CORE);

	if (uri[0] == '\0' || strcmp(uri, MPLANE_REGISTRY) == 0)
		return true;
	if (uri[len - 1] == '/')
		len--;
	return len >= core && strncmp(uri + len - core, CORE, core) == 0;
}

/* What all of them have. */
static int
take_frame(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	const json_t *version = json_object_get(v, "version");
	char uri[256];

	if (version != NULL && (!json_is_integer(version) ||
	    json_integer_value(version) < 0 ||
	    json_integer_value(version) > MPLANE_VERSION))
		return bad(-E_UNKNOWN, why, n, "version: %d is understood",
		    MPLANE_VERSION);
	if (take_text(v, "registry", uri, sizeof(uri), why, n) < 0 ||
	    take_text(v, "label", m->label, sizeof(m->label), why, n) < 0 ||
	    take_text(v, "token", m->token, sizeof(m->token), why, n) < 0)
		return -E_FORMAT;
	if (!knows_registry(uri))
		return bad(-E_UNKNOWN, why, n, "registry: ours is "
		    MPLANE_REGISTRY);
	if (json_object_get(v, "export") != NULL)
		return bad(-E_UNKNOWN, why, n, "export: results are not sent "
		    "elsewhere");
	return take_kind(m, v, why, n);
}

static int
take_message(struct mplane_msg *m, const json_t *v, char *why, size_t n)
{
	int err = take_frame(m, v, why, n);

	if (err < 0)
		return err;
	if (m->kind != MPLANE_SPECIFICATION)
		return m->token[0] != '\0' ? 0 : bad(-E_FORMAT, why, n,
		    "token: missing");
	err = take_capability(m, v, why, n);
	if (err == 0)
		err = take_params(m, v, why, n);
	return err == 0 ? take_when(m, v, why, n) : err;
}

int
mplane_parse(struct mplane_msg *m, const char *text, size_t len, char *why,
    size_t n)
{
	json_error_t at;
	json_t *v;
	int err;

	memset(m, 0, sizeof(*m));
	if (len > MPLANE_TEXT)
		return bad(-E_RANGE, why, n, "longer than %d octets",
		    MPLANE_TEXT);
	if (!is_flat(text, len))
		return bad(-E_RANGE, why, n, "more than %d levels deep",
		    MPLANE_DEPTH);
	v = json_loadb(text, len, JSON_REJECT_DUPLICATES, &at);
	if (v == NULL)
		return bad(-E_FORMAT, why, n, "not JSON: line %d, column %d",
		    at.line, at.column);
	err = json_is_object(v) ? take_message(m, v, why, n) :
	    bad(-E_FORMAT, why, n, "not a JSON object");
	json_decref(v);
	return err;
}
