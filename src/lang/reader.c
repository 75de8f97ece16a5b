/*
 * ppp.conf and its relatives. One scan serves both questions: run the
 * section of a label, or list all labels.
 */
#include "lang/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

/* Of a scan, beside 0 and what the caller's function returns. */
#define NOT_FOUND	1
#define NO_FILE		2

struct scan {
	const struct reader *r;
	const char *want;		/* NULL: list all labels */
	reader_fn *fn;
	reader_label_fn *label;
	void	*arg;
	int	 depth;
};

struct line {
	char	 text[LEX_LINE];
	size_t	 n;
	bool	 indented;
	bool	 cut, nul;		/* too long; holds a NUL octet */
};

static bool
is_blank(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* One physical line, its end removed; false at the end of the file. */
static bool
physical(FILE *f, struct line *l)
{
	size_t start = l->n;
	int c, got = 0;

	while ((c = getc(f)) != EOF && c != '\n') {
		got = 1;
		if (c == '\0')
			l->nul = true;
		else if (l->n < sizeof(l->text) - 1)
			l->text[l->n++] = (char)c;
		else if (!is_blank(c))
			l->cut = true;
	}
	if (l->n > start && l->text[l->n - 1] == '\r')
		l->n--;
	l->text[l->n] = '\0';
	return got || c != EOF;
}

/* One logical line; d->line becomes its first physical line. */
static bool
logical(FILE *f, struct line *l, unsigned *count, struct diag *d)
{
	l->n = 0;
	l->cut = l->nul = false;
	if (!physical(f, l))
		return false;
	d->line = ++*count;
	if (*count == 1 && strncmp(l->text, "\xef\xbb\xbf", 3) == 0) {
		l->n -= 3;		/* the mark some editors begin with */
		memmove(l->text, l->text + 3, l->n + 1);
	}
	l->indented = is_blank(l->text[0]);
	while (!l->cut && l->n > 0 && l->text[l->n - 1] == '\\') {
		l->text[--l->n] = '\0';
		if (!physical(f, l))
			break;
		++*count;
	}
	while (l->n > 0 && is_blank(l->text[l->n - 1]))
		l->text[--l->n] = '\0';
	return true;
}

/* A section may be looked for many times: each fault is told once. */
static bool
told(const struct diag *d, const char *text)
{
	struct txt one = { 0 };
	bool yes;

	txt_put(&one, "%s:%u: %s\n", d->file, d->line, text);
	yes = strstr(txt_str(d->to), txt_str(&one)) != NULL;
	txt_free(&one);
	return yes;
}

/* In or at the end of the wanted section. */
static void
fault(struct diag *d, const char *text)
{
	if (!told(d, text))
		diag(d, "%s", text);
}

/* On the way to it: whose section that spoils is not asked for. */
static void
oddity(struct diag *d, const char *text)
{
	if (!told(d, text))
		remark(d, "%s", text);
}

static bool
whole(const struct line *l, struct diag *d, bool inside)
{
	const char *text = l->cut ? "line longer than 511 octets" :
	    "line holds a NUL octet";

	if (!l->cut && !l->nul)
		return true;
	if (inside)
		fault(d, text);
	else
		oddity(d, text);
	return false;
}

/* NAME of `NAME:`, `NAME :` or `"NAME":`, comment aside; false: no label. */
static bool
label_of(const char *text, char name[LEX_LINE])
{
	struct words w;
	size_t n = 0;

	if (lex_split(text, &w) < 0 || w.n == 0)
		return false;
	for (int i = 0; i < w.n; i++) {
		size_t len = strlen(w.w[i]);

		if (i > 0)
			name[n++] = ' ';
		memcpy(name + n, w.w[i], len);
		n += len;
	}
	if (n == 0 || name[--n] != ':')
		return false;
	while (n > 0 && name[n - 1] == ' ')
		n--;
	name[n] = '\0';
	return n > 0;
}

static int scan_file(struct scan *s, const char *path);

/* A line `!...`: NOT_FOUND unless the label was found in what it names. */
static int
include(struct scan *s, const char *text)
{
	struct diag *d = s->r->diag;
	char path[PATH_MAX], say[64];
	struct words w;
	int err;

	if (lex_words(text + 1, &w) < 0 || w.n == 0 ||
	    strcasecmp(w.w[0], "include") != 0) {
		snprintf(say, sizeof(say), "!%.40s: Invalid command",
		    w.n > 0 ? w.w[0] : "");
		oddity(d, say);
		return NOT_FOUND;
	}
	if (w.n != 2) {
		oddity(d, "usage: !include filename");
		return NOT_FOUND;
	}
	if (s->depth == READER_DEPTH) {
		oddity(d, "!include: more than 16 files deep");
		return NOT_FOUND;
	}
	if ((size_t)snprintf(path, sizeof(path), "%s%s%s",
	    w.w[1][0] == '/' ? "" : s->r->dir, w.w[1][0] == '/' ? "" : "/",
	    w.w[1]) >= sizeof(path)) {
		oddity(d, "!include: name too long");
		return NOT_FOUND;
	}
	log_put(LOG_COMMAND, "%s: Including \"%s\"", d->file, path);
	err = scan_file(s, path);
	log_put(LOG_COMMAND, "%s: Done with \"%s\"", d->file, path);
	return err == NO_FILE ? NOT_FOUND : err;
}

static int
command(struct scan *s, const struct line *l)
{
	struct words w;
	int err;

	if (!whole(l, s->r->diag, true))
		return 0;
	err = lex_words(l->text, &w);
	if (err < 0) {
		fault(s->r->diag, lex_error(err));
		return 0;
	}
	return w.n > 0 ? s->fn(&w, s->arg) : 0;
}

static bool
empty(const struct line *l)
{
	size_t n = strspn(l->text, " \t\r");

	return l->text[n] == '\0' || l->text[n] == '#';
}

/*
 * A line at the left. Returns 0 when it opens the wanted section, else
 * NOT_FOUND or what an include gave. The line that ends a section is looked
 * at too, but not followed.
 */
static int
at_left(struct scan *s, const struct line *l, bool inside)
{
	struct diag *d = s->r->diag;
	char name[LEX_LINE];

	if (!whole(l, d, inside))
		return NOT_FOUND;
	if (l->text[0] == '!')
		return inside ? NOT_FOUND : include(s, l->text);
	if (!label_of(l->text, name)) {
		(inside ? fault : oddity)(d, "Bad label - missing colon "
		    "(commands below a label begin with a blank)");
		return NOT_FOUND;
	}
	if (s->want == NULL)
		s->label(name, d->file, d->line, s->arg);
	return s->want != NULL && strcmp(name, s->want) == 0 ? 0 : NOT_FOUND;
}

static int
scan_lines(struct scan *s, FILE *f)
{
	struct line l;
	unsigned count = 0;
	bool inside = false, labels = false;
	int err;

	while (logical(f, &l, &count, s->r->diag)) {
		if (empty(&l))
			continue;
		if (l.indented) {
			if (!labels)
				oddity(s->r->diag, "command above the first "
				    "label");
			err = inside ? command(s, &l) : 0;
			if (err < 0)
				return err;
			continue;
		}
		labels = true;
		err = at_left(s, &l, inside);
		if (inside)
			return 0;
		if (err == 0 && l.text[0] == '!')
			return 0;
		if (err < 0)
			return err;
		inside = err == 0;
	}
	return inside ? 0 : NOT_FOUND;
}

static int
scan_stream(struct scan *s, FILE *f, const char *name)
{
	struct diag *d = s->r->diag;
	const char *file = d->file;
	unsigned line = d->line;
	int err;

	s->depth++;
	d->file = name;
	err = scan_lines(s, f);
	d->file = file;
	d->line = line;
	s->depth--;
	return err;
}

/* Only regular files: a pipe or a device could make us wait for ever. */
static FILE *
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	FILE *f;
	int why;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		f = fdopen(fd, "r");
		if (f != NULL)
			return f;
	} else {
		errno = EINVAL;
	}
	why = errno;
	close(fd);
	errno = why;
	return NULL;
}

static int
scan_file(struct scan *s, const char *path)
{
	FILE *f = open_file(path);
	int err, why;

	if (f == NULL)
		return NO_FILE;
	err = scan_stream(s, f, path);
	why = errno;
	if (ferror(f))
		err = NO_FILE;
	fclose(f);
	errno = why;
	return err;
}

static int
result(int err)
{
	return err == NOT_FOUND ? -E_UNKNOWN : err == NO_FILE ? -E_SYS : err;
}

int
reader_run(const struct reader *r, const char *path, const char *label,
    reader_fn *fn, void *arg)
{
	struct scan s = { .r = r, .want = label, .fn = fn, .arg = arg };

	return result(scan_file(&s, path));
}

int
reader_run_stream(const struct reader *r, FILE *f, const char *name,
    const char *label, reader_fn *fn, void *arg)
{
	struct scan s = { .r = r, .want = label, .fn = fn, .arg = arg };

	return result(scan_stream(&s, f, name));
}

int
reader_labels(const struct reader *r, const char *path, reader_label_fn *fn,
    void *arg)
{
	struct scan s = { .r = r, .label = fn, .arg = arg };
	int err = scan_file(&s, path);

	return err == NO_FILE ? -E_SYS : 0;
}
