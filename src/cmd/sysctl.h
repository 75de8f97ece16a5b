/* Inside cmd/ only: the options of sysctl(8), of the command and the face. */
#ifndef CMD_SYSCTL_H
#define CMD_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/txt.h"

struct sysctl_opts {
	bool	 all, describe, equals, ignore, value_only, name_only, quiet;
	bool	 types;
	const char *file;		/* -f; borrows */
};

/*
 * sysctl_options - the words of @w that begin with `-`, from @w[0] on.
 * Returns how many words they are; negative: -E_FORMAT with @why.
 */
int sysctl_options(char *const *w, int n, struct sysctl_opts *o, char *why,
    size_t len);

/*
 * sysctl_line - a line of sysctl.conf: `name=value`, blanks around each,
 * `#` begins a comment, quotes around the value are taken off. Writes
 * `name=value` to @out, nothing for an empty line. False: neither.
 */
bool sysctl_line(const char *line, struct txt *out);

#endif
