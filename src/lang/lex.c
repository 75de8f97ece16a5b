/* Words of a line, in ppp(8)'s two passes. */
#include "lang/lex.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/err.h"

#define NAME_CHARS	"abcdefghijklmnopqrstuvwxyz" \
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define NAME_LEN	128	/* of a variable or a user, NUL included */

struct out {
	char	*p;
	size_t	 n, cap;
	bool	 full;
};

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->n + n + 1 > o->cap) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->n, s, n);
	o->n += n;
}

static bool
name_copy(char to[NAME_LEN], const char *s, size_t n)
{
	if (n >= NAME_LEN)
		return false;
	memcpy(to, s, n);
	to[n] = '\0';
	return true;
}

/* At a `$`: replaces what follows; returns the octets of @s that it used. */
static size_t
variable(const char *s, struct out *o)
{
	bool brace = s[1] == '{';
	const char *name = s + 1 + brace;
	size_t n = strspn(name, NAME_CHARS);
	char key[NAME_LEN];
	const char *value;

	if (s[1] == '$') {
		put(o, "$", 1);
		return 2;
	}
	if (n == 0 || (brace && name[n] != '}') || !name_copy(key, name, n)) {
		put(o, "$", 1);
		return 1;
	}
	value = getenv(key);
	if (value != NULL)
		put(o, value, strlen(value));
	return 1 + n + (brace ? 2 : 0);
}

/* At a `~`: the home of the user named up to the next `/` or the end. */
static size_t
home(const char *s, struct out *o)
{
	size_t n = strcspn(s + 1, "/");
	char user[NAME_LEN];
	struct passwd *pw = NULL;

	if (n == 0)
		pw = getpwuid(getuid());
	else if (name_copy(user, s + 1, n))
		pw = getpwnam(user);
	if (pw == NULL || pw->pw_dir == NULL) {
		put(o, "~", 1);
		return 1;
	}
	put(o, pw->pw_dir, strlen(pw->pw_dir));
	return 1 + n;
}

int
lex_expand(const char *in, char *out, size_t n)
{
	struct out o = { out, 0, n, n == 0 };

	while (*in != '\0' && !o.full) {
		if (*in == '$') {
			in += variable(in, &o);
		} else if (*in == '~') {
			in += home(in, &o);
		} else if (*in == '\\' && (in[1] == '$' || in[1] == '~')) {
			put(&o, in + 1, 1);
			in += 2;
		} else if (*in == '\\' && in[1] != '\0') {
			put(&o, in, 2);
			in += 2;
		} else {
			put(&o, in++, 1);
		}
	}
	if (o.full)
		return -E_FULL;
	out[o.n] = '\0';
	return 0;
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * One word from *@in into *@to, which it never outgrows: every octet of a
 * word comes from at least one of the line.
 */
static int
word(const char **in, char **to)
{
	const char *s = *in;
	bool quoted = false;

	for (; *s != '\0' && (quoted || (!blank(*s) && *s != '#')); s++) {
		if (*s == '"') {
			quoted = !quoted;
			continue;
		}
		if (*s == '\\' && s[1] != '\0')
			s++;
		*(*to)++ = *s;
	}
	*in = s;
	return quoted ? -E_FORMAT : 0;
}

int
lex_split(const char *in, struct words *out)
{
	char *to = out->buf;
	int n = 0, err;

	out->n = 0;
	out->w[0] = NULL;
	if (strlen(in) >= sizeof(out->buf))
		return -E_RANGE;
	for (;;) {
		while (blank(*in))
			in++;
		if (*in == '\0' || *in == '#')
			break;
		err = n == LEX_WORDS ? -E_FULL : 0;
		if (err == 0) {
			out->w[n++] = to;
			err = word(&in, &to);
		}
		if (err < 0) {
			out->w[0] = NULL;
			return err;
		}
		*to++ = '\0';
	}
	out->w[n] = NULL;
	out->n = n;
	return 0;
}

int
lex_words(const char *line, struct words *out)
{
	char text[LEX_TEXT];

	out->n = 0;
	out->w[0] = NULL;
	if (strlen(line) >= LEX_LINE)
		return -E_RANGE;
	if (lex_expand(line, text, sizeof(text)) < 0)
		return -E_RANGE;
	return lex_split(text, out);
}

const char *
lex_error(int err)
{
	switch (err) {
	case -E_FORMAT:	return "Syntax error: a quote (\") is not closed";
	case -E_FULL:	return "Syntax error: more than 39 words";
	default:	return "Syntax error: line longer than 511 octets";
	}
}

size_t
lex_quote(const char *word, char *out, size_t n)
{
	bool plain = *word != '\0' && strpbrk(word, " \t\r\n#\"\\$~") == NULL;
	size_t len = 0;
	char pair[2] = { '\\', 0 };
	struct out o = { out, 0, n, n == 0 };

	if (!plain)
		put(&o, "\"", 1), len++;
	for (; *word != '\0'; word++) {
		bool esc = strchr("\"\\$~", *word) != NULL;

		pair[1] = *word;
		put(&o, esc ? pair : word, esc ? 2 : 1);
		len += esc ? 2 : 1;
	}
	if (!plain)
		put(&o, "\"", 1), len++;
	if (n > 0)
		out[o.n] = '\0';
	return len;
}
