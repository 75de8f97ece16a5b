/* Terminals, programs and the descriptors that we were started on. */
#include "ctl/dev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "lang/lex.h"
#include "os/serial.h"
#include "os/spawn.h"

#define RUN_DIR		"/var/run"
#define LEAVERS		16		/* programs that have been left */
#define LEAVE_TIME	SEC(3)

/* Those that have seen the end of their input and are still there. */
static struct {
	pid_t	 pid;
	tstamp	 by;
} leaver[LEAVERS];

void
dev_init(struct dev *d)
{
	memset(d, 0, sizeof(*d));
	d->kind = DEV_NONE;
	d->in = d->out = -1;
}

static int
no(char *why, size_t n, const char *what)
{
	int err = errno;

	snprintf(why, n, "%.100s: %s", what, strerror(err));
	errno = err;
	return -E_SYS;
}

/* ---- serial lines ---- */

static void
note_tty(struct dev *d, const char *word, const char *tun)
{
	const char *base = strrchr(word, '/');
	char text[64];
	int fd;

	snprintf(d->note, sizeof(d->note), RUN_DIR "/%.80s.if",
	    base != NULL ? base + 1 : word);
	fd = open(d->note, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
	    O_CLOEXEC, 0644);
	if (fd < 0) {
		d->note[0] = '\0';
		return;
	}
	int n = snprintf(text, sizeof(text), "%s\n", tun);

	if (write(fd, text, (size_t)n) != n)
		unlink(d->note);
	close(fd);
}

static struct serial_line
line_of(const struct serial_conf *s, bool parity)
{
	return (struct serial_line){ .speed = s->speed,
	    .parity = parity ? s->parity : 'n', .ctsrts = s->ctsrts };
}

int
dev_open_tty(struct dev *d, const char *word, const struct serial_conf *s,
    const char *tun, char *why, size_t n)
{
	struct serial_line line = line_of(s, true);
	int fd = serial_open(word, why, n), err;

	if (fd < 0)
		return fd;
	dev_init(d);
	d->restore = serial_get(fd, &d->was);
	err = serial_set(fd, &line);
	if (err < 0) {
		if (err == -E_RANGE)
			snprintf(why, n, "%s: speed %u is not one of this "
			    "system", word, s->speed);
		else
			no(why, n, word);
		close(fd);
		serial_unlock(word);
		return err;
	}
	d->kind = DEV_TTY;
	d->in = d->out = fd;
	d->whole = s->speed == 0;
	snprintf(d->lock, sizeof(d->lock), "%s", word);
	note_tty(d, word, tun);
	if (d->whole)
		strcpy(d->info, "sync");
	else
		snprintf(d->info, sizeof(d->info), "%ubps", s->speed);
	return 0;
}

void
dev_raw(struct dev *d, const struct serial_conf *s)
{
	struct serial_line line = line_of(s, false);

	if (d->kind != DEV_TTY)
		return;
	if (d->keep_open)	/* whoever gave us the line has set these */
		line.speed = 0;
	(void)serial_set(d->in, &line);
}

/* ---- programs ---- */

static int
program_words(const char *word, dev_expand_fn *expand, void *arg,
    char **argv)
{
	struct words w;
	int err = lex_split(word + 1, &w);

	for (int i = 0; err == 0 && i < w.n; i++) {
		struct txt t = { 0 };

		if (i == 0)
			txt_put(&t, "%s", w.w[i]);
		else
			expand(arg, w.w[i], &t);
		argv[i] = t.p != NULL ? t.p : strdup("");
		argv[i + 1] = NULL;
	}
	return err == 0 && w.n == 0 ? -E_FORMAT : err;
}

int
dev_open_program(struct dev *d, const char *word, bool sync,
    dev_expand_fn *expand, void *arg, char *why, size_t n)
{
	char *argv[LEX_WORDS + 1] = { NULL };
	int fd[2], err = program_words(word, expand, arg, argv);
	struct spawn s = { .fd = { 0, 0, SPAWN_KEEP, -1 },
	    .own_session = true };

	if (err < 0) {
		snprintf(why, n, "%s: no command, or a quote is not closed",
		    word);
	} else if (socketpair(AF_UNIX, (sync ? SOCK_SEQPACKET : SOCK_STREAM) |
	    SOCK_CLOEXEC, 0, fd) < 0) {
		err = no(why, n, "socketpair");
	} else {
		dev_init(d);
		s.fd[0] = s.fd[1] = fd[1];
		errno = os_spawn(&s, argv, &d->pid);
		err = errno != 0 ? no(why, n, argv[0]) : 0;
		close(fd[1]);
		if (err < 0)
			close(fd[0]);
	}
	for (char **a = argv; *a != NULL; a++)
		free(*a);
	if (err < 0)
		return err;
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	d->kind = DEV_PROGRAM;
	d->in = d->out = fd[0];
	d->whole = sync;
	snprintf(d->info, sizeof(d->info), "process %ld", (long)d->pid);
	return 0;
}

