/*
 * Bytes of a client become lines: CR, LF or CR LF ends one, NUL is dropped.
 * A line of LINE_OCTETS or more is swallowed whole and reported once.
 */
#ifndef CTL_LINES_H
#define CTL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_OCTETS	1024

struct lines {			/* zero: empty */
	char	 buf[LINE_OCTETS];
	size_t	 n;
	bool	 cr;		/* the last octet was CR: a LF belongs to it */
	bool	 over;		/* this line is too long */
};

enum line_kind { LINE_NONE, LINE_WHOLE, LINE_TOO_LONG };

/*
 * lines_take - eat octets of @p until one line is whole or all are eaten.
 * @used: octets eaten (out), at least one unless @n is 0
 * LINE_WHOLE: the line, without its end, NUL-terminated, is in l->buf until
 * the next call. LINE_NONE: everything was eaten.
 */
enum line_kind lines_take(struct lines *l, const char *p, size_t n,
    size_t *used);

/* lines_end - no more will come: LINE_WHOLE if an unfinished line is left. */
enum line_kind lines_end(struct lines *l);

#endif
