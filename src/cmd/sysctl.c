/*
 * `sysctl`: reads and writes of the names in cmd/oid_rows.c, in the words of
 * sysctl(8). A write runs the line of our language that its row names.
 */
#include "cmd/sysctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "cmd/oid.h"
#include "cmd/rows.h"

#define LINE_MAX_	512

int
sysctl_options(char *const *w, int n, struct sysctl_opts *o, char *why,
    size_t len)
{
	int i;

	memset(o, 0, sizeof(*o));
	for (i = 0; i < n && w[i][0] == '-' && w[i][1] != '\0'; i++)
		for (const char *p = w[i] + 1; *p != '\0'; p++) {
			if (*p == 'f' && p[1] == '\0' && i + 1 < n) {
				o->file = w[++i];
				break;
			}
			o->all |= *p == 'a';
			o->describe |= *p == 'd';
			o->equals |= *p == 'e';
			o->ignore |= *p == 'i';
			o->value_only |= *p == 'n';
			o->name_only |= *p == 'N';
			o->quiet |= *p == 'q';
			o->types |= *p == 't';
			/* b, h, o, w, x: nothing of ours differs by them */
			if (strchr("adeinNqthowx", *p) != NULL)
				continue;
			snprintf(why, len, "illegal option -- %c", *p);
			return -E_FORMAT;
		}
	return i;
}

