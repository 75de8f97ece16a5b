/*
 * The sink of the log. Whether a syslogd listens is looked up at most every
 * RECHECK; the same for the file having been moved away by a rotation.
 */
#include "ctl/logger.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define RECHECK		SEC(5)
#define SHOWN		(LOG_TEXT * 4)	/* every octet as \ooo */

struct tail_line {
	int64_t	 wall;
	struct log_line line;
};

struct logger {
	struct prompts *ps;
	char	 ident[32];
	char	 tun[72];		/* "tun0: ", or "" */
	const char *dev, *path;		/* borrows */
	uint32_t mask;
	bool	 foreground, syslogd;
	tstamp	 checked;		/* syslogd and the file; 0: never */
	int	 fd;			/* of the file, -1: not open */
	dev_t	 fdev;
	ino_t	 fino;
	uint64_t lost, n;		/* n: lines put into tail */
	struct tail_line tail[LOGGER_TAIL];
};

static int
priority(unsigned level)
{
	switch (level) {
	case LOG_DEBUG_:
	case LOG_TIMER:
		return LOG_DEBUG;
	case LOG_WARN_:
		return LOG_WARNING;
	case LOG_ERROR_:
		return LOG_ERR;
	case LOG_ALERT_:
		return LOG_ALERT;
	default:
		return LOG_INFO;
	}
}

/* Peers' words must not move the cursor or begin a line of their own. */
static void
show(const char *text, char *to)
{
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			to += sprintf(to, "\\%03o", c);
		else
			*to++ = *p;
	}
	*to = '\0';
}

/* ---- destinations ---- */

/* Somebody listens on the socket, not just its file is there. */
static bool
syslogd_runs(const char *dev)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int types[] = { SOCK_DGRAM, SOCK_STREAM }, fd, err = -1;

	if (strlen(dev) >= sizeof(un.sun_path))
		return false;
	memcpy(un.sun_path, dev, strlen(dev) + 1);
	for (int i = 0; i < 2 && err < 0; i++) {
		fd = socket(AF_UNIX, types[i] | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    0);
		if (fd < 0)
			return false;
		err = connect(fd, (struct sockaddr *)&un, sizeof(un));
		if (err < 0 && errno == EAGAIN)
			err = 0;	/* busy, so it lives */
		close(fd);
	}
	return err == 0;
}

static void
file_check(struct logger *lg)
{
	struct stat st;

	if (lg->fd >= 0 && (stat(lg->path, &st) < 0 ||
	    st.st_dev != lg->fdev || st.st_ino != lg->fino)) {
		close(lg->fd);
		lg->fd = -1;
	}
	if (lg->fd < 0) {
		lg->fd = open(lg->path, O_WRONLY | O_APPEND | O_CREAT |
		    O_CLOEXEC | O_NONBLOCK, 0640);
		if (lg->fd >= 0 && fstat(lg->fd, &st) == 0) {
			lg->fdev = st.st_dev;
			lg->fino = st.st_ino;
		}
	}
}

static void
check(struct logger *lg)
{
	tstamp now = clock_now();

	if (lg->checked != 0 && now < lg->checked + RECHECK)
		return;
	lg->checked = now;
	lg->syslogd = syslogd_runs(lg->dev);
	if (!lg->syslogd) {
		file_check(lg);
	} else if (lg->fd >= 0) {
		close(lg->fd);
		lg->fd = -1;
	}
}

/* "Jan  2 03:04:05 host ident[pid]: LEVEL: TEXT", as syslogd writes it. */
static void
to_file(struct logger *lg, int64_t wall, const char *level,
    const char *text)
{
	char line[SHOWN + 256], host[64] = "", when[32];
	time_t t = (time_t)wall;
	struct tm tm;
	int n;

	gethostname(host, sizeof(host) - 1);
	host[strcspn(host, ".")] = '\0';
	localtime_r(&t, &tm);
	strftime(when, sizeof(when), "%b %e %H:%M:%S", &tm);
	n = snprintf(line, sizeof(line), "%s %s %s[%ld]: %s%s: %s\n", when,
	    host, lg->ident, (long)getpid(), lg->mask & LOG_BIT(LOG_TUN) ?
	    lg->tun : "", level, text);
	if (lg->fd < 0 || write(lg->fd, line, (size_t)n) != n)
		lg->lost++;
}

