/* pppoetest's words for the shell, from the rows of its options. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "cmd/pppoetest_opts.h"

static void
offer(const char *before, const char *word, size_t len, const char *typed,
    struct txt *out)
{
	if (strncmp(word, typed, strlen(typed)) == 0 && len >= strlen(typed))
		txt_put(out, "%s%.*s\n", before, (int)len, word);
}

static bool
begins(const char *s, const char *word)
{
	return strncmp(s, word, strlen(word)) == 0;
}

static void
modes(const char *before, const char *typed, struct txt *out)
{
	for (const struct pt_mode_row *r = pt_modes; r->name != NULL; r++)
		offer(before, r->name, strlen(r->name), typed, out);
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
	if (strchr(p, '|') == NULL)
		return;		/* a number, a name, a secret */
	for (size_t n; *p != '\0'; p += n + (p[n] == '|')) {
		n = strcspn(p, "|");
		offer(before, p, n, typed, out);
	}
}

/* The value of @o; @before: what the shell sees as one word. */
static void
value(const struct pt_option *o, const char *before, const char *typed,
    struct txt *out)
{
	if (strcmp(o->arg, "MODE") == 0)
		modes(before, typed, out);
	else if (strcmp(o->arg, "INTERFACE") == 0)
		interfaces(before, typed, out);
	else if (strcmp(o->arg, "FILE") == 0 || strcmp(o->arg, "SOCKET") == 0)
		txt_put(out, ":files\n");
	else
		alternatives(o->arg, before, typed, out);
}

/* The option @word that wants a value; NULL: it is none, or wants none. */
static const struct pt_option *
wants(const char *word, size_t n)
{
	for (const struct pt_option *o = pt_options; o->name != NULL; o++)
		if (o->arg != NULL && word[0] == '-' && ((n == 2 &&
		    word[1] != '-' && word[1] == o->letter) || (n > 2 &&
		    strlen(o->name) == n - 2 && word[1] == '-' &&
		    strncmp(o->name, word + 2, n - 2) == 0)))
			return o;
	return NULL;
}

static void
options(const char *typed, struct txt *out)
{
	char name[64];

	for (const struct pt_option *o = pt_options; o->name != NULL; o++) {
		if (o->letter != 0) {
			snprintf(name, sizeof(name), "-%c", o->letter);
			offer("", name, 2, typed, out);
		}
		snprintf(name, sizeof(name), "--%s", o->name);
		if (o == pt_options || strcmp(o->name, o[-1].name) != 0)
			offer("", name, strlen(name), typed, out);
	}
}

void
pt_complete(int argc, char **argv, struct txt *out)
{
	const char *word = argv[argc - 1], *last = argv[argc - 2];
	const char *equal = strchr(word, '=');
	const struct pt_option *o;
	char before[80];

	/* bash makes three words of --format=tap, zsh has it as one */
	if (argc > 3 && strcmp(last, "=") == 0) {
		last = argv[argc - 3];
	} else if (argc > 2 && strcmp(word, "=") == 0) {
		word = "";
	} else if (begins(word, "--") && equal != NULL) {
		snprintf(before, sizeof(before), "%.*s",
		    (int)(equal + 1 - word), word);
		o = wants(word, (size_t)(equal - word));
		if (o != NULL)
			value(o, before, equal + 1, out);
		return;
	}
	o = argc > 2 ? wants(last, strlen(last)) : NULL;
	if (o != NULL)
		value(o, "", word, out);
	else if (word[0] == '-')
		options(word, out);
	else
		modes("", word, out);
}
