/*
 * Linux shows the memory in which the arguments came. It ends with the
 * environment, which moves away to make room for longer titles.
 */
#include "os/title.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static char *room, *first;	/* first: the arguments, where argv[] points */
static size_t size;

/* The end of what stands without a gap behind @end. */
static char *
behind(char *end, char **list)
{
	for (; *list != NULL; list++)
		if (*list == end)
			end += strlen(end) + 1;
	return end;
}

static bool
move_environ(void)
{
	static char **moved;	/* ours, also once setenv(3) made another */
	size_t n = 0;
	char **fresh;

	while (environ[n] != NULL)
		n++;
	fresh = calloc(n + 1, sizeof(*fresh));
	for (size_t i = 0; fresh != NULL && i < n; i++) {
		fresh[i] = strdup(environ[i]);
		if (fresh[i] == NULL)
			return false;	/* at the start, for good */
	}
	if (fresh == NULL)
		return false;
	environ = moved = fresh;
	return true;
}

void
os_title_init(int argc, char **argv)
{
	size_t args;
	char *end;

	if (argc < 1 || room != NULL)
		return;
	args = (size_t)(behind(argv[0], argv) - argv[0]);
	end = behind(argv[0] + args, environ);
	size = (size_t)(end - argv[0]);
	first = calloc(1, size);
	if (first == NULL)
		return;
	memcpy(first, argv[0], args);
	if (!move_environ())
		size = args;
	room = argv[0];
	for (int i = 0; i < argc; i++)
		if (argv[i] >= room && argv[i] < room + args)
			argv[i] = first + (argv[i] - room);
}

void
os_title(const char *text)
{
	size_t n = text != NULL ? strlen(text) : 0;

	if (room == NULL)
		return;
	if (text == NULL) {
		memcpy(room, first, size);
		return;
	}
	memset(room, 0, size);
	memcpy(room, text, n < size ? n : size - 1);
}
