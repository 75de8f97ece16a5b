/* Tables and JSON. */
#include "ctl/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* 0.091 is not 0.090999999999999998. */
#define OUT_JSON_FLAGS	(JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(15))

struct out_table {
	const struct out_col *col;	/* borrows */
	unsigned cols;
	size_t	 cells;
	struct txt text;		/* the cells, each with its NUL */
};

static const char *const form_names[] = {
	[OUT_TEXT] = "text", [OUT_JSON] = "json",
	[OUT_JSONL] = "jsonl", [OUT_CSV] = "csv",
};

int
out_form_find(const char *name)
{
	for (int i = 0; i <= OUT_CSV; i++)
		if (strcmp(name, form_names[i]) == 0)
			return i;
	return -1;
}

/* ---- JSON ---- */

static int
json_piece(const char *p, size_t n, void *arg)
{
	txt_add(arg, p, n);
	return 0;
}

void
out_json(struct txt *t, const json_t *v, bool pretty)
{
	size_t flags = OUT_JSON_FLAGS | JSON_ENCODE_ANY |
	    (pretty ? JSON_INDENT(2) : JSON_COMPACT);

	if (v == NULL || json_dump_callback(v, json_piece, t, flags) < 0)
		t->lost = true;
	txt_add(t, "\n", 1);
}

json_t *
out_string(const char *s)
{
	size_t n = strlen(s);
	char *copy = malloc(n + 1);
	json_t *v;

	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i <= n; i++)
		copy[i] = i < n && ((unsigned char)s[i] < ' ' ||
		    s[i] == 0x7f) ? '?' : s[i];
	v = json_string(copy);
	for (size_t i = 0; v == NULL && i < n; i++)
		if (copy[i] & 0x80)
			copy[i] = '?';
	if (v == NULL)
		v = json_string(copy);
	free(copy);
	return v;
}

/* What is no number after all is a string. */
static json_t *
json_cell(const char *s, bool number)
{
	char *end;

	if (s[0] == '\0')
		return json_null();
	if (number) {
		errno = 0;
		long long n = strtoll(s, &end, 10);
		if (*end == '\0' && errno == 0)
			return json_integer(n);
		double d = strtod(s, &end);
		if (*end == '\0')
			return json_real(d);
	}
	return out_string(s);
}

/* ---- tables ---- */

struct out_table *
out_table_new(const struct out_col *col, unsigned n)
{
	struct out_table *ot = calloc(1, sizeof(*ot));

	if (ot != NULL) {
		ot->col = col;
		ot->cols = n;
	}
	return ot;
}

void
out_table_free(struct out_table *ot)
{
	if (ot == NULL)
		return;
	txt_free(&ot->text);
	free(ot);
}

void
out_cell(struct out_table *ot, const char *fmt, ...)
{
	size_t was;
	va_list ap;

	if (ot == NULL)
		return;
	was = ot->text.n;
	va_start(ap, fmt);
	txt_vput(&ot->text, fmt, ap);
	va_end(ap);
	for (size_t i = was; i < ot->text.n; i++)
		if ((unsigned char)ot->text.p[i] < ' ' ||
		    ot->text.p[i] == 0x7f)
			ot->text.p[i] = '?';
	txt_add(&ot->text, "", 1);
	ot->cells++;
}

void
out_num(struct out_table *ot, uint64_t n)
{
	out_cell(ot, "%llu", (unsigned long long)n);
}

size_t
out_table_rows(const struct out_table *ot)
{
	return ot == NULL ? 0 : ot->cells / ot->cols;
}

static const char *
next_cell(const char *p)
{
	return p + strlen(p) + 1;
}

static const char *
key_of(const struct out_col *c)
{
	return c->key != NULL ? c->key : c->head;
}

static void
pad(struct txt *t, size_t n)
{
	txt_put(t, "%*s", (int)n, "");
}

