/* Serial lines: termios(4), lock files of uucp. */
#include "os/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/err.h"

#ifdef __FreeBSD__
#define LOCK_DIR "/var/spool/lock"
#else
#define LOCK_DIR "/var/lock"
#endif

static const struct {
	uint32_t rate;
	speed_t	 code;
} speeds[] = {
	{ 50, B50 }, { 75, B75 }, { 110, B110 }, { 134, B134 },
	{ 150, B150 }, { 200, B200 }, { 300, B300 }, { 600, B600 },
	{ 1200, B1200 }, { 1800, B1800 }, { 2400, B2400 },
	{ 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 },
	{ 38400, B38400 }, { 57600, B57600 }, { 115200, B115200 },
	{ 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 },
};

static bool
speed_code(uint32_t rate, speed_t *code)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].rate == rate) {
			*code = speeds[i].code;
			return true;
		}
	return false;
}

bool
serial_speed_ok(uint32_t rate)
{
	speed_t code;

	return speed_code(rate, &code);
}

/* ---- lock files: LCK..NAME holds the owner's pid in ten columns ---- */

static void
lock_path(const char *path, char *to, size_t n)
{
	const char *name = strncmp(path, "/dev/", 5) == 0 ? path + 5 : path;
	int at = snprintf(to, n, "%s/LCK..", LOCK_DIR);

	snprintf(to + at, n - (size_t)at, "%s", name);
	for (char *p = to + at; *p != '\0'; p++)
		if (*p == '/')
			*p = '_';
}

/* The process that holds the lock; 0: none that lives. */
static pid_t
lock_owner(const char *lock)
{
	char text[32] = "";
	int fd = open(lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n;
	long pid;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	pid = n > 0 ? strtol(text, NULL, 10) : 0;
	if (pid <= 0 || (kill((pid_t)pid, 0) < 0 && errno == ESRCH))
		return 0;
	return (pid_t)pid;
}

static int
lock_take(const char *path, char *why, size_t n)
{
	char lock[128], text[16];
	pid_t owner;
	int fd = -1;

	lock_path(path, lock, sizeof(lock));
	for (int again = 0; again < 2 && fd < 0; again++) {
		fd = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0644);
		if (fd >= 0 || errno != EEXIST)
			break;
		owner = lock_owner(lock);
		if (owner != 0 && owner != getpid()) {
			snprintf(why, n, "%s: in use by process %ld (%s)",
			    path, (long)owner, lock);
			return -E_DENIED;
		}
		unlink(lock);
	}
	if (fd < 0)		/* no such folder: nobody else locks */
		return 0;
	snprintf(text, sizeof(text), "%10ld\n", (long)getpid());
	if (write(fd, text, strlen(text)) < 0)
		unlink(lock);
	close(fd);
	return 0;
}

void
serial_unlock(const char *path)
{
	char lock[128];

	lock_path(path, lock, sizeof(lock));
	if (lock_owner(lock) == getpid())
		unlink(lock);
}

int
serial_open(const char *path, char *why, size_t n)
{
	int err = lock_take(path, why, n), fd;

	if (err < 0)
		return err;
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		snprintf(why, n, "%s: %s", path, strerror(errno));
		serial_unlock(path);
		return -E_SYS;
	}
	if (!isatty(fd)) {
		snprintf(why, n, "%s: not a terminal", path);
		close(fd);
		serial_unlock(path);
		return -E_FORMAT;
	}
	return fd;
}

/* ---- settings ---- */

bool
serial_get(int fd, struct termios *t)
{
	return tcgetattr(fd, t) == 0;
}

void
serial_restore(int fd, const struct termios *t)
{
	(void)tcsetattr(fd, TCSANOW, t);
}

int
serial_set(int fd, const struct serial_line *c)
{
	struct termios t;
	speed_t code;

	if (tcgetattr(fd, &t) < 0)
		return -E_SYS;
	cfmakeraw(&t);
	t.c_iflag &= ~(tcflag_t)(INPCK | ISTRIP);
	t.c_iflag |= IGNBRK | IGNPAR;
	t.c_cflag |= CREAD | CLOCAL | HUPCL;
	t.c_cflag &= ~(tcflag_t)(CRTSCTS | PARENB | PARODD | CSIZE);
	if (c->ctsrts)
		t.c_cflag |= CRTSCTS;
	if (c->parity == 'n') {
		t.c_cflag |= CS8;
	} else {
		t.c_cflag |= CS7 | PARENB;
		t.c_iflag |= ISTRIP | INPCK;
		if (c->parity == 'o')
			t.c_cflag |= PARODD;
	}
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (c->speed != 0) {
		if (!speed_code(c->speed, &code))
			return -E_RANGE;
		cfsetispeed(&t, code);
		cfsetospeed(&t, code);
	}
	return tcsetattr(fd, TCSANOW, &t) < 0 ? -E_SYS : 0;
}

int
serial_carrier(int fd)
{
	int bits;

	if (ioctl(fd, TIOCMGET, &bits) < 0)
		return -1;
	return (bits & TIOCM_CD) != 0;
}

void
serial_drop(int fd)
{
	int dtr = TIOCM_DTR;

	(void)ioctl(fd, TIOCMBIC, &dtr);
}
