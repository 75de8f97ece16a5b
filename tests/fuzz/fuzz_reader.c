/*
 * Any file: its sections end, commands carry a line that exists, a label
 * that is listed is found, and one that is not is not.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "lang/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct seen {
	const struct diag *d;
	unsigned lines, last, commands;
};

static int
command(const struct words *w, void *arg)
{
	struct seen *s = arg;

	BUG_ON(w->n < 1 || w->n > LEX_WORDS);
	BUG_ON(s->d->line < 1 || s->d->line > s->lines);
	BUG_ON(s->d->line <= s->last);
	s->last = s->d->line;
	s->commands++;
	return 0;
}

static unsigned
lines_of(const uint8_t *p, size_t n)
{
	unsigned lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

static int
run(const uint8_t *p, size_t n, const char *label, struct diag *d,
    struct seen *s)
{
	struct reader r = { "/nonexistent", d };
	FILE *f = fmemopen((void *)(uintptr_t)p, n, "r");
	int err;

	BUG_ON(f == NULL);
	s->d = d;
	s->last = s->commands = 0;
	err = reader_run_stream(&r, f, "ppp.conf", label, command, s);
	fclose(f);
	return err;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct txt t = { 0 };
	struct diag d = { .to = &t };
	struct seen s = { .lines = lines_of(p, n) };
	int err;

	if (n == 0 || n > 16384 || memmem(p, n, "!", 1) != NULL)
		return 0;	/* another file would be opened */
	err = run(p, n, "isp", &d, &s);
	BUG_ON(err != 0 && err != -E_UNKNOWN);
	BUG_ON(err != 0 && s.commands > 0);
	BUG_ON(d.file != NULL || d.line != 0);
	err = run(p, n, "no\nlabel", &d, &s);
	BUG_ON(err != -E_UNKNOWN || s.commands > 0);
	txt_free(&t);
	return 0;
}
