/*
 * ppp.conf, ppp.linkup and ppp.linkdown: labels at the left, commands
 * indented below them, `!include`. A file is opened anew for each search;
 * the first section with a name wins. ppp(8), FILES.
 */
#ifndef LANG_READER_H
#define LANG_READER_H

#include <stdio.h>

#include "base/diag.h"
#include "lang/lex.h"

#define READER_DEPTH	16	/* !include inside !include */

/*
 * One command of the section. Called with diag->file and diag->line set to
 * where it stands. A negative value ends the run and is handed back.
 * @w: its words, at least one; borrowed until return
 */
typedef int reader_fn(const struct words *w, void *arg);

struct reader {
	const char *dir;	/* where relative !include names start */
	struct diag *diag;	/* faults of the file itself; borrowed */
};

/*
 * reader_run - run section @label of @path.
 * Returns 0: found and run to its end; -E_UNKNOWN: no such label; -E_SYS:
 * @path cannot be read (errno; EINVAL:
 * no regular file); else what @fn returned. Unbalanced quotes,
 * overlong lines and a line that ends the section without being a label or
 * an !include are reported by diag(), such lines on the way to the section
 * by remark(), each once; they are passed over.
 */
int reader_run(const struct reader *r, const char *path, const char *label,
    reader_fn *fn, void *arg);

/* reader_run_stream - the same over an open stream called @name. */
int reader_run_stream(const struct reader *r, FILE *f, const char *name,
    const char *label, reader_fn *fn, void *arg);

/*
 * reader_labels - all labels of @path and what it includes, in order, also
 * those that a label of the same name hides. 0 or -E_SYS.
 */
typedef void reader_label_fn(const char *label, const char *file,
    unsigned line, void *arg);
int reader_labels(const struct reader *r, const char *path,
    reader_label_fn *fn, void *arg);

#endif
