/*
 * What a word could be: at a prompt, and in the shell for our names.
 * The shell's files in etc/completion only ask here.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmd/cli.h"
#include "cmd/cmd.h"
#include "cmd/pppoetest.h"
#include "cmd/rows.h"
#include "cmd/start.h"
#include "lang/help.h"
#include "lang/reader.h"

struct want {
	const char *word;		/* what is typed so far */
	struct txt *out;
};

/* ---- labels ---- */

static void
label(const char *name, const char *file, unsigned line, void *arg)
{
	struct want *w = arg;

	(void)file;
	(void)line;
	if (strncmp(name, w->word, strlen(w->word)) == 0 &&
	    strcmp(name, "default") != 0)
		txt_put(w->out, "%s\n", name);
}

static void
labels(const char *dir, const char *word, struct txt *out)
{
	struct txt lost = { 0 };
	struct diag nobody = { .to = &lost };
	struct reader r = { dir, &nobody };
	struct want w = { word, out };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/ppp.conf", dir);
	reader_labels(&r, path, label, &w);
	txt_free(&lost);
}

/* ---- commands ---- */

/* `load` and `dial` take labels; nothing else that is no row is known. */
static bool
takes_labels(const char *line)
{
	struct words w;
	bool many;
	const struct row *r;

	if (lex_split(line, &w) < 0 || w.n == 0 ||
	    (w.n == 1 && line[strlen(line) - 1] != ' '))
		return false;
	r = row_find(top_rows, w.w[0], WHO_PROMPT, &many);
	return r != NULL && (r->run == run_load || r->run == act_dial);
}

static const char *
last_word(const char *line)
{
	const char *blank = strrchr(line, ' ');

	return blank != NULL ? blank + 1 : line;
}

void
cmd_complete(const struct cmd_env *e, const struct cmd_prompt *prompt,
    const char *line, struct txt *out)
{
	if (!prompt->locked && takes_labels(line))
		labels(e->dir, last_word(line), out);
	help_complete(top_rows, line, prompt->locked ? WHO_LOCKED :
	    WHO_PROMPT, false, out);
}

/* The last of several commands with semicolons between them. */
static void
commands(const char *dir, const char *line, struct txt *out)
{
	const char *semi = strrchr(line, ';');

	if (semi != NULL)
		line = semi + 1;
	line += strspn(line, " ");
	if (takes_labels(line))
		labels(dir, last_word(line), out);
	help_complete(top_rows, line, WHO_PROMPT, true, out);
	if (semi != NULL || strchr(line, ' ') != NULL)
		txt_put(out, ":part\n");
}

/* ---- the shell ---- */

static void
options(const struct cli_opt *list, const char *word, bool mode_given,
    struct txt *out)
{
	for (; list->name != NULL; list++)
		if (strncmp(list->name, word + 1, strlen(word + 1)) == 0 &&
		    !(mode_given && list->group != 0))
			txt_put(out, "-%s\t%s\n", list->name, list->help);
}

static const struct cli_opt *
option(const struct cli_opt *list, const char *word)
{
	for (; list->name != NULL; list++)
		if (word[0] == '-' && strcmp(list->name, word + 1) == 0)
			return list;
	return NULL;
}

/* The value of option @o. */
static void
value(const struct cli_opt *o, const char *dir, const char *word,
    struct txt *out)
{
	if (strcmp(o->arg, "DIR") == 0)
		txt_put(out, ":dirs\n");
	else if (strcmp(o->arg, "COMMAND") == 0)
		commands(dir, word, out);
}

static void
of_ppp(int argc, char **argv, struct txt *out)
{
	const char *dir = START_DIR, *word = argv[argc - 1];
	bool mode = false;
	int i = 1;

	for (; i < argc - 1 && argv[i][0] == '-'; i++) {
		const struct cli_opt *o = option(cli_opts, argv[i]);

		mode |= o != NULL && o->group != 0;
		if (o == NULL || o->arg == NULL)
			continue;
		if (i + 1 == argc - 1) {
			value(o, dir, word, out);
			return;
		}
		if (strcmp(o->name, "C") == 0)
			dir = argv[i + 1];
		i++;
	}
	if (i == argc - 1 && word[0] == '-')
		options(cli_opts, word, mode, out);
	else
		labels(dir, word, out);
}

static void
of_pppctl(int argc, char **argv, struct txt *out)
{
	struct txt line = { 0 };
	int i = 1;

	for (; i < argc - 1 && argv[i][0] == '-'; i++) {
		const struct cli_opt *o = option(pppctl_opts, argv[i]);

		if (o != NULL && o->arg != NULL && ++i == argc - 1)
			return;		/* seconds or a password */
	}
	if (i == argc - 1) {
		if (argv[i][0] == '-')
			options(pppctl_opts, argv[i], false, out);
		else
			txt_put(out, ":files\n");
		return;
	}
	while (++i < argc)
		txt_put(&line, "%s%s", line.n > 0 ? " " : "", argv[i]);
	commands(START_DIR, txt_str(&line), out);
	txt_free(&line);
}

void
cli_complete(int argc, char **argv, struct txt *out)
{
	if (argc < 2)
		return;
	if (strcmp(argv[0], "ppp") == 0)
		of_ppp(argc, argv, out);
	else if (strcmp(argv[0], "pppctl") == 0)
		of_pppctl(argc, argv, out);
	else if (strcmp(argv[0], "pppoetest") == 0)
		pt_complete(argc, argv, out);
}
