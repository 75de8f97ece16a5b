/* Messages for the typist. */
#include "base/diag.h"

#include "base/err.h"

static void __attribute__((format(printf, 2, 0)))
say(struct diag *d, const char *fmt, va_list ap)
{
	if (d->file != NULL)
		txt_put(d->to, "%s:%u: ", d->file, d->line);
	txt_vput(d->to, fmt, ap);
	txt_add(d->to, "\n", 1);
}

int
diag(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	d->errors++;
	va_start(ap, fmt);
	say(d, fmt, ap);
	va_end(ap);
	return -E_FORMAT;
}

void
remark(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	d->remarks++;
	va_start(ap, fmt);
	say(d, fmt, ap);
	va_end(ap);
}
