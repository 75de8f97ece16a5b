/*
 * Any script against any line: it ends or waits for something, and its texts
 * stay within their bounds. The first line of the input is the script.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "lang/chat.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define STEPS	20000
#define KEY	"{{{{"		/* in no text unless the input has it */

static struct chat c;
static bool has_key;

static void
bounds(void)
{
	BUG_ON(c.out_n >= sizeof(c.out));
	BUG_ON(memchr(c.shown, 0, sizeof(c.shown)) == NULL);
	BUG_ON(memchr(c.line, 0, sizeof(c.line)) == NULL);
	BUG_ON(memchr(c.command, 0, sizeof(c.command)) == NULL);
	BUG_ON(!has_key && strchr(c.shown, '{') != NULL);
	BUG_ON(!has_key && strchr(c.line, '{') != NULL);
}

static void
play(const char *in, size_t n)
{
	tstamp now = SEC(5);
	size_t used;

	for (int i = 0; i < STEPS; i++) {
		enum chat_do what = chat_step(&c, now);

		bounds();
		if (what == CHAT_DONE || what == CHAT_FAILED)
			return;
		if (what == CHAT_RUN) {
			used = n < 20 ? n : 20;
			chat_ran(&c, true, in, used);
			in += used;
			n -= used;
		}
		if (what != CHAT_WAIT)
			continue;
		used = chat_input(&c, in, n);
		BUG_ON(used > n);
		in += used;
		n -= used;
		if (used > 0)
			continue;
		BUG_ON(chat_deadline(&c) == NEVER);
		now = chat_deadline(&c);
	}
	BUG_ON(true);			/* it goes on for ever */
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const uint8_t *end = memchr(p, '\n', n);
	size_t len = end != NULL ? (size_t)(end - p) : n;
	char script[4096], rest[4096];

	if (n >= sizeof(script))
		return 0;
	has_key = memchr(p, '{', n) != NULL;
	memcpy(script, p, len);
	script[len] = '\0';
	n = end != NULL ? n - len - 1 : 0;
	if (n > 0)
		memcpy(rest, end + 1, n);
	if (chat_init(&c, script, "555", "fred", KEY) == 0)
		play(rest, n);
	chat_end(&c);
	return 0;
}
