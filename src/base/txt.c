/* Growing text. */
#include "base/txt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
grow(struct txt *t, size_t n)
{
	size_t cap = t->cap > 0 ? t->cap : 256;
	char *p;

	if (t->n + n < t->cap)
		return true;
	while (cap <= t->n + n)
		cap *= 2;
	p = realloc(t->p, cap);
	if (p == NULL) {
		t->lost = true;
		return false;
	}
	t->p = p;
	t->cap = cap;
	return true;
}

void
txt_add(struct txt *t, const char *p, size_t n)
{
	if (!grow(t, n))
		return;
	if (n > 0)
		memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

void
txt_vput(struct txt *t, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !grow(t, (size_t)n))
		return;
	vsnprintf(t->p + t->n, (size_t)n + 1, fmt, ap);
	t->n += (size_t)n;
}

void
txt_put(struct txt *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	txt_vput(t, fmt, ap);
	va_end(ap);
}

const char *
txt_str(const struct txt *t)
{
	return t->p != NULL ? t->p : "";
}

void
txt_clear(struct txt *t)
{
	t->n = 0;
	if (t->p != NULL)
		t->p[0] = '\0';
}

void
txt_free(struct txt *t)
{
	free(t->p);
	t->p = NULL;
	t->n = t->cap = 0;
}