void
dev_leave(pid_t pid)
{
	int slot = 0;

	if (waitpid(pid, NULL, WNOHANG) != 0)
		return;
	for (int i = 0; i < LEAVERS; i++) {
		if (leaver[i].pid == 0) {
			slot = i;
			break;
		}
	}
	if (leaver[slot].pid != 0)	/* all taken: this one goes now */
		kill(leaver[slot].pid, SIGKILL);
	leaver[slot].pid = pid;
	leaver[slot].by = clock_now() + LEAVE_TIME;
}

void
dev_reap(tstamp now)
{
	for (int i = 0; i < LEAVERS; i++) {
		if (leaver[i].pid == 0)
			continue;
		if (waitpid(leaver[i].pid, NULL, WNOHANG) != 0) {
			leaver[i].pid = 0;
		} else if (now >= leaver[i].by) {
			kill(leaver[i].pid, now >= leaver[i].by + LEAVE_TIME ?
			    SIGKILL : SIGTERM);
		}
	}
}

void
dev_reap_all(void)
{
	for (int i = 0; i < LEAVERS; i++)
		if (leaver[i].pid != 0)
			kill(leaver[i].pid, SIGTERM);
}

/* ---- descriptor 0 ---- */

static void
peer_name(int fd, char *to, size_t n)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char host[64], port[16];

	if (getpeername(fd, (struct sockaddr *)&a, &len) < 0 ||
	    a.ss_family == AF_UNIX ||
	    getnameinfo((struct sockaddr *)&a, len, host, sizeof(host), port,
	    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		snprintf(to, n, "socket");
	else
		snprintf(to, n, "%s:%s", host, port);
}

static bool
is_connected(int fd)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);

	return getpeername(fd, (struct sockaddr *)&a, &len) == 0;
}

static void
direct_kind(struct dev *d, const struct serial_conf *s)
{
	int type = 0;
	socklen_t len = sizeof(type);

	if (isatty(d->in)) {
		struct serial_line line = line_of(s, false);

		d->kind = DEV_TTY;
		line.speed = 0;
		d->restore = serial_get(d->in, &d->was);
		(void)serial_set(d->in, &line);
		snprintf(d->info, sizeof(d->info), "terminal");
	} else if (getsockopt(d->in, SOL_SOCKET, SO_TYPE, &type, &len) < 0) {
		d->kind = DEV_PROGRAM;
		snprintf(d->info, sizeof(d->info), "pipe");
	} else {
		d->datagram = type == SOCK_DGRAM;
		d->kind = d->datagram ? DEV_UDP : DEV_TCP;
		d->await_peer = d->datagram && !is_connected(d->in);
		peer_name(d->in, d->info, sizeof(d->info));
	}
	d->whole = d->datagram || s->speed == 0 || type == SOCK_SEQPACKET;
}

int
dev_open_direct(struct dev *d, const int fd[2], const struct serial_conf *s,
    char *why, size_t n)
{
	struct stat st;

	dev_init(d);
	if (fstat(fd[0], &st) < 0)
		return no(why, n, "descriptor 0");
	d->in = fcntl(fd[0], F_DUPFD_CLOEXEC, 4);
	d->out = d->in;
	if (S_ISFIFO(st.st_mode))
		d->out = fcntl(fd[1], F_DUPFD_CLOEXEC, 4);
	if (d->in < 0 || d->out < 0) {
		if (d->in >= 0)
			close(d->in);
		d->in = d->out = -1;
		return no(why, n, "descriptor 0");
	}
	if (!S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode) &&
	    !isatty(d->in)) {
		close(d->in);
		d->in = d->out = -1;
		snprintf(why, n, "descriptor 0 is no terminal, socket or "
		    "pipe: -direct speaks PPP on its standard input");
		return -E_FORMAT;
	}
	d->flags[0] = fcntl(d->in, F_GETFL);
	d->flags[1] = fcntl(d->out, F_GETFL);
	fcntl(d->in, F_SETFL, d->flags[0] | O_NONBLOCK);
	fcntl(d->out, F_SETFL, d->flags[1] | O_NONBLOCK);
	d->keep_open = true;
	direct_kind(d, s);
	return 0;
}

/* ---- the end ---- */

void
dev_close(struct dev *d)
{
	if (d->in < 0)
		return;
	if (d->restore)
		serial_restore(d->in, &d->was);
	if (d->keep_open) {	/* whoever gave it may go on with it */
		fcntl(d->out, F_SETFL, d->flags[1]);
		fcntl(d->in, F_SETFL, d->flags[0]);
	}
	close(d->in);
	if (d->out != d->in)
		close(d->out);
	if (d->lock[0] != '\0')
		serial_unlock(d->lock);
	if (d->note[0] != '\0')
		unlink(d->note);
	if (d->pid > 0)
		dev_leave(d->pid);
	dev_init(d);
}
