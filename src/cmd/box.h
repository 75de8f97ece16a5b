/* Tables with lines around them, for people. */
#ifndef CMD_BOX_H
#define CMD_BOX_H

#include "base/txt.h"

#define BOX_CELL	32		/* octets of a cell, with its NUL */

/* @n columns of widths @w; box_top() has the heads. */
void box_top(struct txt *t, const int *w, int n,
    const char head[][BOX_CELL]);
void box_row(struct txt *t, const int *w, int n,
    const char cell[][BOX_CELL]);
void box_bottom(struct txt *t, const int *w, int n);

#endif
