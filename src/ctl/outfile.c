/* Files that a thread of their own writes. */
#include "ctl/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

/* A file that is there may only be of that kind, and ours alone. */
static const char *
unfit(int fd, const struct outfile_kind *k, char *buf, size_t len)
{
	uint8_t head[OUTFILE_HEAD];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is no regular file";
	if (st.st_uid != geteuid() || st.st_nlink != 1)
		return "it belongs to somebody else, or has other names";
	n = st.st_size > 0 ? pread(fd, head, sizeof(head), 0) : 0;
	if (n < 0 || (st.st_size > 0 && n == 0) ||
	    !k->ours(head, (size_t)n)) {
		snprintf(buf, len, "it exists and is no %s", k->name);
		return buf;
	}
	return fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

static int
open_as(const char *path, int flags, const struct outfile_kind *k, char *why,
    size_t n)
{
	int fd = open(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
	    O_CLOEXEC, 0600);
	const char *bad;
	char buf[64];

	if (fd < 0) {
		snprintf(why, n, "%s: %s", path, errno == ELOOP ?
		    "it is a symbolic link" : strerror(errno));
		if (errno == EACCES || errno == EPERM || errno == EROFS)
			snprintf(why + strlen(why), n - strlen(why), " (the "
			    "running program may write only where its user "
			    "may without root's powers)");
		return -E_SYS;
	}
	bad = unfit(fd, k, buf, sizeof(buf));
	if (bad != NULL) {
		snprintf(why, n, "%s: %s", path, bad);
		close(fd);
		return -E_DENIED;
	}
	return fd;
}

int
outfile_open(const char *path, const struct outfile_kind *k, char *why,
    size_t n)
{
	return open_as(path, O_RDWR | O_APPEND | O_CREAT, k, why, n);
}

int
outfile_fits(const char *path, const struct outfile_kind *k, char *why,
    size_t n)
{
	struct stat st;
	int fd;

	if (lstat(path, &st) < 0 && errno == ENOENT)
		return 0;
	fd = open_as(path, O_RDWR, k, why, n);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

int
outthread_start(struct outthread *t, const char *name, void *(*fn)(void *),
    void *arg)
{
	sigset_t all, old;
	int err;

	if (pipe2(t->stop, O_CLOEXEC) < 0)
		return -E_SYS;
	sigfillset(&all);		/* signals belong to control */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&t->thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0) {
		close(t->stop[0]);
		close(t->stop[1]);
		errno = err;
		return -E_SYS;
	}
	pthread_setname_np(t->thread, name);
	t->runs = true;
	return 0;
}

void
outthread_end(struct outthread *t)
{
	close(t->stop[1]);		/* stop[0] is readable */
}

void
outthread_join(struct outthread *t)
{
	pthread_join(t->thread, NULL);
	close(t->stop[0]);
	t->runs = false;
}

void
outthread_stop(struct outthread *t)
{
	if (!t->runs)
		return;
	outthread_end(t);
	outthread_join(t);
}
