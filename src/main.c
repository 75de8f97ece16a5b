/*
 * ppp: options, modes, and the faces of the binary, chosen by the name it
 * was started under or by its first word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmd/face.h"
#include "cmd/pppctl.h"
#include "cmd/start.h"
#include "os/title.h"

#define EX_START	1

static int
usage(void)
{
	fprintf(stderr,
	    "usage: ppp [-auto | -background | -foreground | -ddial | "
	    "-dedicated | -direct | -interactive]\n"
	    "           [-nat] [-quiet] [-unit N] [-n] [-C DIR] "
	    "[-e COMMAND]... [SYSTEM ...]\n");
	return EX_START;
}

static const struct {
	const char *name;
	enum mode mode;
} modes[] = {
	{ "auto", MODE_AUTO },
	{ "background", MODE_BACKGROUND },
	{ "foreground", MODE_FOREGROUND },
	{ "ddial", MODE_DDIAL },
	{ "dedicated", MODE_DEDICATED },
	{ "direct", MODE_DIRECT },
	{ "interactive", MODE_INTERACTIVE },
};

/* -1: no mode, -2: several begin like this. */
static int
mode_of(const char *word)
{
	int found = -1;

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (strncasecmp(word, modes[i].name, strlen(word)) != 0)
			continue;
		if (found >= 0)
			return -2;
		found = (int)modes[i].mode;
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
		o->nat = true;
		return true;
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
ppp_main(int argc, char **argv)
{
	struct start_opts o = { .ident = argv[0], .mode = MODE_INTERACTIVE,
	    .unit = -1, .dir = "/etc/ppp" };
	struct cursor c = { .argc = argc, .argv = argv };

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

/* ---- faces ---- */

static int
no_face(int argc, char **argv)
{
	(void)argc;
	fprintf(stderr, "%s: not in this version. An access concentrator is "
	    "a label with `set lb interface IFACE', started by "
	    "`ppp -background LABEL'.\n", argv[0]);
	return EX_START;
}

static const struct {
	const char *name;
	int	(*main)(int argc, char **argv);
} faces[] = {
	{ "pppctl", pppctl_main },
	{ "sysctl", sysctl_main },
	{ "ngctl", ngctl_main },
	{ "kldload", kldload_main },
	{ "service", service_main },
	{ "pppoed", no_face },
	{ "pppoetest", no_face },
};

static int
face_of(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base != NULL ? base + 1 : name;
	for (size_t i = 0; i < sizeof(faces) / sizeof(*faces); i++)
		if (strcmp(base, faces[i].name) == 0)
			return (int)i;
	return -1;
}

int
main(int argc, char **argv)
{
	int f = argc > 0 ? face_of(argv[0]) : -1;

	os_title_init(argc, argv);

	if (f >= 0)
		return faces[f].main(argc, argv);
	f = argc > 1 && strchr(argv[1], '/') == NULL ? face_of(argv[1]) : -1;
	if (f >= 0)
		return faces[f].main(argc - 1, argv + 1);
	return ppp_main(argc, argv);
}
