/* Worker threads and their pool. */
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

#include "base/ct.h"
#include "base/err.h"
#include "base/log.h"
#include "os/priv.h"

#define POLL_MAX	(1 + LANES_MAX * (LANE_PORTS + 1))
#define LOG_RING	1024u

struct polled {
	struct pollfd fd[POLL_MAX];
	struct lane *lane[POLL_MAX];	/* whose it is; NULL: the worker's */
	bool	 tun[POLL_MAX];
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
poll_add(struct polled *p, int fd, struct lane *l, bool tun)
{
	p->fd[p->n].fd = fd;
	p->fd[p->n].events = POLLIN;
	p->tun[p->n] = tun;
	p->lane[p->n++] = l;
}

static void
poll_build(struct worker *w, struct polled *p)
{
	p->n = 0;
	poll_add(p, w->wake[0], NULL, false);
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		for (int k = 0; k < LANE_PORTS; k++)
			if (l->port[k].io != NULL)
				poll_add(p, io_fd(l->port[k].io), l, false);
		if (l->tun.fd >= 0)
			poll_add(p, l->tun.fd, l, true);
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

static void
sleep_until(struct worker *w, struct polled *p, tstamp when)
{
	tstamp now = clock_now();
	tstamp left = when <= now ? 0 : when - now;
	struct timespec ts = { (time_t)(left / SEC(1)),
	    (long)(left % SEC(1)) };

	for (nfds_t i = 1; i < p->n; i++)
		poll_want(&p->fd[i], (p->tun[i] ? lane_wants_tun :
		    lane_wants_frames)(p->lane[i]));
	if (ppoll(p->fd, p->n, when == NEVER ? NULL : &ts, NULL) > 0 &&
	    p->fd[0].revents != 0)
		empty(w->wake[0]);
}

/* One round over all lanes; when to come back in *@when. */
static bool
serve(struct worker *w, tstamp *when, bool *changed)
{
	bool more = false, told = false;
	tstamp now = clock_now();

	*when = NEVER;
	for (unsigned i = 0; i < w->lanes; i++) {
		struct lane *l = w->lane[i];

		more |= lane_run(l, now);
		*when = tstamp_min(*when, lane_next(l));
		*changed |= l->fds_changed;
		told |= l->told;
		l->told = false;
	}
	if (told || spsc_room(&w->log) < LOG_RING)
		poke(w->control);
	atomic_store_explicit(&w->cpu_ns, cpu_thread_ns(),
	    memory_order_relaxed);
	return more;
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct polled *p = w->polled;
	bool changed = true;
	tstamp when;

	log_thread_ring(&w->log);
	while (!atomic_load(&w->stop)) {
		bool more = serve(w, &when, &changed);

		if (changed)
			poll_build(w, p);
		changed = false;
		if (!more)
			sleep_until(w, p, when);
	}
	return NULL;
}

static int
pipe_open(int fd[2])
{
	return pipe2(fd, O_NONBLOCK | O_CLOEXEC) < 0 ? -E_SYS : 0;
}

static struct snapshot *
seal(const struct profile *p, struct snapshot *older)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->p = *p;
	s->gen = older != NULL ? older->gen + 1 : 1;
	s->older = older;
	return s;
}

static int
make_lanes(struct lb *b, const struct lb_params *p, const struct tun *tun)
{
	for (unsigned i = 0; i < p->lanes; i++) {
		struct lane_conf c = { .id = i, .lanes = p->lanes,
		    .single = p->single, .demand = p->demand,
		    .max_sessions = p->max_sessions, .tun = tun[i] };

		b->lane[i] = lane_new(&c, &b->current);
		if (b->lane[i] == NULL)
			return -E_NOMEM;
		b->lanes++;
		b->lane_gen[i] = 1;
	}
	return 0;
}

static int
make_workers(struct lb *b, const struct lb_params *p)
{
	for (unsigned i = 0; i < p->workers; i++) {
		struct worker *w = &b->worker[i];

		w->id = i;
		w->control = b->note[1];
		w->wake[0] = w->wake[1] = -1;
		b->workers++;
		w->polled = calloc(1, sizeof(*w->polled));
		if (w->polled == NULL || pipe_open(w->wake) < 0 ||
		    spsc_init(&w->log, LOG_RING,
		    sizeof(struct log_line)) < 0)
			return -E_NOMEM;
	}
	for (unsigned i = 0; i < b->lanes; i++) {
		struct worker *w = &b->worker[i % b->workers];

		w->lane[w->lanes++] = b->lane[i];
	}
	return 0;
}

struct lb *
lb_new(const struct lb_params *p, const struct profile *first,
    const struct tun *tun)
{
	struct lb *b = aligned_alloc(64, (sizeof(*b) + 63) & ~(size_t)63);

	if (b == NULL)
		return NULL;
	memset(b, 0, sizeof(*b));
	b->note[0] = b->note[1] = -1;
	b->newest = seal(first, NULL);
	atomic_store(&b->current, b->newest);
	if (b->newest == NULL || pipe_open(b->note) < 0 ||
	    make_lanes(b, p, tun) < 0 || make_workers(b, p) < 0) {
		lb_free(b);
		return NULL;
	}
	return b;
}

int
lb_start(struct lb *b)
{
	sigset_t all, old;
	int err = 0;
	char name[16];

	sigfillset(&all);		/* signals belong to control */
	pthread_sigmask(SIG_SETMASK, &all, &old);
	for (unsigned i = 0; i < b->workers && err == 0; i++) {
		struct worker *w = &b->worker[i];

		err = pthread_create(&w->thread, NULL, worker_main, w);
		if (err != 0)
			break;
		w->started = true;
		snprintf(name, sizeof(name), "ppp: worker %u", i);
		pthread_setname_np(w->thread, name);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	errno = err;
	return err != 0 ? -E_SYS : 0;
}

static void
stop_workers(struct lb *b)
{
	for (unsigned i = 0; i < b->workers; i++) {
		struct worker *w = &b->worker[i];

		if (!w->started)
			continue;
		atomic_store(&w->stop, true);
		poke(w->wake[1]);
		pthread_join(w->thread, NULL);
		log_drain(&w->log);
		w->started = false;
	}
}

static void
close_pipe(const int fd[2])
{
	for (int i = 0; i < 2; i++)
		if (fd[i] >= 0)
			close(fd[i]);
}

/* ---- mail, and what of it has to wait ---- */

static void
wait_drop_first(struct lb_queue *q)
{
	struct lb_wait *w = q->first;

	q->first = w->next;
	ct_wipe(&w->m, sizeof(w->m));
	free(w);
}

/* True when nothing waits any more. */
static bool
deliver(struct lb *b, unsigned lane)
{
	struct lb_queue *q = &b->wait[lane];
	bool some = false;

	while (q->first != NULL && spsc_put(&b->lane[lane]->in,
	    &q->first->m)) {
		wait_drop_first(q);
		some = true;
	}
	if (q->first != NULL)
		atomic_store(&b->lane[lane]->starved, true);
	if (some)
		poke(b->worker[lane % b->workers].wake[1]);
	return q->first == NULL;
}

static bool
keep(struct lb *b, unsigned lane, const struct mail *m)
{
	struct lb_queue *q = &b->wait[lane];
	struct lb_wait *w = malloc(sizeof(*w));

	if (w == NULL)
		return false;
	w->m = *m;
	w->next = NULL;
	if (q->first == NULL)
		q->end = &q->first;
	*q->end = w;
	q->end = &w->next;
	atomic_store(&b->lane[lane]->starved, true);
	return true;
}

static void
free_snapshots(struct snapshot *s)
{
	for (struct snapshot *older; s != NULL; s = older) {
		older = s->older;
		ct_wipe(s, sizeof(*s));
		free(s);
	}
}

void
lb_free(struct lb *b)
{
	stop_workers(b);
	for (unsigned i = 0; i < b->workers; i++) {
		close_pipe(b->worker[i].wake);
		spsc_free(&b->worker[i].log);
		free(b->worker[i].polled);
	}
	for (unsigned i = 0; i < b->lanes; i++) {
		lane_free(b->lane[i]);
		while (b->wait[i].first != NULL)
			wait_drop_first(&b->wait[i]);
	}
	free_snapshots(b->newest);
	close_pipe(b->note);
	free(b);
}

int
lb_fd(const struct lb *b)
{
	return b->note[0];
}

void
lb_calm(struct lb *b)
{
	empty(b->note[0]);
	for (unsigned i = 0; i < b->workers; i++)
		log_drain(&b->worker[i].log);
	for (unsigned i = 0; i < b->lanes; i++)
		deliver(b, i);
}

bool
lb_offer(struct lb *b, unsigned lane, const struct mail *m)
{
	bool ok = deliver(b, lane) && spsc_put(&b->lane[lane]->in, m);

	poke(b->worker[lane % b->workers].wake[1]);
	return ok;
}

bool
lb_send(struct lb *b, unsigned lane, const struct mail *m)
{
	bool ok = (deliver(b, lane) && spsc_put(&b->lane[lane]->in, m)) ||
	    keep(b, lane, m);

	poke(b->worker[lane % b->workers].wake[1]);
	return ok;
}

bool
lb_recv(struct lb *b, unsigned lane, struct mail *m)
{
	return spsc_get(&b->lane[lane]->out, m);
}

int
lb_publish(struct lb *b, const struct profile *p)
{
	struct mail m = { .op = MAIL_CONF };
	struct snapshot *s = seal(p, b->newest);
	bool ok = true;

	if (s == NULL)
		return -E_NOMEM;
	b->newest = s;
	atomic_store_explicit(&b->current, s, memory_order_release);
	for (unsigned i = 0; i < b->lanes; i++)
		ok &= lb_send(b, i, &m);
	return ok ? 0 : -E_NOMEM;
}

void
lb_conf_done(struct lb *b, unsigned lane, uint64_t gen)
{
	uint64_t oldest = gen;

	b->lane_gen[lane] = gen;
	for (unsigned i = 0; i < b->lanes; i++)
		if (b->lane_gen[i] < oldest)
			oldest = b->lane_gen[i];
	for (struct snapshot *s = b->newest; s != NULL; s = s->older) {
		if (s->gen > oldest)
			continue;
		free_snapshots(s->older);	/* nobody borrows these */
		s->older = NULL;
		break;
	}
}
