/*
 * Any line: the words stay within their buffer and limits, and each of them,
 * quoted, comes back as it was through both passes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/bug.h"
#include "base/err.h"
#include "lang/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check_words(const struct words *w)
{
	BUG_ON(w->n < 0 || w->n > LEX_WORDS || w->w[w->n] != NULL);
	for (int i = 0; i < w->n; i++) {
		const char *s = w->w[i], *end = w->buf + sizeof(w->buf);

		BUG_ON(s < w->buf || s >= end);
		BUG_ON(memchr(s, '\0', (size_t)(end - s)) == NULL);
	}
}

static void
check_quote(const char *word)
{
	char q[2 * LEX_TEXT + 3];
	struct words w;
	size_t n = lex_quote(word, q, sizeof(q));

	BUG_ON(n != strlen(q));
	if (n >= LEX_LINE)
		return;
	BUG_ON(lex_words(q, &w) != 0);
	BUG_ON(w.n != 1 || strcmp(w.w[0], word) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char line[3 * LEX_TEXT];
	struct words w;
	int err;

	if (n >= sizeof(line))
		return 0;
	memcpy(line, p, n);
	line[n] = '\0';
	err = lex_words(line, &w);
	check_words(&w);
	BUG_ON(err < 0 && w.n != 0);
	BUG_ON(strlen(line) >= LEX_LINE && err != -E_RANGE);
	err = lex_split(line, &w);
	check_words(&w);
	BUG_ON(err < 0 && w.n != 0);
	for (int i = 0; i < w.n; i++)
		check_quote(w.w[i]);
	return 0;
}
