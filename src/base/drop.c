/* Drop reasons as text. */
#include "base/drop.h"

static const struct {
	const char *name, *text;
} rows[DROP_COUNT] = {
#define DROP_ROW(name, text) { #name, text },
	DROP_LIST(DROP_ROW)
#undef DROP_ROW
};

const char *
drop_name(enum drop d)
{
	return rows[d].name;
}

bool
drop_is_loss(enum drop d)
{
	return d == DROP_SEND_FULL || d == DROP_MAIL_FULL ||
	    d == DROP_OUTBOX_FULL || d == DROP_TUN_WRITE;
}

const char *
drop_text(enum drop d)
{
	return rows[d].text;
}
