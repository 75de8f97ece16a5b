/* The command line of ppp. */
#include "cmd/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/start.h"

#define EX_START	1
#define OPT_MODE	1		/* .group of the modes */

const struct cli_opt cli_opts[] = {
	{ "auto", NULL, "Go to the background, and open the link when a "
	  "packet wants to leave.", OPT_MODE },
	{ "background", NULL, "Open the link; the first process waits and "
	  "returns 0 once it is up.", OPT_MODE },
	{ "foreground", NULL, "Open the link and stay; the log goes to "
	  "standard error, too.", OPT_MODE },
	{ "ddial", NULL, "Go to the background, open the link, and open it "
	  "again for ever.", OPT_MODE },
	{ "dedicated", NULL, "As -ddial, for a line that is never hung up.",
	  OPT_MODE },
	{ "direct", NULL, "Open the link at once and end with it.",
	  OPT_MODE },
	{ "interactive", NULL, "Give a prompt on the terminal; the default.",
	  OPT_MODE },
	{ "nat", NULL, "As `nat enable yes' and `enable iface-alias'.", 0 },
	{ "quiet", NULL, "Say less at the start.", 0 },
	{ "unit", "N", "Use tunN or fail.", 0 },
	{ "n", NULL, "Check the files, explain what would be done, and do "
	  "nothing.", 0 },
	{ "C", "DIR", "Read ppp.conf and its relatives from there, not "
	  "from /etc/ppp.", 0 },
	{ "e", "COMMAND", "Run this after the sections and print its "
	  "answer; may be repeated.", 0 },
	{ NULL, NULL, NULL, 0 }
};

/* The options in brackets, those of one group together, 78 columns. */
static int
usage(void)
{
	unsigned at = (unsigned)fprintf(stderr, "usage: ppp");

	for (const struct cli_opt *o = cli_opts; o->name != NULL; o++) {
		bool more = o->group != 0 && o[1].group == o->group;
		bool first = o->group == 0 || o == cli_opts ||
		    o[-1].group != o->group;
		char text[64];
		int n = snprintf(text, sizeof(text), "%s-%s%s%s%s%s",
		    first ? "[" : "", o->name, o->arg != NULL ? " " : "",
		    o->arg != NULL ? o->arg : "", more ? " |" : "]",
		    strcmp(o->name, "e") == 0 ? "..." : "");

		if (at + (unsigned)n + 1 > 78)
			at = (unsigned)fprintf(stderr, "\n          ") - 1;
		at += (unsigned)fprintf(stderr, " %s", text);
	}
	fprintf(stderr, "%s[SYSTEM ...]\n"
	    "A SYSTEM is a section of ppp.conf; -n tells what it would do. "
	    "See ppp(8).\n", at > 64 ? "\n           " : " ");
	return EX_START;
}

/* -1: no mode, -2: several begin like this. */
static int
mode_of(const char *word)
{
	int found = -1;

	for (int m = MODE_INTERACTIVE; m <= MODE_DIRECT; m++) {
		if (strncasecmp(word, mode_name((enum mode)m),
		    strlen(word)) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = m;
	}
	return found;
}

struct cursor {
	int	 argc, at;
	char	**argv;
};

static const char *
next(struct cursor *c)
{
	return c->at + 1 < c->argc ? c->argv[++c->at] : NULL;
}

static bool
take_unit(struct start_opts *o, struct cursor *c, const char *word)
{
	const char *num = word[4] != '\0' ? word + 4 : next(c);
	char *end;

	if (num != NULL) {
		long n = strtol(num, &end, 10);

		o->unit = (int)n;
		if (*num != '\0' && *end == '\0' && n >= 0 && n < 32768)
			return true;
	}
	fprintf(stderr, "-unit: Expected unit number\n");
	return false;
}

static bool
take_command(struct start_opts *o, struct cursor *c)
{
	const char *word = next(c);

	if (word == NULL || o->commands == START_COMMANDS) {
		fprintf(stderr, "-e: expected a command, at most %d of "
		    "them\n", START_COMMANDS);
		return false;
	}
	o->command[o->commands++] = word;
	return true;
}

static bool
take_dir(struct start_opts *o, struct cursor *c)
{
	o->dir = next(c);
	if (o->dir == NULL)
		fprintf(stderr, "-C: expected a directory\n");
	return o->dir != NULL;
}

static bool
take_mode(struct start_opts *o, const char *word)
{
	int m = *word != '\0' ? mode_of(word) : -1;

	if (m < 0 && strcmp(word, "h") != 0 && strcmp(word, "-help") != 0)
		fprintf(stderr, "ppp: -%s: %s\n", word, m == -2 ?
		    "several modes begin like this" : "no such option");
	if (m < 0)
		return false;
	if (o->mode_given) {
		fprintf(stderr, "You may specify only one mode.\n");
		exit(EX_START);
	}
	o->mode = (enum mode)m;
	o->mode_given = true;
	return true;
}

static bool
take_option(struct start_opts *o, struct cursor *c, const char *word)
{
	if (strcmp(word, "nat") == 0 || strcmp(word, "alias") == 0) {
		if (*word == 'a')
			fprintf(stderr, "-alias is deprecated, use -nat\n");
		return o->nat = true;
	}
	if (strcmp(word, "quiet") == 0)
		return o->quiet = true;
	if (strcmp(word, "n") == 0)
		return o->explain = true;
	if (strcmp(word, "C") == 0)
		return take_dir(o, c);
	if (strcmp(word, "e") == 0)
		return take_command(o, c);
	if (strncmp(word, "unit", 4) == 0)
		return take_unit(o, c, word);
	return take_mode(o, word);
}

static int
say_completions(int argc, char **argv)
{
	struct txt t = { 0 };

	if (argc > 1)
		cli_complete(argc, argv, &t);
	fputs(txt_str(&t), stdout);
	txt_free(&t);
	return 0;
}

int
cli_main(int argc, char **argv)
{
	struct start_opts o = { .ident = argv[0], .mode = MODE_INTERACTIVE,
	    .unit = -1, .dir = START_DIR };
	struct cursor c = { .argc = argc, .argv = argv };

	if (argc > 2 && strcmp(argv[1], "--complete") == 0)
		return say_completions(argc - 2, argv + 2);
	for (c.at = 1; c.at < argc && argv[c.at][0] == '-'; c.at++)
		if (!take_option(&o, &c, argv[c.at] + 1))
			return usage();
	o.labels = argc - c.at;
	o.label = (const char *const *)argv + c.at;
	if (o.mode_given && o.mode == MODE_AUTO && o.labels == 0) {
		fprintf(stderr, "A system must be specified in auto mode.\n");
		return EX_START;
	}
	return start_main(&o);
}

void
cli_opts_mdoc(const struct cli_opt *list, struct txt *out)
{
	for (; list->name != NULL; list++) {
		txt_put(out, ".It Fl %s", list->name);
		if (list->arg != NULL)
			txt_put(out, " Ar %s", list->arg);
		txt_put(out, "\n%s\n", list->help);
	}
}
