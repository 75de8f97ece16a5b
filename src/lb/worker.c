/* A worker: its thread, which serves lanes, and the orders it takes. */
#include "lb/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __FreeBSD__
#include <pthread_np.h>
#endif

#include "base/bug.h"
#include "base/err.h"
#include "base/log.h"
#include "os/cpu.h"

#define POLL_MAX	(1 + LANES_MAX * (2 * LANE_PORTS + 1))
#define LOG_RING	1024u
#define ORDERS		256u		/* two a lane at most */

struct order {
	struct lane *lane;
	bool	 take;			/* else: leave it */
};

enum polled_what { POLL_WAKE, POLL_FRAMES, POLL_CTL, POLL_TUN, POLL_LINE_OUT };

struct polled {
	struct pollfd fd[POLL_MAX];
	struct lane *lane[POLL_MAX];	/* whose it is; NULL: the worker's */
	const struct io *line[POLL_MAX];	/* POLL_LINE_OUT: which */
	uint8_t	 what[POLL_MAX];	/* enum polled_what */
	nfds_t	 n;
};

static void
poke(int fd)
{
	ssize_t n = write(fd, "", 1);

	(void)n;	/* a full pipe wakes as well */
}

static void
empty(int fd)
{
	char buf[256];

	while (read(fd, buf, sizeof(buf)) == (ssize_t)sizeof(buf))
		;
}

static void
poll_add(struct polled *p, int fd, struct lane *l, enum polled_what what,
    const struct io *line)
{
	if (fd < 0)			/* a line that is lost */
		return;
	p->line[p->n] = line;
	p->fd[p->n].fd = fd;
	p->fd[p->n].events = what == POLL_LINE_OUT ? POLLOUT : POLLIN;
	p->what[p->n] = (uint8_t)what;
	p->lane[p->n++] = l;
}

static void
poll_port(struct polled *p, struct lane *l, const struct lane_port *port)
{
	if (port->io != NULL)
		poll_add(p, io_fd(port->io), l, POLL_FRAMES, NULL);
	if (port->ctl != NULL)
		poll_add(p, io_fd(port->ctl), l, POLL_CTL, NULL);
	if (port->stream)
		poll_add(p, io_stream_out(port->io), l, POLL_LINE_OUT,
		    port->io);
}

static void
poll_build(struct worker *w, struct polled *p)
{
	p->n = 0;
	poll_add(p, w->wake[0], NULL, POLL_WAKE, NULL);
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		for (int k = 0; k < LANE_PORTS; k++)
			poll_port(p, l, &l->port[k]);
		poll_add(p, l->tun.fd, l, POLL_TUN, NULL);
		l->fds_changed = false;
	}
}

/* A negative descriptor is passed over, errors of it too. */
static void
poll_want(struct pollfd *f, bool want)
{
	if ((f->fd >= 0) != want)
		f->fd = ~f->fd;
}

/* A line that took all it got is always writable: that is no news. */
static bool
wanted(const struct polled *p, nfds_t i)
{
	switch (p->what[i]) {
	case POLL_FRAMES:
	case POLL_CTL:
		return lane_wants_frames(p->lane[i]);
	case POLL_TUN:
		return lane_wants_tun(p->lane[i]);
	default:
		return io_stream_waits(p->line[i]) > 0;
	}
}

/* What called, and with it what did not: that need not be read this time. */
static void
mark(struct lane *l, enum polled_what what)
{
	static const uint8_t calls[] = {
		[POLL_CTL] = QUIET_CTL, [POLL_FRAMES] = QUIET_FRAMES,
		[POLL_TUN] = QUIET_TUN, [POLL_LINE_OUT] = 0,
	};

	if (!l->ready)
		l->quiet = QUIET_CTL | QUIET_FRAMES | QUIET_TUN;
	l->ready = true;
	l->quiet &= (uint8_t)~calls[what];
}

/* Whom the descriptors call; control's poke may be mail for any lane. */
static void
mark_ready(struct worker *w, struct polled *p)
{
	for (nfds_t i = 1; i < p->n; i++)
		if (p->fd[i].revents != 0)
			mark(p->lane[i], (enum polled_what)p->what[i]);
	if (p->fd[0].revents != 0) {
		empty(w->wake[0]);
		for (unsigned i = 0; i < w->lanes; i++)
			w->lane[i]->ready = true;
	}
}

static void
sleep_until(struct worker *w, struct polled *p, tstamp when)
{
	tstamp now = clock_now();
	tstamp left = when <= now ? 0 : when - now;
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };

	for (nfds_t i = 1; i < p->n; i++)
		poll_want(&p->fd[i], wanted(p, i));
	if (ppoll(p->fd, p->n, when == NEVER ? NULL : &ts, NULL) > 0)
		mark_ready(w, p);
}

