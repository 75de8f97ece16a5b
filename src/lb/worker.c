/* A worker: its thread, which serves lanes, and the orders it takes. */
#include "lb/worker.h"

#include <errno.h>
#include <fcntl.h>
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
#include "os/ready.h"

#define SOURCES		(1 + LANES_MAX * (2 * LANE_PORTS + 1))
#define LOG_RING	1024u
#define ORDERS		256u		/* two a lane at most */

struct order {
	struct lane *lane;
	bool	 take;			/* else: leave it */
};

/* A descriptor, and who has work when it calls. */
struct source {
	int	 fd;
	struct lane *lane;		/* NULL: the worker */
	const struct io *line;		/* it is the way out of, or NULL */
	uint8_t	 tells;			/* QUIET_ bit of what can be read */
	uint8_t	 wants;			/* READY_ bits that it waits for */
	bool	 always;		/* it cannot be waited for */
};

struct sources {
	struct ready *ready;		/* owner: this */
	struct source s[SOURCES];
	uint32_t n;
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
add(struct sources *p, int fd, struct lane *l, uint8_t tells,
    const struct io *line)
{
	if (fd < 0)			/* a line that is lost */
		return;
	p->s[p->n++] = (struct source){ .fd = fd, .lane = l, .line = line,
		.tells = tells };
}

static void
add_port(struct sources *p, struct lane *l, const struct lane_port *port)
{
	const struct io *line = port->stream ? port->io : NULL;
	int in = port->io != NULL ? io_fd(port->io) : -1;
	int out = line != NULL ? io_stream_out(line) : -1;

	add(p, in, l, QUIET_FRAMES, in == out ? line : NULL);
	if (in != out)
		add(p, out, l, 0, line);
	if (port->ctl != NULL)
		add(p, io_fd(port->ctl), l, QUIET_CTL, NULL);
}

/* Anew: what they had may be closed. False: to be tried again. */
static bool
gather(struct worker *w, struct sources *p)
{
	p->n = 0;
	add(p, w->wake[0], NULL, 0, NULL);
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		for (unsigned k = 0; k < l->ports; k++)
			add_port(p, l, &l->port[k]);
		add(p, l->tun.fd, l, QUIET_TUN, NULL);
		l->fds_changed = false;
	}
	return ready_clear(p->ready) == 0;
}

/* A line that took all it got is always writable: that is no news. */
static unsigned
wanted(const struct source *s)
{
	bool in = s->lane == NULL;

	if (s->tells == QUIET_TUN)
		in = lane_wants_tun(s->lane);
	else if (s->tells != 0)
		in = lane_wants_frames(s->lane);
	unsigned is = in ? READY_IN : 0;

	if (s->line != NULL && io_stream_waits(s->line) > 0)
		is |= READY_OUT;
	return is;
}

/* Control's poke may be mail for any lane. */
static void
woken(struct worker *w)
{
	empty(w->wake[0]);
	for (unsigned i = 0; i < w->lanes; i++)
		w->lane[i]->ready = true;
}

/* What called, and with it what did not: that need not be read this time. */
static void
called(struct worker *w, const struct source *s, unsigned what)
{
	struct lane *l = s->lane;

	if (l == NULL) {
		woken(w);
		return;
	}
	if (!l->ready)
		l->quiet = QUIET_CTL | QUIET_FRAMES | QUIET_TUN;
	l->ready = true;
	if ((what & READY_IN) != 0)
		l->quiet &= (uint8_t)~s->tells;
}

/* One that cannot be waited for is asked each time: better than never. */
static bool
want(struct worker *w, struct sources *p)
{
	bool waits = true;

	for (uint32_t i = 0; i < p->n; i++) {
		struct source *s = &p->s[i];
		unsigned is = wanted(s);

		if (s->wants != is && !s->always)
			s->always = ready_want(p->ready, s->fd, i, s->wants,
			    is) < 0;
		s->wants = (uint8_t)is;
		if (!s->always || is == 0)
			continue;
		waits = false;
		called(w, s, is);
	}
	return waits;
}

static void
sleep_until(struct worker *w, struct sources *p, tstamp when)
{
	struct ready_event e[READY_MOST];
	tstamp left = when;
	int n;

	if (!want(w, p))
		left = 0;
	if (left != 0 && left != NEVER) {
		tstamp now = clock_now();

		left = when <= now ? 0 : when - now;
	}
	n = ready_sleep(p->ready, e, left);
	for (int i = 0; i < n; i++)
		called(w, &p->s[e[i].tag], e[i].what);
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
	struct sources *p = w->sources;
	bool changed = true;
	tstamp when;

	log_thread_ring(&w->log);
	atomic_store_explicit(&w->tid, cpu_thread_id(),
	    memory_order_relaxed);
	while (!atomic_load(&w->stop)) {
		changed |= obey(w);
		bool more = serve(w, &when, &changed);

		if (changed)
			changed = !gather(w, p);
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
	if (w->sources != NULL)
		ready_free(w->sources->ready);
	free(w->sources);
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
	w->sources = calloc(1, sizeof(*w->sources));
	if (w->sources == NULL ||
	    spsc_init(&w->log, LOG_RING, sizeof(struct log_line)) < 0 ||
	    spsc_init(&w->orders, ORDERS, sizeof(struct order)) < 0 ||
	    spsc_init(&w->left, ORDERS, sizeof(struct lane *)) < 0)
		return -E_NOMEM;
	w->sources->ready = ready_new();
	return w->sources->ready == NULL ? -E_SYS : 0;
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
