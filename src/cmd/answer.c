/* Prompts in a stream of text. */
#include "cmd/answer.h"

#include <string.h>

/* A few prompts, one behind the other; a longer line is none. */
#define PROMPTS_MAX	(4u * (ANSWER_HOST + 16))

static bool
host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool
starts(const char **p, const char *end, const char *s)
{
	size_t len = strlen(s);

	if ((size_t)(end - *p) < len || memcmp(*p, s, len) != 0)
		return false;
	*p += len;
	return true;
}

size_t
answer_prompt(const char *p, size_t n, const char *host,
    struct answer_prompt *pr)
{
	const char *q = p, *end = p + n, *name;
	size_t len;

	if (!starts(&q, end, "ppp ") && !starts(&q, end, "Ppp ") &&
	    !starts(&q, end, "PPp ") && !starts(&q, end, "PPP "))
		return 0;
	pr->on = starts(&q, end, "ON ");
	if (!pr->on && !starts(&q, end, "on "))
		return 0;
	for (name = q; q < end && host_char(*q); q++)
		;
	len = (size_t)(q - name);
	if (len == 0 || len >= sizeof(pr->host) || !starts(&q, end, "> "))
		return 0;
	if (host != NULL && (strlen(host) != len ||
	    memcmp(host, name, len) != 0))
		return 0;
	memcpy(pr->host, name, len);
	pr->host[len] = '\0';
	pr->at = 0;
	pr->len = (size_t)(q - p);
	memcpy(pr->text, p, pr->len);
	pr->text[pr->len] = '\0';
	return pr->len;
}

/* Where the line that ends at @n begins; @n: it is too long for prompts. */
static size_t
line_start(const char *p, size_t n)
{
	size_t at = n;

	while (at > 0 && p[at - 1] != '\n' && n - at < PROMPTS_MAX)
		at--;
	return at > 0 && p[at - 1] != '\n' ? n : at;
}

/* Is p[at..end) prompts, one behind the other, and at least one? */
static bool
only_prompts(const char *p, size_t at, size_t end, const char *host,
    struct answer_prompt *pr)
{
	size_t len, start = at;

	for (; at < end; at += len) {
		len = answer_prompt(p + at, end - at, host, pr);
		if (len == 0)
			return false;
	}
	return at > start;
}

bool
answer_ends(const char *p, size_t n, const char *host,
    struct answer_prompt *pr)
{
	size_t at = line_start(p, n), before;
	struct answer_prompt older;

	/* One that nobody asked for may stand before that of the answer. */
	if (!only_prompts(p, at, n, host, pr))
		return false;
	/* And one that nobody asked for may follow it, on its own line. */
	while (at > 0) {
		before = line_start(p, at - 1);
		if (!only_prompts(p, before, at - 1, host, &older))
			break;
		at = before;
	}
	pr->at = at;
	return true;
}

size_t
answer_unasked(const char *p, size_t n, const char *host, size_t *text)
{
	struct answer_prompt pr;
	const char *nl;
	size_t at = 0, len;

	if (n == 0 || p[0] != '\n')
		return 0;
	while (at < n && (nl = memchr(p + at, '\n', n - at)) != NULL) {
		at = (size_t)(nl - p) + 1;
		len = answer_prompt(p + at, n - at, host, &pr);
		if (len > 0) {
			*text = at;
			return at + len;
		}
	}
	return 0;
}
