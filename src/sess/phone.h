/*
 * The phone list of `set phone`: numbers with `|` between those of which the
 * next is tried only when the one before failed, and `:` between those
 * that take turns. Pure. ppp(8): `set phone`.
 */
#ifndef SESS_PHONE_H
#define SESS_PHONE_H

#include <stdbool.h>

#include "sess/profile.h"

struct phone {			/* zero: at the beginning of the list */
	char	 list[SCRIPT_MAX];	/* as set */
	char	 cut[SCRIPT_MAX];	/* the same, taken apart */
	char	*alt, *next;		/* rest of the alternatives, the list */
};

/* phone_choose - the number for this attempt; "" without a list. Good until
 * the next call. A new @list starts over. */
const char *phone_choose(struct phone *p, const char *list);

/* phone_worked - its alternatives are not needed. phone_more - numbers of
 * this round are untried. */
void phone_worked(struct phone *p);
bool phone_more(const struct phone *p);

#endif
