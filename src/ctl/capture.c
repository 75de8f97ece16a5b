/*
 * The writer of captures. A ring's frames are in order of time; of all rings
 * the oldest is written first, but none younger than SETTLE, since another
 * ring may just be getting an older one.
 */
#include "ctl/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/err.h"
#include "base/log.h"
#include "wire/pcapng.h"

#define SETTLE		MSEC(2)
#define BUSY_MS		1		/* from one look to the next: frames */
#define IDLE_MS		5		/* came, or none */
#define IFACES		64		/* described in one file */
#define ROOM		65536u

struct iface {
	char	 name[IFNAMSIZ];
	bool	 line;
};

/* The thread's, from its start to its end. */
struct writer {
	int	 fd;
	size_t	 n;			/* in buf, not written */
	int64_t	 wall;			/* of monotonic 0, ns since 1970 */
	tstamp	 end;			/* the time limit; NEVER */
	unsigned ifaces;
	struct iface iface[IFACES];
	bool	 full[TAP_RINGS];	/* next[] holds one */
	struct tap_msg next[TAP_RINGS];
	uint8_t	 buf[ROOM];
};

enum end { RUNS, END_FRAMES, END_OCTETS, END_SECS, END_WRITE };

struct capture {
	struct taps taps;
	struct capture_conf conf;	/* path "": none */
	char	 label[LABEL_MAX + 1];
	tstamp	 since;
	struct writer *w;		/* owner; NULL: none */
	struct writer *next;		/* owner; between ready and go */
	bool	 may_run, runs;		/* the thread was started */
	bool	 told;			/* that it has ended */
	pthread_t thread;
	int	 stop[2];		/* pipe: wakes the thread */
	uint64_t lost[TAP_RINGS];	/* before this capture */
	_Atomic uint64_t frames, octets;
	_Atomic int end, end_errno;	/* enum end */
};

/* ---- the thread ---- */

static uint64_t
lost_now(const struct capture *cp)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < TAP_RINGS; i++)
		if (cp->taps.tap[i] != NULL)
			n += atomic_load_explicit(&cp->taps.tap[i]->lost,
			    memory_order_relaxed) - cp->lost[i];
	return n;
}

static void
finish(struct capture *cp, enum end why)
{
	if (atomic_load(&cp->end) == RUNS)
		atomic_store(&cp->end, (int)why);
	atomic_store(&cp->taps.on, false);
}

static void
flush(struct capture *cp)
{
	struct writer *w = cp->w;
	size_t done = 0;

	while (done < w->n && cp->end != END_WRITE) {
		ssize_t n = write(w->fd, w->buf + done, w->n - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n == 0 || errno != EINTR) {
			atomic_store(&cp->end_errno, n == 0 ? ENOSPC : errno);
			finish(cp, END_WRITE);
		}
	}
	atomic_fetch_add(&cp->octets, done);
	w->n = 0;
}

/* Room for one block more. */
static struct wr
room(struct capture *cp)
{
	struct writer *w = cp->w;

	if (ROOM - w->n < TAP_DATA + PCAPNG_EXTRA)
		flush(cp);
	return wr_of(w->buf + w->n, ROOM - w->n);
}

static void
put(struct capture *cp, const struct wr *block)
{
	BUG_ON(block->bad);
	cp->w->n += wr_size(block);
}

static uint64_t
wall(const struct writer *w, tstamp at)
{
	return (uint64_t)(w->wall + (int64_t)at);
}

/* Its number, described first when it is new. */
static uint32_t
iface_of(struct capture *cp, const struct tap_msg *m)
{
	struct writer *w = cp->w;
	unsigned i = 0;
	struct wr b;

	while (i < w->ifaces && (w->iface[i].line != m->line ||
	    strcmp(w->iface[i].name, m->ifname) != 0))
		i++;
	if (i < w->ifaces || i == IFACES)
		return i < IFACES ? i : IFACES - 1;
	memcpy(w->iface[i].name, m->ifname, sizeof(m->ifname));
	w->iface[i].line = m->line;
	w->ifaces++;
	b = room(cp);
	pcapng_interface(&b, m->line ? PCAPNG_PPP : PCAPNG_ETHERNET,
	    m->line ? "line" : m->ifname);
	put(cp, &b);
	return i;
}

static void
write_frame(struct capture *cp, struct tap_msg *m)
{
	char comment[CAPTURE_COMMENT];
	struct pcapng_frame f = { .iface = iface_of(cp, m),
	    .wall_ns = wall(cp->w, m->at), .out = m->out, .p = m->data,
	    .len = m->len, .size = m->size, .comment = comment };
	struct captured c;
	struct wr b = room(cp);

	capture_look(m->data, m->len, m->line, &c);
	if (cp->conf.mask)
		capture_mask(m->data, m->len, &c);
	capture_comment(&c, cp->label, m->who, m->out, comment);
	pcapng_frame(&b, &f);
	if (cp->conf.octets != 0 && cp->octets + cp->w->n + wr_size(&b) >
	    cp->conf.octets) {
		finish(cp, END_OCTETS);
		return;
	}
	put(cp, &b);
	if (atomic_fetch_add(&cp->frames, 1) + 1 == cp->conf.frames)
		finish(cp, END_FRAMES);
}

