/* Reasons as text. */
#include "base/why.h"

static const struct {
	const char *name, *side, *text;
} rows[WHY_COUNT] = {
#define WHY_ROW(name, side, text) { #name, side, text },
	WHY_LIST(WHY_ROW)
#undef WHY_ROW
};

const char *
why_text(enum why w)
{
	return rows[w < WHY_COUNT ? w : WHY_NONE].text;
}

const char *
why_side(enum why w)
{
	return rows[w < WHY_COUNT ? w : WHY_NONE].side;
}

const char *
why_name(enum why w)
{
	return rows[w < WHY_COUNT ? w : WHY_NONE].name;
}