/* A pipe that nobody empties must not stop us. */
static void
to_stderr(struct logger *lg, const char *level, const char *text)
{
	struct pollfd pf = { .fd = STDERR_FILENO, .events = POLLOUT };
	char line[SHOWN + 128];
	int n;

	n = snprintf(line, sizeof(line), "%s%s: %s\n",
	    lg->mask & LOG_BIT(LOG_TUN) ? lg->tun : "", level, text);
	if (poll(&pf, 1, 0) != 1 || !(pf.revents & POLLOUT) ||
	    write(STDERR_FILENO, line, (size_t)n) != n)
		lg->lost++;
}

static void
sink(const struct log_line *line, void *arg)
{
	struct logger *lg = arg;
	const char *level = log_level_name(line->level);
	int64_t wall = clock_wall();
	bool logged = (lg->mask & LOG_BIT(line->level)) != 0;
	char text[SHOWN];

	lg->tail[lg->n++ % LOGGER_TAIL] = (struct tail_line){
		.wall = wall, .line = *line,
	};
	show(line->text, text);
	if (logged) {
		check(lg);
		if (lg->syslogd)
			syslog(priority(line->level), "%s%s: %s",
			    lg->mask & LOG_BIT(LOG_TUN) ? lg->tun : "",
			    level, text);
		else
			to_file(lg, wall, level, text);
		if (lg->foreground)
			to_stderr(lg, level, text);
	}
	if (lg->ps != NULL)
		prompts_log(lg->ps, line->level, logged, text);
}

/* ---- masks and names ---- */

static void
update(void *arg)
{
	struct logger *lg = arg;

	log_set_mask(lg->mask |
	    (lg->ps != NULL ? prompts_mask(lg->ps) : 0));
}

void
logger_set_mask(struct logger *lg, uint32_t mask)
{
	lg->mask = mask | LOG_ALWAYS;
	update(lg);
}

void
logger_set_tun(struct logger *lg, const char *tun, const char *name)
{
	if (tun == NULL || tun[0] == '\0')
		lg->tun[0] = '\0';
	else if (name == NULL || name[0] == '\0')
		snprintf(lg->tun, sizeof(lg->tun), "%s: ", tun);
	else
		snprintf(lg->tun, sizeof(lg->tun), "%s(%s): ", tun, name);
}

void
logger_tail(const struct logger *lg, unsigned n, logger_tail_fn *fn,
    void *arg)
{
	uint64_t have = logger_lines(lg);
	uint64_t first = lg->n - (n < have ? n : have);

	for (uint64_t i = first; i < lg->n; i++)
		fn(arg, lg->tail[i % LOGGER_TAIL].wall,
		    &lg->tail[i % LOGGER_TAIL].line);
}

uint64_t
logger_lines(const struct logger *lg)
{
	return lg->n < LOGGER_TAIL ? lg->n : LOGGER_TAIL;
}

uint64_t
logger_lost(const struct logger *lg)
{
	return lg->lost;
}

void
logger_after_fork(struct logger *lg)
{
	closelog();
	openlog(lg->ident, LOG_PID, LOG_DAEMON);
}

/* ---- life ---- */

struct logger *
logger_new(const struct logger_conf *conf, struct prompts *ps)
{
	struct logger *lg = calloc(1, sizeof(*lg));
	const char *slash = strrchr(conf->ident, '/');

	if (lg == NULL)
		return NULL;
	snprintf(lg->ident, sizeof(lg->ident), "%s",
	    slash != NULL ? slash + 1 : conf->ident);
	lg->dev = conf->dev != NULL ? conf->dev : _PATH_LOG;
	lg->path = conf->file != NULL ? conf->file : LOGGER_FILE;
	lg->foreground = conf->foreground;
	lg->fd = -1;
	lg->ps = ps;
	openlog(lg->ident, LOG_PID, LOG_DAEMON);
	logger_set_mask(lg, LOG_BIT(LOG_PHASE));
	if (ps != NULL)
		prompts_on_mask(ps, update, lg);
	log_set_sink(sink, lg);
	return lg;
}

void
logger_free(struct logger *lg)
{
	if (lg == NULL)
		return;
	log_set_sink(NULL, NULL);
	if (lg->ps != NULL)
		prompts_on_mask(lg->ps, NULL, NULL);
	closelog();
	if (lg->fd >= 0)
		close(lg->fd);
	free(lg);
}
