/*
 * A configuration that others may write is not run for users, and a secret
 * that others may read is none. ppp(8) 1.1.
 */
#include "cmd/protect.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "cmd/rows.h"

static bool
open_to_all(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || !(st.st_mode & S_IWOTH))
		return false;
	return !(S_ISDIR(st.st_mode) && st.st_mode & S_ISVTX);
}

int
protect_check(const char *dir, char *what, size_t n)
{
	char path[PATH_MAX], real[PATH_MAX], *slash;

	if (realpath(dir, real) == NULL)
		return 0;
	snprintf(path, sizeof(path), "%.*s/ppp.conf",
	    (int)sizeof(path) - 16, real);
	for (;;) {
		if (open_to_all(*path != '\0' ? path : "/")) {
			snprintf(what, n, "%s", *path != '\0' ? path : "/");
			return -E_DENIED;
		}
		if (*path == '\0')
			return 0;
		slash = strrchr(path, '/');
		if (slash == NULL)
			return 0;
		*slash = '\0';
	}
}

int
cmd_private(struct cmd_ctx *cx)
{
	struct stat st;

	if (cx->prompt != NULL || cx->diag.file == NULL ||
	    stat(cx->diag.file, &st) < 0 || !(st.st_mode & S_IROTH))
		return 0;
	return cmd_bad(cx, "%s holds a secret and everybody may read it "
	    "(chmod o= %s)", cx->diag.file, cx->diag.file);
}