/* Each ring's oldest frame into next[]; those of older captures go. */
static void
look(struct capture *cp)
{
	struct writer *w = cp->w;

	for (unsigned i = 0; i < TAP_RINGS; i++)
		while (cp->taps.tap[i] != NULL && !w->full[i] &&
		    spsc_get(&cp->taps.tap[i]->ring, &w->next[i]))
			w->full[i] = w->next[i].serial == cp->conf.serial;
}

/* The oldest of all; -1: none before @until. */
static int
oldest(const struct writer *w, tstamp until)
{
	int best = -1;

	for (int i = 0; i < TAP_RINGS; i++)
		if (w->full[i] && w->next[i].at <= until && (best < 0 ||
		    w->next[i].at < w->next[best].at))
			best = i;
	return best;
}

/* True: there were frames. */
static bool
drain(struct capture *cp, tstamp until)
{
	struct writer *w = cp->w;
	bool some = false;
	int i;

	for (look(cp); (i = oldest(w, until)) >= 0; look(cp)) {
		w->full[i] = false;
		some = true;
		if (cp->end == RUNS && w->next[i].at < w->end)
			write_frame(cp, &w->next[i]);
	}
	flush(cp);
	if (clock_now() >= w->end)
		finish(cp, END_SECS);
	return some;
}

/* The last block: what is missing. */
static void
complete(struct capture *cp)
{
	struct writer *w = cp->w;
	struct wr b = room(cp);

	if (w->ifaces > 0) {
		pcapng_lost(&b, 0, wall(w, clock_now()), lost_now(cp));
		put(cp, &b);
	}
	flush(cp);
	close(w->fd);
	w->fd = -1;
}

static void *
writer_main(void *arg)
{
	struct capture *cp = arg;
	struct pollfd stop = { .fd = cp->stop[0], .events = POLLIN };

	bool busy = false;

	while (cp->end == RUNS && poll(&stop, 1, busy ? BUSY_MS : IDLE_MS)
	    <= 0)
		busy = drain(cp, clock_now() - SETTLE);
	drain(cp, NEVER);
	complete(cp);
	return NULL;
}

/* ---- control ---- */

struct capture *
capture_new(void)
{
	struct capture *cp = calloc(1, sizeof(*cp));

	if (cp != NULL)
		cp->stop[0] = cp->stop[1] = -1;
	return cp;
}

struct taps *
capture_taps(struct capture *cp)
{
	return &cp->taps;
}

/* What there is ends, its file is complete. */
static void
stop(struct capture *cp)
{
	atomic_store(&cp->taps.on, false);
	if (cp->runs) {
		close(cp->stop[1]);	/* which is readable */
		pthread_join(cp->thread, NULL);
		close(cp->stop[0]);
		cp->stop[0] = cp->stop[1] = -1;
		cp->runs = false;
	} else if (cp->w != NULL && cp->w->fd >= 0) {
		close(cp->w->fd);
	}
	free(cp->w);
	cp->w = NULL;
}

void
capture_free(struct capture *cp)
{
	stop(cp);
	capture_cancel(cp);
	taps_free(&cp->taps);
	free(cp);
}

/* A file that is there may only be a capture, and ours alone. */
static const char *
unfit(int fd)
{
	static const uint8_t magic[4] = { 0x0a, 0x0d, 0x0d, 0x0a };
	uint8_t head[4];
	struct stat st;

	if (fstat(fd, &st) < 0)
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "it is no regular file";
	if (st.st_uid != geteuid() || st.st_nlink != 1)
		return "it belongs to somebody else, or has other names";
	if (st.st_size > 0 && (pread(fd, head, 4, 0) != 4 ||
	    memcmp(head, magic, 4) != 0))
		return "it exists and is no capture";
	return fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

/* The file, as it was; or negative. */
static int
open_file(const char *path, char *why, size_t n)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
	    O_NOCTTY | O_CLOEXEC, 0600);
	const char *bad;

	if (fd < 0) {
		snprintf(why, n, "%s: %s", path, errno == ELOOP ?
		    "it is a symbolic link" : strerror(errno));
		if (errno == EACCES || errno == EPERM || errno == EROFS)
			snprintf(why + strlen(why), n - strlen(why), " (the "
			    "running program may write only where its user "
			    "may without root's powers)");
		return -E_SYS;
	}
	bad = unfit(fd);
	if (bad != NULL) {
		snprintf(why, n, "%s: %s", path, bad);
		close(fd);
		return -E_DENIED;
	}
	return fd;
}

