/* Bytes become lines. */
#include "ctl/lines.h"

static enum line_kind
finish(struct lines *l)
{
	enum line_kind kind = l->over ? LINE_TOO_LONG : LINE_WHOLE;

	l->buf[l->n] = '\0';
	l->n = 0;
	l->over = false;
	return kind;
}

enum line_kind
lines_take(struct lines *l, const char *p, size_t n, size_t *used)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool second = c == '\n' && l->cr;

		l->cr = c == '\r';
		if (second || c == '\0')
			continue;
		if (c == '\r' || c == '\n') {
			*used = i + 1;
			return finish(l);
		}
		if (l->n + 1 < sizeof(l->buf))
			l->buf[l->n++] = c;
		else
			l->over = true;
	}
	*used = n;
	return LINE_NONE;
}

enum line_kind
lines_end(struct lines *l)
{
	return l->n > 0 || l->over ? finish(l) : LINE_NONE;
}
