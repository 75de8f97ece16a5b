/* Is a file with secrets really private? */
#ifndef AAA_PRIVATE_H
#define AAA_PRIVATE_H

#include <stdio.h>
#include <sys/stat.h>

#include "base/diag.h"

/*
 * private_open - @path for reading, if it is a file of root's or ours that
 * no others may read or write. @st: of that file.
 * @loss: what it costs that it is none, for the message
 * Returns 0 with *@f (owner: the caller); -E_SYS (errno); -E_DENIED: not
 * private, said to @d.
 */
int private_open(FILE **f, const char *path, struct stat *st,
    const char *loss, struct diag *d);

#endif
