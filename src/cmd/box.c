/* Tables in boxes. */
#include "cmd/box.h"

/* A rule: left, joints, right, of these widths. */
static void
rule(struct txt *t, const char *l, const char *j, const char *r,
    const int *w, int n)
{
	txt_put(t, "%s", l);
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < w[i] + 2; k++)
			txt_put(t, "\u2500");
		txt_put(t, "%s", i + 1 < n ? j : r);
	}
	txt_put(t, "\n");
}

void
box_row(struct txt *t, const int *w, int n, const char cell[][BOX_CELL])
{
	txt_put(t, "\u2502");
	for (int i = 0; i < n; i++) {
		int len = 0;

		for (const char *p = cell[i]; *p != '\0'; p++)
			len += (*p & 0xc0) != 0x80;	/* of UTF-8 */
		txt_put(t, " %s%*s \u2502", cell[i],
		    len < w[i] ? w[i] - len : 0, "");
	}
	txt_put(t, "\n");
}

void
box_top(struct txt *t, const int *w, int n, const char head[][BOX_CELL])
{
	rule(t, "\u250c", "\u252c", "\u2510", w, n);
	box_row(t, w, n, head);
	rule(t, "\u251c", "\u253c", "\u2524", w, n);
}

void
box_bottom(struct txt *t, const int *w, int n)
{
	rule(t, "\u2514", "\u2534", "\u2518", w, n);
}