/* One line of text; no blanks at its end. */
static void
text_cell(struct txt *t, const struct out_table *ot, unsigned i,
    const char *s, const size_t *width)
{
	size_t fill = width[i] - strlen(s);

	if (i > 0)
		txt_add(t, "  ", 2);
	if (ot->col[i].number)
		pad(t, fill);
	txt_add(t, s, strlen(s));
	if (!ot->col[i].number && i + 1 < ot->cols)
		pad(t, fill);
	if (i + 1 == ot->cols) {
		while (t->n > 0 && t->p[t->n - 1] == ' ')
			t->p[--t->n] = '\0';
		txt_add(t, "\n", 1);
	}
}

static void
put_text(const struct out_table *ot, struct txt *t)
{
	size_t *width = calloc(ot->cols, sizeof(*width));
	size_t rows = out_table_rows(ot), len;
	const char *p = ot->text.p;

	if (width == NULL) {
		t->lost = true;
		return;
	}
	for (unsigned i = 0; i < ot->cols; i++)
		width[i] = strlen(ot->col[i].head);
	for (size_t i = 0; i < rows * ot->cols; i++, p = next_cell(p)) {
		len = strlen(p);
		if (len > width[i % ot->cols])
			width[i % ot->cols] = len;
	}
	for (unsigned i = 0; i < ot->cols; i++)
		text_cell(t, ot, i, ot->col[i].head, width);
	p = ot->text.p;
	for (size_t i = 0; i < rows * ot->cols; i++, p = next_cell(p))
		text_cell(t, ot, (unsigned)(i % ot->cols), p, width);
	free(width);
}

/* RFC 4180, with \n as the line end. */
static void
csv_cell(struct txt *t, const struct out_table *ot, unsigned i,
    const char *s)
{
	if (i > 0)
		txt_add(t, ",", 1);
	if (s[strcspn(s, ",\"")] == '\0') {
		txt_add(t, s, strlen(s));
	} else {
		txt_add(t, "\"", 1);
		for (; *s != '\0'; s++)
			txt_add(t, *s == '"' ? "\"\"" : s,
			    *s == '"' ? 2 : 1);
		txt_add(t, "\"", 1);
	}
	if (i + 1 == ot->cols)
		txt_add(t, "\n", 1);
}

static void
put_csv(const struct out_table *ot, struct txt *t)
{
	size_t cells = out_table_rows(ot) * ot->cols;
	const char *p = ot->text.p;

	for (unsigned i = 0; i < ot->cols; i++)
		csv_cell(t, ot, i, key_of(&ot->col[i]));
	for (size_t i = 0; i < cells; i++, p = next_cell(p))
		csv_cell(t, ot, (unsigned)(i % ot->cols), p);
}

/* One row at a time: a table of many sessions never becomes a tree. */
static void
put_json(const struct out_table *ot, struct txt *t, bool lines)
{
	size_t rows = out_table_rows(ot);
	const char *p = ot->text.p;

	if (!lines)
		txt_add(t, "[", 1);
	for (size_t r = 0; r < rows; r++) {
		json_t *row = json_object();

		for (unsigned i = 0; i < ot->cols; i++, p = next_cell(p))
			json_object_set_new(row, key_of(&ot->col[i]),
			    json_cell(p, ot->col[i].number));
		if (!lines && r > 0)
			txt_add(t, ",", 1);
		if (json_dump_callback(row, json_piece, t, JSON_COMPACT |
		    OUT_JSON_FLAGS) < 0)
			t->lost = true;
		if (lines)
			txt_add(t, "\n", 1);
		json_decref(row);
	}
	if (!lines)
		txt_add(t, "]\n", 2);
}

void
out_table_put(const struct out_table *ot, enum out_form form, struct txt *t)
{
	if (ot == NULL || ot->text.lost) {
		t->lost = true;
		return;
	}
	switch (form) {
	case OUT_TEXT:
		put_text(ot, t);
		break;
	case OUT_JSON:
	case OUT_JSONL:
		put_json(ot, t, form == OUT_JSONL);
		break;
	case OUT_CSV:
		put_csv(ot, t);
		break;
	}
}
