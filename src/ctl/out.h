/*
 * What commands print: tables that line up, JSON, JSON lines, CSV. The rows
 * are put in once, the form is chosen at the end.
 */
#ifndef CTL_OUT_H
#define CTL_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/txt.h"

enum out_form { OUT_TEXT, OUT_JSON, OUT_JSONL, OUT_CSV };

/* out_form_find - by name ("text", "json", "jsonl", "csv"); -1: unknown. */
int out_form_find(const char *name);

/*
 * out_json - @v on one line, or over several with @pretty; a line end
 * follows. Borrows @v (NULL, as after a failed json_pack(), sets t->lost).
 */
void out_json(struct txt *t, const json_t *v, bool pretty);

/*
 * out_string - @s, which may be a peer's words, as a JSON string: control
 * characters become '?', and octets over 127 too when they are no UTF-8.
 */
json_t *out_string(const char *s);

struct out_col {
	const char *head;	/* of text, "Octets" */
	const char *key;	/* of JSON and CSV, "octets"; NULL: head */
	bool	 number;	/* to the right; a number in JSON */
};

/*
 * out_table_new - a table of @n columns (@col: borrows until free). NULL:
 * no memory; the calls below take that and out_table_put() sets t->lost.
 */
struct out_table;
struct out_table *out_table_new(const struct out_col *col, unsigned n);
void out_table_free(struct out_table *ot);

/* out_cell - the next cell, row by row; control characters become '?'. */
void out_cell(struct out_table *ot, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* out_num - a number as the next cell. */
void out_num(struct out_table *ot, uint64_t n);

/* out_table_rows - whole rows so far. */
size_t out_table_rows(const struct out_table *ot);

/*
 * out_table_put - the whole table. Text and CSV begin with the heads; JSON
 * is one array of objects, JSON lines are one object a line. An empty cell
 * is null in JSON.
 */
void out_table_put(const struct out_table *ot, enum out_form form,
    struct txt *t);

#endif