static int
start_thread(struct capture *cp)
{
	sigset_t all, old;
	int err;

	if (pipe2(cp->stop, O_CLOEXEC) < 0)
		return -E_SYS;
	sigfillset(&all);		/* signals belong to control */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&cp->thread, NULL, writer_main, cp);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0) {
		close(cp->stop[0]);
		close(cp->stop[1]);
		errno = err;
		return -E_SYS;
	}
	pthread_setname_np(cp->thread, "ppp: capture");
	cp->runs = true;
	return 0;
}

int
capture_run(struct capture *cp)
{
	cp->may_run = true;
	return cp->w != NULL && !cp->runs ? start_thread(cp) : 0;
}

static int64_t
wall_of_zero(tstamp now)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * INT64_C(1000000000) + ts.tv_nsec - (int64_t)now;
}

static void
fresh(struct capture *cp, const struct profile *p)
{
	cp->conf = p->capture;
	cp->since = clock_now();
	cp->told = false;
	atomic_store(&cp->frames, 0);
	atomic_store(&cp->octets, 0);
	atomic_store(&cp->end, RUNS);
	snprintf(cp->label, sizeof(cp->label), "%s", p->label);
	for (unsigned i = 0; i < TAP_RINGS; i++)
		if (cp->taps.tap[i] != NULL)
			cp->lost[i] = atomic_load(&cp->taps.tap[i]->lost);
}

/* The file is empty from here on. */
static void
begin(struct capture *cp)
{
	struct writer *w = cp->w;
	struct wr b = wr_of(w->buf, sizeof(w->buf));

	w->wall = wall_of_zero(cp->since);
	w->end = cp->conf.secs != 0 ? cp->since + SEC(cp->conf.secs) : NEVER;
	pcapng_section(&b, "ppp");
	w->n = wr_size(&b);
	if (ftruncate(w->fd, 0) < 0 || (cp->may_run && start_thread(cp) < 0)) {
		atomic_store(&cp->end_errno, errno);
		finish(cp, END_WRITE);
		return;
	}
	atomic_store(&cp->taps.on, true);
	log_put(LOG_PHASE, "Capturing into %s", cp->conf.path);
}

void
capture_cancel(struct capture *cp)
{
	if (cp->next == NULL)
		return;
	close(cp->next->fd);
	free(cp->next);
	cp->next = NULL;
}

int
capture_ready(struct capture *cp, const struct profile *p, unsigned lanes,
    char *why, size_t n)
{
	char text[384];

	if (p->capture.serial == cp->conf.serial ||
	    p->capture.path[0] == '\0')
		return 0;
	cp->next = calloc(1, sizeof(*cp->next));
	if (cp->next == NULL || taps_make(&cp->taps, lanes) < 0) {
		snprintf(why, n, "out of memory for a capture");
		free(cp->next);
		cp->next = NULL;
		return -E_NOMEM;
	}
	cp->next->fd = open_file(p->capture.path, text, sizeof(text));
	if (cp->next->fd >= 0)
		return 0;
	snprintf(why, n, "set capture: %s", text);
	free(cp->next);
	cp->next = NULL;
	return -E_DENIED;
}

void
capture_go(struct capture *cp, const struct profile *p)
{
	if (p->capture.serial == cp->conf.serial)
		return;
	stop(cp);
	fresh(cp, p);
	cp->w = cp->next;
	cp->next = NULL;
	if (cp->w != NULL)
		begin(cp);
}

/* ---- what became of it ---- */

static void
why_ended(struct capture *cp, char *to, size_t n)
{
	static const char *const text[] = {
		[RUNS] = "", [END_FRAMES] = "enough frames",
		[END_OCTETS] = "the file has its size",
		[END_SECS] = "its time is over",
	};
	int end = atomic_load(&cp->end);

	snprintf(to, n, "%s", end == END_WRITE ?
	    strerror(atomic_load(&cp->end_errno)) : text[end]);
}

void
capture_tick(struct capture *cp)
{
	char why[96];

	if (cp->conf.path[0] == '\0' || cp->told ||
	    atomic_load(&cp->end) == RUNS)
		return;
	cp->told = true;
	why_ended(cp, why, sizeof(why));
	log_put(LOG_PHASE, "Capture into %s has ended: %s", cp->conf.path,
	    why);
}

void
capture_view(struct capture *cp, struct capture_view *v)
{
	memset(v, 0, sizeof(*v));
	if (cp->conf.path[0] == '\0')
		return;
	v->state = atomic_load(&cp->end) == RUNS ? CAPTURE_RUNS :
	    CAPTURE_ENDED;
	v->conf = cp->conf;
	why_ended(cp, v->end, sizeof(v->end));
	v->frames = atomic_load(&cp->frames);
	v->octets = atomic_load(&cp->octets);
	v->lost = lost_now(cp);
	v->since = cp->since;
}
