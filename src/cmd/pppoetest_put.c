/* pppoetest: lines, boxes, errors; the same in all modes. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/box.h"
#include "cmd/pppoetest.h"
#include "cmd/text.h"

const char *
pt_stamp(const char *form, char *buf, size_t n)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(buf, n, form, &tm);
	return buf;
}

const char *
pt_iso(void)
{
	static char buf[32];

	return pt_stamp("%FT%TZ", buf, sizeof(buf));
}

const char *
pt_result(bool passed)
{
	return passed ? "passed" : "failed";
}

void
pt_put(json_t *v)
{
	json_dumpf(v, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
	printf("\n");
	json_decref(v);
}

/* ---- boxes ---- */

static void
put(struct txt *t)
{
	fputs(txt_str(t), stdout);
	txt_free(t);
}

void
pt_top(const int *w, int n, const char head[][32])
{
	struct txt t = { 0 };

	box_top(&t, w, n, head);
	put(&t);
}

void
pt_row(const int *w, int n, const char cell[][32])
{
	struct txt t = { 0 };

	box_row(&t, w, n, cell);
	put(&t);
}

void
pt_bottom(const int *w, int n)
{
	struct txt t = { 0 };

	box_bottom(&t, w, n);
	put(&t);
}

/* ---- tap ---- */

void
pt_tap(struct pt_tap *t, bool ok, const char *fmt, ...)
{
	va_list ap;

	txt_put(&t->lines, "%sok %d - ", ok ? "" : "not ", ++t->n);
	va_start(ap, fmt);
	txt_vput(&t->lines, fmt, ap);
	va_end(ap);
	txt_put(&t->lines, "\n");
}

void
pt_tap_end(struct pt_tap *t)
{
	printf("1..%d\n", t->n);
	put(&t->lines);
}

/* ---- errors ---- */

/* On standard error; what others said may be in it. */
static void
say(const char *fmt, va_list ap)
{
	struct txt t = { 0 }, clean = { 0 };

	txt_vput(&t, fmt, ap);
	put_clean(txt_str(&t), &clean);
	fprintf(stderr, "pppoetest: %s\n", txt_str(&clean));
	txt_free(&t);
	txt_free(&clean);
}

void
pt_error(const struct pt_opts *o, const char *code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
	if (o->form != PT_JSON && o->form != PT_JSONL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pt_put(json_pack("{s:s,s:s,s:s,s:s,s:s}", "type", "error",
	    "timestamp", pt_iso(), "severity", "error", "code", code,
	    "message", text));
	fflush(stdout);
}

void
pt_log(const struct pt_opts *o, enum pt_level level, const char *fmt, ...)
{
	va_list ap;

	if (o->level < level)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}
