/* Secrets that others may read are none; ones they may write are theirs. */
#include "aaa/private.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"

static int
private_check(const char *path, const struct stat *st, const char *loss,
    struct diag *d)
{
	struct diag whole = { .to = d->to };	/* no line is to blame */

	if (!S_ISREG(st->st_mode))
		diag(&whole, "%s: not a file: %s", path, loss);
	else if ((st->st_mode & (S_IRWXO | S_IWGRP)) != 0)
		diag(&whole, "%s: mode %04o lets others at the secrets, so "
		    "it is not used: chmod 600", path,
		    (unsigned)(st->st_mode & 07777));
	else if (st->st_uid != 0 && st->st_uid != geteuid())
		diag(&whole, "%s: belongs to user %u, so it is not used: "
		    "chown root", path, (unsigned)st->st_uid);
	d->errors += whole.errors;
	return whole.errors > 0 ? -E_DENIED : 0;
}

int
private_open(FILE **f, const char *path, struct stat *st, const char *loss,
    struct diag *d)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int err;

	*f = NULL;
	if (fd < 0)
		return -E_SYS;
	err = fstat(fd, st) != 0 ? -E_SYS :
	    private_check(path, st, loss, d);
	if (err == 0 && (*f = fdopen(fd, "r")) == NULL)
		err = -E_SYS;
	if (*f == NULL)
		close(fd);
	return err;
}
