/* Help, usage, completion and dumps, made from the rows. */
#include "lang/help.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MDOC_COLUMNS	76	/* of text: escapes make it longer */
#define NAME_LEN	64

static const char *
mark(const struct row *r)
{
	return r->flags & ROW_LINK ? "(c)" : r->flags & ROW_OPT ? "(o)" : "";
}

static bool
listed(const struct row *r, enum row_who who)
{
	return row_may(r, who) && !(r->flags & ROW_HIDDEN);
}

void
help_table(const struct row *table, enum row_who who, struct txt *out)
{
	size_t wide = 0;

	for (const struct row *r = table; r->name != NULL; r++)
		if (listed(r, who) && strlen(r->name) > wide)
			wide = strlen(r->name);
	for (const struct row *r = table; r->name != NULL; r++)
		if (listed(r, who))
			txt_put(out, "  %-*s%-4s: %s\n", (int)wide, r->name,
			    mark(r), r->help);
	txt_put(out, "(o) = Optional context, (c) = Context required\n");
}

void
help_usage(const char *prefix, const struct row *r, struct txt *out)
{
	txt_put(out, "%s%s%s%s", prefix, r->name, *r->args != '\0' ? " " : "",
	    r->args);
}

void
help_row(const char *prefix, const struct row *r, struct txt *out)
{
	const char *m = mark(r);

	txt_put(out, "usage: ");
	help_usage(prefix, r, out);
	txt_put(out, "%s%s\n%s\n", *m != '\0' ? " " : "", m, r->help);
	if (r->alias != NULL)
		txt_put(out, "Also spelled: %s%s\n", prefix, r->alias);
}

/* Where the last word of @line begins; the words before it into @w. */
static const char *
last_word(const char *line, struct words *w)
{
	size_t n = strlen(line);
	char before[LEX_LINE];

	while (n > 0 && line[n - 1] != ' ' && line[n - 1] != '\t')
		n--;
	if (n >= sizeof(before))
		return NULL;
	memcpy(before, line, n);
	before[n] = '\0';
	return lex_split(before, w) < 0 ? NULL : line + n;
}

static void
offer(const struct row *r, const char *word, bool told, struct txt *out)
{
	const char *name = r->name;

	if (strncasecmp(name, word, strlen(word)) != 0)
		name = r->alias;
	if (name != NULL && strncasecmp(name, word, strlen(word)) == 0)
		txt_put(out, "%s%s%s\n", name, told ? "\t" : "",
		    told ? r->help : "");
}

void
help_complete(const struct row *table, const char *line, enum row_who who,
    bool told, struct txt *out)
{
	struct words w;
	const char *word = last_word(line, &w);
	const struct row *top = table;

	if (word == NULL)
		return;
	for (int i = 0; i < w.n && table != NULL; i++) {
		bool many;
		const struct row *r = row_find(table, w.w[i], who, &many);

		if (r == NULL)
			return;
		if (r->sub == NULL && strcmp(r->name, "link") == 0 &&
		    i + 1 < w.n) {
			i++;		/* the link's name */
			table = top;
			continue;
		}
		if (!(r->flags & ROW_MANY) || r->sub != NULL)
			table = r->sub;
		if (r->flags & ROW_MANY && i + 1 < w.n)
			break;
	}
	for (const struct row *r = table; r != NULL && r->name != NULL; r++)
		if (listed(r, who))
			offer(r, word, told, out);
}

/* Text for mdoc: a backslash, and a dot or quote at the start of a line. */
static void
mdoc_text(const char *s, struct txt *out)
{
	if (*s == '.' || *s == '\'')
		txt_put(out, "\\&");
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			txt_put(out, "\\e");
		else if (*s == '"')
			txt_put(out, "\\(dq");
		else
			txt_add(out, s, 1);
	}
}

static void
mdoc_line(const char *macro, const char *prefix, const char *s,
    struct txt *out)
{
	/* a single mark would be taken for punctuation */
	txt_put(out, ".%s \"%s%s", macro, prefix,
	    strlen(s) == 1 ? "\\&" : "");
	mdoc_text(s, out);
	txt_put(out, "\"\n");
}

void
help_prose(const char *s, struct txt *out)
{
	size_t col = 0;
	char word[80];

	while (*s != '\0') {
		size_t n = strcspn(s, " ");
		bool ends = n > 0 && s[n] == ' ' &&
		    (s[n - 1] == '.' || s[n - 1] == '?');

		snprintf(word, sizeof(word), "%.*s", (int)n, s);
		if (col > 0 && col + 1 + n > MDOC_COLUMNS) {
			txt_put(out, "\n");
			col = 0;
		}
		if (col > 0)
			txt_put(out, " ");
		mdoc_text(word, out);
		col += n + (col > 0);
		s += n + (s[n] == ' ');
		if (ends) {
			txt_put(out, "\n");
			col = 0;
		}
	}
	txt_put(out, "\n");
}

void
help_mdoc(const char *prefix, const struct row *table, struct txt *out)
{
	txt_put(out, ".Bl -tag -width 4n -compact\n");
	for (const struct row *r = table; r->name != NULL; r++) {
		if (r->flags & ROW_HIDDEN)
			continue;
		txt_put(out, ".It Xo\n");
		mdoc_line("Ic", prefix, r->name, out);
		if (*r->args != '\0')
			mdoc_line("Ar", "", r->args, out);
		if (*mark(r) != '\0')
			txt_put(out, "%s\n", mark(r));
		if (r->alias != NULL) {
			txt_put(out, "or\n");
			mdoc_line("Ic", prefix, r->alias, out);
		}
		txt_put(out, ".Xc\n");
		help_prose(r->help, out);
	}
	txt_put(out, ".El\n");
}

void
help_plain(const char *prefix, const struct row *table, struct txt *out)
{
	char deeper[NAME_LEN];

	for (const struct row *r = table; r->name != NULL; r++) {
		if (r->flags & ROW_HIDDEN)
			continue;
		txt_put(out, "%s%s\t%s\t%s\n", prefix, r->name, r->args,
		    r->help);
		if (r->sub == NULL)
			continue;
		snprintf(deeper, sizeof(deeper), "%s%s ", prefix, r->name);
		help_plain(deeper, r->sub, out);
	}
}
