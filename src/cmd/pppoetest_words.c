/*
 * pppoetest's words for the shell: options as getopt(3) takes them, and what
 * stands behind one in the usage: its alternatives, or what kind of word.
 */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest.h"

static void
offer(const char *before, const char *word, size_t len, const char *typed,
    struct txt *out)
{
	if (strncmp(word, typed, strlen(typed)) == 0 && len >= strlen(typed))
		txt_put(out, "%s%.*s\n", before, (int)len, word);
}

/* What @option (`-i', `--rate') takes, as the usage has it; NULL: not told. */
static const char *
told(const char *option)
{
	size_t n = strlen(option);
	const char *p = pt_usage;

	while ((p = strstr(p, option)) != NULL) {
		if (strchr(" [", p[-1]) != NULL && p[n] == ' ')
			return p + n + 1;
		p += n;
	}
	return NULL;
}

/* Options of one number are one option. */
static const char *
told_of(int c)
{
	const char short_[] = { '-', (char)c, '\0' };
	const char *p = c < 128 ? told(short_) : NULL;
	char name[64];

	for (const struct option *o = pt_longs; o->name != NULL; o++)
		if (o->val == c && p == NULL) {
			snprintf(name, sizeof(name), "--%s", o->name);
			p = told(name);
		}
	return p;
}

static bool
begins(const char *s, const char *word)
{
	return strncmp(s, word, strlen(word)) == 0;
}

static void
interfaces(const char *before, const char *typed, struct txt *out)
{
	struct if_nameindex *all = if_nameindex();

	for (struct if_nameindex *i = all; i != NULL && i->if_index != 0; i++)
		offer(before, i->if_name, strlen(i->if_name), typed, out);
	if (all != NULL)
		if_freenameindex(all);
}

static void
alternatives(const char *p, const char *before, const char *typed,
    struct txt *out)
{
	size_t len = strcspn(p, " ]\n"), n;

	if (memchr(p, '|', len) == NULL)
		return;		/* a number, a name, a secret */
	for (const char *end = p + len; p < end; p += n + 1) {
		n = strcspn(p, "| ]\n");
		offer(before, p, n, typed, out);
	}
}

static void
names(const char *(*name)(int i), const char *before, const char *typed,
    struct txt *out)
{
	for (int i = 0; name(i) != NULL; i++)
		offer(before, name(i), strlen(name(i)), typed, out);
}

/* The value of the option @c; @before: what the shell sees as one word. */
static void
value(int c, const char *p, const char *before, const char *typed,
    struct txt *out)
{
	if (c == 'm')
		names(pt_mode_name, before, typed, out);
	else if (p == NULL)
		return;
	else if (begins(p, "FORMAT"))
		names(pt_form_name, before, typed, out);
	else if (begins(p, "INTERFACE"))
		interfaces(before, typed, out);
	else if (begins(p, "FILE") || begins(p, "SOCKET"))
		txt_put(out, ":files\n");
	else
		alternatives(p, before, typed, out);
}

/* Which option @word is that wants a value; 0: none. */
static int
wants(const char *word, size_t n)
{
	const char *s;

	if (n == 2 && word[0] == '-' && word[1] != '-') {
		s = strchr(pt_shorts, word[1]);
		return s != NULL && s[1] == ':' ? *s : 0;
	}
	for (const struct option *o = pt_longs; o->name != NULL; o++)
		if (n > 2 && begins(word, "--") && strlen(o->name) == n - 2 &&
		    strncmp(o->name, word + 2, n - 2) == 0)
			return o->has_arg == no_argument ? 0 : o->val;
	return 0;
}

/* `--interval' has a number of its own in the usage, `-i' in the table. */
static void
value_of(const char *option, size_t n, const char *before, const char *typed,
    struct txt *out)
{
	char name[64];
	int c = wants(option, n);
	const char *p;

	snprintf(name, sizeof(name), "%.*s", (int)n, option);
	p = told(name);
	value(c, p != NULL ? p : told_of(c), before, typed, out);
}

static void
options(const char *typed, struct txt *out)
{
	char name[64];

	for (const char *s = pt_shorts; *s != '\0'; s++)
		if (*s != ':') {
			snprintf(name, sizeof(name), "-%c", *s);
			offer("", name, 2, typed, out);
		}
	for (const struct option *o = pt_longs; o->name != NULL; o++) {
		snprintf(name, sizeof(name), "--%s", o->name);
		offer("", name, strlen(name), typed, out);
	}
}

void
pt_complete(int argc, char **argv, struct txt *out)
{
	const char *word = argv[argc - 1], *last = argv[argc - 2];
	const char *equal = strchr(word, '=');
	char before[80];

	/* bash makes three words of --format=tap, zsh has it as one */
	if (argc > 3 && strcmp(last, "=") == 0) {
		last = argv[argc - 3];
	} else if (argc > 2 && strcmp(word, "=") == 0) {
		word = "";
	} else if (begins(word, "--") && equal != NULL) {
		snprintf(before, sizeof(before), "%.*s",
		    (int)(equal + 1 - word), word);
		if (wants(word, (size_t)(equal - word)) != 0)
			value_of(word, (size_t)(equal - word), before,
			    equal + 1, out);
		return;
	}
	if (argc > 2 && wants(last, strlen(last)) != 0)
		value_of(last, strlen(last), "", word, out);
	else if (word[0] == '-')
		options(word, out);
	else
		names(pt_mode_name, "", word, out);
}
