/*
 * Any octets as a message of an mPlane client. What is taken has values
 * within their constraints, and its receipt is JSON that can be printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "cmd/mplane_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
receipt(const struct mplane_msg *m)
{
	struct mplane_spec s = { .cap = m->cap, .ask = m->ask,
	    .when = &m->when, .label = m->label, .token = m->token };
	json_t *v = mplane_receipt(&s);
	char *text;

	BUG_ON(v == NULL);
	text = json_dumps(v, JSON_COMPACT);
	BUG_ON(text == NULL);
	free(text);
	json_decref(v);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct mplane_msg m;
	char why[64];

	memset(why, 'x', sizeof(why));
	if (mplane_parse(&m, (const char *)p, n, why, sizeof(why)) < 0) {
		BUG_ON(memchr(why, 0, sizeof(why)) == NULL);
		for (const char *s = why; *s != '\0'; s++)
			BUG_ON((unsigned char)*s < ' ' ||
			    (unsigned char)*s >= 0x7f);
		return 0;
	}
	BUG_ON(memchr(m.token, 0, sizeof(m.token)) == NULL);
	BUG_ON(memchr(m.ask.session, 0, sizeof(m.ask.session)) == NULL);
	if (m.kind != MPLANE_SPECIFICATION) {
		BUG_ON(m.token[0] == '\0');
		return 0;
	}
	BUG_ON(m.cap == NULL);
	BUG_ON(m.ask.rate != 0 && m.ask.rate < 1000);
	receipt(&m);
	return 0;
}