/* One round over the lanes that have work; when to come back in *@when. */
static bool
serve(struct worker *w, tstamp *when, bool *changed)
{
	bool more = false, told = false;
	tstamp now = clock_now();

	*when = NEVER;
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		if (!l->ready && lane_next(l) > now) {
			*when = tstamp_min(*when, lane_next(l));
			continue;
		}
		l->ready = lane_run(l, now);
		more |= l->ready;
		*when = tstamp_min(*when, lane_next(l));
		*changed |= l->fds_changed;
		told |= l->told;
		l->told = false;
	}
	if (told || spsc_room(&w->log) < LOG_RING)
		poke(w->control);
	atomic_store_explicit(&w->rounds, atomic_load_explicit(&w->rounds,
	    memory_order_relaxed) + 1, memory_order_relaxed);
	return more;
}

static void
leave(struct worker *w, struct lane *l)
{
	unsigned i = 0;

	while (i < w->lanes && w->lane[i] != l)
		i++;
	BUG_ON(i == w->lanes);
	for (; i + 1 < w->lanes; i++)
		w->lane[i] = w->lane[i + 1];
	w->lanes--;
	BUG_ON(!spsc_put(&w->left, &l));
	poke(w->control);
}

/* Between two rounds: nothing of any lane is in the thread's hands. */
static bool
obey(struct worker *w)
{
	bool changed = false;
	struct order o;

	while (spsc_get(&w->orders, &o)) {
		if (o.take) {
			w->lane[w->lanes++] = o.lane;
			o.lane->ready = true;
		} else {
			leave(w, o.lane);
		}
		changed = true;
	}
	return changed;
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct polled *p = w->polled;
	bool changed = true;
	tstamp when;

	log_thread_ring(&w->log);
	atomic_store_explicit(&w->tid, cpu_thread_id(),
	    memory_order_relaxed);
	while (!atomic_load(&w->stop)) {
		changed |= obey(w);
		bool more = serve(w, &when, &changed);

		if (changed)
			poll_build(w, p);
		changed = false;
		if (!more)
			sleep_until(w, p, when);
		else if (w->lanes > 1)	/* the busy one is not the only */
			sleep_until(w, p, 0);
	}
	return NULL;
}

/* ---- control's side ---- */

uint64_t
worker_cpu_ns(const struct worker *w)
{
	return w->runs ? cpu_thread_ns(w->thread) : 0;
}

static void
worker_free(struct worker *w)
{
	if (w->wake[0] >= 0) {
		close(w->wake[0]);
		close(w->wake[1]);
	}
	spsc_free(&w->log);
	spsc_free(&w->orders);
	spsc_free(&w->left);
	free(w->polled);
}

static int
worker_init(struct worker *w, unsigned id, int note)
{
	memset(w, 0, sizeof(*w));
	w->id = id;
	w->control = note;
	w->wake[0] = w->wake[1] = -1;
	if (pipe2(w->wake, O_NONBLOCK | O_CLOEXEC) < 0)
		return -E_SYS;
	w->polled = calloc(1, sizeof(*w->polled));
	if (w->polled == NULL ||
	    spsc_init(&w->log, LOG_RING, sizeof(struct log_line)) < 0 ||
	    spsc_init(&w->orders, ORDERS, sizeof(struct order)) < 0 ||
	    spsc_init(&w->left, ORDERS, sizeof(struct lane *)) < 0)
		return -E_NOMEM;
	return 0;
}

int
worker_start(struct worker *w, unsigned id, int note)
{
	sigset_t all, old;
	int err = worker_init(w, id, note);

	if (err < 0) {
		worker_free(w);
		return err;
	}
	sigfillset(&all);		/* signals belong to control */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&w->thread, NULL, worker_main, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0) {
		worker_free(w);
		errno = err;
		return -E_SYS;
	}
	cpu_name_worker(w->thread, id);
	w->runs = true;
	return 0;
}

bool
worker_stop(struct worker *w, unsigned patience)
{
	atomic_store(&w->stop, true);
	poke(w->wake[1]);
	if (!cpu_join(w->thread, patience))
		return false;
	log_drain(&w->log);
	worker_free(w);
	w->runs = false;
	return true;
}

static void
order(struct worker *w, struct lane *l, bool take)
{
	struct order o = { .lane = l, .take = take };

	BUG_ON(!spsc_put(&w->orders, &o));
	poke(w->wake[1]);
}

void
worker_take(struct worker *w, struct lane *l)
{
	order(w, l, true);
}

void
worker_leave(struct worker *w, struct lane *l)
{
	order(w, l, false);
}

struct lane *
worker_left(struct worker *w)
{
	struct lane *l;

	return spsc_get(&w->left, &l) ? l : NULL;
}

void
worker_poke(struct worker *w)
{
	poke(w->wake[1]);
}
