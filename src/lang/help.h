/*
 * What people read about the rows: help, usage, completion, and dumps from
 * which the manual page and shell completion are made.
 */
#ifndef LANG_HELP_H
#define LANG_HELP_H

#include "lang/row.h"

/*
 * help_table - the rows @who may use: name with its (o) or (c) mark and the
 * sentence, in two columns.
 */
void help_table(const struct row *table, enum row_who who, struct txt *out);

/* help_usage - `PREFIX NAME ARGS`, no newline. @prefix: "", "set ", ... */
void help_usage(const char *prefix, const struct row *r, struct txt *out);

/* help_row - usage with the mark, and the sentence. */
void help_row(const char *prefix, const struct row *r, struct txt *out);

/*
 * help_complete - what could stand at the end of @line, which may be empty:
 * each possible word once, one a line, in the order of the table; @told: with
 * a tab and the sentence of its row behind it. Nothing
 * when only an argument can follow.
 */
void help_complete(const struct row *table, const char *line,
    enum row_who who, bool told, struct txt *out);

/*
 * help_mdoc - all listed rows of @table as an mdoc(7) list; rows of sub
 * tables are not descended into. help_plain - every command with all its
 * words, descending: PREFIX NAME<TAB>ARGS<TAB>HELP a line.
 */
void help_mdoc(const char *prefix, const struct row *table, struct txt *out);
void help_plain(const char *prefix, const struct row *table,
    struct txt *out);

/* help_prose - @s for mdoc(7): a new line for each sentence, and before
 * column 80. */
void help_prose(const char *s, struct txt *out);

#endif
