/*
 * Text that grows: what a command prints before it goes to a prompt, a
 * socket or standard output. Out of memory: the text stays as it is and
 * `lost` is set.
 */
#ifndef BASE_TXT_H
#define BASE_TXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct txt {			/* owner: whoever declared it; txt_free() */
	char	*p;		/* NUL-terminated; NULL while empty */
	size_t	 n, cap;
	bool	 lost;
};

void txt_put(struct txt *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void txt_vput(struct txt *t, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
void txt_add(struct txt *t, const char *p, size_t n);
const char *txt_str(const struct txt *t);	/* never NULL */
void txt_clear(struct txt *t);
void txt_free(struct txt *t);

#endif
