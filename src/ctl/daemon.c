/* Into the background; the parent's side of -background. */
#include "ctl/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"

static const char *const exit_names[XC_COUNT] = {
	"normal", "start", "sock", "modem", "dial", "dead", "done", "reboot",
	"errdead", "hangup", "term", "nodial", "nologin", "redial",
	"reconnect",
};

const char *
exit_name(int code)
{
	return code >= 0 && code < XC_COUNT ? exit_names[code] : "unknown";
}

/* ---- the parent ---- */

static volatile pid_t signal_child;

static void
pass_on(int sig)
{
	int err = errno;

	(void)sig;
	kill(signal_child, SIGINT);
	errno = err;
}

static void
catch_signals(pid_t child)
{
	static const int sigs[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction sa = { .sa_handler = pass_on };

	signal_child = child;
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++)
		sigaction(sigs[i], &sa, NULL);
}

static void
notice(const char *text, bool quiet)
{
	if (!quiet) {
		printf("%s\n", text);
		fflush(stdout);
	}
	log_put(LOG_PHASE, "Parent: %s", text);
}

/* What the child's bytes mean; the exit code of the parent. */
static int
wait_report(int fd, bool quiet)
{
	uint8_t byte = XC_NORMAL;
	char text[64];
	ssize_t n;

	for (;;) {
		n = read(fd, &byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n != 1) {
			notice("Child exit, no status.", false);
			return byte;
		}
		if (byte == XC_NORMAL) {
			notice("PPP enabled", quiet);
			return XC_NORMAL;
		}
		if (byte == XC_REDIAL || byte == XC_RECONNECT) {
			notice(byte == XC_REDIAL ? "Attempting redial" :
			    "Attempting reconnect", quiet);
			continue;
		}
		snprintf(text, sizeof(text), "Child failed (%s)",
		    exit_name(byte));
		notice(text, false);
		return byte;
	}
}

static int
fork_failed(struct daemon *d)
{
	fprintf(stderr, "fork: %s\n", strerror(errno));
	d->child = -1;
	d->fd = -1;
	return XC_SOCK;
}

int
daemon_fork(struct daemon *d, bool wait, bool quiet)
{
	int fd[2], code = XC_NORMAL;

	*d = (struct daemon){ .fd = -1 };
	if (pipe2(fd, O_CLOEXEC) < 0)
		return fork_failed(d);
	fflush(stdout);
	fflush(stderr);
	d->child = fork();
	if (d->child < 0) {
		close(fd[0]);
		close(fd[1]);
		return fork_failed(d);
	}
	if (d->child == 0) {
		close(fd[0]);
		d->fd = fd[1];
		if (!wait)
			daemon_report(d, XC_NORMAL);
		setsid();
		return DAEMON_CHILD;
	}
	close(fd[1]);
	if (wait) {
		catch_signals(d->child);
		code = wait_report(fd[0], quiet);
	}
	close(fd[0]);
	return code;
}

/* ---- the child ---- */

void
daemon_report(struct daemon *d, enum exit_code code)
{
	uint8_t byte = (uint8_t)code;
	struct sigaction ign = { .sa_handler = SIG_IGN }, was;

	if (d->fd < 0)
		return;
	/* The parent may have been killed meanwhile. */
	sigemptyset(&ign.sa_mask);
	sigaction(SIGPIPE, &ign, &was);
	while (write(d->fd, &byte, 1) < 0 && errno == EINTR)
		;
	sigaction(SIGPIPE, &was, NULL);
	if (code == XC_REDIAL || code == XC_RECONNECT)
		return;
	close(d->fd);
	d->fd = -1;
}

static void
to_null(int first, int last)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int i = first; i <= last && fd >= 0; i++)
		if (i != fd)
			dup2(fd, i);
	if (fd > last || (fd >= 0 && fd < first))
		close(fd);
}

void
daemon_close_std(bool keep_err)
{
	to_null(STDIN_FILENO, keep_err ? STDOUT_FILENO : STDERR_FILENO);
}

void
daemon_close_err(void)
{
	to_null(STDERR_FILENO, STDERR_FILENO);
}

/* ---- the pid file ---- */

static void
pidfile_path(char *path, size_t n, const char *dir, const char *tun)
{
	if (strchr(tun, '/') != NULL)
		snprintf(path, n, "%s", tun);
	else
		snprintf(path, n, "%s/%s.pid", dir != NULL ? dir :
		    "/var/run", tun);
}

int
pidfile_write(const char *dir, const char *tun)
{
	char path[256], text[32];
	int fd, n, err;

	pidfile_path(path, sizeof(path), dir, tun);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd < 0)
		return -E_SYS;
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	err = write(fd, text, (size_t)n) == n ? 0 : -E_SYS;
	close(fd);
	return err;
}

void
pidfile_remove(const char *dir, const char *tun)
{
	char path[256];
	long pid = 0;
	FILE *f;

	pidfile_path(path, sizeof(path), dir, tun);
	f = fopen(path, "re");
	if (f == NULL)
		return;
	if (fscanf(f, "%ld", &pid) != 1)
		pid = 0;
	fclose(f);
	if (pid == (long)getpid())
		unlink(path);
}
