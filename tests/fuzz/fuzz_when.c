/* Any text as a temporal scope: what is taken prints as itself. */
#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "lang/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char in[512], why[64], a[WHEN_TEXT], b[WHEN_TEXT];
	int64_t now = INT64_C(1790000000000000);
	struct when w, again;

	if (n >= sizeof(in))
		return 0;
	memcpy(in, p, n);
	in[n] = '\0';
	if (when_parse(&w, in, why, sizeof(why)) < 0) {
		BUG_ON(memchr(why, 0, sizeof(why)) == NULL);
		return 0;
	}
	when_text(&w, a);
	BUG_ON(when_parse(&again, a, why, sizeof(why)) < 0);
	BUG_ON(strcmp(a, when_text(&again, b)) != 0);
	BUG_ON(when_ticks(&w.span, now, true) !=
	    when_ticks(&again.span, now, true));
	BUG_ON(when_ends(&w.each, now) < when_begins(&w.each, now));
	return 0;
}