static const char *
skip(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

static size_t
trimmed(const char *p, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", p[n - 1]) != NULL)
		n--;
	return n;
}

bool
sysctl_line(const char *line, struct txt *out)
{
	const char *name = skip(line), *eq, *value;
	size_t n, len = trimmed(name, strcspn(name, "#"));

	if (len == 0)
		return true;
	eq = memchr(name, '=', len);
	if (eq == NULL || eq == name)
		return false;
	value = skip(eq + 1);
	n = value < name + len ? trimmed(value, (size_t)(name + len - value))
	    : 0;
	if (n >= 2 && (*value == '"' || *value == '\'') &&
	    value[n - 1] == *value) {
		value++;
		n -= 2;
	}
	if (n == 0)
		return false;
	txt_put(out, "%.*s=%.*s", (int)trimmed(name, (size_t)(eq - name)),
	    name, (int)n, value);
	return true;
}

/* ---- reading ---- */

struct reading {
	const struct sysctl_opts *o;
	const struct oid_view *v;
	const char *as;			/* asked for by this alias, or NULL */
	struct txt *out;
};

static const char *
type_name(const struct oid *o)
{
	return o->type == OID_STR ? "string" : o->type == OID_U64 ?
	    "uint64_t" : "integer";
}

static void
print(void *arg, const char *name, const struct oid *o, unsigned index)
{
	const struct reading *r = arg;
	struct txt *t = r->out;

	if (r->as != NULL)
		name = r->as;
	if (r->o->name_only) {
		txt_put(t, "%s\n", name);
		return;
	}
	if (!r->o->value_only)
		txt_put(t, "%s%s", name, r->o->equals ? "=" : ": ");
	if (r->o->describe)
		txt_put(t, "%s", o->help);
	else if (r->o->types)
		txt_put(t, "%s", type_name(o));
	else
		oid_value(r->v, o, index, t);
	txt_put(t, "\n");
}

static int
unknown(struct cmd_ctx *cx, const struct sysctl_opts *o, const char *name)
{
	if (o->ignore)
		return 0;
	return diag(&cx->diag, "sysctl: unknown oid '%s'", name);
}

static bool
wants_sessions(const char *name)
{
	return strstr(name, ".sessions") != NULL;
}

static int
read_name(struct cmd_ctx *cx, const struct sysctl_opts *o, const char *name)
{
	const char *is = oid_alias(name);
	struct oid_view v;
	struct reading r = { .o = o, .v = &v, .out = cx->out,
	    .as = is != name ? name : NULL };
	size_t n = strlen(name);
	unsigned found;
	char top[OID_NAME];

	if (n >= sizeof(top))
		return unknown(cx, o, name);
	snprintf(top, sizeof(top), "%s", is);
	if (n > 0 && top[strlen(top) - 1] == '.')
		top[strlen(top) - 1] = '\0';
	oid_look(cx->env, cx->env->conf, wants_sessions(top), &v);
	found = oid_each(&v, top, print, &r);
	oid_done(&v);
	return found > 0 ? 0 : unknown(cx, o, name);
}

/* ---- writing ---- */

static int
failed(struct cmd_ctx *cx, const char *name, const char *value,
    const char *text)
{
	return diag(&cx->diag, "sysctl: %s=%s: %.*s", name, value,
	    (int)strcspn(text, "\n"), text);
}

static void
say_change(struct cmd_ctx *cx, const struct sysctl_opts *o, const char *name,
    const char *old, const char *value)
{
	struct oid_view v;
	const struct oid *row;
	struct txt now = { 0 };
	unsigned i;

	if (o->quiet || cx->hold)
		return;
	oid_look(cx->env, cx->env->conf, false, &v);
	row = oid_find(&v, name, &i);
	if (row != NULL)
		oid_value(&v, row, i, &now);
	else		/* a worker that is gone by it */
		txt_put(&now, "%s", value);
	oid_done(&v);
	if (o->equals)
		txt_put(cx->out, "%s=%s\n", name, txt_str(&now));
	else if (o->value_only)
		txt_put(cx->out, "%s -> %s\n", old, txt_str(&now));
	else
		txt_put(cx->out, "%s: %s -> %s\n", name, old, txt_str(&now));
	txt_free(&now);
}

static int
write_name(struct cmd_ctx *cx, const struct sysctl_opts *o, const char *name,
    const char *value)
{
	struct txt line = { 0 }, old = { 0 }, out = { 0 }, errors = { 0 };
	const struct oid *row;
	struct oid_view v;
	char why[128] = "";
	unsigned i;
	int err;

	oid_look(cx->env, cx->draft, false, &v);
	row = oid_find(&v, name, &i);
	if (row != NULL)
		oid_value(&v, row, i, &old);
	if (row == NULL)
		err = unknown(cx, o, name);
	else if (row->set == NULL)
		err = diag(&cx->diag, "sysctl: oid '%s' is read only%s%s",
		    name, row->never != NULL ? ": " : "",
		    row->never != NULL ? row->never : "");
	else if (oid_line(&v, row, i, value, &line, why, sizeof(why)) < 0)
		err = failed(cx, name, value, why);
	else if (cmd_once(cx, txt_str(&line), &out, &errors) < 0)
		err = failed(cx, name, value, txt_str(&errors));
	else
		err = 0;
	oid_done(&v);
	if (err == 0 && row != NULL)
		say_change(cx, o, name, txt_str(&old), value);
	txt_free(&line);
	txt_free(&old);
	txt_free(&out);
	txt_free(&errors);
	return err;
}

static int
one(struct cmd_ctx *cx, const struct sysctl_opts *o, const char *word)
{
	const char *eq = strchr(word, '=');
	char name[OID_NAME];

	if (eq == NULL)
		return read_name(cx, o, word);
	if (eq - word >= OID_NAME)
		return unknown(cx, o, word);
	snprintf(name, sizeof(name), "%.*s", (int)(eq - word), word);
	return write_name(cx, o, name, eq + 1);
}

/* ---- the command ---- */

static int
from_file(struct cmd_ctx *cx, const struct sysctl_opts *o)
{
	FILE *f = fopen(o->file, "re");
	const char *file = cx->diag.file;
	unsigned at = cx->diag.line;
	struct txt word = { 0 };
	char line[LINE_MAX_];
	int err = 0;

	if (f == NULL)
		return diag(&cx->diag, "sysctl: %s: %s", o->file,
		    strerror(errno));
	cx->diag.file = o->file;
	cx->diag.line = 0;
	while (fgets(line, sizeof(line), f) != NULL) {
		cx->diag.line++;
		txt_clear(&word);
		if (!sysctl_line(line, &word))
			err = diag(&cx->diag, "sysctl: not NAME=VALUE");
		else if (word.n > 0 && one(cx, o, txt_str(&word)) < 0)
			err = -E_FORMAT;
	}
	fclose(f);
	txt_free(&word);
	cx->diag.file = file;
	cx->diag.line = at;
	return err;
}

/* At the start nothing can be read yet; what is set is set at once. */
static bool
reads(const struct sysctl_opts *o, const struct args *a, int from)
{
	for (int i = from; i < a->n; i++)
		if (strchr(a->w[i], '=') == NULL)
			return true;
	return o->all;
}

int
run_sysctl(struct cmd_ctx *cx, const struct row *r, const struct args *a)
{
	struct sysctl_opts o;
	char why[64];
	int n = sysctl_options(a->w, a->n, &o, why, sizeof(why)), err = 0;

	(void)r;
	if (n < 0)
		return diag(&cx->diag, "sysctl: %s", why);
	if (n == a->n && !o.all && o.file == NULL)
		return ROW_USAGE;
	if (cx->hold && reads(&o, a, n))
		return cmd_put_off(cx);
	if (o.file != NULL && from_file(cx, &o) < 0)
		err = -E_FORMAT;
	if (o.all && n == a->n)
		return read_name(cx, &o, "");
	for (int i = n; i < a->n; i++)
		if (one(cx, &o, a->w[i]) < 0)
			err = -E_FORMAT;
	return err;
}
